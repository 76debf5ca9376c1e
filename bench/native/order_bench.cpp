// Order state: the cost of a report, of a look-up and of an order's life, and whether a million of
// them slows the table down. Input: sequential ClOrdIDs; answers are checked. The baseline beside
// it is std::unordered_map from ClOrdID to the same record.
#include <benchmark/benchmark.h>
#include <memory>
#include <unordered_map>
#include <vector>

#include "native/order/cl_ord_ids.hpp"
#include "native/order/order_table.hpp"

namespace {

using namespace hft;
using namespace hft::order;

OrderRequest newOrder(event::ClOrdID clOrdID) {
  OrderRequest request;
  request.clOrdID = clOrdID;
  request.instrument = static_cast<InstrumentId>(clOrdID % 10'000);
  request.side = Side::Buy;
  request.ordType = OrdType::Limit;
  request.orderQty = 1000;
  request.price = 100;
  return request;
}

event::ExecutionReport report(event::ClOrdID id, ExecType type, OrdStatus status, Nanos time) {
  event::ExecutionReport result;
  result.clOrdID = id;
  result.orderID = id * 7;
  result.execType = type;
  result.ordStatus = status;
  result.transactTime = time;
  result.leavesQty = 1000;
  return result;
}

event::ExecutionReport fill(event::ClOrdID id, std::uint64_t execID, Qty qty, Qty cumQty) {
  event::ExecutionReport result = report(
      id, ExecType::Trade, cumQty == 1000 ? OrdStatus::Filled : OrdStatus::PartiallyFilled, 2);
  result.execID = execID;
  result.lastQty = qty;
  result.lastPx = 100;
  result.cumQty = cumQty;
  result.leavesQty = 1000 - cumQty;
  return result;
}

/// New, acknowledged, filled in two: four operations an order, over a table of the given size that
/// forgets the oldest. With a million orders behind it must cost what it costs at the start.
void lifeOfAnOrder(benchmark::State& state) {
  const auto ordersMax = static_cast<std::uint32_t>(state.range(0));
  OrderTable table({.ordersMax = ordersMax,
                    .requestsMax = 1024,
                    .executionsMax = ordersMax * 2 + 64,
                    .venuesMax = 1});
  ClOrdIDs ids(1);
  std::uint64_t execID = 0;
  std::uint64_t orders = 0;
  const auto live = [&] {
    const event::ClOrdID id = ids.next();
    if (!table.add(newOrder(id), 1).ok()) state.SkipWithError("refused");
    table.apply(report(id, ExecType::New, OrdStatus::New, 1));
    table.apply(fill(id, ++execID, 400, 400));
    const ReportOutcome outcome = table.apply(fill(id, ++execID, 600, 1000));
    if (outcome.after != OrdStatus::Filled) state.SkipWithError("not filled");
    ++orders;
  };
  for (std::int64_t i = 0; i < state.range(1); ++i) live();
  for (auto _ : state) live();
  if (table.workingCount() != 0) state.SkipWithError("orders left working");
  state.counters["behind"] = static_cast<double>(orders);
  state.SetItemsProcessed(state.iterations() * 4);
}
BENCHMARK(lifeOfAnOrder)
    ->Args({1 << 12, 0})
    ->Args({1 << 20, 0})
    ->Args({1 << 20, 1'000'000})
    ->Iterations(200'000);

/// A fill applied to a working order among `range(0)`.
void applyFill(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  OrderTable table({.ordersMax = count,
                    .requestsMax = 1024,
                    .executionsMax = (1U << 21) + count,
                    .venuesMax = 1});
  ClOrdIDs ids(1);
  std::vector<event::ClOrdID> held;
  for (std::uint32_t i = 0; i < count; ++i) {
    held.push_back(ids.next());
    if (!table.add(newOrder(held.back()), 1).ok()) state.SkipWithError("refused");
  }
  std::uint64_t execID = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + 7919) % held.size();
    const ReportOutcome outcome = table.apply(fill(held[at], ++execID, 1, 1));
    if (outcome.verdict != ReportVerdict::Applied) state.SkipWithError("not applied");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(applyFill)->Arg(1'000)->Arg(1'000'000)->Iterations(1'000'000);

void lookUpOurs(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  OrderTable table({.ordersMax = count, .requestsMax = 64, .executionsMax = 64, .venuesMax = 1});
  ClOrdIDs ids(1);
  const event::ClOrdID first = ids.next();
  (void)table.add(newOrder(first), 1);
  for (std::uint32_t i = 1; i < count; ++i) (void)table.add(newOrder(ids.next()), 1);
  std::uint64_t at = 0;
  for (auto _ : state) {
    at = (at + 7919) % table.size();
    const OrderIndex index = table.find(first + at);
    if (index == kNoRecord || table[index].firstClOrdID() != first + at) {
      state.SkipWithError("not found");
    }
  }
}
BENCHMARK(lookUpOurs)->Arg(1'000)->Arg(1'000'000);

void lookUpStandard(benchmark::State& state) {
  std::unordered_map<event::ClOrdID, std::unique_ptr<Order>> table;
  ClOrdIDs ids(1);
  event::ClOrdID first = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto order = std::make_unique<Order>();
    order->request = newOrder(ids.next());
    if (i == 0) first = order->firstClOrdID();
    const event::ClOrdID id = order->firstClOrdID();
    table.emplace(id, std::move(order));
  }
  std::uint64_t at = 0;
  for (auto _ : state) {
    at = (at + 7919) % table.size();
    const auto found = table.find(first + at);
    if (found == table.end() || found->second->firstClOrdID() != first + at) {
      state.SkipWithError("not found");
    }
  }
}
BENCHMARK(lookUpStandard)->Arg(1'000)->Arg(1'000'000);

/// Saving and taking up a million orders.
void restoreMillion(benchmark::State& state) {
  const OrderTableOptions options{
      .ordersMax = 1'000'000, .requestsMax = 1024, .executionsMax = 1'000'064, .venuesMax = 1};
  std::vector<std::byte> bytes;
  {
    OrderTable table(options);
    ClOrdIDs ids(1);
    for (int i = 0; i < 1'000'000; ++i) (void)table.add(newOrder(ids.next()), 1);
    bytes.resize(table.snapshotBytes());
    table.save(bytes);
  }
  for (auto _ : state) {
    OrderTable table(options);
    if (table.restore(bytes) != OrderError::Ok || table.workingCount() != 1'000'000) {
      state.SkipWithError("not restored");
    }
  }
}
BENCHMARK(restoreMillion)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
