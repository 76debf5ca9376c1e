#pragma once

#include "native/order/order_table.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

[[nodiscard]] inline bool hasLimitPrice(OrdType type) noexcept {
  return type == OrdType::Limit || type == OrdType::StopLimit || type == OrdType::LimitIfTouched;
}

/// Whether an order of this type waits for its price.
[[nodiscard]] inline bool isConditional(OrdType type) noexcept {
  return type != OrdType::Market && type != OrdType::Limit && type != OrdType::MarketToLimit &&
         type != OrdType::None;
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
