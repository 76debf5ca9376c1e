#pragma once

#include <cstdint>

namespace hft {

/// FIX OrdType(40), with the kinds that FIX expresses through other tags as kinds of their own.
enum class OrdType : std::uint8_t {
  None = 0,
  Market = 1,
  Limit = 2,
  Stop = 3,
  StopLimit = 4,
  MarketToLimit = 5,    ///< FIX K: the rest of a market order rests at the last fill's price.
  MarketIfTouched = 6,  ///< FIX J.
  LimitIfTouched = 7,
  TrailingStop = 8,  ///< FIX P with PegOffsetValue(211) and a market order when it triggers.
  TrailingStopLimit = 9,
};

[[nodiscard]] constexpr bool isTrailing(OrdType type) noexcept {
  return type == OrdType::TrailingStop || type == OrdType::TrailingStopLimit;
}

/// Whether an order of this type waits for its price.
[[nodiscard]] constexpr bool isConditional(OrdType type) noexcept {
  return type == OrdType::Stop || type == OrdType::StopLimit || type == OrdType::MarketIfTouched ||
         type == OrdType::LimitIfTouched || isTrailing(type);
}

/// Whether its request states a limit price; that of a trailing one comes from the market.
[[nodiscard]] constexpr bool hasLimitPrice(OrdType type) noexcept {
  return type == OrdType::Limit || type == OrdType::StopLimit || type == OrdType::LimitIfTouched;
}

/// FIX TimeInForce(59).
enum class TimeInForce : std::uint8_t {
  Day = 0,
  GoodTillCancel = 1,
  AtTheOpening = 2,
  ImmediateOrCancel = 3,
  FillOrKill = 4,
  GoodTillDate = 6,
  AtTheClose = 7,
};

[[nodiscard]] constexpr bool isImmediate(TimeInForce timeInForce) noexcept {
  return timeInForce == TimeInForce::ImmediateOrCancel || timeInForce == TimeInForce::FillOrKill;
}

[[nodiscard]] constexpr bool isForAuction(TimeInForce timeInForce) noexcept {
  return timeInForce == TimeInForce::AtTheOpening || timeInForce == TimeInForce::AtTheClose;
}

/// FIX OrdStatus(39), and Unknown: what an order is after an ambiguous answer until it is proven.
enum class OrdStatus : std::uint8_t {
  None = 0,
  PendingNew,
  New,
  PartiallyFilled,
  Filled,
  DoneForDay,
  PendingCancel,
  PendingReplace,
  Canceled,
  Replaced,
  Stopped,
  Suspended,
  Rejected,
  Expired,
  Unknown,
};

/// FIX ExecType(150).
enum class ExecType : std::uint8_t {
  None = 0,
  PendingNew,
  New,
  Trade,
  TradeCorrect,
  TradeCancel,
  DoneForDay,
  PendingCancel,
  Canceled,
  PendingReplace,
  Replaced,
  Rejected,
  Expired,
  Suspended,
  Restated,
  Triggered,
  OrderStatus,
};

}  // namespace hft
