#include "test/native/risk/risk_desk.hpp"

namespace hft::risk {
namespace {

void markAt(RiskDesk& desk, Price price) {
  ASSERT_EQ(desk.positions.mark(1, price), position::PositionError::Ok);
  desk.setMarket(1, price - 1, price + 1);
}

TEST(RiskWatch, TellsAWarningOnceABreach) {
  RiskDesk desk;
  desk.limit(ViolationType::LossLimit, 100 * kUnit, RiskScope::Global, 0, LimitAction::Warn);
  desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
  markAt(desk, 90);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  markAt(desk, 89);
  EXPECT_EQ(desk.engine.evaluate(kStart).size(), 1U);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty()) << "told already";
  markAt(desk, 100);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  markAt(desk, 89);
  EXPECT_EQ(desk.engine.evaluate(kStart).size(), 1U) << "another breach";
  EXPECT_FALSE(desk.engine.isHalted(RiskScope::Global, 0));
}

TEST(RiskWatch, GoesOnFromReduceOnlyToCancelAll) {
  RiskDesk desk;
  desk.limit(ViolationType::LossLimit, 100 * kUnit, RiskScope::Strategy, 0,
             LimitAction::ReduceOnly);
  desk.limit(ViolationType::DrawdownLimit, 200 * kUnit, RiskScope::Strategy, 0,
             LimitAction::CancelAll);
  desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
  markAt(desk, 89);
  auto breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.action, LimitAction::ReduceOnly);
  EXPECT_FALSE(desk.engine.isHalted(RiskScope::Strategy, 0));
  markAt(desk, 79);
  breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::DrawdownLimit);
  EXPECT_EQ(breaches[0].decision.action, LimitAction::CancelAll);
  EXPECT_EQ(breaches[0].decision.headroom, -10 * kUnit);
  EXPECT_TRUE(desk.engine.isHalted(RiskScope::Strategy, 0));
}

TEST(RiskWatch, ActsAgainWhereAHaltEndsWhileTheLossLasts) {
  RiskDesk desk;
  desk.limit(ViolationType::LossLimit, 100 * kUnit, RiskScope::Account, 0, LimitAction::Halt);
  desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
  markAt(desk, 89);
  EXPECT_EQ(desk.engine.evaluate(kStart).size(), 1U);
  ASSERT_EQ(desk.engine.halt(RiskScope::Account, 0, false), RiskError::Ok);
  EXPECT_EQ(desk.engine.evaluate(kStart).size(), 1U);
  EXPECT_TRUE(desk.engine.isHalted(RiskScope::Account, 0));
}

class WatchedScope : public testing::TestWithParam<RiskScope> {};

TEST_P(WatchedScope, HaltsWhenAShareOfTheCapitalGrowsWithTheMarket) {
  RiskDesk desk;
  const RiskScope scope = GetParam();
  const std::uint32_t id = scope == RiskScope::Symbol ? 1 : 0;
  ASSERT_EQ(desk.engine.setCapital(scope, id, 10'000 * kUnit), RiskError::Ok);
  desk.limit(ViolationType::ConcentrationLimit, 1'100, scope, id, LimitAction::Halt);
  desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
  markAt(desk, 110);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  markAt(desk, 111);
  const auto breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::ConcentrationLimit);
  EXPECT_EQ(breaches[0].decision.observed, 1'110);
  EXPECT_EQ(breaches[0].decision.scope, scope);
  EXPECT_TRUE(desk.engine.isHalted(scope, id));
  markAt(desk, 112);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty()) << "acts once";
}

TEST_P(WatchedScope, CancelsWhenCorrelatedPositionsGrowWithTheMarket) {
  RiskDesk desk;
  const RiskScope scope = GetParam();
  const std::uint32_t id = scope == RiskScope::Symbol ? 1 : 0;
  ASSERT_EQ(desk.engine.setCorrelation(0, 1, 5'000), RiskError::Ok);
  desk.limit(ViolationType::CorrelationLimit, 1'600 * kUnit, scope, id, LimitAction::CancelAll);
  desk.fill(RiskDesk::order(Side::Buy, 10, 10'000, 0), 10, 10'000);
  desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
  markAt(desk, 110);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  markAt(desk, 111);
  const auto breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::CorrelationLimit);
  EXPECT_EQ(breaches[0].decision.action, LimitAction::CancelAll);
  EXPECT_EQ(breaches[0].decision.observed, 1'610 * kUnit);
}

INSTANTIATE_TEST_SUITE_P(Scopes, WatchedScope,
                         testing::Values(RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                         RiskScope::Symbol),
                         [](const auto& made) { return std::string(nameOf(made.param)); });

TEST(RiskWarnings, LetDuplicatesAndSelfTradesPassWhereTheyOnlyWarn) {
  RiskDesk desk;
  desk.limit(ViolationType::DuplicateOrder, 1'000, RiskScope::Global, 0, LimitAction::Warn);
  desk.limit(ViolationType::SelfTrade, 1, RiskScope::Global, 0, LimitAction::Warn);
  ASSERT_GE(desk.submit(RiskDesk::order(Side::Sell, 5, 101)), 0);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Sell, 5, 101)).isAccepted);
  auto breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::DuplicateOrder);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 5, 101)).isAccepted);
  breaches = desk.engine.evaluate(kStart);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::SelfTrade);
}

TEST(RiskWarnings, AreNotToldOfAQuestion) {
  RiskDesk desk;
  desk.limit(ViolationType::OrderSizeLimit, 10 * kUnit, RiskScope::Global, 0, LimitAction::Warn);
  EXPECT_TRUE(desk.engine.probe(RiskDesk::order(Side::Buy, 11, 100), kStart).isAccepted);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 11, 100)).isAccepted);
  EXPECT_EQ(desk.engine.evaluate(kStart).size(), 1U);
}

}  // namespace
}  // namespace hft::risk
