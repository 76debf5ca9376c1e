#pragma once

#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_memory.hpp"
#include "native/core/units.hpp"
#include "native/order/order_request.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

/// Where an order waits.
enum class Place : std::uint8_t { None = 0, Book = 1, Conditional = 2, Parked = 3 };

/// What makes an order more than a plain limit order.
enum OrderTrait : std::uint8_t {
  kInHiddenQueue = 1 << 0,
  kHoldsBack = 1 << 1,    ///< An iceberg: OrderDetails::reserve is not displayed.
  kNeeds = 1 << 2,        ///< All-or-none, or a minimum quantity that is not met yet.
  kReduces = 1 << 3,      ///< Reduce-only.
  kExpires = 1 << 4,      ///< Good till date.
  kIsDescribed = 1 << 5,  ///< Nothing of these, but OrderDetails is filled.
};

/// The part of an order that matching reads: half a cache line.
struct OrderNode {
  Qty open = 0;  ///< What can trade at its place in the queue: an iceberg's displayed slice.
  Price price = 0;
  OrderSlot next = kNoSlot;
  OrderSlot prev = kNoSlot;
  std::uint32_t owner = 0;
  Side side = Side::None;
  std::uint8_t traits = 0;
  TimeInForce timeInForce = TimeInForce::Day;
  Place place : 4 = Place::None;
  order::SelfTradePrevention selfTrade : 4 = order::SelfTradePrevention::None;
};
static_assert(sizeof(OrderNode) == 32);

/// Who an order is: read where it trades or leaves.
struct OrderIdentity {
  std::uint64_t reference = 0;
  Qty orderQty = 0;
};

/// The rest of an order that has traits or waits for a trigger.
struct OrderDetails {
  order::OrderRequest request;
  Qty reserve = 0;
  OrderSlot trailNext = kNoSlot;
  OrderSlot trailPrev = kNoSlot;
  bool isArmed = false;  ///< Conditional: it has a trigger price and stands in a ladder.
};

/// The memory of all live orders: three arrays by slot and the list of free slots.
///
/// Fixed capacity; the slot that was given back last is taken first, while it is in the cache.
class OrderPool {
 public:
  explicit OrderPool(std::size_t ordersMax)
      : ordersMax_(ordersMax),
        nodes_(ordersMax + 1),
        identities_(ordersMax + 1),
        details_(ordersMax + 1),
        free_(ordersMax + 1) {}

  [[nodiscard]] bool isFull() const noexcept { return freeCount_ == 0 && fresh_ == ordersMax_; }
  [[nodiscard]] std::size_t size() const noexcept { return fresh_ - freeCount_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return ordersMax_; }

  /// A slot, which there must be.
  [[nodiscard]] OrderSlot take() noexcept {
    if (freeCount_ != 0) return free_[--freeCount_];
    return static_cast<OrderSlot>(++fresh_);
  }
  void give(OrderSlot slot) noexcept {
    nodes_[slot].place = Place::None;
    free_[freeCount_++] = slot;
  }

  [[nodiscard]] OrderNode& node(OrderSlot slot) noexcept { return nodes_[slot]; }
  [[nodiscard]] const OrderNode& node(OrderSlot slot) const noexcept { return nodes_[slot]; }
  [[nodiscard]] OrderIdentity& identity(OrderSlot slot) noexcept { return identities_[slot]; }
  [[nodiscard]] const OrderIdentity& identity(OrderSlot slot) const noexcept {
    return identities_[slot];
  }
  [[nodiscard]] OrderDetails& details(OrderSlot slot) noexcept { return details_[slot]; }
  [[nodiscard]] const OrderDetails& details(OrderSlot slot) const noexcept {
    return details_[slot];
  }

  /// Whether `slot` holds the live order that the caller calls `reference`.
  [[nodiscard]] bool holds(OrderSlot slot, std::uint64_t reference) const noexcept {
    return slot != kNoSlot && slot <= fresh_ && nodes_[slot].place != Place::None &&
           identities_[slot].reference == reference;
  }

  /// What is open of an order, undisplayed quantity included.
  [[nodiscard]] Qty leaves(OrderSlot slot) const noexcept {
    const OrderNode& order = nodes_[slot];
    return (order.traits & kHoldsBack) == 0 ? order.open : order.open + details_[slot].reserve;
  }

  void append(OrderQueue& queue, OrderSlot slot) noexcept {
    OrderNode& order = nodes_[slot];
    order.next = kNoSlot;
    order.prev = queue.tail;
    if (queue.tail != kNoSlot) {
      nodes_[queue.tail].next = slot;
    } else {
      queue.head = slot;
    }
    queue.tail = slot;
  }

  void unlink(OrderQueue& queue, OrderSlot slot) noexcept {
    const OrderNode& order = nodes_[slot];
    (order.prev != kNoSlot ? nodes_[order.prev].next : queue.head) = order.next;
    (order.next != kNoSlot ? nodes_[order.next].prev : queue.tail) = order.prev;
  }

 private:
  std::size_t ordersMax_;
  std::size_t fresh_ = 0;
  std::size_t freeCount_ = 0;
  book::ZeroedArray<OrderNode> nodes_;
  book::ZeroedArray<OrderIdentity> identities_;
  book::ZeroedArray<OrderDetails> details_;
  book::ZeroedArray<OrderSlot> free_;
};

}  // namespace hft::sim
