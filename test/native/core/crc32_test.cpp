#include "native/core/crc32.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace hft {
namespace {

/// The definition, bit by bit.
std::uint32_t plainCrc(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

TEST(Crc32, EqualsItsPublishedCheckValue) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32(""), 0U);
}

TEST(Crc32, EqualsTheDefinitionAtEveryLength) {
  std::mt19937_64 random(7);
  std::string text;
  for (std::size_t size = 0; size < 700; ++size) {
    EXPECT_EQ(crc32(text), plainCrc(text)) << size;
    EXPECT_EQ(crc32ByTable(0, text), plainCrc(text)) << size;
    text.push_back(static_cast<char>(random()));
  }
}

TEST(Crc32, ContinuesAtEveryCut) {
  std::string text;
  for (int i = 0; i < 400; ++i) text.push_back(static_cast<char>(i * i));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view whole = text;
    EXPECT_EQ(crc32(crc32(0, whole.substr(0, cut)), whole.substr(cut)), plainCrc(text)) << cut;
  }
}

}  // namespace
}  // namespace hft
