#include "native/decode/binance.hpp"
#include "native/decode/text_scanner.hpp"

namespace hft::decode::binance {
namespace {

/// Reads one message in the layouts that were recorded on spot, USD-M and COIN-M, and in those of
/// the venue's documents (2026-07: `st`, `ps` and `nq` on futures).
class MessageScanner {
 public:
  MessageScanner(std::string_view frame, const DecodeContext& context, Market market,
                 event::Frame& out) noexcept
      : scan_(frame), context_(context), market_(market), out_(out) {}

  [[nodiscard]] bool scanFrame() noexcept {
    if (!scan_.takeIf(Literal("{\"stream\":\""))) return scanMessage() && scan_.isAtEnd();
    stream_ = scan_.text();
    scan_.take(Literal("\",\"data\":"));
    isCombined_ = true;
    return scanMessage() && scan_.isAtEnd();
  }

 private:
  /// Chooses by the first byte that differs; the choice is verified by the layout it leads to.
  [[nodiscard]] bool scanMessage() noexcept {
    if (scan_.peek(2) != 'e') return scan_.peek(2) == 'u' ? scanQuote() : scanSnapshot();
    switch (scan_.peek(6)) {
      case 'b':
        return scanQuote();
      case 't':
        return scanTrade();
      case 'a':
        return scanAggTrade();
      case 'd':
        return scanDepth();
      default:
        return false;
    }
  }

  /// Ends the message, and the frame around it.
  void takeEnd() noexcept {
    if (isCombined_) {
      scan_.take(Literal("}}"));
    } else {
      scan_.take(Literal("}"));
    }
  }

  [[nodiscard]] Nanos time() noexcept {
    const std::uint64_t value = scan_.integer();
    isTimeSound_ = isTimeSound_ && value <= kMicrosMax;
    return nanosOf(value);
  }

  /// `"s":"BTCUSDT",` with the pair behind it on futures; false when the symbol is not in the
  /// table, or could not be read.
  [[nodiscard]] bool takeSymbol() noexcept {
    scan_.take(Literal("\"s\":\""));
    const std::string_view symbol = scan_.text();
    scan_.take(Literal("\","));
    if (market_ == Market::Futures) {
      takePair();
      takeContractKind();
    }
    if (scan_.isLost()) return false;
    instrument_ = context_.instruments.find(symbol);
    if (instrument_ == kNoInstrument) return false;
    scale_ = context_.instruments[instrument_].scale;
    return true;
  }

  void takePair() noexcept {
    if (!scan_.takeIf(Literal("\"ps\":\""))) return;
    static_cast<void>(scan_.text());
    scan_.take(Literal("\","));
  }

  /// `"st":1,`: USD-M or COIN-M.
  void takeContractKind() noexcept {
    if (!scan_.takeIf(Literal("\"st\":"))) return;
    static_cast<void>(scan_.integer());
    scan_.take(Literal(","));
  }

  [[nodiscard]] Price price() noexcept { return scan_.decimal(scale_.priceDecimals); }
  [[nodiscard]] Qty qty() noexcept { return scan_.decimal(scale_.qtyDecimals); }

  [[nodiscard]] event::LevelRange levels() noexcept {
    event::LevelRange range{out_.levelCount(), 0};
    range.count = static_cast<std::uint32_t>(scan_.levels(out_.levelSpace(), scale_));
    out_.commitLevels(range.count);
    return range;
  }

  [[nodiscard]] bool scanDepth() noexcept {
    const DepthKind kind = depthKind(stream_);
    if (kind == DepthKind::Other) return false;
    Depth depth;
    depth.isSnapshot = kind == DepthKind::Partial;
    scan_.take(Literal("{\"e\":\"depthUpdate\",\"E\":"));
    depth.exchangeTime = time();
    scan_.take(Literal(","));
    if (market_ == Market::Futures) {
      scan_.take(Literal("\"T\":"));
      depth.exchangeTime = time();
      scan_.take(Literal(","));
    }
    if (!takeSymbol()) return false;
    depth.instrument = instrument_;
    scan_.take(Literal("\"U\":"));
    depth.firstId = scan_.integer();
    scan_.take(Literal(",\"u\":"));
    depth.lastId = scan_.integer();
    if (market_ == Market::Futures) {
      scan_.take(Literal(",\"pu\":"));
      depth.prevId = scan_.integer();
    }
    scan_.take(Literal(",\"b\":["));
    depth.bids = levels();
    scan_.take(Literal(",\"a\":["));
    depth.asks = levels();
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addDepth(out_, depth);
  }

  /// A REST body, or partial depth of spot, whose symbol stands in the stream's name only.
  [[nodiscard]] bool scanSnapshot() noexcept {
    instrument_ = isCombined_ ? context_.instruments.find(StreamSymbol(stream_).text())
                              : context_.frameInstrument;
    if (instrument_ == kNoInstrument || depthKind(stream_) == DepthKind::Other) return false;
    scale_ = context_.instruments[instrument_].scale;
    Depth depth;
    depth.isSnapshot = true;
    scan_.take(Literal("{\"lastUpdateId\":"));
    depth.lastId = scan_.integer();
    depth.firstId = depth.lastId;
    if (scan_.takeIf(Literal(",\"E\":"))) {
      static_cast<void>(time());
      scan_.take(Literal(",\"T\":"));
      depth.exchangeTime = time();
    }
    depth.instrument = instrument_;
    scan_.take(Literal(",\"bids\":["));
    depth.bids = levels();
    scan_.take(Literal(",\"asks\":["));
    depth.asks = levels();
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addDepth(out_, depth);
  }

