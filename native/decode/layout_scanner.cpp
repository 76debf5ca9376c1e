#include "native/decode/layout_scanner.hpp"

#include <array>

#include "native/decode/time.hpp"

namespace hft::decode {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr std::size_t kIsoSecondsBytes = 19;

constexpr std::array<std::int64_t, 10> kPowersOfTen = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/// A fraction of a second, without its dot.
struct Fraction {
  Nanos nanos = 0;
  std::size_t digits = 0;  ///< 0: none of one to nine digits stands there.
};

/// Reads the digits at `at`; needs sixteen readable bytes.
Fraction readFraction(const char* at) noexcept {
#if defined(__SSE4_1__)
  const __m128i digits = _mm_sub_epi8(detail::load16(at), _mm_set1_epi8('0'));
  const auto count = static_cast<std::size_t>(std::countr_zero(detail::nonDigits(digits) | 0x400U));
  if (count == 0 || count > 9) return {};
  const auto value = static_cast<Nanos>(
      detail::joinDigits(_mm_shuffle_epi8(digits, detail::load16(detail::kRightAlign + count))));
  return {value * kPowersOfTen[9 - count], count};
#else
  Fraction fraction;
  while (fraction.digits < 10 && at[fraction.digits] >= '0' && at[fraction.digits] <= '9') {
    fraction.nanos = fraction.nanos * 10 + (at[fraction.digits++] - '0');
  }
  if (fraction.digits == 0 || fraction.digits > 9) return {};
  fraction.nanos *= kPowersOfTen[9 - fraction.digits];
  return fraction;
#endif
}

unsigned twoDigits(const char* at) noexcept {
  return static_cast<unsigned>(at[0] - '0') * 10 + static_cast<unsigned>(at[1] - '0');
}

/// Whether `2021-04-17T16:43:37` is how the bytes at `at` look: digits and separators in place.
bool looksLikeIsoSeconds(const char* at) noexcept {
  constexpr char kShape[] = "0000-00-00T00:00:00";
  bool fits = true;
  for (std::size_t i = 0; i < kIsoSecondsBytes; ++i) {
    const bool isDigit = at[i] >= '0' && at[i] <= '9';
    fits &= kShape[i] == '0' ? isDigit : at[i] == kShape[i];
  }
  return fits;
}

}  // namespace

bool LayoutScanner::takesIsoTime() noexcept {
  if (left() <= kIsoSecondsBytes || !looksLikeIsoSeconds(at_)) return false;
  const unsigned year = twoDigits(at_) * 100 + twoDigits(at_ + 2);
  const unsigned month = twoDigits(at_ + 5);
  const unsigned day = twoDigits(at_ + 8);
  const unsigned hour = twoDigits(at_ + 11);
  const unsigned minute = twoDigits(at_ + 14);
  const unsigned second = twoDigits(at_ + 17);
  // The rest of what a calendar knows (leap seconds, the ends of time) is for the tolerant path.
  constexpr std::array<unsigned, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1970 || year > 2200 || month < 1 || month > 12) return false;
  const bool isLeapDay = month == 2 && day == 29 && year % 4 == 0 && year % 100 != 0;
  if (day < 1 || (day > kDays[month] && !isLeapDay)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  const char* next = at_ + kIsoSecondsBytes;
  Nanos nanos = 0;
  if (*next == '.') {
    const Fraction fraction = readFraction(next + 1);
    if (fraction.digits == 0) return false;
    nanos = fraction.nanos;
    next += 1 + fraction.digits;
  }
  if (next >= end_ || *next != 'Z') return false;
  at_ = next + 1;
  time_ = (daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * kSecond +
          nanos;
  return true;
}

bool LayoutScanner::takesSeconds() noexcept {
  const IntegerScan seconds = scanInteger(at_, end_);
  if (!seconds.ok || seconds.next >= end_ || *seconds.next != '.') return false;
  if (seconds.value > 9'000'000'000U) return false;
  const Fraction fraction = readFraction(seconds.next + 1);
  const char* next = seconds.next + 1 + fraction.digits;
  if (fraction.digits == 0 || next > end_) return false;
  at_ = next;
  time_ = static_cast<Nanos>(seconds.value) * kSecond + fraction.nanos;
  return true;
}

}  // namespace hft::decode
