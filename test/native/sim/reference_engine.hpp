#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "native/sim/matching_engine.hpp"

namespace hft::sim {

/// The matching rules in their obvious form: one vector of orders, searched and sorted every time.
/// Continuous trading only.
class ReferenceEngine {
 public:
  std::vector<MatchEvent> events;
  std::map<std::uint32_t, Qty> positions;

  void submit(const order::OrderRequest& r) {
    Live o{.r = r, .open = r.orderQty, .total = r.orderQty, .price = r.price};
    using event::OrdRejReason;
    OrdRejReason reason = OrdRejReason::None;
    if ((r.flags & order::kReduceOnly) != 0 && !isConditional(r)) {
      o.open = o.total = std::min(r.orderQty, reducible(r.owner, r.side));
      if (o.open == 0) reason = OrdRejReason::ReduceOnlyIncrease;
    }
    if (reason == OrdRejReason::None && (r.flags & order::kPostOnly) != 0 && !isConditional(r) &&
        crosses(r.side, r.price)) {
      reason = OrdRejReason::WouldTakeLiquidity;
    }
    const bool isRefused = reason != OrdRejReason::None;
    add(isRefused ? MatchKind::Rejected : MatchKind::Accepted, r.clOrdID, 0,
        isRefused ? r.orderQty : o.open, r.price, reason);
    if (isRefused) return;
    if (isConditional(r)) {
      const bool isFirst = std::ranges::none_of(live, [](const Live& l) { return l.waits; });
      if (isFirst && last != kNoPrice) high = low = last;
      o.waits = true;
      o.isArmed = !isTrailing(r) || r.stopPx != 0;
      o.price = r.stopPx;
      o.seq = ++clock;
      o.entered = clock;
      live.push_back(o);
    } else {
      enter(o);
    }
    settle();
  }

  void cancel(std::uint64_t id) {
    const auto at = find(id);
    if (at == live.end()) {
      add(MatchKind::CancelRejected, id, 0, 0, 0, event::OrdRejReason::UnknownOrder);
      return;
    }
    add(MatchKind::Canceled, id, 0, at->leaves(), at->price, event::OrdRejReason::None);
    live.erase(at);
    settle();
  }

  /// Of an order in the book; the price in ticks.
  void replace(std::uint64_t id, std::uint64_t newId, Price price, Qty qty) {
    const auto at = find(id);
    if (at == live.end()) {
      add(MatchKind::ReplaceRejected, newId, id, 0, 0, event::OrdRejReason::UnknownOrder);
      return;
    }
    const Qty leavesNew = qty - (at->total - at->leaves());
    const bool keeps = price == at->price && leavesNew <= at->leaves();
    event::OrdRejReason reason = event::OrdRejReason::None;
    if (leavesNew <= 0)
      reason = event::OrdRejReason::InvalidQty;
    else if ((at->r.flags & order::kReduceOnly) != 0 &&
             leavesNew > reducible(at->r.owner, at->r.side))
      reason = event::OrdRejReason::ReduceOnlyIncrease;
    else if (!keeps && (at->r.flags & order::kPostOnly) != 0 && crosses(at->r.side, price))
      reason = event::OrdRejReason::WouldTakeLiquidity;
    if (reason != event::OrdRejReason::None) {
      add(MatchKind::ReplaceRejected, newId, id, 0, 0, reason);
      return;
    }
    add(MatchKind::Replaced, newId, id, qty, price, reason).leaves = leavesNew;
    at->r.clOrdID = newId;
    at->total = qty;
    if (keeps) {
      Qty less = at->leaves() - leavesNew;
      const Qty held = std::min(less, at->reserve);
      at->reserve -= held;
      at->open -= less - held;
    } else {
      Live o = *at;
      live.erase(at);
      o.open = leavesNew;
      o.reserve = 0;
      o.price = price;
      o.r.price = price;
      o.r.ordType = OrdType::Limit;
      o.r.minQty = o.needMet ? 0 : std::min(o.r.minQty, leavesNew);
      enter(o);
    }
    settle();
  }

  [[nodiscard]] bool isInBook(std::uint64_t id) {
    const auto at = find(id);
    return at != live.end() && !at->waits;
  }
  [[nodiscard]] std::size_t size() const { return live.size(); }

