#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeEventSource`: see `src/addon/event-source.ts`.
void registerEventSource(napi_env env, napi_value exports);

}  // namespace hft::bindings
