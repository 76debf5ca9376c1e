#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/book/l3/l3_ladder.hpp"
#include "native/book/l3/order_index.hpp"
#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::book {

/// Why an operation on an L3 book was refused. The book is then unchanged.
enum class L3Error : std::uint8_t {
  Ok,
  UnknownOrder,      ///< No order has this reference.
  DuplicateOrder,    ///< An order with this reference is in the book.
  CapacityExceeded,  ///< Orders, levels, or the int64 of a level's quantity are used up.
  NegativeQty,       ///< A quantity that is not positive, or more than what rests.
  InvalidOrder,      ///< No side, or kNoPrice.
};

/// The sizes of an L3 book, fixed at construction.
struct L3Capacity {
  std::size_t ordersMax;
  std::size_t levelsMax;  ///< Both sides together.
};

/// One resting order.
struct L3Order {
  std::uint64_t orderRef = 0;
  Side side = Side::None;
  Price price = kNoPrice;
  Qty qty = 0;
};

/// One price level: the sum of its orders.
struct L3Level {
  Price price = kNoPrice;
  Qty qty = 0;
  std::uint32_t orderCount = 0;
};

/// What stands before an order in its level.
struct QueuePosition {
  Qty qtyAhead = 0;
  std::uint32_t ordersAhead = 0;
};

/// The single orders of one instrument, in price and time priority.
///
/// Orders are found by their 64-bit reference and stand in intrusive queues of their level, both
/// pooled with 32-bit links. Memory is taken in the constructor: about 64 bytes an order and 100 a
/// level; no operation allocates. Every operation is O(1) but for a new or emptied level, which
/// moves the levels' pages between it and the touch, and for the doublings of OrderIndex while a
/// book grows. Move-only. Not thread-safe.
class L3Book {
 public:
  explicit L3Book(L3Capacity capacity);

  /// Puts an order at the end of its level's queue. Errors: DuplicateOrder, CapacityExceeded,
  /// NegativeQty, InvalidOrder.
  [[nodiscard]] L3Error add(const L3Order& order) noexcept;

  /// Takes `qty` off an order (partial cancel or execution); at nothing left it leaves the book.
  /// Returns the order with what is left. Errors: UnknownOrder, NegativeQty.
  Result<L3Order, L3Error> reduce(std::uint64_t orderRef, Qty qty) noexcept;

  /// Removes an order and returns it as it stood. Errors: UnknownOrder.
  Result<L3Order, L3Error> remove(std::uint64_t orderRef) noexcept;

  /// `orderRef` leaves and `newOrderRef` enters on the same side, at the end of its queue. Returns
  /// the order that left. Errors: UnknownOrder, DuplicateOrder, CapacityExceeded, NegativeQty,
  /// InvalidOrder.
  Result<L3Order, L3Error> replace(std::uint64_t orderRef, std::uint64_t newOrderRef, Price price,
                                   Qty qty) noexcept;

  /// Gives an order an absolute price and quantity. At the same price and no larger quantity it
  /// keeps its place, else it goes to the end of the queue. Returns the order as it stood.
  /// Errors: UnknownOrder, CapacityExceeded, NegativeQty, InvalidOrder.
  Result<L3Order, L3Error> modify(std::uint64_t orderRef, Price price, Qty qty) noexcept;

  /// Adds quantity whose orders are not known (a book that was not empty when its messages begin)
  /// as one order without a reference at the front of the level. Errors as for `add`.
  [[nodiscard]] L3Error addAnonymous(Side side, Price price, Qty qty) noexcept;

  /// Takes `qty` off the anonymous quantity of a level. Errors: UnknownOrder where the level has
  /// none, NegativeQty where it has less.
  [[nodiscard]] L3Error reduceAnonymous(Side side, Price price, Qty qty) noexcept;

  /// Removes all orders of a level, anonymous ones too; returns how many there were.
  std::size_t removeLevel(Side side, Price price) noexcept;

  /// Empties the book.
  void clear() noexcept;

  /// Multiplies every price and quantity: a finer scale was learned. CapacityExceeded where one
  /// would pass int64 (the book is unchanged). O(levels + orders).
  [[nodiscard]] L3Error rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept;

  [[nodiscard]] Price bestBid() const noexcept { return best(Side::Buy).price; }
  [[nodiscard]] Price bestAsk() const noexcept { return best(Side::Sell).price; }
  [[nodiscard]] Qty bestBidQty() const noexcept { return best(Side::Buy).qty; }
  [[nodiscard]] Qty bestAskQty() const noexcept { return best(Side::Sell).qty; }

  /// The best level of a side; price kNoPrice where it is empty.
  [[nodiscard]] L3Level best(Side side) const noexcept {
    const std::uint32_t level = sides_[sideIndex(side)].best;
    return level == OrderIndex::kNone ? L3Level{} : levelView(level);
  }
  /// The level at `price`; quantity zero where there is none.
  [[nodiscard]] L3Level level(Side side, Price price) const noexcept;
  /// The worst price of a side; kNoPrice where it is empty.
  [[nodiscard]] Price worst(Side side) const noexcept {
    return sides_[sideIndex(side)].ladder.worst();
  }
  /// Calls `visit(L3Level)` for the levels of a side, from the best on, until it returns false.
  template <typename Visit>
  void forEachLevel(Side side, Visit&& visit) const {
    sides_[sideIndex(side)].ladder.forEach(
        [&](Price price) { return visit(levelView(levelAt(sideIndex(side), price))); });
  }
  /// Fills `out` with the best levels of a side and returns how many there were.
  [[nodiscard]] std::size_t depth(Side side, std::span<L3Level> out) const noexcept;

