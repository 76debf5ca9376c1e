#include <array>
#include <random>
#include <vector>

#include "test/native/risk/risk_desk.hpp"

namespace hft::risk {
namespace {

struct ScopeCase {
  RiskScope scope;
  std::uint32_t id;
};

class EveryScope : public testing::TestWithParam<ScopeCase> {
 protected:
  /// An order of account 2, strategy 3, instrument 1.
  static order::OrderRequest order(Side side, Qty qty, Price price) {
    order::OrderRequest request = RiskDesk::order(side, qty, price);
    request.account = 2;
    request.strategy = 3;
    return request;
  }
  /// Expects `at` to pass and `beyond` to be refused by `type` with the given figures.
  static void expectRefused(const Decision& decision, ViolationType type, std::int64_t limit,
                            std::int64_t observed) {
    EXPECT_FALSE(decision.isAccepted);
    EXPECT_EQ(decision.violation, type) << nameOf(decision.violation);
    EXPECT_EQ(decision.limit, limit);
    EXPECT_EQ(decision.observed, observed);
    EXPECT_EQ(decision.scope, GetParam().scope);
    EXPECT_EQ(decision.scopeId, GetParam().id);
  }
  void limit(RiskDesk& desk, ViolationType type, std::int64_t value) {
    desk.limit(type, value, GetParam().scope, GetParam().id);
  }
};

TEST_P(EveryScope, HoldsTheSizeOfAnOrder) {
  RiskDesk desk;
  limit(desk, ViolationType::OrderSizeLimit, 10 * kUnit);
  EXPECT_TRUE(desk.check(order(Side::Buy, 9, 100)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 11, 100)), ViolationType::OrderSizeLimit, 10 * kUnit,
                11 * kUnit);
}

TEST_P(EveryScope, HoldsTheValueOfAnOrder) {
  RiskDesk desk;
  limit(desk, ViolationType::OrderValueLimit, 1'000 * kUnit);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 99)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 10, 101)), ViolationType::OrderValueLimit,
                1'000 * kUnit, 1'010 * kUnit);
}

TEST_P(EveryScope, HoldsThePositionWithAllThatWorks) {
  RiskDesk desk;
  limit(desk, ViolationType::PositionQtyLimit, 30 * kUnit);
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  ASSERT_GE(desk.submit(order(Side::Buy, 10, 100)), 0);
  EXPECT_TRUE(desk.check(order(Side::Buy, 9, 100)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  const Decision refused = desk.check(order(Side::Buy, 11, 100));
  expectRefused(refused, ViolationType::PositionQtyLimit, 30 * kUnit, 31 * kUnit);
  EXPECT_EQ(refused.headroom, 10 * kUnit);
  // The other side: short 30 from long 10.
  EXPECT_TRUE(desk.check(order(Side::Sell, 40, 100)).isAccepted);
  EXPECT_FALSE(desk.check(order(Side::Sell, 41, 100)).isAccepted);
}

TEST_P(EveryScope, HoldsTheValueOfAPositionAtItsOrdersWorstPrices) {
  RiskDesk desk;
  limit(desk, ViolationType::PositionLimit, 2'020 * kUnit);
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 101)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 102)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 10, 103)), ViolationType::PositionLimit, 2'020 * kUnit,
                2'030 * kUnit);
}

