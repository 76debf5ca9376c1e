#include "native/decode/level_scan.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "test/native/decode/padded_text.hpp"

namespace hft::decode {
namespace {

using event::Level;
using test::PaddedText;

struct Levels {
  std::vector<Level> space;
  LevelsScan scan;
  std::ptrdiff_t offset = -1;

  Levels(const PaddedText& text, Scale scale, bool isFast, std::size_t capacity) : space(capacity) {
    scan = isFast ? scanLevels(text.begin(), text.end(), space, scale)
                  : scanLevelsScalar(text.begin(), text.end(), space, scale);
    if (scan.next != nullptr) offset = scan.next - text.begin();
  }
  bool operator==(const Levels& other) const {
    if (offset != other.offset) return false;
    if (offset < 0) return true;
    if (scan.count != other.scan.count) return false;
    for (std::size_t index = 0; index < scan.count; ++index) {
      if (space[index].price != other.space[index].price) return false;
      if (space[index].qty != other.space[index].qty) return false;
    }
    return true;
  }
};

TEST(ScanLevels, ReadsASide) {
  const PaddedText text(R"(["61837.63000000","3.78826000"],["0.10","12"]],"asks")");
  const Levels levels(text, {2, 5, 8, 8}, true, 8);
  ASSERT_EQ(levels.scan.count, 2U);
  EXPECT_EQ(levels.space[0].price, 6183763);
  EXPECT_EQ(levels.space[0].qty, 378826);
  EXPECT_EQ(levels.space[1].price, 10);
  EXPECT_EQ(levels.space[1].qty, 1200000);
  EXPECT_EQ(*levels.scan.next, ',');
}

TEST(ScanLevels, ReadsAnEmptySide) {
  const PaddedText text("],1");
  const Levels levels(text, {}, true, 0);
  EXPECT_EQ(levels.scan.count, 0U);
  EXPECT_EQ(levels.offset, 1);
}

TEST(ScanLevels, RefusesWhatIsNoSide) {
  for (const char* text : {"",
                           "[",
                           R"(["1","2"])",
                           R"(["1","2"],])",
                           R"(["1","2"] ])",
                           R"(["1" ,"2"]])",
                           R"([1,2]])",
                           R"(["1"]])",
                           R"(["1","2","3"]])",
                           R"(["","2"]])",
                           R"(["1",""]])",
                           R"(["1.","2"]])",
                           R"(["1","2."]])",
                           R"([".1","2"]])",
                           R"(["1e1","2"]])",
                           R"(["-1","2"]])",
                           R"(["1","2"]}])",
                           R"(["1.5","2"]])",
                           R"(["1","0.5"]])",
                           R"(["99999999999999999999","2"]])"}) {
    EXPECT_EQ(Levels(PaddedText(text), {}, true, 8).scan.next, nullptr) << text;
  }
}

TEST(ScanLevels, RefusesMoreLevelsThanFit) {
  const PaddedText text(R"(["1","2"],["3","4"]])");
  EXPECT_EQ(Levels(text, {}, true, 1).scan.next, nullptr);
  EXPECT_NE(Levels(text, {}, true, 2).scan.next, nullptr);
}

TEST(ScanLevels, EqualsTheScalarFormOnRandomAndDamagedSides) {
  const std::uint64_t seed = 5;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto digits = [&](std::size_t most) {
    std::string text(1 + random() % most, '0');
    for (char& digit : text) digit = static_cast<char>('0' + random() % 10);
    return text;
  };
  const auto decimal = [&] {
    const bool isLong = random() % 12 == 0;
    std::string text = digits(isLong ? 18 : 6);
    if (random() % 5 != 0) text += "." + digits(isLong ? 12 : 3) + std::string(random() % 7, '0');
    return text;
  };
  std::size_t read = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string text;
    for (std::size_t count = random() % 6; count > 0; --count) {
      text += "[\"" + decimal() + "\",\"" + decimal() + "\"]" + (count > 1 ? "," : "");
    }
    text += "],\"a\":[";
    if (random() % 2 == 0) text[random() % text.size()] = "\"],[.0x"[random() % 7];
    if (random() % 4 == 0) text.resize(random() % text.size());
    const Scale scale{static_cast<std::uint8_t>(random() % 13),
                      static_cast<std::uint8_t>(random() % 13), 12, 12};
    const PaddedText copy(text, "\"],[7"[random() % 5]);
    const Levels fast(copy, scale, true, 5);
    const Levels plain(copy, scale, false, 5);
    ASSERT_EQ(fast, plain) << text << " at " << int{scale.priceDecimals} << "/"
                           << int{scale.qtyDecimals};
    read += fast.offset >= 0 ? 1 : 0;
  }
  EXPECT_GT(read, 30'000U) << "too few sides were sound to compare";
}

}  // namespace
}  // namespace hft::decode
