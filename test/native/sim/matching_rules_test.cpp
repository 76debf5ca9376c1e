// Scenarios of the matching engine, one rule each. The situations are those that the suites of
// public engines ask for (stops, icebergs, all-or-none, trailing, self-trades); the words and
// figures are ours.
#include "test/native/sim/matching_desk.hpp"

namespace hft::sim {
namespace {

using order::OrderRequest;

// Stops.

TEST(MatchingStops, WaitForATradeAtTheirPriceAndThenTakeAsMarketOrders) {
  Desk desk;
  desk.limit(1, kSell, 1, 101);
  desk.limit(2, kSell, 5, 103);
  EXPECT_EQ(desk.submit(Desk::conditional(3, OrdType::Stop, kBuy, 4, 101, 0)), "");
  EXPECT_EQ(desk.limit(4, kBuy, 1, 101), "trade 4/1 1@101; triggered 3; trade 3/2 4@103");
}

TEST(MatchingStops, AreNotDisplayedAndTradeWithNobodyBefore) {
  Desk desk;
  desk.submit(Desk::conditional(1, OrdType::StopLimit, kSell, 5, 95, 94));
  EXPECT_EQ(desk.engine.bestPrice(kSell), kNoPrice);
  EXPECT_EQ(desk.limit(2, kBuy, 5, 200), "");
}

TEST(MatchingStops, TriggerAtEntryWhereTheMarketIsThereAlready) {
  Desk desk;
  desk.limit(1, kSell, 2, 100);
  desk.limit(2, kBuy, 1, 100);
  EXPECT_EQ(desk.submit(Desk::conditional(3, OrdType::Stop, kBuy, 1, 99, 0)),
            "triggered 3; trade 3/1 1@100");
}

TEST(MatchingStops, SetEachOtherOffInOrderOfTheirTriggers) {
  Desk desk;
  for (const Price price : {100, 99, 98, 97}) {
    desk.limit(static_cast<std::uint64_t>(price), kBuy, 1, price);
  }
  desk.submit(Desk::conditional(1, OrdType::Stop, kSell, 1, 98, 0));
  desk.submit(Desk::conditional(2, OrdType::Stop, kSell, 1, 99, 0));
  desk.submit(Desk::conditional(3, OrdType::Stop, kSell, 1, 100, 0));
  EXPECT_EQ(desk.limit(4, kSell, 1, 100),
            "trade 4/100 1@100; triggered 3; trade 3/99 1@99; triggered 2; trade 2/98 1@98; "
            "triggered 1; trade 1/97 1@97");
}

TEST(MatchingStops, RestAtTheirLimitWhenTheyCannotTrade) {
  Desk desk;
  desk.limit(1, kBuy, 1, 95);
  desk.submit(Desk::conditional(2, OrdType::StopLimit, kSell, 3, 95, 97));
  EXPECT_EQ(desk.limit(3, kSell, 1, 95), "trade 3/1 1@95; triggered 2");
  EXPECT_EQ(desk.engine.bestPrice(kSell), 97);
  EXPECT_EQ(desk.engine.qtyAt(kSell, 97), 3);
}

TEST(MatchingStops, CanBeCanceledAndMovedWhileTheyWait) {
  Desk desk;
  desk.limit(1, kSell, 9, 100);
  desk.submit(Desk::conditional(2, OrdType::Stop, kBuy, 1, 100, 0));
  desk.submit(Desk::conditional(3, OrdType::Stop, kBuy, 1, 100, 0));
  EXPECT_EQ(desk.cancel(2), "canceled 2");
  EXPECT_EQ(desk.replace(3, 2, 0, 101), "replaced 3");
  EXPECT_EQ(desk.limit(4, kBuy, 1, 100), "trade 4/1 1@100");
  EXPECT_EQ(desk.replace(3, 2, 0, 100), "replaced 3; triggered 3; trade 3/1 2@100");
}

TEST(MatchingStops, WatchTheQuoteWhereTheEngineIsToldSo) {
  Desk desk(TriggerBy::Quote);
  desk.limit(1, kSell, 1, 100);
  desk.limit(2, kSell, 5, 102);
  desk.submit(Desk::conditional(3, OrdType::Stop, kBuy, 2, 102, 0));
  EXPECT_EQ(desk.cancel(1), "canceled 1; triggered 3; trade 3/2 2@102");
}

// If-touched.

TEST(MatchingIfTouched, TriggerOnTheOtherSideOfTheMarketThanStops) {
  Desk desk;
  desk.limit(1, kBuy, 3, 98);
  desk.limit(2, kSell, 9, 105);
  desk.submit(Desk::conditional(3, OrdType::MarketIfTouched, kBuy, 2, 98, 0));
  desk.submit(Desk::conditional(4, OrdType::Stop, kBuy, 2, 99, 0));
  EXPECT_EQ(desk.limit(5, kSell, 1, 98),
            "trade 5/1 1@98; triggered 3; trade 3/2 2@105; "
            "triggered 4; trade 4/2 2@105");
}

TEST(MatchingIfTouched, LimitRestsAtItsLimit) {
  Desk desk;
  desk.limit(1, kSell, 1, 105);
  desk.submit(Desk::conditional(2, OrdType::LimitIfTouched, kSell, 4, 105, 106));
  EXPECT_EQ(desk.limit(3, kBuy, 1, 105), "trade 3/1 1@105; triggered 2");
  EXPECT_EQ(desk.engine.qtyAt(kSell, 106), 4);
}

// Trailing.

TEST(MatchingTrailing, FollowTheMarketOneWayOnly) {
  Desk desk;
  OrderRequest trailing = Desk::conditional(1, OrdType::TrailingStop, kSell, 1, 0, 0);
  trailing.trailOffset = 5;
  desk.submit(trailing);
  std::uint64_t id = 10;
  const auto print = [&](Price price) {
    desk.limit(++id, kSell, 1, price);
    return desk.limit(++id, kBuy, 1, price);
  };
  print(100);
  print(110);
  print(106);
  desk.limit(2, kBuy, 1, 90);
  EXPECT_NE(print(105).find("triggered 1"), std::string::npos);
}

TEST(MatchingTrailing, LimitStandsOffTheTrigger) {
  Desk desk;
  OrderRequest trailing = Desk::conditional(1, OrdType::TrailingStopLimit, kBuy, 1, 0, 0);
  trailing.trailOffset = 3;
  trailing.limitOffset = 2;
  desk.submit(trailing);
  desk.limit(2, kSell, 1, 100);
  desk.limit(3, kBuy, 1, 100);
  desk.limit(4, kSell, 1, 103);
  EXPECT_EQ(desk.limit(5, kBuy, 1, 103), "trade 5/4 1@103; triggered 1");
  EXPECT_EQ(desk.engine.bestPrice(kBuy), 105);
}

// Icebergs and hidden orders.

TEST(MatchingIcebergs, ShowASliceAndSendTheNextOneToTheTail) {
  Desk desk;
  OrderRequest iceberg = Desk::order(1, kSell, 10, 100);
  iceberg.displayQty = 3;
  desk.submit(iceberg);
  desk.limit(2, kSell, 4, 100);
  EXPECT_EQ(desk.engine.qtyAt(kSell, 100), 7);
  EXPECT_EQ(desk.limit(3, kBuy, 5, 100), "trade 3/1 3@100; trade 3/2 2@100");
  EXPECT_EQ(desk.limit(4, kBuy, 4, 100), "trade 4/2 2@100; trade 4/1 2@100");
  EXPECT_EQ(desk.leaves(1), 5);
}

TEST(MatchingIcebergs, TradeInFullAgainstOneLargeOrder) {
  Desk desk;
  OrderRequest iceberg = Desk::order(1, kSell, 7, 100);
  iceberg.displayQty = 3;
  desk.submit(iceberg);
  EXPECT_EQ(desk.limit(2, kBuy, 9, 100), "trade 2/1 3@100; trade 2/1 3@100; trade 2/1 1@100");
  EXPECT_EQ(desk.engine.qtyAt(kBuy, 100), 2);
}

TEST(MatchingHidden, StandBehindAllThatIsDisplayedAtTheirPrice) {
  Desk desk;
  OrderRequest hidden = Desk::order(1, kSell, 5, 100);
  hidden.flags = order::kHidden;
  desk.submit(hidden);
  desk.limit(2, kSell, 5, 100);
  EXPECT_EQ(desk.engine.qtyAt(kSell, 100), 5);
  EXPECT_EQ(desk.limit(3, kBuy, 6, 100), "trade 3/2 5@100; trade 3/1 1@100");
}

// All-or-none, fill-or-kill, minimum quantity.

TEST(MatchingAllOrNone, WaitUntilTheyCanTradeWhole) {
  Desk desk;
  OrderRequest all = Desk::order(1, kBuy, 10, 100);
  all.flags = order::kAllOrNone;
  desk.submit(all);
  EXPECT_EQ(desk.limit(2, kSell, 4, 100), "");
  EXPECT_EQ(desk.limit(3, kSell, 6, 100), "trade 1/2 4@100; trade 1/3 6@100");
}

TEST(MatchingAllOrNone, ArePassedOverByWhatIsTooSmall) {
  Desk desk;
  OrderRequest all = Desk::order(1, kBuy, 10, 100);
  all.flags = order::kAllOrNone;
  desk.submit(all);
  desk.limit(2, kBuy, 3, 100);
  EXPECT_EQ(desk.limit(3, kSell, 3, 100), "trade 3/2 3@100");
  EXPECT_EQ(desk.limit(4, kSell, 12, 100), "trade 4/1 10@100");
  EXPECT_EQ(desk.engine.qtyAt(kSell, 100), 2);
}

TEST(MatchingFillOrKill, TradesWholeOrNotAtAll) {
  Desk desk;
  desk.limit(1, kSell, 4, 100);
  desk.limit(2, kSell, 4, 101);
  OrderRequest kill = Desk::order(3, kBuy, 9, 101);
  kill.timeInForce = TimeInForce::FillOrKill;
  EXPECT_EQ(desk.submit(kill), "canceled 3 (13)");
  kill.clOrdID = 4;
  kill.orderQty = 8;
  EXPECT_EQ(desk.submit(kill), "trade 4/1 4@100; trade 4/2 4@101");
}

TEST(MatchingMinQty, AsksForItsFirstExecutionOnly) {
  Desk desk;
  desk.limit(1, kSell, 4, 100);
  OrderRequest minimum = Desk::order(2, kBuy, 10, 100);
  minimum.minQty = 5;
  EXPECT_EQ(desk.submit(minimum), "");
  EXPECT_EQ(desk.limit(3, kSell, 2, 100), "trade 2/1 4@100; trade 2/3 2@100");
  EXPECT_EQ(desk.limit(4, kSell, 1, 100), "trade 4/2 1@100");
}

// Market orders.

TEST(MatchingMarketToLimit, RestsAtThePriceOfTheTouch) {
  Desk desk;
  desk.limit(1, kSell, 2, 100);
  desk.limit(2, kSell, 2, 101);
  OrderRequest request = Desk::order(3, kBuy, 5, 0);
  request.ordType = OrdType::MarketToLimit;
  EXPECT_EQ(desk.submit(request), "trade 3/1 2@100");
  EXPECT_EQ(desk.engine.qtyAt(kBuy, 100), 3);
  request.clOrdID = 4;
  request.side = kSell;
  request.orderQty = 9;
  EXPECT_EQ(desk.submit(request), "trade 4/3 3@100");
  EXPECT_EQ(desk.engine.qtyAt(kSell, 100), 6);
}

TEST(MatchingMarketToLimit, IsCanceledWhereThereIsNoTouch) {
  Desk desk;
  OrderRequest request = Desk::order(1, kBuy, 5, 0);
  request.ordType = OrdType::MarketToLimit;
  EXPECT_EQ(desk.submit(request), "canceled 1");
}

TEST(MatchingPostOnly, IsRefusedWhereItWouldTake) {
  Desk desk;
  desk.limit(1, kSell, 5, 100);
  OrderRequest post = Desk::order(2, kBuy, 5, 100);
  post.flags = order::kPostOnly;
  EXPECT_EQ(desk.submit(post), "rejected 2 (9)");
  post.price = 99;
  EXPECT_EQ(desk.submit(post), "");
  EXPECT_EQ(desk.replace(2, 5, 100, 0), "rplrej 2 (9)");
}

// Self-trades.

std::string selfTrade(order::SelfTradePrevention mode, Qty makerQty, Qty takerQty) {
  Desk desk;
  OrderRequest maker = Desk::order(1, kSell, makerQty, 100);
  maker.owner = 7;
  desk.submit(maker);
  OrderRequest other = Desk::order(2, kSell, 5, 100);
  other.owner = 8;
  desk.submit(other);
  OrderRequest taker = Desk::order(3, kBuy, takerQty, 100);
  taker.owner = 7;
  taker.selfTrade = mode;
  return desk.submit(taker);
}

TEST(MatchingSelfTrade, GivesWayAsTheTakerAsks) {
  using Mode = order::SelfTradePrevention;
  EXPECT_EQ(selfTrade(Mode::None, 4, 6), "trade 3/1 4@100; trade 3/2 2@100");
  EXPECT_EQ(selfTrade(Mode::CancelNewest, 4, 6), "canceled 3 (11)");
  EXPECT_EQ(selfTrade(Mode::CancelOldest, 4, 6), "canceled 1 (11); trade 3/2 5@100");
  EXPECT_EQ(selfTrade(Mode::CancelBoth, 4, 6), "canceled 1 (11); canceled 3 (11)");
  EXPECT_EQ(selfTrade(Mode::Decrement, 4, 6),
            "decrement 1 by 4 (11); decrement 3 by 4 (11); trade 3/2 2@100");
  EXPECT_EQ(selfTrade(Mode::Decrement, 6, 4), "decrement 1 by 4 (11); decrement 3 by 4 (11)");
}

TEST(MatchingSelfTrade, TradesWithOthersBeforeItMeetsItself) {
  Desk desk;
  desk.limit(1, kSell, 3, 99);
  OrderRequest maker = Desk::order(2, kSell, 3, 100);
  maker.owner = 7;
  desk.submit(maker);
  OrderRequest taker = Desk::order(3, kBuy, 6, 100);
  taker.owner = 7;
  taker.selfTrade = order::SelfTradePrevention::CancelNewest;
  EXPECT_EQ(desk.submit(taker), "trade 3/1 3@99; canceled 3 (11)");
}

// Amending.

TEST(MatchingAmend, KeepsPriorityOnlyWhenTheQuantityFalls) {
  Desk desk;
  desk.limit(1, kBuy, 5, 100);
  desk.limit(2, kBuy, 5, 100);
  desk.replace(1, 3, 100, 0);
  EXPECT_EQ(desk.limit(3, kSell, 1, 100), "trade 3/1 1@100");
  desk.replace(1, 4, 100, 0);
  EXPECT_EQ(desk.limit(4, kSell, 1, 100), "trade 4/2 1@100");
}

// Halts, phases, expiry, bands.

TEST(MatchingHalt, TakesOnlyCancels) {
  Desk desk;
  desk.limit(1, kBuy, 5, 100);
  desk.phase(TradingPhase::Halted);
  EXPECT_EQ(desk.limit(2, kSell, 5, 100), "rejected 2 (3)");
  EXPECT_EQ(desk.replace(1, 4, 100, 0), "rplrej 1 (3)");
  EXPECT_EQ(desk.cancel(1), "canceled 1");
}

TEST(MatchingHalt, KeepsAnAuctionForItsReopening) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 5, 101);
  desk.limit(2, kSell, 5, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Halted), "");
  EXPECT_EQ(desk.phase(TradingPhase::OpeningAuction), "");
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "trade 1/2 5@100; uncrossed 5@100");
}

