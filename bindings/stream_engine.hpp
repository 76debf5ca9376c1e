#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeStreamEngine`: see `src/addon/stream-engine.ts`.
void registerStreamEngine(napi_env env, napi_value exports);

}  // namespace hft::bindings
