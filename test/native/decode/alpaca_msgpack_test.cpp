#include <charconv>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>

#include "test/native/decode/frame_lab.hpp"
#include "test/native/decode/msgpack_writer.hpp"

namespace hft::decode {
namespace {

using lab::DecodeError;
using lab::Lab;
using lab::Message;
using lab::MessageKind;
using lab::MsgpackWriter;

std::string quote() {
  return MsgpackWriter()
      .array(1)
      .map(11)
      .pair("T", "q")
      .pair("S", "AMD")
      .pair("bx", "U")
      .pair("bp", 87.66)
      .pair("bs", 1)
      .pair("ax", "Q")
      .pair("ap", 87.68)
      .pair("as", 4)
      .text("t")
      .time(1614009105, 335689322)
      .text("c")
      .array(1)
      .text("R")
      .pair("z", "C")
      .bytes();
}

std::string trade() {
  return MsgpackWriter()
      .array(1)
      .map(7)
      .pair("T", "t")
      .pair("i", 96921)
      .pair("S", "AAPL")
      .text("p")
      .number32(126.55F)
      .pair("s", 1.5)
      .pair("t", "2021-02-22T15:51:44.208Z")
      .pair("tks", "B")
      .bytes();
}

std::string book() {
  return MsgpackWriter()
      .array(1)
      .map(6)
      .pair("T", "o")
      .pair("S", "BTC/USD")
      .text("t")
      .time(1649254780, 0)
      .text("b")
      .array(2)
      .map(2)
      .pair("p", 27000.5)
      .pair("s", 1.2)
      .map(2)
      .pair("s", 0)
      .pair("p", 26999)
      .text("a")
      .array(1)
      .map(2)
      .pair("p", 27001.0)
      .pair("s", 3.0)
      .text("r")
      .boolean(true)
      .bytes();
}

TEST(AlpacaMsgpack, ReadsAQuoteExactly) {
  Lab lab(decodeAlpacaMsgpack);
  const Message& message = lab.one(quote());
  EXPECT_EQ(message.kind, MessageKind::Quote);
  EXPECT_EQ(lab.instruments[0].scale, (Scale{2, 0, 2, 0}));
  EXPECT_EQ(message.quote.bid, 8766);
  EXPECT_EQ(message.quote.ask, 8768);
  EXPECT_EQ(message.quote.askQty, 4);
  EXPECT_EQ(message.exchangeTime, 1614009105'335689322);
  EXPECT_EQ(lab.out.unknownFieldCount, 0U);
}

TEST(AlpacaMsgpack, ReadsFloat32AndTextualTimes) {
  Lab lab(decodeAlpacaMsgpack);
  const Message& message = lab.one(trade());
  EXPECT_EQ(message.trade.price, 12655);
  EXPECT_EQ(message.trade.qty, 15);
  EXPECT_EQ(message.lastId, 96921U);
  EXPECT_EQ(message.side, Side::Buy);
  EXPECT_EQ(message.exchangeTime, 1614009104'208000000);
}

TEST(AlpacaMsgpack, ReadsACryptoBook) {
  Lab lab(decodeAlpacaMsgpack);
  const Message& message = lab.one(book());
  EXPECT_EQ(message.kind, MessageKind::BookSnapshot);
  ASSERT_EQ(message.book.bids.count, 2U);
  EXPECT_EQ(lab.out.levels(message.book.bids)[0].price, 270005);
  EXPECT_EQ(lab.out.levels(message.book.bids)[1].qty, 0);
  EXPECT_EQ(lab.out.levels(message.book.asks)[0].qty, 30);
}

TEST(AlpacaMsgpack, ReportsAFloatThatAFixedScaleCannotHold) {
  Lab lab(decodeAlpacaMsgpack, false);
  lab.add("AMD", 1, 0);
  EXPECT_EQ(lab.run(quote()), DecodeError::TooManyDecimals);
  EXPECT_EQ(lab.out.neededPriceDecimals, 2);
}

TEST(AlpacaMsgpack, CountsWhatItDoesNotKnow) {
  Lab lab(decodeAlpacaMsgpack);
  EXPECT_EQ(lab.run(MsgpackWriter()
                        .array(3)
                        .map(1)
                        .pair("T", "weather")
                        .integer(5)
                        .map(2)
                        .pair("T", "l")
                        .pair("S", "A")
                        .bytes()),
            DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 2U);
  EXPECT_EQ(lab.out.skippedCount, 1U);
  const Message& message = lab.one(MsgpackWriter()
                                       .array(1)
                                       .map(6)
                                       .pair("T", "t")
                                       .pair("S", "A")
                                       .pair("p", "1.5")
                                       .pair("s", 2)
                                       .text("new")
                                       .map(1)
                                       .integer(1)
                                       .nil()
                                       .text("t")
                                       .nil()
                                       .bytes());
  EXPECT_EQ(message.trade.price, 15);
  EXPECT_EQ(lab.out.unknownFieldCount, 1U);
  EXPECT_EQ(lab.run(MsgpackWriter().map(1).pair("stream", "x").bytes()), DecodeError::Ok);
  EXPECT_EQ(lab.out.unknownCount, 1U);
}

TEST(AlpacaMsgpack, RefusesWhatItCannotRead) {
  Lab lab(decodeAlpacaMsgpack);
  const auto tradeAt = [](auto price) {
    MsgpackWriter writer;
    writer.array(1).map(4).pair("T", "t").pair("S", "A").pair("s", 2).text("p");
    price(writer);
    return writer.bytes();
  };
  EXPECT_EQ(lab.run(tradeAt([](MsgpackWriter& w) { w.nil(); })), DecodeError::Malformed);
  EXPECT_EQ(lab.run(tradeAt([](MsgpackWriter& w) { w.number(-1.0); })), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(tradeAt([](MsgpackWriter& w) { w.number(0.0 / 0.0); })),
            DecodeError::BadNumber);
  EXPECT_EQ(lab.run(tradeAt([](MsgpackWriter& w) { w.number(1e300); })), DecodeError::Overflow);
  EXPECT_EQ(lab.run(tradeAt([](MsgpackWriter& w) { w.map(0); })), DecodeError::BadNumber);
  EXPECT_EQ(lab.run(MsgpackWriter().array(1).map(2).pair("T", "q").pair("S", "\xff").bytes()),
            DecodeError::Malformed);
  EXPECT_EQ(lab.run(quote() + "x"), DecodeError::Malformed);
  EXPECT_EQ(lab.run(""), DecodeError::Truncated);
}

TEST(AlpacaMsgpack, SurvivesDamage) {
  Lab lab(decodeAlpacaMsgpack, false);
  lab.add("AMD", 4, 2);
  lab.add("AAPL", 4, 2);
  lab.add("BTC/USD", 4, 9);
  for (const std::string& frame : {quote(), trade(), book()}) {
    lab::expectSoundUnderDamage(lab, frame);
  }
}

// One market, written in both forms of the stream, decodes to one result.
TEST(AlpacaMsgpack, SaysWhatTheJsonFormOfTheSameMessageSays) {
  const unsigned seed = 77;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Lab json(decodeAlpacaJson);
  Lab packed(decodeAlpacaMsgpack);
  for (int round = 0; round < 20'000; ++round) {
    const auto number = [&] {
      return static_cast<double>(random() % 100'000'000) / (random() % 2 == 0 ? 100.0 : 10'000.0);
    };
    const double bid = number();
    const double ask = number();
    const std::uint64_t size = random() % 1000;
    const std::uint64_t nanos = random() % 1'000'000'000;
    char text[512];
    const int length = std::snprintf(
        text, sizeof text,
        R"([{"T":"q","S":"AMD","bx":"U","bp":%.17g,"bs":%llu,"ax":"Q","ap":%.17g,"as":3,"t":"2021-02-22T15:51:45.%09lluZ","c":["R"],"z":"C"}])",
        0.0, static_cast<unsigned long long>(size), 0.0, static_cast<unsigned long long>(nanos));
    std::string frame(text, static_cast<std::size_t>(length));
    const auto shortest = [](double value) {
      char digits[64];
      return std::string(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    };
    frame.replace(frame.find("\"bp\":0") + 5, 1, shortest(bid));
    frame.replace(frame.find("\"ap\":0") + 5, 1, shortest(ask));
    ASSERT_EQ(json.run(frame), DecodeError::Ok) << frame;
    ASSERT_EQ(packed.run(MsgpackWriter()
                             .array(1)
                             .map(7)
                             .pair("T", "q")
                             .pair("S", "AMD")
                             .pair("bp", bid)
                             .pair("bs", size)
                             .pair("ap", ask)
                             .pair("as", 3)
                             .text("t")
                             .time(1614009105, nanos)
                             .bytes()),
              DecodeError::Ok);
    ASSERT_EQ(lab::describe(packed.out), lab::describe(json.out)) << frame;
  }
}

}  // namespace
}  // namespace hft::decode
