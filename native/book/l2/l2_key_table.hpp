#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_memory.hpp"

namespace hft::book {

/// A hash table from a 63-bit key to a small value: open addressing, linear probes, removal by
/// backward shift (no tombstones, so it never slows with age).
///
/// Fixed capacity, at most half full; the caller never inserts more than `entriesMax` keys.
template <typename Value>
class KeyTable {
 public:
  explicit KeyTable(std::size_t entriesMax)
      : mask_(std::bit_ceil(entriesMax * 2 + 2) - 1),
        shift_(64U - static_cast<unsigned>(std::countr_one(mask_))),
        slots_(mask_ + 1) {}

  /// The value of `key`, or nullptr. Valid until the next insert or erase.
  [[nodiscard]] Value* find(std::uint64_t key) noexcept {
    for (std::size_t at = home(key + 1);; at = (at + 1) & mask_) {
      Slot& slot = slots_[at];
      if (slot.key == key + 1) return &slot.value;
      if (slot.key == 0) return nullptr;
    }
  }
  [[nodiscard]] const Value* find(std::uint64_t key) const noexcept {
    return const_cast<KeyTable*>(this)->find(key);
  }

  /// Adds `key`, which must not be there.
  Value& insert(std::uint64_t key, Value value) noexcept {
    std::size_t at = home(key + 1);
    while (slots_[at].key != 0) at = (at + 1) & mask_;
    slots_[at] = Slot{key + 1, value};
    ++size_;
    HFT_DCHECK(size_ <= mask_);
    return slots_[at].value;
  }

  /// Removes `key`, which must be there.
  void erase(std::uint64_t key) noexcept {
    std::size_t hole = home(key + 1);
    while (slots_[hole].key != key + 1) hole = (hole + 1) & mask_;
    for (std::size_t at = (hole + 1) & mask_; slots_[at].key != 0; at = (at + 1) & mask_) {
      const std::size_t wanted = home(slots_[at].key);
      // The entry may fill the hole unless its home lies behind the hole.
      if (((at - wanted) & mask_) >= ((at - hole) & mask_)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole].key = 0;
    --size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  /// `key` is stored plus one, so that zero stands for an empty slot.
  struct Slot {
    std::uint64_t key;
    Value value;
  };

  [[nodiscard]] std::size_t home(std::uint64_t stored) const noexcept {
    return static_cast<std::size_t>((stored * 0x9e3779b97f4a7c15ULL) >> shift_);
  }

  std::size_t mask_;
  unsigned shift_;
  ZeroedArray<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace hft::book
