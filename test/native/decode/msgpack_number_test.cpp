#include "native/decode/msgpack/msgpack_number.hpp"

#include <charconv>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>

namespace hft::decode {
namespace {

MsgpackToken float64(double value) {
  return {MsgpackType::Float64, 0, std::bit_cast<std::uint64_t>(value), {}};
}
MsgpackToken float32(float value) {
  return {MsgpackType::Float32, 0, std::bit_cast<std::uint32_t>(value), {}};
}

TEST(MsgpackNumber, TakesAFloatForItsShortestText) {
  EXPECT_EQ(readMsgpackNumber(float64(126.55), 2).value, 12655);
  EXPECT_EQ(readMsgpackNumber(float64(126.55), 8).value, 12655000000);
  EXPECT_EQ(readMsgpackNumber(float64(0.1 + 0.2), 12).error, DecimalError::TooManyDecimals);
  EXPECT_EQ(readMsgpackNumber(float64(0.1 + 0.2), 12).significantDecimals, 17);
  EXPECT_EQ(readMsgpackNumber(float64(1e-7), 8).value, 10);
  EXPECT_EQ(readMsgpackNumber(float64(0.0), 3).value, 0);
  EXPECT_EQ(readMsgpackNumber(float32(126.55F), 2).value, 12655);
  EXPECT_EQ(readMsgpackNumber(float32(0.1F), 1).value, 1);
}

TEST(MsgpackNumber, SaysHowManyDecimalsItWouldTake) {
  const DecimalReading reading = readMsgpackNumber(float64(126.5525), 2);
  EXPECT_EQ(reading.error, DecimalError::TooManyDecimals);
  EXPECT_EQ(reading.significantDecimals, 4);
  EXPECT_EQ(readMsgpackNumber(float64(126.5), 4).significantDecimals, 1);
}

TEST(MsgpackNumber, TakesIntegersAndPlainText) {
  EXPECT_EQ(readMsgpackNumber({MsgpackType::Unsigned, 0, 27000, {}}, 2).value, 2700000);
  EXPECT_EQ(readMsgpackNumber({MsgpackType::String, 0, 0, "1.25"}, 2).value, 125);
  EXPECT_EQ(readMsgpackNumber({MsgpackType::Unsigned, 0, ~0ULL, {}}, 0).error,
            DecimalError::Overflow);
  EXPECT_EQ(readMsgpackNumber({MsgpackType::Unsigned, 0, 1ULL << 60, {}}, 2).error,
            DecimalError::Overflow);
  EXPECT_EQ(readMsgpackNumber(float64(1e300), 0).error, DecimalError::Overflow);
}

TEST(MsgpackNumber, RefusesWhatIsNoQuantity) {
  for (const double value : {std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(), -1.5, -0.0}) {
    EXPECT_EQ(readMsgpackNumber(float64(value), 2).error, DecimalError::Garbage) << value;
  }
  EXPECT_EQ(readMsgpackNumber(float32(std::numeric_limits<float>::quiet_NaN()), 2).error,
            DecimalError::Garbage);
  EXPECT_EQ(readMsgpackNumber({MsgpackType::Signed, 0, ~0ULL, {}}, 2).error, DecimalError::Garbage);
  EXPECT_EQ(readMsgpackNumber({MsgpackType::Bool, 0, 1, {}}, 2).error, DecimalError::Garbage);
}

// Against the text that std::to_chars writes: prices, neighbours of prices, and any bit pattern.
TEST(MsgpackNumber, EqualsTheDecimalOfTheShortestText) {
  const unsigned seed = 20260407;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300'000; ++round) {
    double value = 0;
    switch (random() % 4) {
      case 0:
        value = static_cast<double>(random() % 100'000'000) / 100;
        break;
      case 1:
        value = static_cast<double>(random() % 1'000'000'000'000'000) / 1e8;
        break;
      case 2:
        value = std::nextafter(static_cast<double>(random() % 10'000'000) / 1e4, 1e300);
        break;
      default:
        value = std::abs(std::bit_cast<double>(random()));
        break;
    }
    if (!std::isfinite(value)) continue;
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    const auto decimals = static_cast<unsigned>(random() % (kDecimalsMax + 1));
    const DecimalReading expected = readDecimal({text, static_cast<std::size_t>(end - text)},
                                                decimals, DecimalGrammar::JsonExponent);
    const DecimalReading got = readMsgpackNumber(float64(value), decimals);
    ASSERT_EQ(got.error, expected.error) << text << " at " << decimals;
    ASSERT_EQ(got.value, expected.value) << text << " at " << decimals;
    ASSERT_EQ(got.significantDecimals, expected.significantDecimals) << text;
  }
}

}  // namespace
}  // namespace hft::decode
