#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeMatchingEngine` and the function `playMatchCommands`.
void registerMatchingEngine(napi_env env, napi_value exports);

}  // namespace hft::bindings