TEST_P(EveryScope, HoldsTheShareOfTheCapitalInOneInstrument) {
  RiskDesk desk;
  limit(desk, ViolationType::ConcentrationLimit, 1'000);
  ASSERT_EQ(desk.engine.setCapital(GetParam().scope, GetParam().id, 10'000 * kUnit), RiskError::Ok);
  EXPECT_TRUE(desk.check(order(Side::Buy, 9, 100)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 11, 100)), ViolationType::ConcentrationLimit, 1'000,
                1'100);
}

TEST_P(EveryScope, RefusesWithoutCapitalToMeasureConcentrationBy) {
  RiskDesk desk;
  limit(desk, ViolationType::ConcentrationLimit, 1'000);
  expectRefused(desk.check(order(Side::Buy, 1, 100)), ViolationType::ConcentrationLimit, 1'000,
                INT64_MAX);
}

TEST_P(EveryScope, HoldsCorrelatedPositionsTogether) {
  RiskDesk desk;
  ASSERT_EQ(desk.engine.setCorrelation(0, 1, -5'000), RiskError::Ok);
  order::OrderRequest other = RiskDesk::order(Side::Buy, 10, 10'000, 0);
  other.account = 2;
  other.strategy = 3;
  desk.fill(other, 10, 10'000);
  limit(desk, ViolationType::CorrelationLimit, 1'500 * kUnit);
  // Half of the other's 1,000 counts.
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 99)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 10, 101)), ViolationType::CorrelationLimit,
                1'500 * kUnit, 1'510 * kUnit);
}

TEST_P(EveryScope, HoldsTheCollarAroundTheOppositeTouch) {
  RiskDesk desk;
  limit(desk, ViolationType::PriceCollar, 100);
  order::OrderRequest request = RiskDesk::order(Side::Buy, 1, 10'200, 0);
  request.account = 2;
  request.strategy = 3;
  if (GetParam().scope == RiskScope::Symbol) {
    desk.limit(ViolationType::PriceCollar, 100, RiskScope::Symbol, 0);
  }
  // 1 % beyond an ask of 101.00 is 102.01.
  EXPECT_TRUE(desk.check(request).isAccepted);
  request.price = 10'201;
  EXPECT_TRUE(desk.check(request).isAccepted);
  request.price = 10'202;
  const Decision refused = desk.check(request);
  EXPECT_EQ(refused.violation, ViolationType::PriceCollar);
  EXPECT_EQ(refused.observed, 101);
  // 1 % below a bid of 99.00 is 98.01.
  request.side = Side::Sell;
  request.price = 9'801;
  EXPECT_TRUE(desk.check(request).isAccepted);
  request.price = 9'800;
  EXPECT_EQ(desk.check(request).violation, ViolationType::PriceCollar);
}

TEST_P(EveryScope, HoldsTheOrderToWhatTheTouchShows) {
  RiskDesk desk;
  limit(desk, ViolationType::LiquidityLimit, 500);
  EXPECT_TRUE(desk.check(order(Side::Buy, 49, 100)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 50, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 51, 100)), ViolationType::LiquidityLimit, 500, 510);
}

TEST_P(EveryScope, HoldsTheAgeOfTheBook) {
  RiskDesk desk;
  limit(desk, ViolationType::Freshness, 1'000);
  EXPECT_TRUE(desk.check(order(Side::Buy, 1, 100), kStart + 999).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 2, 100), kStart + 1'000).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 3, 100), kStart + 1'001), ViolationType::Freshness,
                1'000, 1'001);
}

TEST_P(EveryScope, HoldsHowFarTheBookHasMovedSinceTheDecision) {
  RiskDesk desk;
  limit(desk, ViolationType::BookMoved, 20);
  order::OrderRequest request = order(Side::Buy, 1, 100);
  for (const std::uint64_t sequence : {481, 480}) {
    request.bookSequence = sequence;
    EXPECT_TRUE(desk.check(request).isAccepted);
  }
  request.bookSequence = 479;
  expectRefused(desk.check(request), ViolationType::BookMoved, 20, 21);
  request.bookSequence = 0;
  EXPECT_TRUE(desk.check(request).isAccepted) << "an order without a gate";
}

TEST_P(EveryScope, HoldsTheRateOfOrdersInAnyWindow) {
  RiskDesk desk;
  limit(desk, ViolationType::VelocityLimit, 3);
  constexpr Nanos kSecond = 1'000'000'000;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(desk.check(order(Side::Buy, i + 1, 100), kStart + i * 100).isAccepted);
  }
  expectRefused(desk.check(order(Side::Buy, 9, 100), kStart + kSecond - 1),
                ViolationType::VelocityLimit, 3, 4);
  EXPECT_TRUE(desk.check(order(Side::Buy, 9, 100), kStart + kSecond).isAccepted)
      << "the first is out of the window";
  EXPECT_FALSE(desk.check(order(Side::Buy, 8, 100), kStart + kSecond + 99).isAccepted);
}

TEST_P(EveryScope, CountsCancelsAsMessagesAndLetsThemPass) {
  RiskDesk desk;
  limit(desk, ViolationType::MessageRateLimit, 3);
  for (int i = 0; i < 2; ++i) desk.engine.noteCancel(order(Side::Buy, 1, 100), kStart);
  EXPECT_TRUE(desk.check(order(Side::Buy, 1, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 2, 100)), ViolationType::MessageRateLimit, 3, 4);
}

TEST_P(EveryScope, RefusesAnEqualOrderWithinItsTime) {
  RiskDesk desk;
  limit(desk, ViolationType::DuplicateOrder, 1'000);
  EXPECT_TRUE(desk.check(order(Side::Buy, 5, 100), kStart).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 5, 100), kStart + 999), ViolationType::DuplicateOrder,
                1'000, 999);
  EXPECT_TRUE(desk.check(order(Side::Buy, 6, 100), kStart + 999).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 5, 100), kStart + 1'000).isAccepted);
}

TEST_P(EveryScope, RefusesToTradeWithItself) {
  RiskDesk desk;
  limit(desk, ViolationType::SelfTrade, 1);
  ASSERT_GE(desk.submit(order(Side::Sell, 5, 101)), 0);
  ASSERT_GE(desk.submit(order(Side::Sell, 5, 103)), 0);
  EXPECT_TRUE(desk.check(order(Side::Buy, 5, 100)).isAccepted);
  EXPECT_EQ(desk.check(order(Side::Buy, 5, 101)).violation, ViolationType::SelfTrade);
  order::OrderRequest other = order(Side::Buy, 5, 101);
  other.account = 1;
  EXPECT_TRUE(desk.check(other).isAccepted) << "another account's";
}

TEST_P(EveryScope, HaltsAndReducesAndResumes) {
  RiskDesk desk;
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  ASSERT_EQ(desk.engine.halt(GetParam().scope, GetParam().id, true), RiskError::Ok);
  EXPECT_EQ(desk.check(order(Side::Buy, 1, 100)).violation, ViolationType::Halted);
  EXPECT_TRUE(desk.check(order(Side::Sell, 10, 100)).isAccepted) << "a reduction";
  EXPECT_EQ(desk.check(order(Side::Sell, 11, 100)).violation, ViolationType::Halted);
  ASSERT_EQ(desk.engine.halt(GetParam().scope, GetParam().id, false), RiskError::Ok);
  ASSERT_EQ(desk.engine.reduceOnly(GetParam().scope, GetParam().id, true), RiskError::Ok);
  EXPECT_EQ(desk.check(order(Side::Buy, 1, 100)).violation, ViolationType::ReduceOnly);
  EXPECT_TRUE(desk.check(order(Side::Sell, 9, 100)).isAccepted);
}

TEST_P(EveryScope, LetsNothingPassTheKillSwitch) {
  RiskDesk desk;
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  ASSERT_TRUE(desk.killSwitch.set(GetParam().scope, GetParam().id, true));
  const Decision refused = desk.check(order(Side::Sell, 1, 100));
  EXPECT_EQ(refused.violation, ViolationType::Killed);
  EXPECT_EQ(refused.scope, GetParam().scope);
  ASSERT_TRUE(desk.killSwitch.set(GetParam().scope, GetParam().id, false));
  EXPECT_TRUE(desk.check(order(Side::Sell, 1, 100)).isAccepted);
}

TEST_P(EveryScope, TightensAtOnceAndWarnsAtTheThreshold) {
  RiskDesk desk;
  limit(desk, ViolationType::PositionQtyLimit, 100 * kUnit);
  constexpr std::uint32_t kBit = 1U << static_cast<std::uint32_t>(ViolationType::PositionQtyLimit);
  EXPECT_EQ(desk.check(order(Side::Buy, 79, 100)).warnings & kBit, 0U);
  EXPECT_EQ(desk.check(order(Side::Buy, 80, 100)).warnings & kBit, kBit);
  ASSERT_GE(desk.submit(order(Side::Buy, 50, 100)), 0);
  limit(desk, ViolationType::PositionQtyLimit, 40 * kUnit);
  const Decision refused = desk.check(order(Side::Buy, 1, 100));
  expectRefused(refused, ViolationType::PositionQtyLimit, 40 * kUnit, 51 * kUnit);
  EXPECT_EQ(refused.headroom, -10 * kUnit) << "already beyond it";
  ASSERT_TRUE(
      desk.engine.removeLimit(ViolationType::PositionQtyLimit, GetParam().scope, GetParam().id)
          .ok());
  EXPECT_TRUE(desk.check(order(Side::Buy, 1, 100)).isAccepted);
}

TEST_P(EveryScope, HoldsAReplaceByWhatItAdds) {
  RiskDesk desk;
  limit(desk, ViolationType::PositionQtyLimit, 30 * kUnit);
  order::OrderRequest request = order(Side::Buy, 20, 100);
  const int index = desk.submit(request);
  ASSERT_GE(index, 0);
  order::Order standing;
  standing.request = request;
  standing.state.orderQty = 20;
  WorstCase present{request.instrument, 2, 3, Side::Buy, 20, 100};
  order::OrderRequest replace = request;
  replace.kind = order::RequestKind::Replace;
  for (const Qty qty : {29, 30}) {
    replace.orderQty = qty;
    EXPECT_TRUE(desk.engine.checkReplace(replace, standing, present, kStart).isAccepted);
  }
  replace.orderQty = 31;
  expectRefused(desk.engine.checkReplace(replace, standing, present, kStart),
                ViolationType::PositionQtyLimit, 30 * kUnit, 31 * kUnit);
}

TEST_P(EveryScope, HoldsAReplaceByItsPrice) {
  RiskDesk desk;
  limit(desk, ViolationType::PositionLimit, 2'020 * kUnit);
  const order::OrderRequest request = order(Side::Buy, 20, 100);
  ASSERT_GE(desk.submit(request), 0);
  order::Order standing;
  standing.request = request;
  standing.state.orderQty = 20;
  const WorstCase present{request.instrument, 2, 3, Side::Buy, 20, 100};
  order::OrderRequest replace = request;
  replace.kind = order::RequestKind::Replace;
  replace.price = 101;
  EXPECT_TRUE(desk.engine.checkReplace(replace, standing, present, kStart).isAccepted);
  replace.price = 102;
  expectRefused(desk.engine.checkReplace(replace, standing, present, kStart),
                ViolationType::PositionLimit, 2'020 * kUnit, 2'040 * kUnit);
}

INSTANTIATE_TEST_SUITE_P(Scopes, EveryScope,
                         testing::Values(ScopeCase{RiskScope::Global, 0},
                                         ScopeCase{RiskScope::Account, 2},
                                         ScopeCase{RiskScope::Strategy, 3},
                                         ScopeCase{RiskScope::Symbol, 1}),
                         [](const auto& made) { return std::string(nameOf(made.param.scope)); });

class WholeScopes : public EveryScope {};

TEST_P(WholeScopes, HoldsTheGrossExposure) {
  RiskDesk desk;
  limit(desk, ViolationType::ExposureLimit, 3'000 * kUnit);
  order::OrderRequest other = RiskDesk::order(Side::Sell, 20, 10'000, 0);
  other.account = 2;
  other.strategy = 3;
  ASSERT_GE(desk.submit(other), 0);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 99)).isAccepted);
  EXPECT_TRUE(desk.check(order(Side::Buy, 10, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 10, 101)), ViolationType::ExposureLimit, 3'000 * kUnit,
                3'010 * kUnit);
}

TEST_P(WholeScopes, HoldsTheNetExposure) {
  RiskDesk desk;
  limit(desk, ViolationType::NetExposureLimit, 500 * kUnit);
  order::OrderRequest other = RiskDesk::order(Side::Sell, 20, 10'000, 0);
  other.account = 2;
  other.strategy = 3;
  desk.fill(order(Side::Buy, 22, 100), 22, 100);
  desk.fill(other, 20, 10'000);
  // 200 long; 300 more are left.
  EXPECT_TRUE(desk.check(order(Side::Buy, 3, 100)).isAccepted);
  expectRefused(desk.check(order(Side::Buy, 4, 100)), ViolationType::NetExposureLimit, 500 * kUnit,
                600 * kUnit);
}

TEST_P(WholeScopes, HoldsTheLossOfTheSession) {
  RiskDesk desk;
  limit(desk, ViolationType::LossLimit, 100 * kUnit);
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  desk.engine.beginSession();
  ASSERT_EQ(desk.positions.mark(1, 91), position::PositionError::Ok);
  EXPECT_TRUE(desk.check(order(Side::Buy, 1, 100)).isAccepted);
  ASSERT_EQ(desk.positions.mark(1, 90), position::PositionError::Ok);
  EXPECT_TRUE(desk.check(order(Side::Buy, 1, 100)).isAccepted);
  ASSERT_EQ(desk.positions.mark(1, 89), position::PositionError::Ok);
  expectRefused(desk.check(order(Side::Buy, 1, 100)), ViolationType::LossLimit, 100 * kUnit,
                110 * kUnit);
  EXPECT_TRUE(desk.check(order(Side::Sell, 10, 100)).isAccepted) << "a reduction";
}

TEST_P(WholeScopes, ActsOnADrawdownByItself) {
  RiskDesk desk;
  desk.limit(ViolationType::DrawdownLimit, 100 * kUnit, GetParam().scope, GetParam().id,
             LimitAction::CancelAll);
  desk.fill(order(Side::Buy, 10, 100), 10, 100);
  desk.engine.beginSession();
  ASSERT_EQ(desk.positions.mark(1, 150), position::PositionError::Ok);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  ASSERT_EQ(desk.positions.mark(1, 140), position::PositionError::Ok);
  EXPECT_TRUE(desk.engine.evaluate(kStart).empty());
  ASSERT_EQ(desk.positions.mark(1, 139), position::PositionError::Ok);
  const auto breaches = desk.engine.evaluate(kStart + 1);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].decision.violation, ViolationType::DrawdownLimit);
  EXPECT_EQ(breaches[0].decision.action, LimitAction::CancelAll);
  EXPECT_EQ(breaches[0].decision.observed, 110 * kUnit);
  EXPECT_TRUE(desk.engine.isHalted(GetParam().scope, GetParam().id));
  EXPECT_TRUE(desk.engine.evaluate(kStart + 2).empty()) << "acts once";
}

INSTANTIATE_TEST_SUITE_P(Scopes, WholeScopes,
                         testing::Values(ScopeCase{RiskScope::Global, 0},
                                         ScopeCase{RiskScope::Account, 2},
                                         ScopeCase{RiskScope::Strategy, 3}),
                         [](const auto& made) { return std::string(nameOf(made.param.scope)); });

TEST(RiskEngine, RefusesWhatAddsRiskWithoutATrustedBook) {
  for (const auto state : {event::BookState::Suspect, event::BookState::Broken}) {
    RiskDesk desk;
    desk.fill(RiskDesk::order(Side::Buy, 10, 100), 10, 100);
    desk.setMarket(1, 99, 101, state);
    EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 1, 100)).violation, ViolationType::Trust);
    EXPECT_TRUE(desk.check(RiskDesk::order(Side::Sell, 10, 100)).isAccepted);
    EXPECT_EQ(desk.check(RiskDesk::order(Side::Sell, 11, 100)).violation, ViolationType::Trust);
  }
}

TEST(RiskEngine, ValuesAMarketOrderAtTheBookWithACollar) {
  RiskDesk desk;
  desk.limit(ViolationType::PriceCollar, 200);
  order::OrderRequest request = RiskDesk::order(Side::Buy, 10, 0, 0);
  request.ordType = OrdType::Market;
  const Decision decision = desk.check(request);
  EXPECT_TRUE(decision.isAccepted);
  EXPECT_EQ(decision.worstPrice, 10'302) << "2 % beyond 101.00";
  desk.limit(ViolationType::OrderValueLimit, 1'030 * kUnit);
  EXPECT_EQ(desk.check(request).violation, ViolationType::OrderValueLimit);
  desk.setMarket(0, 9'900, kNoPrice);
  EXPECT_EQ(desk.check(request).violation, ViolationType::NoPrice);
}

TEST(RiskEngine, RefusesInARestrictedOrClosedInstrument) {
  RiskDesk desk;
  ASSERT_EQ(desk.engine.setRestricted(1, true), RiskError::Ok);
  EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 1, 100)).violation, ViolationType::Restricted);
  ASSERT_EQ(desk.engine.setRestricted(1, false), RiskError::Ok);
  ASSERT_EQ(desk.engine.setSession(1, SessionPhase::Closed), RiskError::Ok);
  EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 1, 100)).violation, ViolationType::SessionState);
  ASSERT_EQ(desk.engine.setSession(1, SessionPhase::Auction), RiskError::Ok);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 1, 100)).isAccepted);
}

