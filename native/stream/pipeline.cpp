#include "native/stream/pipeline.hpp"

#include <algorithm>

namespace hft::stream {

using event::BookReason;
using event::BookState;
using event::DecodeError;
using event::EventKind;
using event::MarketEvent;
using event::Message;
using event::MessageKind;

namespace {

/// Decodes of one frame: each time one instrument's scale grows.
constexpr int kWideningsMax = 1024;

decode::DecodeFunction decoderOf(decode::WireFormat format) noexcept {
  switch (format) {
    case decode::WireFormat::BinanceSpot:
      return decode::decodeBinanceSpot;
    case decode::WireFormat::BinanceFutures:
      return decode::decodeBinanceFutures;
    case decode::WireFormat::CoinbaseExchange:
      return decode::decodeCoinbaseExchange;
    case decode::WireFormat::CoinbaseAdvanced:
      return decode::decodeCoinbaseAdvanced;
    case decode::WireFormat::KrakenV1:
      return decode::decodeKrakenV1;
    case decode::WireFormat::KrakenV2:
      return decode::decodeKrakenV2;
    case decode::WireFormat::AlpacaJson:
      return decode::decodeAlpacaJson;
    case decode::WireFormat::AlpacaMsgpack:
      return decode::decodeAlpacaMsgpack;
    case decode::WireFormat::Fix:
      return decode::decodeFix;
    default:
      return nullptr;  // ITCH and LOBSTER have pipelines of their own.
  }
}

/// Whether a format names orders by text, which is mapped to numbers at the border.
bool usesOrderIds(decode::WireFormat format) noexcept {
  return format == decode::WireFormat::CoinbaseExchange || format == decode::WireFormat::KrakenV2;
}

}  // namespace

Pipeline::Pipeline(const PipelineOptions& options, Publisher& publisher)
    : options_(options),
      publisher_(publisher),
      instruments_(options.instrumentsMax),
      frame_(options.messagesMax, options.frameLevelsMax),
      states_(options.instrumentsMax),
      latency_(std::make_unique<LatencyHops>()) {
  connections_.reserve(options.connectionsMax);
}

Pipeline::~Pipeline() = default;

Result<InstrumentId, InstrumentError> Pipeline::addInstrument(std::string_view symbol,
                                                              const Scale& scale) noexcept {
  const auto added = instruments_.add(symbol, scale);
  if (added.ok()) announceNew(0);
  return added;
}

std::uint32_t Pipeline::addConnection(decode::WireFormat format) noexcept {
  if (connections_.size() == options_.connectionsMax) {
    return static_cast<std::uint32_t>(options_.connectionsMax);
  }
  Connection connection;
  connection.format = format;
  connection.decode = decoderOf(format);
  connections_.push_back(connection);
  return static_cast<std::uint32_t>(connections_.size() - 1);
}

std::optional<BookReading> Pipeline::bookOf(InstrumentId id) const noexcept {
  if (id >= instruments_.size()) return std::nullopt;
  const InstrumentState& state = states_[id];
  if (state.sync != nullptr) {
    return BookReading{DepthSource(state.sync->book()), state.sync->status(), state.sync->bookId()};
  }
  if (state.orders != nullptr) {
    const bool isKraken = connections_[state.connection].format == decode::WireFormat::KrakenV2;
    return BookReading{DepthSource(*state.orders), state.orders->status(), state.orders->bookId(),
                       isKraken ? SingleOrders::WithoutExecutions : SingleOrders::Whole};
  }
  if (itch_ != nullptr) return itch_->bookOf(id);
  if (lobster_ != nullptr) {
    return BookReading{DepthSource(*lobster_), lobster_->sync().status(), 0, SingleOrders::Whole};
  }
  return std::nullopt;
}

Nanos Pipeline::lastReceiveTime(std::uint32_t connection) const noexcept {
  return connection < connections_.size() ? connections_[connection].lastReceiveTime : 0;
}

void Pipeline::onFrame(const QueuedFrame& frame) noexcept {
  if (frame.origin > FrameOrigin::RestSnapshot) {
    onControl(frame);
    return;
  }
  if (frame.connection >= connections_.size()) return;
  Connection& connection = connections_[frame.connection];
  const bool isSnapshot = frame.origin == FrameOrigin::RestSnapshot;
  if (isSnapshot && connection.snapshotInstrument == kNoInstrument) {
    counters_.increment(StreamCounter::SkippedMessages);
    return;
  }
  if (connection.format == decode::WireFormat::Itch50) {
    onItchRun(frame);
    return;
  }
  if (connection.format == decode::WireFormat::Lobster) {
    onLobsterLine(connection, frame);
    return;
  }
  if (options_.stamps) latency_->begin();
  counters_.increment(StreamCounter::Frames);
  counters_.add(StreamCounter::Bytes, frame.payload.size());
  connection.lastReceiveTime = frame.receiveTime;
  const DecodeError error = decodeWidening(connection, frame);
  if (options_.stamps) latency_->decoded(frame.receiveTime);
  if (error != DecodeError::Ok) {
    counters_.increment(error);
    loseFrame(frame.connection, frame.receiveTime);
    return;
  }
  counters_.add(StreamCounter::UnknownMessages, frame_.unknownCount);
  counters_.add(StreamCounter::SkippedMessages, frame_.skippedCount);
  counters_.add(StreamCounter::Messages, frame_.messages().size());
  counters_.add(StreamCounter::Levels, frame_.levelCount());
  if (frame_.hasConnectionSequence) {
    checkConnectionSequence(connection, frame.connection, frame.receiveTime);
  }
  applyMessages(frame);
  if (options_.stamps) latency_->published();
}

DecodeError Pipeline::decodeWidening(const Connection& connection,
                                     const QueuedFrame& frame) noexcept {
  if (connection.decode == nullptr) return DecodeError::Malformed;
  const InstrumentId frameInstrument =
      frame.origin == FrameOrigin::RestSnapshot ? connection.snapshotInstrument : kNoInstrument;
  // Ids that left are remembered until their place is needed: what a book holds back until its
  // snapshot comes must have the references that the snapshot gives.
  if (orderRefs_ == nullptr && usesOrderIds(connection.format)) {
    orderRefs_ = std::make_unique<decode::OrderRefTable>(options_.ordersMax, options_.ordersMax);
  }
  const decode::DecodeContext context{instruments_, options_.discoversInstruments, frameInstrument,
                                      orderRefs_.get()};
  DecodeError error = DecodeError::Ok;
  for (int i = 0; i < kWideningsMax; ++i) {
    error = connection.decode(frame.payload, context, frame_);
    if (instruments_.size() != announcedCount_) announceNew(frame.receiveTime);
    const InstrumentId id = frame_.neededInstrument;
    const bool mayWiden =
        error == DecodeError::TooManyDecimals || (error == DecodeError::Ok && id != kNoInstrument);
    if (!mayWiden || id == kNoInstrument) return error;
    const Scale needed{frame_.neededPriceDecimals, frame_.neededQtyDecimals,
                       frame_.neededPriceDigits, frame_.neededQtyDigits};
    const bool isWider = instruments_.widen(id, needed);
    if (isWider) {
      InstrumentState& state = states_[id];
      // The consumer must know the new scale before it sees a price in it.
      announce(id, frame.receiveTime);
      if (state.sync != nullptr) {
        publishSync(id, state.sync->setScale(instruments_[id].scale), frame.receiveTime);
      }
      if (state.orders != nullptr) {
        publishOrders(id, state.orders->setScale(instruments_[id].scale), frame.receiveTime);
      }
    }
    if (error == DecodeError::Ok || !isWider) return error;
  }
  return error;
}

void Pipeline::announceNew(Nanos receiveTime) noexcept {
  while (announcedCount_ < instruments_.size()) {
    announce(static_cast<InstrumentId>(announcedCount_++), receiveTime);
  }
}

void Pipeline::announce(InstrumentId id, Nanos receiveTime) noexcept {
  const Scale& scale = instruments_[id].scale;
  MarketEvent event;
  event.instrument = id;
  event.kind = EventKind::Instrument;
  event.receiveTime = receiveTime;
  event.values[0] = scale.priceDecimals;
  event.values[1] = scale.qtyDecimals;
  event.values[2] = scale.priceDigits;
  event.values[3] = scale.qtyDigits;
  publisher_.plain(event, counters_);
}

void Pipeline::checkConnectionSequence(Connection& connection, std::uint32_t number,
                                       Nanos receiveTime) noexcept {
  const std::uint64_t sequence = frame_.connectionSequence;
  if (connection.hasSequence && sequence > connection.nextSequence) {
    counters_.increment(StreamCounter::Gaps);
    changeBooks(number, receiveTime, [](book::BookSync& sync) { return sync.onConnectionGap(); });
  }
  // A lower number is a repeat or a fresh connection: the books' own rules judge its content.
  if (!connection.hasSequence || sequence >= connection.nextSequence) {
    connection.nextSequence = sequence + 1;
  }
  connection.hasSequence = true;
}

void Pipeline::applyMessages(const QueuedFrame& frame) noexcept {
  for (const Message& message : frame_.messages()) {
    switch (message.kind) {
      case MessageKind::BookSnapshot:
      case MessageKind::BookDelta:
        applyBook(message, frame);
        break;
      case MessageKind::Quote:
        applyQuote(message, frame);
        break;
      case MessageKind::Trade:
        publishTrade(message, frame);
        break;
      case MessageKind::Bar:
        publishBar(message, frame);
        break;
      case MessageKind::Status:
        publishStatus(message, frame);
        break;
      case MessageKind::Heartbeat:
        counters_.increment(StreamCounter::Heartbeats);
        applyHeartbeat(message, frame);
        break;
      case MessageKind::VenueError:
        counters_.increment(StreamCounter::VenueErrors);
        break;
      case MessageKind::Subscribed:
        break;
      default:
        applyOrder(message, frame);
        break;
    }
  }
}

void Pipeline::onControl(const QueuedFrame& frame) noexcept {
  switch (frame.origin) {
    case FrameOrigin::AddInstrument:
      // A symbol or scale that the table refuses is checked where it comes from.
      (void)addInstrument(frame.payload, frame.scale);
      break;
    case FrameOrigin::FollowInstrument:
      (void)instruments_.discover(frame.payload);
      announceNew(frame.receiveTime);
      break;
    case FrameOrigin::AddConnection:
      (void)addConnection(frame.format);
      break;
    case FrameOrigin::SnapshotOf:
      nameSnapshot(frame);
      break;
    case FrameOrigin::LobsterRow:
      if (frame.connection < connections_.size()) {
        lobster().onRow(frame.payload, connections_[frame.connection].snapshotInstrument);
      }
      break;
    case FrameOrigin::Resynchronising:
      resynchronise(frame);
      break;
    default:
      if (frame.connection < connections_.size()) onConnectionEvent(frame);
      break;
  }
}

void Pipeline::resynchronise(const QueuedFrame& frame) noexcept {
  if (frame.instrument >= states_.size()) return;
  InstrumentState& state = states_[frame.instrument];
  if (state.sync != nullptr) {
    publishSync(frame.instrument, state.sync->resetForResync(), frame.receiveTime);
  }
  if (state.orders != nullptr) {
    publishOrders(frame.instrument, state.orders->resetForResync(), frame.receiveTime);
  }
}

void Pipeline::nameSnapshot(const QueuedFrame& frame) noexcept {
  if (frame.connection >= connections_.size()) return;
  InstrumentId id = instruments_.find(frame.payload);
  if (id == kNoInstrument && options_.discoversInstruments) {
    id = instruments_.discover(frame.payload).valueOr(kNoInstrument);
    announceNew(frame.receiveTime);
  }
  connections_[frame.connection].snapshotInstrument = id;
}

void Pipeline::onConnectionEvent(const QueuedFrame& frame) noexcept {
  Connection& connection = connections_[frame.connection];
  connection.hasSequence = false;
  if (frame.origin == FrameOrigin::Connected) {
    connection.lastReceiveTime = frame.receiveTime;
    return;
  }
  changeBooks(frame.connection, frame.receiveTime,
              [](book::BookSync& sync) { return sync.onDisconnect(); });
  changeOrders(frame.connection, frame.receiveTime,
               [](OrderBooks& orders) { return orders.onDisconnect(); });
}

void Pipeline::onItchRun(const QueuedFrame& frame) noexcept {
  if (itch_ == nullptr) {
    itch_ = std::make_unique<ItchPipeline>(options_.itchMessagesMax, instruments_,
                                           options_.discoversInstruments, publisher_, counters_);
    if (options_.tellsOrders) itch_->tellOrders();
  }
  counters_.increment(StreamCounter::Frames);
  counters_.add(StreamCounter::Bytes, frame.payload.size());
  const DecodeError error = itch_->onRun(frame.payload, options_.midnight, frame.receiveTime);
  announcedCount_ = instruments_.size();
  if (error != DecodeError::Ok) counters_.increment(error);
}

void Pipeline::onLobsterLine(const Connection& connection, const QueuedFrame& frame) noexcept {
  counters_.increment(StreamCounter::Frames);
  counters_.add(StreamCounter::Bytes, frame.payload.size());
  if (connection.snapshotInstrument == kNoInstrument) {
    counters_.increment(StreamCounter::SkippedMessages);
    return;
  }
  const DecodeError error =
      lobster().onLine(frame.payload, connection.snapshotInstrument, options_.midnight);
  if (error != DecodeError::Ok) counters_.increment(error);
}

LobsterPipeline& Pipeline::lobster() noexcept {
  if (lobster_ == nullptr) {
    const book::L3Capacity capacity{.ordersMax = options_.ordersMax,
                                    .levelsMax = options_.levelsMax};
    lobster_ = std::make_unique<LobsterPipeline>(capacity, instruments_, publisher_, counters_);
    if (options_.tellsOrders) lobster_->tellOrders();
  }
  return *lobster_;
}

void Pipeline::loseFrame(std::uint32_t connection, Nanos receiveTime) noexcept {
  // What the frame held is unknown: every book of its connection may have missed something.
  changeBooks(connection, receiveTime, [](book::BookSync& sync) { return sync.onDecodeError(); });
  changeOrders(connection, receiveTime, [](OrderBooks& orders) { return orders.onDecodeError(); });
}

void Pipeline::onClock(Nanos now) noexcept {
  for (std::size_t id = 0; id < instruments_.size(); ++id) {
    InstrumentState& state = states_[id];
    if (state.sync == nullptr) continue;
    const Nanos lastReceiveTime = connections_[state.connection].lastReceiveTime;
    if (lastReceiveTime != 0) {
      publishSync(static_cast<InstrumentId>(id), state.sync->onAlive(lastReceiveTime), now);
    }
    publishSync(static_cast<InstrumentId>(id), state.sync->onClock(now), now);
  }
}

}  // namespace hft::stream
