#include "native/order/order_state.hpp"

#include <algorithm>

namespace hft::order {
namespace {

using event::ExecutionReport;
using event::OrdRejReason;

bool isFinal(OrdStatus status) noexcept {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Expired || status == OrdStatus::Rejected;
}

bool isPending(OrdStatus status) noexcept {
  return status == OrdStatus::PendingCancel || status == OrdStatus::PendingReplace;
}

bool isFull(const OrderState& state) noexcept { return state.cumQty >= state.orderQty; }

/// A reject is not the end where the venue has executed the order, or speaks of it as alive.
bool isRejected(const OrderState& state) noexcept {
  return (state.facts & kRejected) != 0 && state.cumQty == 0 &&
         (state.claimedStatus == OrdStatus::None || state.claimedStatus == OrdStatus::Rejected ||
          state.claimedStatus == OrdStatus::PendingNew);
}

bool isEnded(const OrderState& state) noexcept {
  return (state.facts & (kCanceled | kExpired)) != 0 || state.claimedStatus == OrdStatus::Filled ||
         isRejected(state);
}

bool isDoubted(const OrderState& state) noexcept {
  return state.doubtTime != OrderState::kNever && state.doubtTime >= state.claimTime;
}

/// What the report says that the order is; None where it only speaks of a request.
OrdStatus statedStatus(const ExecutionReport& report) noexcept {
  switch (report.execType) {
    case ExecType::New:
      return report.ordStatus == OrdStatus::None ? OrdStatus::New : report.ordStatus;
    case ExecType::PendingNew:
      return OrdStatus::PendingNew;
    case ExecType::Canceled:
      return OrdStatus::Canceled;
    case ExecType::Expired:
      return OrdStatus::Expired;
    case ExecType::Rejected:
      return OrdStatus::Rejected;
    case ExecType::DoneForDay:
      return OrdStatus::DoneForDay;
    case ExecType::Suspended:
      return OrdStatus::Suspended;
    case ExecType::PendingCancel:
      return OrdStatus::PendingCancel;
    case ExecType::PendingReplace:
      return OrdStatus::PendingReplace;
    default:
      return isPending(report.ordStatus) ? OrdStatus::None : report.ordStatus;
  }
}

bool takesBack(const ExecutionReport& report) noexcept {
  return report.execType == ExecType::TradeCancel || report.execType == ExecType::TradeCorrect;
}

/// Takes the report's statement where it is the newest. Equal times are decided by what can only
/// have come later, so that any order of arrival ends in the same statement.
void takeClaim(OrderState& state, const ExecutionReport& report, OrdStatus stated) noexcept {
  const bool isBust = takesBack(report);
  const bool wasBust = (state.facts & kBustClaim) != 0;
  bool isNewer = isFinal(stated) && !isFinal(state.claimedStatus);
  if (isFinal(stated) == isFinal(state.claimedStatus)) isNewer = stated > state.claimedStatus;
  if (report.cumQty != state.claimedCumQty) isNewer = report.cumQty > state.claimedCumQty;
  if (isBust != wasBust) isNewer = isBust;
  if (report.transactTime != state.claimTime) isNewer = report.transactTime > state.claimTime;
  if (!isNewer) return;
  state.claimTime = report.transactTime;
  state.claimedCumQty = report.cumQty;
  state.claimedStatus = stated;
  state.facts = static_cast<std::uint8_t>(isBust ? state.facts | kBustClaim
                                                 : state.facts & ~unsigned{kBustClaim});
}

void closeRequest(OrderState& state, const ReportContext& context) noexcept {
  if (!context.isOpen) return;
  auto& pending =
      context.answered == RequestKind::Cancel ? state.pendingCancels : state.pendingReplaces;
  if (pending > 0) --pending;
  if (context.wasUnknown && state.unknownRequests > 0) --state.unknownRequests;
}

/// OrderCancelReject, or its equivalent as an ExecutionReport: the request failed.
OrderState refuseRequest(OrderState state, const ExecutionReport& report,
                         const ReportContext& context) noexcept {
  // A duplicate must not raise a doubt that has been settled since.
  if (!context.isOpen) return state;
  closeRequest(state, context);
  state.reason = report.reason;
  if (report.reason == OrdRejReason::UnknownOrder ||
      report.reason == OrdRejReason::TooLateToEnter) {
    state.doubtTime = std::max(state.doubtTime, report.transactTime);
  }
  return state;
}

void takeFacts(OrderState& state, const ExecutionReport& report, OrdStatus stated) noexcept {
  unsigned facts = state.facts;
  if (stated == OrdStatus::Canceled) facts |= kCanceled;
  if (stated == OrdStatus::Expired) facts |= kExpired;
  if (stated == OrdStatus::Rejected) facts |= kRejected;
  if (report.execType == ExecType::Triggered) facts |= kTriggered;
  if (stated != OrdStatus::PendingNew && stated != OrdStatus::Rejected) facts |= kAcknowledged;
  facts &= ~unsigned{kNewUnknown};
  state.facts = static_cast<std::uint8_t>(facts);
  if (isFinal(stated) && report.reason != OrdRejReason::None) state.reason = report.reason;
}

void noteAnomalies(OrderState& state, const OrderState& before, const ExecutionReport& report,
                   const ReportContext& context) noexcept {
  unsigned anomalies = state.anomalies & ~unsigned{kMissingFills | kOverfill};
  const unsigned facts = before.facts;
  if (context.qtyDelta > 0 && (facts & (kCanceled | kExpired)) != 0) anomalies |= kFillAfterCancel;
  if (context.qtyDelta > 0 && (facts & kRejected) != 0) anomalies |= kFillAfterReject;
  if (takesBack(report)) anomalies |= kBusted;
  const bool wasCanceled = (facts & kCanceled) == 0 && (state.facts & kCanceled) != 0;
  if (report.isUnsolicited || (wasCanceled && before.pendingCancels == 0))
    anomalies |= kUnsolicited;
  if (state.cumQty > state.orderQty) anomalies |= kOverfill;
  if (missingQty(state) > 0) anomalies |= kMissingFills;
  state.anomalies = static_cast<std::uint16_t>(anomalies);
}

}  // namespace

OrderState transition(OrderState state, const ExecutionReport& report,
                      const ReportContext& context) noexcept {
  const bool isRequest = context.answered != RequestKind::New;
  if (report.isCancelReject || (isRequest && report.execType == ExecType::Rejected)) {
    return refuseRequest(state, report, context);
  }
  const bool isPendingReport =
      report.execType == ExecType::PendingCancel || report.execType == ExecType::PendingReplace;
  if (isPendingReport && isRequest) {
    // The venue has the request: pending, and no longer unknown.
    if (context.isOpen && context.wasUnknown) --state.unknownRequests;
    takeFacts(state, report, OrdStatus::None);
    return state;
  }
  const OrdStatus stated = statedStatus(report);
  if (stated == OrdStatus::Rejected && report.reason == OrdRejReason::DuplicateOrder) {
    // The venue has an order of this id: not this order's end, but what became of it is open.
    if ((state.facts & kAcknowledged) == 0) {
      state.facts = static_cast<std::uint8_t>(state.facts | kNewUnknown);
    }
    return state;
  }
  const OrderState before = state;
  if (context.answered == RequestKind::Replace || report.execType == ExecType::Canceled) {
    closeRequest(state, context);
  }
  state.cumQty += context.qtyDelta;
  if (context.replacedQty > 0 &&
      (report.execType != ExecType::Replaced || report.transactTime >= state.termsTime)) {
    state.orderQty = context.replacedQty;
    if (report.execType == ExecType::Replaced) state.termsTime = report.transactTime;
  }
  if (report.execType == ExecType::Restated && report.leavesQty > 0 &&
      report.transactTime > state.termsTime) {
    state.orderQty = report.cumQty + report.leavesQty;
    state.termsTime = report.transactTime;
  }
  takeFacts(state, report, stated);
  // The answer to a query says what is so at this moment.
  if (report.execType == ExecType::OrderStatus) state.doubtTime = OrderState::kNever;
  takeClaim(state, report, stated);
  noteAnomalies(state, before, report, context);
  return state;
}

bool isClosed(const OrderState& state) noexcept {
  // A replace on its way may have raised the quantity of an order that seems filled.
  return isEnded(state) || (isFull(state) && state.pendingReplaces == 0);
}

OrdStatus ordStatus(const OrderState& state) noexcept {
  if ((state.facts & (kCanceled | kExpired)) != 0) {
    if (isFull(state) || state.claimedStatus == OrdStatus::Filled) return OrdStatus::Filled;
    return (state.facts & kCanceled) != 0 ? OrdStatus::Canceled : OrdStatus::Expired;
  }
  if (state.claimedStatus == OrdStatus::Filled) return OrdStatus::Filled;
  if (isRejected(state)) return OrdStatus::Rejected;
  const bool isUnknown =
      (state.facts & kNewUnknown) != 0 || state.unknownRequests > 0 || isDoubted(state);
  if (isUnknown && !isClosed(state)) return OrdStatus::Unknown;
  if (state.pendingCancels > 0 || state.claimedStatus == OrdStatus::PendingCancel) {
    return OrdStatus::PendingCancel;
  }
  if (state.pendingReplaces > 0 || state.claimedStatus == OrdStatus::PendingReplace) {
    return OrdStatus::PendingReplace;
  }
  if (state.claimedStatus == OrdStatus::DoneForDay) return OrdStatus::DoneForDay;
  if (isFull(state)) return OrdStatus::Filled;
  if (state.claimedStatus == OrdStatus::Stopped) return OrdStatus::Stopped;
  if (state.claimedStatus == OrdStatus::Suspended) return OrdStatus::Suspended;
  if (state.cumQty > 0 || state.claimedCumQty > 0) return OrdStatus::PartiallyFilled;
  return (state.facts & kAcknowledged) != 0 ? OrdStatus::New : OrdStatus::PendingNew;
}

}  // namespace hft::order
