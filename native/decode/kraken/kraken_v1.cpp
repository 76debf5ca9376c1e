#include <algorithm>
#include <limits>

#include "native/decode/json/json_members.hpp"
#include "native/decode/kraken/kraken.hpp"
#include "native/decode/scale_reader.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

namespace kraken {

std::optional<event::TradingStatus> tradingStatus(std::string_view raw) noexcept {
  using event::TradingStatus;
  struct Word {
    std::string_view text;
    TradingStatus status;
  };
  // `limit_only` and `reduce_only` forbid some orders; the market itself goes on.
  static constexpr Word kWords[] = {
      {"online", TradingStatus::Trading},          {"limit_only", TradingStatus::Trading},
      {"reduce_only", TradingStatus::Trading},     {"cancel_only", TradingStatus::CancelOnly},
      {"post_only", TradingStatus::PostOnly},      {"maintenance", TradingStatus::Halted},
      {"work_in_progress", TradingStatus::Halted}, {"delisted", TradingStatus::Closed},
  };
  for (const Word& word : kWords) {
    if (isText(raw, word.text)) return word.status;
  }
  return std::nullopt;
}

Side sideOf(std::string_view raw) noexcept {
  if (isText(raw, "b") || isText(raw, "buy")) return Side::Buy;
  if (isText(raw, "s") || isText(raw, "sell")) return Side::Sell;
  return Side::None;
}

}  // namespace kraken

