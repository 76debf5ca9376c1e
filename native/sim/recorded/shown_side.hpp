#pragma once

#include <span>
#include <vector>

#include "native/core/units.hpp"
#include "native/event/feed_message.hpp"

namespace hft::sim {

/// What a recorded market was told of one side of a book whose best levels alone are shown.
///
/// A level that falls out of sight keeps its quantity until it is in sight again. Not thread-safe.
class ShownSide {
 public:
  /// The best levels, best first; `isWhole`: there are no others. Fills `changes` with what differs
  /// from before: levels that are gone (quantity zero) first.
  void show(Side side, std::span<const event::Level> levels, bool isWhole,
            std::vector<event::Level>& changes);

 private:
  std::vector<event::Level> levels_;  ///< As shown last, best first.
  std::vector<event::Level> hidden_;  ///< Out of sight since, worst first.
};

}  // namespace hft::sim
