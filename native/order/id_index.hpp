#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/core/check.hpp"
#include "native/core/huge_pages.hpp"

namespace hft::order {

/// A map from a 64-bit id within a 32-bit space (a venue, an order) to a 32-bit value.
///
/// Open addressing with linear probing and backward-shift deletion: no tombstones, so a session of
/// any length costs the same. 16 bytes a slot, at most half full. Capacity is fixed, the owner
/// keeps within it; all memory is taken in the constructor. Not thread-safe.
class IdIndex {
 public:
  /// Stands for "no entry"; never a stored value.
  static constexpr std::uint32_t kNone = 0xffffffffU;

  explicit IdIndex(std::size_t entriesMax)
      : slotCount_(std::bit_ceil(entriesMax * 2 + 2)),
        mask_(slotCount_ - 1),
        shift_(static_cast<unsigned>(64 - std::countr_zero(slotCount_))),
        memory_(slotCount_ * sizeof(Slot)),
        slots_(memory_.as<Slot>()) {}

  /// The value of `id` in `space`; kNone if absent.
  [[nodiscard]] std::uint32_t find(std::uint32_t space, std::uint64_t id) const noexcept {
    // An empty slot holds 0 and gives kNone.
    return slots_[slotOf(space, id)].valuePlusOne - 1;
  }

  /// Sets the value of `id`, present or not.
  void put(std::uint32_t space, std::uint64_t id, std::uint32_t value) noexcept {
    Slot& slot = slots_[slotOf(space, id)];
    if (slot.valuePlusOne == 0) {
      HFT_CHECK(++count_ * 2 <= slotCount_);
    }
    slot = Slot{id, space, value + 1};
  }

  /// Removes `id` where it is present.
  void erase(std::uint32_t space, std::uint64_t id) noexcept {
    std::size_t hole = slotOf(space, id);
    if (slots_[hole].valuePlusOne == 0) return;
    --count_;
    for (std::size_t at = (hole + 1) & mask_; slots_[at].valuePlusOne != 0; at = (at + 1) & mask_) {
      // An entry may move back as long as that doesn't put it before its home.
      const std::size_t distance = (at - home(slots_[at].space, slots_[at].id)) & mask_;
      if (((at - hole) & mask_) > distance) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = Slot{};
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  struct Slot {
    std::uint64_t id = 0;
    std::uint32_t space = 0;
    std::uint32_t valuePlusOne = 0;
  };
  static_assert(sizeof(Slot) == 16);

  [[nodiscard]] std::size_t home(std::uint32_t space, std::uint64_t id) const noexcept {
    const std::uint64_t mixed = (id ^ (std::uint64_t{space} << 40)) * 0x9E3779B97F4A7C15ULL;
    // Folded once more: ids that differ in high bits only would share the upper bits' pattern.
    return static_cast<std::size_t>(((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9ULL) >> shift_);
  }
  [[nodiscard]] std::size_t slotOf(std::uint32_t space, std::uint64_t id) const noexcept {
    std::size_t at = home(space, id);
    while (slots_[at].valuePlusOne != 0 && (slots_[at].id != id || slots_[at].space != space)) {
      at = (at + 1) & mask_;
    }
    return at;
  }

  std::size_t slotCount_;
  std::size_t mask_;
  unsigned shift_;
  HugeBlock memory_;
  Slot* slots_;
  std::size_t count_ = 0;
};

}  // namespace hft::order
