#include <gtest/gtest.h>
#include <map>

#include "test/native/decode/frame_lab.hpp"

namespace hft::decode {
namespace {

using lab::DecodeError;
using lab::Lab;
using lab::Message;
using lab::MessageKind;

constexpr std::string_view kUpdate =
    R"({"type":"l2update","product_id":"SKL-USD","changes":[["buy","0.7885","0.0"]],"time":"2021-04-17T16:43:37.077621Z"})";
constexpr std::string_view kMixed =
    R"({"type":"l2update","product_id":"SKL-USD","time":"2021-04-17T16:43:37.077621Z","changes":[["sell","0.80","1.5"],["buy","0.78","2"],["sell","0.81","0"],["buy","0.77","3.25"],["buy","0.78","4"]]})";
constexpr std::string_view kSnapshot =
    R"({"type":"snapshot","product_id":"BAND-GBP","asks":[["14.8024","12.77"],["14.8069","12.49"]],"bids":[["14.7000","123.10"]]})";
constexpr std::string_view kMatch =
    R"({"type":"match","trade_id":1568286,"maker_order_id":"67f40214-8c2a-4049-88c2-7b71cea8e4e4","taker_order_id":"741a1fea-cb9a-48f5-a6a4-65cbba50dcb4","side":"buy","size":"17","price":"0.791","product_id":"SKL-USD","sequence":201392504,"time":"2021-04-17T16:43:59.325463Z"})";
constexpr std::string_view kTicker =
    R"({"type":"ticker","sequence":37475248783,"product_id":"ETH-USD","price":"1285.22","open_24h":"1310.79","volume_24h":"245532.79269678","low_24h":"1280.52","high_24h":"1313.8","volume_30d":"9788783.60117027","best_bid":"1285.04","best_bid_size":"0.46688654","best_ask":"1285.27","best_ask_size":"1.56637040","side":"buy","time":"2022-10-19T23:28:22.061769Z","trade_id":370843401,"last_size":"11.4396987"})";

std::string levelsOf(const Lab& lab, event::LevelRange range) {
  std::string text;
  for (const event::Level& level : lab.out.levels(range)) {
    text += std::to_string(level.price) + "x" + std::to_string(level.qty) + " ";
  }
  return text;
}

TEST(CoinbaseExchange, ReadsAChangeOfOneLevel) {
  Lab lab(decodeCoinbaseExchange);
  const Message& delta = lab.one(kUpdate);
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_EQ(delta.exchangeTime, 1618677817'077621000);
  EXPECT_EQ(levelsOf(lab, delta.book.bids), "7885x0 ");
  EXPECT_EQ(delta.book.asks.count, 0U);
  EXPECT_EQ(lab.instruments[0].scale, (Scale{4, 0, 4, 1}));
}

TEST(CoinbaseExchange, PartsMixedChangesBySideInTheirOrder) {
  Lab lab(decodeCoinbaseExchange);
  const Message& delta = lab.one(kMixed);
  EXPECT_EQ(levelsOf(lab, delta.book.bids), "78x200 77x325 78x400 ");
  EXPECT_EQ(levelsOf(lab, delta.book.asks), "80x150 81x0 ");
}

TEST(CoinbaseExchange, FillsAFrameWithMixedChangesToItsLastLevel) {
  Lab lab(decodeCoinbaseExchange);
  lab.out = event::Frame(4, 5);
  const Message& delta = lab.one(kMixed);
  EXPECT_EQ(levelsOf(lab, delta.book.bids), "78x200 77x325 78x400 ");
  EXPECT_EQ(levelsOf(lab, delta.book.asks), "80x150 81x0 ");
  lab.out = event::Frame(4, 4);
  EXPECT_EQ(lab.run(kMixed), DecodeError::CapacityExceeded);
}

TEST(CoinbaseExchange, ReadsAWholeBook) {
  Lab lab(decodeCoinbaseExchange);
  const Message& book = lab.one(kSnapshot);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_EQ(levelsOf(lab, book.book.asks), "148024x1277 148069x1249 ");
  EXPECT_EQ(levelsOf(lab, book.book.bids), "147000x12310 ");
}

TEST(CoinbaseExchange, TellsTheAggressorFromTheMakersSide) {
  Lab lab(decodeCoinbaseExchange);
  const Message trade = lab.one(kMatch);
  EXPECT_EQ(trade.kind, MessageKind::Trade);
  EXPECT_EQ(trade.side, Side::Sell);
  EXPECT_EQ(trade.lastId, 1568286U);
  EXPECT_EQ(trade.firstId, 201392504U);
  EXPECT_EQ(trade.trade.price, 791);
  EXPECT_EQ(trade.trade.qty, 17);
  std::string last(kMatch);
  last.replace(last.find("match"), 5, "last_match");
  EXPECT_EQ(lab.one(last).lastId, 1568286U);
}

TEST(CoinbaseExchange, ReadsATickerAsAQuote) {
  Lab lab(decodeCoinbaseExchange);
  const Message& quote = lab.one(kTicker);
  EXPECT_EQ(quote.kind, MessageKind::Quote);
  EXPECT_EQ(quote.lastId, 37475248783U);
  EXPECT_EQ(quote.quote.bid, 128504);
  EXPECT_EQ(quote.quote.bidQty, 46688654);
  EXPECT_EQ(quote.quote.ask, 128527);
  EXPECT_EQ(quote.quote.askQty, 156637040);
  EXPECT_EQ(quote.exchangeTime, 1666222102'061769000);
  EXPECT_EQ(lab.out.unknownFieldCount, 0U);
}

TEST(CoinbaseExchange, ReadsATickerWithoutSizes) {
  Lab lab(decodeCoinbaseExchange);
  const Message& quote = lab.one(
      R"({"type":"ticker","sequence":7,"product_id":"NU-GBP","price":"0.4394","best_bid":"0.4385","best_ask":"","side":"buy","time":"2021-04-17T16:43:18.435588Z","trade_id":1,"last_size":"70"})");
  EXPECT_EQ(quote.quote.bid, 4385);
  EXPECT_EQ(quote.quote.bidQty, 0);
  EXPECT_EQ(quote.quote.ask, kNoPrice);
}

TEST(CoinbaseExchange, ReadsWhatKeepsASessionAlive) {
  Lab lab(decodeCoinbaseExchange);
  const Message beat = lab.one(
      R"({"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"})");
  EXPECT_EQ(beat.kind, MessageKind::Heartbeat);
  EXPECT_EQ(beat.firstId, 0U);
  EXPECT_EQ(beat.lastId, 90U);
  EXPECT_EQ(lab.one(R"({"type":"subscriptions","channels":[{"name":"level2"}]})").kind,
            MessageKind::Subscribed);
  EXPECT_EQ(lab.one(R"({"type":"error","message":"no","reason":"why"})").kind,
            MessageKind::VenueError);
}

TEST(CoinbaseExchange, ReadsTheStateOfKnownProducts) {
  Lab lab(decodeCoinbaseExchange);
  const InstrumentId id = lab.add("BTC-USD", 2, 8);
  const Message& status = lab.one(
      R"({"type":"status","products":[{"id":"BTC-USD","status":"online","cancel_only":true,"post_only":false},{"id":"X-Y","status":"online"}],"currencies":[]})");
  EXPECT_EQ(status.instrument, id);
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::CancelOnly));
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

constexpr std::string_view kMaker = "d50ec984-77a8-460a-b958-66f114b0de9b";
constexpr std::string_view kTaker = "132fb6ae-456b-4654-b4e0-d681ac05cea1";

std::string open(std::uint64_t sequence, std::string_view id, std::string_view side,
                 std::string_view price, std::string_view size) {
  return R"({"type":"open","time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","sequence":)" +
         std::to_string(sequence) + R"(,"order_id":")" + std::string(id) + R"(","price":")" +
         std::string(price) + R"(","remaining_size":")" + std::string(size) + R"(","side":")" +
         std::string(side) + R"("})";
}

