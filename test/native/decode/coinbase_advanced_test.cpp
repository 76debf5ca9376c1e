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
    R"({"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:01.5Z","sequence_num":17,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"offer","event_time":"2026-04-07T14:30:01.456789Z","price_level":"68901.00","new_quantity":"0.00000000"},{"side":"bid","event_time":"2026-04-07T14:30:01.456780Z","price_level":"68900.00","new_quantity":"2.00000000"}]}]})";
constexpr std::string_view kSnapshot =
    R"({"channel":"l2_data","timestamp":"2026-04-07T14:30:00.123456789Z","sequence_num":0,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"1970-01-01T00:00:00Z","price_level":"68900.5","new_quantity":"1.5"}]}]})";

TEST(CoinbaseAdvanced, ReadsAnUpdateOfBothSides) {
  Lab lab(decodeCoinbaseAdvanced);
  const Message& delta = lab.one(kUpdate);
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_TRUE(lab.out.hasConnectionSequence);
  EXPECT_EQ(lab.out.connectionSequence, 17U);
  EXPECT_EQ(delta.exchangeTime, 1775572201'456789000);
  ASSERT_EQ(delta.book.bids.count, 1U);
  ASSERT_EQ(delta.book.asks.count, 1U);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].price, 68900);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].qty, 2);
  EXPECT_EQ(lab.out.levels(delta.book.asks)[0].qty, 0);
}

TEST(CoinbaseAdvanced, TakesTheFramesTimeWhereTheUpdatesHaveNone) {
  Lab lab(decodeCoinbaseAdvanced);
  const Message& book = lab.one(kSnapshot);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_EQ(book.exchangeTime, 1775572200'123456789);
  EXPECT_EQ(lab.out.levels(book.book.bids)[0].price, 689005);
}

TEST(CoinbaseAdvanced, ReadsSeveralEventsOfOneFrame) {
  Lab lab(decodeCoinbaseAdvanced);
  ASSERT_EQ(
      lab.run(
          R"({"channel":"l2_data","timestamp":"2026-04-07T14:30:00Z","sequence_num":3,"events":[{"type":"update","product_id":"A-B","updates":[]},{"type":"update","product_id":"C-D","updates":[]}]})"),
      DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  EXPECT_NE(lab.out.messages()[0].instrument, lab.out.messages()[1].instrument);
}

TEST(CoinbaseAdvanced, TakesTheSideOfATradeAsTheMakers) {
  Lab lab(decodeCoinbaseAdvanced);
  const Message& trade = lab.one(
      R"({"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:02Z","sequence_num":5,"events":[{"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.0015","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]})");
  EXPECT_EQ(trade.kind, MessageKind::Trade);
  EXPECT_EQ(trade.side, Side::Sell);
  EXPECT_EQ(trade.lastId, 995098700U);
  EXPECT_EQ(trade.trade.price, 689005);
  EXPECT_EQ(trade.trade.qty, 15);
  EXPECT_EQ(trade.exchangeTime, 1775572202'789012000);
}

TEST(CoinbaseAdvanced, ReadsTickersCandlesHeartbeatsAndStatus) {
  Lab lab(decodeCoinbaseAdvanced);
  for (const char* channel : {"ticker", "ticker_batch"}) {
    const Message quote = lab.one(
        std::string(R"({"channel":")") + channel +
        R"(","timestamp":"2026-04-07T14:30:03Z","sequence_num":1,"events":[{"type":"update","tickers":[{"type":"ticker","product_id":"A-B","price":"1","best_bid":"1.25","best_bid_quantity":"3","best_ask":"","best_ask_quantity":""}]}]})");
    EXPECT_EQ(quote.kind, MessageKind::Quote);
    EXPECT_EQ(quote.quote.bid, 125);
    EXPECT_EQ(quote.quote.bidQty, 3);
    EXPECT_EQ(quote.quote.ask, kNoPrice);
    EXPECT_EQ(quote.exchangeTime, 1775572203'000000000);
  }
  const Message bar = lab.one(
      R"({"channel":"candles","timestamp":"2026-04-07T14:30:05Z","sequence_num":3,"events":[{"type":"update","candles":[{"start":"1775521800","high":"4","low":"1","open":"2","close":"3","volume":"42.15","product_id":"A-B"}]}]})");
  EXPECT_EQ(bar.kind, MessageKind::Bar);
  EXPECT_EQ(bar.exchangeTime, 1775521800'000000000);
  EXPECT_EQ(bar.bar.open, 200);
  EXPECT_EQ(bar.bar.volume, 4215);
  const Message beat = lab.one(
      R"({"channel":"heartbeats","timestamp":"2026-04-07T14:30:10Z","sequence_num":0,"events":[{"current_time":"2026-04-07 14:30:10.000000000+00:00","heartbeat_counter":42}]})");
  EXPECT_EQ(beat.kind, MessageKind::Heartbeat);
  EXPECT_EQ(beat.lastId, 42U);
  const Message status = lab.one(
      R"({"channel":"status","timestamp":"2026-04-07T14:30:10Z","sequence_num":0,"events":[{"type":"snapshot","products":[{"product_type":"SPOT","id":"A-B","status":"offline"}]}]})");
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::Halted));
  EXPECT_EQ(
      lab.one(
             R"({"channel":"subscriptions","timestamp":"2026-04-07T14:30:10Z","sequence_num":2,"events":[{"subscriptions":{}}]})")
          .kind,
      MessageKind::Subscribed);
  EXPECT_TRUE(lab.out.hasConnectionSequence);
  EXPECT_EQ(lab.one(R"({"type":"error","message":"no"})").kind, MessageKind::VenueError);
}

