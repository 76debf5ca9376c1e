#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "native/order/order_table.hpp"

namespace hft::stream {

/// The working orders of a core as other threads may see them: what must be canceled when the
/// thread that owns the orders does not answer.
///
/// A slot an order index: the owner writes it, anyone reads. A slot's fields are those of its id,
/// or the reader sees that the id has changed and passes it over.
class WorkingBoard {
 public:
  explicit WorkingBoard(std::uint32_t ordersMax) : slots_(ordersMax) {}

  /// Owner: the order at `index` works under `clOrdID`; kNoOrder takes it off.
  void set(order::OrderIndex index, const order::Order& order, event::ClOrdID clOrdID) noexcept {
    Slot& slot = slots_[index];
    if (slot.clOrdID.load(std::memory_order_relaxed) == clOrdID) {
      // A venue may restate the quantity of an order under its id.
      if (clOrdID != event::kNoOrder)
        slot.orderQty.store(order.state.orderQty, std::memory_order_release);
      return;
    }
    slot.clOrdID.store(event::kNoOrder, std::memory_order_relaxed);
    // The fields change between two stores of the id, both seen in this order.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (clOrdID != event::kNoOrder) {
      const order::OrderRequest& r = order.request;
      slot.place.store(std::uint64_t{r.instrument} << 32 | std::uint64_t{r.venue} << 8 |
                           static_cast<std::uint64_t>(r.side),
                       std::memory_order_release);
      slot.scopes.store(std::uint64_t{r.account} << 16 | r.strategy, std::memory_order_release);
      slot.orderQty.store(order.state.orderQty, std::memory_order_release);
      slot.clOrdID.store(clOrdID, std::memory_order_release);
      std::uint32_t end = used_.load(std::memory_order_relaxed);
      if (index >= end) used_.store(index + 1, std::memory_order_release);
    }
  }

  /// Any thread: calls `visit(OrderRequest)` with a cancel, lacking its own id, for each working
  /// order.
  template <typename Visit>
  void forEach(Visit&& visit) const {
    const std::uint32_t end = used_.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < end; ++i) {
      const Slot& slot = slots_[i];
      const event::ClOrdID id = slot.clOrdID.load(std::memory_order_acquire);
      if (id == event::kNoOrder) continue;
      const std::uint64_t place = slot.place.load(std::memory_order_acquire);
      const std::uint64_t scopes = slot.scopes.load(std::memory_order_acquire);
      const Qty orderQty = slot.orderQty.load(std::memory_order_acquire);
      if (slot.clOrdID.load(std::memory_order_acquire) != id) continue;
      order::OrderRequest cancel;
      cancel.kind = order::RequestKind::Cancel;
      cancel.origClOrdID = id;
      cancel.instrument = static_cast<InstrumentId>(place >> 32);
      cancel.venue = static_cast<std::uint16_t>(place >> 8);
      cancel.side = static_cast<Side>(place & 0xff);
      cancel.account = static_cast<std::uint16_t>(scopes >> 16);
      cancel.strategy = static_cast<std::uint16_t>(scopes);
      cancel.orderQty = orderQty;
      visit(cancel);
    }
  }

 private:
  struct Slot {
    std::atomic<event::ClOrdID> clOrdID{event::kNoOrder};
    std::atomic<std::uint64_t> place{0};
    std::atomic<std::uint64_t> scopes{0};
    std::atomic<Qty> orderQty{0};
  };

  std::vector<Slot> slots_;
  std::atomic<std::uint32_t> used_{0};
};

}  // namespace hft::stream
