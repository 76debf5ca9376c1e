// Decode of the hot messages of Kraken, Coinbase and Alpaca to integer levels, ours beside simdjson
// On-Demand doing the same work.
//
// Input: the updates of the cryptofeed captures under $HFT_FIXTURES (default ../shared/data; left
// out where absent), and 4,096 generated quotes of four stocks (seed 1) in both forms of Alpaca's
// stream. Each pair is checked by a hash over all that was decoded, and MessagePack against JSON.
// Run: out/<build>/bench/bench_venue_decode --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/native/simdjson_venues.hpp"
#include "native/decode/decoder.hpp"
#include "test/native/decode/msgpack_writer.hpp"

namespace {

using hft::InstrumentTable;
using hft::decode::DecodeContext;
using hft::event::DecodeError;
using hft::event::Frame;

/// Frames, each followed by the padding that decoders may read.
class Frames {
 public:
  void add(std::string_view frame) {
    spans_.emplace_back(bytes_.size(), frame.size());
    bytes_ += frame;
    bytes_.append(hft::event::kFramePadding, '\0');
  }
  [[nodiscard]] std::vector<std::string_view> all() const {
    std::vector<std::string_view> frames;
    for (const auto& [offset, size] : spans_) frames.emplace_back(bytes_.data() + offset, size);
    return frames;
  }
  [[nodiscard]] std::size_t size() const { return spans_.size(); }
  [[nodiscard]] std::size_t bytes() const {
    return bytes_.size() - spans_.size() * hft::event::kFramePadding;
  }

 private:
  std::string bytes_;
  std::vector<std::pair<std::size_t, std::size_t>> spans_;
};

/// The frames of a cryptofeed capture that hold one of `parts`.
Frames captured(const char* file, std::vector<std::string_view> parts) {
  const char* root = std::getenv("HFT_FIXTURES");
  std::ifstream in(std::string(root != nullptr ? root : "../shared/data") + "/cryptofeed/" + file);
  Frames frames;
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || line.find(' ') < colon) continue;
    for (const std::string_view part : parts) {
      if (line.find(part) == std::string::npos) continue;
      frames.add(std::string_view(line).substr(colon + 2));
      break;
    }
  }
  return frames;
}

constexpr const char* kStocks[] = {"AAPL", "AMD", "SPY", "MSFT"};

struct Quotes {
  Frames json;
  Frames packed;
};

Quotes generateQuotes() {
  std::mt19937_64 random(1);
  Quotes quotes;
  for (int index = 0; index < 4096; ++index) {
    const char* symbol = kStocks[random() % 4];
    const unsigned bid = 1000 + static_cast<unsigned>(random() % 60'000);
    const unsigned ask = bid + 1 + static_cast<unsigned>(random() % 5);
    const unsigned bidQty = 1 + static_cast<unsigned>(random() % 900);
    const unsigned askQty = 1 + static_cast<unsigned>(random() % 900);
    const auto nanos = static_cast<unsigned>(random() % 1'000'000'000);
    const std::string bidText =
        std::to_string(bid / 100) + "." + std::to_string(bid % 100 / 10) + std::to_string(bid % 10);
    const std::string askText =
        std::to_string(ask / 100) + "." + std::to_string(ask % 100 / 10) + std::to_string(ask % 10);
    char time[40];
    std::snprintf(time, sizeof time, "2021-02-22T15:51:45.%09uZ", nanos);
    quotes.json.add(std::string(R"([{"T":"q","S":")") + symbol + R"(","bx":"U","bp":)" + bidText +
                    R"(,"bs":)" + std::to_string(bidQty) + R"(,"ax":"Q","ap":)" + askText +
                    R"(,"as":)" + std::to_string(askQty) + R"(,"t":")" + time +
                    R"(","c":["R"],"z":"C"}])");
    hft::decode::lab::MsgpackWriter writer;
    writer.array(1).map(11).pair("T", "q").pair("S", symbol).pair("bx", "U");
    writer.pair("bp", bid / 100.0).pair("bs", bidQty).pair("ax", "Q").pair("ap", ask / 100.0);
    writer.pair("as", askQty).text("t").time(1614009105, nanos);
    quotes.packed.add(writer.text("c").array(1).text("R").pair("z", "C").bytes());
  }
  return quotes;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
}

