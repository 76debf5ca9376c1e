#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"

namespace hft::risk {

/// An exact rate limit: at most `limit` events in any span of `window` nanoseconds.
///
/// Keeps the times of the newest `limit` events. Times must not go back; an earlier one counts as
/// the newest so far.
class SlidingWindow {
 public:
  static constexpr std::int64_t kLimitMax = 1 << 20;

  SlidingWindow() noexcept = default;

  /// Another limit from here on; the events that still count are kept. Allocates.
  void resize(std::int64_t limit, Nanos window) {
    std::vector<Nanos> times(static_cast<std::size_t>(limit));
    const std::size_t kept = used_ < times.size() ? used_ : times.size();
    for (std::size_t i = 0; i < kept; ++i) times[kept - 1 - i] = timeAgo(i);
    times_ = std::move(times);
    used_ = kept;
    next_ = times_.empty() ? 0 : kept % times_.size();
    window_ = window;
  }

  [[nodiscard]] bool isOn() const noexcept { return !times_.empty(); }
  [[nodiscard]] Nanos window() const noexcept { return window_; }

  /// Events in the window that ends at `now`, the one at `now - window` excluded.
  [[nodiscard]] std::int64_t count(Nanos now) const noexcept {
    // Binary search over ages: the newer an event, the smaller its index.
    std::size_t low = 0;
    std::size_t high = used_;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (now - timeAgo(middle) < window_) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return static_cast<std::int64_t>(low);
  }
  /// Whether one event more at `now` keeps the limit.
  [[nodiscard]] bool fits(Nanos now) const noexcept {
    return used_ < times_.size() || now - times_[next_] >= window_;
  }
  /// Whether fewer than `count` events (at least 1) are in the window that ends at `now`.
  [[nodiscard]] bool isBelow(std::int64_t count, Nanos now) const noexcept {
    const auto index = static_cast<std::size_t>(count - 1);
    return used_ <= index || now - timeAgo(index) >= window_;
  }
  void add(Nanos now) noexcept {
    if (used_ > 0 && now < timeAgo(0)) now = timeAgo(0);
    times_[next_] = now;
    next_ = next_ + 1 == times_.size() ? 0 : next_ + 1;
    if (used_ < times_.size()) ++used_;
  }

 private:
  /// The time of the event before `index` newer ones.
  [[nodiscard]] Nanos timeAgo(std::size_t index) const noexcept { return times_[indexOf(index)]; }
  [[nodiscard]] std::size_t indexOf(std::size_t index) const noexcept {
    const std::size_t at = next_ + times_.size() - 1 - index;
    return at >= times_.size() ? at - times_.size() : at;
  }

  std::vector<Nanos> times_;
  std::size_t next_ = 0;
  std::size_t used_ = 0;
  Nanos window_ = 0;
};

}  // namespace hft::risk
