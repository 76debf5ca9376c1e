#include "native/generate/frames/coinbase_frames.hpp"

#include <array>

#include "native/generate/market/random.hpp"

namespace hft::generate::coinbase {
namespace {

std::string_view sideWord(Side side) noexcept { return side == Side::Buy ? "buy" : "sell"; }

void productList(TextWriter& out, std::span<const MarketInstrument> instruments) noexcept {
  out.put('[');
  for (const MarketInstrument& instrument : instruments) {
    out.put('"');
    out.put(instrument.symbol());
    out.put("\",");
  }
  out.dropLast();
  out.put(']');
}

void timeField(TextWriter& out, Nanos time, IsoTime& iso) noexcept {
  out.put("\"time\":\"");
  iso.print(out, time, 6);
  out.put("\"}");
}

/// `"product_id":"BTC-USD","sequence":1,` and the time at the end of a message.
void tail(TextWriter& out, const MarketInstrument& instrument, std::uint64_t sequence, Nanos time,
          IsoTime& iso) noexcept {
  out.put(",\"product_id\":\"");
  out.put(instrument.symbol());
  out.put("\",\"sequence\":");
  out.number(sequence);
  out.put(',');
  timeField(out, time, iso);
}

void changes(TextWriter& out, const MarketInstrument& instrument, std::string_view side,
             std::span<const event::Level> levels) noexcept {
  for (const event::Level& level : levels) {
    out.put("[\"");
    out.put(side);
    out.put("\",\"");
    instrument.price(out, level.price);
    out.put("\",\"");
    instrument.qty(out, level.qty);
    out.put("\"],");
  }
}

/// Calls `print(price)` for the levels of a side, best first, in a JSON array.
template <typename Print>
void sideArray(TextWriter& out, const SimulatedBook& book, Side side, std::size_t levelsMax,
               Print print) noexcept {
  out.put('[');
  Price price = book.best(side);
  std::size_t count = 0;
  for (; price != kNoPrice && count < levelsMax; price = book.nextAway(side, price), ++count) {
    print(price);
  }
  if (count > 0) out.dropLast();
  out.put(']');
}

void levelsOf(TextWriter& out, const MarketInstrument& instrument, Side side) noexcept {
  const SimulatedBook& book = instrument.book();
  sideArray(out, book, side, SIZE_MAX, [&](Price price) {
    out.put("[\"");
    instrument.price(out, price);
    out.put("\",\"");
    instrument.qty(out, book.qtyAt(side, price));
    out.put("\"],");
  });
}

}  // namespace

void orderId(TextWriter& out, const MarketInstrument& instrument, std::uint64_t id) noexcept {
  // A bijection of (instrument, id), but for the six bits that the version takes.
  const std::uint64_t high = Random::mix(id << 8 | instrument.index);
  const std::uint64_t low = Random::mix(high ^ 0x5851f42d4c957f2dU);
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t at = 0; at < 8; ++at) {
    bytes[at] = static_cast<std::uint8_t>(high >> (56 - 8 * at));
    bytes[at + 8] = static_cast<std::uint8_t>(low >> (56 - 8 * at));
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  for (std::size_t at = 0; at < 16; ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) out.put('-');
    out.hex(bytes[at]);
  }
}

void subscriptions(TextWriter& out, std::span<const MarketInstrument> instruments,
                   bool isFull) noexcept {
  out.put("{\"type\":\"subscriptions\",\"channels\":[");
  const auto channel = [&](std::string_view name) {
    out.put("{\"name\":\"");
    out.put(name);
    out.put("\",\"product_ids\":");
    productList(out, instruments);
    out.put("},");
  };
  if (isFull) {
    channel("full");
  } else {
    channel("level2_batch");
    channel("ticker");
    channel("matches");
  }
  channel("heartbeat");
  out.dropLast();
  out.put("]}");
}

void snapshot(TextWriter& out, const MarketInstrument& instrument) noexcept {
  out.put("{\"type\":\"snapshot\",\"product_id\":\"");
  out.put(instrument.symbol());
  out.put("\",\"asks\":");
  levelsOf(out, instrument, Side::Sell);
  out.put(",\"bids\":");
  levelsOf(out, instrument, Side::Buy);
  out.put('}');
}

void l2update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
              Nanos time, IsoTime& iso) noexcept {
  out.put("{\"type\":\"l2update\",\"product_id\":\"");
  out.put(instrument.symbol());
  out.put("\",\"changes\":[");
  changes(out, instrument, "buy", view.bids);
  changes(out, instrument, "sell", view.asks);
  out.dropLast();
  out.put("],");
  timeField(out, time, iso);
}

void match(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso) noexcept {
  out.put("{\"type\":\"match\",\"trade_id\":");
  out.number(trade.tradeId);
  out.put(",\"maker_order_id\":\"");
  orderId(out, instrument, trade.makerId);
  out.put("\",\"taker_order_id\":\"");
  orderId(out, instrument, trade.takerId);
  out.put("\",\"side\":\"");
  // The maker's side.
  out.put(sideWord(opposite(trade.taker)));
  out.put("\",\"size\":\"");
  instrument.qty(out, trade.qty);
  out.put("\",\"price\":\"");
  instrument.price(out, trade.price);
  out.put('"');
  tail(out, instrument, trade.sequence, time, iso);
}

