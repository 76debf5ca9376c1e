#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hft {

/// The most bytes that `writeDecimal` writes: sign, 19 digits, dot, leading zeros.
inline constexpr std::size_t kDecimalTextBytesMax = 40;

/// Writes `value` * 10^-decimals as plain decimal text with exactly `decimals` decimals into `out`
/// (at least kDecimalTextBytesMax bytes) and returns the number of bytes.
inline std::size_t writeDecimal(std::int64_t value, unsigned decimals, char* out) noexcept {
  char digits[32];
  std::size_t count = 0;
  const bool isNegative = value < 0;
  std::uint64_t rest =
      isNegative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  while (count <= decimals) digits[count++] = '0';
  std::size_t written = 0;
  if (isNegative) out[written++] = '-';
  while (count != 0) {
    if (count == decimals) out[written++] = '.';
    out[written++] = digits[--count];
  }
  return written;
}

}  // namespace hft
