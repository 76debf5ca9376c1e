#include "native/decode/order_ref_table.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <tuple>

namespace hft::decode {
namespace {

OrderKey keyOf(std::uint64_t number) { return OrderKey{number * 7, number, 0}; }

TEST(OrderKey, ReadsAUuidInEitherCase) {
  const auto lower = uuidOrderKey("d50ec984-77a8-460a-b958-66f114b0de9b");
  const auto upper = uuidOrderKey("D50EC984-77A8-460A-B958-66F114B0DE9B");
  ASSERT_TRUE(lower && upper);
  EXPECT_EQ(lower->high, 0xd50ec98477a8460aU);
  EXPECT_EQ(lower->low, 0xb95866f114b0de9bU);
  EXPECT_EQ(*lower, *upper);
}

TEST(OrderKey, RefusesWhatIsNoUuid) {
  EXPECT_FALSE(uuidOrderKey(""));
  EXPECT_FALSE(uuidOrderKey("d50ec984-77a8-460a-b958-66f114b0de9"));
  EXPECT_FALSE(uuidOrderKey("d50ec984-77a8-460a-b958-66f114b0de9bb"));
  EXPECT_FALSE(uuidOrderKey("d50ec984-77a8-460a-b958-66f114b0de9g"));
  EXPECT_FALSE(uuidOrderKey("d50ec984077a8-460a-b958-66f114b0de9b"));
  EXPECT_FALSE(uuidOrderKey("d50ec984-77a8-460a-b958-66f114b0de\xff\xff"));
}

TEST(OrderKey, TellsTextsApartThatDifferOnlyInLengthOrCase) {
  EXPECT_NE(*textOrderKey("0"), *textOrderKey("00"));
  EXPECT_NE(*textOrderKey("a"), *textOrderKey("A"));
  EXPECT_NE(*textOrderKey("a-"), *textOrderKey("a_"));
  EXPECT_NE(*textOrderKey("O6ZQNQ-BXL4E-5WGINO"), *textOrderKey("O6ZQNQ-BXL4E-5WGINP"));
  EXPECT_NE(*textOrderKey("A00000000000000000000"), *textOrderKey("B00000000000000000000"));
}

TEST(OrderKey, RefusesTextThatSixBitsCannotHold) {
  EXPECT_TRUE(textOrderKey("123456789012345678901"));
  EXPECT_FALSE(textOrderKey("1234567890123456789012"));
  EXPECT_FALSE(textOrderKey(""));
  EXPECT_FALSE(textOrderKey("a b"));
  EXPECT_FALSE(textOrderKey("\xc3\xa4"));
}

TEST(OrderRefTable, GivesOneReferenceToOneId) {
  OrderRefTable table(4, 2);
  EXPECT_EQ(table.intern(keyOf(10), 0, 0).value(), 1U);
  EXPECT_EQ(table.intern(keyOf(11), 0, 0).value(), 2U);
  EXPECT_EQ(table.intern(keyOf(10), 0, 0).value(), 1U);
  EXPECT_EQ(table.find(keyOf(11)), 2U);
  EXPECT_EQ(table.find(keyOf(12)), 0U);
  EXPECT_EQ(table.size(), 2U);
}

TEST(OrderRefTable, KeepsAReleasedIdUntilEnoughOthersWereReleased) {
  OrderRefTable table(8, 2);
  for (std::uint64_t i = 1; i <= 4; ++i) ASSERT_TRUE(table.intern(keyOf(i), 0, 0).ok());
  table.release(keyOf(1));
  table.release(keyOf(2));
  EXPECT_EQ(table.find(keyOf(1)), 1U);
  table.release(keyOf(3));
  EXPECT_EQ(table.find(keyOf(1)), 0U);
  EXPECT_EQ(table.find(keyOf(2)), 2U);
  EXPECT_EQ(table.size(), 1U);
}

TEST(OrderRefTable, GivesAReturningIdItsReferenceBack) {
  OrderRefTable table(4, 1);
  ASSERT_EQ(table.intern(keyOf(1), 0, 0).value(), 1U);
  ASSERT_EQ(table.intern(keyOf(2), 0, 0).value(), 2U);
  table.release(keyOf(1));
  EXPECT_EQ(table.intern(keyOf(1), 0, 0).value(), 1U);
  table.release(keyOf(2));  // Passes the returned id in the queue.
  EXPECT_EQ(table.find(keyOf(1)), 1U);
  EXPECT_EQ(table.size(), 1U);
}

TEST(OrderRefTable, RefusesWhenEveryPlaceIsLiveAndRecoversWhenOneIsReleased) {
  OrderRefTable table(3, 3);
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(table.intern(keyOf(i), 0, 0).ok());
  EXPECT_EQ(table.intern(keyOf(4), 0, 0).error(), OrderRefError::CapacityExceeded);
  EXPECT_EQ(table.find(keyOf(4)), 0U);
  table.release(keyOf(2));
  EXPECT_EQ(table.intern(keyOf(4), 0, 0).value(), 4U);
  EXPECT_EQ(table.find(keyOf(2)), 0U);
}

TEST(OrderRefTable, ReleasesTheOrdersOfOneInstrumentOnly) {
  OrderRefTable table(8, 0);
  for (std::uint64_t i = 1; i <= 6; ++i) {
    ASSERT_TRUE(table.intern(keyOf(i), static_cast<InstrumentId>(i % 2), 0).ok());
  }
  table.releaseInstrument(1, 0);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.find(keyOf(1)), 0U);
  EXPECT_EQ(table.find(keyOf(2)), 2U);
}

TEST(OrderRefTable, KeepsTheOrdersThatAreNewerThanTheSnapshot) {
  OrderRefTable table(8, 0);
  ASSERT_TRUE(table.intern(keyOf(1), 0, 9).ok());
  ASSERT_TRUE(table.intern(keyOf(2), 0, 11).ok());
  table.releaseInstrument(0, 10);
  EXPECT_EQ(table.find(keyOf(1)), 0U);
  EXPECT_EQ(table.find(keyOf(2)), 2U);
}

TEST(OrderRefTable, RemembersAnIdThatIsNotLive) {
  OrderRefTable table(8, 2);
  EXPECT_EQ(table.remember(keyOf(1), 0).value(), 1U);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.intern(keyOf(1), 0, 5).value(), 1U) << "a snapshot holds it";
  EXPECT_EQ(table.remember(keyOf(1), 0).value(), 1U);
  EXPECT_EQ(table.size(), 1U);
}

