// The trading core: a full pre-trade check with every limit on, a request with its journal, a
// report, and the recovery of a million orders. Random limit orders around a market of 99.90 to
// 100.10, seed 1; the answers are counted and checked.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "native/core/check.hpp"
#include "native/core/clock.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::bench {
namespace {

using order::OrderRequest;
using risk::LimitSpec;
using risk::RiskScope;
using risk::ViolationType;
using stream::TradingCore;

constexpr std::int64_t kUnit = 100'000'000;
constexpr Nanos kStart = 1'800'000'000'000'000'000;
constexpr std::uint32_t kInstruments = 64;

stream::CoreOptions options(std::uint32_t ordersMax) {
  stream::CoreOptions made;
  made.orders.ordersMax = ordersMax;
  made.orders.requestsMax = ordersMax;
  made.orders.executionsMax = ordersMax;
  made.orders.instrumentsMax = 10'000;
  made.orders.strategiesMax = 16;
  made.orders.accountsMax = 16;
  made.orders.venuesMax = 4;
  made.risk.exposuresMax = 1 << 15;
  made.positions.positionsMax = 1 << 14;
  return made;
}

/// A core whose venue takes everything, with a market for each instrument.
struct Desk {
  TradingCore core;
  std::uint64_t sent = 0;

  explicit Desk(std::uint32_t ordersMax) : core(options(ordersMax)) {
    for (InstrumentId id = 0; id < kInstruments; ++id) {
      HFT_CHECK(core.positions().setTerms(id, {2, 3, 0, position::ContractKind::Linear, 1, 1}) ==
                position::PositionError::Ok);
      HFT_CHECK(core.risk().setInstrument(id, 3) == risk::RiskError::Ok);
    }
    stream::VenuePort port;
    port.context = this;
    port.canSend = [](void*) noexcept { return true; };
    port.send = [](void* self, const OrderRequest&) noexcept { ++static_cast<Desk*>(self)->sent; };
    core.setPort(0, port);
    for (InstrumentId id = 0; id < kInstruments; ++id) quote(id, kStart);
  }

  void quote(InstrumentId id, Nanos time) {
    event::MarketEvent event;
    event.instrument = id;
    event.kind = event::EventKind::Book;
    event.state = event::BookState::Trusted;
    event.receiveTime = time;
    event.sequence = 500;
    event.quote.bid = 9'990;
    event.quote.bidQty = 1'000'000;
    event.quote.ask = 10'010;
    event.quote.askQty = 1'000'000;
    core.onMarket(event, {time, time});
  }

