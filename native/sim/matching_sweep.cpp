#include <algorithm>

#include "native/sim/matching_engine.hpp"

namespace hft::sim {

using event::OrdRejReason;
using order::SelfTradePrevention;

OrderSlot MatchingEngine::enter(Incoming& in) noexcept {
  const PriceLadder& other = ladder(opposite(in.side));
  if (in.ordType == OrdType::MarketToLimit) [[unlikely]] {
    if (!other.isEmpty() && isInBand(other.bestPrice())) {
      in.limit = other.bestPrice();
      in.ordType = OrdType::Limit;
    } else {
      return finish(in, OrdRejReason::None);
    }
  }
  const bool isAll =
      in.timeInForce == TimeInForce::FillOrKill || (in.flags & order::kAllOrNone) != 0;
  const Qty need = isAll ? in.open : in.minQty;
  in.mustFill = need > 0;
  const bool isMet = need == 0 || available(in) >= need;
  if (isMet && crosses(in.side, in.limit)) {
    sweep(in);
    if (need > 0) in.minQty = 0;
  }
  if (in.open == 0) {
    if (in.slot != kNoSlot) pool_.give(in.slot);
    return kNoSlot;
  }
  if (in.isCanceled) return finish(in, OrdRejReason::SelfTrade);
  const bool isDone = in.ordType == OrdType::Market ||
                      in.timeInForce == TimeInForce::ImmediateOrCancel ||
                      in.timeInForce == TimeInForce::FillOrKill;
  if (!isDone) [[likely]]
    return rest(in);
  const bool isBanded = in.ordType == OrdType::Market && !other.isEmpty() && isMet;
  return finish(in, !isMet     ? OrdRejReason::MinimumQty
                    : isBanded ? OrdRejReason::PriceBand
                               : OrdRejReason::None);
}

OrderSlot MatchingEngine::finish(const Incoming& in, OrdRejReason reason) noexcept {
  MatchEvent& event = emit(MatchKind::Canceled);
  event.reason = reason;
  event.side = in.side;
  event.owner = in.owner;
  event.order = in.reference;
  event.qty = in.open;
  event.price = in.limit;
  if (in.slot != kNoSlot) pool_.give(in.slot);
  return kNoSlot;
}

OrderSlot MatchingEngine::rest(const Incoming& in) noexcept {
  PriceLevel* level = ladder(in.side).open(in.limit);
  if (level == nullptr) [[unlikely]]
    return finish(in, OrdRejReason::Capacity);
  const OrderSlot slot = in.slot != kNoSlot ? in.slot : pool_.take();
  OrderNode& node = pool_.node(slot);
  node.open = in.open;
  node.price = in.limit;
  node.owner = in.owner;
  node.side = in.side;
  node.traits = 0;
  node.timeInForce = in.timeInForce;
  node.place = Place::Book;
  node.selfTrade = in.selfTrade;
  pool_.identity(slot) = {in.reference, in.orderQty};
  const bool isPlain =
      (in.flags | in.displayQty | in.minQty) == 0 && in.timeInForce != TimeInForce::GoodTillDate;
  if (!isPlain) [[unlikely]]
    describe(slot, in);
  if ((node.traits & kInHiddenQueue) != 0) {
    pool_.append(level->hidden, slot);
    level->hiddenQty += node.open;
  } else {
    pool_.append(level->shown, slot);
    level->shownQty += node.open;
    level->hiddenQty += in.open - node.open;
  }
  return slot;
}

void MatchingEngine::describe(OrderSlot slot, const Incoming& in) noexcept {
  OrderNode& node = pool_.node(slot);
  OrderDetails& details = pool_.details(slot);
  details.request.flags = in.flags;
  details.request.displayQty = in.displayQty;
  details.request.minQty = in.minQty;
  details.request.expireTime = in.expireTime;
  details.reserve = 0;
  if ((in.flags & order::kHidden) != 0) {
    node.traits |= kInHiddenQueue;
  } else if (in.displayQty != 0 && in.displayQty < in.open) {
    node.traits |= kHoldsBack;
    details.reserve = in.open - in.displayQty;
    node.open = in.displayQty;
  }
  if ((in.flags & order::kAllOrNone) != 0 || in.minQty != 0) {
    node.traits |= kNeeds;
    ++needCount_[in.side == Side::Buy ? 0 : 1];
  }
  if ((in.flags & order::kReduceOnly) != 0) node.traits |= kReduces;
  if (in.timeInForce == TimeInForce::GoodTillDate) {
    node.traits |= kExpires;
    rememberExpiry(slot, in.expireTime);
  }
  // Post-only leaves no trait, yet amending has to know it: any trait makes `resting` look.
  if (node.traits == 0) node.traits = kIsDescribed;
}

void MatchingEngine::sweep(Incoming& in) noexcept {
  PriceLadder& other = ladder(opposite(in.side));
  const std::uint64_t limitKey = other.keyOf(in.limit);
  // No key is above every limit, so an emptied side ends the loop.
  for (std::uint64_t key = other.bestKey(); key <= limitKey;) {
    PriceLevel& level = other.at(key);
    const Price price = other.priceOf(key);
    if (level.shown.head != kNoSlot) sweepQueue(in, level, false, price);
    if (level.hidden.head != kNoSlot && in.open > 0 && !in.isCanceled) [[unlikely]] {
      sweepQueue(in, level, true, price);
    }
    if (level.isEmpty()) {
      key = other.close(key);
    } else if (in.open > 0 && !in.isCanceled) {
      key = other.next(key);
    }
    if (in.open == 0 || in.isCanceled) break;
  }
}

void MatchingEngine::sweepQueue(Incoming& in, PriceLevel& level, bool isHidden,
                                Price price) noexcept {
  const OrderQueue& queue = isHidden ? level.hidden : level.shown;
  for (OrderSlot slot = queue.head; slot != kNoSlot && in.open > 0;) {
    const OrderNode& maker = pool_.node(slot);
    OrderSlot next = maker.next;
    Qty most = maker.open;
    if ((maker.traits & (kNeeds | kReduces)) != 0) [[unlikely]] {
      const bool isReducing = (maker.traits & kReduces) != 0;
      if (needOf(slot) > in.open || (isReducing && in.mustFill)) {
        slot = next;
        continue;
      }
      if (isReducing) most = std::min(most, reducible(maker.owner, maker.side));
      if (most == 0) {
        emitOrder(MatchKind::Canceled, OrdRejReason::ReduceOnlyIncrease, slot, pool_.leaves(slot));
        shrink(slot, level, pool_.leaves(slot));
        slot = next;
        continue;
      }
    }
    bool isRefilled = false;
    if (isSelf(in, maker)) [[unlikely]] {
      isRefilled = preventSelfTrade(in, slot, level);
      if (in.isCanceled) return;
    } else {
      const Qty qty = std::min(in.open, most);
      trade(in, slot, qty, price);
      // What a reduce-only order may not trade is still there: the next look cancels it.
      const bool isBound = in.open > 0 && qty < maker.open;
      isRefilled = shrink(slot, level, qty);
      if (isBound) next = slot;
    }
    if (isRefilled && next == kNoSlot) next = slot;
    slot = next;
  }
}

void MatchingEngine::trade(Incoming& in, OrderSlot slot, Qty qty, Price price) noexcept {
  const OrderNode& maker = pool_.node(slot);
  in.open -= qty;
  lastTrade_ = price;
  highTrade_ = std::max(highTrade_, price);
  lowTrade_ = std::min(lowTrade_, price);
  moveOwner(in.owner, in.side, qty);
  moveOwner(maker.owner, maker.side, qty);
  MatchEvent& event = emit(MatchKind::Trade);
  event.side = in.side;
  event.liquidity = event::LiquidityInd::Removed;
  event.owner = in.owner;
  event.order = in.reference;
  event.other = pool_.identity(slot).reference;
  event.qty = qty;
  event.price = price;
  event.leaves = in.open;
  event.otherLeaves = pool_.leaves(slot) - qty;
  event.otherOwner = maker.owner;
}

bool MatchingEngine::shrink(OrderSlot slot, PriceLevel& level, Qty qty) noexcept {
  OrderNode& node = pool_.node(slot);
  const bool isHidden = (node.traits & kInHiddenQueue) != 0;
  OrderQueue& queue = isHidden ? level.hidden : level.shown;
  if ((node.traits & kNeeds) != 0) [[unlikely]] {
    node.traits = static_cast<std::uint8_t>((node.traits & ~kNeeds) | kIsDescribed);
    --needCount_[node.side == Side::Buy ? 0 : 1];
  }
  const Qty fromSlice = std::min(qty, node.open);
  node.open -= fromSlice;
  dropFrom(level, isHidden, fromSlice);
  if (node.open != 0) return false;
  if ((node.traits & kHoldsBack) != 0) [[unlikely]] {
    OrderDetails& details = pool_.details(slot);
    const Qty gone = qty - fromSlice;
    details.reserve -= gone;
    level.hiddenQty -= gone;
    if (details.reserve > 0) {
      node.open = std::min(details.request.displayQty, details.reserve);
      details.reserve -= node.open;
      level.hiddenQty -= node.open;
      level.shownQty += node.open;
      pool_.unlink(queue, slot);
      pool_.append(queue, slot);
      return true;
    }
  }
  pool_.unlink(queue, slot);
  pool_.give(slot);
  return false;
}

bool MatchingEngine::preventSelfTrade(Incoming& in, OrderSlot slot, PriceLevel& level) noexcept {
  const Qty leaves = pool_.leaves(slot);
  if (in.selfTrade == SelfTradePrevention::Decrement) {
    const Qty qty = std::min(in.open, pool_.node(slot).open);
    in.open -= qty;
    in.orderQty -= qty;
    pool_.identity(slot).orderQty -= qty;
    emitOrder(MatchKind::Decremented, OrdRejReason::SelfTrade, slot, qty);
    events_[eventCount_ - 1].leaves = leaves - qty;
    MatchEvent& event = emit(MatchKind::Decremented);
    event.reason = OrdRejReason::SelfTrade;
    event.side = in.side;
    event.owner = in.owner;
    event.order = in.reference;
    event.qty = qty;
    event.leaves = in.open;
    return shrink(slot, level, qty);
  }
  if (in.selfTrade != SelfTradePrevention::CancelNewest) {
    emitOrder(MatchKind::Canceled, OrdRejReason::SelfTrade, slot, leaves);
    shrink(slot, level, leaves);
  }
  in.isCanceled = in.selfTrade != SelfTradePrevention::CancelOldest;
  return false;
}

Qty MatchingEngine::needOf(OrderSlot slot) const noexcept {
  if ((pool_.node(slot).traits & kNeeds) == 0) return 0;
  const order::OrderRequest& request = pool_.details(slot).request;
  const Qty leaves = pool_.leaves(slot);
  return (request.flags & order::kAllOrNone) != 0 ? leaves : std::min(request.minQty, leaves);
}

Qty MatchingEngine::available(const Incoming& in) noexcept {
  PriceLadder& other = ladder(opposite(in.side));
  const std::uint64_t limitKey = other.keyOf(in.limit);
  Qty remaining = in.open;
  Qty total = 0;
  for (std::uint64_t key = other.bestKey(); key <= limitKey && remaining > 0;
       key = other.next(key)) {
    const PriceLevel& level = other.at(key);
    Qty held = 0;  // What icebergs hold back trades after all that is displayed.
    for (const OrderSlot head : {level.shown.head, level.hidden.head}) {
      for (OrderSlot slot = head; slot != kNoSlot && remaining > 0; slot = pool_.node(slot).next) {
        const OrderNode& maker = pool_.node(slot);
        if (needOf(slot) > remaining || (maker.traits & kReduces) != 0) continue;
        const bool isOwn = isSelf(in, maker);
        if (isOwn && in.selfTrade == SelfTradePrevention::CancelOldest) continue;
        if (isOwn && in.selfTrade != SelfTradePrevention::Decrement) return total;
        const Qty qty = std::min(remaining, isOwn ? pool_.leaves(slot) : maker.open);
        remaining -= qty;
        if (isOwn) continue;
        total += qty;
        held += pool_.leaves(slot) - maker.open;
      }
      const Qty qty = std::min(remaining, held);
      remaining -= qty;
      total += qty;
      held = 0;
    }
  }
  return total;
}

bool MatchingEngine::retryNeeds(Side side) noexcept {
  if (needCount_[side == Side::Buy ? 0 : 1] == 0) return false;
  PriceLadder& own = ladder(side);
  const PriceLadder& other = ladder(opposite(side));
  if (other.isEmpty()) return false;
  const std::uint64_t limitKey = own.keyOf(other.bestPrice());
  for (std::uint64_t key = own.bestKey(); key <= limitKey; key = own.next(key)) {
    for (const OrderSlot head : {own.at(key).shown.head, own.at(key).hidden.head}) {
      for (OrderSlot slot = head; slot != kNoSlot; slot = pool_.node(slot).next) {
        if ((pool_.node(slot).traits & kNeeds) != 0 && retryNeed(slot)) return true;
      }
    }
  }
  return false;
}

bool MatchingEngine::retryNeed(OrderSlot slot) noexcept {
  Incoming in = resting(slot);
  if (available(in) < needOf(slot)) return false;
  takeOut(slot);
  enter(in);
  return true;
}

}  // namespace hft::sim
