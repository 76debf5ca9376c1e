#include "native/sim/price_ladder.hpp"

namespace hft::sim {

PriceLadder::Page* PriceLadder::addPage(std::uint64_t pageKey) noexcept {
  std::uint32_t index = 0;
  if (freeCount_ != 0) {
    index = freePages_[--freeCount_];
  } else if (pagesFresh_ < pagesMax_) {
    index = static_cast<std::uint32_t>(pagesFresh_++);
  } else {
    return nullptr;
  }
  directory_.insert(pageKey, index);
  occupancy_.insert(pageKey);
  cache_[pageKey % kCachedMax] = {pageKey, &pages_[index]};
  return &pages_[index];
}

void PriceLadder::releasePage(std::uint64_t pageKey) noexcept {
  freePages_[freeCount_++] = *directory_.find(pageKey);
  directory_.erase(pageKey);
  occupancy_.erase(pageKey);
  Cached& cached = cache_[pageKey % kCachedMax];
  if (cached.pageKey == pageKey) cached = Cached{};
}

}  // namespace hft::sim
