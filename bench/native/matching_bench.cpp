// The matching engine beside one made of std::map, std::list and std::unordered_map.
//
// Input: two million commands of one instrument from seed 5, made here: 43 % cancels, one add in
// ten aggressive, so that about `live` orders rest. Both engines play the same commands; the number
// of trades and the traded quantity must be equal. p50_ns and p99_ns are of single commands, read
// by the steady clock, whose own cost (about 25 ns) is in them.
//
// simulatedExchange/request plays the same commands as our own orders: a request goes in, arrives,
// and its reports come out, without latency; its trades must be equal too. Beside it the bare
// engine (matching/mixed). simulatedExchange/recorded gives a book of 200 levels a change of ten
// levels or a trade each step while ten of our orders rest in it; beside it the book alone. Run:
// out/<build>/bench/bench_matching
#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/book/l2/l2_book.hpp"
#include "native/sim/matching_engine.hpp"
#include "native/sim/order_directory.hpp"
#include "native/sim/simulated_exchange.hpp"

namespace hft::bench {
namespace {

struct Command {
  std::uint32_t id;  ///< Dense, from 1.
  bool isCancel;
  Side side;
  Price price;
  Qty qty;
};

struct Answer {
  std::uint64_t trades = 0;
  Qty qty = 0;

  friend bool operator==(const Answer&, const Answer&) = default;
};

constexpr std::size_t kCommands = 2'000'000;

std::vector<Command> makeFlow(std::size_t live) {
  std::mt19937_64 random(5);
  const auto draw = [&random](std::uint64_t n) { return random() % n; };
  std::vector<Command> flow;
  flow.reserve(kCommands);
  std::vector<std::uint32_t> resting;
  std::uint32_t id = 0;
  Price mid = 1'000'000;
  while (flow.size() < kCommands) {
    const bool isCancel = resting.size() > live || (!resting.empty() && draw(100) < 30);
    if (isCancel && resting.size() > live / 2) {
      const std::size_t at = draw(resting.size());
      flow.push_back({resting[at], true, Side::None, 0, 0});
      resting[at] = resting.back();
      resting.pop_back();
      continue;
    }
    if (draw(50) == 0) mid += static_cast<Price>(draw(3)) - 1;
    const bool isBuy = draw(2) == 0;
    const bool isAggressive = draw(10) == 0;
    const auto away = static_cast<Price>(1 + draw(draw(4) == 0 ? 400 : 40));
    const Price offset = isAggressive ? -Price{3} : away;
    flow.push_back({++id, false, isBuy ? Side::Buy : Side::Sell,
                    isBuy ? mid - offset : mid + offset,
                    static_cast<Qty>(1 + draw(isAggressive ? 400 : 100))});
    resting.push_back(id);
  }
  return flow;
}

const std::vector<Command>& flowOf(std::size_t live) {
  static std::map<std::size_t, std::vector<Command>> flows;
  auto& flow = flows[live];
  if (flow.empty()) flow = makeFlow(live);
  return flow;
}

/// Our engine, called by slot as the trading core does: ids are dense.
class SlotEngine {
 public:
  SlotEngine() : engine_({.ordersMax = 1 << 18, .pagesMax = 4096}), slots_(kCommands + 1) {}

  void play(const Command& command) {
    if (command.isCancel) {
      engine_.cancel(slots_[command.id], command.id);
    } else {
      request_.clOrdID = command.id;
      request_.side = command.side;
      request_.price = command.price;
      request_.orderQty = command.qty;
      slots_[command.id] = engine_.submit(request_);
    }
    for (const sim::MatchEvent& event : engine_.events()) {
      if (event.kind != sim::MatchKind::Trade) continue;
      ++answer.trades;
      answer.qty += event.qty;
    }
    engine_.clearEvents();
  }
  Answer answer;

 private:
  sim::MatchingEngine engine_;
  std::vector<sim::OrderSlot> slots_;
  order::OrderRequest request_{.ordType = OrdType::Limit,
                               .timeInForce = TimeInForce::GoodTillCancel};
};

/// The textbook: trees of price levels, lists of orders, a hash of iterators.
class MapEngine {
 public:
  void play(const Command& command) {
    if (command.isCancel) {
      cancel(command.id);
    } else if (command.side == Side::Buy) {
      enter(command, asks_, bids_, [](Price limit, Price price) { return price <= limit; });
    } else {
      enter(command, bids_, asks_, [](Price limit, Price price) { return price >= limit; });
    }
  }
  Answer answer;

 private:
  struct Order {
    std::uint32_t id;
    Qty open;
  };
  using Queue = std::list<Order>;
  struct Place {
    Side side;
    Price price;
    Queue::iterator at;
  };

