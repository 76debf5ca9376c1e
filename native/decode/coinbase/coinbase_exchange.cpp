#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/json/json_members.hpp"
#include "native/decode/scale_reader.hpp"

namespace hft::decode {

namespace {

using coinbase::OrderEvent;
using event::DecodeError;
using event::Message;
using event::MessageKind;

/// Reads the frames of the Exchange feed in any layout that JSON allows.
class FrameReader {
 public:
  FrameReader(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : frame_(frame), context_(context), out_(out) {}

  [[nodiscard]] DecodeError read() noexcept {
    JsonCursor cursor(frame_);
    switch (cursor.peek()) {
      case JsonType::Array:
        return coinbase::readCompactOrder(frame_, context_, out_);
      case JsonType::Object:
        break;
      default:
        cursor.skipValue();
        ++out_.unknownCount;
        return cursor.finish();
    }
    const std::string_view type = findType(cursor);
    if (!cursor.ok()) return cursor.error();
    if (type.empty()) return coinbase::readRestBook(frame_, context_, out_);
    struct Type {
      std::string_view name;
      DecodeError (FrameReader::*read)() noexcept;
    };
    static constexpr Type kTypes[] = {
        {"l2update", &FrameReader::readUpdate},
        {"ticker", &FrameReader::readTicker},
        {"match", &FrameReader::readOrder},
        {"received", &FrameReader::readOrder},
        {"open", &FrameReader::readOrder},
        {"done", &FrameReader::readOrder},
        {"change", &FrameReader::readOrder},
        {"activate", &FrameReader::readOrder},
        {"heartbeat", &FrameReader::readHeartbeat},
        {"snapshot", &FrameReader::readSnapshot},
        {"last_match", &FrameReader::readOrder},
        {"subscriptions", &FrameReader::readSubscribed},
        {"error", &FrameReader::readError},
        {"status", &FrameReader::readStatus},
        {"level3", &FrameReader::skip},
        {"balance", &FrameReader::skip},
    };
    for (const Type& known : kTypes) {
      if (!isText(type, known.name)) continue;
      type_ = known.name;
      return (this->*known.read)();
    }
    ++out_.unknownCount;
    JsonCursor whole(frame_);
    whole.skipValue();
    return whole.finish();
  }

 private:
  /// The value of the first member called "type".
  static std::string_view findType(JsonCursor& cursor) noexcept {
    for (cursor.beginObject(); cursor.nextMember();) {
      const bool isType = cursor.keyIs("type");
      const std::string_view value = cursor.skipValue();
      if (isType) return value;
    }
    return {};
  }

  /// The members of the frame by name; the caller looks at `error_` first.
  template <std::size_t N>
  JsonMembers<N> readFields(const std::array<std::string_view, N>& names) noexcept {
    JsonCursor cursor(frame_);
    const auto fields = readMembers(cursor, names);
    error_ = cursor.finish();
    out_.unknownFieldCount += fields.unknownCount;
    return fields;
  }

  /// A message for the product in `raw`; nullptr, and `error_`, where there is none (Ok for a
  /// product that isn't in the table).
  Message* begin(std::string_view raw, MessageKind kind) noexcept {
    if (error_ != DecodeError::Ok) return nullptr;
    const auto instrument = readInstrument(raw, context_, out_);
    error_ = instrument.error();
    if (!instrument.ok() || instrument.value() == kNoInstrument) return nullptr;
    Message* message = addMessage(out_, kind, instrument.value());
    if (message == nullptr) error_ = DecodeError::CapacityExceeded;
    return message;
  }

  [[nodiscard]] DecodeError readUpdate() noexcept {
    static constexpr std::array<std::string_view, 4> kNames = {"type", "product_id", "changes",
                                                               "time"};
    const auto fields = readFields(kNames);
    Message* message = begin(fields[1], MessageKind::BookDelta);
    if (message == nullptr) return error_;
    message->exchangeTime = readIsoTime(fields[3], out_);
    ScaleReader scale(context_.instruments[message->instrument]);
    coinbase::SidedLevels levels(out_);
    JsonCursor cursor(fields[2]);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto change = readElements<3>(cursor);
      if (!cursor.ok()) break;
      const Side side = coinbase::sideOf(change[0]);
      if (side == Side::None) scale.fail(DecodeError::Malformed);
      const Price price = scale.bookPrice(change[1]);
      if (!levels.add(side, {price, scale.bookQty(change[2])})) {
        scale.fail(DecodeError::CapacityExceeded);
      }
    }
    // No changes at all are a missing field.
    if (!cursor.ok()) scale.fail(fields[2].empty() ? DecodeError::Malformed : cursor.error());
    levels.finish(*message);
    return scale.finish(out_);
  }

