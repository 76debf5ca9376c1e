#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_key_table.hpp"
#include "native/book/l2/l2_memory.hpp"
#include "native/book/l2/occupancy.hpp"
#include "native/core/units.hpp"

namespace hft::sim {

/// An index of an order in its pool; 0 is none.
using OrderSlot = std::uint32_t;
inline constexpr OrderSlot kNoSlot = 0;

/// Prices of orders lie strictly between -kPriceEnd and kPriceEnd; the ends are market orders.
inline constexpr Price kPriceEnd = Price{1} << 56;
/// The largest quantity of an order or a level.
inline constexpr Qty kQtyMax = Qty{1} << 56;

[[nodiscard]] constexpr bool isPrice(Price price) noexcept {
  return price > -kPriceEnd && price < kPriceEnd;
}

/// A FIFO of orders, linked through their pool.
struct OrderQueue {
  OrderSlot head = kNoSlot;
  OrderSlot tail = kNoSlot;
};

/// What rests at one price.
struct PriceLevel {
  OrderQueue shown;
  OrderQueue hidden;
  Qty shownQty = 0;
  Qty hiddenQty = 0;  ///< Hidden orders and what icebergs hold back.

  [[nodiscard]] bool isEmpty() const noexcept { return (shown.head | hidden.head) == kNoSlot; }
};
static_assert(sizeof(PriceLevel) == 32);

/// The price levels of one side: pages of 64 ticks found by hash, ordered by a bitmap, the best one
/// cached. Keys ascend from the best price outwards.
///
/// Fixed capacity of `pagesMax` pages, no allocation after construction. Not thread-safe.
class PriceLadder {
 public:
  static constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

  /// `isAscending`: the lowest price is the best (asks).
  PriceLadder(bool isAscending, std::size_t pagesMax)
      : sign_(isAscending ? 1 : -1),
        pages_(pagesMax + 1),
        freePages_(pagesMax + 1),
        directory_(pagesMax),
        occupancy_(pagesMax),
        pagesMax_(pagesMax) {}

  [[nodiscard]] std::uint64_t keyOf(Price price) const noexcept {
    return static_cast<std::uint64_t>(price * sign_ + kBias);
  }
  [[nodiscard]] Price priceOf(std::uint64_t key) const noexcept {
    return (static_cast<Price>(key) - kBias) * sign_;
  }

  [[nodiscard]] bool isEmpty() const noexcept { return bestKey_ == kNoKey; }
  /// The key of the best level; kNoKey when empty.
  [[nodiscard]] std::uint64_t bestKey() const noexcept { return bestKey_; }
  [[nodiscard]] Price bestPrice() const noexcept {
    return isEmpty() ? kNoPrice : priceOf(bestKey_);
  }

  /// The level of `key`, which must hold orders.
  [[nodiscard]] PriceLevel& at(std::uint64_t key) noexcept {
    return pageOf(key >> 6)->levels[key & 63];
  }
  /// The level at `price`, or nullptr where nothing rests.
  [[nodiscard]] const PriceLevel* find(Price price) const noexcept {
    const std::uint64_t key = keyOf(price);
    const std::uint32_t* found = directory_.find(key >> 6);
    if (found == nullptr || (pages_[*found].bits >> (key & 63) & 1) == 0) return nullptr;
    return &pages_[*found].levels[key & 63];
  }

  /// The level at `price`, made if it must be; nullptr when all pages are in use.
  [[nodiscard]] PriceLevel* open(Price price) noexcept {
    const std::uint64_t key = keyOf(price);
    Page* page = pageOf(key >> 6);
    if (page == nullptr) [[unlikely]] {
      page = addPage(key >> 6);
      if (page == nullptr) return nullptr;
    }
    page->bits |= std::uint64_t{1} << (key & 63);
    if (key < bestKey_) bestKey_ = key;
    return &page->levels[key & 63];
  }

  /// Removes the empty level of `key`; returns the key of the next one, kNoKey if there is none.
  std::uint64_t close(std::uint64_t key) noexcept {
    Page& page = *pageOf(key >> 6);
    page.bits &= ~(std::uint64_t{1} << (key & 63));
    page.levels[key & 63] = PriceLevel{};
    const std::uint64_t after = nextIn(page, key);
    if (page.bits == 0) [[unlikely]]
      releasePage(key >> 6);
    if (key == bestKey_) bestKey_ = after;
    return after;
  }

  /// The next key after `key`, whose page must hold orders.
  [[nodiscard]] std::uint64_t next(std::uint64_t key) noexcept {
    return nextIn(*pageOf(key >> 6), key);
  }

  /// Calls `visit(price, level)` from the best level outwards until it returns false.
  template <typename Visit>
  void forEach(Visit&& visit) const noexcept {
    if (isEmpty()) return;
    for (std::uint64_t at = bestKey_ >> 6; at != book::Occupancy::kNone; at = occupancy_.next(at)) {
      const Page& page = pages_[*directory_.find(at)];
      for (std::uint64_t bits = page.bits; bits != 0; bits &= bits - 1) {
        const auto tick = static_cast<unsigned>(std::countr_zero(bits));
        if (!visit(priceOf(at << 6 | tick), page.levels[tick])) return;
      }
    }
  }

 private:
  static constexpr Price kBias = Price{1} << 57;

  struct Page {
    std::uint64_t bits;  ///< Which of its ticks hold orders.
    PriceLevel levels[64];
  };
  struct Cached {
    std::uint64_t pageKey = kNoKey;
    Page* page = nullptr;
  };
  static constexpr std::size_t kCachedMax = 16;

  /// Pages near each other have places of their own in the cache.
  [[nodiscard]] Page* pageOf(std::uint64_t pageKey) noexcept {
    Cached& cached = cache_[pageKey % kCachedMax];
    if (cached.pageKey == pageKey) [[likely]]
      return cached.page;
    const std::uint32_t* found = directory_.find(pageKey);
    if (found == nullptr) return nullptr;
    cached = {pageKey, &pages_[*found]};
    return cached.page;
  }

  [[nodiscard]] std::uint64_t nextIn(const Page& page, std::uint64_t key) const noexcept {
    // Two shifts: one by 64 would be undefined for the last tick.
    const std::uint64_t above = page.bits >> (key & 63) >> 1;
    if (above != 0) return key + 1 + static_cast<unsigned>(std::countr_zero(above));
    const std::uint64_t pageKey = occupancy_.next(key >> 6);
    if (pageKey == book::Occupancy::kNone) return kNoKey;
    const Page& following = pages_[*directory_.find(pageKey)];
    return pageKey << 6 | static_cast<unsigned>(std::countr_zero(following.bits));
  }

  [[nodiscard]] Page* addPage(std::uint64_t pageKey) noexcept;
  void releasePage(std::uint64_t pageKey) noexcept;

  Price sign_;
  std::uint64_t bestKey_ = kNoKey;
  std::array<Cached, kCachedMax> cache_{};
  book::ZeroedArray<Page> pages_;
  book::ZeroedArray<std::uint32_t> freePages_;
  std::size_t freeCount_ = 0;
  std::size_t pagesFresh_ = 0;
  book::KeyTable<std::uint32_t> directory_;
  book::Occupancy occupancy_;
  std::size_t pagesMax_;
};

}  // namespace hft::sim
