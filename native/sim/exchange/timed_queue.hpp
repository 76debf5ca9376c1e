#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include "native/core/units.hpp"

namespace hft::sim {

/// What is on its way, first in, first out: a due time never precedes that of what was sent before.
///
/// Grows where it is full (the owner bounds it), by doubling. Not thread-safe.
template <typename T>
class TimedQueue {
 public:
  explicit TimedQueue(std::size_t sizeHint) : slots_(std::bit_ceil(sizeHint + 1)) {}

  void push(const T& value, Nanos due) {
    if (size() == slots_.size()) [[unlikely]]
      grow();
    newestDue_ = due > newestDue_ ? due : newestDue_;
    slots_[tail_++ & (slots_.size() - 1)] = {newestDue_, value};
  }
  /// When what is pushed next arrives at the earliest.
  [[nodiscard]] Nanos newestDue() const noexcept { return newestDue_; }
  [[nodiscard]] bool isEmpty() const noexcept { return head_ == tail_; }
  [[nodiscard]] std::size_t size() const noexcept { return tail_ - head_; }
  [[nodiscard]] Nanos due() const noexcept { return slots_[head_ & (slots_.size() - 1)].due; }
  [[nodiscard]] const T& front() const noexcept {
    return slots_[head_ & (slots_.size() - 1)].value;
  }
  void pop() noexcept { ++head_; }

 private:
  struct Slot {
    Nanos due;
    T value;
  };

  void grow() {
    std::vector<Slot> larger(slots_.size() * 2);
    for (std::size_t at = head_; at != tail_; ++at) {
      larger[at & (larger.size() - 1)] = slots_[at & (slots_.size() - 1)];
    }
    slots_.swap(larger);
  }

  std::vector<Slot> slots_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  Nanos newestDue_ = 0;
};

}  // namespace hft::sim
