#pragma once

#include <algorithm>

#include "native/order/order_request.hpp"

namespace hft::risk {

/// How far an order's limit price lies beyond where it would begin to trade: the opposite touch, or
/// the price that triggers it where that is further.
[[nodiscard]] inline __int128 throughOf(const order::OrderRequest& request, Price touch) noexcept {
  // Its limit follows its trigger.
  if (request.ordType == OrdType::TrailingStopLimit) return request.limitOffset;
  if (!hasLimitPrice(request.ordType)) return 0;
  const bool isBuy = request.side == Side::Buy;
  Price from = touch;
  if (request.ordType != OrdType::Limit)
    from = isBuy ? std::max(touch, request.stopPx) : std::min(touch, request.stopPx);
  return isBuy ? static_cast<__int128>(request.price) - from
               : static_cast<__int128>(from) - request.price;
}

}  // namespace hft::risk
