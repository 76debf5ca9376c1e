#include "native/decode/time.hpp"

#include <limits>

#include "native/decode/decimal.hpp"

namespace hft::decode {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

constexpr bool isDigit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

/// Takes text from the left; the first thing that does not fit fails all that follows.
struct TimeText {
  std::string_view rest;
  bool ok = true;

  unsigned digits(std::size_t count) noexcept {
    unsigned value = 0;
    for (std::size_t index = 0; index < count; ++index) {
      if (rest.empty() || !isDigit(rest.front())) {
        ok = false;
        return 0;
      }
      value = value * 10 + static_cast<unsigned>(rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }

  bool takes(std::string_view oneOf) noexcept {
    if (rest.empty() || oneOf.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }

  void expect(std::string_view oneOf) noexcept { ok = takes(oneOf) && ok; }

  /// Nanoseconds of a fraction, if one stands here.
  Nanos fraction() noexcept {
    if (!takes(".")) return 0;
    Nanos nanos = 0;
    std::size_t count = 0;
    for (; !rest.empty() && isDigit(rest.front()); ++count, rest.remove_prefix(1)) {
      const int digit = rest.front() - '0';
      if (count < 9) {
        nanos = nanos * 10 + digit;
      } else if (digit != 0) {
        ok = false;
      }
    }
    if (count == 0) ok = false;
    for (; count < 9; ++count) nanos *= 10;
    return nanos;
  }

  /// Seconds east of UTC.
  std::int64_t offset() noexcept {
    if (takes("Zz")) return 0;
    const bool isWest = rest.starts_with('-');
    expect("+-");
    const unsigned hours = digits(2);
    expect(":");
    const unsigned minutes = digits(2);
    if (hours > 23 || minutes > 59) ok = false;
    const std::int64_t seconds = hours * 3600 + minutes * 60;
    return isWest ? -seconds : seconds;
  }
};

unsigned daysOfMonth(unsigned year, unsigned month) noexcept {
  if (month == 2) {
    const bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return isLeap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

Result<Nanos, TimeError> scale(std::uint64_t value, std::uint64_t factor) noexcept {
  if (value > static_cast<std::uint64_t>(std::numeric_limits<Nanos>::max()) / factor) {
    return TimeError::OutOfRange;
  }
  return static_cast<Nanos>(value * factor);
}

}  // namespace

std::int64_t daysFromCivil(std::int64_t year, unsigned month, unsigned day) noexcept {
  // Years that begin in March have the leap day at their end, and 400 of them repeat.
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yearOfEra = year - era * 400;
  const unsigned dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

Result<Nanos, TimeError> parseIsoTime(std::string_view text) noexcept {
  TimeText at{text};
  const unsigned year = at.digits(4);
  at.expect("-");
  const unsigned month = at.digits(2);
  at.expect("-");
  const unsigned day = at.digits(2);
  at.expect("Tt ");
  const unsigned hour = at.digits(2);
  at.expect(":");
  const unsigned minute = at.digits(2);
  at.expect(":");
  const unsigned second = at.digits(2);
  const Nanos fraction = at.fraction();
  const std::int64_t offset = at.offset();
  if (!at.ok || !at.rest.empty()) return TimeError::Malformed;
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
    return TimeError::Malformed;
  }
  if (hour > 23 || minute > 59 || second > 60) return TimeError::Malformed;
  const std::int64_t seconds =
      daysFromCivil(year, month, day) * 86400 + (hour * 3600 + minute * 60 + second) - offset;
  Nanos nanos = 0;
  if (__builtin_mul_overflow(seconds, kSecond, &nanos) ||
      __builtin_add_overflow(nanos, fraction, &nanos)) {
    return TimeError::OutOfRange;
  }
  return nanos;
}

Result<Nanos, TimeError> parseSeconds(std::string_view text) noexcept {
  const auto nanos = parseDecimal(text, 9, DecimalGrammar::Plain);
  if (nanos.ok()) return nanos.value();
  return nanos.error() == DecimalError::Overflow ? TimeError::OutOfRange : TimeError::Malformed;
}

Result<Nanos, TimeError> nanosFromMillis(std::uint64_t millis) noexcept {
  return scale(millis, 1'000'000);
}

Result<Nanos, TimeError> nanosFromMicros(std::uint64_t micros) noexcept {
  return scale(micros, 1'000);
}

}  // namespace hft::decode
