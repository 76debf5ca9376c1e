#include "native/sim/recorded/shown_side.hpp"

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
  std::size_t at = 0;
  std::size_t seen = 0;
  for (; seen < levels_.size(); ++seen) {
    const Level& before = levels_[seen];
    while (at < levels.size() && isBetter(levels[at].price, before.price)) ++at;
    // Levels that are gone from within what is shown were removed; deeper ones are only out of
    // sight.
    if (at == levels.size() && !isWhole) break;
    if (at == levels.size() || levels[at].price != before.price) {
      changes.push_back({before.price, 0});
    }
  }
  for (std::size_t hidden = levels_.size(); hidden-- > seen;) {
    hidden_.push_back(levels_[hidden]);
  }
  at = 0;
  for (const Level& level : levels) {
    while (at < levels_.size() && isBetter(levels_[at].price, level.price)) ++at;
    const bool isKnown = at < levels_.size() && levels_[at].price == level.price;
    if (!isKnown || levels_[at].qty != level.qty) changes.push_back(level);
  }
  levels_.assign(levels.begin(), levels.end());
}

}  // namespace hft::sim
