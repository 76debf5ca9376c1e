#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "native/fix/codec/field_values.hpp"
#include "native/fix/codec/framed_decimal.hpp"
#include "native/fix/codec/number_text.hpp"
#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {
namespace {

struct BadText {
  const char* text;
  ValueError error;
};

/// `text` with bytes behind it, as a value in a frame has.
std::string_view framed(std::string& memory, std::string_view text) {
  memory = std::string(text) +
           "\x01"
           "10=123\x01";
  return std::string_view(memory).substr(0, text.size());
}

TEST(FixValues, ReadIntegersOfTheWholeRange) {
  for (const char* text :
       {"0", "-0", "7", "007", "-12", "9223372036854775807", "-9223372036854775808"}) {
    const auto value = readInt(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_EQ(value.value(), std::strtoll(text, nullptr, 10)) << text;
  }
}

TEST(FixValues, RefuseWhatIsNoInteger) {
  for (const BadText bad : {BadText{"", ValueError::Empty},
                            {"-", ValueError::Malformed},
                            {"+1", ValueError::Malformed},
                            {"1.0", ValueError::Malformed},
                            {" 1", ValueError::Malformed},
                            {"--1", ValueError::Malformed},
                            {"9223372036854775808", ValueError::OutOfRange},
                            {"-9223372036854775809", ValueError::OutOfRange},
                            {"99999999999999999999999", ValueError::OutOfRange}}) {
    EXPECT_EQ(readInt(bad.text).error(), bad.error) << bad.text;
  }
}

TEST(FixValues, ReadDecimalsExactly) {
  struct Good {
    const char* text;
    Decimal value;
  };
  for (const Good good : {Good{"185.25", {18525, 2}},
                          {"-0.5", {-5, 1}},
                          {".5", {5, 1}},
                          {"5.", {5, 0}},
                          {"00.10", {10, 2}},
                          {"0", {0, 0}},
                          {"12345678", {12345678, 0}},
                          {"1234567.8", {12345678, 1}},
                          {"42500.10", {4250010, 2}},
                          {"0.000001", {1, 6}},
                          {"9223372036854775807", {9223372036854775807, 0}},
                          {"0.123456789012345678", {123456789012345678, 18}},
                          {"1.10000000000000000000000", {1100000000000000000, 18}}}) {
    std::string memory;
    const auto plain = readDecimal(good.text);
    ASSERT_TRUE(plain.ok()) << good.text;
    EXPECT_EQ(plain.value(), good.value) << good.text;
    const auto fast = readFramedDecimal(framed(memory, good.text));
    ASSERT_TRUE(fast.ok()) << good.text;
    EXPECT_EQ(fast.value(), good.value) << good.text;
  }
}

TEST(FixValues, RefuseWhatIsNoDecimal) {
  for (const BadText bad : {BadText{"", ValueError::Empty},
                            {"-", ValueError::Malformed},
                            {".", ValueError::Malformed},
                            {"-.", ValueError::Malformed},
                            {"1e5", ValueError::Malformed},
                            {"+1", ValueError::Malformed},
                            {"1.2.3", ValueError::Malformed},
                            {"1..2", ValueError::Malformed},
                            {"1,5", ValueError::Malformed},
                            {"1 ", ValueError::Malformed},
                            {"NaN", ValueError::Malformed},
                            {"9223372036854775808", ValueError::OutOfRange},
                            {"0.1234567890123456789", ValueError::TooManyDigits}}) {
    std::string memory;
    EXPECT_EQ(readDecimal(bad.text).error(), bad.error) << bad.text;
    EXPECT_EQ(readFramedDecimal(framed(memory, bad.text)).error(), bad.error) << bad.text;
  }
}

TEST(FixValues, ReadFramedDecimalsAsTheByteByByteFormDoes) {
  const std::uint32_t seed = 99;
  std::mt19937 random(seed);
  const std::string alphabet = "0123456789012345678901234567890123456789..-e/:";
  std::string memory;
  for (int round = 0; round < 300'000; ++round) {
    std::string text;
    for (std::uint32_t size = random() % 20; size != 0; --size) {
      text += alphabet[random() % alphabet.size()];
    }
    const auto wanted = readDecimal(text);
    const auto got = readFramedDecimal(framed(memory, text));
    ASSERT_EQ(got.error(), wanted.error()) << "seed " << seed << " '" << text << "'";
    if (!wanted.ok()) continue;
    ASSERT_EQ(got.value(), wanted.value()) << "seed " << seed << " " << text;
  }
}

TEST(FixValues, ScaleDecimalsToTicksOrSayWhyNot) {
  EXPECT_EQ(readDecimal("185.25", 4).value(), 1852500);
  EXPECT_EQ(readDecimal("185.2500", 2).value(), 18525);
  EXPECT_EQ(readDecimal("-0.01", 2).value(), -1);
  EXPECT_EQ(readDecimal("185.251", 2).error(), ValueError::TooManyDigits);
  EXPECT_EQ(readDecimal("9223372036854775807", 1).error(), ValueError::OutOfRange);
  EXPECT_EQ(readDecimal("1", 19).error(), ValueError::OutOfRange);
  EXPECT_TRUE((Decimal{10, 1}.sameNumber({1, 0})));
  EXPECT_FALSE((Decimal{10, 1}.sameNumber({1, 1})));
}

TEST(FixValues, ReadTimestampsOfEveryPrecision) {
  EXPECT_EQ(readUtcTimestamp("19700101-00:00:00").value(), 0);
  EXPECT_EQ(readUtcTimestamp("20240115-10:20:31.050").value(), 1705314031'050'000'000);
  EXPECT_EQ(readUtcTimestamp("20240229-23:59:59.123456789").value(), 1709251199'123'456'789);
  EXPECT_EQ(readUtcTimestamp("20240115-10:20:31.123456789012").value(), 1705314031'123'456'789);
  // A leap second is the first of the next minute.
  EXPECT_EQ(readUtcTimestamp("20161231-23:59:60").value(),
            readUtcTimestamp("20170101-00:00:00").value());
  EXPECT_EQ(readUtcDate("20240115").value(), 1705276800'000'000'000);
}

TEST(FixValues, RefuseTimesThatAreNone) {
  for (const char* text :
       {"20240115", "20240115-10:20", "20240115-24:00:00", "20240115-10:60:00", "20240115-10:20:61",
        "20240230-10:20:31", "20230229-10:20:31", "20241301-10:20:31", "20240100-10:20:31",
        "20240115 10:20:31", "20240115-10:20:31.", "20240115-10:20:31,1",
        "20240115-10:20:31.1234567890123", "2024-01-15T10:20:31"}) {
    EXPECT_EQ(readUtcTimestamp(text).error(), ValueError::Malformed) << text;
  }
  for (const char* text : {"19691231-23:59:59", "22620101-00:00:00.5", "99991231-23:59:60"}) {
    EXPECT_EQ(readUtcTimestamp(text).error(), ValueError::OutOfRange) << text;
  }
  EXPECT_EQ(readUtcTimestamp("").error(), ValueError::Empty);
  EXPECT_EQ(readUtcDate("2024011").error(), ValueError::Malformed);
}

TEST(FixValues, ReadFlagsAndChars) {
  EXPECT_TRUE(readBool("Y").value());
  EXPECT_FALSE(readBool("N").value());
  EXPECT_EQ(readBool("y").error(), ValueError::Malformed);
  EXPECT_EQ(readBool("").error(), ValueError::Empty);
  EXPECT_EQ(readChar("A").value(), 'A');
  EXPECT_EQ(readChar("AB").error(), ValueError::Malformed);
}

TEST(FixNumberText, WritesWhatReadingReadsAgain) {
  const std::uint32_t seed = 5;
  std::mt19937_64 random(seed);
  std::vector<char> out(64);
  for (int round = 0; round < 300'000; ++round) {
    const auto bits = static_cast<unsigned>(random() % 64);
    const auto mantissa = static_cast<std::int64_t>(random() >> bits);
    const auto decimals = static_cast<std::uint32_t>(random() % 19);
    const char* end = writeDecimalText(out.data(), mantissa, decimals);
    const std::string text(out.data(), static_cast<std::size_t>(end - out.data()));
    // The naive form: digits with zeros in front, and the dot put in.
    const auto bare = static_cast<std::uint64_t>(mantissa);
    std::string wanted = std::to_string(mantissa < 0 ? 0 - bare : bare);
    while (wanted.size() <= decimals) wanted.insert(wanted.begin(), '0');
    if (decimals != 0) wanted.insert(wanted.size() - decimals, ".");
    if (mantissa < 0) wanted.insert(wanted.begin(), '-');
    ASSERT_EQ(text, wanted) << "seed " << seed;
    const char* unsignedEnd = writeUnsigned(out.data(), static_cast<std::uint64_t>(mantissa));
    ASSERT_EQ(std::string(out.data(), static_cast<std::size_t>(unsignedEnd - out.data())),
              std::to_string(static_cast<std::uint64_t>(mantissa)));
  }
}

TEST(FixValues, RefuseATimestampWithAnyByteThatDoesNotBelong) {
  const std::string good = "20240115-10:20:31.050";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      const bool isDigit = byte >= '0' && byte <= '9';
      const bool wasDigit = good[at] >= '0' && good[at] <= '9';
      if (text == good) continue;
      if (!(isDigit && wasDigit)) {
        ASSERT_EQ(readUtcTimestamp(text).error(), ValueError::Malformed) << at << " " << byte;
      }
    }
  }
}

TEST(FixTimestampText, WritesWhatReadingReadsAgain) {
  const std::uint32_t seed = 6;
  std::mt19937_64 random(seed);
  TimestampText times;
  char out[64];
  for (int round = 0; round < 100'000; ++round) {
    const auto time = static_cast<Nanos>(random() % 9'000'000'000'000'000'000);
    for (const auto precision : {TimePrecision::Seconds, TimePrecision::Millis,
                                 TimePrecision::Micros, TimePrecision::Nanos}) {
      const char* end = times.write(out, time, precision);
      const auto digits = static_cast<std::size_t>(precision);
      const auto size = static_cast<std::size_t>(end - out);
      ASSERT_EQ(size, digits == 0 ? 17 : 18 + digits);
      std::int64_t unit = 1'000'000'000;
      for (std::size_t at = 0; at < digits; ++at) unit /= 10;
      ASSERT_EQ(readUtcTimestamp({out, size}).value(), time / unit * unit) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace hft::fix
