// What is held here instead of at a venue: emulated stops, and orders that wait for their venue to
// take them.
#include <algorithm>

#include "native/stream/trading/request_words.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::JournalStamp;
using event::RecordKind;
using event::Reserve;
using order::OrderError;
using order::OrderRequest;
using order::RequestKind;

bool TradingCore::isEmulated(const OrderRequest& request) const noexcept {
  return isConditional(request.ordType) && request.venue < 64 &&
         (options_.emulatingVenues >> request.venue & 1) != 0;
}

OrderRequest* TradingCore::findWaiting(ClOrdID clOrdID) noexcept {
  const auto at = std::ranges::find(waiting_, clOrdID, &OrderRequest::clOrdID);
  return at == waiting_.end() ? nullptr : &*at;
}

void TradingCore::dropWaiting(ClOrdID clOrdID) noexcept {
  std::erase_if(waiting_, [&](const OrderRequest& request) { return request.clOrdID == clOrdID; });
}

const OrderRequest* TradingCore::requestHere(ClOrdID clOrdID) const noexcept {
  if (const order::HeldOrder* held = triggers_.find(clOrdID)) return &held->request;
  const auto at = std::ranges::find(waiting_, clOrdID, &OrderRequest::clOrdID);
  return at == waiting_.end() ? nullptr : &*at;
}

bool TradingCore::isHere(ClOrdID clOrdID) noexcept {
  return triggers_.find(clOrdID) != nullptr || findWaiting(clOrdID) != nullptr;
}

void TradingCore::tellHere(const OrderRequest& request, OrdStatus status, ClOrdID answered,
                           JournalStamp now) noexcept {
  OrderEvent event = eventOf(OrderEventKind::Order, request, now);
  event.ordStatus = static_cast<std::uint8_t>(status);
  event.requestID = static_cast<double>(answered);
  event.leavesQty = status == OrdStatus::New ? event.orderQty : 0;
  tell(event);
}

Submission TradingCore::hold(const OrderRequest& request, const risk::Decision& decision,
                             JournalStamp now) noexcept {
  const Price last = risk_.market(request.instrument).last;
  const OrderError error = triggers_.hold(request, order::TriggerSource::LastTrade, last);
  if (error != OrderError::Ok) return refuse(request, verdictOf(error), decision, now);
  // What the journal does not have must not fire.
  if (!journalIntent(request, decision, now, Reserve::Keep)) {
    (void)triggers_.cancel(request.clOrdID);
    return refuse(request, SubmitVerdict::JournalFull, decision, now);
  }
  const order::HeldOrder* held = triggers_.find(request.clOrdID);
  if (held->anchor != kNoPrice) {
    (void)journal(RecordKind::TrailMove, event::TrailMove{request.clOrdID, held->anchor}, now,
                  Reserve::Use);
  }
  tellHere(held->request, OrdStatus::New, request.clOrdID, now);
  return {SubmitVerdict::Accepted, request.clOrdID, decision};
}

Submission TradingCore::cancelHere(ClOrdID clOrdID, JournalStamp now) noexcept {
  OrderRequest held;
  if (const OrderRequest* waiting = findWaiting(clOrdID)) {
    held = *waiting;
    waiting_.erase(waiting_.begin() + (waiting - waiting_.data()));
  } else {
    held = triggers_.find(clOrdID)->request;
    (void)triggers_.cancel(clOrdID);
  }
  OrderRequest request = held;
  request.kind = RequestKind::Cancel;
  request.origClOrdID = clOrdID;
  request.clOrdID = ids_.next();
  (void)journalIntent(request, {}, now, Reserve::Use);
  tellHere(held, OrdStatus::Canceled, request.clOrdID, now);
  act(lists_.update(clOrdID, 0, true), Entry::Released, now);
  return {SubmitVerdict::Accepted, request.clOrdID, {}};
}

Submission TradingCore::replaceHere(const OrderRequest& wanted, JournalStamp now) noexcept {
  const ClOrdID id = wanted.origClOrdID;
  OrderRequest* waiting = findWaiting(id);
  const OrderRequest before = waiting != nullptr ? *waiting : triggers_.find(id)->request;
  OrderRequest after = before;
  after.orderQty = wanted.orderQty;
  if (hasLimitPrice(after.ordType)) after.price = wanted.price;
  if (isConditional(after.ordType) && after.trailOffset == 0) after.stopPx = wanted.stopPx;
  after.bookSequence = wanted.bookSequence;
  if (after.orderQty <= 0) return {SubmitVerdict::BadRequest, event::kNoOrder, {}};
  risk::Decision decision;
  const bool isLess = after.orderQty <= before.orderQty && after.price == before.price &&
                      after.stopPx == before.stopPx;
  // What waits for its venue passes risk when it goes; what is held passes now and then again.
  if (!isLess && waiting == nullptr) {
    seeKills(now);
    decision = risk_.checkReleased(after, now.realtime);
    if (!decision.isAccepted) {
      const Submission refused = refuse(after, SubmitVerdict::RiskRefused, decision, now);
      if (decision.action != risk::LimitAction::Reject) enforce(now);
      return refused;
    }
  }
  if (waiting == nullptr && triggers_.amend(after) != OrderError::Ok) {
    return {SubmitVerdict::BadRequest, event::kNoOrder, {}};
  }
  OrderRequest request = after;
  request.kind = RequestKind::Replace;
  request.origClOrdID = id;
  request.clOrdID = ids_.next();
  if (!journalIntent(request, decision, now, isLess ? Reserve::Use : Reserve::Keep) && !isLess) {
    if (waiting == nullptr) (void)triggers_.amend(before);
    return refuse(after, SubmitVerdict::JournalFull, decision, now);
  }
  if (waiting != nullptr) *waiting = after;
  tellHere(after, OrdStatus::New, request.clOrdID, now);
  // It keeps its id: what fires later goes out under it.
  return {SubmitVerdict::Accepted, id, decision};
}

void TradingCore::enterOrWait(const OrderRequest& request, Entry entry, JournalStamp now) noexcept {
  const bool hasPort = request.venue < ports_.size() && ports_[request.venue].canSend != nullptr;
  if (hasPort && !isEmulated(request) && !canSend(request.venue) &&
      waiting_.size() < waiting_.capacity()) {
    waiting_.push_back(request);
    return;
  }
  // Its intent is in the journal since it was held: it may use the reserve.
  const Submission done = enter(request, entry, Reserve::Use, now);
  if (done.verdict == SubmitVerdict::Accepted) return;
  // A leg that can't be sent is a closed one: its list goes on without it.
  act(lists_.update(request.clOrdID, 0, true), Entry::Released, now);
}

void TradingCore::retryHere(JournalStamp now) noexcept {
  std::size_t end = waiting_.size();
  for (std::size_t i = 0; i < end;) {
    if (!canSend(waiting_[i].venue)) {
      ++i;
      continue;
    }
    const OrderRequest request = waiting_[i];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    // Entering may cancel what waits, or make more wait.
    enterOrWait(request, Entry::Released, now);
    end = std::min(end - 1, waiting_.size());
  }
  end = owed_.size();
  for (std::size_t i = 0; i < end; ++i) {
    const ClOrdID leg = owed_.front();
    owed_.erase(owed_.begin());
    act(lists_.retry(leg), Entry::Released, now);
  }
}

}  // namespace hft::stream
