// The part of SimulatedExchange that turns what happened into execution
// reports.
#include <algorithm>

#include "native/sim/exchange/exchange_state.hpp"

namespace hft::sim {

using event::ExecutionReport;
using event::LiquidityInd;
using event::OrdRejReason;
using order::kNoRecord;
using order::RequestKind;

void SimulatedExchange::State::send(ExecutionReport told) {
  if (commandDue < 0) {
    // The reports of one command travel together.
    commandDue = now + drawLatency(options.latency.response, now, random);
  }
  told.venue = options.venue;
  if (told.execID == 0) told.execID = ++execIDs;
  if (told.transactTime == 0) told.transactTime = now;
  told.receiveTime = std::max(commandDue, reports.newestDue());
  reports.push(told, told.receiveTime);
}

ExecutionReport SimulatedExchange::State::describe(const LedgerOrder& order) const noexcept {
  ExecutionReport told;
  told.clOrdID = order.request.clOrdID;
  told.orderID = order.orderID;
  told.instrument = order.request.instrument;
  told.venue = options.venue;
  told.feeCurrency = markets[order.request.instrument].terms.feeCurrency;
  told.side = order.request.side;
  told.ordStatus = order.ordStatus;
  told.cumQty = order.cumQty;
  told.leavesQty = order.leavesQty;
  told.reason = order.reason;
  return told;
}

ExecutionReport SimulatedExchange::State::retell(const LedgerOrder& order,
                                                 const LedgerExecution& execution) const noexcept {
  ExecutionReport told = describe(order);
  told.clOrdID = execution.clOrdID;
  told.execID = execution.execID;
  told.execType = ExecType::Trade;
  told.ordStatus = execution.ordStatus;
  told.lastQty = execution.lastQty;
  told.lastPx = execution.lastPx;
  told.cumQty = execution.cumQty;
  told.leavesQty = execution.leavesQty;
  told.fee = execution.fee;
  told.liquidity = execution.liquidity;
  told.transactTime = execution.transactTime;
  told.reason = OrdRejReason::None;
  return told;
}

/// Reports what the market of `instrument` has done.
void SimulatedExchange::State::finishCommand(InstrumentId instrument) {
  Market& place = markets[instrument];
  if (place.engine) {
    report(place.engine->events(), instrument);
    place.engine->clearEvents();
  } else {
    report(place.recorded->events(), instrument);
    place.recorded->clearEvents();
  }
}

void SimulatedExchange::State::report(std::span<const MatchEvent> events, InstrumentId instrument) {
  if (command.kind == RequestKind::New && command.order == kNoRecord) commandDue = -1;
  for (const MatchEvent& each : events) {
    if (each.kind == MatchKind::Trade) {
      if (isOurs(each.order)) reportTrade(each, instrument, false);
      if (isOurs(each.other)) reportTrade(each, instrument, true);
    } else if (isOurs(each.order)) {
      reportOurs(each, instrument);
    }
    if (options.mode == ExchangeMode::Synthetic) dropForeign(each, instrument);
  }
}

/// Forgets the ids of others' orders that are gone.
void SimulatedExchange::State::dropForeign(const MatchEvent& event, InstrumentId instrument) {
  const bool isEnd = event.kind == MatchKind::Canceled || event.kind == MatchKind::Expired ||
                     ((event.kind == MatchKind::Trade || event.kind == MatchKind::Decremented) &&
                      event.leaves == 0);
  if (isEnd && event.order >= kForeign) foreign.erase(instrument, event.order - kForeign);
  if (event.kind == MatchKind::Trade && event.otherLeaves == 0 && event.other >= kForeign) {
    foreign.erase(instrument, event.other - kForeign);
  }
}

void SimulatedExchange::State::reportOurs(const MatchEvent& event, InstrumentId /*instrument*/) {
  const auto index = static_cast<std::uint32_t>(event.order - 1);
  LedgerOrder& order = ledger[index];
  ExecutionReport told = describe(order);
  switch (event.kind) {
    case MatchKind::Accepted:
      told.execType = ExecType::New;
      send(told);
      if (event.qty < order.leavesQty)
        reportRestated(index, order.leavesQty - event.qty, OrdRejReason::ReduceOnlyIncrease);
      return;
    case MatchKind::Rejected:
      order.ordStatus = OrdStatus::Rejected;
      order.reason = event.reason;
      ledger.close(index);
      told = describe(order);
      told.execType = ExecType::Rejected;
      return send(told);
    case MatchKind::Canceled:
    case MatchKind::Expired:
      return reportEnd(event);
    case MatchKind::Replaced:
      order.leavesQty = order.request.orderQty - order.cumQty;
      told.origClOrdID = replacedID;
      told.leavesQty = order.leavesQty;
      told.execType = ExecType::Replaced;
      return send(told);
    case MatchKind::ReplaceRejected:
    case MatchKind::CancelRejected:
      told.clOrdID = command.clOrdID;
      told.origClOrdID = order.request.clOrdID;
      told.execType = ExecType::Rejected;
      told.isCancelReject = true;
      told.reason = event.reason;
      return send(told);
    case MatchKind::Triggered:
      told.execType = ExecType::Triggered;
      return send(told);
    case MatchKind::Decremented:
      return reportRestated(index, event.qty, event.reason);
    default:
      return;
  }
}

/// Tells that the exchange has cut `less` lots off an order.
void SimulatedExchange::State::reportRestated(std::uint32_t index, Qty less, OrdRejReason reason) {
  LedgerOrder& order = ledger[index];
  order.request.orderQty -= less;
  order.leavesQty -= less;
  const bool isGone = order.leavesQty <= 0;
  if (isGone) {
    order.ordStatus = OrdStatus::Canceled;
    order.reason = reason;
    ledger.close(index);
  }
  ExecutionReport told = describe(order);
  told.execType = isGone ? ExecType::Canceled : ExecType::Restated;
  told.reason = reason;
  told.isUnsolicited = true;
  send(told);
}

void SimulatedExchange::State::reportEnd(const MatchEvent& event) {
  const auto index = static_cast<std::uint32_t>(event.order - 1);
  LedgerOrder& order = ledger[index];
  const bool isExpired = event.kind == MatchKind::Expired;
  const bool isAsked = !isExpired && event.reason == OrdRejReason::None;
  const bool isCanceled = isAsked && command.kind == RequestKind::Cancel && command.order == index;
  order.ordStatus = isExpired ? OrdStatus::Expired : OrdStatus::Canceled;
  order.reason =
      isAsked && command.kind == RequestKind::CancelAll ? OrdRejReason::Killed : event.reason;
  ledger.close(index);
  ExecutionReport told = describe(order);
  told.execType = isExpired ? ExecType::Expired : ExecType::Canceled;
  if (isCanceled) {
    told.origClOrdID = order.request.clOrdID;
    told.clOrdID = command.clOrdID;
  }
  // Nothing was open to trade with: that is what an immediate order asks for.
  told.isUnsolicited = isExpired || (!isAsked && event.reason != OrdRejReason::MinimumQty);
  send(told);
}

void SimulatedExchange::State::reportTrade(const MatchEvent& event, InstrumentId instrument,
                                           bool isMaker) {
  const auto index = static_cast<std::uint32_t>((isMaker ? event.other : event.order) - 1);
  LedgerOrder& order = ledger[index];
  const Side side = order.request.side;
  const std::uint16_t account = order.request.account;
  const Qty leaves = isMaker ? event.otherLeaves : event.leaves;
  order.cumQty += event.qty;
  order.leavesQty = leaves;
  positions[account * markets.size() + instrument] += side == Side::Buy ? event.qty : -event.qty;
  const bool isFilled = leaves == 0 && order.cumQty >= order.request.orderQty;
  order.ordStatus = isFilled ? OrdStatus::Filled : OrdStatus::PartiallyFilled;
  ExecutionReport told = describe(order);
  told.execType = ExecType::Trade;
  told.lastQty = event.qty;
  told.lastPx = event.price;
  told.liquidity =
      isMaker && event.liquidity != LiquidityInd::Auction ? LiquidityInd::Added : event.liquidity;
  told.fee = meters[account].charge(options.fees, markets[instrument].terms, event.qty, event.price,
                                    told.liquidity == LiquidityInd::Added, now);
  told.execID = ++execIDs;
  told.transactTime = now;
  ledger.addExecution(index, {.clOrdID = told.clOrdID,
                              .execID = told.execID,
                              .lastQty = told.lastQty,
                              .lastPx = told.lastPx,
                              .cumQty = told.cumQty,
                              .leavesQty = told.leavesQty,
                              .fee = told.fee,
                              .transactTime = told.transactTime,
                              .ordStatus = told.ordStatus,
                              .liquidity = told.liquidity});
  send(told);
  if (leaves > 0) return;
  if (!isFilled) {
    // Reduce-only cut it when it triggered: what was cut is canceled.
    order.ordStatus = OrdStatus::Canceled;
    order.reason = OrdRejReason::ReduceOnlyIncrease;
  }
  ledger.close(index);
  if (isFilled) return;
  told = describe(order);
  told.execType = ExecType::Canceled;
  told.isUnsolicited = true;
  send(told);
}

}  // namespace hft::sim