/// A hash of all that a frame of books and quotes says.
std::uint64_t hashOf(const Frame& frame) {
  std::uint64_t hash = frame.messages().size();
  const auto add = [&](std::int64_t value) { hash = mix(hash, static_cast<std::uint64_t>(value)); };
  for (const hft::event::Message& message : frame.messages()) {
    add(static_cast<std::int64_t>(message.kind));
    add(message.instrument);
    add(message.exchangeTime);
    add(message.checksum);
    if (message.kind == hft::event::MessageKind::Quote) {
      for (const std::int64_t value :
           {message.quote.bid, message.quote.bidQty, message.quote.ask, message.quote.askQty}) {
        add(value);
      }
      continue;
    }
    for (const hft::event::LevelRange range : {message.book.bids, message.book.asks}) {
      add(range.count);
      for (const hft::event::Level& level : frame.levels(range)) {
        add(level.price);
        add(level.qty);
      }
    }
  }
  return hash;
}

using hft::bench::SimdjsonVenues;
using Rival = bool (SimdjsonVenues::*)(std::string_view, Frame&);

struct Case {
  const char* name;
  hft::decode::DecodeFunction decode;
  Rival rival;  // nullptr: simdjson reads no such format.
  const Frames* frames;
  const Frames* equals;  // Must decode to the same as these in JSON; nullptr if there are none.
};

/// Instruments whose scales were learned from the frames themselves.
void learn(const Case& test, InstrumentTable& instruments, Frame& out) {
  DecodeContext context{instruments};
  context.discoversInstruments = true;
  for (const std::string_view frame : test.frames->all()) {
    while (test.decode(frame, context, out) == DecodeError::TooManyDecimals) {
      hft::Scale needed;
      needed.priceDecimals = out.neededPriceDecimals;
      needed.qtyDecimals = out.neededQtyDecimals;
      needed.priceDigits = out.neededPriceDigits;
      needed.qtyDigits = out.neededQtyDigits;
      if (!instruments.widen(out.neededInstrument, needed)) break;
    }
  }
}

void run(benchmark::State& state, const Case& test, bool isRival) {
  const std::vector<std::string_view> frames = test.frames->all();
  if (frames.empty()) return state.SkipWithError("capture absent: set HFT_FIXTURES");
  InstrumentTable instruments(16);
  auto out = std::make_unique<Frame>(64, 8192);
  learn(test, instruments, *out);
  DecodeContext context{instruments};
  SimdjsonVenues simdjson(context);
  for (std::size_t index = 0; index < frames.size(); ++index) {
    if (test.decode(frames[index], context, *out) != DecodeError::Ok) {
      return state.SkipWithError("a frame was refused");
    }
    const std::uint64_t ours = hashOf(*out);
    if (test.rival != nullptr &&
        (!(simdjson.*test.rival)(frames[index], *out) || hashOf(*out) != ours)) {
      return state.SkipWithError("simdjson decodes another result");
    }
    if (test.equals != nullptr && (hft::decode::decodeAlpacaJson(test.equals->all()[index], context,
                                                                 *out) != DecodeError::Ok ||
                                   hashOf(*out) != ours)) {
      return state.SkipWithError("the JSON form says another thing");
    }
  }
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (const std::string_view frame : frames) {
      const bool ok = isRival ? (simdjson.*test.rival)(frame, *out)
                              : test.decode(frame, context, *out) == DecodeError::Ok;
      sum += ok ? out->messages()[0].instrument + out->levelCount() : 0;
    }
  }
  benchmark::DoNotOptimize(sum);
  state.counters["per_frame"] = benchmark::Counter(
      static_cast<double>(frames.size()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetLabel(std::to_string(frames.size()) + " frames of " +
                 std::to_string(test.frames->bytes() / frames.size()) + " B");
}

}  // namespace

int main(int argc, char** argv) {
  const Frames kraken = captured("KRAKEN.ws.50.0", {"{\"a\":", "{\"b\":"});
  const Frames coinbase = captured("COINBASE.ws.28.0", {"\"l2update\""});
  const Quotes quotes = generateQuotes();
  const Case cases[] = {
      {"kraken_v1_book", hft::decode::decodeKrakenV1, &SimdjsonVenues::krakenBook, &kraken,
       nullptr},
      {"coinbase_l2update", hft::decode::decodeCoinbaseExchange, &SimdjsonVenues::coinbaseUpdate,
       &coinbase, nullptr},
      {"alpaca_quote_json", hft::decode::decodeAlpacaJson, &SimdjsonVenues::alpacaQuotes,
       &quotes.json, nullptr},
      {"alpaca_quote_msgpack", hft::decode::decodeAlpacaMsgpack, nullptr, &quotes.packed,
       &quotes.json},
  };
  for (const Case& test : cases) {
    const std::string name = std::string("decode/") + test.name;
    benchmark::RegisterBenchmark((name + "/hft").c_str(),
                                 [&test](benchmark::State& state) { run(state, test, false); });
    if (test.rival == nullptr || !SimdjsonVenues::runsHere()) continue;
    benchmark::RegisterBenchmark((name + "/simdjson").c_str(),
                                 [&test](benchmark::State& state) { run(state, test, true); });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
