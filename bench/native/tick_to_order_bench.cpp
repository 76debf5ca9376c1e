// Book + strategy + checks + order on one thread: a 64-byte level update enters, the book changes,
// the imbalance of the best five levels and an average are followed, and where they agree an order
// passes the entry checks. Recorded Binance USD-M levels; a generated course where they are absent.
#include <array>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <vector>

#include "bench/native/l2_courses.hpp"
#include "native/book/l2/l2_book.hpp"
#include "native/core/clock.hpp"
#include "native/metrics/histogram.hpp"
#include "native/order/order_entry.hpp"

namespace hft::bench {
namespace {

/// One level update on a ring: 64 bytes.
struct alignas(64) Update {
  Price price;
  Qty qty;
  std::uint64_t sequence;
  Side side;
};
static_assert(sizeof(Update) == 64);

std::vector<Update> updatesOf(const Course& course) {
  std::vector<Update> updates;
  updates.reserve(course.levels.size());
  for (const Event& event : course.events) {
    for (std::uint32_t i = 0; i < event.bids + event.asks; ++i) {
      const Level& level = course.levels[event.begin + i];
      updates.push_back(
          {level.price, level.qty, updates.size() + 1, i < event.bids ? Side::Buy : Side::Sell});
    }
  }
  return updates;
}

/// Follows the microprice and the imbalance of the best five levels; buys or sells where the book
/// leans far and the price has run the same way.
class Leaner {
 public:
  Leaner() : gate_({.orderQtyMax = 1'000'000, .collarTicks = 1'000}) {}

  void onUpdate(book::L2Book& book, const Update& update) noexcept {
    (void)book.setLevel(update.side, update.price, update.qty);
    const book::Bbo bbo = book.bbo();
    const bool isSame = bbo == last_;
    last_ = bbo;
    if (isSame || bbo.bid == kNoPrice || bbo.ask == kNoPrice) return;
    const double mid = 0.5 * static_cast<double>(bbo.bid + bbo.ask);
    average_ += 0.05 * (mid - average_);
    const double imbalance = book.imbalance(5);
    if (imbalance > 0.6 && mid > average_) submit(Side::Buy, bbo.bid, bbo, update.sequence);
    if (imbalance < -0.6 && mid < average_) submit(Side::Sell, bbo.ask, bbo, update.sequence);
  }

  [[nodiscard]] const order::OrderGate& gate() const noexcept { return gate_; }

 private:
  void submit(Side side, Price price, const book::Bbo& bbo, std::uint64_t sequence) noexcept {
    order::OrderEntry entry;
    entry.instrument = 0;
    entry.side = static_cast<std::uint8_t>(side);
    entry.ordType = static_cast<std::uint8_t>(OrdType::Limit);
    entry.timeInForce = static_cast<std::uint8_t>(TimeInForce::ImmediateOrCancel);
    entry.orderQty = 5;
    entry.price = static_cast<double>(price);
    entry.bookSequence = static_cast<double>(sequence);
    // The course begins without a snapshot: until its book is whole the gate refuses.
    const auto trust = bbo.bid < bbo.ask ? event::BookState::Trusted : event::BookState::Suspect;
    const order::EntryBook view{trust, bbo.bid, bbo.ask, sequence};
    benchmark::DoNotOptimize(gate_.submit(entry, &view));
  }

  order::OrderGate gate_;
  book::Bbo last_;
  double average_ = 0;
};

const std::vector<Update>& updates() {
  static const std::vector<Update> kUpdates = updatesOf(usdmCourse());
  return kUpdates;
}

void tickToOrder(benchmark::State& state) {
  book::L2Book book(kLimits);
  std::uint64_t orders = 0;
  for (auto _ : state) {
    Leaner leaner;
    for (const Update& update : updates()) leaner.onUpdate(book, update);
    orders = leaner.gate().accepted();
  }
  if (orders == 0) state.SkipWithError("no order was sent: nothing was measured");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * updates().size()));
  state.counters["orders"] = static_cast<double>(orders);
  state.SetLabel("recorded Binance USD-M level updates");
}
BENCHMARK(tickToOrder)->Name("tick_to_order/throughput")->Unit(benchmark::kMillisecond);

void tickToOrderLatency(benchmark::State& state) {
  book::L2Book book(kLimits);
  metrics::OwnedHistogram histogram;
  const TickRate rate = TscClock().rate();
  for (auto _ : state) {
    Leaner leaner;
    Ticks start = readTicks();
    for (const Update& update : updates()) {
      leaner.onUpdate(book, update);
      const Ticks end = readTicks();
      histogram->record(rate.toNanos(end - start));
      start = end;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * updates().size()));
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5));
  state.counters["p99_ns"] = static_cast<double>(histogram->quantile(0.99));
  state.counters["max_ns"] = static_cast<double>(histogram->max());
  state.SetLabel("recorded Binance USD-M level updates; one clock read an update is included");
}
BENCHMARK(tickToOrderLatency)->Name("tick_to_order/latency")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hft::bench

BENCHMARK_MAIN();
