// Hand-off of 64-byte records between two threads pinned to cores 0 and 1, ours beside a queue
// behind a mutex in the same run. Every record is checked on arrival; a wrong one is an error.
//
// On a virtual machine the two cores move between topologies while a run lasts (a cache line there
// and back costs 70 to 570 ns), so each result carries the line's round trip just before and after
// it as `line_rtt_ns`; compare figures of equal round trips only.
// Run: out/<build>/bench/bench_ring
#include <algorithm>
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

#include "native/core/clock.hpp"
#include "native/ring/mpsc_ring.hpp"
#include "native/ring/spsc_ring.hpp"
#include "native/ring/wait_strategy.hpp"

namespace {

using hft::Nanos;
using hft::Ticks;
using hft::ring::MpscRing;
using hft::ring::RingError;
using hft::ring::SpscRing;

struct Record {
  std::array<std::uint64_t, 8> words;
};
static_assert(sizeof(Record) == 64);

constexpr std::uint64_t kThroughputRecords = 4'000'000;
constexpr std::uint64_t kChunkRecords = 32'768;
constexpr std::size_t kPingPongs = 20'000;
constexpr std::size_t kCapacity = 8'192;
constexpr std::size_t kDrainLimit = 64;

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  // On a machine with one core both threads stay where they are; the figures then say so.
  (void)pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

hft::TickRate tickRate() {
  static const hft::TickRate rate = hft::TscClock().rate();
  return rate;
}

double median(std::vector<Ticks>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return static_cast<double>(tickRate().toNanos(*middle));
}

double quantile(std::vector<Ticks>& samples, double q) {
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return static_cast<double>(tickRate().toNanos(samples[static_cast<std::size_t>(at)]));
}

/// One cache line there and back between the two cores: the floor of every hand-off.
double lineRoundTrip() {
  constexpr std::uint64_t kRounds = 10'000;
  alignas(128) std::atomic<std::uint64_t> there{0};
  alignas(128) std::atomic<std::uint64_t> back{0};
  std::thread other([&] {
    pin(1);
    for (std::uint64_t i = 1; i <= kRounds; ++i) {
      while (there.load(std::memory_order_acquire) != i) {
      }
      back.store(i, std::memory_order_release);
    }
  });
  std::vector<Ticks> samples;
  samples.reserve(kRounds);
  for (std::uint64_t i = 1; i <= kRounds; ++i) {
    const Ticks start = hft::readTicks();
    there.store(i, std::memory_order_release);
    while (back.load(std::memory_order_acquire) != i) {
    }
    samples.push_back(hft::readTicks() - start);
  }
  other.join();
  return median(samples);
}

void fill(Record& record, std::uint64_t value) { record.words.fill(value); }
bool holds(const Record& record, std::uint64_t value) {
  return record.words.front() == value && record.words[3] == value && record.words.back() == value;
}

/// What a user would write first.
class MutexQueue {
 public:
  explicit MutexQueue(std::size_t capacity) : capacity_(capacity) {}
  RingError push(const Record& record) {
    const std::scoped_lock lock(mutex_);
    if (records_.size() == capacity_) return RingError::Full;
    records_.push_back(record);
    return RingError::Ok;
  }
  template <typename Visit>
  std::size_t drain(std::size_t limit, Visit&& visit) {
    const std::scoped_lock lock(mutex_);
    std::size_t count = 0;
    for (; count < limit && !records_.empty(); ++count) {
      visit(records_.front());
      records_.pop_front();
    }
    return count;
  }

