#include "native/stream/book_emitter.hpp"

#include <charconv>

#include "native/core/decimal_text.hpp"

namespace hft::stream {

std::string_view stateName(event::BookState state) noexcept {
  static constexpr std::string_view kNames[] = {"trusted", "suspect", "broken"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view reasonName(event::BookReason reason) noexcept {
  static constexpr std::string_view kNames[event::kBookReasonCount] = {
      "none",           "awaiting-snapshot",
      "sequence-gap",   "checksum-mismatch",
      "crossed",        "stale",
      "clock-skew",     "disconnected",
      "decode-error",   "capacity-exceeded",
      "quote-mismatch", "unknown-order",
      "resynchronising"};
  return kNames[static_cast<std::size_t>(reason)];
}

void BookEmitter::emit(const Instrument& instrument, const event::MarketEvent& event,
                       std::span<const event::Level> bids, std::span<const event::Level> asks) {
  append("{\"symbol\":\"");
  appendSymbol(instrument.symbol());
  append("\",\"seq\":");
  if (event.sequence == 0) {
    append("null");
  } else {
    appendNumber(event.sequence);
  }
  append(",\"exchangeTime\":");
  if (event.exchangeTime <= 0) {
    append("null");
  } else {
    append("\"");
    appendNumber(static_cast<std::uint64_t>(event.exchangeTime));
    append("\"");
  }
  append(",\"bids\":[");
  appendLevels(instrument.scale, bids);
  append("],\"asks\":[");
  appendLevels(instrument.scale, asks);
  append("],\"state\":\"");
  append(stateName(event.state));
  append("\",\"reason\":\"");
  append(reasonName(event.reason));
  append("\"}\n");
}

void BookEmitter::appendSymbol(std::string_view symbol) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : symbol) {
    if (c == '"' || c == '\\') {
      text_.push_back('\\');
      text_.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append("\\u00");
      text_.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      text_.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    } else {
      text_.push_back(c);
    }
  }
}

void BookEmitter::appendNumber(std::uint64_t number) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  append({digits, static_cast<std::size_t>(result.ptr - digits)});
}

void BookEmitter::appendLevels(const Scale& scale, std::span<const event::Level> levels) {
  bool isFirst = true;
  for (const event::Level& level : levels) {
    char price[kDecimalTextBytesMax];
    char qty[kDecimalTextBytesMax];
    append(isFirst ? "[\"" : ",[\"");
    append({price, writeDecimal(level.price, scale.priceDecimals, price)});
    append("\",\"");
    append({qty, writeDecimal(level.qty, scale.qtyDecimals, qty)});
    append("\"]");
    isFirst = false;
  }
}

}  // namespace hft::stream
