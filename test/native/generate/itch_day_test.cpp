#include "native/generate/days/itch_day.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <vector>

#include "native/decode/itch/itch_framing.hpp"

namespace hft::generate {
namespace {

constexpr ItchDayConfig kSmallDay{.seed = 7, .messages = 20'000, .symbols = 50};

std::vector<std::uint8_t> generateDay(const ItchDayConfig& config, std::size_t pieceBytes) {
  ItchDay day(config);
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> piece(pieceBytes);
  while (const std::size_t count = day.write(piece)) {
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
  EXPECT_EQ(day.messagesWritten(), config.messages);
  return bytes;
}

struct Tally {
  std::array<std::uint64_t, 256> counts{};
  std::uint64_t lastTime = 0;
  bool isOrdered = true;

  template <typename Message>
  void operator()(const Message& message) {
    ++counts[static_cast<std::uint8_t>(Message::kType)];
    isOrdered &= message.prefix.timestamp >= lastTime;
    lastTime = message.prefix.timestamp;
  }
  [[nodiscard]] std::uint64_t of(std::string_view types) const {
    std::uint64_t sum = 0;
    for (const char type : types) sum += counts[static_cast<std::uint8_t>(type)];
    return sum;
  }
};

TEST(ItchDay, GivesEqualBytesForEqualSeedsWhateverThePieces) {
  const auto whole = generateDay(kSmallDay, 1 << 20);
  EXPECT_EQ(generateDay(kSmallDay, ItchWriter::kBytesMax), whole);
  EXPECT_EQ(generateDay(kSmallDay, 4'099), whole);
  auto other = kSmallDay;
  other.seed = 8;
  EXPECT_NE(generateDay(other, 1 << 20), whole);
}

TEST(ItchDay, GivesTheSameDayOnEveryMachine) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint8_t byte : generateDay(kSmallDay, 1 << 16)) {
    hash = (hash ^ byte) * 0x100000001b3ULL;
  }
  EXPECT_EQ(hash, 13302289255878500071ULL);
}

TEST(ItchDay, HasTheMixOfAPublishedDay) {
  const ItchDayConfig config{.seed = 1, .messages = 300'000, .symbols = 100};
  const auto bytes = generateDay(config, 1 << 20);
  Tally tally;
  const auto result = decode::itch::readFile(bytes, tally);
  ASSERT_EQ(result.error, decode::itch::FramingError::Ok);
  ASSERT_EQ(result.messages, config.messages);
  const auto share = [&](std::string_view types) {
    return static_cast<double>(tally.of(types)) / static_cast<double>(config.messages) * 100.0;
  };
  EXPECT_NEAR(share("AF"), 46.8, 0.5);
  EXPECT_NEAR(share("D"), 40.4, 0.5);
  EXPECT_NEAR(share("U"), 7.6, 0.3);
  EXPECT_NEAR(share("ECX"), 3.2, 0.2);
  EXPECT_NEAR(share("PI"), 2.0, 0.2);
  EXPECT_TRUE(tally.isOrdered);
}

TEST(ItchDay, BeginsWithTheDirectoryAndEndsWithTheClose) {
  Tally tally;
  const auto bytes = generateDay(kSmallDay, 1 << 20);
  ASSERT_EQ(decode::itch::readFile(bytes, tally).error, decode::itch::FramingError::Ok);
  EXPECT_EQ(tally.of("R"), 50U);
  EXPECT_EQ(tally.of("H"), 50U);
  EXPECT_EQ(tally.of("S"), 6U);
  EXPECT_EQ(bytes.back(), 'C');
}

TEST(ItchDay, IsAsShortAsAsked) {
  for (const std::uint64_t messages : {0U, 1U, 5U, 103U, 104U, 110U}) {
    const ItchDayConfig config{.seed = 3, .messages = messages, .symbols = 50};
    Tally tally;
    EXPECT_EQ(decode::itch::readFile(generateDay(config, 1 << 16), tally).messages, messages);
  }
}

}  // namespace
}  // namespace hft::generate
