#include "native/core/clock.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace hft {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

TEST(TickRate, ConvertsBothWays) {
  const TickRate rate = TickRate::of(1'000'000, 2'445'400);
  EXPECT_NEAR(static_cast<double>(rate.toNanos(2'445'400'000)), 1e9, 2);
  EXPECT_NEAR(static_cast<double>(rate.toTicks(kSecond)), 2'445'400'000.0, 5);
  EXPECT_LT(rate.toNanos(-2'445), 0);
}

TEST(TickRate, DoesNotOverflowOnTenYearsOfTicks) {
  const TickRate rate = TickRate::of(1, 5);
  const Ticks tenYears = Ticks{5} * 10 * 365 * 86'400 * kSecond;
  EXPECT_NEAR(static_cast<double>(rate.toNanos(tenYears)), 10.0 * 365 * 86'400 * 1e9, 1e9);
}

TEST(TscClock, AgreesWithTheSystemClock) {
  TscClock clock;
  const Nanos before = realtimeNanos();
  const Nanos now = clock.now();
  const Nanos after = realtimeNanos();
  // The bracket's own width covers a preemption between the reads.
  EXPECT_GE(now, before - 100'000);
  EXPECT_LE(now, after + 100'000);
}

TEST(TscClock, NeverRunsBackwardsAcrossRecalibrations) {
  TscClock clock;
  Nanos last = clock.now();
  for (int i = 0; i < 200'000; ++i) {
    if (i % 1'000 == 0) clock.recalibrate();
    const Nanos now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(TscClock, NeverRunsBackwardsOnAStampOfAnotherCoreThatIsBehind) {
  TscClock clock;
  const Ticks ticks = readTicks();
  const Nanos later = clock.at(ticks + 1'000);
  EXPECT_EQ(clock.at(ticks), later);
}

// A simulated minute on given readings, so that no real clock decides.
TEST(TscClock, TakesUpASystemClockThatIsAheadAtOnce) {
  TscClock clock;
  const Ticks ticks = readTicks();
  const Nanos ours = clock.at(ticks);
  const Nanos ahead = clock.recalibrateWith(ticks, ours + kSecond, monotonicNanos());
  EXPECT_EQ(ahead, -kSecond);
  EXPECT_EQ(clock.at(ticks), ours + kSecond);
}

TEST(TscClock, ComesBackToASystemClockThatIsBehindWithoutAStep) {
  TscClock clock;
  const Ticks ticks = readTicks();
  const Nanos monotonic = monotonicNanos();
  const Nanos ours = clock.at(ticks);
  const Nanos ahead = clock.recalibrateWith(ticks, ours - 100'000'000, monotonic);
  EXPECT_EQ(ahead, 100'000'000);
  EXPECT_EQ(clock.at(ticks), ours);
  const Ticks second = clock.rate().toTicks(kSecond);
  EXPECT_NEAR(static_cast<double>(clock.at(ticks + second) - ours), 9e8, 1e3);
}

TEST(TscClock, NeverRunsBelowHalfSpeedHoweverFarItIsAhead) {
  TscClock clock;
  const Ticks ticks = readTicks();
  const Nanos ours = clock.at(ticks);
  clock.recalibrateWith(ticks, ours - 100 * kSecond, monotonicNanos());
  const Ticks second = clock.rate().toTicks(kSecond);
  EXPECT_NEAR(static_cast<double>(clock.at(ticks + second) - ours), 5e8, 1e3);
}

TEST(TscClock, LearnsTheRateOverItsWholeLife) {
  TscClock clock;
  const Ticks ticks = readTicks();
  const Nanos monotonic = monotonicNanos();
  const Ticks hour = clock.rate().toTicks(3'600 * kSecond);
  // The counter turns out to run 10 parts in a million slower than the first 10 ms showed.
  const Nanos passed = 3'600 * kSecond + 36'000'000;
  clock.recalibrateWith(ticks + hour, realtimeNanos() + passed, monotonic + passed);
  EXPECT_NEAR(static_cast<double>(clock.rate().toNanos(hour)), static_cast<double>(passed), 1e6);
}

TEST(Stopwatch, LapsAddUpToTheTotal) {
  const TickRate rate;
  Stopwatch watch(rate);
  const Ticks start = watch.lastTicks();
  Nanos laps = 0;
  for (int i = 0; i < 100; ++i) laps += watch.lap();
  EXPECT_EQ(laps, watch.total());
  EXPECT_EQ(watch.total(), watch.lastTicks() - start);
}

}  // namespace
}  // namespace hft
