// Fuzzes the reader of data dictionaries: any text is a dictionary or has a fault, and what is
// read can be written and read again.
#include <cstdint>
#include <string>
#include <vector>

#include "native/core/check.hpp"
#include "native/fix/dictionary/dictionary.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hft::fix;
  const std::vector<DictionarySource> sources{
      {"fuzzed.xml", std::string(reinterpret_cast<const char*>(data), size)}};
  const DictionaryLoad loaded = loadDictionary(sources);
  HFT_CHECK((loaded.dictionary == nullptr) != loaded.fault.what.empty());
  if (loaded.dictionary == nullptr) return 0;
  const std::vector<DictionarySource> again{{"again.xml", loaded.dictionary->toXml()}};
  HFT_CHECK(loadDictionary(again).dictionary != nullptr);
  return 0;
}
