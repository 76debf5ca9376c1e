#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::book {

/// A map from 64-bit keys (sparse order references, prices) to 32-bit pool indices.
///
/// Open addressing with Fibonacci hashing, linear probing and backward-shift deletion: no
/// tombstones, so the cost does not drift with age. 16 bytes a slot, at most half full. The table
/// uses no more of its memory than the entries of the day need, so that a quiet book stays in
/// cache: it doubles (all entries move once, some 10 ns each) and never shrinks but by `clear`.
/// Capacity is fixed and the owner keeps within it; all memory is taken in the constructor.
/// Not thread-safe.
class OrderIndex {
 public:
  /// Stands for "no entry"; never a stored value.
  static constexpr std::uint32_t kNone = 0xffffffffU;

  explicit OrderIndex(std::size_t entriesMax);
  OrderIndex(OrderIndex&&) noexcept = default;
  OrderIndex& operator=(OrderIndex&&) noexcept = default;
  OrderIndex(const OrderIndex&) = delete;
  OrderIndex& operator=(const OrderIndex&) = delete;

  /// The value of `key`; kNone if absent.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const noexcept {
    return table_[slotOf(key)].value;
  }

  /// The slot of `key`, or the empty one where it would be put. Valid until the next change.
  [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept {
    std::size_t slot = home(key);
    while (table_[slot].value != kNone && table_[slot].key != key) slot = (slot + 1) & mask_;
    return slot;
  }
  [[nodiscard]] std::uint32_t valueAt(std::size_t slot) const noexcept {
    return table_[slot].value;
  }

  /// Makes sure that one entry more fits. Call it before `slotOf` if `put` follows.
  void makeRoom() noexcept {
    if ((count_ + 1) * 2 > mask_ + 1) [[unlikely]] {
      grow();
    }
  }
  /// Fills an empty slot that `slotOf(key)` returned.
  void put(std::size_t slot, std::uint64_t key, std::uint32_t value) noexcept {
    table_[slot] = Slot{key, value};
    ++count_;
  }
  /// Adds `key`, which must be absent.
  void insert(std::uint64_t key, std::uint32_t value) noexcept {
    makeRoom();
    put(slotOf(key), key, value);
  }

  /// Empties a slot that is in use.
  void eraseAt(std::size_t slot) noexcept;
  /// Removes `key`, which must be present.
  void erase(std::uint64_t key) noexcept { eraseAt(slotOf(key)); }

  void clear() noexcept;

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = kNone;
  };

  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift_);
  }
  void grow() noexcept;
  void use(std::size_t slotCount) noexcept;

  /// Sizes alternate between the two, so that entries move from one into the other.
  std::vector<Slot> memory_[2];
  std::size_t count_ = 0;
  std::size_t mask_ = 0;
  unsigned shift_ = 0;
  Slot* table_ = nullptr;
};

}  // namespace hft::book
