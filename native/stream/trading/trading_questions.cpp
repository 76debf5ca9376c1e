// What the core does not know: ambiguous answers, silence, executions that never came, and the
// comparison with what a venue has.
#include <algorithm>

#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::ExecutionReport;
using event::JournalStamp;
using event::OrdRejReason;
using order::OrderIndex;
using order::OrderRequest;
using order::RequestKind;
using order::RequestState;

void TradingCore::onAmbiguous(ClOrdID clOrdID, JournalStamp now) noexcept {
  const OrderIndex index = orders_.find(clOrdID);
  if (index == order::kNoRecord) return;
  ExecutionReport report;
  report.clOrdID = clOrdID;
  report.venue = orders_[index].request.venue;
  report.execType = ExecType::OrderStatus;
  report.ordStatus = OrdStatus::Unknown;
  report.receiveTime = now.realtime;
  onReport(report, now);
  askFor(index);
}

void TradingCore::onAbsent(ClOrdID clOrdID, OrdRejReason reason, JournalStamp now) noexcept {
  ExecutionReport report;
  report.clOrdID = clOrdID;
  report.execType = ExecType::OrderStatus;
  report.ordStatus = OrdStatus::None;
  report.reason = reason == OrdRejReason::None ? OrdRejReason::UnknownOrder : reason;
  report.receiveTime = now.realtime;
  onReport(report, now);
}

bool TradingCore::isInQuestion(OrderIndex index) const noexcept {
  const order::OrderState& state = orders_[index].state;
  return order::missingQty(state) > 0 || order::ordStatus(state) == OrdStatus::Unknown;
}

void TradingCore::askFor(OrderIndex index) noexcept {
  const order::Order& order = orders_[index];
  if (!canSend(order.request.venue)) {
    questions_.add(index);
    return;
  }
  OrderRequest request = order.request;
  request.kind = RequestKind::Status;
  request.clOrdID = order.firstClOrdID();
  request.origClOrdID = order.clOrdID();
  ports_[request.venue].send(ports_[request.venue].context, request);
}

void TradingCore::askAgain(JournalStamp now) noexcept {
  lastAsk_ = now.monotonic;
  questions_.keepIf([&](OrderIndex index) {
    const bool isOpen = isInQuestion(index);
    if (isOpen) askFor(index);
    return isOpen;
  });
}

bool TradingCore::isUnanswered(OrderIndex index, ClOrdID clOrdID) const noexcept {
  const order::Order& order = orders_[index];
  if (order.firstClOrdID() == clOrdID) {
    return (order.state.facts & (order::kAcknowledged | order::kNewUnknown)) == 0 &&
           order.state.claimedStatus == OrdStatus::None && !order::isClosed(order.state);
  }
  for (const order::Request* request = orders_.firstRequest(index); request != nullptr;
       request = orders_.nextRequest(*request)) {
    if (request->clOrdID == clOrdID && request->kind != RequestKind::CancelAll) {
      return request->state == RequestState::Pending;
    }
  }
  return false;
}

void TradingCore::findUnanswered(JournalStamp now) noexcept {
  for (ClOrdID id = answers_.takeDue(now.monotonic); id != event::kNoOrder;
       id = answers_.takeDue(now.monotonic)) {
    const OrderIndex index = orders_.find(id);
    // Silence is an ambiguous answer: Unknown until the venue says what became of it.
    if (index != order::kNoRecord && isUnanswered(index, id)) onAmbiguous(id, now);
  }
}

Reconciliation TradingCore::reconcile(std::uint16_t venue, std::span<const ExecutionReport> open,
                                      JournalStamp now) noexcept {
  Reconciliation found;
  std::vector<OrderIndex> listed;
  for (const ExecutionReport& report : open) {
    const OrderIndex index = orders_.find(report.clOrdID);
    if (index == order::kNoRecord) {
      ++found.foreign;
    } else {
      const order::Order& order = orders_[index];
      const bool isEqual = order.isWorking() && order.state.cumQty == report.cumQty &&
                           order.leavesQty() == report.leavesQty;
      ++(isEqual ? found.matched : found.differing);
      listed.push_back(index);
    }
    onReport(report, now);
  }
  std::ranges::sort(listed);
  for (OrderIndex at = orders_.firstWorking(order::Scope::Venue, venue); at != order::kNoRecord;) {
    const OrderIndex next = orders_.nextWorking(order::Scope::Venue, at);
    if (!std::ranges::binary_search(listed, at)) {
      // It has ended there, or never came: only the venue's answer about it says which.
      ++found.absent;
      askFor(at);
    }
    at = next;
  }
  return found;
}

}  // namespace hft::stream
