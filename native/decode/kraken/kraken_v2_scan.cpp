#include <limits>

#include "native/decode/kraken/kraken.hpp"
#include "native/decode/layout_scanner.hpp"

namespace hft::decode::kraken {

namespace {

using event::LevelRange;

/// `{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":105944.2,
/// "qty":0.136}],"asks":[],"checksum":2439117997,"timestamp":"2023-10-06T17:35:55.440295Z"}]}`.
class BookScanner {
 public:
  BookScanner(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : scan_(frame), context_(context), out_(out) {}

  [[nodiscard]] bool scan() noexcept {
    if (!scan_.takes("{\"channel\":\"book\",\"type\":\"")) return false;
    const bool isSnapshot = scan_.takes("snapshot\"");
    if (!isSnapshot && !scan_.takes("update\"")) return false;
    if (!scan_.takes(",\"data\":[{\"symbol\":\"") || !scan_.takesText()) return false;
    const InstrumentId instrument = context_.instruments.find(scan_.text());
    if (instrument == kNoInstrument) return false;
    price_ = NumberLayout::bookPrice(context_.instruments[instrument]);
    qty_ = NumberLayout::bookQty(context_.instruments[instrument]);
    event::Message* message = out_.addMessage();
    if (message == nullptr) return false;
    if (!scan_.takes(",\"bids\":[") || !scanLevels(message->book.bids)) return false;
    if (!scan_.takes(",\"asks\":[") || !scanLevels(message->book.asks)) return false;
    if (!scan_.takes(",\"checksum\":") || !scan_.takesInteger()) return false;
    if (scan_.integer() > std::numeric_limits<std::uint32_t>::max()) return false;
    if (scan_.takes(",\"timestamp\":\"")) {
      if (!scan_.takesIsoTime() || !scan_.takes("\"")) return false;
      message->exchangeTime = scan_.time();
    }
    message->kind = isSnapshot ? event::MessageKind::BookSnapshot : event::MessageKind::BookDelta;
    message->instrument = instrument;
    message->hasChecksum = true;
    message->checksum = static_cast<std::uint32_t>(scan_.integer());
    return scan_.takes("}]}") && scan_.atEnd();
  }

 private:
  [[nodiscard]] bool scanLevels(LevelRange& range) noexcept {
    range = {out_.levelCount(), 0};
    if (scan_.takes("]")) return true;
    do {
      if (!scan_.takes("{\"price\":") || !scan_.takesNumber(price_)) return false;
      const Price price = scan_.value();
      if (!scan_.takes(",\"qty\":") || !scan_.takesNumber(qty_) || !scan_.takes("}")) return false;
      if (!out_.addLevel(price, scan_.value())) return false;
    } while (scan_.takes(","));
    range.count = out_.levelCount() - range.begin;
    return scan_.takes("]");
  }

  LayoutScanner scan_;
  const DecodeContext& context_;
  event::Frame& out_;
  NumberLayout price_{};
  NumberLayout qty_{};
};

}  // namespace

bool scanBookV2(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept {
  return BookScanner(frame, context, out).scan();
}

}  // namespace hft::decode::kraken
