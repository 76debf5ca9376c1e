#include "native/capture/session_day.hpp"

#include <cstddef>

namespace hft::capture {
namespace {

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar: years begin in March, so
/// that the leap day is the last.
constexpr std::int64_t daysFromDate(int year, int month, int day) noexcept {
  const std::int64_t shifted = month <= 2 ? year - 1 : year;
  const std::int64_t era = shifted / 400;
  const std::int64_t yearOfEra = shifted - era * 400;
  const std::int64_t dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
static_assert(daysFromDate(1970, 1, 1) == 0);
static_assert(daysFromDate(2012, 6, 21) == 15512);

/// The n-th Sunday of a month, as days since the epoch (1970-01-04 was a Sunday).
constexpr std::int64_t nthSunday(int year, int month, int n) noexcept {
  const std::int64_t first = daysFromDate(year, month, 1);
  const std::int64_t toSunday = (7 - (first + 4) % 7) % 7;
  return first + toSunday + 7 * (n - 1);
}
static_assert(nthSunday(2024, 3, 2) == daysFromDate(2024, 3, 10));
static_assert(nthSunday(2024, 11, 1) == daysFromDate(2024, 11, 3));

std::optional<int> number(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string_view baseName(std::string_view path) noexcept {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::optional<Nanos> midnightOf(std::string_view year, std::string_view month,
                                std::string_view day) noexcept {
  const auto y = number(year);
  const auto m = number(month);
  const auto d = number(day);
  if (!y || !m || !d || *y < 1970 || *y > 2200 || *m < 1 || *m > 12 || *d < 1 || *d > 31) {
    return std::nullopt;
  }
  return newYorkMidnight(*y, *m, *d);
}

}  // namespace

Nanos newYorkMidnight(int year, int month, int day) noexcept {
  constexpr Nanos kHour = 3'600'000'000'000;
  const std::int64_t days = daysFromDate(year, month, day);
  // The clock changes at 02:00, so midnight of the change day still has the old offset.
  const bool isSummer = days > nthSunday(year, 3, 2) && days <= nthSunday(year, 11, 1);
  return days * 24 * kHour + (isSummer ? 4 : 5) * kHour;
}

std::optional<LobsterFile> lobsterFile(std::string_view fileName) noexcept {
  const std::string_view name = baseName(fileName);
  const std::size_t end = name.find('_');
  if (end == std::string_view::npos || end == 0 || name.size() < end + 12) return std::nullopt;
  const std::string_view date = name.substr(end + 1, 11);
  if (date[4] != '-' || date[7] != '-' || date[10] != '_') return std::nullopt;
  const auto midnight = midnightOf(date.substr(0, 4), date.substr(5, 2), date.substr(8, 2));
  if (!midnight) return std::nullopt;
  return LobsterFile{name.substr(0, end), *midnight};
}

std::optional<Nanos> itchMidnight(std::string_view fileName) noexcept {
  const std::string_view name = baseName(fileName);
  if (name.size() < 8) return std::nullopt;
  return midnightOf(name.substr(4, 4), name.substr(0, 2), name.substr(2, 2));
}

}  // namespace hft::capture
