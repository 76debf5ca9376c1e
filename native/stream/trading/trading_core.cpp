#include "native/stream/trading/trading_core.hpp"

#include <algorithm>

#include "native/core/check.hpp"
#include "native/stream/trading/request_words.hpp"

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

}  // namespace

TradingCore::TradingCore(const CoreOptions& options)
    : options_(agreed(options)),
      orders_(options_.orders),
      positions_(options_.positions),
      killSwitch_(options_.orders.instrumentsMax),
      journaledKills_(options_.orders.instrumentsMax),
      seenKills_(options_.orders.instrumentsMax),
      risk_(options_.risk, positions_, seenKills_),
      triggers_(options_.triggersMax, options_.orders.instrumentsMax),
      lists_(options_.listsMax),
      board_(options_.orders.ordersMax),
      ports_(options_.orders.venuesMax),
      ids_(1),
      answers_(options_.orders.ordersMax),
      questions_(options_.orders.ordersMax),
      journaledMarks_(options_.orders.instrumentsMax, kNoPrice) {
  waiting_.reserve(options_.triggersMax + std::size_t{options_.listsMax} * order::kLegsMax);
  owed_.reserve(std::size_t{options_.listsMax} * order::kLegsMax);
}

bool TradingCore::journal(RecordKind kind, std::span<const std::byte> payload, JournalStamp now,
                          Reserve reserve) noexcept {
  if (ledger_ != nullptr) {
    if (ledger_->append(kind, payload, now, reserve)) return true;
  } else if (journal_ == nullptr || journal_->append(kind, payload, now, reserve).ok()) {
    return true;
  }
  if (reserve == Reserve::Use) ++troubles_.unjournaled;
  return false;
}

bool TradingCore::canSend(std::uint16_t venue) const noexcept {
  return venue < ports_.size() && ports_[venue].canSend != nullptr &&
         ports_[venue].canSend(ports_[venue].context);
}

bool TradingCore::canCancel(std::uint16_t venue) const noexcept {
  if (venue >= ports_.size()) return false;
  const VenuePort& port = ports_[venue];
  return port.canCancel == nullptr ? canSend(venue) : port.canCancel(port.context);
}

void TradingCore::send(const OrderRequest& request, JournalStamp now) noexcept {
  answers_.expect(request.clOrdID, now.monotonic + options_.answerTimeout);
  ports_[request.venue].send(ports_[request.venue].context, request);
}

event::DecisionTrail TradingCore::trailOf(const OrderRequest& request,
                                          const risk::Decision& decision,
                                          JournalStamp now) const noexcept {
  event::DecisionTrail trail;
  if (request.instrument < options_.orders.instrumentsMax) {
    const risk::MarketState& market = risk_.market(request.instrument);
    trail.marketTime = market.time;
    trail.marketSequence = market.sequence;
    trail.bid = market.bid;
    trail.ask = market.ask;
  }
  trail.worstPrice = decision.worstPrice;
  trail.warnings = decision.warnings;
  trail.decidedTime = now.realtime;
  trail.checkedTime = options_.clock == nullptr ? now.realtime : options_.clock();
  if (ledger_ == nullptr) return trail;
  trail.event = ledger_->events();
  const Ledger::Hops& hops = ledger_->hops();
  trail.handledTime = hops.handled;
  if (hops.decided != 0) trail.decidedTime = hops.decided;
  trail.decidedMonotonic = hops.decidedMonotonic;
  return trail;
}

bool TradingCore::journalIntent(const OrderRequest& request, const risk::Decision& decision,
                                JournalStamp now, Reserve reserve) noexcept {
  if (!isKept()) return true;
  return journal(RecordKind::OrderRequest, IntentRecord{request, trailOf(request, decision, now)},
                 now, reserve);
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
  worst.nearest = worst.price;
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
    worst.nearest = worst.side == Side::Buy ? std::max(worst.nearest, request->price)
                                            : std::min(worst.nearest, request->price);
  }
  return worst;
}

void TradingCore::settle(OrderIndex index) noexcept {
  const order::Order& order = orders_[index];
  risk_.sync(index, worstCaseOf(index));
  board_.set(index, order, order.isWorking() ? order.clOrdID() : event::kNoOrder);
  if (isInQuestion(index)) questions_.add(index);
}

Submission TradingCore::refuse(const OrderRequest& request, SubmitVerdict verdict,
                               const risk::Decision& decision, JournalStamp now) noexcept {
  if (isKept()) {
    RefusalRecord refusal{{}, request, trailOf(request, decision, now)};
    event::RiskDecision& record = refusal.decision;
    record.clOrdID = request.clOrdID;
    record.check =
        static_cast<std::uint16_t>(verdict == SubmitVerdict::RiskRefused
                                       ? static_cast<unsigned>(decision.violation)
                                       : event::kRefusedOtherwise | static_cast<unsigned>(verdict));
    record.scope = static_cast<std::uint8_t>(decision.scope);
    record.scopeId = decision.scopeId;
    record.limit = decision.limit;
    record.observed = decision.observed;
    record.headroom = decision.headroom;
    (void)journal(RecordKind::RiskDecision, refusal, now, Reserve::Keep);
  }
  OrderEvent event = eventOf(OrderEventKind::Refused, request, now);
  event.ordStatus = static_cast<std::uint8_t>(OrdStatus::Rejected);
  event.verdict = static_cast<std::uint8_t>(verdict);
  tellLimit(event, decision);
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
  return enter(entered, Entry::New, Reserve::Keep, now);
}

