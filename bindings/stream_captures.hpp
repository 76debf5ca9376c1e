#pragma once

#include <node_api.h>

namespace hft::bindings {

/// The methods of NativeStreamEngine that replay captures: see `src/addon/stream-engine.ts`.
napi_value openCapture(napi_env env, napi_callback_info info);
napi_value describeCapture(napi_env env, napi_callback_info info);
napi_value pushCapture(napi_env env, napi_callback_info info);
napi_value finishCapture(napi_env env, napi_callback_info info);
napi_value pumpCapture(napi_env env, napi_callback_info info);
napi_value captureCounts(napi_env env, napi_callback_info info);

}  // namespace hft::bindings
