#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Registers NativeTradingCore.
void registerTradingCore(napi_env env, napi_value exports);

}  // namespace hft::bindings
