#include "native/book/sync/sync_buffer.hpp"

#include <algorithm>

namespace hft::book {

SyncBuffer::SyncBuffer(std::size_t messagesMax, std::size_t levelsMax)
    : messages_(messagesMax), levels_(levelsMax) {}

void SyncBuffer::clear() noexcept {
  first_ = 0;
  count_ = 0;
  levelBegin_ = 0;
  levelEnd_ = 0;
}

void SyncBuffer::popFront() noexcept {
  const event::Message& message = messages_[first_];
  levelBegin_ += message.book.bids.count + message.book.asks.count;
  first_ = first_ + 1 == messages_.size() ? 0 : first_ + 1;
  if (--count_ == 0) clear();
}

void SyncBuffer::closeGapAtFront() noexcept {
  std::copy(levels_.begin() + static_cast<std::ptrdiff_t>(levelBegin_),
            levels_.begin() + static_cast<std::ptrdiff_t>(levelEnd_), levels_.begin());
  const auto moved = static_cast<std::uint32_t>(levelBegin_);
  for (std::size_t at = 0; at < count_; ++at) {
    event::Message& message = messages_[(first_ + at) % messages_.size()];
    message.book.bids.begin -= moved;
    message.book.asks.begin -= moved;
  }
  levelEnd_ -= levelBegin_;
  levelBegin_ = 0;
}

void SyncBuffer::push(const event::Message& message, const event::Frame& frame) noexcept {
  const std::span<const event::Level> bids = frame.levels(message.book.bids);
  const std::span<const event::Level> asks = frame.levels(message.book.asks);
  const std::size_t needed = bids.size() + asks.size();
  if (needed > levels_.size() || messages_.empty()) {
    clear();
    return;
  }
  while (count_ == messages_.size() || levelEnd_ - levelBegin_ + needed > levels_.size()) {
    popFront();
  }
  if (levelEnd_ + needed > levels_.size()) closeGapAtFront();
  event::Message& stored = messages_[(first_ + count_++) % messages_.size()];
  stored = message;
  stored.book.bids.begin = static_cast<std::uint32_t>(levelEnd_);
  stored.book.asks.begin = static_cast<std::uint32_t>(levelEnd_ + bids.size());
  const auto out = levels_.begin() + static_cast<std::ptrdiff_t>(levelEnd_);
  std::copy(asks.begin(), asks.end(), std::copy(bids.begin(), bids.end(), out));
  levelEnd_ += needed;
}

void SyncBuffer::rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept {
  for (std::size_t at = levelBegin_; at < levelEnd_; ++at) {
    event::Level& level = levels_[at];
    if (__builtin_mul_overflow(level.price, priceFactor, &level.price) ||
        __builtin_mul_overflow(level.qty, qtyFactor, &level.qty)) {
      clear();
      return;
    }
  }
}

}  // namespace hft::book
