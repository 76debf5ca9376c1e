#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {

/// The most bytes that `writeUnsigned` writes.
inline constexpr std::size_t kUnsignedTextBytesMax = 20;
/// The most bytes that `writeDecimalText` writes: sign, 19 digits, dot, leading zeros.
inline constexpr std::size_t kDecimalBytesMax = 40;

namespace detail {

/// "00" to "99".
inline constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (unsigned at = 0; at < 100; ++at) {
    pairs[at * 2] = static_cast<char>('0' + at / 10);
    pairs[at * 2 + 1] = static_cast<char>('0' + at % 10);
  }
  return pairs;
}();

inline constexpr std::array<std::uint64_t, 20> kTens = [] {
  std::array<std::uint64_t, 20> tens{};
  std::uint64_t ten = 1;
  for (auto& entry : tens) {
    entry = ten;
    ten *= 10;
  }
  return tens;
}();

/// The number of decimal digits of `value`; 1 for 0.
inline unsigned countDigits(std::uint64_t value) noexcept {
  // 1233/4096 is log10(2) closely enough for 64 bits; the table settles the border.
  const auto bits = static_cast<unsigned>(std::bit_width(value | 1));
  const unsigned guess = bits * 1233U >> 12U;
  return guess + (value >= kTens[guess] ? 1U : 0U) + (value == 0 ? 1U : 0U);
}

}  // namespace detail

/// Writes exactly `count` digits of `value`, with leading zeros, in front of `end`.
inline void writeDigitsBefore(char* end, std::uint64_t value, unsigned count) noexcept {
  while (count >= 2) {
    end -= 2;
    std::memcpy(end, detail::kDigitPairs.data() + value % 100 * 2, 2);
    value /= 100;
    count -= 2;
  }
  if (count != 0) *(end - 1) = static_cast<char>('0' + value % 10);
}

/// Writes `value` at `out` and returns the end.
inline char* writeUnsigned(char* out, std::uint64_t value) noexcept {
  const unsigned digits = detail::countDigits(value);
  writeDigitsBefore(out + digits, value, digits);
  return out + digits;
}

/// Writes `value` at `out`, all its decimals printed, and returns the end.
inline char* writeDecimalText(char* out, Decimal value) noexcept {
  auto magnitude = static_cast<std::uint64_t>(value.mantissa);
  if (value.mantissa < 0) {
    *out++ = '-';
    magnitude = ~magnitude + 1;
  }
  if (value.decimals == 0) return writeUnsigned(out, magnitude);
  HFT_DCHECK(value.decimals <= kDecimalFractionMax);
  const std::uint64_t unit = detail::kTens[value.decimals];
  out = writeUnsigned(out, magnitude / unit);
  *out++ = '.';
  writeDigitsBefore(out + value.decimals, magnitude % unit, value.decimals);
  return out + value.decimals;
}

}  // namespace hft::fix