TEST(RiskEngine, HoldsTheVolatilityOfTheInstrument) {
  RiskDesk desk;
  desk.limit(ViolationType::VolatilityLimit, 50);
  Nanos now = kStart;
  constexpr Nanos kSecond = 1'000'000'000;
  for (int i = 0; i < 100; ++i) {
    now += kSecond;
    desk.setMarket(0, 9'900 + i % 2 * 20, 10'100 + i % 2 * 20, event::BookState::Trusted, now);
  }
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 1, 10'000, 0), now).isAccepted)
      << "20 basis points a second";
  for (int i = 0; i < 100; ++i) {
    now += kSecond;
    desk.setMarket(0, 9'900 + i % 2 * 100, 10'100 + i % 2 * 100, event::BookState::Trusted, now);
  }
  const Decision refused = desk.check(RiskDesk::order(Side::Buy, 2, 10'000, 0), now);
  EXPECT_EQ(refused.violation, ViolationType::VolatilityLimit);
  EXPECT_NEAR(static_cast<double>(refused.observed), 97, 4);
}

TEST(RiskEngine, SaysWhatItWouldSayWithoutCounting) {
  RiskDesk desk;
  desk.limit(ViolationType::VelocityLimit, 2);
  desk.limit(ViolationType::OrderSizeLimit, 10 * kUnit, RiskScope::Global, 0, LimitAction::Halt);
  const std::uint64_t before = desk.engine.stateHash();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(desk.engine.probe(RiskDesk::order(Side::Buy, 5, 100), kStart).isAccepted);
    EXPECT_EQ(desk.engine.probe(RiskDesk::order(Side::Buy, 11, 100), kStart).violation,
              ViolationType::OrderSizeLimit);
  }
  EXPECT_EQ(desk.engine.stateHash(), before);
  EXPECT_FALSE(desk.engine.isHalted(RiskScope::Global, 0));
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 5, 100)).isAccepted);
}

