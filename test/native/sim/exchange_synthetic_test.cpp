#include <array>
#include <gtest/gtest.h>

#include "test/native/sim/exchange_fixture.hpp"

namespace hft::sim {
namespace {

using event::ExecutionReport;
using event::OrdRejReason;

ExchangeOptions synthetic() { return smallOptions(ExchangeMode::Synthetic); }

order::OrderRequest foreign(event::ClOrdID id, Side side, Qty qty, Price price) {
  return limitOrder(id, side, qty, price);
}

TEST(SimulatedExchange, LetsARequestArriveAndItsReportReturnAfterTheirLegs) {
  ExchangeDesk desk(synthetic());
  ExecutionReport report;
  ASSERT_TRUE(desk.exchange.onRequest(limitOrder(1, Side::Buy, 5, 100), 1000));
  EXPECT_EQ(desk.exchange.nextDue(), 1100);
  desk.exchange.advance(1099);
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
  desk.exchange.advance(1100);
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U);
  EXPECT_EQ(desk.exchange.nextDue(), 1150);
  EXPECT_FALSE(desk.exchange.poll(report, 1149));
  ASSERT_TRUE(desk.exchange.poll(report, 1150));
  EXPECT_EQ(report.execType, ExecType::New);
  EXPECT_EQ(report.transactTime, 1100);
  EXPECT_EQ(report.receiveTime, 1150);
  EXPECT_EQ(desk.exchange.nextDue(), SimulatedExchange::kNever);
}

TEST(SimulatedExchange, FillsMakerAndTakerAndKeepsTheirPositions) {
  ExchangeDesk desk(synthetic());
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Sell, 5, 100)), "New 1 cum 0 leaves 5\n");
  order::OrderRequest taker = limitOrder(2, Side::Buy, 3, 100);
  taker.account = 1;
  EXPECT_EQ(desk.ask(taker),
            "New 2 cum 0 leaves 3\n"
            "Trade 2 3@100 taker cum 3 leaves 0\n"
            "Trade 1 3@100 maker cum 3 leaves 2\n");
  EXPECT_EQ(desk.exchange.position(0, kOne), -3);
  EXPECT_EQ(desk.exchange.position(1, kOne), 3);
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U);
}

TEST(SimulatedExchange, TradesWithOthersWhoGetNoReport) {
  ExchangeDesk desk(synthetic());
  ASSERT_EQ(desk.exchange.onForeign(foreign(7, Side::Sell, 4, 101), desk.now), ExchangeError::Ok);
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Buy, 6, 101)),
            "New 1 cum 0 leaves 6\nTrade 1 4@101 taker cum 4 leaves 2\n");
  ASSERT_EQ(desk.exchange.onForeign(foreign(7, Side::Sell, 1, 101), desk.now), ExchangeError::Ok);
  EXPECT_EQ(desk.later(), "Trade 1 1@101 maker cum 5 leaves 1\n");
  EXPECT_EQ(desk.exchange.onForeign(cancelOf(0, 7), desk.now), ExchangeError::UnknownOrder);
}

TEST(SimulatedExchange, RefusesAClOrdIDThatItHasSeen) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Buy, 5, 100)), "Rejected 1 cum 0 leaves 0 reason 7\n");
  EXPECT_EQ(desk.ask(cancelOf(2, 1)), "Canceled 2/1 cum 0 leaves 0\n");
  EXPECT_EQ(desk.ask(limitOrder(1, Side::Buy, 5, 100)), "Rejected 1 cum 0 leaves 0 reason 7\n");
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
}

TEST(SimulatedExchange, RefusesCancelsOfOrdersThatAreUnknownOrDone) {
  ExchangeDesk desk(synthetic());
  EXPECT_EQ(desk.ask(cancelOf(2, 1)), "CancelReject 2/1 cum 0 leaves 0 reason 6\n");
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)desk.ask(cancelOf(3, 1));
  EXPECT_EQ(desk.ask(cancelOf(4, 1)), "CancelReject 4/1 cum 0 leaves 0 reason 5\n");
  EXPECT_EQ(desk.reports.back().ordStatus, OrdStatus::Canceled);
}

TEST(SimulatedExchange, LetsAFillOvertakeACancelOnItsWay) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  ASSERT_TRUE(desk.exchange.onRequest(cancelOf(2, 1), desk.now));
  ASSERT_EQ(desk.exchange.onForeign(foreign(1, Side::Sell, 5, 100), desk.now + 99),
            ExchangeError::Ok);
  desk.now += 1000;
  EXPECT_EQ(desk.drain(),
            "Trade 1 5@100 maker cum 5 leaves 0\n"
            "CancelReject 2/1 cum 5 leaves 0 reason 5\n");
}

