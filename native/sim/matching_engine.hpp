#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "native/event/feed_message.hpp"
#include "native/order/order_request.hpp"
#include "native/sim/match_event.hpp"
#include "native/sim/order_pool.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

/// The matching engine of one instrument: price-time priority over single orders.
///
/// Rules where venues differ:
/// - At a price displayed orders come before hidden ones, each in time order. An iceberg shows
///   `displayQty` at a time; a new slice joins the tail.
/// - An all-or-none order, or one whose `minQty` is not met yet, trades only as much as it needs
///   with one opponent, or by itself against all that rests at its price or better; it is passed
///   over until then, keeps its place, and tries again after every command. An
///   order that needs a quantity does not count on reduce-only orders.
/// - A market order never rests outside an auction. MarketToLimit becomes a limit order at the best
///   opposite price and is canceled where there is none.
/// - Self-trade prevention is the taker's: an order meets another of its owner when it would trade
///   with it. Auctions do not prevent self-trades.
/// - Conditional orders trigger after the command that moved their price, one at a time: buy stops,
///   sell stops, buy if-touched, sell if-touched, nearest trigger first, then time. Each is matched
///   before the next one is looked for. A trigger that is already reached triggers at entry.
/// - Amending keeps priority when only the quantity falls.
/// - An auction trades the price of largest volume; then least surplus, then the side of the
///   surplus (buys: highest), then nearest to the last trade, then the lowest. Icebergs and hidden
///   orders take part in full; orders with a need and reduce-only orders sit out.
/// - A price band refuses limit prices outside it, cancels resting orders that a new band leaves
///   outside, and bounds market orders.
///
/// Orders are called by the caller's reference (unique among live orders) and the slot that
/// `submit` returns; an OrderDirectory finds slots by reference. Fixed capacity; allocates only
/// when one command makes more events than were reserved, and to price an auction. Not
/// thread-safe; deterministic.
class MatchingEngine {
 public:
  explicit MatchingEngine(const MatchingConfig& config);

  /// Enters `request` (kind New). Returns where it lives on, kNoSlot when it is done or refused.
  OrderSlot submit(const order::OrderRequest& request) noexcept;

  /// Cancels the order `reference` at `slot`. Returns whether it was there.
  bool cancel(OrderSlot slot, std::uint64_t reference) noexcept;

  /// Gives the order `request.origClOrdID` at `slot` another price, stopPx and total orderQty, and
  /// the reference `request.clOrdID`. Returns where it lives on, as `submit`; a refused
  /// replacement leaves the order, and returns `slot` where the order lives.
  OrderSlot replace(OrderSlot slot, const order::OrderRequest& request) noexcept;

  /// Sets the time and expires what is good till then.
  void advance(Nanos now) noexcept;

  /// Changes the phase. Leaving an auction for Continuous or Closed trades it out.
  void setPhase(TradingPhase phase) noexcept;

  /// Sets the band of allowed prices; kNoPrice in both lifts it.
  void setPriceBand(Price low, Price high) noexcept;

  /// The position of `owner` as reduce-only orders see it from here on; fills are added.
  /// Returns false where `owner` is beyond ownersMax.
  bool setPosition(std::uint32_t owner, Qty position) noexcept;

  /// Sets the last trade price, as for a first reference; does not trigger anything by itself.
  void setLastTrade(Price price) noexcept;

  /// What happened since the last `clearEvents`, in order. Valid until the next command.
  [[nodiscard]] std::span<const MatchEvent> events() const noexcept {
    return {events_.data(), eventCount_};
  }
  void clearEvents() noexcept { eventCount_ = 0; }

  [[nodiscard]] TradingPhase phase() const noexcept { return phase_; }
  [[nodiscard]] Price lastTrade() const noexcept { return lastTrade_; }
  [[nodiscard]] Nanos now() const noexcept { return now_; }
  [[nodiscard]] std::size_t orderCount() const noexcept { return pool_.size(); }
  /// The best displayed price; kNoPrice where there is none.
  [[nodiscard]] Price bestPrice(Side side) const noexcept;
  /// Displayed quantity at `price`.
  [[nodiscard]] Qty qtyAt(Side side, Price price) const noexcept;
  /// Displayed levels, best first, into `levels`; returns how many.
  std::size_t depth(Side side, std::span<event::Level> levels) const noexcept;
  /// What is open of a live order; 0 where it is not live.
  [[nodiscard]] Qty leaves(OrderSlot slot, std::uint64_t reference) const noexcept;
  [[nodiscard]] Qty position(std::uint32_t owner) const noexcept;