 private:
  struct Live {
    order::OrderRequest r;
    Qty open = 0;
    Qty reserve = 0;
    Qty total = 0;
    Price price = 0;
    std::uint64_t seq = 0;
    std::uint64_t entered = 0;
    bool waits = false;
    bool isArmed = false;
    bool needMet = false;
    [[nodiscard]] Qty leaves() const { return open + reserve; }
    [[nodiscard]] bool isHidden() const { return (r.flags & order::kHidden) != 0; }
    [[nodiscard]] Qty need() const {
      if ((r.flags & order::kAllOrNone) != 0) return leaves();
      return needMet ? 0 : std::min(r.minQty, leaves());
    }
  };
  std::vector<Live> live;
  std::uint64_t clock = 0;
  Price last = kNoPrice;
  Price high = kNoPrice;
  Price low = kNoPrice;

  static bool isTrailing(const order::OrderRequest& r) {
    return r.ordType == OrdType::TrailingStop || r.ordType == OrdType::TrailingStopLimit;
  }
  static bool isTouched(const order::OrderRequest& r) {
    return r.ordType == OrdType::MarketIfTouched || r.ordType == OrdType::LimitIfTouched;
  }
  static bool isConditional(const order::OrderRequest& r) {
    return isTrailing(r) || isTouched(r) || r.ordType == OrdType::Stop ||
           r.ordType == OrdType::StopLimit;
  }
  std::vector<Live>::iterator find(std::uint64_t id) {
    return std::ranges::find_if(live, [id](const Live& o) { return o.r.clOrdID == id; });
  }
  Qty reducible(std::uint32_t owner, Side side) {
    return std::max<Qty>(0, side == Side::Buy ? -positions[owner] : positions[owner]);
  }
  MatchEvent& add(MatchKind kind, std::uint64_t order, std::uint64_t other, Qty qty, Price price,
                  event::OrdRejReason reason) {
    MatchEvent event;
    event.kind = kind;
    event.order = order;
    event.other = other;
    event.qty = qty;
    event.price = price;
    event.reason = reason;
    events.push_back(event);
    return events.back();
  }

  /// Ids of one side in priority order.
  std::vector<std::uint64_t> queue(Side side) {
    std::vector<const Live*> all;
    for (const Live& o : live) {
      if (!o.waits && o.r.side == side) all.push_back(&o);
    }
    std::ranges::sort(all, [side](const Live* a, const Live* b) {
      if (a->price != b->price) return (a->price < b->price) == (side == Side::Sell);
      if (a->isHidden() != b->isHidden()) return b->isHidden();
      return a->seq < b->seq;
    });
    std::vector<std::uint64_t> ids;
    for (const Live* o : all) ids.push_back(o->r.clOrdID);
    return ids;
  }
  static bool reaches(Side side, Price limit, Price price) {
    return side == Side::Buy ? price <= limit : price >= limit;
  }
  bool crosses(Side side, Price limit) {
    const auto ids = queue(opposite(side));
    return !ids.empty() && reaches(side, limit, find(ids[0])->price);
  }

  void enter(Live o) {
    const Side side = o.r.side;
    const auto others = queue(opposite(side));
    bool isMarket = o.r.ordType != OrdType::Limit;
    if (o.r.ordType == OrdType::MarketToLimit) {
      if (others.empty()) {
        add(MatchKind::Canceled, o.r.clOrdID, 0, o.open, marketPrice(side),
            event::OrdRejReason::None);
        return;
      }
      o.price = find(others[0])->price;
      isMarket = false;
    } else if (isMarket) {
      o.price = marketPrice(side);
    }
    const bool isKill = o.r.timeInForce == TimeInForce::FillOrKill;
    const bool isAll = isKill || (o.r.flags & order::kAllOrNone) != 0;
    const Qty need = isAll ? o.open : o.needMet ? 0 : o.r.minQty;
    bool isMet = true;
    bool isCanceled = false;
    if (need > 0) {
      ReferenceEngine trial = *this;
      Live copy = o;
      isMet = trial.sweep(copy, true, isCanceled) >= need;
      isCanceled = false;
    }
    if (isMet) sweep(o, need > 0, isCanceled);
    if (isMet && need > 0) o.needMet = true;
    if (o.open == 0) return;
    if (isCanceled) {
      add(MatchKind::Canceled, o.r.clOrdID, 0, o.open, o.price, event::OrdRejReason::SelfTrade);
      return;
    }
    if (isMarket || isKill || o.r.timeInForce == TimeInForce::ImmediateOrCancel) {
      const bool isLeft = isMarket && isMet && !queue(opposite(side)).empty();
      add(MatchKind::Canceled, o.r.clOrdID, 0, o.open, o.price,
          !isMet   ? event::OrdRejReason::MinimumQty
          : isLeft ? event::OrdRejReason::PriceBand
                   : event::OrdRejReason::None);
      return;
    }
    o.waits = false;
    o.seq = ++clock;
    if (!o.isHidden() && o.r.displayQty > 0 && o.r.displayQty < o.open) {
      o.reserve = o.open - o.r.displayQty;
      o.open = o.r.displayQty;
    }
    live.push_back(o);
  }
  static Price marketPrice(Side side) { return side == Side::Buy ? kPriceEnd : -kPriceEnd; }

