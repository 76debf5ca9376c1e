#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/event/feed_message.hpp"

/// What the two ways of reading a Binance frame share: the words of the venue and the messages
/// that they make. `scanFrame` reads the layouts that the venue sends, `readFrame` any JSON.
namespace hft::decode::binance {

/// Spot counts update ids without gaps; futures (USD-M and COIN-M) link each to the one before.
enum class Market : std::uint8_t { Spot, Futures };

/// Reads a frame that is laid out byte by byte as the venue writes it.
///
/// False for everything else, errors included: `out` is then to be cleared, and `readFrame` has
/// the last word. What it does decode is what `readFrame` would have decoded.
[[nodiscard]] bool scanFrame(std::string_view frame, const DecodeContext& context, Market market,
                             event::Frame& out) noexcept;

/// Reads a frame in any layout that JSON allows: order of fields, white space, escapes, numbers as
/// strings or as numbers, unknown fields. Cost: about 15 times `scanFrame`.
[[nodiscard]] event::DecodeError readFrame(std::string_view frame, const DecodeContext& context,
                                           Market market, event::Frame& out) noexcept;

/// What a stream's name says about its depth messages (`btcusdt@depth20@100ms`).
enum class DepthKind : std::uint8_t {
  Diff,     ///< Changed levels.
  Partial,  ///< The top 5, 10 or 20 levels, as a whole.
  Other,    ///< Another book: with retail price improvement orders.
};

[[nodiscard]] constexpr DepthKind depthKind(std::string_view stream) noexcept {
  const std::size_t at = stream.find('@');
  if (at == std::string_view::npos) return DepthKind::Diff;
  const std::string_view kind = stream.substr(at + 1);
  if (!kind.starts_with("depth")) {
    return kind.starts_with("rpiDepth") ? DepthKind::Other : DepthKind::Diff;
  }
  return kind.size() > 5 && kind[5] >= '0' && kind[5] <= '9' ? DepthKind::Partial : DepthKind::Diff;
}

/// A stream's symbol in the venue's spelling: upper case, where the stream's name has lower case.
/// Empty when it is too long for a symbol.
struct StreamSymbol {
  std::array<char, kSymbolBytesMax> bytes;
  std::size_t size = 0;

  explicit StreamSymbol(std::string_view stream) noexcept {
    const std::string_view name = stream.substr(0, stream.find('@'));
    if (name.size() > bytes.size()) return;
    for (const char byte : name) {
      bytes[size++] = byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
    }
  }
  [[nodiscard]] std::string_view text() const noexcept { return {bytes.data(), size}; }
};

/// The venue writes milliseconds, or microseconds where the connection asked for them
/// (`timeUnit=MICROSECOND`). Milliseconds reach this bound in the year 5138, microseconds passed
/// it in 1973.
inline constexpr std::uint64_t kMicrosMin = 100'000'000'000'000;
/// Beyond this the time does not fit int64 nanoseconds.
inline constexpr std::uint64_t kMicrosMax = std::numeric_limits<Nanos>::max() / 1000;

/// The time that a venue's number says; it is at most kMicrosMax.
[[nodiscard]] constexpr Nanos nanosOf(std::uint64_t time) noexcept {
  return static_cast<Nanos>(time < kMicrosMin ? time * 1'000'000 : time * 1'000);
}

struct Depth {
  bool isSnapshot = false;
  InstrumentId instrument = kNoInstrument;
  Nanos exchangeTime = 0;
  std::uint64_t firstId = 0;
  std::uint64_t lastId = 0;
  std::uint64_t prevId = 0;
  event::LevelRange bids;
  event::LevelRange asks;
};

struct Quote {
  InstrumentId instrument = kNoInstrument;
  Nanos exchangeTime = 0;
  std::uint64_t updateId = 0;
  Price bid = 0;
  Qty bidQty = 0;
  Price ask = 0;
  Qty askQty = 0;
};

struct Trade {
  InstrumentId instrument = kNoInstrument;
  Nanos exchangeTime = 0;
  std::uint64_t tradeId = 0;
  Price price = 0;
  Qty qty = 0;
  bool isBuyerMaker = false;
};

// Each returns whether the frame had room.

[[nodiscard]] inline bool addDepth(event::Frame& out, const Depth& depth) noexcept {
  event::Message* message = out.addMessage();
  if (message == nullptr) return false;
  message->kind =
      depth.isSnapshot ? event::MessageKind::BookSnapshot : event::MessageKind::BookDelta;
  message->instrument = depth.instrument;
  message->exchangeTime = depth.exchangeTime;
  message->firstId = depth.firstId;
  message->lastId = depth.lastId;
  message->prevId = depth.prevId;
  message->book.bids = depth.bids;
  message->book.asks = depth.asks;
  return true;
}

/// The venue writes zeros for an empty side.
[[nodiscard]] inline bool addQuote(event::Frame& out, const Quote& quote) noexcept {
  event::Message* message = out.addMessage();
  if (message == nullptr) return false;
  message->kind = event::MessageKind::Quote;
  message->instrument = quote.instrument;
  message->exchangeTime = quote.exchangeTime;
  message->firstId = quote.updateId;
  message->lastId = quote.updateId;
  message->quote.bid = quote.bidQty == 0 ? kNoPrice : quote.bid;
  message->quote.bidQty = quote.bidQty;
  message->quote.ask = quote.askQty == 0 ? kNoPrice : quote.ask;
  message->quote.askQty = quote.askQty;
  return true;
}

/// The futures venue also sends trades of nothing (`"X":"NA"`, zero quantity): they are skipped.
[[nodiscard]] inline bool addTrade(event::Frame& out, const Trade& trade) noexcept {
  if (trade.qty == 0) {
    ++out.skippedCount;
    return true;
  }
  event::Message* message = out.addMessage();
  if (message == nullptr) return false;
  message->kind = event::MessageKind::Trade;
  message->side = trade.isBuyerMaker ? Side::Sell : Side::Buy;
  message->instrument = trade.instrument;
  message->exchangeTime = trade.exchangeTime;
  message->firstId = trade.tradeId;
  message->lastId = trade.tradeId;
  message->trade.price = trade.price;
  message->trade.qty = trade.qty;
  return true;
}

}  // namespace hft::decode::binance
