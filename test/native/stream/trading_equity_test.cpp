// Loss and drawdown through a restart: what they are counted from is in the journal.
#include "test/native/stream/journaled_desk.hpp"

namespace hft::stream {
namespace {

using risk::LimitAction;
using risk::RiskScope;
using risk::ViolationType;

constexpr std::int64_t kUnit = 100'000'000;

class EquityDesk : public JournaledDesk {
 protected:
  void limit(ViolationType type, std::int64_t value, LimitAction action) {
    risk::LimitSpec spec;
    spec.type = type;
    spec.value = value;
    spec.action = action;
    ASSERT_EQ(desk->core.setLimit(spec, desk->stamp()), risk::RiskError::Ok);
  }
  /// Buys 100 at 100.00.
  void buy() {
    desk->foreign(Side::Sell, 100, 10'000);
    const auto order = TradingDesk::order(Side::Buy, 100, 10'000);
    ASSERT_EQ(desk->core.submit(order, desk->stamp()).verdict, SubmitVerdict::Accepted);
    desk->settle();
    ASSERT_EQ(desk->core.positions().netQty(0), 100);
  }
  void market(Price middle) {
    desk->now += 2'000'000'000;
    desk->core.onMarket(bookEvent(0, middle - 1, middle + 1), desk->stamp());
    desk->core.onClock(desk->stamp());
  }
  [[nodiscard]] risk::Decision ask() {
    return desk->core.risk().probe(TradingDesk::order(Side::Buy, 1, 9'000), desk->now);
  }
};

TEST_F(EquityDesk, KeepsThePeakThatADrawdownFallsFrom) {
  (void)enter();
  limit(ViolationType::DrawdownLimit, 50 * kUnit, LimitAction::Reject);
  buy();
  market(10'100);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  market(10'050);
  EXPECT_TRUE(ask().isAccepted);
  market(10'049);
  const risk::Decision refused = ask();
  EXPECT_EQ(refused.violation, ViolationType::DrawdownLimit);
  EXPECT_EQ(refused.observed, 51 * kUnit);
  // A second restart, and one from a snapshot, forget nothing either.
  ASSERT_EQ(desk->core.snapshot(path, desk->stamp()), event::SnapshotError::Ok);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  market(10'049);
  EXPECT_EQ(ask().observed, 51 * kUnit);
}

TEST_F(EquityDesk, KeepsWhatTheLossOfTheDayIsCountedFrom) {
  (void)enter();
  buy();
  market(10'030);
  desk->core.beginSession(desk->stamp());
  limit(ViolationType::LossLimit, 50 * kUnit, LimitAction::Reject);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  market(9'980);
  EXPECT_TRUE(ask().isAccepted) << "from 100.30 to 99.80";
  market(9'979);
  EXPECT_EQ(ask().violation, ViolationType::LossLimit);
  EXPECT_EQ(ask().observed, 51 * kUnit);
}

TEST_F(EquityDesk, SeesNoDrawdownWhereOnlyTheMarketIsNotYetHeardOf) {
  (void)enter();
  limit(ViolationType::DrawdownLimit, 50 * kUnit, LimitAction::Halt);
  limit(ViolationType::LossLimit, 50 * kUnit, LimitAction::Halt);
  buy();
  market(10'100);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  desk->core.onClock(desk->stamp());
  EXPECT_FALSE(desk->core.risk().isHalted(RiskScope::Global, 0));
  EXPECT_TRUE(desk->core.risk().pnl(RiskScope::Global, 0) == 100 * risk::MoneySum{kUnit});
  market(10'049);
  EXPECT_TRUE(desk->core.risk().isHalted(RiskScope::Global, 0));
}

TEST_F(EquityDesk, KeepsALatchThatALossHasThrown) {
  (void)enter();
  limit(ViolationType::LossLimit, 50 * kUnit, LimitAction::Halt);
  buy();
  market(9'949);
  ASSERT_TRUE(desk->core.risk().isHalted(RiskScope::Global, 0));
  leave();
  (void)enter();
  EXPECT_TRUE(desk->core.risk().isHalted(RiskScope::Global, 0));
}

}  // namespace
}  // namespace hft::stream
