#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the function `auditJournal`: see `src/addon/journal.ts`.
void registerJournal(napi_env env, napi_value exports);

}  // namespace hft::bindings
