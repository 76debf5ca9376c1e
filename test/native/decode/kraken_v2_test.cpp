#include <gtest/gtest.h>
#include <map>

#include "test/native/decode/frame_lab.hpp"
#include "test/native/decode/kraken_guide_book.hpp"

namespace hft::decode {
namespace {

using lab::DecodeError;
using lab::GuideBook;
using lab::Lab;
using lab::Message;
using lab::MessageKind;

constexpr std::string_view kSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5666,"qty":4831.75496356},{"price":0.5665,"qty":6658.22734739}],"asks":[{"price":0.5668,"qty":4410.79769741}],"checksum":2439117997}]})";
constexpr std::string_view kUpdate =
    R"({"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,"qty":1098.39475580}],"asks":[],"checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]})";

TEST(KrakenV2, ReadsAWholeBook) {
  Lab lab(decodeKrakenV2);
  const Message& book = lab.one(kSnapshot);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_TRUE(book.hasChecksum);
  EXPECT_EQ(book.checksum, 2439117997U);
  ASSERT_EQ(book.book.bids.count, 2U);
  ASSERT_EQ(book.book.asks.count, 1U);
  EXPECT_EQ(lab.out.levels(book.book.bids)[1].price, 5665);
  EXPECT_EQ(lab.out.levels(book.book.asks)[0].qty, 441079769741);
}

TEST(KrakenV2, ReadsAnUpdateFromTheTextOfItsNumbers) {
  Lab lab(decodeKrakenV2);
  const Message& delta = lab.one(kUpdate);
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_EQ(delta.exchangeTime, 1696613755'440295000);
  // 1098.39475580 has seven decimals, and the venue prints eight.
  EXPECT_EQ(lab.instruments[0].scale, (Scale{4, 7, 4, 8}));
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].qty, 10983947558);
}

TEST(KrakenV2, ConvertsExponentFormsExactly) {
  Lab lab(decodeKrakenV2);
  const Message& delta = lab.one(
      R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":1.25e-05,"qty":2E3}],"asks":[{"price":5e-7,"qty":1e-8}],"checksum":1}]})");
  EXPECT_EQ(lab.instruments[0].scale, (Scale{7, 8, 7, 8}));
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].price, 125);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].qty, 2000'00000000);
  EXPECT_EQ(lab.out.levels(delta.book.asks)[0].price, 5);
  EXPECT_EQ(lab.out.levels(delta.book.asks)[0].qty, 1);
}

TEST(KrakenV2, ReproducesTheChecksumOfTheVenuesGuide) {
  Lab lab(decodeKrakenV2);
  const Message& book =
      lab.one(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)"
              R"({"price":45283.5,"qty":0.10000000},{"price":45283.4,"qty":1.54582015},)"
              R"({"price":45282.1,"qty":0.10000000},{"price":45281.0,"qty":0.10000000},)"
              R"({"price":45280.3,"qty":1.54592586},{"price":45279.0,"qty":0.07990000},)"
              R"({"price":45277.6,"qty":0.03310103},{"price":45277.5,"qty":0.30000000},)"
              R"({"price":45277.3,"qty":1.54602737},{"price":45276.6,"qty":0.15445238}],"asks":[)"
              R"({"price":45285.2,"qty":0.00100000},{"price":45286.4,"qty":1.54571953},)"
              R"({"price":45286.6,"qty":1.54571109},{"price":45289.6,"qty":1.54560911},)"
              R"({"price":45290.2,"qty":0.15890660},{"price":45291.8,"qty":1.54553491},)"
              R"({"price":45294.7,"qty":0.04454749},{"price":45296.1,"qty":0.35380000},)"
              R"({"price":45297.5,"qty":0.09945542},{"price":45299.5,"qty":0.18772827}],)"
              R"("checksum":3310070434}]})");
  GuideBook guide;
  GuideBook::set(guide.bids, lab.out.levels(book.book.bids));
  GuideBook::set(guide.asks, lab.out.levels(book.book.asks));
  EXPECT_EQ(guide.checksum(lab.instruments[0].scale), 3310070434U);
  EXPECT_EQ(book.checksum, 3310070434U);
}

