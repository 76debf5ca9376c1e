#include <algorithm>
#include <array>

#include "native/decode/binance/binance.hpp"
#include "native/decode/binance/binance_fields.hpp"
#include "native/decode/decimal.hpp"
#include "native/decode/json/json_cursor.hpp"

namespace hft::decode::binance {
namespace {

using event::DecodeError;

/// Messages of the venue that carry nothing for a book, a tape or a bar.
constexpr std::array<std::string_view, 17> kPassedTypes = {
    "24hrTicker",       "24hrMiniTicker", "1hTicker",       "4hTicker",         "1dTicker",
    "avgPrice",         "referencePrice", "blockTrade",     "markPriceUpdate",  "indexPriceUpdate",
    "forceOrder",       "contractInfo",   "compositeIndex", "assetIndexUpdate", "continuous_kline",
    "indexPrice_kline", "markPrice_kline"};

constexpr FieldSet kDepthFields("e E T s U u pu b a ps st");
constexpr FieldSet kSnapshotFields("lastUpdateId E T symbol pair bids asks");
constexpr FieldSet kQuoteFields("e u E T s b B a A ps st");
constexpr FieldSet kTradeFields("e E T s t p q X m M ps st");
constexpr FieldSet kAggTradeFields("e E T s a p q f l m M nq ps st");
constexpr FieldSet kBarFields("e E s k ps st");
constexpr FieldSet kBarInnerFields("t T s i f L o c h l v n x q V Q B");
constexpr FieldSet kWrapperFields("stream data");

/// The decimals that the values of a frame need; the maxima over all of them.
struct Needs {
  bool isTooFine = false;
  std::uint8_t priceDecimals = 0;
  std::uint8_t qtyDecimals = 0;
  std::uint8_t priceDigits = 0;
  std::uint8_t qtyDigits = 0;
};

/// Interprets the objects of one frame whose syntax is known to be sound.
class MessageReader {
 public:
  MessageReader(const DecodeContext& context, Market market, event::Frame& out) noexcept
      : context_(context), market_(market), out_(out) {}

  void readTop(const Fields& fields) noexcept {
    if (!fields.has(Field::Data) || fields.has(letter('e'))) return readMessage(fields);
    out_.unknownFieldCount += fields.countUnknown(kWrapperFields);
    stream_ = fields.has(Field::Stream) ? text(fields[Field::Stream], streamBytes_) : "";
    readList(fields[Field::Data]);
  }

  /// Reads one message, or an array of them (`!ticker@arr`).
  void readList(std::string_view json) noexcept {
    JsonCursor cursor(json);
    if (cursor.peek() != JsonType::Array) return readObject(cursor);
    // The needs are those of one instrument: the frame is decoded again once they are met.
    for (cursor.beginArray(); ok() && !needs_.isTooFine && cursor.nextElement();) {
      readObject(cursor);
    }
    fail(cursor.error());
  }

  [[nodiscard]] DecodeError finish() noexcept {
    if (!ok() || !needs_.isTooFine) return error_;
    out_.neededInstrument = instrument_;
    out_.neededPriceDecimals = needs_.priceDecimals;
    out_.neededQtyDecimals = needs_.qtyDecimals;
    out_.neededPriceDigits = needs_.priceDigits;
    out_.neededQtyDigits = needs_.qtyDigits;
    return DecodeError::TooManyDecimals;
  }

 private:
  [[nodiscard]] bool ok() const noexcept { return error_ == DecodeError::Ok; }
  void fail(DecodeError error) noexcept {
    if (ok()) error_ = error;
  }

  void readObject(JsonCursor& cursor) noexcept {
    Fields fields;
    fields.read(cursor);
    fail(cursor.error());
    needs_ = Needs{};
    if (ok()) readMessage(fields);
  }

  void readMessage(const Fields& fields) noexcept {
    if (!fields.has(letter('e'))) return readUntyped(fields);
    std::array<char, 64> bytes;
    const std::string_view type = text(fields[letter('e')], bytes);
    if (type == "depthUpdate") {
      readDepth(fields);
    } else if (type == "bookTicker") {
      readQuote(fields);
    } else if (type == "trade") {
      out_.unknownFieldCount += fields.countUnknown(kTradeFields);
      readTrade(fields, letter('t'));
    } else if (type == "aggTrade") {
      out_.unknownFieldCount += fields.countUnknown(kAggTradeFields);
      readTrade(fields, letter('a'));
    } else if (type == "kline") {
      readBar(fields);
    } else if (type == "serverShutdown") {
      event::Message* message = add(event::MessageKind::VenueError);
      if (message != nullptr) message->exchangeTime = time(fields, 'E');
    } else if (std::ranges::find(kPassedTypes, type) != kPassedTypes.end()) {
      ++out_.skippedCount;
    } else {
      ++out_.unknownCount;
    }
  }