struct OrderLab : Lab {
  OrderLab() : Lab(decodeCoinbaseExchange) { context.orderRefs = &refs; }
};

TEST(CoinbaseExchange, FollowsAnOrderThroughItsLife) {
  OrderLab lab;
  const Message added = lab.one(open(10, kMaker, "sell", "200.2", "1.00"));
  EXPECT_EQ(added.kind, MessageKind::OrderAdd);
  EXPECT_EQ(added.side, Side::Sell);
  EXPECT_EQ(added.lastId, 10U);
  EXPECT_EQ(added.order.price, 2002);
  const std::uint64_t orderRef = added.order.orderRef;

  ASSERT_EQ(
      lab.run(
          R"({"type":"match","trade_id":5,"sequence":11,"maker_order_id":")" + std::string(kMaker) +
          R"(","taker_order_id":")" + std::string(kTaker) +
          R"(","time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","size":"0.25","price":"200.2","side":"sell"})"),
      DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  EXPECT_EQ(lab.out.messages()[0].kind, MessageKind::Trade);
  EXPECT_EQ(lab.out.messages()[0].side, Side::Buy);
  EXPECT_EQ(lab.out.messages()[0].lastId, 5U);
  const Message reduced = lab.out.messages()[1];
  EXPECT_EQ(reduced.kind, MessageKind::OrderReduce);
  EXPECT_EQ(reduced.order.orderRef, orderRef);
  EXPECT_EQ(reduced.order.qty, 25);
  EXPECT_EQ(reduced.lastId, 11U);

  const Message changed = lab.one(
      R"({"type":"change","reason":"modify_order","time":"2014-11-07T08:19:27.028459Z","sequence":12,"order_id":")" +
      std::string(kMaker) +
      R"(","side":"sell","product_id":"BTC-USD","old_size":"0.75","new_size":"0.5","old_price":"200.2","new_price":"200.3"})");
  EXPECT_EQ(changed.kind, MessageKind::OrderModify);
  EXPECT_EQ(changed.order.orderRef, orderRef);
  EXPECT_EQ(changed.order.price, 2003);
  EXPECT_EQ(changed.order.qty, 50);

  const Message done = lab.one(
      R"({"type":"done","time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","sequence":13,"price":"200.3","order_id":")" +
      std::string(kMaker) + R"(","reason":"canceled","side":"sell","remaining_size":"0.5"})");
  EXPECT_EQ(done.kind, MessageKind::OrderDelete);
  EXPECT_EQ(done.order.orderRef, orderRef);
  EXPECT_EQ(lab.refs.size(), 0U);
}

