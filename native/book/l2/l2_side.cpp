#include "native/book/l2/l2_side.hpp"

namespace hft::book {

namespace {

/// Asks ascend as unsigned numbers once the sign bit is flipped; bids once all the others are.
constexpr std::uint64_t kFlipAsks = std::uint64_t{1} << 63;
constexpr std::uint64_t kFlipBids = ~kFlipAsks;

}  // namespace

L2Side::L2Side(Side side, std::size_t levelsMax, std::size_t pagesMax)
    : flip_(side == Side::Buy ? kFlipBids : kFlipAsks),
      levelsMax_(levelsMax),
      pagesMax_(pagesMax),
      ticks_(pagesMax),
      quantities_(pagesMax),
      blocks_(pagesMax),
      directory_(pagesMax),
      occupancy_(pagesMax),
      freePages_(pagesMax),
      freeBlocks_(pagesMax) {}

std::uint32_t L2Side::takePage() noexcept {
  return freePageCount_ > 0 ? freePages_[--freePageCount_]
                            : static_cast<std::uint32_t>(pagesFresh_++);
}

std::uint32_t L2Side::takeBlock() noexcept {
  return freeBlockCount_ > 0 ? freeBlocks_[--freeBlockCount_]
                             : static_cast<std::uint32_t>(blocksFresh_++);
}

BookError L2Side::insertIntoNewPage(std::uint64_t key, Qty qty) noexcept {
  // A block in use holds a page in use, so blocks can never run out before pages do.
  if (levelCount_ == levelsMax_ || (freePageCount_ == 0 && pagesFresh_ == pagesMax_)) {
    return BookError::CapacityExceeded;
  }
  const std::uint64_t blockKey = key >> kBlockBits;
  Block* block = findBlock(blockKey);
  if (block == nullptr) {
    const std::uint32_t fresh = takeBlock();
    block = &blocks_[fresh];
    block->pages = 0;
    directory_.insert(blockKey, fresh);
    occupancy_.insert(blockKey);
    cachedKey_ = blockKey;
    cachedBlock_ = block;
  }
  const std::uint32_t page = takePage();
  block->page[pageOf(key)] = page;
  block->pages |= std::uint64_t{1} << pageOf(key);
  ticks_[page] = std::uint64_t{1} << (key & 63);
  quantities_[page].qty[key & 63] = qty;
  ++levelCount_;
  if (key <= bestKey_) touch(key, *block, true);
  return BookError::Ok;
}

void L2Side::touch(std::uint64_t key, const Block& block, bool has) noexcept {
  if (has) {
    bestKey_ = key;
    bestPage_ = block.page[pageOf(key)];
    return;
  }
  // Nothing lay before the best key: if `key` was there, it was the best.
  if (key < bestKey_) return;
  if (levelCount_ == 0) {
    bestKey_ = ~std::uint64_t{0};
    return;
  }
  // Every level left is behind `key`.
  const std::uint64_t ticksLeft = ticks_[block.page[pageOf(key)]];
  if (ticksLeft != 0) {
    bestKey_ = (key & ~std::uint64_t{63}) | static_cast<unsigned>(std::countr_zero(ticksLeft));
    return;
  }
  std::uint64_t blockKey = key >> kBlockBits;
  const Block* from = &block;
  std::uint64_t pages = block.pages & ~(std::uint64_t{1} << pageOf(key));
  if (pages == 0) {
    blockKey = occupancy_.next(blockKey);
    from = &blocks_[*directory_.find(blockKey)];
    pages = from->pages;
  }
  const unsigned pageIndex = static_cast<unsigned>(std::countr_zero(pages));
  bestPage_ = from->page[pageIndex];
  bestKey_ = blockKey << kBlockBits | std::uint64_t{pageIndex} << 6 |
             static_cast<unsigned>(std::countr_zero(ticks_[bestPage_]));
}

void L2Side::releasePage(std::uint64_t key, Block& block) noexcept {
  freePages_[freePageCount_++] = block.page[pageOf(key)];
  block.pages &= ~(std::uint64_t{1} << pageOf(key));
  if (block.pages != 0) return;
  const std::uint64_t blockKey = key >> kBlockBits;
  freeBlocks_[freeBlockCount_++] = static_cast<std::uint32_t>(&block - blocks_.data());
  directory_.erase(blockKey);
  occupancy_.erase(blockKey);
  if (cachedKey_ == blockKey) cachedKey_ = kNoBlock;
}

Qty L2Side::qtyAt(Price price) const noexcept {
  const std::uint64_t key = keyOf(price);
  const std::uint32_t* found = directory_.find(key >> kBlockBits);
  if (found == nullptr) return 0;
  const Block& block = blocks_[*found];
  if ((block.pages >> pageOf(key) & 1) == 0) return 0;
  const std::uint32_t page = block.page[pageOf(key)];
  return (ticks_[page] >> (key & 63) & 1) == 0 ? 0 : quantities_[page].qty[key & 63];
}

std::uint64_t L2Side::worstKey() const noexcept {
  const std::uint64_t blockKey = occupancy_.last(bestKey_ >> kBlockBits);
  const Block& block = blocks_[*directory_.find(blockKey)];
  const unsigned page = 63U - static_cast<unsigned>(std::countl_zero(block.pages));
  const std::uint64_t ticks = ticks_[block.page[page]];
  return blockKey << kBlockBits | std::uint64_t{page} << 6 |
         (63U - static_cast<unsigned>(std::countl_zero(ticks)));
}

std::size_t L2Side::truncate(std::size_t levelsLeft) noexcept {
  std::size_t removed = 0;
  for (; levelCount_ > levelsLeft; ++removed) (void)set(priceOf(worstKey()), 0);
  return removed;
}

void L2Side::clear() noexcept {
  // Level by level: it costs what the side holds, not what it could hold.
  while (levelCount_ > 0) (void)set(priceOf(bestKey_), 0);
}

}  // namespace hft::book
