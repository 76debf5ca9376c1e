#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/event/feed_message.hpp"

namespace hft::book {

/// Deltas that wait for their snapshot, oldest first.
///
/// Fixed capacity in messages and in levels; when full, the oldest are dropped (the sequence rule
/// then finds a snapshot that is too old for what is left). Not thread-safe.
class SyncBuffer {
 public:
  SyncBuffer(std::size_t messagesMax, std::size_t levelsMax);

  /// Adds a delta of `frame`. One with more levels than the buffer holds empties it: nothing that
  /// was buffered before can be joined to what comes after.
  void push(const event::Message& message, const event::Frame& frame) noexcept;
  void popFront() noexcept;
  void clear() noexcept;

  /// Multiplies the prices and quantities of all levels; on overflow the buffer is emptied.
  void rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept;

  [[nodiscard]] bool isEmpty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] const event::Message& front() const noexcept { return messages_[first_]; }
  [[nodiscard]] std::span<const event::Level> levels(event::LevelRange range) const noexcept {
    return {levels_.data() + range.begin, range.count};
  }

 private:
  void closeGapAtFront() noexcept;

  std::vector<event::Message> messages_;
  std::vector<event::Level> levels_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  /// Levels of the buffered messages lie in [levelBegin_, levelEnd_), in their order.
  std::size_t levelBegin_ = 0;
  std::size_t levelEnd_ = 0;
};

}  // namespace hft::book