Submission TradingCore::enter(OrderRequest request, Entry entry, Reserve reserve,
                              JournalStamp now) noexcept {
  if (request.venue >= ports_.size()) return refuse(request, SubmitVerdict::BadRequest, {}, now);
  const bool isHeld = isEmulated(request);
  if (!isHeld && !canSend(request.venue)) return refuse(request, SubmitVerdict::VenueBusy, {}, now);
  seeKills(now);
  if (checks_ != nullptr && request.clOrdID == explained_) {
    risk_.explain(request, now.realtime, *checks_);
  }
  const risk::Decision decision = entry == Entry::New ? risk_.checkNew(request, now.realtime)
                                                      : risk_.checkReleased(request, now.realtime);
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
  if (!journalIntent(request, decision, now, reserve)) {
    (void)orders_.resolveAbsent(request.clOrdID, OrdRejReason::RiskRefused);
    settle(added.value());
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  settle(added.value());
  send(request, now);
  tellOrder(OrderEventKind::Order, added.value(), request.clOrdID, nullptr, now);
  return {SubmitVerdict::Accepted, request.clOrdID, decision};
}

Submission TradingCore::cancel(ClOrdID origClOrdID, JournalStamp now) noexcept {
  if (!isReady_) return {SubmitVerdict::NotReady, event::kNoOrder, {}};
  if (isHere(origClOrdID)) return cancelHere(origClOrdID, now);
  const OrderIndex index = orders_.find(origClOrdID);
  if (index == order::kNoRecord) return {SubmitVerdict::UnknownOrder, event::kNoOrder, {}};
  return cancelAt(index, now);
}

Submission TradingCore::cancelAt(OrderIndex index, JournalStamp now) noexcept {
  const order::Order& order = orders_[index];
  if (!canCancel(order.request.venue)) return {SubmitVerdict::VenueBusy, event::kNoOrder, {}};
  OrderRequest request = order.request;
  request.kind = RequestKind::Cancel;
  request.origClOrdID = order.clOrdID();
  request.clOrdID = ids_.next();
  const auto added = orders_.addCancel(request);
  if (!added.ok()) return {verdictOf(added.error()), event::kNoOrder, {}};
  risk_.noteCancel(request, now.realtime);
  // A cancel goes out even where the journal has no room at all: it only ever reduces.
  (void)journalIntent(request, {}, now, Reserve::Use);
  send(request, now);
  tellOrder(OrderEventKind::Order, index, request.clOrdID, nullptr, now);
  return {SubmitVerdict::Accepted, request.clOrdID, {}};
}

Submission TradingCore::replace(const OrderRequest& wanted, JournalStamp now) noexcept {
  if (!isReady_) return {SubmitVerdict::NotReady, event::kNoOrder, {}};
  if (isHere(wanted.origClOrdID)) return replaceHere(wanted, now);
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
  seeKills(now);
  risk_.revalue(index);
  if (checks_ != nullptr && request.clOrdID == explained_) {
    risk_.explainReplace(request, order, worstCaseOf(index), now.realtime, *checks_);
  }
  const risk::Decision decision =
      risk_.checkReplace(request, order, worstCaseOf(index), now.realtime);
  if (!decision.isAccepted) {
    const Submission refused = refuse(request, SubmitVerdict::RiskRefused, decision, now);
    if (decision.action != risk::LimitAction::Reject) enforce(now);
    return refused;
  }
  // As when it was entered: reserved, and protected, at the worst that was checked.
  if (!hasLimitPrice(request.ordType)) request.price = decision.worstPrice;
  const auto added = orders_.addReplace(request);
  if (!added.ok()) return refuse(request, verdictOf(added.error()), decision, now);
  if (!journalIntent(request, decision, now, Reserve::Keep)) {
    (void)orders_.resolveAbsent(request.clOrdID, OrdRejReason::RiskRefused);
    settle(index);
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  settle(index);
  send(request, now);
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
  std::vector<ClOrdID> here;
  for (const order::HeldOrder& held : triggers_.save()) {
    if (isMeant(held.request)) here.push_back(held.request.clOrdID);
  }
  for (const OrderRequest& waiting : waiting_) {
    if (isMeant(waiting)) here.push_back(waiting.clOrdID);
  }
  for (const ClOrdID id : here) {
    if (cancel(id, now).verdict == SubmitVerdict::Accepted) ++sent;
  }
  return sent;
}

void TradingCore::tellOrder(OrderEventKind kind, OrderIndex index, ClOrdID request,
                            const ExecutionReport* report, JournalStamp now) noexcept {
  if (listener_.onEvent == nullptr) return;
  const order::Order& order = orders_[index];
  OrderEvent event = eventOf(kind, order.request, now);
  event.ordStatus = static_cast<std::uint8_t>(order.ordStatus());
  event.anomalies = order.state.anomalies;
  event.reason = static_cast<std::uint8_t>(order.state.reason);
  event.clOrdID = static_cast<double>(order.firstClOrdID());
  event.requestID = static_cast<double>(request);
  event.orderID = static_cast<double>(order.orderID);
  event.orderQty = static_cast<double>(order.state.orderQty);
  event.cumQty = static_cast<double>(order.state.cumQty);
  event.leavesQty = static_cast<double>(order.leavesQty());
  event.avgPx = order.state.cumQty == 0
                    ? 0
                    : static_cast<double>(order.notional) / static_cast<double>(order.state.cumQty);
  event.sequence = journalSequence();
  if (report != nullptr) {
    event.execType = static_cast<std::uint8_t>(report->execType);
    event.liquidity = static_cast<std::uint8_t>(report->liquidity);
    if (report->reason != OrdRejReason::None)
      event.reason = static_cast<std::uint8_t>(report->reason);
  }
  tell(event);
}

}  // namespace hft::stream
