#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "native/decode/json/json_members.hpp"
#include "native/decode/scale_reader.hpp"

/// What the two forms of the Alpaca v2 stream share: JSON and MessagePack carry the same messages,
/// arrays of maps with the same keys.
///
/// Source: alpacahq/alpaca-docs, real-time stock pricing data; alpaca-py `data/live`, read 2026-11.
namespace hft::decode::alpaca {

/// Reads a JSON frame of quotes and trades that is laid out byte by byte as the venue writes it.
/// False for everything else, errors included: `out` is then to be cleared, and the tolerant reader
/// has the last word. What this decodes is what that would have decoded.
[[nodiscard]] bool scanFrame(std::string_view frame, const DecodeContext& context,
                             event::Frame& out) noexcept;

/// The fields of all message types that decide something. A key may mean several things: `c` is a
/// bar's close and a trade's conditions.
enum class Field : std::uint8_t {
  Type,
  Symbol,
  Time,
  Price,
  Size,
  Id,
  TakerSide,
  BidPrice,
  BidSize,
  AskPrice,
  AskSize,
  Open,
  High,
  Low,
  Close,
  Volume,
  Bids,
  Asks,
  Reset,
  StatusCode,
  ErrorCode,
};
inline constexpr std::size_t kFieldCount = 21;

/// What a key means: one of the fields, nothing for us, or nothing that we know.
struct KeyMeaning {
  std::optional<Field> field;
  bool isKnown = true;
};
[[nodiscard]] KeyMeaning meaningOf(std::uint64_t keyWord) noexcept;

/// The state that a status code of either tape names; nothing for one that is not known.
[[nodiscard]] std::optional<event::TradingStatus> tradingStatus(std::string_view code) noexcept;

/// Sets the quote; the venue writes a price of zero for an empty side.
inline void setQuote(event::Message& message, event::Level bid, event::Level ask) noexcept {
  message.quote = {bid.price == 0 ? kNoPrice : bid.price, bid.price == 0 ? 0 : bid.qty,
                   ask.price == 0 ? kNoPrice : ask.price, ask.price == 0 ? 0 : ask.qty};
}

/// One form of the stream: how its values are read. All are static.
template <typename F>
concept Form = requires(const typename F::Value& value, ScaleReader& scale, event::Frame& out,
                        TextBuffer& buffer) {
  { F::isPresent(value) } -> std::same_as<bool>;
  { F::price(value, scale) } -> std::same_as<Price>;
  { F::qty(value, scale) } -> std::same_as<Qty>;
  { F::integer(value) } -> std::same_as<Result<std::uint64_t, event::DecodeError>>;
  { F::time(value, out) } -> std::same_as<Nanos>;
  { F::text(value, buffer) } -> std::same_as<std::string_view>;
  { F::isTrue(value) } -> std::same_as<bool>;
  { F::levels(value, scale, out) } -> std::same_as<event::LevelRange>;
};

/// The fields of one message, by name.
template <Form F>
struct Fields {
  std::array<typename F::Value, kFieldCount> values{};
  std::uint32_t unknownCount = 0;

  [[nodiscard]] const typename F::Value& operator[](Field field) const noexcept {
    return values[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] typename F::Value& operator[](Field field) noexcept {
    return values[static_cast<std::size_t>(field)];
  }
};

/// Adds what one message of the stream says.
template <Form F>
class MessageWriter {
 public:
  MessageWriter(const Fields<F>& fields, const DecodeContext& context, event::Frame& out) noexcept
      : fields_(fields), context_(context), out_(out) {}

  [[nodiscard]] event::DecodeError write() noexcept {
    TextBuffer buffer;
    const std::string_view type = F::text(fields_[Field::Type], buffer);
    if (type == "q") return writeFor(&MessageWriter::writeQuote, event::MessageKind::Quote);
    if (type == "t") return writeFor(&MessageWriter::writeTrade, event::MessageKind::Trade);
    if (type == "b" || type == "u" || type == "d") {
      isIntervalOver_ = type != "d";
      return writeFor(&MessageWriter::writeBar, event::MessageKind::Bar);
    }
    if (type == "o") {
      const bool isWhole = F::isTrue(fields_[Field::Reset]);
      return writeFor(&MessageWriter::writeBook,
                      isWhole ? event::MessageKind::BookSnapshot : event::MessageKind::BookDelta);
    }
    if (type == "s") return writeStatus();
    return writeSession(type);
  }

 private:
  using Writer = void (MessageWriter::*)(event::Message& message, ScaleReader& scale) noexcept;

