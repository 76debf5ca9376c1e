#include "native/generate/frames/venue_address.hpp"

namespace hft::generate {
namespace {

using decode::WireFormat;

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return lower;
}

std::string streams(const MarketGenerator& market, std::string_view depth) {
  std::string list;
  for (std::size_t at = 0; at < market.instrumentCount(); ++at) {
    const std::string symbol = lowerCase(market.symbol(at));
    const std::string_view trade = market.options().aggregatesTrades ? "@aggTrade" : "@trade";
    for (const std::string_view suffix : {depth, std::string_view("@bookTicker"), trade}) {
      list.append(list.empty() ? "" : "/").append(symbol).append(suffix);
    }
  }
  return list;
}

std::string symbols(const MarketGenerator& market) {
  std::string list;
  for (std::size_t at = 0; at < market.instrumentCount(); ++at) {
    list.append(at == 0 ? "\"" : ",\"").append(market.symbol(at)).append("\"");
  }
  return list;
}

}  // namespace

std::string_view venueName(WireFormat format) noexcept {
  switch (format) {
    case WireFormat::BinanceSpot:
    case WireFormat::BinanceFutures:
      return "binance";
    case WireFormat::CoinbaseExchange:
    case WireFormat::CoinbaseAdvanced:
      return "coinbase";
    case WireFormat::KrakenV1:
    case WireFormat::KrakenV2:
      return "kraken";
    default:
      return "alpaca";
  }
}

std::string streamAddress(const MarketGenerator& market) {
  switch (market.options().format) {
    case WireFormat::BinanceSpot:
      return "wss://stream.binance.com:9443/stream?streams=" + streams(market, "@depth@100ms");
    case WireFormat::BinanceFutures:
      return "wss://fstream.binance.com/stream?streams=" + streams(market, "@depth@0ms");
    case WireFormat::CoinbaseExchange:
      return "wss://ws-feed.exchange.coinbase.com";
    case WireFormat::CoinbaseAdvanced:
      return "wss://advanced-trade-ws.coinbase.com";
    case WireFormat::KrakenV1:
      return "wss://ws.kraken.com";
    case WireFormat::KrakenV2:
      return "wss://ws.kraken.com/v2";
    default:
      return "wss://stream.data.alpaca.markets/v2/sip";
  }
}

std::string subscriptionText(const MarketGenerator& market) {
  const std::string list = symbols(market);
  const std::string depth = std::to_string(market.options().depth);
  switch (market.options().format) {
    case WireFormat::CoinbaseExchange:
      return "{\"type\":\"subscribe\",\"product_ids\":[" + list + "],\"channels\":[" +
             (market.options().tellsOrders ? "\"full\""
                                           : "\"level2_batch\",\"ticker\",\"matches\"") +
             ",\"heartbeat\"]}";
    case WireFormat::CoinbaseAdvanced:
      return "{\"type\":\"subscribe\",\"product_ids\":[" + list + "],\"channel\":\"level2\"}";
    case WireFormat::KrakenV1:
      return "{\"event\":\"subscribe\",\"pair\":[" + list +
             "],\"subscription\":{\"name\":\"book\",\"depth\":" + depth + "}}";
    case WireFormat::KrakenV2:
      return "{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[" + list +
             "],\"depth\":" + depth + ",\"snapshot\":true}}";
    case WireFormat::AlpacaJson:
    case WireFormat::AlpacaMsgpack:
      return "{\"action\":\"subscribe\",\"trades\":[" + list + "],\"quotes\":[" + list +
             "],\"bars\":[" + list + "]}";
    default:
      return {};
  }
}

std::string snapshotAddress(const MarketGenerator& market, std::size_t instrument) {
  const std::string symbol(market.symbol(instrument));
  switch (market.options().format) {
    case WireFormat::BinanceSpot:
      return "https://api.binance.com/api/v3/depth?symbol=" + symbol + "&limit=5000";
    case WireFormat::BinanceFutures:
      return "https://fapi.binance.com/fapi/v1/depth?symbol=" + symbol + "&limit=1000";
    case WireFormat::CoinbaseExchange:
      if (!market.options().tellsOrders) return {};
      return "https://api.exchange.coinbase.com/products/" + symbol + "/book?level=3";
    default:
      return {};
  }
}

}  // namespace hft::generate
