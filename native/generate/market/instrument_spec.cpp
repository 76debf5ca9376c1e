#include "native/generate/market/instrument_spec.hpp"

#include <algorithm>
#include <span>

#include "native/core/check.hpp"
#include "native/generate/frames/text_writer.hpp"

namespace hft::generate {
namespace {

using decode::WireFormat;

/// A traded thing, venue-neutral: price in 1/100,000, size in 1/10^8.
struct Asset {
  std::string_view name;
  std::int64_t price;
  std::int64_t typicalQty;
  Scale binanceSpot;
  Scale binanceFutures;
  Scale coinbase;
  Scale kraken;
};

constexpr std::array<Asset, 8> kCoins = {{
    {"BTC", 6'183'763'000, 4'000'000, {2, 5, 8, 8}, {1, 3, 2, 3}, {2, 8, 2, 8}, {1, 8, 1, 8}},
    {"ETH", 268'421'000, 60'000'000, {2, 4, 8, 8}, {2, 3, 2, 3}, {2, 8, 2, 8}, {2, 8, 2, 8}},
    {"SOL", 15'432'000, 900'000'000, {2, 3, 8, 8}, {3, 0, 4, 0}, {2, 8, 2, 8}, {2, 8, 2, 8}},
    {"XRP", 61'230, 80'000'000'000, {4, 0, 8, 8}, {4, 1, 4, 1}, {4, 6, 4, 6}, {5, 8, 5, 8}},
    {"LTC", 6'145'000, 800'000'000, {2, 3, 8, 8}, {2, 3, 2, 3}, {2, 8, 2, 8}, {2, 8, 2, 8}},
    {"LINK", 1'043'200, 4'000'000'000, {3, 2, 8, 8}, {3, 2, 3, 2}, {3, 2, 3, 2}, {5, 8, 5, 8}},
    {"ADA", 35'120, 90'000'000'000, {4, 1, 8, 8}, {5, 0, 5, 0}, {4, 8, 4, 8}, {6, 8, 6, 8}},
    {"DOGE", 10'234, 200'000'000'000, {5, 0, 8, 8}, {6, 0, 6, 0}, {5, 1, 5, 1}, {7, 8, 7, 8}},
}};

struct Stock {
  std::string_view name;
  Price cents;
};
constexpr std::array<Stock, 8> kStocks = {{{"AAPL", 21'367},
                                           {"MSFT", 40'269},
                                           {"SPY", 53'087},
                                           {"NVDA", 10'497},
                                           {"AMZN", 16'580},
                                           {"TSLA", 19'884},
                                           {"AMD", 13'643},
                                           {"INTC", 2'038}}};

constexpr std::int64_t powerOfTen(unsigned exponent) noexcept {
  std::int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// Writes the symbol into the spec; `index` picks the name, and a number beyond the known ones.
class SymbolText {
 public:
  explicit SymbolText(InstrumentSpec& spec) noexcept : spec_(spec) {}

  void put(std::string_view text) noexcept {
    for (const char c : text) spec_.symbolText[spec_.symbolBytes++] = c;
  }
  void putRound(std::size_t index, std::size_t names) noexcept {
    if (index < names) return;
    spec_.symbolText[spec_.symbolBytes++] = static_cast<char>('0' + index / names);
  }

 private:
  InstrumentSpec& spec_;
};

Scale scaleOf(const Asset& asset, WireFormat format) noexcept {
  switch (format) {
    case WireFormat::BinanceSpot:
      return asset.binanceSpot;
    case WireFormat::BinanceFutures:
      return asset.binanceFutures;
    case WireFormat::KrakenV2:
      return asset.kraken;
    case WireFormat::KrakenV1: {
      // The first protocol pads prices to five decimals.
      Scale scale = asset.kraken;
      scale.priceDigits = std::max<std::uint8_t>(scale.priceDigits, 5);
      return scale;
    }
    default:
      return asset.coinbase;
  }
}

InstrumentSpec coin(WireFormat format, std::size_t index) noexcept {
  const Asset& asset = kCoins[index % kCoins.size()];
  InstrumentSpec spec;
  SymbolText symbol(spec);
  const bool isBinance = format == WireFormat::BinanceSpot || format == WireFormat::BinanceFutures;
  const bool isKrakenV1 = format == WireFormat::KrakenV1;
  symbol.put(isKrakenV1 && asset.name == "BTC" ? "XBT" : asset.name);
  symbol.putRound(index, kCoins.size());
  symbol.put(isBinance                        ? "USDT"
             : isKrakenV1                     ? "/USD"
             : format == WireFormat::KrakenV2 ? "/USD"
                                              : "-USD");
  spec.scale = scaleOf(asset, format);
  const unsigned decimals = spec.scale.priceDecimals;
  spec.firstPrice = decimals >= 5 ? asset.price * powerOfTen(decimals - 5)
                                  : asset.price / powerOfTen(5 - decimals);
  spec.typicalQty = std::max<Qty>(1, asset.typicalQty / powerOfTen(8U - spec.scale.qtyDecimals));
  return spec;
}

InstrumentSpec stock(std::size_t index) noexcept {
  const Stock& listed = kStocks[index % kStocks.size()];
  InstrumentSpec spec;
  SymbolText symbol(spec);
  symbol.put(listed.name);
  symbol.putRound(index, kStocks.size());
  spec.scale = Scale{2, 0, 2, 0};
  spec.firstPrice = listed.cents;
  spec.typicalQty = 100;
  return spec;
}

}  // namespace

InstrumentSpec instrumentSpec(WireFormat format, std::size_t index) noexcept {
  HFT_CHECK(index < kGeneratedInstrumentsMax);
  const bool isStock = format == WireFormat::AlpacaJson || format == WireFormat::AlpacaMsgpack;
  InstrumentSpec spec = isStock ? stock(index) : coin(format, index);
  // The first is the busiest: weights fall like 1, 1/2, 1/3.
  spec.weight = static_cast<std::uint32_t>(std::max<std::size_t>(1, 64 / (index + 1)));
  return spec;
}

}  // namespace hft::generate
