#include "native/decode/binance/binance.hpp"

#include <gtest/gtest.h>

#include "test/native/decode/binance_frames.hpp"

namespace hft::decode {
namespace {

using binance::Market;
using event::DecodeError;
using event::Message;
using event::MessageKind;
using test::BinanceDecoding;
using test::PaddedText;

constexpr const char* kSpotDepth =
    R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT",)"
    R"("U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["56854.58000000",)"
    R"("1.5"]],"a":[["61837.64000000","1.54698000"]]}})";
constexpr const char* kUsdmDepth =
    R"({"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,)"
    R"("u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"]],"a":[]})";

const Message& only(const BinanceDecoding& decoding) {
  EXPECT_EQ(decoding.frame.messages().size(), 1U);
  return decoding.frame.messages()[0];
}

TEST(BinanceSpot, DecodesDiffDepth) {
  BinanceDecoding decoding(Market::Spot);
  ASSERT_EQ(decoding.decode(kSpotDepth), DecodeError::Ok);
  const Message& message = only(decoding);
  EXPECT_EQ(message.kind, MessageKind::BookDelta);
  EXPECT_EQ(message.instrument, 0U);
  EXPECT_EQ(message.exchangeTime, 1723161255208000000);
  EXPECT_EQ(message.firstId, 50093239189U);
  EXPECT_EQ(message.lastId, 50093239202U);
  EXPECT_EQ(message.prevId, 0U);
  const auto bids = decoding.frame.levels(message.book.bids);
  ASSERT_EQ(bids.size(), 2U);
  EXPECT_EQ(bids[0].price, 6173763);
  EXPECT_EQ(bids[0].qty, 0);
  EXPECT_EQ(bids[1].price, 5685458);
  EXPECT_EQ(bids[1].qty, 150000000);
  const auto asks = decoding.frame.levels(message.book.asks);
  ASSERT_EQ(asks.size(), 1U);
  EXPECT_EQ(asks[0].qty, 154698000);
}

TEST(BinanceSpot, DecodesMicroseconds) {
  BinanceDecoding decoding(Market::Spot);
  const char* trade =
      R"({"e":"trade","E":1723161255343123,"s":"BTCUSDT","t":1,"p":"1","q":"2","T":1723161255342987,)"
      R"("m":true,"M":true})";
  ASSERT_EQ(decoding.decode(trade), DecodeError::Ok);
  EXPECT_EQ(only(decoding).exchangeTime, 1723161255342987000);
}

TEST(BinanceSpot, TakesTheSymbolOfPartialDepthFromTheStream) {
  BinanceDecoding decoding(Market::Spot);
  const char* depth =
      R"({"stream":"ethusdt@depth20@100ms","data":{"lastUpdateId":160,"bids":[["0.24","10"]],)"
      R"("asks":[["0.26","100"]]}})";
  ASSERT_EQ(decoding.decode(depth), DecodeError::Ok);
  const Message& message = only(decoding);
  EXPECT_EQ(message.kind, MessageKind::BookSnapshot);
  EXPECT_EQ(message.instrument, 2U);
  EXPECT_EQ(message.firstId, 160U);
  EXPECT_EQ(message.lastId, 160U);
  EXPECT_EQ(message.exchangeTime, 0);
}

TEST(BinanceSpot, SkipsASnapshotThatNobodyCanName) {
  BinanceDecoding decoding(Market::Spot);
  const char* depth = R"({"lastUpdateId":160,"bids":[["0.24","10"]],"asks":[]})";
  ASSERT_EQ(decoding.decode(depth), DecodeError::Ok);
  EXPECT_EQ(decoding.frame.messages().size(), 0U);
  EXPECT_EQ(decoding.frame.skippedCount, 1U);
  decoding.context.frameInstrument = 0;
  ASSERT_EQ(decoding.decode(depth), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::BookSnapshot);
  EXPECT_EQ(only(decoding).instrument, 0U);
}

TEST(BinanceSpot, DecodesQuotesWithoutTypeAndTime) {
  BinanceDecoding decoding(Market::Spot);
  const char* quote =
      R"({"u":400900217,"s":"BTCUSDT","b":"25.35000000","B":"31.21000000","a":"25.36520000",)"
      R"("A":"40.66000000"})";
  EXPECT_EQ(decoding.decode(quote), DecodeError::TooManyDecimals);
  const char* sound =
      R"({"u":400900217,"s":"BTCUSDT","b":"25.35000000","B":"31.21000000","a":"25.36000000",)"
      R"("A":"40.66000000"})";
  ASSERT_EQ(decoding.decode(sound), DecodeError::Ok);
  const Message& message = only(decoding);
  EXPECT_EQ(message.kind, MessageKind::Quote);
  EXPECT_EQ(message.lastId, 400900217U);
  EXPECT_EQ(message.exchangeTime, 0);
  EXPECT_EQ(message.quote.bid, 2535);
  EXPECT_EQ(message.quote.bidQty, 3121000000);
  EXPECT_EQ(message.quote.ask, 2536);
  EXPECT_EQ(message.quote.askQty, 4066000000);
}

TEST(BinanceSpot, CallsASideOfZerosEmpty) {
  BinanceDecoding decoding(Market::Spot);
  ASSERT_EQ(
      decoding.decode(R"({"u":4,"s":"BTCUSDT","b":"0.00","B":"0.00","a":"25.36","A":"40.66"})"),
      DecodeError::Ok);
  EXPECT_EQ(only(decoding).quote.bid, kNoPrice);
  EXPECT_EQ(only(decoding).quote.ask, 2536);
}

TEST(BinanceSpot, GivesATradeTheSideOfItsAggressor) {
  BinanceDecoding decoding(Market::Spot);
  const std::string head = R"({"e":"trade","E":1,"s":"BTCUSDT","t":3735683259,"p":"61837.63",)"
                           R"("q":"0.02000000","T":1723161255342,"m":)";
  ASSERT_EQ(decoding.decode(head + R"(true,"M":true})"), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::Trade);
  EXPECT_EQ(only(decoding).side, Side::Sell);
  EXPECT_EQ(only(decoding).lastId, 3735683259U);
  EXPECT_EQ(only(decoding).trade.price, 6183763);
  EXPECT_EQ(only(decoding).trade.qty, 2000000);
  ASSERT_EQ(decoding.decode(head + R"(false,"M":true})"), DecodeError::Ok);
  EXPECT_EQ(only(decoding).side, Side::Buy);
}

TEST(BinanceSpot, DecodesAggregateTrades) {
  BinanceDecoding decoding(Market::Spot);
  ASSERT_EQ(
      decoding.decode(R"({"e":"aggTrade","E":1672515782136,"s":"BTCUSDT","a":12345,"p":"0.01",)"
                      R"("q":"100","f":100,"l":105,"T":1672515782137,"m":true,"M":true})"),
      DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::Trade);
  EXPECT_EQ(only(decoding).lastId, 12345U);
  EXPECT_EQ(only(decoding).exchangeTime, 1672515782137000000);
}

TEST(BinanceSpot, DecodesBars) {
  BinanceDecoding decoding(Market::Spot);
  const std::string bar =
      R"({"e":"kline","E":1638747660000,"s":"BTCUSDT","k":{"t":1638747660000,"T":1638747719999,)"
      R"("s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"0.10","c":"0.20","h":"0.25","l":"0.05",)"
      R"("v":"1000","n":100,"x":true,"q":"1.0000","V":"500","Q":"0.500","B":"123456"}})";
  ASSERT_EQ(decoding.decode(bar), DecodeError::Ok);
  const Message& message = only(decoding);
  EXPECT_EQ(message.kind, MessageKind::Bar);
  EXPECT_EQ(message.exchangeTime, 1638747660000000000);
  EXPECT_EQ(message.code, 1);
  EXPECT_EQ(message.bar.open, 10);
  EXPECT_EQ(message.bar.high, 25);
  EXPECT_EQ(message.bar.low, 5);
  EXPECT_EQ(message.bar.close, 20);
  EXPECT_EQ(message.bar.volume, 100000000000);
}

