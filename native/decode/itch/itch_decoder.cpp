#include "native/decode/itch/itch_decoder.hpp"

#include <limits>

namespace hft::decode {

namespace {

constexpr std::size_t kLocateCount = 0x10000;
constexpr Scale kScale{.priceDecimals = itch::kPriceDecimals,
                       .qtyDecimals = 0,
                       .priceDigits = itch::kPriceDecimals,
                       .qtyDigits = 0};

using event::DecodeError;
using event::MessageKind;
using event::ReduceCause;
using event::TradingStatus;

Side sideOf(char side) noexcept {
  return side == 'B' ? Side::Buy : side == 'S' ? Side::Sell : Side::None;
}

}  // namespace

/// Writes the messages of one ITCH message into a frame.
struct ItchDecoder::Visitor {
  ItchDecoder& decoder;
  const DecodeContext& context;
  event::Frame& out;
  DecodeError error = DecodeError::Ok;

  /// The factor from a price with four decimals to the instrument's ticks, or zero.
  std::int64_t priceFactor(InstrumentId id) noexcept {
    const std::uint8_t decimals = context.instruments[id].scale.priceDecimals;
    if (decimals < itch::kPriceDecimals) return 0;
    std::int64_t factor = 1;
    for (std::uint8_t i = itch::kPriceDecimals; i < decimals; ++i) factor *= 10;
    return factor;
  }

  InstrumentId learn(std::uint16_t locate, std::string_view symbol) noexcept {
    InstrumentId& known = decoder.instruments_[locate];
    if (known != kNoInstrument || decoder.isTest_[locate] || locate == 0) return known;
    known = context.instruments.find(symbol);
    if (known == kNoInstrument && context.discoversInstruments) {
      known = context.instruments.add(symbol, kScale).valueOr(kNoInstrument);
    }
    return known;
  }

  /// A message of a known instrument; nullptr where it is skipped or does not fit.
  event::Message* begin(MessageKind kind, const itch::Prefix& prefix) noexcept {
    const InstrumentId id = decoder.instruments_[prefix.stockLocate];
    if (id == kNoInstrument) {
      ++out.skippedCount;
      return nullptr;
    }
    event::Message* message = out.addMessage();
    if (message == nullptr) {
      error = DecodeError::CapacityExceeded;
      return nullptr;
    }
    message->kind = kind;
    message->instrument = id;
    message->exchangeTime = decoder.midnight_ + static_cast<Nanos>(prefix.timestamp);
    return message;
  }

  /// The ticks of `price`; notes the decimals that are missing where the scale is too coarse.
  Price ticks(InstrumentId id, std::uint32_t price) noexcept {
    const std::int64_t factor = priceFactor(id);
    if (factor == 0) {
      error = DecodeError::TooManyDecimals;
      out.neededInstrument = id;
      out.neededPriceDecimals = itch::kPriceDecimals;
      out.neededQtyDecimals = 0;
    }
    return static_cast<Price>(price) * factor;
  }

  Qty lots(InstrumentId id, std::uint64_t shares) noexcept {
    std::int64_t lots = 0;
    std::uint8_t decimals = context.instruments[id].scale.qtyDecimals;
    bool isTooLarge = shares > static_cast<std::uint64_t>(std::numeric_limits<Qty>::max());
    lots = isTooLarge ? 0 : static_cast<Qty>(shares);
    for (; decimals > 0; --decimals) isTooLarge |= __builtin_mul_overflow(lots, 10, &lots);
    if (isTooLarge) error = DecodeError::Overflow;
    return lots;
  }

  template <typename Add>
  void add(const Add& from) noexcept {
    learn(from.prefix.stockLocate, from.stock.view());
    event::Message* message = begin(MessageKind::OrderAdd, from.prefix);
    if (message == nullptr) return;
    message->side = sideOf(from.side);
    if (message->side == Side::None) error = DecodeError::Malformed;
    message->order = {from.orderRef, 0, ticks(message->instrument, from.price),
                      lots(message->instrument, from.shares)};
  }

  void reduce(const itch::Prefix& prefix, std::uint64_t orderRef, std::uint32_t shares,
              ReduceCause cause) noexcept {
    event::Message* message = begin(MessageKind::OrderReduce, prefix);
    if (message == nullptr) return;
    message->code = static_cast<std::uint8_t>(cause);
    message->order = {orderRef, 0, kNoPrice, lots(message->instrument, shares)};
  }

