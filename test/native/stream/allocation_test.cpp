// No allocation per message: a pipeline is warmed up on a generated market, and from there on every
// call of operator new is a defect.
#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <string>
#include <vector>

#include "native/generate/market_generator.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/pipeline.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Not inlined: a compiler that sees only one of a pair takes it for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace hft::stream {
namespace {

using decode::WireFormat;

class PipelineAllocation : public testing::TestWithParam<WireFormat> {};

/// Frames of one market, made before anything is counted.
std::vector<std::string> framesOf(generate::MarketGenerator& market, std::size_t count) {
  std::vector<std::string> frames;
  std::string buffer(1 << 20, '\0');
  while (frames.size() < count) {
    generate::FrameInfo info;
    const std::size_t bytes = market.next(buffer, info);
    EXPECT_GT(bytes, 0U);
    // Readable beyond its end, as every frame of a pipeline.
    frames.push_back(buffer.substr(0, bytes) + std::string(event::kFramePadding, '\0'));
  }
  return frames;
}

TEST_P(PipelineAllocation, TakesNoMemoryPerMessageOnceItIsWarm) {
  constexpr std::size_t kWarmUp = 60'000;
  constexpr std::size_t kCounted = 60'000;
  constexpr std::size_t kSlots = 4096;
  constexpr std::size_t kDepth = 5;
  generate::GeneratorOptions course;
  course.format = GetParam();
  course.seed = 7;
  generate::MarketGenerator market(course);
  std::vector<std::uint64_t> memory(EventRingLayout::bytes(kSlots, kDepth) / 8);
  EventRingWriter ring(std::as_writable_bytes(std::span(memory)), kSlots, kDepth);
  PipelineOptions options;
  options.discoversInstruments = true;
  Publisher publisher(&ring, options.instrumentsMax, options.messagesMax);
  Pipeline pipeline(options, publisher);
  const std::uint32_t connection = pipeline.addConnection(GetParam());
  QueuedFrame connected;
  connected.origin = FrameOrigin::Connected;
  connected.connection = connection;
  pipeline.onFrame(connected);
  std::vector<std::string> snapshots;
  for (std::size_t i = 0; i < market.instrumentCount(); ++i) {
    std::string body(market.snapshotBytesMax(i) + event::kFramePadding, '\0');
    body.resize(market.snapshot(i, 5000, body) + event::kFramePadding);
    snapshots.push_back(std::move(body));
  }
  const std::vector<std::string> frames = framesOf(market, kWarmUp + kCounted);
  const auto play = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      QueuedFrame frame;
      frame.connection = connection;
      frame.receiveTime = static_cast<Nanos>(1'800'000'000'000'000'000 + i);
      frame.payload =
          std::string_view(frames[i]).substr(0, frames[i].size() - event::kFramePadding);
      pipeline.onFrame(frame);
      (void)publisher.flush();
      // The consumer keeps up: it takes everything at once.
      std::atomic_ref<std::uint32_t>(
          *reinterpret_cast<std::uint32_t*>(reinterpret_cast<std::byte*>(memory.data()) +
                                            EventRingLayout::kTail))
          .store(ring.written());
    }
  };
  play(0, 100);
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    if (snapshots[i].size() == event::kFramePadding) continue;
    QueuedFrame name;
    name.origin = FrameOrigin::SnapshotOf;
    name.connection = connection;
    name.payload = market.symbol(i);
    pipeline.onFrame(name);
    QueuedFrame frame;
    frame.origin = FrameOrigin::RestSnapshot;
    frame.connection = connection;
    frame.payload =
        std::string_view(snapshots[i]).substr(0, snapshots[i].size() - event::kFramePadding);
    pipeline.onFrame(frame);
  }
  play(100, kWarmUp);
  const std::uint64_t eventsBefore = ring.written();
  const std::uint64_t before = allocations.load();
  play(kWarmUp, kWarmUp + kCounted);
  const std::uint64_t after = allocations.load();
  EXPECT_EQ(after - before, 0U);
  EXPECT_GT(ring.written() - eventsBefore, kCounted / 2) << "the frames must have become events";
}

INSTANTIATE_TEST_SUITE_P(Formats, PipelineAllocation,
                         testing::Values(WireFormat::BinanceSpot, WireFormat::BinanceFutures,
                                         WireFormat::CoinbaseExchange, WireFormat::CoinbaseAdvanced,
                                         WireFormat::KrakenV2, WireFormat::AlpacaJson,
                                         WireFormat::AlpacaMsgpack));

}  // namespace
}  // namespace hft::stream
