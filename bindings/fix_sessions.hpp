#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the class `NativeFixSessions`: see `src/addon/fix-sessions.ts`.
void registerFixSessions(napi_env env, napi_value exports);

}  // namespace hft::bindings
