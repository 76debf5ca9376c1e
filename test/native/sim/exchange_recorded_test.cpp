#include <array>
#include <gtest/gtest.h>

#include "test/native/sim/exchange_fixture.hpp"

namespace hft::sim {
namespace {

using event::OrdRejReason;

ExchangeOptions recorded() { return smallOptions(ExchangeMode::Recorded); }

/// Bids 100 x 10, 99 x 20; asks 101 x 5, 102 x 8.
ExchangeDesk market(const ExchangeOptions& options) {
  ExchangeDesk desk(options);
  EXPECT_EQ(desk.book({{100, 10}, {99, 20}}, {{101, 5}, {102, 8}}), "");
  return desk;
}

TEST(RecordedExchange, TakesWhatIsDisplayedAndRestsTheRest) {
  ExchangeDesk desk = market(recorded());
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Buy, 15, 102)),
            "New 1 cum 0 leaves 15\n"
            "Trade 1 5@101 taker cum 5 leaves 10\n"
            "Trade 1 8@102 taker cum 13 leaves 2\n");
  EXPECT_EQ(desk.exchange.position(0, kOne), 13);
  // What comes through its price fills it there; what is displayed already does not come again.
  EXPECT_EQ(desk.book({}, {{101, 6}}), "Trade 1 1@102 maker cum 14 leaves 1\n");
}

TEST(RecordedExchange, FillsATakerWholeAtTheTouchWhereTheModelSaysSo) {
  ExchangeOptions options = recorded();
  options.fills = FillModel::WholeAtTouch;
  ExchangeDesk desk = market(options);
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Buy, 50, 101)),
            "New 1 cum 0 leaves 50\nTrade 1 50@101 taker cum 50 leaves 0\n");
  (void)desk.ask(limitOrder(2, Side::Sell, 30, 101));
  EXPECT_EQ(desk.trade(Side::Buy, 101, 6), "Trade 2 30@101 maker cum 30 leaves 0\n");
}

TEST(RecordedExchange, ConsumesWhatItTookUntilTheLevelIsToldAgain) {
  ExchangeOptions options = recorded();
  ExchangeDesk free = market(options);
  options.impact = ImpactModel::ConsumesDisplayed;
  ExchangeDesk desk = market(options);
  for (ExchangeDesk* each : {&free, &desk}) {
    order::OrderRequest take = limitOrder(1, Side::Buy, 4, 101);
    take.timeInForce = TimeInForce::ImmediateOrCancel;
    (void)each->ask(take);
  }
  order::OrderRequest again = limitOrder(2, Side::Buy, 4, 101);
  again.timeInForce = TimeInForce::ImmediateOrCancel;
  EXPECT_EQ(free.ask(again), "New 2 cum 0 leaves 4\nTrade 2 4@101 taker cum 4 leaves 0\n");
  EXPECT_EQ(desk.ask(again),
            "New 2 cum 0 leaves 4\n"
            "Trade 2 1@101 taker cum 1 leaves 3\n"
            "Canceled 2 cum 1 leaves 0\n");
  (void)desk.book({}, {{101, 5}});
  again.clOrdID = 3;
  EXPECT_EQ(desk.ask(again), "New 3 cum 0 leaves 4\nTrade 3 4@101 taker cum 4 leaves 0\n");
}

TEST(RecordedExchange, FillsARestingOrderOnceItsQueueHasTraded) {
  ExchangeDesk desk = market(recorded());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  EXPECT_EQ(desk.trade(Side::Sell, 100, 8), "");
  EXPECT_EQ(desk.book({{100, 2}}, {}), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 4), "Trade 1 2@100 maker cum 2 leaves 3\n");
  EXPECT_EQ(desk.trade(Side::Buy, 100, 4), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 1), "Trade 1 1@100 maker cum 3 leaves 2\n");
}

