#include "native/decode/lobster/lobster.hpp"

#include <limits>

namespace hft::decode {

namespace {

using event::DecodeError;
using event::Message;
using event::MessageKind;
using event::ReduceCause;
using event::TradingStatus;

constexpr std::uint8_t kPriceDecimals = 4;
constexpr std::int64_t kNoAsk = 9'999'999'999;
constexpr std::int64_t kNoBid = -9'999'999'999;

/// Reads the fields of a line from left to right; after an error every read gives zero.
class FieldReader {
 public:
  explicit FieldReader(std::string_view line) noexcept : rest_(line) {
    while (!rest_.empty() && (rest_.back() == '\n' || rest_.back() == '\r')) rest_.remove_suffix(1);
    hasNext_ = !rest_.empty();
  }

  [[nodiscard]] DecodeError error() const noexcept { return error_; }
  [[nodiscard]] bool hasNext() const noexcept { return hasNext_ && error_ == DecodeError::Ok; }

  /// The text up to the next comma.
  std::string_view text() noexcept {
    if (!hasNext()) {
      fail(DecodeError::Truncated);
      return {};
    }
    const std::size_t comma = rest_.find(',');
    const std::string_view field = rest_.substr(0, comma);
    hasNext_ = comma != std::string_view::npos;
    rest_ = hasNext_ ? rest_.substr(comma + 1) : std::string_view{};
    return field;
  }

  std::int64_t integer() noexcept {
    std::string_view field = text();
    const bool isNegative = !field.empty() && field.front() == '-';
    if (isNegative) field.remove_prefix(1);
    const std::int64_t magnitude = digits(field);
    return isNegative ? -magnitude : magnitude;
  }

  /// Seconds with at most nine decimals, as nanoseconds.
  Nanos seconds() noexcept {
    constexpr std::size_t kDecimalsMax = 9;
    const std::string_view field = text();
    const std::size_t point = field.find('.');
    Nanos nanos = scaled(digits(field.substr(0, point)), 1'000'000'000);
    if (point == std::string_view::npos) return nanos;
    const std::string_view decimals = field.substr(point + 1);
    if (decimals.size() > kDecimalsMax) {
      fail(DecodeError::TooManyDecimals);
      return 0;
    }
    std::int64_t part = digits(decimals);
    for (std::size_t i = decimals.size(); i < kDecimalsMax; ++i) part *= 10;
    if (__builtin_add_overflow(nanos, part, &nanos)) fail(DecodeError::Overflow);
    return nanos;
  }

  std::int64_t scaled(std::int64_t value, std::int64_t factor) noexcept {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(value, factor, &product)) fail(DecodeError::Overflow);
    return error_ == DecodeError::Ok ? product : 0;
  }

  void fail(DecodeError error) noexcept {
    if (error_ == DecodeError::Ok) error_ = error;
  }

 private:
  std::int64_t digits(std::string_view field) noexcept {
    if (error_ != DecodeError::Ok) return 0;
    if (field.empty()) fail(DecodeError::BadNumber);
    std::int64_t value = 0;
    for (const char digit : field) {
      if (digit < '0' || digit > '9') {
        fail(DecodeError::BadNumber);
        return 0;
      }
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, digit - '0', &value)) {
        fail(DecodeError::Overflow);
        return 0;
      }
    }
    return value;
  }

  std::string_view rest_;
  bool hasNext_ = false;
  DecodeError error_ = DecodeError::Ok;
};

/// Converts whole units of 1/10,000 and whole shares to the ticks and lots of a scale.
class Converter {
 public:
  Converter(FieldReader& reader, const Scale& scale) noexcept : reader_(reader), scale_(scale) {}

  Price price(std::int64_t value) noexcept {
    std::uint8_t decimals = kPriceDecimals;
    std::int64_t ticks = value;
    while (decimals > scale_.priceDecimals && ticks % 10 == 0) {
      ticks /= 10;
      --decimals;
    }
    if (decimals > scale_.priceDecimals) {
      reader_.fail(DecodeError::TooManyDecimals);
      if (decimals > neededPriceDecimals_) neededPriceDecimals_ = decimals;
      return 0;
    }
    return reader_.scaled(ticks, powerOfTen(scale_.priceDecimals - decimals));
  }
  Qty qty(std::int64_t value) noexcept {
    return reader_.scaled(value, powerOfTen(scale_.qtyDecimals));
  }
  [[nodiscard]] std::uint8_t neededPriceDecimals() const noexcept { return neededPriceDecimals_; }

 private:
  static std::int64_t powerOfTen(int exponent) noexcept {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
  }

