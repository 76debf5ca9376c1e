#include "native/sim/recorded/recorded_market.hpp"

#include <algorithm>
#include <limits>

#include "native/sim/price_ladder.hpp"

namespace hft::sim {
namespace {

using event::OrdRejReason;
using order::OrderRequest;

bool isAuction(TradingPhase phase) noexcept {
  return phase == TradingPhase::OpeningAuction || phase == TradingPhase::ClosingAuction;
}

}  // namespace

RecordedMarket::RecordedMarket(const RecordedConfig& config)
    : config_(config),
      levels_({.levelsMax = config.levelsMax, .pagesMax = config.levelsMax}),
      taken_({.levelsMax = config.levelsMax, .pagesMax = config.levelsMax}),
      orders_(1),
      positions_(config.ownersMax),
      bandLow_(-kPriceEnd),
      bandHigh_(kPriceEnd) {}

OrdRejReason RecordedMarket::validate(const OrderRequest& request) const noexcept {
  const OrdType type = request.ordType;
  if (request.orderQty <= 0 || request.orderQty > kQtyMax || request.displayQty < 0 ||
      request.minQty < 0 || request.minQty > request.orderQty) {
    return OrdRejReason::InvalidQty;
  }
  if ((request.side != Side::Buy && request.side != Side::Sell) || type < OrdType::Market ||
      type > OrdType::TrailingStopLimit || request.timeInForce > TimeInForce::AtTheClose) {
    return OrdRejReason::UnsupportedOrder;
  }
  if (hasLimitPrice(type)) {
    if (!isPrice(request.price)) return OrdRejReason::InvalidPrice;
    if (!isInBand(request.price)) return OrdRejReason::PriceBand;
  }
  const bool hasNeed = (request.flags & order::kAllOrNone) != 0 || request.minQty != 0;
  if (request.displayQty != 0 && (request.flags & order::kHidden) == 0 && hasNeed) {
    return OrdRejReason::UnsupportedOrder;
  }
  const bool isLimit = hasLimitPrice(type) || type == OrdType::TrailingStopLimit;
  if ((request.flags & order::kPostOnly) != 0 && (!isLimit || isImmediate(request.timeInForce))) {
    return OrdRejReason::UnsupportedOrder;
  }
  if (request.timeInForce == TimeInForce::GoodTillDate && request.expireTime <= now_) {
    return OrdRejReason::Expired;
  }
  if ((request.flags & order::kReduceOnly) != 0) {
    if (request.owner >= positions_.size()) return OrdRejReason::UnsupportedOrder;
    if (!isConditional(type) && reducible(request.owner, request.side) == 0) {
      return OrdRejReason::ReduceOnlyIncrease;
    }
  }
  if (isConditional(type)) {
    const bool isForAuction = request.timeInForce == TimeInForce::AtTheOpening ||
                              request.timeInForce == TimeInForce::AtTheClose;
    if (isForAuction) return OrdRejReason::UnsupportedOrder;
    if (!isPrice(request.stopPx)) return OrdRejReason::InvalidPrice;
    if (isTrailing(type) && (request.trailOffset <= 0 || !isPrice(request.trailOffset) ||
                             !isPrice(request.limitOffset))) {
      return OrdRejReason::InvalidPrice;
    }
  }
  return validatePhase(request);
}

OrdRejReason RecordedMarket::validatePhase(const OrderRequest& request) const {
  if (phase_ == TradingPhase::Closed || phase_ == TradingPhase::Halted) {
    return OrdRejReason::ExchangeClosed;
  }
  if (isConditional(request.ordType)) return OrdRejReason::None;
  const TimeInForce timeInForce = request.timeInForce;
  if (timeInForce == TimeInForce::AtTheOpening && phase_ != TradingPhase::OpeningAuction) {
    return OrdRejReason::TooLateToEnter;
  }
  const bool isForAuction = isAuction(phase_) || timeInForce == TimeInForce::AtTheOpening ||
                            timeInForce == TimeInForce::AtTheClose;
  if (isForAuction) {
    const bool hasNeed = (request.flags & (order::kAllOrNone | order::kReduceOnly)) != 0 ||
                         request.minQty != 0 || isImmediate(timeInForce);
    return hasNeed || request.ordType == OrdType::MarketToLimit ? OrdRejReason::UnsupportedOrder
                                                                : OrdRejReason::None;
  }
  if ((request.flags & order::kPostOnly) != 0 && crosses(request.side, request.price)) {
    return OrdRejReason::WouldTakeLiquidity;
  }
  return OrdRejReason::None;
}

RecordedMarket::Slot RecordedMarket::submit(const OrderRequest& request, Nanos now) {
  now_ = std::max(now_, now);
  const OrdRejReason reason = validate(request);
  Order fresh;
  fresh.request = request;
  fresh.leaves = request.orderQty;
  if (reason != OrdRejReason::None) {
    emit(MatchKind::Rejected, reason, fresh, request.orderQty);
    return kNone;
  }
  if ((request.flags & order::kReduceOnly) != 0 && !isConditional(request.ordType)) {
    fresh.leaves = std::min(request.orderQty, reducible(request.owner, request.side));
  }
  fresh.request.orderQty = fresh.leaves;
  fresh.isMarket = request.ordType == OrdType::Market;
  fresh.isArmed = !isTrailing(request.ordType) || request.stopPx != 0;
  fresh.arrival = nextArrival();
  const Slot slot = take();
  orders_[slot] = fresh;
  emit(MatchKind::Accepted, OrdRejReason::None, fresh, fresh.leaves);
  if (request.timeInForce == TimeInForce::GoodTillDate) {
    nextExpiry_ = std::min(nextExpiry_, request.expireTime);
  }
  if (isConditional(request.ordType)) {
    place(slot, Place::Conditional);
  } else if (request.timeInForce == TimeInForce::AtTheClose &&
             phase_ != TradingPhase::ClosingAuction) {
    place(slot, Place::Parked);
  } else if (isAuction(phase_)) {
    place(slot, Place::Call);
  } else {
    enter(slot);
  }
  settle();
  return holds(slot, request.clOrdID) ? slot : kNone;
}

bool RecordedMarket::cancel(Slot slot, std::uint64_t reference) {
  if (!holds(slot, reference)) {
    Order unknown;
    unknown.request.clOrdID = reference;
    emit(MatchKind::CancelRejected, OrdRejReason::UnknownOrder, unknown, 0);
    return false;
  }
  remove(slot, MatchKind::Canceled, OrdRejReason::None);
  return true;
}

OrdRejReason RecordedMarket::validateReplace(const Order& order,
                                             const OrderRequest& changed) const {
  if (phase_ == TradingPhase::Closed || phase_ == TradingPhase::Halted) {
    return OrdRejReason::ExchangeClosed;
  }
  const Qty leaves = changed.orderQty - (order.request.orderQty - order.leaves);
  if (changed.orderQty > kQtyMax || leaves <= 0 ||
      (!order.isMet && changed.minQty > changed.orderQty)) {
    return OrdRejReason::InvalidQty;
  }
  const bool hasPrice =
      hasLimitPrice(changed.ordType) || (order.place == Place::Book && !order.isMarket);
  if (hasPrice && !isPrice(changed.price)) return OrdRejReason::InvalidPrice;
  if (hasPrice && !isInBand(changed.price)) return OrdRejReason::PriceBand;
  if (order.place == Place::Conditional && !isPrice(changed.stopPx)) {
    return OrdRejReason::InvalidPrice;
  }
  if (order.place != Place::Book) return OrdRejReason::None;
  if ((changed.flags & order::kReduceOnly) != 0 &&
      leaves > reducible(changed.owner, changed.side)) {
    return OrdRejReason::ReduceOnlyIncrease;
  }
  const bool keepsPlace = changed.price == order.request.price && leaves <= order.leaves;
  if (!keepsPlace && (changed.flags & order::kPostOnly) != 0 &&
      crosses(changed.side, changed.price)) {
    return OrdRejReason::WouldTakeLiquidity;
  }
  return OrdRejReason::None;
}

RecordedMarket::Slot RecordedMarket::replace(Slot slot, const OrderRequest& request) {
  if (!holds(slot, request.origClOrdID)) {
    Order unknown;
    unknown.request.clOrdID = request.clOrdID;
    emit(MatchKind::ReplaceRejected, OrdRejReason::UnknownOrder, unknown, 0).other =
        request.origClOrdID;
    return kNone;
  }
  Order& order = orders_[slot];
  OrderRequest changed = order.request;
  changed.clOrdID = request.clOrdID;
  if (!order.isMarket) changed.price = request.price;
  if (request.stopPx != 0) changed.stopPx = request.stopPx;
  changed.orderQty = request.orderQty;
  if (const OrdRejReason reason = validateReplace(order, changed); reason != OrdRejReason::None) {
    Order refused = order;
    refused.request.clOrdID = request.clOrdID;
    emit(MatchKind::ReplaceRejected, reason, refused, 0).other = request.origClOrdID;
    return slot;
  }
  const Qty leaves = changed.orderQty - (order.request.orderQty - order.leaves);
  const bool keepsPlace = changed.price == order.request.price && leaves <= order.leaves;
  const Place was = order.place;
  if (was == Place::Book && !keepsPlace) unplace(slot);
  if (was == Place::Conditional && request.stopPx != 0) order.isArmed = true;
  order.request = changed;
  order.leaves = leaves;
  order.slice = std::min(order.slice, leaves);
  MatchEvent& event = emit(MatchKind::Replaced, OrdRejReason::None, order, changed.orderQty);
  event.other = request.origClOrdID;
  event.leaves = leaves;
  if (was == Place::Book && !keepsPlace) {
    order.arrival = nextArrival();
    enter(slot);
  }
  settle();
  return holds(slot, changed.clOrdID) ? slot : kNone;
}

bool RecordedMarket::setPosition(std::uint32_t owner, Qty position) noexcept {
  if (owner >= positions_.size()) return false;
  positions_[owner] = position;
  return true;
}

Qty RecordedMarket::queueAhead(Slot slot) const noexcept {
  if (slot >= orders_.size() || orders_[slot].place != Place::Book) return -1;
  return orders_[slot].queue.aheadLots();
}

RecordedMarket::Slot RecordedMarket::take() {
  if (free_.empty()) {
    orders_.emplace_back();
    return static_cast<Slot>(orders_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

void RecordedMarket::give(Slot slot) {
  orders_[slot].place = Place::None;
  orders_[slot].request.clOrdID = 0;
  free_.push_back(slot);
}

RecordedMarket::List& RecordedMarket::listOf(const Order& order) noexcept {
  switch (order.place) {
    case Place::Conditional:
      return waiting_;
    case Place::Parked:
      return parked_;
    case Place::Call:
      return call_;
    default:
      return resting_[order.request.side == Side::Buy ? 0 : 1];
  }
}

void RecordedMarket::place(Slot slot, Place place) {
  Order& order = orders_[slot];
  order.place = place;
  List& list = listOf(order);
  if (place != Place::Book) {
    list.push_back(slot);
    return;
  }
  const bool isBuy = order.request.side == Side::Buy;
  const auto isWorse = [&](Slot other) {
    const Price price = orders_[other].request.price;
    return isBuy ? price < order.request.price : price > order.request.price;
  };
  list.insert(std::ranges::find_if(list, isWorse), slot);
}

void RecordedMarket::unplace(Slot slot) {
  List& list = listOf(orders_[slot]);
  const auto found = std::ranges::find(list, slot);
  if (found != list.end()) list.erase(found);
  orders_[slot].place = Place::None;
}

void RecordedMarket::remove(Slot slot, MatchKind kind, OrdRejReason reason) {
  emit(kind, reason, orders_[slot], orders_[slot].leaves);
  unplace(slot);
  give(slot);
}

bool RecordedMarket::holds(Slot slot, std::uint64_t reference) const noexcept {
  return slot != kNone && slot < orders_.size() && orders_[slot].place != Place::None &&
         orders_[slot].request.clOrdID == reference;
}

Qty RecordedMarket::reducible(std::uint32_t owner, Side side) const noexcept {
  const Qty position = owner < positions_.size() ? positions_[owner] : 0;
  return std::max<Qty>(0, side == Side::Buy ? -position : position);
}

MatchEvent& RecordedMarket::emit(MatchKind kind, OrdRejReason reason, const Order& order, Qty qty) {
  MatchEvent& event = events_.emplace_back();
  event.kind = kind;
  event.reason = reason;
  event.side = order.request.side;
  event.owner = order.request.owner;
  event.order = order.request.clOrdID;
  event.qty = qty;
  event.price = order.request.price;
  return event;
}

}  // namespace hft::sim