TEST(RiskEngine, RefusesOrdersWithoutSense) {
  RiskDesk desk;
  order::OrderRequest request = RiskDesk::order(Side::Buy, 1, 100);
  const auto expectBad = [&](order::OrderRequest bad) {
    EXPECT_EQ(desk.check(bad).violation, ViolationType::BadOrder);
  };
  order::OrderRequest bad = request;
  bad.side = Side::None;
  expectBad(bad);
  bad = request;
  bad.orderQty = 0;
  expectBad(bad);
  bad.orderQty = -5;
  expectBad(bad);
  bad.orderQty = INT64_MAX;
  expectBad(bad);
  bad = request;
  bad.instrument = 7;
  expectBad(bad);
  bad.instrument = 100'000;
  expectBad(bad);
  bad = request;
  bad.account = 4;
  expectBad(bad);
  bad = request;
  bad.price = kNoPrice;
  expectBad(bad);
}

TEST(RiskEngine, RefusesLimitsWithoutSense) {
  RiskDesk desk;
  LimitSpec spec;
  spec.type = ViolationType::PositionLimit;
  spec.value = -1;
  EXPECT_EQ(desk.engine.setLimit(spec).error(), RiskError::BadLimit);
  spec.value = 1;
  spec.warningBps = 10'001;
  EXPECT_EQ(desk.engine.setLimit(spec).error(), RiskError::BadLimit);
  spec.warningBps = 8'000;
  spec.scope = RiskScope::Account;
  spec.scopeId = 4;
  EXPECT_EQ(desk.engine.setLimit(spec).error(), RiskError::BadScope);
  spec.scope = RiskScope::Symbol;
  spec.scopeId = 0;
  spec.type = ViolationType::LossLimit;
  EXPECT_EQ(desk.engine.setLimit(spec).error(), RiskError::BadScope);
  spec.type = ViolationType::Trust;
  EXPECT_EQ(desk.engine.setLimit(spec).error(), RiskError::BadLimit);
  EXPECT_EQ(desk.engine.removeLimit(ViolationType::PositionLimit, RiskScope::Global, 0).error(),
            RiskError::NoSuchLimit);
}

