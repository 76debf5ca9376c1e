#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "native/book/l2/l2_book.hpp"
#include "native/order/order_request.hpp"
#include "native/sim/match_event.hpp"
#include "native/sim/models/fill_model.hpp"
#include "native/sim/models/queue_model.hpp"

namespace hft::sim {

/// Models and sizes of a RecordedMarket.
struct RecordedConfig {
  QueueModel queue;
  FillModel fills = FillModel::Bounded;
  ImpactModel impact = ImpactModel::None;
  TriggerBy triggerBy = TriggerBy::LastTrade;
  std::size_t levelsMax = 4096;
  std::size_t ownersMax = 64;
};

/// Our orders of one instrument in a market that was recorded: what is displayed fills them as
/// takers, what was traded fills them as makers once their queue has passed.
///
/// Rules, beside those of the models:
/// - A taker walks the recorded levels, best first; an own order that rests at a better price than
///   the next level meets it first, under self-trade prevention.
/// - A trade of others at a price reaches our orders at better prices first, then those at its own,
///   each in time order; with FillModel::Bounded all of them share its quantity.
/// - A displayed quantity that comes through the price of our order trades with it there.
/// - An iceberg's slice joins the tail of the level. A hidden order stands behind all that is
///   displayed at its price. An order with a need (all-or-none, minQty) counts recorded liquidity
///   only, and is passed over by what is too small.
/// - Trades outside continuous trading reach nobody, but in an auction each is its result: it fills
///   orders at its price or better, at its price.
/// - Conditional orders watch recorded trades and quotes.
/// Events are those of MatchingEngine; the market's side of a trade has reference 0. Cost of an
/// input: our orders of that side. Not thread-safe; deterministic.
class RecordedMarket {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0;

  explicit RecordedMarket(const RecordedConfig& config);

  // Ours; as MatchingEngine.
  Slot submit(const order::OrderRequest& request, Nanos now);
  bool cancel(Slot slot, std::uint64_t reference);
  Slot replace(Slot slot, const order::OrderRequest& request);
  void advance(Nanos now);
  void setPhase(TradingPhase phase);
  void setPriceBand(Price low, Price high);
  bool setPosition(std::uint32_t owner, Qty position) noexcept;

  // The recording.
  /// The quantity displayed at a price; false where the book can't hold another level.
  bool setLevel(Side side, Price price, Qty qty);
  /// A whole side, in any order: what is not in it is gone. False as for `setLevel`.
  bool setLevels(Side side, std::span<const event::Level> levels);
  /// Nothing is known of the levels any more; queues stay as they are.
  void lose() noexcept;
  /// Call after the levels of one update.
  void levelsDone() { settle(); }
  void trade(Side aggressor, Price price, Qty qty);
  /// A recorded order that rests since `arrival` traded `qty` at its price.
  void executed(Side side, Price price, Qty qty, std::uint64_t arrival);
  /// `qty` of a recorded order that rests since `arrival` left without a trade.
  void withdrawn(Side side, Price price, Qty qty, std::uint64_t arrival) noexcept;
  /// The arrival number of the next order, recorded or ours.
  [[nodiscard]] std::uint64_t nextArrival() noexcept { return ++arrivals_; }

  [[nodiscard]] std::span<const MatchEvent> events() const noexcept { return events_; }
  void clearEvents() noexcept { events_.clear(); }
  [[nodiscard]] const book::L2Book& levels() const noexcept { return levels_; }
  [[nodiscard]] TradingPhase phase() const noexcept { return phase_; }
  /// What is ahead of a resting order, in lots rounded up; -1 where it does not rest.
  [[nodiscard]] Qty queueAhead(Slot slot) const noexcept;

