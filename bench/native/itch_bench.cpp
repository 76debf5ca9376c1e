// ITCH: decoding of all fields, and the books of all symbols.
//
// Input: a generated day (seed 1, 8,900 symbols), 5 million messages, 30 million with
// HFT_BENCH_FULL=1 or as many as HFT_BENCH_MESSAGES says. Answers: all variants give the same
// digest of every change of a best price or quantity, and the same levels at the end.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "native/book/itch/itch_books.hpp"
#include "native/core/check.hpp"
#include "native/decode/itch/itch_book_feed.hpp"
#include "native/decode/itch/itch_framing.hpp"
#include "native/generate/days/itch_day.hpp"

namespace {

using namespace hft;

std::uint64_t messageCount() {
  if (const char* given = std::getenv("HFT_BENCH_MESSAGES")) {
    return std::strtoull(given, nullptr, 10);
  }
  const char* full = std::getenv("HFT_BENCH_FULL");
  return full != nullptr && full[0] == '1' ? 30'000'000 : 5'000'000;
}

struct Day {
  std::uint64_t messages = messageCount();
  std::uint64_t liveOrders = 0;
  std::vector<std::uint8_t> bytes;

  Day() {
    generate::ItchDay day({.seed = 1, .messages = messages, .symbols = 8'900});
    bytes.resize(messages * 33 + (1 << 20));
    std::size_t size = 0;
    while (const std::size_t count = day.write(std::span(bytes).subspan(size))) size += count;
    HFT_CHECK(day.messagesWritten() == messages);
    bytes.resize(size);
    liveOrders = day.liveOrders();
  }
};

const Day& day() {
  static const Day made;
  return made;
}

/// Uses every field of every message.
struct FieldSum {
  std::uint64_t sum = 0;

  template <std::size_t N>
  void take(const decode::itch::Text<N>& text) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text.bytes.data(), N);
    sum += word;
  }
  template <typename Number>
  void take(Number number) noexcept {
    sum += static_cast<std::uint64_t>(number);
  }
  template <typename... Fields>
  void takeAll(const decode::itch::Prefix& prefix, const Fields&... fields) noexcept {
    sum += prefix.stockLocate + prefix.trackingNumber + prefix.timestamp;
    (take(fields), ...);
  }

  template <typename Message>
  void operator()(const Message& m) noexcept {
    using namespace decode::itch;
    if constexpr (std::is_same_v<Message, AddOrder>) {
      takeAll(m.prefix, m.orderRef, m.side, m.shares, m.stock, m.price);
    } else if constexpr (std::is_same_v<Message, AddOrderMpid>) {
      takeAll(m.prefix, m.orderRef, m.side, m.shares, m.stock, m.price, m.attribution);
    } else if constexpr (std::is_same_v<Message, OrderExecuted>) {
      takeAll(m.prefix, m.orderRef, m.executedShares, m.matchNumber);
    } else if constexpr (std::is_same_v<Message, OrderExecutedWithPrice>) {
      takeAll(m.prefix, m.orderRef, m.executedShares, m.matchNumber, m.printable, m.executionPrice);
    } else if constexpr (std::is_same_v<Message, OrderCancel>) {
      takeAll(m.prefix, m.orderRef, m.cancelledShares);
    } else if constexpr (std::is_same_v<Message, OrderDelete>) {
      takeAll(m.prefix, m.orderRef);
    } else if constexpr (std::is_same_v<Message, OrderReplace>) {
      takeAll(m.prefix, m.originalRef, m.newRef, m.shares, m.price);
    } else if constexpr (std::is_same_v<Message, Trade>) {
      takeAll(m.prefix, m.orderRef, m.side, m.shares, m.stock, m.price, m.matchNumber);
    } else if constexpr (std::is_same_v<Message, Noii>) {
      takeAll(m.prefix, m.pairedShares, m.imbalanceShares, m.imbalanceDirection, m.stock,
              m.farPrice, m.nearPrice, m.referencePrice, m.crossType, m.priceVariation);
    } else if constexpr (std::is_same_v<Message, StockDirectory>) {
      takeAll(m.prefix, m.stock, m.marketCategory, m.financialStatus, m.roundLotSize,
              m.roundLotsOnly, m.issueClassification, m.issueSubType, m.authenticity,
              m.shortSaleThreshold, m.ipoFlag, m.luldTier, m.etpFlag, m.etpLeverage, m.inverse);
    } else {
      takeAll(m.prefix);
    }
  }
};

void setRate(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * day().messages));
  state.counters["live"] = static_cast<double>(day().liveOrders);
}