TEST(RecordedExchange, MovesForwardByCancelsAsTheQueueModelSays) {
  ExchangeOptions options = recorded();
  options.queue = IdentityQueue{};
  ExchangeDesk desk = market(options);
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));  // 10 ahead.
  (void)desk.book({{100, 20}}, {});                  // 10 behind.
  (void)desk.book({{100, 10}}, {});                  // Half of 10 was ahead: 5 are left.
  EXPECT_EQ(desk.trade(Side::Sell, 100, 5), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 2), "Trade 1 2@100 maker cum 2 leaves 3\n");
}

TEST(RecordedExchange, SharesATradeAmongOurOrdersByPriceAndTime) {
  ExchangeDesk desk = market(recorded());
  (void)desk.ask(limitOrder(1, Side::Buy, 4, 99));
  (void)desk.ask(limitOrder(2, Side::Buy, 4, 100));
  (void)desk.ask(limitOrder(3, Side::Buy, 4, 100));
  // At 99 the trade has passed 100: first both orders there, then the queue of 20 at 99.
  EXPECT_EQ(desk.trade(Side::Sell, 99, 6),
            "Trade 2 4@100 maker cum 4 leaves 0\nTrade 3 2@100 maker cum 2 leaves 2\n");
  EXPECT_EQ(desk.trade(Side::Sell, 99, 30),
            "Trade 3 2@100 maker cum 4 leaves 0\nTrade 1 4@99 maker cum 4 leaves 0\n");
}

TEST(RecordedExchange, StandsExactlyInARecordedQueueOfSingleOrders) {
  ExchangeOptions options = recorded();
  options.queue = ExactQueue{};
  ExchangeDesk desk(options);
  const auto tell = [&](L3Kind kind, std::uint64_t ref, Qty qty, Price price) {
    EXPECT_EQ(desk.exchange.onL3(kOne, {kind, Side::Buy, ref, price, qty}, desk.now += 10),
              ExchangeError::Ok);
    return desk.later();
  };
  (void)tell(L3Kind::Add, 1, 10, 100);
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)tell(L3Kind::Add, 2, 7, 100);
  EXPECT_EQ(tell(L3Kind::Reduce, 1, 4, 0), "");
  EXPECT_EQ(tell(L3Kind::Execute, 1, 6, 0), "");
  // The order behind ours trades: whoever traded with it would have met ours first.
  EXPECT_EQ(tell(L3Kind::Execute, 2, 3, 0), "Trade 1 3@100 maker cum 3 leaves 2\n");
  EXPECT_EQ(tell(L3Kind::Modify, 2, 9, 100), "");
  (void)tell(L3Kind::Add, 3, 5, 99);
  EXPECT_EQ(tell(L3Kind::Execute, 3, 1, 0), "Trade 1 1@100 maker cum 4 leaves 1\n");
  std::array<event::Level, 2> levels;
  EXPECT_EQ(desk.exchange.depth(kOne, Side::Buy, levels), 2U);
  EXPECT_EQ(levels[0].qty, 9);
  EXPECT_EQ(levels[1].qty, 4);
  EXPECT_EQ(desk.exchange.onL3(kOne, {L3Kind::Remove, Side::Buy, 77, 0, 0}, desk.now),
            ExchangeError::UnknownOrder);
}

TEST(RecordedExchange, TriggersStopsByRecordedTrades) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest stop = limitOrder(1, Side::Sell, 12, 0);
  stop.ordType = OrdType::Stop;
  stop.stopPx = 100;
  (void)desk.ask(stop);
  EXPECT_EQ(desk.trade(Side::Buy, 101, 1), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 1),
            "Triggered 1 cum 0 leaves 12\n"
            "Trade 1 10@100 taker cum 10 leaves 2\n"
            "Trade 1 2@99 taker cum 12 leaves 0\n");
}

TEST(RecordedExchange, TrailsTheBestTradeAndTriggersOnTheWayBack) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest trailing = limitOrder(1, Side::Sell, 2, 0);
  trailing.ordType = OrdType::TrailingStopLimit;
  trailing.trailOffset = 3;
  trailing.limitOffset = 1;
  (void)desk.ask(trailing);
  (void)desk.trade(Side::Buy, 101, 1);
  (void)desk.trade(Side::Buy, 103, 1);
  EXPECT_EQ(desk.trade(Side::Sell, 101, 1), "");
  // The trigger trails to 100; the limit is 1 below it.
  EXPECT_EQ(desk.trade(Side::Sell, 100, 1),
            "Triggered 1 cum 0 leaves 2\nTrade 1 2@100 taker cum 2 leaves 0\n");
}

