#include "native/capture/wire_detection.hpp"

#include <algorithm>
#include <cstring>

namespace hft::capture {
namespace {

using decode::WireFormat;

bool isSpace(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t afterSpace(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && isSpace(text[at])) ++at;
  return at;
}

/// The offset of the value of `"key":`, or npos. A string value that equals the key is no match.
std::size_t valueOf(std::string_view frame, std::string_view key) noexcept {
  for (std::size_t from = 0;;) {
    const std::size_t at = frame.find(key, from);
    if (at == std::string_view::npos) return at;
    from = at + key.size();
    if (at == 0 || frame[at - 1] != '"' || from >= frame.size() || frame[from] != '"') continue;
    const std::size_t colon = afterSpace(frame, from + 1);
    if (colon < frame.size() && frame[colon] == ':') return afterSpace(frame, colon + 1);
  }
}

bool hasKey(std::string_view frame, std::string_view key) noexcept {
  return valueOf(frame, key) != std::string_view::npos;
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Binance: spot and futures share most fields, and differ in which they have.
std::optional<WireFormat> detectBinance(std::string_view frame) noexcept {
  const std::string_view stream = stringField(frame, "stream");
  if (stream.find("@depth@0ms") != stream.npos || stream.find("@depth@500ms") != stream.npos ||
      stream.find("_perp@") != stream.npos) {
    return WireFormat::BinanceFutures;
  }
  if (hasKey(frame, "lastUpdateId")) {
    if (hasKey(frame, "E")) return WireFormat::BinanceFutures;
    return hasKey(frame, "bids") ? std::optional(WireFormat::BinanceSpot) : std::nullopt;
  }
  const std::string_view event = stringField(frame, "e");
  if (event == "depthUpdate") {
    return hasKey(frame, "pu") ? WireFormat::BinanceFutures : WireFormat::BinanceSpot;
  }
  // Only the futures' bookTicker names its event.
  if (event == "bookTicker") return WireFormat::BinanceFutures;
  if (event == "trade" || event == "aggTrade") {
    // `M` (ignore) stands on spot only.
    return hasKey(frame, "M") ? WireFormat::BinanceSpot : WireFormat::BinanceFutures;
  }
  const bool isQuote = event.empty() && hasKey(frame, "u") && hasKey(frame, "B") &&
                       hasKey(frame, "A") && hasKey(frame, "s");
  return isQuote ? std::optional(WireFormat::BinanceSpot) : std::nullopt;
}

std::optional<WireFormat> detectObject(std::string_view frame) noexcept {
  const std::string_view channel = stringField(frame, "channel");
  if (!channel.empty()) {
    if (hasKey(frame, "sequence_num") || hasKey(frame, "events")) {
      return WireFormat::CoinbaseAdvanced;
    }
    return isOneOf(channel, {"book", "trade", "ticker", "ohlc", "instrument", "status", "heartbeat",
                             "level3"})
               ? std::optional(WireFormat::KrakenV2)
               : std::nullopt;
  }
  const std::string_view type = stringField(frame, "type");
  if (hasKey(frame, "product_id") &&
      isOneOf(type, {"snapshot", "l2update", "match", "last_match", "ticker", "heartbeat",
                     "received", "open", "done", "change", "activate"})) {
    return WireFormat::CoinbaseExchange;
  }
  if (type == "subscriptions" && hasKey(frame, "channels")) return WireFormat::CoinbaseExchange;
  if (isOneOf(stringField(frame, "event"), {"systemStatus", "subscriptionStatus", "heartbeat"})) {
    return WireFormat::KrakenV1;
  }
  return detectBinance(frame);
}

std::optional<WireFormat> detectArray(std::string_view frame) noexcept {
  const std::size_t at = afterSpace(frame, 1);
  if (at == frame.size()) return std::nullopt;
  const char first = frame[at];
  if (first >= '0' && first <= '9') return WireFormat::KrakenV1;
  if (first == '{' && !stringField(frame, "T").empty()) return WireFormat::AlpacaJson;
  // Coinbase's compact level3 channel.
  const bool isLevel3 =
      frame.substr(at).starts_with("\"open\"") || frame.substr(at).starts_with("\"done\"") ||
      frame.substr(at).starts_with("\"match\"") || frame.substr(at).starts_with("\"change\"") ||
      frame.substr(at).starts_with("\"noop\"");
  return isLevel3 ? std::optional(WireFormat::CoinbaseExchange) : std::nullopt;
}

/// The value of the query parameter that `name` (with its `=`) begins; empty if there is none.
std::string_view queryParameter(std::string_view url, std::string_view name) noexcept {
  for (std::size_t from = 0;;) {
    const std::size_t at = url.find(name, from);
    if (at == std::string_view::npos) return {};
    from = at + name.size();
    if (at == 0 || (url[at - 1] != '?' && url[at - 1] != '&')) continue;
    const std::size_t end = url.find_first_of("&#", from);
    return url.substr(from, end == std::string_view::npos ? end : end - from);
  }
}

}  // namespace

std::string_view stringField(std::string_view frame, std::string_view key) noexcept {
  const std::size_t at = valueOf(frame, key);
  if (at == std::string_view::npos || at >= frame.size() || frame[at] != '"') return {};
  const std::size_t end = frame.find('"', at + 1);
  return end == std::string_view::npos ? std::string_view{} : frame.substr(at + 1, end - at - 1);
}

std::optional<WireFormat> wireFormatOfUrl(std::string_view url) noexcept {
  const auto has = [url](std::string_view part) { return url.find(part) != url.npos; };
  if (has("fstream") || has("dstream") || has("fapi.") || has("dapi.") || has("binancefuture") ||
      has("/fapi/") || has("/dapi/")) {
    return WireFormat::BinanceFutures;
  }
  if (has("binance")) return WireFormat::BinanceSpot;
  if (has("advanced-trade-ws") || has("/api/v3/brokerage")) return WireFormat::CoinbaseAdvanced;
  if (has("coinbase")) return WireFormat::CoinbaseExchange;
  if (has("kraken.com")) return has("/v2") ? WireFormat::KrakenV2 : WireFormat::KrakenV1;
  return std::nullopt;
}

std::string_view symbolOfUrl(std::string_view url) noexcept {
  for (const std::string_view name : {"symbol=", "product_id="}) {
    const std::string_view symbol = queryParameter(url, name);
    if (!symbol.empty()) return symbol;
  }
  // Coinbase Exchange: /products/BTC-USD/book?level=3.
  constexpr std::string_view kProducts = "/products/";
  const std::size_t at = url.find(kProducts);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = url.substr(at + kProducts.size());
  const std::size_t end = rest.find('/');
  return end != std::string_view::npos && rest.substr(end).starts_with("/book")
             ? rest.substr(0, end)
             : std::string_view{};
}

std::optional<WireFormat> detectWireFormat(std::string_view url, std::string_view frame) noexcept {
  if (const auto format = wireFormatOfUrl(url)) return format;
  if (frame.empty()) return std::nullopt;
  const auto byte = static_cast<std::uint8_t>(frame.front());
  // MessagePack arrays: fixarray, array 16, array 32.
  if ((byte >= 0x90 && byte <= 0x9f) || byte == 0xdc || byte == 0xdd) {
    return WireFormat::AlpacaMsgpack;
  }
  const std::size_t at = afterSpace(frame, 0);
  if (at == frame.size()) return std::nullopt;
  if (frame[at] == '{') return detectObject(frame.substr(at));
  if (frame[at] == '[') return detectArray(frame.substr(at));
  return std::nullopt;
}

bool SnapshotSymbol::isWhereItWas(std::string_view frame) const noexcept {
  const std::string_view symbol{text_.data(), bytes_};
  return std::ranges::any_of(places_, [&](std::size_t place) {
    return place >= kKey.size() && place + bytes_ < frame.size() &&
           frame.substr(place, bytes_) == symbol && frame[place + bytes_] == '"' &&
           frame.substr(place - kKey.size(), kKey.size()) == kKey;
  });
}

void SnapshotSymbol::observe(std::string_view frame) noexcept {
  if (hasSeveral_ || (bytes_ > 0 && isWhereItWas(frame))) return;
  const std::string_view symbol = stringField(frame, "s");
  if (symbol.empty() || symbol.size() > kSymbolBytesMax) return;
  if (bytes_ == 0) {
    std::memcpy(text_.data(), symbol.data(), symbol.size());
    bytes_ = symbol.size();
  }
  hasSeveral_ = symbol != std::string_view{text_.data(), bytes_};
  places_[nextPlace_] = static_cast<std::size_t>(symbol.data() - frame.data());
  nextPlace_ = (nextPlace_ + 1) % places_.size();
}

Result<std::string_view, SymbolError> SnapshotSymbol::infer(
    std::string_view snapshot) const noexcept {
  const std::string_view own = stringField(snapshot.substr(0, 256), "symbol");
  if (!own.empty()) return own;
  if (bytes_ == 0) return SymbolError::NoneSeen;
  if (hasSeveral_) return SymbolError::Several;
  return std::string_view{text_.data(), bytes_};
}

}  // namespace hft::capture