TEST(BinanceFutures, LinksEachDeltaToTheOneBefore) {
  BinanceDecoding decoding(Market::Futures);
  ASSERT_EQ(decoding.decode(kUsdmDepth), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::BookDelta);
  EXPECT_EQ(only(decoding).exchangeTime, 1723161256298000000);
  EXPECT_EQ(only(decoding).prevId, 5123107831937U);
  EXPECT_EQ(only(decoding).book.asks.count, 0U);
}

TEST(BinanceFutures, CallsPartialDepthASnapshotAndPassesOtherBooks) {
  BinanceDecoding decoding(Market::Futures);
  const auto inStream = [](const char* stream) {
    return std::string(R"({"stream":")") + stream + R"(","data":)" + kUsdmDepth + "}";
  };
  ASSERT_EQ(decoding.decode(inStream("btcusdt@depth5@100ms")), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::BookSnapshot);
  ASSERT_EQ(decoding.decode(inStream("btcusdt@depth@100ms")), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::BookDelta);
  ASSERT_EQ(decoding.decode(inStream("btcusdt@rpiDepth@500ms")), DecodeError::Ok);
  EXPECT_EQ(decoding.frame.messages().size(), 0U);
  EXPECT_EQ(decoding.frame.skippedCount, 1U);
}

TEST(BinanceFutures, DecodesTheLayoutOfCoinMargined) {
  BinanceDecoding decoding(Market::Futures);
  ASSERT_EQ(
      decoding.decode(
          R"({"stream":"btcusd_perp@bookTicker","data":{"u":1007198632021,"e":"bookTicker",)"
          R"("s":"BTCUSD_PERP","ps":"BTCUSD","b":"61804.7","B":"35","a":"61804.8","A":"1645",)"
          R"("T":1723161257465,"E":1723161257476}})"),
      DecodeError::Ok);
  EXPECT_EQ(only(decoding).instrument, 1U);
  EXPECT_EQ(only(decoding).exchangeTime, 1723161257465000000);
  EXPECT_EQ(only(decoding).quote.askQty, 1645);
  ASSERT_EQ(decoding.decode(
                R"({"lastUpdateId":1007198631600,"E":1,"T":1723161257452,"symbol":"BTCUSD_PERP",)"
                R"("pair":"BTCUSD","bids":[["61804.7","35"]],"asks":[["61804.8","1"]]})"),
            DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::BookSnapshot);
  EXPECT_EQ(only(decoding).instrument, 1U);
}

TEST(BinanceFutures, SkipsTradesOfNothing) {
  BinanceDecoding decoding(Market::Futures);
  ASSERT_EQ(decoding.decode(R"({"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":5,"p":"0","q":"0",)"
                            R"("X":"NA","m":true})"),
            DecodeError::Ok);
  EXPECT_EQ(decoding.frame.messages().size(), 0U);
  EXPECT_EQ(decoding.frame.skippedCount, 1U);
}

TEST(Binance, AnswersOfTheSession) {
  BinanceDecoding decoding(Market::Spot);
  ASSERT_EQ(decoding.decode(R"({"result":null,"id":17})"), DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::Subscribed);
  EXPECT_EQ(only(decoding).lastId, 17U);
  for (const char* text : {R"({"code":2,"msg":"Invalid request"})",
                           R"({"error":{"code":-1121,"msg":"Invalid symbol."},"id":3})",
                           R"({"e":"serverShutdown","E":1770123456789})"}) {
    ASSERT_EQ(decoding.decode(text), DecodeError::Ok) << text;
    EXPECT_EQ(only(decoding).kind, MessageKind::VenueError) << text;
  }
}

TEST(Binance, CountsWhatItDoesNotUse) {
  BinanceDecoding decoding(Market::Futures);
  const auto counts = [&](const char* text) {
    EXPECT_EQ(decoding.decode(text), DecodeError::Ok) << text;
    EXPECT_EQ(decoding.frame.messages().size(), 0U) << text;
    return std::to_string(decoding.frame.skippedCount) + " skipped " +
           std::to_string(decoding.frame.unknownCount) + " unknown";
  };
  EXPECT_EQ(counts(R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"1"})"),
            "1 skipped 0 unknown");
  EXPECT_EQ(counts(R"([{"e":"24hrTicker"},{"e":"24hrTicker"}])"), "2 skipped 0 unknown");
  EXPECT_EQ(counts(R"({"stream":"!x@arr","data":[{"e":"newThing"}]})"), "0 skipped 1 unknown");
  EXPECT_EQ(counts(R"({})"), "0 skipped 1 unknown");
  EXPECT_EQ(
      counts(R"({"e":"depthUpdate","E":1,"T":1,"s":"NOTOURS","U":1,"u":1,"pu":1,"b":[],"a":[]})"),
      "1 skipped 0 unknown");
}

