// The cost of a latency stamp: one histogram record, one clock read, and both as a stage of a path
// (one counter read a stage, converted and recorded). Beside them what a user would pick instead:
// std::chrono and a std::map of counts.
//
// Input: latencies of a seeded log-normal distribution around 1 us. Every run checks that the count
// equals the iterations. Run: out/<build>/bench/bench_metrics
#include <array>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "native/core/clock.hpp"
#include "native/metrics/counters.hpp"
#include "native/metrics/histogram.hpp"

namespace {

using hft::Nanos;
using hft::metrics::OwnedHistogram;

constexpr std::size_t kValues = 1 << 16;

const std::vector<Nanos>& latencies() {
  static const std::vector<Nanos> values = [] {
    std::mt19937_64 random(42);
    std::lognormal_distribution<double> distribution(std::log(1'000.0), 0.7);
    std::vector<Nanos> drawn(kValues);
    for (Nanos& value : drawn) value = static_cast<Nanos>(distribution(random));
    return drawn;
  }();
  return values;
}

void check(benchmark::State& state, std::uint64_t count) {
  if (count != static_cast<std::uint64_t>(state.iterations())) {
    state.SkipWithError("the histogram's count differs from what was recorded");
  }
}

void histogramRecord(benchmark::State& state) {
  const std::vector<Nanos>& values = latencies();
  OwnedHistogram histogram;
  std::size_t at = 0;
  for (auto _ : state) {
    histogram->record(values[at]);
    at = (at + 1) % kValues;
  }
  check(state, histogram->count());
}

void mapRecord(benchmark::State& state) {
  const std::vector<Nanos>& values = latencies();
  std::map<Nanos, std::uint64_t> counts;
  std::size_t at = 0;
  for (auto _ : state) {
    ++counts[values[at]];
    at = (at + 1) % kValues;
  }
  std::uint64_t count = 0;
  for (const auto& [value, times] : counts) count += times;
  check(state, count);
}

void counterIncrement(benchmark::State& state) {
  enum class Id : std::uint8_t { Frames, Count };
  alignas(64) std::array<double, 1> block{};
  hft::metrics::Counters<Id> counters(block);
  for (auto _ : state) {
    counters.increment(Id::Frames);
    benchmark::ClobberMemory();
  }
  check(state, counters.value(Id::Frames));
}

void clockTsc(benchmark::State& state) {
  hft::TscClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.now());
}

void clockSystem(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(hft::realtimeNanos());
}

void clockTicks(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(hft::readTicks());
}

/// One stage: the clock, the conversion and the record.
void stage(benchmark::State& state) {
  hft::Stopwatch watch(hft::TscClock().rate());
  OwnedHistogram histogram;
  for (auto _ : state) histogram->record(watch.lap());
  check(state, histogram->count());
}

void stageChrono(benchmark::State& state) {
  OwnedHistogram histogram;
  auto last = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const auto now = std::chrono::steady_clock::now();
    histogram->record(std::chrono::nanoseconds(now - last).count());
    last = now;
  }
  check(state, histogram->count());
}

BENCHMARK(histogramRecord)->Name("metrics/histogram_record");
BENCHMARK(mapRecord)->Name("metrics/baseline_map_record");
BENCHMARK(counterIncrement)->Name("metrics/counter_increment");
BENCHMARK(clockTicks)->Name("metrics/clock_ticks");
BENCHMARK(clockTsc)->Name("metrics/clock_tsc_now");
BENCHMARK(clockSystem)->Name("metrics/baseline_clock_gettime");
BENCHMARK(stage)->Name("metrics/latency_stage");
BENCHMARK(stageChrono)->Name("metrics/baseline_chrono_stage");

}  // namespace

BENCHMARK_MAIN();
