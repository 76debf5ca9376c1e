#include <node_api.h>

#include "bindings/arguments.hpp"
#include "bindings/vocabulary.hpp"

NAPI_MODULE_INIT() {
  hft::bindings::registerVocabulary(env, exports);
  return exports;
}
