#include <algorithm>

#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/layout_scanner.hpp"
#include "native/decode/order_ref_table.hpp"

namespace hft::decode::coinbase {

namespace {

using event::Message;
using event::MessageKind;

/// Reads the layouts that were recorded in 2021 and those of the venue's documents.
class ExchangeScanner {
 public:
  ExchangeScanner(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : scan_(frame), context_(context), out_(out) {}

  [[nodiscard]] bool scan() noexcept {
    if (!scan_.takes("{\"type\":\"")) return false;
    if (scan_.takes("l2update\",\"product_id\":\"")) return scanUpdate();
    if (scan_.takes("match\",\"trade_id\":")) return scanMatch();
    if (scan_.takes("snapshot\",\"product_id\":\"")) return scanSnapshot();
    return false;
  }

 private:
  [[nodiscard]] bool takesInstrument() noexcept {
    if (!scan_.takesText()) return false;
    instrument_ = context_.instruments.find(scan_.text());
    return instrument_ != kNoInstrument;
  }

  [[nodiscard]] Message* add(MessageKind kind) noexcept {
    return addMessage(out_, kind, instrument_);
  }

  void useBookScale() noexcept {
    price_ = NumberLayout::bookPrice(context_.instruments[instrument_]);
    qty_ = NumberLayout::bookQty(context_.instruments[instrument_]);
  }

  [[nodiscard]] bool takesTime() noexcept {
    return scan_.takes("\"time\":\"") && scan_.takesIsoTime() && scan_.takes("\"");
  }

  /// `"product_id":"SKL-USD","changes":[["buy","0.7885","0.0"]],"time":"..."}`; the documents have
  /// the time before the changes.
  [[nodiscard]] bool scanUpdate() noexcept {
    if (!takesInstrument() || !scan_.takes(",")) return false;
    useBookScale();
    Message* message = add(MessageKind::BookDelta);
    if (message == nullptr) return false;
    const bool isTimeFirst = scan_.peek() == '"' && takesTime();
    if (isTimeFirst && !scan_.takes(",")) return false;
    if (!scan_.takes("\"changes\":[") || !scanChanges(*message)) return false;
    if (!isTimeFirst && (!scan_.takes(",") || !takesTime())) return false;
    message->exchangeTime = scan_.time();
    return scan_.takes("}") && scan_.atEnd();
  }

  [[nodiscard]] bool scanChanges(Message& message) noexcept {
    SidedLevels levels(out_);
    do {
      const bool isBuy = scan_.takes("[\"buy\",\"");
      if (!isBuy && !scan_.takes("[\"sell\",\"")) return false;
      if (!scanLevel() || !levels.add(isBuy ? Side::Buy : Side::Sell, level_)) return false;
    } while (scan_.takes(","));
    levels.finish(message);
    return scan_.takes("]");
  }

  /// `10101.10","0.45054140"]`.
  [[nodiscard]] bool scanLevel() noexcept {
    if (!scan_.takesDecimal(price_)) return false;
    level_.price = scan_.value();
    if (!scan_.takes("\",\"") || !scan_.takesDecimal(qty_) || !scan_.takes("\"]")) return false;
    level_.qty = scan_.value();
    return true;
  }

  /// `"product_id":"BAND-GBP","asks":[["14.8024","12.77"]],"bids":[]}`, either side first.
  [[nodiscard]] bool scanSnapshot() noexcept {
    if (!takesInstrument()) return false;
    useBookScale();
    Message* message = add(MessageKind::BookSnapshot);
    if (message == nullptr) return false;
    if (scan_.takes(",\"asks\":[")) {
      if (!scanSide(message->book.asks) || !scan_.takes(",\"bids\":[")) return false;
      if (!scanSide(message->book.bids)) return false;
    } else {
      if (!scan_.takes(",\"bids\":[") || !scanSide(message->book.bids)) return false;
      if (!scan_.takes(",\"asks\":[") || !scanSide(message->book.asks)) return false;
    }
    if (scan_.takes(",")) {
      if (!takesTime()) return false;
      message->exchangeTime = scan_.time();
    }
    return scan_.takes("}") && scan_.atEnd();
  }

  [[nodiscard]] bool scanSide(event::LevelRange& range) noexcept {
    range = {out_.levelCount(), 0};
    if (scan_.takes("]")) return true;
    do {
      if (!scan_.takes("[\"") || !scanLevel()) return false;
      if (!out_.addLevel(level_.price, level_.qty)) return false;
    } while (scan_.takes(","));
    range.count = out_.levelCount() - range.begin;
    return scan_.takes("]");
  }

  /// `"trade_id":1568286,"maker_order_id":"...","taker_order_id":"...","side":"buy","size":"17",
  /// "price":"0.791","product_id":"SKL-USD","sequence":201392504,"time":"..."}`. Where orders are
  /// kept, the tolerant path takes it.
  [[nodiscard]] bool scanMatch() noexcept {
    if (context_.orderRefs != nullptr || !scan_.takesInteger()) return false;
    const std::uint64_t tradeId = scan_.integer();
    if (!scan_.takes(",\"maker_order_id\":\"") || !takesUuid()) return false;
    if (!scan_.takes("\",\"taker_order_id\":\"") || !takesUuid()) return false;
    const bool isMakerBuyer = scan_.takes("\",\"side\":\"buy\",\"size\":\"");
    if (!isMakerBuyer && !scan_.takes("\",\"side\":\"sell\",\"size\":\"")) return false;
    // The numbers are read when the product, which comes later, has told their scale.
    if (!scan_.takesText()) return false;
    const std::string_view size = scan_.text();
    if (!scan_.takes(",\"price\":\"") || !scan_.takesText()) return false;
    const std::string_view price = scan_.text();
    if (!scan_.takes(",\"product_id\":\"") || !takesInstrument()) return false;
    if (!scan_.takes(",\"sequence\":") || !scan_.takesInteger() || !scan_.takes(",")) return false;
    if (!takesTime() || !scan_.takes("}") || !scan_.atEnd()) return false;
    const Scale& scale = context_.instruments[instrument_].scale;
    Message* message = add(MessageKind::Trade);
    if (message == nullptr) return false;
    const DecimalScan priceScan = scanDecimal(price.data(), price.end(), scale.priceDecimals);
    const DecimalScan sizeScan = scanDecimal(size.data(), size.end(), scale.qtyDecimals);
    if (priceScan.error != DecimalError::Ok || priceScan.next != price.end()) return false;
    if (sizeScan.error != DecimalError::Ok || sizeScan.next != size.end()) return false;
    message->trade = {priceScan.value, sizeScan.value};
    message->side = isMakerBuyer ? Side::Sell : Side::Buy;
    message->exchangeTime = scan_.time();
    message->firstId = scan_.integer();
    message->lastId = tradeId;
    return true;
  }

  [[nodiscard]] bool takesUuid() noexcept {
    return scan_.takesBytes(36) && uuidOrderKey(scan_.text()).has_value();
  }

  LayoutScanner scan_;
  const DecodeContext& context_;
  event::Frame& out_;
  InstrumentId instrument_ = kNoInstrument;
  NumberLayout price_{};
  NumberLayout qty_{};
  event::Level level_{};
};

/// `{"channel":"l2_data","client_id":"","timestamp":"...","sequence_num":1,"events":[{"type":
/// "update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"...","price_level":
/// "68900.00","new_quantity":"2.0"}]}]}`.
class AdvancedScanner {
 public:
  AdvancedScanner(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : scan_(frame), context_(context), out_(out) {}

  [[nodiscard]] bool scan() noexcept {
    if (!scan_.takes("{\"channel\":\"l2_data\",")) return false;
    if (!scan_.takes("\"client_id\":\"\",") && scan_.peek() != '"') return false;
    if (!scan_.takes("\"timestamp\":\"") || !scan_.takesIsoTime()) return false;
    const Nanos timestamp = scan_.time();
    if (!scan_.takes("\",\"sequence_num\":") || !scan_.takesInteger()) return false;
    out_.connectionSequence = scan_.integer();
    out_.hasConnectionSequence = true;
    if (!scan_.takes(",\"events\":[{\"type\":\"")) return false;
    const bool isSnapshot = scan_.takes("snapshot\"");
    if (!isSnapshot && !scan_.takes("update\"")) return false;
    if (!scan_.takes(",\"product_id\":\"") || !scan_.takesText()) return false;
    const InstrumentId id = context_.instruments.find(scan_.text());
    if (id == kNoInstrument || !scan_.takes(",\"updates\":[")) return false;
    Message* message =
        addMessage(out_, isSnapshot ? MessageKind::BookSnapshot : MessageKind::BookDelta, id);
    if (message == nullptr || !scanUpdates(context_.instruments[id], *message)) return false;
    message->exchangeTime = eventTime_ != 0 ? eventTime_ : timestamp;
    return scan_.takes("]}]}") && scan_.atEnd();
  }

 private:
  [[nodiscard]] bool scanUpdates(const Instrument& instrument, Message& message) noexcept {
    const NumberLayout priceLayout = NumberLayout::bookPrice(instrument);
    const NumberLayout qtyLayout = NumberLayout::bookQty(instrument);
    SidedLevels levels(out_);
    do {
      const bool isBid = scan_.takes("{\"side\":\"bid\",\"event_time\":\"");
      if (!isBid && !scan_.takes("{\"side\":\"offer\",\"event_time\":\"")) return false;
      if (!scan_.takesIsoTime()) return false;
      eventTime_ = std::max(eventTime_, scan_.time());
      if (!scan_.takes("\",\"price_level\":\"") || !scan_.takesDecimal(priceLayout)) return false;
      const Price price = scan_.value();
      if (!scan_.takes("\",\"new_quantity\":\"") || !scan_.takesDecimal(qtyLayout)) return false;
      if (!scan_.takes("\"}")) return false;
      if (!levels.add(isBid ? Side::Buy : Side::Sell, {price, scan_.value()})) return false;
    } while (scan_.takes(","));
    levels.finish(message);
    return true;
  }

  LayoutScanner scan_;
  const DecodeContext& context_;
  event::Frame& out_;
  Nanos eventTime_ = 0;
};

}  // namespace

bool scanExchange(std::string_view frame, const DecodeContext& context,
                  event::Frame& out) noexcept {
  return ExchangeScanner(frame, context, out).scan();
}

bool scanAdvanced(std::string_view frame, const DecodeContext& context,
                  event::Frame& out) noexcept {
  return AdvancedScanner(frame, context, out).scan();
}

}  // namespace hft::decode::coinbase
