// Decode of Binance frames to integer levels, ours beside simdjson On-Demand doing the same work:
// the same fields, the same integers (through the same SSE decimals), the same Frame.
//
// Input: the hftbacktest captures under $HFT_FIXTURES (default ../shared/data), or frames of the
// same layouts made here where they are absent. Each pair is checked by a checksum over all that
// was decoded. Run: out/<build>/bench/bench_decode --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/native/simdjson_binance.hpp"
#include "native/decode/decimal.hpp"
#include "native/decode/decoder.hpp"

namespace {

using hft::Side;
using hft::decode::DecodeContext;
using hft::event::DecodeError;
using hft::event::Frame;
using hft::event::LevelRange;
using hft::event::Message;
using hft::event::MessageKind;

constexpr std::size_t kMessagesMax = 16;
constexpr std::size_t kLevelsMax = 8192;

struct Capture {
  std::string name;
  std::string bytes;  // Every frame is followed by kFramePadding bytes.
  std::vector<std::pair<std::size_t, std::size_t>> frames;

  void add(std::string_view frame) {
    frames.emplace_back(bytes.size(), frame.size());
    bytes += frame;
    bytes.append(hft::event::kFramePadding, '\0');
  }
  [[nodiscard]] std::vector<std::string_view> select(std::string_view part) const {
    std::vector<std::string_view> selected;
    for (const auto& [offset, size] : frames) {
      const std::string_view frame(bytes.data() + offset, size);
      if (frame.find(part) != std::string_view::npos) selected.push_back(frame);
    }
    return selected;
  }
};

std::string fixture(const char* file) {
  const char* root = std::getenv("HFT_FIXTURES");
  return std::string(root != nullptr ? root : "../shared/data") + "/hftbacktest/" + file;
}

/// Reads the lines `LOCAL_NS {json}` of a gzip file; false where it is absent.
bool load(Capture& capture, const char* file) {
  std::FILE* pipe = popen(("zcat '" + fixture(file) + "' 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return false;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t size = 0; (size = getline(&line, &capacity, pipe)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(size));
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    text.remove_prefix(text.find(' ') + 1);
    if (text.starts_with("{\"stream\"")) capture.add(text);
  }
  std::free(line);
  return pclose(pipe) == 0 && !capture.frames.empty();
}

std::string number(std::mt19937_64& random, std::uint64_t low, std::uint64_t high, int decimals) {
  const std::string digits = std::to_string(low + random() % (high - low));
  const std::size_t integers = digits.size() - static_cast<std::size_t>(decimals);
  return digits.substr(0, integers) + "." + digits.substr(integers);
}

/// USD-M frames of the recorded mix: 77 % bookTicker, 16 % trade, 7 % depth of 68 levels.
void generate(Capture& capture) {
  std::mt19937_64 random(1);
  std::uint64_t id = 5123107832006;
  const auto price = [&] { return number(random, 6'100'000, 6'200'000, 2); };
  const auto qty = [&] { return number(random, 1000, 99'000, 3); };
  const auto side = [&](int levels) {
    std::string text;
    for (int level = 0; level < levels; ++level) {
      text += (level > 0 ? ",[\"" : "[\"") + price() + "\",\"" + qty() + "\"]";
    }
    return text;
  };
  for (int index = 0; index < 8000; ++index) {
    const std::string time = std::to_string(1723161256000 + index * 4);
    const std::string update = std::to_string(id += 97);
    const int kind = static_cast<int>(random() % 100);
    if (kind < 77) {
      capture.add(
          "{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"e\":\"bookTicker\",\"u\":" + update +
          ",\"s\":\"BTCUSDT\",\"b\":\"" + price() + "\",\"B\":\"" + qty() + "\",\"a\":\"" +
          price() + "\",\"A\":\"" + qty() + "\",\"T\":" + time + ",\"E\":" + time + "}}");
    } else if (kind < 93) {
      capture.add("{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":" + time +
                  ",\"T\":" + time + ",\"s\":\"BTCUSDT\",\"t\":" + update + ",\"p\":\"" + price() +
                  "\",\"q\":\"" + qty() +
                  "\",\"X\":\"MARKET\",\"m\":" + (random() % 2 == 0 ? "true" : "false") + "}}");
    } else {
      capture.add(
          "{\"stream\":\"btcusdt@depth@0ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":" + time +
          ",\"T\":" + time + ",\"s\":\"BTCUSDT\",\"U\":" + update + ",\"u\":" + update +
          ",\"pu\":" + update + ",\"b\":[" + side(34) + "],\"a\":[" + side(34) + "]}}");
    }
  }
}

const Capture& usdm() {
  static const Capture capture = [] {
    Capture loaded{.name = "recorded usdm", .bytes = {}, .frames = {}};
    if (!load(loaded, "usdm_btcusdt_20240808.first60s.gz")) {
      loaded = Capture{.name = "generated usdm (captures absent)", .bytes = {}, .frames = {}};
      generate(loaded);
    }
    return loaded;
  }();
  return capture;
}

/// Empty where the capture is absent: its benchmarks say so.
const Capture& spot() {
  static const Capture capture = [] {
    Capture loaded{.name = "recorded spot", .bytes = {}, .frames = {}};
    load(loaded, "spot_btcusdt_20240808.first60s.gz");
    return loaded;
  }();
  return capture;
}

const Capture& coinm() {
  static const Capture capture = [] {
    Capture loaded{.name = "recorded coinm", .bytes = {}, .frames = {}};
    load(loaded, "cm_btcusd_perp_20240808.first20s.gz");
    return loaded;
  }();
  return capture;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
}

std::uint64_t checksum(std::uint64_t hash, const Frame& frame) {
  for (const Message& message : frame.messages()) {
    hash = mix(hash, static_cast<std::uint64_t>(message.kind) * 8 +
                         static_cast<std::uint64_t>(message.side));
    hash = mix(hash, message.instrument);
    hash = mix(hash, static_cast<std::uint64_t>(message.exchangeTime));
    hash = mix(mix(mix(hash, message.firstId), message.lastId), message.prevId);
    if (message.kind == MessageKind::BookDelta) {
      for (const LevelRange range : {message.book.bids, message.book.asks}) {
        for (const auto& level : frame.levels(range)) {
          hash = mix(mix(hash, static_cast<std::uint64_t>(level.price)),
                     static_cast<std::uint64_t>(level.qty));
        }
      }
    } else if (message.kind == MessageKind::Quote) {
      hash = mix(mix(hash, static_cast<std::uint64_t>(message.quote.bid)),
                 static_cast<std::uint64_t>(message.quote.askQty));
    } else {
      hash = mix(mix(hash, static_cast<std::uint64_t>(message.trade.price)),
                 static_cast<std::uint64_t>(message.trade.qty));
    }
  }
  return hash;
}

enum class Engine { Ours, Simdjson };

struct Case {
  const Capture& (*capture)();
  const char* part;  // Only frames that contain it.
  bool isFutures;
};

/// Decodes all frames of a case once per iteration, after comparing what both engines decode.
void run(benchmark::State& state, Case test, Engine engine) {
  const std::vector<std::string_view> frames = test.capture().select(test.part);
  if (frames.empty()) return state.SkipWithError("capture absent: set HFT_FIXTURES");
  hft::InstrumentTable instruments(4);
  static_cast<void>(instruments.add("BTCUSDT", {2, 8, 2, 8}));
  static_cast<void>(instruments.add("BTCUSD_PERP", {1, 0, 1, 0}));
  DecodeContext context{.instruments = instruments};
  auto out = std::make_unique<Frame>(kMessagesMax, kLevelsMax);
  const auto decodeOurs =
      test.isFutures ? hft::decode::decodeBinanceFutures : hft::decode::decodeBinanceSpot;
  std::uint64_t ours = 0;
  std::size_t levels = 0;
  std::size_t bytes = 0;
  for (const auto frame : frames) {
    if (decodeOurs(frame, context, *out) != DecodeError::Ok) {
      return state.SkipWithError("a frame was refused");
    }
    ours = checksum(ours, *out);
    levels += out->levelCount();
    bytes += frame.size();
  }
#if HFT_HAVE_SIMDJSON
  hft::bench::SimdjsonBinance simdjson(context, test.isFutures);
  std::uint64_t theirs = 0;
  for (const auto frame : frames) {
    if (!simdjson.decode(frame, *out)) return state.SkipWithError("simdjson refused a frame");
    theirs = checksum(theirs, *out);
  }
  if (ours != theirs) return state.SkipWithError("checksums differ");
#endif
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (const auto frame : frames) {
#if HFT_HAVE_SIMDJSON
      if (engine == Engine::Simdjson) {
        sum += simdjson.decode(frame, *out) ? out->messages()[0].lastId : 0;
        continue;
      }
#endif
      sum += decodeOurs(frame, context, *out) == DecodeError::Ok ? out->messages()[0].lastId : 0;
    }
  }
  benchmark::DoNotOptimize(sum);
  const auto count = static_cast<double>(frames.size());
  const auto perIteration = benchmark::Counter::kIsIterationInvariantRate;
  using benchmark::Counter;
  state.counters["per_frame"] =
      Counter(count, perIteration | Counter::kInvert, Counter::OneK::kIs1000);
  if (levels > 2 * frames.size()) {
    state.counters["per_level"] =
        Counter(static_cast<double>(levels), perIteration | Counter::kInvert);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.SetLabel(test.capture().name + ", " + std::to_string(frames.size()) + " frames of " +
                 std::to_string(bytes / frames.size()) + " B" +
                 (levels > 0 ? ", " + std::to_string(levels / frames.size()) + " levels" : ""));
}

void registerCase(const char* name, Case test) {
  const auto add = [&](const char* engine, Engine which) {
    const std::string full = std::string("decode/") + name + "/" + engine;
    benchmark::RegisterBenchmark(
        full.c_str(), [test, which](benchmark::State& state) { run(state, test, which); });
  };
  add("hft", Engine::Ours);
#if HFT_HAVE_SIMDJSON
  if (hft::bench::SimdjsonBinance::runsHere()) add("simdjson", Engine::Simdjson);
#endif
}

void decimals(benchmark::State& state, bool isFast) {
  std::mt19937_64 random(1);
  std::string text;
  std::vector<std::size_t> starts;
  for (int index = 0; index < 4096; ++index) {
    starts.push_back(text.size());
    text += number(random, 6'100'000'000'000, 6'200'000'000'000, 8) + "\"";
  }
  const std::size_t size = text.size();
  text.append(hft::event::kFramePadding, '\0');
  const char* end = text.data() + size;
  std::int64_t sum = 0;
  for (auto _ : state) {
    for (const std::size_t start : starts) {
      const char* at = text.data() + start;
      const auto scan = isFast ? hft::decode::scanDecimal(at, end, 8)
                               : hft::decode::scanDecimalScalar(at, end, 8);
      sum += scan.value + (scan.next - at);
    }
  }
  benchmark::DoNotOptimize(sum);
  state.counters["per_number"] = benchmark::Counter(
      static_cast<double>(starts.size()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetLabel("numbers such as 61234.12345678");
}

}  // namespace

int main(int argc, char** argv) {
  registerCase("usdm_bookTicker", {usdm, "@bookTicker\"", true});
  registerCase("usdm_trade", {usdm, "@trade\"", true});
  registerCase("usdm_depth", {usdm, "@depth", true});
  registerCase("usdm_recorded_order", {usdm, "", true});
  registerCase("spot_bookTicker", {spot, "@bookTicker\"", false});
  registerCase("spot_trade", {spot, "@trade\"", false});
  registerCase("spot_depth", {spot, "@depth", false});
  registerCase("spot_recorded_order", {spot, "", false});
  registerCase("coinm_recorded_order", {coinm, "", true});
  benchmark::RegisterBenchmark("decimal/hft_sse",
                               [](benchmark::State& state) { decimals(state, true); });
  benchmark::RegisterBenchmark("decimal/hft_scalar",
                               [](benchmark::State& state) { decimals(state, false); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
