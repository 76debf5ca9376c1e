#include "native/sim/matching_engine.hpp"

#include <algorithm>

namespace hft::sim {
namespace {

using event::OrdRejReason;
using order::OrderRequest;

/// Bounds the events of one command: an iceberg trades once a slice.
constexpr Qty kSlicesMax = 65536;

}  // namespace

MatchingEngine::MatchingEngine(const MatchingConfig& config)
    : triggerBy_(config.triggerBy),
      pool_(config.ordersMax),
      bids_(false, config.pagesMax),
      asks_(true, config.pagesMax),
      conditions_{PriceLadder(true, config.pagesMax), PriceLadder(false, config.pagesMax),
                  PriceLadder(false, config.pagesMax), PriceLadder(true, config.pagesMax)},
      positions_(config.ownersMax),
      events_(std::max<std::size_t>(config.eventsMax, 16)) {
  collected_.reserve(config.ordersMax);
}

OrdRejReason MatchingEngine::validate(const OrderRequest& request) const noexcept {
  if (request.orderQty <= 0 || request.orderQty > kQtyMax) return OrdRejReason::InvalidQty;
  if (request.side != Side::Buy && request.side != Side::Sell) {
    return OrdRejReason::UnsupportedOrder;
  }
  if (hasLimitPrice(request.ordType)) {
    if (!isPrice(request.price)) return OrdRejReason::InvalidPrice;
    if (!isInBand(request.price)) return OrdRejReason::PriceBand;
  }
  if (pool_.isFull()) return OrdRejReason::Capacity;
  const bool isPlain = request.ordType == OrdType::Limit && phase_ == TradingPhase::Continuous &&
                       (request.timeInForce == TimeInForce::Day ||
                        request.timeInForce == TimeInForce::GoodTillCancel) &&
                       (request.flags | request.displayQty | request.minQty) == 0;
  if (isPlain) [[likely]]
    return OrdRejReason::None;
  if (const OrdRejReason reason = validateExtras(request); reason != OrdRejReason::None) {
    return reason;
  }
  return validatePhase(request);
}

OrdRejReason MatchingEngine::validateExtras(const OrderRequest& request) const noexcept {
  const bool isHidden = (request.flags & order::kHidden) != 0;
  const bool hasNeed = (request.flags & order::kAllOrNone) != 0 || request.minQty != 0;
  if (request.minQty < 0 || request.minQty > request.orderQty || request.displayQty < 0) {
    return OrdRejReason::InvalidQty;
  }
  if (request.displayQty != 0 && !isHidden) {
    if (hasNeed) return OrdRejReason::UnsupportedOrder;
    if (request.orderQty / request.displayQty > kSlicesMax) return OrdRejReason::InvalidQty;
  }
  if (request.ordType < OrdType::Market || request.ordType > OrdType::TrailingStopLimit ||
      request.timeInForce > TimeInForce::AtTheClose) {
    return OrdRejReason::UnsupportedOrder;
  }
  const bool isLimit =
      hasLimitPrice(request.ordType) || request.ordType == OrdType::TrailingStopLimit;
  if ((request.flags & order::kPostOnly) != 0 && (!isLimit || isImmediate(request.timeInForce))) {
    return OrdRejReason::UnsupportedOrder;
  }
  if (request.timeInForce == TimeInForce::GoodTillDate && request.expireTime <= now_) {
    return OrdRejReason::Expired;
  }
  if ((request.flags & order::kReduceOnly) != 0) {
    if (request.owner >= positions_.size()) return OrdRejReason::UnsupportedOrder;
    // A conditional order is asked when it triggers: it protects a position still to come.
    if (!isConditional(request.ordType) && reducible(request.owner, request.side) == 0) {
      return OrdRejReason::ReduceOnlyIncrease;
    }
  }
  if (!isConditional(request.ordType)) return OrdRejReason::None;
  if (isForAuction(request.timeInForce)) return OrdRejReason::UnsupportedOrder;
  if (!isPrice(request.stopPx)) return OrdRejReason::InvalidPrice;
  if (isTrailing(request.ordType) && (request.trailOffset <= 0 || !isPrice(request.trailOffset) ||
                                      !isPrice(request.limitOffset))) {
    return OrdRejReason::InvalidPrice;
  }
  return OrdRejReason::None;
}

OrdRejReason MatchingEngine::validatePhase(const OrderRequest& request) const noexcept {
  if (phase_ == TradingPhase::Closed || phase_ == TradingPhase::Halted) {
    return OrdRejReason::ExchangeClosed;
  }
  if (isConditional(request.ordType)) return OrdRejReason::None;
  const TimeInForce timeInForce = request.timeInForce;
  if (timeInForce == TimeInForce::AtTheOpening && phase_ != TradingPhase::OpeningAuction) {
    return OrdRejReason::TooLateToEnter;
  }
  if (!isAuction(phase_) && !isForAuction(timeInForce)) return OrdRejReason::None;
  const bool hasNeed = (request.flags & (order::kAllOrNone | order::kReduceOnly)) != 0 ||
                       request.minQty != 0 || isImmediate(timeInForce);
  return hasNeed || request.ordType == OrdType::MarketToLimit ? OrdRejReason::UnsupportedOrder
                                                              : OrdRejReason::None;
}

Qty MatchingEngine::reducible(std::uint32_t owner, Side side) const noexcept {
  const Qty position = owner < positions_.size() ? positions_[owner] : 0;
  return std::max<Qty>(0, side == Side::Buy ? -position : position);
}

MatchingEngine::Incoming MatchingEngine::incoming(const OrderRequest& request,
                                                  Qty open) const noexcept {
  const bool isLimit = hasLimitPrice(request.ordType);
  return Incoming{.reference = request.clOrdID,
                  .open = open,
                  .limit = isLimit                     ? request.price
                           : request.side == Side::Buy ? bandHigh_
                                                       : bandLow_,
                  .orderQty = open,
                  .owner = request.owner,
                  .slot = kNoSlot,
                  .side = request.side,
                  .ordType = isLimit                                     ? OrdType::Limit
                             : request.ordType == OrdType::MarketToLimit ? OrdType::MarketToLimit
                                                                         : OrdType::Market,
                  .timeInForce = request.timeInForce,
                  .selfTrade = request.selfTrade,
                  .flags = request.flags,
                  .mustFill = false,
                  .isCanceled = false,
                  .displayQty = request.displayQty,
                  .minQty = request.minQty,
                  .expireTime = request.expireTime};
}

MatchingEngine::Incoming MatchingEngine::resting(OrderSlot slot) const noexcept {
  const OrderNode& node = pool_.node(slot);
  Incoming in{};
  in.reference = pool_.identity(slot).reference;
  in.open = pool_.leaves(slot);
  in.limit = node.price;
  in.orderQty = pool_.identity(slot).orderQty;
  in.owner = node.owner;
  in.slot = slot;
  in.side = node.side;
  in.ordType = OrdType::Limit;
  in.timeInForce = node.timeInForce;
  in.selfTrade = node.selfTrade;
  if (node.traits != 0) {
    const OrderRequest& request = pool_.details(slot).request;
    in.flags = request.flags;
    in.displayQty = request.displayQty;
    in.minQty = (node.traits & kNeeds) != 0 ? std::min(request.minQty, in.open) : 0;
    in.expireTime = request.expireTime;
  }
  return in;
}

OrderSlot MatchingEngine::submit(const OrderRequest& request) noexcept {
  OrdRejReason reason = validate(request);
  if (reason == OrdRejReason::None && (request.flags & order::kPostOnly) != 0 &&
      hasLimitPrice(request.ordType) && !isConditional(request.ordType) &&
      phase_ == TradingPhase::Continuous && crosses(request.side, request.price)) {
    reason = OrdRejReason::WouldTakeLiquidity;
  }
  const bool isCut = (request.flags & order::kReduceOnly) != 0 && !isConditional(request.ordType);
  const Qty open =
      isCut ? std::min(request.orderQty, reducible(request.owner, request.side)) : request.orderQty;
  MatchEvent& event =
      emit(reason == OrdRejReason::None ? MatchKind::Accepted : MatchKind::Rejected);
  event.reason = reason;
  event.side = request.side;
  event.owner = request.owner;
  event.order = request.clOrdID;
  event.qty = reason == OrdRejReason::None ? open : request.orderQty;
  event.price = request.price;
  if (reason != OrdRejReason::None) return kNoSlot;

  OrderSlot slot = kNoSlot;
  if (isConditional(request.ordType)) {
    slot = placeConditional(request);
  } else if (request.timeInForce == TimeInForce::AtTheClose &&
             phase_ != TradingPhase::ClosingAuction) {
    return park(request);
  } else if (isAuction(phase_)) {
    return enterRested(request);
  } else {
    Incoming in = incoming(request, open);
    slot = enter(in);
  }
  settle();
  return pool_.holds(slot, request.clOrdID) ? slot : kNoSlot;
}

bool MatchingEngine::cancel(OrderSlot slot, std::uint64_t reference) noexcept {
  if (!pool_.holds(slot, reference)) {
    MatchEvent& event = emit(MatchKind::CancelRejected);
    event.order = reference;
    event.reason = OrdRejReason::UnknownOrder;
    return false;
  }
  remove(slot, MatchKind::Canceled, OrdRejReason::None);
  settle();
  return true;
}

void MatchingEngine::emitOrder(MatchKind kind, OrdRejReason reason, OrderSlot slot,
                               Qty qty) noexcept {
  const OrderNode& node = pool_.node(slot);
  MatchEvent& event = emit(kind);
  event.reason = reason;
  event.side = node.side;
  event.owner = node.owner;
  event.order = pool_.identity(slot).reference;
  event.qty = qty;
  event.price = node.price;
}

void MatchingEngine::remove(OrderSlot slot, MatchKind kind, OrdRejReason reason) noexcept {
  emitOrder(kind, reason, slot, pool_.leaves(slot));
  takeOut(slot);
  pool_.give(slot);
}

void MatchingEngine::takeOut(OrderSlot slot) noexcept {
  OrderNode& node = pool_.node(slot);
  if (node.place == Place::Conditional) {
    disarm(slot);
    dropTrailing(slot);
    --conditionalCount_;
    return;
  }
  if (node.place == Place::Parked) {
    pool_.unlink(parked_, slot);
    return;
  }
  PriceLadder& side = ladder(node.side);
  const std::uint64_t key = side.keyOf(node.price);
  PriceLevel& level = side.at(key);
  const bool isHidden = (node.traits & kInHiddenQueue) != 0;
  pool_.unlink(isHidden ? level.hidden : level.shown, slot);
  dropFrom(level, isHidden, node.open);
  if (node.traits != 0) [[unlikely]] {
    if ((node.traits & kHoldsBack) != 0) level.hiddenQty -= pool_.details(slot).reserve;
    if ((node.traits & kNeeds) != 0) --needCount_[node.side == Side::Buy ? 0 : 1];
  }
  if (level.isEmpty()) side.close(key);
}

void MatchingEngine::rejectReplace(const OrderRequest& request, OrdRejReason reason) noexcept {
  MatchEvent& event = emit(MatchKind::ReplaceRejected);
  event.order = request.clOrdID;
  event.other = request.origClOrdID;
  event.reason = reason;
}

OrderSlot MatchingEngine::replace(OrderSlot slot, const OrderRequest& request) noexcept {
  if (!pool_.holds(slot, request.origClOrdID)) {
    rejectReplace(request, OrdRejReason::UnknownOrder);
    return kNoSlot;
  }
  const OrderNode& node = pool_.node(slot);
  if (node.place != Place::Book) return replaceWaiting(slot, request);
  const bool isMarket = node.price == kPriceEnd || node.price == -kPriceEnd;
  const Price price = isMarket ? node.price : request.price;
  Incoming in = resting(slot);
  const Qty had = in.open;
  in.open = request.orderQty - (in.orderQty - had);
  in.limit = price;
  OrdRejReason reason = OrdRejReason::None;
  const bool keepsPriority = price == node.price && in.open <= had;
  if (phase_ == TradingPhase::Closed || phase_ == TradingPhase::Halted) {
    reason = OrdRejReason::ExchangeClosed;
  } else if (request.orderQty > kQtyMax || in.open <= 0 ||
             (in.displayQty != 0 && in.open / in.displayQty > kSlicesMax)) {
    reason = OrdRejReason::InvalidQty;
  } else if (!isMarket && !isPrice(price)) {
    reason = OrdRejReason::InvalidPrice;
  } else if (!isMarket && !isInBand(price)) {
    reason = OrdRejReason::PriceBand;
  } else if ((in.flags & order::kReduceOnly) != 0 && in.open > reducible(in.owner, in.side)) {
    reason = OrdRejReason::ReduceOnlyIncrease;
  } else if (!keepsPriority && (in.flags & order::kPostOnly) != 0 && !isAuction(phase_) &&
             crosses(in.side, price)) {
    reason = OrdRejReason::WouldTakeLiquidity;
  }
  if (reason != OrdRejReason::None) {
    rejectReplace(request, reason);
    return slot;
  }
  in.reference = request.clOrdID != event::kNoOrder ? request.clOrdID : request.origClOrdID;
  in.orderQty = request.orderQty;
  in.minQty = std::min(in.minQty, in.open);
  MatchEvent& event = emit(MatchKind::Replaced);
  event.side = in.side;
  event.owner = in.owner;
  event.order = in.reference;
  event.other = request.origClOrdID;
  event.qty = request.orderQty;
  event.price = price;
  event.leaves = in.open;
  if (keepsPriority) {
    pool_.identity(slot) = {in.reference, in.orderQty};
    reduceInPlace(slot, in.open);
  } else {
    takeOut(slot);
    slot = isAuction(phase_) ? rest(in) : enter(in);
  }
  settle();
  return pool_.holds(slot, in.reference) ? slot : kNoSlot;
}

void MatchingEngine::reduceInPlace(OrderSlot slot, Qty leavesNew) noexcept {
  OrderNode& node = pool_.node(slot);
  PriceLadder& side = ladder(node.side);
  PriceLevel& level = side.at(side.keyOf(node.price));
  Qty less = pool_.leaves(slot) - leavesNew;
  if ((node.traits & kHoldsBack) != 0) {
    OrderDetails& details = pool_.details(slot);
    const Qty fromReserve = std::min(less, details.reserve);
    details.reserve -= fromReserve;
    level.hiddenQty -= fromReserve;
    less -= fromReserve;
  }
  node.open -= less;
  dropFrom(level, (node.traits & kInHiddenQueue) != 0, less);
}

OrderSlot MatchingEngine::replaceWaiting(OrderSlot slot, const OrderRequest& request) noexcept {
  OrderRequest changed = pool_.details(slot).request;
  changed.clOrdID = request.clOrdID != event::kNoOrder ? request.clOrdID : request.origClOrdID;
  changed.price = request.price;
  if (request.stopPx != 0) changed.stopPx = request.stopPx;
  changed.orderQty = request.orderQty;
  OrdRejReason reason = OrdRejReason::None;
  if (phase_ == TradingPhase::Closed || phase_ == TradingPhase::Halted) {
    reason = OrdRejReason::ExchangeClosed;
  } else if (changed.orderQty <= 0 || changed.orderQty > kQtyMax ||
             changed.minQty > changed.orderQty) {
    reason = OrdRejReason::InvalidQty;
  } else if (!isPrice(changed.stopPx) ||
             (hasLimitPrice(changed.ordType) && !isPrice(changed.price))) {
    reason = OrdRejReason::InvalidPrice;
  } else if (hasLimitPrice(changed.ordType) && !isInBand(changed.price)) {
    reason = OrdRejReason::PriceBand;
  }
  if (reason != OrdRejReason::None) {
    rejectReplace(request, reason);
    return slot;
  }
  MatchEvent& event = emit(MatchKind::Replaced);
  event.side = changed.side;
  event.owner = changed.owner;
  event.order = changed.clOrdID;
  event.other = request.origClOrdID;
  event.qty = changed.orderQty;
  event.price = changed.price;
  event.leaves = changed.orderQty;
  OrderNode& node = pool_.node(slot);
  const bool hasMoved = changed.stopPx != pool_.details(slot).request.stopPx;
  const bool keepsPlace = !hasMoved && changed.orderQty <= node.open;
  node.open = changed.orderQty;
  pool_.identity(slot) = {changed.clOrdID, changed.orderQty};
  if (node.place == Place::Parked) {
    pool_.details(slot).request = changed;
    if (!keepsPlace) {
      pool_.unlink(parked_, slot);
      pool_.append(parked_, slot);
    }
    return slot;
  }
  if (!keepsPlace) disarm(slot);
  pool_.details(slot).request = changed;
  if (!keepsPlace && changed.stopPx != 0 && !arm(slot)) {
    remove(slot, MatchKind::Canceled, OrdRejReason::Capacity);
    return kNoSlot;
  }
  settle();
  return pool_.holds(slot, changed.clOrdID) ? slot : kNoSlot;
}

}  // namespace hft::sim
