#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/core/units.hpp"
#include "native/event/feed_message.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/instrument_spec.hpp"
#include "native/generate/market/order_flow.hpp"

namespace hft::generate {

/// Prices and volume of a period, in ticks and lots. The volume stays at what 16 digits print.
struct PeriodStats {
  static constexpr Qty kVolumeMax = 9'999'999'999'999'999;

  Price open = 0;
  Price high = 0;
  Price low = 0;
  Price close = 0;
  Qty volume = 0;
  std::uint64_t trades = 0;

  void start(Price price) noexcept { *this = PeriodStats{price, price, price, price, 0, 0}; }
  void add(Price price, Qty qty) noexcept {
    high = std::max(high, price);
    low = std::min(low, price);
    close = price;
    volume = std::min(volume + qty, kVolumeMax);
    ++trades;
  }
};

/// One generated instrument with everything that its venue's frames tell about it.
struct MarketInstrument {
  MarketInstrument(const InstrumentSpec& instrumentSpec, std::size_t ordersTarget, Random& random);

  InstrumentSpec spec;
  OrderFlow flow;
  /// The symbol in lower case, without separators: stream names.
  std::array<char, kSymbolBytesMax> lowerText{};
  std::uint32_t index = 0;
  std::uint64_t updateId = 0;       ///< The id of the last change of the book.
  std::uint64_t firstUpdateId = 0;  ///< That of the first change since the last depth frame.
  std::uint64_t flushedId = 0;      ///< `updateId` at the last depth frame.
  std::uint64_t seenChanges = 0;    ///< OrderFlow::changeCount when `updateId` was brought up.
  std::uint64_t tradeId = 0;
  std::uint64_t aggregateId = 0;
  std::uint64_t sequence = 0;                          ///< Coinbase: counts the product's messages.
  Touch quoted;                                        ///< What the last ticker said.
  std::array<Price, 2> viewWorst{kNoPrice, kNoPrice};  ///< Kraken: where the shown book ends.
  PeriodStats day;
  PeriodStats minute;
  PeriodStats lastMinute;
  Side lastTaker = Side::Buy;
  Qty lastQty = 0;

  [[nodiscard]] std::string_view symbol() const noexcept { return spec.symbol(); }
  [[nodiscard]] std::string_view lower() const noexcept {
    return {lowerText.data(), spec.symbolBytes};
  }
  [[nodiscard]] const SimulatedBook& book() const noexcept { return flow.book(); }

  void price(TextWriter& out, Price value) const noexcept {
    out.decimal(value, spec.scale.priceDecimals, spec.scale.priceDigits);
  }
  void qty(TextWriter& out, Qty value) const noexcept {
    out.decimal(value, spec.scale.qtyDecimals, spec.scale.qtyDigits);
  }
};

/// The levels that a depth frame tells, each side from the highest price down.
struct DepthView {
  std::span<const event::Level> bids;
  std::span<const event::Level> asks;
};

/// One execution as venues report it.
struct TradePrint {
  std::uint64_t tradeId = 0;
  Price price = 0;
  Qty qty = 0;
  Side taker = Side::None;
  std::uint64_t makerId = 0;
  std::uint64_t takerId = 0;
  std::uint64_t sequence = 0;
  /// Binance aggTrade: the first and last trade of one taker at one price.
  std::uint64_t firstTradeId = 0;
  std::uint64_t aggregateId = 0;
};

}  // namespace hft::generate
