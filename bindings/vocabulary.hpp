#pragma once

#include <node_api.h>

namespace hft::bindings {

/// Exports `vocabulary`: the numbers of the native enumerations, which a test compares with
/// `src/domain`.
void registerVocabulary(napi_env env, napi_value exports);

}  // namespace hft::bindings
