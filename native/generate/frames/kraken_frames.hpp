#pragma once

#include <cstdint>

#include "native/core/units.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"

/// Prints what Kraken sends, v1 (arrays of strings) and v2 (objects with JSON numbers).
/// Source: docs.kraken.com, WebSocket v1 and v2, guides book-checksum, 2026; recorded v1 frames.
namespace hft::generate::kraken {

enum class Protocol : std::uint8_t { V1, V2 };

/// The venue's checksum of the ten best levels of each side: CRC-32 over the digits that it
/// prints, asks first, without the point and leading zeros.
[[nodiscard]] std::uint32_t checksum(const MarketInstrument& instrument) noexcept;

void systemStatus(TextWriter& out, Protocol protocol) noexcept;
void subscribed(TextWriter& out, const MarketInstrument& instrument, std::size_t depth, Nanos time,
                IsoTime& iso, Protocol protocol) noexcept;
void snapshot(TextWriter& out, const MarketInstrument& instrument, std::size_t depth, Nanos time,
              IsoTime& iso, Protocol protocol) noexcept;
void update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
            std::size_t depth, Nanos time, IsoTime& iso, Protocol protocol) noexcept;
void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso, Protocol protocol) noexcept;
/// v1: the spread channel. v2: the ticker channel, triggered by the best bid and offer.
void quote(TextWriter& out, const MarketInstrument& instrument, Nanos time, IsoTime& iso,
           Protocol protocol) noexcept;
void heartbeat(TextWriter& out, Protocol protocol) noexcept;

}  // namespace hft::generate::kraken
