#include "native/ring/mpsc_ring.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace hft::ring {
namespace {

TEST(MpscRing, GivesRecordsBackInOrder) {
  MpscRing<std::uint64_t> ring(4);
  for (std::uint64_t lap = 0; lap < 10; ++lap) {
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(ring.push(lap * 3 + i), RingError::Ok);
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(ring.pop().value(), lap * 3 + i);
  }
  EXPECT_EQ(ring.pop().error(), RingError::Empty);
}

TEST(MpscRing, RefusesARecordBeyondCapacityAndKeepsTheRest) {
  MpscRing<std::uint64_t> ring(2);
  EXPECT_EQ(ring.push(1), RingError::Ok);
  EXPECT_EQ(ring.push(2), RingError::Ok);
  EXPECT_EQ(ring.push(3), RingError::Full);
  EXPECT_FALSE(ring.claim().ok());
  EXPECT_EQ(ring.pop().value(), 1U);
  EXPECT_EQ(ring.push(4), RingError::Ok);
  EXPECT_EQ(ring.pop().value(), 2U);
  EXPECT_EQ(ring.pop().value(), 4U);
}

TEST(MpscRing, HoldsBackLaterRecordsUntilAnEarlierClaimIsPublished) {
  MpscRing<std::uint64_t> ring(4);
  const auto first = ring.claim();
  const auto second = ring.claim();
  *first.record = 1;
  *second.record = 2;
  ring.publish(second);
  EXPECT_FALSE(ring.isReady());
  ring.publish(first);
  EXPECT_EQ(ring.pop().value(), 1U);
  EXPECT_EQ(ring.pop().value(), 2U);
}

TEST(MpscRing, DrainStopsAtItsLimit) {
  MpscRing<std::uint64_t> ring(8);
  for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(ring.push(i), RingError::Ok);
  std::vector<std::uint64_t> seen;
  EXPECT_EQ(ring.drain(4, [&](const std::uint64_t& value) { seen.push_back(value); }), 4U);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 1, 2, 3}));
  EXPECT_EQ(*ring.peek(), 4U);
}

TEST(MpscRingDeathTest, RefusesACapacityThatIsNoPowerOfTwo) {
  EXPECT_DEATH(MpscRing<std::uint64_t>(3), "check failed");
}

TEST(MpscRing, EqualsAStandardQueueOnRandomOperations) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  MpscRing<std::uint64_t> ring(8);
  std::deque<std::uint64_t> model;
  for (std::uint64_t step = 0; step < 200'000; ++step) {
    if (random() % 2 == 0) {
      ASSERT_EQ(ring.push(step), model.size() == 8 ? RingError::Full : RingError::Ok);
      if (model.size() < 8) model.push_back(step);
    } else {
      const auto record = ring.pop();
      ASSERT_EQ(record.ok(), !model.empty());
      if (record.ok()) {
        ASSERT_EQ(record.value(), model.front());
        model.pop_front();
      }
    }
  }
}

}  // namespace
}  // namespace hft::ring
