#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/fix/dictionary/field_type.hpp"
#include "native/fix/dictionary/tag_map.hpp"

namespace hft::fix {

/// One value that a field may have.
struct EnumValue {
  std::string value;
  std::string description;
};

/// A field of the dictionary.
struct FieldDefinition {
  std::uint32_t tag = 0;
  FieldType type = FieldType::Text;
  bool allowsOther = false;  ///< Values beyond the listed ones are fine.
  std::string name;
  std::string typeName;           ///< As the file says it.
  std::vector<EnumValue> values;  ///< Sorted by value; empty: anything of the type.

  [[nodiscard]] const EnumValue* valueOf(std::string_view text) const noexcept;
};

/// The most members of one message, group entry, header or trailer.
inline constexpr std::size_t kMembersMax = 2048;

/// No group.
inline constexpr std::uint32_t kNoGroup = 0xffffffffU;

/// A field as a member of a message, a group, the header or the trailer.
struct Member {
  std::uint32_t tag = 0;
  bool isRequired = false;
  std::uint32_t group = kNoGroup;  ///< The structure of its entries, where it is a count.
};

/// The members of a message, a group entry, the header or the trailer, components spread out.
struct Structure {
  std::vector<Member> members;  ///< In the order of the file; a group's first is its delimiter.
  TagMap byTag;                 ///< Tag to its place in `members`.
  std::vector<std::uint32_t> required;  ///< Places of those that must be there.

  [[nodiscard]] const Member* find(std::uint32_t tag) const noexcept {
    const std::uint32_t at = byTag.find(tag);
    return at == TagMap::kNone ? nullptr : &members[at];
  }
};

/// A message of the dictionary.
struct MessageDefinition {
  std::string msgType;
  std::string name;
  bool isAdmin = false;
  std::uint32_t structure = 0;
};

/// What a FIX version or a venue's dialect allows: fields, messages, groups. Read-only once
/// loaded; look-ups neither allocate nor fail.
class Dictionary {
 public:
  [[nodiscard]] std::string_view beginString() const noexcept { return beginString_; }
  [[nodiscard]] std::span<const FieldDefinition> fields() const noexcept { return fields_; }
  [[nodiscard]] std::span<const MessageDefinition> messages() const noexcept { return messages_; }
  [[nodiscard]] const Structure& header() const noexcept { return structures_[kHeader]; }
  [[nodiscard]] const Structure& trailer() const noexcept { return structures_[kTrailer]; }
  [[nodiscard]] const Structure& structure(std::uint32_t number) const noexcept {
    return structures_[number];
  }

  [[nodiscard]] const FieldDefinition* field(std::uint32_t tag) const noexcept {
    const std::uint32_t at = byTag_.find(tag);
    return at == TagMap::kNone ? nullptr : &fields_[at];
  }
  [[nodiscard]] const FieldDefinition* field(std::string_view name) const noexcept;
  [[nodiscard]] const MessageDefinition* message(std::string_view msgType) const noexcept;

  /// The dictionary as one file in QuickFIX's format, components spread out: what extensions and
  /// a transport dictionary were merged into.
  [[nodiscard]] std::string toXml() const;

 private:
  friend class DictionaryLoader;
  static constexpr std::uint32_t kHeader = 0;
  static constexpr std::uint32_t kTrailer = 1;

  std::string beginString_;
  std::string rootAttributes_;
  std::vector<FieldDefinition> fields_;      ///< Sorted by tag.
  std::vector<MessageDefinition> messages_;  ///< Sorted by MsgType.
  std::vector<Structure> structures_;
  TagMap byTag_;
};

/// A file in QuickFIX's format.
struct DictionarySource {
  std::string name;  ///< For errors.
  std::string text;
};

/// Why a dictionary was not loaded: `file:line: what`.
struct DictionaryFault {
  std::string source;
  std::uint32_t line = 0;
  std::string what;
};

/// A dictionary, or the fault that stands in its place.
struct DictionaryLoad {
  std::unique_ptr<const Dictionary> dictionary;
  DictionaryFault fault;
};

/// Loads `sources` in order. The first says the version. A later one may bring fields, messages
/// and components, add values to fields and members to messages, groups, header and trailer that
/// are there: the application dictionary of FIX 5.0 behind FIXT 1.1, a venue's extension behind
/// either.
[[nodiscard]] DictionaryLoad loadDictionary(std::span<const DictionarySource> sources);

}  // namespace hft::fix