TEST(Binance, CountsNewFieldsAndDecodesTheRest) {
  BinanceDecoding decoding(Market::Spot);
  ASSERT_EQ(decoding.decode(
                R"({"u":4,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1","zz":{"x":[1]},"X":1})"),
            DecodeError::Ok);
  EXPECT_EQ(only(decoding).kind, MessageKind::Quote);
  EXPECT_EQ(decoding.frame.unknownFieldCount, 2U);
}

TEST(Binance, DiscoversAnInstrumentAndTellsAllThatItNeeds) {
  BinanceDecoding decoding(Market::Futures);
  decoding.context.discoversInstruments = true;
  const char* depth =
      R"({"e":"depthUpdate","E":1,"T":1,"s":"XRPUSDT","U":1,"u":1,"pu":1,"b":[["0.1","1.500"],)"
      R"(["0.12345","1.25"]],"a":[["1.000000","7"]]})";
  ASSERT_EQ(decoding.decode(depth), DecodeError::TooManyDecimals);
  const InstrumentId id = decoding.instruments.find("XRPUSDT");
  ASSERT_NE(id, kNoInstrument);
  EXPECT_EQ(decoding.frame.neededInstrument, id);
  EXPECT_EQ(decoding.frame.neededPriceDecimals, 5);
  EXPECT_EQ(decoding.frame.neededQtyDecimals, 2);
  EXPECT_EQ(decoding.frame.neededPriceDigits, 6);
  EXPECT_EQ(decoding.frame.neededQtyDigits, 3);
  ASSERT_TRUE(decoding.instruments.widen(id, {5, 2, 6, 3}));
  ASSERT_EQ(decoding.decode(depth), DecodeError::Ok);
  EXPECT_EQ(decoding.frame.levels(only(decoding).book.bids)[1].price, 12345);
}

