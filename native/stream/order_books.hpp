#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "native/book/l3/l3_sync.hpp"
#include "native/event/feed_message.hpp"

namespace hft::stream {

/// One instrument's book of single orders in step with its venue, read by levels as an L2 book is.
class OrderBooks : public book::L3Sync {
 public:
  using book::L3Sync::L3Sync;

  /// Writes the best levels into `out`, best first. Returns how many.
  [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept {
    std::array<book::L3Level, kDepthMax> levels;
    const std::size_t count =
        book().depth(side, std::span(levels).first(std::min(out.size(), levels.size())));
    for (std::size_t i = 0; i < count; ++i) out[i] = {levels[i].price, levels[i].qty};
    return count;
  }

 private:
  static constexpr std::size_t kDepthMax = 1024;
};

}  // namespace hft::stream