  /// Messages without a type are told by the fields that only they have.
  void readUntyped(const Fields& fields) noexcept {
    if (fields.has(Field::LastUpdateId) || fields.has(Field::Bids) || fields.has(Field::Asks)) {
      readSnapshot(fields);
    } else if (fields.has(letter('B')) || fields.has(letter('A'))) {
      readQuote(fields);
    } else if (fields.has(Field::Error) || fields.has(Field::Code)) {
      addAnswer(event::MessageKind::VenueError, fields);
    } else if (fields.has(Field::Result)) {
      ++out_.skippedCount;
    } else if (fields.names(Field::Result)) {
      addAnswer(event::MessageKind::Subscribed, fields);
    } else {
      ++out_.unknownCount;
    }
  }

  /// The answer to a request: `lastId` is the request's id where that is a number.
  void addAnswer(event::MessageKind kind, const Fields& fields) noexcept {
    event::Message* message = add(kind);
    if (message != nullptr) message->lastId = parseUnsigned(fields[Field::Id]).valueOr(0);
  }

  [[nodiscard]] event::Message* add(event::MessageKind kind) noexcept {
    event::Message* message = out_.addMessage();
    if (message == nullptr) {
      fail(DecodeError::CapacityExceeded);
    } else {
      message->kind = kind;
    }
    return message;
  }

  void readDepth(const Fields& fields) noexcept {
    out_.unknownFieldCount += fields.countUnknown(kDepthFields);
    const DepthKind kind = depthKind(stream_);
    Depth depth;
    depth.isSnapshot = kind == DepthKind::Partial;
    depth.exchangeTime = time(fields, 'E');
    if (market_ == Market::Futures) {
      depth.exchangeTime = time(fields, 'T');
      depth.prevId = integer(fields[Field::PreviousId]);
    }
    depth.firstId = integer(fields[letter('U')]);
    depth.lastId = integer(fields[letter('u')]);
    require(fields[letter('b')]);
    require(fields[letter('a')]);
    if (kind == DepthKind::Other) {
      ++out_.skippedCount;
      return;
    }
    if (!resolve(fields[letter('s')])) return;
    depth.bids = levels(fields[letter('b')]);
    depth.asks = levels(fields[letter('a')]);
    addBook(depth);
  }

  void addBook(Depth& depth) noexcept {
    depth.instrument = instrument_;
    if (ok() && !addDepth(out_, depth)) fail(DecodeError::CapacityExceeded);
  }

  /// A REST body or partial depth of spot. Its symbol, if any, is a field (COIN-M), or stands in
  /// the stream's name; else the caller knows it.
  void readSnapshot(const Fields& fields) noexcept {
    out_.unknownFieldCount += fields.countUnknown(kSnapshotFields);
    Depth depth;
    depth.isSnapshot = true;
    depth.lastId = integer(fields[Field::LastUpdateId]);
    depth.firstId = depth.lastId;
    if (fields.has(letter('E'))) depth.exchangeTime = time(fields, 'E');
    if (fields.has(letter('T'))) depth.exchangeTime = time(fields, 'T');
    require(fields[Field::Bids]);
    require(fields[Field::Asks]);
    if (fields.has(Field::Symbol)) {
      if (!resolve(fields[Field::Symbol])) return;
    } else if (!stream_.empty()) {
      if (depthKind(stream_) == DepthKind::Other || !find(StreamSymbol(stream_).text())) {
        return skip();
      }
    } else {
      if (!ok()) return;
      if (context_.frameInstrument == kNoInstrument) return skip();
      instrument_ = context_.frameInstrument;
    }
    depth.bids = levels(fields[Field::Bids]);
    depth.asks = levels(fields[Field::Asks]);
    addBook(depth);
  }

  void readQuote(const Fields& fields) noexcept {
    out_.unknownFieldCount += fields.countUnknown(kQuoteFields);
    Quote quote;
    quote.updateId = integer(fields[letter('u')]);
    if (market_ == Market::Futures) {
      static_cast<void>(time(fields, 'E'));
      quote.exchangeTime = time(fields, 'T');
    }
    for (const char name : {'b', 'B', 'a', 'A'}) require(fields[letter(name)]);
    if (!resolve(fields[letter('s')])) return;
    quote.bid = price(fields, 'b');
    quote.bidQty = qty(fields, 'B');
    quote.ask = price(fields, 'a');
    quote.askQty = qty(fields, 'A');
    quote.instrument = instrument_;
    if (ok() && !addQuote(out_, quote)) fail(DecodeError::CapacityExceeded);
  }

