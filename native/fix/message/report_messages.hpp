#pragma once

#include <optional>
#include <string_view>

#include "native/fix/message/message_fields.hpp"

namespace hft::fix {

/// ExecutionReport(35=8).
struct ExecutionReport {
  static constexpr std::string_view kMsgType = "8";

  std::string_view account;
  std::optional<Decimal> avgPx;
  std::string_view clOrdID;
  std::optional<Decimal> cumQty;
  std::string_view execID;
  std::string_view execRefID;
  char execTransType = 0;  ///< Up to FIX 4.2.
  std::optional<Decimal> lastPx;
  std::optional<Decimal> lastQty;
  std::string_view orderID;
  std::optional<Decimal> orderQty;
  char ordStatus = 0;
  char ordType = 0;
  std::string_view origClOrdID;
  std::optional<Decimal> price;
  char side = 0;
  std::string_view symbol;
  std::string_view text;
  char timeInForce = 0;
  Nanos transactTime = 0;
  std::optional<Decimal> stopPx;
  std::optional<std::int64_t> cxlRejReason;
  std::optional<std::int64_t> ordRejReason;
  std::optional<Decimal> settlCurrAmt;
  char execType = 0;
  std::optional<Decimal> leavesQty;
  std::optional<std::int64_t> execRestatementReason;
  std::optional<std::int64_t> lastLiquidityInd;
  std::string_view trdMatchID;
  std::string_view tradeID;
  char aggressorIndicator = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template decimal<6>(self.avgPx);
    visitor.template text<11>(self.clOrdID);
    visitor.template decimal<14>(self.cumQty);
    visitor.template text<17>(self.execID);
    visitor.template text<19>(self.execRefID);
    visitor.template character<20>(self.execTransType);
    visitor.template decimal<31>(self.lastPx);
    visitor.template decimal<32>(self.lastQty);
    visitor.template text<37>(self.orderID);
    visitor.template decimal<38>(self.orderQty);
    visitor.template character<39>(self.ordStatus);
    visitor.template character<40>(self.ordType);
    visitor.template text<41>(self.origClOrdID);
    visitor.template decimal<44>(self.price);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template character<59>(self.timeInForce);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template decimal<99>(self.stopPx);
    visitor.template number<102>(self.cxlRejReason);
    visitor.template number<103>(self.ordRejReason);
    visitor.template decimal<119>(self.settlCurrAmt);
    visitor.template character<150>(self.execType);
    visitor.template decimal<151>(self.leavesQty);
    visitor.template number<378>(self.execRestatementReason);
    visitor.template number<851>(self.lastLiquidityInd);
    visitor.template text<880>(self.trdMatchID);
    visitor.template text<1003>(self.tradeID);
    visitor.template character<1057>(self.aggressorIndicator);
  }
};

/// OrderCancelReject(35=9): a cancel or replace failed.
struct OrderCancelReject {
  static constexpr std::string_view kMsgType = "9";

  std::string_view account;
  std::string_view clOrdID;
  std::string_view orderID;
  char ordStatus = 0;
  std::string_view origClOrdID;
  std::string_view text;
  Nanos transactTime = 0;
  std::optional<std::int64_t> cxlRejReason;
  char cxlRejResponseTo = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template text<11>(self.clOrdID);
    visitor.template text<37>(self.orderID);
    visitor.template character<39>(self.ordStatus);
    visitor.template text<41>(self.origClOrdID);
    visitor.template text<58>(self.text);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template number<102>(self.cxlRejReason);
    visitor.template character<434>(self.cxlRejResponseTo);
  }
};

/// BusinessMessageReject(35=j).
struct BusinessMessageReject {
  static constexpr std::string_view kMsgType = "j";

  std::optional<std::int64_t> refSeqNum;
  std::string_view text;
  std::string_view refMsgType;
  std::string_view businessRejectRefID;
  std::optional<std::int64_t> businessRejectReason;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template number<45>(self.refSeqNum);
    visitor.template text<58>(self.text);
    visitor.template text<372>(self.refMsgType);
    visitor.template text<379>(self.businessRejectRefID);
    visitor.template number<380>(self.businessRejectReason);
  }
};

/// Reject(35=3): the session refuses a message.
struct Reject {
  static constexpr std::string_view kMsgType = "3";

  std::optional<std::int64_t> refSeqNum;
  std::string_view text;
  std::optional<std::int64_t> refTagID;
  std::string_view refMsgType;
  std::optional<std::int64_t> sessionRejectReason;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template number<45>(self.refSeqNum);
    visitor.template text<58>(self.text);
    visitor.template number<371>(self.refTagID);
    visitor.template text<372>(self.refMsgType);
    visitor.template number<373>(self.sessionRejectReason);
  }
};

}  // namespace hft::fix