  template <typename Others, typename Own, typename Crosses>
  void enter(const Command& command, Others& others, Own& own, Crosses crosses) {
    Qty open = command.qty;
    while (open > 0 && !others.empty() && crosses(command.price, others.begin()->first)) {
      Queue& queue = others.begin()->second;
      Order& maker = queue.front();
      const Qty qty = std::min(open, maker.open);
      open -= qty;
      maker.open -= qty;
      ++answer.trades;
      answer.qty += qty;
      if (maker.open == 0) {
        places_.erase(maker.id);
        queue.pop_front();
        if (queue.empty()) others.erase(others.begin());
      }
    }
    if (open == 0) return;
    Queue& queue = own[command.price];
    queue.push_back({command.id, open});
    places_[command.id] = {command.side, command.price, std::prev(queue.end())};
  }
  void cancel(std::uint32_t id) {
    const auto found = places_.find(id);
    if (found == places_.end()) return;
    const Place place = found->second;
    places_.erase(found);
    if (place.side == Side::Buy)
      remove(bids_, place);
    else
      remove(asks_, place);
  }
  template <typename Own>
  static void remove(Own& own, const Place& place) {
    const auto level = own.find(place.price);
    level->second.erase(place.at);
    if (level->second.empty()) own.erase(level);
  }

  std::map<Price, Queue, std::greater<>> bids_;
  std::map<Price, Queue> asks_;
  std::unordered_map<std::uint32_t, Place> places_;
};

template <typename Engine>
Answer playAll(const std::vector<Command>& flow) {
  auto engine = std::make_unique<Engine>();
  for (const Command& command : flow) engine->play(command);
  return engine->answer;
}

template <typename Engine>
void mixed(benchmark::State& state) {
  const auto live = static_cast<std::size_t>(state.range(0));
  const auto& flow = flowOf(live);
  static std::map<std::size_t, Answer> answers;
  if (!answers.contains(live)) answers[live] = playAll<MapEngine>(flow);
  for (auto _ : state) {
    state.PauseTiming();
    auto engine = std::make_unique<Engine>();
    state.ResumeTiming();
    for (const Command& command : flow) engine->play(command);
    if (!(engine->answer == answers[live])) {
      state.SkipWithError("the trades differ from std::map's");
      return;
    }
    state.PauseTiming();
    engine.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(flow.size()));
  state.counters["trades"] = static_cast<double>(answers[live].trades);
  state.SetLabel("2,000,000 commands, seed 5, " + std::to_string(live) + " live orders");
}

template <typename Engine>
void single(benchmark::State& state) {
  const auto& flow = flowOf(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint32_t> nanos(flow.size());
  for (auto _ : state) {
    auto engine = std::make_unique<Engine>();
    auto before = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < flow.size(); ++i) {
      engine->play(flow[i]);
      const auto after = std::chrono::steady_clock::now();
      nanos[i] = static_cast<std::uint32_t>((after - before).count());
      before = after;
    }
  }
  std::ranges::sort(nanos);
  state.counters["p50_ns"] = nanos[nanos.size() / 2];
  state.counters["p99_ns"] = nanos[nanos.size() * 99 / 100];
  state.counters["max_ns"] = nanos.back();
  state.SetLabel("time of each command, seed 5");
}

/// The whole exchange: request, ledger, matching, report.
class ExchangeEngine {
 public:
  ExchangeEngine() : exchange_(options()) {
    (void)exchange_.addInstrument(0, {.priceDecimals = 2, .qtyDecimals = 0});
  }

  void play(const Command& command) {
    ++now_;
    request_.kind = command.isCancel ? order::RequestKind::Cancel : order::RequestKind::New;
    request_.clOrdID = command.isCancel ? kCommands * 2 + static_cast<std::uint64_t>(now_)
                                        : std::uint64_t{command.id};
    request_.origClOrdID = command.isCancel ? command.id : 0;
    request_.side = command.side;
    request_.price = command.price;
    request_.orderQty = command.qty;
    (void)exchange_.onRequest(request_, now_);
    exchange_.advance(now_);
    while (exchange_.poll(report_, now_)) {
      const bool isTaker =
          report_.execType == ExecType::Trade && report_.liquidity == event::LiquidityInd::Removed;
      if (!isTaker) continue;
      ++answer.trades;
      answer.qty += report_.lastQty;
    }
  }
  Answer answer;

 private:
  static sim::ExchangeOptions options() {
    sim::ExchangeOptions options;
    options.instrumentsMax = 1;
    options.accountsMax = 1;
    options.ordersMax = 1 << 18;
    options.executionsMax = 1 << 18;
    options.fees = sim::TieredFees{{{0, -1000, 5000}}, 86'400'000'000'000};
    options.matching = {.ordersMax = 1 << 18, .pagesMax = 4096};
    return options;
  }

