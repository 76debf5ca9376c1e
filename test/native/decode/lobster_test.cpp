#include "native/decode/lobster/lobster.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace hft::decode {
namespace {

using event::DecodeError;
using event::MessageKind;
using event::ReduceCause;
using event::TradingStatus;

class LobsterTest : public testing::Test {
 protected:
  LobsterTest() { context_.frameInstrument = instruments_.add("AAPL", Scale{4, 0, 4, 0}).value(); }

  DecodeError decode(std::string_view line) {
    text_ = std::string(line) + std::string(event::kFramePadding, '7');
    return decodeLobster(std::string_view(text_).substr(0, line.size()), context_, frame_);
  }
  const event::Message& message() { return frame_.messages()[0]; }

  InstrumentTable instruments_{4};
  DecodeContext context_{.instruments = instruments_};
  event::Frame frame_{4, 4};
  std::string text_;
};

TEST_F(LobsterTest, DecodesANewOrder) {
  ASSERT_EQ(decode("34200.004241176,1,16113575,18,5853300,1"), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::OrderAdd);
  EXPECT_EQ(message().side, Side::Buy);
  EXPECT_EQ(message().exchangeTime, 34'200'004'241'176);
  EXPECT_EQ(message().order.orderRef, 16113575U);
  EXPECT_EQ(message().order.qty, 18);
  EXPECT_EQ(message().order.price, 5853300);
}

TEST_F(LobsterTest, ReadsTimesWithFewerDecimals) {
  ASSERT_EQ(decode("34200.5,3,1,18,5853300,-1\r\n"), DecodeError::Ok);
  EXPECT_EQ(message().exchangeTime, 34'200'500'000'000);
  EXPECT_EQ(message().kind, MessageKind::OrderDelete);
  EXPECT_EQ(message().order.qty, 18);
  ASSERT_EQ(decode("34200,3,1,18,5853300,-1"), DecodeError::Ok);
  EXPECT_EQ(message().exchangeTime, 34'200'000'000'000);
}

TEST_F(LobsterTest, TellsCancelsFromExecutions) {
  ASSERT_EQ(decode("1,2,7,5,5853300,-1"), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::OrderReduce);
  EXPECT_EQ(message().code, static_cast<std::uint8_t>(ReduceCause::Cancel));
  ASSERT_EQ(decode("1,4,7,5,5853300,-1"), DecodeError::Ok);
  EXPECT_EQ(message().code, static_cast<std::uint8_t>(ReduceCause::Execution));
  EXPECT_EQ(message().side, Side::Sell);
}

TEST_F(LobsterTest, ReportsHiddenExecutionsWithTheirAggressor) {
  ASSERT_EQ(decode("1,5,0,100,5857900,-1"), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::Trade);
  EXPECT_EQ(message().side, Side::Buy);
  EXPECT_EQ(message().trade.price, 5857900);
  EXPECT_EQ(message().trade.qty, 100);
}

TEST_F(LobsterTest, ReadsTradingHalts) {
  const std::pair<std::string_view, TradingStatus> cases[] = {
      {"36023,7,0,0,-1,-1", TradingStatus::Halted},
      {"36323,7,0,0,0,-1", TradingStatus::Auction},
      {"36723,7,0,0,1,-1", TradingStatus::Trading}};
  for (const auto& [line, status] : cases) {
    ASSERT_EQ(decode(line), DecodeError::Ok);
    EXPECT_EQ(message().kind, MessageKind::Status);
    EXPECT_EQ(message().code, static_cast<std::uint8_t>(status));
  }
}

TEST_F(LobsterTest, CountsUnknownTypes) {
  EXPECT_EQ(decode("1,9,0,100,5857900,-1"), DecodeError::Ok);
  EXPECT_EQ(frame_.unknownCount, 1U);
  EXPECT_TRUE(frame_.messages().empty());
}

TEST_F(LobsterTest, RefusesWhatIsNotALine) {
  const std::pair<std::string_view, DecodeError> cases[] = {
      {"", DecodeError::Truncated},
      {"1,1,7,5,5853300", DecodeError::Truncated},
      {"1,1,7,5,5853300,", DecodeError::BadNumber},
      {"1,1,7,5,5853300,1,9", DecodeError::Malformed},
      {"1,1,7,5,5853300,2", DecodeError::Malformed},
      {"1,1,7,-5,5853300,1", DecodeError::BadNumber},
      {"1,1,7,5e3,5853300,1", DecodeError::BadNumber},
      {"NaN,1,7,5,5853300,1", DecodeError::BadNumber},
      {"1.0000000001,1,7,5,5853300,1", DecodeError::TooManyDecimals},
      {"1,1,7,99999999999999999999,5853300,1", DecodeError::Overflow},
      {"99999999999,1,7,5,5853300,1", DecodeError::Overflow},
      {"1,7,0,0,5,-1", DecodeError::Malformed}};
  for (const auto& [line, error] : cases) EXPECT_EQ(decode(line), error) << line;
}

TEST_F(LobsterTest, AsksForTheDecimalsThatAPriceNeeds) {
  const auto id = instruments_.discover("MSFT");
  context_.frameInstrument = id.value();
  EXPECT_EQ(decode("1,1,7,5,305300,1"), DecodeError::TooManyDecimals);
  EXPECT_EQ(frame_.neededInstrument, id.value());
  EXPECT_EQ(frame_.neededPriceDecimals, 2);
  ASSERT_TRUE(instruments_.widen(id.value(), Scale{2, 0, 2, 0}));
  ASSERT_EQ(decode("1,1,7,5,305300,1"), DecodeError::Ok);
  EXPECT_EQ(message().order.price, 3053);
}

TEST(LobsterRow, ReadsBothSides) {
  LobsterRow row;
  ASSERT_EQ(
      readLobsterRow("5859400,200,5853300,18,5859800,7,5853000,150\n", Scale{2, 0, 2, 0}, row),
      DecodeError::Ok);
  EXPECT_EQ(row.depth, 2U);
  ASSERT_EQ(row.askCount, 2U);
  EXPECT_EQ(row.asks()[1].price, 58598);
  EXPECT_EQ(row.asks()[1].qty, 7);
  EXPECT_EQ(row.bids()[0].price, 58533);
}

TEST(LobsterRow, LeavesEmptyLevelsOut) {
  LobsterRow row;
  ASSERT_EQ(
      readLobsterRow("5859400,200,5853300,18,9999999999,0,-9999999999,0", Scale{4, 0, 4, 0}, row),
      DecodeError::Ok);
  EXPECT_EQ(row.depth, 2U);
  EXPECT_EQ(row.askCount, 1U);
  EXPECT_EQ(row.bidCount, 1U);
}

TEST(LobsterRow, RefusesWhatIsNotARow) {
  LobsterRow row;
  const Scale scale{4, 0, 4, 0};
  EXPECT_EQ(readLobsterRow("", scale, row), DecodeError::Truncated);
  EXPECT_EQ(readLobsterRow("1,2,3", scale, row), DecodeError::Truncated);
  EXPECT_EQ(readLobsterRow("1,2,3,x", scale, row), DecodeError::BadNumber);
  EXPECT_EQ(readLobsterRow("1,-2,3,4", scale, row), DecodeError::BadNumber);
  EXPECT_EQ(readLobsterRow("5859401,200,5853300,18", Scale{2, 0, 2, 0}, row),
            DecodeError::TooManyDecimals);
  std::string deep;
  for (std::size_t i = 0; i <= LobsterRow::kLevelsMax; ++i) deep += "1,1,1,1,";
  deep.pop_back();
  EXPECT_EQ(readLobsterRow(deep, scale, row), DecodeError::CapacityExceeded);
}

}  // namespace
}  // namespace hft::decode
