// The matching engine beside one made of std::map, std::list and std::unordered_map.
//
// Input: two million commands of one instrument from seed 5, made here: 43 % cancels, one add in
// ten aggressive, so that about `live` orders rest. Both engines play the same commands; the number
// of trades and the traded quantity must be equal. p50_ns and p99_ns are of single commands, read
// by the steady clock, whose own cost (about 25 ns) is in them. Run:
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

#include "native/sim/matching_engine.hpp"
#include "native/sim/order_directory.hpp"

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

BENCHMARK(mixed<SlotEngine>)->Name("matching/mixed")->Arg(1'000)->Arg(10'000)->Arg(100'000);
BENCHMARK(mixed<MapEngine>)->Name("matching/mixed/std_map")->Arg(1'000)->Arg(10'000)->Arg(100'000);
BENCHMARK(single<SlotEngine>)->Name("matching/command")->Arg(10'000);
BENCHMARK(single<MapEngine>)->Name("matching/command/std_map")->Arg(10'000);

}  // namespace
}  // namespace hft::bench

BENCHMARK_MAIN();
