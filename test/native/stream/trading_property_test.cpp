// The core against a venue whose line loses, doubles and reorders, and against executions that are
// taken back: no limit is passed in the venue's own books, nothing stays reserved.
#include <algorithm>
#include <map>
#include <random>

#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {
namespace {

using event::ClOrdID;
using event::ExecutionReport;
using order::OrderRequest;
using risk::RiskScope;
using risk::ViolationType;

constexpr std::int64_t kUnit = 100'000'000;
constexpr Qty kMax = 90;

CoreOptions asking() {
  CoreOptions options = smallCore();
  options.askInterval = 5'000;
  options.answerTimeout = 4'000;
  return options;
}

risk::LimitSpec limitOf(ViolationType type, std::int64_t value) {
  risk::LimitSpec spec;
  spec.type = type;
  spec.value = value;
  return spec;
}

/// Random trading over a bad line, with the exchange's own books beside it.
class BadLine {
 public:
  explicit BadLine(std::uint64_t seed) : random_(seed), desk_(asking()) {
    EXPECT_EQ(
        desk_.core.setLimit(limitOf(ViolationType::PositionQtyLimit, kMax * kUnit), desk_.stamp()),
        risk::RiskError::Ok);
    desk_.start();
  }

  void step() {
    desk_.now += draw(1, 900);
    desk_.isDeaf = draw(0, 9) == 0;
    const auto instrument = static_cast<InstrumentId>(draw(0, 3));
    const Side side = draw(0, 1) == 0 ? Side::Buy : Side::Sell;
    const Price price = 10'000 + draw(-6, 6);
    switch (draw(0, 7)) {
      case 0:
      case 1:
        desk_.foreign(side, draw(1, 25), price, instrument);
        break;
      case 2:
      case 3: {
        const auto sent = desk_.core.submit(
            TradingDesk::order(side, draw(1, 40), price, instrument), desk_.stamp());
        if (sent.verdict == SubmitVerdict::Accepted) ids_.push_back(sent.clOrdID);
        break;
      }
      case 4:
        if (!ids_.empty()) (void)desk_.core.cancel(pick(), desk_.stamp());
        break;
      case 5:
        if (!ids_.empty()) desk_.core.onAmbiguous(pick(), desk_.stamp());
        break;
      default: {
        if (ids_.empty()) break;
        OrderRequest change = TradingDesk::order(side, draw(1, 60), price, instrument);
        change.origClOrdID = pick();
        (void)desk_.core.replace(change, desk_.stamp());
      }
    }
    desk_.exchange.advance(desk_.now);
    expectWithin();
    hear();
    desk_.core.onClock(desk_.stamp());
  }

  void settle() {
    desk_.isDeaf = false;
    isSound_ = true;
    for (int i = 0; i < 60; ++i) {
      desk_.now += 10'000;
      desk_.core.onClock(desk_.stamp());
      (void)desk_.core.cancelAll(RiskScope::Global, 0, desk_.stamp());
      desk_.exchange.advance(desk_.now);
      hear();
    }
    EXPECT_EQ(desk_.exchange.openOrderCount(), 0U);
    EXPECT_EQ(desk_.core.orders().workingCount(), 0U);
    for (InstrumentId id = 0; id < 4; ++id) {
      EXPECT_EQ(desk_.core.positions().netQty(id), desk_.exchange.position(0, id));
      const risk::Exposure* row = desk_.core.risk().exposure(RiskScope::Symbol, id, id);
      if (row == nullptr) continue;
      EXPECT_EQ(row->net, desk_.exchange.position(0, id));
      EXPECT_EQ(row->working[0] + row->working[1], 0);
      EXPECT_TRUE(row->workingValue[0] == 0 && row->workingValue[1] == 0);
    }
    EXPECT_EQ(desk_.core.troubles().unbookedFills, 0U);
  }
  [[nodiscard]] std::size_t accepted() const { return ids_.size(); }

