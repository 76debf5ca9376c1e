#include <algorithm>
#include <random>

#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {
namespace {

using order::OrderRequest;
using risk::LimitAction;
using risk::RiskScope;
using risk::ViolationType;

constexpr std::int64_t kUnit = 100'000'000;

risk::LimitSpec limitOf(ViolationType type, std::int64_t value,
                        LimitAction action = LimitAction::Reject) {
  risk::LimitSpec spec;
  spec.type = type;
  spec.value = value;
  spec.action = action;
  return spec;
}

TEST(TradingCore, TakesAnOrderFromRequestToPosition) {
  TradingDesk desk;
  desk.start();
  const Submission bid = desk.core.submit(TradingDesk::order(Side::Buy, 10, 9'990), desk.stamp());
  ASSERT_EQ(bid.verdict, SubmitVerdict::Accepted);
  EXPECT_EQ(desk.at(bid.clOrdID).ordStatus(), OrdStatus::PendingNew);
  desk.settle();
  EXPECT_EQ(desk.at(bid.clOrdID).ordStatus(), OrdStatus::New);
  desk.foreign(Side::Sell, 4, 9'990);
  desk.settle();
  EXPECT_EQ(desk.at(bid.clOrdID).ordStatus(), OrdStatus::PartiallyFilled);
  const position::Position* position = desk.core.positions().find(0, 0, 0);
  ASSERT_NE(position, nullptr);
  EXPECT_EQ(position->qty, 4);
  const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, 0, 0);
  EXPECT_EQ(row->net, 4);
  EXPECT_EQ(row->working[0], 6);
  desk.foreign(Side::Sell, 6, 9'990);
  desk.settle();
  EXPECT_EQ(desk.at(bid.clOrdID).ordStatus(), OrdStatus::Filled);
  EXPECT_EQ(desk.core.positions().find(0, 0, 0)->qty, 10);
  EXPECT_EQ(row->working[0], 0);
  const auto fills = std::count_if(desk.events.begin(), desk.events.end(), [](const OrderEvent& e) {
    return e.kind == OrderEventKind::Fill;
  });
  EXPECT_EQ(fills, 2);
}

TEST(TradingCore, NeverSendsWhatRiskRefuses) {
  TradingDesk desk;
  ASSERT_EQ(desk.core.setLimit(limitOf(ViolationType::PositionQtyLimit, 20 * kUnit), desk.stamp()),
            risk::RiskError::Ok);
  desk.start();
  ASSERT_EQ(desk.core.submit(TradingDesk::order(Side::Buy, 15, 9'990), desk.stamp()).verdict,
            SubmitVerdict::Accepted);
  const Submission refused =
      desk.core.submit(TradingDesk::order(Side::Buy, 6, 9'990), desk.stamp());
  EXPECT_EQ(refused.verdict, SubmitVerdict::RiskRefused);
  EXPECT_EQ(refused.decision.violation, ViolationType::PositionQtyLimit);
  EXPECT_EQ(refused.decision.headroom, 5 * kUnit);
  desk.settle();
  EXPECT_EQ(desk.truth(refused.clOrdID).ordStatus, OrdStatus::None);
  EXPECT_EQ(desk.events.back().kind, OrderEventKind::Order);
  EXPECT_TRUE(std::any_of(desk.events.begin(), desk.events.end(), [](const OrderEvent& e) {
    return e.kind == OrderEventKind::Refused && e.headroom == 5.0 * kUnit;
  }));
}

TEST(TradingCore, GivesAReservationBackOnceHoweverTheOrderEnds) {
  TradingDesk desk;
  desk.start();
  const auto working = [&] {
    return desk.core.risk().exposure(RiskScope::Symbol, 0, 0)->working[0];
  };
  const Submission order = desk.core.submit(TradingDesk::order(Side::Buy, 10, 9'990), desk.stamp());
  desk.settle();
  EXPECT_EQ(working(), 10);
  ASSERT_EQ(desk.core.cancel(order.clOrdID, desk.stamp()).verdict, SubmitVerdict::Accepted);
  EXPECT_EQ(working(), 10) << "a cancel on its way frees nothing";
  EXPECT_EQ(desk.core.cancel(order.clOrdID, desk.stamp()).verdict, SubmitVerdict::AlreadyPending);
  desk.settle();
  EXPECT_EQ(working(), 0);
  EXPECT_EQ(desk.core.cancel(order.clOrdID, desk.stamp()).verdict, SubmitVerdict::OrderClosed);
}

TEST(TradingCore, ReservesTheLargerOfBothWhileAReplaceIsOnItsWay) {
  TradingDesk desk;
  desk.start();
  const Submission order = desk.core.submit(TradingDesk::order(Side::Buy, 10, 9'990), desk.stamp());
  desk.settle();
  OrderRequest replace = TradingDesk::order(Side::Buy, 4, 9'980);
  replace.origClOrdID = order.clOrdID;
  const Submission replaced = desk.core.replace(replace, desk.stamp());
  ASSERT_EQ(replaced.verdict, SubmitVerdict::Accepted);
  const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, 0, 0);
  EXPECT_EQ(row->working[0], 10);
  desk.settle();
  EXPECT_EQ(row->working[0], 4);
  EXPECT_EQ(desk.at(order.clOrdID).clOrdID(), replaced.clOrdID);
  EXPECT_EQ(desk.truth(replaced.clOrdID).leavesQty, 4);
}

TEST(TradingCore, ReservesAReplacedStopAtItsNewPrice) {
  TradingDesk desk;
  desk.start();
  OrderRequest stop = TradingDesk::order(Side::Buy, 10, 0);
  stop.ordType = OrdType::Stop;
  stop.stopPx = 10'100;
  const Submission order = desk.core.submit(stop, desk.stamp());
  ASSERT_EQ(order.verdict, SubmitVerdict::Accepted);
  desk.settle();
  const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, 0, 0);
  ASSERT_NE(row, nullptr);
  // 5 % beyond the trigger, in 10^-8: a lot is one unit, a tick a hundredth.
  EXPECT_TRUE(row->workingValue[0] == 10 * risk::MoneySum{10'605} * 1'000'000);
  stop.origClOrdID = order.clOrdID;
  stop.stopPx = 20'000;
  ASSERT_EQ(desk.core.replace(stop, desk.stamp()).verdict, SubmitVerdict::Accepted);
  EXPECT_TRUE(row->workingValue[0] == 10 * risk::MoneySum{21'000} * 1'000'000);
  desk.settle();
  EXPECT_TRUE(row->workingValue[0] == 10 * risk::MoneySum{21'000} * 1'000'000);
}

TEST(TradingCore, NeverCrossesAnOrderWhoseReplaceIsOnItsWay) {
  TradingDesk desk;
  desk.start();
  risk::LimitSpec spec;
  spec.type = risk::ViolationType::SelfTrade;
  spec.value = 1;
  ASSERT_EQ(desk.core.setLimit(spec, desk.stamp()), risk::RiskError::Ok);
  const Submission sale = desk.core.submit(TradingDesk::order(Side::Sell, 5, 10'100), desk.stamp());
  ASSERT_EQ(sale.verdict, SubmitVerdict::Accepted);
  desk.settle();
  OrderRequest replace = TradingDesk::order(Side::Sell, 5, 10'020);
  replace.origClOrdID = sale.clOrdID;
  ASSERT_EQ(desk.core.replace(replace, desk.stamp()).verdict, SubmitVerdict::Accepted);
  const OrderRequest buy = TradingDesk::order(Side::Buy, 5, 10'020);
  const Submission refused = desk.core.submit(buy, desk.stamp());
  EXPECT_EQ(refused.verdict, SubmitVerdict::RiskRefused);
  EXPECT_EQ(refused.decision.violation, risk::ViolationType::SelfTrade);
}

TEST(TradingCore, CancelsEverythingOfAScopeWhenItsKillSwitchIsThrown) {
  TradingDesk desk;
  desk.start();
  std::vector<event::ClOrdID> ids;
  for (std::uint16_t strategy = 0; strategy < 3; ++strategy) {
    OrderRequest request = TradingDesk::order(Side::Buy, 10, 9'900 + strategy);
    request.strategy = strategy;
    ids.push_back(desk.core.submit(request, desk.stamp()).clOrdID);
  }
  desk.settle();
  ASSERT_TRUE(desk.core.kill(RiskScope::Strategy, 1, true, 0, desk.stamp()));
  desk.settle();
  EXPECT_EQ(desk.at(ids[0]).ordStatus(), OrdStatus::New);
  EXPECT_EQ(desk.at(ids[1]).ordStatus(), OrdStatus::Canceled);
  // From another thread or a signal: the latch alone, seen with the next clock.
  desk.core.killSwitch().throwGlobal();
  EXPECT_EQ(
      desk.core.submit(TradingDesk::order(Side::Sell, 1, 10'010), desk.stamp()).decision.violation,
      ViolationType::Killed);
  desk.isBusy = true;
  desk.core.onClock(desk.stamp());
  EXPECT_NE(desk.core.killsHandled(), desk.core.killSwitch().generation())
      << "a venue that takes nothing is tried again";
  desk.isBusy = false;
  desk.core.onClock(desk.stamp());
  EXPECT_EQ(desk.core.killsHandled(), desk.core.killSwitch().generation());
  desk.settle();
  EXPECT_EQ(desk.at(ids[0]).ordStatus(), OrdStatus::Canceled);
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
}

TEST(TradingCore, ActsOnALossByItself) {
  TradingDesk desk;
  ASSERT_EQ(
      desk.core.setLimit(limitOf(ViolationType::LossLimit, 50 * kUnit, LimitAction::CancelAll),
                         desk.stamp()),
      risk::RiskError::Ok);
  desk.start();
  desk.core.risk().beginSession();
  desk.foreign(Side::Sell, 100, 10'000);
  (void)desk.core.submit(TradingDesk::order(Side::Buy, 100, 10'000), desk.stamp());
  const Submission resting =
      desk.core.submit(TradingDesk::order(Side::Buy, 5, 9'000), desk.stamp());
  desk.settle();
  desk.core.onMarket(bookEvent(0, 9'939, 9'941), desk.stamp());
  desk.core.onClock(desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.at(resting.clOrdID).ordStatus(), OrdStatus::Canceled);
  EXPECT_EQ(
      desk.core.submit(TradingDesk::order(Side::Buy, 1, 9'900), desk.stamp()).decision.violation,
      ViolationType::Halted);
  EXPECT_EQ(desk.core.submit(TradingDesk::order(Side::Sell, 100, 9'900), desk.stamp()).verdict,
            SubmitVerdict::Accepted)
      << "a reduction";
}

TEST(TradingCore, HoldsStopsForAVenueThatHasNone) {
  CoreOptions options = smallCore();
  options.emulatingVenues = 1;
  TradingDesk desk(options);
  desk.start();
  OrderRequest stop = TradingDesk::order(Side::Sell, 7, 0);
  stop.ordType = OrdType::Stop;
  stop.stopPx = 9'950;
  const Submission held = desk.core.submit(stop, desk.stamp());
  ASSERT_EQ(held.verdict, SubmitVerdict::Accepted);
  desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U) << "nothing is sent yet";
  desk.core.onMarket(tradeEvent(0, 9'951), desk.stamp());
  EXPECT_EQ(desk.core.held().size(), 1U);
  desk.foreign(Side::Buy, 7, 9'940);
  desk.core.onMarket(tradeEvent(0, 9'950), desk.stamp());
  EXPECT_EQ(desk.core.held().size(), 0U);
  desk.settle();
  EXPECT_EQ(desk.at(held.clOrdID).ordStatus(), OrdStatus::Filled);
  EXPECT_EQ(desk.core.positions().netQty(0), -7);
}

TEST(TradingCore, HoldsAFiringStopToTheLimits) {
  CoreOptions options = smallCore();
  options.emulatingVenues = 1;
  TradingDesk desk(options);
  desk.start();
  OrderRequest stop = TradingDesk::order(Side::Buy, 7, 0);
  stop.ordType = OrdType::Stop;
  stop.stopPx = 10'100;
  const Submission held = desk.core.submit(stop, desk.stamp());
  ASSERT_EQ(held.verdict, SubmitVerdict::Accepted);
  ASSERT_EQ(desk.core.setLimit(limitOf(ViolationType::PositionQtyLimit, 6 * kUnit), desk.stamp()),
            risk::RiskError::Ok);
  desk.core.onMarket(tradeEvent(0, 10'100), desk.stamp());
  desk.settle();
  EXPECT_EQ(desk.events.back().kind, OrderEventKind::Refused);
  EXPECT_EQ(desk.truth(held.clOrdID).ordStatus, OrdStatus::None);
}

TEST(TradingCore, RunsABracketFromEntryToExit) {
  TradingDesk desk;
  desk.start();
  OrderRequest legs[3] = {TradingDesk::order(Side::Buy, 10, 10'000),
                          TradingDesk::order(Side::Sell, 10, 10'050),
                          TradingDesk::order(Side::Sell, 10, 0)};
  legs[2].ordType = OrdType::Stop;
  legs[2].stopPx = 9'950;
  ASSERT_EQ(desk.core.submitList(order::ListKind::OneTriggersOco, legs, desk.stamp()),
            SubmitVerdict::Accepted);
  desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 1U) << "the exits wait";
  desk.foreign(Side::Sell, 10, 10'000);
  for (int i = 0; i < 4; ++i) desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 2U);
  desk.foreign(Side::Buy, 10, 10'050);
  for (int i = 0; i < 4; ++i) desk.settle();
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U) << "one exit cancels the other";
  EXPECT_EQ(desk.core.positions().netQty(0), 0);
}

TEST(TradingCore, KeepsAnAmbiguousOrderUnknownUntilItIsProven) {
  TradingDesk desk;
  desk.start();
  const Submission order = desk.core.submit(TradingDesk::order(Side::Buy, 10, 9'990), desk.stamp());
  desk.isBusy = true;
  desk.core.onAmbiguous(order.clOrdID, desk.stamp());
  EXPECT_EQ(desk.at(order.clOrdID).ordStatus(), OrdStatus::Unknown);
  EXPECT_EQ(desk.core.risk().exposure(RiskScope::Symbol, 0, 0)->working[0], 10)
      << "counts in full until proven";
  desk.isBusy = false;
  desk.settle();
  EXPECT_EQ(desk.at(order.clOrdID).ordStatus(), OrdStatus::New);
  const Submission lost = desk.core.submit(TradingDesk::order(Side::Buy, 3, 9'980), desk.stamp());
  desk.core.onAbsent(lost.clOrdID, event::OrdRejReason::UnknownOrder, desk.stamp());
  EXPECT_EQ(desk.at(lost.clOrdID).ordStatus(), OrdStatus::Rejected);
  EXPECT_EQ(desk.core.risk().exposure(RiskScope::Symbol, 0, 0)->working[0], 10);
}

TEST(TradingCore, RefusesBeforeItIsReadyAndWhatHasNoSense) {
  TradingDesk desk;
  EXPECT_EQ(desk.core.submit(TradingDesk::order(Side::Buy, 1, 9'990), desk.stamp()).verdict,
            SubmitVerdict::NotReady);
  desk.start();
  OrderRequest stray = TradingDesk::order(Side::Buy, 1, 9'990);
  stray.venue = 9;
  EXPECT_EQ(desk.core.submit(stray, desk.stamp()).verdict, SubmitVerdict::BadRequest);
  stray.venue = 1;
  EXPECT_EQ(desk.core.submit(stray, desk.stamp()).verdict, SubmitVerdict::VenueBusy) << "no port";
  EXPECT_EQ(desk.core.cancel(12345, desk.stamp()).verdict, SubmitVerdict::UnknownOrder);
  OrderRequest replace = TradingDesk::order(Side::Buy, 1, 9'990);
  replace.origClOrdID = 12345;
  EXPECT_EQ(desk.core.replace(replace, desk.stamp()).verdict, SubmitVerdict::UnknownOrder);
}

TEST(TradingCore, CountsReportsOfOrdersThatAreNotOurs) {
  TradingDesk desk;
  desk.start();
  event::ExecutionReport report;
  report.clOrdID = 777;
  report.execType = ExecType::Trade;
  report.execID = 5;
  report.lastQty = 3;
  desk.core.onReport(report, desk.stamp());
  EXPECT_EQ(desk.core.troubles().unknownReports, 1U);
  EXPECT_EQ(desk.events.back().kind, OrderEventKind::Discrepancy);
}

/// Random trading against a moving market, with latency on both legs, compared with the exchange's
/// own books at the end; no limit is ever broken on the way.
TEST(TradingCore, AgreesWithTheExchangeAfterAnyCourse) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  sim::ExchangeOptions venue = TradingDesk::exchangeOptions();
  sim::TableLatency leg;
  for (int i = 0; i < 20; ++i) leg.rows.push_back(draw(1, 500));
  venue.latency = {leg, leg};
  TradingDesk desk(smallCore(), venue);
  constexpr Qty kMax = 120;
  ASSERT_EQ(
      desk.core.setLimit(limitOf(ViolationType::PositionQtyLimit, kMax * kUnit), desk.stamp()),
      risk::RiskError::Ok);
  desk.start();
  std::vector<event::ClOrdID> ids;
  for (int step = 0; step < 6'000; ++step) {
    desk.now += draw(1, 200);
    desk.exchange.advance(desk.now);
    for (event::ExecutionReport report; desk.exchange.poll(report, desk.now);) {
      desk.core.onReport(report, desk.stamp());
      // Some connections tell everything twice.
      if (draw(0, 9) == 0) desk.core.onReport(report, desk.stamp());
    }
    const auto instrument = static_cast<InstrumentId>(draw(0, 3));
    const Side side = draw(0, 1) == 0 ? Side::Buy : Side::Sell;
    const Price price = 10'000 + draw(-8, 8);
    switch (draw(0, 5)) {
      case 0:
      case 1:
        desk.foreign(side, draw(1, 30), price, instrument);
        break;
      case 2:
      case 3: {
        OrderRequest request = TradingDesk::order(side, draw(1, 40), price, instrument);
        if (draw(0, 4) == 0) request.timeInForce = TimeInForce::ImmediateOrCancel;
        request.strategy = static_cast<std::uint16_t>(draw(0, 3));
        const Submission submission = desk.core.submit(request, desk.stamp());
        if (submission.verdict == SubmitVerdict::Accepted) ids.push_back(submission.clOrdID);
        break;
      }
      default: {
        if (ids.empty()) break;
        const auto at =
            static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(ids.size()) - 1));
        if (draw(0, 1) == 0) {
          (void)desk.core.cancel(ids[at], desk.stamp());
        } else {
          OrderRequest replace = TradingDesk::order(side, draw(1, 60), price, instrument);
          replace.origClOrdID = ids[at];
          (void)desk.core.replace(replace, desk.stamp());
        }
      }
    }
    for (InstrumentId id = 0; id < 4; ++id) {
      const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, id, id);
      if (row == nullptr) continue;
      ASSERT_LE(row->net + row->working[0], kMax);
      ASSERT_LE(row->working[1] - row->net, kMax);
    }
  }
  (void)desk.core.cancelAll(RiskScope::Global, 0, desk.stamp());
  for (int i = 0; i < 20; ++i) {
    desk.now += 10'000;
    desk.settle();
  }
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
  EXPECT_EQ(desk.core.orders().workingCount(), 0U);
  Qty net[4] = {};
  for (const event::ClOrdID id : ids) {
    const order::Order& order = desk.at(id);
    const event::ExecutionReport truth = desk.truth(id);
    EXPECT_EQ(order.state.cumQty, truth.cumQty);
    net[order.request.instrument] += order.request.side == Side::Buy ? truth.cumQty : -truth.cumQty;
  }
  for (InstrumentId id = 0; id < 4; ++id) {
    EXPECT_EQ(desk.core.positions().netQty(id), net[id]);
    const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, id, id);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->net, net[id]);
    EXPECT_EQ(row->working[0] + row->working[1], 0);
    EXPECT_TRUE(row->workingValue[0] == 0 && row->workingValue[1] == 0);
  }
  EXPECT_EQ(desk.core.troubles().unbookedFills, 0U);
  EXPECT_GT(ids.size(), 200U);
}

}  // namespace
}  // namespace hft::stream
