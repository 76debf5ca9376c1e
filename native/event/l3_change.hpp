#pragma once

#include <cstdint>

#include "native/core/units.hpp"

namespace hft::event {

/// One change of a recorded single order. TypeScript never reads it.
enum class L3Kind : std::uint8_t {
  Add,       ///< `ref` enters the tail of its level with `price` and `qty`.
  Reduce,    ///< `ref` loses `qty` by a partial cancel and keeps its place.
  Execute,   ///< `ref` loses `qty` by a trade at its own price.
  Remove,    ///< `ref` leaves.
  Modify,    ///< `ref` gets `price` and `qty`; it keeps its place only if just the quantity fell.
  Doubt,     ///< The book is no longer known: nothing can be traded with, all orders are in doubt.
  Snapshot,  ///< The orders that were told since Doubt are all there are: others have left.
};
inline constexpr std::size_t kL3KindCount = 7;

/// References are below this: they travel as doubles.
inline constexpr std::uint64_t kL3RefMax = std::uint64_t{1} << 53;
/// The quantity of a level whose orders were not told, ahead of all others: `side` and `price` say
/// which level it is in every kind, and Add adds to it.
inline constexpr std::uint64_t kAnonymousRef = 0;

/// One change, as books tell it to whoever simulates an exchange.
struct L3Change {
  L3Kind kind = L3Kind::Add;
  Side side = Side::None;  ///< Of an Add, and of anonymous quantity.
  std::uint64_t ref = 0;
  Price price = 0;
  Qty qty = 0;
};

}  // namespace hft::event
