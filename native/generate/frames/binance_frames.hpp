#pragma once

#include "native/core/units.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"

/// Prints what Binance sends on combined streams, field by field as it does.
/// Source: binance-spot-api-docs web-socket-streams, 2026-07; USD-M futures streams, 2026-07.
namespace hft::generate::binance {

/// Spot and USD-M futures differ in fields, and in the order of levels.
enum class Market : std::uint8_t { Spot, Futures };

void depth(TextWriter& out, const MarketInstrument& instrument, const DepthView& view, Nanos time,
           Market market) noexcept;
void bookTicker(TextWriter& out, const MarketInstrument& instrument, Nanos time,
                Market market) noexcept;
void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           Market market) noexcept;
void aggTrade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade,
              Nanos time, Market market) noexcept;
/// The body of the REST depth snapshot with the best `levelsMax` levels of each side.
void snapshot(TextWriter& out, const MarketInstrument& instrument, std::size_t levelsMax,
              Nanos time, Market market) noexcept;

}  // namespace hft::generate::binance
