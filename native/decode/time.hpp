#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::decode {

enum class TimeError : std::uint8_t {
  Ok,
  Malformed,   ///< Not the format, or no such date.
  OutOfRange,  ///< Beyond what int64 nanoseconds hold (years 1677 to 2262).
};

/// The time that RFC 3339 text says, to the nanosecond: `2026-04-07T14:30:10.123456Z`.
///
/// Also a space or "t" for the "T", no fraction, up to nine digits of it (further digits must be
/// zeros), and offsets other than zero. A leap second (`:60`) counts as the second after it.
[[nodiscard]] Result<Nanos, TimeError> parseIsoTime(std::string_view text) noexcept;

/// The time that decimal seconds say: `1618678133.365913`. At most nine decimals.
[[nodiscard]] Result<Nanos, TimeError> parseSeconds(std::string_view text) noexcept;

[[nodiscard]] Result<Nanos, TimeError> nanosFromMillis(std::uint64_t millis) noexcept;
[[nodiscard]] Result<Nanos, TimeError> nanosFromMicros(std::uint64_t micros) noexcept;

/// Days from 1970-01-01 to a date of the Gregorian calendar.
[[nodiscard]] std::int64_t daysFromCivil(std::int64_t year, unsigned month, unsigned day) noexcept;

}  // namespace hft::decode