TEST(Binance, DiscoversNothingInADamagedFrame) {
  BinanceDecoding decoding(Market::Futures);
  decoding.context.discoversInstruments = true;
  const auto before = decoding.instruments.size();
  EXPECT_NE(
      decoding.decode(R"({"e":"trade","E":1,"T":1,"s":"XRPUSDT","t":5,"p":"1","q":"1","m":true)"),
      DecodeError::Ok);
  EXPECT_NE(decoding.decode(R"({"e":"trade","E":1,"T":1,"s":"XRPUSDT","t":5,"p":"1","m":true})"),
            DecodeError::Ok);
  EXPECT_EQ(decoding.instruments.size(), before);
}

TEST(Binance, SkipsANewSymbolWhenTheTableIsFull) {
  BinanceDecoding decoding(Market::Spot);
  decoding.context.discoversInstruments = true;
  for (int index = 0; decoding.instruments.size() < decoding.instruments.capacity(); ++index) {
    ASSERT_TRUE(decoding.instruments.discover("X" + std::to_string(index)).ok());
  }
  ASSERT_EQ(decoding.decode(R"({"u":4,"s":"NEWUSDT","b":"1","B":"1","a":"2","A":"1"})"),
            DecodeError::Ok);
  EXPECT_EQ(decoding.frame.skippedCount, 1U);
}

