#include "bindings/stream_statistics.hpp"

#include <array>
#include <memory>
#include <span>

#include "bindings/arguments.hpp"
#include "native/metrics/histogram.hpp"
#include "native/stream/book_emitter.hpp"

namespace hft::bindings {
namespace {

using metrics::OwnedHistogram;
using stream::LatencyHops;
using stream::StreamCounter;

constexpr const char* kEventNames[event::kEventKindCount] = {
    "none", "book", "trade", "quote", "bar", "state", "instrument", "status", "gap", "order"};
constexpr const char* kErrorNames[event::kDecodeErrorCount] = {
    "ok",       "truncated",        "malformed", "bad-number", "too-many-decimals",
    "overflow", "capacity-exceeded"};
constexpr const char* kFaultNames[capture::kCaptureFaultCount] = {
    "ok",       "no-timestamp", "bad-timestamp",       "no-payload", "bad-fields",
    "too-long", "bad-header",   "unsupported-version", "corrupt",    "torn-tail"};
constexpr const char* kFormatNames[] = {
    "binance-spot", "binance-futures", "coinbase-exchange", "coinbase-advanced",
    "kraken-v1",    "kraken-v2",       "alpaca-json",       "alpaca-msgpack",
    "itch",         "lobster"};

std::uint64_t total(stream::StreamEngine& engine, StreamCounter id) {
  std::uint64_t sum = 0;
  for (std::size_t lane = 0; lane < engine.lanes(); ++lane) {
    sum += engine.pipeline(lane).counters().value(id);
  }
  return sum;
}

StreamCounter after(StreamCounter first, std::size_t index) {
  return static_cast<StreamCounter>(static_cast<std::size_t>(first) + index);
}

napi_value makeCounts(napi_env env, stream::StreamEngine& engine, StreamCounter first,
                      std::span<const char* const> names) {
  napi_value object = makeObject(env);
  // The zeroth word of both enumerations means nothing happened.
  for (std::size_t i = 1; i < names.size(); ++i) {
    setMember(env, object, names[i], static_cast<double>(total(engine, after(first, i))));
  }
  return object;
}

napi_value makeLatency(napi_env env, stream::StreamEngine& engine,
                       const OwnedHistogram& (LatencyHops::*hop)() const noexcept) {
  // A reader of one that is written sees whole words, which is enough here.
  if (engine.lanes() == 1) {
    return makeLatencyFigures(env, *(engine.pipeline(0).latency().*hop)().operator->());
  }
  auto merged = std::make_unique<OwnedHistogram>();
  for (std::size_t lane = 0; lane < engine.lanes(); ++lane) {
    auto copy = std::make_unique<OwnedHistogram>();
    (engine.pipeline(lane).latency().*hop)()->copyTo(copy->block());
    (*merged)->merge(**copy);
  }
  return makeLatencyFigures(env, **merged);
}

napi_value makeLevels(napi_env env, std::span<const event::Level> levels) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, levels.size(), &array);
  for (std::uint32_t i = 0; i < levels.size(); ++i) {
    napi_value pair = nullptr;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, makeNumber(env, static_cast<double>(levels[i].price)));
    napi_set_element(env, pair, 1, makeNumber(env, static_cast<double>(levels[i].qty)));
    napi_set_element(env, array, i, pair);
  }
  return array;
}

}  // namespace

napi_value makeLatencyFigures(napi_env env, const metrics::Histogram& histogram) {
  napi_value object = makeObject(env);
  setMember(env, object, "count", static_cast<double>(histogram.count()));
  setMember(env, object, "mean", histogram.mean());
  constexpr std::array kNames = {"p50", "p90", "p99", "p999"};
  constexpr std::array kShares = {0.5, 0.9, 0.99, 0.999};
  std::array<Nanos, kShares.size()> values{};
  histogram.quantiles(kShares, values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    setMember(env, object, kNames[i], static_cast<double>(values[i]));
  }
  setMember(env, object, "max", static_cast<double>(histogram.max()));
  setMember(env, object, "negatives", static_cast<double>(histogram.negatives()));
  return object;
}