TEST(CoinbaseExchange, CarriesTheSequenceOfMessagesThatDoNotTouchTheBook) {
  OrderLab lab;
  const std::string id(kMaker);
  for (
      const std::string& frame :
      {R"({"type":"received","time":"2014-11-07T08:19:27Z","product_id":"BTC-USD","sequence":10,"order_id":")" +
           id + R"(","size":"1.34","price":"502.1","side":"buy","order_type":"limit"})",
       R"({"type":"change","time":"2014-11-07T08:19:27Z","product_id":"BTC-USD","sequence":10,"order_id":")" +
           id + R"(","new_funds":"5","old_funds":"6","side":"buy"})",
       R"({"type":"activate","product_id":"BTC-USD","timestamp":"1483736448.299000","sequence":10,"order_id":")" +
           id +
           R"(","stop_type":"entry","side":"buy","stop_price":"80","size":"2","private":true})",
       std::string(R"(["noop","BTC-USD","10","2014-11-07T08:19:27Z"])")}) {
    const Message& message = lab.one(frame);
    EXPECT_EQ(message.kind, MessageKind::Heartbeat) << frame;
    EXPECT_EQ(message.firstId, 10U) << frame;
    EXPECT_EQ(message.lastId, 10U) << frame;
    EXPECT_EQ(lab.out.unknownFieldCount, 0U) << frame;
  }
}

TEST(CoinbaseExchange, NamesAnOrderBeforeTheSnapshotAsTheSnapshotDoes) {
  OrderLab lab;
  const std::string id(kMaker);
  const Message done = lab.one(
      R"({"type":"done","time":"2014-11-07T08:19:27Z","product_id":"BTC-USD","sequence":10,"order_id":")" +
      id + R"(","reason":"canceled","side":"buy"})");
  EXPECT_EQ(done.kind, MessageKind::OrderDelete);
  const Message opened = lab.one(
      R"({"type":"open","time":"2014-11-07T08:19:27Z","product_id":"BTC-USD","sequence":9,"order_id":")" +
      id + R"(","price":"200.2","remaining_size":"1","side":"buy"})");
  EXPECT_EQ(opened.order.orderRef, done.order.orderRef);
}

