#include "native/book/order_index.hpp"

#include <algorithm>
#include <bit>

#include "native/core/check.hpp"

namespace hft::book {

namespace {

std::size_t slotCountFor(std::size_t entriesMax) {
  HFT_CHECK(entriesMax < (std::size_t{1} << 31));
  return std::bit_ceil(std::max<std::size_t>(entriesMax * 2, 8));
}

}  // namespace

OrderIndex::OrderIndex(std::size_t entriesMax)
    : mask_(slotCountFor(entriesMax) - 1),
      shift_(64U - static_cast<unsigned>(std::countr_one(mask_))),
      slots_(mask_ + 1) {}

void OrderIndex::erase(std::uint64_t key) noexcept {
  std::size_t hole = home(key);
  while (slots_[hole].key != key || slots_[hole].value == kNone) {
    HFT_DCHECK(slots_[hole].value != kNone);
    hole = (hole + 1) & mask_;
  }
  // Entries after the hole move back into it unless that would put them before their home.
  for (std::size_t slot = (hole + 1) & mask_; slots_[slot].value != kNone;
       slot = (slot + 1) & mask_) {
    const std::size_t distance = (slot - home(slots_[slot].key)) & mask_;
    if (distance < ((slot - hole) & mask_)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole].value = kNone;
}

void OrderIndex::clear() noexcept { std::fill(slots_.begin(), slots_.end(), Slot{}); }

}  // namespace hft::book
