// Positions: the cost of a fill and of a mark. Input: 65,536 random fills (fixed seed 7) of 100
// instruments over 2 accounts and 5 strategies, played again and again with the sides turned, so
// that positions return to flat and the sums can be checked. The baseline beside it is a std::map
// of the same keys with double arithmetic.
#include <benchmark/benchmark.h>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "native/position/position_book.hpp"

namespace {

using namespace hft;
using namespace hft::position;

constexpr InstrumentId kInstruments = 100;

std::vector<PositionFill> fills() {
  std::mt19937_64 random(7);
  std::vector<PositionFill> made(65'536);
  for (PositionFill& fill : made) {
    fill.instrument = static_cast<InstrumentId>(random() % kInstruments);
    fill.account = static_cast<std::uint16_t>(random() % 2);
    fill.strategy = static_cast<std::uint16_t>(random() % 5);
    fill.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
    fill.qty = static_cast<Qty>(random() % 100 + 1);
    fill.price = static_cast<Price>(random() % 1'000 + 10'000);
    fill.fee = 100;
  }
  return made;
}

Side turned(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }

PositionBook bookOf(CostMethod method, ContractKind kind) {
  PositionOptions options;
  options.positionsMax = 2'048;
  options.instrumentsMax = kInstruments;
  options.accountsMax = 2;
  options.strategiesMax = 5;
  options.currenciesMax = 2;
  options.lotsMax = 1 << 17;
  options.method = method;
  PositionBook book(options);
  for (InstrumentId id = 0; id < kInstruments; ++id) {
    (void)book.setTerms(
        id, {2, kind == ContractKind::Linear ? std::uint8_t{3} : std::uint8_t{0}, 0, kind, 1, 1});
  }
  return book;
}

void applyFill(benchmark::State& state, CostMethod method, ContractKind kind) {
  PositionBook book = bookOf(method, kind);
  std::vector<PositionFill> input = fills();
  std::size_t at = 0;
  std::uint64_t refused = 0;
  for (auto _ : state) {
    PositionFill& fill = input[at];
    refused += book.apply(fill) == PositionError::Ok ? 0 : 1;
    fill.side = turned(fill.side);
    at = (at + 1) & 0xffff;
  }
  // The rest of an even number of rounds: then all is flat.
  const auto done = static_cast<std::uint64_t>(state.iterations());
  std::uint64_t left = (131'072 - done % 131'072) % 131'072;
  for (; left > 0; --left) {
    PositionFill& fill = input[at];
    refused += book.apply(fill) == PositionError::Ok ? 0 : 1;
    fill.side = turned(fill.side);
    at = (at + 1) & 0xffff;
  }
  const Totals& all = book.totals(TotalScope::All, 0, 0);
  bool isFlat = refused == 0 && all.cash == all.pnl() && all.unrealised == 0;
  for (const Position& position : book.positions()) isFlat &= position.qty == 0;
  if (!isFlat) state.SkipWithError("cash and positions don't agree");
}

void fillAverage(benchmark::State& state) {
  applyFill(state, CostMethod::Average, ContractKind::Linear);
}
BENCHMARK(fillAverage);

void fillFifo(benchmark::State& state) { applyFill(state, CostMethod::Fifo, ContractKind::Linear); }
BENCHMARK(fillFifo);

void fillInverse(benchmark::State& state) {
  applyFill(state, CostMethod::Average, ContractKind::Inverse);
}
BENCHMARK(fillInverse);

/// What many do: a map by key, doubles, one sum.
void fillMapOfDoubles(benchmark::State& state) {
  struct Held {
    double qty = 0;
    double cost = 0;
    double realised = 0;
  };
  std::map<std::tuple<std::uint16_t, std::uint16_t, InstrumentId>, Held> book;
  std::vector<PositionFill> input = fills();
  double cash = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    PositionFill& fill = input[at];
    Held& held = book[{fill.account, fill.strategy, fill.instrument}];
    const double qty = static_cast<double>(fill.side == Side::Buy ? fill.qty : -fill.qty) / 1'000;
    const double price = static_cast<double>(fill.price) / 100;
    if (held.qty * qty < 0) {
      const double closed = std::abs(qty) < std::abs(held.qty) ? -qty : held.qty;
      const double cost = held.cost * closed / held.qty;
      held.realised += closed * price - cost;
      held.cost += (qty + closed) * price - cost;
    } else {
      held.cost += qty * price;
    }
    held.qty += qty;
    cash -= qty * price + 1e-6;
    fill.side = turned(fill.side);
    at = (at + 1) & 0xffff;
  }
  benchmark::DoNotOptimize(cash);
  if (book.size() > kInstruments * 10) state.SkipWithError("too many positions");
}
BENCHMARK(fillMapOfDoubles);

/// A new price of an instrument that ten positions hold.
void markOfTen(benchmark::State& state) {
  PositionBook book = bookOf(CostMethod::Average, ContractKind::Linear);
  for (const PositionFill& fill : fills()) (void)book.apply(fill);
  Price price = 10'000;
  std::uint64_t refused = 0;
  for (auto _ : state) {
    price = price == 10'000 ? 10'001 : 10'000;
    refused += book.mark(5, price) == PositionError::Ok ? 0 : 1;
  }
  Money sum = 0;
  for (const Position& position : book.positions()) sum += position.unrealised;
  const bool isSound = refused == 0 && sum == book.totals(TotalScope::All, 0, 0).unrealised;
  if (!isSound) state.SkipWithError("the total is not the sum");
}
BENCHMARK(markOfTen);

}  // namespace

BENCHMARK_MAIN();
