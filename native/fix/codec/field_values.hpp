#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::fix {

/// Why the text of a field is no value of its type.
enum class ValueError : std::uint8_t {
  Ok,
  Empty,         ///< No text.
  Malformed,     ///< Not the grammar of the type.
  OutOfRange,    ///< Beyond what the type holds.
  TooManyDigits  ///< A digit other than zero beyond the scale asked for.
};

/// A decimal exactly as a message says it: mantissa * 10^-decimals.
///
/// The codec knows no instrument: who does turns it into ticks or lots with `toScale`.
struct Decimal {
  std::int64_t mantissa = 0;
  std::uint32_t decimals = 0;  ///< At most kDecimalFractionMax.

  /// The number at `scale` decimals (<= 18): exact.
  /// Errors: TooManyDigits, OutOfRange.
  [[nodiscard]] Result<std::int64_t, ValueError> toScale(unsigned scale) const noexcept;

  /// The same number, whatever the zeros behind it.
  [[nodiscard]] bool sameNumber(Decimal other) const noexcept;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// The most decimals that a Decimal keeps. Zeros beyond are dropped, other digits an error.
inline constexpr std::uint32_t kDecimalFractionMax = 18;

/// Reads a FIX int: an optional '-' and digits; leading zeros are fine.
[[nodiscard]] Result<std::int64_t, ValueError> readInt(std::string_view text) noexcept;

/// Reads a FIX float (Qty, Price, Amt, Percentage): an optional '-', digits with at most one dot
/// and a digit somewhere (`.5` and `5.` are numbers); no exponent, no '+', no blanks.
/// Errors: Empty, Malformed, TooManyDigits (more than 18 decimals), OutOfRange (beyond an int64).
[[nodiscard]] Result<Decimal, ValueError> readDecimal(std::string_view text) noexcept;

/// `readDecimal` at `scale` decimals: ticks or lots.
[[nodiscard]] Result<std::int64_t, ValueError> readDecimal(std::string_view text,
                                                           unsigned scale) noexcept;

/// Reads a FIX Boolean: Y or N.
[[nodiscard]] inline Result<bool, ValueError> readBool(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  if (text == "Y") return true;
  if (text == "N") return false;
  return ValueError::Malformed;
}

/// Reads a FIX char: one byte.
[[nodiscard]] inline Result<char, ValueError> readChar(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  if (text.size() != 1) return ValueError::Malformed;
  return text.front();
}

/// Reads a UTCTimestamp, `YYYYMMDD-HH:MM:SS` with up to twelve decimals of the second, as
/// nanoseconds since the epoch; digits beyond the ninth are dropped. Second 60 (a leap second) is
/// the first of the next minute. Years before 1970 and after 2261 are OutOfRange.
[[nodiscard]] Result<Nanos, ValueError> readUtcTimestamp(std::string_view text) noexcept;

/// Reads a UTCDateOnly or LocalMktDate, `YYYYMMDD`, as nanoseconds since the epoch.
[[nodiscard]] Result<Nanos, ValueError> readUtcDate(std::string_view text) noexcept;

}  // namespace hft::fix