TEST(CoinbaseAdvanced, CountsWhatItDoesNotKnowAndKeepsTheSequence) {
  Lab lab(decodeCoinbaseAdvanced);
  EXPECT_EQ(lab.run(R"({"channel":"weather","sequence_num":9,"events":[]})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.out.connectionSequence, 9U);
  EXPECT_EQ(lab.run(R"({"channel":"user","sequence_num":10,"events":[]})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.skippedCount, 1U);
  EXPECT_EQ(lab.out.connectionSequence, 10U);
  EXPECT_EQ(lab.run(R"({"channel":"l2_data","events":[{"type":"patch","product_id":"A-B"}]})"),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_FALSE(lab.out.hasConnectionSequence);
}

TEST(CoinbaseAdvanced, RefusesABookThatItCannotRead) {
  Lab lab(decodeCoinbaseAdvanced);
  const auto update = [](std::string_view item) {
    return R"({"channel":"l2_data","sequence_num":1,"events":[{"type":"update","product_id":"A-B","updates":[)" +
           std::string(item) + "]}]}";
  };
  EXPECT_EQ(lab.run(update(R"({"side":"bid","price_level":"1"})")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"({"side":"sky","price_level":"1","new_quantity":"1"})")),
            DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"({"side":"bid","price_level":"x","new_quantity":"1"})")),
            DecodeError::BadNumber);
  EXPECT_EQ(lab.run(R"({"channel":"l2_data","sequence_num":-1,"events":[]})"),
            DecodeError::BadNumber);
  EXPECT_EQ(lab.run(R"({"channel":"l2_data","sequence_num":1})"), DecodeError::Malformed);
}

TEST(CoinbaseAdvanced, ReadsEveryLayoutAlike) {
  for (const std::string_view frame : {kUpdate, kSnapshot}) {
    Lab lab(decodeCoinbaseAdvanced);
    ASSERT_EQ(lab.run(frame), DecodeError::Ok);
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run("\n" + std::string(frame) + " "), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
  }
}

TEST(CoinbaseAdvanced, SurvivesDamage) {
  Lab lab(decodeCoinbaseAdvanced, false);
  lab.add("BTC-USD", 4, 8);
  for (const std::string_view frame : {kUpdate, kSnapshot}) {
    lab::expectSoundUnderDamage(lab, frame);
  }
}

TEST(CoinbaseAdvanced, TakesJsonTestSuiteAsItIsNamed) {
  Lab lab(decodeCoinbaseAdvanced);
  lab::expectJsonTestSuite(lab);
}

TEST(CoinbaseAdvanced, DecodesEveryDocumentedPayload) {
  const auto folder = lab::fixtures() / "nautilus" / "coinbase";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no capture: nautilus coinbase";
  Lab lab(decodeCoinbaseAdvanced);
  const std::map<std::string, std::vector<MessageKind>> expected = {
      {"http_product.json", {}},
      {"http_product_book.json", {MessageKind::BookSnapshot}},
      {"http_products.json", {}},
      {"http_ticker.json", {}},
      {"ws_candles.json", {MessageKind::Bar}},
      {"ws_heartbeats.json", {MessageKind::Heartbeat}},
      {"ws_l2_data_snapshot.json", {MessageKind::BookSnapshot}},
      {"ws_l2_data_update.json", {MessageKind::BookDelta}},
      {"ws_market_trades.json", {MessageKind::Trade, MessageKind::Trade}},
      {"ws_subscriptions.json", {MessageKind::Subscribed}},
      {"ws_ticker.json", {MessageKind::Quote}},
  };
  for (const auto& [name, kindsExpected] : expected) {
    ASSERT_EQ(lab.run(lab::readFile(folder / name)), DecodeError::Ok) << name;
    std::vector<MessageKind> kinds;
    for (const Message& message : lab.out.messages()) kinds.push_back(message.kind);
    EXPECT_EQ(kinds, kindsExpected) << name;
    // Bodies of other REST calls are other formats: counted.
    EXPECT_EQ(lab.out.unknownCount, kindsExpected.empty() ? 1U : 0U) << name;
    EXPECT_EQ(lab.out.unknownFieldCount, 0U) << name;
  }
}

}  // namespace
}  // namespace hft::decode