TEST(RecordedExchange, TriggersIfTouchedTheOtherWay) {
  ExchangeOptions options = recorded();
  options.matching.triggerBy = TriggerBy::Quote;
  ExchangeDesk desk = market(options);
  order::OrderRequest touched = limitOrder(1, Side::Buy, 3, 99);
  touched.ordType = OrdType::LimitIfTouched;
  touched.stopPx = 100;
  (void)desk.ask(touched);
  EXPECT_EQ(desk.book({{100, 0}}, {{100, 1}}), "Triggered 1 cum 0 leaves 3\n");
}

TEST(RecordedExchange, HonoursTheNeedsOfAnOrder) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest fill = limitOrder(1, Side::Buy, 14, 102);
  fill.timeInForce = TimeInForce::FillOrKill;
  EXPECT_EQ(desk.ask(fill), "New 1 cum 0 leaves 14\nCanceled 1 cum 0 leaves 0 reason 13\n");
  order::OrderRequest all = limitOrder(2, Side::Buy, 6, 101);
  all.flags = order::kAllOrNone;
  EXPECT_EQ(desk.ask(all), "New 2 cum 0 leaves 6\n");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 5), "");
  EXPECT_EQ(desk.book({}, {{101, 6}}), "Trade 2 6@101 taker cum 6 leaves 0\n");
  order::OrderRequest minimum = limitOrder(3, Side::Buy, 10, 101);
  minimum.minQty = 7;
  EXPECT_EQ(desk.ask(minimum), "New 3 cum 0 leaves 10\n");
  EXPECT_EQ(desk.book({}, {{101, 7}}), "Trade 3 7@101 taker cum 7 leaves 3\n");
}

TEST(RecordedExchange, SendsAnIcebergsNextSliceToTheTail) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest iceberg = limitOrder(1, Side::Buy, 6, 100);
  iceberg.displayQty = 2;
  (void)desk.ask(iceberg);
  EXPECT_EQ(desk.trade(Side::Sell, 100, 15), "Trade 1 2@100 maker cum 2 leaves 4\n");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 9), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 3), "Trade 1 2@100 maker cum 4 leaves 2\n");
}

TEST(RecordedExchange, KeepsAHiddenOrderBehindAllThatIsDisplayed) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest hidden = limitOrder(1, Side::Buy, 5, 100);
  hidden.flags = order::kHidden;
  (void)desk.ask(hidden);
  (void)desk.book({{100, 40}}, {});
  EXPECT_EQ(desk.trade(Side::Sell, 100, 39), "");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 42), "Trade 1 2@100 maker cum 2 leaves 3\n");
}

TEST(RecordedExchange, RefusesPostOnlyThatWouldTake) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest post = limitOrder(1, Side::Buy, 5, 101);
  post.flags = order::kPostOnly;
  EXPECT_EQ(desk.ask(post), "Rejected 1 cum 0 leaves 0 reason 9\n");
  post.clOrdID = 2;
  post.price = 100;
  (void)desk.ask(post);
  EXPECT_EQ(desk.ask(replaceOf(3, 2, 5, 101)), "CancelReject 3/2 cum 0 leaves 5 reason 9\n");
}