TEST(CoinbaseExchange, ReadsTheCompactArraysLikeTheObjects) {
  OrderLab lab;
  const std::string id = "\"" + std::string(kMaker) + "\"";
  const std::string taker = "\"" + std::string(kTaker) + "\"";
  const std::string time = R"("2014-11-07T08:19:27.028459Z")";
  const Message added =
      lab.one(R"(["open","BTC-USD","10",)" + id + R"(,"buy","200.2","1.00",)" + time + "]");
  EXPECT_EQ(added.kind, MessageKind::OrderAdd);
  EXPECT_EQ(added.side, Side::Buy);
  EXPECT_EQ(added.order.qty, 1);
  ASSERT_EQ(
      lab.run(R"(["match","BTC-USD","11",)" + id + "," + taker + R"(,"200.2","0.4",)" + time + "]"),
      DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  EXPECT_EQ(lab.out.messages()[0].kind, MessageKind::Trade);
  EXPECT_EQ(lab.out.messages()[1].kind, MessageKind::OrderReduce);
  const Message changed =
      lab.one(R"(["change","BTC-USD",12,)" + id + R"(,"200.1","0.5",)" + time + "]");
  EXPECT_EQ(changed.kind, MessageKind::OrderModify);
  EXPECT_EQ(changed.order.price, 2001);
  const Message done = lab.one(R"(["done","BTC-USD","13",)" + id + "," + time + "]");
  EXPECT_EQ(done.kind, MessageKind::OrderDelete);
  EXPECT_EQ(done.order.orderRef, added.order.orderRef);
  EXPECT_EQ(lab.run(R"({"type":"level3","schema":{"open":["type"]}})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

TEST(CoinbaseExchange, CountsOrdersAsSkippedWhereNoOrderBookIsKept) {
  Lab lab(decodeCoinbaseExchange);
  EXPECT_EQ(lab.run(open(10, kMaker, "sell", "200.2", "1.00")), DecodeError::Ok);
  EXPECT_TRUE(lab.out.messages().empty());
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

TEST(CoinbaseExchange, GivesAnOrderOneReferenceWhenItsFrameIsDecodedTwice) {
  OrderLab lab;
  const std::uint64_t orderRef = lab.one(open(1, kMaker, "buy", "1.25", "3")).order.orderRef;
  EXPECT_EQ(lab.one(open(1, kMaker, "buy", "1.25", "3")).order.orderRef, orderRef);
}

TEST(CoinbaseExchange, ReadsTheOrdersOfARestBook) {
  OrderLab lab;
  lab.context.frameInstrument = lab.instruments.discover("BTC-USD").value();
  const std::uint64_t before = lab.one(open(1, kTaker, "buy", "1", "1")).order.orderRef;
  ASSERT_EQ(
      lab.run(
          R"({"sequence":3,"bids":[["295.96","0.05",")" + std::string(kMaker) +
          R"("]],"asks":[["295.97","25.23","da863862-25f4-4868-ac41-005d11ab0a5f"]],"auction_mode":false,"auction":null,"time":"2014-11-07T08:19:27.028459Z"})"),
      DecodeError::Ok);
  const auto messages = lab.out.messages();
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[0].kind, MessageKind::SnapshotBegin);
  EXPECT_EQ(messages[1].kind, MessageKind::OrderAdd);
  EXPECT_EQ(messages[1].side, Side::Buy);
  EXPECT_EQ(messages[1].order.price, 29596);
  EXPECT_EQ(messages[2].side, Side::Sell);
  EXPECT_EQ(messages[3].kind, MessageKind::SnapshotEnd);
  EXPECT_EQ(messages[3].lastId, 3U);
  EXPECT_NE(messages[1].order.orderRef, before);
  // The order that the snapshot doesn't have is free.
  EXPECT_EQ(lab.refs.size(), 2U);
}

TEST(CoinbaseExchange, ReadsTheLevelsOfARestBook) {
  Lab lab(decodeCoinbaseExchange);
  const std::string body =
      R"({"bids":[["295.96","4.39088265",2]],"asks":[["295.97","25.23542881",12],["296",1.5,1]],"sequence":"3"})";
  EXPECT_EQ(lab.run(body), DecodeError::Ok);
  EXPECT_EQ(lab.out.skippedCount, 1U);  // Of which instrument?
  lab.context.frameInstrument = lab.instruments.discover("BTC-USD").value();
  const Message& book = lab.one(body);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_EQ(book.lastId, 3U);
  EXPECT_EQ(levelsOf(lab, book.book.asks), "29597x2523542881 29600x150000000 ");
}

