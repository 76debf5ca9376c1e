#include "native/fix/session/fast_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/field_values.hpp"
#include "native/fix/codec/framer.hpp"

namespace hft::fix {

namespace {

/// The header that ordinary messages have, in this order and with nothing beside it.
constexpr std::array<std::uint32_t, 7> kHeaderTags = {8, 9, 35, 34, 49, 52, 56};
constexpr std::array<std::string_view, 10> kHotTypes = {"D", "F", "G", "8", "9",
                                                        "W", "X", "H", "q", "r"};

bool isHot(std::string_view msgType) noexcept {
  return std::find(kHotTypes.begin(), kHotTypes.end(), msgType) != kHotTypes.end();
}

std::vector<DictionarySource> readSources(const SessionConfig& config, std::string& error) {
  std::vector<std::string> paths = {config.transportDictionary};
  if (config.applicationDictionary != config.transportDictionary) {
    paths.push_back(config.applicationDictionary);
  }
  std::vector<DictionarySource> sources;
  for (const std::string& path : paths) {
    std::ifstream input(path, std::ios::binary);
    if (!input) error = "cannot read the dictionary " + path;
    sources.push_back({path, std::string(std::istreambuf_iterator<char>(input), {})});
  }
  return sources;
}

}  // namespace

FastPath::FastPath(const SessionConfig& config) : config_(config) {
  options_ = {.checkFieldsOutOfOrder = config.checkFieldsOutOfOrder,
              .checkFieldsHaveValues = config.checkFieldsHaveValues,
              .checkUserDefinedFields = config.checkUserDefinedFields,
              .allowUnknownFields = config.allowUnknownFields};
  if (!config.usesDictionary) {
    // Without one the brain checks little, but what it checks is its own.
    error_ = "no data dictionary: every message goes through the session brain";
    return;
  }
  const std::vector<DictionarySource> sources = readSources(config, error_);
  if (!error_.empty()) return;
  DictionaryLoad load = loadDictionary(sources);
  dictionary_ = std::move(load.dictionary);
  if (dictionary_ == nullptr) {
    error_ = load.fault.source + ":" + std::to_string(load.fault.line) + ": " + load.fault.what;
  }
}

std::string_view FastPath::accepts(std::string_view message, std::uint32_t expected,
                                   Nanos now) noexcept {
  if (dictionary_ == nullptr) return {};
  const FrameScan frame = findFrame(message, message.size());
  if (frame.error != FrameError::Ok || frame.garbage != 0 || frame.size != message.size())
    return {};
  FieldIndex index = storage_.index();
  if (scanFields(message, index).error != ScanError::Ok) return {};
  if (!headerFits(index, expected, now)) return {};
  if (!layouts_.knows(index)) {
    if (!validate(index, *dictionary_, options_).ok()) return {};
    layouts_.learn(index, *dictionary_);
  }
  return index.value(2);
}

bool FastPath::headerFits(const FieldIndex& index, std::uint32_t expected,
                          Nanos now) const noexcept {
  if (index.size() <= kHeaderTags.size()) return false;
  for (std::size_t at = 0; at < kHeaderTags.size(); ++at) {
    if (index.tag(at) != kHeaderTags[at]) return false;
  }
  // Any further field of the header (PossDupFlag, OnBehalfOfCompID, ...) asks for the brain.
  if (dictionary_->header().find(index.tag(kHeaderTags.size())) != nullptr) return false;
  if (!isHot(index.value(2)) || index.value(0) != config_.beginString) return false;
  if (index.value(4) != config_.targetCompID || index.value(6) != config_.senderCompID)
    return false;
  const std::string_view number = index.value(3);
  std::uint32_t msgSeqNum = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), msgSeqNum);
  if (error != std::errc() || end != number.data() + number.size() || msgSeqNum != expected) {
    return false;
  }
  const auto sent = readUtcTimestamp(index.value(5));
  if (!sent.ok()) return false;
  // A second short of the limit: at the limit itself the brain decides.
  const Nanos age = now - sent.value();
  const Nanos limit = config_.latencyMax - 1'000'000'000;
  return !config_.checksLatency || (age < limit && age > -limit);
}

}  // namespace hft::fix
