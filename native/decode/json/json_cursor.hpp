#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/result.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// The type of a JSON value, told by its first byte. `None`: no value stands there.
enum class JsonType : std::uint8_t { None, Object, Array, String, Number, True, False, Null };

/// A string of a frame as it is written: between its quotes, escapes not resolved.
struct JsonText {
  std::string_view raw;
  bool hasEscapes = false;
};

/// Resolves the escapes of `text` into `buffer`; without escapes it returns `text.raw` itself.
///
/// Errors: Malformed for a lone surrogate; CapacityExceeded when the buffer is too small.
[[nodiscard]] Result<std::string_view, event::DecodeError> unescape(
    JsonText text, std::span<char> buffer) noexcept;

/// A key of up to eight bytes as one word, for a `switch`: `case keyWord("bids"):`.
/// Longer keys, and keys with a zero byte, give 0.
[[nodiscard]] constexpr std::uint64_t keyWord(std::string_view key) noexcept {
  if (key.size() > 8) return 0;
  std::uint64_t word = 0;
  for (std::size_t index = 0; index < key.size(); ++index) {
    const auto byte = static_cast<std::uint8_t>(key[index]);
    if (byte == 0) return 0;
    word |= static_cast<std::uint64_t>(byte) << (8 * index);
  }
  return word;
}

/// Reads one JSON text from left to right: what is asked for is returned, everything is validated
/// (RFC 8259, UTF-8 included), nothing is allocated.
///
/// The first error stays: later calls do nothing and return false or empty. A loop over members
/// therefore just ends, and `finish` says what happened:
///
///     JsonCursor cursor(frame);
///     for (cursor.beginObject(); cursor.nextMember();) {
///       switch (cursor.keyWord()) {
///         case keyWord("id"): id = cursor.number(); break;
///         default: cursor.skipValue();
///       }
///     }
///     return cursor.finish();
///
/// After `nextMember` or `nextElement` has returned true, exactly one value must be read. Texts
/// point into the frame. The frame needs event::kFramePadding readable bytes after its end, which
/// never change a result. Duplicate keys are the caller's business. Not thread-safe.
class JsonCursor {
 public:
  /// Containers inside each other beyond this are Malformed.
  static constexpr std::uint32_t kDepthMax = 64;

  explicit JsonCursor(std::string_view text) noexcept
      : begin_(text.data()), next_(text.data()), end_(text.data() + text.size()) {}

  /// The type of the value that comes next; None at an error or where no value starts.
  [[nodiscard]] JsonType peek() noexcept;

  /// Enters the object that comes next; fails (Malformed) at any other value.
  bool beginObject() noexcept;
  /// Goes to the next member, whose key is then known and whose value is read next. False after
  /// the last one (the object is left) and on an error.
  bool nextMember() noexcept;
  bool beginArray() noexcept;
  /// Goes to the next element; false after the last one (the array is left) and on an error.
  bool nextElement() noexcept;

  /// The key of the present member.
  [[nodiscard]] JsonText key() const noexcept { return key_; }
  [[nodiscard]] bool keyIs(std::string_view name) const noexcept;
  /// The key of the present member for a `switch`; 0 when it is longer than eight bytes.
  [[nodiscard]] std::uint64_t keyWord() const noexcept;

  /// The string that comes next; fails at any other value.
  JsonText string() noexcept;
  /// The text of the number that comes next: valid by the JSON grammar, exponent forms included.
  std::string_view number() noexcept;
  /// True or false; fails at any other value (and returns false).
  bool boolean() noexcept;
  /// Passes the null that comes next; false and an error at any other value.
  bool null() noexcept;

  /// Passes one value of any type, validated; returns its text (empty on an error).
  std::string_view skipValue() noexcept;

  /// Sets an error of the caller's own (the first one stays), which ends all loops.
  void fail(event::DecodeError error) noexcept {
    if (error_ == event::DecodeError::Ok) error_ = error;
  }
  [[nodiscard]] event::DecodeError error() const noexcept { return error_; }
  [[nodiscard]] bool ok() const noexcept { return error_ == event::DecodeError::Ok; }

  /// Ends the reading: the error so far, or whether only white space follows the value.
  [[nodiscard]] event::DecodeError finish() noexcept;

  /// Bytes read so far.
  [[nodiscard]] std::size_t offset() const noexcept {
    return static_cast<std::size_t>(next_ - begin_);
  }

 private:
  void skipSpace() noexcept;
  /// The byte at the cursor after white space; at the end of the text it fails with Truncated.
  char peekByte() noexcept;
  bool begin(char opening) noexcept;
  bool nextItem(char closing) noexcept;
  bool literal(std::string_view word) noexcept;
  JsonText takeString() noexcept;
  const char* passEscape(const char* at) noexcept;
  const char* passUtf8(const char* at) noexcept;
  std::string_view takeNumber() noexcept;
  bool takeDigits() noexcept;
  bool takeScalar() noexcept;

  const char* begin_;
  const char* next_;
  const char* end_;
  JsonText key_{};
  std::uint32_t depth_ = 0;
  /// The container at the cursor was just entered: no comma stands before its first item.
  bool isFirst_ = false;
  event::DecodeError error_ = event::DecodeError::Ok;
};

}  // namespace hft::decode
