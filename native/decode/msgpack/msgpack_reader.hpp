#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/decode/json/json_cursor.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// What a MessagePack value is.
enum class MsgpackType : std::uint8_t {
  Nil,
  Bool,
  Unsigned,  ///< `bits` is the value.
  Signed,    ///< A negative integer: `bits` is its two's complement.
  Float32,   ///< `bits` is the IEEE 754 binary32 in its low half.
  Float64,   ///< `bits` is the IEEE 754 binary64.
  String,
  Binary,
  Array,      ///< `bits` values follow.
  Map,        ///< `bits` keys and values follow.
  Extension,  ///< `extensionType` and `bytes`.
};

/// One value, or the head of an array or map. `bytes` points into the frame.
struct MsgpackToken {
  MsgpackType type = MsgpackType::Nil;
  std::int8_t extensionType = 0;
  std::uint64_t bits = 0;
  std::string_view bytes;
};

/// Reads MessagePack values one after the other, strictly: a reserved byte or a size beyond the
/// end is an error, and it never reads past the end.
///
/// Source: MessagePack specification (github msgpack/msgpack, spec.md, 2017-08). Not thread-safe.
class MsgpackReader {
 public:
  using Error = event::DecodeError;

  /// The deepest nesting that `skip` follows.
  static constexpr std::size_t kDepthMax = 32;

  explicit MsgpackReader(std::string_view bytes) noexcept
      : cursor_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool atEnd() const noexcept { return cursor_ == end_; }

  /// The next value; of an array or map only its head.
  Result<MsgpackToken, Error> next() noexcept {
    if (cursor_ == end_) return Error::Truncated;
    const auto tag = static_cast<std::uint8_t>(*cursor_++);
    if (tag < 0x80) return MsgpackToken{MsgpackType::Unsigned, 0, tag, {}};
    if (tag < 0x90) return container(MsgpackType::Map, tag & 0x0fU);
    if (tag < 0xa0) return container(MsgpackType::Array, tag & 0x0fU);
    if (tag < 0xc0) return blob(MsgpackType::String, tag & 0x1fU);
    if (tag >= 0xe0) {
      return MsgpackToken{
          MsgpackType::Signed, 0, static_cast<std::uint64_t>(std::int64_t{tag} - 256), {}};
    }
    return tagged(tag);
  }

  /// Skips one value with all that it holds.
  [[nodiscard]] Error skip() noexcept {
    const std::size_t size = cursor_ < end_ ? fixedSize(static_cast<std::uint8_t>(*cursor_)) : 0;
    if (size == 0 || size > left()) return skipAny();
    cursor_ += size;
    return Error::Ok;
  }
  /// Skips what the array or map holds whose head is `token`; nothing for another value.
  [[nodiscard]] Error skipContents(const MsgpackToken& token) noexcept;

  /// The key that comes next, as `keyWord` has it; 0 for one that is no string of up to eight
  /// bytes.
  Result<std::uint64_t, Error> takeKey() noexcept;

  /// What is left to read.
  [[nodiscard]] std::string_view rest() const noexcept { return {cursor_, left()}; }

 private:
  [[nodiscard]] Error skipAny() noexcept;
  /// The bytes of a value that begins with `tag`, where the tag alone tells; else 0.
  [[nodiscard]] static std::size_t fixedSize(std::uint8_t tag) noexcept;
  Result<MsgpackToken, Error> tagged(std::uint8_t tag) noexcept;
  Result<MsgpackToken, Error> number(MsgpackType type, std::size_t size) noexcept;
  Result<MsgpackToken, Error> sizedBlob(MsgpackType type, std::size_t sizeBytes) noexcept;
  Result<MsgpackToken, Error> sizedContainer(MsgpackType type, std::size_t sizeBytes) noexcept;
  Result<MsgpackToken, Error> extension(std::uint64_t size) noexcept;

  [[nodiscard]] std::size_t left() const noexcept {
    return static_cast<std::size_t>(end_ - cursor_);
  }

  /// Takes a big-endian integer of `size` bytes, which must be there.
  [[nodiscard]] std::uint64_t take(std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8 | static_cast<std::uint8_t>(cursor_[i]);
    }
    cursor_ += size;
    return value;
  }

  Result<MsgpackToken, Error> container(MsgpackType type, std::uint64_t count) const noexcept {
    // Each value takes at least one byte: a larger count is a lie, found before any loop.
    if ((type == MsgpackType::Map ? count * 2 : count) > left()) return Error::Truncated;
    return MsgpackToken{type, 0, count, {}};
  }

  Result<MsgpackToken, Error> blob(MsgpackType type, std::uint64_t size) noexcept {
    if (size > left()) return Error::Truncated;
    const std::string_view bytes(cursor_, static_cast<std::size_t>(size));
    cursor_ += size;
    return MsgpackToken{type, 0, 0, bytes};
  }

  const char* cursor_;
  const char* end_;
};

namespace detail {

inline constexpr auto kMsgpackSizes = [] {
  std::array<std::uint8_t, 256> sizes{};
  for (std::size_t tag = 0; tag < 256; ++tag) {
    const bool isSmallInteger = tag < 0x80 || tag >= 0xe0;
    const bool isText = tag >= 0xa0 && tag < 0xc0;
    sizes[tag] = static_cast<std::uint8_t>(isSmallInteger ? 1 : isText ? 1 + (tag & 0x1f) : 0);
  }
  for (const std::size_t tag : {0x80, 0x90, 0xc0, 0xc2, 0xc3}) sizes[tag] = 1;
  sizes[0xca] = 5;
  sizes[0xcb] = 9;
  for (std::size_t power = 0; power < 4; ++power) {
    sizes[0xcc + power] = sizes[0xd0 + power] = static_cast<std::uint8_t>(1 + (1U << power));
  }
  for (std::size_t power = 0; power < 5; ++power) {
    sizes[0xd4 + power] = static_cast<std::uint8_t>(2 + (1U << power));
  }
  return sizes;
}();

}  // namespace detail

inline std::size_t MsgpackReader::fixedSize(std::uint8_t tag) noexcept {
  return detail::kMsgpackSizes[tag];
}

inline Result<std::uint64_t, MsgpackReader::Error> MsgpackReader::takeKey() noexcept {
  const auto tag = cursor_ < end_ ? static_cast<std::uint8_t>(*cursor_) : std::uint8_t{0};
  const std::size_t size = tag & 0x1fU;
  if ((tag & 0xe0U) == 0xa0U && size > 0 && size <= 8 && left() >= 9) {
    std::uint64_t word = 0;
    std::memcpy(&word, cursor_ + 1, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const std::uint64_t others = size == 8 ? 0 : ~std::uint64_t{0} << (size * 8);
    // A zero byte inside the key would look like its end.
    const std::uint64_t filled = word | others;
    const bool hasZero = ((filled - 0x0101010101010101U) & ~filled & 0x8080808080808080U) != 0;
    cursor_ += 1 + size;
    return hasZero ? std::uint64_t{0} : word & ~others;
  }
  const auto token = next();
  if (!token.ok()) return token.error();
  if (const Error error = skipContents(token.value()); error != Error::Ok) return error;
  return token.value().type == MsgpackType::String ? keyWord(token.value().bytes)
                                                   : std::uint64_t{0};
}

/// The time of an extension of type -1 (4, 8 or 12 bytes).
/// Errors: Malformed for another extension or size; Overflow beyond what Nanos holds.
Result<Nanos, event::DecodeError> msgpackTime(const MsgpackToken& token) noexcept;

}  // namespace hft::decode
