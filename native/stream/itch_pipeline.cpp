#include "native/stream/itch_pipeline.hpp"

#include <algorithm>

namespace hft::stream {

using event::DecodeError;
using event::EventKind;
using event::MarketEvent;

namespace {

constexpr Scale kItchScale{4, 0, 4, 0};

}  // namespace

ItchPipeline::ItchPipeline(std::uint64_t messagesMax, InstrumentTable& instruments, bool discovers,
                           Publisher& publisher, StreamCounters& counters)
    : instruments_(instruments),
      discovers_(discovers),
      publisher_(publisher),
      counters_(counters),
      books_(book::ItchCapacity::forMessages(messagesMax)),
      sink_{*this},
      feed_(books_, sink_),
      locateOf_(instruments.capacity(), 0),
      symbolBooks_(std::make_unique<SymbolBook[]>(instrumentOf_.size())) {
  instrumentOf_.fill(kNoInstrument);
  for (std::size_t i = 0; i < instrumentOf_.size(); ++i) {
    symbolBooks_[i] = {&books_, static_cast<std::uint16_t>(i)};
  }
}

DecodeError ItchPipeline::onRun(std::string_view run, Nanos midnight, Nanos receiveTime) noexcept {
  midnight_ = midnight;
  receiveTime_ = receiveTime;
  const auto result =
      feed_.readFile({reinterpret_cast<const std::uint8_t*>(run.data()), run.size()});
  counters_.add(StreamCounter::Messages, result.messages);
  counters_.add(StreamCounter::UnknownMessages, result.unknownCount);
  if (result.error == decode::itch::FramingError::Ok) return DecodeError::Ok;
  return result.error == decode::itch::FramingError::Truncated ? DecodeError::Truncated
                                                               : DecodeError::Malformed;
}

void ItchPipeline::begin(const decode::itch::Prefix& prefix) noexcept {
  exchangeTime_ = midnight_ + static_cast<Nanos>(prefix.timestamp);
}

void ItchPipeline::learn(const decode::itch::StockDirectory& message) noexcept {
  const std::string_view symbol = message.stock.view();
  InstrumentId id = instruments_.find(symbol);
  if (id == kNoInstrument && discovers_) {
    id = instruments_.add(symbol, kItchScale).valueOr(kNoInstrument);
    if (id != kNoInstrument) announce(id);
  } else if (id != kNoInstrument && instruments_.widen(id, kItchScale)) {
    announce(id);
  }
  instrumentOf_[message.prefix.stockLocate] = id;
  if (id != kNoInstrument) locateOf_[id] = message.prefix.stockLocate;
}

std::optional<BookReading> ItchPipeline::bookOf(InstrumentId id) const noexcept {
  const std::uint16_t locate = id < locateOf_.size() ? locateOf_[id] : std::uint16_t{0};
  if (locate == 0) return std::nullopt;
  return BookReading{DepthSource(symbolBooks_[locate]), books_.status(locate), 0,
                     SingleOrders::Whole};
}

void ItchPipeline::announce(InstrumentId id) noexcept {
  MarketEvent event = eventOf(id, EventKind::Instrument);
  event.values[0] = kItchScale.priceDecimals;
  event.values[1] = kItchScale.qtyDecimals;
  event.values[2] = kItchScale.priceDigits;
  event.values[3] = kItchScale.qtyDigits;
  publisher_.plain(event, counters_);
}

MarketEvent ItchPipeline::eventOf(InstrumentId id, EventKind kind) const noexcept {
  MarketEvent event;
  event.instrument = id;
  event.kind = kind;
  event.exchangeTime = exchangeTime_;
  event.receiveTime = receiveTime_ != 0 ? receiveTime_ : exchangeTime_;
  return event;
}

void ItchPipeline::publishBook(std::uint16_t locate) noexcept {
  const InstrumentId id = instrumentOf_[locate];
  if (id == kNoInstrument) return;
  MarketEvent event = eventOf(id, EventKind::Book);
  const event::BookStatus status = books_.status(locate);
  event.state = status.state;
  event.reason = status.reason;
  const book::ItchTouch& touch = books_.touch(locate);
  event.quote.bid = touch.bidQty == 0 ? kNoPrice : Price{touch.bid};
  event.quote.bidQty = touch.bidQty;
  event.quote.ask = touch.askQty == 0 ? kNoPrice : Price{touch.ask};
  event.quote.askQty = touch.askQty;
  publisher_.book(instruments_[id], event, DepthSource(symbolBooks_[locate]), counters_);
}

void ItchPipeline::publishTrade(const Printed& trade) noexcept {
  const InstrumentId id = instrumentOf_[trade.locate];
  if (id == kNoInstrument) return;
  MarketEvent event = eventOf(id, EventKind::Trade);
  event.side = opposite(trade.resting);
  event.sequence = trade.matchNumber;
  event.trade.price = trade.price;
  event.trade.qty = trade.qty;
  event.trade.isHidden = trade.isHidden ? 1 : 0;
  publisher_.plain(event, counters_);
}

void ItchPipeline::publishChange(std::uint16_t locate, const event::L3Change& change) noexcept {
  const InstrumentId id = instrumentOf_[locate];
  if (id == kNoInstrument) return;
  publisher_.changes(eventOf(id, EventKind::Order), {&change, 1}, counters_);
}

void ItchPipeline::publishStatus(const decode::itch::TradingAction& message) noexcept {
  const InstrumentId id = instrumentOf_[message.prefix.stockLocate];
  if (id == kNoInstrument) return;
  MarketEvent event = eventOf(id, EventKind::Status);
  const bool trades = message.state == 'T';
  event.values[0] = static_cast<std::int64_t>(trades ? event::TradingStatus::Trading
                                                     : event::TradingStatus::Halted);
  publisher_.plain(event, counters_);
}

std::size_t ItchPipeline::SymbolBook::depth(Side side, std::span<event::Level> out) const noexcept {
  std::array<book::L3Level, 1024> levels;
  const std::size_t count =
      books->depth(locate, side, std::span(levels).first(std::min(out.size(), levels.size())));
  for (std::size_t i = 0; i < count; ++i) out[i] = {levels[i].price, levels[i].qty};
  return count;
}

}  // namespace hft::stream