  void readTrade(const Fields& fields, Field id) noexcept {
    Trade trade;
    static_cast<void>(time(fields, 'E'));
    trade.exchangeTime = time(fields, 'T');
    trade.tradeId = integer(fields[id]);
    trade.isBuyerMaker = boolean(fields[letter('m')]);
    for (const char name : {'p', 'q'}) require(fields[letter(name)]);
    if (!resolve(fields[letter('s')])) return;
    trade.price = price(fields, 'p');
    trade.qty = qty(fields, 'q');
    trade.instrument = instrument_;
    if (ok() && !addTrade(out_, trade)) fail(DecodeError::CapacityExceeded);
  }

  void readBar(const Fields& fields) noexcept {
    out_.unknownFieldCount += fields.countUnknown(kBarFields);
    require(fields[letter('k')]);
    if (!ok()) return;
    JsonCursor cursor(fields[letter('k')]);
    Fields bar;
    bar.read(cursor);
    fail(cursor.error());
    out_.unknownFieldCount += bar.countUnknown(kBarInnerFields);
    const Nanos start = time(bar, 't');
    const bool isClosed = boolean(bar[letter('x')]);
    for (const char name : {'o', 'h', 'l', 'c', 'v'}) require(bar[letter(name)]);
    if (!resolve(fields[letter('s')])) return;
    event::Message* message = add(event::MessageKind::Bar);
    if (message == nullptr) return;
    message->instrument = instrument_;
    message->exchangeTime = start;
    message->code = isClosed ? 1 : 0;
    message->bar.open = price(bar, 'o');
    message->bar.high = price(bar, 'h');
    message->bar.low = price(bar, 'l');
    message->bar.close = price(bar, 'c');
    message->bar.volume = qty(bar, 'v');
  }

  /// Finds the instrument of a symbol given as JSON. False where there is none to decode for: an
  /// error, or a symbol that is not ours (the message is then counted as skipped).
  [[nodiscard]] bool resolve(std::string_view json) noexcept {
    require(json);
    if (!ok()) return false;
    std::array<char, kSymbolBytesMax> bytes;
    const std::string_view symbol = text(json, bytes);
    if (!ok()) return false;
    if (find(symbol)) return true;
    skip();
    return false;
  }

  [[nodiscard]] bool find(std::string_view symbol) noexcept {
    if (!ok()) return false;
    instrument_ = context_.instruments.find(symbol);
    if (instrument_ == kNoInstrument && context_.discoversInstruments) {
      instrument_ = context_.instruments.discover(symbol).valueOr(kNoInstrument);
    }
    return instrument_ != kNoInstrument;
  }

  void skip() noexcept {
    if (ok()) ++out_.skippedCount;
  }

  void require(std::string_view json) noexcept {
    if (json.empty()) fail(DecodeError::Malformed);
  }

  /// What a JSON string says, or the text of a JSON number. Other types are Malformed.
  [[nodiscard]] std::string_view text(std::string_view json, std::span<char> bytes) noexcept {
    if (json.empty() || json.front() == '{' || json.front() == '[' || json.front() == 't' ||
        json.front() == 'f') {
      fail(DecodeError::Malformed);
      return {};
    }
    if (json.front() != '"') return json;
    const std::string_view raw = json.substr(1, json.size() - 2);
    const auto plain = unescape({raw, raw.find('\\') != std::string_view::npos}, bytes);
    // Too long for anything that we know: it is compared, and is nothing of ours.
    if (plain.error() == DecodeError::Malformed) fail(DecodeError::Malformed);
    return plain.valueOr(raw);
  }

  [[nodiscard]] std::uint64_t integer(std::string_view json) noexcept {
    std::array<char, 64> bytes;
    const std::string_view digits = text(json, bytes);
    if (!ok()) return 0;
    const auto value = parseUnsigned(digits);
    fail(toDecodeError(value.error()));
    return value.valueOr(0);
  }

  [[nodiscard]] bool boolean(std::string_view json) noexcept {
    if (json != "true" && json != "false") fail(DecodeError::Malformed);
    return json == "true";
  }

