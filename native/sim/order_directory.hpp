#pragma once

#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_key_table.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

/// Where live orders stand, by the caller's reference: the border that turns ids into slots.
///
/// A reference that left stays until it is looked up or given again; the caller drops it when the
/// engine says that it is gone. Fixed capacity: `ordersMax` references.
class OrderDirectory {
 public:
  explicit OrderDirectory(std::size_t ordersMax) : slots_(ordersMax + 1) {}

  /// The slot of `reference` (below 2^63); kNoSlot where it is unknown.
  [[nodiscard]] OrderSlot find(std::uint64_t reference) const noexcept {
    const OrderSlot* slot = slots_.find(reference);
    return slot == nullptr ? kNoSlot : *slot;
  }
  void add(std::uint64_t reference, OrderSlot slot) noexcept {
    if (OrderSlot* found = slots_.find(reference)) {
      *found = slot;
    } else {
      slots_.insert(reference, slot);
    }
  }
  void drop(std::uint64_t reference) noexcept {
    if (slots_.find(reference) != nullptr) slots_.erase(reference);
  }
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

 private:
  book::KeyTable<OrderSlot> slots_;
};

}  // namespace hft::sim
