#include "native/risk/kill_switch.hpp"

#include <gtest/gtest.h>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace hft::risk {
namespace {

constexpr std::uint32_t kInstruments = 130;

TEST(KillSwitch, StopsNothingBeforeAThrow) {
  const KillSwitch latches(kInstruments);
  EXPECT_FALSE(latches.hit(3, 4, 5, 6).isThrown);
  EXPECT_EQ(latches.thrownCount(), 0U);
  EXPECT_EQ(latches.generation(), 0U);
}

TEST(KillSwitch, StopsTheOrdersOfItsScopeAndNoOthers) {
  const std::pair<RiskScope, std::uint32_t> cases[] = {{RiskScope::Account, 3},
                                                       {RiskScope::Strategy, 4},
                                                       {RiskScope::Symbol, 5},
                                                       {RiskScope::Venue, 6}};
  for (const auto& [scope, id] : cases) {
    KillSwitch latches(kInstruments);
    ASSERT_TRUE(latches.set(scope, id, true));
    const KillSwitch::Hit hit = latches.hit(3, 4, 5, 6);
    EXPECT_TRUE(hit.isThrown);
    EXPECT_EQ(hit.scope, scope);
    EXPECT_EQ(hit.id, id);
    EXPECT_FALSE(latches.hit(13, 14, 15, 16).isThrown);
  }
}

TEST(KillSwitch, RefusesAnIdThatItHasNoLatchFor) {
  KillSwitch latches(kInstruments);
  EXPECT_TRUE(latches.set(RiskScope::Symbol, kInstruments - 1, true));
  EXPECT_FALSE(latches.set(RiskScope::Symbol, kInstruments, true));
  EXPECT_FALSE(latches.set(RiskScope::Account, KillSwitch::kAccounts, true));
  EXPECT_FALSE(latches.set(RiskScope::Strategy, KillSwitch::kStrategies, true));
  EXPECT_FALSE(latches.set(RiskScope::Venue, KillSwitch::kVenues, true));
  EXPECT_FALSE(latches.set(RiskScope::Global, 1, true));
  EXPECT_EQ(latches.thrownCount(), 1U);
}

TEST(KillSwitch, CountsEveryChangeAndNoReleaseOfWhatIsNotThrown) {
  KillSwitch latches(kInstruments);
  ASSERT_TRUE(latches.set(RiskScope::Venue, 1, false));
  EXPECT_EQ(latches.generation(), 0U);
  EXPECT_TRUE(latches.isReleased(RiskScope::Venue, 1));
  ASSERT_TRUE(latches.set(RiskScope::Venue, 1, true));
  EXPECT_EQ(latches.generation(), 1U);
  EXPECT_FALSE(latches.isReleased(RiskScope::Venue, 1));
  ASSERT_TRUE(latches.set(RiskScope::Venue, 1, true));
  EXPECT_EQ(latches.generation(), 2U) << "thrown again: what has come since must go too";
  ASSERT_TRUE(latches.set(RiskScope::Venue, 1, false));
  EXPECT_EQ(latches.generation(), 3U);
  EXPECT_EQ(latches.thrownCount(), 0U);
}

TEST(KillSwitch, AgreesWithASetOfLatches) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  KillSwitch latches(kInstruments);
  std::set<std::pair<RiskScope, std::uint32_t>> thrown;
  for (int step = 0; step < 5'000; ++step) {
    const auto scope = static_cast<RiskScope>(random() % 5);
    const auto id = static_cast<std::uint32_t>(random() % latches.idsOf(scope));
    const bool isThrown = random() % 2 == 0;
    ASSERT_TRUE(latches.set(scope, id, isThrown));
    if (isThrown) {
      thrown.emplace(scope, id);
    } else {
      thrown.erase({scope, id});
    }
    ASSERT_EQ(latches.thrownCount(), thrown.size());
    const auto account = static_cast<std::uint16_t>(random() % KillSwitch::kAccounts);
    const auto symbol = static_cast<InstrumentId>(random() % kInstruments);
    const bool isExpected =
        thrown.contains({RiskScope::Global, 0}) || thrown.contains({RiskScope::Account, account}) ||
        thrown.contains({RiskScope::Strategy, 7}) || thrown.contains({RiskScope::Symbol, symbol}) ||
        thrown.contains({RiskScope::Venue, 9});
    ASSERT_EQ(latches.hit(account, 7, symbol, 9).isThrown, isExpected);
  }
  latches.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    EXPECT_EQ(latches.isThrown(scope, id), thrown.contains({scope, id}));
  });
}

TEST(KillSwitch, IsThrownAndReleasedByManyThreadsWithoutLosingCount) {
  KillSwitch latches(kInstruments);
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&latches, t] {
      for (std::uint32_t i = 0; i < 20'000; ++i) {
        // All share the words, and symbol 64 the latch.
        (void)latches.set(RiskScope::Symbol, 64, i % 2 == 0);
        (void)latches.set(RiskScope::Symbol, t, i % 2 == 0);
        // Nobody else sets this one, so that what was done is there.
        EXPECT_EQ(latches.isThrown(RiskScope::Symbol, t), i % 2 == 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint32_t thrown = 0;
  latches.forEachLatch(
      [&](RiskScope scope, std::uint32_t id) { thrown += latches.isThrown(scope, id) ? 1 : 0; });
  EXPECT_EQ(latches.thrownCount(), thrown);
}

}  // namespace
}  // namespace hft::risk
