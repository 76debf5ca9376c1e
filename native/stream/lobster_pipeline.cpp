#include "native/stream/lobster_pipeline.hpp"

#include <algorithm>

namespace hft::stream {

using event::DecodeError;
using event::EventKind;
using event::MarketEvent;
using event::Message;

void LobsterPipeline::onRow(std::string_view row, InstrumentId id) noexcept {
  hasRow_ = id < instruments_.size() &&
            decode::readLobsterRow(row, instruments_[id].scale, row_) == DecodeError::Ok;
}

DecodeError LobsterPipeline::onLine(std::string_view line, InstrumentId id,
                                    Nanos midnight) noexcept {
  const book::L3Witness witness{row_.bids(), row_.asks(), row_.depth};
  const book::L3Witness* row = hasRow_ ? &witness : nullptr;
  hasRow_ = false;
  const decode::DecodeContext context{instruments_, false, id};
  const DecodeError error = decode::decodeLobster(line, context, frame_);
  if (error != DecodeError::Ok) {
    publish(id, sync_.onDecodeError(row), lastTime_);
    return error;
  }
  counters_.add(StreamCounter::Messages, frame_.messages().size());
  counters_.add(StreamCounter::UnknownMessages, frame_.unknownCount);
  for (const Message& message : frame_.messages()) {
    lastTime_ = midnight + message.exchangeTime;
    const book::L3Outcome outcome = sync_.apply(message, row);
    publishChanges(id, lastTime_);
    publishTrade(id, outcome, lastTime_);
    if (message.kind == event::MessageKind::Trade) publishHidden(message, lastTime_);
    publish(id, outcome, lastTime_);
    if (message.kind == event::MessageKind::Status) {
      MarketEvent event;
      event.instrument = id;
      event.kind = EventKind::Status;
      event.exchangeTime = event.receiveTime = lastTime_;
      event.values[0] = message.code;
      publisher_.plain(event, counters_);
    }
  }
  return error;
}

void LobsterPipeline::publishChanges(InstrumentId id, Nanos time) noexcept {
  if (changes_.empty()) return;
  MarketEvent event;
  event.instrument = id;
  event.kind = EventKind::Order;
  event.exchangeTime = event.receiveTime = time;
  publisher_.changes(event, changes_, counters_);
  changes_.clear();
}

void LobsterPipeline::publishTrade(InstrumentId id, const book::L3Outcome& outcome,
                                   Nanos time) noexcept {
  if (!outcome.hasTrade) return;
  MarketEvent event;
  event.instrument = id;
  event.kind = EventKind::Trade;
  event.side = outcome.aggressor;
  event.exchangeTime = event.receiveTime = time;
  event.sequence = outcome.tradeId;
  event.trade.price = outcome.tradePrice;
  event.trade.qty = outcome.tradeQty;
  publisher_.plain(event, counters_);
}

void LobsterPipeline::publishHidden(const Message& message, Nanos time) noexcept {
  MarketEvent event;
  event.instrument = message.instrument;
  event.kind = EventKind::Trade;
  event.side = message.side;
  event.exchangeTime = event.receiveTime = time;
  event.trade.price = message.trade.price;
  event.trade.qty = message.trade.qty;
  event.trade.isHidden = 1;
  publisher_.plain(event, counters_);
}

void LobsterPipeline::publish(InstrumentId id, const book::L3Outcome& outcome,
                              Nanos time) noexcept {
  counters_.add(StreamCounter::Gaps, outcome.counts.gaps);
  publishChanges(id, time);
  if (!outcome.levelsChanged && !outcome.statusChanged()) return;
  const book::L3Book& book = sync_.book();
  MarketEvent event;
  event.instrument = id;
  event.kind = outcome.levelsChanged ? EventKind::Book : EventKind::State;
  event.state = outcome.after.state;
  event.reason = outcome.after.reason;
  event.exchangeTime = event.receiveTime = time;
  event.quote.bid = book.bestBid();
  event.quote.bidQty = book.bestBidQty();
  event.quote.ask = book.bestAsk();
  event.quote.askQty = book.bestAskQty();
  publisher_.book(instruments_[id], event, DepthSource(*this), counters_);
}

std::size_t LobsterPipeline::depth(Side side, std::span<event::Level> out) const noexcept {
  std::array<book::L3Level, 1024> levels;
  const std::size_t count =
      sync_.book().depth(side, std::span(levels).first(std::min(out.size(), levels.size())));
  for (std::size_t i = 0; i < count; ++i) out[i] = {levels[i].price, levels[i].qty};
  return count;
}

}  // namespace hft::stream
