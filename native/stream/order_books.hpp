#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "native/book/l3_book.hpp"
#include "native/core/instrument.hpp"
#include "native/event/book_state.hpp"
#include "native/event/feed_message.hpp"

namespace hft::stream {

/// One instrument's book of single orders with its synchroniser, read by levels as an L2 book is.
class OrderBooks {
 public:
  explicit OrderBooks(book::L3Capacity capacity) : book_(capacity) {}

  [[nodiscard]] const book::L3Book& book() const noexcept { return book_; }
  [[nodiscard]] book::L3Book& book() noexcept { return book_; }
  [[nodiscard]] event::BookStatus status() const noexcept { return status_; }
  void onDisconnect() noexcept {}
  void onDecodeError() noexcept {}
  void setScale(const Scale&) noexcept {}

  /// Writes the best levels into `out`, best first. Returns how many.
  [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept {
    std::array<book::L3Level, 1024> levels;
    const std::size_t count = book_.depth(side, std::span(levels).first(std::min(out.size(), levels.size())));
    for (std::size_t i = 0; i < count; ++i) out[i] = {levels[i].price, levels[i].qty};
    return count;
  }

 private:
  book::L3Book book_;
  event::BookStatus status_;
};

}  // namespace hft::stream
