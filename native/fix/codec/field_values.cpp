#include "native/fix/codec/field_values.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "native/fix/codec/framed_decimal.hpp"

namespace hft::fix {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::size_t kTimestampBytes = 17;

constexpr std::array<std::int64_t, 19> kPowersOfTen = [] {
  std::array<std::int64_t, 19> powers{};
  std::int64_t power = 1;
  for (std::size_t at = 0; at < powers.size(); ++at) {
    powers[at] = power;
    if (at + 1 < powers.size()) power *= 10;
  }
  return powers;
}();

constexpr unsigned digitOf(char byte) noexcept { return static_cast<unsigned>(byte) - '0'; }

/// Eight bytes, the first in the lowest.
inline std::uint64_t loadWord(const char* text) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// Days since the epoch of a date of the Gregorian calendar. Source: H. Hinnant, chrono-compatible
/// low-level date algorithms, days_from_civil.
constexpr std::int64_t daysOf(std::uint32_t year, std::uint32_t month, std::uint32_t day) noexcept {
  const std::uint32_t shifted = year - (month <= 2 ? 1U : 0U);
  const std::uint32_t era = shifted / 400;
  const std::uint32_t yearOfEra = shifted - era * 400;
  const std::uint32_t dayOfYear = (153 * (month + (month > 2 ? ~2U : 9U)) + 2) / 5 + day - 1;
  const std::uint32_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return static_cast<std::int64_t>(era) * 146097 + static_cast<std::int64_t>(dayOfEra) - 719468;
}
static_assert(daysOf(1970, 1, 1) == 0 && daysOf(2024, 2, 29) == 19782);

constexpr std::uint32_t daysInMonth(std::uint32_t year, std::uint32_t month) noexcept {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr std::int64_t kNoDate = -1;
constexpr std::int64_t kFarDate = -2;

/// Whole seconds of the date whose eight digits begin at `text`; kNoDate where they are none,
/// kFarDate where nanoseconds cannot say it.
std::int64_t readDate(const char* text) noexcept {
  const std::uint64_t digits = loadWord(text) - detail::repeatByte('0');
  if (!detail::areDigits(digits)) return kNoDate;
  const auto number = static_cast<std::uint32_t>(detail::joinEightDigits(digits));
  const std::uint32_t year = number / 10'000;
  const std::uint32_t month = number / 100 % 100;
  const std::uint32_t day = number % 100;
  if (month - 1 > 11 || day - 1 >= daysInMonth(year, month)) return kNoDate;
  if (year < 1970 || year > 2261) return kFarDate;
  return daysOf(year, month, day) * 86400;
}

/// Seconds since midnight of the eight bytes `HH:MM:SS` at `text`; -1 where they are none.
std::int64_t readTime(const char* text) noexcept {
  constexpr std::uint64_t kColons = std::uint64_t{':'} << 16 | std::uint64_t{':'} << 40;
  constexpr std::uint64_t kColonBytes = std::uint64_t{0xff} << 16 | std::uint64_t{0xff} << 40;
  const std::uint64_t word = loadWord(text);
  if ((word & kColonBytes) != kColons) return -1;
  const std::uint64_t digits = (word & ~kColonBytes) - (detail::repeatByte('0') & ~kColonBytes);
  if (!detail::areDigits(digits)) return -1;
  const std::uint64_t pairs = digits * 10 + (digits >> 8);
  const auto hour = static_cast<std::uint32_t>(pairs & 0xff);
  const auto minute = static_cast<std::uint32_t>(pairs >> 24 & 0xff);
  const auto second = static_cast<std::uint32_t>(pairs >> 48 & 0xff);
  if (hour >= 24 || minute >= 60 || second > 60) return -1;
  return hour * 3600 + minute * 60 + second;
}

/// Nanoseconds of the digits behind the dot, those beyond the ninth dropped; -1 where one is none.
std::int64_t readFraction(std::string_view digits) noexcept {
  std::int64_t nanos = 0;
  std::size_t at = 0;
  for (; at < digits.size(); ++at) {
    const unsigned digit = digitOf(digits[at]);
    if (digit > 9) return -1;
    if (at < 9) nanos = nanos * 10 + static_cast<std::int64_t>(digit);
  }
  return at < 9 ? nanos * kPowersOfTen[9 - at] : nanos;
}

}  // namespace

Result<std::int64_t, ValueError> Decimal::toScale(unsigned scale) const noexcept {
  if (scale >= kPowersOfTen.size()) return ValueError::OutOfRange;
  if (decimals <= scale) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(mantissa, kPowersOfTen[scale - decimals], &scaled)) {
      return ValueError::OutOfRange;
    }
    return scaled;
  }
  if (decimals - scale >= kPowersOfTen.size()) return ValueError::OutOfRange;
  const std::int64_t divisor = kPowersOfTen[decimals - scale];
  if (mantissa % divisor != 0) return ValueError::TooManyDigits;
  return mantissa / divisor;
}