  [[nodiscard]] DecodeError readSnapshot() noexcept {
    static constexpr std::array<std::string_view, 5> kNames = {"type", "product_id", "bids", "asks",
                                                               "time"};
    const auto fields = readFields(kNames);
    Message* message = begin(fields[1], MessageKind::BookSnapshot);
    if (message == nullptr) return error_;
    message->exchangeTime = readIsoTime(fields[4], out_);
    ScaleReader scale(context_.instruments[message->instrument]);
    message->book.bids = readSide(fields[2], scale);
    message->book.asks = readSide(fields[3], scale);
    return scale.finish(out_);
  }

  event::LevelRange readSide(std::string_view raw, ScaleReader& scale) noexcept {
    event::LevelRange range{out_.levelCount(), 0};
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto level = readElements<2>(cursor);
      if (!cursor.ok()) break;
      const Price price = scale.bookPrice(level[0]);
      const Qty qty = scale.bookQty(level[1]);
      if (!out_.addLevel(price, qty)) scale.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale.fail(raw.empty() ? DecodeError::Malformed : cursor.error());
    range.count = out_.levelCount() - range.begin;
    return range;
  }

  /// The venue's best bid and offer after a match; their sizes are absent in older captures.
  [[nodiscard]] DecodeError readTicker() noexcept {
    enum Field : std::size_t { kType, kProduct, kSequence, kTime, kBid, kBidQty, kAsk, kAskQty };
    static constexpr std::array<std::string_view, 18> kNames = {
        "type",     "product_id",    "sequence", "time",     "best_bid",   "best_bid_size",
        "best_ask", "best_ask_size", "price",    "open_24h", "volume_24h", "low_24h",
        "high_24h", "volume_30d",    "side",     "trade_id", "last_size",  "rfq_volume_24h"};
    const auto fields = readFields(kNames);
    Message* message = begin(fields[kProduct], MessageKind::Quote);
    if (message == nullptr) return error_;
    ScaleReader scale(context_.instruments[message->instrument]);
    message->quote = {kNoPrice, 0, kNoPrice, 0};
    if (!isAbsent(fields[kBid])) message->quote.bid = scale.price(fields[kBid]);
    if (!isAbsent(fields[kBidQty])) message->quote.bidQty = scale.qty(fields[kBidQty]);
    if (!isAbsent(fields[kAsk])) message->quote.ask = scale.price(fields[kAsk]);
    if (!isAbsent(fields[kAskQty])) message->quote.askQty = scale.qty(fields[kAskQty]);
    message->exchangeTime = readIsoTime(fields[kTime], out_);
    message->firstId = message->lastId = readUnsigned(fields[kSequence]).valueOr(0);
    return scale.finish(out_);
  }

  static bool isAbsent(std::string_view raw) noexcept { return raw.empty() || raw == "\"\""; }

  /// `lastId` only: the sequence is that of the last message before it, not one of its own.
  [[nodiscard]] DecodeError readHeartbeat() noexcept {
    static constexpr std::array<std::string_view, 5> kNames = {"type", "product_id", "sequence",
                                                               "time", "last_trade_id"};
    const auto fields = readFields(kNames);
    Message* message = begin(fields[1], MessageKind::Heartbeat);
    if (message == nullptr) return error_;
    message->lastId = readUnsigned(fields[2]).valueOr(0);
    message->exchangeTime = readIsoTime(fields[3], out_);
    return DecodeError::Ok;
  }

