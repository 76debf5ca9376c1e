#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "native/capture/capture_format.hpp"
#include "native/capture/session_day.hpp"
#include "native/capture/wire_detection.hpp"
#include "test/native/capture/chunked.hpp"

namespace hft::capture {
namespace {

using decode::WireFormat;

TEST(DetectCaptureFormat, KnowsEachFormatByItsBytes) {
  EXPECT_EQ(detectCaptureFormat("1723161256172216566 {\"stream\"", ""), CaptureFormat::Hftbacktest);
  EXPECT_EQ(detectCaptureFormat("1633998512.06: {\"a\":1}\n", ""), CaptureFormat::Cryptofeed);
  EXPECT_EQ(detectCaptureFormat("wss://x <-> 1633998512.06\n", ""), CaptureFormat::Cryptofeed);
  EXPECT_EQ(detectCaptureFormat("https://x?a -> 1.5: {}", ""), CaptureFormat::Cryptofeed);
  EXPECT_EQ(detectCaptureFormat("34200.004241176,1,16113575,18,5853300,1\n", ""),
            CaptureFormat::Lobster);
  EXPECT_EQ(detectCaptureFormat({"HFTREC\r\n\x01", 9}, ""), CaptureFormat::Recording);
  EXPECT_EQ(detectCaptureFormat({"\0\x0cS\0\0\0\0\0\0\0\0\0\0O\0\x27R", 17}, ""),
            CaptureFormat::Itch);
}

TEST(DetectCaptureFormat, LooksPastDamagedLinesAndThenAtTheName) {
  EXPECT_EQ(detectCaptureFormat("garbage\n\n1723161256172216566 {}\n", ""),
            CaptureFormat::Hftbacktest);
  EXPECT_EQ(detectCaptureFormat("garbage", "/data/01302020.NASDAQ_ITCH50.gz"), CaptureFormat::Itch);
  EXPECT_EQ(detectCaptureFormat("", "AAPL_2012-06-21_1_2_message_10.csv"), CaptureFormat::Lobster);
  EXPECT_EQ(detectCaptureFormat("{\"a\":1}", "x.json"), std::nullopt);
  EXPECT_EQ(detectCaptureFormat("1,2,3", "x.csv"), std::nullopt);
}

TEST(DetectCaptureFormat, NamesRoundTrip) {
  for (std::size_t index = 0; index < kCaptureFormatCount; ++index) {
    const auto format = static_cast<CaptureFormat>(index);
    EXPECT_EQ(captureFormatNamed(captureFormatName(format)), format);
  }
  EXPECT_EQ(captureFormatNamed("csv"), std::nullopt);
}

TEST(DetectWireFormat, KnowsVenuesByAddress) {
  EXPECT_EQ(wireFormatOfUrl("wss://fstream.binance.com/public/stream"), WireFormat::BinanceFutures);
  EXPECT_EQ(wireFormatOfUrl("wss://dstream.binance.com/ws"), WireFormat::BinanceFutures);
  EXPECT_EQ(wireFormatOfUrl("https://fapi.binance.com/fapi/v1/depth"), WireFormat::BinanceFutures);
  EXPECT_EQ(wireFormatOfUrl("wss://stream.binance.com:9443/stream"), WireFormat::BinanceSpot);
  EXPECT_EQ(wireFormatOfUrl("https://api.binance.com/api/v3/depth?symbol=X"),
            WireFormat::BinanceSpot);
  EXPECT_EQ(wireFormatOfUrl("wss://ws-feed.pro.coinbase.com"), WireFormat::CoinbaseExchange);
  EXPECT_EQ(wireFormatOfUrl("wss://advanced-trade-ws.coinbase.com"), WireFormat::CoinbaseAdvanced);
  EXPECT_EQ(wireFormatOfUrl("wss://ws.kraken.com"), WireFormat::KrakenV1);
  EXPECT_EQ(wireFormatOfUrl("wss://ws.kraken.com/v2"), WireFormat::KrakenV2);
  EXPECT_EQ(wireFormatOfUrl("wss://example.org"), std::nullopt);
}

TEST(DetectWireFormat, TellsBinanceSpotFromFuturesByShape) {
  const auto format = [](std::string_view frame) { return detectWireFormat("", frame); };
  EXPECT_EQ(format(R"({"stream":"btcusdt@depth@0ms","data":{}})"), WireFormat::BinanceFutures);
  EXPECT_EQ(format(R"({"stream":"a@depth","data":{"e":"depthUpdate","U":1,"u":2,"pu":0,"b":[]}})"),
            WireFormat::BinanceFutures);
  EXPECT_EQ(format(R"({"stream":"a@depth","data":{"e":"depthUpdate","U":1,"u":2,"b":[]}})"),
            WireFormat::BinanceSpot);
  EXPECT_EQ(format(R"({"u":1,"s":"BTCUSDT","b":"1","B":"2","a":"3","A":"4"})"),
            WireFormat::BinanceSpot);
  EXPECT_EQ(format(R"({"e":"bookTicker","u":1,"s":"X","b":"1","B":"2","a":"3","A":"4"})"),
            WireFormat::BinanceFutures);
  EXPECT_EQ(format(R"({"e":"trade","E":1,"s":"X","t":1,"p":"1","q":"1","T":1,"m":true,"M":true})"),
            WireFormat::BinanceSpot);
  EXPECT_EQ(
      format(R"({ "e" : "trade", "E":1,"s":"X","t":1,"p":"1","q":"1","X":"MARKET","m":true})"),
      WireFormat::BinanceFutures);
  EXPECT_EQ(format(R"({"lastUpdateId":5,"E":1,"T":2,"bids":[],"asks":[]})"),
            WireFormat::BinanceFutures);
  EXPECT_EQ(format(R"({"lastUpdateId":5,"bids":[],"asks":[]})"), WireFormat::BinanceSpot);
}

TEST(DetectWireFormat, KnowsTheOtherVenuesByShape) {
  const auto format = [](std::string_view frame) { return detectWireFormat("", frame); };
  EXPECT_EQ(format(R"({"type":"l2update","product_id":"BTC-USD","changes":[]})"),
            WireFormat::CoinbaseExchange);
  EXPECT_EQ(format(R"(["open","BTC-USD","1"])"), WireFormat::CoinbaseExchange);
  EXPECT_EQ(format(R"({"channel":"l2_data","client_id":"","sequence_num":0,"events":[]})"),
            WireFormat::CoinbaseAdvanced);
  EXPECT_EQ(format(R"({"channel":"book","type":"snapshot","data":[]})"), WireFormat::KrakenV2);
  EXPECT_EQ(format(R"([992,{"b":[]},"book-1000","XMR/USD"])"), WireFormat::KrakenV1);
  EXPECT_EQ(format(R"({"event":"heartbeat"})"), WireFormat::KrakenV1);
  EXPECT_EQ(format(R"([{"T":"q","S":"AMD"}])"), WireFormat::AlpacaJson);
  EXPECT_EQ(format("\x91\x83\xa1T\xa1q"), WireFormat::AlpacaMsgpack);
  EXPECT_EQ(format("{}"), std::nullopt);
  EXPECT_EQ(format(R"({"result":null,"id":1})"), std::nullopt);
  EXPECT_EQ(format(""), std::nullopt);
  EXPECT_EQ(format("   "), std::nullopt);
}

TEST(SymbolOfUrl, ReadsTheQueryParameterOnly) {
  EXPECT_EQ(symbolOfUrl("https://a/depth?symbol=NKNUSDT&limit=1000"), "NKNUSDT");
  EXPECT_EQ(symbolOfUrl("https://a/depth?limit=5&symbol=BTCUSDT"), "BTCUSDT");
  EXPECT_EQ(symbolOfUrl("https://a/symbol=X?limit=5"), "");
  EXPECT_EQ(symbolOfUrl("https://a/depth"), "");
  EXPECT_EQ(symbolOfUrl("https://a/products/BTC-USD/book?level=3"), "BTC-USD");
  EXPECT_EQ(symbolOfUrl("https://a/product_book?product_id=ETH-USD&limit=9"), "ETH-USD");
  EXPECT_EQ(symbolOfUrl("https://a/products/BTC-USD"), "");
  EXPECT_EQ(symbolOfUrl("https://a/products/BTC-USD/trades"), "");
}

TEST(SnapshotSymbol, IsTheOnlySymbolOfTheStreams) {
  SnapshotSymbol symbol;
  EXPECT_EQ(symbol.infer("{\"lastUpdateId\":1}").error(), SymbolError::NoneSeen);
  symbol.observe(R"({"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT"}})");
  symbol.observe(R"({"result":null})");
  symbol.observe(R"({"u":1,"s":"BTCUSDT"})");
  EXPECT_EQ(symbol.infer("{\"lastUpdateId\":1}").value(), "BTCUSDT");
  EXPECT_EQ(symbol.infer(R"({"lastUpdateId":1,"symbol":"BTCUSD_PERP"})").value(), "BTCUSD_PERP");
  symbol.observe(R"({"u":1,"s":"ETHUSDT"})");
  EXPECT_EQ(symbol.infer("{\"lastUpdateId\":1}").error(), SymbolError::Several);
}

TEST(SessionDay, FollowsDaylightSavingInNewYork) {
  constexpr Nanos kHour = 3'600'000'000'000;
  EXPECT_EQ(newYorkMidnight(2012, 6, 21), 1340251200LL * 1'000'000'000);
  EXPECT_EQ(newYorkMidnight(2024, 1, 15), 1705294800LL * 1'000'000'000);
  EXPECT_EQ(newYorkMidnight(2024, 3, 11) - newYorkMidnight(2024, 3, 10), 23 * kHour);
  EXPECT_EQ(newYorkMidnight(2024, 11, 4) - newYorkMidnight(2024, 11, 3), 25 * kHour);
}

TEST(SessionDay, ReadsFileNames) {
  const auto file = lobsterFile("/x/AAPL_2012-06-21_34200000_57600000_message_10.csv");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->symbol, "AAPL");
  EXPECT_EQ(file->midnight, newYorkMidnight(2012, 6, 21));
  EXPECT_FALSE(lobsterFile("AAPL_2012-13-21_1_2_message_10.csv"));
  EXPECT_FALSE(lobsterFile("AAPL.csv"));
  EXPECT_EQ(itchMidnight("/x/01302020.NASDAQ_ITCH50.gz"), newYorkMidnight(2020, 1, 30));
  EXPECT_FALSE(itchMidnight("ITCH"));
}

}  // namespace
}  // namespace hft::capture