  Qty sweep(Live& o, bool mustFill, bool& isCanceled) {
    Qty total = 0;
    const Side side = o.r.side;
    while (o.open > 0 && !isCanceled) {
      bool hasMet = false;
      for (const std::uint64_t id : queue(opposite(side))) {
        const auto m = find(id);
        if (!reaches(side, o.price, m->price)) break;
        const bool reduces = (m->r.flags & order::kReduceOnly) != 0;
        if (m->need() > o.open || (reduces && mustFill)) continue;
        hasMet = true;
        const Qty most = reduces ? std::min(m->open, reducible(m->r.owner, m->r.side)) : m->open;
        if (most == 0) {
          add(MatchKind::Canceled, id, 0, m->leaves(), m->price,
              event::OrdRejReason::ReduceOnlyIncrease);
          live.erase(m);
        } else if (o.r.owner != 0 && o.r.owner == m->r.owner &&
                   o.r.selfTrade != order::SelfTradePrevention::None) {
          meetSelf(o, m, isCanceled);
        } else {
          const Qty qty = std::min(o.open, most);
          fill(o, m, qty);
          total += qty;
        }
        break;
      }
      if (!hasMet) break;
    }
    return total;
  }

  void fill(Live& o, std::vector<Live>::iterator m, Qty qty) {
    o.open -= qty;
    last = m->price;
    high = high == kNoPrice ? last : std::max(high, last);
    low = low == kNoPrice ? last : std::min(low, last);
    positions[o.r.owner] += o.r.side == Side::Buy ? qty : -qty;
    positions[m->r.owner] += o.r.side == Side::Buy ? -qty : qty;
    MatchEvent& event =
        add(MatchKind::Trade, o.r.clOrdID, m->r.clOrdID, qty, m->price, event::OrdRejReason::None);
    event.leaves = o.open;
    event.otherLeaves = m->leaves() - qty;
    take(m, qty);
  }
  void take(std::vector<Live>::iterator m, Qty qty) {
    m->open -= qty;
    m->needMet = true;
    if (m->open > 0) return;
    if (m->reserve == 0) {
      live.erase(m);
      return;
    }
    m->open = std::min(m->reserve, m->r.displayQty);
    m->reserve -= m->open;
    m->seq = ++clock;
  }
  void meetSelf(Live& o, std::vector<Live>::iterator m, bool& isCanceled) {
    using order::SelfTradePrevention;
    if (o.r.selfTrade == SelfTradePrevention::Decrement) {
      const Qty qty = std::min(o.open, m->open);
      o.open -= qty;
      o.total -= qty;
      m->total -= qty;
      add(MatchKind::Decremented, m->r.clOrdID, 0, qty, m->price, event::OrdRejReason::SelfTrade)
          .leaves = m->leaves() - qty;
      add(MatchKind::Decremented, o.r.clOrdID, 0, qty, 0, event::OrdRejReason::SelfTrade).leaves =
          o.open;
      take(m, qty);
      return;
    }
    if (o.r.selfTrade != SelfTradePrevention::CancelNewest) {
      add(MatchKind::Canceled, m->r.clOrdID, 0, m->leaves(), m->price,
          event::OrdRejReason::SelfTrade);
      live.erase(m);
    }
    isCanceled = o.r.selfTrade != SelfTradePrevention::CancelOldest;
  }

