// The part of the order table that takes execution reports.
#include <algorithm>

#include "native/order/order_table.hpp"

namespace hft::order {
namespace {

using event::ExecutionReport;

bool isExecution(ExecType type) noexcept {
  return type == ExecType::Trade || type == ExecType::TradeCorrect || type == ExecType::TradeCancel;
}

}  // namespace

OrderTable::Found OrderTable::locate(const ExecutionReport& report) const noexcept {
  if (report.clOrdID != event::kNoOrder) {
    const Found found = locate(report.clOrdID);
    if (found.order != kNoRecord) return found;
  }
  if (report.origClOrdID != event::kNoOrder) {
    // A request of somebody else about our order, or one that is forgotten: about the order.
    const OrderIndex order = find(report.origClOrdID);
    if (order != kNoRecord) return {order, kNoRecord};
  }
  if (report.orderID == 0) return {};
  return {findByOrderID(report.venue, report.orderID), kNoRecord};
}

bool OrderTable::isSound(const ExecutionReport& report, const Order& order) const noexcept {
  // Half the range: sums of quantities stay within int64.
  constexpr Qty kQtyMax = Qty{1} << 61;
  if (report.cumQty < 0 || report.leavesQty < 0 || report.cumQty > kQtyMax ||
      report.leavesQty > kQtyMax) {
    return false;
  }
  if (!isExecution(report.execType)) return true;
  if (report.execType == ExecType::TradeCancel) return report.execRefID != 0;
  if (report.execType == ExecType::TradeCorrect &&
      (report.execRefID == 0 || report.execRefID == report.execID)) {
    return false;
  }
  return report.execID != 0 && report.lastQty > 0 && report.lastQty <= kQtyMax &&
         order.state.cumQty <= kQtyMax;
}

ReportOutcome OrderTable::apply(const ExecutionReport& report) noexcept {
  ReportOutcome outcome;
  const Found found = locate(report);
  if (found.order == kNoRecord) {
    if (report.venue < windows_.size() && windows_[report.venue].contains(report.execID)) {
      outcome.verdict = ReportVerdict::Duplicate;
    }
    return outcome;
  }
  Order& order = orders_[found.order];
  outcome.order = found.order;
  outcome.before = outcome.after = order.ordStatus();
  if (report.venue != order.request.venue ||
      (report.instrument != kNoInstrument && report.instrument != order.request.instrument) ||
      (report.side != Side::None && report.side != order.request.side)) {
    outcome.verdict = ReportVerdict::Mismatch;
    return outcome;
  }
  if (!isSound(report, order)) {
    outcome.verdict = ReportVerdict::BadReport;
    return outcome;
  }
  outcome.verdict = ReportVerdict::Applied;
  if (isExecution(report.execType) && !report.isCancelReject) {
    applyExecution(report, outcome);
    if (outcome.verdict == ReportVerdict::CapacityExceeded) return outcome;
  }
  ReportContext context;
  for (const FillDelta& delta : outcome.fills()) context.qtyDelta += delta.qty;
  const std::uint16_t anomalies = order.state.anomalies;
  answer(report, order, found, context);
  order.state = transition(order.state, report, context);
  if (report.execType == ExecType::OrderStatus) resolveUnknowns(order, report);
  learnOrderID(found.order, report);
  refreshWorking(found.order);
  outcome.after = order.ordStatus();
  outcome.newAnomalies = static_cast<std::uint16_t>(order.state.anomalies & ~unsigned{anomalies});
  return outcome;
}

void OrderTable::answer(const ExecutionReport& report, Order& order, Found found,
                        ReportContext& context) noexcept {
  if (found.request == kNoRecord) {
    // ClOrdIDs grow: one within the chain that is not known any more is an old one of it.
    const bool isOld = report.clOrdID > order.firstClOrdID() && report.clOrdID < order.clOrdID() &&
                       find(report.clOrdID) == kNoRecord;
    if (isOld) return;
    // A replace that nobody asked for: the venue's words are all there is.
    if (report.execType == ExecType::Replaced && report.leavesQty > 0) {
      context.replacedQty = report.cumQty + report.leavesQty;
    }
    return;
  }
  Request& request = requests_[found.request];
  context.answered = request.kind;
  context.isOpen = request.isOpen();
  context.wasUnknown = request.state == RequestState::Unknown;
  if (report.isCancelReject || report.execType == ExecType::Rejected) {
    if (context.isOpen) request.state = RequestState::Refused;
    return;
  }
  if (report.execType == ExecType::PendingCancel || report.execType == ExecType::PendingReplace) {
    if (context.wasUnknown) request.state = RequestState::Pending;
    return;
  }
  if (request.kind == RequestKind::Replace && report.execType != ExecType::Canceled) {
    // Whatever happens under a replace's own id happens after the replace.
    if (context.isOpen || report.execType == ExecType::Replaced) {
      confirmReplace(order, request, report, context);
    }
  } else if (report.execType == ExecType::Canceled && context.isOpen) {
    request.state =
        request.kind == RequestKind::Cancel ? RequestState::Confirmed : RequestState::Refused;
  }
}

void OrderTable::confirmReplace(Order& order, Request& request, const ExecutionReport& report,
                                ReportContext& context) noexcept {
  request.state = RequestState::Confirmed;
  // ClOrdIDs grow: a replace that a later one has overtaken changes nothing any more.
  if (request.clOrdID < order.clOrdID()) return;
  const Qty stated = report.leavesQty > 0 ? report.cumQty + report.leavesQty : 0;
  // A replace to less than is executed is amended to that. Source: FIX 4.4 appendix D, D12.
  context.replacedQty = stated > 0 ? stated : std::max(request.orderQty, report.cumQty);
  if (stated > request.orderQty) {
    order.state.anomalies = static_cast<std::uint16_t>(order.state.anomalies | kLeavesExceedIntent);
  }
  order.request.origClOrdID = request.clOrdID;
  order.request.orderQty = request.orderQty;
  order.request.price = request.price;
  order.request.stopPx = request.stopPx;
}

void OrderTable::resolveUnknowns(Order& order, const ExecutionReport& report) noexcept {
  for (std::uint32_t at = order.firstRequest; at != kNoRecord; at = requests_[at].next) {
    Request& request = requests_[at];
    if (request.state != RequestState::Unknown) continue;
    // The venue answers for the order as it was before this request: it has had no effect.
    if (report.ordStatus == OrdStatus::PendingCancel ||
        report.ordStatus == OrdStatus::PendingReplace) {
      request.state = RequestState::Pending;
    } else {
      request.state = RequestState::Refused;
      OrderState& state = order.state;
      --(request.kind == RequestKind::Cancel ? state.pendingCancels : state.pendingReplaces);
    }
    --order.state.unknownRequests;
  }
}

void OrderTable::learnOrderID(OrderIndex index, const ExecutionReport& report) noexcept {
  Order& order = orders_[index];
  if (report.orderID == 0 || report.orderID == order.orderID) return;
  if (order.orderID == 0) {
    order.orderID = report.orderID;
    orderIDs_.put(report.venue, report.orderID, index);
    return;
  }
  if (findByOrderID(report.venue, report.orderID) != index) {
    if (report.execType == ExecType::New && report.clOrdID == order.clOrdID()) {
      order.state.anomalies = static_cast<std::uint16_t>(order.state.anomalies | kSecondVenueOrder);
    }
    // Cancels must find room: a venue that keeps on inventing ids gets no more of it.
    if (requests_.available() <= requests_.capacity() / 4) return;
    const std::uint32_t at = requests_.take();
    Request& alias = requests_[at];
    alias.kind = RequestKind::CancelAll;
    alias.state = RequestState::Confirmed;
    alias.clOrdID = report.orderID;
    alias.order = index;
    prepend(order, at);
    orderIDs_.put(report.venue, report.orderID, index);
  }
}

std::uint32_t OrderTable::execution(OrderIndex index, std::uint64_t execID) noexcept {
  std::uint32_t at = execIDs_.find(index, execID);
  if (at != IdIndex::kNone) return at;
  while ((at = executions_.take()) == kNoRecord) {
    if (!forgetOldest(index)) return kNoRecord;
  }
  Execution& entry = executions_[at];
  entry.execID = execID;
  entry.order = index;
  entry.next = orders_[index].firstExecution;
  orders_[index].firstExecution = at;
  execIDs_.put(index, execID, at);
  return at;
}

void OrderTable::applyExecution(const ExecutionReport& report, ReportOutcome& outcome) noexcept {
  const OrderIndex index = outcome.order;
  const bool refers = report.execType != ExecType::Trade;
  const std::uint32_t referred = refers ? execution(index, report.execRefID) : kNoRecord;
  const bool brings = report.execType != ExecType::TradeCancel;
  const std::uint32_t at = brings ? execution(index, report.execID) : kNoRecord;
  if ((refers && referred == kNoRecord) || (brings && at == kNoRecord)) {
    outcome.verdict = ReportVerdict::CapacityExceeded;
    return;
  }
  if (!brings) {
    // A bust of a corrected execution takes what stands in its place.
    const bool isKnown = executions_[referred].isDead;
    std::uint32_t bust = referred;
    for (int links = 0; bust != kNoRecord && links < 64; ++links) {
      takeBack(bust, outcome);
      bust = executions_[bust].corrector;
    }
    if (isKnown && outcome.deltaCount == 0) outcome.verdict = ReportVerdict::Duplicate;
    return;
  }
  Execution& entry = executions_[at];
  if (entry.hasArrived) {
    outcome.verdict = ReportVerdict::Duplicate;
    return;
  }
  entry.qty = report.lastQty;
  entry.price = report.lastPx;
  entry.fee = report.fee;
  entry.feeCurrency = report.feeCurrency;
  entry.transactTime = report.transactTime;
  entry.hasArrived = true;
  if (refers) correct(referred, at, outcome);
  if (!entry.isDead) count(entry, 1, outcome);
}

void OrderTable::correct(std::uint32_t corrected, std::uint32_t at,
                         ReportOutcome& outcome) noexcept {
  Execution& original = executions_[corrected];
  Execution& correction = executions_[at];
  if (original.corrector == kNoRecord) {
    // A bust has been here before the correction that it followed.
    if (original.isDead) correction.isDead = true;
    takeBack(corrected, outcome);
    original.corrector = at;
    return;
  }
  const Execution& rival = executions_[original.corrector];
  const bool isLater = correction.transactTime != rival.transactTime
                           ? correction.transactTime > rival.transactTime
                           : correction.execID > rival.execID;
  if (!isLater) {
    correction.isDead = true;
    return;
  }
  takeBack(original.corrector, outcome);
  original.corrector = at;
}

void OrderTable::takeBack(std::uint32_t at, ReportOutcome& outcome) noexcept {
  Execution& entry = executions_[at];
  if (entry.counts()) count(entry, -1, outcome);
  entry.isDead = true;
}

void OrderTable::count(const Execution& entry, int sign, ReportOutcome& outcome) noexcept {
  orders_[outcome.order].notional += static_cast<__int128>(entry.qty) * entry.price * sign;
  HFT_CHECK(outcome.deltaCount < outcome.deltas.size());
  outcome.deltas[outcome.deltaCount++] = {entry.execID, entry.qty * sign, entry.price,
                                          entry.fee * sign, entry.feeCurrency};
}

}  // namespace hft::order
