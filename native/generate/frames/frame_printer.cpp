#include "native/generate/frames/frame_printer.hpp"

#include <algorithm>

#include "native/generate/frames/alpaca_frames.hpp"
#include "native/generate/frames/binance_frames.hpp"
#include "native/generate/frames/coinbase_advanced_frames.hpp"
#include "native/generate/frames/coinbase_frames.hpp"
#include "native/generate/frames/kraken_frames.hpp"

namespace hft::generate {
namespace {

using decode::WireFormat;

binance::Market market(WireFormat format) noexcept {
  return format == WireFormat::BinanceSpot ? binance::Market::Spot : binance::Market::Futures;
}

kraken::Protocol protocol(WireFormat format) noexcept {
  return format == WireFormat::KrakenV1 ? kraken::Protocol::V1 : kraken::Protocol::V2;
}

alpaca::Encoding encoding(WireFormat format) noexcept {
  return format == WireFormat::AlpacaJson ? alpaca::Encoding::Json : alpaca::Encoding::Msgpack;
}

/// The longest print of one level.
std::size_t levelBytesMax(WireFormat format) noexcept {
  return format == WireFormat::CoinbaseAdvanced ? 176 : 88;
}

}  // namespace

std::size_t FramePrinter::depthBytesMax(const DepthView& view) const noexcept {
  return kSmallBytesMax + (view.bids.size() + view.asks.size()) * levelBytesMax(format_);
}

std::size_t FramePrinter::snapshotBytesMax(const MarketInstrument& instrument) const noexcept {
  const SimulatedBook& book = instrument.book();
  std::size_t levels = book.levelCount(Side::Buy) + book.levelCount(Side::Sell);
  if (isFull_) levels += book.orderCount();
  return kSmallBytesMax + levels * levelBytesMax(format_);
}

std::size_t FramePrinter::controlCount(std::size_t instrumentCount) const noexcept {
  switch (format_) {
    case WireFormat::CoinbaseExchange:
    case WireFormat::CoinbaseAdvanced:
      return 1;
    case WireFormat::KrakenV1:
    case WireFormat::KrakenV2:
      return 1 + instrumentCount;
    case WireFormat::AlpacaJson:
    case WireFormat::AlpacaMsgpack:
      return 2;
    default:
      return 0;
  }
}

void FramePrinter::control(TextWriter& out, std::span<const MarketInstrument> instruments,
                           std::size_t number, Nanos time) noexcept {
  switch (format_) {
    case WireFormat::CoinbaseExchange:
      return coinbase::subscriptions(out, instruments, isFull_);
    case WireFormat::CoinbaseAdvanced:
      return advanced::subscriptions(out, instruments, connectionSequence_++, time, iso_);
    case WireFormat::KrakenV1:
    case WireFormat::KrakenV2:
      if (number == 0) return kraken::systemStatus(out, protocol(format_));
      return kraken::subscribed(out, instruments[number - 1], depth_, time, iso_,
                                protocol(format_));
    case WireFormat::AlpacaJson:
    case WireFormat::AlpacaMsgpack:
      if (number == 0) return alpaca::authenticated(out, encoding(format_));
      return alpaca::subscription(out, instruments, encoding(format_));
    default:
      return;
  }
}

bool FramePrinter::hasStreamSnapshots() const noexcept {
  const bool isCoinbase = (format_ == WireFormat::CoinbaseExchange && !isFull_) ||
                          format_ == WireFormat::CoinbaseAdvanced;
  return isCoinbase || format_ == WireFormat::KrakenV1 || format_ == WireFormat::KrakenV2;
}

bool FramePrinter::hasDepth() const noexcept { return !hasBars(); }

bool FramePrinter::hasHeartbeats() const noexcept {
  return format_ == WireFormat::CoinbaseExchange || format_ == WireFormat::CoinbaseAdvanced ||
         format_ == WireFormat::KrakenV1 || format_ == WireFormat::KrakenV2;
}

bool FramePrinter::hasBars() const noexcept {
  return format_ == WireFormat::AlpacaJson || format_ == WireFormat::AlpacaMsgpack;
}

void FramePrinter::snapshot(TextWriter& out, const MarketInstrument& instrument,
                            Nanos time) noexcept {
  switch (format_) {
    case WireFormat::CoinbaseExchange:
      return coinbase::snapshot(out, instrument);
    case WireFormat::CoinbaseAdvanced:
      return advanced::snapshot(out, instrument, connectionSequence_++, time, iso_);
    default:
      return kraken::snapshot(out, instrument, depth_, time, iso_, protocol(format_));
  }
}

void FramePrinter::depth(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
                         Nanos time) noexcept {
  switch (format_) {
    case WireFormat::BinanceSpot:
    case WireFormat::BinanceFutures:
      return binance::depth(out, instrument, view, time, market(format_));
    case WireFormat::CoinbaseExchange:
      return coinbase::l2update(out, instrument, view, time, iso_);
    case WireFormat::CoinbaseAdvanced:
      return advanced::update(out, instrument, view, connectionSequence_++, time, iso_);
    default:
      return kraken::update(out, instrument, view, depth_, time, iso_, protocol(format_));
  }
}

void FramePrinter::trade(TextWriter& out, const MarketInstrument& instrument,
                         const TradePrint& trade, Nanos time) noexcept {
  switch (format_) {
    case WireFormat::BinanceSpot:
    case WireFormat::BinanceFutures:
      if (trade.aggregateId != 0) {
        return binance::aggTrade(out, instrument, trade, time, market(format_));
      }
      return binance::trade(out, instrument, trade, time, market(format_));
    case WireFormat::CoinbaseExchange:
      return coinbase::match(out, instrument, trade, time, iso_);
    case WireFormat::CoinbaseAdvanced:
      return advanced::trade(out, instrument, trade, connectionSequence_++, time, iso_);
    case WireFormat::KrakenV1:
    case WireFormat::KrakenV2:
      return kraken::trade(out, instrument, trade, time, iso_, protocol(format_));
    default:
      return alpaca::trade(out, instrument, trade, time, iso_, encoding(format_));
  }
}

void FramePrinter::ticker(TextWriter& out, const MarketInstrument& instrument,
                          Nanos time) noexcept {
  switch (format_) {
    case WireFormat::BinanceSpot:
    case WireFormat::BinanceFutures:
      return binance::bookTicker(out, instrument, time, market(format_));
    case WireFormat::CoinbaseExchange:
      return coinbase::ticker(out, instrument, time, iso_);
    case WireFormat::CoinbaseAdvanced:
      return advanced::ticker(out, instrument, connectionSequence_++, time, iso_);
    case WireFormat::KrakenV1:
    case WireFormat::KrakenV2:
      return kraken::quote(out, instrument, time, iso_, protocol(format_));
    default:
      return alpaca::quote(out, instrument, time, iso_, encoding(format_));
  }
}

void FramePrinter::heartbeat(TextWriter& out, const MarketInstrument& instrument,
                             Nanos time) noexcept {
  switch (format_) {
    case WireFormat::CoinbaseExchange:
      return coinbase::heartbeat(out, instrument, time, iso_);
    case WireFormat::CoinbaseAdvanced:
      return advanced::heartbeat(out, heartbeatCounter_++, connectionSequence_++, time, iso_);
    default:
      return kraken::heartbeat(out, protocol(format_));
  }
}

void FramePrinter::bar(TextWriter& out, const MarketInstrument& instrument, Nanos start) noexcept {
  alpaca::bar(out, instrument, start, iso_, encoding(format_));
}

void FramePrinter::restSnapshot(TextWriter& out, const MarketInstrument& instrument,
                                std::size_t levelsMax, Nanos time) noexcept {
  switch (format_) {
    case WireFormat::BinanceSpot:
    case WireFormat::BinanceFutures:
      return binance::snapshot(out, instrument, levelsMax, time, market(format_));
    case WireFormat::CoinbaseExchange:
      if (isFull_) return coinbase::restLevel3(out, instrument, time, iso_);
      return coinbase::restLevel2(out, instrument, levelsMax, time, iso_);
    default:
      return;
  }
}

}  // namespace hft::generate
