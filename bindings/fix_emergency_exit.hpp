#pragma once

#include <node_api.h>

#include "native/stream/emergency/emergency_exits.hpp"

namespace hft::bindings {

/// Exports the class `NativeFixEmergencyExit`: see `src/addon/fix-sessions.ts`.
void registerFixEmergencyExit(napi_env env, napi_value exports);

/// The native exit behind an object of an exit's class; without `send` after it has thrown
/// HFT_ARGUMENT.
[[nodiscard]] stream::EmergencyExit emergencyExitOf(napi_env env, napi_value value);

}  // namespace hft::bindings
