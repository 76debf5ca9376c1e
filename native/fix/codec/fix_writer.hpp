#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "native/core/result.hpp"
#include "native/fix/codec/number_text.hpp"
#include "native/fix/codec/tags.hpp"
#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {

/// Why a message could not be written.
enum class WriteError : std::uint8_t {
  Ok,
  NoRoom,     ///< The buffer is full.
  EmptyText,  ///< A field without a value.
  SohInText,  ///< A value that holds SOH would have become fields of its own.
};

namespace detail {

/// SOH and `44=`, made by the compiler: each field writes the end of the one before with its own
/// beginning, in one store of eight bytes. Stores are what a message costs: the sum at its end
/// waits for all of them.
template <std::uint32_t Tag>
struct TagText {
  static_assert(Tag != 0 && Tag < 100'000);
  static constexpr std::size_t kDigits = [] {
    std::size_t digits = 0;
    for (std::uint32_t rest = Tag; rest != 0; rest /= 10) ++digits;
    return digits;
  }();
  static constexpr std::size_t kBytes = kDigits + 2;
  static constexpr std::array<char, 8> kText = [] {
    std::array<char, 8> text{};
    std::uint32_t rest = Tag;
    text[0] = kSoh;
    for (std::size_t at = kDigits; at != 0; --at, rest /= 10) {
      text[at] = static_cast<char>('0' + rest % 10);
    }
    text[kDigits + 1] = '=';
    return text;
  }();
};

/// Copies `size` bytes: most texts of a message are shorter than a call of memcpy is worth.
[[gnu::always_inline]] inline void copyText(char* out, const char* from,
                                            std::size_t size) noexcept {
  if (size > 32) {
    std::memcpy(out, from, size);
  } else if (size > 16) {
    std::array<std::uint64_t, 2> first{};
    std::array<std::uint64_t, 2> last{};
    std::memcpy(&first, from, 16);
    std::memcpy(&last, from + size - 16, 16);
    std::memcpy(out, &first, 16);
    std::memcpy(out + size - 16, &last, 16);
  } else if (size >= 8) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + size - 8, 8);
    std::memcpy(out, &first, 8);
    std::memcpy(out + size - 8, &last, 8);
  } else if (size >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + size - 4, 4);
    std::memcpy(out, &first, 4);
    std::memcpy(out + size - 4, &last, 4);
  } else if (size != 0) {
    const char middle = from[size / 2];
    const char last = from[size - 1];
    out[0] = from[0];
    out[size / 2] = middle;
    out[size - 1] = last;
  }
}

}  // namespace detail

