#include "native/decode/itch/itch_decoder.hpp"

#include <gtest/gtest.h>
#include <string>

#include "test/native/decode/itch_hex.hpp"

namespace hft::decode {
namespace {

using event::DecodeError;
using event::MessageKind;
using event::ReduceCause;

class ItchDecoderTest : public testing::Test {
 protected:
  DecodeError decode(std::string_view hex) {
    const auto bytes = test::fromHex(hex);
    text_.assign(bytes.begin(), bytes.end());
    return decoder_.decode(text_, context_, frame_);
  }
  const event::Message& message() { return frame_.messages()[0]; }

  InstrumentTable instruments_{4};
  DecodeContext context_{.instruments = instruments_, .discoversInstruments = true};
  ItchDecoder decoder_{1'000'000'000'000'000'000};
  event::Frame frame_{4, 4};
  std::string text_;
};

TEST_F(ItchDecoderTest, LearnsASymbolFromItsFirstOrder) {
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  ASSERT_EQ(frame_.messages().size(), 1U);
  EXPECT_EQ(instruments_[message().instrument].symbol(), "BOB");
  EXPECT_EQ(message().kind, MessageKind::OrderAdd);
  EXPECT_EQ(message().side, Side::Buy);
  EXPECT_EQ(message().order.price, 53167);
  EXPECT_EQ(message().order.qty, 1000);
  EXPECT_EQ(message().exchangeTime, 1'000'031'139'052'372'053);
}

TEST_F(ItchDecoderTest, SkipsOrdersOfUnknownSymbols) {
  EXPECT_EQ(decode(test::kOrderDeleteHex), DecodeError::Ok);
  EXPECT_TRUE(frame_.messages().empty());
  EXPECT_EQ(frame_.skippedCount, 1U);
}

TEST_F(ItchDecoderTest, TellsExecutionsFromCancels) {
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  ASSERT_EQ(decode(test::kOrderExecutedHex), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::OrderReduce);
  EXPECT_EQ(message().code, static_cast<std::uint8_t>(ReduceCause::Execution));
  EXPECT_EQ(message().order.price, kNoPrice);
  EXPECT_EQ(message().order.qty, 1220);
  EXPECT_EQ(message().lastId, 18049U);
  ASSERT_EQ(decode(test::kOrderCancelHex), DecodeError::Ok);
  EXPECT_EQ(message().code, static_cast<std::uint8_t>(ReduceCause::Cancel));
}

TEST_F(ItchDecoderTest, ReplacesAnOrderByAnother) {
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  ASSERT_EQ(decode(test::kOrderReplaceHex), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::OrderReplace);
  EXPECT_EQ(message().order.orderRef, 3735040U);
  EXPECT_EQ(message().order.newOrderRef, 3831915U);
  EXPECT_EQ(message().order.price, 55917);
}

TEST_F(ItchDecoderTest, ReportsHiddenExecutionsAsTrades) {
  ASSERT_EQ(decode(test::kTradeHex), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::Trade);
  EXPECT_EQ(message().side, Side::None);
  EXPECT_EQ(message().trade.price, 53333);
  EXPECT_EQ(message().trade.qty, 200);
}

TEST_F(ItchDecoderTest, SkipsTestSymbols) {
  auto directory = std::string(
      "52 0002 0000 000000000001 424f422020202020 4e4e 00000064 4e 43 2020"
      " 54 4e4e31 4e 00000000 4e");
  ASSERT_EQ(decode(directory), DecodeError::Ok);
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  EXPECT_TRUE(frame_.messages().empty());
}

TEST_F(ItchDecoderTest, ReportsATradingHalt) {
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  ASSERT_EQ(decode("48 0002 0000 000000000001 424f422020202020 48 20 54312020"), DecodeError::Ok);
  EXPECT_EQ(message().kind, MessageKind::Status);
  EXPECT_EQ(message().code, static_cast<std::uint8_t>(event::TradingStatus::Halted));
}

TEST_F(ItchDecoderTest, AsksForAFinerScale) {
  ASSERT_TRUE(instruments_.add("BOB", Scale{2, 0, 2, 0}).ok());
  EXPECT_EQ(decode(test::kAddOrderHex), DecodeError::TooManyDecimals);
  EXPECT_EQ(frame_.neededPriceDecimals, 4);
}

TEST_F(ItchDecoderTest, ScalesToAFinerInstrument) {
  ASSERT_TRUE(instruments_.add("BOB", Scale{6, 2, 6, 2}).ok());
  ASSERT_EQ(decode(test::kAddOrderHex), DecodeError::Ok);
  EXPECT_EQ(message().order.price, 5316700);
  EXPECT_EQ(message().order.qty, 100'000);
}

TEST_F(ItchDecoderTest, RefusesASideThatIsNone) {
  auto bytes = std::string(test::kAddOrderHex);
  bytes.replace(38, 2, "5a");
  EXPECT_EQ(decode(bytes), DecodeError::Malformed);
}

TEST_F(ItchDecoderTest, CountsUnknownTypesAndRefusesTruncatedOnes) {
  EXPECT_EQ(decode("7a00"), DecodeError::Ok);
  EXPECT_EQ(frame_.unknownCount, 1U);
  EXPECT_EQ(decode("44000200001f1cea1b4d9b0000000000014b"), DecodeError::Truncated);
  EXPECT_EQ(decode(""), DecodeError::Truncated);
}

}  // namespace
}  // namespace hft::decode
