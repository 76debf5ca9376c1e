#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
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
  [[nodiscard]] Error skip() noexcept;
  /// Skips what the array or map holds whose head is `token`; nothing for another value.
  [[nodiscard]] Error skipContents(const MsgpackToken& token) noexcept;

  /// What is left to read.
  [[nodiscard]] std::string_view rest() const noexcept { return {cursor_, left()}; }

 private:
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

/// The time of an extension of type -1 (4, 8 or 12 bytes).
/// Errors: Malformed for another extension or size; Overflow beyond what Nanos holds.
Result<Nanos, event::DecodeError> msgpackTime(const MsgpackToken& token) noexcept;

}  // namespace hft::decode