  [[nodiscard]] event::DecodeError writeFor(Writer writer, event::MessageKind kind) noexcept {
    TextBuffer buffer;
    const std::string_view symbol = F::text(fields_[Field::Symbol], buffer);
    if (symbol.empty()) return event::DecodeError::Malformed;
    out_.unknownFieldCount += fields_.unknownCount;
    const InstrumentId instrument = resolveInstrument(symbol, context_, out_);
    if (instrument == kNoInstrument) return event::DecodeError::Ok;
    event::Message* message = addMessage(out_, kind, instrument);
    if (message == nullptr) return event::DecodeError::CapacityExceeded;
    message->exchangeTime = F::time(fields_[Field::Time], out_);
    ScaleReader scale(context_.instruments[instrument]);
    (this->*writer)(*message, scale);
    return scale.finish(out_);
  }

  void writeQuote(event::Message& message, ScaleReader& scale) noexcept {
    const event::Level bid = {price(Field::BidPrice, scale), qty(Field::BidSize, scale)};
    setQuote(message, bid, {price(Field::AskPrice, scale), qty(Field::AskSize, scale)});
  }

  /// Only crypto tells the taker's side.
  void writeTrade(event::Message& message, ScaleReader& scale) noexcept {
    message.trade = {price(Field::Price, scale), qty(Field::Size, scale)};
    message.lastId = F::integer(fields_[Field::Id]).valueOr(0);
    if (!F::isPresent(fields_[Field::TakerSide])) return;
    TextBuffer buffer;
    const std::string_view side = F::text(fields_[Field::TakerSide], buffer);
    message.side = side == "B" ? Side::Buy : side == "S" ? Side::Sell : Side::None;
    if (message.side == Side::None) ++out_.unknownFieldCount;
  }

  void writeBar(event::Message& message, ScaleReader& scale) noexcept {
    message.code = isIntervalOver_ ? 1 : 0;
    message.bar = {price(Field::Open, scale), price(Field::High, scale), price(Field::Low, scale),
                   price(Field::Close, scale), qty(Field::Volume, scale)};
  }

  void writeBook(event::Message& message, ScaleReader& scale) noexcept {
    const bool isEmpty = !F::isPresent(fields_[Field::Bids]) && !F::isPresent(fields_[Field::Asks]);
    if (isEmpty) scale.fail(event::DecodeError::Malformed);
    message.book.bids = F::levels(fields_[Field::Bids], scale, out_);
    message.book.asks = F::levels(fields_[Field::Asks], scale, out_);
  }

  [[nodiscard]] event::DecodeError writeStatus() noexcept {
    TextBuffer symbolBuffer;
    TextBuffer codeBuffer;
    const auto status = tradingStatus(F::text(fields_[Field::StatusCode], codeBuffer));
    if (!status) {
      ++out_.unknownCount;
      return event::DecodeError::Ok;
    }
    const std::string_view symbol = F::text(fields_[Field::Symbol], symbolBuffer);
    if (symbol.empty()) return event::DecodeError::Malformed;
    out_.unknownFieldCount += fields_.unknownCount;
    const InstrumentId instrument = resolveInstrument(symbol, context_, out_);
    if (instrument == kNoInstrument) return event::DecodeError::Ok;
    event::Message* message = addMessage(out_, event::MessageKind::Status, instrument);
    if (message == nullptr) return event::DecodeError::CapacityExceeded;
    message->code = static_cast<std::uint8_t>(*status);
    message->exchangeTime = F::time(fields_[Field::Time], out_);
    return event::DecodeError::Ok;
  }

  /// Answers of the session: its codes are in `lastId`.
  [[nodiscard]] event::DecodeError writeSession(std::string_view type) noexcept {
    using event::MessageKind;
    if (type == "success") return addBare(out_, MessageKind::Heartbeat, kNoInstrument);
    if (type == "subscription") return addBare(out_, MessageKind::Subscribed, kNoInstrument);
    if (type == "error") {
      event::Message* message = addMessage(out_, MessageKind::VenueError, kNoInstrument);
      if (message == nullptr) return event::DecodeError::CapacityExceeded;
      message->lastId = F::integer(fields_[Field::ErrorCode]).valueOr(0);
      return event::DecodeError::Ok;
    }
    // Price bands, corrections, cancelled trades, news: known, and nothing for us.
    const bool isSkipped = type == "l" || type == "c" || type == "x" || type == "n";
    ++(isSkipped ? out_.skippedCount : out_.unknownCount);
    return event::DecodeError::Ok;
  }

  Price price(Field field, ScaleReader& scale) noexcept { return F::price(fields_[field], scale); }
  Qty qty(Field field, ScaleReader& scale) noexcept { return F::qty(fields_[field], scale); }

  const Fields<F>& fields_;
  const DecodeContext& context_;
  event::Frame& out_;
  bool isIntervalOver_ = false;
};

}  // namespace hft::decode::alpaca