TEST(MatchingExpiry, EndsDayOrdersAtTheCloseAndDatedOnesAtTheirTime) {
  Desk desk;
  OrderRequest day = Desk::order(1, kBuy, 5, 100);
  day.timeInForce = TimeInForce::Day;
  desk.submit(day);
  OrderRequest dated = Desk::order(2, kBuy, 5, 99);
  dated.timeInForce = TimeInForce::GoodTillDate;
  dated.expireTime = 1000;
  desk.submit(dated);
  desk.limit(3, kBuy, 5, 98);
  EXPECT_EQ(desk.advance(999), "");
  EXPECT_EQ(desk.advance(1000), "expired 2 (18)");
  EXPECT_EQ(desk.phase(TradingPhase::Closed), "expired 1 (18)");
  EXPECT_EQ(desk.leaves(3), 5);
  dated.clOrdID = 4;
  desk.phase(TradingPhase::Continuous);
  EXPECT_EQ(desk.submit(dated), "rejected 4 (18)");
}

TEST(MatchingExpiry, LeavesADatedOrderThatWasReplacedOrIsAStop) {
  Desk desk;
  OrderRequest stop = Desk::conditional(1, OrdType::Stop, kBuy, 5, 110, 0);
  stop.timeInForce = TimeInForce::GoodTillDate;
  stop.expireTime = 1000;
  desk.submit(stop);
  EXPECT_EQ(desk.advance(1000), "expired 1 (18)");
}