  /// Every kind of limit at every scope that can have it, wide enough to let all pass.
  void limitEverything() {
    const auto set = [&](ViolationType type, std::int64_t value) {
      for (const RiskScope scope :
           {RiskScope::Global, RiskScope::Account, RiskScope::Strategy, RiskScope::Symbol}) {
        const std::uint32_t ids = scope == RiskScope::Global   ? 1
                                  : scope == RiskScope::Symbol ? kInstruments
                                                               : 16;
        for (std::uint32_t id = 0; id < ids; ++id) {
          LimitSpec spec;
          spec.type = type;
          spec.scope = scope;
          spec.scopeId = id;
          spec.value = value;
          spec.window = 100;
          (void)core.risk().setLimit(spec);
        }
      }
    };
    constexpr std::int64_t kHuge = INT64_MAX / 4;
    for (const ViolationType type :
         {ViolationType::PositionLimit, ViolationType::LossLimit, ViolationType::ConcentrationLimit,
          ViolationType::VolatilityLimit, ViolationType::LiquidityLimit,
          ViolationType::OrderSizeLimit, ViolationType::ExposureLimit,
          ViolationType::CorrelationLimit, ViolationType::DrawdownLimit, ViolationType::PriceCollar,
          ViolationType::Freshness, ViolationType::PositionQtyLimit, ViolationType::OrderValueLimit,
          ViolationType::NetExposureLimit, ViolationType::BookMoved}) {
      set(type, kHuge);
    }
    set(ViolationType::VelocityLimit, 100);
    set(ViolationType::MessageRateLimit, 100);
    set(ViolationType::DuplicateOrder, 1);
    set(ViolationType::SelfTrade, 1);
    for (InstrumentId id = 1; id < 8; ++id) {
      HFT_CHECK(core.risk().setCorrelation(0, id, 5'000) == risk::RiskError::Ok);
    }
    HFT_CHECK(core.risk().setCapital(RiskScope::Global, 0, kHuge) == risk::RiskError::Ok);
    for (std::uint32_t id = 0; id < 16; ++id) {
      HFT_CHECK(core.risk().setCapital(RiskScope::Account, id, kHuge) == risk::RiskError::Ok);
      HFT_CHECK(core.risk().setCapital(RiskScope::Strategy, id, kHuge) == risk::RiskError::Ok);
    }
    for (InstrumentId id = 0; id < kInstruments; ++id) {
      HFT_CHECK(core.risk().setCapital(RiskScope::Symbol, id, kHuge) == risk::RiskError::Ok);
    }
  }
};

OrderRequest randomOrder(std::mt19937_64& random) {
  OrderRequest order;
  order.instrument = static_cast<InstrumentId>(random() % kInstruments);
  order.account = static_cast<std::uint16_t>(random() % 16);
  order.strategy = static_cast<std::uint16_t>(random() % 16);
  order.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
  order.ordType = OrdType::Limit;
  order.timeInForce = TimeInForce::GoodTillCancel;
  order.orderQty = static_cast<Qty>(random() % 1'000 + 1);
  // Never crossing: buys below, sells above.
  order.price = order.side == Side::Buy ? 9'900 + static_cast<Price>(random() % 90)
                                        : 10'010 + static_cast<Price>(random() % 90);
  order.bookSequence = 500;
  return order;
}

std::vector<OrderRequest> randomOrders(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<OrderRequest> orders(count);
  for (OrderRequest& order : orders) order = randomOrder(random);
  return orders;
}

void report(benchmark::State& state, std::vector<Nanos>& times) {
  std::sort(times.begin(), times.end());
  state.counters["p50_ns"] = static_cast<double>(times[times.size() / 2]);
  state.counters["p99_ns"] = static_cast<double>(times[times.size() * 99 / 100]);
  state.counters["max_ns"] = static_cast<double>(times.back());
}

TickRate measureRate() {
  const Ticks from = readTicks();
  const Nanos began = monotonicNanos();
  while (monotonicNanos() - began < 20'000'000) {
  }
  return TickRate::of(monotonicNanos() - began, readTicks() - from);
}

void fullCheck(benchmark::State& state) {
  Desk desk(1 << 16);
  desk.limitEverything();
  const std::vector<OrderRequest> orders = randomOrders(1 << 14);
  const TickRate rate = measureRate();
  std::vector<Nanos> times;
  times.reserve(1 << 20);
  Nanos now = kStart;
  std::size_t at = 0;
  for (auto _ : state) {
    const OrderRequest& order = orders[at++ & (orders.size() - 1)];
    now += 2;
    const Ticks from = readTicks();
    const risk::Decision decision = desk.core.risk().checkNew(order, now);
    const Ticks to = readTicks();
    if (times.size() < times.capacity()) times.push_back(rate.toNanos(to - from));
    HFT_CHECK(decision.isAccepted);
  }
  report(state, times);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fullCheck)->Name("risk/full_check_all_limits_on");

/// The same without clocks around each call.
void fullCheckThroughput(benchmark::State& state) {
  Desk desk(1 << 16);
  desk.limitEverything();
  const std::vector<OrderRequest> orders = randomOrders(1 << 14);
  Nanos now = kStart;
  std::size_t at = 0;
  std::uint64_t accepted = 0;
  for (auto _ : state) {
    now += 2;
    accepted += desk.core.risk().checkNew(orders[at++ & (orders.size() - 1)], now).isAccepted;
  }
  HFT_CHECK(accepted == static_cast<std::uint64_t>(state.iterations()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fullCheckThroughput)->Name("risk/full_check_all_limits_on_no_stamps");

std::string journalPath() {
  return (std::filesystem::temp_directory_path() / ("hft-bench-" + std::to_string(::getpid())))
      .string();
}

std::unique_ptr<event::Journal> openJournal(const std::string& path, TradingCore& core,
                                            stream::RecoverySummary& summary) {
  auto directory = event::JournalDirectory::open(path, event::JournalDirectory::Mode::Write);
  HFT_CHECK(directory.ok());
  event::AuditReport audit;
  if (!directory.value().isEmpty()) summary = core.recover(directory.value(), audit);
  event::JournalOptions made;
  made.journalId = 1;
  auto journal = event::Journal::start(directory.take(), audit, made);
  HFT_CHECK(journal.ok());
  return journal.take();
}

/// Orders go out and are confirmed and canceled, so that the table stays small.
void liveRequests(benchmark::State& state) {
  const std::string path = journalPath();
  std::filesystem::remove_all(path);
  {
    Desk desk(1 << 18);
    desk.limitEverything();
    stream::RecoverySummary summary;
    const auto journal = openJournal(path, desk.core, summary);
    desk.core.start(journal.get(), 1, {kStart, kStart});
    const std::vector<OrderRequest> orders = randomOrders(1 << 14);
    Nanos now = kStart;
    std::size_t at = 0;
    std::uint64_t accepted = 0;
    const TickRate rate = measureRate();
    std::vector<Nanos> times;
    times.reserve(1 << 20);
    for (auto _ : state) {
      now += 2;
      const OrderRequest& order = orders[at++ & (orders.size() - 1)];
      const Ticks from = readTicks();
      const auto done = desk.core.submit(order, {now, now});
      const Nanos time = rate.toNanos(readTicks() - from);
      times.push_back(time);
      state.SetIterationTime(static_cast<double>(time) / 1e9);
      accepted += done.verdict == stream::SubmitVerdict::Accepted;
      event::ExecutionReport gone;
      gone.clOrdID = done.clOrdID;
      gone.instrument = order.instrument;
      gone.side = order.side;
      gone.execType = ExecType::Canceled;
      gone.ordStatus = OrdStatus::Canceled;
      gone.transactTime = now;
      desk.core.onReport(gone, {now, now});
    }
    report(state, times);
    HFT_CHECK(accepted == static_cast<std::uint64_t>(state.iterations()) && desk.sent == accepted);
    state.SetItemsProcessed(state.iterations());
  }
  std::filesystem::remove_all(path);
}
BENCHMARK(liveRequests)
    ->Name("core/request_risk_order_journal")
    ->Iterations(200'000)
    ->UseManualTime();

double residentBytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// A million orders: each was sent, confirmed and a fifth of it filled.
void recoverMillion(benchmark::State& state) {
  constexpr std::uint32_t kOrders = 1'000'000;
  const std::string path = journalPath();
  std::filesystem::remove_all(path);
  std::uint64_t hash = 0;
  {
    Desk desk(1 << 20);
    stream::RecoverySummary summary;
    const auto journal = openJournal(path, desk.core, summary);
    desk.core.start(journal.get(), 1, {kStart, kStart});
    std::mt19937_64 random(1);
    Nanos now = kStart;
    for (std::uint32_t i = 0; i < kOrders; ++i) {
      now += 1'000;
      const OrderRequest order = randomOrder(random);
      const auto done = desk.core.submit(order, {now, now});
      HFT_CHECK(done.verdict == stream::SubmitVerdict::Accepted);
      event::ExecutionReport report;
      report.clOrdID = done.clOrdID;
      report.orderID = i + 1;
      report.instrument = order.instrument;
      report.side = order.side;
      report.execType = ExecType::New;
      report.ordStatus = OrdStatus::New;
      report.leavesQty = order.orderQty;
      report.transactTime = now;
      desk.core.onReport(report, {now, now});
      if (i % 5 != 0) continue;
      report.execType = ExecType::Trade;
      report.ordStatus = OrdStatus::PartiallyFilled;
      report.execID = i + 1;
      report.lastQty = 1;
      report.lastPx = order.price;
      report.cumQty = 1;
      report.leavesQty = order.orderQty - 1;
      desk.core.onReport(report, {now + 1, now + 1});
    }
    hash = desk.core.stateHash();
    state.counters["resident_bytes"] = residentBytes();
  }
  for (auto _ : state) {
    Desk desk(1 << 20);
    stream::RecoverySummary summary;
    auto directory = event::JournalDirectory::open(path, event::JournalDirectory::Mode::Write);
    event::AuditReport audit;
    const Nanos began = monotonicNanos();
    summary = desk.core.recover(directory.value(), audit);
    state.SetIterationTime(static_cast<double>(monotonicNanos() - began) / 1e9);
    HFT_CHECK(audit.isUsable() && summary.damaged == 0 && summary.orders == kOrders);
    HFT_CHECK(desk.core.stateHash() == hash);
    state.counters["records"] = static_cast<double>(summary.records);
  }
  std::filesystem::remove_all(path);
}
BENCHMARK(recoverMillion)
    ->Name("core/recover_1M_orders")
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace hft::bench

BENCHMARK_MAIN();
