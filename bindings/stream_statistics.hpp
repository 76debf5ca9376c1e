#pragma once

#include <node_api.h>

#include "native/metrics/histogram.hpp"
#include "native/stream/pipeline.hpp"
#include "native/stream/stream_engine.hpp"

namespace hft::bindings {

/// Count, mean, quantiles and maximum of a histogram: see LatencyFigures.
[[nodiscard]] napi_value makeLatencyFigures(napi_env env, const metrics::Histogram& histogram);

/// The counters and latencies of all lanes as one object: see NativeStatistics in
/// `src/addon/stream-engine.ts`.
[[nodiscard]] napi_value makeStatistics(napi_env env, stream::StreamEngine& engine);

/// What a capture replay has seen.
[[nodiscard]] napi_value makeReplayCounts(napi_env env, stream::CaptureReplay& replay);

/// The newest state of the book of `id`, with `depth` levels a side; undefined without a book.
[[nodiscard]] napi_value makeBookSnapshot(napi_env env, const stream::Pipeline& pipeline,
                                          InstrumentId id, std::size_t depth);

}  // namespace hft::bindings