void decodeAllFields(benchmark::State& state) {
  std::uint64_t sum = 0;
  // Made here: the first benchmark must not time the generator.
  const std::span<const std::uint8_t> bytes = day().bytes;
  for (auto _ : state) {
    FieldSum fields;
    const auto result = decode::itch::readFile(bytes, fields);
    HFT_CHECK(result.error == decode::itch::FramingError::Ok && result.messages == day().messages);
    HFT_CHECK(sum == 0 || sum == fields.sum);
    sum = fields.sum;
  }
  benchmark::DoNotOptimize(sum);
  setRate(state);
}
BENCHMARK(decodeAllFields)->Unit(benchmark::kMillisecond)->MinTime(0.5);

struct TouchDigest {
  std::uint64_t value = 0;

  void onTouch(std::uint16_t locate, const book::ItchTouch& touch) noexcept {
    value = (value ^ locate ^ touch.bid ^ std::uint64_t{touch.ask} << 32 ^
             static_cast<std::uint64_t>(touch.bidQty) << 7 ^
             static_cast<std::uint64_t>(touch.askQty) << 17) *
            0x9E3779B97F4A7C15ULL;
    value ^= value >> 29;
  }
};

/// The answer of whichever variant ran first; the others must give the same.
void checkAnswer(std::uint64_t touches, std::uint64_t levels) {
  static const std::uint64_t expectedTouches = touches;
  static const std::uint64_t expectedLevels = levels;
  HFT_CHECK(touches == expectedTouches && levels == expectedLevels);
}

template <typename Books>
void applyInBlocks(std::span<const std::uint8_t> bytes, Books& books, TouchDigest& digest) {
  decode::itch::BookFeed<Books, book::ItchOrder, book::ItchLookAhead, TouchDigest> feed(books,
                                                                                        digest);
  HFT_CHECK(feed.readFile(bytes).messages == day().messages);
}

/// The baseline: the same books, one message after the other.
template <typename Books>
void applyOneByOne(std::span<const std::uint8_t> bytes, Books& books, TouchDigest& digest) {
  decode::itch::BookFeed<Books, book::ItchOrder, book::ItchLookAhead, TouchDigest> feed(books,
                                                                                        digest);
  HFT_CHECK(decode::itch::readFile(bytes, feed).messages == day().messages);
}

template <typename Books, void (*Apply)(std::span<const std::uint8_t>, Books&, TouchDigest&)>
void buildBooks(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    auto books = std::make_unique<Books>(book::ItchCapacity::forMessages(day().messages));
    TouchDigest digest;
    state.ResumeTiming();
    Apply(day().bytes, *books, digest);
    state.PauseTiming();
    HFT_CHECK(books->counts().unknownOrders == 0 && books->counts().capacityExceeded == 0);
    checkAnswer(digest.value, books->stateHash());
    books.reset();
    state.ResumeTiming();
  }
  setRate(state);
}

using book::LeanItchBooks;
using book::QueuedItchBooks;
BENCHMARK(buildBooks<LeanItchBooks, applyInBlocks<LeanItchBooks>>)
    ->Name("leanBooks")
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
BENCHMARK(buildBooks<LeanItchBooks, applyOneByOne<LeanItchBooks>>)
    ->Name("leanBooksWithoutLookAhead")
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
BENCHMARK(buildBooks<QueuedItchBooks, applyInBlocks<QueuedItchBooks>>)
    ->Name("queuedBooks")
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);
BENCHMARK(buildBooks<QueuedItchBooks, applyOneByOne<QueuedItchBooks>>)
    ->Name("queuedBooksWithoutLookAhead")
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

}  // namespace

BENCHMARK_MAIN();