  /// The `full` channel, and the matches channel.
  [[nodiscard]] DecodeError readOrder() noexcept {
    enum Field : std::size_t {
      kType,
      kProduct,
      kSequence,
      kTime,
      kOrderId,
      kMakerId,
      kSide,
      kPrice,
      kNewPrice,
      kSize,
      kRemaining,
      kNewSize,
      kTradeId
    };
    static constexpr std::array<std::string_view, 40> kNames = {
        "type", "product_id", "sequence", "time", "order_id", "maker_order_id", "side", "price",
        "new_price", "size", "remaining_size", "new_size", "trade_id",
        // Known, and nothing for us.
        "taker_order_id", "order_type", "funds", "client_oid", "client-oid", "reason",
        "cancel_reason", "old_size", "old_price", "old_funds", "new_funds", "user_id", "profile_id",
        "taker_user_id", "taker_profile_id", "maker_user_id", "maker_profile_id", "taker_fee_rate",
        "maker_fee_rate", "timestamp", "stop_type", "stop_price", "limit_price", "private",
        "stp_id", "time_in_force", "post_only"};
    const auto f = readFields(kNames);
    if (error_ != DecodeError::Ok) return error_;
    using Kind = OrderEvent::Kind;
    OrderEvent event{Kind::NoBook, f[kProduct], f[kSequence], f[kOrderId], f[kSide],
                     f[kPrice],    {},          {},           f[kTime]};
    if (type_ == "open") {
      event.kind = Kind::Open;
      event.size = f[kRemaining];
    } else if (type_ == "done") {
      event.kind = Kind::Done;
    } else if (type_ == "match" || type_ == "last_match") {
      event.kind = Kind::Match;
      event.orderId = f[kMakerId];
      event.size = f[kSize];
      event.tradeId = f[kTradeId];
      // It lies before the feed's begin.
      if (type_ == "last_match") return addLastMatch(event);
    } else if (type_ == "change") {
      event.kind = Kind::Change;
      event.size = f[kNewSize];
      if (!f[kNewPrice].empty()) event.price = f[kNewPrice];
    }
    return coinbase::addOrderEvent(event, context_, out_);
  }

  /// A trade that no order book may apply.
  [[nodiscard]] DecodeError addLastMatch(const OrderEvent& event) noexcept {
    DecodeContext tradesOnly = context_;
    tradesOnly.orderRefs = nullptr;
    return coinbase::addOrderEvent(event, tradesOnly, out_);
  }

  [[nodiscard]] DecodeError readSubscribed() noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"type", "channels"};
    static_cast<void>(readFields(kNames));
    return error_ != DecodeError::Ok ? error_
                                     : addBare(out_, MessageKind::Subscribed, kNoInstrument);
  }

  [[nodiscard]] DecodeError readError() noexcept {
    static constexpr std::array<std::string_view, 3> kNames = {"type", "message", "reason"};
    static_cast<void>(readFields(kNames));
    return error_ != DecodeError::Ok ? error_
                                     : addBare(out_, MessageKind::VenueError, kNoInstrument);
  }

  [[nodiscard]] DecodeError readStatus() noexcept {
    static constexpr std::array<std::string_view, 3> kNames = {"type", "products", "currencies"};
    const auto fields = readFields(kNames);
    if (error_ != DecodeError::Ok) return error_;
    return coinbase::readProducts(fields[1], context_, out_);
  }

  /// Known, and nothing for us.
  [[nodiscard]] DecodeError skip() noexcept {
    JsonCursor cursor(frame_);
    cursor.skipValue();
    ++out_.skippedCount;
    return cursor.finish();
  }

  std::string_view frame_;
  const DecodeContext& context_;
  event::Frame& out_;
  std::string_view type_;
  DecodeError error_ = DecodeError::Ok;
};

}  // namespace

DecodeError decodeCoinbaseExchange(std::string_view frame, const DecodeContext& context,
                                   event::Frame& out) noexcept {
  out.clear();
  if (coinbase::scanExchange(frame, context, out)) return DecodeError::Ok;
  out.clear();
  return FrameReader(frame, context, out).read();
}

}  // namespace hft::decode