 private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::deque<Record> records_;
};

/// Offers the records from `next` on; returns how many were taken.
template <typename Queue>
std::uint64_t offer(Queue& queue, std::uint64_t next, std::size_t) {
  Record record;
  fill(record, next);
  return queue.push(record) == RingError::Ok ? 1 : 0;
}
std::uint64_t offer(SpscRing<Record>& ring, std::uint64_t next, std::size_t batch) {
  std::uint64_t taken = 0;
  for (; taken < batch; ++taken) {
    Record* record = ring.claim();
    if (record == nullptr) break;
    fill(*record, next + taken);
  }
  ring.publish();
  return taken;
}

template <typename Queue>
void throughput(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const double before = lineRoundTrip();
  std::uint64_t wrong = 0;
  std::vector<Ticks> chunks;
  for (auto _ : state) {
    Queue queue(kCapacity);
    const Ticks start = hft::readTicks();
    std::thread consumer([&] {
      pin(1);
      Ticks chunkStart = hft::readTicks();
      std::uint64_t chunkEnd = kChunkRecords;
      for (std::uint64_t expected = 0; expected < kThroughputRecords;) {
        const std::size_t count = queue.drain(kDrainLimit, [&](const Record& record) {
          if (!holds(record, expected++)) ++wrong;
        });
        if (count == 0) hft::ring::relaxCpu();
        if (expected >= chunkEnd) {
          const Ticks now = hft::readTicks();
          chunks.push_back(now - chunkStart);
          chunkStart = now;
          chunkEnd += kChunkRecords;
        }
      }
    });
    for (std::uint64_t next = 0; next < kThroughputRecords;) {
      const std::uint64_t wanted = std::min<std::uint64_t>(batch, kThroughputRecords - next);
      const std::uint64_t taken = offer(queue, next, wanted);
      if (taken == 0) hft::ring::relaxCpu();
      next += taken;
    }
    consumer.join();
    state.SetIterationTime(static_cast<double>(tickRate().toNanos(hft::readTicks() - start)) *
                           1e-9);
  }
  if (wrong != 0) state.SkipWithError("records arrived wrong or out of order");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kThroughputRecords));
  // The usual rate: a chunk that another process's time slice falls into is an outlier here, while
  // items_per_second has it all.
  state.counters["chunk_p50_per_s"] = static_cast<double>(kChunkRecords) * 1e9 / median(chunks);
  state.counters["line_rtt_ns"] = before;
  state.counters["line_rtt_after_ns"] = lineRoundTrip();
}

/// Half of the time of a record's way there and back.
template <typename Queue>
void oneWay(benchmark::State& state) {
  const double before = lineRoundTrip();
  std::vector<Ticks> samples;
  std::uint64_t wrong = 0;
  for (auto _ : state) {
    Queue there(1'024);
    Queue back(1'024);
    std::thread echo([&] {
      pin(1);
      for (std::size_t i = 0; i < kPingPongs;) {
        i += there.drain(1, [&](const Record& record) { (void)back.push(record); });
      }
    });
    const Ticks begin = hft::readTicks();
    for (std::uint64_t i = 0; i < kPingPongs; ++i) {
      const Ticks start = hft::readTicks();
      Record record;
      fill(record, i);
      (void)there.push(record);
      while (back.drain(1, [&](const Record& answer) {
        if (!holds(answer, i)) ++wrong;
      }) == 0) {
      }
      samples.push_back((hft::readTicks() - start) / 2);
    }
    const Ticks end = hft::readTicks();
    echo.join();
    state.SetIterationTime(static_cast<double>(tickRate().toNanos(end - begin)) * 1e-9);
  }
  if (wrong != 0) state.SkipWithError("answers arrived wrong or out of order");
  state.counters["p50_ns"] = median(samples);
  state.counters["p99_ns"] = quantile(samples, 0.99);
  state.counters["max_ns"] = quantile(samples, 1);
  state.counters["line_rtt_ns"] = before;
  state.counters["line_rtt_after_ns"] = lineRoundTrip();
}

BENCHMARK(throughput<SpscRing<Record>>)
    ->Name("ring/spsc_64B_throughput")
    ->ArgName("publish")
    ->Arg(1)
    ->Arg(16)
    ->UseManualTime()
    ->Iterations(3);
BENCHMARK(throughput<MpscRing<Record>>)
    ->Name("ring/mpsc_64B_one_producer_throughput")
    ->ArgName("publish")
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(3);
BENCHMARK(throughput<MutexQueue>)
    ->Name("ring/baseline_mutex_deque_throughput")
    ->ArgName("publish")
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(1);
BENCHMARK(oneWay<SpscRing<Record>>)->Name("ring/spsc_64B_one_way")->UseManualTime()->Iterations(3);
BENCHMARK(oneWay<MpscRing<Record>>)->Name("ring/mpsc_64B_one_way")->UseManualTime()->Iterations(3);
BENCHMARK(oneWay<MutexQueue>)
    ->Name("ring/baseline_mutex_deque_one_way")
    ->UseManualTime()
    ->Iterations(1);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  // The consumers pin themselves; threads that a pinned thread creates begin on its core.
  pin(0);
  benchmark::AddCustomContext("records", "64 bytes, cores 0 and 1");
  benchmark::AddCustomContext("line_rtt_ns", std::to_string(lineRoundTrip()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
