#include "native/fix/dictionary/validation.hpp"

#include <array>

#include "native/fix/codec/field_values.hpp"
#include "native/fix/codec/tags.hpp"

namespace hft::fix {
namespace {

using Reason = SessionRejectReason;

constexpr std::size_t kDepthMax = 16;
constexpr std::uint32_t kUserTagsMin = 5000;

bool isListed(const FieldDefinition& field, std::string_view value) noexcept {
  if (field.type != FieldType::MultipleValue) return field.valueOf(value) != nullptr;
  while (true) {
    const std::size_t end = value.find(' ');
    if (field.valueOf(value.substr(0, end)) == nullptr) return false;
    if (end == std::string_view::npos) return true;
    value.remove_prefix(end + 1);
  }
}

bool isAmongItsValues(const FieldDefinition& field, std::string_view value) noexcept {
  return field.values.empty() || field.allowsOther || isListed(field, value);
}

/// Which members of one structure were met.
class SeenMembers {
 public:
  /// False where it was met before.
  bool add(std::size_t member) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << (member % 64);
    std::uint64_t& word = words_[member / 64];
    const bool isNew = (word & bit) == 0;
    word |= bit;
    return isNew;
  }
  [[nodiscard]] bool has(std::size_t member) const noexcept {
    return (words_[member / 64] >> (member % 64) & 1U) != 0;
  }
  void clear(std::size_t members) noexcept {
    for (std::size_t word = 0; word * 64 < members; ++word) words_[word] = 0;
  }

 private:
  std::array<std::uint64_t, kMembersMax / 64> words_{};
};

class Validator {
 public:
  Validator(const FieldIndex& index, const Dictionary& dictionary,
            const ValidationOptions& options) noexcept
      : index_(index), dictionary_(dictionary), options_(options) {}

  Violation run() noexcept {
    const std::size_t type = index_.find(35, 0, index_.size());
    if (type == kNoField) return {Reason::RequiredTagMissing, 35, kNoField, false};
    const MessageDefinition* message = dictionary_.message(index_.value(type));
    if (message == nullptr) return {Reason::InvalidMsgType, 35, type, false};
    const Structure& body = dictionary_.structure(message->structure);
    const bool isSound = walkSections(body) && hasRequired(dictionary_.header(), header_) &&
                         hasRequired(body, body_) && hasRequired(dictionary_.trailer(), trailer_);
    return isSound ? Violation{} : violation_;
  }

 private:
  enum class Section : std::uint8_t { Header, Body, Trailer };

  bool fail(Reason reason, std::uint32_t tag, std::size_t position) noexcept {
    violation_ = {reason, tag, position, depth_ != 0};
    return false;
  }

  bool walkSections(const Structure& body) noexcept {
    Section section = Section::Header;
    while (at_ < index_.size()) {
      const std::uint32_t tag = index_.tag(at_);
      const bool isHeader = dictionary_.header().find(tag) != nullptr;
      const bool isTrailer = !isHeader && dictionary_.trailer().find(tag) != nullptr;
      const Section found = isHeader    ? Section::Header
                            : isTrailer ? Section::Trailer
                                        : Section::Body;
      if (found < section && options_.checkFieldsOutOfOrder) {
        return fail(Reason::TagOutOfOrder, tag, at_);
      }
      section = found > section ? found : section;
      const bool isSound = isHeader    ? take(dictionary_.header(), header_)
                           : isTrailer ? take(dictionary_.trailer(), trailer_)
                                       : take(body, body_);
      if (!isSound) return false;
    }
    return true;
  }

  /// Takes the field at the cursor as a member of `structure`, with its group where it counts one.
  bool take(const Structure& structure, SeenMembers& seen) noexcept {
    const std::size_t position = at_;
    const std::uint32_t tag = index_.tag(position);
    if (!checkValue(position)) return false;
    const std::uint32_t place = structure.byTag.find(tag);
    ++at_;
    if (place == TagMap::kNone) return mayBeUnknown(tag, position);
    if (!seen.add(place)) return fail(Reason::TagAppearsMoreThanOnce, tag, position);
    const Member& member = structure.members[place];
    return member.group == kNoGroup || takeGroup(dictionary_.structure(member.group), position);
  }

  bool mayBeUnknown(std::uint32_t tag, std::size_t position) noexcept {
    if (tag >= kUserTagsMin && !options_.checkUserDefinedFields) return true;
    const bool isDefined = dictionary_.field(tag) != nullptr;
    if (options_.allowUnknownFields) return true;
    return fail(isDefined ? Reason::TagNotDefinedForMessage : Reason::InvalidTagNumber, tag,
                position);
  }

  bool checkValue(std::size_t position) noexcept {
    const std::uint32_t tag = index_.tag(position);
    const std::string_view value = index_.value(position);
    if (value.empty()) {
      return !options_.checkFieldsHaveValues || fail(Reason::TagWithoutValue, tag, position);
    }
    const FieldDefinition* field = dictionary_.field(tag);
    if (field == nullptr) return true;
    const bool isLost = field->type == FieldType::Data && !followsLength(position);
    if (isLost || !isValueOf(field->type, value)) {
      return fail(Reason::IncorrectDataFormat, tag, position);
    }
    return isAmongItsValues(*field, value) || fail(Reason::ValueIncorrect, tag, position);
  }

  /// Data without its length before it was cut at the first SOH, wherever it really ends.
  [[nodiscard]] bool followsLength(std::size_t position) const noexcept {
    return position != 0 && dataTagOf(index_.tag(position - 1)) == index_.tag(position);
  }

  /// The entries behind the count at `count`.
  bool takeGroup(const Structure& entry, std::size_t count) noexcept {
    const std::uint32_t countTag = index_.tag(count);
    const auto stated = readInt(index_.value(count));
    if (entry.members.empty() || depth_ == kDepthMax) return true;
    ++depth_;
    const std::uint32_t delimiter = entry.members.front().tag;
    SeenMembers seen;
    std::int64_t entries = 0;
    while (at_ < index_.size() && entry.find(index_.tag(at_)) != nullptr) {
      if (index_.tag(at_) == delimiter) {
        if (entries != 0 && !hasRequired(entry, seen)) return false;
        seen.clear(entry.members.size());
        ++entries;
      } else if (entries == 0) {
        return fail(Reason::GroupFieldsOutOfOrder, index_.tag(at_), at_);
      }
      if (!take(entry, seen)) return false;
    }
    if (entries != 0 && !hasRequired(entry, seen)) return false;
    --depth_;
    if (!stated.ok() || stated.value() != entries) {
      return fail(Reason::IncorrectNumInGroup, countTag, count);
    }
    return true;
  }

  bool hasRequired(const Structure& structure, const SeenMembers& seen) noexcept {
    for (const std::uint32_t place : structure.required) {
      if (seen.has(place)) continue;
      return fail(Reason::RequiredTagMissing, structure.members[place].tag, kNoField);
    }
    return true;
  }

  const FieldIndex& index_;
  const Dictionary& dictionary_;
  const ValidationOptions& options_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  SeenMembers header_;
  SeenMembers body_;
  SeenMembers trailer_;
  Violation violation_;
};

}  // namespace

bool fitsField(const FieldDefinition& field, std::string_view value) noexcept {
  return isValueOf(field.type, value) && isAmongItsValues(field, value);
}

Violation validate(const FieldIndex& index, const Dictionary& dictionary,
                   const ValidationOptions& options) noexcept {
  return Validator(index, dictionary, options).run();
}

}  // namespace hft::fix
