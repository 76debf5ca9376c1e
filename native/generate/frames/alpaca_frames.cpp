#include "native/generate/frames/alpaca_frames.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace hft::generate::alpaca {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

/// Prints the fields of one message of an array of one, as JSON. Prices as short as they go.
class JsonFields {
 public:
  JsonFields(TextWriter& out, IsoTime& iso, std::size_t /*fields*/) noexcept
      : out_(out), iso_(iso) {
    out_.put("[{");
  }
  void text(std::string_view name, std::string_view value) noexcept {
    key(name);
    out_.put('"');
    out_.put(value);
    out_.put('"');
  }
  void number(std::string_view name, std::uint64_t value) noexcept {
    key(name);
    out_.number(value);
  }
  void price(std::string_view name, Price cents) noexcept {
    key(name);
    if (cents % 100 == 0) return out_.decimal(cents / 100, 0, 0);
    if (cents % 10 == 0) return out_.decimal(cents / 10, 1, 1);
    out_.decimal(cents, 2, 2);
  }
  void list(std::string_view name, std::span<const std::string_view> values) noexcept {
    key(name);
    out_.put('[');
    for (const std::string_view value : values) {
      out_.put('"');
      out_.put(value);
      out_.put("\",");
    }
    if (!values.empty()) out_.dropLast();
    out_.put(']');
  }
  void time(std::string_view name, Nanos value) noexcept {
    key(name);
    out_.put('"');
    iso_.print(out_, value, value % kSecond == 0 ? 0 : 9);
    out_.put('"');
  }
  void close() noexcept { out_.put("}]"); }

 private:
  void key(std::string_view name) noexcept {
    if (!isFirst_) out_.put(',');
    isFirst_ = false;
    out_.put('"');
    out_.put(name);
    out_.put("\":");
  }

  TextWriter& out_;
  IsoTime& iso_;
  bool isFirst_ = true;
};

/// The same as MessagePack: smallest integers, prices as float 64, times as the timestamp type.
class MsgpackFields {
 public:
  MsgpackFields(TextWriter& out, IsoTime& /*iso*/, std::size_t fields) noexcept : out_(out) {
    byte(0x91);
    byte(static_cast<std::uint8_t>(0x80 | fields));
  }
  void text(std::string_view name, std::string_view value) noexcept {
    string(name);
    string(value);
  }
  void number(std::string_view name, std::uint64_t value) noexcept {
    string(name);
    if (value < 0x80) {
      byte(static_cast<std::uint8_t>(value));
    } else if (value <= 0xff) {
      byte(0xcc);
      big(value, 1);
    } else if (value <= 0xffff) {
      byte(0xcd);
      big(value, 2);
    } else if (value <= 0xffffffff) {
      byte(0xce);
      big(value, 4);
    } else {
      byte(0xcf);
      big(value, 8);
    }
  }
  void price(std::string_view name, Price cents) noexcept {
    string(name);
    byte(0xcb);
    // A division of two exact doubles: IEEE 754 fixes every bit of the result.
    big(std::bit_cast<std::uint64_t>(static_cast<double>(cents) / 100.0), 8);
  }
  void list(std::string_view name, std::span<const std::string_view> values) noexcept {
    string(name);
    byte(0xdc);
    big(values.size(), 2);
    for (const std::string_view value : values) string(value);
  }
  void time(std::string_view name, Nanos value) noexcept {
    string(name);
    const auto seconds = static_cast<std::uint64_t>(value / kSecond);
    const auto nanos = static_cast<std::uint64_t>(value % kSecond);
    byte(nanos == 0 ? 0xd6 : 0xd7);
    byte(0xff);
    if (nanos == 0) {
      big(seconds, 4);
    } else {
      big(nanos << 34 | seconds, 8);
    }
  }
  void close() noexcept {}

