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

namespace detail {

/// The most that the fast forms write: eight digits.
inline constexpr std::uint64_t kEightDigits = 100'000'000;

/// The eight digits of `value` (below kEightDigits) as bytes 0 to 9, the first in the lowest.
inline std::uint64_t splitEightDigits(std::uint64_t value) noexcept {
  const std::uint64_t fours = value / 10000 | (value % 10000) << 32;
  // Each half by 100 and each quarter by 10, as multiplications that are exact in their range.
  const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f'0000007fULL;
  const std::uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = (pairs * 103 >> 10) & 0x000f'000f'000f'000fULL;
  return tens | (pairs - tens * 10) << 8;
}

inline constexpr std::uint64_t kAsciiZeros = 0x3030303030303030ULL;

}  // namespace detail

/// Writes `value` at `out`, which has room for kUnsignedTextBytesMax, and returns the end.
inline char* writeUnsigned(char* out, std::uint64_t value) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    if (value < detail::kEightDigits) [[likely]] {
      const std::uint64_t digits = detail::splitEightDigits(value);
      // The last digit is written even where it is a zero.
      const unsigned zeros =
          static_cast<unsigned>(std::countr_zero(digits | std::uint64_t{1} << 56)) & ~7U;
      const std::uint64_t text = (digits + detail::kAsciiZeros) >> zeros;
      std::memcpy(out, &text, sizeof text);
      return out + (8 - zeros / 8);
    }
  }
  const unsigned digits = detail::countDigits(value);
  writeDigitsBefore(out + digits, value, digits);
  return out + digits;
}

/// Writes mantissa * 10^-decimals at `out`, which has room for kDecimalBytesMax, all decimals
/// printed, and returns the end. Two numbers and no Decimal: one load of a Decimal that was just
/// written as two stores waits for both of them.
inline char* writeDecimalText(char* out, std::int64_t mantissa, std::uint32_t decimals) noexcept {
  auto magnitude = static_cast<std::uint64_t>(mantissa);
  if (mantissa < 0) {
    *out++ = '-';
    magnitude = ~magnitude + 1;
  }
  if (decimals == 0) return writeUnsigned(out, magnitude);
  HFT_DCHECK(decimals <= kDecimalFractionMax);
  if constexpr (std::endian::native == std::endian::little) {
    if (magnitude < detail::kEightDigits && decimals < 8) [[likely]] {
      const std::uint64_t digits = detail::splitEightDigits(magnitude);
      // At least one digit stands in front of the dot.
      const unsigned needed = 56 - decimals * 8;
      const unsigned zeros =
          static_cast<unsigned>(std::countr_zero(digits | std::uint64_t{1} << needed)) & ~7U;
      const std::uint64_t text = (digits + detail::kAsciiZeros) >> zeros;
      const unsigned whole = 8 - zeros / 8 - decimals;
      const std::uint64_t fraction = text >> (whole * 8 - 8) >> 8;
      std::memcpy(out, &text, sizeof text);
      out += whole;
      *out++ = '.';
      std::memcpy(out, &fraction, sizeof fraction);
      return out + decimals;
    }
  }
  const std::uint64_t unit = detail::kTens[decimals];
  out = writeUnsigned(out, magnitude / unit);
  *out++ = '.';
  writeDigitsBefore(out + decimals, magnitude % unit, decimals);
  return out + decimals;
}

}  // namespace hft::fix
