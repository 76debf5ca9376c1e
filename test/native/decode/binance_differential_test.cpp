// The scanner of layouts against the tolerant reader: on recorded frames, on generated ones, on the
// same frames in other words, and on damaged ones.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <set>

#include "test/native/decode/binance_frames.hpp"
#include "test/native/decode/json_tree.hpp"

namespace hft::decode {
namespace {

using binance::Market;
using event::DecodeError;
using test::BinanceDecoding;
using test::JsonRewriter;
using test::JsonTree;
using test::PaddedText;

struct Layout {
  Market market;
  const char* text;  // $I stands for an id, $T a time, $P a price, $Q a quantity, $L levels.
};

// Every layout that the scanner knows.
constexpr Layout kLayouts[] = {
    {Market::Spot, R"({"e":"depthUpdate","E":$T,"s":"BTCUSDT","U":$I,"u":$I,"b":[$L],"a":[$L]})"},
    {Market::Spot, R"({"u":$I,"s":"BTCUSDT","b":"$P","B":"$Q","a":"$P","A":"$Q"})"},
    {Market::Spot,
     R"({"e":"trade","E":$T,"s":"BTCUSDT","t":$I,"p":"$P","q":"$Q","T":$T,"m":true,"M":true})"},
    {Market::Spot,
     R"({"e":"aggTrade","E":$T,"s":"BTCUSDT","a":$I,"p":"$P","q":"$Q","f":$I,"l":$I,"T":$T,)"
     R"("m":false,"M":true})"},
    {Market::Spot, R"({"lastUpdateId":$I,"bids":[$L],"asks":[$L]})"},
    {Market::Futures,
     R"({"e":"depthUpdate","E":$T,"T":$T,"s":"BTCUSDT","U":$I,"u":$I,"pu":$I,"b":[$L],"a":[$L]})"},
    {Market::Futures,
     R"({"e":"depthUpdate","E":$T,"T":$T,"s":"BTCUSDT","ps":"BTCUSDT","U":$I,"u":$I,)"
     R"("pu":$I,"b":[$L],"a":[$L]})"},
    {Market::Futures,
     R"({"e":"depthUpdate","E":$T,"T":$T,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":$I,)"
     R"("u":$I,"pu":$I,"b":[$L],"a":[$L]})"},
    {Market::Futures,
     R"({"e":"bookTicker","u":$I,"s":"BTCUSDT","b":"$P","B":"$Q","a":"$P","A":"$Q",)"
     R"("T":$T,"E":$T})"},
    {Market::Futures, R"({"u":$I,"e":"bookTicker","s":"BTCUSDT","ps":"BTCUSD","b":"$P","B":"$Q",)"
                      R"("a":"$P","A":"$Q","T":$T,"E":$T})"},
    {Market::Futures, R"({"e":"bookTicker","u":$I,"E":$T,"T":$T,"s":"BTCUSDT","b":"$P","B":"$Q",)"
                      R"("a":"$P","A":"$Q","st":1,"ps":"BTCUSDT"})"},
    {Market::Futures,
     R"({"e":"trade","E":$T,"T":$T,"s":"BTCUSDT","t":$I,"p":"$P","q":"$Q","X":"MARKET","m":true})"},
    {Market::Futures, R"({"e":"trade","E":$T,"T":$T,"s":"BTCUSDT","ps":"BTCUSDT","t":$I,"p":"$P",)"
                      R"("q":"$Q","X":"MARKET","m":false})"},
    {Market::Futures,
     R"({"e":"aggTrade","E":$T,"a":$I,"s":"BTCUSDT","p":"$P","q":"$Q","f":$I,"l":$I,)"
     R"("T":$T,"m":true,"st":1})"},
    {Market::Futures,
     R"({"e":"aggTrade","E":$T,"a":$I,"s":"BTCUSDT","p":"$P","q":"$Q","nq":"$Q","f":$I,)"
     R"("l":$I,"T":$T,"m":true})"},
    {Market::Futures, R"({"lastUpdateId":$I,"E":$T,"T":$T,"bids":[$L],"asks":[$L]})"},
};

/// Fills a layout. A wild one also has values of any length and digits.
class Filler {
 public:
  Filler(std::uint64_t seed, bool isWild) : random_(seed), isWild_(isWild) {}

