#pragma once

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

/// `44=`, made by the compiler.
template <std::uint32_t Tag>
struct TagText {
  static_assert(Tag != 0 && Tag < 1'000'000'000);
  static constexpr std::size_t kDigits = [] {
    std::size_t digits = 0;
    for (std::uint32_t rest = Tag; rest != 0; rest /= 10) ++digits;
    return digits;
  }();
  static constexpr std::size_t kBytes = kDigits + 1;
  static constexpr std::array<char, kBytes> kText = [] {
    std::array<char, kBytes> text{};
    std::uint32_t rest = Tag;
    for (std::size_t at = kDigits; at-- != 0; rest /= 10) {
      text[at] = static_cast<char>('0' + rest % 10);
    }
    text[kDigits] = '=';
    return text;
  }();
};

}  // namespace detail

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
        cursor_(buffer.data() + kHeadBytes) {
    HFT_CHECK(buffer.size() > kHeadBytes);
  }

  /// Begins a message whose body starts with MsgType(35).
  void begin(std::string_view msgType) noexcept {
    cursor_ = buffer_ + kHeadBytes;
    fields_ = 0;
    error_ = WriteError::Ok;
    text<35>(msgType);
  }

  /// Fields as they are on the wire, each with its tag and SOH; `fields` says how many.
  void encoded(std::string_view bytes, std::size_t fields) noexcept {
    if (!hasRoom(bytes.size())) return;
    append(bytes);
    fields_ += fields;
  }

  template <std::uint32_t Tag>
  void text(std::string_view value) noexcept {
    if (!open<Tag>(value.size())) return;
    if (value.empty()) return fail(WriteError::EmptyText);
    append(value);
    close();
  }

  template <std::uint32_t Tag>
  void character(char value) noexcept {
    if (!open<Tag>(1)) return;
    *cursor_++ = value;
    close();
  }

  template <std::uint32_t Tag>
  void flag(bool value) noexcept {
    character<Tag>(value ? 'Y' : 'N');
  }

  template <std::uint32_t Tag>
  void unsignedNumber(std::uint64_t value) noexcept {
    if (!open<Tag>(kUnsignedTextBytesMax)) return;
    cursor_ = writeUnsigned(cursor_, value);
    close();
  }

  template <std::uint32_t Tag>
  void number(std::int64_t value) noexcept {
    decimal<Tag>({value, 0});
  }

  template <std::uint32_t Tag>
  void decimal(Decimal value) noexcept {
    if (!open<Tag>(kDecimalBytesMax)) return;
    cursor_ = writeDecimalText(cursor_, value);
    close();
  }

  template <std::uint32_t Tag>
  void timestamp(Nanos time, TimePrecision precision) noexcept {
    if (!open<Tag>(kTimestampBytesMax)) return;
    cursor_ = times_.write(cursor_, time, precision);
    close();
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
  [[nodiscard]] bool hasRoom(std::size_t bytes) noexcept {
    if (static_cast<std::size_t>(end_ - cursor_) < bytes) [[unlikely]] {
      fail(WriteError::NoRoom);
      return false;
    }
    return true;
  }

  template <std::uint32_t Tag>
  [[nodiscard]] bool open(std::size_t valueBytes) noexcept {
    using Text = detail::TagText<Tag>;
    if (!hasRoom(Text::kBytes + valueBytes + 1)) return false;
    std::memcpy(cursor_, Text::kText.data(), Text::kBytes);
    cursor_ += Text::kBytes;
    return true;
  }

  void close() noexcept {
    *cursor_++ = kSoh;
    ++fields_;
  }

  void append(std::string_view bytes) noexcept {
    std::memcpy(cursor_, bytes.data(), bytes.size());
    cursor_ += bytes.size();
  }

  void fail(WriteError error) noexcept {
    if (error_ == WriteError::Ok) error_ = error;
  }

  char* buffer_;
  char* end_;
  char* cursor_;
  std::size_t fields_ = 0;
  WriteError error_ = WriteError::Ok;
  TimestampText times_;
};

}  // namespace hft::fix
