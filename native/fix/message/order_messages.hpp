#pragma once

#include <optional>
#include <string_view>

#include "native/fix/message/message_fields.hpp"

namespace hft::fix {

/// NewOrderSingle(35=D): a new order. Prices and quantities exactly as written.
struct NewOrderSingle {
  static constexpr std::string_view kMsgType = "D";

  std::string_view account;
  std::string_view clOrdID;
  std::string_view execInst;
  char handlInst = 0;  ///< Required up to FIX 4.2.
  std::optional<Decimal> orderQty;
  char ordType = 0;
  std::optional<Decimal> price;
  char side = 0;
  std::string_view symbol;
  std::string_view text;
  char timeInForce = 0;
  Nanos transactTime = 0;
  std::optional<Decimal> stopPx;
  std::optional<Decimal> minQty;
  std::optional<Decimal> maxFloor;
  Nanos expireTime = 0;
  std::optional<Decimal> cashOrderQty;
  char orderCapacity = 0;
  std::optional<Decimal> displayQty;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template text<11>(self.clOrdID);
    visitor.template text<18>(self.execInst);
    visitor.template character<21>(self.handlInst);
    visitor.template decimal<38>(self.orderQty);
    visitor.template character<40>(self.ordType);
    visitor.template decimal<44>(self.price);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template character<59>(self.timeInForce);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template decimal<99>(self.stopPx);
    visitor.template decimal<110>(self.minQty);
    visitor.template decimal<111>(self.maxFloor);
    visitor.template timestamp<126>(self.expireTime);
    visitor.template decimal<152>(self.cashOrderQty);
    visitor.template character<528>(self.orderCapacity);
    visitor.template decimal<1138>(self.displayQty);
  }
};

/// OrderCancelRequest(35=F).
struct OrderCancelRequest {
  static constexpr std::string_view kMsgType = "F";

  std::string_view account;
  std::string_view clOrdID;
  std::string_view orderID;
  std::optional<Decimal> orderQty;
  std::string_view origClOrdID;
  char side = 0;
  std::string_view symbol;
  std::string_view text;
  Nanos transactTime = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template text<11>(self.clOrdID);
    visitor.template text<37>(self.orderID);
    visitor.template decimal<38>(self.orderQty);
    visitor.template text<41>(self.origClOrdID);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template timestamp<60>(self.transactTime);
  }
};

/// OrderCancelReplaceRequest(35=G).
struct OrderCancelReplaceRequest {
  static constexpr std::string_view kMsgType = "G";

  std::string_view account;
  std::string_view clOrdID;
  std::string_view execInst;
  char handlInst = 0;
  std::string_view orderID;
  std::optional<Decimal> orderQty;
  char ordType = 0;
  std::string_view origClOrdID;
  std::optional<Decimal> price;
  char side = 0;
  std::string_view symbol;
  std::string_view text;
  char timeInForce = 0;
  Nanos transactTime = 0;
  std::optional<Decimal> stopPx;
  std::optional<Decimal> maxFloor;
  Nanos expireTime = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template text<11>(self.clOrdID);
    visitor.template text<18>(self.execInst);
    visitor.template character<21>(self.handlInst);
    visitor.template text<37>(self.orderID);
    visitor.template decimal<38>(self.orderQty);
    visitor.template character<40>(self.ordType);
    visitor.template text<41>(self.origClOrdID);
    visitor.template decimal<44>(self.price);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template character<59>(self.timeInForce);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template decimal<99>(self.stopPx);
    visitor.template decimal<111>(self.maxFloor);
    visitor.template timestamp<126>(self.expireTime);
  }
};

/// OrderMassCancelRequest(35=q).
struct OrderMassCancelRequest {
  static constexpr std::string_view kMsgType = "q";

  std::string_view clOrdID;
  char side = 0;
  std::string_view symbol;
  Nanos transactTime = 0;
  char massCancelRequestType = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<11>(self.clOrdID);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template character<530>(self.massCancelRequestType);
  }
};

/// OrderMassCancelReport(35=r).
struct OrderMassCancelReport {
  static constexpr std::string_view kMsgType = "r";

  std::string_view clOrdID;
  std::string_view orderID;
  std::string_view symbol;
  std::string_view text;
  Nanos transactTime = 0;
  char massCancelRequestType = 0;
  char massCancelResponse = 0;
  std::string_view massCancelRejectReason;
  std::optional<std::int64_t> totalAffectedOrders;
  std::string_view massActionReportID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<11>(self.clOrdID);
    visitor.template text<37>(self.orderID);
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template character<530>(self.massCancelRequestType);
    visitor.template character<531>(self.massCancelResponse);
    visitor.template text<532>(self.massCancelRejectReason);
    visitor.template number<533>(self.totalAffectedOrders);
    visitor.template text<1369>(self.massActionReportID);
  }
};

/// OrderStatusRequest(35=H).
struct OrderStatusRequest {
  static constexpr std::string_view kMsgType = "H";

  std::string_view account;
  std::string_view clOrdID;
  std::string_view orderID;
  char side = 0;
  std::string_view symbol;
  std::string_view ordStatusReqID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<1>(self.account);
    visitor.template text<11>(self.clOrdID);
    visitor.template text<37>(self.orderID);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template text<790>(self.ordStatusReqID);
  }
};

}  // namespace hft::fix
