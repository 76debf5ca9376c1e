#pragma once

#include <cstdint>
#include <vector>

#include "native/position/instrument_terms.hpp"

namespace hft::position {

/// The lots of one position, oldest first: links into a LotPool, an index + 1.
struct LotQueue {
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
};

/// What one fill opened and is still held, with its cost. Signs are the position's.
struct Lot {
  Qty qty = 0;
  Money cost = 0;
  std::uint32_t next = 0;
};

/// The lots of all positions of a book. Fixed capacity. Not thread-safe.
class LotPool {
 public:
  explicit LotPool(std::uint32_t lotsMax) : lots_(lotsMax) {
    for (std::uint32_t i = lotsMax; i > 0; --i) give(i);
  }

  /// Appends a lot; where the pool is used up it joins the queue's newest. False where there is no
  /// newest either.
  bool append(LotQueue& queue, Qty qty, Money cost) noexcept {
    if (free_ == 0) {
      if (queue.tail == 0) return false;
      Lot& newest = lots_[queue.tail - 1];
      newest.qty += qty;
      newest.cost += cost;
      return true;
    }
    const std::uint32_t at = free_;
    free_ = lots_[at - 1].next;
    lots_[at - 1] = {qty, cost, 0};
    (queue.tail == 0 ? queue.head : lots_[queue.tail - 1].next) = at;
    queue.tail = at;
    return true;
  }

  [[nodiscard]] Lot& oldest(const LotQueue& queue) noexcept { return lots_[queue.head - 1]; }
  void dropOldest(LotQueue& queue) noexcept {
    const std::uint32_t at = queue.head;
    queue.head = lots_[at - 1].next;
    if (queue.head == 0) queue.tail = 0;
    give(at);
  }
  [[nodiscard]] const Lot* first(const LotQueue& queue) const noexcept {
    return queue.head == 0 ? nullptr : &lots_[queue.head - 1];
  }
  [[nodiscard]] const Lot* next(const Lot& lot) const noexcept {
    return lot.next == 0 ? nullptr : &lots_[lot.next - 1];
  }

 private:
  void give(std::uint32_t at) noexcept {
    lots_[at - 1].next = free_;
    free_ = at;
  }

  std::vector<Lot> lots_;
  std::uint32_t free_ = 0;
};

}  // namespace hft::position