TEST(MatchingBand, BoundsOrdersAndCancelsWhatItLeavesOutside) {
  Desk desk;
  desk.limit(1, kBuy, 5, 90);
  desk.limit(2, kSell, 5, 110);
  desk.limit(3, kSell, 5, 104);
  EXPECT_EQ(desk.band(95, 105), "canceled 1 (12); canceled 2 (12)");
  EXPECT_EQ(desk.limit(4, kBuy, 5, 106), "rejected 4 (12)");
  EXPECT_EQ(desk.limit(5, kBuy, 1, 105), "trade 5/3 1@104");
  OrderRequest market = Desk::order(6, kBuy, 9, 0);
  market.ordType = OrdType::Market;
  EXPECT_EQ(desk.submit(market), "trade 6/3 4@104; canceled 6");
  EXPECT_EQ(desk.band(kNoPrice, kNoPrice), "");
  EXPECT_EQ(desk.limit(7, kBuy, 1, 500), "");
}

// Auctions.

TEST(MatchingAuction, TradesTheLargestVolume) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 10, 103);
  desk.limit(2, kBuy, 10, 101);
  desk.limit(3, kSell, 15, 100);
  desk.limit(4, kSell, 10, 102);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous),
            "trade 1/3 10@101; trade 2/3 5@101; uncrossed 15@101");
}

