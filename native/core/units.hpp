#pragma once

#include <cstdint>
#include <limits>

namespace hft {

/// A price in ticks of its instrument: one tick is 10^-priceDecimals.
using Price = std::int64_t;
/// A quantity in lots of its instrument: one lot is 10^-qtyDecimals.
using Qty = std::int64_t;
/// Nanoseconds since the epoch, UTC (or a difference of two such).
using Nanos = std::int64_t;
/// A dense index of an instrument in its InstrumentTable.
using InstrumentId = std::uint32_t;

/// Stands where there is no price: an empty side.
inline constexpr Price kNoPrice = std::numeric_limits<Price>::min();
/// Stands where there is no instrument.
inline constexpr InstrumentId kNoInstrument = 0xffffffffU;

/// FIX Side(54).
enum class Side : std::uint8_t { None = 0, Buy = 1, Sell = 2 };

[[nodiscard]] constexpr Side opposite(Side side) noexcept {
  return side == Side::Buy ? Side::Sell : side == Side::Sell ? Side::Buy : Side::None;
}

}  // namespace hft
