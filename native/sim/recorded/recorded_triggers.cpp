// The part of RecordedMarket for conditional orders, phases, bands and expiry.
#include <algorithm>
#include <array>
#include <limits>

#include "native/sim/price_ladder.hpp"
#include "native/sim/recorded/recorded_market.hpp"

namespace hft::sim {

using event::OrdRejReason;

namespace {

/// The order in which conditions are looked at: buy stops, sell stops, buy and
/// sell if-touched.
unsigned conditionOf(OrdType type, Side side) noexcept {
  const bool isTouched = type == OrdType::MarketIfTouched || type == OrdType::LimitIfTouched;
  return (isTouched ? 2U : 0U) + (side == Side::Buy ? 0U : 1U);
}

/// Whether the condition is met by a price at or above its trigger.
bool isRising(unsigned condition) noexcept { return condition == 0 || condition == 3; }

}  // namespace

Price RecordedMarket::watched(Side side, bool /*isRising*/) const noexcept {
  switch (config_.triggerBy) {
    case TriggerBy::LastTrade:
      return lastTrade_;
    case TriggerBy::BestBid:
      return levels_.bestBid().price;
    case TriggerBy::BestAsk:
      return levels_.bestAsk().price;
    case TriggerBy::Quote:
      return side == Side::Buy ? levels_.bestAsk().price : levels_.bestBid().price;
  }
  return kNoPrice;
}

void RecordedMarket::settle() {
  if (isSettling_ || phase_ != TradingPhase::Continuous) return;
  isSettling_ = true;
  while (!waiting_.empty()) {
    if (triggerOne()) continue;
    bool hasMoved = false;
    for (const Slot slot : waiting_) {
      order::OrderRequest& request = orders_[slot].request;
      const Price seen = watched(request.side, request.side == Side::Sell);
      if (!isTrailing(request.ordType) || seen == kNoPrice) continue;
      const bool isBuy = request.side == Side::Buy;
      const Price stop = isBuy ? seen + request.trailOffset : seen - request.trailOffset;
      const bool isCloser =
          !orders_[slot].isArmed || (isBuy ? stop < request.stopPx : stop > request.stopPx);
      if (!isCloser || !isPrice(stop)) continue;
      request.stopPx = stop;
      orders_[slot].isArmed = true;
      hasMoved = true;
    }
    if (!hasMoved) break;
  }
  for (bool hasFilled = true; hasFilled;) {
    hasFilled = false;
    for (const List& list : resting_) {
      const auto needs = [&](Slot slot) {
        const Order& order = orders_[slot];
        const Qty need = (order.request.flags & order::kReduceOnly) == 0 ? needOf(order) : 0;
        return need > 0 && available(order.request.side, order.request.price, order.leaves) >= need;
      };
      const auto found = std::ranges::find_if(list, needs);
      if (found == list.end()) continue;
      const Slot slot = *found;
      unplace(slot);
      enter(slot);
      hasFilled = true;
      break;
    }
  }
  isSettling_ = false;
}

bool RecordedMarket::triggerOne() {
  Slot best = kNone;
  for (const Slot slot : waiting_) {
    const Order& order = orders_[slot];
    const unsigned condition = conditionOf(order.request.ordType, order.request.side);
    const Price seen = watched(order.request.side, isRising(condition));
    const Price stop = order.request.stopPx;
    if (!order.isArmed || seen == kNoPrice || (isRising(condition) ? seen < stop : seen > stop)) {
      continue;
    }
    if (best != kNone) {
      const order::OrderRequest& other = orders_[best].request;
      const unsigned otherCondition = conditionOf(other.ordType, other.side);
      const bool isNearer = isRising(condition) ? stop < other.stopPx : stop > other.stopPx;
      const bool isFirst = condition < otherCondition || (condition == otherCondition && isNearer);
      if (!isFirst) continue;
    }
    best = slot;
  }
  if (best == kNone) return false;
  activate(best);
  return true;
}

void RecordedMarket::activate(Slot slot) {
  Order& order = orders_[slot];
  order::OrderRequest& request = order.request;
  const Side side = request.side;
  unplace(slot);
  emit(MatchKind::Triggered, OrdRejReason::None, order, order.leaves).price = request.stopPx;
  if (request.ordType == OrdType::TrailingStopLimit) {
    request.price =
        request.stopPx + (side == Side::Buy ? request.limitOffset : -request.limitOffset);
  }
  const bool isLimit =
      hasLimitPrice(request.ordType) || request.ordType == OrdType::TrailingStopLimit;
  request.ordType = isLimit ? OrdType::Limit : OrdType::Market;
  order.isMarket = !isLimit;
  if ((request.flags & order::kReduceOnly) != 0) {
    const Qty open = std::min(order.leaves, reducible(request.owner, side));
    if (open == 0) return finishTaker(slot, OrdRejReason::ReduceOnlyIncrease);
    if (open < order.leaves) {
      const Qty cut = order.leaves - open;
      order.leaves = open;
      request.orderQty -= cut;
      request.minQty = std::min(request.minQty, open);
      emit(MatchKind::Decremented, OrdRejReason::ReduceOnlyIncrease, order, cut).leaves = open;
    }
  }
  const bool isPriced = isPrice(request.price);
  if (isLimit && (!isPriced || !isInBand(request.price))) {
    return finishTaker(slot, OrdRejReason::PriceBand);
  }
  if (isLimit && (request.flags & order::kPostOnly) != 0 && crosses(side, request.price)) {
    return finishTaker(slot, OrdRejReason::WouldTakeLiquidity);
  }
  order.arrival = nextArrival();
  enter(slot);
}

void RecordedMarket::leaveAuction() {
  const TimeInForce bound =
      phase_ == TradingPhase::ClosingAuction ? TimeInForce::AtTheClose : TimeInForce::AtTheOpening;
  const List called = call_;
  for (const Slot slot : called) {
    if (orders_[slot].request.timeInForce == bound) {
      remove(slot, MatchKind::Expired, OrdRejReason::Expired);
    } else if (orders_[slot].isMarket) {
      remove(slot, MatchKind::Canceled, OrdRejReason::None);
    }
  }
}

void RecordedMarket::expireDayOrders() {
  List all;
  for (const List* list : {&resting_[0], &resting_[1], &waiting_, &parked_, &call_}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  for (const Slot slot : all) {
    const TimeInForce timeInForce = orders_[slot].request.timeInForce;
    if (timeInForce == TimeInForce::GoodTillCancel || timeInForce == TimeInForce::GoodTillDate) {
      continue;
    }
    remove(slot, MatchKind::Expired, OrdRejReason::Expired);
  }
}

void RecordedMarket::setPhase(TradingPhase phase) {
  if (phase == phase_) return;
  const auto isAuction = [](TradingPhase each) {
    return each == TradingPhase::OpeningAuction || each == TradingPhase::ClosingAuction;
  };
  // A halt in the middle of an auction keeps its orders for the reopening.
  if (isAuction(phase_) && phase != TradingPhase::Halted) leaveAuction();
  phase_ = phase;
  if (phase == TradingPhase::ClosingAuction) {
    const List parked = parked_;
    for (const Slot slot : parked) {
      unplace(slot);
      place(slot, Place::Call);
    }
  }
  if (phase == TradingPhase::Closed) expireDayOrders();
  if (phase == TradingPhase::Continuous) reopen();
  settle();
}

/// What stands in the call, and what the book has crossed meanwhile, meets the market.
void RecordedMarket::reopen() {
  const List called = call_;
  for (const Slot slot : called) {
    if (orders_[slot].request.timeInForce == TimeInForce::AtTheOpening) {
      remove(slot, MatchKind::Expired, OrdRejReason::Expired);
      continue;
    }
    unplace(slot);
    enter(slot);
  }
  for (const Side side : {Side::Buy, Side::Sell}) {
    const List rested = resting_[side == Side::Buy ? 0 : 1];
    const event::Level best = side == Side::Buy ? levels_.bestAsk() : levels_.bestBid();
    for (const Slot slot : rested) {
      const Price limit = orders_[slot].request.price;
      const bool isCrossed =
          best.price != kNoPrice && (side == Side::Buy ? best.price <= limit : best.price >= limit);
      if (orders_[slot].place != Place::Book || !isCrossed) continue;
      unplace(slot);
      enter(slot);
    }
  }
}

void RecordedMarket::setPriceBand(Price low, Price high) {
  bandLow_ = low == kNoPrice ? -kPriceEnd : low;
  bandHigh_ = high == kNoPrice ? kPriceEnd : high;
  List all;
  for (const List* list : {&resting_[0], &resting_[1], &parked_, &call_}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  for (const Slot slot : all) {
    if (!orders_[slot].isMarket && !isInBand(orders_[slot].request.price)) {
      remove(slot, MatchKind::Canceled, OrdRejReason::PriceBand);
    }
  }
  settle();
}

void RecordedMarket::advance(Nanos now) {
  now_ = std::max(now_, now);
  if (nextExpiry_ <= now_) scanExpiry(now_);
}

void RecordedMarket::scanExpiry(Nanos now) {
  nextExpiry_ = std::numeric_limits<Nanos>::max();
  List due;
  for (const List* list : {&resting_[0], &resting_[1], &waiting_, &parked_, &call_}) {
    for (const Slot slot : *list) {
      const order::OrderRequest& request = orders_[slot].request;
      if (request.timeInForce != TimeInForce::GoodTillDate) continue;
      if (request.expireTime <= now) {
        due.push_back(slot);
      } else {
        nextExpiry_ = std::min(nextExpiry_, request.expireTime);
      }
    }
  }
  std::ranges::sort(due, [this](Slot a, Slot b) {
    const Order& first = orders_[a];
    const Order& second = orders_[b];
    if (first.request.expireTime != second.request.expireTime) {
      return first.request.expireTime < second.request.expireTime;
    }
    return first.arrival != second.arrival ? first.arrival < second.arrival : a < b;
  });
  for (const Slot slot : due) remove(slot, MatchKind::Expired, OrdRejReason::Expired);
}

}  // namespace hft::sim