TEST(RecordedExchange, KeepsOurOwnOrdersApartOrTradesThem) {
  const auto meet = [](order::SelfTradePrevention mode) {
    ExchangeDesk desk = market(recorded());
    (void)desk.book({{100, 0}, {99, 0}}, {{101, 0}, {102, 0}});
    (void)desk.ask(limitOrder(1, Side::Sell, 3, 101));
    order::OrderRequest taker = limitOrder(2, Side::Buy, 5, 101);
    taker.selfTrade = mode;
    return desk.ask(taker);
  };
  EXPECT_EQ(meet(order::SelfTradePrevention::None),
            "New 2 cum 0 leaves 5\n"
            "Trade 2 3@101 taker cum 3 leaves 2\n"
            "Trade 1 3@101 maker cum 3 leaves 0\n");
  EXPECT_EQ(meet(order::SelfTradePrevention::CancelNewest),
            "New 2 cum 0 leaves 5\nCanceled 2 cum 0 leaves 0 reason 11 unsolicited\n");
  EXPECT_EQ(meet(order::SelfTradePrevention::CancelOldest),
            "New 2 cum 0 leaves 5\nCanceled 1 cum 0 leaves 0 reason 11 unsolicited\n");
  EXPECT_EQ(meet(order::SelfTradePrevention::CancelBoth),
            "New 2 cum 0 leaves 5\n"
            "Canceled 1 cum 0 leaves 0 reason 11 unsolicited\n"
            "Canceled 2 cum 0 leaves 0 reason 11 unsolicited\n");
  EXPECT_EQ(meet(order::SelfTradePrevention::Decrement),
            "New 2 cum 0 leaves 5\n"
            "Canceled 1 cum 0 leaves 0 reason 11 unsolicited\n"
            "Restated 2 cum 0 leaves 2 reason 11 unsolicited\n");
}

TEST(RecordedExchange, FillsCallsByTheAuctionsTrade) {
  ExchangeDesk desk = market(recorded());
  (void)desk.phase(TradingPhase::OpeningAuction);
  order::OrderRequest open = limitOrder(1, Side::Buy, 5, 101);
  open.timeInForce = TimeInForce::AtTheOpening;
  (void)desk.ask(open);
  order::OrderRequest market2 = limitOrder(2, Side::Sell, 4, 0);
  market2.ordType = OrdType::Market;
  (void)desk.ask(market2);
  EXPECT_EQ(desk.trade(Side::None, 100, 4),
            "Trade 1 4@100 auction cum 4 leaves 1\nTrade 2 4@100 auction cum 4 leaves 0\n");
  EXPECT_EQ(desk.phase(TradingPhase::Continuous),
            "Expired 1 cum 4 leaves 0 reason 18 unsolicited\n");
}

TEST(RecordedExchange, KeepsAtTheCloseOrdersForTheClose) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest close = limitOrder(1, Side::Sell, 5, 99);
  close.timeInForce = TimeInForce::AtTheClose;
  EXPECT_EQ(desk.ask(close), "New 1 cum 0 leaves 5\n");
  EXPECT_EQ(desk.trade(Side::Buy, 101, 50), "");
  (void)desk.phase(TradingPhase::ClosingAuction);
  EXPECT_EQ(desk.trade(Side::None, 100, 3), "Trade 1 3@100 auction cum 3 leaves 2\n");
  EXPECT_EQ(desk.phase(TradingPhase::Closed), "Expired 1 cum 3 leaves 0 reason 18 unsolicited\n");
}

TEST(RecordedExchange, TakesOnlyCancelsWhileHaltedAndMeetsTheMarketAfterwards) {
  ExchangeDesk desk = market(recorded());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)desk.ask(limitOrder(2, Side::Buy, 5, 99));
  (void)desk.phase(TradingPhase::Halted);
  EXPECT_EQ(desk.ask(limitOrder(3, Side::Buy, 1, 100)), "Rejected 3 cum 0 leaves 0 reason 3\n");
  EXPECT_EQ(desk.ask(replaceOf(4, 1, 4, 100)), "CancelReject 4/1 cum 0 leaves 5 reason 3\n");
  EXPECT_EQ(desk.ask(cancelOf(5, 2)), "Canceled 5/2 cum 0 leaves 0\n");
  EXPECT_EQ(desk.trade(Side::Sell, 99, 50), "");
  EXPECT_EQ(desk.book({{100, 0}}, {{100, 3}}), "");
  EXPECT_EQ(desk.phase(TradingPhase::Continuous), "Trade 1 3@100 taker cum 3 leaves 2\n");
}

