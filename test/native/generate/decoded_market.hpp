#pragma once

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/instrument.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/order_ref_table.hpp"
#include "native/event/feed_message.hpp"
#include "native/generate/market_generator.hpp"

namespace hft::generate {

inline decode::DecodeFunction decoderOf(decode::WireFormat format) {
  switch (format) {
    case decode::WireFormat::BinanceSpot:
      return decode::decodeBinanceSpot;
    case decode::WireFormat::BinanceFutures:
      return decode::decodeBinanceFutures;
    case decode::WireFormat::CoinbaseExchange:
      return decode::decodeCoinbaseExchange;
    case decode::WireFormat::CoinbaseAdvanced:
      return decode::decodeCoinbaseAdvanced;
    case decode::WireFormat::KrakenV1:
      return decode::decodeKrakenV1;
    case decode::WireFormat::KrakenV2:
      return decode::decodeKrakenV2;
    case decode::WireFormat::AlpacaJson:
      return decode::decodeAlpacaJson;
    default:
      return decode::decodeAlpacaMsgpack;
  }
}

inline std::string formatName(decode::WireFormat format) {
  static const char* const kNames[] = {"BinanceSpot",      "BinanceFutures", "CoinbaseExchange",
                                       "CoinbaseAdvanced", "KrakenV1",       "KrakenV2",
                                       "AlpacaJson",       "AlpacaMsgpack"};
  return kNames[static_cast<std::size_t>(format)];
}

inline const decode::WireFormat kFormats[] = {
    decode::WireFormat::BinanceSpot,      decode::WireFormat::BinanceFutures,
    decode::WireFormat::CoinbaseExchange, decode::WireFormat::CoinbaseAdvanced,
    decode::WireFormat::KrakenV1,         decode::WireFormat::KrakenV2,
    decode::WireFormat::AlpacaJson,       decode::WireFormat::AlpacaMsgpack};

/// The plainest subscriber: decodes frames and keeps each book in two maps.
struct NaiveBook {
  std::map<Price, Qty, std::greater<>> bids;
  std::map<Price, Qty> asks;

  template <typename Map>
  static void set(Map& side, const event::Level& level) {
    if (level.qty == 0) {
      side.erase(level.price);
    } else {
      side[level.price] = level.qty;
    }
  }
  template <typename Map>
  static void cut(Map& side, std::size_t depth) {
    while (side.size() > depth) side.erase(std::prev(side.end()));
  }
  void apply(const event::Frame& frame, const event::Message& message, std::size_t depth) {
    if (message.kind == event::MessageKind::BookSnapshot) {
      bids.clear();
      asks.clear();
    }
    for (const event::Level& level : frame.levels(message.book.bids)) set(bids, level);
    for (const event::Level& level : frame.levels(message.book.asks)) set(asks, level);
    cut(bids, depth);
    cut(asks, depth);
  }
};

/// The best `depth` levels of a simulated book, as a naive book.
inline NaiveBook bookOf(const SimulatedBook& book, std::size_t depth) {
  std::vector<event::Level> levels(depth);
  NaiveBook naive;
  levels.resize(book.levels(Side::Buy, levels));
  for (const event::Level& level : levels) naive.bids[level.price] = level.qty;
  levels.resize(depth);
  levels.resize(book.levels(Side::Sell, levels));
  for (const event::Level& level : levels) naive.asks[level.price] = level.qty;
  return naive;
}

inline bool operator==(const NaiveBook& left, const NaiveBook& right) {
  return left.bids == right.bids && left.asks == right.asks;
}

/// A generator and the decoder of its format, side by side.
class DecodedMarket {
 public:
  explicit DecodedMarket(const GeneratorOptions& options)
      : generator(options),
        table(options.instrumentCount),
        frame(16384, 65536),
        refs(100'000, 1'000),
        decode_(decoderOf(options.format)),
        buffer_(std::size_t{4} << 20) {
    for (std::size_t at = 0; at < generator.instrumentCount(); ++at) {
      EXPECT_TRUE(table.add(generator.symbol(at), generator.scale(at)).ok());
    }
  }

  /// Makes and decodes the next frame; false when `settles` and nothing is owed.
  bool next(bool settles) {
    const std::size_t bytes =
        settles ? generator.settle(space(), info) : generator.next(space(), info);
    text = std::string_view(buffer_.data(), bytes);
    if (settles && bytes == 0) return false;
    EXPECT_GT(bytes, 0U);
    decodeText(kNoInstrument);
    return true;
  }

  /// Asks for a REST snapshot and decodes it.
  void snapshot(std::size_t instrument, std::size_t levels) {
    const std::size_t bytes = generator.snapshot(instrument, levels, space());
    text = std::string_view(buffer_.data(), bytes);
    EXPECT_GT(bytes, 0U);
    decodeText(static_cast<InstrumentId>(instrument));
  }

  MarketGenerator generator;
  InstrumentTable table;
  event::Frame frame;
  decode::OrderRefTable refs;
  FrameInfo info;
  std::string_view text;

 private:
  std::span<char> space() {
    return std::span(buffer_).first(buffer_.size() - event::kFramePadding);
  }

  void decodeText(InstrumentId frameInstrument) {
    decode::DecodeContext context{table, false, frameInstrument,
                                  generator.options().tellsOrders ? &refs : nullptr};
    const event::DecodeError error = decode_(text, context, frame);
    ASSERT_EQ(static_cast<int>(error), 0) << text.substr(0, 400);
    EXPECT_EQ(frame.unknownCount, 0U) << text.substr(0, 400);
  }

  decode::DecodeFunction decode_;
  std::vector<char> buffer_;
};

}  // namespace hft::generate
