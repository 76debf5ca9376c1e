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
  for (std::size_t size = 0; size < 200; ++size) {
    EXPECT_EQ(crc32(text), plainCrc(text)) << size;
    text.push_back(static_cast<char>(random()));
  }
}

TEST(Crc32, ContinuesAtEveryCut) {
  const std::string text = "a text that is longer than two steps of sixteen bytes";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32(crc32(0, text.substr(0, cut)), text.substr(cut)), plainCrc(text)) << cut;
  }
}

}  // namespace
}  // namespace hft
