#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::book {

/// A map from 64-bit keys (sparse order references, prices) to 32-bit pool indices.
///
/// Open addressing with Fibonacci hashing, linear probing and backward-shift deletion: no
/// tombstones, so the cost does not drift with age. 16 bytes a slot, at most half full; capacity
/// is fixed and the owner keeps within it. Not thread-safe.
class OrderIndex {
 public:
  /// Stands for "no entry"; never a stored value.
  static constexpr std::uint32_t kNone = 0xffffffffU;

  explicit OrderIndex(std::size_t entriesMax);

  /// The value of `key`; kNone if absent.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const noexcept {
    for (std::size_t slot = home(key);; slot = (slot + 1) & mask_) {
      const Slot& entry = slots_[slot];
      if (entry.value == kNone) return kNone;
      if (entry.key == key) return entry.value;
    }
  }

  /// Adds `key`, which must be absent. The caller keeps within `entriesMax`.
  void insert(std::uint64_t key, std::uint32_t value) noexcept {
    std::size_t slot = home(key);
    while (slots_[slot].value != kNone) slot = (slot + 1) & mask_;
    slots_[slot] = Slot{key, value};
  }

  /// Removes `key`, which must be present.
  void erase(std::uint64_t key) noexcept;

  void clear() noexcept;

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = kNone;
  };

  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift_);
  }

  std::size_t mask_;
  unsigned shift_;
  std::vector<Slot> slots_;
};

}  // namespace hft::book
