#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeOrderBook`: an L2 book that JavaScript fills and reads.
void registerOrderBook(napi_env env, napi_value exports);

}  // namespace hft::bindings
