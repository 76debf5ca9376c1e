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
  cachedKey_ = pageKey;
  cachedPage_ = &pages_[index];
  return cachedPage_;
}

void PriceLadder::releasePage(std::uint64_t pageKey) noexcept {
  freePages_[freeCount_++] = *directory_.find(pageKey);
  directory_.erase(pageKey);
  occupancy_.erase(pageKey);
  if (cachedKey_ == pageKey) cachedKey_ = kNoKey;
}

}  // namespace hft::sim