TEST(KrakenV2, ReadsTradesWithTheTakersSide) {
  Lab lab(decodeKrakenV2);
  ASSERT_EQ(
      lab.run(
          R"({"channel":"trade","type":"update","data":[)"
          R"({"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,)"
          R"("ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"},)"
          R"({"symbol":"ETH/USD","side":"sell","price":1,"qty":2,"trade_id":7,"timestamp":"x"}]})"),
      DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  const Message& first = lab.out.messages()[0];
  EXPECT_EQ(first.side, Side::Buy);
  EXPECT_EQ(first.lastId, 10218208U);
  EXPECT_EQ(first.trade.price, 1059442);
  EXPECT_EQ(first.trade.qty, 27625);
  EXPECT_EQ(lab.out.messages()[1].side, Side::Sell);
  // A time of a form that nobody knows costs the time, not the trade.
  EXPECT_EQ(lab.out.messages()[1].exchangeTime, 0);
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
}

TEST(KrakenV2, ReadsATickerAsAQuoteAndNullAsAnEmptySide) {
  Lab lab(decodeKrakenV2);
  const Message& quote = lab.one(
      R"({"channel":"ticker","type":"update","data":[{"symbol":"A/B","bid":1.5,"bid_qty":2.5,"ask":null,"ask_qty":null,"last":1.4,"volume":1,"vwap":1.123456789012345,"low":1,"high":2,"change":0.1,"change_pct":-0.24}]})");
  EXPECT_EQ(quote.quote.bid, 15);
  EXPECT_EQ(quote.quote.bidQty, 25);
  EXPECT_EQ(quote.quote.ask, kNoPrice);
  EXPECT_EQ(lab.out.unknownFieldCount, 0U);
}

TEST(KrakenV2, ReadsBarsStatusAndAnswers) {
  Lab lab(decodeKrakenV2);
  const Message bar = lab.one(
      R"({"channel":"ohlc","type":"update","data":[{"symbol":"A/B","interval":1,"interval_begin":"2023-10-04T16:25:00.000000000Z","open":106038.2,"high":106044.3,"low":106038.1,"close":106040.1,"volume":30927.5,"vwap":106039.6,"trades":12}]})");
  EXPECT_EQ(bar.exchangeTime, 1696436700'000000000);
  EXPECT_EQ(bar.bar.high, 1060443);
  EXPECT_EQ(bar.bar.volume, 309275);
  const Message status = lab.one(
      R"({"channel":"status","type":"update","data":[{"system":"maintenance","api_version":"v2","connection_id":13834774380200032777,"version":"2.0.0"}]})");
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::Halted));
  EXPECT_EQ(lab.one(R"({"channel":"heartbeat"})").kind, MessageKind::Heartbeat);
  EXPECT_EQ(lab.one(R"({"method":"pong","req_id":42,"time_in":"x","time_out":"y"})").kind,
            MessageKind::Heartbeat);
  const Message subscribed = lab.one(
      R"({"method":"subscribe","result":{"channel":"ticker","symbol":"A/B"},"success":true})");
  EXPECT_EQ(subscribed.kind, MessageKind::Subscribed);
  EXPECT_EQ(subscribed.instrument, lab.instruments.find("A/B"));
  EXPECT_EQ(lab.one(R"({"method":"subscribe","success":false,"error":"no such pair"})").kind,
            MessageKind::VenueError);
  EXPECT_EQ(lab.one(R"({"error":"Exceeded msg rate"})").kind, MessageKind::VenueError);
}

TEST(KrakenV2, TakesStateAndDecimalsOfKnownPairsFromTheInstrumentChannel) {
  Lab lab(decodeKrakenV2);
  ASSERT_TRUE(lab.instruments.discover("A/B").ok());
  const Message& status = lab.one(
      R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"A/B","status":"post_only","price_precision":5,"qty_precision":8,"tick_size":0.1},{"symbol":"C/D","status":"online","price_precision":1,"qty_precision":8}]}})");
  EXPECT_EQ(status.kind, MessageKind::Status);
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::PostOnly));
  EXPECT_EQ(lab.instruments[0].scale, (Scale{0, 0, 5, 8}));
  EXPECT_EQ(lab.instruments.size(), 1U);
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

constexpr std::string_view kOrders =
    R"({"channel":"level3","type":"snapshot","data":[{"symbol":"A/B","checksum":281817320,"bids":[{"order_id":"O6ZQNQ-BXL4E-5WGINO","limit_price":0.5629,"order_qty":111.56125344,"timestamp":"2024-01-15T11:59:58Z"},{"order_id":"OTZQNQ-BXL4E-5WGINO","limit_price":0.5628,"order_qty":1.00000000,"timestamp":"2024-01-15T11:59:59Z"}],"asks":[{"order_id":"OXZQNQ-BXL4E-5WGINO","limit_price":0.5630,"order_qty":2,"timestamp":"2024-01-15T11:59:57Z"}]}]})";