TEST(Binance, NamesEveryError) {
  BinanceDecoding decoding(Market::Futures);
  const auto trade = [](const char* price, const char* rest) {
    return std::string(R"({"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":5,"p":)") + price +
           R"(,"q":"1")" + rest + "}";
  };
  const auto errorOf = [&](const std::string& text) { return decoding.decode(text); };
  EXPECT_EQ(errorOf(trade("\"1\"", R"(,"m":true)")), DecodeError::Ok);
  EXPECT_EQ(errorOf(trade("1.5", R"(,"m":true)")), DecodeError::Ok);
  EXPECT_EQ(errorOf(trade("15e-1", R"(,"m":true)")), DecodeError::Ok);
  EXPECT_EQ(errorOf(trade("\"1\"", "")), DecodeError::Malformed);
  EXPECT_EQ(errorOf(trade("\"1\"", R"(,"m":1)")), DecodeError::Malformed);
  EXPECT_EQ(errorOf(trade("\"1\"", R"(,"m":true,"m":true)")), DecodeError::Malformed);
  EXPECT_EQ(errorOf(trade("null", R"(,"m":true)")), DecodeError::Malformed);
  EXPECT_EQ(errorOf(trade("[1]", R"(,"m":true)")), DecodeError::Malformed);
  EXPECT_EQ(errorOf(trade("NaN", R"(,"m":true)")), DecodeError::Malformed);
  for (const char* price : {"\"NaN\"", "\"1e5\"", "\"-1\"", "-1", "\"\"", "\"1.\"", "\" 1\""}) {
    EXPECT_EQ(errorOf(trade(price, R"(,"m":true)")), DecodeError::BadNumber) << price;
  }
  EXPECT_EQ(errorOf(trade("\"99999999999999999999\"", R"(,"m":true)")), DecodeError::Overflow);
  EXPECT_EQ(errorOf(trade("1e400", R"(,"m":true)")), DecodeError::Overflow);
  EXPECT_EQ(errorOf(trade("\"0.001\"", R"(,"m":true)")), DecodeError::TooManyDecimals);
  EXPECT_EQ(errorOf(""), DecodeError::Truncated);
  EXPECT_EQ(errorOf("7"), DecodeError::Malformed);
  EXPECT_EQ(errorOf(R"({"e":"depthUpdate","E":99999999999999999,"T":1,"s":"BTCUSDT","U":1,"u":1,)"
                    R"("pu":1,"b":[],"a":[]})"),
            DecodeError::Overflow);
  EXPECT_EQ(
      errorOf(R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":18446744073709551616,)"
              R"("pu":1,"b":[],"a":[]})"),
      DecodeError::Overflow);
}

TEST(Binance, RefusesAMessageWithoutAFieldThatItNeeds) {
  BinanceDecoding spot(Market::Spot);
  BinanceDecoding futures(Market::Futures);
  const std::string depth = kUsdmDepth;
  for (const char* field :
       {R"("u":5123107837557,)", R"("U":5123107832006,)", R"("pu":5123107831937,)",
        R"("s":"BTCUSDT",)", R"("E":1723161256299,)", R"("T":1723161256298,)",
        R"("b":[["58710.20","0.014"]],)", R"(,"a":[])"}) {
    std::string cut = depth;
    cut.erase(cut.find(field), std::string_view(field).size());
    EXPECT_EQ(futures.decode(cut), DecodeError::Malformed) << cut;
  }
  EXPECT_EQ(spot.decode(R"({"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"})"),
            DecodeError::Malformed);
  EXPECT_EQ(spot.decode(R"({"lastUpdateId":1,"bids":[]})"), DecodeError::Malformed);
}

TEST(Binance, RefusesWhatTheFrameDoesNotHold) {
  const PaddedText text(kSpotDepth);
  InstrumentTable instruments(1);
  ASSERT_TRUE(instruments.add("BTCUSDT", {2, 8, 2, 8}).ok());
  const DecodeContext context{.instruments = instruments};
  event::Frame fewLevels(4, 2);
  EXPECT_EQ(decodeBinanceSpot(text.text(), context, fewLevels), DecodeError::CapacityExceeded);
  event::Frame noMessages(0, 8);
  EXPECT_EQ(decodeBinanceSpot(text.text(), context, noMessages), DecodeError::CapacityExceeded);
}

}  // namespace
}  // namespace hft::decode
