#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports the function `auditJournal` and the class `NativeJournal`: see `src/addon/journal.ts`.
void registerJournal(napi_env env, napi_value exports);
/// Exports the class `NativeJournal`.
void registerJournalWriter(napi_env env, napi_value exports);

}  // namespace hft::bindings
