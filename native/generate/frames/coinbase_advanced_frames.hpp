#pragma once

#include <cstdint>
#include <span>

#include "native/core/units.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"

/// Prints what the Coinbase Advanced Trade feed sends; `sequence` is the connection's.
/// Source: docs.cdp.coinbase.com, Advanced Trade WebSocket channels, 2026.
namespace hft::generate::advanced {

void subscriptions(TextWriter& out, std::span<const MarketInstrument> instruments,
                   std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;
void snapshot(TextWriter& out, const MarketInstrument& instrument, std::uint64_t sequence,
              Nanos time, IsoTime& iso) noexcept;
void update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
            std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;
void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade,
           std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;
void ticker(TextWriter& out, const MarketInstrument& instrument, std::uint64_t sequence, Nanos time,
            IsoTime& iso) noexcept;
void heartbeat(TextWriter& out, std::uint64_t counter, std::uint64_t sequence, Nanos time,
               IsoTime& iso) noexcept;

}  // namespace hft::generate::advanced