  [[nodiscard]] Nanos time(const Fields& fields, char name) noexcept {
    const std::uint64_t value = integer(fields[letter(name)]);
    if (value <= kMicrosMax) return nanosOf(value);
    fail(DecodeError::Overflow);
    return 0;
  }

  [[nodiscard]] Price price(const Fields& fields, char name) noexcept {
    return decimal(fields[letter(name)], true);
  }
  [[nodiscard]] Qty qty(const Fields& fields, char name) noexcept {
    return decimal(fields[letter(name)], false);
  }

  /// A decimal of the present instrument. One that is too fine is noted and read over, so that the
  /// frame tells all that it needs.
  [[nodiscard]] std::int64_t decimal(std::string_view json, bool isPrice) noexcept {
    const DecimalReading reading = readValue(json, isPrice);
    std::uint8_t& decimals = isPrice ? needs_.priceDecimals : needs_.qtyDecimals;
    std::uint8_t& printed = isPrice ? needs_.priceDigits : needs_.qtyDigits;
    decimals = std::max(decimals, reading.significantDecimals);
    printed = std::max(printed, reading.printedDecimals);
    if (reading.error == DecimalError::TooManyDecimals) {
      needs_.isTooFine = true;
    } else {
      fail(toDecodeError(reading.error));
    }
    return reading.value;
  }

  [[nodiscard]] DecimalReading readValue(std::string_view json, bool isPrice) noexcept {
    const Scale& scale = context_.instruments[instrument_].scale;
    const unsigned decimals = isPrice ? scale.priceDecimals : scale.qtyDecimals;
    if (json.size() > 2 && json.front() == '"') {
      // A plain string, as nearly always.
      const char* end = json.data() + json.size() - 1;
      const DecimalScan scan = scanDecimal(json.data() + 1, end, decimals);
      if (scan.error == DecimalError::Ok && scan.next == end) {
        return {scan.value, static_cast<std::uint8_t>(std::min(scan.printedDecimals, 255U)),
                static_cast<std::uint8_t>(scan.significantDecimals), DecimalError::Ok};
      }
    }
    std::array<char, 64> bytes;
    const std::string_view digits = text(json, bytes);
    if (!ok()) return {};
    const bool isNumber = json.front() != '"';
    if (isNumber && digits.starts_with('-')) fail(DecodeError::BadNumber);
    return readDecimal(digits, decimals,
                       isNumber ? DecimalGrammar::JsonExponent : DecimalGrammar::Plain);
  }

  [[nodiscard]] event::LevelRange levels(std::string_view json) noexcept {
    event::LevelRange range{out_.levelCount(), 0};
    JsonCursor cursor(json);
    for (cursor.beginArray(); ok() && cursor.nextElement(); ++range.count) readLevel(cursor);
    fail(cursor.error());
    return range;
  }

  /// `["price","qty"]`; what stands behind them (the venue once had a third element) is passed.
  void readLevel(JsonCursor& cursor) noexcept {
    std::array<std::int64_t, 2> values{};
    std::size_t count = 0;
    for (cursor.beginArray(); ok() && cursor.nextElement(); ++count) {
      const std::string_view json = cursor.skipValue();
      if (count < 2 && cursor.ok()) values[count] = decimal(json == "null" ? "" : json, count == 0);
    }
    fail(cursor.error());
    if (count < 2) fail(DecodeError::Malformed);
    if (ok() && !out_.addLevel(values[0], values[1])) fail(DecodeError::CapacityExceeded);
  }

  const DecodeContext& context_;
  Market market_;
  event::Frame& out_;
  std::array<char, 128> streamBytes_;
  std::string_view stream_;
  InstrumentId instrument_ = kNoInstrument;
  Needs needs_;
  DecodeError error_ = DecodeError::Ok;
};

}  // namespace

DecodeError readFrame(std::string_view frame, const DecodeContext& context, Market market,
                      event::Frame& out) noexcept {
  // Nothing is interpreted, and no instrument is discovered, before the whole frame is known to
  // be JSON.
  JsonCursor cursor(frame);
  MessageReader reader(context, market, out);
  const JsonType type = cursor.peek();
  if (type == JsonType::Object) {
    Fields fields;
    fields.read(cursor);
    if (cursor.finish() != DecodeError::Ok) return cursor.error();
    reader.readTop(fields);
  } else {
    const std::string_view json = cursor.skipValue();
    if (cursor.finish() != DecodeError::Ok) return cursor.error();
    if (type != JsonType::Array) return DecodeError::Malformed;
    reader.readList(json);
  }
  return reader.finish();
}

}  // namespace hft::decode::binance
