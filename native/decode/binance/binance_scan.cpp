#include "native/decode/binance/binance.hpp"
#include "native/decode/text_scanner.hpp"

namespace hft::decode::binance {
namespace {

// The usual sizes of what a message holds: expectations, not conditions.
constexpr std::size_t kStreamSize = 18;  // btcusdt@bookTicker
constexpr std::size_t kPairSize = 7;     // BTCUSDT
constexpr std::size_t kTimeSize = 13;    // Milliseconds, from 2001 to 2286.
constexpr std::size_t kUpdateIdSize = 13;
constexpr std::size_t kTradeIdSize = 10;

/// Where the symbol ends in a stream's name; any number when it is longer than usual.
std::size_t symbolEnd(std::string_view stream) noexcept {
#if defined(__SSE4_1__)
  const __m128i found = _mm_cmpeq_epi8(detail::load16(stream.data()), _mm_set1_epi8('@'));
  return static_cast<std::size_t>(std::countr_zero(_mm_movemask_epi8(found) | 0x10000U));
#else
  return stream.find('@');
#endif
}

/// Reads one message in the layouts that were recorded on spot, USD-M and COIN-M, and in those of
/// the venue's documents (2026-07: `st`, `ps` and `nq` on futures).
template <Market kMarket>
class MessageScanner {
 public:
  MessageScanner(std::string_view frame, const DecodeContext& context, event::Frame& out) noexcept
      : scan_(frame), context_(context), out_(out) {}

  [[nodiscard]] bool scanFrame() noexcept {
    isCombined_ = scan_.takeIf<"{\"stream\":\"">();
    if (isCombined_) {
      stream_ = scan_.text(kStreamSize);
      scan_.take<"\",\"data\":">();
    }
    return scanMessage();
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
      scan_.take<"}}">();
    } else {
      scan_.take<"}">();
    }
  }

  [[nodiscard]] Nanos time() noexcept {
    const std::uint64_t value = scan_.integer(kTimeSize);
    if (value >= kMicrosMin) [[unlikely]]
      isTimeSound_ = isTimeSound_ && value <= kMicrosMax;
    return nanosOf(value);
  }

  /// `"s":"BTCUSDT",` with the pair behind it on futures; false when the symbol is not in the
  /// table, or could not be read.
  [[nodiscard]] bool takeSymbol() noexcept {
    scan_.take<"\"s\":\"">();
    const std::string_view symbol = scan_.text(symbolSize());
    scan_.take<"\",">();
    if constexpr (kMarket == Market::Futures) {
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
    if (!scan_.takeIf<"\"ps\":\"">()) return;
    static_cast<void>(scan_.text(kPairSize));
    scan_.take<"\",">();
  }

  /// `"st":1,`: USD-M or COIN-M.
  void takeContractKind() noexcept {
    if (!scan_.takeIf<"\"st\":">()) return;
    static_cast<void>(scan_.integer(1));
    scan_.take<",">();
  }

  /// The symbol is as long as in the stream's name.
  [[nodiscard]] std::size_t symbolSize() const noexcept {
    return isCombined_ ? symbolEnd(stream_) : kPairSize;
  }

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
    scan_.take<"{\"e\":\"depthUpdate\",\"E\":">();
    depth.exchangeTime = time();
    scan_.take<",">();
    if constexpr (kMarket == Market::Futures) {
      scan_.take<"\"T\":">();
      depth.exchangeTime = time();
      scan_.take<",">();
    }
    if (!takeSymbol()) return false;
    depth.instrument = instrument_;
    scan_.take<"\"U\":">();
    depth.firstId = scan_.integer(kUpdateIdSize);
    scan_.take<",\"u\":">();
    depth.lastId = scan_.integer(kUpdateIdSize);
    if constexpr (kMarket == Market::Futures) {
      scan_.take<",\"pu\":">();
      depth.prevId = scan_.integer(kUpdateIdSize);
    }
    scan_.take<",\"b\":[">();
    depth.bids = levels();
    scan_.take<",\"a\":[">();
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
    scan_.take<"{\"lastUpdateId\":">();
    depth.lastId = scan_.integer(kUpdateIdSize);
    depth.firstId = depth.lastId;
    if (scan_.takeIf<",\"E\":">()) {
      static_cast<void>(time());
      scan_.take<",\"T\":">();
      depth.exchangeTime = time();
    }
    depth.instrument = instrument_;
    scan_.take<",\"bids\":[">();
    depth.bids = levels();
    scan_.take<",\"asks\":[">();
    depth.asks = levels();
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addDepth(out_, depth);
  }

