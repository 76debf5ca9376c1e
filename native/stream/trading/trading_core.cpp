#include "native/stream/trading/trading_core.hpp"

#include <algorithm>

#include "native/core/check.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::ExecutionReport;
using event::JournalStamp;
using event::OrdRejReason;
using event::RecordKind;
using event::Reserve;
using order::OrderError;
using order::OrderIndex;
using order::OrderRequest;
using order::RequestKind;
using risk::RiskScope;

namespace {

CoreOptions agreed(CoreOptions options) {
  options.risk.ordersMax = options.orders.ordersMax;
  options.risk.instrumentsMax = options.orders.instrumentsMax;
  options.positions.instrumentsMax = options.orders.instrumentsMax;
  options.risk.accountsMax = options.orders.accountsMax;
  options.positions.accountsMax = options.orders.accountsMax;
  options.risk.strategiesMax = options.orders.strategiesMax;
  options.positions.strategiesMax = options.orders.strategiesMax;
  return options;
}

SubmitVerdict verdictOf(OrderError error) noexcept {
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

bool hasLimitPrice(OrdType type) noexcept {
  return type == OrdType::Limit || type == OrdType::StopLimit || type == OrdType::LimitIfTouched;
}

bool isConditional(OrdType type) noexcept {
  return type != OrdType::Market && type != OrdType::Limit && type != OrdType::MarketToLimit &&
         type != OrdType::None;
}

}  // namespace

TradingCore::TradingCore(const CoreOptions& options)
    : options_(agreed(options)),
      orders_(options_.orders),
      positions_(options_.positions),
      killSwitch_(options_.orders.instrumentsMax),
      risk_(options_.risk, positions_, killSwitch_),
      triggers_(options_.triggersMax, options_.orders.instrumentsMax),
      lists_(options_.listsMax),
      board_(options_.orders.ordersMax),
      ports_(options_.orders.venuesMax),
      ids_(1) {}

bool TradingCore::journal(RecordKind kind, std::span<const std::byte> payload, JournalStamp now,
                          Reserve reserve) noexcept {
  if (journal_ == nullptr) return true;
  const auto appended = journal_->append(kind, payload, now, reserve);
  if (appended.ok()) return true;
  if (reserve == Reserve::Use) ++troubles_.unjournaled;
  isJournalFull_ = true;
  return false;
}

bool TradingCore::canSend(std::uint16_t venue) const noexcept {
  return venue < ports_.size() && ports_[venue].canSend != nullptr &&
         ports_[venue].canSend(ports_[venue].context);
}

risk::WorstCase TradingCore::worstCaseOf(OrderIndex index) const noexcept {
  const order::Order& order = orders_[index];
  const order::OrderState& state = order.state;
  risk::WorstCase worst;
  worst.instrument = order.request.instrument;
  worst.account = order.request.account;
  worst.strategy = order.request.strategy;
  worst.side = order.request.side;
  worst.price = order.request.price;
  // What the venue has told of and not yet reported is as good as executed.
  worst.leaves = std::max(order.leavesQty(), order::missingQty(state));
  if (order::isClosed(state)) return worst;
  const bool isHigherDearer = positions_.kindOf(worst.instrument) == position::ContractKind::Linear;
  for (const order::Request* request = orders_.firstRequest(index); request != nullptr;
       request = orders_.nextRequest(*request)) {
    if (request->kind != RequestKind::Replace || !request->isOpen()) continue;
    worst.leaves = std::max(worst.leaves, request->orderQty - state.cumQty);
    worst.price = isHigherDearer ? std::max(worst.price, request->price)
                                 : std::min(worst.price, request->price);
  }
  return worst;
}

void TradingCore::settle(OrderIndex index) noexcept {
  const order::Order& order = orders_[index];
  risk_.sync(index, worstCaseOf(index));
  board_.set(index, order, order.isWorking() ? order.clOrdID() : event::kNoOrder);
}

bool TradingCore::isEmulated(const OrderRequest& request) const noexcept {
  return isConditional(request.ordType) && request.venue < 64 &&
         (options_.emulatingVenues >> request.venue & 1) != 0;
}

Submission TradingCore::refuse(const OrderRequest& request, SubmitVerdict verdict,
                               const risk::Decision& decision, JournalStamp now) noexcept {
  if (verdict == SubmitVerdict::RiskRefused) {
    event::RiskDecision record;
    record.clOrdID = request.clOrdID;
    record.check = static_cast<std::uint16_t>(decision.violation);
    record.scope = static_cast<std::uint8_t>(decision.scope);
    record.scopeId = decision.scopeId;
    record.limit = decision.limit;
    record.observed = decision.observed;
    record.headroom = decision.headroom;
    (void)journal(RecordKind::RiskDecision, record, now, Reserve::Keep);
  }
  OrderEvent event;
  event.kind = OrderEventKind::Refused;
  event.instrument = request.instrument;
  event.account = request.account;
  event.strategy = request.strategy;
  event.venue = request.venue;
  event.side = static_cast<std::uint8_t>(request.side);
  event.ordType = static_cast<std::uint8_t>(request.ordType);
  event.ordStatus = static_cast<std::uint8_t>(OrdStatus::Rejected);
  event.verdict = static_cast<std::uint8_t>(verdict);
  event.violation = static_cast<std::uint8_t>(decision.violation);
  event.scope = static_cast<std::uint8_t>(decision.scope);
  event.scopeId = decision.scopeId;
  event.clOrdID = static_cast<double>(request.clOrdID);
  event.requestID = event.clOrdID;
  event.orderQty = static_cast<double>(request.orderQty);
  event.price = static_cast<double>(request.price);
  event.limit = static_cast<double>(decision.limit);
  event.observed = static_cast<double>(decision.observed);
  event.headroom = static_cast<double>(decision.headroom);
  event.timeMs = static_cast<double>(now.realtime) / 1e6;
  tell(event);
  return {verdict, request.clOrdID, decision};
}

Submission TradingCore::submit(const OrderRequest& request, JournalStamp now) noexcept {
  if (!isReady_) return {SubmitVerdict::NotReady, event::kNoOrder, {}};
  OrderRequest entered = request;
  entered.kind = RequestKind::New;
  entered.origClOrdID = event::kNoOrder;
  entered.clOrdID = ids_.next();
  if (entered.clOrdID == event::kNoOrder) return refuse(entered, SubmitVerdict::Capacity, {}, now);
  return enter(entered, now);
}

Submission TradingCore::enter(OrderRequest request, JournalStamp now) noexcept {
  if (request.venue >= ports_.size()) return refuse(request, SubmitVerdict::BadRequest, {}, now);
  const bool isHeld = isEmulated(request);
  if (!isHeld && !canSend(request.venue)) return refuse(request, SubmitVerdict::VenueBusy, {}, now);
  const risk::Decision decision = risk_.checkNew(request, now.realtime);
  if (!decision.isAccepted) {
    const Submission refused = refuse(request, SubmitVerdict::RiskRefused, decision, now);
    if (decision.action != risk::LimitAction::Reject) enforce(now);
    return refused;
  }
  if (isHeld) return hold(request, decision, now);
  // An order without a price of its own is reserved, and protected, at the worst that was checked.
  if (!hasLimitPrice(request.ordType)) request.price = decision.worstPrice;
  const auto added = orders_.add(request, now.realtime);
  if (!added.ok()) return refuse(request, verdictOf(added.error()), decision, now);
  if (!journal(RecordKind::OrderRequest, request, now, Reserve::Keep)) {
    (void)orders_.resolveAbsent(request.clOrdID, OrdRejReason::RiskRefused);
    settle(added.value());
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  settle(added.value());
  ports_[request.venue].send(ports_[request.venue].context, request);
  tellOrder(OrderEventKind::Order, added.value(), request.clOrdID, nullptr, now);
  return {SubmitVerdict::Accepted, request.clOrdID, decision};
}

Submission TradingCore::hold(const OrderRequest& request, const risk::Decision& decision,
                             JournalStamp now) noexcept {
  const Price last = risk_.market(request.instrument).last;
  if (!journal(RecordKind::OrderRequest, request, now, Reserve::Keep)) {
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  const OrderError error = triggers_.hold(request, order::TriggerSource::LastTrade, last);
  if (error != OrderError::Ok) return refuse(request, verdictOf(error), decision, now);
  OrderEvent event;
  event.kind = OrderEventKind::Order;
  event.instrument = request.instrument;
  event.account = request.account;
  event.strategy = request.strategy;
  event.venue = request.venue;
  event.side = static_cast<std::uint8_t>(request.side);
  event.ordType = static_cast<std::uint8_t>(request.ordType);
  event.ordStatus = static_cast<std::uint8_t>(OrdStatus::New);
  event.clOrdID = static_cast<double>(request.clOrdID);
  event.requestID = event.clOrdID;
  event.orderQty = static_cast<double>(request.orderQty);
  event.leavesQty = event.orderQty;
  event.price = static_cast<double>(request.price);
  event.stopPx = static_cast<double>(request.stopPx);
  event.timeMs = static_cast<double>(now.realtime) / 1e6;
  tell(event);
  return {SubmitVerdict::Accepted, request.clOrdID, decision};
}

Submission TradingCore::cancel(ClOrdID origClOrdID, JournalStamp now) noexcept {
  if (!isReady_) return {SubmitVerdict::NotReady, event::kNoOrder, {}};
  if (const order::HeldOrder* held = triggers_.find(origClOrdID)) {
    OrderRequest request = held->request;
    (void)triggers_.cancel(origClOrdID);
    request.kind = RequestKind::Cancel;
    request.origClOrdID = origClOrdID;
    request.clOrdID = ids_.next();
    (void)journal(RecordKind::OrderRequest, request, now, Reserve::Use);
    OrderEvent event;
    event.kind = OrderEventKind::Order;
    event.instrument = request.instrument;
    event.account = request.account;
    event.strategy = request.strategy;
    event.venue = request.venue;
    event.side = static_cast<std::uint8_t>(request.side);
    event.ordStatus = static_cast<std::uint8_t>(OrdStatus::Canceled);
    event.clOrdID = static_cast<double>(origClOrdID);
    event.requestID = static_cast<double>(request.clOrdID);
    event.orderQty = static_cast<double>(request.orderQty);
    event.timeMs = static_cast<double>(now.realtime) / 1e6;
    tell(event);
    return {SubmitVerdict::Accepted, request.clOrdID, {}};
  }
  const OrderIndex index = orders_.find(origClOrdID);
  if (index == order::kNoRecord) return {SubmitVerdict::UnknownOrder, event::kNoOrder, {}};
  return cancelAt(index, now);
}

Submission TradingCore::cancelAt(OrderIndex index, JournalStamp now) noexcept {
  const order::Order& order = orders_[index];
  if (!canSend(order.request.venue)) return {SubmitVerdict::VenueBusy, event::kNoOrder, {}};
  OrderRequest request = order.request;
  request.kind = RequestKind::Cancel;
  request.origClOrdID = order.clOrdID();
  request.clOrdID = ids_.next();
  const auto added = orders_.addCancel(request);
  if (!added.ok()) return {verdictOf(added.error()), event::kNoOrder, {}};
  risk_.noteCancel(request, now.realtime);
  // A cancel goes out even where the journal has no room at all: it only ever reduces.
  (void)journal(RecordKind::OrderRequest, request, now, Reserve::Use);
  ports_[request.venue].send(ports_[request.venue].context, request);
  tellOrder(OrderEventKind::Order, index, request.clOrdID, nullptr, now);
  return {SubmitVerdict::Accepted, request.clOrdID, {}};
}

Submission TradingCore::replace(const OrderRequest& wanted, JournalStamp now) noexcept {
  if (!isReady_) return {SubmitVerdict::NotReady, event::kNoOrder, {}};
  const OrderIndex index = orders_.find(wanted.origClOrdID);
  if (index == order::kNoRecord) return {SubmitVerdict::UnknownOrder, event::kNoOrder, {}};
  const order::Order& order = orders_[index];
  if (order::isClosed(order.state)) return {SubmitVerdict::OrderClosed, event::kNoOrder, {}};
  OrderRequest request = order.request;
  request.kind = RequestKind::Replace;
  request.origClOrdID = order.clOrdID();
  request.orderQty = wanted.orderQty;
  if (hasLimitPrice(request.ordType)) request.price = wanted.price;
  if (isConditional(request.ordType)) request.stopPx = wanted.stopPx;
  request.bookSequence = wanted.bookSequence;
  request.clOrdID = ids_.next();
  if (!canSend(request.venue)) return refuse(request, SubmitVerdict::VenueBusy, {}, now);
  const risk::Decision decision =
      risk_.checkReplace(request, order, worstCaseOf(index), now.realtime);
  if (!decision.isAccepted) {
    const Submission refused = refuse(request, SubmitVerdict::RiskRefused, decision, now);
    if (decision.action != risk::LimitAction::Reject) enforce(now);
    return refused;
  }
  const auto added = orders_.addReplace(request);
  if (!added.ok()) return refuse(request, verdictOf(added.error()), decision, now);
  if (!journal(RecordKind::OrderRequest, request, now, Reserve::Keep)) {
    (void)orders_.resolveAbsent(request.clOrdID, OrdRejReason::RiskRefused);
    settle(index);
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  settle(index);
  ports_[request.venue].send(ports_[request.venue].context, request);
  tellOrder(OrderEventKind::Order, index, request.clOrdID, nullptr, now);
  return {SubmitVerdict::Accepted, request.clOrdID, decision};
}

std::uint32_t TradingCore::cancelAll(RiskScope scope, std::uint32_t scopeId,
                                     JournalStamp now) noexcept {
  std::uint32_t sent = 0;
  const auto isMeant = [&](const OrderRequest& r) {
    switch (scope) {
      case RiskScope::Global:
        return true;
      case RiskScope::Account:
        return r.account == scopeId;
      case RiskScope::Strategy:
        return r.strategy == scopeId;
      case RiskScope::Symbol:
        return r.instrument == scopeId;
      case RiskScope::Venue:
        return r.venue == scopeId;
    }
    return false;
  };
  orders_.forEachWorking([&](OrderIndex index) {
    if (!isMeant(orders_[index].request)) return;
    if (cancelAt(index, now).verdict == SubmitVerdict::Accepted) ++sent;
  });
  for (const order::HeldOrder& held : triggers_.save()) {
    if (!isMeant(held.request)) continue;
    if (cancel(held.request.clOrdID, now).verdict == SubmitVerdict::Accepted) ++sent;
  }
  return sent;
}

SubmitVerdict TradingCore::submitList(order::ListKind kind, std::span<OrderRequest> legs,
                                      JournalStamp now) noexcept {
  if (!isReady_) return SubmitVerdict::NotReady;
  if (legs.size() < 2 || legs.size() > order::kLegsMax) return SubmitVerdict::BadRequest;
  for (OrderRequest& leg : legs) {
    leg.kind = RequestKind::New;
    leg.clOrdID = ids_.next();
  }
  struct Record {
    event::OrderListStart start;
    OrderRequest legs[order::kLegsMax];
  };
  static_assert(sizeof(Record) == sizeof(event::OrderListStart) + 56 + 128 * order::kLegsMax);
  Record record;
  record.start.kind = static_cast<std::uint8_t>(kind);
  record.start.legCount = static_cast<std::uint8_t>(legs.size());
  std::copy(legs.begin(), legs.end(), record.legs);
  const OrderError error = lists_.add(kind, legs);
  if (error != OrderError::Ok) return verdictOf(error);
  if (!journal(RecordKind::OrderList, record, now, Reserve::Keep))
    return SubmitVerdict::JournalFull;
  act(lists_.start(legs[0].clOrdID), now);
  return SubmitVerdict::Accepted;
}

void TradingCore::act(const order::ListActions& actions, JournalStamp now) noexcept {
  for (std::size_t i = 0; i < actions.count; ++i) {
    const OrderRequest& request = actions.requests[i];
    Submission done;
    if (request.kind == RequestKind::New) {
      done = enter(request, now);
      // A leg that can't be sent is a closed one: the list goes on without it.
      if (done.verdict != SubmitVerdict::Accepted)
        act(lists_.update(request.clOrdID, 0, true), now);
      continue;
    }
    done = request.kind == RequestKind::Cancel ? cancel(request.origClOrdID, now)
                                               : replace(request, now);
    const bool isRefused = done.verdict == SubmitVerdict::VenueBusy ||
                           done.verdict == SubmitVerdict::JournalFull ||
                           done.verdict == SubmitVerdict::RiskRefused;
    // What shares a quantity must not keep more than it may: a replace that fails becomes a cancel.
    if (isRefused && request.kind == RequestKind::Replace) (void)cancel(request.origClOrdID, now);
  }
}

void TradingCore::updateLists(OrderIndex index, JournalStamp now) noexcept {
  const order::Order& order = orders_[index];
  if (!lists_.contains(order.firstClOrdID())) return;
  act(lists_.update(order.firstClOrdID(), order.state.cumQty, order::isClosed(order.state)), now);
}

void TradingCore::tellOrder(OrderEventKind kind, OrderIndex index, ClOrdID request,
                            const ExecutionReport* report, JournalStamp now) noexcept {
  if (listener_.onEvent == nullptr) return;
  const order::Order& order = orders_[index];
  OrderEvent event;
  event.kind = kind;
  event.instrument = order.request.instrument;
  event.account = order.request.account;
  event.strategy = order.request.strategy;
  event.venue = order.request.venue;
  event.side = static_cast<std::uint8_t>(order.request.side);
  event.ordType = static_cast<std::uint8_t>(order.request.ordType);
  event.ordStatus = static_cast<std::uint8_t>(order.ordStatus());
  event.anomalies = order.state.anomalies;
  event.reason = static_cast<std::uint8_t>(order.state.reason);
  event.clOrdID = static_cast<double>(order.firstClOrdID());
  event.requestID = static_cast<double>(request);
  event.orderID = static_cast<double>(order.orderID);
  event.orderQty = static_cast<double>(order.state.orderQty);
  event.cumQty = static_cast<double>(order.state.cumQty);
  event.leavesQty = static_cast<double>(order.leavesQty());
  event.price = hasLimitPrice(order.request.ordType) ? static_cast<double>(order.request.price) : 0;
  event.stopPx = static_cast<double>(order.request.stopPx);
  event.avgPx = order.state.cumQty == 0
                    ? 0
                    : static_cast<double>(order.notional) / static_cast<double>(order.state.cumQty);
  event.timeMs = static_cast<double>(now.realtime) / 1e6;
  event.sequence = journal_ == nullptr ? 0 : static_cast<double>(journal_->lastSequence());
  if (report != nullptr) {
    event.execType = static_cast<std::uint8_t>(report->execType);
    event.liquidity = static_cast<std::uint8_t>(report->liquidity);
    if (report->reason != OrdRejReason::None)
      event.reason = static_cast<std::uint8_t>(report->reason);
  }
  tell(event);
}

void TradingCore::enforce(JournalStamp now) noexcept {
  for (const risk::Breach& breach : risk_.evaluate(now.realtime)) {
    const risk::Decision& decision = breach.decision;
    OrderEvent event;
    event.kind = OrderEventKind::Breach;
    event.violation = static_cast<std::uint8_t>(decision.violation);
    event.scope = static_cast<std::uint8_t>(decision.scope);
    event.scopeId = decision.scopeId;
    event.reason = static_cast<std::uint8_t>(decision.action);
    event.limit = static_cast<double>(decision.limit);
    event.observed = static_cast<double>(decision.observed);
    event.headroom = static_cast<double>(decision.headroom);
    event.timeMs = static_cast<double>(now.realtime) / 1e6;
    tell(event);
    if (decision.action == risk::LimitAction::CancelAll) {
      (void)cancelAll(decision.scope, decision.scopeId, now);
    }
  }
}

void TradingCore::handleKills(JournalStamp now) noexcept {
  const std::uint32_t generation = killSwitch_.generation();
  if (generation == killsHandled_.load(std::memory_order_relaxed)) return;
  bool isComplete = true;
  const auto handle = [&](RiskScope scope, std::uint32_t id) {
    if (!killSwitch_.isThrown(scope, id)) return;
    (void)journal(RecordKind::KillSwitch,
                  event::KillSwitch{1, static_cast<std::uint8_t>(scope), 0, id}, now, Reserve::Use);
    (void)cancelAll(scope, id, now);
  };
  for (const RiskScope scope : {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                RiskScope::Symbol, RiskScope::Venue}) {
    for (std::uint32_t id = 0; id < killSwitch_.idsOf(scope); ++id) handle(scope, id);
  }
  // A cancel that its venue could not take is tried again on the next clock.
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    const OrderRequest& r = order.request;
    const bool isStopped = killSwitch_.hit(r.account, r.strategy, r.instrument, r.venue).isThrown;
    if (isStopped && order.state.pendingCancels == 0) isComplete = false;
  });
  if (isComplete) killsHandled_.store(generation, std::memory_order_release);
}

void TradingCore::onClock(JournalStamp now) noexcept {
  if (!isReady_) return;
  handleKills(now);
  enforce(now);
  if (now.monotonic - lastAsk_ >= options_.askInterval) askAgain(now);
}

bool TradingCore::kill(RiskScope scope, std::uint32_t scopeId, bool isThrown, std::uint16_t source,
                       JournalStamp now) noexcept {
  if (!killSwitch_.set(scope, scopeId, isThrown)) return false;
  event::KillSwitch record;
  record.isThrown = isThrown ? 1 : 0;
  record.scope = static_cast<std::uint8_t>(scope);
  record.source = source;
  record.scopeId = scopeId;
  (void)journal(RecordKind::KillSwitch, record, now, Reserve::Use);
  if (isThrown && isReady_) handleKills(now);
  return true;
}

risk::RiskError TradingCore::setLimit(const risk::LimitSpec& spec, JournalStamp now) {
  const auto change = risk_.setLimit(spec);
  if (!change.ok()) return change.error();
  (void)journal(RecordKind::LimitChange, change.value(), now, Reserve::Use);
  return risk::RiskError::Ok;
}

risk::RiskError TradingCore::removeLimit(risk::ViolationType type, RiskScope scope,
                                         std::uint32_t scopeId, JournalStamp now) {
  const auto change = risk_.removeLimit(type, scope, scopeId);
  if (!change.ok()) return change.error();
  (void)journal(RecordKind::LimitChange, change.value(), now, Reserve::Use);
  return risk::RiskError::Ok;
}

}  // namespace hft::stream