void ticker(TextWriter& out, const MarketInstrument& instrument, Nanos time,
            IsoTime& iso) noexcept {
  const Touch touch = instrument.book().touch();
  out.put("{\"type\":\"ticker\",\"sequence\":");
  out.number(instrument.sequence);
  out.put(",\"product_id\":\"");
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
  price("open_24h", instrument.day.open);
  qty("volume_24h", instrument.day.volume);
  price("low_24h", instrument.day.low);
  price("high_24h", instrument.day.high);
  qty("volume_30d", instrument.day.volume);
  price("best_bid", touch.bid);
  qty("best_bid_size", touch.bidQty);
  price("best_ask", touch.ask);
  qty("best_ask_size", touch.askQty);
  out.put("\",\"side\":\"");
  out.put(sideWord(instrument.lastTaker));
  out.put("\",\"time\":\"");
  iso.print(out, time, 6);
  out.put("\",\"trade_id\":");
  out.number(instrument.tradeId);
  out.put(",\"last_size\":\"");
  instrument.qty(out, instrument.lastQty);
  out.put("\"}");
}

void heartbeat(TextWriter& out, const MarketInstrument& instrument, Nanos time,
               IsoTime& iso) noexcept {
  out.put("{\"type\":\"heartbeat\",\"last_trade_id\":");
  out.number(instrument.tradeId);
  tail(out, instrument, instrument.sequence, time, iso);
}

void received(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
              std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  const bool isTaker = event.kind == OrderEventKind::TakerArrived;
  out.put("{\"type\":\"received\",\"order_id\":\"");
  orderId(out, instrument, event.order.id);
  out.put("\",\"order_type\":\"");
  out.put(isTaker ? std::string_view("market") : std::string_view("limit"));
  out.put("\",\"size\":\"");
  instrument.qty(out, event.qty);
  if (!isTaker) {
    out.put("\",\"price\":\"");
    instrument.price(out, event.order.price);
  }
  out.put("\",\"side\":\"");
  out.put(sideWord(event.order.side));
  out.put('"');
  tail(out, instrument, sequence, time, iso);
}

void open(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
          std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  out.put("{\"type\":\"open\",\"price\":\"");
  instrument.price(out, event.order.price);
  out.put("\",\"order_id\":\"");
  orderId(out, instrument, event.order.id);
  out.put("\",\"remaining_size\":\"");
  instrument.qty(out, event.order.qty);
  out.put("\",\"side\":\"");
  out.put(sideWord(event.order.side));
  out.put('"');
  tail(out, instrument, sequence, time, iso);
}

void done(TextWriter& out, const MarketInstrument& instrument, const OrderEvent& event,
          std::uint64_t sequence, Nanos time, IsoTime& iso) noexcept {
  const bool isTaker = event.kind == OrderEventKind::TakerDone;
  // What is left of a taker is what the market could not give.
  const Qty left = event.kind == OrderEventKind::Filled ? 0 : event.qty;
  out.put("{\"type\":\"done\",\"order_id\":\"");
  orderId(out, instrument, event.order.id);
  out.put("\",\"reason\":\"");
  out.put(left > 0 ? std::string_view("canceled") : std::string_view("filled"));
  if (!isTaker) {
    out.put("\",\"price\":\"");
    instrument.price(out, event.order.price);
  }
  out.put("\",\"remaining_size\":\"");
  instrument.qty(out, left);
  out.put("\",\"side\":\"");
  out.put(sideWord(event.order.side));
  out.put('"');
  tail(out, instrument, sequence, time, iso);
}

void restLevel2(TextWriter& out, const MarketInstrument& instrument, std::size_t levelsMax,
                Nanos time, IsoTime& iso) noexcept {
  const SimulatedBook& book = instrument.book();
  const auto side = [&](Side which) {
    sideArray(out, book, which, levelsMax, [&](Price price) {
      std::uint64_t orders = 0;
      book.forEachOrder(price, [&](const RestingOrder&) { ++orders; });
      out.put("[\"");
      instrument.price(out, price);
      out.put("\",\"");
      instrument.qty(out, book.qtyAt(which, price));
      out.put("\",");
      out.number(orders);
      out.put("],");
    });
  };
  out.put("{\"bids\":");
  side(Side::Buy);
  out.put(",\"asks\":");
  side(Side::Sell);
  out.put(",\"sequence\":");
  out.number(instrument.sequence);
  out.put(",\"auction_mode\":false,\"auction\":null,");
  timeField(out, time, iso);
}

void restLevel3(TextWriter& out, const MarketInstrument& instrument, Nanos time,
                IsoTime& iso) noexcept {
  const SimulatedBook& book = instrument.book();
  const auto side = [&](Side which) {
    sideArray(out, book, which, SIZE_MAX, [&](Price price) {
      book.forEachOrder(price, [&](const RestingOrder& order) {
        out.put("[\"");
        instrument.price(out, price);
        out.put("\",\"");
        instrument.qty(out, order.qty);
        out.put("\",\"");
        orderId(out, instrument, order.id);
        out.put("\"],");
      });
    });
  };
  out.put("{\"bids\":");
  side(Side::Buy);
  out.put(",\"asks\":");
  side(Side::Sell);
  out.put(",\"sequence\":");
  out.number(instrument.sequence);
  out.put(",\"auction_mode\":false,\"auction\":null,");
  timeField(out, time, iso);
}

}  // namespace hft::generate::coinbase
