#include <limits>

#include "native/decode/json/json_members.hpp"
#include "native/decode/kraken/kraken.hpp"
#include "native/decode/scale_reader.hpp"

namespace hft::decode {

namespace {

using event::DecodeError;
using event::Message;
using event::MessageKind;

/// Reads the frames of v2 in any layout that JSON allows: `{"channel","type","data"}`, and answers
/// to requests, `{"method","result","success","error"}`.
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
        "channel", "type",   "data",    "method",   "result",   "success",
        "error",   "req_id", "time_in", "time_out", "sequence", "warnings"};
    const auto fields = readMembers(cursor, kNames);
    if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
    if (!fields[kMethod].empty()) return readAnswer(fields);
    if (!fields[kChannel].empty()) return readChannel(fields);
    if (isJsonString(fields[kError])) {
      return addBare(out_, MessageKind::VenueError, kNoInstrument);
    }
    ++out_.unknownCount;
    return DecodeError::Ok;
  }

 private:
  enum Field : std::size_t {
    kChannel,
    kType,
    kData,
    kMethod,
    kResult,
    kSuccess,
    kError,
    kRequest,
    kTimeIn,
    kTimeOut,
    kSequence,
    kWarnings,
    kFields
  };
  using ItemReader = DecodeError (FrameReader::*)(std::string_view raw) noexcept;

  [[nodiscard]] DecodeError readChannel(const JsonMembers<kFields>& fields) noexcept {
    out_.unknownFieldCount += fields.unknownCount;
    isSnapshot_ = isText(fields[kType], "snapshot");
    struct Channel {
      std::string_view name;
      ItemReader read;
    };
    static constexpr Channel kChannels[] = {
        {"book", &FrameReader::readBook},     {"trade", &FrameReader::readTrade},
        {"ticker", &FrameReader::readTicker}, {"level3", &FrameReader::readOrders},
        {"ohlc", &FrameReader::readBar},      {"status", &FrameReader::readStatus},
    };
    for (const Channel& channel : kChannels) {
      if (!isText(fields[kChannel], channel.name)) continue;
      if (isSnapshot_ || isText(fields[kType], "update")) {
        return readItems(fields[kData], channel.read);
      }
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    if (isText(fields[kChannel], "heartbeat")) {
      return addBare(out_, MessageKind::Heartbeat, kNoInstrument);
    }
    if (isText(fields[kChannel], "instrument")) return readInstruments(fields[kData]);
    const bool isPrivate =
        isText(fields[kChannel], "executions") || isText(fields[kChannel], "balances");
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
    // No data where a channel must have some is a missing field.
    return raw.empty() ? DecodeError::Malformed : cursor.error();
  }

  [[nodiscard]] DecodeError readBook(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 5> kNames = {"symbol", "bids", "asks", "checksum",
                                                               "timestamp"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message =
        begin(cursor, fields, isSnapshot_ ? MessageKind::BookSnapshot : MessageKind::BookDelta);
    if (message == nullptr) return error_;
    if (fields[1].empty() && fields[2].empty()) return DecodeError::Malformed;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->book.bids = readLevels(fields[1], scale);
    message->book.asks = readLevels(fields[2], scale);
    message->exchangeTime = readIsoTime(fields[4], out_);
    if (!fields[3].empty()) {
      const auto checksum = readUnsigned(fields[3]);
      if (!checksum.ok()) return checksum.error();
      if (checksum.value() > std::numeric_limits<std::uint32_t>::max()) {
        return DecodeError::Overflow;
      }
      message->hasChecksum = true;
      message->checksum = static_cast<std::uint32_t>(checksum.value());
    }
    return scale.finish(out_);
  }

  event::LevelRange readLevels(std::string_view raw, ScaleReader& scale) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"price", "qty"};
    event::LevelRange range{out_.levelCount(), 0};
    if (raw.empty()) return range;
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto level = readMembers(cursor, kNames);
      if (!cursor.ok()) break;
      out_.unknownFieldCount += level.unknownCount;
      const Price price = scale.bookPrice(level[0]);
      const Qty qty = scale.bookQty(level[1]);
      if (!out_.addLevel(price, qty)) scale.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale.fail(cursor.error());
    range.count = out_.levelCount() - range.begin;
    return range;
  }

  /// `side` is the taker's.
  [[nodiscard]] DecodeError readTrade(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 7> kNames = {
        "symbol", "side", "price", "qty", "trade_id", "timestamp", "ord_type"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields, MessageKind::Trade);
    if (message == nullptr) return error_;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->trade = {scale.price(fields[2]), scale.qty(fields[3])};
    message->lastId = readUnsigned(fields[4]).valueOr(0);
    message->exchangeTime = readIsoTime(fields[5], out_);
    message->side = kraken::sideOf(fields[1]);
    if (message->side == Side::None) ++out_.unknownFieldCount;
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readTicker(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 13> kNames = {
        "symbol", "bid",  "bid_qty", "ask",  "ask_qty", "timestamp", "last",
        "volume", "vwap", "low",     "high", "change",  "change_pct"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields, MessageKind::Quote);
    if (message == nullptr) return error_;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->quote = {kNoPrice, 0, kNoPrice, 0};
    // An empty side is null.
    if (!fields[1].empty()) {
      message->quote.bid = scale.price(fields[1]);
      message->quote.bidQty = scale.qty(fields[2]);
    }
    if (!fields[3].empty()) {
      message->quote.ask = scale.price(fields[3]);
      message->quote.askQty = scale.qty(fields[4]);
    }
    message->exchangeTime = readIsoTime(fields[5], out_);
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readBar(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 11> kNames = {
        "symbol", "interval_begin", "open",   "high",     "low",      "close",
        "volume", "vwap",           "trades", "interval", "timestamp"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    Message* message = begin(cursor, fields, MessageKind::Bar);
    if (message == nullptr) return error_;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->exchangeTime = readIsoTime(fields[1], out_);
    message->bar = {scale.price(fields[2]), scale.price(fields[3]), scale.price(fields[4]),
                    scale.price(fields[5]), scale.qty(fields[6])};
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readOrders(std::string_view raw) noexcept {
    return kraken::readLevel3(raw, isSnapshot_, context_, out_);
  }

  [[nodiscard]] DecodeError readStatus(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 4> kNames = {"system", "api_version",
                                                               "connection_id", "version"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    out_.unknownFieldCount += fields.unknownCount;
    return addStatus(fields[0], kNoInstrument);
  }

  /// `{"assets":[...],"pairs":[...]}`: the state of the pairs that we know, and their decimals
  /// where those are learned.
  [[nodiscard]] DecodeError readInstruments(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"pairs", "assets"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    if (fields[0].empty()) {
      ++out_.skippedCount;
      return DecodeError::Ok;
    }
    return readItems(fields[0], &FrameReader::readPair);
  }

  [[nodiscard]] DecodeError readPair(std::string_view raw) noexcept {
    static constexpr std::array<std::string_view, 4> kNames = {"symbol", "status",
                                                               "price_precision", "qty_precision"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    TextBuffer buffer;
    const InstrumentId id = context_.instruments.find(plainText(fields[0], buffer));
    if (id == kNoInstrument) {
      ++out_.skippedCount;
      return DecodeError::Ok;
    }
    const Instrument& instrument = context_.instruments[id];
    const std::uint64_t priceDigits = readUnsigned(fields[2]).valueOr(0);
    const std::uint64_t qtyDigits = readUnsigned(fields[3]).valueOr(0);
    const bool teaches =
        priceDigits > instrument.scale.priceDigits || qtyDigits > instrument.scale.qtyDigits;
    if (instrument.isDiscovered && teaches && priceDigits <= kDecimalsMax &&
        qtyDigits <= kDecimalsMax) {
      out_.neededInstrument = id;
      out_.neededPriceDecimals = 0;
      out_.neededQtyDecimals = 0;
      out_.neededPriceDigits = static_cast<std::uint8_t>(priceDigits);
      out_.neededQtyDigits = static_cast<std::uint8_t>(qtyDigits);
      return DecodeError::TooManyDecimals;
    }
    return addStatus(fields[1], id);
  }

  [[nodiscard]] DecodeError addStatus(std::string_view raw, InstrumentId instrument) noexcept {
    const auto status = kraken::tradingStatus(raw);
    if (!status) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    Message* message = addMessage(out_, MessageKind::Status, instrument);
    if (message == nullptr) return DecodeError::CapacityExceeded;
    message->code = static_cast<std::uint8_t>(*status);
    return DecodeError::Ok;
  }

  [[nodiscard]] DecodeError readAnswer(const JsonMembers<kFields>& fields) noexcept {
    out_.unknownFieldCount += fields.unknownCount;
    if (isText(fields[kMethod], "pong")) {
      return addBare(out_, MessageKind::Heartbeat, kNoInstrument);
    }
    if (fields[kSuccess] == "false" || isJsonString(fields[kError])) {
      return addBare(out_, MessageKind::VenueError, kNoInstrument);
    }
    if (!isText(fields[kMethod], "subscribe")) {
      ++out_.skippedCount;
      return DecodeError::Ok;
    }
    if (fields[kResult].empty()) return addBare(out_, MessageKind::Subscribed, kNoInstrument);
    static constexpr std::array<std::string_view, 1> kNames = {"symbol"};
    JsonCursor cursor(fields[kResult]);
    const auto result = readMembers(cursor, kNames);
    if (!cursor.ok()) return cursor.error();
    TextBuffer buffer;
    return addBare(out_, MessageKind::Subscribed,
                   context_.instruments.find(plainText(result[0], buffer)));
  }

  /// A message for the item's symbol, which is its first field; nullptr, and `error_`, where there
  /// is none (Ok for a symbol that isn't in the table).
  template <std::size_t N>
  Message* begin(const JsonCursor& cursor, const JsonMembers<N>& fields,
                 MessageKind kind) noexcept {
    error_ = cursor.error();
    if (!cursor.ok()) return nullptr;
    const auto instrument = readInstrument(fields[0], context_, out_);
    error_ = instrument.error();
    if (!instrument.ok() || instrument.value() == kNoInstrument) return nullptr;
    out_.unknownFieldCount += fields.unknownCount;
    Message* message = addMessage(out_, kind, instrument.value());
    if (message == nullptr) error_ = DecodeError::CapacityExceeded;
    return message;
  }

  std::string_view frame_;
  const DecodeContext& context_;
  event::Frame& out_;
  bool isSnapshot_ = false;
  DecodeError error_ = DecodeError::Ok;
};

}  // namespace

DecodeError decodeKrakenV2(std::string_view frame, const DecodeContext& context,
                           event::Frame& out) noexcept {
  out.clear();
  if (kraken::scanBookV2(frame, context, out)) return DecodeError::Ok;
  out.clear();
  return FrameReader(frame, context, out).read();
}

}  // namespace hft::decode
