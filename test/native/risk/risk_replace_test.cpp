#include "test/native/risk/risk_desk.hpp"

namespace hft::risk {
namespace {

/// An order that works, and what a replace of it would be told.
struct Standing {
  RiskDesk& desk;
  order::OrderRequest request;
  std::uint32_t index = 0;

  Standing(RiskDesk& at, const order::OrderRequest& made) : desk(at), request(made) {
    const int submitted = desk.submit(request);
    EXPECT_GE(submitted, 0);
    index = static_cast<std::uint32_t>(submitted);
  }

  [[nodiscard]] Decision replace(Qty qty, Price price) const {
    order::Order standing;
    standing.request = request;
    standing.state.orderQty = request.orderQty;
    WorstCase present;
    present.instrument = request.instrument;
    present.side = request.side;
    present.leaves = request.orderQty;
    present.price = request.price;
    order::OrderRequest wanted = request;
    wanted.kind = order::RequestKind::Replace;
    wanted.orderQty = qty;
    wanted.price = price;
    desk.engine.revalue(index);
    return desk.engine.checkReplace(wanted, standing, present, kStart);
  }
};

TEST(RiskReplace, PassesWhereItOnlyShrinksUnderATightenedLimit) {
  RiskDesk desk;
  const Standing order(desk, RiskDesk::order(Side::Buy, 50, 100));
  desk.limit(ViolationType::PositionQtyLimit, 40 * kUnit);
  EXPECT_TRUE(order.replace(30, 100).isAccepted);
  EXPECT_TRUE(order.replace(50, 99).isAccepted) << "farther from trading";
  EXPECT_EQ(order.replace(51, 100).violation, ViolationType::PositionQtyLimit);
  EXPECT_EQ(order.replace(30, 101).violation, ViolationType::PositionQtyLimit)
      << "nearer to trading";
}

TEST(RiskReplace, PassesWhereItOnlyShrinksWhileRiskMayNotGrow) {
  RiskDesk desk;
  const Standing order(desk, RiskDesk::order(Side::Sell, 10, 102));
  ASSERT_EQ(desk.engine.halt(RiskScope::Global, 0, true), RiskError::Ok);
  EXPECT_TRUE(order.replace(5, 102).isAccepted);
  EXPECT_EQ(order.replace(11, 102).violation, ViolationType::Halted);
  EXPECT_EQ(order.replace(5, 101).violation, ViolationType::Halted);
  ASSERT_EQ(desk.engine.halt(RiskScope::Global, 0, false), RiskError::Ok);
  desk.setMarket(1, 99, 101, event::BookState::Broken);
  EXPECT_TRUE(order.replace(5, 102).isAccepted);
  EXPECT_EQ(order.replace(11, 102).violation, ViolationType::Trust);
  ASSERT_TRUE(desk.killSwitch.set(RiskScope::Global, 0, true));
  EXPECT_EQ(order.replace(5, 102).violation, ViolationType::Killed);
}

TEST(RiskReplace, CountsASaleAtTheMarkOfNow) {
  RiskDesk desk;
  const Standing order(desk, RiskDesk::order(Side::Sell, 10, 100));
  desk.limit(ViolationType::PositionLimit, 1'500 * kUnit);
  // At 140 the ten are worth 1,400, and each one more 140.
  ASSERT_EQ(desk.positions.mark(1, 140), position::PositionError::Ok);
  desk.setMarket(1, 99, 101);
  EXPECT_TRUE(order.replace(10, 100).isAccepted);
  const Decision refused = order.replace(11, 100);
  EXPECT_EQ(refused.violation, ViolationType::PositionLimit);
  EXPECT_EQ(refused.observed, 1'540 * kUnit);
  EXPECT_EQ(refused.headroom, 100 * kUnit);
}

TEST(RiskReplace, KnowsBothPricesOfAnOrderForSelfTrades) {
  RiskDesk desk;
  desk.limit(ViolationType::SelfTrade, 1);
  const order::OrderRequest sale = RiskDesk::order(Side::Sell, 5, 110);
  WorstCase worst;
  worst.instrument = sale.instrument;
  worst.side = Side::Sell;
  worst.leaves = 5;
  worst.price = 110;
  worst.nearest = 101;
  desk.engine.sync(7, worst);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 1, 100)).isAccepted);
  EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 1, 101)).violation, ViolationType::SelfTrade);
  worst.nearest = 110;
  desk.engine.sync(7, worst);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 1, 101)).isAccepted);
}

TEST(RiskReplace, LeavesNothingReservedWhereAValueHasMoved) {
  RiskDesk desk;
  const Standing order(desk, RiskDesk::order(Side::Sell, 10, 100));
  ASSERT_EQ(desk.positions.mark(1, 140), position::PositionError::Ok);
  desk.engine.revalue(order.index);
  desk.reserve(order.index, order.request, 0, 100);
  desk.engine.revalue(order.index);
  const Exposure* row = desk.engine.exposure(RiskScope::Account, 0, 1);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->working[1], 0);
  EXPECT_TRUE(row->workingValue[1] == 0);
  EXPECT_TRUE(desk.engine.grossExposure(RiskScope::Global, 0) == 0);
}

TEST(RiskSums, RefuseWhatTheyCouldNotHold) {
  RiskDesk desk;
  constexpr Qty kHuge = Qty{1} << 60;
  EXPECT_GE(desk.submit(RiskDesk::order(Side::Buy, kHuge, 100)), 0);
  EXPECT_GE(desk.submit(RiskDesk::order(Side::Buy, kHuge, 100)), 0);
  EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 1, 100)).violation, ViolationType::BadOrder);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Sell, 1, 101)).isAccepted);
}

TEST(RiskPrices, AreNoneForAMarketOrderOnABookThatIsNotTrusted) {
  RiskOptions options = RiskDesk::riskOptions();
  options.needsTrust = false;
  RiskDesk desk(options);
  desk.setMarket(1, 99, 101, event::BookState::Suspect);
  order::OrderRequest market = RiskDesk::order(Side::Buy, 1, 0);
  market.ordType = OrdType::Market;
  EXPECT_EQ(desk.check(market).violation, ViolationType::NoPrice);
  EXPECT_TRUE(desk.check(RiskDesk::order(Side::Buy, 1, 100)).isAccepted);
}

}  // namespace
}  // namespace hft::risk
