#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "native/core/result.hpp"
#include "native/event/book_state.hpp"
#include "native/order/id_index.hpp"
#include "native/order/order_table.hpp"

namespace hft::order {

/// Which price moves a held order.
enum class TriggerSource : std::uint8_t {
  LastTrade = 0,
  Quote = 1,  ///< The ask for a buy, the bid for a sell: what the order would trade at.
};

/// An order that waits here for its price since its venue has no such orders.
struct HeldOrder {
  OrderRequest request;
  Price anchor = kNoPrice;  ///< Trailing: the best price since; kNoPrice before the first.
  std::uint32_t next = kNoRecord;
  std::uint32_t previous = kNoRecord;
  TriggerSource source = TriggerSource::LastTrade;
};
static_assert(std::is_trivially_copyable_v<HeldOrder>);

/// A trailing order whose best price since has moved, and its stop with it.
struct TrailMove {
  event::ClOrdID clOrdID = event::kNoOrder;
  Price anchor = kNoPrice;
};

/// Emulates Stop, StopLimit, MarketIfTouched, LimitIfTouched, TrailingStop and TrailingStopLimit.
///
/// A held order becomes one child, a market or limit order with the ClOrdID that it was held under:
/// a second child would be the same id again, which neither the order table nor the venue takes. So
/// exactly one child comes of a trigger, also over a restart: restore, then `dropKnown`.
///
/// A price that fires nothing costs two compares; one that fires or drags a trailing stop costs a
/// walk of the instrument's held orders. `hold` and `cancel` are O(1). Children come oldest first.
/// Fixed capacity; when full, `hold` refuses. Not thread-safe.
class TriggerBook {
 public:
  TriggerBook(std::uint32_t ordersMax, std::uint32_t instrumentsMax);

  /// Holds `request`. `now` is the price that moves it, for the anchor of a trailing order:
  /// kNoPrice takes the first that comes. Errors: BadRequest (another OrdType, no stopPx or
  /// trailOffset, numbers beyond 2^61), DuplicateClOrdID, CapacityExceeded.
  OrderError hold(const OrderRequest& request, TriggerSource source, Price now) noexcept;
  /// Lets go of a held order. UnknownOrder where it isn't held: it may have become a child.
  OrderError cancel(event::ClOrdID clOrdID) noexcept;
  /// Gives the held order of `request.clOrdID` its quantity, price and stopPx (a trailing order
  /// keeps the stop of its best price). UnknownOrder; BadRequest where it could not be held so.
  OrderError amend(const OrderRequest& request) noexcept;
  [[nodiscard]] const HeldOrder* find(event::ClOrdID clOrdID) const noexcept;
  [[nodiscard]] std::uint32_t size() const noexcept { return held_.size(); }
  /// The trailing orders that the last price has moved and not fired: to be kept over a restart.
  [[nodiscard]] std::span<const TrailMove> moved() const noexcept { return moved_; }
  /// Takes up a kept move. UnknownOrder where no trailing order of that id is held.
  OrderError takeMove(const TrailMove& move) noexcept;

  /// A trade at `price`: gives each child to `sink(const OrderRequest&)`, which may hold and
  /// cancel.
  template <typename Sink>
  void onTrade(InstrumentId instrument, Price price, Sink&& sink) noexcept {
    moved_.clear();
    if (instrument >= triggers_.size() || !triggers_[instrument].reaches(kLast, price)) return;
    release(fire(instrument, {price, kNoPrice, kNoPrice}), sink);
  }

  /// The best prices of a book; kNoPrice on an empty side. A book that isn't trusted fires nothing.
  template <typename Sink>
  void onBook(InstrumentId instrument, Price bid, Price ask, event::BookState state,
              Sink&& sink) noexcept {
    moved_.clear();
    if (instrument >= triggers_.size() || state != event::BookState::Trusted) return;
    const Triggers& triggers = triggers_[instrument];
    if (!triggers.reaches(kBid, bid) && !triggers.reaches(kAsk, ask)) return;
    release(fire(instrument, {kNoPrice, bid, ask}), sink);
  }

  /// Lets go of what has become a child already: after a restart, with the restored order table.
  void dropKnown(const OrderTable& table) noexcept;

  /// The held orders by instrument and age, for a snapshot.
  [[nodiscard]] std::vector<HeldOrder> save() const;
  /// Takes up saved orders; the book must be empty. BadSnapshot where they can't be such.
  OrderError restore(std::span<const HeldOrder> saved) noexcept;

 private:
  static constexpr std::size_t kLast = 0;
  static constexpr std::size_t kBid = 1;
  static constexpr std::size_t kAsk = 2;
  static constexpr std::size_t kReferences = 3;

  struct Prices {
    Price of[kReferences];
  };
  /// The held orders of an instrument, and between which prices nothing happens to any of them.
  struct Triggers {
    std::uint32_t first = kNoRecord;
    std::uint32_t last = kNoRecord;
    Price up[kReferences];
    Price down[kReferences];

    Triggers() noexcept { calm(); }
    void calm() noexcept;
    [[nodiscard]] bool reaches(std::size_t reference, Price price) const noexcept {
      return price != kNoPrice && (price >= up[reference] || price <= down[reference]);
    }
  };

  template <typename Sink>
  void release(std::uint32_t fired, Sink& sink) noexcept {
    while (fired != kNoRecord) {
      const OrderRequest child = held_[fired].request;
      const std::uint32_t next = held_[fired].next;
      held_.give(fired);
      sink(child);
      fired = next;
    }
  }

  [[nodiscard]] bool isSound(const HeldOrder& held) const noexcept;
  OrderError insert(const HeldOrder& held) noexcept;
  /// Takes the orders that `prices` fire out of the book, as children, oldest first.
  [[nodiscard]] std::uint32_t fire(InstrumentId instrument, Prices prices) noexcept;
  void watch(Triggers& triggers, const HeldOrder& held) noexcept;
  void remove(InstrumentId instrument, std::uint32_t at) noexcept;
  void rewatch(InstrumentId instrument) noexcept;

  RecordPool<HeldOrder, &HeldOrder::next> held_;
  IdIndex ids_;
  std::vector<Triggers> triggers_;
  std::vector<TrailMove> moved_;  ///< Reserved for all of them.
};

}  // namespace hft::order