  /// Spot has neither type nor time; COIN-M writes the update id before the type.
  [[nodiscard]] bool scanQuote() noexcept {
    Quote quote;
    if (market_ == Market::Spot) {
      scan_.take(Literal("{\"u\":"));
      quote.updateId = scan_.integer();
      scan_.take(Literal(","));
    } else if (scan_.takeIf(Literal("{\"e\":\"bookTicker\",\"u\":"))) {
      quote.updateId = scan_.integer();
      scan_.take(Literal(","));
    } else {
      scan_.take(Literal("{\"u\":"));
      quote.updateId = scan_.integer();
      scan_.take(Literal(",\"e\":\"bookTicker\","));
    }
    const bool isTimeFirst = market_ == Market::Futures && scan_.takeIf(Literal("\"E\":"));
    if (isTimeFirst) {
      static_cast<void>(time());
      scan_.take(Literal(",\"T\":"));
      quote.exchangeTime = time();
      scan_.take(Literal(","));
    }
    if (!takeSymbol()) return false;
    quote.instrument = instrument_;
    scan_.take(Literal("\"b\":\""));
    quote.bid = price();
    scan_.take(Literal("\",\"B\":\""));
    quote.bidQty = qty();
    scan_.take(Literal("\",\"a\":\""));
    quote.ask = price();
    scan_.take(Literal("\",\"A\":\""));
    quote.askQty = qty();
    if (market_ == Market::Futures && !isTimeFirst) {
      scan_.take(Literal("\",\"T\":"));
      quote.exchangeTime = time();
      scan_.take(Literal(",\"E\":"));
      static_cast<void>(time());
    } else {
      scan_.take(Literal("\""));
    }
    if (isTimeFirst) takeKindAndPair();
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addQuote(out_, quote);
  }

  /// `,"st":1,"ps":"BTCUSDT"`, where a message ends with them.
  void takeKindAndPair() noexcept {
    if (scan_.takeIf(Literal(",\"st\":"))) static_cast<void>(scan_.integer());
    if (!scan_.takeIf(Literal(",\"ps\":\""))) return;
    static_cast<void>(scan_.text());
    scan_.take(Literal("\""));
  }

  [[nodiscard]] bool scanTrade() noexcept {
    Trade trade;
    scan_.take(Literal("{\"e\":\"trade\",\"E\":"));
    static_cast<void>(time());
    scan_.take(Literal(","));
    if (market_ == Market::Futures) {
      scan_.take(Literal("\"T\":"));
      trade.exchangeTime = time();
      scan_.take(Literal(","));
    }
    if (!takeSymbol()) return false;
    trade.instrument = instrument_;
    scan_.take(Literal("\"t\":"));
    trade.tradeId = scan_.integer();
    takePriceAndQty(trade);
    if (market_ == Market::Futures) {
      scan_.take(Literal("\",\"X\":\""));
      static_cast<void>(scan_.text());
      scan_.take(Literal("\",\"m\":"));
    } else {
      scan_.take(Literal("\",\"T\":"));
      trade.exchangeTime = time();
      scan_.take(Literal(",\"m\":"));
    }
    return finishTrade(trade);
  }

  [[nodiscard]] bool scanAggTrade() noexcept {
    Trade trade;
    scan_.take(Literal("{\"e\":\"aggTrade\",\"E\":"));
    static_cast<void>(time());
    scan_.take(Literal(","));
    const bool isIdFirst = scan_.takeIf(Literal("\"a\":"));
    if (isIdFirst) {
      trade.tradeId = scan_.integer();
      scan_.take(Literal(","));
    }
    if (!takeSymbol()) return false;
    trade.instrument = instrument_;
    if (!isIdFirst) {
      scan_.take(Literal("\"a\":"));
      trade.tradeId = scan_.integer();
      scan_.take(Literal(","));
    }
    scan_.take(Literal("\"p\":\""));
    trade.price = price();
    scan_.take(Literal("\",\"q\":\""));
    trade.qty = qty();
    if (market_ == Market::Futures && scan_.takeIf(Literal("\",\"nq\":\""))) {
      static_cast<void>(qty());
    }
    scan_.take(Literal("\",\"f\":"));
    static_cast<void>(scan_.integer());
    scan_.take(Literal(",\"l\":"));
    static_cast<void>(scan_.integer());
    scan_.take(Literal(",\"T\":"));
    trade.exchangeTime = time();
    scan_.take(Literal(",\"m\":"));
    return finishTrade(trade);
  }

  void takePriceAndQty(Trade& trade) noexcept {
    scan_.take(Literal(",\"p\":\""));
    trade.price = price();
    scan_.take(Literal("\",\"q\":\""));
    trade.qty = qty();
  }

  [[nodiscard]] bool finishTrade(Trade& trade) noexcept {
    trade.isBuyerMaker = scan_.boolean();
    if (market_ == Market::Spot) {
      scan_.take(Literal(",\"M\":"));
      static_cast<void>(scan_.boolean());
    } else {
      takeKindAndPair();
    }
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addTrade(out_, trade);
  }

  TextScanner scan_;
  const DecodeContext& context_;
  Market market_;
  event::Frame& out_;
  std::string_view stream_;
  bool isCombined_ = false;
  bool isTimeSound_ = true;
  InstrumentId instrument_ = kNoInstrument;
  Scale scale_;
};

}  // namespace

bool scanFrame(std::string_view frame, const DecodeContext& context, Market market,
               event::Frame& out) noexcept {
  return MessageScanner(frame, context, market, out).scanFrame();
}

}  // namespace hft::decode::binance