TEST(SimulatedExchange, ReplacesKeepingTheExecutedQuantityAndEveryName) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  ASSERT_EQ(desk.exchange.onForeign(foreign(1, Side::Sell, 2, 100), desk.now), ExchangeError::Ok);
  (void)desk.later();
  EXPECT_EQ(desk.ask(replaceOf(2, 1, 9, 99)), "Replaced 2/1 cum 2 leaves 7\n");
  EXPECT_EQ(desk.ask(replaceOf(3, 2, 2, 99)), "CancelReject 3/2 cum 2 leaves 7 reason 15\n");
  EXPECT_EQ(desk.ask(replaceOf(2, 2, 8, 99)), "CancelReject 2/2 cum 2 leaves 7 reason 7\n");
  EXPECT_EQ(desk.ask(cancelOf(4, 1)), "Canceled 4/2 cum 2 leaves 0\n");
  ExecutionReport report;
  ASSERT_TRUE(desk.exchange.query(1, report));
  EXPECT_EQ(report.clOrdID, 2U);
  EXPECT_FALSE(desk.exchange.query(3, report));
}

TEST(SimulatedExchange, ReplaceThatCrossesTradesAtOnce) {
  ExchangeDesk desk(synthetic());
  ASSERT_EQ(desk.exchange.onForeign(foreign(1, Side::Sell, 2, 105), desk.now), ExchangeError::Ok);
  (void)desk.ask(limitOrder(1, Side::Buy, 2, 100));
  EXPECT_EQ(desk.ask(replaceOf(2, 1, 2, 105)),
            "Replaced 2/1 cum 0 leaves 2\nTrade 2 2@105 taker cum 2 leaves 0\n");
}

TEST(SimulatedExchange, CancelsAllOfAnAccountUnderTheirOwnIds) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)desk.ask(limitOrder(2, Side::Sell, 5, 110));
  order::OrderRequest other = limitOrder(3, Side::Buy, 5, 99);
  other.account = 1;
  (void)desk.ask(other);
  order::OrderRequest all = cancelOf(9, 0);
  all.kind = order::RequestKind::CancelAll;
  all.instrument = kNoInstrument;
  EXPECT_EQ(desk.ask(all),
            "Canceled 1 cum 0 leaves 0 reason 19\nCanceled 2 cum 0 leaves 0 reason 19\n");
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U);
}

TEST(SimulatedExchange, TellsExecutionsAgainAndTheState) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  for (const event::ClOrdID id : {1U, 2U}) {
    ASSERT_EQ(desk.exchange.onForeign(foreign(id, Side::Sell, 1, 100), desk.now),
              ExchangeError::Ok);
  }
  (void)desk.later();
  const std::uint64_t first = desk.reports[1].execID;
  order::OrderRequest status = cancelOf(9, 1);
  status.kind = order::RequestKind::Status;
  EXPECT_EQ(desk.ask(status),
            "Trade 1 1@100 maker cum 1 leaves 4\n"
            "Trade 1 1@100 maker cum 2 leaves 3\n"
            "Status 1/1 cum 2 leaves 3\n");
  EXPECT_EQ(desk.reports[3].execID, first);
  status.origClOrdID = 77;
  EXPECT_EQ(desk.ask(status), "Status 9/77 cum 0 leaves 0 reason 6\n");
  EXPECT_EQ(desk.reports.back().ordStatus, OrdStatus::Rejected);
  std::array<ExecutionReport, 4> told;
  EXPECT_EQ(desk.exchange.executions(1, told, 0), 2U);
  EXPECT_EQ(desk.exchange.executions(1, told, 1), 1U);
  EXPECT_EQ(desk.exchange.openOrders(told, 0), 1U);
  EXPECT_EQ(desk.exchange.openOrders(told, 1), 0U);
}

