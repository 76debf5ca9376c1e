#pragma once

#include <cstdint>

namespace hft::sim {

/// How much of an order is filled against recorded data.
enum class FillModel : std::uint8_t {
  /// Bounded by what is displayed (taker) and by what was traded (maker): fills are partial.
  Bounded = 0,
  /// Whole at the touch: an order that is reached trades all it has, at the best price as a taker.
  WholeAtTouch = 1,
};

/// What our own trades do to the recorded market.
enum class ImpactModel : std::uint8_t {
  /// Nothing: displayed quantity is there again for the next order.
  None = 0,
  /// What we take is gone until the recording tells that level's quantity again.
  ConsumesDisplayed = 1,
};

}  // namespace hft::sim