TEST(RecordedExchange, ExpiresDayOrdersAtTheCloseAndKeepsTheOthers) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest day = limitOrder(1, Side::Buy, 5, 100);
  day.timeInForce = TimeInForce::Day;
  (void)desk.ask(day);
  (void)desk.ask(limitOrder(2, Side::Buy, 5, 99));
  EXPECT_EQ(desk.phase(TradingPhase::Closed), "Expired 1 cum 0 leaves 0 reason 18 unsolicited\n");
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U);
}

TEST(RecordedExchange, BoundsPricesByTheBand) {
  ExchangeDesk desk = market(recorded());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 90));
  ASSERT_EQ(desk.exchange.setPriceBand(kOne, 95, 101, desk.now), ExchangeError::Ok);
  EXPECT_EQ(desk.later(), "Canceled 1 cum 0 leaves 0 reason 12 unsolicited\n");
  EXPECT_EQ(desk.ask(limitOrder(2, Side::Buy, 5, 102)), "Rejected 2 cum 0 leaves 0 reason 12\n");
  order::OrderRequest take = limitOrder(3, Side::Buy, 9, 0);
  take.ordType = OrdType::Market;
  EXPECT_EQ(desk.ask(take),
            "New 3 cum 0 leaves 9\n"
            "Trade 3 5@101 taker cum 5 leaves 4\n"
            "Canceled 3 cum 5 leaves 0 reason 12 unsolicited\n");
}

TEST(RecordedExchange, ForgetsLevelsThatASnapshotDoesNotHave) {
  ExchangeDesk desk = market(recorded());
  const std::array<event::Level, 1> bids = {event::Level{98, 1}};
  const std::array<event::Level, 2> asks = {event::Level{103, 2}, event::Level{102, 1}};
  ASSERT_EQ(desk.exchange.onSnapshot(kOne, bids, asks, desk.now), ExchangeError::Ok);
  std::array<event::Level, 4> levels;
  ASSERT_EQ(desk.exchange.depth(kOne, Side::Sell, levels), 2U);
  EXPECT_EQ(levels[0].price, 102);
  EXPECT_EQ(levels[0].qty, 1);
  ASSERT_EQ(desk.exchange.depth(kOne, Side::Buy, levels), 1U);
}

TEST(RecordedExchange, GivesMarketToLimitTheTouchAsItsLimit) {
  ExchangeDesk desk = market(recorded());
  order::OrderRequest order = limitOrder(1, Side::Buy, 7, 0);
  order.ordType = OrdType::MarketToLimit;
  EXPECT_EQ(desk.ask(order), "New 1 cum 0 leaves 7\nTrade 1 5@101 taker cum 5 leaves 2\n");
  EXPECT_EQ(desk.trade(Side::Sell, 100, 1), "Trade 1 1@101 maker cum 6 leaves 1\n");
}

TEST(RecordedExchange, ChargesMakersAndTakersTheirFees) {
  ExchangeOptions options = recorded();
  options.fees = TieredFees{{{0, -1000, 5000}}, 0};
  ExchangeDesk desk = market(options);
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 101));
  // 5 at 1.01 is 5.05: half a basis point of it.
  EXPECT_EQ(desk.reports.back().fee, 25'250);
  (void)desk.ask(limitOrder(2, Side::Sell, 2, 103));
  (void)desk.trade(Side::Buy, 103, 2);
  EXPECT_EQ(desk.reports.back().fee, -2060);
}

TEST(RecordedExchange, RefusesInputThatCannotBe) {
  ExchangeDesk desk = market(recorded());
  const std::array<event::Level, 1> negative = {event::Level{98, -1}};
  const std::array<event::Level, 1> noPrice = {event::Level{kNoPrice, 1}};
  EXPECT_EQ(desk.exchange.onLevels(kOne, negative, {}, 0), ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.onSnapshot(kOne, {}, noPrice, 0), ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.onTrade(kOne, Side::Buy, 100, 0, 0), ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.onTrade(2, Side::Buy, 100, 1, 0), ExchangeError::UnknownInstrument);
  EXPECT_EQ(desk.exchange.onForeign(limitOrder(1, Side::Buy, 1, 1), 0), ExchangeError::WrongMode);
}

}  // namespace
}  // namespace hft::sim
