// Memory of the pipeline over a long run: a generated Binance spot market of three instruments is
// decoded into books and events, frame by frame, and the resident memory is read after the first
// tenth and at the end. 5 million messages; 100 million with HFT_BENCH_FULL=1.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

#include "native/core/check.hpp"
#include "native/generate/market_generator.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/pipeline.hpp"

namespace hft::bench {
namespace {

double residentBytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// A pipeline with its ring and a consumer that takes everything at once.
class Subject {
 public:
  explicit Subject(generate::MarketGenerator& market)
      : market_(market),
        memory_(stream::EventRingLayout::bytes(kSlots, kDepth) / 8),
        ring_(std::as_writable_bytes(std::span(memory_)), kSlots, kDepth),
        publisher_(&ring_, options_.instrumentsMax, options_.messagesMax),
        pipeline_(options_, publisher_),
        connection_(pipeline_.addConnection(decode::WireFormat::BinanceSpot)),
        buffer_(1 << 20, '\0') {
    for (std::size_t i = 0; i < market.instrumentCount(); ++i) {
      HFT_CHECK(pipeline_.addInstrument(market.symbol(i), market.scale(i)).ok());
    }
    send(stream::FrameOrigin::Connected, {});
    play();
    for (std::size_t i = 0; i < market.instrumentCount(); ++i) {
      std::string body(market.snapshotBytesMax(i) + event::kFramePadding, '\0');
      const std::size_t bytes = market.snapshot(i, 5000, body);
      send(stream::FrameOrigin::SnapshotOf, market.symbol(i));
      send(stream::FrameOrigin::RestSnapshot, std::string_view(body).substr(0, bytes));
    }
  }

  /// Makes one frame and plays it.
  void play() {
    generate::FrameInfo info;
    const std::size_t bytes = market_.next(buffer_, info);
    HFT_CHECK(bytes > 0);
    send(stream::FrameOrigin::Stream, std::string_view(buffer_).substr(0, bytes));
  }

  [[nodiscard]] const stream::StreamCounters& counters() const { return pipeline_.counters(); }

 private:
  static constexpr std::size_t kSlots = 16'384;
  static constexpr std::size_t kDepth = 5;

  void send(stream::FrameOrigin origin, std::string_view payload) {
    stream::QueuedFrame frame;
    frame.origin = origin;
    frame.connection = connection_;
    frame.receiveTime = ++now_;
    frame.payload = payload;
    pipeline_.onFrame(frame);
    (void)publisher_.flush();
    auto* tail = reinterpret_cast<std::uint32_t*>(reinterpret_cast<std::byte*>(memory_.data()) +
                                                  stream::EventRingLayout::kTail);
    std::atomic_ref<std::uint32_t>(*tail).store(ring_.written());
  }

  generate::MarketGenerator& market_;
  stream::PipelineOptions options_;
  std::vector<std::uint64_t> memory_;
  stream::EventRingWriter ring_;
  stream::Publisher publisher_;
  stream::Pipeline pipeline_;
  std::uint32_t connection_;
  std::string buffer_;
  Nanos now_ = 1'800'000'000'000'000'000;
};

void memoryOverALongRun(benchmark::State& state) {
  const bool isFull = std::getenv("HFT_BENCH_FULL") != nullptr;
  const std::int64_t messages = isFull ? 100'000'000 : 5'000'000;
  generate::GeneratorOptions course;
  generate::MarketGenerator market(course);
  Subject subject(market);
  double early = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < messages; ++i) {
      subject.play();
      if (i == messages / 10) early = residentBytes();
    }
  }
  const double late = residentBytes();
  state.SetItemsProcessed(messages);
  state.counters["resident_early_bytes"] = early;
  state.counters["resident_growth_bytes"] = late - early;
  state.counters["messages"] = static_cast<double>(messages);
}
BENCHMARK(memoryOverALongRun)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace hft::bench

BENCHMARK_MAIN();
