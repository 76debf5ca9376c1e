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

/// The lots of all positions of a book: `lotsMax` beside one for each of `queuesMax` queues, so
/// that every queue can always have its first. Fixed capacity. Not thread-safe.
class LotPool {
 public:
  LotPool(std::uint32_t lotsMax, std::uint32_t queuesMax)
      : lots_(std::size_t{lotsMax} + queuesMax), reserved_(queuesMax) {
    for (std::size_t i = lots_.size(); i > 0; --i) give(static_cast<std::uint32_t>(i));
  }

  /// Appends a lot; where the pool is used up it joins the queue's newest.
  void append(LotQueue& queue, Qty qty, Money cost) noexcept {
    if (queue.tail != 0 && freeCount_ <= reserved_) {
      Lot& newest = lots_[queue.tail - 1];
      newest.qty += qty;
      newest.cost += cost;
      return;
    }
    const std::uint32_t at = free_;
    free_ = lots_[at - 1].next;
    --freeCount_;
    lots_[at - 1] = {qty, cost, 0};
    (queue.tail == 0 ? queue.head : lots_[queue.tail - 1].next) = at;
    queue.tail = at;
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
    ++freeCount_;
  }

  std::vector<Lot> lots_;
  std::size_t reserved_;
  std::size_t freeCount_ = 0;
  std::uint32_t free_ = 0;
};

}  // namespace hft::position
