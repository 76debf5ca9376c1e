#include <gtest/gtest.h>

#include "test/native/decode/frame_lab.hpp"

namespace hft::decode {
namespace {

using lab::DecodeError;
using lab::Lab;
using lab::Message;
using lab::MessageKind;

constexpr std::string_view kQuote =
    R"([{"T":"q","S":"AMD","bx":"U","bp":87.66,"bs":1,"ax":"Q","ap":87.68,"as":4,"t":"2021-02-22T15:51:45.335689322Z","c":["R"],"z":"C"}])";
constexpr std::string_view kTrade =
    R"([{"T":"t","i":96921,"S":"AAPL","x":"D","p":126.55,"s":1,"t":"2021-02-22T15:51:44.208Z","c":["@","I"],"z":"C"}])";
constexpr std::string_view kCrypto =
    R"([{"T":"q","S":"ETH/USD","bp":3445.34,"bs":4.339,"ap":3450.2,"as":4.3803,"t":"2022-03-17T10:00:00Z"},{"T":"t","S":"ETH/USD","p":3447.299,"s":29.205707815,"t":"2022-03-17T10:00:00.5Z","i":3447222699101865076,"tks":"S"}])";
constexpr std::string_view kBook =
    R"([{"T":"o","S":"BTC/USD","t":"2022-04-06T14:19:40.984Z","b":[{"p":27000,"s":1.2},{"p":26999.5,"s":0}],"a":[{"p":27001,"s":3}],"r":true}])";

TEST(AlpacaJson, ReadsAQuote) {
  Lab lab(decodeAlpacaJson);
  const Message& quote = lab.one(kQuote);
  EXPECT_EQ(quote.kind, MessageKind::Quote);
  EXPECT_EQ(quote.quote.bid, 8766);
  EXPECT_EQ(quote.quote.bidQty, 1);
  EXPECT_EQ(quote.quote.ask, 8768);
  EXPECT_EQ(quote.quote.askQty, 4);
  EXPECT_EQ(quote.exchangeTime, 1614009105'335689322);
  EXPECT_EQ(lab.out.unknownFieldCount, 0U);
}

TEST(AlpacaJson, ReadsZeroAsAnEmptySide) {
  Lab lab(decodeAlpacaJson);
  const Message& quote = lab.one(
      R"([{"T":"q","S":"AMD","bx":"U","bp":0,"bs":0,"ax":"Q","ap":87.68,"as":4,"t":"2021-02-22T15:51:45Z","c":["R"],"z":"C"}])");
  EXPECT_EQ(quote.quote.bid, kNoPrice);
  EXPECT_EQ(quote.quote.bidQty, 0);
}

TEST(AlpacaJson, ReadsATradeOfStocksWithoutASide) {
  Lab lab(decodeAlpacaJson);
  const Message& trade = lab.one(kTrade);
  EXPECT_EQ(trade.kind, MessageKind::Trade);
  EXPECT_EQ(trade.lastId, 96921U);
  EXPECT_EQ(trade.side, Side::None);
  EXPECT_EQ(trade.trade.price, 12655);
  EXPECT_EQ(trade.exchangeTime, 1614009104'208000000);
}

TEST(AlpacaJson, ReadsCryptoWithTheTakersSide) {
  Lab lab(decodeAlpacaJson);
  ASSERT_EQ(lab.run(kCrypto), DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  EXPECT_EQ(lab.out.messages()[0].quote.bid, 3445340);
  EXPECT_EQ(lab.out.messages()[1].side, Side::Sell);
  EXPECT_EQ(lab.out.messages()[1].lastId, 3447222699101865076U);
  EXPECT_EQ(lab.out.messages()[1].trade.qty, 29205707815);
}

TEST(AlpacaJson, ReadsBarsAndSaysWhichAreComplete) {
  Lab lab(decodeAlpacaJson);
  for (const char* type : {"b", "u", "d"}) {
    const Message bar = lab.one(
        std::string(R"([{"T":")") + type +
        R"(","S":"SPY","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"n":461,"vw":389.062,"t":"2021-02-22T19:15:00Z"}])");
    EXPECT_EQ(bar.kind, MessageKind::Bar);
    EXPECT_EQ(bar.code, *type == 'd' ? 0 : 1);
    EXPECT_EQ(bar.bar.open, 388985);
    EXPECT_EQ(bar.bar.close, 389120);
    EXPECT_EQ(bar.bar.volume, 49378);
    EXPECT_EQ(bar.exchangeTime, 1614021300'000000000);
  }
}

TEST(AlpacaJson, ReadsACryptoBookWholeAndInChanges) {
  Lab lab(decodeAlpacaJson);
  const Message book = lab.one(kBook);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  ASSERT_EQ(book.book.bids.count, 2U);
  EXPECT_EQ(lab.out.levels(book.book.bids)[1].price, 269995);
  EXPECT_EQ(lab.out.levels(book.book.bids)[1].qty, 0);
  const Message delta = lab.one(
      R"([{"T":"o","S":"BTC/USD","t":"2022-04-06T14:19:40Z","b":[],"a":[{"p":27001,"s":0}]}])");
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_EQ(delta.book.asks.count, 1U);
}

TEST(AlpacaJson, ReadsStatusAndSession) {
  Lab lab(decodeAlpacaJson);
  const Message status = lab.one(
      R"([{"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"x","t":"2021-02-22T19:15:00Z","z":"C"}])");
  EXPECT_EQ(status.kind, MessageKind::Status);
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::Halted));
  EXPECT_EQ(lab.one(R"([{"T":"success","msg":"connected"}])").kind, MessageKind::Heartbeat);
  EXPECT_EQ(lab.one(R"([{"T":"subscription","trades":["AAPL"],"quotes":[]}])").kind,
            MessageKind::Subscribed);
  const Message error = lab.one(R"([{"T":"error","code":406,"msg":"connection limit exceeded"}])");
  EXPECT_EQ(error.kind, MessageKind::VenueError);
  EXPECT_EQ(error.lastId, 406U);
}

TEST(AlpacaJson, CountsWhatItDoesNotKnow) {
  Lab lab(decodeAlpacaJson);
  EXPECT_EQ(lab.run(R"([{"T":"weather"},{"S":"A"},5,{"T":7}])"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 4U);
  EXPECT_EQ(lab.run(R"([{"T":"l","S":"A","u":1,"d":2},{"T":"c","S":"A"},{"T":"x","S":"A"}])"),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.skippedCount, 3U);
  EXPECT_EQ(lab.run(R"([{"T":"s","S":"A","sc":"~"}])"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  const Message& trade =
      lab.one(R"([{"T":"t","S":"A","p":"1.5","s":2,"t":null,"i":"x","tks":"?","new":{}}])");
  EXPECT_EQ(trade.trade.price, 15);
  EXPECT_EQ(trade.lastId, 0U);
  EXPECT_EQ(trade.side, Side::None);
  EXPECT_EQ(lab.out.unknownFieldCount, 2U);
  EXPECT_EQ(lab.run(R"({"stream":"authorization","data":{"status":"authorized"}})"),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
}

TEST(AlpacaJson, RefusesWhatItCannotRead) {
  Lab lab(decodeAlpacaJson);
  EXPECT_EQ(lab.run(R"([{"T":"t","S":"A","s":2}])"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"([{"T":"t","p":1,"s":2}])"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"([{"T":"t","S":"A","p":-1,"s":2}])"), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(R"([{"T":"t","S":"A","p":1e300,"s":2}])"), DecodeError::Overflow);
  EXPECT_EQ(lab.run(R"([{"T":"o","S":"A","r":true}])"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"([{"T":"o","S":"A","b":[{"p":1}],"r":true}])"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(std::string(kTrade) + "x"), DecodeError::Malformed);
}

TEST(AlpacaJson, ReadsEveryLayoutAlike) {
  for (const std::string_view frame : {kQuote, kTrade, kCrypto, kBook}) {
    Lab lab(decodeAlpacaJson);
    ASSERT_EQ(lab.run(frame), DecodeError::Ok);
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run("\n" + std::string(frame) + " "), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
  }
}

TEST(AlpacaJson, SurvivesDamage) {
  Lab lab(decodeAlpacaJson, false);
  for (const char* symbol : {"AMD", "AAPL"}) lab.add(symbol, 4, 0);
  for (const char* symbol : {"ETH/USD", "BTC/USD"}) lab.add(symbol, 4, 9);
  for (const std::string_view frame : {kQuote, kTrade, kCrypto, kBook}) {
    lab::expectSoundUnderDamage(lab, frame);
  }
}

TEST(AlpacaJson, CountsTheBodiesOfRestCallsAsAnotherFormat) {
  const auto folder = lab::fixtures() / "alpaca";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no capture: alpaca";
  Lab lab(decodeAlpacaJson);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    EXPECT_EQ(lab.run(lab::readFile(entry.path())), DecodeError::Ok) << entry.path();
    EXPECT_TRUE(lab.out.messages().empty());
    ++count;
  }
  EXPECT_EQ(count, 54U);
}

TEST(AlpacaJson, TakesJsonTestSuiteAsItIsNamed) {
  Lab lab(decodeAlpacaJson);
  lab::expectJsonTestSuite(lab);
}

}  // namespace
}  // namespace hft::decode