  std::string fill(const char* layout) {
    std::string text;
    for (const char* at = layout; *at != '\0'; ++at) {
      text += *at == '$' ? value(*++at) : std::string(1, *at);
    }
    return text;
  }
  std::string inStream(const std::string& message) {
    static constexpr const char* kStreams[] = {"btcusdt@depth@100ms", "btcusdt@trade",
                                               "btcusdt@depth20", "btcusdt@bookTicker"};
    return std::string(R"({"stream":")") + kStreams[random_() % 4] + R"(","data":)" + message + "}";
  }
  std::uint64_t operator()() { return random_(); }

 private:
  std::string digits(std::size_t least, std::size_t most) {
    std::string text(least + random_() % (most - least + 1), '0');
    for (char& digit : text) digit = static_cast<char>('0' + random_() % 10);
    if (text.size() > 1 && text[0] == '0' && !(isWild_ && random_() % 8 == 0)) text[0] = '7';
    return text;
  }
  bool wild() { return isWild_ && random_() % 24 == 0; }
  std::string value(char kind) {
    switch (kind) {
      case 'I':
        return wild() ? digits(1, 22) : digits(9, 13);
      case 'T':
        return wild() ? digits(1, 19) : digits(13, 13);
      case 'P':
        return decimal(2);
      case 'Q':
        return decimal(3);
      case 'L':
        return levels();
      default:
        return std::string(1, kind);
    }
  }
  std::string decimal(std::size_t decimals) {
    if (wild() && random_() % 4 == 0) return std::string("NaN") + digits(1, 2);
    if (wild()) return digits(1, 20) + (random_() % 2 == 0 ? "." + digits(1, 20) : "");
    std::string text = digits(1, 5);
    if (random_() % 4 != 0) text += "." + digits(1, decimals) + std::string(random_() % 6, '0');
    return text;
  }
  std::string levels() {
    std::string text;
    for (std::size_t count = random_() % 12; count > 0; --count) {
      text += "[\"" + decimal(2) + "\",\"" + decimal(3) + "\"]" + (count > 1 ? "," : "");
    }
    return text;
  }

  std::mt19937_64 random_;
  bool isWild_;
};

TEST(BinanceDifferential, ScansEveryLayoutAndAgreesWithTheReader) {
  const std::uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Filler filler(seed, false);
  for (const Layout& layout : kLayouts) {
    BinanceDecoding decoding(layout.market);
    decoding.context.frameInstrument = 0;
    for (int round = 0; round < 200; ++round) {
      const std::string message = filler.fill(layout.text);
      for (const std::string& text : {message, filler.inStream(message)}) {
        ASSERT_TRUE(decoding.isScanned(text)) << text;
        ASSERT_EQ(decoding.decoded(text), decoding.readAny(text)) << text;
      }
    }
  }
}

TEST(BinanceDifferential, AgreesOnWildValues) {
  const std::uint64_t seed = 12;
  SCOPED_TRACE(seed);
  Filler filler(seed, true);
  std::set<std::string> errors;
  for (const Layout& layout : kLayouts) {
    BinanceDecoding decoding(layout.market);
    decoding.context.frameInstrument = 0;
    for (int round = 0; round < 2'000; ++round) {
      const std::string text = filler.fill(layout.text);
      const std::string result = decoding.decoded(text);
      ASSERT_EQ(result, decoding.readAny(text)) << text;
      errors.insert(result.substr(0, result.find(' ', 6)));
    }
  }
  EXPECT_GE(errors.size(), 5U) << "wild values reach too few errors";
}

TEST(BinanceDifferential, MeansTheSameInOtherWords) {
  const std::uint64_t seed = 13;
  SCOPED_TRACE(seed);
  Filler filler(seed, false);
  for (const Layout& layout : kLayouts) {
    BinanceDecoding decoding(layout.market);
    decoding.context.frameInstrument = 0;
    for (int round = 0; round < 200; ++round) {
      const std::string text = filler.inStream(filler.fill(layout.text));
      const std::string expected = decoding.decoded(text);
      std::string_view rest = text;
      const std::string other = JsonRewriter(filler()).write(JsonTree::take(rest));
      ASSERT_EQ(decoding.decoded(other), expected) << text << "\n" << other;
    }
  }
}

TEST(BinanceDifferential, NoPrefixDecodes) {
  Filler filler(14, false);
  for (const Layout& layout : kLayouts) {
    BinanceDecoding decoding(layout.market);
    decoding.context.frameInstrument = 0;
    const std::string message = filler.fill(layout.text);
    for (const std::string& text : {message, filler.inStream(message)}) {
      for (std::size_t size = 0; size < text.size(); ++size) {
        ASSERT_EQ(decoding.decode(PaddedText(text.substr(0, size))), DecodeError::Truncated)
            << text.substr(0, size);
        // The bytes behind the end go on with the very same frame.
        ASSERT_EQ(decoding.decode(PaddedText(text, size)), DecodeError::Truncated)
            << text.substr(0, size);
      }
      ASSERT_EQ(decoding.decode(text + "}"), DecodeError::Malformed);
      ASSERT_EQ(decoding.decode(text + text), DecodeError::Malformed);
      ASSERT_EQ(decoding.decode(text + " \n"), DecodeError::Ok);
    }
  }
}

TEST(BinanceDifferential, AgreesWithTheReaderOnDamagedBytes) {
  const std::uint64_t seed = 15;
  SCOPED_TRACE(seed);
  Filler filler(seed, false);
  static constexpr std::string_view kBytes = "\"}]{[,:.0eE-+ \\\x00\x7f\x80\xff";
  for (const Layout& layout : kLayouts) {
    BinanceDecoding decoding(layout.market);
    decoding.context.frameInstrument = 0;
    const std::string sound = filler.inStream(filler.fill(layout.text));
    for (std::size_t place = 0; place < sound.size(); ++place) {
      for (const char byte : kBytes) {
        std::string text = sound;
        text[place] = byte;
        ASSERT_EQ(decoding.decoded(text), decoding.readAny(text)) << text;
        text = sound;
        text.insert(place, 1, byte);
        ASSERT_EQ(decoding.decoded(text), decoding.readAny(text)) << text;
      }
      std::string text = sound;
      text[place] = static_cast<char>(text[place] ^ (1 << (filler() % 8)));
      ASSERT_EQ(decoding.decoded(text), decoding.readAny(text)) << text;
      text = sound;
      text.erase(place, 1 + filler() % 9);
      ASSERT_EQ(decoding.decoded(text), decoding.readAny(text)) << text;
    }
  }
}

TEST(BinanceDifferential, SurvivesJsonTestSuite) {
  const std::filesystem::path path = test::fixturePath("jsontestsuite/test_parsing");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "JSONTestSuite absent: " << path;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (const Market market : {Market::Spot, Market::Futures}) {
      BinanceDecoding decoding(market);
      decoding.context.discoversInstruments = true;
      const std::string result = decoding.decoded(text);
      EXPECT_EQ(result, decoding.readAny(text)) << entry.path();
      const bool isInvalid = entry.path().filename().string()[0] == 'n';
      EXPECT_FALSE(isInvalid && result.starts_with("error 0")) << entry.path();
    }
  }
}

struct Capture {
  Market market;
  const char* file;
  InstrumentId instrument;
};

class BinanceCapture : public testing::TestWithParam<Capture> {};

TEST_P(BinanceCapture, IsScannedWholeAndAgreesWithTheReader) {
  const auto frames = test::capturedFrames(GetParam().file);
  if (frames.empty()) GTEST_SKIP() << "capture absent: " << GetParam().file;
  BinanceDecoding decoding(GetParam().market);
  decoding.context.frameInstrument = GetParam().instrument;
  std::size_t scanned = 0;
  for (const std::string& text : frames) {
    scanned += decoding.isScanned(text) ? 1 : 0;
    const std::string result = decoding.decoded(text);
    ASSERT_EQ(result.substr(0, 7), "error 0") << text;
    ASSERT_EQ(result, decoding.readAny(text)) << text;
    ASSERT_EQ(decoding.frame.unknownFieldCount, 0U) << text;
  }
  // All but the one REST body of COIN-M, which names its symbol.
  EXPECT_GE(scanned + 1, frames.size());
}

TEST_P(BinanceCapture, HasUnbrokenChainsOfIds) {
  const auto frames = test::capturedFrames(GetParam().file);
  if (frames.empty()) GTEST_SKIP() << "capture absent: " << GetParam().file;
  BinanceDecoding decoding(GetParam().market);
  decoding.context.frameInstrument = GetParam().instrument;
  std::uint64_t lastUpdate = 0;
  std::uint64_t lastTrade = 0;
  std::size_t links = 0;
  for (const std::string& text : frames) {
    ASSERT_EQ(decoding.decode(text), DecodeError::Ok) << text;
    for (const event::Message& message : decoding.frame.messages()) {
      ASSERT_EQ(message.instrument, GetParam().instrument);
      if (message.kind == event::MessageKind::BookDelta) {
        const bool isSpot = GetParam().market == Market::Spot;
        const std::uint64_t before = isSpot ? message.firstId - 1 : message.prevId;
        ASSERT_TRUE(lastUpdate == 0 || before == lastUpdate) << text;
        lastUpdate = message.lastId;
        ++links;
      } else if (message.kind == event::MessageKind::Trade) {
        ASSERT_TRUE(lastTrade == 0 || message.lastId == lastTrade + 1) << text;
        lastTrade = message.lastId;
        ++links;
      }
    }
  }
  EXPECT_GT(links, 1000U);
}

TEST_P(BinanceCapture, MeansTheSameInOtherWords) {
  const auto frames = test::capturedFrames(GetParam().file);
  if (frames.empty()) GTEST_SKIP() << "capture absent: " << GetParam().file;
  const std::uint64_t seed = 16;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  BinanceDecoding decoding(GetParam().market);
  decoding.context.frameInstrument = GetParam().instrument;
  for (std::size_t index = 0; index < frames.size(); index += 1 + random() % 5) {
    const std::string expected = decoding.decoded(frames[index]);
    std::string_view rest = frames[index];
    const std::string other = JsonRewriter(random()).write(JsonTree::take(rest));
    ASSERT_EQ(decoding.decoded(other), expected) << frames[index] << "\n" << other;
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, BinanceCapture,
                         testing::Values(Capture{Market::Spot, test::kSpotCapture, 0},
                                         Capture{Market::Futures, test::kUsdmCapture, 0},
                                         Capture{Market::Futures, test::kCoinmCapture, 1}));

}  // namespace
}  // namespace hft::decode
