#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/message_header.hpp"
#include "native/fix/message/cancel_template.hpp"
#include "native/fix/message/market_data_messages.hpp"
#include "native/fix/message/order_messages.hpp"
#include "native/fix/message/reference_messages.hpp"
#include "native/fix/message/report_messages.hpp"
#include "native/fix/message/session_messages.hpp"
#include "native/fix/message/words.hpp"
#include "test/native/fix/codec_samples.hpp"

namespace hft::fix {
namespace {

using test::fixText;
using test::kSamples;
using test::seal;

class FixMessages : public testing::Test {
 protected:
  FixMessages() : memory_(2048), writer_(memory_), index_(storage_.index()) {}

  /// The fields of `text`, whose `|` are SOHs.
  const FieldIndex& fieldsOf(std::string_view text) {
    message_ = fixText(text);
    EXPECT_EQ(scanFields(message_, index_).error, ScanError::Ok) << text;
    return index_;
  }

  template <typename Message>
  std::string write(const HeaderFields& fields, const HeaderState& state, const Message& message) {
    const auto header = MessageHeader::make(fields, TimePrecision::Millis);
    EXPECT_TRUE(header.ok());
    header.value().begin(writer_, Message::kMsgType, state);
    writeBody(writer_, message, TimePrecision::Millis);
    const auto bytes = header.value().finish(writer_);
    return bytes.ok() ? std::string(bytes.value()) : "error";
  }

  static HeaderFields header(std::string_view beginString, std::string_view target) {
    HeaderFields fields;
    fields.beginString = beginString;
    fields.senderCompID = "CLIENT1";
    fields.targetCompID = target;
    return fields;
  }

