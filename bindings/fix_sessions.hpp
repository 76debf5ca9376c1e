#pragma once

#include <memory>
#include <node_api.h>

#include "bindings/arguments.hpp"
#include "native/stream/emergency/fix_emergency_exit.hpp"

namespace hft::bindings {

/// Exports the class `NativeFixSessions`: see `src/addon/fix-sessions.ts`.
void registerFixSessions(napi_env env, napi_value exports);

/// The exit over a session: of the NativeFixSessions at argument `sessions`, the one whose number
/// is at `session`. It closes with them. nullptr after it has thrown.
[[nodiscard]] std::shared_ptr<stream::FixEmergencyExit> openFixEmergencyExit(
    const Arguments& arguments, std::size_t sessions, std::size_t session);

}  // namespace hft::bindings
