#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/units.hpp"

namespace hft::risk {

/// What a limit limits, or why an order was refused. The numbers are part of the journal's format.
///
/// Units: money is 10^-8 of the base currency, a quantity 10^-8 of the instrument's unit, a ratio
/// is in basis points (1/10,000), a rate is a count within the limit's window.
enum class ViolationType : std::uint8_t {
  None = 0,
  PositionLimit = 1,       ///< Money: worst-case value of one instrument's position.
  LossLimit = 2,           ///< Money: loss since the session's start.
  ConcentrationLimit = 3,  ///< Ratio: worst-case value of one instrument to the scope's capital.
  VolatilityLimit = 4,     ///< Ratio: realised volatility of the instrument.
  LiquidityLimit = 5,      ///< Ratio: the order's quantity to what the opposite touch shows.
  OrderSizeLimit = 6,      ///< Quantity: of one order.
  ExposureLimit = 7,       ///< Money: sum of the worst-case values of all instruments (gross).
  CorrelationLimit = 8,    ///< Money: worst-case value of an instrument and its correlated ones.
  DrawdownLimit = 9,       ///< Money: fall of the equity from its peak.
  VelocityLimit = 10,      ///< Rate: new orders and replaces.
  PriceCollar = 11,        ///< Ratio: distance of the price beyond the opposite touch.
  DuplicateOrder = 12,     ///< Nanoseconds: an equal order within this time.
  SelfTrade = 13,          ///< Any limit above zero turns it on.
  Restricted = 14,         ///< The instrument may not be traded.
  SessionState = 15,       ///< The instrument's session is closed.
  Freshness = 16,          ///< Nanoseconds: age of the book.
  Trust = 17,              ///< The book is not trusted.
  PositionQtyLimit = 18,   ///< Quantity: worst case of one instrument's position.
  OrderValueLimit = 19,    ///< Money: value of one order.
  NetExposureLimit = 20,   ///< Money: worst case of the sum of all positions, by sign.
  MessageRateLimit = 21,   ///< Rate: messages of any kind; cancels count and always pass.
  BookMoved = 22,          ///< Updates: how far the book moved since the order was decided on.
  NoPrice = 23,            ///< Nothing to value the order at.
  Halted = 24,             ///< Trading is halted in a scope.
  Killed = 25,             ///< The kill switch is thrown in a scope.
  ReduceOnly = 26,         ///< Only reductions pass in a scope.
  BadOrder = 27,           ///< The request has no sense: side, quantity, price or scope.
};
inline constexpr std::size_t kViolationTypes = 28;

/// What a limit holds for.
enum class RiskScope : std::uint8_t {
  Global = 0,
  Account = 1,
  Strategy = 2,
  Symbol = 3,
  Venue = 4
};

/// What a breach brings about beside the refusal of the order.
enum class LimitAction : std::uint8_t {
  Reject = 0,      ///< The order is refused.
  Warn = 1,        ///< The order passes; the breach is told.
  ReduceOnly = 2,  ///< Refused, and only reductions pass in the scope from here on.
  Halt = 3,        ///< Refused, and the scope is halted.
  CancelAll = 4,   ///< Refused, halted, and the scope's working orders are to be canceled.
};

/// The answer of a check, with the figures of the limit that decided.
struct Decision {
  bool isAccepted = false;
  ViolationType violation = ViolationType::None;
  RiskScope scope = RiskScope::Global;
  LimitAction action = LimitAction::Reject;
  std::uint32_t scopeId = 0;
  std::int64_t limit = 0;
  std::int64_t observed = 0;  ///< Saturated where the true figure is larger than it can be.
  std::int64_t headroom =
      0;  ///< What was left below the limit before the order; negative: over it.
  Price worstPrice = kNoPrice;  ///< The dearest price that it was valued at.
  std::uint32_t warnings = 0;   ///< A bit a ViolationType whose warning threshold was reached.
};

/// One limit that an order was held against, for who asks why.
struct CheckedLimit {
  ViolationType type = ViolationType::None;
  RiskScope scope = RiskScope::Global;
  bool holds = true;
  std::uint32_t scopeId = 0;
  std::int64_t limit = 0;
  std::int64_t observed = 0;
  std::int64_t headroom = 0;  ///< What was left below the limit before the order.
};

[[nodiscard]] std::string_view nameOf(ViolationType type) noexcept;
[[nodiscard]] std::string_view nameOf(RiskScope scope) noexcept;

/// Writes a plain sentence about a refusal into `out`; returns its length (cut where it is short).
std::size_t describe(const Decision& decision, std::span<char> out) noexcept;

}  // namespace hft::risk
