// The part of SimulatedExchange that takes our requests when they arrive.
#include <algorithm>

#include "native/sim/exchange/exchange_state.hpp"

namespace hft::sim {

using event::ExecutionReport;
using event::OrdRejReason;
using order::kNoRecord;
using order::OrderRequest;
using order::RequestKind;

void SimulatedExchange::State::advanceTo(Nanos time) {
  const auto isLater = [](const Expiry& a, const Expiry& b) { return a.time > b.time; };
  for (;;) {
    const bool hasExpiry = !expiries.empty() && expiries.front().time <= time;
    const bool hasRequest = !requests.isEmpty() && requests.due() <= time;
    if (!hasExpiry && !hasRequest) break;
    // What is good till a time is not there for a request that arrives at it.
    if (hasExpiry && (!hasRequest || expiries.front().time <= requests.due())) {
      const Expiry due = expiries.front();
      std::ranges::pop_heap(expiries, isLater);
      expiries.pop_back();
      now = std::max(now, due.time);
      Market& place = markets[due.instrument];
      if (place.engine) place.engine->advance(now);
      if (place.recorded) place.recorded->advance(now);
      finishCommand(due.instrument);
      continue;
    }
    now = std::max(now, requests.due());
    const OrderRequest request = requests.front();
    requests.pop();
    arrive(request);
  }
  now = std::max(now, time);
}

void SimulatedExchange::State::rememberExpiry(Nanos time, InstrumentId instrument) {
  const auto isLater = [](const Expiry& a, const Expiry& b) { return a.time > b.time; };
  expiries.push_back({time, instrument});
  std::ranges::push_heap(expiries, isLater);
}

std::uint32_t SimulatedExchange::State::ownerOf(const OrderRequest& request) const noexcept {
  return request.owner != 0 ? request.owner : std::uint32_t{request.account} + 1;
}

void SimulatedExchange::State::arrive(const OrderRequest& request) {
  command = {.kind = request.kind, .clOrdID = request.clOrdID, .order = kNoRecord};
  commandDue = -1;
  switch (request.kind) {
    case RequestKind::New:
      arriveNew(request);
      break;
    case RequestKind::Cancel:
      arriveCancel(request);
      break;
    case RequestKind::Replace:
      arriveReplace(request);
      break;
    case RequestKind::CancelAll:
      arriveCancelAll(request);
      break;
    case RequestKind::Status:
      arriveStatus(request);
      break;
  }
  command = {};
}

void SimulatedExchange::State::refuse(const OrderRequest& request, OrdRejReason reason) {
  ExecutionReport answer;
  answer.clOrdID = request.clOrdID;
  answer.origClOrdID = request.origClOrdID;
  answer.instrument = request.instrument;
  answer.side = request.side;
  answer.execType = ExecType::Rejected;
  answer.ordStatus = OrdStatus::Rejected;
  answer.reason = reason;
  send(answer);
}

void SimulatedExchange::State::refuseChange(const OrderRequest& request, std::uint32_t index,
                                            OrdRejReason reason) {
  ExecutionReport answer;
  if (index != kNoRecord) {
    answer = describe(ledger[index]);
  } else {
    answer.instrument = request.instrument;
    answer.ordStatus = OrdStatus::Rejected;
  }
  answer.clOrdID = request.clOrdID;
  answer.origClOrdID = request.origClOrdID;
  answer.execType = ExecType::Rejected;
  answer.isCancelReject = true;
  answer.reason = reason;
  send(answer);
}

void SimulatedExchange::State::arriveNew(const OrderRequest& request) {
  if (request.clOrdID == event::kNoOrder || ledger.find(request.clOrdID) != kNoRecord) {
    return refuse(request, OrdRejReason::DuplicateOrder);
  }
  if (request.instrument >= markets.size() || !markets[request.instrument].isListed()) {
    return refuse(request, OrdRejReason::UnknownSymbol);
  }
  if (request.account >= meters.size()) return refuse(request, OrdRejReason::BrokerOption);
  const std::uint32_t index = ledger.open(request, ++orderIDs);
  if (index == kNoRecord) return refuse(request, OrdRejReason::Capacity);
  command.order = index;
  OrderRequest ours = request;
  ours.clOrdID = index + 1;
  ours.owner = ownerOf(request);
  Market& place = markets[request.instrument];
  OrderSlot slot = kNoSlot;
  if (place.engine) {
    place.engine->advance(now);
    slot = place.engine->submit(ours);
  } else {
    place.recorded->advance(now);
    slot = place.recorded->submit(ours, now);
  }
  ledger[index].slot = slot;
  if (slot != kNoSlot && request.timeInForce == TimeInForce::GoodTillDate) {
    rememberExpiry(request.expireTime, request.instrument);
  }
  finishCommand(request.instrument);
}

void SimulatedExchange::State::arriveCancel(const OrderRequest& request) {
  const std::uint32_t index = ledger.find(request.origClOrdID);
  if (index == kNoRecord) return refuseChange(request, kNoRecord, OrdRejReason::UnknownOrder);
  LedgerOrder& order = ledger[index];
  if (!order.isLive()) return refuseChange(request, index, OrdRejReason::TooLateToEnter);
  command.order = index;
  const InstrumentId instrument = order.request.instrument;
  Market& place = markets[instrument];
  if (place.engine) {
    (void)place.engine->cancel(order.slot, index + 1);
  } else {
    (void)place.recorded->cancel(order.slot, index + 1);
  }
  finishCommand(instrument);
}

void SimulatedExchange::State::arriveReplace(const OrderRequest& request) {
  const std::uint32_t index = ledger.find(request.origClOrdID);
  if (index == kNoRecord) return refuseChange(request, kNoRecord, OrdRejReason::UnknownOrder);
  LedgerOrder& order = ledger[index];
  if (!order.isLive()) return refuseChange(request, index, OrdRejReason::TooLateToEnter);
  if (request.clOrdID == event::kNoOrder || ledger.find(request.clOrdID) != kNoRecord) {
    return refuseChange(request, index, OrdRejReason::DuplicateOrder);
  }
  command.order = index;
  const InstrumentId instrument = order.request.instrument;
  Market& place = markets[instrument];
  OrderRequest ours = request;
  ours.clOrdID = index + 1;
  ours.origClOrdID = index + 1;
  const OrderRequest before = order.request;
  if (!ledger.rename(index, request.clOrdID)) {
    return refuseChange(request, index, OrdRejReason::Capacity);
  }
  replacedID = before.clOrdID;
  order.request.orderQty = request.orderQty;
  order.request.price = request.price;
  if (request.stopPx != 0) order.request.stopPx = request.stopPx;
  const OrderSlot slot = place.engine ? place.engine->replace(order.slot, ours)
                                      : place.recorded->replace(order.slot, ours);
  const auto events = place.engine ? place.engine->events() : place.recorded->events();
  if (!events.empty() && events.front().kind == MatchKind::ReplaceRejected) {
    ledger.unname(index);
    order.request = before;
  }
  order.slot = slot;
  finishCommand(instrument);
}

void SimulatedExchange::State::arriveCancelAll(const OrderRequest& request) {
  // By the engine's events each order leaves the list of live ones; the next is
  // read before.
  for (std::uint32_t at = ledger.firstLive(); at != kNoRecord;) {
    LedgerOrder& order = ledger[at];
    const std::uint32_t next = order.next;
    const InstrumentId instrument = order.request.instrument;
    const bool isMeant = order.request.account == request.account &&
                         (request.instrument == kNoInstrument || request.instrument == instrument);
    if (isMeant) {
      Market& place = markets[instrument];
      if (place.engine) {
        (void)place.engine->cancel(order.slot, at + 1);
      } else {
        (void)place.recorded->cancel(order.slot, at + 1);
      }
      finishCommand(instrument);
    }
    at = next;
  }
}

void SimulatedExchange::State::arriveStatus(const OrderRequest& request) {
  const std::uint32_t index = ledger.find(request.origClOrdID);
  if (index == kNoRecord) {
    ExecutionReport answer;
    answer.clOrdID = request.clOrdID;
    answer.origClOrdID = request.origClOrdID;
    answer.instrument = request.instrument;
    answer.execType = ExecType::OrderStatus;
    answer.ordStatus = OrdStatus::Rejected;
    answer.reason = OrdRejReason::UnknownOrder;
    return send(answer);
  }
  const LedgerOrder& order = ledger[index];
  for (std::uint32_t at = order.firstExecution; at != kNoRecord;) {
    const LedgerExecution& execution = ledger.execution(at);
    send(retell(order, execution));
    at = execution.next;
  }
  ExecutionReport state = describe(order);
  state.execType = ExecType::OrderStatus;
  state.origClOrdID = request.origClOrdID;
  send(state);
}

}  // namespace hft::sim
