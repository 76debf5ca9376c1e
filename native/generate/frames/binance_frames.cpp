#include "native/generate/frames/binance_frames.hpp"

#include <cstdint>

namespace hft::generate::binance {
namespace {

constexpr Nanos kMilli = 1'000'000;

void millis(TextWriter& out, Nanos time) noexcept {
  out.number(static_cast<std::uint64_t>(time / kMilli));
}

/// `{"stream":"btcusdt@trade","data":{`.
template <std::size_t N>
void openStream(TextWriter& out, const MarketInstrument& instrument,
                const char (&suffix)[N]) noexcept {
  out.put("{\"stream\":\"");
  out.put(instrument.lower());
  out.put(suffix);
  out.put("\",\"data\":{");
}

void symbolField(TextWriter& out, const MarketInstrument& instrument) noexcept {
  out.put("\"s\":\"");
  out.put(instrument.symbol());
}

void level(TextWriter& out, const MarketInstrument& instrument, Price price, Qty qty) noexcept {
  out.put("[\"");
  instrument.price(out, price);
  out.put("\",\"");
  instrument.qty(out, qty);
  out.put("\"],");
}

/// A JSON array of levels in one of the two directions.
void levels(TextWriter& out, const MarketInstrument& instrument, std::span<const event::Level> list,
            bool fromHighest) noexcept {
  out.put('[');
  for (std::size_t at = 0; at < list.size(); ++at) {
    const event::Level& entry = fromHighest ? list[at] : list[list.size() - 1 - at];
    level(out, instrument, entry.price, entry.qty);
  }
  if (!list.empty()) out.dropLast();
  out.put(']');
}

void touchFields(TextWriter& out, const MarketInstrument& instrument) noexcept {
  const Touch touch = instrument.book().touch();
  out.put("\",\"b\":\"");
  instrument.price(out, touch.bid);
  out.put("\",\"B\":\"");
  instrument.qty(out, touch.bidQty);
  out.put("\",\"a\":\"");
  instrument.price(out, touch.ask);
  out.put("\",\"A\":\"");
  instrument.qty(out, touch.askQty);
}

void priceAndQty(TextWriter& out, const MarketInstrument& instrument,
                 const TradePrint& trade) noexcept {
  out.put(",\"p\":\"");
  instrument.price(out, trade.price);
  out.put("\",\"q\":\"");
  instrument.qty(out, trade.qty);
}

void makerFlag(TextWriter& out, const TradePrint& trade) noexcept {
  out.put(",\"m\":");
  // Whether the buyer is the maker: the taker sold.
  out.put(trade.taker == Side::Sell ? std::string_view("true") : std::string_view("false"));
}

void snapshotSide(TextWriter& out, const MarketInstrument& instrument, Side side,
                  std::size_t levelsMax) noexcept {
  const SimulatedBook& book = instrument.book();
  out.put('[');
  Price price = book.best(side);
  std::size_t count = 0;
  for (; price != kNoPrice && count < levelsMax; price = book.nextAway(side, price), ++count) {
    level(out, instrument, price, book.qtyAt(side, price));
  }
  if (count > 0) out.dropLast();
  out.put(']');
}

}  // namespace

void depth(TextWriter& out, const MarketInstrument& instrument, const DepthView& view, Nanos time,
           Market market) noexcept {
  const bool isSpot = market == Market::Spot;
  if (isSpot) {
    openStream(out, instrument, "@depth@100ms");
  } else {
    openStream(out, instrument, "@depth@0ms");
  }
  out.put("\"e\":\"depthUpdate\",\"E\":");
  millis(out, time);
  if (!isSpot) {
    out.put(",\"T\":");
    millis(out, time - kMilli);
  }
  out.put(',');
  symbolField(out, instrument);
  out.put("\",\"U\":");
  out.number(instrument.firstUpdateId);
  out.put(",\"u\":");
  out.number(instrument.updateId);
  if (!isSpot) {
    out.put(",\"pu\":");
    out.number(instrument.flushedId);
  }
  out.put(",\"b\":");
  levels(out, instrument, view.bids, isSpot);
  out.put(",\"a\":");
  levels(out, instrument, view.asks, false);
  out.put("}}");
}

void bookTicker(TextWriter& out, const MarketInstrument& instrument, Nanos time,
                Market market) noexcept {
  openStream(out, instrument, "@bookTicker");
  if (market == Market::Futures) out.put("\"e\":\"bookTicker\",");
  out.put("\"u\":");
  out.number(instrument.updateId);
  out.put(',');
  symbolField(out, instrument);
  touchFields(out, instrument);
  out.put('"');
  if (market == Market::Futures) {
    out.put(",\"T\":");
    millis(out, time);
    out.put(",\"E\":");
    millis(out, time);
  }
  out.put("}}");
}

void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           Market market) noexcept {
  const bool isSpot = market == Market::Spot;
  openStream(out, instrument, "@trade");
  out.put("\"e\":\"trade\",\"E\":");
  millis(out, time);
  if (!isSpot) {
    out.put(",\"T\":");
    millis(out, time);
  }
  out.put(',');
  symbolField(out, instrument);
  out.put("\",\"t\":");
  out.number(trade.tradeId);
  priceAndQty(out, instrument, trade);
  out.put('"');
  if (isSpot) {
    out.put(",\"T\":");
    millis(out, time);
    makerFlag(out, trade);
    out.put(",\"M\":true}}");
  } else {
    out.put(",\"X\":\"MARKET\"");
    makerFlag(out, trade);
    out.put("}}");
  }
}

void aggTrade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade,
              Nanos time, Market market) noexcept {
  const bool isSpot = market == Market::Spot;
  openStream(out, instrument, "@aggTrade");
  out.put("\"e\":\"aggTrade\",\"E\":");
  millis(out, time);
  if (isSpot) {
    out.put(',');
    symbolField(out, instrument);
    out.put("\",\"a\":");
    out.number(trade.aggregateId);
  } else {
    out.put(",\"a\":");
    out.number(trade.aggregateId);
    out.put(',');
    symbolField(out, instrument);
    out.put('"');
  }
  priceAndQty(out, instrument, trade);
  out.put("\",\"f\":");
  out.number(trade.firstTradeId);
  out.put(",\"l\":");
  out.number(trade.tradeId);
  out.put(",\"T\":");
  millis(out, time);
  makerFlag(out, trade);
  if (isSpot) out.put(",\"M\":true");
  out.put("}}");
}

void snapshot(TextWriter& out, const MarketInstrument& instrument, std::size_t levelsMax,
              Nanos time, Market market) noexcept {
  out.put("{\"lastUpdateId\":");
  out.number(instrument.updateId);
  if (market == Market::Futures) {
    out.put(",\"E\":");
    millis(out, time);
    out.put(",\"T\":");
    millis(out, time - kMilli);
  }
  out.put(",\"bids\":");
  snapshotSide(out, instrument, Side::Buy, levelsMax);
  out.put(",\"asks\":");
  snapshotSide(out, instrument, Side::Sell, levelsMax);
  out.put('}');
}

}  // namespace hft::generate::binance
