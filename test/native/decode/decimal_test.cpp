#include "native/decode/decimal.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "test/native/decode/padded_text.hpp"

namespace hft::decode {
namespace {

using test::PaddedText;

void expectValue(std::string_view text, unsigned decimals, std::int64_t value) {
  const auto result = parseDecimal(text, decimals);
  ASSERT_TRUE(result.ok()) << text << " gave error " << static_cast<int>(result.error());
  EXPECT_EQ(result.value(), value) << text;
}

void expectError(std::string_view text, unsigned decimals, DecimalError error) {
  EXPECT_EQ(parseDecimal(text, decimals).error(), error) << text;
}

TEST(ParseDecimal, ConvertsExactlyAtTheScale) {
  expectValue("61837.63000000", 2, 6183763);
  expectValue("61837.63", 8, 6183763000000);
  expectValue("1001", 0, 1001);
  expectValue("1001", 3, 1001000);
  expectValue("0.00000812", 8, 812);
  expectValue("0.000", 2, 0);
  expectValue("0", 12, 0);
  expectValue("007.50", 1, 75);
}

TEST(ParseDecimal, TakesZerosBeyondTheScale) {
  expectValue("5.10000000000000000000000000000000", 1, 51);
  expectValue("5.00000000", 0, 5);
}

TEST(ParseDecimal, ReachesTheLargestInt64AndNotOneMore) {
  expectValue("9223372036854775807", 0, INT64_MAX);
  expectValue("92233720368547758.07", 2, INT64_MAX);
  expectError("9223372036854775808", 0, DecimalError::Overflow);
  expectError("92233720368547758.08", 2, DecimalError::Overflow);
  expectError("9999999999999999999", 0, DecimalError::Overflow);
  expectError("99999999999999999999999999999999999999", 0, DecimalError::Overflow);
  expectValue("000000000000000000000000000000000000012", 0, 12);
}

TEST(ParseDecimal, RefusesDigitsFinerThanTheScale) {
  expectError("0.123", 2, DecimalError::TooManyDecimals);
  expectError("1.0000000000000000000000000000001", 12, DecimalError::TooManyDecimals);
}

TEST(ParseDecimal, PrefersOverflowWhichNoScaleCures) {
  expectError("99999999999999999999.5", 0, DecimalError::Overflow);
}

TEST(ParseDecimal, NamesEmptyExponentAndGarbage) {
  expectError("", 2, DecimalError::Empty);
  expectError("1e5", 2, DecimalError::Exponent);
  expectError("1.5E-3", 5, DecimalError::Exponent);
  for (const char* text : {".", ".5", "5.", "-1", "+1", " 1", "1 ", "1..2", "1.2.3", "NaN",
                           "Infinity", "0x10", "1,5", "1e", "1e+", "e5", "1_000", "\xd9\xa1"}) {
    expectError(text, 2, DecimalError::Garbage);
  }
  expectError(std::string_view("1\0", 2), 2, DecimalError::Garbage);
}

TEST(ParseDecimal, TakesASignOnlyWhereTheGrammarHasOne) {
  EXPECT_EQ(parseDecimal("-1.5", 1, DecimalGrammar::PlainSigned).valueOr(0), -15);
  EXPECT_EQ(parseDecimal("-0", 1, DecimalGrammar::PlainSigned).valueOr(7), 0);
  EXPECT_EQ(parseDecimal("-9223372036854775807", 0, DecimalGrammar::Json).valueOr(0), -INT64_MAX);
  EXPECT_EQ(parseDecimal("-9223372036854775808", 0, DecimalGrammar::Json).error(),
            DecimalError::Overflow);
  EXPECT_EQ(parseDecimal("-", 0, DecimalGrammar::PlainSigned).error(), DecimalError::Garbage);
  EXPECT_EQ(parseDecimal("--1", 0, DecimalGrammar::PlainSigned).error(), DecimalError::Garbage);
}

TEST(ParseDecimal, RefusesLeadingZerosInJson) {
  EXPECT_EQ(parseDecimal("007", 0, DecimalGrammar::Json).error(), DecimalError::Garbage);
  EXPECT_EQ(parseDecimal("0.7", 1, DecimalGrammar::Json).valueOr(0), 7);
}

TEST(ParseJsonDecimal, ConvertsExponentsExactly) {
  EXPECT_EQ(parseJsonDecimal("1e-7", 8).valueOr(0), 10);
  EXPECT_EQ(parseJsonDecimal("1E5", 2).valueOr(0), 10000000);
  EXPECT_EQ(parseJsonDecimal("1.25e+2", 0).valueOr(0), 125);
  EXPECT_EQ(parseJsonDecimal("120e-1", 0).valueOr(0), 12);
  EXPECT_EQ(parseJsonDecimal("0e99999999999999999999", 2).valueOr(7), 0);
  EXPECT_EQ(parseJsonDecimal("-2.5e-1", 2).valueOr(0), -25);
  EXPECT_EQ(parseJsonDecimal("1e-7", 6).error(), DecimalError::TooManyDecimals);
  EXPECT_EQ(parseJsonDecimal("1e-99999999999999999999", 12).error(), DecimalError::TooManyDecimals);
  EXPECT_EQ(parseJsonDecimal("1e99999999999999999999", 0).error(), DecimalError::Overflow);
  EXPECT_EQ(parseJsonDecimal("1e", 0).error(), DecimalError::Garbage);
}

TEST(ReadDecimal, TellsPrintedAndSignificantDecimalsEvenWhenTooFine) {
  const auto reading = readDecimal("0.01230000", 2, DecimalGrammar::Plain);
  EXPECT_EQ(reading.error, DecimalError::TooManyDecimals);
  EXPECT_EQ(reading.printedDecimals, 8);
  EXPECT_EQ(reading.significantDecimals, 4);
  const auto exponent = readDecimal("1.50e-3", 2, DecimalGrammar::JsonExponent);
  EXPECT_EQ(exponent.printedDecimals, 5);
  EXPECT_EQ(exponent.significantDecimals, 4);
  const auto whole = readDecimal("15e3", 2, DecimalGrammar::JsonExponent);
  EXPECT_EQ(whole.printedDecimals, 0);
  EXPECT_EQ(whole.significantDecimals, 0);
}

TEST(ParseUnsigned, TakesDigitsWithoutLeadingZeros) {
  EXPECT_EQ(parseUnsigned("18446744073709551615").valueOr(0), UINT64_MAX);
  EXPECT_EQ(parseUnsigned("0").valueOr(7), 0U);
  EXPECT_EQ(parseUnsigned("18446744073709551616").error(), DecimalError::Overflow);
  EXPECT_EQ(parseUnsigned("01").error(), DecimalError::Garbage);
  EXPECT_EQ(parseUnsigned("1.0").error(), DecimalError::Garbage);
  EXPECT_EQ(parseUnsigned("").error(), DecimalError::Empty);
}

/// The naive model: cuts and fills the text of digits, and compares it as text.
struct Model {
  DecimalError error = DecimalError::Ok;
  std::int64_t value = 0;
};
Model modelOf(const std::string& integers, const std::string& fractions, unsigned decimals) {
  std::string kept = fractions.substr(0, decimals);
  kept.resize(decimals, '0');
  std::string digits = integers + kept;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  const std::string largest = "9223372036854775807";
  if (digits.size() > largest.size() || (digits.size() == largest.size() && digits > largest)) {
    return {DecimalError::Overflow, 0};
  }
  const std::string rest = fractions.size() > decimals ? fractions.substr(decimals) : "";
  if (rest.find_first_not_of('0') != std::string::npos) return {DecimalError::TooManyDecimals, 0};
  return {DecimalError::Ok, digits.empty() ? 0 : std::stoll(digits)};
}

std::string randomDigits(std::mt19937_64& random, std::size_t sizeMax) {
  std::string digits(random() % (sizeMax + 1), '0');
  const bool isSparse = random() % 3 == 0;
  for (char& digit : digits) {
    if (!isSparse || random() % 6 == 0) digit = static_cast<char>('0' + random() % 10);
  }
  return digits;
}

TEST(ParseDecimal, EqualsTheNaiveModelOnRandomText) {
  const std::uint64_t seed = 20260407;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300'000; ++round) {
    const std::string integers = "1" + randomDigits(random, random() % 4 == 0 ? 24 : 9);
    const std::string fractions = randomDigits(random, random() % 4 == 0 ? 24 : 9);
    const std::string text = fractions.empty() ? integers : integers + "." + fractions;
    const auto decimals = static_cast<unsigned>(random() % 19);
    const auto result = parseDecimal(text, decimals);
    const Model model = modelOf(integers, fractions, decimals);
    ASSERT_EQ(result.error(), model.error) << text << " at " << decimals;
    ASSERT_EQ(result.valueOr(0), model.value) << text;
  }
}

/// Text near the grammar: mostly a number, sometimes with anything in it or behind it.
std::string randomText(std::mt19937_64& random) {
  static constexpr std::string_view kStrange = "..0123456789\"',]}eE+-/:; \x80\xff";
  std::string text = randomDigits(random, random() % 8 == 0 ? 30 : 10);
  if (random() % 4 != 0) text += "." + randomDigits(random, random() % 8 == 0 ? 30 : 9);
  for (std::size_t count = random() % 16 == 0 ? 1 + random() % 3 : 0; count > 0; --count) {
    text.insert(random() % (text.size() + 1), 1, kStrange[random() % kStrange.size()]);
  }
  if (random() % 8 != 0) text += kStrange[random() % kStrange.size()];
  return text;
}

TEST(ScanDecimal, EqualsTheScalarFormOnMillionsOfRandomTexts) {
  const std::uint64_t seed = 2;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  char buffer[160];
  for (int round = 0; round < 3'000'000; ++round) {
    const std::string text = randomText(random);
    // What stands behind the end goes on like a number more often than not.
    for (char& byte : buffer) byte = "0123456789.\""[random() % 12];
    std::memcpy(buffer, text.data(), text.size());
    const char* end = buffer + text.size();
    const auto decimals = static_cast<unsigned>(random() % (kDecimalsMax + 1));
    const DecimalScan fast = scanDecimal(buffer, end, decimals);
    const DecimalScan plain = scanDecimalScalar(buffer, end, decimals);
    ASSERT_EQ(fast.error, plain.error) << text << " at " << decimals;
    ASSERT_EQ(fast.next - buffer, plain.next - buffer) << text << " at " << decimals;
    ASSERT_EQ(fast.value, plain.value) << text << " at " << decimals;
    ASSERT_EQ(fast.integerDigits, plain.integerDigits) << text;
    ASSERT_EQ(fast.printedDecimals, plain.printedDecimals) << text;
    ASSERT_EQ(fast.significantDecimals, plain.significantDecimals) << text;
    ASSERT_LE(fast.next, end) << text;
  }
}

TEST(ScanDecimal, StopsAtTheFirstByteThatIsNoneOfIts) {
  const PaddedText text("61837.63000000\",\"3.788\"");
  const DecimalScan scan = scanDecimal(text.begin(), text.end(), 2);
  EXPECT_EQ(scan.error, DecimalError::Ok);
  EXPECT_EQ(scan.value, 6183763);
  EXPECT_EQ(scan.next, text.begin() + 14);
  EXPECT_EQ(scan.printedDecimals, 8U);
  EXPECT_EQ(scan.significantDecimals, 2U);
  EXPECT_EQ(scan.integerDigits, 5U);
}

TEST(ScanDecimal, NeverTakesDigitsFromBehindTheEnd) {
  for (const std::string_view text : {"12", "12.5", "1234567890123456", "1234567890.123456789"}) {
    const PaddedText digits(text, '7');
    const DecimalScan scan = scanDecimal(digits.begin(), digits.end(), 9);
    EXPECT_EQ(scan.next, digits.end()) << text;
    EXPECT_EQ(scan.value, parseDecimal(text, 9).valueOr(0)) << text;
  }
}

TEST(ScanInteger, EqualsTheScalarFormOnRandomTexts) {
  const std::uint64_t seed = 3;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  char buffer[160];
  for (int round = 0; round < 1'000'000; ++round) {
    const std::string text = randomText(random);
    for (char& byte : buffer) byte = "0123456789,"[random() % 11];
    std::memcpy(buffer, text.data(), text.size());
    const char* end = buffer + text.size();
    const IntegerScan fast = scanInteger(buffer, end);
    const IntegerScan plain = scanIntegerScalar(buffer, end);
    ASSERT_EQ(fast.ok, plain.ok) << text;
    ASSERT_EQ(fast.next - buffer, plain.next - buffer) << text;
    ASSERT_EQ(fast.ok ? fast.value : 0, plain.ok ? plain.value : 0) << text;
  }
}

TEST(ToDecodeError, KeepsWhatTheCallerCanActOn) {
  EXPECT_EQ(toDecodeError(DecimalError::Ok), event::DecodeError::Ok);
  EXPECT_EQ(toDecodeError(DecimalError::TooManyDecimals), event::DecodeError::TooManyDecimals);
  EXPECT_EQ(toDecodeError(DecimalError::Overflow), event::DecodeError::Overflow);
  EXPECT_EQ(toDecodeError(DecimalError::Exponent), event::DecodeError::BadNumber);
  EXPECT_EQ(toDecodeError(DecimalError::Garbage), event::DecodeError::BadNumber);
  EXPECT_EQ(toDecodeError(DecimalError::Empty), event::DecodeError::BadNumber);
}

}  // namespace
}  // namespace hft::decode