  void status(const itch::Prefix& prefix, TradingStatus status) noexcept {
    event::Message* message = begin(MessageKind::Status, prefix);
    if (message != nullptr) message->code = static_cast<std::uint8_t>(status);
  }

  void trade(const itch::Prefix& prefix, std::uint32_t price, std::uint64_t shares,
             std::uint64_t matchNumber) noexcept {
    if (shares == 0) {  // A cross in which nothing traded.
      ++out.skippedCount;
      return;
    }
    event::Message* message = begin(MessageKind::Trade, prefix);
    if (message == nullptr) return;
    message->lastId = matchNumber;
    message->trade = {ticks(message->instrument, price), lots(message->instrument, shares)};
  }

  void operator()(const itch::AddOrder& from) noexcept { add(from); }
  void operator()(const itch::AddOrderMpid& from) noexcept { add(from); }

  void operator()(const itch::OrderExecuted& from) noexcept {
    reduce(from.prefix, from.orderRef, from.executedShares, ReduceCause::Execution);
    if (!out.messages().empty()) out.messages()[0].lastId = from.matchNumber;
  }

  void operator()(const itch::OrderExecutedWithPrice& from) noexcept {
    reduce(from.prefix, from.orderRef, from.executedShares,
           from.printable == 'N' ? ReduceCause::HiddenExecution : ReduceCause::Execution);
    if (out.messages().empty()) return;
    event::Message& message = out.messages()[0];
    message.lastId = from.matchNumber;
    message.order.price = ticks(message.instrument, from.executionPrice);
  }

  void operator()(const itch::OrderCancel& from) noexcept {
    reduce(from.prefix, from.orderRef, from.cancelledShares, ReduceCause::Cancel);
  }

  void operator()(const itch::OrderDelete& from) noexcept {
    event::Message* message = begin(MessageKind::OrderDelete, from.prefix);
    if (message != nullptr) message->order = {from.orderRef, 0, kNoPrice, 0};
  }

  void operator()(const itch::OrderReplace& from) noexcept {
    event::Message* message = begin(MessageKind::OrderReplace, from.prefix);
    if (message == nullptr) return;
    message->order = {from.originalRef, from.newRef, ticks(message->instrument, from.price),
                      lots(message->instrument, from.shares)};
  }

  void operator()(const itch::Trade& from) noexcept {
    learn(from.prefix.stockLocate, from.stock.view());
    trade(from.prefix, from.price, from.shares, from.matchNumber);
  }

  void operator()(const itch::CrossTrade& from) noexcept {
    learn(from.prefix.stockLocate, from.stock.view());
    trade(from.prefix, from.crossPrice, from.shares, from.matchNumber);
  }

  void operator()(const itch::StockDirectory& from) noexcept {
    decoder.isTest_[from.prefix.stockLocate] = from.authenticity == 'T';
    learn(from.prefix.stockLocate, from.stock.view());
    ++out.skippedCount;
  }

  void operator()(const itch::TradingAction& from) noexcept {
    switch (from.state) {
      case 'T':
        return status(from.prefix, TradingStatus::Trading);
      case 'Q':
        return status(from.prefix, TradingStatus::Auction);
      case 'H':
      case 'P':
        return status(from.prefix, TradingStatus::Halted);
      default:
        ++out.skippedCount;
    }
  }

  void operator()(const itch::OperationalHalt& from) noexcept {
    // Another market's halt leaves the trading on this one as it is.
    if (from.marketCode != 'Q') {
      ++out.skippedCount;
      return;
    }
    status(from.prefix, from.action == 'T' ? TradingStatus::Trading : TradingStatus::Halted);
  }

  template <typename Other>
  void operator()(const Other&) noexcept {
    ++out.skippedCount;
  }
};

ItchDecoder::ItchDecoder(Nanos midnight)
    : midnight_(midnight), instruments_(kLocateCount, kNoInstrument), isTest_(kLocateCount) {}

DecodeError ItchDecoder::decode(std::string_view frame, const DecodeContext& context,
                                event::Frame& out) noexcept {
  out.clear();
  Visitor visitor{*this, context, out};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(frame.data());
  switch (itch::decodeMessage(bytes, frame.size(), visitor)) {
    case itch::Decoded::Known:
      return visitor.error;
    case itch::Decoded::Unknown:
      ++out.unknownCount;
      return DecodeError::Ok;
    case itch::Decoded::TooShort:
      return DecodeError::Truncated;
  }
  return DecodeError::Malformed;
}

}  // namespace hft::decode
