#include "native/book/l3/order_index.hpp"

#include <algorithm>
#include <bit>

#include "native/core/check.hpp"

namespace hft::book {

namespace {

constexpr std::size_t kSlotsMin = 64;

std::size_t slotCountFor(std::size_t entriesMax) {
  HFT_CHECK(entriesMax < (std::size_t{1} << 31));
  return std::bit_ceil(std::max(entriesMax * 2, kSlotsMin));
}

}  // namespace

OrderIndex::OrderIndex(std::size_t entriesMax)
    : memory_{std::vector<Slot>(slotCountFor(entriesMax)),
              std::vector<Slot>(slotCountFor(entriesMax) / 2)} {
  use(kSlotsMin);
}

/// Takes the part of the memory that a table of `slotCount` slots lies in: the largest size and
/// every fourth of it in the first, the others in the second.
void OrderIndex::use(std::size_t slotCount) noexcept {
  const int halvings = std::countr_zero(memory_[0].size()) - std::countr_zero(slotCount);
  table_ = memory_[halvings % 2].data();
  mask_ = slotCount - 1;
  shift_ = 64U - static_cast<unsigned>(std::countr_zero(slotCount));
}

void OrderIndex::grow() noexcept {
  const Slot* old = table_;
  const std::size_t oldCount = mask_ + 1;
  HFT_CHECK(oldCount < memory_[0].size());
  use(oldCount * 2);
  std::fill_n(table_, mask_ + 1, Slot{});
  for (std::size_t i = 0; i < oldCount; ++i) {
    if (old[i].value != kNone) table_[slotOf(old[i].key)] = old[i];
  }
}

void OrderIndex::eraseAt(std::size_t hole) noexcept {
  HFT_DCHECK(table_[hole].value != kNone);
  // Entries after the hole move back into it unless that would put them before their home.
  for (std::size_t slot = (hole + 1) & mask_; table_[slot].value != kNone;
       slot = (slot + 1) & mask_) {
    const std::size_t distance = (slot - home(table_[slot].key)) & mask_;
    if (distance < ((slot - hole) & mask_)) continue;
    table_[hole] = table_[slot];
    hole = slot;
  }
  table_[hole].value = kNone;
  --count_;
}

void OrderIndex::clear() noexcept {
  use(kSlotsMin);
  std::fill_n(table_, mask_ + 1, Slot{});
  count_ = 0;
}

}  // namespace hft::book
