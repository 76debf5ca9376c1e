#include "native/stream/pipeline.hpp"

// How the messages of a frame reach the books, and what of it is published.
namespace hft::stream {

using event::BookReason;
using event::BookState;
using event::EventKind;
using event::MarketEvent;
using event::Message;
using event::MessageKind;

namespace {

bool isBinance(decode::WireFormat format) noexcept {
  return format == decode::WireFormat::BinanceSpot || format == decode::WireFormat::BinanceFutures;
}

/// How the book messages of a format join, where the format alone tells.
book::SyncRule ruleOf(decode::WireFormat format) noexcept {
  switch (format) {
    case decode::WireFormat::BinanceSpot:
      return book::SyncRule::BinanceSpot;
    case decode::WireFormat::BinanceFutures:
      return book::SyncRule::BinanceFutures;
    case decode::WireFormat::CoinbaseExchange:
      return book::SyncRule::CoinbaseExchange;
    case decode::WireFormat::CoinbaseAdvanced:
      return book::SyncRule::CoinbaseAdvanced;
    case decode::WireFormat::KrakenV1:
    case decode::WireFormat::KrakenV2:
      return book::SyncRule::Kraken;
    case decode::WireFormat::Fix:
      return book::SyncRule::Fix;
    default:
      return book::SyncRule::AlpacaBook;
  }
}

MarketEvent eventOf(const Message& message, EventKind kind, Nanos receiveTime) noexcept {
  MarketEvent event;
  event.instrument = message.instrument;
  event.kind = kind;
  event.side = message.side;
  event.exchangeTime = message.exchangeTime;
  event.receiveTime = receiveTime;
  event.sequence = message.lastId;
  return event;
}

}  // namespace

void Pipeline::applyBook(const Message& message, const QueuedFrame& frame) noexcept {
  book::BookSync* sync = syncFor(message, frame);
  if (sync == nullptr) return;
  publishSync(message.instrument, sync->apply(message, frame_, frame.receiveTime),
              frame.receiveTime);
}

void Pipeline::applyQuote(const Message& message, const QueuedFrame& frame) noexcept {
  if (message.instrument >= states_.size()) return;
  MarketEvent event = eventOf(message, EventKind::Quote, frame.receiveTime);
  event.values[0] = message.quote.bid;
  event.values[1] = message.quote.bidQty;
  event.values[2] = message.quote.ask;
  event.values[3] = message.quote.askQty;
  publisher_.plain(event, counters_);
  InstrumentState& state = states_[message.instrument];
  if (state.sync == nullptr) {
    const decode::WireFormat format = connections_[frame.connection].format;
    if (format != decode::WireFormat::AlpacaJson && format != decode::WireFormat::AlpacaMsgpack) {
      return;
    }
    makeSync(message.instrument, book::SyncRule::Quotes, frame.connection);
  }
  publishSync(message.instrument, state.sync->apply(message, frame_, frame.receiveTime),
              frame.receiveTime);
}

void Pipeline::publishTrade(const Message& message, const QueuedFrame& frame) noexcept {
  MarketEvent event = eventOf(message, EventKind::Trade, frame.receiveTime);
  event.trade.price = message.trade.price;
  event.trade.qty = message.trade.qty;
  publisher_.plain(event, counters_);
}

void Pipeline::publishBar(const Message& message, const QueuedFrame& frame) noexcept {
  MarketEvent event = eventOf(message, EventKind::Bar, frame.receiveTime);
  event.bar.open = message.bar.open;
  event.bar.high = message.bar.high;
  event.bar.low = message.bar.low;
  event.bar.close = message.bar.close;
  event.sequence = static_cast<std::uint64_t>(message.bar.volume);
  publisher_.plain(event, counters_);
}

void Pipeline::publishStatus(const Message& message, const QueuedFrame& frame) noexcept {
  MarketEvent event = eventOf(message, EventKind::Status, frame.receiveTime);
  event.values[0] = message.code;
  publisher_.plain(event, counters_);
}

void Pipeline::applyOrder(const Message& message, const QueuedFrame& frame) noexcept {
  if (message.instrument >= states_.size()) return;
  InstrumentState& state = states_[message.instrument];
  if (state.orders == nullptr) {
    // Trades name their maker also where single orders are not followed.
    if (message.kind == MessageKind::OrderReduce) return;
    makeOrders(message.instrument, frame.connection);
  }
  publishOrders(message.instrument, state.orders->apply(message), frame.receiveTime);
}

void Pipeline::applyHeartbeat(const Message& message, const QueuedFrame& frame) noexcept {
  // A heartbeat may carry the sequence that an order feed has reached; with a first id it is a
  // message of such a feed, which has its place in the sequence.
  if (message.instrument >= states_.size()) return;
  InstrumentState& state = states_[message.instrument];
  if (state.orders == nullptr && message.firstId == 0) return;
  if (state.orders == nullptr) makeOrders(message.instrument, frame.connection);
  publishOrders(message.instrument, state.orders->apply(message), frame.receiveTime);
}

void Pipeline::makeOrders(InstrumentId id, std::uint32_t connection) noexcept {
  book::L3SyncConfig config;
  config.rule = connections_[connection].format == decode::WireFormat::KrakenV2
                    ? book::L3Rule::Checksummed
                    : book::L3Rule::Sequenced;
  config.capacity.ordersMax = options_.ordersMax;
  config.capacity.levelsMax = options_.levelsMax;
  config.scale = instruments_[id].scale;
  states_[id].orders = std::make_unique<OrderBooks>(config);
  if (options_.tellsOrders) states_[id].orders->tellChanges(&changes_);
  states_[id].connection = connection;
}

void Pipeline::publishOrders(InstrumentId id, const book::L3Outcome& outcome,
                             Nanos receiveTime) noexcept {
  count(outcome);
  const OrderBooks& orders = *states_[id].orders;
  MarketEvent event;
  if (!changes_.empty()) {
    event.instrument = id;
    event.kind = EventKind::Order;
    event.exchangeTime = orders.exchangeTime();
    event.receiveTime = receiveTime;
    event.sequence = orders.bookId();
    publisher_.changes(event, changes_, counters_);
    changes_.clear();
  }
  if (orders.isInSnapshot()) return;
  if (!outcome.levelsChanged && !outcome.statusChanged()) return;
  event.instrument = id;
  event.kind = outcome.levelsChanged ? EventKind::Book : EventKind::State;
  event.state = outcome.after.state;
  event.reason = outcome.after.reason;
  event.exchangeTime = orders.exchangeTime();
  event.receiveTime = receiveTime;
  event.sequence = orders.bookId();
  event.quote.bid = orders.book().bestBid();
  event.quote.bidQty = orders.book().bestBidQty();
  event.quote.ask = orders.book().bestAsk();
  event.quote.askQty = orders.book().bestAskQty();
  publisher_.book(instruments_[id], event, DepthSource(orders), counters_);
}

book::BookSync* Pipeline::syncFor(const Message& message, const QueuedFrame& frame) noexcept {
  if (message.instrument >= states_.size()) return nullptr;
  InstrumentState& state = states_[message.instrument];
  const decode::WireFormat format = connections_[frame.connection].format;
  // Binance's partial depth streams and its REST snapshots look alike; the stream's name (which
  // gave the symbol) or the way that the body came tells them apart.
  const bool isPartialDepth = isBinance(format) && message.kind == MessageKind::BookSnapshot &&
                              frame.origin == FrameOrigin::Stream;
  const book::SyncRule rule = isPartialDepth ? book::SyncRule::PartialDepth : ruleOf(format);
  if (state.sync == nullptr) {
    makeSync(message.instrument, rule, frame.connection);
  } else if (state.sync->rule() == book::SyncRule::PartialDepth ||
             state.sync->rule() == book::SyncRule::Quotes) {
    // A fuller stream of the same instrument began.
    if (rule != state.sync->rule()) makeSync(message.instrument, rule, frame.connection);
  }
  return state.sync.get();
}

void Pipeline::makeSync(InstrumentId id, book::SyncRule rule, std::uint32_t connection) noexcept {
  book::SyncConfig config;
  config.rule = rule;
  config.limits = {options_.levelsMax, options_.levelsMax};
  config.scale = instruments_[id].scale;
  config.staleAfter = options_.staleAfter;
  // Kraken's checksum says after every update whether the book is right; a removal that finds
  // nothing (a level that came and went between two messages) must not outvote it.
  config.distrustsUnknownRemovals = rule != book::SyncRule::Kraken;
  config.skewMax = options_.skewMax;
  InstrumentState& state = states_[id];
  // A conflated event may still point at the book that is replaced.
  if (state.sync != nullptr) retired_.push_back(std::move(state.sync));
  state.sync = std::make_unique<book::BookSync>(config);
  state.connection = connection;
}

void Pipeline::publishSync(InstrumentId id, const book::SyncOutcome& outcome,
                           Nanos receiveTime) noexcept {
  count(outcome);
  if (!outcome.levelsChanged && !outcome.statusChanged()) return;
  const book::BookSync& sync = *states_[id].sync;
  const book::Bbo bbo = sync.book().bbo();
  MarketEvent event;
  event.instrument = id;
  event.kind = outcome.levelsChanged ? EventKind::Book : EventKind::State;
  event.state = outcome.after.state;
  event.reason = outcome.after.reason;
  event.exchangeTime = sync.exchangeTime();
  event.receiveTime = receiveTime;
  event.sequence = sync.bookId();
  event.quote.bid = bbo.bid;
  event.quote.bidQty = bbo.bidQty;
  event.quote.ask = bbo.ask;
  event.quote.askQty = bbo.askQty;
  publisher_.book(instruments_[id], event, DepthSource(sync.book()), counters_);
}

void Pipeline::count(const book::SyncOutcome& outcome) noexcept {
  const book::SyncCounts& counts = outcome.counts;
  counters_.add(StreamCounter::Buffered, counts.buffered);
  counters_.add(StreamCounter::IgnoredOld, counts.ignoredOld);
  counters_.add(StreamCounter::Gaps, counts.gaps);
  counters_.add(StreamCounter::ChecksumsVerified, counts.checksumsOk);
  counters_.add(StreamCounter::ChecksumsFailed, counts.checksumsFailed);
  counters_.add(StreamCounter::QuotesAgreed, counts.quotesAgreed);
  counters_.add(StreamCounter::QuotesDisagreed, counts.quotesMismatched);
  const bool isHealed = counts.snapshots != 0 && outcome.before.state == BookState::Broken &&
                        outcome.after.state != BookState::Broken;
  // The first snapshot of a book mends nothing.
  if (isHealed && outcome.before.reason != BookReason::AwaitingSnapshot)
    counters_.increment(StreamCounter::Resyncs);
}

}  // namespace hft::stream