bool Decimal::sameNumber(Decimal other) const noexcept {
  const bool isFiner = decimals >= other.decimals;
  const Decimal fine = isFiner ? *this : other;
  const Decimal coarse = isFiner ? other : *this;
  const std::uint32_t zeros = fine.decimals - coarse.decimals;
  if (zeros >= kPowersOfTen.size()) return fine.mantissa == 0 && coarse.mantissa == 0;
  return static_cast<__int128>(coarse.mantissa) * kPowersOfTen[zeros] == fine.mantissa;
}

Result<std::int64_t, ValueError> readInt(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  const bool isNegative = text.front() == '-';
  if (isNegative) text.remove_prefix(1);
  if (text.empty()) return ValueError::Malformed;
  std::uint64_t value = 0;
  bool isBeyond = false;
  for (const char byte : text) {
    const unsigned digit = digitOf(byte);
    if (digit > 9) return ValueError::Malformed;
    isBeyond |= __builtin_mul_overflow(value, 10U, &value);
    isBeyond |= __builtin_add_overflow(value, digit, &value);
  }
  const std::uint64_t limit =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (isNegative ? 1 : 0);
  if (isBeyond || value > limit) return ValueError::OutOfRange;
  return static_cast<std::int64_t>(isNegative ? ~value + 1 : value);
}

namespace {

/// Any length: checks every step, drops zeros beyond the kept decimals.
Result<Decimal, ValueError> readLongDecimal(std::string_view text, bool isNegative) noexcept {
  std::uint64_t value = 0;
  std::uint32_t decimals = 0;
  bool isBeyond = false;
  bool isTooFine = false;
  bool hasDot = false;
  bool hasDigit = false;
  for (const char byte : text) {
    if (byte == '.') {
      if (hasDot) return ValueError::Malformed;
      hasDot = true;
      continue;
    }
    const unsigned digit = digitOf(byte);
    if (digit > 9) return ValueError::Malformed;
    hasDigit = true;
    if (hasDot && decimals == kDecimalFractionMax) {
      isTooFine |= digit != 0;
      continue;
    }
    isBeyond |= __builtin_mul_overflow(value, 10U, &value);
    isBeyond |= __builtin_add_overflow(value, digit, &value);
    if (hasDot) ++decimals;
  }
  if (!hasDigit) return ValueError::Malformed;
  if (isBeyond || value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return ValueError::OutOfRange;
  }
  if (isTooFine) return ValueError::TooManyDigits;
  const auto mantissa = static_cast<std::int64_t>(value);
  return Decimal{isNegative ? -mantissa : mantissa, decimals};
}

}  // namespace

Result<Decimal, ValueError> readDecimal(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  const bool isNegative = text.front() == '-';
  if (isNegative) text.remove_prefix(1);
  // Eighteen digits cannot overflow: the loop needs no check a step.
  if (text.size() > 18) [[unlikely]]
    return readLongDecimal(text, isNegative);
  std::uint64_t value = 0;
  std::size_t dot = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned digit = digitOf(text[at]);
    if (digit <= 9) [[likely]] {
      value = value * 10 + digit;
    } else if (text[at] == '.' && dot == text.size()) {
      dot = at;
    } else {
      return ValueError::Malformed;
    }
  }
  const bool hasDot = dot != text.size();
  if (text.size() == (hasDot ? 1U : 0U)) return ValueError::Malformed;
  const auto mantissa = static_cast<std::int64_t>(value);
  return Decimal{isNegative ? -mantissa : mantissa,
                 hasDot ? static_cast<std::uint32_t>(text.size() - dot - 1) : 0};
}

Result<std::int64_t, ValueError> readDecimal(std::string_view text, unsigned scale) noexcept {
  const auto decimal = readDecimal(text);
  if (!decimal.ok()) return decimal.error();
  return decimal.value().toScale(scale);
}

Result<Nanos, ValueError> readUtcTimestamp(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  if (text.size() < kTimestampBytes || text.size() > kTimestampBytes + 13) {
    return ValueError::Malformed;
  }
  const char* at = text.data();
  const std::int64_t date = readDate(at);
  const std::int64_t time = readTime(at + 9);
  if (date == kNoDate || time < 0 || at[8] != '-') return ValueError::Malformed;
  std::int64_t fraction = 0;
  if (text.size() != kTimestampBytes) {
    if (at[kTimestampBytes] != '.' || text.size() == kTimestampBytes + 1) {
      return ValueError::Malformed;
    }
    fraction = readFraction(text.substr(kTimestampBytes + 1));
    if (fraction < 0) return ValueError::Malformed;
  }
  if (date == kFarDate) return ValueError::OutOfRange;
  return (date + time) * kNanosPerSecond + fraction;
}

Result<Nanos, ValueError> readUtcDate(std::string_view text) noexcept {
  if (text.empty()) return ValueError::Empty;
  const std::int64_t date = text.size() == 8 ? readDate(text.data()) : kNoDate;
  if (date == kNoDate) return ValueError::Malformed;
  if (date == kFarDate) return ValueError::OutOfRange;
  return date * kNanosPerSecond;
}

}  // namespace hft::fix
