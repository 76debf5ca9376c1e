#include "native/sim/plain/simulated_exchange.hpp"

#include <algorithm>

#include "native/core/check.hpp"

namespace hft::simulation {

using event::ClOrdID;
using event::ExecutionReport;
using event::LiquidityInd;
using event::OrdRejReason;
using order::OrderRequest;
using order::RequestKind;

SimulatedExchange::SimulatedExchange(const ExchangeOptions& options)
    : options_(options),
      latency_(options.latency),
      queue_(options.queue),
      fees_(options.fees),
      markets_(options.instrumentsMax),
      orders_(options.ordersMax),
      executions_(options.executionsMax),
      ids_(std::size_t{options.ordersMax} * 2),
      triggers_(options.ordersMax, options.instrumentsMax) {
  freeOrders_.reserve(options.ordersMax);
  for (std::uint32_t i = options.ordersMax; i > 0; --i) freeOrders_.push_back(i - 1);
  freeExecutions_.reserve(options.executionsMax);
  for (std::uint32_t i = options.executionsMax; i > 0; --i) freeExecutions_.push_back(i - 1);
}

SimulatedExchange::~SimulatedExchange() = default;

bool SimulatedExchange::addInstrument(InstrumentId instrument, std::int64_t numerator,
                                      std::int64_t denominator) {
  if (instrument >= markets_.size() || numerator <= 0 || denominator <= 0) return false;
  Market& market = markets_[instrument];
  market.isKnown = true;
  market.valueNumerator = numerator;
  market.valueDenominator = denominator;
  if (options_.mode == ExchangeMode::Synthetic) {
    MatchingConfig config;
    config.ordersMax = options_.ordersMax;
    if (market.engine == nullptr) market.engine = std::make_unique<MatchingEngine>(config);
  } else if (market.book == nullptr) {
    market.book = std::make_unique<book::L2Book>(book::L2Limits{.levelsMax = options_.levelsMax});
    for (auto& side : market.taken) side.reserve(256);
  }
  return true;
}

MatchingEngine* SimulatedExchange::engine(InstrumentId instrument) noexcept {
  return instrument < markets_.size() ? markets_[instrument].engine.get() : nullptr;
}

bool SimulatedExchange::onRequest(const OrderRequest& request, Nanos now) noexcept {
  // One connection: what leaves later never overtakes.
  lastArrival_ = std::max(lastArrival_, now + latency_.order(now));
  arrivals_.push_back({lastArrival_, request});
  return true;
}

Nanos SimulatedExchange::nextDue() const noexcept {
  const Nanos arrival = arrivals_.empty() ? kNever : arrivals_.front().time;
  const Nanos departure = departures_.empty() ? kNever : departures_.front().time;
  return std::min(arrival, departure);
}

void SimulatedExchange::advance(Nanos now) noexcept {
  while (!arrivals_.empty() && arrivals_.front().time <= now) {
    const Arrival arrival = arrivals_.front();
    arrivals_.pop_front();
    if (expiringCount_ > 0) expireDue(arrival.time);
    arrive(arrival.request, arrival.time);
  }
  if (expiringCount_ > 0) expireDue(now);
}

bool SimulatedExchange::poll(ExecutionReport& report, Nanos now) noexcept {
  if (departures_.empty() || departures_.front().time > now) return false;
  report = departures_.front().report;
  report.receiveTime = departures_.front().time;
  departures_.pop_front();
  return true;
}

void SimulatedExchange::respond(ExecutionReport report, Nanos now) noexcept {
  report.transactTime = now;
  lastDeparture_ = std::max(lastDeparture_, now + latency_.response(now));
  departures_.push_back({lastDeparture_, report});
}

std::uint32_t SimulatedExchange::find(ClOrdID clOrdID) const noexcept {
  return ids_.find(0, clOrdID);
}

SimulatedExchange::Truth SimulatedExchange::truthOf(const SimOrder& order) noexcept {
  return {order.status, order.request.orderQty, order.cumQty, order.request.side,
          order.request.instrument};
}

SimulatedExchange::Truth SimulatedExchange::truth(ClOrdID clOrdID) const noexcept {
  const std::uint32_t index = find(clOrdID);
  return index == order::IdIndex::kNone ? Truth{} : truthOf(orders_[index]);
}

ExecutionReport SimulatedExchange::reportOf(const SimOrder& order, ExecType type) const noexcept {
  ExecutionReport report;
  report.clOrdID = order.clOrdID;
  report.orderID = order.firstClOrdID;
  report.instrument = order.request.instrument;
  report.venue = options_.venue;
  report.side = order.request.side;
  report.execType = type;
  report.ordStatus = order.status;
  report.cumQty = order.cumQty;
  report.leavesQty = order.isWorking ? order.leaves : 0;
  return report;
}

void SimulatedExchange::forgetClosed() noexcept {
  const std::uint32_t index = closed_.front();
  closed_.pop_front();
  SimOrder& order = orders_[index];
  for (std::uint32_t at = order.firstExecution; at != kNone;) {
    const std::uint32_t next = executions_[at].next;
    freeExecutions_.push_back(at);
    at = next;
  }
  if (find(order.clOrdID) == index) ids_.erase(0, order.clOrdID);
  if (find(order.firstClOrdID) == index) ids_.erase(0, order.firstClOrdID);
  order = SimOrder{};
  freeOrders_.push_back(index);
}

std::uint32_t SimulatedExchange::newOrder(const OrderRequest& request) noexcept {
  while ((freeOrders_.empty() || freeExecutions_.empty()) && !closed_.empty()) forgetClosed();
  if (freeOrders_.empty() || freeExecutions_.empty()) return kNone;
  const std::uint32_t index = freeOrders_.back();
  freeOrders_.pop_back();
  SimOrder& order = orders_[index];
  order = SimOrder{};
  order.clOrdID = request.clOrdID;
  order.firstClOrdID = request.clOrdID;
  order.request = request;
  order.leaves = request.orderQty;
  ids_.put(0, request.clOrdID, index);
  return index;
}

void SimulatedExchange::close(SimOrder& order, OrdStatus status) noexcept {
  if (order.isWorking) {
    order.isWorking = false;
    --workingCount_;
    if (order.request.timeInForce == TimeInForce::GoodTillDate &&
        options_.mode == ExchangeMode::Recorded) {
      --expiringCount_;
    }
  }
  order.status = status;
  closed_.push_back(static_cast<std::uint32_t>(&order - orders_.data()));
}

void SimulatedExchange::arrive(const OrderRequest& request, Nanos now) noexcept {
  switch (request.kind) {
    case RequestKind::New:
      return enterOrder(request, now);
    case RequestKind::Cancel:
      return cancelOrder(request, now);
    case RequestKind::Replace:
      return replaceOrder(request, now);
    case RequestKind::Status:
      return answerStatus(request, now);
    case RequestKind::CancelAll:
      for (std::uint32_t i = 0; i < orders_.size(); ++i) {
        if (!orders_[i].isWorking) continue;
        OrderRequest cancel = request;
        cancel.origClOrdID = orders_[i].clOrdID;
        cancelOrder(cancel, now);
      }
      return;
  }
}

void SimulatedExchange::enterOrder(const OrderRequest& request, Nanos now) noexcept {
  ExecutionReport refused;
  refused.clOrdID = request.clOrdID;
  refused.instrument = request.instrument;
  refused.venue = options_.venue;
  refused.side = request.side;
  refused.execType = ExecType::Rejected;
  refused.ordStatus = OrdStatus::Rejected;
  if (request.instrument >= markets_.size() || !markets_[request.instrument].isKnown) {
    refused.reason = OrdRejReason::UnknownSymbol;
    return respond(refused, now);
  }
  // The same id twice is never a second order.
  if (find(request.clOrdID) != order::IdIndex::kNone) {
    refused.reason = OrdRejReason::DuplicateOrder;
    return respond(refused, now);
  }
  const std::uint32_t index = newOrder(request);
  if (index == kNone) {
    refused.reason = OrdRejReason::Capacity;
    return respond(refused, now);
  }
  orders_[index].entered = now;
  if (options_.mode == ExchangeMode::Synthetic) {
    enterSynthetic(index, now);
  } else {
    enterRecorded(index, now);
  }
}

void SimulatedExchange::rejectCancel(const OrderRequest& request, OrdRejReason reason,
                                     Nanos now) noexcept {
  ExecutionReport report;
  report.clOrdID = request.clOrdID;
  report.origClOrdID = request.origClOrdID;
  report.instrument = request.instrument;
  report.venue = options_.venue;
  report.side = request.side;
  report.execType = ExecType::Rejected;
  report.reason = reason;
  report.isCancelReject = true;
  const std::uint32_t index = find(request.origClOrdID);
  if (index != order::IdIndex::kNone) {
    report.ordStatus = orders_[index].status;
    report.cumQty = orders_[index].cumQty;
    report.leavesQty = orders_[index].isWorking ? orders_[index].leaves : 0;
    report.orderID = orders_[index].firstClOrdID;
  } else {
    report.ordStatus = OrdStatus::Rejected;
  }
  respond(report, now);
}

void SimulatedExchange::cancelOrder(const OrderRequest& request, Nanos now) noexcept {
  const std::uint32_t index = find(request.origClOrdID);
  if (index == order::IdIndex::kNone) return rejectCancel(request, OrdRejReason::UnknownOrder, now);
  SimOrder& order = orders_[index];
  if (!order.isWorking) return rejectCancel(request, OrdRejReason::TooLateToEnter, now);
  Market& market = markets_[order.request.instrument];
  if (market.engine != nullptr) {
    market.engine->advance(now);
    takeEvents(*market.engine, now);
    if (!order.isWorking || !market.engine->cancel(order.slot, index + 1)) {
      return rejectCancel(request, OrdRejReason::TooLateToEnter, now);
    }
  } else {
    (void)triggers_.cancel(order.firstClOrdID);
    unrest(index);
  }
  close(order, OrdStatus::Canceled);
  ExecutionReport report = reportOf(order, ExecType::Canceled);
  report.clOrdID = request.clOrdID;
  report.origClOrdID = request.origClOrdID;
  respond(report, now);
  // The order is closed by now: its own Canceled is passed over.
  if (market.engine != nullptr) takeEvents(*market.engine, now);
}

void SimulatedExchange::replaceOrder(const OrderRequest& request, Nanos now) noexcept {
  const std::uint32_t index = find(request.origClOrdID);
  if (index == order::IdIndex::kNone) return rejectCancel(request, OrdRejReason::UnknownOrder, now);
  SimOrder& order = orders_[index];
  if (!order.isWorking) return rejectCancel(request, OrdRejReason::TooLateToEnter, now);
  if (find(request.clOrdID) != order::IdIndex::kNone) {
    return rejectCancel(request, OrdRejReason::DuplicateOrder, now);
  }
  if (request.orderQty <= order.cumQty) return rejectCancel(request, OrdRejReason::InvalidQty, now);
  Market& market = markets_[order.request.instrument];
  const bool keepsPlace = request.price == order.request.price &&
                          request.stopPx == order.request.stopPx &&
                          request.orderQty <= order.request.orderQty;
  OrderSlot slot = order.slot;
  if (market.engine != nullptr) {
    market.engine->advance(now);
    takeEvents(*market.engine, now);
    if (!order.isWorking) return rejectCancel(request, OrdRejReason::TooLateToEnter, now);
    OrderRequest inner = request;
    inner.clOrdID = index + 1;
    inner.origClOrdID = index + 1;
    slot = market.engine->replace(order.slot, inner);
    for (const MatchEvent& event : market.engine->events()) {
      if (event.kind != MatchKind::ReplaceRejected) continue;
      market.engine->clearEvents();
      return rejectCancel(request, event.reason, now);
    }
  } else if (triggers_.find(order.firstClOrdID) != nullptr) {
    OrderRequest held = order.request;
    held.clOrdID = order.firstClOrdID;
    held.orderQty = request.orderQty;
    held.price = request.price;
    held.stopPx = request.stopPx;
    (void)triggers_.cancel(order.firstClOrdID);
    (void)triggers_.hold(held, order::TriggerSource::LastTrade, kNoPrice);
  }
  order.clOrdID = request.clOrdID;
  ids_.put(0, request.clOrdID, index);
  order.request.orderQty = request.orderQty;
  order.request.price = request.price;
  order.request.stopPx = request.stopPx;
  order.leaves = request.orderQty - order.cumQty;
  order.slot = slot;
  if (request.origClOrdID != order.firstClOrdID) ids_.erase(0, request.origClOrdID);
  ExecutionReport report = reportOf(order, ExecType::Replaced);
  report.origClOrdID = request.origClOrdID;
  respond(report, now);
  if (market.engine != nullptr) {
    takeEvents(*market.engine, now);
  } else if (!keepsPlace && triggers_.find(order.firstClOrdID) == nullptr) {
    unrest(index);
    if (takeLiquidity(index, now) > 0) rest(index, now);
  }
}

void SimulatedExchange::answerStatus(const OrderRequest& request, Nanos now) noexcept {
  std::uint32_t index = find(request.origClOrdID);
  if (index == order::IdIndex::kNone) index = find(request.clOrdID);
  if (index == order::IdIndex::kNone) {
    // On one connection this is proof: whatever left before the question has arrived.
    ExecutionReport report;
    report.clOrdID = request.clOrdID;
    report.instrument = request.instrument;
    report.venue = options_.venue;
    report.side = request.side;
    report.execType = ExecType::OrderStatus;
    report.ordStatus = OrdStatus::None;
    report.reason = OrdRejReason::UnknownOrder;
    return respond(report, now);
  }
  const SimOrder& order = orders_[index];
  // Executions newest first; told again with the same execIDs, so that none counts twice.
  for (std::uint32_t at = order.firstExecution; at != kNone; at = executions_[at].next) {
    const SimExecution& execution = executions_[at];
    ExecutionReport report = reportOf(order, ExecType::Trade);
    report.execID = execution.execID;
    report.lastQty = execution.qty;
    report.lastPx = execution.price;
    report.fee = execution.fee;
    report.feeCurrency = fees_.currency();
    report.liquidity = execution.liquidity;
    respond(report, now);
  }
  respond(reportOf(order, ExecType::OrderStatus), now);
}

void SimulatedExchange::execute(SimOrder& order, Qty qty, Price price, LiquidityInd liquidity,
                                Nanos now) noexcept {
  const Market& market = markets_[order.request.instrument];
  const __int128 points = static_cast<__int128>(qty) * (price < 0 ? -price : price);
  const __int128 value = points * market.valueNumerator / market.valueDenominator;
  SimExecution execution;
  execution.execID = nextExecID_++;
  execution.qty = qty;
  execution.price = price;
  execution.fee =
      fees_.fee(qty, value > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(value), liquidity);
  execution.time = now;
  execution.liquidity = liquidity;
  execution.next = order.firstExecution;
  order.cumQty += qty;
  order.leaves -= qty;
  if (order.leaves <= 0) {
    close(order, OrdStatus::Filled);
  } else {
    order.status = OrdStatus::PartiallyFilled;
  }
  // Room for executions of working orders is made by forgetting closed ones.
  while (freeExecutions_.empty() && closed_.size() > 1) forgetClosed();
  HFT_CHECK(!freeExecutions_.empty());
  const std::uint32_t at = freeExecutions_.back();
  freeExecutions_.pop_back();
  executions_[at] = execution;
  order.firstExecution = at;
  ExecutionReport report = reportOf(order, ExecType::Trade);
  report.execID = execution.execID;
  report.lastQty = qty;
  report.lastPx = price;
  report.fee = execution.fee;
  report.feeCurrency = fees_.currency();
  report.liquidity = liquidity;
  respond(report, now);
}

}  // namespace hft::simulation
