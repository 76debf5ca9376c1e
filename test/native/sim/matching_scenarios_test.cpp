// Situations that the suites of public engines ask about (liquibook: all-or-none, stops, immediate
// orders; CppTrader: icebergs, trailing stops, replaces; exchange-core and NautilusTrader: budgets,
// post-only, self-trades, reduce-only), told in words and figures of our own. Where engines differ
// the rule is that of docs/simulated-exchange.md.
#include "test/native/sim/matching_desk.hpp"

namespace hft::sim {
namespace {

using order::OrderRequest;

OrderRequest with(OrderRequest request, std::uint16_t flags) {
  request.flags = flags;
  return request;
}
OrderRequest at(OrderRequest request, TimeInForce timeInForce) {
  request.timeInForce = timeInForce;
  return request;
}
OrderRequest market(std::uint64_t id, Side side, Qty qty) {
  OrderRequest request = Desk::order(id, side, qty, 0);
  request.ordType = OrdType::Market;
  request.timeInForce = TimeInForce::ImmediateOrCancel;
  return request;
}
OrderRequest iceberg(std::uint64_t id, Side side, Qty qty, Price price, Qty shown) {
  OrderRequest request = Desk::order(id, side, qty, price);
  request.displayQty = shown;
  return request;
}

// All-or-none.

TEST(ScenarioAllOrNone, SweepsSeveralLevelsWhenTheyFillItWhole) {
  Desk desk;
  desk.limit(1, kSell, 100, 1251);
  desk.limit(2, kSell, 200, 1252);
  desk.limit(3, kSell, 300, 1253);
  EXPECT_EQ(desk.submit(with(Desk::order(4, kBuy, 301, 1252), order::kAllOrNone)), "")
      << "300 are not enough";
  EXPECT_EQ(desk.submit(with(Desk::order(5, kBuy, 300, 1252), order::kAllOrNone)),
            "trade 5/1 100@1251; trade 5/2 200@1252");
}

TEST(ScenarioAllOrNone, TwoOfThemMeetOnlyInEqualQuantity) {
  Desk desk;
  desk.submit(with(Desk::order(1, kBuy, 400, 1250), order::kAllOrNone));
  EXPECT_EQ(desk.submit(with(Desk::order(2, kSell, 300, 1250), order::kAllOrNone)), "");
  EXPECT_EQ(desk.submit(with(Desk::order(3, kSell, 400, 1250), order::kAllOrNone)),
            "trade 3/1 400@1250");
}

TEST(ScenarioAllOrNone, IsSkippedForASmallerOrderBehindItAndKeepsItsPlace) {
  Desk desk;
  desk.submit(with(Desk::order(1, kBuy, 400, 1250), order::kAllOrNone));
  desk.limit(2, kBuy, 100, 1250);
  EXPECT_EQ(desk.limit(3, kSell, 100, 1250), "trade 3/2 100@1250");
  desk.limit(4, kBuy, 100, 1250);
  EXPECT_EQ(desk.limit(5, kSell, 500, 1250), "trade 5/1 400@1250; trade 5/4 100@1250");
}

TEST(ScenarioAllOrNone, IsFilledByOrdersThatCouldNotAloneAndThatRestMeanwhile) {
  Desk desk;
  desk.submit(with(Desk::order(1, kBuy, 400, 1250), order::kAllOrNone));
  desk.limit(2, kSell, 100, 1250);
  desk.limit(3, kSell, 100, 1249);
  EXPECT_EQ(desk.limit(4, kSell, 250, 1250),
            "trade 1/3 100@1249; trade 1/2 100@1250; "
            "trade 1/4 200@1250");
  EXPECT_EQ(desk.leaves(4), 50);
}

TEST(ScenarioAllOrNone, TradesWholeAfterAReplaceMakesItFit) {
  Desk desk;
  desk.submit(with(Desk::order(1, kBuy, 400, 1250), order::kAllOrNone));
  desk.limit(2, kSell, 300, 1250);
  EXPECT_EQ(desk.replace(1, 300, 1250, 0), "replaced 1; trade 1/2 300@1250");
}

TEST(ScenarioAllOrNone, ImmediateIsFillOrKill) {
  Desk desk;
  desk.limit(1, kSell, 3, 100);
  const auto order = with(Desk::order(2, kBuy, 4, 100), order::kAllOrNone);
  EXPECT_EQ(desk.submit(at(order, TimeInForce::ImmediateOrCancel)).substr(0, 10), "canceled 2");
  EXPECT_EQ(desk.leaves(1), 3);
}

// Immediate orders.

TEST(ScenarioImmediate, TakesWhatIsThereWithinItsPriceAndNothingRests) {
  Desk desk;
  desk.limit(1, kSell, 2, 100);
  desk.limit(2, kSell, 2, 102);
  EXPECT_EQ(desk.submit(at(Desk::order(3, kBuy, 5, 101), TimeInForce::ImmediateOrCancel)),
            "trade 3/1 2@100; canceled 3");
  EXPECT_EQ(desk.engine.bestPrice(kBuy), kNoPrice);
}

TEST(ScenarioImmediate, FillOrKillCountsAllLevelsThatItsPriceReaches) {
  Desk desk;
  desk.submit(iceberg(1, kSell, 10, 100, 2));
  desk.limit(2, kSell, 5, 101);
  EXPECT_EQ(desk.submit(at(Desk::order(3, kBuy, 16, 101), TimeInForce::FillOrKill)).substr(0, 10),
            "canceled 3");
  const std::string told = desk.submit(at(Desk::order(4, kBuy, 15, 101), TimeInForce::FillOrKill));
  EXPECT_EQ(told.find("canceled"), std::string::npos) << "what an iceberg hides counts: " << told;
  EXPECT_EQ(desk.engine.orderCount(), 0U);
}

TEST(ScenarioImmediate, AMarketOrderOnAnEmptyBookIsCanceled) {
  Desk desk;
  EXPECT_EQ(desk.submit(market(1, kBuy, 5)), "canceled 1");
  desk.limit(2, kSell, 3, 100);
  EXPECT_EQ(desk.submit(market(3, kBuy, 5)), "trade 3/2 3@100; canceled 3");
}

// Stops.

TEST(ScenarioStops, OneTradeSetsOffAllThatItReachesNearestFirst) {
  Desk desk;
  for (std::uint64_t i = 0; i < 4; ++i) desk.limit(1 + i, kSell, 1, 101 + static_cast<Price>(i));
  desk.submit(Desk::conditional(10, OrdType::Stop, kBuy, 1, 102, 0));
  desk.submit(Desk::conditional(11, OrdType::Stop, kBuy, 1, 101, 0));
  EXPECT_EQ(desk.limit(20, kBuy, 1, 101),
            "trade 20/1 1@101; triggered 11; trade 11/2 1@102; triggered 10; trade 10/3 1@103");
}

TEST(ScenarioStops, AStopLimitThatTriggersBeyondItsLimitRests) {
  Desk desk;
  desk.limit(1, kBuy, 1, 95);
  desk.limit(2, kBuy, 5, 90);
  desk.submit(Desk::conditional(3, OrdType::StopLimit, kSell, 4, 95, 94));
  EXPECT_EQ(desk.limit(4, kSell, 1, 95), "trade 4/1 1@95; triggered 3");
  EXPECT_EQ(desk.engine.bestPrice(kSell), 94);
  EXPECT_EQ(desk.limit(5, kBuy, 4, 94), "trade 5/3 4@94");
}

TEST(ScenarioStops, CanceledOnesNeverTrigger) {
  Desk desk;
  desk.limit(1, kSell, 2, 100);
  desk.submit(Desk::conditional(2, OrdType::Stop, kBuy, 1, 100, 0));
  EXPECT_EQ(desk.cancel(2), "canceled 2");
  EXPECT_EQ(desk.limit(3, kBuy, 1, 100), "trade 3/1 1@100");
}

// Trailing stops.

TEST(ScenarioTrailing, ASaleRatchetsUpAndTriggersOnTheWayDown) {
  Desk desk;
  const auto tradeAt = [&](std::uint64_t id, Price price) {
    desk.limit(id, kSell, 1, price);
    return desk.limit(id + 1, kBuy, 1, price);
  };
  tradeAt(1, 100);
  OrderRequest trailing = Desk::conditional(50, OrdType::TrailingStop, kSell, 1, 0, 0);
  trailing.trailOffset = 5;
  desk.submit(trailing);
  tradeAt(3, 110);
  desk.limit(60, kBuy, 1, 90);
  EXPECT_EQ(tradeAt(5, 106), "trade 6/5 1@106") << "one above 110 - 5";
  EXPECT_EQ(tradeAt(7, 105), "trade 8/7 1@105; triggered 50; trade 50/60 1@90");
}

// Icebergs.

TEST(ScenarioIcebergs, ASliceThatIsRefilledStandsBehindItsLevel) {
  Desk desk;
  desk.submit(iceberg(1, kSell, 6, 100, 2));
  desk.limit(2, kSell, 2, 100);
  desk.submit(iceberg(3, kSell, 4, 100, 2));
  EXPECT_EQ(desk.limit(4, kBuy, 12, 100),
            "trade 4/1 2@100; trade 4/2 2@100; trade 4/3 2@100; trade 4/1 2@100; "
            "trade 4/3 2@100; trade 4/1 2@100");
}

TEST(ScenarioIcebergs, TakeLikeAnyOtherAndShowASliceOfTheRest) {
  Desk desk;
  desk.limit(1, kSell, 5, 100);
  EXPECT_EQ(desk.submit(iceberg(2, kBuy, 12, 100, 3)), "trade 2/1 5@100");
  EXPECT_EQ(desk.engine.qtyAt(kBuy, 100), 3);
  EXPECT_EQ(desk.leaves(2), 7);
}

// Replaces.

TEST(ScenarioReplace, ToACrossingPriceTradesAtOnce) {
  Desk desk;
  desk.limit(1, kSell, 5, 101);
  desk.limit(2, kBuy, 7, 99);
  EXPECT_EQ(desk.replace(2, 7, 101, 0), "replaced 2; trade 2/1 5@101");
  EXPECT_EQ(desk.engine.qtyAt(kBuy, 101), 2);
}

TEST(ScenarioReplace, ToNoMoreThanWasExecutedIsRefusedAndTheOrderStands) {
  Desk desk;
  desk.limit(1, kBuy, 10, 100);
  desk.limit(2, kSell, 6, 100);
  EXPECT_EQ(desk.replace(1, 6, 100, 0), "rplrej 1 (15)");
  EXPECT_EQ(desk.leaves(1), 4);
  EXPECT_EQ(desk.replace(1, 7, 100, 0), "replaced 1");
  EXPECT_EQ(desk.leaves(1), 1);
}

// Post-only and self-trades.

TEST(ScenarioPostOnly, RestsOneTickAwayAndIsRefusedAtTheTouch) {
  Desk desk;
  desk.limit(1, kSell, 5, 100);
  EXPECT_EQ(desk.submit(with(Desk::order(2, kBuy, 1, 100), order::kPostOnly)).substr(0, 8),
            "rejected");
  EXPECT_EQ(desk.submit(with(Desk::order(3, kBuy, 1, 99), order::kPostOnly)), "");
  EXPECT_EQ(desk.engine.bestPrice(kBuy), 99);
}

TEST(ScenarioSelfTrade, CancelOldestClearsTheWayThroughSeveralLevels) {
  Desk desk;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    OrderRequest own = Desk::order(i, kSell, 2, 99 + static_cast<Price>(i));
    own.owner = i == 2 ? 8 : 7;
    desk.submit(own);
  }
  OrderRequest taker = Desk::order(4, kBuy, 4, 102);
  taker.owner = 7;
  taker.selfTrade = order::SelfTradePrevention::CancelOldest;
  const std::string told = desk.submit(taker);
  EXPECT_NE(told.find("trade 4/2 2@101"), std::string::npos) << told;
  EXPECT_EQ(told.find("trade 4/1"), std::string::npos) << told;
  EXPECT_EQ(desk.leaves(1) + desk.leaves(3), 0);
  EXPECT_EQ(desk.leaves(4), 2);
}

TEST(ScenarioSelfTrade, AStopThatTriggersIsHeldToItToo) {
  Desk desk;
  OrderRequest own = Desk::order(1, kSell, 5, 102);
  own.owner = 7;
  desk.submit(own);
  desk.limit(2, kSell, 1, 101);
  OrderRequest stop = Desk::conditional(3, OrdType::Stop, kBuy, 5, 101, 0);
  stop.owner = 7;
  stop.selfTrade = order::SelfTradePrevention::CancelNewest;
  desk.submit(stop);
  EXPECT_EQ(desk.limit(4, kBuy, 1, 101), "trade 4/2 1@101; triggered 3; canceled 3 (11)");
  EXPECT_EQ(desk.leaves(1), 5);
}

// Reduce-only.

TEST(ScenarioReduceOnly, IsCutToThePositionThatItReduces) {
  Desk desk;
  ASSERT_TRUE(desk.engine.setPosition(7, 3));
  desk.limit(1, kBuy, 10, 100);
  OrderRequest reduce = with(Desk::order(2, kSell, 5, 100), order::kReduceOnly);
  reduce.owner = 7;
  const std::string told = desk.submit(reduce);
  EXPECT_NE(told.find("trade 2/1 3@100"), std::string::npos) << told;
  EXPECT_EQ(desk.engine.position(7), 0);
  EXPECT_EQ(desk.leaves(1), 7);
}

}  // namespace
}  // namespace hft::sim
