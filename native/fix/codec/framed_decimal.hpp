#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {
namespace detail {

constexpr std::uint64_t repeatByte(std::uint8_t byte) noexcept {
  return 0x0101010101010101ULL * byte;
}

/// Whether each byte of `digits`, text minus '0', is 0 to 9. A borrow between bytes shows in the
/// lowest that is none.
constexpr bool areDigits(std::uint64_t digits) noexcept {
  return ((digits | (digits + repeatByte(6))) & repeatByte(0xf0)) == 0;
}

/// The number that eight digits write, the first in the lowest byte.
constexpr std::uint64_t joinEightDigits(std::uint64_t digits) noexcept {
  digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ffULL;
  digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffffULL;
  return (digits * 10000 + (digits >> 32)) & 0xffffffffULL;
}

}  // namespace detail

/// `readDecimal` of a value that stands in a frame: eight bytes behind it can be read, which the
/// trailer guarantees. Up to eight bytes without a branch a digit.
[[nodiscard]] inline Result<Decimal, ValueError> readFramedDecimal(std::string_view text) noexcept {
  if constexpr (std::endian::native != std::endian::little) return readDecimal(text);
  const std::size_t size = text.size();
  if (size - 1 > 7) [[unlikely]]
    return readDecimal(text);
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), sizeof word);
  const std::uint64_t differing = word ^ detail::repeatByte('.');
  const std::uint64_t dots =
      (differing - detail::repeatByte(1)) & ~differing & detail::repeatByte(0x80);
  // 64 where there is none.
  const auto dotBits = static_cast<unsigned>(std::countr_zero(dots)) & ~7U;
  const auto sizeBits = static_cast<unsigned>(size) * 8;
  std::uint64_t digits = word;
  unsigned digitBits = sizeBits;
  std::uint32_t decimals = 0;
  if (dotBits < sizeBits) {
    // The digits behind the dot move over it.
    const std::uint64_t before = (std::uint64_t{1} << dotBits) - 1;
    digits = (word & before) | ((word >> 8) & ~before);
    digitBits -= 8;
    decimals = (digitBits - dotBits) / 8;
    if (digitBits == 0) [[unlikely]]
      return ValueError::Malformed;
  }
  const unsigned shift = 64 - digitBits;
  digits = (digits << shift) - (detail::repeatByte('0') << shift);
  if (!detail::areDigits(digits)) [[unlikely]]
    return readDecimal(text);
  return Decimal{static_cast<std::int64_t>(detail::joinEightDigits(digits)), decimals};
}

}  // namespace hft::fix