 private:
  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  ClOrdID pick() {
    return ids_[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(ids_.size()) - 1))];
  }
  /// Were all that is open at the exchange to fill now: no position beyond the limit.
  void expectWithin() {
    Qty open[4][2] = {};
    std::vector<ExecutionReport> orders(desk_.exchange.openOrderCount());
    (void)desk_.exchange.openOrders(orders, 0);
    for (const ExecutionReport& o : orders) open[o.instrument][o.side == Side::Sell] += o.leavesQty;
    for (InstrumentId id = 0; id < 4; ++id) {
      const Qty held = desk_.exchange.position(0, id);
      ASSERT_LE(held + open[id][0], kMax) << "instrument " << id;
      ASSERT_LE(open[id][1] - held, kMax) << "instrument " << id;
    }
  }
  void hear() {
    for (ExecutionReport report; desk_.exchange.poll(report, desk_.now);) {
      const std::int64_t what = isSound_ ? 9 : draw(0, 9);
      if (what == 0) continue;  // Lost.
      if (what <= 2) {
        late_.push_back(report);
        continue;
      }
      desk_.core.onReport(report, desk_.stamp());
      if (what == 3) desk_.core.onReport(report, desk_.stamp());
    }
    if (!isSound_ && draw(0, 3) != 0) return;
    std::shuffle(late_.begin(), late_.end(), random_);
    for (const ExecutionReport& report : late_) desk_.core.onReport(report, desk_.stamp());
    late_.clear();
  }

  std::mt19937_64 random_;
  TradingDesk desk_;
  std::vector<ClOrdID> ids_;
  std::vector<ExecutionReport> late_;
  bool isSound_ = false;
};

TEST(TradingProperty, KeepsLimitsOverALineThatLosesDoublesAndReorders) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (std::uint64_t round = 0; round < 3; ++round) {
    BadLine line(seed + round);
    for (int step = 0; step < 1'500; ++step) {
      line.step();
      if (testing::Test::HasFatalFailure()) return;
    }
    line.settle();
    EXPECT_GT(line.accepted(), 20U);
  }
}

/// Executions that are told, told twice, taken back and corrected, beside a list of them.
TEST(TradingProperty, BooksWhatIsTakenBackAndCorrectedOnce) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  TradingDesk desk;
  desk.isDeaf = true;  // The test is the venue.
  desk.start();
  struct Execution {
    ClOrdID order;
    Side side;
    Qty qty;
  };
  std::map<std::uint64_t, Execution> standing;
  std::map<ClOrdID, Qty> filled;
  std::uint64_t execID = 1;
  const auto tell = [&](const Execution& e, ExecType type, std::uint64_t refers, Qty qty) {
    ExecutionReport report;
    report.clOrdID = e.order;
    report.orderID = e.order;
    report.side = e.side;
    report.instrument = 0;
    report.execType = type;
    report.execID = execID++;
    report.execRefID = refers;
    report.lastQty = qty;
    report.lastPx = 10'000;
    report.cumQty = filled[e.order];
    report.leavesQty = 20 - filled[e.order];
    report.ordStatus = filled[e.order] == 20  ? OrdStatus::Filled
                       : filled[e.order] == 0 ? OrdStatus::New
                                              : OrdStatus::PartiallyFilled;
    report.transactTime = ++desk.now;
    desk.core.onReport(report, desk.stamp());
    // Told twice, as after a reconnect.
    if (random() % 3 == 0) desk.core.onReport(report, desk.stamp());
    return report.execID;
  };
  const auto expectNet = [&] {
    Qty net = 0;
    Qty open = 0;
    for (const auto& [id, e] : standing) net += e.side == Side::Buy ? e.qty : -e.qty;
    for (const auto& [id, qty] : filled) open += 20 - qty;
    const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, 0, 0);
    ASSERT_NE(row, nullptr);
    ASSERT_EQ(row->net, net);
    ASSERT_EQ(desk.core.positions().netQty(0), net);
    ASSERT_EQ(row->working[0] + row->working[1], open);
  };
  for (int step = 0; step < 600; ++step) {
    const auto what = random() % 5;
    if (what < 2 || standing.empty()) {
      const Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
      const auto sent = desk.core.submit(TradingDesk::order(side, 20, 10'000), desk.stamp());
      ASSERT_EQ(sent.verdict, SubmitVerdict::Accepted);
      const Qty qty = static_cast<Qty>(random() % 20 + 1);
      filled[sent.clOrdID] = qty;
      const Execution e{sent.clOrdID, side, qty};
      standing[tell(e, ExecType::Trade, 0, qty)] = e;
    } else {
      auto at = standing.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random() % standing.size()));
      const auto [id, e] = *at;
      standing.erase(at);
      if (what < 4) {
        filled[e.order] = 0;
        (void)tell(e, ExecType::TradeCancel, id, e.qty);
      } else {
        Execution corrected = e;
        corrected.qty = static_cast<Qty>(random() % 20 + 1);
        filled[e.order] = corrected.qty;
        standing[tell(corrected, ExecType::TradeCorrect, id, corrected.qty)] = corrected;
      }
    }
    expectNet();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace hft::stream