namespace {

using event::DecodeError;
using event::Message;
using event::MessageKind;

/// A time in decimal seconds; another form is counted and given as 0.
Nanos readSeconds(std::string_view raw, event::Frame& out) noexcept {
  TextBuffer buffer;
  const auto time = parseSeconds(plainText(raw, buffer));
  if (!time.ok()) ++out.unknownFieldCount;
  return time.valueOr(0);
}

/// Reads the frames of v1 in any layout that JSON allows.
///
/// An array frame is `[channel id, payload, ..., "name", "pair"]`. The name says what the payload
/// is; only a book has more than one.
class FrameReader {
 public:
  FrameReader(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : frame_(frame), context_(context), out_(out) {}

  [[nodiscard]] DecodeError read() noexcept {
    JsonCursor cursor(frame_);
    switch (cursor.peek()) {
      case JsonType::Array:
        return readChannel(cursor);
      case JsonType::Object:
        return readEvent(cursor);
      default:
        cursor.skipValue();
        ++out_.unknownCount;
        return cursor.finish();
    }
  }

 private:
  static constexpr std::size_t kElementsMax = 8;
  enum BookField : std::size_t { kAllAsks, kAllBids, kAsks, kBids, kChecksum, kBookFields };

  [[nodiscard]] DecodeError readChannel(JsonCursor& cursor) noexcept {
    const auto elements = readElements<kElementsMax>(cursor);
    if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
    std::size_t count = kElementsMax;
    while (count > 0 && elements[count - 1].empty()) --count;
    if (elements.unknownCount > 0 || count < 4 || !isJsonString(elements[count - 2]) ||
        !isJsonString(elements[count - 1])) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    TextBuffer buffer;
    const std::string_view name = plainText(elements[count - 2], buffer);
    const std::string_view channel = name.substr(0, name.find('-'));
    if (!isKnownChannel(channel)) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    const auto instrument = readInstrument(elements[count - 1], context_, out_);
    if (!instrument.ok()) return instrument.error();
    if (instrument.value() == kNoInstrument) return DecodeError::Ok;
    instrument_ = instrument.value();
    ScaleReader scale(context_.instruments[instrument_]);
    if (channel == "book") {
      if (const DecodeError error =
              readBook(std::span(elements.values).subspan(1, count - 3), scale);
          error != DecodeError::Ok) {
        return error;
      }
    } else if (count != 4) {
      return DecodeError::Malformed;
    } else if (channel == "trade") {
      readTrades(elements[1], scale);
    } else if (channel == "ticker") {
      readTicker(elements[1], scale);
    } else if (channel == "spread") {
      readSpread(elements[1], scale);
    } else {
      readBar(elements[1], name, scale);
    }
    return scale.finish(out_);
  }

  static bool isKnownChannel(std::string_view channel) noexcept {
    return channel == "book" || channel == "trade" || channel == "ticker" || channel == "spread" ||
           channel == "ohlc";
  }

  [[nodiscard]] DecodeError readBook(std::span<const std::string_view> payloads,
                                     ScaleReader& scale) noexcept {
    static constexpr std::array<std::string_view, kBookFields> kNames = {"as", "bs", "a", "b", "c"};
    JsonMembers<kBookFields> fields;
    for (const std::string_view payload : payloads) {
      JsonCursor cursor(payload);
      const auto part = readMembers(cursor, kNames);
      if (!cursor.ok()) return cursor.error();
      out_.unknownFieldCount += part.unknownCount;
      for (std::size_t i = 0; i < kBookFields; ++i) {
        if (part[i].empty()) continue;
        if (!fields[i].empty()) return DecodeError::Malformed;
        fields.values[i] = part[i];
      }
    }
    const bool isSnapshot = !fields[kAllAsks].empty() || !fields[kAllBids].empty();
    const bool isDelta = !fields[kAsks].empty() || !fields[kBids].empty();
    if (isSnapshot == isDelta) return DecodeError::Malformed;
    Message* message = addMessage(
        out_, isSnapshot ? MessageKind::BookSnapshot : MessageKind::BookDelta, instrument_);
    if (message == nullptr) return DecodeError::CapacityExceeded;
    message->book.asks = readLevels(fields[isSnapshot ? kAllAsks : kAsks], scale);
    message->book.bids = readLevels(fields[isSnapshot ? kAllBids : kBids], scale);
    message->exchangeTime = time_;
    if (fields[kChecksum].empty()) return DecodeError::Ok;
    const auto checksum = readUnsigned(fields[kChecksum]);
    if (!checksum.ok()) return checksum.error();
    if (checksum.value() > std::numeric_limits<std::uint32_t>::max()) return DecodeError::Overflow;
    message->hasChecksum = true;
    message->checksum = static_cast<std::uint32_t>(checksum.value());
    return DecodeError::Ok;
  }

  /// `[["price","qty","time"],...]`; a fourth element "r" says that the level came into view
  /// again, and its time is that of its last change, not of this one.
  event::LevelRange readLevels(std::string_view raw, ScaleReader& scale) noexcept {
    event::LevelRange range{out_.levelCount(), 0};
    if (raw.empty()) return range;
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto level = readElements<4>(cursor);
      if (!cursor.ok()) break;
      const Price price = scale.bookPrice(level[0]);
      const Qty qty = scale.bookQty(level[1]);
      const Nanos time = readSeconds(level[2], out_);
      if (!isText(level[3], "r")) time_ = std::max(time_, time);
      if (!out_.addLevel(price, qty)) scale.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale.fail(cursor.error());
    range.count = out_.levelCount() - range.begin;
    return range;
  }

  /// `[["price","qty","time","b or s: the taker's side","l or m",""],...]`.
  void readTrades(std::string_view raw, ScaleReader& scale) noexcept {
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto trade = readElements<6>(cursor);
      if (!cursor.ok()) break;
      Message* message = addMessage(out_, MessageKind::Trade, instrument_);
      if (message == nullptr) return scale.fail(DecodeError::CapacityExceeded);
      message->trade.price = scale.price(trade[0]);
      message->trade.qty = scale.qty(trade[1]);
      message->exchangeTime = readSeconds(trade[2], out_);
      message->side = kraken::sideOf(trade[3]);
      if (message->side == Side::None) ++out_.unknownFieldCount;
    }
    if (!cursor.ok()) scale.fail(cursor.error());
  }

  /// `{"a":["price",whole lots,"qty"],"b":[...],...}`; the rest is statistics of the day.
  void readTicker(std::string_view raw, ScaleReader& scale) noexcept {
    static constexpr std::array<std::string_view, 9> kNames = {"a", "b", "c", "v", "p",
                                                               "t", "l", "h", "o"};
    JsonCursor cursor(raw);
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) return scale.fail(cursor.error());
    out_.unknownFieldCount += fields.unknownCount;
    JsonCursor askCursor(fields[0]);
    const auto ask = readElements<3>(askCursor);
    JsonCursor bidCursor(fields[1]);
    const auto bid = readElements<3>(bidCursor);
    if (!askCursor.ok() || !bidCursor.ok()) return scale.fail(DecodeError::Malformed);
    Message* message = addMessage(out_, MessageKind::Quote, instrument_);
    if (message == nullptr) return scale.fail(DecodeError::CapacityExceeded);
    message->quote = {scale.price(bid[0]), scale.qty(bid[2]), scale.price(ask[0]),
                      scale.qty(ask[2])};
  }

