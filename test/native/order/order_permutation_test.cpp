// Whatever the order in which a venue's true reports arrive, and how often, the end is the truth.
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

#include "test/native/order/order_lab.hpp"

namespace hft::order {
namespace {

using event::ExecutionReport;
using lab::report;

/// A venue with one order of ours, which tells its story truthfully and knows how it ends.
class TrueVenue {
 public:
  explicit TrueVenue(std::mt19937_64& random) : random_(random) {
    replaceID_ = chance(2) ? 11 : 0;
    secondReplaceID_ = replaceID_ != 0 && chance(2) ? 12 : 0;
    cancelID_ = chance(2) ? 13 : 0;
    qty = 5 + pick(20);
  }

  void run() {
    if (chance(3)) say(ExecType::PendingNew, 10, OrdStatus::PendingNew);
    say(ExecType::New, 10, status());
    trades();
    for (const event::ClOrdID id : {replaceID_, secondReplaceID_}) {
      if (id != 0) replace(id);
      trades();
    }
    if (chance(4) && !isDone()) {
      say(ExecType::Suspended, current, OrdStatus::Suspended);
      say(ExecType::New, current, status());
    }
    if (cancelID_ != 0) cancel();
    if (chance(2)) busts();
    if (chance(5) && !isDone()) {
      isExpired = true;
      say(ExecType::Expired, current, OrdStatus::Expired);
    }
  }

  void enterRequests(OrderTable& table) const {
    if (replaceID_ != 0) {
      ASSERT_TRUE(table.addReplace(lab::replaceOf(11, 10, replaceQty_[0], 101)).ok());
    }
    if (secondReplaceID_ != 0) {
      ASSERT_TRUE(table.addReplace(lab::replaceOf(12, 10, replaceQty_[1], 102)).ok());
    }
    if (cancelID_ != 0) {
      ASSERT_TRUE(table.addCancel(lab::cancelOf(13, 10)).ok());
    }
  }

  [[nodiscard]] OrdStatus status() const {
    if (cumQty >= qty) return OrdStatus::Filled;
    if (isCanceled) return OrdStatus::Canceled;
    if (isExpired) return OrdStatus::Expired;
    return cumQty > 0 ? OrdStatus::PartiallyFilled : OrdStatus::New;
  }

  std::vector<ExecutionReport> story;
  Qty qty = 0;
  Qty cumQty = 0;
  std::int64_t notional = 0;
  event::ClOrdID current = 10;
  bool isCanceled = false;
  bool isExpired = false;

 private:
  struct Fill {
    std::uint64_t execID;
    Qty qty;
    Price price;
  };

  [[nodiscard]] std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  [[nodiscard]] bool chance(std::int64_t in) { return pick(in) == 0; }
  [[nodiscard]] bool isDone() const { return isCanceled || isExpired || cumQty >= qty; }

  ExecutionReport& say(ExecType type, event::ClOrdID id, OrdStatus stated) {
    ExecutionReport entry = report(id, type, stated, ++time_);
    entry.cumQty = cumQty;
    entry.leavesQty = isDone() ? 0 : qty - cumQty;
    entry.execID = ++execID_;
    story.push_back(entry);
    return story.back();
  }

  void trades() {
    for (auto left = pick(3); left > 0 && !isDone(); --left) {
      const Fill fill{execID_ + 1, 1 + pick(qty - cumQty), 90 + pick(20)};
      cumQty += fill.qty;
      notional += fill.qty * fill.price;
      ExecutionReport& entry =
          say(ExecType::Trade, current, pending_ == OrdStatus::None ? status() : pending_);
      entry.lastQty = fill.qty;
      entry.lastPx = fill.price;
      fills_.push_back(fill);
    }
  }

  void refuse(event::ClOrdID id) {
    ExecutionReport& entry = say(ExecType::None, id, status());
    entry.origClOrdID = current;
    entry.isCancelReject = true;
    entry.reason =
        isDone() ? event::OrdRejReason::TooLateToEnter : event::OrdRejReason::BrokerOption;
  }

  void replace(event::ClOrdID id) {
    Qty& wanted = replaceQty_[id - 11];
    wanted = 1 + pick(30);
    if (chance(2)) {
      pending_ = OrdStatus::PendingReplace;
      say(ExecType::PendingReplace, id, pending_);
      trades();
      pending_ = OrdStatus::None;
    }
    if (isDone() || chance(3)) return refuse(id);
    qty = std::max(wanted, cumQty);
    say(ExecType::Replaced, id, status()).origClOrdID = current;
    current = id;
  }

  void cancel() {
    pending_ = OrdStatus::PendingCancel;
    if (chance(2)) say(ExecType::PendingCancel, cancelID_, pending_);
    trades();
    pending_ = OrdStatus::None;
    if (isDone() || chance(3)) return refuse(cancelID_);
    isCanceled = true;
    say(ExecType::Canceled, cancelID_, OrdStatus::Canceled);
  }