  sim::SimulatedExchange exchange_;
  order::OrderRequest request_{
      .instrument = 0, .ordType = OrdType::Limit, .timeInForce = TimeInForce::GoodTillCancel};
  event::ExecutionReport report_;
  Nanos now_ = 0;
};

struct MarketStep {
  bool isTrade;
  Side side;
  Price price;
  Qty qty;
  std::vector<event::Level> bids;
  std::vector<event::Level> asks;
};

constexpr Price kMiddle = 10'000;

std::vector<MarketStep> makeMarket() {
  std::mt19937_64 random(6);
  std::vector<MarketStep> steps(100'000);
  for (MarketStep& step : steps) {
    step.isTrade = random() % 3 == 0;
    step.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
    step.price = step.side == Side::Buy ? kMiddle + 1 : kMiddle - 1;
    step.qty = static_cast<Qty>(random() % 20 + 1);
    for (int i = 0; i < 5; ++i) {
      const auto away = static_cast<Price>(random() % 100 + 1);
      step.bids.push_back({kMiddle - away, static_cast<Qty>(random() % 500 + 1)});
      step.asks.push_back({kMiddle + away, static_cast<Qty>(random() % 500 + 1)});
    }
  }
  return steps;
}

void recorded(benchmark::State& state) {
  static const std::vector<MarketStep> steps = makeMarket();
  sim::ExchangeOptions options;
  options.mode = sim::ExchangeMode::Recorded;
  options.instrumentsMax = 1;
  options.accountsMax = 1;
  options.queue = sim::PowerQueue{};
  Qty filled = -1;
  for (auto _ : state) {
    state.PauseTiming();
    sim::SimulatedExchange exchange(options);
    (void)exchange.addInstrument(0, {.priceDecimals = 2, .qtyDecimals = 0});
    Nanos now = 1;
    order::OrderRequest request{
        .instrument = 0, .ordType = OrdType::Limit, .timeInForce = TimeInForce::GoodTillCancel};
    for (int i = 0; i < 10; ++i) {
      request.clOrdID = static_cast<std::uint64_t>(i + 1);
      request.side = i % 2 == 0 ? Side::Buy : Side::Sell;
      request.orderQty = 1'000'000;
      request.price = i % 2 == 0 ? kMiddle - 1 - i : kMiddle + i;
      (void)exchange.onRequest(request, now);
    }
    exchange.advance(now);
    event::ExecutionReport report;
    Qty sum = 0;
    state.ResumeTiming();
    for (const MarketStep& step : steps) {
      ++now;
      if (step.isTrade) {
        (void)exchange.onTrade(0, step.side, step.price, step.qty, now);
      } else {
        (void)exchange.onLevels(0, step.bids, step.asks, now);
      }
      while (exchange.poll(report, now)) sum += report.lastQty;
    }
    if (filled >= 0 && filled != sum) state.SkipWithError("two runs filled different quantities");
    filled = sum;
  }
  if (filled <= 0) state.SkipWithError("nothing was filled");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(steps.size()));
  state.SetLabel("100,000 market inputs, seed 6, 10 own orders");
}

void recordedBook(benchmark::State& state) {
  static const std::vector<MarketStep> steps = makeMarket();
  for (auto _ : state) {
    book::L2Book book({.levelsMax = 4096, .pagesMax = 4096});
    for (const MarketStep& step : steps) {
      if (step.isTrade) continue;
      for (const event::Level& level : step.bids) {
        (void)book.setLevel(Side::Buy, level.price, level.qty);
      }
      for (const event::Level& level : step.asks) {
        (void)book.setLevel(Side::Sell, level.price, level.qty);
      }
    }
    if (book.isCrossed()) state.SkipWithError("the book is crossed");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(steps.size()));
  state.SetLabel("the same levels in an L2Book alone");
}

BENCHMARK(mixed<SlotEngine>)->Name("matching/mixed")->Arg(1'000)->Arg(10'000)->Arg(100'000);
BENCHMARK(mixed<MapEngine>)->Name("matching/mixed/std_map")->Arg(1'000)->Arg(10'000)->Arg(100'000);
BENCHMARK(single<SlotEngine>)->Name("matching/command")->Arg(10'000);
BENCHMARK(single<MapEngine>)->Name("matching/command/std_map")->Arg(10'000);
BENCHMARK(mixed<ExchangeEngine>)->Name("simulatedExchange/request")->Arg(10'000);
BENCHMARK(single<ExchangeEngine>)->Name("simulatedExchange/report")->Arg(10'000);
BENCHMARK(recorded)->Name("simulatedExchange/recorded");
BENCHMARK(recordedBook)->Name("simulatedExchange/recorded/book");

}  // namespace
}  // namespace hft::bench

BENCHMARK_MAIN();