TEST(KrakenV2, ReadsSingleOrdersWithReferences) {
  Lab lab(decodeKrakenV2);
  lab.context.orderRefs = &lab.refs;
  ASSERT_EQ(lab.run(kOrders), DecodeError::Ok);
  const auto snapshot = lab.out.messages();
  ASSERT_EQ(snapshot.size(), 5U);
  EXPECT_EQ(snapshot[0].kind, MessageKind::SnapshotBegin);
  EXPECT_EQ(snapshot[1].kind, MessageKind::OrderAdd);
  EXPECT_EQ(snapshot[1].side, Side::Buy);
  EXPECT_EQ(snapshot[1].order.price, 5629);
  EXPECT_EQ(snapshot[1].order.qty, 11156125344);
  EXPECT_EQ(snapshot[3].side, Side::Sell);
  EXPECT_EQ(snapshot[4].kind, MessageKind::SnapshotEnd);
  EXPECT_EQ(snapshot[4].checksum, 281817320U);
  const std::uint64_t first = snapshot[1].order.orderRef;
  const std::uint64_t third = snapshot[3].order.orderRef;

  ASSERT_EQ(
      lab.run(
          R"({"channel":"level3","type":"update","data":[{"symbol":"A/B","checksum":5,"bids":[)"
          R"({"event":"modify","order_id":"O6ZQNQ-BXL4E-5WGINO","limit_price":0.5629,"order_qty":1.5,"timestamp":"2024-01-15T12:00:00Z"},)"
          R"({"event":"delete","order_id":"OTZQNQ-BXL4E-5WGINO","limit_price":0.5628,"order_qty":0.0,"timestamp":"2024-01-15T12:00:00Z"}],)"
          R"("asks":[{"event":"add","order_id":"OYZQNQ-BXL4E-5WGINO","limit_price":0.5631,"order_qty":3,"timestamp":"2024-01-15T12:00:00Z"}]}]})"),
      DecodeError::Ok);
  const auto update = lab.out.messages();
  ASSERT_EQ(update.size(), 3U);
  EXPECT_EQ(update[0].kind, MessageKind::OrderModify);
  EXPECT_EQ(update[0].order.orderRef, first);
  EXPECT_EQ(update[0].order.qty, 150000000);
  EXPECT_EQ(update[1].kind, MessageKind::OrderDelete);
  EXPECT_FALSE(update[1].hasChecksum);
  EXPECT_EQ(update[2].kind, MessageKind::OrderAdd);
  EXPECT_GT(update[2].order.orderRef, third);
  EXPECT_TRUE(update[2].hasChecksum);
  EXPECT_EQ(lab.refs.size(), 3U);
}

