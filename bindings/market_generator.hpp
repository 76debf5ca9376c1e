#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports `NativeMarketGenerator` and `NativeItchDay`: see `src/addon/market-generator.ts`.
void registerMarketGenerator(napi_env env, napi_value exports);

}  // namespace hft::bindings