  void busts() {
    for (Fill& fill : fills_) {
      if (chance(3)) {
        const Qty corrected = 1 + pick(fill.qty);
        cumQty += corrected - fill.qty;
        notional += corrected * 95 - fill.qty * fill.price;
        ExecutionReport& entry = say(ExecType::TradeCorrect, current, status());
        entry.execRefID = fill.execID;
        entry.lastQty = corrected;
        entry.lastPx = 95;
        fill = {entry.execID, corrected, 95};
      }
      if (chance(3)) {
        cumQty -= fill.qty;
        notional -= fill.qty * fill.price;
        say(ExecType::TradeCancel, current, status()).execRefID = fill.execID;
      }
    }
  }

  std::mt19937_64& random_;
  event::ClOrdID replaceID_ = 0;
  event::ClOrdID secondReplaceID_ = 0;
  event::ClOrdID cancelID_ = 0;
  Qty replaceQty_[2] = {1, 1};
  OrdStatus pending_ = OrdStatus::None;
  std::vector<Fill> fills_;
  Nanos time_ = 1000;
  std::uint64_t execID_ = 0;
};

void expectTruth(const OrderTable& table, const TrueVenue& venue, Qty netFills) {
  const Order& order = table[table.find(10)];
  EXPECT_EQ(order.state.cumQty, venue.cumQty);
  EXPECT_EQ(netFills, venue.cumQty);
  EXPECT_EQ(order.state.orderQty, venue.qty);
  EXPECT_EQ(order.clOrdID(), venue.current);
  EXPECT_EQ(order.ordStatus(), venue.status());
  EXPECT_EQ(static_cast<std::int64_t>(order.notional), venue.notional);
  EXPECT_EQ(missingQty(order.state), 0);
  const bool isOpen =
      venue.status() == OrdStatus::New || venue.status() == OrdStatus::PartiallyFilled;
  EXPECT_EQ(table.workingCount(), isOpen ? 1U : 0U);
}

TEST(OrderPermutations, EndInTheTruth) {
  constexpr std::uint64_t kSeed = 20240607;
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 4000 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    TrueVenue venue(random);
    venue.run();
    std::vector<ExecutionReport> reports = venue.story;
    for (const ExecutionReport& entry : venue.story) {
      for (auto copies = random() % 3; copies > 0; --copies) reports.push_back(entry);
    }
    if (round % 8 != 0) std::shuffle(reports.begin(), reports.end(), random);
    OrderTable table(lab::smallTable());
    ASSERT_TRUE(
        table.add(lab::newOrder(10, venue.story[0].cumQty + venue.story[0].leavesQty), 0).ok());
    venue.enterRequests(table);
    const std::size_t restart = random() % (reports.size() + 1);
    Qty net = 0;
    const auto take = [&net](OrderTable& owner, const ExecutionReport& entry) {
      const ReportOutcome outcome = owner.apply(entry);
      for (const FillDelta& delta : outcome.fills()) net += delta.qty;
    };
    for (std::size_t i = 0; i < restart; ++i) take(table, reports[i]);
    // The process dies here, and the rest comes to its successor; some of it again.
    OrderTable restored(lab::smallTable());
    const std::vector<std::byte> bytes = lab::snapshotOf(table);
    ASSERT_EQ(restored.restore(bytes), OrderError::Ok);
    EXPECT_EQ(lab::snapshotOf(restored), bytes);
    for (std::size_t i = restart / 2; i < reports.size(); ++i) take(restored, reports[i]);
    expectTruth(restored, venue, net);
  }
}

/// Many orders at once against a plain model: lists, counts and look-ups stay consistent while
/// orders close, reopen and are forgotten.
TEST(OrderPermutations, KeepListsAndIndicesConsistent) {
  constexpr std::uint64_t kSeed = 77;
  std::mt19937_64 random(kSeed);
  OrderTable table(lab::smallTable());
  std::map<event::ClOrdID, InstrumentId> working;
  event::ClOrdID last = 0;
  for (int step = 0; step < 20000; ++step) {
    if (working.size() < 40 && random() % 2 == 0) {
      OrderRequest request = lab::newOrder(++last, 10);
      request.instrument = static_cast<InstrumentId>(random() % 4);
      ASSERT_TRUE(table.add(request, step).ok());
      working[last] = request.instrument;
    } else if (!working.empty()) {
      auto at = working.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random() % working.size()));
      ExecutionReport entry =
          lab::trade(at->first, last * 100000 + static_cast<unsigned>(step), 10, 10, 0, step);
      entry.instrument = at->second;
      entry.orderID = at->first + 5000;
      ASSERT_EQ(table.apply(entry).verdict, ReportVerdict::Applied);
      EXPECT_EQ(table.findByOrderID(1, entry.orderID), table.find(at->first));
      working.erase(at);
    }
    ASSERT_EQ(table.workingCount(), working.size()) << "seed " << kSeed << ", step " << step;
  }
  for (InstrumentId instrument = 0; instrument < 4; ++instrument) {
    std::size_t listed = 0;
    for (OrderIndex at = table.firstWorking(Scope::Instrument, instrument); at != kNoRecord;
         at = table.nextWorking(Scope::Instrument, at)) {
      EXPECT_EQ(working.at(table[at].clOrdID()), instrument);
      ++listed;
    }
    EXPECT_EQ(listed, table.workingCount(Scope::Instrument, instrument));
  }
  EXPECT_LE(table.size(), 64U);
  EXPECT_GT(table.forgottenCount(), 1000U);
}

}  // namespace
}  // namespace hft::order
