#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <deque>
#include <span>

#include "native/core/check.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/trading/order_event.hpp"

namespace hft::stream {

/// OrderEvents on their way to JavaScript on the same thread: the control words of EventRingLayout,
/// then slots of 192 bytes. `src/orders/order-event-ring.ts` reads it.
///
/// Nothing is ever dropped: what finds the ring full waits in a spill, which may allocate, and goes
/// in first when there is room.
class OrderEventRing {
 public:
  static constexpr std::size_t kSlotBytes = sizeof(OrderEvent);

  [[nodiscard]] static constexpr std::size_t bytes(std::size_t slots) noexcept {
    return EventRingLayout::kSlots + slots * kSlotBytes;
  }

  /// `memory` holds `bytes(slots)`, zeroed, and outlives the ring; `slots` is a power of two.
  OrderEventRing(std::span<std::byte> memory, std::size_t slots)
      : base_(memory.data()), mask_(static_cast<std::uint32_t>(slots - 1)) {
    HFT_CHECK(slots >= 2 && (slots & (slots - 1)) == 0 && memory.size() >= bytes(slots));
  }

  void push(const OrderEvent& event) {
    if (!spill_.empty() || !hasRoom()) {
      spill_.push_back(event);
      return;
    }
    write(event);
  }

  /// Moves what waits into the ring as far as there is room.
  void flush() {
    while (!spill_.empty() && hasRoom()) {
      write(spill_.front());
      spill_.pop_front();
    }
  }
  [[nodiscard]] std::size_t waiting() const noexcept { return spill_.size(); }

 private:
  [[nodiscard]] std::atomic_ref<std::uint32_t> word(std::size_t offset) const noexcept {
    return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(base_ + offset));
  }
  [[nodiscard]] bool hasRoom() const noexcept {
    return next_ - word(EventRingLayout::kTail).load(std::memory_order_acquire) <= mask_;
  }
  void write(const OrderEvent& event) noexcept {
    std::memcpy(base_ + EventRingLayout::kSlots + std::size_t{next_ & mask_} * kSlotBytes, &event,
                sizeof event);
    word(EventRingLayout::kHead).store(++next_, std::memory_order_release);
  }

  std::byte* base_;
  std::uint32_t mask_;
  std::uint32_t next_ = 0;
  std::deque<OrderEvent> spill_;
};

}  // namespace hft::stream
