#include "native/fix/session/fast_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/field_values.hpp"

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
    return;
  }
  // What the header holds is compared with what it must be, but for two: where the dictionary
  // lists values for those, all places are checked.
  const auto isFree = [this](std::uint32_t tag) {
    const FieldDefinition* field = dictionary_->field(tag);
    return field == nullptr || field->values.empty();
  };
  if (isFree(34) && isFree(52)) checkedFrom_ = kHeaderTags.size();
}

bool FastPath::accepts(std::string_view message, std::uint32_t expected, Nanos now) noexcept {
  if (dictionary_ == nullptr) return false;
  if (scanFields(message, index_).error != ScanError::Ok) return false;
  // Every layout that is known has passed `layoutFits`.
  const bool isKnown = layouts_.hasLayout(index_);
  if (!isKnown && !layoutFits()) return false;
  if (!headerFits(expected, now)) return false;
  if (isKnown && layouts_.fitsLayout(index_, checkedFrom_)) return true;
  if (!validate(index_, *dictionary_, options_).ok()) return false;
  layouts_.learn(index_, *dictionary_);
  return true;
}

bool FastPath::layoutFits() const noexcept {
  const std::span<const std::uint32_t> tags = index_.tags();
  if (tags.size() <= kHeaderTags.size()) return false;
  if (!std::equal(kHeaderTags.begin(), kHeaderTags.end(), tags.begin())) return false;
  // Any further field of the header (PossDupFlag, OnBehalfOfCompID, ...) asks for the brain.
  if (dictionary_->header().find(tags[kHeaderTags.size()]) != nullptr) return false;
  return isHot(index_.value(2));
}

bool FastPath::headerFits(std::uint32_t expected, Nanos now) const noexcept {
  if (index_.value(0) != config_.beginString) return false;
  if (index_.value(4) != config_.targetCompID || index_.value(6) != config_.senderCompID) {
    return false;
  }
  const std::string_view number = index_.value(3);
  std::uint32_t msgSeqNum = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), msgSeqNum);
  if (error != std::errc() || end != number.data() + number.size() || msgSeqNum != expected) {
    return false;
  }
  const auto sent = readUtcTimestamp(index_.value(5));
  if (!sent.ok()) return false;
  // A second short of the limit: at the limit itself the brain decides.
  const Nanos age = now - sent.value();
  const Nanos limit = config_.latencyMax - 1'000'000'000;
  return !config_.checksLatency || (age < limit && age > -limit);
}

}  // namespace hft::fix
