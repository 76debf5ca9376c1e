// Market data, requests and reports that come from threads of their own, through rings, in whatever
// order they race: what the venue has can never exceed a limit, and nothing stays reserved.
#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "native/ring/mpsc_ring.hpp"
#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {
namespace {

using event::ClOrdID;
using event::ExecutionReport;
using order::OrderRequest;
using order::RequestKind;
using risk::RiskScope;
using risk::ViolationType;

constexpr Qty kMax = 60;
constexpr int kRequestThreads = 2;
constexpr int kRequestsEach = 400;
constexpr int kMarketEvents = 400;

template <typename T>
void pushAll(ring::MpscRing<T>& ring, const T& item) {
  while (ring.push(item) != ring::RingError::Ok) std::this_thread::yield();
}

/// An exchange on a thread of its own, where others trade too.
class VenueThread {
 public:
  VenueThread(ring::MpscRing<OrderRequest>& requests, ring::MpscRing<ExecutionReport>& reports,
              std::uint64_t seed)
      : requests_(requests), reports_(reports), random_(seed), exchange_(options()) {
    for (InstrumentId id = 0; id < 2; ++id)
      EXPECT_EQ(exchange_.addInstrument(id, TradingDesk::terms()), sim::ExchangeError::Ok);
    thread_ = std::thread([this] { run(); });
  }
  ~VenueThread() { stop(); }
  VenueThread(const VenueThread&) = delete;
  VenueThread& operator=(const VenueThread&) = delete;

