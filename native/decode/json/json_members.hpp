#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/json/json_cursor.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// The values of one JSON object by name, as they are written: the tolerant path of a decoder reads
/// a message whose fields may come in any order, and of which any may be missing.
template <std::size_t N>
struct JsonMembers {
  /// In the order of the names; empty where the member is absent or null.
  std::array<std::string_view, N> values{};
  std::uint32_t unknownCount = 0;  ///< Members with another name.

  [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept {
    return values[index];
  }
};

/// Reads the object that comes next; the last of several members of one name counts. An error is
/// left in `cursor`.
template <std::size_t N>
[[nodiscard]] JsonMembers<N> readMembers(JsonCursor& cursor,
                                         const std::array<std::string_view, N>& names) noexcept {
  JsonMembers<N> members;
  for (cursor.beginObject(); cursor.nextMember();) {
    std::size_t index = 0;
    while (index < N && !cursor.keyIs(names[index])) ++index;
    const std::string_view value = cursor.skipValue();
    if (index == N) {
      ++members.unknownCount;
    } else {
      members.values[index] = value == "null" ? std::string_view() : value;
    }
  }
  return members;
}

/// Reads the elements of the array that comes next, at most `N`; further ones are validated and
/// counted in `unknownCount`. An error is left in `cursor`.
template <std::size_t N>
[[nodiscard]] JsonMembers<N> readElements(JsonCursor& cursor) noexcept {
  JsonMembers<N> elements;
  std::size_t index = 0;
  for (cursor.beginArray(); cursor.nextElement(); ++index) {
    const std::string_view value = cursor.skipValue();
    if (index >= N) {
      ++elements.unknownCount;
    } else {
      elements.values[index] = value == "null" ? std::string_view() : value;
    }
  }
  return elements;
}

/// What kind of value `raw` is.
[[nodiscard]] inline bool isJsonString(std::string_view raw) noexcept {
  return raw.starts_with('"');
}
[[nodiscard]] inline bool isJsonArray(std::string_view raw) noexcept {
  return raw.starts_with('[');
}
[[nodiscard]] inline bool isJsonObject(std::string_view raw) noexcept {
  return raw.starts_with('{');
}

/// Room for a text whose escapes are resolved.
using TextBuffer = std::array<char, 64>;

/// The text of the string `raw`, its escapes resolved in `buffer`; a number is its own text. Empty
/// for any other value, and for a text with escapes that is longer than the buffer.
[[nodiscard]] std::string_view plainText(std::string_view raw, TextBuffer& buffer) noexcept;

/// Whether `raw` is the string `text`.
[[nodiscard]] bool isText(std::string_view raw, std::string_view text) noexcept;

/// The unsigned integer that `raw` is, as a number or as a string. Errors: Malformed where it is
/// neither (or absent), BadNumber, Overflow.
Result<std::uint64_t, event::DecodeError> readUnsigned(std::string_view raw) noexcept;

/// The RFC 3339 time in `raw`. A time of another form is counted as an unknown field and given as
/// 0: no book depends on it.
[[nodiscard]] Nanos readIsoTime(std::string_view raw, event::Frame& out) noexcept;

/// A fresh message; nullptr when the frame is full.
[[nodiscard]] inline event::Message* addMessage(event::Frame& out, event::MessageKind kind,
                                                InstrumentId instrument) noexcept {
  event::Message* message = out.addMessage();
  if (message == nullptr) return nullptr;
  message->kind = kind;
  message->instrument = instrument;
  return message;
}

/// Adds a message without further content.
[[nodiscard]] inline event::DecodeError addBare(event::Frame& out, event::MessageKind kind,
                                                InstrumentId instrument) noexcept {
  return addMessage(out, kind, instrument) == nullptr ? event::DecodeError::CapacityExceeded
                                                      : event::DecodeError::Ok;
}

/// The instrument called `symbol`: known, or added where the context discovers. kNoInstrument where
/// it is neither, which is counted as a skipped message.
[[nodiscard]] InstrumentId resolveInstrument(std::string_view symbol, const DecodeContext& context,
                                             event::Frame& out) noexcept;

/// As above, for the text in `raw`. Errors: Malformed where there is none.
Result<InstrumentId, event::DecodeError> readInstrument(std::string_view raw,
                                                        const DecodeContext& context,
                                                        event::Frame& out) noexcept;

}  // namespace hft::decode
