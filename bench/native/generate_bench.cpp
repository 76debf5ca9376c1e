// Generated frames per second and format, beside the same bookTicker printed with snprintf (what
// one would write first). Input: GeneratorOptions{} with seed 1 and the standard mix of 20 % depth
// of about 25 levels, 40 % trade and 40 % ticker; `Small` without depth. Each run checks what it
// made: an uncrossed book, and bytes that a second generator gives again.
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstring>
#include <vector>

#include "native/core/crc32.hpp"
#include "native/generate/market_generator.hpp"

namespace {

using namespace hft;
using generate::FrameInfo;
using generate::GeneratorOptions;
using generate::MarketGenerator;
using generate::MessageMix;

const char* const kNames[] = {"binance-spot",      "binance-futures", "coinbase-exchange",
                              "coinbase-advanced", "kraken-v1",       "kraken-v2",
                              "alpaca-json",       "alpaca-msgpack"};

GeneratorOptions optionsOf(const benchmark::State& state) {
  GeneratorOptions options;
  options.format = static_cast<decode::WireFormat>(state.range(0));
  if (state.range(1) == 0) options.mix = MessageMix{0, 1, 1};
  return options;
}

/// Whether two generators agree on their first frames.
bool repeats(const GeneratorOptions& options) {
  std::uint32_t crcs[2] = {0, 0};
  std::vector<char> buffer(std::size_t{1} << 20);
  for (std::uint32_t& crc : crcs) {
    MarketGenerator generator(options);
    FrameInfo info;
    for (int count = 0; count < 500; ++count) {
      const std::size_t bytes = generator.next(buffer, info);
      crc = crc32(crc, {buffer.data(), bytes});
    }
  }
  return crcs[0] == crcs[1];
}

void generateFrames(benchmark::State& state) {
  const GeneratorOptions options = optionsOf(state);
  if (!repeats(options)) return state.SkipWithError("equal seeds gave different bytes");
  MarketGenerator generator(options);
  std::vector<char> buffer(std::size_t{1} << 20);
  FrameInfo info;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::size_t written = generator.next(buffer, info);
    bytes += static_cast<std::int64_t>(written);
    benchmark::DoNotOptimize(buffer.data());
  }
  for (std::size_t at = 0; at < generator.instrumentCount(); ++at) {
    if (generator.book(at).bestBid() >= generator.book(at).bestAsk()) {
      return state.SkipWithError("a generated book is crossed");
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
  state.SetLabel(kNames[state.range(0)]);
}
BENCHMARK(generateFrames)
    ->ArgNames({"format", "depth"})
    ->ArgsProduct({{0, 1, 2, 3, 4, 5, 6, 7}, {0, 1}});

void fillBatches(benchmark::State& state) {
  MarketGenerator generator(GeneratorOptions{});
  std::vector<char> buffer(std::size_t{1} << 18);
  std::int64_t frames = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const generate::FillResult filled = generator.fill(buffer, generate::Framing::WebSocket);
    if (filled.frames == 0) return state.SkipWithError("no frame fits");
    frames += static_cast<std::int64_t>(filled.frames);
    bytes += static_cast<std::int64_t>(filled.bytes);
  }
  state.SetItemsProcessed(frames);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(fillBatches);

/// The baseline: one bookTicker frame, its numbers printed by the C library.
void snprintfTicker(benchmark::State& state) {
  char buffer[512];
  std::int64_t bytes = 0;
  long long id = 50'000'000'000;
  for (auto _ : state) {
    ++id;
    bytes += std::snprintf(buffer, sizeof buffer,
                           "{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":%lld,\"s\":\"%s\","
                           "\"b\":\"%lld.%02lld000000\",\"B\":\"%lld.%05lld000\","
                           "\"a\":\"%lld.%02lld000000\",\"A\":\"%lld.%05lld000\"}}",
                           id, "BTCUSDT", 61837LL, id % 100, id % 7, id % 100'000, 61838LL,
                           id % 100, id % 5, id % 100'000);
    benchmark::DoNotOptimize(buffer);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(snprintfTicker);

}  // namespace

BENCHMARK_MAIN();