TEST(CoinbaseExchange, CountsWhatItDoesNotKnow) {
  Lab lab(decodeCoinbaseExchange);
  EXPECT_EQ(lab.run(R"({"type":"weather","x":[1,2]})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"({"type":null})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"({"message":"NotFound"})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  // Numbers instead of strings, an extra field, a null.
  const Message& delta = lab.one(
      R"({"type":"l2update","product_id":"A-B","changes":[["buy",1.5,2]],"time":null,"extra":{"a":[]}})");
  EXPECT_EQ(levelsOf(lab, delta.book.bids), "15x2 ");
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
  std::string odd(kMatch);
  odd.replace(odd.find("\"buy\""), 5, "\"swap\"");
  EXPECT_EQ(lab.one(odd).side, Side::None);
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
}

TEST(CoinbaseExchange, RefusesABookThatItCannotRead) {
  Lab lab(decodeCoinbaseExchange);
  const auto update = [](std::string_view changes) {
    return R"({"type":"l2update","product_id":"A-B","changes":)" + std::string(changes) +
           R"(,"time":"2021-04-17T16:43:37.077621Z"})";
  };
  EXPECT_EQ(lab.run(update("null")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"([["swap","1","1"]])")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"([["buy","1"]])")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"([["buy","NaN","1"]])")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(update(R"([["buy","1e5","1"]])")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(update(R"([["buy","1","-1"]])")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(update(R"([["buy","","1"]])")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(update(R"([["buy","123456789012345678901","1"]])")), DecodeError::Overflow);
  EXPECT_EQ(lab.run(R"({"type":"l2update","changes":[]})"), DecodeError::Malformed);
}

TEST(CoinbaseExchange, ReadsEveryLayoutAlike) {
  for (const std::string_view frame : {kUpdate, kMixed, kSnapshot, kMatch, kTicker}) {
    Lab lab(decodeCoinbaseExchange);
    ASSERT_EQ(lab.run(frame), DecodeError::Ok);
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run("\n" + std::string(frame) + " "), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
  }
}

TEST(CoinbaseExchange, SurvivesDamage) {
  Lab lab(decodeCoinbaseExchange, false);
  for (const char* symbol : {"SKL-USD", "BAND-GBP", "ETH-USD", "BTC-USD"}) lab.add(symbol, 4, 8);
  for (const std::string_view frame : {kUpdate, kMixed, kSnapshot, kMatch, kTicker}) {
    lab::expectSoundUnderDamage(lab, frame);
  }
  lab.context.orderRefs = &lab.refs;
  lab::expectSoundUnderDamage(lab, kMatch);
  lab::expectSoundUnderDamage(lab, open(10, kMaker, "sell", "200.2", "1.00"));
}

TEST(CoinbaseExchange, TakesJsonTestSuiteAsItIsNamed) {
  Lab lab(decodeCoinbaseExchange);
  lab::expectJsonTestSuite(lab);
}

TEST(CoinbaseExchange, DecodesTheWholeCaptureOnBothPathsAlike) {
  const auto path = lab::fixtures() / "cryptofeed" / "COINBASE.ws.28.0";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no capture: cryptofeed COINBASE.ws.28.0";
  Lab lab(decodeCoinbaseExchange);
  std::map<MessageKind, int> counts;
  for (const std::string& frame : lab::cryptofeedFrames(path)) {
    ASSERT_EQ(lab.run(frame), DecodeError::Ok) << frame;
    EXPECT_EQ(lab.out.unknownCount + lab.out.unknownFieldCount + lab.out.skippedCount, 0U) << frame;
    for (const Message& message : lab.out.messages()) ++counts[message.kind];
    // The tolerant path says the same.
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run(" " + frame), DecodeError::Ok) << frame;
    EXPECT_EQ(lab::describe(lab.out), expected) << frame;
  }
  EXPECT_EQ(counts[MessageKind::BookDelta], 3139);
  EXPECT_EQ(counts[MessageKind::BookSnapshot], 3);
  EXPECT_EQ(counts[MessageKind::Trade], 60);
  EXPECT_EQ(counts[MessageKind::Quote], 60);
  EXPECT_EQ(counts[MessageKind::Subscribed], 3);
  EXPECT_EQ(lab.instruments.size(), 3U);
}

}  // namespace
}  // namespace hft::decode
