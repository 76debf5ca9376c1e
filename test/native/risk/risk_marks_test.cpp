// What moves between orders: marks, rates, and the worst case that follows them.
#include <array>
#include <map>
#include <random>

#include "test/native/risk/risk_desk.hpp"

namespace hft::risk {
namespace {

void markAt(RiskDesk& desk, InstrumentId id, Price price) {
  ASSERT_EQ(desk.positions.mark(id, price), position::PositionError::Ok);
  desk.setMarket(id, price - 1, price + 1);
}

class EitherSide : public testing::TestWithParam<Side> {};

TEST_P(EitherSide, CountsAWorkingOrderAtTheMarkOfNow) {
  RiskDesk desk;
  desk.limit(ViolationType::PositionLimit, 1'500 * kUnit);
  ASSERT_GE(desk.submit(RiskDesk::order(GetParam(), 10, 100)), 0);
  // At 140 the ten are worth 1,400 should they fill: not one more fits.
  markAt(desk, 1, 140);
  const Exposure* row = desk.engine.exposure(RiskScope::Symbol, 1, 1);
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(row->worst == 1'400 * MoneySum{kUnit});
  const Decision refused = desk.check(RiskDesk::order(GetParam(), 1, 100));
  EXPECT_EQ(refused.violation, ViolationType::PositionLimit);
  EXPECT_EQ(refused.observed, 1'540 * kUnit);
  EXPECT_EQ(refused.headroom, 100 * kUnit);
  markAt(desk, 1, 100);
  EXPECT_TRUE(desk.check(RiskDesk::order(GetParam(), 5, 100)).isAccepted);
}

TEST_P(EitherSide, CountsItInTheSumsOfItsScopes) {
  for (const auto type : {ViolationType::ExposureLimit, ViolationType::NetExposureLimit}) {
    RiskDesk desk;
    desk.limit(type, 1'500 * kUnit);
    ASSERT_GE(desk.submit(RiskDesk::order(GetParam(), 10, 100)), 0);
    markAt(desk, 1, 140);
    const Decision refused = desk.check(RiskDesk::order(GetParam(), 2, 10'000, 0));
    EXPECT_EQ(refused.violation, type);
    EXPECT_EQ(refused.observed, 1'600 * kUnit) << nameOf(type);
    EXPECT_TRUE(desk.check(RiskDesk::order(GetParam(), 1, 10'000, 0)).isAccepted);
  }
}

INSTANTIATE_TEST_SUITE_P(Sides, EitherSide, testing::Values(Side::Buy, Side::Sell),
                         [](const auto& made) { return made.param == Side::Buy ? "Buy" : "Sell"; });

TEST(RiskMarks, ValueWhatWorksAnewWhereARateChanges) {
  RiskDesk desk;
  desk.limit(ViolationType::PositionLimit, 2'000 * kUnit);
  ASSERT_GE(desk.submit(RiskDesk::order(Side::Buy, 10, 120)), 0);
  ASSERT_EQ(desk.engine.setRate(0, 3 * kUnit / 2), RiskError::Ok);
  const Exposure* row = desk.engine.exposure(RiskScope::Symbol, 1, 1);
  EXPECT_TRUE(row->worst == 1'800 * MoneySum{kUnit});
  EXPECT_EQ(desk.check(RiskDesk::order(Side::Buy, 2, 120)).violation, ViolationType::PositionLimit);
  desk.reserve(0, RiskDesk::order(Side::Buy, 10, 120), 0, 120);
  EXPECT_TRUE(row->workingValue[0] == 0 && row->worst == 0);
}

/// Orders and positions as anybody would write them down, valued from nothing each time.
class Paper {
 public:
  struct Working {
    order::OrderRequest request;
    Qty leaves = 0;
    Price price = 0;  ///< The dearer, where a replace is on its way.
  };

  std::map<std::uint32_t, Working> working;
  std::map<std::array<std::uint32_t, 3>, Qty> net;  ///< By account, strategy, instrument.
  std::array<Price, 2> mark{10'000, 100};
  std::int64_t rate = kUnit;

  [[nodiscard]] MoneySum value(InstrumentId id, MoneySum lots, Price price) const {
    const MoneySum tick = id == 0 ? kUnit / 100 : kUnit;
    return ((lots < 0 ? -lots : lots) * price * tick * rate + kUnit - 1) / kUnit;
  }
  /// The worst of one instrument in a scope: everything on one side fills, at its own prices or as
  /// the market values it now.
  [[nodiscard]] MoneySum worst(RiskScope scope, std::uint32_t id, InstrumentId instrument) const {
    const auto isIn = [&](std::uint32_t account, std::uint32_t strategy) {
      return scope == RiskScope::Account    ? account == id
             : scope == RiskScope::Strategy ? strategy == id
                                            : true;
    };
    Qty held = 0;
    for (const auto& [key, qty] : net) {
      if (key[2] == instrument && isIn(key[0], key[1])) held += qty;
    }
    MoneySum own[2] = {};
    Qty lots[2] = {};
    for (const auto& [index, order] : working) {
      const order::OrderRequest& r = order.request;
      if (r.instrument != instrument || !isIn(r.account, r.strategy)) continue;
      const std::size_t side = r.side == Side::Sell;
      own[side] += value(instrument, order.leaves, order.price);
      lots[side] += order.leaves;
    }
    const Price now = mark[instrument];
    const MoneySum size = value(instrument, held, now);
    const MoneySum sign = held < 0 ? -size : size;
    const auto side = [&](int at) { return std::max(own[at], value(instrument, lots[at], now)); };
    return std::max({sign + side(0), side(1) - sign, size});
  }
  [[nodiscard]] MoneySum gross(RiskScope scope, std::uint32_t id) const {
    return worst(scope, id, 0) + worst(scope, id, 1);
  }
};

/// New orders, replaces, cancels, fills, executions taken back, moving marks and rates, limits that
/// change: the engine's figures are those of the paper, and what it lets pass keeps each limit even
/// if everything fills at the marks of that moment.
class MovingMarket {
 public:
  explicit MovingMarket(std::uint64_t seed) : random_(seed) { tighten(); }

  void step() {
    switch (draw(0, 11)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return enter();
      case 4:
      case 5:
        return replace();
      case 6:
        return cancel();
      case 7:
        return fill();
      case 8:
        return bust();
      case 9: {
        const auto id = static_cast<InstrumentId>(draw(0, 1));
        paper_.mark[id] = draw(60, 160) * (id == 0 ? 100 : 1);
        return markAt(desk_, id, paper_.mark[id]);
      }
      case 10:
        paper_.rate = draw(50, 150) * kUnit / 100;
        ASSERT_EQ(desk_.engine.setRate(0, paper_.rate), RiskError::Ok);
        return;
      default:
        tighten();
    }
  }
  void compare() const {
    for (InstrumentId id = 0; id < 2; ++id) {
      compareRow(RiskScope::Symbol, id, id);
      for (std::uint32_t i = 0; i < 2; ++i) {
        compareRow(RiskScope::Account, i, id);
        compareRow(RiskScope::Strategy, i, id);
      }
    }
    ASSERT_TRUE(desk_.engine.grossExposure(RiskScope::Global, 0) ==
                paper_.gross(RiskScope::Global, 0));
    for (std::uint32_t i = 0; i < 2; ++i) {
      ASSERT_TRUE(desk_.engine.grossExposure(RiskScope::Account, i) ==
                  paper_.gross(RiskScope::Account, i));
      ASSERT_TRUE(desk_.engine.grossExposure(RiskScope::Strategy, i) ==
                  paper_.gross(RiskScope::Strategy, i));
    }
  }
  void endAll() {
    while (!paper_.working.empty()) release(paper_.working.begin()->first);
    compare();
    for (InstrumentId id = 0; id < 2; ++id) {
      const Exposure* row = desk_.engine.exposure(RiskScope::Symbol, id, id);
      ASSERT_NE(row, nullptr);
      EXPECT_EQ(row->working[0] + row->working[1], 0);
      EXPECT_TRUE(row->workingValue[0] == 0 && row->workingValue[1] == 0);
    }
  }
  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  void compareRow(RiskScope scope, std::uint32_t id, InstrumentId instrument) const {
    const Exposure* row = desk_.engine.exposure(scope, id, instrument);
    const MoneySum expected = paper_.worst(scope, id, instrument);
    if (row == nullptr) {
      ASSERT_TRUE(expected == 0);
      return;
    }
    ASSERT_TRUE(row->worst == expected) << nameOf(scope) << id << " instrument " << instrument
                                        << ": " << static_cast<std::int64_t>(row->worst)
                                        << ", by hand " << static_cast<std::int64_t>(expected);
  }
  void tighten() {
    position_ = draw(2'000, 9'000) * kUnit;
    gross_ = draw(4'000, 14'000) * kUnit;
    for (std::uint32_t id = 0; id < 2; ++id) {
      desk_.limit(ViolationType::PositionLimit, position_, RiskScope::Account, id);
      desk_.limit(ViolationType::ExposureLimit, gross_, RiskScope::Strategy, id);
    }
    desk_.limit(ViolationType::PositionLimit, position_ + position_ / 2);
  }
  /// What was accepted, and could add, holds every limit with all of it filled now.
  void expectWithin(const order::OrderRequest& r) const {
    ASSERT_TRUE(paper_.worst(RiskScope::Account, r.account, r.instrument) <= position_);
    ASSERT_TRUE(paper_.worst(RiskScope::Global, 0, r.instrument) <= position_ + position_ / 2);
    ASSERT_TRUE(paper_.gross(RiskScope::Strategy, r.strategy) <= gross_);
  }
  [[nodiscard]] bool reduces(const order::OrderRequest& r, Qty added) const {
    const auto fits = [&](const Exposure* row) {
      return row != nullptr &&
             (r.side == Side::Buy ? row->net < 0 && row->worstQty(Side::Buy) + added <= 0
                                  : row->net > 0 && row->worstQty(Side::Sell) + added <= 0);
    };
    return fits(desk_.engine.exposure(RiskScope::Symbol, r.instrument, r.instrument)) &&
           fits(desk_.engine.exposure(RiskScope::Account, r.account, r.instrument)) &&
           fits(desk_.engine.exposure(RiskScope::Strategy, r.strategy, r.instrument));
  }
  void enter() {
    if (desk_.nextOrder == RiskDesk::riskOptions().ordersMax) return;
    const auto id = static_cast<InstrumentId>(draw(0, 1));
    order::OrderRequest request =
        RiskDesk::order(draw(0, 1) == 0 ? Side::Buy : Side::Sell, draw(1, 30), 0, id);
    request.price = draw(60, 160) * (id == 0 ? 100 : 1);
    request.account = static_cast<std::uint16_t>(draw(0, 1));
    request.strategy = static_cast<std::uint16_t>(draw(0, 1));
    const bool isReducing = reduces(request, request.orderQty);
    const int index = desk_.submit(request);
    if (index < 0) {
      ++refused_;
      return;
    }
    ++accepted_;
    paper_.working[static_cast<std::uint32_t>(index)] = {request, request.orderQty, request.price};
    if (!isReducing) expectWithin(request);
  }
  std::uint32_t pick() {
    auto at = paper_.working.begin();
    std::advance(at, draw(0, static_cast<std::int64_t>(paper_.working.size()) - 1));
    return at->first;
  }
  void replace() {
    if (paper_.working.empty()) return;
    const std::uint32_t index = pick();
    Paper::Working& old = paper_.working[index];
    order::Order standing;
    standing.request = old.request;
    standing.state.orderQty = old.leaves;
    WorstCase present;
    present.instrument = old.request.instrument;
    present.account = old.request.account;
    present.strategy = old.request.strategy;
    present.side = old.request.side;
    present.leaves = old.leaves;
    present.price = old.price;
    order::OrderRequest wanted = old.request;
    wanted.kind = order::RequestKind::Replace;
    wanted.orderQty = draw(1, 40);
    wanted.price = draw(60, 160) * (wanted.instrument == 0 ? 100 : 1);
    desk_.engine.revalue(index);
    const bool isSmaller = wanted.orderQty <= old.leaves && wanted.price <= old.price;
    const bool isReducing = reduces(wanted, std::max<Qty>(0, wanted.orderQty - old.leaves));
    if (!desk_.engine.checkReplace(wanted, standing, present, kStart).isAccepted) {
      ++refused_;
      return;
    }
    ++accepted_;
    // While it is on its way either may be in force; then the venue has answered, one way or other.
    const Paper::Working both{wanted, std::max(wanted.orderQty, old.leaves),
                              std::max(wanted.price, old.price)};
    const Paper::Working answered =
        draw(0, 2) == 0 ? old : Paper::Working{wanted, wanted.orderQty, wanted.price};
    set(index, both);
    if (!isSmaller && !isReducing) expectWithin(wanted);
    if (draw(0, 3) > 0) set(index, answered);
  }
  void set(std::uint32_t index, const Paper::Working& order) {
    paper_.working[index] = order;
    desk_.reserve(index, order.request, order.leaves, order.price);
  }
  void release(std::uint32_t index) {
    const Paper::Working order = paper_.working[index];
    paper_.working.erase(index);
    // Twice, as reports of an end may come twice: the second must change nothing.
    for (int i = 0; i < 2; ++i) desk_.reserve(index, order.request, 0, order.price);
  }
  void cancel() {
    if (!paper_.working.empty()) release(pick());
  }
  void fill() {
    if (paper_.working.empty()) return;
    const std::uint32_t index = pick();
    Paper::Working order = paper_.working[index];
    const Qty qty = draw(1, order.leaves);
    book(order.request, qty, order.price);
    executions_.push_back({order.request, qty, order.price});
    order.leaves -= qty;
    if (order.leaves == 0) return release(index);
    set(index, order);
  }
  void book(const order::OrderRequest& r, Qty qty, Price price) {
    desk_.fill(r, qty, price);
    paper_.net[{r.account, r.strategy, r.instrument}] += r.side == Side::Buy ? qty : -qty;
  }
  void bust() {
    if (executions_.empty()) return;
    const Paper::Working taken = executions_.back();
    executions_.pop_back();
    book(taken.request, -taken.leaves, taken.price);
  }

  std::mt19937_64 random_;
  RiskDesk desk_;
  Paper paper_;
  std::vector<Paper::Working> executions_;
  std::int64_t position_ = 0;
  std::int64_t gross_ = 0;
  int accepted_ = 0;
  int refused_ = 0;
};

TEST(RiskMarks, KeepEveryLimitWhateverFillsWhereverTheMarketGoes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  int accepted = 0;
  int refused = 0;
  for (std::uint64_t round = 0; round < 10; ++round) {
    MovingMarket market(seed + round);
    for (int step = 0; step < 3'000; ++step) {
      market.step();
      market.compare();
      if (HasFatalFailure()) return;
    }
    market.endAll();
    accepted += market.accepted();
    refused += market.refused();
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace hft::risk
