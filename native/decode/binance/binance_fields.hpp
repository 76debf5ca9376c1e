#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "native/decode/json/json_cursor.hpp"

namespace hft::decode::binance {

/// The fields of the venue's objects: its one-letter names, and the longer ones that it uses.
enum class Field : std::uint8_t {
  // a..z are 0 to 25, A..Z are 26 to 51.
  PreviousId = 52,
  Pair,
  ContractKind,
  NormalQty,
  Stream,
  Data,
  LastUpdateId,
  Bids,
  Asks,
  Result,
  Id,
  Error,
  Code,
  Message,
  Symbol,
  PairName,
  Unknown,
};
inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::Unknown);

[[nodiscard]] constexpr Field letter(char name) noexcept {
  return static_cast<Field>(name >= 'a' ? name - 'a' : name - 'A' + 26);
}

[[nodiscard]] constexpr Field fieldNamed(std::uint64_t word) noexcept {
  if ((word >= 'a' && word <= 'z') || (word >= 'A' && word <= 'Z')) {
    return letter(static_cast<char>(word));
  }
  switch (word) {
    case keyWord("pu"):
      return Field::PreviousId;
    case keyWord("ps"):
      return Field::Pair;
    case keyWord("st"):
      return Field::ContractKind;
    case keyWord("nq"):
      return Field::NormalQty;
    case keyWord("stream"):
      return Field::Stream;
    case keyWord("data"):
      return Field::Data;
    case keyWord("bids"):
      return Field::Bids;
    case keyWord("asks"):
      return Field::Asks;
    case keyWord("result"):
      return Field::Result;
    case keyWord("id"):
      return Field::Id;
    case keyWord("error"):
      return Field::Error;
    case keyWord("code"):
      return Field::Code;
    case keyWord("msg"):
      return Field::Message;
    case keyWord("symbol"):
      return Field::Symbol;
    case keyWord("pair"):
      return Field::PairName;
    default:
      return Field::Unknown;
  }
}

/// The fields that a type of message has, from their names with a space between.
class FieldSet {
 public:
  consteval explicit FieldSet(std::string_view names) {
    while (!names.empty()) {
      const std::string_view name = names.substr(0, names.find(' '));
      names.remove_prefix(name.size() < names.size() ? name.size() + 1 : name.size());
      const Field field = name == "lastUpdateId" ? Field::LastUpdateId : fieldNamed(keyWord(name));
      has_[static_cast<std::size_t>(field)] = true;
    }
  }
  [[nodiscard]] constexpr bool has(std::size_t field) const noexcept { return has_[field]; }

 private:
  std::array<bool, kFieldCount + 1> has_{};
};

/// The members of one object: the text of each value, by field. One pass, any order.
class Fields {
 public:
  /// Reads the object that comes next at `cursor`. A field that stands twice is Malformed.
  void read(JsonCursor& cursor) noexcept {
    for (cursor.beginObject(); cursor.nextMember();) {
      Field field = fieldNamed(cursor.keyWord());
      if (field == Field::Unknown && cursor.keyIs("lastUpdateId")) field = Field::LastUpdateId;
      const std::string_view text = cursor.skipValue();
      if (field == Field::Unknown) {
        ++strangers_;
        continue;
      }
      std::string_view& own = texts_[static_cast<std::size_t>(field)];
      if (!own.empty()) cursor.fail(event::DecodeError::Malformed);
      own = text;
    }
  }

  /// The text of a value as it stands in the frame; empty where the object has no such field, or
  /// null in it.
  [[nodiscard]] std::string_view operator[](Field field) const noexcept {
    const std::string_view text = texts_[static_cast<std::size_t>(field)];
    return text == "null" ? std::string_view{} : text;
  }
  [[nodiscard]] bool has(Field field) const noexcept { return !(*this)[field].empty(); }
  /// Whether the field stands there, be it null.
  [[nodiscard]] bool names(Field field) const noexcept {
    return !texts_[static_cast<std::size_t>(field)].empty();
  }

  /// How many fields are not in `known`.
  [[nodiscard]] std::uint32_t countUnknown(const FieldSet& known) const noexcept {
    std::uint32_t count = strangers_;
    for (std::size_t field = 0; field < kFieldCount; ++field) {
      if (!texts_[field].empty() && !known.has(field)) ++count;
    }
    return count;
  }

 private:
  std::array<std::string_view, kFieldCount> texts_{};
  std::uint32_t strangers_ = 0;
};

}  // namespace hft::decode::binance