napi_value makeStatistics(napi_env env, stream::StreamEngine& engine) {
  napi_value object = makeObject(env);
  for (const stream::StreamCounterName& counter : stream::kStreamCounterNames) {
    setMember(env, object, counter.name, static_cast<double>(total(engine, counter.id)));
  }
  setMember(env, object, "events",
            makeCounts(env, engine, StreamCounter::Events, std::span(kEventNames)));
  setMember(env, object, "decodeErrors",
            makeCounts(env, engine, StreamCounter::DecodeErrors, std::span(kErrorNames)));
  napi_value latency = makeObject(env);
  setMember(env, latency, "decode", makeLatency(env, engine, &LatencyHops::decode));
  setMember(env, latency, "book", makeLatency(env, engine, &LatencyHops::book));
  setMember(env, latency, "publish", makeLatency(env, engine, &LatencyHops::publish));
  setMember(env, latency, "handle", makeLatency(env, engine, &LatencyHops::handle));
  setMember(env, object, "latency", latency);
  return object;
}

napi_value makeReplayCounts(napi_env env, stream::CaptureReplay& replay) {
  const stream::ReplayCounts& counts = replay.counts();
  napi_value object = makeObject(env);
  setMember(env, object, "frames", static_cast<double>(counts.frames));
  setMember(env, object, "bytes", static_cast<double>(counts.bytes));
  setMember(env, object, "restSnapshots", static_cast<double>(counts.restSnapshots));
  setMember(env, object, "sent", static_cast<double>(counts.sent));
  setMember(env, object, "undetected", static_cast<double>(counts.undetected));
  setMember(env, object, "unplaced", static_cast<double>(counts.unplaced));
  setMember(env, object, "gaps", static_cast<double>(counts.gaps));
  napi_value time = nullptr;
  napi_create_bigint_int64(env, counts.firstTime, &time);
  setMember(env, object, "firstTime", time);
  napi_create_bigint_int64(env, counts.lastTime, &time);
  setMember(env, object, "lastTime", time);
  napi_value formats = nullptr;
  napi_create_array(env, &formats);
  std::uint32_t index = 0;
  for (const decode::WireFormat format : replay.wireFormats()) {
    napi_set_element(env, formats, index++,
                     makeText(env, kFormatNames[static_cast<std::size_t>(format)]));
  }
  setMember(env, object, "wireFormats", formats);
  const capture::FaultLog& log = replay.faults();
  napi_value faults = nullptr;
  napi_create_array(env, &faults);
  for (std::uint32_t i = 0; i < log.kept(); ++i) {
    napi_value fault = makeObject(env);
    setMember(env, fault, "position", static_cast<double>(log[i].position));
    setMember(env, fault, "fault", kFaultNames[static_cast<std::size_t>(log[i].fault)]);
    napi_set_element(env, faults, i, fault);
  }
  setMember(env, object, "faults", faults);
  setMember(env, object, "faultCount", static_cast<double>(log.total()));
  return object;
}

napi_value makeBookSnapshot(napi_env env, const stream::Pipeline& pipeline, InstrumentId id,
                            std::size_t depth) {
  const auto reading = pipeline.bookOf(id);
  if (!reading) return makeUndefined(env);
  constexpr std::size_t kDepthMax = 1000;
  std::array<event::Level, kDepthMax> bids;
  std::array<event::Level, kDepthMax> asks;
  const std::size_t most = depth < kDepthMax ? depth : kDepthMax;
  const std::size_t bidCount = reading->depth.depth(Side::Buy, std::span(bids).first(most));
  const std::size_t askCount = reading->depth.depth(Side::Sell, std::span(asks).first(most));
  const Instrument& instrument = pipeline.instruments()[id];
  napi_value object = makeObject(env);
  setMember(env, object, "symbol", instrument.symbol());
  setMember(env, object, "priceDecimals", static_cast<double>(instrument.scale.priceDecimals));
  setMember(env, object, "qtyDecimals", static_cast<double>(instrument.scale.qtyDecimals));
  setMember(env, object, "state", stream::stateName(reading->status.state));
  setMember(env, object, "reason", stream::reasonName(reading->status.reason));
  setMember(env, object, "sequence", static_cast<double>(reading->sequence));
  constexpr const char* kSingleOrders[] = {"none", "without-executions", "whole"};
  setMember(env, object, "singleOrders",
            kSingleOrders[static_cast<std::size_t>(reading->singleOrders)]);
  setMember(env, object, "bids", makeLevels(env, std::span(bids).first(bidCount)));
  setMember(env, object, "asks", makeLevels(env, std::span(asks).first(askCount)));
  return object;
}

}  // namespace hft::bindings
