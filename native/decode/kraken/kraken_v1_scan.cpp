#include <algorithm>
#include <limits>

#include "native/decode/kraken/kraken.hpp"
#include "native/decode/layout_scanner.hpp"

namespace hft::decode::kraken {

namespace {

using event::LevelRange;

/// `[496,{"b":[["2185.10000","0.82991777","1618678134.858335"]],"c":"98529415"},"book-1000",
/// "ETH/CHF"]`, also with asks and bids in two objects, and a whole book in `"as"` and `"bs"`.
class BookScanner {
 public:
  BookScanner(std::string_view frame, const Instrument& instrument, event::Frame& out) noexcept
      : scan_(frame),
        price_(NumberLayout::bookPrice(instrument)),
        qty_(NumberLayout::bookQty(instrument)),
        instrument_(instrument),
        out_(out) {}

  [[nodiscard]] bool scan() noexcept {
    if (!scan_.takes("[") || !scan_.takesInteger() || !scan_.takes(",{")) return false;
    const bool isSnapshot = scan_.takes("\"as\":[");
    if (isSnapshot ? !scanSnapshot() : !scanDelta()) return false;
    if (!scan_.takes(",\"book-") || !scan_.takesInteger() || !scan_.takes("\",\"")) return false;
    if (!scan_.takesText() || scan_.text() != instrument_.symbol()) return false;
    if (!scan_.takes("]") || !scan_.atEnd()) return false;
    event::Message* message = out_.addMessage();
    if (message == nullptr) return false;
    message->kind = isSnapshot ? event::MessageKind::BookSnapshot : event::MessageKind::BookDelta;
    message->instrument = instrument_.id;
    message->exchangeTime = time_;
    message->hasChecksum = hasChecksum_;
    message->checksum = checksum_;
    message->book.bids = bids_;
    message->book.asks = asks_;
    return true;
  }

 private:
  [[nodiscard]] bool scanSnapshot() noexcept {
    return scanLevels(asks_) && scan_.takes(",\"bs\":[") && scanLevels(bids_) && scan_.takes("}");
  }

  /// One object, or one for the asks and one for the bids, with the checksum in the last.
  [[nodiscard]] bool scanDelta() noexcept {
    if (scan_.takes("\"b\":[")) return scanLevels(bids_) && scanChecksum() && scan_.takes("}");
    if (!scan_.takes("\"a\":[") || !scanLevels(asks_)) return false;
    if (scan_.takes("},{\"b\":[") && !scanLevels(bids_)) return false;
    return scanChecksum() && scan_.takes("}");
  }

  [[nodiscard]] bool scanChecksum() noexcept {
    if (!scan_.takes(",\"c\":\"") || !scan_.takesInteger() || !scan_.takes("\"")) return false;
    if (scan_.integer() > std::numeric_limits<std::uint32_t>::max()) return false;
    hasChecksum_ = true;
    checksum_ = static_cast<std::uint32_t>(scan_.integer());
    return true;
  }

  [[nodiscard]] bool scanLevels(LevelRange& range) noexcept {
    range.begin = out_.levelCount();
    if (scan_.takes("]")) return true;
    do {
      if (!scanLevel()) return false;
    } while (scan_.takes(","));
    range.count = out_.levelCount() - range.begin;
    return scan_.takes("]");
  }

  [[nodiscard]] bool scanLevel() noexcept {
    if (!scan_.takes("[\"") || !scan_.takesDecimal(price_)) return false;
    const Price price = scan_.value();
    if (!scan_.takes("\",\"") || !scan_.takesDecimal(qty_)) return false;
    const Qty qty = scan_.value();
    if (!scan_.takes("\",\"") || !scan_.takesSeconds() || !scan_.takes("\"")) return false;
    // "r": a level that came into view again; its time is that of its last change, not of this one.
    if (scan_.takes("]")) {
      time_ = std::max(time_, scan_.time());
    } else if (!scan_.takes(",\"r\"]")) {
      return false;
    }
    return out_.addLevel(price, qty);
  }

  LayoutScanner scan_;
  NumberLayout price_;
  NumberLayout qty_;
  const Instrument& instrument_;
  event::Frame& out_;
  LevelRange bids_;
  LevelRange asks_;
  Nanos time_ = 0;
  bool hasChecksum_ = false;
  std::uint32_t checksum_ = 0;
};

/// The text between the last two quotes: the pair stands at the end, its scale is needed before.
std::string_view lastText(std::string_view frame) noexcept {
  if (!frame.ends_with("\"]")) return {};
  frame.remove_suffix(2);
  const std::size_t quote = frame.rfind('"');
  return quote == std::string_view::npos ? std::string_view() : frame.substr(quote + 1);
}

}  // namespace

bool scanBookV1(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept {
  const InstrumentId instrument = context.instruments.find(lastText(frame));
  if (instrument == kNoInstrument) return false;
  return BookScanner(frame, context.instruments[instrument], out).scan();
}

}  // namespace hft::decode::kraken