TEST(RiskEngine, TellsItsRefusalInAPlainSentence) {
  RiskDesk desk;
  desk.limit(ViolationType::PositionLimit, 500 * kUnit, RiskScope::Account, 0);
  std::array<char, 200> text{};
  const std::size_t length = describe(desk.check(RiskDesk::order(Side::Buy, 6, 100)), text);
  EXPECT_EQ(std::string(text.data(), length),
            "the position could become too large (account 0): 600.00000000, limit 500.00000000, "
            "headroom was 500.00000000");
  std::array<char, 10> narrow{};
  EXPECT_EQ(describe(desk.check(RiskDesk::order(Side::Buy, 6, 100)), narrow), 9U);
}

TEST(RiskEngine, KeepsLimitsAndLatchesThroughASnapshot) {
  RiskDesk desk;
  desk.limit(ViolationType::PositionLimit, 500 * kUnit, RiskScope::Strategy, 1);
  desk.limit(ViolationType::VelocityLimit, 7);
  ASSERT_EQ(desk.engine.halt(RiskScope::Account, 2, true), RiskError::Ok);
  ASSERT_EQ(desk.engine.setCapital(RiskScope::Global, 0, 77), RiskError::Ok);
  const std::vector<std::byte> bytes = desk.engine.save();
  RiskDesk restored;
  ASSERT_EQ(restored.engine.restore(bytes), RiskError::Ok);
  EXPECT_EQ(restored.engine.limit(ViolationType::PositionLimit, RiskScope::Strategy, 1),
            500 * kUnit);
  EXPECT_EQ(restored.engine.limit(ViolationType::VelocityLimit, RiskScope::Global, 0), 7);
  EXPECT_TRUE(restored.engine.isHalted(RiskScope::Account, 2));
  EXPECT_EQ(restored.engine.stateHash(), desk.engine.stateHash());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    RiskDesk cut;
    ASSERT_NE(cut.engine.restore(std::span(bytes).first(length)), RiskError::Ok) << length;
  }
}

