#pragma once

#include <cstdint>
#include <span>

#include "native/core/units.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"

/// Prints what the Coinbase Exchange feed sends.
/// Source: docs.cdp.coinbase.com, Exchange WebSocket channels; recorded frames of 2021.
namespace hft::generate::coinbase {

/// The answer to the subscription of level2_batch, ticker, matches and heartbeat; or of full.
void subscriptions(TextWriter& out, std::span<const MarketInstrument> instruments,
                   bool isFull) noexcept;
void snapshot(TextWriter& out, const MarketInstrument& instrument) noexcept;
void l2update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
              Nanos time, IsoTime& iso) noexcept;
void match(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso) noexcept;
void ticker(TextWriter& out, const MarketInstrument& instrument, Nanos time, IsoTime& iso) noexcept;
void heartbeat(TextWriter& out, const MarketInstrument& instrument, Nanos time,
               IsoTime& iso) noexcept;

/// The order events of the full channel but matches: received, open and done.
void received(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
              std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;
void open(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
          std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;
void done(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
          std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept;

/// The body of `GET /products/{id}/book?level=2`.
void restLevel2(TextWriter& out, const MarketInstrument& instrument, std::size_t levelsMax,
                Nanos time, IsoTime& iso) noexcept;
/// The body of `GET /products/{id}/book?level=3`: every order, in queue order.
void restLevel3(TextWriter& out, const MarketInstrument& instrument, Nanos time,
                IsoTime& iso) noexcept;

/// The order id that the venue shows for a simulated order: a version 4 UUID.
void orderId(TextWriter& out, const MarketInstrument& instrument, std::uint64_t id) noexcept;

}  // namespace hft::generate::coinbase
