#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"

namespace hft::book {

/// Which prices of one side are occupied, in order from the best.
///
/// Pages of 64 ticks with a bit a tick, in a vector sorted so that the best page is at the back:
/// most changes are near the touch, so a search from the back and a short move are cheap, and the
/// range of prices needs no bound. Capacity is fixed: `pagesMax` pages, one at most a level.
class L3Ladder {
 public:
  L3Ladder(Side side, std::size_t pagesMax);

  /// Marks `price` as occupied; within capacity by the owner's count of levels.
  void set(Price price) noexcept;
  /// Marks `price`, which is occupied, as empty.
  void reset(Price price) noexcept;
  void clear() noexcept { count_ = 0; }

  /// The best occupied price; kNoPrice on an empty side.
  [[nodiscard]] Price best() const noexcept {
    if (count_ == 0) return kNoPrice;
    const Page& page = pages_[count_ - 1];
    return priceOf(page.key, 63 - std::countl_zero(page.bits));
  }

  /// The worst occupied price; kNoPrice on an empty side.
  [[nodiscard]] Price worst() const noexcept {
    if (count_ == 0) return kNoPrice;
    return priceOf(pages_.front().key, std::countr_zero(pages_.front().bits));
  }

  /// Calls `visit(price)` from the best price on until it returns false.
  template <typename Visit>
  void forEach(Visit&& visit) const {
    for (std::size_t i = count_; i-- > 0;) {
      for (std::uint64_t bits = pages_[i].bits; bits != 0;) {
        const int bit = 63 - std::countl_zero(bits);
        bits ^= std::uint64_t{1} << bit;
        if (!visit(priceOf(pages_[i].key, bit))) return;
      }
    }
  }

 private:
  struct Page {
    std::int64_t key;
    std::uint64_t bits;
  };

  /// Ticks of the ask side are complemented, so that on both sides the greater is the better.
  [[nodiscard]] std::int64_t rankOf(Price price) const noexcept { return price ^ flip_; }
  [[nodiscard]] Price priceOf(std::int64_t key, int bit) const noexcept {
    return (key * 64 + bit) ^ flip_;
  }
  /// The first page whose key is not below `key`.
  [[nodiscard]] std::size_t lowerBound(std::int64_t key) const noexcept;

  std::int64_t flip_;
  std::size_t count_ = 0;
  std::vector<Page> pages_;
};

}  // namespace hft::book
