#include <algorithm>

#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/json/json_members.hpp"
#include "native/decode/scale_reader.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

namespace {

using event::DecodeError;
using event::Message;
using event::MessageKind;

/// Reads the frames of Advanced Trade in any layout that JSON allows:
/// `{"channel","timestamp","sequence_num","events":[...]}`.
///
/// The side of a `market_trades` entry is taken as the maker's, as the venue's own wording has it
/// and as Exchange does: the aggressor is on the other.
class FrameReader {
 public:
  FrameReader(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : frame_(frame), context_(context), out_(out) {}

  [[nodiscard]] DecodeError read() noexcept {
    JsonCursor cursor(frame_);
    if (cursor.peek() != JsonType::Object) {
      cursor.skipValue();
      ++out_.unknownCount;
      return cursor.finish();
    }
    static constexpr std::array<std::string_view, kFields> kNames = {
        "channel", "client_id", "timestamp", "sequence_num", "events", "type", "pricebook"};
    const auto fields = readMembers(cursor, kNames);
    if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
    if (!fields[kChannel].empty()) return readChannel(fields);
    if (!fields[kPriceBook].empty()) return readPriceBook(fields[kPriceBook]);
    if (isText(fields[kType], "error")) {
      return addBare(out_, MessageKind::VenueError, kNoInstrument);
    }
    ++out_.unknownCount;
    return DecodeError::Ok;
  }

 private:
  enum Field : std::size_t {
    kChannel,
    kClient,
    kTimestamp,
    kSequence,
    kEvents,
    kType,
    kPriceBook,
    kFields
  };
  using ItemReader = DecodeError (FrameReader::*)(std::string_view raw) noexcept;

  [[nodiscard]] DecodeError readChannel(const JsonMembers<kFields>& fields) noexcept {
    out_.unknownFieldCount += fields.unknownCount;
    // A frame without it is a frame of another connection layer: nothing can be said of a gap.
    if (!fields[kSequence].empty()) {
      const auto sequence = readUnsigned(fields[kSequence]);
      if (!sequence.ok()) return sequence.error();
      out_.connectionSequence = sequence.value();
      out_.hasConnectionSequence = true;
    }
    timestamp_ = readIsoTime(fields[kTimestamp], out_);
    struct Channel {
      std::string_view name;
      ItemReader read;
    };
    static constexpr Channel kChannels[] = {
        {"l2_data", &FrameReader::readBook},         {"market_trades", &FrameReader::readTrades},
        {"ticker", &FrameReader::readTickers},       {"ticker_batch", &FrameReader::readTickers},
        {"heartbeats", &FrameReader::readHeartbeat}, {"candles", &FrameReader::readCandles},
        {"status", &FrameReader::readStatus},
    };
    for (const Channel& channel : kChannels) {
      if (!isText(fields[kChannel], channel.name)) continue;
      if (!isJsonArray(fields[kEvents])) return DecodeError::Malformed;
      return readItems(fields[kEvents], channel.read);
    }
    if (isText(fields[kChannel], "subscriptions")) {
      return addBare(out_, MessageKind::Subscribed, kNoInstrument);
    }
    const bool isPrivate =
        isText(fields[kChannel], "user") || isText(fields[kChannel], "futures_balance_summary");
    ++(isPrivate ? out_.skippedCount : out_.unknownCount);
    return DecodeError::Ok;
  }

  [[nodiscard]] DecodeError readItems(std::string_view raw, ItemReader readItem) noexcept {
    JsonCursor cursor(raw);
    for (cursor.beginArray(); cursor.nextElement();) {
      const std::string_view item = cursor.skipValue();
      if (!cursor.ok()) break;
      if (const DecodeError error = (this->*readItem)(item); error != DecodeError::Ok) return error;
    }
    return raw.empty() ? DecodeError::Malformed : cursor.error();
  }

  /// The list called `name` in an event; an event without it carries nothing.
  [[nodiscard]] DecodeError readList(std::string_view raw, std::string_view name,
                                     ItemReader readItem) noexcept {
    const std::array<std::string_view, 2> names = {name, "type"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, names);
    if (!cursor.ok()) return cursor.error();
    out_.unknownFieldCount += fields.unknownCount;
    return readItems(fields[0], readItem);
  }

  /// A message for the product in `raw`; nullptr, and `error_`, where there is none (Ok for a
  /// product that isn't in the table).
  Message* begin(const JsonCursor& cursor, std::string_view raw, MessageKind kind) noexcept {
    error_ = cursor.error();
    if (!cursor.ok()) return nullptr;
    const auto instrument = readInstrument(raw, context_, out_);
    error_ = instrument.error();
    if (!instrument.ok() || instrument.value() == kNoInstrument) return nullptr;
    Message* message = addMessage(out_, kind, instrument.value());
    if (message == nullptr) error_ = DecodeError::CapacityExceeded;
    return message;
  }

  [[nodiscard]] DecodeError readBook(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 3> kNames = {"type", "product_id", "updates"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    const bool isSnapshot = isText(fields[0], "snapshot");
    if (!isSnapshot && !isText(fields[0], "update")) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    Message* message =
        begin(cursor, fields[1], isSnapshot ? MessageKind::BookSnapshot : MessageKind::BookDelta);
    if (message == nullptr) return error_;
    out_.unknownFieldCount += fields.unknownCount;
    if (!isJsonArray(fields[2])) return DecodeError::Malformed;
    ScaleReader scale(context_.instruments[message->instrument]);
    readUpdates(fields[2], scale, *message);
    return scale.finish(out_);
  }

  void readUpdates(std::string_view raw, ScaleReader& scale, Message& message) noexcept {
    static constexpr std::array<std::string_view, 4> kNames = {"side", "event_time", "price_level",
                                                               "new_quantity"};
    coinbase::SidedLevels levels(out_);
    Nanos time = 0;
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto update = readMembers(cursor, kNames);
      if (!cursor.ok()) break;
      out_.unknownFieldCount += update.unknownCount;
      const Side side = coinbase::sideOf(update[0]);
      if (side == Side::None) scale.fail(DecodeError::Malformed);
      time = std::max(time, readIsoTime(update[1], out_));
      const Price price = scale.bookPrice(update[2]);
      if (!levels.add(side, {price, scale.bookQty(update[3])})) {
        scale.fail(DecodeError::CapacityExceeded);
      }
    }
    if (!cursor.ok()) scale.fail(cursor.error());
    levels.finish(message);
    message.exchangeTime = time != 0 ? time : timestamp_;
  }

  [[nodiscard]] DecodeError readTrades(std::string_view raw) noexcept {
    return readList(raw, "trades", &FrameReader::readTrade);
  }

  [[nodiscard]] DecodeError readTrade(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 6> kNames = {"product_id", "trade_id", "price",
                                                               "size",       "side",     "time"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields[0], MessageKind::Trade);
    if (message == nullptr) return error_;
    out_.unknownFieldCount += fields.unknownCount;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->trade = {scale.price(fields[2]), scale.qty(fields[3])};
    message->lastId = readUnsigned(fields[1]).valueOr(0);
    message->exchangeTime = readIsoTime(fields[5], out_);
    message->side = opposite(coinbase::sideOf(fields[4]));
    if (message->side == Side::None) ++out_.unknownFieldCount;
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readTickers(std::string_view raw) noexcept {
    return readList(raw, "tickers", &FrameReader::readTicker);
  }

  [[nodiscard]] DecodeError readTicker(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 13> kNames = {
        "product_id", "best_bid",  "best_bid_quantity",     "best_ask", "best_ask_quantity",
        "type",       "price",     "volume_24_h",           "low_24_h", "high_24_h",
        "low_52_w",   "high_52_w", "price_percent_chg_24_h"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields[0], MessageKind::Quote);
    if (message == nullptr) return error_;
    out_.unknownFieldCount += fields.unknownCount;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->quote = {kNoPrice, 0, kNoPrice, 0};
    if (!isAbsent(fields[1])) message->quote.bid = scale.price(fields[1]);
    if (!isAbsent(fields[2])) message->quote.bidQty = scale.qty(fields[2]);
    if (!isAbsent(fields[3])) message->quote.ask = scale.price(fields[3]);
    if (!isAbsent(fields[4])) message->quote.askQty = scale.qty(fields[4]);
    message->exchangeTime = timestamp_;
    return scale.finish(out_);
  }

  static bool isAbsent(std::string_view raw) noexcept { return raw.empty() || raw == "\"\""; }

  [[nodiscard]] DecodeError readHeartbeat(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"heartbeat_counter", "current_time"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    out_.unknownFieldCount += fields.unknownCount;
    Message* message = addMessage(out_, MessageKind::Heartbeat, kNoInstrument);
    if (message == nullptr) return DecodeError::CapacityExceeded;
    message->lastId = readUnsigned(fields[0]).valueOr(0);
    message->exchangeTime = timestamp_;
    return DecodeError::Ok;
  }

  [[nodiscard]] DecodeError readCandles(std::string_view raw) noexcept {
    return readList(raw, "candles", &FrameReader::readCandle);
  }

  /// `start` in seconds, as a string.
  [[nodiscard]] DecodeError readCandle(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 7> kNames = {
        "product_id", "start", "open", "high", "low", "close", "volume"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields[0], MessageKind::Bar);
    if (message == nullptr) return error_;
    out_.unknownFieldCount += fields.unknownCount;
    ScaleReader scale(context_.instruments[message->instrument]);
    TextBuffer buffer;
    const auto start = parseSeconds(plainText(fields[1], buffer));
    if (!start.ok()) ++out_.unknownFieldCount;
    message->exchangeTime = start.valueOr(0);
    message->bar = {scale.price(fields[2]), scale.price(fields[3]), scale.price(fields[4]),
                    scale.price(fields[5]), scale.qty(fields[6])};
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readStatus(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"products", "type"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    out_.unknownFieldCount += fields.unknownCount;
    return coinbase::readProducts(fields[0], context_, out_);
  }

  /// The body of `GET /product_book`: `{"product_id","bids":[{"price","size"}],"asks","time"}`.
  [[nodiscard]] DecodeError readPriceBook(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 4> kNames = {"product_id", "bids", "asks",
                                                               "time"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields[0], MessageKind::BookSnapshot);
    if (message == nullptr) return error_;
    out_.unknownFieldCount += fields.unknownCount;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->book.bids = readSide(fields[1], scale);
    message->book.asks = readSide(fields[2], scale);
    message->exchangeTime = readIsoTime(fields[3], out_);
    return scale.finish(out_);
  }

  event::LevelRange readSide(std::string_view raw, ScaleReader& scale) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"price", "size"};
    event::LevelRange range{out_.levelCount(), 0};
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto level = readMembers(cursor, kNames);
      if (!cursor.ok()) break;
      const Price price = scale.bookPrice(level[0]);
      const Qty qty = scale.bookQty(level[1]);
      if (!out_.addLevel(price, qty)) scale.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale.fail(raw.empty() ? DecodeError::Malformed : cursor.error());
    range.count = out_.levelCount() - range.begin;
    return range;
  }

  std::string_view frame_;
  const DecodeContext& context_;
  event::Frame& out_;
  Nanos timestamp_ = 0;
  DecodeError error_ = DecodeError::Ok;
};

}  // namespace

DecodeError decodeCoinbaseAdvanced(std::string_view frame, const DecodeContext& context,
                                   event::Frame& out) noexcept {
  out.clear();
  if (coinbase::scanAdvanced(frame, context, out)) return DecodeError::Ok;
  out.clear();
  return FrameReader(frame, context, out).read();
}

}  // namespace hft::decode
