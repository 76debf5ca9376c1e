// The parts that a generated market is made of, each against the plainest model of it.
#include <cstdio>
#include <ctime>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "native/generate/frames/text_writer.hpp"
#include "native/generate/frames/websocket_header.hpp"
#include "native/generate/market/arrival_clock.hpp"
#include "native/generate/market/random.hpp"
#include "native/generate/market/simulated_book.hpp"
#include "native/generate/market/tick_bitmap.hpp"

namespace hft::generate {
namespace {

TEST(Random, RepeatsItselfFromTheSameSeedOnly) {
  Random left(7);
  Random right(7);
  Random other(8);
  int same = 0;
  for (int count = 0; count < 1'000; ++count) {
    const std::uint64_t value = left.next();
    EXPECT_EQ(value, right.next());
    same += value == other.next() ? 1 : 0;
  }
  EXPECT_EQ(same, 0);
}

TEST(Random, GivesTheNumbersOfThePublishedAlgorithm) {
  // SplitMix64 seeded with 1234567 begins with these values (its author's test vector).
  EXPECT_EQ(Random::mix(1234567 + 0x9e3779b97f4a7c15U), 6457827717110365317U);
  EXPECT_EQ(Random::mix(1234567 + 2 * 0x9e3779b97f4a7c15U), 3203168211198807973U);
}

TEST(FixedTables, ExponentialHasTheMeanAndTailOfOne) {
  Random random(3);
  double sum = 0;
  int beyond3 = 0;
  constexpr int kCount = 1'000'000;
  for (int count = 0; count < kCount; ++count) {
    const double value = fixed::exponential(static_cast<std::uint32_t>(random.next())) / 65536.0;
    sum += value;
    beyond3 += value > 3 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kCount, 1.0, 0.01);
  EXPECT_NEAR(beyond3 / double{kCount}, 0.0498, 0.002);
}

TEST(ArrivalClock, KeepsItsMeanAndClusters) {
  constexpr Nanos kMean = 100'000;
  ArrivalClock clock(kMean);
  Random random(4);
  constexpr int kCount = 400'000;
  std::map<Nanos, int> windows;
  Nanos time = 0;
  for (int count = 0; count < kCount; ++count) {
    time += clock.next(random, 1);
    ++windows[time / (200 * kMean)];
  }
  EXPECT_NEAR(static_cast<double>(time) / kCount / kMean, 1.0, 0.1);
  double sum = 0;
  double squares = 0;
  for (const auto& [window, arrivals] : windows) {
    sum += arrivals;
    squares += double{1} * arrivals * arrivals;
  }
  const double mean = sum / static_cast<double>(windows.size());
  const double variance = squares / static_cast<double>(windows.size()) - mean * mean;
  EXPECT_GT(variance / mean, 5.0);
  EXPECT_LT(variance / mean, 40.0);
}

TEST(TextWriter, PrintsWhatPrintfPrints) {
  std::mt19937_64 random(1);
  std::array<char, 128> buffer;
  for (int count = 0; count < 200'000; ++count) {
    const std::uint64_t value = random() >> (random() % 64);
    TextWriter out(buffer.data());
    out.number(value);
    ASSERT_EQ(out.text(), std::to_string(value));
  }
  for (const std::uint64_t value :
       {0ULL, 9ULL, 10ULL, 9999999999999999ULL, 10000000000000000ULL, 18446744073709551615ULL}) {
    TextWriter out(buffer.data());
    out.number(value);
    EXPECT_EQ(out.text(), std::to_string(value));
  }
}

TEST(TextWriter, PrintsDecimalsExactly) {
  std::mt19937_64 random(2);
  std::array<char, 128> buffer;
  for (int count = 0; count < 200'000; ++count) {
    const auto value =
        static_cast<std::int64_t>((random() % 10'000'000'000'000'000) >> (random() % 50));
    const std::size_t decimals = random() % 10;
    const std::size_t digits = decimals + random() % 5;
    std::string expected = std::to_string(value);
    if (expected.size() <= decimals) expected.insert(0, decimals + 1 - expected.size(), '0');
    if (digits > 0) expected.insert(expected.size() - decimals, 1, '.');
    expected.append(digits - decimals, '0');
    TextWriter out(buffer.data());
    out.decimal(value, decimals, digits);
    ASSERT_EQ(out.text(), expected) << value << " " << decimals << " " << digits;
  }
}

TEST(IsoTime, PrintsWhatGmtimePrints) {
  std::mt19937_64 random(3);
  IsoTime iso;
  std::array<char, 128> buffer;
  for (int count = 0; count < 20'000; ++count) {
    const auto time = static_cast<Nanos>(random() % 4'000'000'000'000'000'000U);
    const std::time_t seconds = time / 1'000'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> day{};
    std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%09ld",
                  static_cast<long>(time % 1'000'000'000));
    const std::size_t decimals = std::array<std::size_t, 4>{0, 3, 6, 9}[random() % 4];
    std::string expected = day.data();
    if (decimals > 0) expected += std::string(fraction.data()).substr(0, decimals + 1);
    TextWriter out(buffer.data());
    iso.print(out, time, decimals);
    ASSERT_EQ(out.text(), expected + "Z");
  }
}

TEST(TickBitmap, FindsNeighboursAroundTheRingLikeASet) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    TickBitmap bitmap;
    std::set<std::size_t> model;
    const std::uint32_t range = seed % 2 == 0 ? 65536 : 500;
    for (int count = 0; count < 5'000; ++count) {
      const std::size_t at = random() % range;
      if (random() % 3 != 0) {
        bitmap.set(at);
        model.insert(at);
      } else {
        bitmap.reset(at);
        model.erase(at);
      }
      const std::size_t from = random() % 65536;
      if (model.empty()) {
        ASSERT_TRUE(bitmap.empty());
        ASSERT_EQ(bitmap.next(from), TickBitmap::kNone);
        ASSERT_EQ(bitmap.previous(from), TickBitmap::kNone);
        continue;
      }
      auto next = model.upper_bound(from);
      if (next == model.end()) next = model.begin();
      auto previous = model.lower_bound(from);
      if (previous == model.begin()) previous = model.end();
      --previous;
      ASSERT_EQ(bitmap.next(from), *next);
      ASSERT_EQ(bitmap.previous(from), *previous);
      ASSERT_EQ(bitmap.test(at), model.count(at) == 1);
    }
  }
}

/// Orders in a list; levels are added up when asked for.
struct ModelBook {
  std::vector<RestingOrder> orders;

  std::map<Price, Qty> side(Side which) const {
    std::map<Price, Qty> levels;
    for (const RestingOrder& order : orders) {
      if (order.side == which) levels[order.price] += order.qty;
    }
    return levels;
  }
};

TEST(SimulatedBook, EqualsAListOfOrdersUnderRandomOperations) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    SimulatedBook book(600);
    ModelBook model;
    std::map<Price, Qty> toldBids;
    std::map<Price, Qty> toldAsks;
    std::uint64_t id = 0;
    Price middle = 100'000;
    const auto add = [&](Side side, Price price) {
      const RestingOrder order{++id, price, 1 + static_cast<Qty>(random() % 50), side};
      book.add(order);
      model.orders.push_back(order);
    };
    for (int distance = 1; distance < 20; ++distance) {
      add(Side::Buy, middle - distance);
      add(Side::Sell, middle + distance);
    }
    for (int count = 0; count < 3'000; ++count) {
      const std::uint32_t choice = random() % 10;
      if (choice < 4 && !book.isFull()) {
        const Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
        const auto away = static_cast<Price>(random() % (random() % 8 == 0 ? 14'000 : 40));
        add(side, side == Side::Buy ? book.bestAsk() - 1 - away : book.bestBid() + 1 + away);
      } else if (choice < 7) {
        const std::size_t index = random() % book.orderCount();
        if (book.levelCount(book.order(index).side) < 3) continue;
        const RestingOrder gone = book.cancel(index);
        const auto at =
            std::find_if(model.orders.begin(), model.orders.end(),
                         [&](const RestingOrder& order) { return order.id == gone.id; });
        ASSERT_NE(at, model.orders.end());
        ASSERT_EQ(at->qty, gone.qty);
        model.orders.erase(at);
      } else if (choice < 9) {
        const Side taker = random() % 2 == 0 ? Side::Buy : Side::Sell;
        if (book.levelCount(opposite(taker)) < 3) continue;
        const Fill fill = book.takeBest(taker, 1 + static_cast<Qty>(random() % 60));
        // The maker is the oldest order at the best price.
        auto best = model.orders.end();
        for (auto at = model.orders.begin(); at != model.orders.end(); ++at) {
          if (at->side == taker) continue;
          const bool isBetter =
              best == model.orders.end() ||
              (taker == Side::Buy ? at->price < best->price : at->price > best->price);
          if (isBetter) best = at;
        }
        ASSERT_EQ(best->id, fill.maker.id);
        best->qty -= fill.qty;
        ASSERT_EQ(best->qty, fill.maker.qty);
        if (best->qty == 0) model.orders.erase(best);
      } else {
        // A subscriber who applies the changes holds the same book.
        book.forEachChange(Side::Buy, [&](Price price, Qty qty) { toldBids[price] = qty; });
        book.forEachChange(Side::Sell, [&](Price price, Qty qty) { toldAsks[price] = qty; });
        book.clearChanges();
        std::erase_if(toldBids, [](const auto& level) { return level.second == 0; });
        std::erase_if(toldAsks, [](const auto& level) { return level.second == 0; });
        ASSERT_EQ(toldBids, model.side(Side::Buy));
        ASSERT_EQ(toldAsks, model.side(Side::Sell));
        ASSERT_EQ(book.changeCount(Side::Buy), 0U);
      }
      const std::map<Price, Qty> bids = model.side(Side::Buy);
      const std::map<Price, Qty> asks = model.side(Side::Sell);
      ASSERT_EQ(book.bestBid(), bids.rbegin()->first);
      ASSERT_EQ(book.bestAsk(), asks.begin()->first);
      ASSERT_EQ(book.touch().bidQty, bids.rbegin()->second);
      ASSERT_EQ(book.levelCount(Side::Buy), bids.size());
      ASSERT_EQ(book.levelCount(Side::Sell), asks.size());
      ASSERT_EQ(book.edge(Side::Buy), bids.begin()->first);
      ASSERT_EQ(book.edge(Side::Sell), asks.rbegin()->first);
      ASSERT_EQ(book.orderCount(), model.orders.size());
    }
    std::vector<event::Level> levels(1'000);
    levels.resize(book.levels(Side::Sell, levels));
    std::map<Price, Qty> asks;
    for (const event::Level& level : levels) asks[level.price] = level.qty;
    EXPECT_EQ(asks, model.side(Side::Sell));
  }
}

TEST(WebSocketHeader, UsesTheShortestLengthForm) {
  for (const std::size_t bytes : {0U, 1U, 125U, 126U, 65535U, 65536U, 100000U}) {
    std::vector<char> buffer(4 + bytes + kWebSocketHeaderMax);
    for (std::size_t at = 0; at < bytes; ++at) buffer[4 + at] = static_cast<char>(at * 7);
    const std::size_t total = putWebSocketFrame(buffer, 4, bytes, bytes % 2 == 1);
    const std::size_t header = bytes < 126 ? 2 : bytes < 65536 ? 4 : 10;
    ASSERT_EQ(total, header + bytes);
    EXPECT_EQ(static_cast<std::uint8_t>(buffer[0]), bytes % 2 == 1 ? 0x82 : 0x81);
    std::size_t length = static_cast<std::uint8_t>(buffer[1]);
    if (header > 2) {
      EXPECT_EQ(length, header == 4 ? 126U : 127U);
      length = 0;
      for (std::size_t at = 2; at < header; ++at) {
        length = length << 8 | static_cast<std::uint8_t>(buffer[at]);
      }
    }
    EXPECT_EQ(length, bytes);
    for (std::size_t at = 0; at < bytes; ++at) {
      ASSERT_EQ(buffer[header + at], static_cast<char>(at * 7));
    }
  }
}

}  // namespace
}  // namespace hft::generate
