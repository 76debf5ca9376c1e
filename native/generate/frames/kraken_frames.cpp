#include "native/generate/frames/kraken_frames.hpp"

#include <array>
#include <span>

#include "native/core/crc32.hpp"

namespace hft::generate::kraken {
namespace {

constexpr std::size_t kChecksumLevels = 10;

std::uint64_t powerOfTen(std::size_t exponent) noexcept {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// v1 names the channel by a number that stays the same for a connection.
std::uint64_t channelId(const MarketInstrument& instrument) noexcept {
  return 992 + std::uint64_t{16} * instrument.index;
}

/// "1618678133.365913": seconds with six decimals.
void seconds(TextWriter& out, Nanos time) noexcept { out.decimal(time / 1'000, 6, 6); }

void levelV1(TextWriter& out, const MarketInstrument& instrument, const event::Level& level,
             Nanos time) noexcept {
  out.put("[\"");
  instrument.price(out, level.price);
  out.put("\",\"");
  instrument.qty(out, level.qty);
  out.put("\",\"");
  seconds(out, time);
  out.put("\"],");
}

void levelV2(TextWriter& out, const MarketInstrument& instrument,
             const event::Level& level) noexcept {
  out.put("{\"price\":");
  instrument.price(out, level.price);
  out.put(",\"qty\":");
  instrument.qty(out, level.qty);
  out.put("},");
}

/// A JSON array of levels; of bids the highest comes first, of asks the lowest.
void levels(TextWriter& out, const MarketInstrument& instrument, std::span<const event::Level> list,
            Side side, Nanos time, Protocol protocol) noexcept {
  out.put('[');
  for (std::size_t at = 0; at < list.size(); ++at) {
    const event::Level& level = side == Side::Buy ? list[at] : list[list.size() - 1 - at];
    if (protocol == Protocol::V1) {
      levelV1(out, instrument, level, time);
    } else {
      levelV2(out, instrument, level);
    }
  }
  if (!list.empty()) out.dropLast();
  out.put(']');
}

void wholeSide(TextWriter& out, const MarketInstrument& instrument, Side side, std::size_t depth,
               Nanos time, Protocol protocol) noexcept {
  const SimulatedBook& book = instrument.book();
  out.put('[');
  Price price = book.best(side);
  std::size_t count = 0;
  for (; price != kNoPrice && count < depth; price = book.nextAway(side, price), ++count) {
    const event::Level level{price, book.qtyAt(side, price)};
    if (protocol == Protocol::V1) {
      levelV1(out, instrument, level, time);
    } else {
      levelV2(out, instrument, level);
    }
  }
  if (count > 0) out.dropLast();
  out.put(']');
}

/// `,"book-10","XBT/USD"]` at the end of every v1 frame.
void tailV1(TextWriter& out, const MarketInstrument& instrument, std::string_view name,
            std::size_t depth) noexcept {
  out.put(",\"");
  out.put(name);
  if (depth > 0) {
    out.put('-');
    out.number(depth);
  }
  out.put("\",\"");
  out.put(instrument.symbol());
  out.put("\"]");
}

void openV2(TextWriter& out, std::string_view channel, std::string_view type,
            const MarketInstrument& instrument) noexcept {
  out.put("{\"channel\":\"");
  out.put(channel);
  out.put("\",\"type\":\"");
  out.put(type);
  out.put("\",\"data\":[{\"symbol\":\"");
  out.put(instrument.symbol());
  out.put('"');
}

void closeBookV2(TextWriter& out, const MarketInstrument& instrument, Nanos time,
                 IsoTime& iso) noexcept {
  out.put(",\"checksum\":");
  out.number(checksum(instrument));
  out.put(",\"timestamp\":\"");
  iso.print(out, time, 6);
  out.put("\"}]}");
}

}  // namespace

std::uint32_t checksum(const MarketInstrument& instrument) noexcept {
  const SimulatedBook& book = instrument.book();
  const Scale& scale = instrument.spec.scale;
  // Digits without point and leading zeros are the number in units of the last digit printed.
  const std::uint64_t priceUnit =
      powerOfTen(static_cast<std::size_t>(scale.priceDigits - scale.priceDecimals));
  const std::uint64_t qtyUnit =
      powerOfTen(static_cast<std::size_t>(scale.qtyDigits - scale.qtyDecimals));
  std::array<char, 2 * kChecksumLevels * 40 + TextWriter::kSlack> text;
  TextWriter out(text.data());
  for (const Side side : {Side::Sell, Side::Buy}) {
    Price price = book.best(side);
    for (std::size_t at = 0; at < kChecksumLevels && price != kNoPrice; ++at) {
      out.number(static_cast<std::uint64_t>(price) * priceUnit);
      out.number(static_cast<std::uint64_t>(book.qtyAt(side, price)) * qtyUnit);
      price = book.nextAway(side, price);
    }
  }
  return crc32(0, out.text());
}

void systemStatus(TextWriter& out, Protocol protocol) noexcept {
  if (protocol == Protocol::V1) {
    out.put(
        "{\"connectionID\":17843232920108168701,\"event\":\"systemStatus\","
        "\"status\":\"online\",\"version\":\"1.9.6\"}");
  } else {
    out.put(
        "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
        "\"system\":\"online\",\"api_version\":\"v2\","
        "\"connection_id\":13834774380200032777}]}");
  }
}

void subscribed(TextWriter& out, const MarketInstrument& instrument, std::size_t depth, Nanos time,
                IsoTime& iso, Protocol protocol) noexcept {
  if (protocol == Protocol::V1) {
    out.put("{\"channelID\":");
    out.number(channelId(instrument));
    out.put(",\"channelName\":\"book-");
    out.number(depth);
    out.put("\",\"event\":\"subscriptionStatus\",\"pair\":\"");
    out.put(instrument.symbol());
    out.put("\",\"status\":\"subscribed\",\"subscription\":{\"depth\":");
    out.number(depth);
    out.put(",\"name\":\"book\"}}");
    return;
  }
  out.put("{\"method\":\"subscribe\",\"result\":{\"channel\":\"book\",\"depth\":");
  out.number(depth);
  out.put(",\"snapshot\":true,\"symbol\":\"");
  out.put(instrument.symbol());
  out.put("\"},\"success\":true,\"time_in\":\"");
  iso.print(out, time, 6);
  out.put("\",\"time_out\":\"");
  iso.print(out, time, 6);
  out.put("\"}");
}

void snapshot(TextWriter& out, const MarketInstrument& instrument, std::size_t depth, Nanos time,
              IsoTime& iso, Protocol protocol) noexcept {
  if (protocol == Protocol::V1) {
    out.put('[');
    out.number(channelId(instrument));
    out.put(",{\"as\":");
    wholeSide(out, instrument, Side::Sell, depth, time, protocol);
    out.put(",\"bs\":");
    wholeSide(out, instrument, Side::Buy, depth, time, protocol);
    out.put('}');
    return tailV1(out, instrument, "book", depth);
  }
  openV2(out, "book", "snapshot", instrument);
  out.put(",\"bids\":");
  wholeSide(out, instrument, Side::Buy, depth, time, protocol);
  out.put(",\"asks\":");
  wholeSide(out, instrument, Side::Sell, depth, time, protocol);
  closeBookV2(out, instrument, time, iso);
}

void update(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
            std::size_t depth, Nanos time, IsoTime& iso, Protocol protocol) noexcept {
  if (protocol == Protocol::V2) {
    openV2(out, "book", "update", instrument);
    out.put(",\"bids\":");
    levels(out, instrument, view.bids, Side::Buy, time, protocol);
    out.put(",\"asks\":");
    levels(out, instrument, view.asks, Side::Sell, time, protocol);
    return closeBookV2(out, instrument, time, iso);
  }
  // Each changed side is an object of its own; the checksum stands in the last.
  out.put('[');
  out.number(channelId(instrument));
  if (!view.asks.empty()) {
    out.put(",{\"a\":");
    levels(out, instrument, view.asks, Side::Sell, time, protocol);
    if (!view.bids.empty()) out.put('}');
  }
  if (!view.bids.empty()) {
    out.put(",{\"b\":");
    levels(out, instrument, view.bids, Side::Buy, time, protocol);
  }
  out.put(",\"c\":\"");
  out.number(checksum(instrument));
  out.put("\"}");
  tailV1(out, instrument, "book", depth);
}

void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso, Protocol protocol) noexcept {
  const bool isBuy = trade.taker == Side::Buy;
  if (protocol == Protocol::V1) {
    out.put('[');
    out.number(channelId(instrument) + 1);
    out.put(",[[\"");
    instrument.price(out, trade.price);
    out.put("\",\"");
    instrument.qty(out, trade.qty);
    out.put("\",\"");
    seconds(out, time);
    out.put(isBuy ? std::string_view("\",\"b\",\"m\",\"\"]]")
                  : std::string_view("\",\"s\",\"m\",\"\"]]"));
    return tailV1(out, instrument, "trade", 0);
  }
  openV2(out, "trade", "update", instrument);
  out.put(isBuy ? std::string_view(",\"side\":\"buy\",\"price\":")
                : std::string_view(",\"side\":\"sell\",\"price\":"));
  instrument.price(out, trade.price);
  out.put(",\"qty\":");
  instrument.qty(out, trade.qty);
  out.put(",\"ord_type\":\"market\",\"trade_id\":");
  out.number(trade.tradeId);
  out.put(",\"timestamp\":\"");
  iso.print(out, time, 6);
  out.put("\"}]}");
}

void quote(TextWriter& out, const MarketInstrument& instrument, Nanos time, IsoTime& iso,
           Protocol protocol) noexcept {
  const Touch touch = instrument.book().touch();
  if (protocol == Protocol::V1) {
    out.put('[');
    out.number(channelId(instrument) + 2);
    out.put(",[\"");
    instrument.price(out, touch.bid);
    out.put("\",\"");
    instrument.price(out, touch.ask);
    out.put("\",\"");
    seconds(out, time);
    out.put("\",\"");
    instrument.qty(out, touch.bidQty);
    out.put("\",\"");
    instrument.qty(out, touch.askQty);
    out.put("\"]");
    return tailV1(out, instrument, "spread", 0);
  }
  const PeriodStats& day = instrument.day;
  openV2(out, "ticker", "update", instrument);
  const auto price = [&](std::string_view name, Price value) {
    out.put(",\"");
    out.put(name);
    out.put("\":");
    if (value < 0) out.put('-');
    instrument.price(out, value < 0 ? -value : value);
  };
  const auto qty = [&](std::string_view name, Qty value) {
    out.put(",\"");
    out.put(name);
    out.put("\":");
    instrument.qty(out, value);
  };
  price("bid", touch.bid);
  qty("bid_qty", touch.bidQty);
  price("ask", touch.ask);
  qty("ask_qty", touch.askQty);
  price("last", day.close);
  qty("volume", day.volume);
  price("vwap", (day.high + day.low + day.close) / 3);
  price("low", day.low);
  price("high", day.high);
  price("change", day.close - day.open);
  out.put(",\"timestamp\":\"");
  iso.print(out, time, 6);
  out.put("\"}]}");
}

void heartbeat(TextWriter& out, Protocol protocol) noexcept {
  if (protocol == Protocol::V1) {
    out.put("{\"event\":\"heartbeat\"}");
  } else {
    out.put("{\"channel\":\"heartbeat\"}");
  }
}

}  // namespace hft::generate::kraken