/// Working orders and positions as anybody would write them down.
struct PaperOrder {
  order::OrderRequest request;
  Qty leaves;
  std::uint32_t index;
};

TEST(RiskEngine, LetsNoSequenceOfOrdersBreakALimitWhateverFills) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  RiskDesk desk;
  constexpr Qty kGlobal = 60;
  constexpr Qty kAccount = 40;
  constexpr Qty kStrategy = 25;
  desk.limit(ViolationType::PositionQtyLimit, kGlobal * kUnit);
  for (std::uint32_t id = 0; id < 4; ++id) {
    desk.limit(ViolationType::PositionQtyLimit, kAccount * kUnit, RiskScope::Account, id);
    desk.limit(ViolationType::PositionQtyLimit, kStrategy * kUnit, RiskScope::Strategy, id);
  }
  std::vector<PaperOrder> working;
  Qty net[4][4] = {};  // By account and strategy.
  const auto fillOne = [&](std::size_t at, Qty qty) {
    PaperOrder& order = working[at];
    desk.fill(order.request, qty, 100);
    order.leaves -= qty;
    desk.reserve(order.index, order.request, order.leaves, order.request.price);
    const Qty signedQty = order.request.side == Side::Buy ? qty : -qty;
    net[order.request.account][order.request.strategy] += signedQty;
    if (order.leaves == 0) working.erase(working.begin() + static_cast<std::ptrdiff_t>(at));
  };
  int accepted = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::int64_t what = draw(0, 9);
    if (what < 6) {
      order::OrderRequest request =
          RiskDesk::order(draw(0, 1) == 0 ? Side::Buy : Side::Sell, draw(1, 30), 100);
      request.account = static_cast<std::uint16_t>(draw(0, 3));
      request.strategy = static_cast<std::uint16_t>(draw(0, 3));
      if (desk.nextOrder == 4096) break;
      const int index = desk.submit(request);
      if (index >= 0) {
        working.push_back({request, request.orderQty, static_cast<std::uint32_t>(index)});
        ++accepted;
      }
    } else if (!working.empty()) {
      const auto at =
          static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(working.size()) - 1));
      if (what < 8) {
        fillOne(at, draw(1, working[at].leaves));
      } else {
        desk.reserve(working[at].index, working[at].request, 0, 100);
        working.erase(working.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    // The worst that can still happen: all buys, or all sells, of any one scope fill.
    for (const Side side : {Side::Buy, Side::Sell}) {
      const Qty sign = side == Side::Buy ? 1 : -1;
      Qty all = 0;
      Qty accounts[4] = {};
      Qty strategies[4] = {};
      for (int a = 0; a < 4; ++a) {
        for (int s = 0; s < 4; ++s) {
          all += net[a][s];
          accounts[a] += net[a][s];
          strategies[s] += net[a][s];
        }
      }
      for (const PaperOrder& order : working) {
        if (order.request.side != side) continue;
        all += sign * order.leaves;
        accounts[order.request.account] += sign * order.leaves;
        strategies[order.request.strategy] += sign * order.leaves;
      }
      ASSERT_LE(sign * all, kGlobal) << step;
      for (int i = 0; i < 4; ++i) {
        ASSERT_LE(sign * accounts[i], kAccount) << step;
        ASSERT_LE(sign * strategies[i], kStrategy) << step;
      }
    }
  }
  EXPECT_GT(accepted, 500);
  while (!working.empty()) {
    desk.reserve(working.back().index, working.back().request, 0, 100);
    working.pop_back();
  }
  for (std::uint32_t id = 0; id < 4; ++id) {
    const Exposure* row = desk.engine.exposure(RiskScope::Account, id, 1);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->working[0], 0);
    EXPECT_EQ(row->working[1], 0);
    EXPECT_TRUE(row->workingValue[0] == 0 && row->workingValue[1] == 0);
    EXPECT_TRUE(row->worst == row->netValue);
  }
}