  /// `["bid","ask","time","bid qty","ask qty"]`.
  void readSpread(std::string_view raw, ScaleReader& scale) noexcept {
    JsonCursor cursor(raw);
    const auto spread = readElements<5>(cursor);
    if (!cursor.ok()) return scale.fail(cursor.error());
    Message* message = addMessage(out_, MessageKind::Quote, instrument_);
    if (message == nullptr) return scale.fail(DecodeError::CapacityExceeded);
    message->exchangeTime = readSeconds(spread[2], out_);
    message->quote = {scale.price(spread[0]), scale.qty(spread[3]), scale.price(spread[1]),
                      scale.qty(spread[4])};
  }

  /// `["time","end","open","high","low","close","vwap","volume",count]` of channel `ohlc-MINUTES`.
  /// The start of the interval follows from its end: the first time is that of the last trade.
  void readBar(std::string_view raw, std::string_view name, ScaleReader& scale) noexcept {
    JsonCursor cursor(raw);
    const auto bar = readElements<9>(cursor);
    if (!cursor.ok()) return scale.fail(cursor.error());
    Message* message = addMessage(out_, MessageKind::Bar, instrument_);
    if (message == nullptr) return scale.fail(DecodeError::CapacityExceeded);
    constexpr std::uint64_t kMinutesMax = 1'000'000;
    const std::size_t dash = name.find('-');
    const auto minutes =
        parseUnsigned(dash == std::string_view::npos ? std::string_view() : name.substr(dash + 1));
    const Nanos end = readSeconds(bar[1], out_);
    if (end == 0 || !minutes.ok() || minutes.value() > kMinutesMax) {
      ++out_.unknownFieldCount;
    } else {
      message->exchangeTime = end - static_cast<Nanos>(minutes.value()) * 60'000'000'000;
    }
    message->bar = {scale.price(bar[2]), scale.price(bar[3]), scale.price(bar[4]),
                    scale.price(bar[5]), scale.qty(bar[7])};
  }

  [[nodiscard]] DecodeError readEvent(JsonCursor& cursor) noexcept {
    static constexpr std::array<std::string_view, 10> kNames = {
        "event",   "status",       "pair",         "channelID", "channelName",
        "version", "connectionID", "subscription", "reqid",     "errorMessage"};
    const auto fields = readMembers(cursor, kNames);
    if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
    const std::string_view event = fields[0];
    if (isText(event, "heartbeat") || isText(event, "pong")) {
      out_.unknownFieldCount += fields.unknownCount;
      return addBare(out_, MessageKind::Heartbeat, kNoInstrument);
    }
    if (isText(event, "systemStatus")) return addStatus(fields[1]);
    if (isText(event, "error") || isText(fields[1], "error")) {
      return addBare(out_, MessageKind::VenueError, kNoInstrument);
    }
    if (!isText(event, "subscriptionStatus")) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    if (!isText(fields[1], "subscribed")) {
      ++out_.skippedCount;
      return DecodeError::Ok;
    }
    TextBuffer buffer;
    return addBare(out_, MessageKind::Subscribed,
                   context_.instruments.find(plainText(fields[2], buffer)));
  }

  [[nodiscard]] DecodeError addStatus(std::string_view raw) noexcept {
    const auto status = kraken::tradingStatus(raw);
    if (!status) {
      ++out_.unknownCount;
      return DecodeError::Ok;
    }
    Message* message = addMessage(out_, MessageKind::Status, kNoInstrument);
    if (message == nullptr) return DecodeError::CapacityExceeded;
    message->code = static_cast<std::uint8_t>(*status);
    return DecodeError::Ok;
  }

  std::string_view frame_;
  const DecodeContext& context_;
  event::Frame& out_;
  InstrumentId instrument_ = kNoInstrument;
  Nanos time_ = 0;
};

}  // namespace

DecodeError decodeKrakenV1(std::string_view frame, const DecodeContext& context,
                           event::Frame& out) noexcept {
  out.clear();
  if (kraken::scanBookV1(frame, context, out)) return DecodeError::Ok;
  out.clear();
  return FrameReader(frame, context, out).read();
}

}  // namespace hft::decode