TEST(KrakenV2, CountsOrdersAsSkippedWhereNoOrderBookIsKept) {
  Lab lab(decodeKrakenV2);
  EXPECT_EQ(lab.run(kOrders), DecodeError::Ok);
  EXPECT_TRUE(lab.out.messages().empty());
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

TEST(KrakenV2, FreesTheIdsThatASnapshotNoLongerHas) {
  Lab lab(decodeKrakenV2);
  lab.context.orderRefs = &lab.refs;
  ASSERT_EQ(lab.run(kOrders), DecodeError::Ok);
  ASSERT_EQ(lab.refs.size(), 3U);
  ASSERT_EQ(
      lab.run(
          R"({"channel":"level3","type":"snapshot","data":[{"symbol":"A/B","checksum":1,"bids":[],"asks":[]}]})"),
      DecodeError::Ok);
  EXPECT_EQ(lab.refs.size(), 0U);
}

TEST(KrakenV2, RefusesOrdersBeyondTheTable) {
  Lab lab(decodeKrakenV2);
  OrderRefTable small(2, 0);
  lab.context.orderRefs = &small;
  EXPECT_EQ(lab.run(kOrders), DecodeError::CapacityExceeded);
}

TEST(KrakenV2, CountsWhatItDoesNotKnow) {
  Lab lab(decodeKrakenV2);
  EXPECT_EQ(lab.run(R"({"channel":"weather","type":"update","data":[]})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"({"channel":"book","type":"patch","data":[]})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"({"channel":"executions","type":"update","data":[],"sequence":1})"),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.skippedCount, 1U);
  EXPECT_EQ(lab.run(R"({"feed":"book","product_id":"PI_XBTUSD"})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(
      lab.one(
             R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":"1.5","qty":"2","count":3}],"asks":[],"checksum":"7","extra":{}}]})")
          .checksum,
      7U);
  EXPECT_EQ(lab.out.unknownFieldCount, 2U);
}

TEST(KrakenV2, RefusesABookThatItCannotRead) {
  Lab lab(decodeKrakenV2);
  const auto update = [](std::string_view bids) {
    return R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[)" +
           std::string(bids) + R"(],"asks":[],"checksum":1}]})";
  };
  EXPECT_EQ(lab.run(update(R"({"price":1.0})")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"({"price":1.0,"qty":null})")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"({"price":-1.0,"qty":1})")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(update(R"({"price":00.5,"qty":1})")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(update(R"({"price":1e400,"qty":1})")), DecodeError::Overflow);
  EXPECT_EQ(lab.run(update(R"({"price":1e-400,"qty":1})")), DecodeError::TooManyDecimals);
  EXPECT_EQ(lab.run(R"({"channel":"book","type":"update"})"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"({"channel":"book","type":"update","data":[{"symbol":7,"bids":[]}]})"),
            DecodeError::Malformed);
}

TEST(KrakenV2, ReadsEveryLayoutAlike) {
  for (const std::string_view frame : {kSnapshot, kUpdate}) {
    Lab lab(decodeKrakenV2);
    ASSERT_EQ(lab.run(frame), DecodeError::Ok);
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run("\t" + std::string(frame)), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
  }
}

TEST(KrakenV2, SurvivesDamage) {
  Lab lab(decodeKrakenV2, false);
  lab.add("MATIC/USD", 5, 8);
  lab.add("A/B", 5, 8);
  lab.context.orderRefs = &lab.refs;
  for (const std::string_view frame : {kSnapshot, kUpdate, kOrders}) {
    lab::expectSoundUnderDamage(lab, frame);
  }
}

TEST(KrakenV2, TakesJsonTestSuiteAsItIsNamed) {
  Lab lab(decodeKrakenV2);
  lab::expectJsonTestSuite(lab);
}

TEST(KrakenV2, DecodesEveryDocumentedPayload) {
  const auto folder = lab::fixtures() / "nautilus" / "kraken";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no capture: nautilus kraken";
  Lab lab(decodeKrakenV2);
  lab.context.orderRefs = &lab.refs;
  const std::map<std::string, std::vector<MessageKind>> expected = {
      {"ws_book_snapshot.json", {MessageKind::BookSnapshot}},
      {"ws_book_update.json", {MessageKind::BookDelta}},
      {"ws_l3_snapshot.json",
       {MessageKind::SnapshotBegin, MessageKind::OrderAdd, MessageKind::OrderAdd,
        MessageKind::OrderAdd, MessageKind::OrderAdd, MessageKind::OrderAdd,
        MessageKind::SnapshotEnd}},
      {"ws_l3_update_add.json", {MessageKind::OrderAdd}},
      {"ws_l3_update_delete.json", {MessageKind::OrderDelete}},
      {"ws_l3_update_modify_price.json", {MessageKind::OrderModify}},
      {"ws_l3_update_modify_qty.json", {MessageKind::OrderModify}},
      {"ws_ohlc_update.json", {MessageKind::Bar}},
      {"ws_subscribe_response.json", {MessageKind::Subscribed}},
      {"ws_ticker_snapshot.json", {MessageKind::Quote}},
      {"ws_trade_update.json", {MessageKind::Trade, MessageKind::Trade}},
  };
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    ASSERT_EQ(lab.run(lab::readFile(folder / name)), DecodeError::Ok) << name;
    std::vector<MessageKind> kinds;
    for (const Message& message : lab.out.messages()) kinds.push_back(message.kind);
    const auto found = expected.find(name);
    EXPECT_EQ(kinds, found == expected.end() ? std::vector<MessageKind>() : found->second) << name;
    // Kraken Futures and REST bodies are other formats: counted.
    EXPECT_EQ(lab.out.unknownCount, found == expected.end() ? 1U : 0U) << name;
    EXPECT_EQ(lab.out.unknownFieldCount, 0U) << name;
  }
}

}  // namespace
}  // namespace hft::decode
