#include <algorithm>
#include <cstdlib>

#include "native/sim/matching_engine.hpp"

namespace hft::sim {

using event::OrdRejReason;

namespace {

bool isMarket(Price price) noexcept { return price == kPriceEnd || price == -kPriceEnd; }

/// What can trade at one price of an auction.
struct Candidate {
  Price price;
  Qty buys;  ///< At exactly this price; after `accumulate` at this price or better.
  Qty sells;

  [[nodiscard]] Qty volume() const noexcept { return std::min(buys, sells); }
  [[nodiscard]] Qty surplus() const noexcept { return buys - sells; }
};

/// Sums demand from above and supply from below; candidates of one price become one.
void accumulate(std::vector<Candidate>& all, Qty marketBuys, Qty marketSells) {
  std::ranges::sort(all, {}, &Candidate::price);
  std::size_t count = 0;
  for (const Candidate& each : all) {
    if (count > 0 && all[count - 1].price == each.price) {
      all[count - 1].buys += each.buys;
      all[count - 1].sells += each.sells;
    } else {
      all[count++] = each;
    }
  }
  all.resize(count);
  Qty sells = marketSells;
  for (Candidate& each : all) each.sells = sells += each.sells;
  Qty buys = marketBuys;
  for (std::size_t i = count; i-- > 0;) all[i].buys = buys += all[i].buys;
}

/// The auction price among `all`, which are in ascending order and not empty.
Candidate choose(const std::vector<Candidate>& all, Price reference) {
  std::vector<Candidate> best;
  for (const Candidate& each : all) {
    const bool isBetter = best.empty() || each.volume() > best[0].volume() ||
                          (each.volume() == best[0].volume() &&
                           std::abs(each.surplus()) < std::abs(best[0].surplus()));
    if (isBetter) best.clear();
    if (best.empty() || (each.volume() == best[0].volume() &&
                         std::abs(each.surplus()) == std::abs(best[0].surplus()))) {
      best.push_back(each);
    }
  }
  const auto hasBuySurplus = [](const Candidate& each) { return each.surplus() > 0; };
  const auto hasSellSurplus = [](const Candidate& each) { return each.surplus() < 0; };
  if (std::ranges::all_of(best, hasBuySurplus)) return best.back();
  if (std::ranges::all_of(best, hasSellSurplus) || reference == kNoPrice) return best.front();
  return *std::ranges::min_element(
      best, {}, [reference](const Candidate& each) { return std::abs(each.price - reference); });
}

}  // namespace

OrderSlot MatchingEngine::enterRested(const order::OrderRequest& request) noexcept {
  Incoming in = incoming(request, request.orderQty);
  if (in.ordType == OrdType::Market) in.limit = in.side == Side::Buy ? kPriceEnd : -kPriceEnd;
  return rest(in);
}

OrderSlot MatchingEngine::park(const order::OrderRequest& request) noexcept {
  const OrderSlot slot = pool_.take();
  OrderNode& node = pool_.node(slot);
  node = OrderNode{};
  node.open = request.orderQty;
  node.price = request.price;
  node.owner = request.owner;
  node.side = request.side;
  node.timeInForce = request.timeInForce;
  node.place = Place::Parked;
  pool_.identity(slot) = {request.clOrdID, request.orderQty};
  pool_.details(slot).request = request;
  pool_.append(parked_, slot);
  return slot;
}

void MatchingEngine::enterParked() noexcept {
  while (parked_.head != kNoSlot) {
    const OrderSlot slot = parked_.head;
    pool_.unlink(parked_, slot);
    const order::OrderRequest request = pool_.details(slot).request;
    Incoming in = incoming(request, pool_.node(slot).open);
    if (in.ordType == OrdType::Market) in.limit = in.side == Side::Buy ? kPriceEnd : -kPriceEnd;
    in.slot = slot;
    if (isMarket(in.limit) || isInBand(in.limit)) {
      rest(in);
    } else {
      finish(in, OrdRejReason::PriceBand);
    }
  }
}

void MatchingEngine::collect(const PriceLadder& side) noexcept {
  side.forEach([this](Price, const PriceLevel& level) {
    for (const OrderSlot head : {level.shown.head, level.hidden.head}) {
      for (OrderSlot slot = head; slot != kNoSlot; slot = pool_.node(slot).next) {
        collected_.push_back(slot);
      }
    }
    return true;
  });
}

void MatchingEngine::collectWaiting() noexcept {
  for (const PriceLadder& waiting : conditions_) collect(waiting);
  // Trailing orders that never saw a price stand in no ladder.
  for (OrderSlot slot = trailHead_; slot != kNoSlot; slot = pool_.details(slot).trailNext) {
    if (!pool_.details(slot).isArmed) collected_.push_back(slot);
  }
  for (OrderSlot slot = parked_.head; slot != kNoSlot; slot = pool_.node(slot).next) {
    collected_.push_back(slot);
  }
}

void MatchingEngine::uncross() noexcept {
  std::vector<Candidate> all;
  Qty marketBuys = 0;
  Qty marketSells = 0;
  collected_.clear();
  collect(bids_);
  collect(asks_);
  for (const OrderSlot slot : collected_) {
    if (sitsOut(slot)) continue;
    const OrderNode& node = pool_.node(slot);
    const Qty qty = pool_.leaves(slot);
    const Qty buys = node.side == Side::Buy ? qty : 0;
    if (isMarket(node.price)) {
      marketBuys += buys;
      marketSells += qty - buys;
    } else {
      all.push_back({node.price, buys, qty - buys});
    }
  }
  if (lastTrade_ != kNoPrice && isInBand(lastTrade_)) all.push_back({lastTrade_, 0, 0});
  Candidate best{kNoPrice, 0, 0};
  if (!all.empty()) {
    accumulate(all, marketBuys, marketSells);
    best = choose(all, lastTrade_);
  }
  const Qty volume = best.volume();
  if (volume > 0) tradeAuction(best.price, volume);
  MatchEvent& event = emit(MatchKind::Uncrossed);
  event.price = volume > 0 ? best.price : kNoPrice;
  event.qty = volume;
  event.leaves = volume > 0 ? best.surplus() : 0;
}

void MatchingEngine::tradeAuction(Price price, Qty volume) noexcept {
  collected_.clear();
  collect(bids_);
  const std::size_t sellsBegin = collected_.size();
  collect(asks_);
  std::size_t buy = 0;
  std::size_t sell = sellsBegin;
  while (volume > 0) {
    while (sitsOut(collected_[buy])) ++buy;
    while (sitsOut(collected_[sell])) ++sell;
    const Qty buyLeaves = pool_.leaves(collected_[buy]);
    const Qty sellLeaves = pool_.leaves(collected_[sell]);
    const Qty qty = std::min({volume, buyLeaves, sellLeaves});
    tradePair(collected_[buy], collected_[sell], qty, price);
    if (qty == buyLeaves) ++buy;
    if (qty == sellLeaves) ++sell;
    volume -= qty;
  }
}

void MatchingEngine::tradePair(OrderSlot buy, OrderSlot sell, Qty qty, Price price) noexcept {
  lastTrade_ = price;
  highTrade_ = std::max(highTrade_, price);
  lowTrade_ = std::min(lowTrade_, price);
  moveOwner(pool_.node(buy).owner, Side::Buy, qty);
  moveOwner(pool_.node(sell).owner, Side::Sell, qty);
  MatchEvent& event = emit(MatchKind::Trade);
  event.side = Side::Buy;
  event.liquidity = event::LiquidityInd::Auction;
  event.owner = pool_.node(buy).owner;
  event.otherOwner = pool_.node(sell).owner;
  event.order = pool_.identity(buy).reference;
  event.other = pool_.identity(sell).reference;
  event.qty = qty;
  event.price = price;
  event.leaves = pool_.leaves(buy) - qty;
  event.otherLeaves = pool_.leaves(sell) - qty;
  fillInAuction(buy, qty);
  fillInAuction(sell, qty);
}

void MatchingEngine::fillInAuction(OrderSlot slot, Qty qty) noexcept {
  const Qty leaves = pool_.leaves(slot) - qty;
  if (leaves > 0) {
    reduceInPlace(slot, leaves);
  } else {
    takeOut(slot);
    pool_.give(slot);
  }
}

void MatchingEngine::leaveAuction() noexcept {
  const TimeInForce bound =
      phase_ == TradingPhase::ClosingAuction ? TimeInForce::AtTheClose : TimeInForce::AtTheOpening;
  isCalling_ = false;
  uncross();
  collected_.clear();
  collect(bids_);
  collect(asks_);
  for (const OrderSlot slot : collected_) {
    const OrderNode& node = pool_.node(slot);
    if (node.timeInForce == bound) {
      remove(slot, MatchKind::Expired, OrdRejReason::Expired);
    } else if (isMarket(node.price)) {
      remove(slot, MatchKind::Canceled, OrdRejReason::None);
    }
  }
}

void MatchingEngine::expireDayOrders() noexcept {
  collected_.clear();
  collect(bids_);
  collect(asks_);
  collectWaiting();
  for (const OrderSlot slot : collected_) {
    const TimeInForce timeInForce = pool_.node(slot).timeInForce;
    if (timeInForce == TimeInForce::GoodTillCancel || timeInForce == TimeInForce::GoodTillDate) {
      continue;
    }
    remove(slot, MatchKind::Expired, OrdRejReason::Expired);
  }
}

void MatchingEngine::setPhase(TradingPhase phase) noexcept {
  if (phase == phase_) return;
  // A halt in the middle of an auction keeps its orders for the reopening.
  if (isCalling_ && phase != TradingPhase::Halted && phase_ != TradingPhase::Halted) leaveAuction();
  if (isCalling_ && phase_ == TradingPhase::Halted && !isAuction(phase)) leaveAuction();
  phase_ = phase;
  MatchEvent& event = emit(MatchKind::PhaseChanged);
  event.qty = static_cast<Qty>(phase);
  if (isAuction(phase)) isCalling_ = true;
  if (phase == TradingPhase::ClosingAuction) enterParked();
  if (phase == TradingPhase::Closed) expireDayOrders();
  settle();
}

void MatchingEngine::setPriceBand(Price low, Price high) noexcept {
  bandLow_ = low == kNoPrice ? -kPriceEnd : low;
  bandHigh_ = high == kNoPrice ? kPriceEnd : high;
  collected_.clear();
  collect(bids_);
  collect(asks_);
  for (const OrderSlot slot : collected_) {
    const Price price = pool_.node(slot).price;
    if (!isMarket(price) && !isInBand(price)) {
      remove(slot, MatchKind::Canceled, OrdRejReason::PriceBand);
    }
  }
  settle();
}

bool MatchingEngine::setPosition(std::uint32_t owner, Qty position) noexcept {
  if (owner >= positions_.size()) return false;
  positions_[owner] = position;
  return true;
}

void MatchingEngine::setLastTrade(Price price) noexcept { lastTrade_ = price; }

void MatchingEngine::rememberExpiry(OrderSlot slot, Nanos time) noexcept {
  const auto isLater = [](const Expiry& a, const Expiry& b) { return a.time > b.time; };
  expiries_.push_back({time, slot, pool_.identity(slot).reference});
  std::ranges::push_heap(expiries_, isLater);
}

void MatchingEngine::advance(Nanos now) noexcept {
  const auto isLater = [](const Expiry& a, const Expiry& b) { return a.time > b.time; };
  now_ = now;
  bool hasExpired = false;
  while (!expiries_.empty() && expiries_.front().time <= now) {
    const Expiry first = expiries_.front();
    std::ranges::pop_heap(expiries_, isLater);
    expiries_.pop_back();
    const bool isAlive = pool_.holds(first.slot, first.reference) &&
                         pool_.node(first.slot).timeInForce == TimeInForce::GoodTillDate &&
                         pool_.details(first.slot).request.expireTime == first.time;
    if (!isAlive) continue;
    remove(first.slot, MatchKind::Expired, OrdRejReason::Expired);
    hasExpired = true;
  }
  if (hasExpired) settle();
}

Price MatchingEngine::bestPrice(Side side) const noexcept {
  Price best = kNoPrice;
  ladder(side).forEach([&best](Price price, const PriceLevel& level) {
    if (level.shownQty == 0 || isMarket(price)) return true;
    best = price;
    return false;
  });
  return best;
}

Qty MatchingEngine::qtyAt(Side side, Price price) const noexcept {
  if (price <= -kPriceEnd || price >= kPriceEnd) return 0;
  const PriceLevel* level = ladder(side).find(price);
  return level == nullptr ? 0 : level->shownQty;
}

std::size_t MatchingEngine::depth(Side side, std::span<event::Level> levels) const noexcept {
  std::size_t count = 0;
  ladder(side).forEach([&](Price price, const PriceLevel& level) {
    if (count == levels.size()) return false;
    if (level.shownQty != 0 && !isMarket(price)) levels[count++] = {price, level.shownQty};
    return true;
  });
  return count;
}

Qty MatchingEngine::leaves(OrderSlot slot, std::uint64_t reference) const noexcept {
  return pool_.holds(slot, reference) ? pool_.leaves(slot) : 0;
}

Qty MatchingEngine::position(std::uint32_t owner) const noexcept {
  return owner < positions_.size() ? positions_[owner] : 0;
}

}  // namespace hft::sim
