#include "native/net/utf8.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace hft::net {
namespace {

/// The definition, slowly: decodes each character and looks at its value.
bool isValidByDefinition(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<std::uint8_t>(text[at]);
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xe0) == 0xc0 ? 2
                               : (lead & 0xf0) == 0xe0 ? 3
                               : (lead & 0xf8) == 0xf0 ? 4
                                                       : 0;
    if (length == 0 || at + length > text.size()) return false;
    std::uint32_t value = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[at + i]);
      if ((byte & 0xc0) != 0x80) return false;
      value = value << 6U | (byte & 0x3fU);
    }
    constexpr std::uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kLowest[length] || value > 0x10ffff) return false;
    if (value >= 0xd800 && value <= 0xdfff) return false;
    at += length;
  }
  return true;
}

TEST(Utf8, AgreesWithTheDefinitionOnEveryTextOfUpToThreeBytes) {
  for (std::uint32_t value = 0; value < 0x1000000; value += value < 0x200000 ? 1 : 13) {
    const std::string text = {static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
                              static_cast<char>(value)};
    ASSERT_EQ(isValidUtf8(text), isValidByDefinition(text)) << std::hex << value;
  }
}

TEST(Utf8, AgreesWithTheDefinitionOnTheBordersOfFourByteCharacters) {
  for (const int lead : {0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff}) {
    for (int second = 0x70; second <= 0xd0; ++second) {
      for (const int third : {0x7f, 0x80, 0xbf, 0xc0}) {
        for (const int fourth : {0x7f, 0x80, 0xbf, 0xc0}) {
          const std::string text = {static_cast<char>(lead), static_cast<char>(second),
                                    static_cast<char>(third), static_cast<char>(fourth)};
          ASSERT_EQ(isValidUtf8(text), isValidByDefinition(text)) << lead << ' ' << second;
        }
      }
    }
  }
}

TEST(Utf8, FindsABadByteAtEveryPlaceOfALongText) {
  for (std::size_t size = 1; size < 200; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xff';
      ASSERT_FALSE(isValidUtf8(text)) << size << ' ' << at;
      text[at] = '\x7f';
      ASSERT_TRUE(isValidUtf8(text)) << size << ' ' << at;
    }
  }
}

std::string randomText(std::mt19937_64& random) {
  static const std::string kPieces[] = {"a",
                                        "0123456789abcdefghij",
                                        "\xc3\xa4",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xed\xa0\x80",
                                        "\xff",
                                        "\xc0\x80"};
  std::string text;
  for (std::size_t i = random() % 40; i > 0; --i) {
    // Sound pieces are much more frequent, so that many texts are valid.
    text += kPieces[random() % 100 < 98 ? random() % 5 : 5 + random() % 3];
  }
  if (random() % 8 == 0 && !text.empty()) text.pop_back();
  return text;
}

TEST(Utf8Validator, AgreesWithTheDefinitionHoweverTheTextIsCut) {
  const std::uint64_t seed = 20260301;
  std::mt19937_64 random(seed);
  std::size_t valid = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::string text = randomText(random);
    Utf8Validator validator;
    bool accepts = true;
    for (std::size_t at = 0; accepts && at < text.size();) {
      const std::size_t size = 1 + random() % 30;
      accepts = validator.feed(std::string_view{text}.substr(at, size));
      at += size;
    }
    accepts = accepts && validator.isComplete();
    valid += accepts ? 1 : 0;
    ASSERT_EQ(accepts, isValidByDefinition(text)) << "seed " << seed << " round " << round;
  }
  EXPECT_GT(valid, 5000U);
  EXPECT_LT(valid, 19000U);
}

TEST(Utf8Validator, RefusesAsSoonAsNoContinuationCanHelp) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.feed("ab\xf4"));
  EXPECT_FALSE(validator.feed("\x90"));
}

}  // namespace
}  // namespace hft::net
