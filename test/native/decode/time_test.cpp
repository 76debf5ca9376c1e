#include "native/decode/time.hpp"

#include <gtest/gtest.h>

namespace hft::decode {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

TEST(ParseIsoTime, ReadsTheFormsThatVenuesWrite) {
  const Nanos base = 1775572210 * kSecond;
  EXPECT_EQ(parseIsoTime("2026-04-07T14:30:10Z").valueOr(0), base);
  EXPECT_EQ(parseIsoTime("2026-04-07T14:30:10.1Z").valueOr(0), base + 100'000'000);
  EXPECT_EQ(parseIsoTime("2026-04-07T14:30:10.123456Z").valueOr(0), base + 123'456'000);
  EXPECT_EQ(parseIsoTime("2026-04-07T14:30:10.123456789Z").valueOr(0), base + 123'456'789);
  EXPECT_EQ(parseIsoTime("2026-04-07 14:30:10.000000000+00:00").valueOr(0), base);
  EXPECT_EQ(parseIsoTime("2026-04-07T16:30:10+02:00").valueOr(0), base);
  EXPECT_EQ(parseIsoTime("2026-04-07T09:00:10-05:30").valueOr(0), base);
  EXPECT_EQ(parseIsoTime("2026-04-07t14:30:10.50000000000z").valueOr(0), base + 500'000'000);
}

TEST(ParseIsoTime, KnowsTheCalendar) {
  EXPECT_EQ(parseIsoTime("1970-01-01T00:00:00Z").valueOr(1), 0);
  EXPECT_EQ(parseIsoTime("1969-12-31T23:59:59.5Z").valueOr(1), -500'000'000);
  EXPECT_EQ(parseIsoTime("2000-02-29T00:00:00Z").valueOr(0), 951782400 * kSecond);
  EXPECT_EQ(parseIsoTime("2024-12-31T23:59:60Z").valueOr(0), 1735689600 * kSecond);
  EXPECT_TRUE(parseIsoTime("2024-02-29T00:00:00Z").ok());
  for (const char* text :
       {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z",
        "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z"}) {
    EXPECT_EQ(parseIsoTime(text).error(), TimeError::Malformed) << text;
  }
}

TEST(ParseIsoTime, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026", "2026-04-07", "2026-04-07T14:30:10", "2026-04-07T14:30:10.Z",
        "2026-04-07T14:30:10ZZ", "2026-04-07T14:30Z", "2026-4-7T14:30:10Z",
        "2026-04-07T14:30:10+0000", "2026-04-07T14:30:10+24:00", "2026-04-07T14:30:10.1234567891Z",
        " 2026-04-07T14:30:10Z", "2026-04-07T14:30:10.5", "2026/04/07T14:30:10Z",
        "-026-04-07T14:30:10Z"}) {
    EXPECT_EQ(parseIsoTime(text).error(), TimeError::Malformed) << text;
  }
}

TEST(ParseIsoTime, RefusesTimesBeyondInt64) {
  EXPECT_TRUE(parseIsoTime("2262-04-11T23:47:16.854775807Z").ok());
  EXPECT_EQ(parseIsoTime("2262-04-11T23:47:16.854775808Z").error(), TimeError::OutOfRange);
  EXPECT_EQ(parseIsoTime("9999-12-31T23:59:59Z").error(), TimeError::OutOfRange);
  EXPECT_EQ(parseIsoTime("0001-01-01T00:00:00Z").error(), TimeError::OutOfRange);
}

TEST(DaysFromCivil, CountsEveryDayOfEightCenturiesOnce) {
  std::int64_t expected = daysFromCivil(1600, 1, 1);
  EXPECT_EQ(expected, -135140);
  for (int year = 1600; year < 2400; ++year) {
    const bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const unsigned days[] = {31, isLeap ? 29U : 28U, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (unsigned month = 1; month <= 12; ++month) {
      for (unsigned day = 1; day <= days[month - 1]; ++day) {
        ASSERT_EQ(daysFromCivil(year, month, day), expected++)
            << year << "-" << month << "-" << day;
      }
    }
  }
}

TEST(ParseSeconds, KeepsEveryNanosecond) {
  EXPECT_EQ(parseSeconds("1618678133.365913").valueOr(0), 1618678133365913000);
  EXPECT_EQ(parseSeconds("1618678133.365913123").valueOr(0), 1618678133365913123);
  EXPECT_EQ(parseSeconds("1618678133").valueOr(0), 1618678133 * kSecond);
  EXPECT_EQ(parseSeconds("9223372036.854775807").valueOr(0), INT64_MAX);
  EXPECT_EQ(parseSeconds("9223372036.854775808").error(), TimeError::OutOfRange);
  EXPECT_EQ(parseSeconds("1.0000000001").error(), TimeError::Malformed);
  EXPECT_EQ(parseSeconds("-1").error(), TimeError::Malformed);
  EXPECT_EQ(parseSeconds("1e9").error(), TimeError::Malformed);
}

TEST(NanosFrom, RefusesWhatInt64DoesNotHold) {
  EXPECT_EQ(nanosFromMillis(1723161256299).valueOr(0), 1723161256299000000);
  EXPECT_EQ(nanosFromMicros(1723161256299123).valueOr(0), 1723161256299123000);
  EXPECT_EQ(nanosFromMillis(9223372036854).valueOr(0), 9223372036854000000);
  EXPECT_EQ(nanosFromMillis(9223372036855).error(), TimeError::OutOfRange);
  EXPECT_EQ(nanosFromMicros(UINT64_MAX).error(), TimeError::OutOfRange);
}

}  // namespace
}  // namespace hft::decode
