#include <gtest/gtest.h>

#include "test/native/decode/frame_lab.hpp"

namespace hft::decode {
namespace {

using lab::DecodeError;
using lab::Lab;
using lab::Message;
using lab::MessageKind;

/// A message as a session hands it on, with `|` for SOH.
std::string wire(std::string_view body) {
  std::string text = "8=FIX.4.4|9=100|34=7|49=V|52=20240115-10:20:32.100|56=C|";
  text += body;
  text += "10=049|";
  for (char& byte : text) {
    if (byte == '|') byte = '\x01';
  }
  return text;
}

const std::string kSnapshot = wire(
    "35=W|262=md-1|55=BTC-USD|268=3|269=0|270=42500.10|271=1.5|269=1|270=42500.20|271=0.75|269=2|"
    "270=42500.15|271=0.1|");

TEST(FixMarket, ReadsASnapshotWithoutItsLastTrade) {
  Lab lab(decodeFix);
  const Message& book = lab.one(kSnapshot);
  EXPECT_EQ(book.kind, MessageKind::BookSnapshot);
  EXPECT_EQ(book.exchangeTime, 1705314032'100000000);
  EXPECT_EQ(book.code, 0);
  ASSERT_EQ(book.book.bids.count, 1U);
  ASSERT_EQ(book.book.asks.count, 1U);
  EXPECT_EQ(lab.out.levels(book.book.bids)[0].price, 425001);
  EXPECT_EQ(lab.out.levels(book.book.asks)[0].qty, 75);
}

TEST(FixMarket, SaysThatMoreOfASnapshotFollows) {
  Lab lab(decodeFix);
  EXPECT_EQ(lab.one(wire("35=W|55=AB|268=1|269=0|270=10|271=1|893=N|")).code, 1);
  EXPECT_EQ(lab.one(wire("35=W|55=AB|268=1|269=0|270=9|271=1|893=Y|")).code, 0);
}

TEST(FixMarket, ReadsAnEmptySnapshot) {
  Lab lab(decodeFix);
  const Message& book = lab.one(wire("35=W|55=AB|83=4|268=0|"));
  EXPECT_EQ(book.book.bids.count + book.book.asks.count, 0U);
  EXPECT_EQ(book.lastId, 4U);
}

TEST(FixMarket, ReadsIncrementsOfOneInstrumentAsOneChange) {
  Lab lab(decodeFix);
  ASSERT_EQ(lab.run(wire("35=X|262=m|268=4|279=1|269=0|55=AB|270=10.5|271=2|83=8|279=2|269=1|"
                         "270=11|83=9|279=0|269=2|270=10.5|271=3|2446=2|83=10|279=0|269=0|"
                         "270=10.4|271=1|83=11|")),
            DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 2U);
  const Message& trade = lab.out.messages()[0];
  EXPECT_EQ(trade.kind, MessageKind::Trade);
  EXPECT_EQ(trade.side, Side::Sell);
  EXPECT_EQ(trade.trade.qty, 3);
  const Message& delta = lab.out.messages()[1];
  EXPECT_EQ(delta.kind, MessageKind::BookDelta);
  EXPECT_EQ(delta.firstId, 8U);
  EXPECT_EQ(delta.lastId, 11U);
  ASSERT_EQ(delta.book.bids.count, 2U);
  EXPECT_EQ(lab.out.levels(delta.book.bids)[1].price, 104);
  // What leaves has no size.
  ASSERT_EQ(delta.book.asks.count, 1U);
  EXPECT_EQ(lab.out.levels(delta.book.asks)[0].qty, 0);
}

TEST(FixMarket, PartsIncrementsWhereTheInstrumentChangesOrANumberIsMissing) {
  Lab lab(decodeFix);
  ASSERT_EQ(lab.run(wire("35=X|268=3|279=0|269=0|55=AB|270=10|271=1|83=1|279=0|269=0|270=9|"
                         "271=1|83=3|279=0|269=0|55=CD|270=9|271=1|83=1|")),
            DecodeError::Ok);
  ASSERT_EQ(lab.out.messages().size(), 3U);
  EXPECT_EQ(lab.out.messages()[0].lastId, 1U);
  EXPECT_EQ(lab.out.messages()[1].firstId, 3U);
  EXPECT_NE(lab.out.messages()[2].instrument, lab.out.messages()[1].instrument);
}

TEST(FixMarket, TakesUpdateIdsOfBinanceThatEntriesHaveInCommon) {
  Lab lab(decodeFix);
  const Message& delta = lab.one(
      wire("35=X|268=2|279=1|269=0|270=10|271=1|55=AB|25043=5|25044=9|279=1|269=1|270=11|271=1|"));
  EXPECT_EQ(delta.firstId, 5U);
  EXPECT_EQ(delta.lastId, 9U);
  EXPECT_EQ(lab.one(wire("35=W|55=AB|25044=12|268=0|")).lastId, 12U);
}

TEST(FixMarket, ReadsTradingStatesAndRefusals) {
  Lab lab(decodeFix);
  const Message& halt = lab.one(wire("35=f|55=AB|326=2|"));
  EXPECT_EQ(halt.kind, MessageKind::Status);
  EXPECT_EQ(halt.code, static_cast<std::uint8_t>(event::TradingStatus::Halted));
  EXPECT_EQ(lab.one(wire("35=Y|262=m|281=0|58=unknown|")).kind, MessageKind::VenueError);
}

TEST(FixMarket, CountsWhatItDoesNotKnow) {
  Lab lab(decodeFix);
  EXPECT_EQ(lab.run(wire("35=8|55=AB|150=F|")), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
  EXPECT_TRUE(lab.out.messages().empty());
}

TEST(FixMarket, RefusesWhatIsNoMarketData) {
  Lab lab(decodeFix);
  EXPECT_EQ(lab.run("35"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(wire("35=W|55=AB|268=2|269=0|270=10|271=1|")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(wire("35=W|55=AB|268=x|")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(wire("35=X|268=1|279=0|269=0|270=10|271=1|")), DecodeError::Malformed);
  EXPECT_EQ(lab.run(wire("35=W|55=AB|268=1|269=0|270=-1|271=1|")), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(wire("35=W|55=AB|268=1|269=0|270=1e3|271=1|")), DecodeError::BadNumber);
}

TEST(FixMarket, StaysInsideOfCutAndChangedMessages) {
  Lab lab(decodeFix);
  const std::string increments =
      wire("35=X|262=m|268=2|279=1|269=0|55=AB|270=10.5|271=2|83=8|279=2|269=1|270=11|83=9|");
  for (const std::string& text : {kSnapshot, increments}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      (void)lab.run(std::string_view(text).substr(0, size));
      for (const char byte : {'\x01', '=', '9', '\0'}) {
        std::string changed = text;
        changed[size] = byte;
        (void)lab.run(changed);
      }
    }
  }
}

}  // namespace
}  // namespace hft::decode
