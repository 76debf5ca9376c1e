#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/event/execution_report.hpp"
#include "native/order/order_record.hpp"

namespace hft::stream {

/// Requests that a venue has still to answer, by the time at which its silence means that nobody
/// knows what became of them. Due times must not fall.
///
/// Fixed capacity. When full the oldest is left out: it is not found by its silence, only by what
/// its venue says. Not thread-safe.
class PendingAnswers {
 public:
  explicit PendingAnswers(std::size_t requestsMax)
      : slots_(std::bit_ceil(std::min<std::size_t>(requestsMax, 1U << 20))) {}

  void expect(event::ClOrdID clOrdID, Nanos due) noexcept {
    if (tail_ - head_ == slots_.size()) ++head_;
    slots_[tail_++ & (slots_.size() - 1)] = {clOrdID, due};
  }

  /// The next request whose time has come; kNoOrder where there is none.
  [[nodiscard]] event::ClOrdID takeDue(Nanos now) noexcept {
    if (head_ == tail_) return event::kNoOrder;
    const Slot& slot = slots_[head_ & (slots_.size() - 1)];
    if (slot.due > now) return event::kNoOrder;
    ++head_;
    return slot.clOrdID;
  }

 private:
  struct Slot {
    event::ClOrdID clOrdID = event::kNoOrder;
    Nanos due = 0;
  };
  std::vector<Slot> slots_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

/// Orders of which the venue must be asked, each once. O(1) to add; no allocation after
/// construction. Not thread-safe.
class QuestionList {
 public:
  explicit QuestionList(std::uint32_t ordersMax) : isListed_(ordersMax) {
    orders_.reserve(ordersMax);
  }

  void add(order::OrderIndex index) noexcept {
    if (isListed_[index]) return;
    isListed_[index] = true;
    orders_.push_back(index);
  }

  /// Calls `visit(OrderIndex)` for each; those stay for which it returns true.
  template <typename Visit>
  void keepIf(Visit&& visit) noexcept {
    std::erase_if(orders_, [&](order::OrderIndex index) {
      if (visit(index)) return false;
      isListed_[index] = false;
      return true;
    });
  }

 private:
  std::vector<order::OrderIndex> orders_;
  std::vector<bool> isListed_;
};

}  // namespace hft::stream
