#include "native/ring/spsc_ring.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace hft::ring {
namespace {

struct Record {
  std::array<std::uint64_t, 8> words;
};
static_assert(sizeof(Record) == 64);

Record recordOf(std::uint64_t value) {
  Record record{};
  record.words.fill(value);
  return record;
}

TEST(SpscRing, GivesRecordsBackInOrder) {
  SpscRing<Record> ring(4);
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(ring.push(recordOf(i)), RingError::Ok);
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(ring.pop().value().words, recordOf(i).words);
  EXPECT_EQ(ring.pop().error(), RingError::Empty);
}

TEST(SpscRing, RefusesARecordBeyondCapacityAndKeepsTheRest) {
  SpscRing<std::uint64_t> ring(4);
  for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(ring.push(i), RingError::Ok);
  EXPECT_EQ(ring.push(4), RingError::Full);
  EXPECT_EQ(ring.claim(), nullptr);
  EXPECT_EQ(ring.pop().value(), 0U);
  EXPECT_EQ(ring.push(5), RingError::Ok);
  std::vector<std::uint64_t> seen;
  ring.drain(100, [&](const std::uint64_t& value) { seen.push_back(value); });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 5}));
}

TEST(SpscRing, HidesClaimedRecordsUntilTheyArePublishedTogether) {
  SpscRing<std::uint64_t> ring(8);
  for (std::uint64_t i = 0; i < 3; ++i) *ring.claim() = i;
  EXPECT_EQ(ring.peek(), nullptr);
  EXPECT_FALSE(ring.isReady());
  ring.publish();
  EXPECT_TRUE(ring.isReady());
  EXPECT_EQ(ring.publishedCount(), 3U);
  EXPECT_EQ(ring.drain(8, [](const std::uint64_t&) {}), 3U);
  EXPECT_EQ(ring.consumedCount(), 3U);
}

TEST(SpscRing, DrainStopsAtItsLimit) {
  SpscRing<std::uint64_t> ring(8);
  for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(ring.push(i), RingError::Ok);
  EXPECT_EQ(ring.drain(4, [](const std::uint64_t&) {}), 4U);
  EXPECT_EQ(*ring.peek(), 4U);
}

TEST(SpscRing, PeekedRecordStaysUntilItIsReleased) {
  SpscRing<std::uint64_t> ring(1);
  EXPECT_EQ(ring.push(7), RingError::Ok);
  const std::uint64_t* record = ring.peek();
  EXPECT_EQ(ring.push(8), RingError::Full);
  EXPECT_EQ(*record, 7U);
  ring.release();
  EXPECT_EQ(ring.push(8), RingError::Ok);
  EXPECT_EQ(*ring.peek(), 8U);
}

TEST(SpscRingDeathTest, RefusesACapacityThatIsNoPowerOfTwo) {
  EXPECT_DEATH(SpscRing<std::uint64_t>(12), "check failed");
}

// Random claims, publications and drains against a queue of the standard library.
TEST(SpscRing, EqualsAStandardQueueOnRandomOperations) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  SpscRing<Record> ring(16);
  std::deque<std::uint64_t> model;
  std::vector<std::uint64_t> claimed;
  std::uint64_t next = 0;
  for (int step = 0; step < 200'000; ++step) {
    switch (random() % 4) {
      case 0: {
        Record* record = ring.claim();
        ASSERT_EQ(record == nullptr, model.size() + claimed.size() == 16);
        if (record != nullptr) {
          *record = recordOf(next);
          claimed.push_back(next++);
        }
        break;
      }
      case 1:
        ring.publish();
        model.insert(model.end(), claimed.begin(), claimed.end());
        claimed.clear();
        break;
      case 2: {
        const auto record = ring.pop();
        ASSERT_EQ(record.ok(), !model.empty());
        if (record.ok()) {
          ASSERT_EQ(record.value().words, recordOf(model.front()).words);
          model.pop_front();
        }
        break;
      }
      default: {
        const std::size_t limit = random() % 8;
        const std::size_t expected = std::min(limit, model.size());
        const std::size_t count = ring.drain(limit, [&](const Record& record) {
          ASSERT_EQ(record.words, recordOf(model.front()).words);
          model.pop_front();
        });
        ASSERT_EQ(count, expected);
      }
    }
  }
}

}  // namespace
}  // namespace hft::ring
