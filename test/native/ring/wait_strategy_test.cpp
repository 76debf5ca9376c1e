#include "native/ring/wait_strategy.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace hft::ring {
namespace {

template <typename Wait>
class WaitStrategyTest : public testing::Test {};

using Strategies = testing::Types<SpinWait, YieldWait, BackOffWait, BlockWait, AdaptiveWait>;
TYPED_TEST_SUITE(WaitStrategyTest, Strategies);

TYPED_TEST(WaitStrategyTest, ReturnsAtOnceWhereSomethingIsReady) {
  TypeParam wait;
  wait.await([] { return true; });
  EXPECT_EQ(wait.counts().sleeps, 0U);
}

TYPED_TEST(WaitStrategyTest, ReturnsWhenAnotherThreadMakesItReady) {
  TypeParam wait;
  std::atomic<bool> isReady{false};
  std::thread other([&] {
    isReady.store(true, std::memory_order_release);
    wait.notify();
  });
  wait.await([&] { return isReady.load(std::memory_order_acquire); });
  other.join();
  EXPECT_TRUE(isReady.load());
}

TEST(BlockWait, WakesOnlyASleepingConsumer) {
  BlockWait wait;
  for (int i = 0; i < 1'000; ++i) wait.notify();
  EXPECT_EQ(wait.counts().wakes, 0U);
}

TEST(BlockWait, CountsOneWakeForEachSleepThatEndsByNotify) {
  BlockWait wait;
  std::atomic<bool> isReady{false};
  std::thread consumer(
      [&] { wait.await([&] { return isReady.load(std::memory_order_acquire); }); });
  while (wait.counts().sleeps == 0) std::this_thread::yield();
  isReady.store(true, std::memory_order_release);
  wait.notify();
  consumer.join();
  EXPECT_EQ(wait.counts().wakes, 1U);
  EXPECT_GE(wait.counts().sleeps, 1U);
}

TEST(BlockWait, SleepsOnWhenItIsNotifiedForNothing) {
  BlockWait wait;
  std::atomic<bool> isReady{false};
  std::thread consumer(
      [&] { wait.await([&] { return isReady.load(std::memory_order_acquire); }); });
  while (wait.counts().sleeps == 0) std::this_thread::yield();
  wait.notify();
  while (wait.counts().sleeps < 2) std::this_thread::yield();
  isReady.store(true, std::memory_order_release);
  wait.notify();
  consumer.join();
  EXPECT_EQ(wait.counts().wakes, 2U);
}

TEST(BackOffWait, CountsTheSpansThatItSlept) {
  BackOffWait wait;
  int asked = 0;
  wait.await([&] { return ++asked > 205; });
  EXPECT_EQ(wait.counts().sleeps, 5U);
  EXPECT_EQ(wait.counts().wakes, 0U);
}

}  // namespace
}  // namespace hft::ring
