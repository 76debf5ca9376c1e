#include "native/decode/alpaca/alpaca.hpp"
#include "native/decode/layout_scanner.hpp"

namespace hft::decode::alpaca {

namespace {

using event::Message;
using event::MessageKind;

/// Reads `[{"T":"q",...},{"T":"t",...}]` of stocks and of crypto.
class FrameScanner {
 public:
  FrameScanner(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : scan_(frame), context_(context), out_(out) {}

  [[nodiscard]] bool scan() noexcept {
    if (!scan_.takes("[")) return false;
    do {
      if (!scan_.takes("{\"T\":\"")) return false;
      if (scan_.takes("q\",")) {
        if (!scanQuote()) return false;
      } else if (!scan_.takes("t\",") || !scanTrade()) {
        return false;
      }
    } while (scan_.takes(","));
    return scan_.takes("]") && scan_.atEnd();
  }

 private:
  /// `"S":"AMD",`.
  [[nodiscard]] bool takesSymbol() noexcept {
    if (!scan_.takes("\"S\":\"") || !scan_.takesText() || !scan_.takes(",")) return false;
    instrument_ = context_.instruments.find(scan_.text());
    if (instrument_ == kNoInstrument) return false;
    price_ = NumberLayout::price(context_.instruments[instrument_]);
    qty_ = NumberLayout::qty(context_.instruments[instrument_]);
    return true;
  }

  /// `"t":"2021-02-22T15:51:45.335689322Z"`.
  [[nodiscard]] bool takesTime() noexcept {
    return scan_.takes("\"t\":\"") && scan_.takesIsoTime() && scan_.takes("\"");
  }

  /// `,"c":["@","I"],"z":"C"}`, either of them or none.
  [[nodiscard]] bool takesTail() noexcept {
    if (scan_.takes(",\"c\":[") && !scan_.takes("]")) {
      do {
        if (!scan_.takes("\"") || !scan_.takesText()) return false;
      } while (scan_.takes(","));
      if (!scan_.takes("]")) return false;
    }
    if (scan_.takes(",\"z\":\"") && !scan_.takesText()) return false;
    return scan_.takes("}");
  }

  /// `"S":"AMD","bx":"U","bp":87.66,"bs":1,"ax":"Q","ap":87.68,"as":4,"t":"..."`; crypto has no
  /// exchanges.
  [[nodiscard]] bool scanQuote() noexcept {
    if (!takesSymbol()) return false;
    if (scan_.takes("\"bx\":\"") && (!scan_.takesText() || !scan_.takes(","))) return false;
    if (!scan_.takes("\"bp\":") || !scan_.takesNumber(price_)) return false;
    const Price bid = scan_.value();
    if (!scan_.takes(",\"bs\":") || !scan_.takesNumber(qty_)) return false;
    const Qty bidQty = scan_.value();
    if (scan_.takes(",\"ax\":\"") && !scan_.takesText()) return false;
    if (!scan_.takes(",\"ap\":") || !scan_.takesNumber(price_)) return false;
    const Price ask = scan_.value();
    if (!scan_.takes(",\"as\":") || !scan_.takesNumber(qty_)) return false;
    const Qty askQty = scan_.value();
    if (!scan_.takes(",") || !takesTime() || !takesTail()) return false;
    Message* message = addMessage(out_, MessageKind::Quote, instrument_);
    if (message == nullptr) return false;
    message->exchangeTime = scan_.time();
    setQuote(*message, {bid, bidQty}, {ask, askQty});
    return true;
  }

  /// `"i":96921,"S":"AAPL","x":"D","p":126.55,"s":1,"t":"..."`; crypto has the id after the time,
  /// and the taker's side after it.
  [[nodiscard]] bool scanTrade() noexcept {
    std::uint64_t id = 0;
    bool hasId = scan_.takes("\"i\":");
    if (hasId) {
      if (!scan_.takesInteger() || !scan_.takes(",")) return false;
      id = scan_.integer();
    }
    if (!takesSymbol()) return false;
    if (!hasId && scan_.takes("\"i\":")) {
      if (!scan_.takesInteger() || !scan_.takes(",")) return false;
      id = scan_.integer();
      hasId = true;
    }
    if (scan_.takes("\"x\":\"") && (!scan_.takesText() || !scan_.takes(","))) return false;
    if (!scan_.takes("\"p\":") || !scan_.takesNumber(price_)) return false;
    const Price price = scan_.value();
    if (!scan_.takes(",\"s\":") || !scan_.takesNumber(qty_)) return false;
    const Qty qty = scan_.value();
    if (!scan_.takes(",") || !takesTime()) return false;
    if (!hasId && scan_.takes(",\"i\":")) {
      if (!scan_.takesInteger()) return false;
      id = scan_.integer();
    }
    Side side = Side::None;
    if (scan_.takes(",\"tks\":\"")) {
      side = scan_.peek() == 'B' ? Side::Buy : Side::Sell;
      if (!scan_.takes("B\"") && !scan_.takes("S\"")) return false;
    }
    if (!takesTail()) return false;
    Message* message = addMessage(out_, MessageKind::Trade, instrument_);
    if (message == nullptr) return false;
    message->exchangeTime = scan_.time();
    message->lastId = id;
    message->side = side;
    message->trade = {price, qty};
    return true;
  }

  LayoutScanner scan_;
  const DecodeContext& context_;
  event::Frame& out_;
  InstrumentId instrument_ = kNoInstrument;
  NumberLayout price_{};
  NumberLayout qty_{};
};

}  // namespace

bool scanFrame(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept {
  return FrameScanner(frame, context, out).scan();
}

}  // namespace hft::decode::alpaca
