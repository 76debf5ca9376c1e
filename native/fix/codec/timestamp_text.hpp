#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/core/units.hpp"
#include "native/fix/codec/number_text.hpp"

namespace hft::fix {

/// How finely a timestamp is written.
enum class TimePrecision : std::uint8_t { Seconds = 0, Millis = 3, Micros = 6, Nanos = 9 };

/// The most bytes of a UTCTimestamp: `YYYYMMDD-HH:MM:SS.nnnnnnnnn`.
inline constexpr std::size_t kTimestampBytesMax = 27;

/// Writes UTCTimestamps and keeps the text of the last second: within it only the decimals are
/// written. One a thread.
class TimestampText {
 public:
  /// Writes `time` (from 1970 to 2261) at `out` and returns the end; the digits that `precision`
  /// leaves out are dropped, not rounded.
  char* write(char* out, Nanos time, TimePrecision precision) noexcept {
    const std::int64_t second = time / 1'000'000'000;
    if (second != second_) [[unlikely]]
      keep(second);
    std::memcpy(out, text_, sizeof text_);
    out += sizeof text_;
    if (precision == TimePrecision::Seconds) return out;
    *out++ = '.';
    const auto nanos = static_cast<std::uint64_t>(time - second * 1'000'000'000);
    const auto digits = static_cast<unsigned>(precision);
    writeDigitsBefore(out + digits, nanos / detail::kTens[9 - digits], digits);
    return out + digits;
  }

 private:
  void keep(std::int64_t second) noexcept;

  std::int64_t second_ = -1;
  char text_[17] = {};
};

}  // namespace hft::fix