/// The sweep and the long way over random limits and orders: the same answer, figure by figure.
TEST(RiskEngine, AnswersTheSameWithTheSweepAndWithout) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 120; ++round) {
    RiskDesk fast;
    RiskOptions plain = RiskDesk::riskOptions();
    plain.sweeps = false;
    RiskDesk slow(plain);
    const auto both = [&](auto&& act) {
      act(fast);
      act(slow);
    };
    for (int i = 0; i < 4; ++i) {
      LimitSpec spec;
      spec.type = static_cast<ViolationType>(draw(1, 22));
      spec.scope = static_cast<RiskScope>(draw(0, 3));
      spec.scopeId = static_cast<std::uint32_t>(spec.scope == RiskScope::Global ? 0 : draw(0, 1));
      spec.value = draw(0, 3) == 0 ? draw(0, 200) : draw(1, 4'000) * kUnit / draw(1, 50);
      spec.warningBps = draw(0, 10'000);
      spec.window = draw(1, 2'000);
      both([&](RiskDesk& desk) { (void)desk.engine.setLimit(spec); });
    }
    both([&](RiskDesk& desk) {
      ASSERT_EQ(desk.engine.setCorrelation(0, 1, 4'000), RiskError::Ok);
      ASSERT_EQ(desk.engine.setCapital(RiskScope::Global, 0, 20'000 * kUnit), RiskError::Ok);
      desk.engine.beginSession();
    });
    Nanos now = kStart;
    for (int step = 0; step < 300; ++step) {
      now += draw(0, 400);
      order::OrderRequest request =
          RiskDesk::order(draw(0, 1) == 0 ? Side::Buy : Side::Sell, draw(1, 40), 0,
                          static_cast<InstrumentId>(draw(0, 1)));
      request.price = (100 + draw(-6, 6)) * (request.instrument == 0 ? 100 : 1);
      request.account = static_cast<std::uint16_t>(draw(0, 1));
      request.strategy = static_cast<std::uint16_t>(draw(0, 1));
      request.bookSequence = draw(0, 1) == 0 ? 0 : static_cast<std::uint64_t>(500 - draw(0, 150));
      if (draw(0, 9) == 0) request.ordType = OrdType::Market;
      const Decision a = fast.check(request, now);
      const Decision b = slow.check(request, now);
      ASSERT_EQ(a.isAccepted, b.isAccepted) << nameOf(a.violation) << nameOf(b.violation);
      ASSERT_EQ(a.violation, b.violation);
      ASSERT_EQ(a.scope, b.scope);
      ASSERT_EQ(a.limit, b.limit);
      ASSERT_EQ(a.observed, b.observed);
      ASSERT_EQ(a.headroom, b.headroom);
      ASSERT_EQ(a.warnings, b.warnings);
      ++(a.isAccepted ? accepted : refused);
      if (!a.isAccepted) continue;
      const std::uint32_t index = fast.nextOrder++;
      both([&](RiskDesk& desk) { desk.reserve(index, request, request.orderQty, a.worstPrice); });
      if (draw(0, 1) == 0) continue;
      const Qty filled = draw(1, request.orderQty);
      const Price price = (100 + draw(-6, 6)) * (request.instrument == 0 ? 100 : 1);
      both([&](RiskDesk& desk) {
        desk.fill(request, filled, price);
        desk.reserve(index, request, 0, a.worstPrice);
      });
    }
    ASSERT_EQ(fast.engine.stateHash(), slow.engine.stateHash());
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 1'000);
}

TEST(SlidingWindow, CountsAsAListOfTimesWould) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  SlidingWindow window;
  window.resize(8, 100);
  std::vector<Nanos> times;
  Nanos now = 1;
  for (int step = 0; step < 20'000; ++step) {
    now += static_cast<Nanos>(random() % 30);
    std::int64_t expected = 0;
    for (const Nanos time : times) expected += now - time < 100;
    ASSERT_EQ(window.count(now), expected);
    ASSERT_EQ(window.fits(now), expected < 8);
    if (expected < 8) {
      window.add(now);
      times.push_back(now);
    }
    if (random() % 2000 == 0) window.resize(8, 100);
  }
}

}  // namespace
}  // namespace hft::risk
