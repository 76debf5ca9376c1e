#pragma once

#include <node_api.h>

#include "native/stream/trading/trading_engine.hpp"

namespace hft::bindings {

/// Reads what JavaScript wants of a trading core and its simulated exchange. False after it threw
/// HFT_ARGUMENT.
[[nodiscard]] bool readTradingOptions(napi_env env, napi_value object,
                                      stream::EngineOptions& options);

}  // namespace hft::bindings
