#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeOrderEntry`: see `src/addon/order-entry.ts`.
void registerOrderEntry(napi_env env, napi_value exports);

}  // namespace hft::bindings
