#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "test/native/generate/decoded_market.hpp"
#include "test/native/generate/json_check.hpp"

namespace hft::generate {
namespace {

using decode::WireFormat;
using event::MessageKind;

class WireFormats : public testing::TestWithParam<WireFormat> {};

INSTANTIATE_TEST_SUITE_P(All, WireFormats, testing::ValuesIn(kFormats),
                         [](const auto& param) { return formatName(param.param); });

TEST_P(WireFormats, EveryFrameDecodesToWhatItSaysItIs) {
  GeneratorOptions options;
  options.format = GetParam();
  options.seed = 11;
  options.framesPerSecond = 200;  // So that seconds and minutes pass: heartbeats, bars.
  DecodedMarket market(options);
  std::array<int, kFrameTypeCount> seen{};
  for (int count = 0; count < 20'000; ++count) {
    ASSERT_TRUE(market.next(false));
    ++seen[static_cast<std::size_t>(market.info.type)];
    if (market.info.type == FrameType::Control) continue;
    ASSERT_EQ(market.frame.messages().size(), 1U) << market.text.substr(0, 300);
    EXPECT_EQ(market.frame.skippedCount, 0U);
    const event::Message& message = market.frame.messages()[0];
    static const std::map<FrameType, MessageKind> kKinds = {
        {FrameType::Snapshot, MessageKind::BookSnapshot},
        {FrameType::Depth, MessageKind::BookDelta},
        {FrameType::Trade, MessageKind::Trade},
        {FrameType::Ticker, MessageKind::Quote},
        {FrameType::Heartbeat, MessageKind::Heartbeat},
        {FrameType::Bar, MessageKind::Bar}};
    ASSERT_EQ(message.kind, kKinds.at(market.info.type)) << market.text.substr(0, 300);
    const bool isConnectionHeartbeat =
        market.info.type == FrameType::Heartbeat && options.format != WireFormat::CoinbaseExchange;
    if (!isConnectionHeartbeat) {
      EXPECT_EQ(message.instrument, market.info.instrument);
    }
    // Venues give milliseconds or better, Kraken's spread and heartbeat frames none.
    if (message.exchangeTime != 0 && market.info.type != FrameType::Bar) {
      EXPECT_LE(std::abs(message.exchangeTime - market.info.exchangeTime), 2'000'000);
    }
  }
  EXPECT_GT(seen[static_cast<std::size_t>(FrameType::Trade)], 4'000);
  EXPECT_GT(seen[static_cast<std::size_t>(FrameType::Ticker)], 4'000);
  const bool isStock =
      options.format == WireFormat::AlpacaJson || options.format == WireFormat::AlpacaMsgpack;
  EXPECT_EQ(seen[static_cast<std::size_t>(FrameType::Depth)] > 3'000, !isStock);
  EXPECT_EQ(seen[static_cast<std::size_t>(FrameType::Bar)] > 0, isStock);
}

TEST_P(WireFormats, EveryTextFrameIsValidJson) {
  GeneratorOptions options;
  options.format = GetParam();
  options.seed = 5;
  options.framesPerSecond = 500;
  MarketGenerator generator(options);
  std::vector<char> buffer(std::size_t{1} << 20);
  FrameInfo info;
  for (int count = 0; count < 3'000; ++count) {
    const std::size_t bytes = generator.next(buffer, info);
    ASSERT_GT(bytes, 0U);
    ASSERT_EQ(info.isBinary, options.format == WireFormat::AlpacaMsgpack);
    if (info.isBinary) continue;
    const std::string_view text(buffer.data(), bytes);
    ASSERT_TRUE(JsonCheck::isValid(text)) << text.substr(0, 300);
  }
}

TEST_P(WireFormats, QuotesEqualTheTrueTouch) {
  GeneratorOptions options;
  options.format = GetParam();
  options.seed = 8;
  DecodedMarket market(options);
  int quotes = 0;
  while (quotes < 2'000) {
    ASSERT_TRUE(market.next(false));
    if (market.info.type != FrameType::Ticker) continue;
    const event::Message& message = market.frame.messages()[0];
    const Touch touch = market.generator.book(market.info.instrument).touch();
    ASSERT_EQ(message.quote.bid, touch.bid) << market.text;
    ASSERT_EQ(message.quote.bidQty, touch.bidQty) << market.text;
    ASSERT_EQ(message.quote.ask, touch.ask) << market.text;
    ASSERT_EQ(message.quote.askQty, touch.askQty) << market.text;
    ++quotes;
  }
}

/// The level 2 formats whose stream brings the snapshot.
class StreamBooks : public testing::TestWithParam<std::pair<WireFormat, std::uint32_t>> {};

INSTANTIATE_TEST_SUITE_P(
    All, StreamBooks,
    testing::Values(std::pair{WireFormat::CoinbaseExchange, 1000U},
                    std::pair{WireFormat::CoinbaseAdvanced, 1000U},
                    std::pair{WireFormat::KrakenV1, 10U}, std::pair{WireFormat::KrakenV1, 1000U},
                    std::pair{WireFormat::KrakenV2, 10U}, std::pair{WireFormat::KrakenV2, 25U},
                    std::pair{WireFormat::KrakenV2, 100U}, std::pair{WireFormat::KrakenV2, 500U}),
    [](const auto& param) {
      return formatName(param.param.first) + "Depth" + std::to_string(param.param.second);
    });

/// Kraken's checksum, written down from its guide with strings and a bitwise CRC.
std::uint32_t naiveChecksum(const NaiveBook& book, Scale scale) {
  std::string digits;
  const auto add = [&digits](std::int64_t value, int decimals, int printed) {
    std::string text = std::to_string(value);
    if (text.size() <= static_cast<std::size_t>(decimals)) {
      text.insert(0, static_cast<std::size_t>(decimals) + 1 - text.size(), '0');
    }
    text.append(static_cast<std::size_t>(printed - decimals), '0');
    text.erase(0, text.find_first_not_of('0'));
    digits += text;
  };
  const auto addSide = [&](const auto& side) {
    int level = 0;
    for (auto at = side.begin(); at != side.end() && level < 10; ++at, ++level) {
      add(at->first, scale.priceDecimals, scale.priceDigits);
      add(at->second, scale.qtyDecimals, scale.qtyDigits);
    }
  };
  addSide(book.asks);
  addSide(book.bids);
  std::uint32_t crc = ~0U;
  for (const char c : digits) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

TEST_P(StreamBooks, SnapshotAndUpdatesAddUpToTheTrueBook) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    GeneratorOptions options;
    options.format = GetParam().first;
    options.depth = GetParam().second;
    options.seed = seed;
    const bool isKraken =
        options.format == WireFormat::KrakenV1 || options.format == WireFormat::KrakenV2;
    const std::size_t depth = isKraken ? options.depth : 100'000;
    DecodedMarket market(options);
    std::vector<NaiveBook> books(options.instrumentCount);
    int depthFrames = 0;
    int checksums = 0;
    for (int count = 0; count < 12'000; ++count) {
      if (count == 6'000) market.generator.beginSession();
      ASSERT_TRUE(market.next(false));
      const bool isBook =
          market.info.type == FrameType::Depth || market.info.type == FrameType::Snapshot;
      if (!isBook) continue;
      const event::Message& message = market.frame.messages()[0];
      NaiveBook& book = books[market.info.instrument];
      book.apply(market.frame, message, depth);
      ++depthFrames;
      if (depth <= 100 || depthFrames % 16 == 0) {
        ASSERT_TRUE(book == bookOf(market.generator.book(market.info.instrument), depth))
            << count << " " << market.text.substr(0, 600);
      }
      if (!isKraken || !message.hasChecksum) continue;
      ++checksums;
      ASSERT_EQ(message.checksum,
                naiveChecksum(book, market.generator.scale(market.info.instrument)));
    }
    EXPECT_GT(depthFrames, 2'000);
    if (isKraken) {
      EXPECT_GT(checksums, 2'000);
    }
  }
}

TEST(Kraken, ChecksumEqualsTheOneInTheVenuesGuide) {
  // The naive checksum that the tests above trust, on the guide's own book.
  NaiveBook book;
  book.asks = {{452852, 100000},   {452864, 154571953}, {452866, 154571109}, {452896, 154560911},
               {452902, 15890660}, {452918, 154553491}, {452947, 4454749},   {452961, 35380000},
               {452975, 9945542},  {452995, 18772827}};
  book.bids = {{452835, 10000000},  {452834, 154582015}, {452821, 10000000}, {452810, 10000000},
               {452803, 154592586}, {452790, 7990000},   {452776, 3310103},  {452775, 30000000},
               {452773, 154602737}, {452766, 15445238}};
  EXPECT_EQ(naiveChecksum(book, Scale{1, 8, 1, 8}), 3310070434U);
}

class BinanceBooks : public testing::TestWithParam<WireFormat> {};
INSTANTIATE_TEST_SUITE_P(All, BinanceBooks,
                         testing::Values(WireFormat::BinanceSpot, WireFormat::BinanceFutures),
                         [](const auto& param) { return formatName(param.param); });

TEST_P(BinanceBooks, SnapshotAndDiffsByTheVenuesRulesAddUpToTheTrueBook) {
  const bool isSpot = GetParam() == WireFormat::BinanceSpot;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    GeneratorOptions options;
    options.format = GetParam();
    options.seed = seed;
    DecodedMarket market(options);
    struct Client {
      NaiveBook book;
      std::uint64_t lastId = 0;
      bool isSynced = false;
      bool hasFirst = false;
      event::Message quote;
      int applied = 0;
    };
    std::vector<Client> clients(options.instrumentCount);
    for (int count = 0; count < 10'000; ++count) {
      // Snapshots come at any moment: between any two frames.
      if (count % 1'000 == 57 * static_cast<int>(seed)) {
        for (std::size_t at = 0; at < clients.size(); ++at) {
          market.snapshot(at, 5'000);
          ASSERT_EQ(market.frame.messages().size(), 1U);
          const event::Message& message = market.frame.messages()[0];
          clients[at].book = NaiveBook{};
          clients[at].book.apply(market.frame, message, 5'000);
          clients[at].lastId = message.lastId;
          clients[at].isSynced = true;
          clients[at].hasFirst = false;
          ASSERT_TRUE(clients[at].book == bookOf(market.generator.book(at), 5'000));
        }
      }
      ASSERT_TRUE(market.next(false));
      Client& client = clients[market.info.instrument];
      const event::Message& message = market.frame.messages()[0];
      if (message.kind == MessageKind::Quote) client.quote = message;
      if (message.kind != MessageKind::BookDelta || !client.isSynced) continue;
      if (isSpot) {
        if (message.lastId <= client.lastId) continue;
        ASSERT_LE(message.firstId, client.lastId + 1);
        if (client.hasFirst) {
          ASSERT_EQ(message.firstId, client.lastId + 1);
        }
      } else {
        if (message.lastId < client.lastId) continue;
        if (client.hasFirst) {
          ASSERT_EQ(message.prevId, client.lastId);
        } else {
          ASSERT_LE(message.firstId, client.lastId);
        }
        ASSERT_LT(message.prevId, message.firstId);
      }
      client.hasFirst = true;
      client.lastId = message.lastId;
      client.book.apply(market.frame, message, 100'000);
      ++client.applied;
      if (client.applied % 16 == 1) {
        ASSERT_TRUE(client.book == bookOf(market.generator.book(market.info.instrument), 100'000));
      }
      EXPECT_EQ(market.generator.updateId(market.info.instrument), message.lastId);
      // The bookTicker shares the ids: the latest one that is not ahead shows the same touch.
      ASSERT_LE(client.quote.lastId, message.lastId);
      EXPECT_EQ(client.quote.quote.bid, client.book.bids.begin()->first);
      EXPECT_EQ(client.quote.quote.bidQty, client.book.bids.begin()->second);
      EXPECT_EQ(client.quote.quote.ask, client.book.asks.begin()->first);
      EXPECT_EQ(client.quote.quote.askQty, client.book.asks.begin()->second);
    }
    for (const Client& client : clients) EXPECT_GT(client.applied, 200);
  }
}

TEST_P(BinanceBooks, TradeIdsAreConsecutiveAndBatchesFollowTheInterval) {
  GeneratorOptions options;
  options.format = GetParam();
  options.instrumentCount = 2;
  options.depthInterval = 100'000'000;
  options.framesPerSecond = 2'000;
  DecodedMarket market(options);
  std::vector<std::uint64_t> lastTrade(2);
  std::vector<Nanos> lastDepth(2);
  int batches = 0;
  for (int count = 0; count < 20'000; ++count) {
    ASSERT_TRUE(market.next(false));
    const event::Message& message = market.frame.messages()[0];
    const std::uint32_t at = market.info.instrument;
    if (message.kind == MessageKind::Trade) {
      if (lastTrade[at] != 0) {
        ASSERT_EQ(message.lastId, lastTrade[at] + 1);
      }
      lastTrade[at] = message.lastId;
    }
    if (message.kind == MessageKind::BookDelta) {
      if (lastDepth[at] != 0) {
        EXPECT_GT(market.info.exchangeTime / options.depthInterval,
                  lastDepth[at] / options.depthInterval);
      }
      lastDepth[at] = market.info.exchangeTime;
      ++batches;
    }
  }
  // At most one batch an interval and instrument; fewer in quiet moments.
  const Nanos intervals = (market.generator.now() - options.startTime) / options.depthInterval;
  EXPECT_GT(batches, intervals);
  EXPECT_LE(batches, 2 * (intervals + 1));
}

TEST_P(BinanceBooks, AggregatedTradesCoverEveryTradeId) {
  GeneratorOptions options;
  options.format = GetParam();
  options.instrumentCount = 1;
  options.aggregatesTrades = true;
  options.mix = {0, 1, 0};
  MarketGenerator generator(options);
  std::vector<char> buffer(1 << 16);
  FrameInfo info;
  std::uint64_t next = 0;
  int joined = 0;
  for (int count = 0; count < 5'000; ++count) {
    const std::size_t bytes = generator.next(buffer, info);
    const std::string_view text(buffer.data(), bytes);
    const std::uint64_t first = numberField(text, "f");
    const std::uint64_t last = numberField(text, "l");
    ASSERT_GT(first, 0U) << text;
    ASSERT_LE(first, last);
    if (next != 0) {
      ASSERT_EQ(first, next);
    }
    next = last + 1;
    joined += last > first ? 1 : 0;
  }
  EXPECT_GT(joined, 50);
}

TEST(CoinbaseFull, OrdersAddUpToTheTrueBookWithoutASequenceGap) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    GeneratorOptions options;
    options.format = WireFormat::CoinbaseExchange;
    options.tellsOrders = true;
    options.instrumentCount = 2;
    options.seed = seed;
    DecodedMarket market(options);
    struct Order {
      Side side;
      Price price;
      Qty qty;
    };
    std::vector<std::map<std::uint64_t, Order>> orders(2);
    std::vector<std::uint64_t> sequence(2);
    const auto apply = [&](std::size_t at) {
      for (const event::Message& message : market.frame.messages()) {
        auto& book = orders[at];
        const auto& order = message.order;
        if (message.kind == MessageKind::OrderAdd) {
          book[order.orderRef] = {message.side, order.price, order.qty};
        } else if (message.kind == MessageKind::OrderDelete) {
          book.erase(order.orderRef);
        } else if (message.kind == MessageKind::OrderReduce) {
          book.at(order.orderRef).qty -= order.qty;
        } else if (message.kind == MessageKind::SnapshotBegin) {
          book.clear();
        }
      }
    };
    for (std::size_t at = 0; at < 2; ++at) {
      market.snapshot(at, 0);
      apply(at);
      sequence[at] = market.frame.messages().back().lastId;
    }
    for (int count = 0; count < 20'000; ++count) {
      ASSERT_TRUE(market.next(false));
      const std::uint32_t at = market.info.instrument;
      if (market.info.type == FrameType::Control) continue;
      if (market.info.type == FrameType::Heartbeat) continue;
      ASSERT_FALSE(market.frame.messages().empty()) << market.text;
      ASSERT_EQ(market.frame.messages().back().lastId, sequence[at] + 1) << market.text;
      ++sequence[at];
      apply(at);
    }
    while (market.next(true)) apply(market.info.instrument);
    for (std::size_t at = 0; at < 2; ++at) {
      NaiveBook told;
      for (const auto& [ref, order] : orders[at]) {
        if (order.qty == 0) continue;
        if (order.side == Side::Buy) told.bids[order.price] += order.qty;
        if (order.side == Side::Sell) told.asks[order.price] += order.qty;
      }
      EXPECT_TRUE(told == bookOf(market.generator.book(at), 100'000));
      EXPECT_EQ(orders[at].size(), market.generator.book(at).orderCount());
    }
  }
}

}  // namespace
}  // namespace hft::generate
