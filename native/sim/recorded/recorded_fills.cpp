// The part of RecordedMarket in which orders meet the recording and each other.
#include <algorithm>
#include <variant>

#include "native/sim/price_ladder.hpp"
#include "native/sim/recorded/recorded_market.hpp"

namespace hft::sim {

using event::LiquidityInd;
using event::OrdRejReason;
using order::SelfTradePrevention;

namespace {

/// Whether `price` is at least as good for an order of `side` with `limit` as
/// its limit.
bool isWithin(Side side, Price price, Price limit) noexcept {
  return side == Side::Buy ? price <= limit : price >= limit;
}

bool isBetter(Side side, Price price, Price other) noexcept {
  return side == Side::Buy ? price > other : price < other;
}

}  // namespace

Qty RecordedMarket::freeAt(Side side, Price price, Qty displayed) const noexcept {
  if (config_.impact == ImpactModel::None) return displayed;
  return std::max<Qty>(0, displayed - taken_.qtyAt(side, price));
}

void RecordedMarket::consume(Side side, Price price, Qty qty) noexcept {
  if (config_.impact == ImpactModel::None) return;
  // Both books hold as many levels, and only what is displayed can be taken.
  (void)taken_.setLevel(side, price, taken_.qtyAt(side, price) + qty);
}

RecordedMarket::Slot RecordedMarket::bestOwn(Side side) const noexcept {
  const List& list = resting_[side == Side::Buy ? 0 : 1];
  return list.empty() ? kNone : list.front();
}

bool RecordedMarket::crosses(Side side, Price limit) const noexcept {
  const Slot own = bestOwn(opposite(side));
  if (own != kNone && isWithin(side, orders_[own].request.price, limit)) return true;
  const event::Level best = side == Side::Buy ? levels_.bestAsk() : levels_.bestBid();
  return best.price != kNoPrice && isWithin(side, best.price, limit);
}

Qty RecordedMarket::needOf(const Order& order) const noexcept {
  const bool isAll = order.request.timeInForce == TimeInForce::FillOrKill ||
                     (order.request.flags & order::kAllOrNone) != 0;
  if (isAll) return order.leaves;
  return order.isMet ? 0 : std::min(order.request.minQty, order.leaves);
}

Qty RecordedMarket::available(Side side, Price limit, Qty most) const noexcept {
  Qty total = 0;
  levels_.forEachLevel(opposite(side), [&](Price price, Qty qty) {
    if (!isWithin(side, price, limit)) return false;
    total += config_.fills == FillModel::WholeAtTouch ? most : freeAt(opposite(side), price, qty);
    return total < most;
  });
  return std::min(total, most);
}

void RecordedMarket::enter(Slot slot) {
  Order& order = orders_[slot];
  const Side side = order.request.side;
  if (order.request.ordType == OrdType::MarketToLimit) {
    const Slot own = bestOwn(opposite(side));
    Price best = (side == Side::Buy ? levels_.bestAsk() : levels_.bestBid()).price;
    if (own != kNone && (best == kNoPrice || isWithin(side, orders_[own].request.price, best))) {
      best = orders_[own].request.price;
    }
    if (best == kNoPrice || !isInBand(best)) return finishTaker(slot, OrdRejReason::None);
    order.request.price = best;
    order.request.ordType = OrdType::Limit;
  }
  if (order.isMarket) order.request.price = side == Side::Buy ? bandHigh_ : bandLow_;
  const Price limit = order.request.price;
  const Qty need = needOf(order);
  const bool isMet = need == 0 || available(side, limit, order.leaves) >= need;
  if (isMet && crosses(side, limit)) {
    sweep(slot);
    if (order.place == Place::None && order.request.clOrdID == 0) return;
  }
  const TimeInForce timeInForce = order.request.timeInForce;
  const bool isDone = order.isMarket || timeInForce == TimeInForce::ImmediateOrCancel ||
                      timeInForce == TimeInForce::FillOrKill;
  if (!isDone) return rest(slot);
  // Only a band can stop a market order before the end of the book.
  bool isBanded = false;
  levels_.forEachLevel(opposite(side), [&](Price price, Qty) {
    isBanded = order.isMarket && !isWithin(side, price, limit);
    return !isBanded;
  });
  finishTaker(slot, !isMet     ? OrdRejReason::MinimumQty
                    : isBanded ? OrdRejReason::PriceBand
                               : OrdRejReason::None);
}

void RecordedMarket::finishTaker(Slot slot, OrdRejReason reason) {
  emit(MatchKind::Canceled, reason, orders_[slot], orders_[slot].leaves);
  give(slot);
}

void RecordedMarket::rest(Slot slot) {
  join(orders_[slot]);
  place(slot, Place::Book);
}

void RecordedMarket::join(Order& order) {
  const order::OrderRequest& request = order.request;
  const bool isIceberg = request.displayQty != 0 && (request.flags & order::kHidden) == 0;
  order.slice = isIceberg ? std::min(request.displayQty, order.leaves) : order.leaves;
  order.queue = joinQueue(levels_.qtyAt(request.side, request.price));
}

/// Takes what the limit allows. An order that is done has no reference
/// afterwards.
void RecordedMarket::sweep(Slot slot) {
  Order& order = orders_[slot];
  const Side side = order.request.side;
  const Side other = opposite(side);
  const Price limit = order.request.price;
  walk_.clear();
  Qty seen = 0;
  levels_.forEachLevel(other, [&](Price price, Qty displayed) {
    if (!isWithin(side, price, limit)) return false;
    const bool isWhole = config_.fills == FillModel::WholeAtTouch;
    walk_.push_back({price, isWhole ? order.leaves : freeAt(other, price, displayed)});
    seen += walk_.back().qty;
    return seen < order.leaves;
  });
  List& own = resting_[other == Side::Buy ? 0 : 1];
  std::size_t ownAt = 0;
  for (std::size_t at = 0; order.leaves > 0;) {
    const bool hasOwn =
        ownAt < own.size() && isWithin(side, orders_[own[ownAt]].request.price, limit);
    if (hasOwn && (at == walk_.size() ||
                   isBetter(other, orders_[own[ownAt]].request.price, walk_[at].price))) {
      const std::size_t before = own.size();
      if (!meetOwn(slot, own[ownAt])) return finishTaker(slot, OrdRejReason::SelfTrade);
      if (own.size() == before) ++ownAt;
      continue;
    }
    if (at == walk_.size()) break;
    const event::Level level = walk_[at++];
    const Qty qty = std::min(order.leaves, level.qty);
    if (qty == 0) continue;
    fill(slot, qty, level.price, LiquidityInd::Removed);
    consume(other, level.price, qty);
  }
  if (order.leaves == 0) give(slot);
}

/// Trades with an own order, or keeps them apart. Returns whether the taker
/// goes on; `other` stays in its list only where it was passed over or the
/// taker is done.
bool RecordedMarket::meetOwn(Slot slot, Slot other) {
  Order& taker = orders_[slot];
  Order& maker = orders_[other];
  const SelfTradePrevention mode = taker.request.selfTrade;
  const bool isSelf = taker.request.owner == maker.request.owner && taker.request.owner != 0 &&
                      mode != SelfTradePrevention::None;
  if (isSelf && mode != SelfTradePrevention::Decrement) {
    if (mode != SelfTradePrevention::CancelNewest) {
      remove(other, MatchKind::Canceled, OrdRejReason::SelfTrade);
    }
    return mode == SelfTradePrevention::CancelOldest;
  }
  Qty qty = std::min(taker.leaves, maker.leaves);
  if (isSelf) {
    for (Order* each : {&maker, &taker}) {
      each->leaves -= qty;
      each->slice = std::min(each->slice, each->leaves);
      each->request.orderQty -= qty;
      emit(MatchKind::Decremented, OrdRejReason::SelfTrade, *each, qty).leaves = each->leaves;
    }
  } else {
    const bool isReducing = (maker.request.flags & order::kReduceOnly) != 0;
    const Qty most = isReducing ? reducible(maker.request.owner, maker.request.side) : qty;
    if (most == 0) {
      remove(other, MatchKind::Canceled, OrdRejReason::ReduceOnlyIncrease);
      return true;
    }
    qty = std::min(qty, most);
    if (needOf(maker) > qty) return true;
    fill(slot, qty, maker.request.price, LiquidityInd::Removed);
    maker.leaves -= qty;
    maker.slice = std::min(maker.slice, maker.leaves);
    maker.isMet = true;
    if (maker.request.owner < positions_.size()) {
      positions_[maker.request.owner] += maker.request.side == Side::Buy ? qty : -qty;
    }
    MatchEvent& trade = events_.back();
    trade.other = maker.request.clOrdID;
    trade.otherOwner = maker.request.owner;
    trade.otherLeaves = maker.leaves;
  }
  const bool isReducing = (maker.request.flags & order::kReduceOnly) != 0;
  if (maker.leaves == 0) {
    unplace(other);
    give(other);
  } else if (isReducing && reducible(maker.request.owner, maker.request.side) == 0) {
    remove(other, MatchKind::Canceled, OrdRejReason::ReduceOnlyIncrease);
  } else if (maker.slice == 0) {
    unplace(other);
    maker.arrival = nextArrival();
    rest(other);
  }
  return true;
}

void RecordedMarket::fill(Slot slot, Qty qty, Price price, LiquidityInd liquidity) {
  Order& order = orders_[slot];
  order.leaves -= qty;
  order.slice = std::max<Qty>(0, std::min(order.slice - qty, order.leaves));
  order.isMet = true;
  const std::uint32_t owner = order.request.owner;
  if (owner < positions_.size()) positions_[owner] += order.request.side == Side::Buy ? qty : -qty;
  MatchEvent& event = emit(MatchKind::Trade, OrdRejReason::None, order, qty);
  event.price = price;
  event.liquidity = liquidity;
  event.leaves = order.leaves;
}

Qty RecordedMarket::fillMaker(Slot slot, Qty qty) {
  Order& order = orders_[slot];
  const bool isWhole = config_.fills == FillModel::WholeAtTouch;
  const bool isReducing = (order.request.flags & order::kReduceOnly) != 0;
  Qty most = isWhole ? order.leaves : std::min(qty, order.slice);
  if (isReducing) most = std::min(most, reducible(order.request.owner, order.request.side));
  if (most > 0 && needOf(order) <= most) {
    fill(slot, most, order.request.price, LiquidityInd::Added);
  } else {
    most = 0;
  }
  if (order.leaves == 0) {
    unplace(slot);
    give(slot);
  } else if (isReducing && reducible(order.request.owner, order.request.side) == 0) {
    remove(slot, MatchKind::Canceled, OrdRejReason::ReduceOnlyIncrease);
  } else if (order.slice == 0) {
    unplace(slot);
    order.arrival = nextArrival();
    rest(slot);
  }
  return isWhole ? 0 : most;
}

/// A trade of `qty` at `price` with what rests on `side`.
void RecordedMarket::throughPrice(Side side, Price price, Qty qty) {
  scratch_ = resting_[side == Side::Buy ? 0 : 1];
  const bool isExact = std::holds_alternative<ExactQueue>(config_.queue);
  Qty left = qty;
  for (const Slot slot : scratch_) {
    Order& order = orders_[slot];
    if (isBetter(side, price, order.request.price) || left == 0) break;
    if (order.request.price != price) {
      left -= fillMaker(slot, left);
      continue;
    }
    if (isExact) continue;
    if ((order.request.flags & order::kHidden) != 0) {
      order.queue = joinQueue(levels_.qtyAt(side, price));
    }
    const std::uint64_t reference = order.request.clOrdID;
    queueTraded(order.queue, left);
    const Qty reached = std::min(order.queue.takeReached(), left);
    if (reached == 0) continue;
    const Qty had = left;
    left -= fillMaker(slot, reached);
    // A slice that joined the tail: the level's fall by this trade does not
    // bring it forward.
    if (holds(slot, reference) && order.queue.traded == 0) order.queue.traded = had;
  }
}

void RecordedMarket::trade(Side aggressor, Price price, Qty qty) {
  lastTrade_ = price;
  if (phase_ == TradingPhase::OpeningAuction || phase_ == TradingPhase::ClosingAuction) {
    tradeInAuction(price, qty);
  } else if (phase_ == TradingPhase::Continuous) {
    Side hit = opposite(aggressor);
    if (hit == Side::None) {
      const book::Bbo bbo = levels_.bbo();
      if (bbo.bid != kNoPrice && price <= bbo.bid) hit = Side::Buy;
      if (bbo.ask != kNoPrice && price >= bbo.ask) hit = Side::Sell;
    }
    if (hit != Side::None) throughPrice(hit, price, qty);
  }
  settle();
}

void RecordedMarket::tradeInAuction(Price price, Qty qty) {
  for (const Side side : {Side::Buy, Side::Sell}) {
    scratch_ = resting_[side == Side::Buy ? 0 : 1];
    for (const Slot slot : call_) {
      if (orders_[slot].request.side == side) scratch_.push_back(slot);
    }
    std::ranges::sort(scratch_, [&](Slot a, Slot b) {
      const Order& first = orders_[a];
      const Order& second = orders_[b];
      if (first.isMarket != second.isMarket) return first.isMarket;
      if (!first.isMarket && first.request.price != second.request.price) {
        return isBetter(side, first.request.price, second.request.price);
      }
      return first.arrival != second.arrival ? first.arrival < second.arrival : a < b;
    });
    Qty left = qty;
    for (const Slot slot : scratch_) {
      Order& order = orders_[slot];
      const bool hasNeed = (order.request.flags & (order::kAllOrNone | order::kReduceOnly)) != 0 ||
                           (order.request.minQty != 0 && !order.isMet);
      const bool isReached = order.isMarket || isWithin(side, price, order.request.price);
      if (hasNeed || !isReached || left == 0) continue;
      const bool isWhole = config_.fills == FillModel::WholeAtTouch;
      const Qty filled = isWhole ? order.leaves : std::min(left, order.leaves);
      fill(slot, filled, price, LiquidityInd::Auction);
      if (!isWhole) left -= filled;
      if (order.leaves == 0) {
        unplace(slot);
        give(slot);
      } else if (order.place == Place::Book && order.slice == 0) {
        join(order);
      }
    }
  }
}

bool RecordedMarket::setLevel(Side side, Price price, Qty qty) {
  const Qty before = levels_.qtyAt(side, price);
  if (!levels_.setLevel(side, price, qty).ok()) return false;
  if (config_.impact != ImpactModel::None) (void)taken_.setLevel(side, price, 0);
  if (!std::holds_alternative<ExactQueue>(config_.queue)) {
    for (const Slot slot : resting_[side == Side::Buy ? 0 : 1]) {
      Order& order = orders_[slot];
      if (isBetter(side, price, order.request.price)) break;
      if (order.request.price != price) continue;
      queueResized(order.queue, config_.queue, before, qty);
    }
  }
  const Side other = opposite(side);
  const Slot own = bestOwn(other);
  if (qty <= before || own == kNone || phase_ != TradingPhase::Continuous ||
      !isWithin(other, price, orders_[own].request.price)) {
    return true;
  }
  scratch_ = resting_[other == Side::Buy ? 0 : 1];
  Qty left = qty - before;
  for (const Slot slot : scratch_) {
    if (!isWithin(other, price, orders_[slot].request.price) || left == 0) break;
    const Qty filled = fillMaker(slot, left);
    left -= filled;
    consume(side, price, filled);
  }
  return true;
}

bool RecordedMarket::setLevels(Side side, std::span<const event::Level> levels) {
  snapshot_.assign(levels.begin(), levels.end());
  std::ranges::sort(snapshot_, {}, &event::Level::price);
  walk_.clear();
  levels_.forEachLevel(side, [&](Price price, Qty qty) {
    if (!std::ranges::binary_search(snapshot_, price, {}, &event::Level::price)) {
      walk_.push_back({price, qty});
    }
    return true;
  });
  for (const event::Level& level : walk_) (void)setLevel(side, level.price, 0);
  bool hasRoom = true;
  for (const event::Level& level : levels) {
    hasRoom = setLevel(side, level.price, level.qty) && hasRoom;
  }
  return hasRoom;
}

void RecordedMarket::lose() noexcept {
  levels_.clear();
  taken_.clear();
}

void RecordedMarket::executed(Side side, Price price, Qty qty, std::uint64_t arrival) {
  lastTrade_ = price;
  if (phase_ == TradingPhase::Continuous) {
    scratch_ = resting_[side == Side::Buy ? 0 : 1];
    Qty left = qty;
    for (const Slot slot : scratch_) {
      const Order& order = orders_[slot];
      if (isBetter(side, price, order.request.price) || left == 0) break;
      const bool isAhead = order.request.price != price ||
                           (order.arrival < arrival && (order.request.flags & order::kHidden) == 0);
      if (isAhead) left -= fillMaker(slot, left);
    }
  }
  withdrawn(side, price, qty, arrival);
  settle();
}

void RecordedMarket::withdrawn(Side side, Price price, Qty qty, std::uint64_t arrival) noexcept {
  for (const Slot slot : resting_[side == Side::Buy ? 0 : 1]) {
    Order& order = orders_[slot];
    if (isBetter(side, price, order.request.price)) break;
    if (order.request.price != price || order.arrival < arrival) continue;
    queueTraded(order.queue, qty);
    order.queue.traded = 0;
    if (order.queue.ahead < 0) order.queue.ahead = 0;
  }
}

}  // namespace hft::sim