  bool retry(Side side) {
    for (const std::uint64_t id : queue(side)) {
      const Live o = *find(id);
      if (o.need() == 0) continue;
      ReferenceEngine trial = *this;
      Live copy = o;
      bool isCanceled = false;
      copy.open = o.leaves();
      if (trial.sweep(copy, true, isCanceled) < o.need()) continue;
      live.erase(find(id));
      Live again = o;
      again.r.ordType = OrdType::Limit;
      again.r.minQty = std::min(o.r.minQty, o.leaves());
      enter(again);
      return true;
    }
    return false;
  }

  void settle() {
    for (;;) {
      if (retry(Side::Buy) || retry(Side::Sell) || trigger()) continue;
      if (!ratchet()) return;
    }
  }
  bool trigger() {
    const Live* first = nullptr;
    unsigned firstRank = 0;
    for (const Live& o : live) {
      if (!o.waits || !o.isArmed || last == kNoPrice) continue;
      const bool isBuy = o.r.side == Side::Buy;
      const bool isRising = isBuy != isTouched(o.r);
      if (isRising ? high < o.price : low > o.price) continue;
      const unsigned rank = (isTouched(o.r) ? 2U : 0U) + (isBuy ? 0U : 1U);
      const bool isNearer = first != nullptr && rank == firstRank && o.price != first->price &&
                            (o.price < first->price) == isRising;
      const bool isOlder =
          first != nullptr && rank == firstRank && o.price == first->price && o.seq < first->seq;
      if (first == nullptr || rank < firstRank || isNearer || isOlder) {
        first = &o;
        firstRank = rank;
      }
    }
    if (first == nullptr) return false;
    Live o = *first;
    live.erase(find(o.r.clOrdID));
    const Price stop = o.price;
    add(MatchKind::Triggered, o.r.clOrdID, 0, o.open, stop, event::OrdRejReason::None);
    if (o.r.ordType == OrdType::TrailingStopLimit) {
      o.r.price = o.r.side == Side::Buy ? stop + o.r.limitOffset : stop - o.r.limitOffset;
    }
    const bool isLimit = o.r.ordType == OrdType::StopLimit ||
                         o.r.ordType == OrdType::LimitIfTouched ||
                         o.r.ordType == OrdType::TrailingStopLimit;
    o.r.ordType = isLimit ? OrdType::Limit : OrdType::Market;
    o.price = isLimit ? o.r.price : marketPrice(o.r.side);
    const Qty had = o.open;
    if ((o.r.flags & order::kReduceOnly) != 0) {
      o.open = o.total = std::min(o.open, reducible(o.r.owner, o.r.side));
    }
    o.r.minQty = std::min(o.r.minQty, o.open);
    if (o.open == 0) {
      add(MatchKind::Canceled, o.r.clOrdID, 0, had, o.price,
          event::OrdRejReason::ReduceOnlyIncrease);
    } else if ((o.r.flags & order::kPostOnly) != 0 && crosses(o.r.side, o.price)) {
      add(MatchKind::Canceled, o.r.clOrdID, 0, had, o.price,
          event::OrdRejReason::WouldTakeLiquidity);
    } else {
      enter(o);
    }
    return true;
  }
  bool ratchet() {
    bool hasMoved = false;
    std::vector<Live*> trailing;
    for (Live& o : live) {
      if (o.waits && isTrailing(o.r)) trailing.push_back(&o);
    }
    std::ranges::sort(trailing, {}, [](const Live* o) { return o->entered; });
    for (Live* o : trailing) {
      if (last == kNoPrice) break;
      const bool isBuy = o->r.side == Side::Buy;
      const Price stop = isBuy ? low + o->r.trailOffset : high - o->r.trailOffset;
      if (o->isArmed && (isBuy ? stop >= o->price : stop <= o->price)) continue;
      o->price = stop;
      o->isArmed = true;
      o->seq = ++clock;
      hasMoved = true;
    }
    high = low = last;
    return hasMoved;
  }
};

}  // namespace hft::sim