 private:
  void byte(std::uint8_t value) noexcept { out_.put(static_cast<char>(value)); }
  void big(std::uint64_t value, int bytes) noexcept {
    for (int at = bytes - 1; at >= 0; --at) byte(static_cast<std::uint8_t>(value >> (8 * at)));
  }
  void string(std::string_view value) noexcept {
    if (value.size() < 32) {
      byte(static_cast<std::uint8_t>(0xa0 | value.size()));
    } else {
      byte(0xd9);
      big(value.size(), 1);
    }
    out_.put(value);
  }

  TextWriter& out_;
};

/// Calls `print(fields)` with the printer of the encoding.
template <typename Print>
void message(TextWriter& out, IsoTime& iso, std::size_t fields, Encoding encoding,
             Print print) noexcept {
  if (encoding == Encoding::Json) {
    JsonFields printer(out, iso, fields);
    print(printer);
    printer.close();
  } else {
    MsgpackFields printer(out, iso, fields);
    print(printer);
    printer.close();
  }
}

std::uint64_t whole(Qty qty) noexcept { return static_cast<std::uint64_t>(qty); }

}  // namespace

void authenticated(TextWriter& out, Encoding encoding) noexcept {
  IsoTime iso;
  message(out, iso, 2, encoding, [](auto& fields) {
    fields.text("T", "success");
    fields.text("msg", "authenticated");
  });
}

void subscription(TextWriter& out, std::span<const MarketInstrument> instruments,
                  Encoding encoding) noexcept {
  IsoTime iso;
  std::array<std::string_view, kGeneratedInstrumentsMax> symbols;
  std::size_t count = 0;
  for (const MarketInstrument& instrument : instruments) symbols[count++] = instrument.symbol();
  const std::span<const std::string_view> list(symbols.data(), count);
  message(out, iso, 4, encoding, [&](auto& fields) {
    fields.text("T", "subscription");
    fields.list("trades", list);
    fields.list("quotes", list);
    fields.list("bars", list);
  });
}

void quote(TextWriter& out, const MarketInstrument& instrument, Nanos time, IsoTime& iso,
           Encoding encoding) noexcept {
  constexpr std::array<std::string_view, 1> kConditions = {"R"};
  const Touch touch = instrument.book().touch();
  message(out, iso, 11, encoding, [&](auto& fields) {
    fields.text("T", "q");
    fields.text("S", instrument.symbol());
    fields.text("bx", "V");
    fields.price("bp", touch.bid);
    fields.number("bs", whole(touch.bidQty));
    fields.text("ax", "Q");
    fields.price("ap", touch.ask);
    fields.number("as", whole(touch.askQty));
    fields.list("c", kConditions);
    fields.text("z", "C");
    fields.time("t", time);
  });
}

void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade, Nanos time,
           IsoTime& iso, Encoding encoding) noexcept {
  constexpr std::array<std::string_view, 1> kConditions = {"@"};
  message(out, iso, 9, encoding, [&](auto& fields) {
    fields.text("T", "t");
    fields.text("S", instrument.symbol());
    fields.number("i", trade.tradeId);
    fields.text("x", "V");
    fields.price("p", trade.price);
    fields.number("s", whole(trade.qty));
    fields.list("c", kConditions);
    fields.text("z", "C");
    fields.time("t", time);
  });
}

void bar(TextWriter& out, const MarketInstrument& instrument, Nanos start, IsoTime& iso,
         Encoding encoding) noexcept {
  const PeriodStats& minute = instrument.lastMinute;
  message(out, iso, 10, encoding, [&](auto& fields) {
    fields.text("T", "b");
    fields.text("S", instrument.symbol());
    fields.price("o", minute.open);
    fields.price("h", minute.high);
    fields.price("l", minute.low);
    fields.price("c", minute.close);
    fields.number("v", whole(minute.volume));
    fields.number("n", minute.trades);
    fields.price("vw", (minute.high + minute.low + minute.close) / 3);
    fields.time("t", start);
  });
}

}  // namespace hft::generate::alpaca
