#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "native/fix/message/new_order_template.hpp"

namespace hft::fix {
namespace {

TEST(FixTemplate, WritesTheBytesThatAWholeMessageHas) {
  const std::uint32_t seed = 11;
  std::mt19937_64 random(seed);
  HeaderFields fields;
  fields.beginString = "FIX.4.4";
  fields.senderCompID = "CLIENT1";
  fields.targetCompID = "VENUE";
  for (const auto precision : {TimePrecision::Seconds, TimePrecision::Millis, TimePrecision::Micros,
                               TimePrecision::Nanos}) {
    const auto header = MessageHeader::make(fields, precision);
    ASSERT_TRUE(header.ok());
    NewOrderTemplate orders(header.value());
    std::vector<char> memory(1024);
    std::vector<char> otherMemory(1024);
    FixWriter writer(memory);
    FixWriter whole(otherMemory);
    NewOrderSingle order;
    order.symbol = "AAPL";
    order.side = '1';
    order.ordType = '2';
    Nanos now = 1705314031'000'000'000;
    for (std::uint64_t number = 1; number < 30'000; ++number) {
      now += static_cast<Nanos>(random() % 400'000'000);
      const std::string clOrdID = std::to_string(random() >> (random() % 60));
      order.clOrdID = clOrdID;
      order.orderQty = Decimal{static_cast<std::int64_t>(random() % 1000), 0};
      order.transactTime = now;
      order.price.reset();
      if (random() % 16 != 0) {
        order.price = Decimal{static_cast<std::int64_t>(random() >> (random() % 64)) / 2,
                              static_cast<std::uint32_t>(random() % 9)};
      }
      HeaderState state{.msgSeqNum = number, .sendingTime = now + 1000};
      if (random() % 64 == 0) state.origSendingTime = now;
      const auto got = orders.write(writer, order, state);
      header.value().begin(whole, NewOrderSingle::kMsgType, state);
      writeBody(whole, order, precision);
      ASSERT_TRUE(got.ok());
      ASSERT_EQ(got.value(), header.value().finish(whole).value()) << "seed " << seed;
    }
  }
}

TEST(FixTemplate, RefusesSohInATextOfTheSameWidth) {
  HeaderFields fields;
  fields.beginString = "FIX.4.4";
  fields.senderCompID = "A";
  fields.targetCompID = "B";
  const auto header = MessageHeader::make(fields, TimePrecision::Millis);
  NewOrderTemplate orders(header.value());
  std::vector<char> memory(1024);
  FixWriter writer(memory);
  NewOrderSingle order;
  order.clOrdID = "12345678";
  order.orderQty = Decimal{1, 0};
  order.transactTime = 1705314031'000'000'000;
  const HeaderState state{.msgSeqNum = 1, .sendingTime = order.transactTime};
  ASSERT_TRUE(orders.write(writer, order, state).ok());
  order.clOrdID =
      "1\x01"
      "44=99";
  EXPECT_EQ(orders.write(writer, order, state).error(), WriteError::SohInText);
  order.clOrdID = "87654321";
  const auto again = orders.write(writer, order, state);
  ASSERT_TRUE(again.ok());
  EXPECT_NE(again.value().find("11=87654321"), std::string_view::npos);
}

}  // namespace
}  // namespace hft::fix
