#include <algorithm>

#include "native/sim/matching_engine.hpp"

namespace hft::sim {

using event::OrdRejReason;
using order::OrderRequest;

namespace {

constexpr unsigned kSellStop = 1;
constexpr unsigned kBuyTouched = 2;

/// Whether the condition is met by a price at or above its trigger.
constexpr bool isRising(unsigned condition) noexcept {
  return condition != kSellStop && condition != kBuyTouched;
}

}  // namespace

unsigned MatchingEngine::conditionOf(const OrderRequest& request) noexcept {
  const bool isTouched =
      request.ordType == OrdType::MarketIfTouched || request.ordType == OrdType::LimitIfTouched;
  return (isTouched ? 2U : 0U) + (request.side == Side::Buy ? 0U : 1U);
}

OrderSlot MatchingEngine::placeConditional(const OrderRequest& request) noexcept {
  if (conditionalCount_ == 0) {
    // Trades before the first conditional order are nobody's trigger but the last one.
    highTrade_ = lastTrade_ == kNoPrice ? -kPriceEnd : lastTrade_;
    lowTrade_ = lastTrade_ == kNoPrice ? kPriceEnd : lastTrade_;
  }
  const OrderSlot slot = pool_.take();
  OrderNode& node = pool_.node(slot);
  node = OrderNode{};
  node.open = request.orderQty;
  node.owner = request.owner;
  node.side = request.side;
  node.timeInForce = request.timeInForce;
  node.place = Place::Conditional;
  node.selfTrade = request.selfTrade;
  pool_.identity(slot) = {request.clOrdID, request.orderQty};
  OrderDetails& details = pool_.details(slot);
  details.request = request;
  details.reserve = 0;
  details.isArmed = false;
  ++conditionalCount_;
  if (isTrailing(request.ordType)) {
    details.trailNext = kNoSlot;
    details.trailPrev = trailTail_;
    (trailTail_ != kNoSlot ? pool_.details(trailTail_).trailNext : trailHead_) = slot;
    trailTail_ = slot;
  }
  if (request.timeInForce == TimeInForce::GoodTillDate) rememberExpiry(slot, request.expireTime);
  // A trailing order without a trigger waits for the first price that it can trail.
  const bool isWaiting = isTrailing(request.ordType) && request.stopPx == 0;
  if (!isWaiting && !arm(slot)) {
    remove(slot, MatchKind::Canceled, OrdRejReason::Capacity);
    return kNoSlot;
  }
  return slot;
}

bool MatchingEngine::arm(OrderSlot slot) noexcept {
  OrderDetails& details = pool_.details(slot);
  PriceLevel* level = conditions_[conditionOf(details.request)].open(details.request.stopPx);
  if (level == nullptr) return false;
  pool_.append(level->shown, slot);
  pool_.node(slot).price = details.request.stopPx;
  details.isArmed = true;
  return true;
}

void MatchingEngine::disarm(OrderSlot slot) noexcept {
  OrderDetails& details = pool_.details(slot);
  if (!details.isArmed) return;
  PriceLadder& waiting = conditions_[conditionOf(details.request)];
  const std::uint64_t key = waiting.keyOf(pool_.node(slot).price);
  PriceLevel& level = waiting.at(key);
  pool_.unlink(level.shown, slot);
  if (level.isEmpty()) waiting.close(key);
  details.isArmed = false;
}

void MatchingEngine::dropTrailing(OrderSlot slot) noexcept {
  const OrderDetails& details = pool_.details(slot);
  if (!isTrailing(details.request.ordType)) return;
  const OrderSlot next = details.trailNext;
  const OrderSlot prev = details.trailPrev;
  (prev != kNoSlot ? pool_.details(prev).trailNext : trailHead_) = next;
  (next != kNoSlot ? pool_.details(next).trailPrev : trailTail_) = prev;
}

Price MatchingEngine::watched(Side side, bool isRisingPrice) const noexcept {
  switch (triggerBy_) {
    case TriggerBy::LastTrade:
      return lastTrade_ == kNoPrice ? kNoPrice : isRisingPrice ? highTrade_ : lowTrade_;
    case TriggerBy::BestBid:
      return bestPrice(Side::Buy);
    case TriggerBy::BestAsk:
      return bestPrice(Side::Sell);
    case TriggerBy::Quote:
      return bestPrice(opposite(side));
  }
  return kNoPrice;
}

void MatchingEngine::settleAll() noexcept {
  if (phase_ != TradingPhase::Continuous) return;
  for (;;) {
    if (retryNeeds(Side::Buy) || retryNeeds(Side::Sell)) continue;
    if (conditionalCount_ == 0) return;
    if (triggerOne()) continue;
    if (!ratchet()) return;
  }
}

bool MatchingEngine::triggerOne() noexcept {
  for (unsigned condition = 0; condition < conditions_.size(); ++condition) {
    PriceLadder& waiting = conditions_[condition];
    if (waiting.isEmpty()) continue;
    const Side side = condition % 2 == 0 ? Side::Buy : Side::Sell;
    const Price seen = watched(side, isRising(condition));
    const Price trigger = waiting.bestPrice();
    if (seen == kNoPrice || (isRising(condition) ? seen < trigger : seen > trigger)) continue;

    const OrderSlot slot = waiting.at(waiting.bestKey()).shown.head;
    takeOut(slot);
    OrderRequest request = pool_.details(slot).request;
    request.clOrdID = pool_.identity(slot).reference;
    emitOrder(MatchKind::Triggered, OrdRejReason::None, slot, pool_.node(slot).open);
    if (request.ordType == OrdType::TrailingStopLimit) {
      request.price = trigger + (side == Side::Buy ? request.limitOffset : -request.limitOffset);
      request.ordType = OrdType::StopLimit;
    }
    Qty open = pool_.node(slot).open;
    if ((request.flags & order::kReduceOnly) != 0)
      open = std::min(open, reducible(request.owner, side));
    Incoming in = incoming(request, open);
    in.slot = slot;
    const bool isLimit = in.ordType == OrdType::Limit;
    const bool isPostOnly = (request.flags & order::kPostOnly) != 0;
    in.minQty = std::min(in.minQty, open);
    if (open == 0) {
      in.open = pool_.node(slot).open;
      finish(in, OrdRejReason::ReduceOnlyIncrease);
    } else if (isLimit &&
               (in.limit <= -kPriceEnd || in.limit >= kPriceEnd || !isInBand(in.limit))) {
      finish(in, OrdRejReason::PriceBand);
    } else if (isPostOnly && crosses(side, in.limit)) {
      finish(in, OrdRejReason::WouldTakeLiquidity);
    } else {
      enter(in);
    }
    return true;
  }
  return false;
}

bool MatchingEngine::ratchet() noexcept {
  bool hasMoved = false;
  for (OrderSlot slot = trailHead_; slot != kNoSlot;) {
    OrderDetails& details = pool_.details(slot);
    const OrderSlot next = details.trailNext;
    const bool isBuy = details.request.side == Side::Buy;
    const Price seen = watched(details.request.side, !isBuy);
    if (seen != kNoPrice) {
      const Price offset = details.request.trailOffset;
      const Price stop = isBuy ? seen + offset : seen - offset;
      const bool isBetter = !details.isArmed ||
                            (isBuy ? stop < details.request.stopPx : stop > details.request.stopPx);
      if (isBetter && stop > -kPriceEnd && stop < kPriceEnd) {
        disarm(slot);
        details.request.stopPx = stop;
        if (!arm(slot)) remove(slot, MatchKind::Canceled, OrdRejReason::Capacity);
        hasMoved = true;
      }
    }
    slot = next;
  }
  if (lastTrade_ != kNoPrice) highTrade_ = lowTrade_ = lastTrade_;
  return hasMoved;
}

}  // namespace hft::sim
