#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/core/units.hpp"
#include "native/fix/codec/number_text.hpp"

namespace hft::fix {

/// How finely a timestamp is written.
enum class TimePrecision : std::uint8_t { Seconds = 0, Millis = 3, Micros = 6, Nanos = 9 };

/// The bytes of `YYYYMMDD-HH:MM:SS`.
inline constexpr std::size_t kTimestampSecondBytes = 17;
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
/// The most bytes of a UTCTimestamp: `YYYYMMDD-HH:MM:SS.nnnnnnnnn`.
inline constexpr std::size_t kTimestampBytesMax = 27;

namespace detail {

/// The three digits of `millis` (below 1000) as bytes, the first in the lowest.
inline std::uint64_t milliDigits(std::uint64_t millis) noexcept {
  // 41/4096 is 1/100 exactly enough below 1000.
  const std::uint64_t hundreds = millis * 41 >> 12;
  std::uint16_t pair = 0;
  std::memcpy(&pair, kDigitPairs.data() + (millis - hundreds * 100) * 2, sizeof pair);
  return ('0' + hundreds) | static_cast<std::uint64_t>(pair) << 8;
}

/// The decimals of a second that `precision` keeps, at most six, as bytes; the divisors are
/// constants because a division by a variable costs as much as all the rest.
inline std::uint64_t fractionDigits(std::uint64_t nanos, TimePrecision precision) noexcept {
  if (precision == TimePrecision::Millis) return milliDigits(nanos / 1'000'000);
  return (splitEightDigits(nanos / 1000) + kAsciiZeros) >> 16;
}

}  // namespace detail

/// Writes UTCTimestamps and keeps the text of the last second: within it only the decimals are
/// written. One a thread.
class TimestampText {
 public:
  /// Writes `time` (from 1970 to 2261) at `out`, which has room for
  /// kTimestampBytesMax, and returns the end; the digits that `precision`
  /// leaves out are dropped, not rounded.
  [[gnu::always_inline]] char* write(char* out, Nanos time, TimePrecision precision) noexcept {
    const std::int64_t second = time / kNanosPerSecond;
    if (second != second_) [[unlikely]]
      keep(second);
    std::memcpy(out, text_, 16);
    const auto nanos = static_cast<std::uint64_t>(time - second * kNanosPerSecond);
    const auto digits = static_cast<unsigned>(precision);
    if constexpr (std::endian::native == std::endian::little) {
      if (digits - 1 < 6) [[likely]] {
        // The last digit of the second, the dot and up to six digits are one word.
        const std::uint64_t word = static_cast<std::uint8_t>(text_[16]) | std::uint64_t{'.'} << 8 |
                                   detail::fractionDigits(nanos, precision) << 16;
        std::memcpy(out + 16, &word, sizeof word);
        return out + kTimestampSecondBytes + 1 + digits;
      }
    }
    out[16] = text_[16];
    out += kTimestampSecondBytes;
    if (digits == 0) return out;
    *out++ = '.';
    writeDigitsBefore(out + digits, nanos / detail::kTens[9 - digits], digits);
    return out + digits;
  }

 private:
  void keep(std::int64_t second) noexcept;

  std::int64_t second_ = -1;
  char text_[kTimestampSecondBytes] = {};
};

}  // namespace hft::fix