  std::vector<char> memory_;
  FixWriter writer_;
  FieldStorage<256> storage_;
  FieldIndex index_;
  std::string message_;
};

constexpr Nanos kTime = 1705314031'000'000'000;

TEST_F(FixMessages, WriteTheSampleOrderByteForByte) {
  NewOrderSingle order;
  order.account = "ACC1";
  order.clOrdID = "ord-0001";
  order.handlInst = '1';
  order.orderQty = Decimal{100, 0};
  order.ordType = '2';
  order.price = Decimal{18525, 2};
  order.side = '1';
  order.symbol = "AAPL";
  order.timeInForce = '0';
  order.transactTime = kTime;

  EXPECT_EQ(write(header("FIX.4.2", "BROKER"), {.msgSeqNum = 2, .sendingTime = kTime}, order),
            fixText(kSamples[1]));
}

TEST_F(FixMessages, WriteTheSampleLogonByteForByte) {
  Logon logon;
  logon.encryptMethod = 0;
  logon.heartBtInt = 30;
  logon.resetSeqNumFlag = true;

  EXPECT_EQ(write(header("FIX.4.4", "VENUE"), {.msgSeqNum = 1, .sendingTime = kTime - 877'000'000},
                  logon),
            fixText(kSamples[0]));
}

TEST_F(FixMessages, WriteTheSampleMarketDataRequestByteForByte) {
  constexpr std::array<MdEntryTypeEntry, 2> kTypes{{{'0'}, {'1'}}};
  const std::array<SymbolEntry, 1> symbols{{{"BTC-USD", {}, {}}}};
  MarketDataRequest request;
  request.mdReqID = "md-1";
  request.subscriptionRequestType = '1';
  request.marketDepth = 0;
  request.mdUpdateType = 1;
  request.mdEntryTypes = Group<MdEntryTypeEntry>(kTypes);
  request.relatedSym = Group<SymbolEntry>(symbols);

  EXPECT_EQ(write(header("FIX.4.4", "VENUE"),
                  {.msgSeqNum = 3, .sendingTime = kTime + 1'000'000'000}, request),
            fixText(kSamples[3]));
}

TEST_F(FixMessages, WriteHeadersOfResentMessagesInTheOrderOfTags) {
  HeaderFields fields = header("FIX.4.4", "VENUE");
  fields.senderSubID = "DESK";
  fields.targetSubID = "OE";
  fields.senderLocationID = "NY";
  const std::string bytes = write(
      fields, {.msgSeqNum = 7, .sendingTime = kTime, .origSendingTime = kTime, .possResend = true},
      Heartbeat{"T1"});

  EXPECT_EQ(bytes, seal("FIX.4.4", fixText("35=0|34=7|43=Y|49=CLIENT1|50=DESK|"
                                           "52=20240115-10:20:31.000|56=VENUE|57=OE|97=Y|"
                                           "122=20240115-10:20:31.000|142=NY|112=T1|")));
}

TEST_F(FixMessages, ReadTheSampleReport) {
  const auto reading = readMessage<ExecutionReport>(fieldsOf(kSamples[2]));

  ASSERT_TRUE(reading.ok());
  const ExecutionReport& report = reading.message;
  EXPECT_EQ(report.orderID, "9001");
  EXPECT_EQ(report.clOrdID, "ord-0001");
  EXPECT_EQ(report.execID, "E1");
  EXPECT_EQ(toExecType(report.execType, report.execTransType), ExecType::Trade);
  EXPECT_EQ(toOrdStatus(report.ordStatus), OrdStatus::PartiallyFilled);
  EXPECT_EQ(toSide(report.side), Side::Buy);
  EXPECT_EQ(report.lastPx, (Decimal{18525, 2}));
  EXPECT_EQ(report.leavesQty, (Decimal{60, 0}));
  EXPECT_EQ(report.transactTime, 1705314031'049'000'000);
  EXPECT_FALSE(report.price.has_value());
}

TEST_F(FixMessages, NameTheFieldThatIsNotOfItsType) {
  const std::string message = seal("FIX.4.4", fixText("35=8|6=1.5|31=abc|151=x|"));
  ASSERT_EQ(scanFields(message, index_).error, ScanError::Ok);
  const auto reading = readMessage<ExecutionReport>(index_);
  EXPECT_EQ(reading.fault.error, ValueError::Malformed);
  EXPECT_EQ(reading.fault.tag, 31U);
}

TEST_F(FixMessages, ReadTheEntriesOfASnapshot) {
  const auto reading = readMessage<MarketDataSnapshot>(fieldsOf(kSamples[4]));
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading.message.symbol, "BTC-USD");
  EXPECT_EQ(reading.message.entries.stated(), 2);
  std::vector<std::string> entries;
  const auto count = reading.message.entries.forEach([&](const Reading<MdSnapshotEntry>& entry) {
    EXPECT_TRUE(entry.ok());
    entries.push_back(std::string(1, entry.message.mdEntryType) + " " +
                      std::to_string(entry.message.mdEntryPx->mantissa) + " " +
                      std::to_string(entry.message.mdEntrySize->mantissa));
  });
  EXPECT_EQ(count, 2);
  EXPECT_EQ(entries, (std::vector<std::string>{"0 4250010 15", "1 4250020 75"}));
}

TEST_F(FixMessages, ReadEntriesThatHoldFieldsOfAVenueAndAbsentSymbols) {
  const std::string message =
      seal("FIX.4.4", fixText("35=X|262=m|268=2|279=0|269=0|55=BTC|270=1|25043=5|"
                              "279=2|269=1|270=2|25044=6|"));
  ASSERT_EQ(scanFields(message, index_).error, ScanError::Ok);
  const auto reading = readMessage<MarketDataIncremental>(index_);
  std::vector<std::string> symbols;
  const auto count = reading.message.entries.forEach([&](const Reading<MdIncrementalEntry>& entry) {
    symbols.emplace_back(entry.message.symbol);
  });
  EXPECT_EQ(count, reading.message.entries.stated());
  EXPECT_EQ(symbols, (std::vector<std::string>{"BTC", ""}));
}

TEST_F(FixMessages, CountEntriesThatAreNotThere) {
  const std::string message = seal("FIX.4.4", fixText("35=W|55=A|268=3|269=0|270=1|"));
  ASSERT_EQ(scanFields(message, index_).error, ScanError::Ok);
  const auto reading = readMessage<MarketDataSnapshot>(index_);
  EXPECT_EQ(reading.message.entries.stated(), 3);
  EXPECT_EQ(reading.message.entries.forEach([](const auto&) {}), 1);
}

TEST_F(FixMessages, AreNotWrittenWithSohInAText) {
  NewOrderSingle order;
  order.clOrdID =
      "a\x01"
      "38=1000000";
  const auto header =
      MessageHeader::make(FixMessages::header("FIX.4.4", "V"), TimePrecision::Millis);
  header.value().begin(writer_, NewOrderSingle::kMsgType, {.msgSeqNum = 1, .sendingTime = kTime});
  writeBody(writer_, order, TimePrecision::Millis);
  EXPECT_EQ(header.value().finish(writer_).error(), WriteError::SohInText);
}

TEST_F(FixMessages, AreNotWrittenIntoTooLittleMemory) {
  const auto header =
      MessageHeader::make(FixMessages::header("FIX.4.4", "V"), TimePrecision::Millis);
  OrderCancelRequest cancel;
  cancel.clOrdID = "c1";
  cancel.origClOrdID = "o1";
  cancel.symbol = "AAPL";
  cancel.transactTime = kTime;
  for (std::size_t size = FixWriter::kHeadBytes + 1; size < 140; ++size) {
    std::vector<char> memory(size);
    FixWriter writer(memory);
    header.value().begin(writer, OrderCancelRequest::kMsgType,
                         {.msgSeqNum = 1, .sendingTime = kTime});
    writeBody(writer, cancel, TimePrecision::Millis);
    ASSERT_EQ(header.value().finish(writer).error(), WriteError::NoRoom) << size;
  }
}

TEST_F(FixMessages, KeepDataOfAnyBytes) {
  const std::string data = std::string("\x01=\x01") + '\0';
  writer_.begin("A");
  writer_.data(95, 96, data);
  const auto bytes = writer_.finish("FIX.4.4");
  ASSERT_TRUE(bytes.ok());
  ASSERT_EQ(scanFields(bytes.value(), index_).error, ScanError::Ok);
  EXPECT_EQ(index_.text(96), data);
}

TEST_F(FixMessages, RefuseHeadersThatCannotBe) {
  HeaderFields fields = header("FIX.4.4", "V");
  fields.senderCompID = "";
  EXPECT_EQ(MessageHeader::make(fields, TimePrecision::Millis).error(), WriteError::EmptyText);
  fields.senderCompID = "a\x01";
  EXPECT_EQ(MessageHeader::make(fields, TimePrecision::Millis).error(), WriteError::SohInText);
  const std::string longID(300, 'x');
  fields.senderCompID = longID;
  EXPECT_EQ(MessageHeader::make(fields, TimePrecision::Millis).error(), WriteError::NoRoom);
}

TEST_F(FixMessages, WalkNestedGroups) {
  const std::string message = seal(
      "FIX.4.4", fixText("35=8|453=2|448=A|452=1|802=2|523=x|803=1|523=y|803=2|448=B|452=3|55=Z|"));
  ASSERT_EQ(scanFields(message, index_).error, ScanError::Ok);
  constexpr std::array<std::uint32_t, 6> kParties{447, 448, 452, 523, 802, 803};
  constexpr std::array<std::uint32_t, 2> kSubs{523, 803};
  GroupView parties(index_, {0, index_.size()}, {453, kParties});
  EXPECT_EQ(parties.stated(), 2U);
  const FieldRange first = parties.next();
  GroupView subs(index_, first, {802, kSubs});
  EXPECT_EQ(index_.value(subs.next().begin), "x");
  EXPECT_EQ(index_.value(subs.next().begin), "y");
  EXPECT_TRUE(subs.next().isEmpty());
  const FieldRange second = parties.next();
  EXPECT_EQ(index_.value(second.begin), "B");
  EXPECT_EQ(second.end - second.begin, 2U);
  EXPECT_TRUE(parties.next().isEmpty());
}

TEST(FixWords, GoThereAndBack) {
  for (const char text : std::string_view("0123456789ACE")) {
    EXPECT_EQ(toText(toOrdStatus(text)), text);
  }
  for (const char text : std::string_view("0345689ACDEFGHIL")) {
    EXPECT_EQ(toText(toExecType(text, '\0')), text);
  }
  for (const char text : std::string_view("1234KJ")) EXPECT_EQ(toText(toOrdType(text)), text);
  for (const char text : std::string_view("0123467")) {
    EXPECT_EQ(toText(toTimeInForce(text).word), text);
  }
  EXPECT_EQ(toOrdStatus('?'), OrdStatus::None);
  EXPECT_FALSE(toTimeInForce('9').isKnown);
}

TEST(FixWords, KnowTheFillsAndCorrectionsOfFix42) {
  EXPECT_EQ(toExecType('1', '0'), ExecType::Trade);
  EXPECT_EQ(toExecType('2', '0'), ExecType::Trade);
  EXPECT_EQ(toExecType('2', '1'), ExecType::TradeCancel);
  EXPECT_EQ(toExecType('1', '2'), ExecType::TradeCorrect);
  EXPECT_EQ(toExecType('0', '3'), ExecType::OrderStatus);
  EXPECT_EQ(toText42(ExecType::Trade, OrdStatus::Filled), '2');
  EXPECT_EQ(toText42(ExecType::Trade, OrdStatus::PartiallyFilled), '1');
  EXPECT_EQ(execTransTypeOf(ExecType::TradeCancel), '1');
}

TEST(CancelTemplate, FillsItsHoles) {
  CancelFields fields;
  fields.clOrdID = 0x8000000001;
  fields.origClOrdID = 17;
  fields.side = Side::Sell;
  fields.orderQty = 1'250;
  fields.account = "1=ACC\001";
  fields.time = kTime + 7'654'321;
  const CancelTemplate decimal(
      "\x16"
      "11=\x0e\001"
      "38=\x13\001"
      "41=\x0f\001"
      "54=\x12\001"
      "60=\x15\001",
      3);
  EXPECT_EQ(decimal.write(fields),
            "1=ACC\001"
            "11=549755813889\001"
            "38=1.25\001"
            "41=17\001"
            "54=2\001"
            "60=20240115-10:20:31.007\001");
  fields.side = Side::Buy;
  fields.account = {};
  const CancelTemplate uuid(
      "\x16"
      "11=\x10\001"
      "41=\x11\001"
      "54=\x12\001"
      "60=\x14\001",
      0);
  EXPECT_EQ(uuid.write(fields),
            "11=00000080-0000-4000-8100-000000000000\001"
            "41=00000000-0000-4001-8100-000000000000\001"
            "54=1\001"
            "60=20240115-10:20:31\001");
  EXPECT_TRUE(CancelTemplate().isEmpty());
}

}  // namespace
}  // namespace hft::fix