 private:
  /// An order on its way through the book.
  struct Incoming {
    std::uint64_t reference;
    Qty open;
    Price limit;
    Qty orderQty;
    std::uint32_t owner;
    OrderSlot slot;  ///< Where it already lives, kNoSlot for a fresh one.
    Side side;
    OrdType ordType;  ///< Market, MarketToLimit or Limit.
    TimeInForce timeInForce;
    order::SelfTradePrevention selfTrade;
    std::uint16_t flags;
    bool mustFill;    ///< Its need was promised: reduce-only opponents are passed over.
    bool isCanceled;  ///< Self-trade prevention took the rest.
    Qty displayQty;
    Qty minQty;
    Nanos expireTime;
  };
  struct Expiry {
    Nanos time;
    OrderSlot slot;
    std::uint64_t reference;
  };

  [[nodiscard]] PriceLadder& ladder(Side side) noexcept {
    return side == Side::Buy ? bids_ : asks_;
  }
  [[nodiscard]] const PriceLadder& ladder(Side side) const noexcept {
    return side == Side::Buy ? bids_ : asks_;
  }
  [[nodiscard]] static bool isAuction(TradingPhase phase) noexcept {
    return phase == TradingPhase::OpeningAuction || phase == TradingPhase::ClosingAuction;
  }

  // matching_engine.cpp: commands.
  [[nodiscard]] event::OrdRejReason validate(const order::OrderRequest& request) const noexcept;
  [[nodiscard]] event::OrdRejReason validateExtras(
      const order::OrderRequest& request) const noexcept;
  [[nodiscard]] event::OrdRejReason validatePhase(
      const order::OrderRequest& request) const noexcept;
  [[nodiscard]] bool isInBand(Price price) const noexcept {
    return price >= bandLow_ && price <= bandHigh_;
  }
  [[nodiscard]] Qty reducible(std::uint32_t owner, Side side) const noexcept;
  [[nodiscard]] Incoming incoming(const order::OrderRequest& request, Qty open) const noexcept;
  [[nodiscard]] Incoming resting(OrderSlot slot) const noexcept;
  [[nodiscard]] bool crosses(Side side, Price limit) const noexcept {
    const PriceLadder& other = ladder(opposite(side));
    return other.bestKey() <= other.keyOf(limit);
  }
  static void dropFrom(PriceLevel& level, bool isHidden, Qty qty) noexcept {
    (isHidden ? level.hiddenQty : level.shownQty) -= qty;
  }
  void reduceInPlace(OrderSlot slot, Qty leavesNew) noexcept;
  OrderSlot replaceWaiting(OrderSlot slot, const order::OrderRequest& request) noexcept;
  void rejectReplace(const order::OrderRequest& request, event::OrdRejReason reason) noexcept;
  void remove(OrderSlot slot, MatchKind kind, event::OrdRejReason reason) noexcept;
  void takeOut(OrderSlot slot) noexcept;
  void rememberExpiry(OrderSlot slot, Nanos time) noexcept;

  // matching_sweep.cpp: continuous matching.
  OrderSlot enter(Incoming& in) noexcept;
  OrderSlot finish(const Incoming& in, event::OrdRejReason reason) noexcept;
  OrderSlot rest(const Incoming& in) noexcept;
  void describe(OrderSlot slot, const Incoming& in) noexcept;
  void sweep(Incoming& in) noexcept;
  void sweepQueue(Incoming& in, PriceLevel& level, bool isHidden, Price price) noexcept;
  void trade(Incoming& in, OrderSlot slot, Qty qty, Price price) noexcept;
  /// Takes `qty` off an order in the book; returns whether a new slice joined the tail.
  bool shrink(OrderSlot slot, PriceLevel& level, Qty qty) noexcept;
  /// Returns whether a new slice joined the tail.
  bool preventSelfTrade(Incoming& in, OrderSlot slot, PriceLevel& level) noexcept;
  [[nodiscard]] bool isSelf(const Incoming& in, const OrderNode& other) const noexcept {
    return in.owner == other.owner && in.owner != 0 &&
           in.selfTrade != order::SelfTradePrevention::None;
  }
  [[nodiscard]] Qty needOf(OrderSlot slot) const noexcept;
  [[nodiscard]] Qty available(const Incoming& in) noexcept;
  bool retryNeeds(Side side) noexcept;
  bool retryNeed(OrderSlot slot) noexcept;

