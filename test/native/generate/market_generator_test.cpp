#include "native/generate/market_generator.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "native/core/crc32.hpp"
#include "test/native/generate/decoded_market.hpp"

namespace hft::generate {
namespace {

using decode::WireFormat;

std::string textOf(const GeneratorOptions& options, int frames) {
  MarketGenerator generator(options);
  std::vector<char> buffer(std::size_t{2} << 20);
  std::string text;
  FrameInfo info;
  for (int count = 0; count < frames; ++count) {
    text.append(buffer.data(), generator.next(buffer, info)).append(1, '\n');
  }
  return text;
}

class Formats : public testing::TestWithParam<WireFormat> {};
INSTANTIATE_TEST_SUITE_P(All, Formats, testing::ValuesIn(kFormats),
                         [](const auto& param) { return formatName(param.param); });

TEST_P(Formats, EqualSeedsGiveEqualBytesAndOtherSeedsOthers) {
  GeneratorOptions options;
  options.format = GetParam();
  const std::string text = textOf(options, 2'000);
  EXPECT_EQ(text, textOf(options, 2'000));
  options.seed = 2;
  EXPECT_NE(text, textOf(options, 2'000));
}

TEST_P(Formats, GiveTheBytesThatTheyGaveOnTheMachineThatWroteThisTest) {
  // A change of the generator changes these on purpose; another machine or compiler must not.
  static const std::map<WireFormat, std::uint32_t> kGolden = {
      {WireFormat::BinanceSpot, 1428438542U},      {WireFormat::BinanceFutures, 2948893893U},
      {WireFormat::CoinbaseExchange, 3124463900U}, {WireFormat::CoinbaseAdvanced, 3728577056U},
      {WireFormat::KrakenV1, 2557744083U},         {WireFormat::KrakenV2, 2321273589U},
      {WireFormat::AlpacaJson, 2918632312U},       {WireFormat::AlpacaMsgpack, 2823014239U}};
  GeneratorOptions options;
  options.format = GetParam();
  options.seed = 2024;
  EXPECT_EQ(crc32(0, textOf(options, 3'000)), kGolden.at(GetParam()));
}

TEST(MarketGenerator, FollowsTheMixToWithinAFrameOfEachKind) {
  for (const MessageMix mix :
       {MessageMix{20, 40, 40}, MessageMix{10, 20, 70}, MessageMix{1, 1, 2}}) {
    GeneratorOptions options;
    options.mix = mix;
    MarketGenerator generator(options);
    std::vector<char> buffer(1 << 20);
    std::array<int, kFrameTypeCount> seen{};
    FrameInfo info;
    constexpr int kFrames = 20'000;
    for (int count = 0; count < kFrames; ++count) {
      ASSERT_GT(generator.next(buffer, info), 0U);
      ++seen[static_cast<std::size_t>(info.type)];
    }
    const double sum = mix.depth + mix.trade + mix.ticker;
    EXPECT_NEAR(seen[static_cast<std::size_t>(FrameType::Depth)], kFrames * mix.depth / sum, 100);
    EXPECT_NEAR(seen[static_cast<std::size_t>(FrameType::Trade)], kFrames * mix.trade / sum, 100);
    EXPECT_NEAR(seen[static_cast<std::size_t>(FrameType::Ticker)], kFrames * mix.ticker / sum, 100);
  }
}

TEST(MarketGenerator, TellsAboutTheAskedNumberOfLevelsADepthFrame) {
  DecodedMarket market(GeneratorOptions{});
  std::size_t levels = 0;
  std::size_t frames = 0;
  while (frames < 2'000) {
    ASSERT_TRUE(market.next(false));
    if (market.info.type != FrameType::Depth) continue;
    const event::Message& message = market.frame.messages()[0];
    levels += message.book.bids.count + message.book.asks.count;
    ++frames;
  }
  EXPECT_GT(levels, 20 * frames);
  EXPECT_LT(levels, 40 * frames);
}

TEST(MarketGenerator, LooksLikeAMarket) {
  GeneratorOptions options;
  options.seed = 77;
  options.instrumentCount = 1;
  MarketGenerator generator(options);
  std::vector<char> buffer(1 << 20);
  std::vector<Price> spreads;
  std::map<Nanos, int> windows;
  std::map<Price, int> prices;
  Nanos lastReceive = 0;
  FrameInfo info;
  for (int count = 0; count < 200'000; ++count) {
    ASSERT_GT(generator.next(buffer, info), 0U);
    const SimulatedBook& book = generator.book(0);
    ASSERT_LT(book.bestBid(), book.bestAsk()) << count;
    ASSERT_GE(book.levelCount(Side::Buy), 60U);
    ASSERT_GE(book.levelCount(Side::Sell), 60U);
    spreads.push_back(book.bestAsk() - book.bestBid());
    ++windows[info.exchangeTime / 10'000'000];
    ++prices[book.bestBid()];
    ASSERT_GT(info.receiveTime, lastReceive);
    ASSERT_GT(info.receiveTime, info.exchangeTime);
    lastReceive = info.receiveTime;
  }
  std::sort(spreads.begin(), spreads.end());
  EXPECT_LE(spreads[spreads.size() / 2], 3);
  EXPECT_GT(spreads[spreads.size() * 999 / 1000], 3) << "the spread never widens";
  EXPECT_LT(spreads.back(), 500);
  // The touch visits many prices, and far from all of them equally often.
  EXPECT_GT(prices.size(), 50U);
  double sum = 0;
  double squares = 0;
  for (const auto& [window, frames] : windows) {
    sum += frames;
    squares += double{1} * frames * frames;
  }
  const double mean = sum / static_cast<double>(windows.size());
  EXPECT_GT((squares / static_cast<double>(windows.size()) - mean * mean) / mean, 2.0);
  const double seconds = static_cast<double>(generator.now() - options.startTime) / 1e9;
  EXPECT_NEAR(200'000 / seconds, options.framesPerSecond, 0.15 * options.framesPerSecond);
}

TEST(MarketGenerator, KeepsMoreWithinTwentyTicksOfTheTouchThanAtItOrFarAway) {
  GeneratorOptions options;
  options.instrumentCount = 1;
  MarketGenerator generator(options);
  std::vector<char> buffer(1 << 20);
  FrameInfo info;
  std::array<double, 400> profile{};
  for (int count = 0; count < 100'000; ++count) {
    ASSERT_GT(generator.next(buffer, info), 0U);
    if (count % 50 != 0) continue;
    const SimulatedBook& book = generator.book(0);
    for (std::size_t distance = 0; distance < profile.size(); ++distance) {
      profile[distance] +=
          static_cast<double>(book.qtyAt(Side::Buy, book.bestBid() - static_cast<Price>(distance)));
    }
  }
  const auto average = [&](std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t at = from; at < to; ++at) sum += profile[at];
    return sum / static_cast<double>(to - from);
  };
  EXPECT_GT(average(3, 20), average(0, 1));
  EXPECT_GT(average(3, 20), 2 * average(100, 200));
  EXPECT_GT(average(100, 200), average(300, 400));
  EXPECT_GT(generator.book(0).bestBid() - generator.book(0).edge(Side::Buy), 5'000);
}

TEST(MarketGenerator, ChangesNothingWhenTheBufferIsTooSmall) {
  for (const WireFormat format : kFormats) {
    GeneratorOptions options;
    options.format = format;
    MarketGenerator small(options);
    MarketGenerator large(options);
    std::vector<char> buffer(std::size_t{1} << 20);
    std::vector<char> other(std::size_t{1} << 20);
    FrameInfo info;
    FrameInfo otherInfo;
    for (int count = 0; count < 300; ++count) {
      ASSERT_EQ(small.next(std::span(buffer).first(100), info), 0U);
      const std::size_t needed = info.bytesNeeded;
      ASSERT_EQ(small.next(std::span(buffer).first(needed - 1), info), 0U);
      const std::size_t bytes = small.next(std::span(buffer).first(needed), info);
      ASSERT_GT(bytes, 0U);
      ASSERT_LE(bytes + TextWriter::kSlack, needed);
      ASSERT_EQ(bytes, large.next(other, otherInfo));
      ASSERT_EQ(std::string_view(buffer.data(), bytes), std::string_view(other.data(), bytes));
    }
  }
}

TEST(MarketGenerator, FillsBuffersWithTheSameFramesAsLinesAndAsWebSocketFrames) {
  GeneratorOptions options;
  options.format = WireFormat::CoinbaseExchange;
  const std::string expected = textOf(options, 3'000);
  for (const Framing framing : {Framing::Lines, Framing::WebSocket}) {
    MarketGenerator generator(options);
    std::vector<char> buffer(200'000);
    std::string text;
    std::uint64_t frames = 0;
    while (frames < 3'000) {
      const FillResult filled = generator.fill(buffer, framing);
      ASSERT_GT(filled.frames, 0U);
      frames += filled.frames;
      if (framing == Framing::Lines) {
        text.append(buffer.data(), filled.bytes);
        continue;
      }
      for (std::size_t at = 0; at < filled.bytes;) {
        ASSERT_EQ(static_cast<std::uint8_t>(buffer[at]), 0x81);
        std::size_t length = static_cast<std::uint8_t>(buffer[at + 1]);
        std::size_t header = 2;
        if (length >= 126) {
          header = length == 126 ? 4 : 10;
          length = 0;
          for (std::size_t byte = 2; byte < header; ++byte) {
            length = length << 8 | static_cast<std::uint8_t>(buffer[at + byte]);
          }
        }
        text.append(buffer.data() + at + header, length).append(1, '\n');
        at += header + length;
      }
    }
    EXPECT_EQ(text.substr(0, expected.size()), expected);
  }
}

TEST(MarketGenerator, SettlesWithoutMovingTheMarket) {
  for (const WireFormat format : kFormats) {
    SCOPED_TRACE(formatName(format));
    GeneratorOptions options;
    options.format = format;
    MarketGenerator generator(options);
    std::vector<char> buffer(std::size_t{1} << 20);
    FrameInfo info;
    for (int count = 0; count < 1'234; ++count) (void)generator.next(buffer, info);
    const NaiveBook before = bookOf(generator.book(0), 10'000);
    int owed = 0;
    while (generator.settle(buffer, info) > 0) ++owed;
    EXPECT_EQ(info.bytesNeeded, 0U);
    EXPECT_LT(owed, 40);
    EXPECT_TRUE(before == bookOf(generator.book(0), 10'000));
    EXPECT_EQ(generator.settle(buffer, info), 0U);
  }
}

TEST(CheckOptions, NamesWhatIsWrong) {
  GeneratorOptions options;
  EXPECT_EQ(checkOptions(options), OptionsError::Ok);
  const auto errorOf = [](auto change) {
    GeneratorOptions changed;
    change(changed);
    return checkOptions(changed);
  };
  using O = GeneratorOptions;
  EXPECT_EQ(errorOf([](O& o) { o.format = WireFormat::Itch50; }), OptionsError::BadFormat);
  EXPECT_EQ(errorOf([](O& o) { o.instrumentCount = 0; }), OptionsError::BadInstrumentCount);
  EXPECT_EQ(errorOf([](O& o) { o.instrumentCount = 65; }), OptionsError::BadInstrumentCount);
  EXPECT_EQ(errorOf([](O& o) { o.mix = {0, 0, 0}; }), OptionsError::BadMix);
  EXPECT_EQ(errorOf([](O& o) {
              o.mix = {1, 0, 0};
              o.depthInterval = 1;
            }),
            OptionsError::BadMix);
  EXPECT_EQ(errorOf([](O& o) { o.framesPerSecond = 0; }), OptionsError::BadTime);
  EXPECT_EQ(errorOf([](O& o) { o.depthInterval = -1; }), OptionsError::BadTime);
  EXPECT_EQ(errorOf([](O& o) { o.depth = 0; }), OptionsError::BadDepth);
  EXPECT_EQ(errorOf([](O& o) { o.ordersPerInstrument = 5; }), OptionsError::BadDepth);
  EXPECT_EQ(errorOf([](O& o) { o.tellsOrders = true; }), OptionsError::BadChannel);
  EXPECT_EQ(errorOf([](O& o) {
              o.format = WireFormat::KrakenV2;
              o.aggregatesTrades = true;
            }),
            OptionsError::BadChannel);
}

TEST(MarketGenerator, RunsWithEveryInstrumentAndOddMixes) {
  for (const WireFormat format : kFormats) {
    for (const MessageMix mix : {MessageMix{0, 1, 0}, MessageMix{0, 0, 1}, MessageMix{1, 0, 0}}) {
      GeneratorOptions options;
      options.format = format;
      options.mix = mix;
      options.instrumentCount = kGeneratedInstrumentsMax;
      options.ordersPerInstrument = 400;
      DecodedMarket market(options);
      for (int count = 0; count < 1'500; ++count) ASSERT_TRUE(market.next(false));
    }
  }
}

}  // namespace
}  // namespace hft::generate