  FieldReader& reader_;
  const Scale& scale_;
  std::uint8_t neededPriceDecimals_ = 0;
};

/// The six fields of a message line.
struct Line {
  Nanos time;
  std::int64_t type;
  std::int64_t orderId;
  std::int64_t size;
  std::int64_t price;
  std::int64_t direction;
};

/// Halts carry the new state in place of a price: -1 halted, 0 quoting, 1 trading.
DecodeError writeStatus(const Line& line, Message& message) noexcept {
  TradingStatus status = TradingStatus::Halted;
  switch (line.price) {
    case -1:
      break;
    case 0:
      status = TradingStatus::Auction;
      break;
    case 1:
      status = TradingStatus::Trading;
      break;
    default:
      return DecodeError::Malformed;
  }
  message.kind = MessageKind::Status;
  message.code = static_cast<std::uint8_t>(status);
  return DecodeError::Ok;
}

DecodeError writeMessage(const Line& line, Price price, Qty qty, Message& message) noexcept {
  if (line.direction != 1 && line.direction != -1) return DecodeError::Malformed;
  if (line.orderId < 0 || line.size < 0 || line.price < 0) return DecodeError::BadNumber;
  const Side side = line.direction == 1 ? Side::Buy : Side::Sell;
  if (line.type == 5 || line.type == 6) {
    message.kind = MessageKind::Trade;
    // The direction is that of the resting order; a cross has two of them.
    message.side = line.type == 5 ? opposite(side) : Side::None;
    message.trade = {price, qty};
    return DecodeError::Ok;
  }
  message.side = side;
  message.order = {static_cast<std::uint64_t>(line.orderId), 0, price, qty};
  switch (line.type) {
    case 1:
      message.kind = MessageKind::OrderAdd;
      break;
    case 3:
      message.kind = MessageKind::OrderDelete;
      break;
    default:
      message.kind = MessageKind::OrderReduce;
      message.code =
          static_cast<std::uint8_t>(line.type == 4 ? ReduceCause::Execution : ReduceCause::Cancel);
  }
  return DecodeError::Ok;
}

}  // namespace

DecodeError decodeLobster(std::string_view frame, const DecodeContext& context,
                          event::Frame& out) noexcept {
  out.clear();
  FieldReader reader(frame);
  Line line{};
  line.time = reader.seconds();
  line.type = reader.integer();
  line.orderId = reader.integer();
  line.size = reader.integer();
  line.price = reader.integer();
  line.direction = reader.integer();
  if (reader.error() != DecodeError::Ok) return reader.error();
  if (reader.hasNext()) return DecodeError::Malformed;
  if (line.type < 1 || line.type > 7) {
    ++out.unknownCount;
    return DecodeError::Ok;
  }
  if (context.frameInstrument == kNoInstrument) {
    ++out.skippedCount;
    return DecodeError::Ok;
  }
  Message* message = out.addMessage();
  if (message == nullptr) return DecodeError::CapacityExceeded;
  message->instrument = context.frameInstrument;
  message->exchangeTime = line.time;
  if (line.type == 7) return writeStatus(line, *message);
  Converter convert(reader, context.instruments[context.frameInstrument].scale);
  const Price price = convert.price(line.price);
  const Qty qty = convert.qty(line.size);
  if (reader.error() != DecodeError::Ok) {
    out.neededInstrument = context.frameInstrument;
    out.neededPriceDecimals = convert.neededPriceDecimals();
    out.neededQtyDecimals = 0;
    return reader.error();
  }
  return writeMessage(line, price, qty, *message);
}

DecodeError readLobsterRow(std::string_view line, const Scale& scale, LobsterRow& out) noexcept {
  FieldReader reader(line);
  Converter convert(reader, scale);
  out.depth = 0;
  out.bidCount = 0;
  out.askCount = 0;
  if (!reader.hasNext()) return DecodeError::Truncated;
  while (reader.hasNext()) {
    if (out.depth == LobsterRow::kLevelsMax) return DecodeError::CapacityExceeded;
    const std::int64_t ask = reader.integer();
    const std::int64_t askSize = reader.integer();
    const std::int64_t bid = reader.integer();
    const std::int64_t bidSize = reader.integer();
    if (reader.error() == DecodeError::Ok && (askSize < 0 || bidSize < 0)) {
      reader.fail(DecodeError::BadNumber);
    }
    ++out.depth;
    if (ask != kNoAsk) out.askLevels[out.askCount++] = {convert.price(ask), convert.qty(askSize)};
    if (bid != kNoBid) out.bidLevels[out.bidCount++] = {convert.price(bid), convert.qty(bidSize)};
  }
  return reader.error();
}

}  // namespace hft::decode
