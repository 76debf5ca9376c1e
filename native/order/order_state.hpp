#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"
#include "native/event/execution_report.hpp"
#include "native/order/order_request.hpp"

namespace hft::order {

/// What is known of an order for good.
enum OrderFacts : std::uint8_t {
  kAcknowledged = 1 << 0,  ///< The venue has said that it has the order.
  kCanceled = 1 << 1,
  kExpired = 1 << 2,
  kRejected = 1 << 3,
  kNewUnknown = 1 << 4,  ///< Nobody knows whether the venue has the order.
  kBustClaim = 1 << 5,   ///< The newest statement of quantities came with a bust or correction.
  kTriggered = 1 << 6,
};

/// What is wrong or remarkable about an order: someone should look.
enum OrderAnomalies : std::uint16_t {
  kOverfill = 1 << 0,            ///< More was executed than was ordered.
  kFillAfterCancel = 1 << 1,     ///< A fill came for an order that was canceled or expired.
  kFillAfterReject = 1 << 2,     ///< A fill came for an order that was rejected.
  kUnsolicited = 1 << 3,         ///< The venue ended the order by itself.
  kSecondVenueOrder = 1 << 4,    ///< One ClOrdID has two orders at the venue.
  kLeavesExceedIntent = 1 << 5,  ///< The venue holds more open than was asked for.
  kMissingFills = 1 << 6,        ///< The venue tells of more executions than have arrived.
  kBusted = 1 << 7,              ///< An execution was taken back or corrected.
};

/// The state of an order, of which its OrdStatus is a function.
///
/// It is a join of what reports say, not a position in a graph: facts only accumulate, quantities
/// are sums over executions counted once, and of statements that replace each other the newest by
/// the venue's time counts. So the order in which reports arrive, and how often, doesn't matter.
struct OrderState {
  static constexpr Nanos kNever = std::numeric_limits<Nanos>::min();

  Qty orderQty = 0;          ///< The whole quantity of the terms in force.
  Qty cumQty = 0;            ///< Executions that have arrived, busts taken off.
  Qty claimedCumQty = 0;     ///< The venue's cumQty, in its newest statement.
  Nanos claimTime = kNever;  ///< The venue's time of that statement.
  Nanos termsTime = kNever;  ///< The venue's time of the newest Replaced or Restated.
  /// A cancel or replace was refused since the order is unknown or done: what it is now is in doubt
  /// until the venue says something newer.
  Nanos doubtTime = kNever;
  OrdStatus claimedStatus = OrdStatus::None;
  std::uint8_t facts = 0;  ///< OrderFacts.
  std::uint8_t pendingCancels = 0;
  std::uint8_t pendingReplaces = 0;
  std::uint8_t unknownRequests = 0;  ///< Of the pending ones: with an ambiguous answer.
  event::OrdRejReason reason = event::OrdRejReason::None;
  std::uint16_t anomalies = 0;  ///< OrderAnomalies.
};
static_assert(sizeof(OrderState) == 56);
static_assert(std::is_trivially_copyable_v<OrderState>);

/// What the order table has found out about a report before its transition.
struct ReportContext {
  /// The cancel or replace request that the report names; New: none.
  RequestKind answered = RequestKind::New;
  bool isOpen = false;      ///< That request has not been answered yet.
  bool wasUnknown = false;  ///< That request had an ambiguous answer.
  Qty qtyDelta = 0;         ///< By what the executed quantity changes: duplicates are 0.
  Qty replacedQty = 0;  ///< The whole quantity by the replace that the report confirms; 0: none.
};

/// The state after `report`. Pure; any report is possible in any state.
///
/// Source: FIX 4.4 vol. 4, appendix D, Order State Change Matrices.
[[nodiscard]] OrderState transition(OrderState state, const event::ExecutionReport& report,
                                    const ReportContext& context) noexcept;

/// OrdStatus(39) by the precedence of FIX 4.4 vol. 4, appendix D; what the venue has stated as
/// final stands above requests that are still open.
[[nodiscard]] OrdStatus ordStatus(const OrderState& state) noexcept;

/// Whether nothing of the order is open at the venue any more.
[[nodiscard]] bool isClosed(const OrderState& state) noexcept;

/// What may still be executed.
[[nodiscard]] inline Qty leavesQty(const OrderState& state) noexcept {
  if (isClosed(state) || state.cumQty >= state.orderQty) return 0;
  return state.orderQty - state.cumQty;
}

/// Executions that the venue has told of but that have not arrived.
[[nodiscard]] inline Qty missingQty(const OrderState& state) noexcept {
  return state.claimedCumQty > state.cumQty ? state.claimedCumQty - state.cumQty : 0;
}

}  // namespace hft::order
