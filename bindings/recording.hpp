#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Adds `recordedEvent(path, run, event, instrument)`: a recorded event, and the book of an
/// instrument as it stood then.
void registerRecording(napi_env env, napi_value exports);

}  // namespace hft::bindings