/// Where fields are written: a FixWriter's cursor, taken out so that it stays in registers while a
/// whole message is written (every byte written could else have changed it).
class FieldSink {
 public:
  /// Fields as they are on the wire, but each behind an SOH and not before one; `fields` says how
  /// many.
  [[gnu::always_inline]] void encoded(std::string_view bytes, std::size_t fields) noexcept {
    if (!hasRoom(bytes.size())) return;
    append(bytes);
    fields_ += fields;
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void text(std::string_view value) noexcept {
    if (!open<Tag>(value.size())) return;
    if (value.empty()) [[unlikely]]
      return fail(WriteError::EmptyText);
    append(value);
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void character(char value) noexcept {
    if (!open<Tag>(1)) return;
    *cursor_++ = value;
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void flag(bool value) noexcept {
    character<Tag>(value ? 'Y' : 'N');
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void unsignedNumber(std::uint64_t value) noexcept {
    if (!open<Tag>(kUnsignedTextBytesMax)) return;
    cursor_ = writeUnsigned(cursor_, value);
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void number(std::int64_t value) noexcept {
    decimal<Tag>(value, 0);
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void decimal(std::int64_t mantissa, std::uint32_t decimals) noexcept {
    if (!open<Tag>(kDecimalBytesMax)) return;
    cursor_ = writeDecimalText(cursor_, mantissa, decimals);
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void timestamp(Nanos time, TimePrecision precision) noexcept {
    if (!open<Tag>(kTimestampBytesMax)) return;
    cursor_ = times_.write(cursor_, time, precision);
  }

 private:
  friend class FixWriter;

  FieldSink(char* cursor, char* end, TimestampText& times) noexcept
      : cursor_(cursor), end_(end), times_(times) {}

  [[gnu::always_inline]] [[nodiscard]] bool hasRoom(std::size_t bytes) noexcept {
    if (static_cast<std::size_t>(end_ - cursor_) < bytes) [[unlikely]] {
      fail(WriteError::NoRoom);
      return false;
    }
    return true;
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] [[nodiscard]] bool open(std::size_t valueBytes) noexcept {
    using Text = detail::TagText<Tag>;
    if (!hasRoom(Text::kText.size() + valueBytes)) return false;
    std::memcpy(cursor_, Text::kText.data(), Text::kText.size());
    cursor_ += Text::kBytes;
    ++fields_;
    return true;
  }

  [[gnu::always_inline]] void append(std::string_view bytes) noexcept {
    detail::copyText(cursor_, bytes.data(), bytes.size());
    cursor_ += bytes.size();
  }

  [[gnu::always_inline]] void fail(WriteError error) noexcept {
    if (error_ == WriteError::Ok) error_ = error;
  }

  char* cursor_;
  char* end_;
  TimestampText& times_;
  std::size_t fields_ = 0;
  WriteError error_ = WriteError::Ok;
};

/// Writes one message after another into memory of the caller.
///
/// The body is written first; `finish` puts BeginString and BodyLength right before it and the
/// checksum behind, so BodyLength has no padding and nothing moves. The first error stays until
/// the next `begin`, and `finish` says it: a message is whole or it is none. Values that hold SOH
/// are found by counting, in the pass that sums. Not thread-safe. No allocation.
class FixWriter {
 public:
  /// Bytes that `BeginString` and `BodyLength` may take before the body.
  static constexpr std::size_t kHeadBytes = 40;
  /// The longest BeginString.
  static constexpr std::size_t kBeginStringBytesMax = 16;

  /// `buffer`: the longest message, and kHeadBytes. Bytes behind the message may be overwritten.
  explicit FixWriter(std::span<char> buffer) noexcept
      : buffer_(buffer.data()),
        end_(buffer.data() + buffer.size()),
        cursor_(buffer.data() + kHeadBytes - 1) {
    HFT_CHECK(buffer.size() > kHeadBytes);
  }

  /// Begins a message whose body starts with MsgType(35).
  void begin(std::string_view msgType) noexcept {
    restart();
    text<35>(msgType);
  }

  /// Begins a message whose body is empty yet; MsgType(35) must be its first field.
  void restart() noexcept {
    // The SOH of the first field is that of BodyLength.
    cursor_ = buffer_ + kHeadBytes - 1;
    fields_ = 0;
    error_ = WriteError::Ok;
  }

  /// Writes fields through `write(FieldSink&)`, many at once.
  template <typename Write>
  [[gnu::always_inline]] void fields(Write write) noexcept {
    writeInto(bodyTimes_, write);
  }
  /// The same for the header, whose times are mostly in another second than the body's: each
  /// keeps the text of its own.
  template <typename Write>
  [[gnu::always_inline]] void headerFields(Write write) noexcept {
    writeInto(headerTimes_, write);
  }

  /// Fields as they are on the wire, but each behind an SOH and not before one; `count` says how
  /// many.
  void encoded(std::string_view bytes, std::size_t count) noexcept {
    fields([&](FieldSink& sink) { sink.encoded(bytes, count); });
  }
  template <std::uint32_t Tag>
  void text(std::string_view value) noexcept {
    fields([&](FieldSink& sink) { sink.text<Tag>(value); });
  }
  template <std::uint32_t Tag>
  void character(char value) noexcept {
    fields([&](FieldSink& sink) { sink.character<Tag>(value); });
  }
  template <std::uint32_t Tag>
  void flag(bool value) noexcept {
    fields([&](FieldSink& sink) { sink.flag<Tag>(value); });
  }
  template <std::uint32_t Tag>
  void unsignedNumber(std::uint64_t value) noexcept {
    fields([&](FieldSink& sink) { sink.unsignedNumber<Tag>(value); });
  }
  template <std::uint32_t Tag>
  void number(std::int64_t value) noexcept {
    fields([&](FieldSink& sink) { sink.number<Tag>(value); });
  }
  template <std::uint32_t Tag>
  void decimal(Decimal value) noexcept {
    fields([&](FieldSink& sink) { sink.decimal<Tag>(value.mantissa, value.decimals); });
  }
  template <std::uint32_t Tag>
  void timestamp(Nanos time, TimePrecision precision) noexcept {
    fields([&](FieldSink& sink) { sink.timestamp<Tag>(time, precision); });
  }

  /// A field whose tag is known only at run time.
  void text(std::uint32_t tag, std::string_view value) noexcept;

  /// A data field and the length field before it; `value` may hold any byte.
  void data(std::uint32_t lengthTag, std::uint32_t dataTag, std::string_view value) noexcept;

  /// Ends the message; the view lives until the next `begin`.
  /// Errors: the first one met since `begin`.
  [[nodiscard]] Result<std::string_view, WriteError> finish(std::string_view beginString) noexcept;

  [[nodiscard]] WriteError error() const noexcept { return error_; }

 private:
  template <typename Write>
  [[gnu::always_inline]] void writeInto(TimestampText& times, Write& write) noexcept {
    FieldSink sink(cursor_, end_, times);
    write(sink);
    cursor_ = sink.cursor_;
    fields_ += sink.fields_;
    if (sink.error_ != WriteError::Ok) [[unlikely]]
      fail(sink.error_);
  }

  [[nodiscard]] bool hasRoom(std::size_t bytes) noexcept {
    if (static_cast<std::size_t>(end_ - cursor_) >= bytes) [[likely]]
      return true;
    fail(WriteError::NoRoom);
    return false;
  }

  void append(std::string_view bytes) noexcept {
    if (!bytes.empty()) std::memcpy(cursor_, bytes.data(), bytes.size());
    cursor_ += bytes.size();
  }

  void open(std::uint32_t tag) noexcept {
    *cursor_++ = kSoh;
    cursor_ = writeUnsigned(cursor_, tag);
    *cursor_++ = '=';
    ++fields_;
  }

  void fail(WriteError error) noexcept {
    if (error_ == WriteError::Ok) error_ = error;
  }

  char* buffer_;
  char* end_;
  char* cursor_;
  std::size_t fields_ = 0;
  WriteError error_ = WriteError::Ok;
  TimestampText headerTimes_;
  TimestampText bodyTimes_;
};

}  // namespace hft::fix
