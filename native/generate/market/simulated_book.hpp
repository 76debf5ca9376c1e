#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/units.hpp"
#include "native/event/feed_message.hpp"
#include "native/generate/market/tick_bitmap.hpp"

namespace hft::generate {

/// The best bid and offer with their quantities.
struct Touch {
  Price bid = kNoPrice;
  Qty bidQty = 0;
  Price ask = kNoPrice;
  Qty askQty = 0;

  friend bool operator==(const Touch&, const Touch&) = default;
};

/// One resting order of the simulated market.
struct RestingOrder {
  std::uint64_t id = 0;
  Price price = 0;
  Qty qty = 0;
  Side side = Side::None;
};

/// One execution of a taker order against a resting one.
struct Fill {
  RestingOrder maker;  ///< As it stands after the fill.
  Qty qty = 0;
};

/// The true order book of one generated instrument: price levels of FIFO queues of orders.
///
/// Prices lie within half a ring of TickBitmap::kTicks around the touch. Fixed capacity, no
/// allocation after construction. It never crosses: the caller adds on the right side only, which
/// is checked. Not thread-safe.
class SimulatedBook {
 public:
  explicit SimulatedBook(std::size_t ordersMax);

  /// Adds an order at the end of its level's queue. The book is not full, the price does not cross.
  void add(const RestingOrder& order) noexcept;
  /// Takes the order at `index` (below `orderCount`) out, and returns it.
  RestingOrder cancel(std::size_t index) noexcept;
  /// Executes up to `qty` against the oldest order of the best level that `taker` meets.
  Fill takeBest(Side taker, Qty qty) noexcept;

  [[nodiscard]] std::size_t orderCount() const noexcept { return live_.size(); }
  [[nodiscard]] bool isFull() const noexcept { return free_.empty(); }
  [[nodiscard]] RestingOrder order(std::size_t index) const noexcept {
    return pool_[live_[index]].order;
  }
  /// The index of the oldest order at the touch of a side that is not empty.
  [[nodiscard]] std::size_t oldestAtTouch(Side side) const noexcept {
    return pool_[level(side == Side::Buy ? bestBid_ : bestAsk_).head].liveAt;
  }

  [[nodiscard]] Price bestBid() const noexcept { return bestBid_; }
  [[nodiscard]] Price bestAsk() const noexcept { return bestAsk_; }
  [[nodiscard]] std::size_t levelCount(Side side) const noexcept {
    return side == Side::Buy ? bidLevels_ : askLevels_;
  }
  [[nodiscard]] Touch touch() const noexcept;
  /// The quantity at a price, if it is on that side; else 0.
  [[nodiscard]] Qty qtyAt(Side side, Price price) const noexcept;
  /// The level that comes after `price` going away from the touch; kNoPrice if there is none.
  [[nodiscard]] Price nextAway(Side side, Price price) const noexcept;
  [[nodiscard]] Price best(Side side) const noexcept {
    return side == Side::Buy ? bestBid_ : bestAsk_;
  }
  /// Fills `out` with the best levels of a side, best first; returns how many there were.
  std::size_t levels(Side side, std::span<event::Level> out) const noexcept;
  /// The orders of one level in queue order: calls `visit(RestingOrder)`.
  template <typename Visit>
  void forEachOrder(Price price, Visit visit) const noexcept {
    const Level& queue = level(price);
    if (queue.qty == 0 || queue.price != price) return;
    for (std::uint32_t at = queue.head; at != kNil; at = pool_[at].next) visit(pool_[at].order);
  }
  /// An order of the level furthest from the touch, as an index.
  [[nodiscard]] std::size_t oldestAtEdge(Side side) const noexcept;
  [[nodiscard]] Price edge(Side side) const noexcept;

  /// How many levels of a side changed since `clearChanges` (a level may have changed back).
  [[nodiscard]] std::size_t changeCount(Side side) const noexcept {
    return changes_[slotOf(side)].count;
  }
  /// The changed levels of a side from the highest price down: calls `visit(price, qty)`.
  template <typename Visit>
  void forEachChange(Side side, Visit visit) const noexcept {
    const Changes& changes = changes_[slotOf(side)];
    std::size_t at = ringOf(bestBid_ + static_cast<Price>(TickBitmap::kTicks / 2));
    for (std::size_t seen = 0; seen < changes.count; ++seen) {
      at = changes.bits.previous(at);
      const Price price = levels_[at].price;
      visit(price, qtyAt(side, price));
    }
  }
  /// Whether the level changed since `clearChanges`.
  [[nodiscard]] bool hasChanged(Side side, Price price) const noexcept {
    return changes_[slotOf(side)].bits.test(ringOf(price));
  }
  void clearChanges() noexcept;

 private:
  static constexpr std::uint32_t kNil = 0xffffffffU;

  struct Level {
    Price price = kNoPrice;
    Qty qty = 0;
    std::uint32_t head = kNil;
    std::uint32_t tail = kNil;
  };
  struct Node {
    RestingOrder order;
    std::uint32_t next = kNil;
    std::uint32_t previous = kNil;
    std::uint32_t liveAt = 0;
  };
  struct Changes {
    TickBitmap bits;
    std::size_t count = 0;
  };

  static std::size_t ringOf(Price price) noexcept {
    return static_cast<std::size_t>(price) & (TickBitmap::kTicks - 1);
  }
  static std::size_t slotOf(Side side) noexcept { return side == Side::Buy ? 0 : 1; }
  [[nodiscard]] const Level& level(Price price) const noexcept { return levels_[ringOf(price)]; }

  void noteChange(Side side, Price price) noexcept;
  void unlink(std::uint32_t index) noexcept;
  void leaveLevel(Side side, Price price) noexcept;

  std::vector<Level> levels_;
  TickBitmap occupied_;
  std::array<Changes, 2> changes_;
  std::vector<Node> pool_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> live_;
  Price bestBid_ = kNoPrice;
  Price bestAsk_ = kNoPrice;
  std::size_t bidLevels_ = 0;
  std::size_t askLevels_ = 0;
};

}  // namespace hft::generate