TEST(MatchingAuction, ThenTheLeastSurplus) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 10, 103);
  desk.limit(2, kSell, 10, 100);
  desk.limit(3, kSell, 3, 102);
  // 10 trade from 100 to 103; only below 102 nothing is left over.
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "trade 1/2 10@100; uncrossed 10@100");
}

TEST(MatchingAuction, ThenTheSideOfTheSurplus) {
  Desk buyers;
  buyers.phase(TradingPhase::OpeningAuction);
  buyers.limit(1, kBuy, 12, 103);
  buyers.limit(2, kSell, 10, 100);
  EXPECT_EQ(buyers.phase(TradingPhase::Continuous), "trade 1/2 10@103; uncrossed 10@103");
  Desk sellers;
  sellers.phase(TradingPhase::OpeningAuction);
  sellers.limit(1, kBuy, 10, 103);
  sellers.limit(2, kSell, 12, 100);
  EXPECT_EQ(sellers.phase(TradingPhase::Continuous), "trade 1/2 10@100; uncrossed 10@100");
}

TEST(MatchingAuction, ThenNearestToTheLastTrade) {
  Desk desk;
  desk.engine.setLastTrade(102);
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 10, 104);
  desk.limit(2, kSell, 10, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "trade 1/2 10@102; uncrossed 10@102");
}

