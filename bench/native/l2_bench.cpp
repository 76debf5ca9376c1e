// L2 books: updates alone, decode + synchronised book on whole frames, and Kraken with checksums.
//
// Input: the captures under $HFT_FIXTURES (default ../shared/data); where they are absent, updates
// made here whose distances from the touch follow the recorded ones (p50 408 ticks, p90 5,948, p99
// 568,298). Each contender works on the same levels in the same order, and their answers must be
// equal: a checksum over the best prices and sizes after each event.
// Run: out/<build>/bench/bench_l2 --benchmark_enable_random_interleaving=true
//        --benchmark_repetitions=5
#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#if HFT_HAVE_SIMDJSON
#include "bench/native/simdjson_binance.hpp"
#endif
#include "bench/native/l2_contenders.hpp"
#include "bench/native/l2_courses.hpp"
#include "native/book/sync/book_sync.hpp"

namespace hft::bench {
namespace {

using book::BookSync;
using book::SyncConfig;

std::uint64_t fold(std::uint64_t sum, const Bbo& bbo) {
  sum = (sum ^ static_cast<std::uint64_t>(bbo.bid)) * 0x9e3779b97f4a7c15ULL;
  sum = (sum ^ static_cast<std::uint64_t>(bbo.ask)) * 0x9e3779b97f4a7c15ULL;
  return sum + static_cast<std::uint64_t>(bbo.bidQty * 31 + bbo.askQty);
}

template <typename Book>
std::uint64_t play(Book& book, const Course& course) {
  std::uint64_t sum = 0;
  for (const Event& event : course.events) {
    const Level* level = &course.levels[event.begin];
    for (std::uint32_t n = 0; n < event.bids; ++n, ++level) {
      book.set(Side::Buy, level->price, level->qty);
    }
    for (std::uint32_t n = 0; n < event.asks; ++n, ++level) {
      book.set(Side::Sell, level->price, level->qty);
    }
    sum = fold(sum, book.bbo());
  }
  return sum;
}

using CourseOf = const Course& (*)();

template <typename Book>
void updates(benchmark::State& state, CourseOf courseOf) {
  const Course& course = courseOf();
  if (course.events.empty()) {
    state.SkipWithError("no capture: hftbacktest");
    return;
  }
  static const auto expected = [] { return std::unordered_map<const Course*, std::uint64_t>(); }();
  MapBook reference;
  const std::uint64_t answer = play(reference, course);
  Book book;
  for (auto _ : state) {
    // The first event is the snapshot: a pass begins with an emptied book, whose clearing and
    // filling is part of what is measured for all contenders alike.
    book.clear();
    const std::uint64_t sum = play(book, course);
    if (sum != answer) {
      state.SkipWithError("the best prices differ from std::map's");
      return;
    }
  }
  const auto levels = static_cast<double>(course.levels.size());
  state.counters["time/level"] = benchmark::Counter(
      levels, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["levels"] = levels;
}

// Whole frames.

struct FramesAnswer {
  std::uint64_t sum = 0;
  std::uint64_t applied = 0;
  std::uint64_t gaps = 0;
};

template <typename Decode>
FramesAnswer playFrames(const Recording& recording, BookSync& sync, Frame& frame, Decode&& decode) {
  FramesAnswer answer;
  (void)sync.onDisconnect();
  for (std::size_t at = 0; at < recording.frames.size(); ++at) {
    if (!decode(recording[at])) continue;
    for (const Message& message : frame.messages()) {
      const auto outcome = sync.apply(message, frame, 0);
      answer.applied += outcome.counts.applied;
      answer.gaps += outcome.counts.gaps;
    }
    // A broken book still shows its last levels; what it shows counts from the snapshot on.
    if (!sync.awaitsSnapshot()) answer.sum = fold(answer.sum, sync.book().bbo());
  }
  return answer;
}

SyncConfig configOf(SyncRule rule, bool audits) {
  SyncConfig config;
  config.rule = rule;
  config.limits = kLimits;
  config.scale = scaleOf(rule);
  config.auditsQuotes = audits;
  return config;
}

void countFrames(benchmark::State& state, const Recording& recording) {
  const auto frames = static_cast<double>(recording.frames.size());
  state.counters["frames/s"] =
      benchmark::Counter(frames, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/s"] = benchmark::Counter(static_cast<double>(recording.bytes.size()),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

void frames(benchmark::State& state, SyncRule rule, bool audits) {
  const Recording& recording = recordingOf(rule);
  if (recording.frames.empty()) {
    state.SkipWithError("no capture: hftbacktest");
    return;
  }
  Market market(rule);
  BookSync sync(configOf(rule, audits));
  const auto decode = [&](std::string_view frame) {
    return decoderOf(rule)(frame, market.context, market.frame) == DecodeError::Ok;
  };
  FramesAnswer answer;
  for (auto _ : state) answer = playFrames(recording, sync, market.frame, decode);
  if (answer.gaps != 0 || answer.applied < 500 ||
      sync.status().state != event::BookState::Trusted) {
    state.SkipWithError("the book is not in sequence");
  }
  countFrames(state, recording);
}

#if HFT_HAVE_SIMDJSON
/// simdjson decodes, the same book synchronises; a bare snapshot, which is one frame of thousands,
/// goes through our decoder in both.
void framesWithSimdjson(benchmark::State& state, SyncRule rule) {
  const Recording& recording = recordingOf(rule);
  if (recording.frames.empty() || !SimdjsonBinance::runsHere()) {
    state.SkipWithError("no capture: hftbacktest, or no AVX2");
    return;
  }
  Market market(rule);
  BookSync sync(configOf(rule, false));
  SimdjsonBinance decoder(market.context, rule == SyncRule::BinanceFutures);
  const auto decode = [&](std::string_view frame) {
    if (frame.starts_with("{\"stream\"")) return decoder.decode(frame, market.frame);
    return decoderOf(rule)(frame, market.context, market.frame) == DecodeError::Ok;
  };
  const auto ours = [&](std::string_view frame) {
    return decoderOf(rule)(frame, market.context, market.frame) == DecodeError::Ok;
  };
  const FramesAnswer expected = playFrames(recording, sync, market.frame, ours);
  FramesAnswer answer;
  for (auto _ : state) answer = playFrames(recording, sync, market.frame, decode);
  if (answer.sum != expected.sum) state.SkipWithError("the best prices differ from ours");
  countFrames(state, recording);
}
#endif

// Kraken: every update carries a checksum.

void kraken(benchmark::State& state, bool withChecksum) {
  const Recording recording = record("cryptofeed/KRAKEN.ws.50.0", ": ");
  if (recording.frames.empty()) {
    state.SkipWithError("no capture: cryptofeed/KRAKEN.ws.50.0");
    return;
  }
  InstrumentTable instruments(16);
  DecodeContext context{instruments};
  context.discoversInstruments = true;
  // Decoded once: what is measured is the update of the book and its checksum.
  std::vector<std::unique_ptr<Frame>> decoded;
  for (std::size_t at = 0; at < recording.frames.size(); ++at) {
    auto frame = std::make_unique<Frame>(8, 4096);
    DecodeError error = DecodeError::Ok;
    while ((error = decode::decodeKrakenV1(recording[at], context, *frame)) ==
           DecodeError::TooManyDecimals) {
      if (!instruments.widen(frame->neededInstrument,
                             {frame->neededPriceDecimals, frame->neededQtyDecimals,
                              frame->neededPriceDigits, frame->neededQtyDigits})) {
        break;
      }
      for (auto& earlier : decoded) earlier.reset();
      decoded.clear();
      at = 0;
    }
    decoded.push_back(std::move(frame));
  }
  std::vector<std::unique_ptr<BookSync>> syncs;
  for (InstrumentId id = 0; id < instruments.size(); ++id) {
    SyncConfig config;
    config.rule = SyncRule::Kraken;
    config.scale = instruments[id].scale;
    config.depthMax = 1000;
    syncs.push_back(std::make_unique<BookSync>(config));
  }
  std::uint64_t updates = 0;
  std::uint64_t verified = 0;
  for (auto _ : state) {
    updates = verified = 0;
    for (auto& sync : syncs) (void)sync->onDisconnect();
    for (auto& frame : decoded) {
      for (Message& message : frame->messages()) {
        if (message.instrument == kNoInstrument) continue;
        Message copy = message;
        copy.hasChecksum = copy.hasChecksum && withChecksum;
        const auto outcome = syncs[message.instrument]->apply(copy, *frame, 0);
        updates += outcome.counts.applied - outcome.counts.snapshots;
        verified += outcome.counts.checksumsOk;
      }
    }
  }
  if (updates != 1518 || (withChecksum && verified != 1518)) {
    state.SkipWithError("not every checksum was verified");
  }
  state.counters["time/update"] = benchmark::Counter(
      static_cast<double>(updates),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void registerUpdates(const std::string& name, CourseOf course) {
  benchmark::RegisterBenchmark(("l2_update/" + name + "/ours").c_str(), updates<OurBook>, course);
  benchmark::RegisterBenchmark(("l2_update/" + name + "/std_map").c_str(), updates<MapBook>,
                               course);
  benchmark::RegisterBenchmark(("l2_update/" + name + "/hash_map").c_str(), updates<HashBook>,
                               course);
}

void registerFrames(const std::string& name, SyncRule rule) {
  benchmark::RegisterBenchmark(("l2_frames/" + name + "/ours").c_str(), frames, rule, false);
  benchmark::RegisterBenchmark(("l2_frames/" + name + "/ours_audited").c_str(), frames, rule, true);
#if HFT_HAVE_SIMDJSON
  benchmark::RegisterBenchmark(("l2_frames/" + name + "/simdjson").c_str(), framesWithSimdjson,
                               rule);
#endif
}

}  // namespace
}  // namespace hft::bench

int main(int argc, char** argv) {
  using namespace hft::bench;
  registerUpdates("usdm", usdmCourse);
  registerUpdates("spot", spotCourse);
  registerUpdates("generated", generatedCourse);
  registerFrames("usdm", SyncRule::BinanceFutures);
  registerFrames("spot", SyncRule::BinanceSpot);
  benchmark::RegisterBenchmark("kraken/update", kraken, false);
  benchmark::RegisterBenchmark("kraken/update_and_checksum", kraken, true);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
