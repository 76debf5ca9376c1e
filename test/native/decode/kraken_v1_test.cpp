#include <array>
#include <functional>
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

constexpr std::string_view kDelta =
    R"([496,{"b":[["2185.10000","0.82991777","1618678134.858335"]],"c":"98529415"},"book-1000","ETH/CHF"])";
constexpr std::string_view kTwoParts =
    R"([496,{"a":[["2192.06000","3.00000000","1618678147.662649"]]},{"b":[["2185.10000","0.00000000","1618678147.662999","r"]],"c":"4651392"},"book-1000","ETH/CHF"])";
constexpr std::string_view kSnapshot =
    R"([496,{"as":[["2192.06000","3.00000000","1618678147.662649"],["2193.00000","1.00000000","1618678146.000000"]],"bs":[["2185.10000","1.50000000","1618678140.000001"]]},"book-1000","ETH/CHF"])";

TEST(KrakenV1, ReadsAChangedBid) {
  Lab lab(decodeKrakenV1);
  const Message& delta = lab.one(kDelta);
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_EQ(delta.exchangeTime, 1618678134'858335000);
  EXPECT_TRUE(delta.hasChecksum);
  EXPECT_EQ(delta.checksum, 98529415U);
  EXPECT_EQ(delta.book.asks.count, 0U);
  ASSERT_EQ(delta.book.bids.count, 1U);
  const Scale scale = lab.instruments[delta.instrument].scale;
  EXPECT_EQ(scale, (Scale{1, 8, 5, 8}));
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].price, 21851);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].qty, 82991777);
}

TEST(KrakenV1, MakesOneDeltaOfAsksAndBidsUnderOneChecksum) {
  Lab lab(decodeKrakenV1);
  const Message& delta = lab.one(kTwoParts);
  EXPECT_EQ(delta.checksum, 4651392U);
  // The republished level tells the time of its last change: not that of the message.
  EXPECT_EQ(delta.exchangeTime, 1618678147'662649000);
  ASSERT_EQ(delta.book.bids.count, 1U);
  ASSERT_EQ(delta.book.asks.count, 1U);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[0].qty, 0);
  EXPECT_EQ(lab.out.levels(delta.book.asks)[0].qty, 3);
}