  // matching_triggers.cpp: conditional orders.
  OrderSlot placeConditional(const order::OrderRequest& request) noexcept;
  bool arm(OrderSlot slot) noexcept;
  void disarm(OrderSlot slot) noexcept;
  void dropTrailing(OrderSlot slot) noexcept;
  void settle() noexcept {
    if ((conditionalCount_ | needCount_[0] | needCount_[1]) != 0) [[unlikely]]
      settleAll();
  }
  void settleAll() noexcept;
  bool triggerOne() noexcept;
  bool ratchet() noexcept;
  [[nodiscard]] static unsigned conditionOf(const order::OrderRequest& request) noexcept;
  [[nodiscard]] Price watched(Side side, bool isRising) const noexcept;

  // matching_auction.cpp: phases.
  void uncross() noexcept;
  void tradeAuction(Price price, Qty volume) noexcept;
  void tradePair(OrderSlot buy, OrderSlot sell, Qty qty, Price price) noexcept;
  void fillInAuction(OrderSlot slot, Qty qty) noexcept;
  void leaveAuction() noexcept;
  void enterParked() noexcept;
  OrderSlot park(const order::OrderRequest& request) noexcept;
  OrderSlot enterRested(const order::OrderRequest& request) noexcept;
  /// Appends the orders of `ladder` in priority order to `collected_`.
  void collect(const PriceLadder& ladder) noexcept;
  void collectWaiting() noexcept;
  void expireDayOrders() noexcept;
  [[nodiscard]] bool sitsOut(OrderSlot slot) const noexcept {
    return (pool_.node(slot).traits & (kNeeds | kReduces)) != 0;
  }

  MatchEvent& emit(MatchKind kind) noexcept {
    if (eventCount_ == events_.size()) [[unlikely]]
      events_.resize(events_.size() * 2);
    MatchEvent& event = events_[eventCount_++];
    event = MatchEvent{};
    event.kind = kind;
    return event;
  }
  void emitOrder(MatchKind kind, event::OrdRejReason reason, OrderSlot slot, Qty qty) noexcept;
  void moveOwner(std::uint32_t owner, Side side, Qty qty) noexcept {
    if (owner < positions_.size()) positions_[owner] += side == Side::Buy ? qty : -qty;
  }

  TradingPhase phase_ = TradingPhase::Continuous;
  TriggerBy triggerBy_;
  bool isCalling_ = false;  ///< An auction was begun and not traded out.
  Nanos now_ = 0;
  Price lastTrade_ = kNoPrice;
  Price highTrade_ = -kPriceEnd;  ///< Extremes since the conditional orders were last settled.
  Price lowTrade_ = kPriceEnd;
  Price bandLow_ = -kPriceEnd;
  Price bandHigh_ = kPriceEnd;
  std::size_t conditionalCount_ = 0;
  std::array<std::size_t, 2> needCount_{};  ///< Resting orders with kNeeds: buys, sells.

  OrderPool pool_;
  PriceLadder bids_;
  PriceLadder asks_;
  std::array<PriceLadder, 4> conditions_;  ///< By trigger: buy stop, sell stop, touched alike.
  OrderQueue parked_;                      ///< At-the-close orders before the auction.
  OrderSlot trailHead_ = kNoSlot;
  OrderSlot trailTail_ = kNoSlot;
  std::vector<Qty> positions_;
  std::vector<Expiry> expiries_;  ///< A heap, the earliest first; may hold dead orders.
  std::vector<OrderSlot> collected_;
  std::vector<MatchEvent> events_;
  std::size_t eventCount_ = 0;
};

}  // namespace hft::sim