TEST(SimulatedExchange, FlagsWhatItDoesByItself) {
  ExchangeDesk desk(synthetic());
  order::OrderRequest dated = limitOrder(1, Side::Buy, 5, 100);
  dated.timeInForce = TimeInForce::GoodTillDate;
  dated.expireTime = desk.now + 5000;
  (void)desk.ask(dated);
  EXPECT_EQ(desk.exchange.nextDue(), dated.expireTime);
  desk.now += 10'000;
  EXPECT_EQ(desk.drain(), "Expired 1 cum 0 leaves 0 reason 18 unsolicited\n");
  EXPECT_EQ(desk.reports.back().transactTime, dated.expireTime);

  (void)desk.ask(limitOrder(2, Side::Buy, 5, 100));
  order::OrderRequest self = limitOrder(3, Side::Sell, 5, 100);
  self.selfTrade = order::SelfTradePrevention::CancelOldest;
  EXPECT_EQ(desk.ask(self),
            "New 3 cum 0 leaves 5\nCanceled 2 cum 0 leaves 0 reason 11 unsolicited\n");
  ASSERT_EQ(desk.exchange.setPriceBand(kOne, 50, 90, desk.now), ExchangeError::Ok);
  EXPECT_EQ(desk.later(), "Canceled 3 cum 0 leaves 0 reason 12 unsolicited\n");
}

TEST(SimulatedExchange, RestatesWhatADecrementLeaves) {
  ExchangeDesk desk(synthetic());
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  order::OrderRequest self = limitOrder(2, Side::Sell, 2, 100);
  self.selfTrade = order::SelfTradePrevention::Decrement;
  EXPECT_EQ(desk.ask(self),
            "New 2 cum 0 leaves 2\n"
            "Restated 1 cum 0 leaves 3 reason 11 unsolicited\n"
            "Canceled 2 cum 0 leaves 0 reason 11 unsolicited\n");
}

TEST(SimulatedExchange, CutsReduceOnlyToThePositionOfTheAccount) {
  ExchangeDesk desk(synthetic());
  ASSERT_TRUE(desk.exchange.setPosition(0, kOne, 3));
  ASSERT_EQ(desk.exchange.onForeign(foreign(1, Side::Buy, 9, 100), desk.now), ExchangeError::Ok);
  order::OrderRequest reduce = limitOrder(1, Side::Sell, 5, 100);
  reduce.flags = order::kReduceOnly;
  EXPECT_EQ(desk.ask(reduce),
            "New 1 cum 0 leaves 5\n"
            "Restated 1 cum 0 leaves 3 reason 10 unsolicited\n"
            "Trade 1 3@100 taker cum 3 leaves 0\n");
  EXPECT_EQ(desk.reports.back().ordStatus, OrdStatus::Filled);
  EXPECT_EQ(desk.exchange.position(0, kOne), 0);
}

TEST(SimulatedExchange, CancelsTheRestOfAnImmediateOrderUnflagged) {
  ExchangeDesk desk(synthetic());
  order::OrderRequest take = limitOrder(1, Side::Buy, 5, 100);
  take.timeInForce = TimeInForce::ImmediateOrCancel;
  EXPECT_EQ(desk.ask(take), "New 1 cum 0 leaves 5\nCanceled 1 cum 0 leaves 0\n");
  take.clOrdID = 2;
  take.timeInForce = TimeInForce::FillOrKill;
  EXPECT_EQ(desk.ask(take), "New 2 cum 0 leaves 5\nCanceled 2 cum 0 leaves 0 reason 13\n");
}

TEST(SimulatedExchange, NamesWhyItTakesNoOrder) {
  ExchangeDesk desk(synthetic());
  order::OrderRequest request = limitOrder(1, Side::Buy, 5, 100);
  request.instrument = 3;
  EXPECT_EQ(desk.ask(request), "Rejected 1 cum 0 leaves 0 reason 2\n");
  request = limitOrder(2, Side::Buy, 5, 100);
  request.account = 4;
  EXPECT_EQ(desk.ask(request), "Rejected 2 cum 0 leaves 0 reason 1\n");
  (void)desk.phase(TradingPhase::Halted);
  EXPECT_EQ(desk.ask(limitOrder(3, Side::Buy, 5, 100)), "Rejected 3 cum 0 leaves 0 reason 3\n");
  EXPECT_EQ(desk.ask(limitOrder(3, Side::Buy, 5, 100)), "Rejected 3 cum 0 leaves 0 reason 7\n");
}