TEST(KrakenV1, ReadsAWholeBook) {
  Lab lab(decodeKrakenV1);
  const Message& book = lab.one(kSnapshot);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_FALSE(book.hasChecksum);
  EXPECT_EQ(book.book.asks.count, 2U);
  EXPECT_EQ(book.book.bids.count, 1U);
  EXPECT_EQ(book.exchangeTime, 1618678147'662649000);
}

TEST(KrakenV1, SkipsAPairThatIsNotInTheTable) {
  Lab lab(decodeKrakenV1, false);
  EXPECT_EQ(lab.run(kDelta), DecodeError::Ok);
  EXPECT_TRUE(lab.out.messages().empty());
  EXPECT_EQ(lab.out.skippedCount, 1U);
}

TEST(KrakenV1, ReportsWhatAFixedScaleCannotHold) {
  Lab lab(decodeKrakenV1, false);
  const InstrumentId id = lab.add("ETH/CHF", 0, 4);
  EXPECT_EQ(lab.run(kDelta), DecodeError::TooManyDecimals);
  EXPECT_EQ(lab.out.neededInstrument, id);
  EXPECT_EQ(lab.out.neededPriceDecimals, 1);
  EXPECT_EQ(lab.out.neededQtyDecimals, 8);
}

TEST(KrakenV1, LearnsPrintedDigitsFromBooksOnly) {
  Lab lab(decodeKrakenV1);
  lab.one(R"([993,[["354.11000000","0.89594024","1618678142.557535","s","l",""]],"trade","X/Y"])");
  EXPECT_EQ(lab.instruments[0].scale, (Scale{2, 8, 2, 8}));
  lab.one(R"([1,{"b":[["354.11000","1.0000000000","1.5"]],"c":"1"},"book-10","X/Y"])");
  EXPECT_EQ(lab.instruments[0].scale, (Scale{2, 8, 5, 10}));
}

TEST(KrakenV1, ReadsTradesWithTheTakersSide) {
  Lab lab(decodeKrakenV1);
  ASSERT_EQ(lab.run(R"([993,[["354.11","0.5","1618678142.557535","s","l",""],)"
                    R"(["354.2","1","1618678143.000001","b","m",""]],"trade","XMR/USD"])"),
            DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  EXPECT_EQ(lab.out.messages()[0].side, Side::Sell);
  EXPECT_EQ(lab.out.messages()[0].trade.price, 35411);
  EXPECT_EQ(lab.out.messages()[1].side, Side::Buy);
  EXPECT_EQ(lab.out.messages()[1].trade.qty, 10);
}

TEST(KrakenV1, ReadsTickerAndSpreadAsQuotes) {
  Lab lab(decodeKrakenV1);
  const Message ticker = lab.one(
      R"([500,{"a":["2191.22",0,"0.048"],"b":["2187.73",1,"1.169"],"c":["2191.22","0.2"]},"ticker","ETH/CHF"])");
  EXPECT_EQ(ticker.kind, MessageKind::Quote);
  EXPECT_EQ(ticker.quote.bid, 218773);
  EXPECT_EQ(ticker.quote.bidQty, 1169);
  EXPECT_EQ(ticker.quote.ask, 219122);
  EXPECT_EQ(ticker.quote.askQty, 48);
  const Message spread =
      lab.one(R"([501,["2187.73","2191.22","1618678142.5","1.169","0.048"],"spread","ETH/CHF"])");
  EXPECT_EQ(spread.quote.bid, 218773);
  EXPECT_EQ(spread.quote.askQty, 48);
  EXPECT_EQ(spread.exchangeTime, 1618678142'500000000);
}

TEST(KrakenV1, StartsABarOneIntervalBeforeItsEnd) {
  Lab lab(decodeKrakenV1);
  const Message& bar = lab.one(
      R"([42,["1542057314.748456","1542057360.435743","3586.7","3587.0","3586.5","3586.6","3586.68","0.034",2],"ohlc-5","XBT/USD"])");
  EXPECT_EQ(bar.kind, MessageKind::Bar);
  EXPECT_EQ(bar.exchangeTime, 1542057060'435743000);
  EXPECT_EQ(bar.bar.open, 35867);
  EXPECT_EQ(bar.bar.low, 35865);
  EXPECT_EQ(bar.bar.volume, 34);
}

TEST(KrakenV1, ReadsEvents) {
  Lab lab(decodeKrakenV1);
  EXPECT_EQ(lab.one(R"({"event":"heartbeat"})").kind, MessageKind::Heartbeat);
  EXPECT_EQ(lab.one(R"({"event":"pong","reqid":42})").kind, MessageKind::Heartbeat);
  const Message status =
      lab.one(R"({"event":"systemStatus","status":"cancel_only","version":"1"})");
  EXPECT_EQ(status.kind, MessageKind::Status);
  EXPECT_EQ(status.code, static_cast<int>(event::TradingStatus::CancelOnly));
  EXPECT_EQ(lab.one(R"({"event":"subscriptionStatus","status":"subscribed","pair":"X/Y"})").kind,
            MessageKind::Subscribed);
  EXPECT_EQ(lab.one(R"({"event":"subscriptionStatus","status":"error","errorMessage":"no"})").kind,
            MessageKind::VenueError);
}

TEST(KrakenV1, CountsWhatItDoesNotKnow) {
  Lab lab(decodeKrakenV1);
  EXPECT_EQ(lab.run(R"({"event":"weather","status":"rain"})"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"([1,{"x":1},"depth-9","ETH/CHF"])"), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_EQ(lab.run(R"([1,{"b":[["1.0","2.0","3.5"]],"c":"7","z":null},"book-10","ETH/CHF"])"),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
  EXPECT_EQ(lab.out.messages().size(), 1U);
  EXPECT_EQ(lab.run(R"([1,[["1.0","2.0","3.5","q","l",""]],"trade","ETH/CHF"])"), DecodeError::Ok);
  EXPECT_EQ(lab.out.messages()[0].side, Side::None);
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
}

TEST(KrakenV1, RefusesABookThatItCannotRead) {
  Lab lab(decodeKrakenV1);
  EXPECT_EQ(lab.run(R"([1,{"c":"7"},"book-10","A/B"])"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"([1,{"b":[["1.0",null,"3.5"]],"c":"7"},"book-10","A/B"])"),
            DecodeError::Malformed);
  EXPECT_EQ(lab.run(R"([1,{"b":[["NaN","1","3.5"]],"c":"7"},"book-10","A/B"])"),
            DecodeError::BadNumber);
  EXPECT_EQ(lab.run(R"([1,{"b":[["-1","1","3.5"]],"c":"7"},"book-10","A/B"])"),
            DecodeError::BadNumber);
  EXPECT_EQ(lab.run(R"([1,{"b":[["1","99999999999999999999","3.5"]],"c":"7"},"book-10","A/B"])"),
            DecodeError::Overflow);
  EXPECT_EQ(lab.run(R"([1,{"b":[["1","1","3.5"]],"c":"4294967296"},"book-10","A/B"])"),
            DecodeError::Overflow);
}

// The quick path and the tolerant path on the same content: white space sends a frame to the
// latter.
TEST(KrakenV1, ReadsEveryLayoutAlike) {
  for (const std::string_view frame : {kDelta, kTwoParts, kSnapshot}) {
    Lab lab(decodeKrakenV1);
    ASSERT_EQ(lab.run(frame), DecodeError::Ok);
    const std::string expected = lab::describe(lab.out);
    ASSERT_EQ(lab.run(" " + std::string(frame) + "\n"), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
    std::string escaped(frame);
    escaped.replace(escaped.rfind('/'), 1, "\\/");
    ASSERT_EQ(lab.run(escaped), DecodeError::Ok);
    EXPECT_EQ(lab::describe(lab.out), expected);
  }
}

TEST(KrakenV1, SurvivesDamage) {
  for (const std::string_view frame : {kDelta, kTwoParts, kSnapshot}) {
    Lab lab(decodeKrakenV1, false);
    lab.add("ETH/CHF", 5, 8);
    lab::expectSoundUnderDamage(lab, frame);
  }
}

TEST(KrakenV1, TakesJsonTestSuiteAsItIsNamed) {
  Lab lab(decodeKrakenV1);
  lab::expectJsonTestSuite(lab);
}

TEST(KrakenV1, ReproducesEveryChecksumOfTheCapture) {
  const auto path = lab::fixtures() / "cryptofeed" / "KRAKEN.ws.50.0";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no capture: cryptofeed KRAKEN.ws.50.0";
  Lab lab(decodeKrakenV1);
  std::map<InstrumentId, GuideBook> books;
  std::map<InstrumentId, Scale> scales;
  std::map<MessageKind, int> counts;
  int matches = 0;
  for (const std::string& frame : lab::cryptofeedFrames(path)) {
    ASSERT_EQ(lab.run(frame), DecodeError::Ok) << frame;
    EXPECT_EQ(lab.out.unknownCount + lab.out.unknownFieldCount + lab.out.skippedCount, 0U) << frame;
    for (const Message& message : lab.out.messages()) {
      ++counts[message.kind];
      if (message.kind != MessageKind::BookSnapshot && message.kind != MessageKind::BookDelta) {
        continue;
      }
      GuideBook& book = books[message.instrument];
      const Scale scale = lab.instruments[message.instrument].scale;
      book.rescale(scales[message.instrument], scale);
      scales[message.instrument] = scale;
      if (message.kind == MessageKind::BookSnapshot) book = {};
      GuideBook::set(book.bids, lab.out.levels(message.book.bids));
      GuideBook::set(book.asks, lab.out.levels(message.book.asks));
      if (message.hasChecksum && message.checksum == book.checksum(scale)) ++matches;
    }
  }
  EXPECT_EQ(matches, 1518);
  EXPECT_EQ(counts[MessageKind::BookSnapshot], 4);
  EXPECT_EQ(counts[MessageKind::BookDelta], 1518);
  EXPECT_EQ(counts[MessageKind::Heartbeat], 31);
  EXPECT_EQ(counts[MessageKind::Subscribed], 4);
  EXPECT_EQ(counts[MessageKind::Status], 1);
}

TEST(KrakenV1, DecodesTheCapturedTradesAndTickers) {
  const auto folder = lab::fixtures() / "cryptofeed";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no capture: cryptofeed KRAKEN.ws.48.0";
  Lab lab(decodeKrakenV1);
  std::map<MessageKind, int> counts;
  for (const char* name : {"KRAKEN.ws.48.0", "KRAKEN.ws.49.0"}) {
    for (const std::string& frame : lab::cryptofeedFrames(folder / name)) {
      ASSERT_EQ(lab.run(frame), DecodeError::Ok) << frame;
      EXPECT_EQ(lab.out.unknownCount + lab.out.unknownFieldCount, 0U) << frame;
      for (const Message& message : lab.out.messages()) ++counts[message.kind];
    }
  }
  EXPECT_EQ(counts[MessageKind::Trade], 4);
  EXPECT_EQ(counts[MessageKind::Quote], 7);
  EXPECT_EQ(counts[MessageKind::Heartbeat], 61);
  EXPECT_EQ(counts[MessageKind::Subscribed], 8);
}

}  // namespace
}  // namespace hft::decode
