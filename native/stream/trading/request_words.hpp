#pragma once

#include "native/order/order_table.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

/// An event about an order as it was asked for.
[[nodiscard]] inline OrderEvent eventOf(OrderEventKind kind, const order::OrderRequest& request,
                                        event::JournalStamp now) noexcept {
  OrderEvent event;
  event.kind = kind;
  event.instrument = request.instrument;
  event.account = request.account;
  event.strategy = request.strategy;
  event.venue = request.venue;
  event.side = static_cast<std::uint8_t>(request.side);
  event.ordType = static_cast<std::uint8_t>(request.ordType);
  event.clOrdID = static_cast<double>(request.clOrdID);
  event.requestID = event.clOrdID;
  event.orderQty = static_cast<double>(request.orderQty);
  event.price = hasLimitPrice(request.ordType) ? static_cast<double>(request.price) : 0;
  event.stopPx = static_cast<double>(request.stopPx);
  event.timeMs = static_cast<double>(now.realtime) / 1e6;
  return event;
}

/// Tells the limit that a decision rests on.
inline void tellLimit(OrderEvent& event, const risk::Decision& decision) noexcept {
  event.violation = static_cast<std::uint8_t>(decision.violation);
  event.scope = static_cast<std::uint8_t>(decision.scope);
  event.scopeId = decision.scopeId;
  event.limit = static_cast<double>(decision.limit);
  event.observed = static_cast<double>(decision.observed);
  event.headroom = static_cast<double>(decision.headroom);
}

/// What a refusal of the order table means to who asked.
[[nodiscard]] inline SubmitVerdict verdictOf(order::OrderError error) noexcept {
  using order::OrderError;
  switch (error) {
    case OrderError::UnknownOrder:
      return SubmitVerdict::UnknownOrder;
    case OrderError::OrderClosed:
      return SubmitVerdict::OrderClosed;
    case OrderError::AlreadyPending:
      return SubmitVerdict::AlreadyPending;
    case OrderError::CapacityExceeded:
      return SubmitVerdict::Capacity;
    default:
      return SubmitVerdict::BadRequest;
  }
}

}  // namespace hft::stream
