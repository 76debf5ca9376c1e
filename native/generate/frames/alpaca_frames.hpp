#pragma once

#include <cstdint>
#include <span>

#include "native/core/units.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"

/// Prints what Alpaca's stock data feed sends, as JSON text or as MessagePack.
/// Source: docs.alpaca.markets, real-time stock data v2, 2026; MessagePack specification 2017-08.
namespace hft::generate::alpaca {

enum class Encoding : std::uint8_t { Json, Msgpack };

void authenticated(TextWriter& out, Encoding encoding) noexcept;
void subscription(TextWriter& out, std::span<const MarketInstrument> instruments,
                  Encoding encoding) noexcept;
void quote(TextWriter& out, const MarketInstrument& instrument, Nanos time, IsoTime& iso,
           Encoding encoding) noexcept;
void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso, Encoding encoding) noexcept;
/// The minute that began at `start`.
void bar(TextWriter& out, const MarketInstrument& instrument, Nanos start, IsoTime& iso,
         Encoding encoding) noexcept;

}  // namespace hft::generate::alpaca