TEST(MatchingAuction, PutsMarketOrdersFirstAndCancelsTheirRest) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 5, 100);
  OrderRequest market = Desk::order(2, kBuy, 5, 0);
  market.ordType = OrdType::Market;
  desk.submit(market);
  desk.limit(3, kSell, 4, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "trade 2/3 4@100; uncrossed 4@100; canceled 2");
  EXPECT_EQ(desk.leaves(1), 5);
}

TEST(MatchingAuction, SaysWhereNothingTraded) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  desk.limit(1, kBuy, 5, 99);
  desk.limit(2, kSell, 5, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "uncrossed 0@none");
}

TEST(MatchingAuction, ExpiresAtTheOpeningOrdersAndRefusesLateOnes) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  OrderRequest open = Desk::order(1, kBuy, 5, 100);
  open.timeInForce = TimeInForce::AtTheOpening;
  desk.submit(open);
  desk.limit(2, kSell, 3, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous),
            "trade 1/2 3@100; uncrossed 3@100; expired 1 (18)");
  open.clOrdID = 3;
  EXPECT_EQ(desk.submit(open), "rejected 3 (5)");
}

TEST(MatchingAuction, HoldsAtTheCloseOrdersUntilTheClosingAuction) {
  Desk desk;
  OrderRequest close = Desk::order(1, kBuy, 5, 100);
  close.timeInForce = TimeInForce::AtTheClose;
  desk.submit(close);
  EXPECT_EQ(desk.limit(2, kSell, 3, 100), "");
  EXPECT_EQ(desk.engine.bestPrice(kBuy), kNoPrice);
  desk.phase(TradingPhase::ClosingAuction);
  EXPECT_EQ(desk.phase(TradingPhase::Closed), "trade 1/2 3@100; uncrossed 3@100; expired 1 (18)");
}

TEST(MatchingAuction, TradesIcebergsAndHiddenOrdersInFull) {
  Desk desk;
  desk.phase(TradingPhase::OpeningAuction);
  OrderRequest iceberg = Desk::order(1, kSell, 9, 100);
  iceberg.displayQty = 2;
  desk.submit(iceberg);
  OrderRequest hidden = Desk::order(2, kSell, 3, 100);
  hidden.flags = order::kHidden;
  desk.submit(hidden);
  desk.limit(3, kBuy, 12, 100);
  EXPECT_EQ(desk.phase(TradingPhase::Continuous),
            "trade 3/1 9@100; trade 3/2 3@100; uncrossed 12@100");
}

}  // namespace
}  // namespace hft::sim
