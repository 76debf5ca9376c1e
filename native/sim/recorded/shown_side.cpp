#include "native/sim/recorded/shown_side.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace hft::sim {

using event::Level;

void ShownSide::show(Side side, std::span<const Level> levels, bool isWhole,
                     std::vector<Level>& changes) {
  changes.clear();
  static_assert(sizeof(Level) == 16, "compared as bytes: no padding");
  if (levels.size() == levels_.size() && (!isWhole || hidden_.empty()) &&
      (levels.empty() ||
       std::memcmp(levels.data(), levels_.data(), levels.size() * sizeof(Level)) == 0)) {
    return;
  }
  // Both are sorted, best first: one step beside the other finds all that differs.
  const auto isBetter = [side](Price a, Price b) { return side == Side::Buy ? a > b : a < b; };
  // What comes into sight again is compared with what it was.
  while (!hidden_.empty() &&
         (isWhole || (!levels.empty() && !isBetter(levels.back().price, hidden_.back().price)))) {
    levels_.push_back(hidden_.back());
    hidden_.pop_back();
  }
  // Most updates change a level or two: what is the same at both ends is passed over.
  const std::size_t most = std::min(levels.size(), levels_.size());
  std::size_t first = 0;
  while (first < most && levels[first] == levels_[first]) ++first;
  std::size_t last = 0;
  while (last < most - first &&
         levels[levels.size() - 1 - last] == levels_[levels_.size() - 1 - last]) {
    ++last;
  }
  const std::size_t end = levels.size() - last;
  const std::size_t knownEnd = levels_.size() - last;
  std::size_t at = first;
  std::size_t seen = first;
  for (; seen < knownEnd; ++seen) {
    const Level& before = levels_[seen];
    while (at < end && isBetter(levels[at].price, before.price)) ++at;
    // Levels that are gone from within what is shown were removed; deeper ones are only out of
    // sight.
    if (at == levels.size() && !isWhole) break;
    if (at == end || levels[at].price != before.price) changes.push_back({before.price, 0});
  }
  // None of those at the end is out of sight.
  if (last > 0) seen = levels_.size();
  for (std::size_t hidden = levels_.size(); hidden-- > seen;) {
    hidden_.push_back(levels_[hidden]);
  }
  at = first;
  for (std::size_t i = first; i < end; ++i) {
    const Level& level = levels[i];
    while (at < knownEnd && isBetter(levels_[at].price, level.price)) ++at;
    const bool isKnown = at < knownEnd && levels_[at].price == level.price;
    if (!isKnown || levels_[at].qty != level.qty) changes.push_back(level);
  }
  levels_.resize(levels.size());
  std::copy(levels.begin() + static_cast<std::ptrdiff_t>(first), levels.end(),
            levels_.begin() + static_cast<std::ptrdiff_t>(first));
}

}  // namespace hft::sim