  /// The order with this reference. Errors: UnknownOrder.
  Result<L3Order, L3Error> find(std::uint64_t orderRef) const noexcept;
  /// What stands before an order. O(orders ahead). Errors: UnknownOrder.
  Result<QueuePosition, L3Error> queuePosition(std::uint64_t orderRef) const noexcept;
  /// Calls `visit(L3Order)` for the orders of a level in queue order; an anonymous order has
  /// reference 0.
  template <typename Visit>
  void forEachOrder(Side side, Price price, Visit&& visit) const {
    const std::uint32_t at = levelAt(sideIndex(side), price);
    if (at == OrderIndex::kNone) return;
    for (std::uint32_t node = levels_[at].head; node != OrderIndex::kNone;
         node = orders_[node].next) {
      visit(L3Order{orders_[node].orderRef, side, price, orders_[node].qty});
    }
  }

  [[nodiscard]] std::size_t orderCount() const noexcept { return orderCount_; }
  [[nodiscard]] std::size_t levelCount(Side side) const noexcept {
    return sides_[sideIndex(side)].levelCount;
  }
  [[nodiscard]] bool isCrossed() const noexcept {
    return bestBid() != kNoPrice && bestAsk() != kNoPrice && bestBid() >= bestAsk();
  }
  /// A hash of every order in priority order: see L3StateHash. O(orders).
  [[nodiscard]] std::uint64_t stateHash() const noexcept;

 private:
  struct OrderNode {
    std::uint64_t orderRef;
    Qty qty;
    std::uint32_t level;
    std::uint32_t previous;
    std::uint32_t next;
    bool isAnonymous;
  };
  static_assert(sizeof(OrderNode) == 32);

  struct LevelNode {
    Price price;
    Qty qty;
    std::uint32_t head;  ///< Of a free level: the next free one.
    std::uint32_t tail;
    std::uint32_t orderCount;
    Side side;
  };
  static_assert(sizeof(LevelNode) == 32);

  struct SideLevels {
    SideLevels(Side side, std::size_t levelsMax) : index(levelsMax), ladder(side, levelsMax) {}

    OrderIndex index;
    L3Ladder ladder;
    std::uint32_t best = OrderIndex::kNone;
    std::uint32_t levelCount = 0;
  };

  [[nodiscard]] static std::size_t sideIndex(Side side) noexcept { return side == Side::Sell; }
  [[nodiscard]] std::uint32_t levelAt(std::size_t side, Price price) const noexcept {
    // Most orders come and go at the touch: its level needs no lookup.
    const std::uint32_t best = sides_[side].best;
    if (best != OrderIndex::kNone && levels_[best].price == price) return best;
    return sides_[side].index.find(static_cast<std::uint64_t>(price));
  }
  [[nodiscard]] L3Level levelView(std::uint32_t level) const noexcept {
    return {levels_[level].price, levels_[level].qty, levels_[level].orderCount};
  }
  [[nodiscard]] L3Order orderView(std::uint32_t node) const noexcept {
    const LevelNode& level = levels_[orders_[node].level];
    return {orders_[node].orderRef, level.side, level.price, orders_[node].qty};
  }
  [[nodiscard]] bool hasFreeOrder() const noexcept {
    return freeOrder_ != OrderIndex::kNone || ordersUsed_ < orders_.size();
  }
  [[nodiscard]] bool hasFreeLevel() const noexcept {
    return freeLevel_ != OrderIndex::kNone || levelsUsed_ < levels_.size();
  }

  /// Whether a quantity may enter, and the level that it finds there, kNone if a new one.
  struct Room {
    L3Error error = L3Error::Ok;
    std::uint32_t level = OrderIndex::kNone;
  };
  /// Whether `qty` may enter at `price` after `leaving` (kNone if none) has left the book.
  [[nodiscard]] Room checkRoom(Side side, Price price, Qty qty,
                               std::uint32_t leaving) const noexcept;
  [[nodiscard]] std::uint32_t takeOrder() noexcept;
  [[nodiscard]] std::uint32_t openLevel(Side side, Price price) noexcept;
  void append(std::uint32_t node, std::uint32_t level, Qty qty) noexcept;
  void move(std::uint32_t node, Side side, Price price, Qty qty) noexcept;
  void unlink(std::uint32_t node) noexcept;
  void dropLevel(std::uint32_t level) noexcept;
  void freeNode(std::uint32_t node) noexcept;
  /// As `freeNode`, for an order that is in the index no more.
  void recycle(std::uint32_t node) noexcept;
  void reduceNode(std::uint32_t node, Qty qty) noexcept;
  [[nodiscard]] bool fitsRescaled(std::int64_t priceFactor, std::int64_t qtyFactor) const noexcept;

  OrderIndex refs_;
  SideLevels sides_[2];
  std::vector<OrderNode> orders_;
  std::vector<LevelNode> levels_;
  /// Heads of the free lists; nodes beyond the used ones are free too and not in a list.
  std::uint32_t freeOrder_ = OrderIndex::kNone;
  std::uint32_t freeLevel_ = OrderIndex::kNone;
  std::uint32_t ordersUsed_ = 0;
  std::uint32_t levelsUsed_ = 0;
  std::size_t orderCount_ = 0;
};

}  // namespace hft::book
