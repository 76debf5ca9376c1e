#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hft::metrics {

/// Named counters in one block of 64-bit floats, one word each, that JavaScript reads through a
/// Float64Array: exact up to 2^53, without the cost of a BigInt a read.
///
/// `Id` is an enum whose members number the words from zero and whose last member is `Count`.
/// Thread rule: one writer; other threads may read at any time and see each word whole. A step is a
/// load, an addition and a store, no locked instruction.
template <typename Id>
class Counters {
 public:
  static constexpr std::size_t kWords = static_cast<std::size_t>(Id::Count);

  /// Works on `block` as it is: zeroed memory is all counters at zero.
  explicit Counters(std::span<double, kWords> block) noexcept : block_(block) {}

  void increment(Id id) noexcept { add(id, 1); }
  void add(Id id, std::uint64_t amount) noexcept {
    store(id, load(id) + static_cast<double>(amount));
  }
  /// For gauges: replaces the value.
  void set(Id id, std::uint64_t value) noexcept { store(id, static_cast<double>(value)); }
  /// For high-water marks: raises the value to at least `value`.
  void raise(Id id, std::uint64_t value) noexcept {
    const auto amount = static_cast<double>(value);
    if (amount > load(id)) store(id, amount);
  }

  [[nodiscard]] std::uint64_t value(Id id) const noexcept {
    return static_cast<std::uint64_t>(load(id));
  }

 private:
  // Relaxed: each counter is a number of its own and orders nothing.
  [[nodiscard]] double load(Id id) const noexcept {
    return std::atomic_ref<double>(block_[static_cast<std::size_t>(id)])
        .load(std::memory_order_relaxed);
  }
  void store(Id id, double value) noexcept {
    std::atomic_ref<double>(block_[static_cast<std::size_t>(id)])
        .store(value, std::memory_order_relaxed);
  }

  std::span<double, kWords> block_;
};

}  // namespace hft::metrics
