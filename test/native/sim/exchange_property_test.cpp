// Whatever is sent, in either mode: the reports alone must tell the exchange's truth.
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "test/native/sim/exchange_fixture.hpp"

namespace hft::sim {
namespace {

using event::ExecutionReport;

/// An order as its reports tell it.
struct Told {
  Qty cumQty = 0;
  Qty leavesQty = 0;
  bool isOpen = false;
  bool isEnded = false;
};

class Flow {
 public:
  Flow(std::uint64_t seed, ExchangeMode mode) : random_(seed), desk_(options(seed, mode)) {
    isRecorded_ = mode == ExchangeMode::Recorded;
  }

  void step() {
    desk_.now += draw(0, 300);
    switch (draw(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        send(order());
        break;
      case 4:
        send(cancelOf(++ids_, anyId()));
        break;
      case 5: {
        order::OrderRequest change = replaceOf(++ids_, anyId(), draw(1, 25), draw(95, 105));
        if (chance(50)) change.stopPx = draw(95, 105);
        send(change);
        break;
      }
      case 6:
        special();
        break;
      default:
        market();
    }
    take();
  }

  /// What the reports say must be what the exchange says, once all of them have come.
  void settle() {
    desk_.now += 100'000;
    take();
    std::size_t open = 0;
    for (const auto& [id, told] : orders_) {
      ExecutionReport truth;
      ASSERT_TRUE(desk_.exchange.query(id, truth)) << id;
      ASSERT_EQ(truth.cumQty, told.cumQty) << id;
      ASSERT_EQ(truth.leavesQty, told.isEnded ? 0 : told.leavesQty) << id;
      open += told.isOpen && !told.isEnded ? 1 : 0;
    }
    ASSERT_EQ(open, desk_.exchange.openOrderCount());
    for (std::uint16_t account = 0; account < 4; ++account) {
      ASSERT_EQ(desk_.exchange.position(account, kOne), positions_[account]) << account;
    }
  }

 private:
  static ExchangeOptions options(std::uint64_t seed, ExchangeMode mode) {
    ExchangeOptions options = smallOptions(mode);
    options.ordersMax = 4096;
    options.executionsMax = 65536;
    options.foreignMax = 4096;
    options.matching.ordersMax = 8192;
    options.seed = seed;
    options.latency = {LognormalLatency{.median = 200, .sigmaMillionths = 800'000},
                       TableLatency{{10, 100, 900}}};
    const QueueModel queues[] = {RiskAverseQueue{}, PowerQueue{}, LogQueue{}, IdentityQueue{}};
    options.queue = queues[seed % 4];
    options.fills = seed % 3 == 0 ? FillModel::WholeAtTouch : FillModel::Bounded;
    options.impact = seed % 2 == 0 ? ImpactModel::ConsumesDisplayed : ImpactModel::None;
    return options;
  }

  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(std::int64_t percent) { return draw(1, 100) <= percent; }
  event::ClOrdID anyId() { return static_cast<event::ClOrdID>(draw(1, std::max(1, ids_))); }

  order::OrderRequest order() {
    order::OrderRequest r =
        limitOrder(static_cast<event::ClOrdID>(++ids_), chance(50) ? Side::Buy : Side::Sell,
                   draw(1, 20), draw(96, 104));
    if (chance(2)) r.clOrdID = anyId();
    r.account = static_cast<std::uint16_t>(draw(0, 3));
    if (chance(40)) r.ordType = static_cast<OrdType>(draw(1, 9));
    constexpr TimeInForce kTimes[] = {TimeInForce::Day,          TimeInForce::ImmediateOrCancel,
                                      TimeInForce::FillOrKill,   TimeInForce::GoodTillDate,
                                      TimeInForce::AtTheOpening, TimeInForce::AtTheClose};
    if (chance(40)) r.timeInForce = kTimes[draw(0, 5)];
    r.expireTime = desk_.now + draw(0, 5000);
    r.stopPx = draw(96, 104);
    r.trailOffset = draw(1, 4);
    r.limitOffset = draw(-2, 2);
    r.selfTrade = static_cast<order::SelfTradePrevention>(draw(0, 4));
    if (chance(40)) r.flags = static_cast<std::uint16_t>(1 << draw(0, 3));
    if (chance(15)) r.displayQty = draw(1, 6);
    if (chance(15)) r.minQty = draw(1, 10);
    return r;
  }

  void send(const order::OrderRequest& request) {
    if (request.kind == order::RequestKind::New) {
      sentAccount_.try_emplace(request.clOrdID, request.account);
    }
    ASSERT_TRUE(desk_.exchange.onRequest(request, desk_.now));
  }

  void special() {
    const std::int64_t what = draw(0, 5);
    if (what == 0) {
      order::OrderRequest all = cancelOf(static_cast<event::ClOrdID>(++ids_), 0);
      all.kind = order::RequestKind::CancelAll;
      all.account = static_cast<std::uint16_t>(draw(0, 3));
      send(all);
    } else if (what == 1) {
      constexpr TradingPhase kPhases[] = {TradingPhase::Halted, TradingPhase::OpeningAuction,
                                          TradingPhase::ClosingAuction, TradingPhase::Closed};
      (void)desk_.exchange.setPhase(
          kOne, chance(60) ? TradingPhase::Continuous : kPhases[draw(0, 3)], desk_.now);
    } else if (what == 2) {
      (void)desk_.exchange.setPriceBand(kOne, draw(94, 98), draw(102, 106), desk_.now);
    } else {
      (void)desk_.exchange.setPhase(kOne, TradingPhase::Continuous, desk_.now);
      (void)desk_.exchange.setPriceBand(kOne, kNoPrice, kNoPrice, desk_.now);
    }
  }

  void market() {
    if (!isRecorded_) {
      order::OrderRequest theirs = order();
      theirs.clOrdID = static_cast<event::ClOrdID>(++foreign_);
      --ids_;
      if (chance(30)) {
        theirs.kind = order::RequestKind::Cancel;
        theirs.origClOrdID = static_cast<event::ClOrdID>(draw(1, foreign_));
      }
      (void)desk_.exchange.onForeign(theirs, desk_.now);
    } else if (chance(40)) {
      (void)desk_.exchange.onTrade(kOne, static_cast<Side>(draw(0, 2)), draw(96, 104), draw(1, 30),
                                   desk_.now);
    } else {
      const std::int64_t middle = draw(98, 102);
      std::vector<event::Level> bids;
      std::vector<event::Level> asks;
      for (std::int64_t price = 95; price <= 105; ++price) {
        if (chance(60)) bids.push_back({price, price < middle ? draw(0, 40) : 0});
        if (chance(60)) asks.push_back({price, price > middle ? draw(0, 40) : 0});
      }
      (void)(chance(20) ? desk_.exchange.onSnapshot(kOne, bids, asks, desk_.now)
                        : desk_.exchange.onLevels(kOne, bids, asks, desk_.now));
    }
  }

  void take() {
    desk_.exchange.advance(desk_.now);
    ExecutionReport report;
    while (desk_.exchange.poll(report, desk_.now)) {
      ASSERT_GE(report.receiveTime, report.transactTime);
      ASSERT_GE(report.leavesQty, 0);
      ASSERT_TRUE(execIDs_.insert(report.execID).second) << report.execID;
      if (report.isCancelReject || report.orderID == 0) continue;
      Told& told = orders_[first(report)];
      ASSERT_FALSE(told.isEnded) << ExchangeDesk::describe(report);
      if (report.execType == ExecType::New) told.isOpen = true;
      if (report.execType == ExecType::Trade) {
        told.cumQty += report.lastQty;
        ASSERT_GT(report.lastQty, 0);
        ASSERT_TRUE(told.isOpen);
        positions_[accountOf_[report.orderID]] +=
            report.side == Side::Buy ? report.lastQty : -report.lastQty;
      }
      ASSERT_EQ(report.cumQty, told.cumQty) << ExchangeDesk::describe(report);
      told.leavesQty = report.leavesQty;
      told.isEnded =
          report.ordStatus == OrdStatus::Filled || report.ordStatus == OrdStatus::Canceled ||
          report.ordStatus == OrdStatus::Expired || report.ordStatus == OrdStatus::Rejected;
    }
  }

  /// The name under which the order was first told.
  event::ClOrdID first(const ExecutionReport& report) {
    const auto [at, isNew] = names_.try_emplace(report.orderID, report.clOrdID);
    if (isNew) accountOf_[report.orderID] = sentAccount_[report.clOrdID];
    return at->second;
  }

  std::mt19937_64 random_;
  ExchangeDesk desk_;
  bool isRecorded_ = false;
  int ids_ = 0;
  int foreign_ = 0;
  std::map<event::ClOrdID, Told> orders_;
  std::map<std::uint64_t, event::ClOrdID> names_;
  std::map<std::uint64_t, std::uint16_t> accountOf_;
  std::map<event::ClOrdID, std::uint16_t> sentAccount_;
  std::map<std::uint16_t, Qty> positions_;
  std::set<std::uint64_t> execIDs_;
};

void play(ExchangeMode mode) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Flow flow(seed, mode);
    for (int i = 0; i < 600; ++i) {
      flow.step();
      if (testing::Test::HasFatalFailure()) return;
    }
    flow.settle();
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(ExchangeProperty, ReportsTellTheTruthOfSyntheticTrading) { play(ExchangeMode::Synthetic); }
TEST(ExchangeProperty, ReportsTellTheTruthOfRecordedTrading) { play(ExchangeMode::Recorded); }

}  // namespace
}  // namespace hft::sim