TEST(SimulatedExchange, ForgetsTheOldestClosedOrdersAndRefusesBeyondTheLiveOnes) {
  ExchangeOptions options = synthetic();
  options.ordersMax = 2;
  ExchangeDesk desk(options);
  ExecutionReport report;
  for (event::ClOrdID id = 1; id <= 3; ++id) {
    (void)desk.ask(limitOrder(id * 10, Side::Buy, 1, 100));
    (void)desk.ask(cancelOf(id * 10 + 1, id * 10));
  }
  EXPECT_FALSE(desk.exchange.query(10, report));
  EXPECT_TRUE(desk.exchange.query(30, report));
  (void)desk.ask(limitOrder(100, Side::Buy, 1, 100));
  (void)desk.ask(limitOrder(101, Side::Buy, 1, 100));
  EXPECT_EQ(desk.ask(limitOrder(102, Side::Buy, 1, 100)),
            "Rejected 102 cum 0 leaves 0 reason 16\n");
}

TEST(SimulatedExchange, RefusesRequestsBeyondItsQueue) {
  ExchangeOptions options = synthetic();
  options.requestsMax = 2;
  SimulatedExchange exchange(options);
  ASSERT_EQ(exchange.addInstrument(kOne, {}), ExchangeError::Ok);
  EXPECT_TRUE(exchange.onRequest(limitOrder(1, Side::Buy, 1, 1), 0));
  EXPECT_TRUE(exchange.onRequest(limitOrder(2, Side::Buy, 1, 1), 0));
  EXPECT_FALSE(exchange.canSend());
  EXPECT_FALSE(exchange.onRequest(limitOrder(3, Side::Buy, 1, 1), 0));
  exchange.advance(100);
  EXPECT_TRUE(exchange.canSend());
}

TEST(SimulatedExchange, KeepsTheOrderOfAConnectionWhateverTheLatency) {
  ExchangeOptions options = synthetic();
  options.latency.order = LognormalLatency{.median = 10'000, .sigmaMillionths = 2'000'000};
  options.latency.response = TableLatency{{1, 100'000}};
  SimulatedExchange exchange(options);
  ASSERT_EQ(exchange.addInstrument(kOne, {}), ExchangeError::Ok);
  for (event::ClOrdID id = 1; id <= 50; ++id) {
    ASSERT_TRUE(exchange.onRequest(limitOrder(id, Side::Buy, 1, 1), static_cast<Nanos>(id)));
  }
  exchange.advance(1'000'000'000'000);
  ExecutionReport report;
  Nanos before = 0;
  for (event::ClOrdID id = 1; id <= 50; ++id) {
    ASSERT_TRUE(exchange.poll(report, 2'000'000'000'000));
    EXPECT_EQ(report.clOrdID, id);
    EXPECT_GE(report.receiveTime, before);
    EXPECT_GE(report.receiveTime, report.transactTime + 1);
    before = report.receiveTime;
  }
}

TEST(SimulatedExchange, NamesAnOptionThatIsNotSound) {
  EXPECT_EQ(SimulatedExchange::check(synthetic()), nullptr);
  ExchangeOptions options = synthetic();
  options.latency.response = TableLatency{};
  EXPECT_STREQ(SimulatedExchange::check(options), "latency.response");
  options = synthetic();
  options.fees = TieredFees{};
  EXPECT_STREQ(SimulatedExchange::check(options), "fees");
  options = synthetic();
  options.ordersMax = 0;
  EXPECT_STREQ(SimulatedExchange::check(options), "ordersMax");
  options = synthetic();
  options.queue = LogQueue{QueueForm::Complement, 1};
  EXPECT_STREQ(SimulatedExchange::check(options), "queue");
}

TEST(SimulatedExchange, NamesMarketInputThatItCannotTake) {
  ExchangeDesk desk(synthetic());
  EXPECT_EQ(desk.exchange.onTrade(kOne, Side::Buy, 1, 1, 0), ExchangeError::WrongMode);
  EXPECT_EQ(desk.exchange.setPhase(2, TradingPhase::Halted, 0), ExchangeError::UnknownInstrument);
  EXPECT_EQ(desk.exchange.setPriceBand(kOne, 5, 4, 0), ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.addInstrument(4, {}), ExchangeError::TooManyInstruments);
  EXPECT_EQ(desk.exchange.addInstrument(2, {.multiplierDenominator = 0}), ExchangeError::BadTerms);
  EXPECT_EQ(desk.exchange.onForeign(foreign(0, Side::Buy, 1, 1), 0), ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.onForeign(foreign(1, Side::Buy, 1, 1), 0), ExchangeError::Ok);
  EXPECT_EQ(desk.exchange.onForeign(foreign(1, Side::Buy, 1, 1), 0), ExchangeError::BadInput);
}

}  // namespace
}  // namespace hft::sim