  void quiet() { isQuiet_.store(true); }
  void stop() {
    isStopping_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  /// After `stop`: the most that a position could have become, on either side, at any time.
  [[nodiscard]] Qty worst() const { return worst_; }
  [[nodiscard]] Qty position(InstrumentId id) const { return exchange_.position(0, id); }
  [[nodiscard]] std::size_t openOrders() const { return exchange_.openOrderCount(); }

 private:
  static sim::ExchangeOptions options() {
    sim::ExchangeOptions options = TradingDesk::exchangeOptions();
    options.instrumentsMax = 2;
    return options;
  }
  void run() {
    while (!isStopping_.load()) {
      now_ += 1'000;
      const auto request = requests_.pop();
      if (request.ok()) (void)exchange_.onRequest(request.value(), now_);
      if (!isQuiet_.load() && random_() % 3 == 0) trade();
      exchange_.advance(now_);
      look();
      for (ExecutionReport report; exchange_.poll(report, now_);) {
        pushAll(reports_, report);
        exchange_.advance(now_);
      }
      if (!request.ok()) std::this_thread::yield();
    }
  }
  void trade() {
    OrderRequest order = TradingDesk::order(
        random_() % 2 == 0 ? Side::Buy : Side::Sell, 1 + static_cast<Qty>(random_() % 12),
        10'000 + static_cast<Price>(random_() % 9) - 4, static_cast<InstrumentId>(random_() % 2));
    order.clOrdID = ++foreign_;
    (void)exchange_.onForeign(order, now_);
  }
  void look() {
    Qty open[2][2] = {};
    std::vector<ExecutionReport> orders(exchange_.openOrderCount());
    (void)exchange_.openOrders(orders, 0);
    for (const ExecutionReport& o : orders) open[o.instrument][o.side == Side::Sell] += o.leavesQty;
    for (InstrumentId id = 0; id < 2; ++id) {
      const Qty held = exchange_.position(0, id);
      worst_ = std::max({worst_, held + open[id][0], open[id][1] - held});
    }
  }

  ring::MpscRing<OrderRequest>& requests_;
  ring::MpscRing<ExecutionReport>& reports_;
  std::mt19937_64 random_;
  sim::SimulatedExchange exchange_;
  Nanos now_ = kMorning;
  std::uint64_t foreign_ = 0;
  Qty worst_ = 0;
  std::atomic<bool> isQuiet_{false};
  std::atomic<bool> isStopping_{false};
  std::thread thread_;
};

/// The owner of the core, with a ring from each kind of thread.
struct Owner {
  TradingCore core{coreOptions()};
  ring::MpscRing<OrderRequest> asked{256};
  ring::MpscRing<event::MarketEvent> market{256};
  ring::MpscRing<ExecutionReport> reports{1 << 14};
  ring::MpscRing<OrderRequest> sent{1 << 12};
  std::vector<ClOrdID> ids;
  Nanos now = kMorning;
  int refused = 0;

  static CoreOptions coreOptions() {
    CoreOptions options = smallCore();
    options.emulatingVenues = 1;
    return options;
  }
  Owner() {
    describeInstruments(core);
    core.setPort(0, {this, [](void*) noexcept { return true; },
                     [](void* self, const OrderRequest& request) noexcept {
                       pushAll(static_cast<Owner*>(self)->sent, request);
                     }});
    for (InstrumentId id = 0; id < 2; ++id) core.onMarket(bookEvent(id, 9'990, 10'010), stamp());
    risk::LimitSpec limit;
    limit.type = ViolationType::PositionQtyLimit;
    limit.value = kMax * std::int64_t{100'000'000};
    EXPECT_EQ(core.setLimit(limit, stamp()), risk::RiskError::Ok);
    core.start(nullptr, 1, stamp());
  }
  [[nodiscard]] event::JournalStamp stamp() const { return {now, now}; }

  bool step() {
    now += 1'000;
    bool isBusy = false;
    if (const auto event = market.pop(); event.ok()) {
      core.onMarket(event.value(), stamp());
      isBusy = true;
    }
    if (const auto report = reports.pop(); report.ok()) {
      core.onReport(report.value(), stamp());
      isBusy = true;
    }
    if (const auto request = asked.pop(); request.ok()) {
      take(request.value());
      isBusy = true;
    }
    core.onClock(stamp());
    return isBusy;
  }
  void take(OrderRequest request) {
    Submission done;
    // Which of its orders a request means is decided here: the threads don't know them.
    const ClOrdID meant = ids.empty() ? event::kNoOrder : ids[request.owner % ids.size()];
    request.owner = 0;
    if (request.kind == RequestKind::New || ids.empty()) {
      done = core.submit(request, stamp());
      if (done.verdict == SubmitVerdict::Accepted) ids.push_back(done.clOrdID);
    } else if (request.kind == RequestKind::Replace) {
      request.origClOrdID = meant;
      done = core.replace(request, stamp());
    } else {
      done = core.cancel(meant, stamp());
    }
    if (done.verdict == SubmitVerdict::RiskRefused) ++refused;
  }
};

void askAround(Owner& owner, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < kRequestsEach; ++i) {
    const Price price = 10'000 + static_cast<Price>(random() % 9) - 4;
    OrderRequest request = TradingDesk::order(random() % 2 == 0 ? Side::Buy : Side::Sell,
                                              1 + static_cast<Qty>(random() % 25), price,
                                              static_cast<InstrumentId>(random() % 2));
    const auto what = random() % 8;
    request.kind = what < 4   ? RequestKind::New
                   : what < 6 ? RequestKind::Replace
                              : RequestKind::Cancel;
    if (what == 0) {
      request.ordType = OrdType::StopLimit;
      request.stopPx = price;
    }
    request.owner = static_cast<std::uint32_t>(random());
    pushAll(owner.asked, request);
  }
}

void moveMarket(Owner& owner, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < kMarketEvents; ++i) {
    const Price mid = 10'000 + static_cast<Price>(random() % 11) - 5;
    const auto id = static_cast<InstrumentId>(random() % 2);
    pushAll(owner.market,
            random() % 2 == 0 ? bookEvent(id, mid - 5, mid + 5) : tradeEvent(id, mid));
  }
}

TEST(TradingThreads, KeepLimitsWhateverComesFirstAndReleaseAllThatWasReserved) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Owner owner;
  VenueThread venue(owner.sent, owner.reports, seed);
  std::atomic<int> running{kRequestThreads + 1};
  std::vector<std::thread> threads;
  for (int t = 0; t < kRequestThreads; ++t) {
    threads.emplace_back([&, t] {
      askAround(owner, seed + 10 + static_cast<std::uint64_t>(t));
      running.fetch_sub(1);
    });
  }
  threads.emplace_back([&] {
    moveMarket(owner, seed + 20);
    running.fetch_sub(1);
  });
  // Read before the step: what was pushed before the end is then still taken.
  for (bool isOver = false; !isOver;) {
    isOver = running.load() == 0;
    isOver = !owner.step() && isOver;
    for (InstrumentId id = 0; id < 2; ++id) {
      const risk::Exposure* row = owner.core.risk().exposure(RiskScope::Symbol, id, id);
      if (row == nullptr) continue;
      EXPECT_LE(row->net + row->working[0], kMax);
      EXPECT_LE(row->working[1] - row->net, kMax);
    }
  }
  for (std::thread& thread : threads) thread.join();
  venue.quiet();
  for (int look = 0; owner.core.orders().workingCount() + owner.core.held().size() > 0; ++look) {
    (void)owner.core.cancelAll(RiskScope::Global, 0, owner.stamp());
    while (owner.step()) continue;
    std::this_thread::yield();
    ASSERT_LT(look, 10'000'000);
  }
  venue.stop();
  while (owner.step()) continue;
  EXPECT_LE(venue.worst(), kMax);
  EXPECT_GT(venue.worst(), kMax / 2) << "they came near it";
  EXPECT_GT(owner.refused, 0);
  EXPECT_EQ(venue.openOrders(), 0U);
  for (InstrumentId id = 0; id < 2; ++id) {
    const risk::Exposure* row = owner.core.risk().exposure(RiskScope::Symbol, id, id);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->net, venue.position(id));
    EXPECT_EQ(row->working[0], 0);
    EXPECT_EQ(row->working[1], 0);
    EXPECT_TRUE(row->workingValue[0] == 0 && row->workingValue[1] == 0);
  }
  EXPECT_EQ(owner.core.troubles().unbookedFills, 0U);
}

}  // namespace
}  // namespace hft::stream
