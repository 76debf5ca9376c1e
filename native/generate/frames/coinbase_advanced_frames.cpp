#include "native/generate/frames/coinbase_advanced_frames.hpp"

namespace hft::generate::advanced {
namespace {

void envelope(TextWriter& out, std::string_view channel, std::uint64_t sequence, Nanos time,
              IsoTime& iso) noexcept {
  out.put("{\"channel\":\"");
  out.put(channel);
  out.put("\",\"client_id\":\"\",\"timestamp\":\"");
  iso.print(out, time, 9);
  out.put("\",\"sequence_num\":");
  out.number(sequence);
  out.put(",\"events\":[");
}

void level(TextWriter& out, const MarketInstrument& instrument, Side side, Price price, Qty qty,
           std::string_view time) noexcept {
  out.put("{\"side\":\"");
  out.put(side == Side::Buy ? std::string_view("bid") : std::string_view("offer"));
  out.put("\",\"event_time\":\"");
  out.put(time);
  out.put("\",\"price_level\":\"");
  instrument.price(out, price);
  out.put("\",\"new_quantity\":\"");
  instrument.qty(out, qty);
  out.put("\"},");
}

/// The time of all levels of a message, printed once.
class TimeText {
 public:
  TimeText(Nanos time, IsoTime& iso) noexcept {
    TextWriter out(text_.data());
    iso.print(out, time, 6);
    bytes_ = out.size();
  }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), bytes_}; }

 private:
  std::array<char, 40 + TextWriter::kSlack> text_;
  std::size_t bytes_ = 0;
};

void openLevels(TextWriter& out, const MarketInstrument& instrument,
                std::string_view type) noexcept {
  out.put("{\"type\":\"");
  out.put(type);
  out.put("\",\"product_id\":\"");
  out.put(instrument.symbol());
  out.put("\",\"updates\":[");
}

}  // namespace

void subscriptions(TextWriter& out, std::span<const MarketInstrument> instruments,
                   std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  envelope(out, "subscriptions", sequence, time, iso);
  out.put("{\"subscriptions\":{");
  for (const std::string_view name : {"level2", "market_trades", "ticker"}) {
    out.put('"');
    out.put(name);
    out.put("\":[");
    for (const MarketInstrument& instrument : instruments) {
      out.put('"');
      out.put(instrument.symbol());
      out.put("\",");
    }
    out.dropLast();
    out.put("],");
  }
  out.put("\"heartbeats\":[\"heartbeats\"]}}]}");
}

void snapshot(TextWriter& out, const MarketInstrument& instrument, std::uint64_t sequence,
              Nanos time, IsoTime& iso) noexcept {
  const SimulatedBook& book = instrument.book();
  const TimeText text(time, iso);
  envelope(out, "l2_data", sequence, time, iso);
  openLevels(out, instrument, "snapshot");
  for (const Side side : {Side::Buy, Side::Sell}) {
    Price price = book.best(side);
    for (; price != kNoPrice; price = book.nextAway(side, price)) {
      level(out, instrument, side, price, book.qtyAt(side, price), text.text());
    }
  }
  out.dropLast();
  out.put("]}]}");
}

void update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
            std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  const TimeText text(time, iso);
  envelope(out, "l2_data", sequence, time, iso);
  openLevels(out, instrument, "update");
  for (const event::Level& entry : view.bids) {
    level(out, instrument, Side::Buy, entry.price, entry.qty, text.text());
  }
  for (const event::Level& entry : view.asks) {
    level(out, instrument, Side::Sell, entry.price, entry.qty, text.text());
  }
  out.dropLast();
  out.put("]}]}");
}

void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade,
           std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  envelope(out, "market_trades", sequence, time, iso);
  out.put("{\"type\":\"update\",\"trades\":[{\"trade_id\":\"");
  out.number(trade.tradeId);
  out.put("\",\"product_id\":\"");
  out.put(instrument.symbol());
  out.put("\",\"price\":\"");
  instrument.price(out, trade.price);
  out.put("\",\"size\":\"");
  instrument.qty(out, trade.qty);
  out.put("\",\"side\":\"");
  // The maker's side.
  out.put(trade.taker == Side::Buy ? std::string_view("SELL") : std::string_view("BUY"));
  out.put("\",\"time\":\"");
  iso.print(out, time, 6);
  out.put("\"}]}]}");
}

void ticker(TextWriter& out, const MarketInstrument& instrument, std::uint64_t sequence, Nanos time,
            IsoTime& iso) noexcept {
  const Touch touch = instrument.book().touch();
  envelope(out, "ticker", sequence, time, iso);
  out.put("{\"type\":\"update\",\"tickers\":[{\"type\":\"ticker\",\"product_id\":\"");
  out.put(instrument.symbol());
  const auto price = [&](std::string_view name, Price value) {
    out.put("\",\"");
    out.put(name);
    out.put("\":\"");
    instrument.price(out, value);
  };
  const auto qty = [&](std::string_view name, Qty value) {
    out.put("\",\"");
    out.put(name);
    out.put("\":\"");
    instrument.qty(out, value);
  };
  price("price", instrument.day.close);
  qty("volume_24_h", instrument.day.volume);
  price("low_24_h", instrument.day.low);
  price("high_24_h", instrument.day.high);
  price("best_bid", touch.bid);
  qty("best_bid_quantity", touch.bidQty);
  price("best_ask", touch.ask);
  qty("best_ask_quantity", touch.askQty);
  out.put("\"}]}]}");
}

void heartbeat(TextWriter& out, std::uint64_t counter, std::uint64_t sequence, Nanos time,
               IsoTime& iso) noexcept {
  std::array<char, 40 + TextWriter::kSlack> text;
  TextWriter iso9(text.data());
  iso.print(iso9, time, 9);
  envelope(out, "heartbeats", sequence, time, iso);
  out.put("{\"current_time\":\"");
  // "2026-04-07 14:30:10.000000000+00:00": this field alone has another spelling.
  out.put(iso9.text().substr(0, 10));
  out.put(' ');
  out.put(iso9.text().substr(11, 18));
  out.put("+00:00\",\"heartbeat_counter\":");
  out.number(counter);
  out.put("}]}");
}

}  // namespace hft::generate::advanced
