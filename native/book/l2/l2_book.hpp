#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/book/l2/l2_side.hpp"
#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/event/feed_message.hpp"

namespace hft::book {

/// What an L2Book can hold.
struct L2Limits {
  std::size_t levelsMax = 16384;  ///< Levels a side.
  /// Pages of 64 ticks a side; with as many as levels, pages never run out first.
  std::size_t pagesMax = 16384;
};

/// Best bid and offer. kNoPrice and zero on an empty side.
struct Bbo {
  Price bid = kNoPrice;
  Qty bidQty = 0;
  Price ask = kNoPrice;
  Qty askQty = 0;

  friend bool operator==(const Bbo&, const Bbo&) = default;
};

/// An order book of price levels: ticks and lots, best price first on both sides.
///
/// Fixed capacity, no allocation after construction; when full, `setLevel` refuses. Memory is
/// touched as levels come: about 0.8 KB for each 64 ticks that hold a level. An update costs the
/// same at any distance from the touch; prices may be any int64 but kNoPrice. Not thread-safe.
class L2Book {
 public:
  explicit L2Book(L2Limits limits);

  /// Sets the quantity resting at `price`; zero removes the level (an unknown one is no error).
  ///
  /// Returns the number of levels left on that side. `side` is Buy or Sell.
  /// Errors: NegativeQty; InvalidPrice; CapacityExceeded (the book is unchanged).
  Result<std::size_t, BookError> setLevel(Side side, Price price, Qty qty) noexcept {
    if (qty < 0) return BookError::NegativeQty;
    if (price == kNoPrice) return BookError::InvalidPrice;
    L2Side& levels = sideOf(side);
    const BookError error = levels.set(price, qty);
    if (error != BookError::Ok) return error;
    return levels.levelCount();
  }

  /// What `setLevels` did: how many levels it took, and how many removals named no level.
  struct Applied {
    std::size_t levels = 0;
    std::size_t unknownRemovals = 0;
    BookError error = BookError::Ok;  ///< Of the level after the last one taken.
  };

  /// Sets levels of one side in order, up to the first error: `setLevel` for a whole message.
  Applied setLevels(Side side, std::span<const event::Level> levels) noexcept;

  [[nodiscard]] event::Level bestBid() const noexcept {
    return {bids_.bestPrice(), bids_.bestQty()};
  }
  [[nodiscard]] event::Level bestAsk() const noexcept {
    return {asks_.bestPrice(), asks_.bestQty()};
  }
  [[nodiscard]] Bbo bbo() const noexcept {
    return {bids_.bestPrice(), bids_.bestQty(), asks_.bestPrice(), asks_.bestQty()};
  }
  [[nodiscard]] std::size_t levelCount(Side side) const noexcept {
    return sideOf(side).levelCount();
  }
  [[nodiscard]] bool isEmpty() const noexcept {
    return bids_.levelCount() == 0 && asks_.levelCount() == 0;
  }
  /// The quantity at `price`; zero where there is no level.
  [[nodiscard]] Qty qtyAt(Side side, Price price) const noexcept {
    return sideOf(side).qtyAt(price);
  }

  /// Writes the best levels into `out`, best first. Returns how many.
  [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept;

  /// Calls `visit(price, qty)` for each level of `side`, best first, until it returns false.
  template <typename Visit>
  void forEachLevel(Side side, Visit&& visit) const noexcept {
    sideOf(side).forEach(visit);
  }

  /// Whether the best bid is at or above the best ask: locked counts as crossed.
  [[nodiscard]] bool isCrossed() const noexcept {
    return bids_.levelCount() != 0 && asks_.levelCount() != 0 &&
           bids_.bestPrice() >= asks_.bestPrice();
  }

  /// Half way between the best prices, in ticks (a statistic). NaN unless both sides have levels.
  [[nodiscard]] double mid() const noexcept;

  /// The best prices weighted by the quantity on the opposite side, in ticks (a statistic): it
  /// leans towards the thinner side. NaN unless both sides have levels.
  [[nodiscard]] double microprice() const noexcept;

  /// (bids - asks) / (bids + asks) of the quantities in the best `levels` levels of each side, from
  /// -1 to 1 (a statistic). Zero for an empty book.
  [[nodiscard]] double imbalance(std::size_t levels) const noexcept;

  /// The average price, in ticks, of an order of `side` for `qty` lots that takes what rests on the
  /// opposite side (a statistic). NaN if less than `qty` rests there, or `qty` is not positive.
  [[nodiscard]] double vwapToSize(Side side, Qty qty) const noexcept;

  void clear() noexcept;

  /// Removes the worst levels of `side` (None: of both) beyond `depthMax`. Returns how many went.
  std::size_t truncate(Side side, std::size_t depthMax) noexcept;

  /// Multiplies all prices and quantities, for an instrument whose scale grew.
  ///
  /// Returns the number of levels. Errors (the book is unchanged): Overflow; CapacityExceeded when
  /// the levels, now further apart, need more than `pagesMax` pages.
  Result<std::size_t, BookError> rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept;

  /// Equal for two books with equal levels, whatever their histories. Cost: a pass over the book.
  [[nodiscard]] std::uint64_t stateHash() const noexcept;

 private:
  [[nodiscard]] L2Side& sideOf(Side side) noexcept {
    HFT_DCHECK(side != Side::None);
    return side == Side::Buy ? bids_ : asks_;
  }
  [[nodiscard]] const L2Side& sideOf(Side side) const noexcept {
    HFT_DCHECK(side != Side::None);
    return side == Side::Buy ? bids_ : asks_;
  }
  std::size_t copyToScratch() noexcept;
  BookError refill(std::size_t bidCount, std::size_t count, std::int64_t priceFactor,
                   std::int64_t qtyFactor) noexcept;

  L2Side bids_;
  L2Side asks_;
  /// All levels of both sides, while they are rescaled.
  ZeroedArray<event::Level> scratch_;
};

}  // namespace hft::book
