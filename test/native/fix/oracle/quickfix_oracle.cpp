#include "test/native/fix/oracle/quickfix_oracle.h"

#include <cstring>
#include <quickfix/DataDictionary.h>
#include <quickfix/Message.h>
#include <quickfix/Parser.h>
#include <quickfix/fix44/ExecutionReport.h>
#include <quickfix/fix44/NewOrderSingle.h>
#include <string>

extern "C" int oracleAccepts(const char* bytes, size_t size) {
  try {
    FIX::Parser parser;
    parser.addToStream(bytes, size);
    std::string text;
    if (!parser.readFixMessage(text)) return 0;
    FIX::Message message;
    message.setString(text, true);
    return text.size() == size ? 1 : 0;
  } catch (...) {
    return 0;
  }
}

extern "C" void* oracleDictionary(const char* path) {
  try {
    return new FIX::DataDictionary(std::string(path));
  } catch (...) {
    return nullptr;
  }
}

extern "C" void oracleFreeDictionary(void* dictionary) {
  delete static_cast<FIX::DataDictionary*>(dictionary);
}

extern "C" int oracleValidate(const void* dictionary, const char* bytes, size_t size, int* tag) {
  const auto& rules = *static_cast<const FIX::DataDictionary*>(dictionary);
  *tag = 0;
  try {
    FIX::Message message;
    message.setString(std::string(bytes, size), true, &rules, &rules);
    rules.validate(message);
    return -1;
  } catch (FIX::InvalidMessage&) {
    return -2;
  } catch (FIX::InvalidMessageType&) {
    return -3;
  } catch (FIX::InvalidTagNumber& e) {
    *tag = e.field;
    return 0;
  } catch (FIX::RequiredTagMissing& e) {
    *tag = e.field;
    return 1;
  } catch (FIX::FieldNotFound& e) {
    *tag = e.field;
    return 1;
  } catch (FIX::TagNotDefinedForMessage& e) {
    *tag = e.field;
    return 2;
  } catch (FIX::NoTagValue& e) {
    *tag = e.field;
    return 4;
  } catch (FIX::IncorrectTagValue& e) {
    *tag = e.field;
    return 5;
  } catch (FIX::IncorrectDataFormat& e) {
    *tag = e.field;
    return 6;
  } catch (FIX::RepeatedTag& e) {
    *tag = e.field;
    return 13;
  } catch (FIX::TagOutOfOrder& e) {
    *tag = e.field;
    return 14;
  } catch (FIX::RepeatingGroupCountMismatch& e) {
    *tag = e.field;
    return 16;
  } catch (...) {
    return -4;
  }
}

extern "C" int oracleReadReport(const char* bytes, size_t size, OracleReport* report) {
  static FIX::Message message;
  static std::string text;
  try {
    text.assign(bytes, size);
    message.setString(text, true);
    FIX::OrderID orderID;
    FIX::ClOrdID clOrdID;
    FIX::ExecID execID;
    FIX::Symbol symbol;
    FIX::ExecType execType;
    FIX::OrdStatus ordStatus;
    FIX::Side side;
    FIX::LastQty lastQty;
    FIX::LastPx lastPx;
    FIX::LeavesQty leavesQty;
    FIX::CumQty cumQty;
    FIX::AvgPx avgPx;
    message.getField(orderID);
    message.getField(clOrdID);
    message.getField(execID);
    message.getField(symbol);
    message.getField(execType);
    message.getField(ordStatus);
    message.getField(side);
    message.getField(lastQty);
    message.getField(lastPx);
    message.getField(leavesQty);
    message.getField(cumQty);
    message.getField(avgPx);
    report->textBytes = orderID.getString().size() + clOrdID.getString().size() +
                        execID.getString().size() + symbol.getString().size();
    report->execType = execType.getValue();
    report->ordStatus = ordStatus.getValue();
    report->side = side.getValue();
    report->lastQty = lastQty.getValue();
    report->lastPx = lastPx.getValue();
    report->leavesQty = leavesQty.getValue();
    report->cumQty = cumQty.getValue();
    report->avgPx = avgPx.getValue();
    return 1;
  } catch (...) {
    return 0;
  }
}

namespace {

FIX44::NewOrderSingle makeOrder() {
  FIX44::NewOrderSingle order(FIX::ClOrdID("0"), FIX::Side('1'), FIX::TransactTime(),
                              FIX::OrdType('2'));
  order.getHeader().setField(FIX::SenderCompID("CLIENT1"));
  order.getHeader().setField(FIX::TargetCompID("BROKER"));
  order.set(FIX::Account("ACC1"));
  order.set(FIX::Symbol("AAPL"));
  order.set(FIX::TimeInForce('0'));
  order.set(FIX::HandlInst('1'));
  return order;
}

}  // namespace

extern "C" size_t oracleWriteOrder(uint64_t msgSeqNum, const char* clOrdID, double orderQty,
                                   double price, char* out, size_t room) {
  static FIX44::NewOrderSingle order = makeOrder();
  static std::string text;
  try {
    const FIX::UtcTimeStamp now(2024, 1, 15);
    order.getHeader().setField(FIX::MsgSeqNum(static_cast<int>(msgSeqNum)));
    order.getHeader().setField(FIX::SendingTime(now, 3));
    order.set(FIX::ClOrdID(clOrdID));
    order.set(FIX::OrderQty(orderQty));
    order.set(FIX::Price(price));
    order.set(FIX::TransactTime(now, 3));
    order.toString(text);
    if (text.size() > room) return 0;
    std::memcpy(out, text.data(), text.size());
    return text.size();
  } catch (...) {
    return 0;
  }
}