// The table against a map and a queue, with ids that share few bits.
TEST(OrderRefTable, EqualsAPlainModelOnRandomInput) {
  const unsigned seed = 20260314;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::size_t kOrders = 64;
  constexpr std::size_t kRetired = 10;
  OrderRefTable table(kOrders, kRetired);
  struct Entry {
    std::uint64_t orderRef;
    bool isLive;
    bool isQueued;
  };
  std::map<std::uint64_t, Entry> model;
  std::deque<std::uint64_t> queue;
  std::uint64_t lastRef = 0;
  std::size_t live = 0;
  const auto reclaim = [&] {
    const std::uint64_t oldest = queue.front();
    queue.pop_front();
    Entry& entry = model.at(oldest);
    entry.isQueued = false;
    if (!entry.isLive) model.erase(oldest);
  };
  for (int step = 0; step < 200'000; ++step) {
    const std::uint64_t id = random() % 100 << (random() % 2 * 32);
    if (random() % 2 == 0) {
      const auto got = table.intern(keyOf(id), 0, 0);
      auto found = model.find(id);
      if (found == model.end()) {
        while (model.size() == kOrders && !queue.empty()) reclaim();
        if (model.size() == kOrders) {
          ASSERT_EQ(got.error(), OrderRefError::CapacityExceeded);
          continue;
        }
        found = model.emplace(id, Entry{++lastRef, false, false}).first;
      }
      if (!found->second.isLive) ++live;
      found->second.isLive = true;
      ASSERT_EQ(got.value(), found->second.orderRef) << "step " << step;
    } else {
      table.release(keyOf(id));
      const auto found = model.find(id);
      if (found != model.end() && found->second.isLive) {
        found->second.isLive = false;
        --live;
        if (!found->second.isQueued) {
          found->second.isQueued = true;
          queue.push_back(id);
          if (queue.size() > kRetired) reclaim();
        }
      }
    }
    ASSERT_EQ(table.size(), live);
    const std::uint64_t probe = random() % 100;
    const auto found = model.find(probe);
    ASSERT_EQ(table.find(keyOf(probe)), found == model.end() ? 0 : found->second.orderRef);
  }
}

}  // namespace
}  // namespace hft::decode
