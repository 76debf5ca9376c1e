#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_key_table.hpp"
#include "native/book/l2/l2_memory.hpp"
#include "native/book/l2/occupancy.hpp"
#include "native/core/units.hpp"

namespace hft::book {

enum class BookError : std::uint8_t {
  Ok,
  NegativeQty,
  InvalidPrice,      ///< kNoPrice, which stands for an empty side.
  CapacityExceeded,  ///< A new level would pass `levelsMax` or need more than `pagesMax` pages.
  Overflow,          ///< A rescaled price or quantity would leave the range of int64.
};

/// One side of an L2Book: quantities in pages of 64 ticks, with a bitmap that finds the next level.
///
/// A tick is found as block (4,096 ticks, by hash, the last one cached) -> page (64 ticks) ->
/// tick. Blocks are ordered by an Occupancy. So the near touch costs as little as an array over the
/// whole range, while a price may lie anywhere in int64 and an empty region costs nothing.
/// Keys ascend from the best price outwards on both sides.
class L2Side {
 public:
  L2Side(Side side, std::size_t levelsMax, std::size_t pagesMax);

  /// Sets or (`qty` zero) removes a level. Unchanged on an error.
  BookError set(Price price, Qty qty) noexcept {
    const std::uint64_t key = keyOf(price);
    Block* block = findBlock(key >> kBlockBits);
    const std::uint64_t tickBit = std::uint64_t{1} << (key & 63);
    if (block == nullptr || (block->pages >> pageOf(key) & 1) == 0) [[unlikely]] {
      return qty == 0 ? BookError::Ok : insertIntoNewPage(key, qty);
    }
    // Whether a level comes, changes or goes is a coin toss that no branch predictor wins (a third
    // of the recorded updates each), so all three take the same path.
    const std::uint32_t page = block->page[pageOf(key)];
    std::uint64_t& ticks = ticks_[page];
    const std::size_t had = ticks >> (key & 63) & 1;
    const std::size_t has = qty != 0 ? 1 : 0;
    if (has > had && levelCount_ == levelsMax_) [[unlikely]]
      return BookError::CapacityExceeded;
    ticks = (ticks & ~tickBit) | has << (key & 63);
    quantities_[page].qty[key & 63] = qty;
    levelCount_ = levelCount_ + has - had;
    if (key <= bestKey_) [[unlikely]]
      touch(key, *block, has != 0);
    if (ticks == 0) [[unlikely]]
      releasePage(key, *block);
    return BookError::Ok;
  }

  [[nodiscard]] Price bestPrice() const noexcept {
    return levelCount_ == 0 ? kNoPrice : priceOf(bestKey_);
  }
  [[nodiscard]] Qty bestQty() const noexcept {
    return levelCount_ == 0 ? 0 : quantities_[bestPage_].qty[bestKey_ & 63];
  }
  [[nodiscard]] std::size_t levelCount() const noexcept { return levelCount_; }

  [[nodiscard]] Qty qtyAt(Price price) const noexcept;

  /// Removes the worst levels until at most `levelsLeft` are left. Returns how many went.
  std::size_t truncate(std::size_t levelsLeft) noexcept;

  void clear() noexcept;

  /// Calls `visit(price, qty)` from the best level outwards until it returns false.
  template <typename Visit>
  void forEach(Visit&& visit) const noexcept {
    if (levelCount_ == 0) return;
    for (std::uint64_t at = bestKey_ >> kBlockBits; at != Occupancy::kNone;
         at = occupancy_.next(at)) {
      const Block& block = blocks_[*directory_.find(at)];
      for (std::uint64_t pages = block.pages; pages != 0; pages &= pages - 1) {
        const unsigned pageIndex = static_cast<unsigned>(std::countr_zero(pages));
        const std::uint32_t page = block.page[pageIndex];
        for (std::uint64_t ticks = ticks_[page]; ticks != 0; ticks &= ticks - 1) {
          const unsigned tick = static_cast<unsigned>(std::countr_zero(ticks));
          const std::uint64_t key = at << kBlockBits | std::uint64_t{pageIndex} << 6 | tick;
          if (!visit(priceOf(key), quantities_[page].qty[tick])) return;
        }
      }
    }
  }

 private:
  static constexpr unsigned kBlockBits = 12;
  static constexpr std::uint64_t kNoBlock = ~std::uint64_t{0};

  struct Block {
    std::uint64_t pages;  ///< Which of its 64 pages are in use.
    std::uint32_t page[64];
  };
  struct Quantities {
    Qty qty[64];  ///< Meaningful only where the page's bit in ticks_ is set.
  };

  [[nodiscard]] std::uint64_t keyOf(Price price) const noexcept {
    return static_cast<std::uint64_t>(price) ^ flip_;
  }
  [[nodiscard]] Price priceOf(std::uint64_t key) const noexcept {
    return static_cast<Price>(key ^ flip_);
  }
  static constexpr unsigned pageOf(std::uint64_t key) noexcept {
    return static_cast<unsigned>(key >> 6 & 63);
  }

  [[nodiscard]] Block* findBlock(std::uint64_t blockKey) noexcept {
    if (blockKey == cachedKey_) return cachedBlock_;
    const std::uint32_t* found = directory_.find(blockKey);
    if (found == nullptr) return nullptr;
    cachedKey_ = blockKey;
    cachedBlock_ = &blocks_[*found];
    return cachedBlock_;
  }

  BookError insertIntoNewPage(std::uint64_t key, Qty qty) noexcept;
  /// A level at or before the best one was set, or removed if not `has`.
  void touch(std::uint64_t key, const Block& block, bool has) noexcept;
  void releasePage(std::uint64_t key, Block& block) noexcept;
  [[nodiscard]] std::uint32_t takePage() noexcept;
  [[nodiscard]] std::uint32_t takeBlock() noexcept;
  [[nodiscard]] std::uint64_t worstKey() const noexcept;

  std::uint64_t flip_;
  std::size_t levelsMax_;
  std::size_t pagesMax_;
  std::size_t levelCount_ = 0;
  /// The largest key when empty, so that the first level is never behind it.
  std::uint64_t bestKey_ = ~std::uint64_t{0};
  std::uint32_t bestPage_ = 0;

  std::uint64_t cachedKey_ = kNoBlock;
  Block* cachedBlock_ = nullptr;

  ZeroedArray<std::uint64_t> ticks_;  ///< By page: which of its 64 ticks hold a level.
  ZeroedArray<Quantities> quantities_;
  ZeroedArray<Block> blocks_;
  KeyTable<std::uint32_t> directory_;
  Occupancy occupancy_;

  /// Pages and blocks that were given back; those from `*Fresh_` on were never used.
  ZeroedArray<std::uint32_t> freePages_;
  ZeroedArray<std::uint32_t> freeBlocks_;
  std::size_t freePageCount_ = 0;
  std::size_t freeBlockCount_ = 0;
  std::size_t pagesFresh_ = 0;
  std::size_t blocksFresh_ = 0;
};

}  // namespace hft::book