 private:
  enum class Place : std::uint8_t { None, Book, Conditional, Parked, Call };
  struct Order {
    order::OrderRequest request;  ///< clOrdID is its reference, price its limit in force.
    Qty leaves = 0;
    Qty slice = 0;  ///< What can trade before it joins the tail again.
    QueuePosition queue;
    std::uint64_t arrival = 0;
    Place place = Place::None;
    bool isMarket = false;
    bool isArmed = false;  ///< Conditional: stopPx is known.
    bool isMet = false;    ///< Its minimum quantity was executed.
  };
  using List = std::vector<Slot>;

  // recorded_market.cpp: commands.
  [[nodiscard]] event::OrdRejReason validate(const order::OrderRequest& request) const noexcept;
  [[nodiscard]] event::OrdRejReason validatePhase(const order::OrderRequest& request) const;
  [[nodiscard]] event::OrdRejReason validateReplace(const Order& order,
                                                    const order::OrderRequest& changed) const;
  [[nodiscard]] Slot take();
  void give(Slot slot);
  void place(Slot slot, Place place);
  void unplace(Slot slot);
  void remove(Slot slot, MatchKind kind, event::OrdRejReason reason);
  [[nodiscard]] List& listOf(const Order& order) noexcept;
  [[nodiscard]] bool holds(Slot slot, std::uint64_t reference) const noexcept;
  [[nodiscard]] Qty reducible(std::uint32_t owner, Side side) const noexcept;
  [[nodiscard]] bool isInBand(Price price) const noexcept {
    return price >= bandLow_ && price <= bandHigh_;
  }
  MatchEvent& emit(MatchKind kind, event::OrdRejReason reason, const Order& order, Qty qty);

  // recorded_fills.cpp: how orders meet the recording.
  void enter(Slot slot);
  void rest(Slot slot);
  void join(Order& order);
  void sweep(Slot slot);
  void finishTaker(Slot slot, event::OrdRejReason reason);
  bool meetOwn(Slot slot, Slot other);
  void fill(Slot slot, Qty qty, Price price, event::LiquidityInd liquidity);
  /// Fills a resting order by at most `qty`; returns what it took. It may be gone afterwards.
  Qty fillMaker(Slot slot, Qty qty);
  [[nodiscard]] Qty available(Side side, Price limit, Qty most) const noexcept;
  [[nodiscard]] Qty freeAt(Side side, Price price, Qty displayed) const noexcept;
  void consume(Side side, Price price, Qty qty) noexcept;
  [[nodiscard]] bool crosses(Side side, Price limit) const noexcept;
  [[nodiscard]] Slot bestOwn(Side side) const noexcept;
  [[nodiscard]] Qty needOf(const Order& order) const noexcept;
  void throughPrice(Side side, Price price, Qty qty);
  void tradeInAuction(Price price, Qty qty);

  // recorded_triggers.cpp: conditional orders and phases.
  void settle();
  bool triggerOne();
  void activate(Slot slot);
  [[nodiscard]] Price watched(Side side, bool isRising) const noexcept;
  void leaveAuction();
  void reopen();
  void expireDayOrders();
  void scanExpiry(Nanos now);

  RecordedConfig config_;
  book::L2Book levels_;
  book::L2Book taken_;  ///< ImpactModel::ConsumesDisplayed: what we took since the level was told.
  std::vector<Order> orders_;
  std::vector<Slot> free_;
  List resting_[2];  ///< Buys, sells: best price first, then time.
  List waiting_;     ///< Conditional, by time.
  List parked_;      ///< For the closing auction, by time.
  List call_;        ///< In an auction, by time.
  List scratch_;
  std::vector<event::Level> walk_;
  std::vector<event::Level> snapshot_;
  std::vector<Qty> positions_;
  std::vector<MatchEvent> events_;
  std::uint64_t arrivals_ = 0;
  Nanos now_ = 0;
  Nanos nextExpiry_ = INT64_MAX;
  TradingPhase phase_ = TradingPhase::Continuous;
  Price lastTrade_ = kNoPrice;
  Price bandLow_;
  Price bandHigh_;
  bool isSettling_ = false;
};

}  // namespace hft::sim
