#include "test/native/stream/journaled_desk.hpp"

namespace hft::stream {
namespace {

using order::OrderRequest;
using risk::RiskScope;
using risk::ViolationType;

OrderRequest stopOf(Side side, Qty qty, Price stopPx) {
  OrderRequest request = TradingDesk::order(side, qty, 0);
  request.ordType = OrdType::Stop;
  request.stopPx = stopPx;
  return request;
}

OrderRequest trailingOf(Side side, Qty qty, Price offset) {
  OrderRequest request = TradingDesk::order(side, qty, 0);
  request.ordType = OrdType::TrailingStop;
  request.trailOffset = offset;
  return request;
}

risk::LimitSpec positionLimit(Qty qty) {
  risk::LimitSpec spec;
  spec.type = ViolationType::PositionQtyLimit;
  spec.value = qty * 100'000'000;
  return spec;
}

TEST(HeldOrders, WaitForAVenueThatIsBusyWhenTheyFire) {
  TradingDesk desk(emulating());
  desk.start();
  const Submission held = desk.core.submit(stopOf(Side::Sell, 7, 9'950), desk.stamp());
  desk.isBusy = true;
  desk.core.onMarket(tradeEvent(0, 9'950), desk.stamp());
  ASSERT_EQ(desk.core.waiting().size(), 1U);
  EXPECT_EQ(desk.core.waiting()[0].clOrdID, held.clOrdID);
  desk.core.onClock(desk.stamp());
  EXPECT_EQ(desk.core.waiting().size(), 1U);
  desk.isBusy = false;
  desk.foreign(Side::Buy, 7, 9'940);
  desk.core.onClock(desk.stamp());
  EXPECT_TRUE(desk.core.waiting().empty());
  desk.settle();
  EXPECT_EQ(desk.core.positions().netQty(0), -7);
}

TEST(HeldOrders, CanBeCanceledWhileTheyWait) {
  TradingDesk desk(emulating());
  desk.start();
  const Submission held = desk.core.submit(stopOf(Side::Sell, 7, 9'950), desk.stamp());
  desk.isBusy = true;
  desk.core.onMarket(tradeEvent(0, 9'950), desk.stamp());
  EXPECT_EQ(desk.core.cancel(held.clOrdID, desk.stamp()).verdict, SubmitVerdict::Accepted);
  desk.isBusy = false;
  desk.core.onClock(desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.truth(held.clOrdID).ordStatus, OrdStatus::None) << "nothing was sent";
  EXPECT_EQ(desk.core.cancel(held.clOrdID, desk.stamp()).verdict, SubmitVerdict::UnknownOrder);
}

TEST(HeldOrders, AreCanceledWithTheirScopeAlsoWhileTheyWait) {
  TradingDesk desk(emulating());
  desk.start();
  (void)desk.core.submit(stopOf(Side::Sell, 7, 9'950), desk.stamp());
  (void)desk.core.submit(stopOf(Side::Sell, 7, 9'900), desk.stamp());
  desk.isBusy = true;
  desk.core.onMarket(tradeEvent(0, 9'950), desk.stamp());
  EXPECT_EQ(desk.core.cancelAll(RiskScope::Global, 0, desk.stamp()), 2U);
  EXPECT_TRUE(desk.core.waiting().empty());
  EXPECT_EQ(desk.core.held().size(), 0U);
}

TEST(HeldOrders, AreReplacedWhereTheyAre) {
  TradingDesk desk(emulating());
  ASSERT_EQ(desk.core.setLimit(positionLimit(10), desk.stamp()), risk::RiskError::Ok);
  desk.start();
  const Submission held = desk.core.submit(stopOf(Side::Sell, 7, 9'950), desk.stamp());
  OrderRequest change = stopOf(Side::Sell, 11, 9'960);
  change.origClOrdID = held.clOrdID;
  EXPECT_EQ(desk.core.replace(change, desk.stamp()).decision.violation,
            ViolationType::PositionQtyLimit);
  EXPECT_EQ(desk.core.held().find(held.clOrdID)->request.orderQty, 7);
  change.orderQty = 5;
  const Submission replaced = desk.core.replace(change, desk.stamp());
  ASSERT_EQ(replaced.verdict, SubmitVerdict::Accepted);
  EXPECT_EQ(replaced.clOrdID, held.clOrdID) << "it goes out under the id it was held under";
  change.orderQty = 0;
  EXPECT_EQ(desk.core.replace(change, desk.stamp()).verdict, SubmitVerdict::BadRequest);
  desk.foreign(Side::Buy, 7, 9'940);
  desk.core.onMarket(tradeEvent(0, 9'960), desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.core.positions().netQty(0), -5);
}

TEST(HeldOrders, ShareTheQuantityOfTheirList) {
  TradingDesk desk(emulating());
  desk.start();
  OrderRequest legs[2] = {TradingDesk::order(Side::Sell, 10, 10'050),
                          stopOf(Side::Sell, 10, 9'950)};
  ASSERT_EQ(desk.core.submitList(order::ListKind::OneCancelsOther, legs, desk.stamp()),
            SubmitVerdict::Accepted);
  desk.settle();
  desk.foreign(Side::Buy, 4, 10'050);
  desk.settle();
  EXPECT_EQ(desk.core.held().find(legs[1].clOrdID)->request.orderQty, 6);
  desk.foreign(Side::Buy, 6, 10'050);
  desk.settle();
  EXPECT_EQ(desk.core.held().size(), 0U) << "the other leg took it all";
  EXPECT_EQ(desk.core.positions().netQty(0), -10);
}

TEST(HeldOrders, OfAListAreSentLaterWhereTheVenueIsBusy) {
  TradingDesk desk;
  desk.start();
  OrderRequest legs[3] = {TradingDesk::order(Side::Buy, 10, 10'000),
                          TradingDesk::order(Side::Sell, 10, 10'050),
                          stopOf(Side::Sell, 10, 9'950)};
  ASSERT_EQ(desk.core.submitList(order::ListKind::OneTriggersOco, legs, desk.stamp()),
            SubmitVerdict::Accepted);
  desk.settle();
  desk.foreign(Side::Sell, 10, 10'000);
  desk.isBusy = true;
  desk.settle();
  EXPECT_EQ(desk.core.positions().netQty(0), 10);
  EXPECT_EQ(desk.core.waiting().size(), 2U) << "the exits of the position";
  desk.isBusy = false;
  desk.core.onClock(desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 2U);
  // A cancel that a list owes is not forgotten either.
  desk.foreign(Side::Buy, 10, 10'050);
  desk.isBusy = true;
  desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U);
  desk.isBusy = false;
  desk.core.onClock(desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
}

TEST_F(JournaledDesk, KeepsWhatATrailingStopHasGainedOverARestart) {
  (void)enter();
  desk->core.onMarket(tradeEvent(0, 10'000), desk->stamp());
  const Submission held = desk->core.submit(trailingOf(Side::Sell, 7, 50), desk->stamp());
  const Submission untouched = desk->core.submit(trailingOf(Side::Buy, 3, 500), desk->stamp());
  desk->core.onMarket(tradeEvent(0, 10'300), desk->stamp());
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  EXPECT_EQ(desk->core.held().find(held.clOrdID)->request.stopPx, 10'250);
  EXPECT_EQ(desk->core.held().find(untouched.clOrdID)->request.stopPx, 10'500);
  desk->core.onMarket(tradeEvent(0, 10'250), desk->stamp());
  EXPECT_EQ(desk->core.held().find(held.clOrdID), nullptr) << "fires at what it had gained";
}

TEST_F(JournaledDesk, DoesNotBringBackAStopThatRiskRefusedWhenItFired) {
  (void)enter();
  const Submission held = desk->core.submit(stopOf(Side::Buy, 7, 10'100), desk->stamp());
  ASSERT_EQ(desk->core.setLimit(positionLimit(6), desk->stamp()), risk::RiskError::Ok);
  desk->core.onMarket(tradeEvent(0, 10'100), desk->stamp());
  ASSERT_EQ(desk->core.held().size(), 0U);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  EXPECT_EQ(desk->core.held().find(held.clOrdID), nullptr);
}

TEST_F(JournaledDesk, DoesNotBringBackAStopThatItHadNoRoomFor) {
  CoreOptions options = emulating();
  options.triggersMax = 1;
  (void)enter(options);
  (void)desk->core.submit(stopOf(Side::Sell, 7, 9'950), desk->stamp());
  const Submission refused = desk->core.submit(stopOf(Side::Sell, 8, 9'940), desk->stamp());
  EXPECT_EQ(refused.verdict, SubmitVerdict::Capacity);
  leave();
  EXPECT_EQ(enter(options).damaged, 0U);
  EXPECT_EQ(desk->core.held().size(), 1U);
}

TEST_F(JournaledDesk, TakesUpReplacesAndCancelsOfHeldOrders) {
  (void)enter();
  const Submission kept = desk->core.submit(stopOf(Side::Sell, 7, 9'950), desk->stamp());
  const Submission gone = desk->core.submit(stopOf(Side::Sell, 3, 9'940), desk->stamp());
  OrderRequest change = stopOf(Side::Sell, 5, 9'960);
  change.origClOrdID = kept.clOrdID;
  ASSERT_EQ(desk->core.replace(change, desk->stamp()).verdict, SubmitVerdict::Accepted);
  ASSERT_EQ(desk->core.cancel(gone.clOrdID, desk->stamp()).verdict, SubmitVerdict::Accepted);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  ASSERT_EQ(desk->core.held().size(), 1U);
  EXPECT_EQ(desk->core.held().find(kept.clOrdID)->request.orderQty, 5);
  EXPECT_EQ(desk->core.held().find(kept.clOrdID)->request.stopPx, 9'960);
}

TEST_F(JournaledDesk, FiresAStopThatWaitedWhenTheProcessDiedOnceMore) {
  (void)enter();
  const Submission held = desk->core.submit(stopOf(Side::Sell, 7, 9'950), desk->stamp());
  desk->isBusy = true;
  desk->core.onMarket(tradeEvent(0, 9'950), desk->stamp());
  ASSERT_EQ(desk->core.waiting().size(), 1U);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  EXPECT_NE(desk->core.held().find(held.clOrdID), nullptr) << "it never left";
}

TEST_F(JournaledDesk, TakesUpTheReplaceOfAStopThatHadFiredAndWaited) {
  (void)enter();
  const Submission held = desk->core.submit(stopOf(Side::Sell, 7, 9'950), desk->stamp());
  desk->isBusy = true;
  desk->core.onMarket(tradeEvent(0, 9'950), desk->stamp());
  OrderRequest change = stopOf(Side::Sell, 5, 9'900);
  change.origClOrdID = held.clOrdID;
  ASSERT_EQ(desk->core.replace(change, desk->stamp()).verdict, SubmitVerdict::Accepted);
  leave();
  EXPECT_EQ(enter().damaged, 0U);
  EXPECT_EQ(desk->core.held().size(), 0U) << "it had fired";
  desk->core.onClock(desk->stamp());
  EXPECT_EQ(desk->at(held.clOrdID).state.orderQty, 5) << "and goes out as it was changed";
}

TEST(TradingQuestions, TakesSilenceForAnAmbiguousAnswerAndAsks) {
  CoreOptions options = smallCore();
  options.answerTimeout = 1'000;
  options.askInterval = 500;
  TradingDesk desk(options);
  desk.start();
  desk.isDeaf = true;
  const Submission lost = desk.core.submit(TradingDesk::order(Side::Buy, 3, 9'980), desk.stamp());
  desk.now += 999;
  desk.core.onClock(desk.stamp());
  EXPECT_EQ(desk.at(lost.clOrdID).ordStatus(), OrdStatus::PendingNew);
  desk.now += 1;
  desk.core.onClock(desk.stamp());
  EXPECT_EQ(desk.at(lost.clOrdID).ordStatus(), OrdStatus::Unknown);
  desk.isDeaf = false;
  const Submission sent = desk.core.submit(TradingDesk::order(Side::Buy, 3, 9'970), desk.stamp());
  desk.settle();
  desk.now += 2'000;
  desk.core.onClock(desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.at(sent.clOrdID).ordStatus(), OrdStatus::New) << "it was answered";
  EXPECT_EQ(desk.at(lost.clOrdID).ordStatus(), OrdStatus::Rejected) << "the venue has no such";
  EXPECT_EQ(desk.core.risk().exposure(RiskScope::Symbol, 0, 0)->working[0], 3);
}

TEST(TradingQuestions, ComparesItsOrdersWithWhatTheVenueHasOpen) {
  TradingDesk desk;
  desk.start();
  const Submission same = desk.core.submit(TradingDesk::order(Side::Buy, 3, 9'980), desk.stamp());
  const Submission filled = desk.core.submit(TradingDesk::order(Side::Buy, 5, 9'990), desk.stamp());
  desk.settle();
  // The line is cut: the executions of one are lost, and it is no longer open.
  desk.foreign(Side::Sell, 5, 9'990);
  desk.exchange.advance(desk.now);
  for (event::ExecutionReport report; desk.exchange.poll(report, desk.now);) continue;
  event::ExecutionReport open[2] = {desk.truth(same.clOrdID), {}};
  open[1].clOrdID = 424'242;
  open[1].execType = ExecType::OrderStatus;
  open[1].ordStatus = OrdStatus::New;
  open[1].leavesQty = 9;
  const Reconciliation found = desk.core.reconcile(0, open, desk.stamp());
  EXPECT_EQ(found.matched, 1U);
  EXPECT_EQ(found.differing, 0U);
  EXPECT_EQ(found.foreign, 1U);
  EXPECT_EQ(found.absent, 1U);
  EXPECT_EQ(desk.events.back().kind, OrderEventKind::Discrepancy);
  desk.settle();
  EXPECT_EQ(desk.at(filled.clOrdID).ordStatus(), OrdStatus::Filled) << "asked for, and told";
  EXPECT_EQ(desk.core.positions().netQty(0), 5);
}

}  // namespace
}  // namespace hft::stream