  /// Spot has neither type nor time; COIN-M writes the update id before the type.
  [[nodiscard]] bool scanQuote() noexcept {
    Quote quote;
    if constexpr (kMarket == Market::Spot) {
      scan_.take<"{\"u\":">();
      quote.updateId = scan_.integer(kUpdateIdSize);
      scan_.take<",">();
    } else if (scan_.takeIf<"{\"e\":\"bookTicker\",\"u\":">()) {
      quote.updateId = scan_.integer(kUpdateIdSize);
      scan_.take<",">();
    } else {
      scan_.take<"{\"u\":">();
      quote.updateId = scan_.integer(kUpdateIdSize);
      scan_.take<",\"e\":\"bookTicker\",">();
    }
    const bool isTimeFirst = kMarket == Market::Futures && scan_.takeIf<"\"E\":">();
    if (isTimeFirst) {
      static_cast<void>(time());
      scan_.take<",\"T\":">();
      quote.exchangeTime = time();
      scan_.take<",">();
    }
    if (!takeSymbol()) return false;
    quote.instrument = instrument_;
    scan_.take<"\"b\":\"">();
    const event::Level bid = scan_.pair<"\",\"B\":\"">(scale_);
    scan_.take<"\",\"a\":\"">();
    const event::Level ask = scan_.pair<"\",\"A\":\"">(scale_);
    quote.bid = bid.price;
    quote.bidQty = bid.qty;
    quote.ask = ask.price;
    quote.askQty = ask.qty;
    if (kMarket == Market::Futures && !isTimeFirst) {
      scan_.take<"\",\"T\":">();
      quote.exchangeTime = time();
      scan_.take<",\"E\":">();
      static_cast<void>(time());
    } else {
      scan_.take<"\"">();
    }
    if (isTimeFirst) takeKindAndPair();
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addQuote(out_, quote);
  }

  /// `,"st":1,"ps":"BTCUSDT"`, where a message ends with them.
  void takeKindAndPair() noexcept {
    if (scan_.takeIf<",\"st\":">()) static_cast<void>(scan_.integer(1));
    if (!scan_.takeIf<",\"ps\":\"">()) return;
    static_cast<void>(scan_.text(kPairSize));
    scan_.take<"\"">();
  }

  [[nodiscard]] bool scanTrade() noexcept {
    Trade trade;
    scan_.take<"{\"e\":\"trade\",\"E\":">();
    static_cast<void>(time());
    scan_.take<",">();
    if constexpr (kMarket == Market::Futures) {
      scan_.take<"\"T\":">();
      trade.exchangeTime = time();
      scan_.take<",">();
    }
    if (!takeSymbol()) return false;
    trade.instrument = instrument_;
    scan_.take<"\"t\":">();
    trade.tradeId = scan_.integer(kTradeIdSize);
    scan_.take<",">();
    takePriceAndQty(trade);
    if constexpr (kMarket == Market::Futures) {
      scan_.take<"\",\"X\":\"">();
      static_cast<void>(scan_.text(kPairSize));
      scan_.take<"\",\"m\":">();
    } else {
      scan_.take<"\",\"T\":">();
      trade.exchangeTime = time();
      scan_.take<",\"m\":">();
    }
    return finishTrade(trade);
  }

  [[nodiscard]] bool scanAggTrade() noexcept {
    Trade trade;
    scan_.take<"{\"e\":\"aggTrade\",\"E\":">();
    static_cast<void>(time());
    scan_.take<",">();
    const bool isIdFirst = scan_.takeIf<"\"a\":">();
    if (isIdFirst) {
      trade.tradeId = scan_.integer(kTradeIdSize);
      scan_.take<",">();
    }
    if (!takeSymbol()) return false;
    trade.instrument = instrument_;
    if (!isIdFirst) {
      scan_.take<"\"a\":">();
      trade.tradeId = scan_.integer(kTradeIdSize);
      scan_.take<",">();
    }
    takePriceAndQty(trade);
    if (kMarket == Market::Futures && scan_.takeIf<"\",\"nq\":\"">()) {
      static_cast<void>(scan_.decimal(scale_.qtyDecimals));
    }
    scan_.take<"\",\"f\":">();
    static_cast<void>(scan_.integer(kTradeIdSize));
    scan_.take<",\"l\":">();
    static_cast<void>(scan_.integer(kTradeIdSize));
    scan_.take<",\"T\":">();
    trade.exchangeTime = time();
    scan_.take<",\"m\":">();
    return finishTrade(trade);
  }

  void takePriceAndQty(Trade& trade) noexcept {
    scan_.take<"\"p\":\"">();
    const event::Level level = scan_.pair<"\",\"q\":\"">(scale_);
    trade.price = level.price;
    trade.qty = level.qty;
  }

  [[nodiscard]] bool finishTrade(Trade& trade) noexcept {
    trade.isBuyerMaker = scan_.boolean();
    if constexpr (kMarket == Market::Spot) {
      scan_.take<",\"M\":">();
      static_cast<void>(scan_.boolean());
    } else {
      takeKindAndPair();
    }
    takeEnd();
    return isTimeSound_ && scan_.isAtEnd() && addTrade(out_, trade);
  }

  TextScanner scan_;
  const DecodeContext& context_;
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
  return market == Market::Spot ? MessageScanner<Market::Spot>(frame, context, out).scanFrame()
                                : MessageScanner<Market::Futures>(frame, context, out).scanFrame();
}

}  // namespace hft::decode::binance
