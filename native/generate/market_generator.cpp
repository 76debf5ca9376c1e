#include "native/generate/market_generator.hpp"

#include <algorithm>

#include "native/core/check.hpp"
#include "native/generate/frames/coinbase_frames.hpp"
#include "native/generate/frames/websocket_header.hpp"

namespace hft::generate {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMinute = 60 * kSecond;
/// How often a step tries to make what was asked for, before it lets the market move on.
constexpr int kTriesMax = 64;

std::size_t shareOf(FrameType type) noexcept {
  return type == FrameType::Depth ? 0 : type == FrameType::Trade ? 1 : 2;
}

/// How many levels a side the venue shows; 0 for all.
std::size_t shownDepth(const GeneratorOptions& options) noexcept {
  const bool isKraken = options.format == decode::WireFormat::KrakenV1 ||
                        options.format == decode::WireFormat::KrakenV2;
  return isKraken ? options.depth : 0;
}

}  // namespace

OptionsError checkOptions(const GeneratorOptions& options) noexcept {
  if (options.format >= decode::WireFormat::Itch50) return OptionsError::BadFormat;
  if (options.instrumentCount == 0 || options.instrumentCount > kGeneratedInstrumentsMax) {
    return OptionsError::BadInstrumentCount;
  }
  // Batched depth needs other frames to move the time on.
  const MessageMix& mix = options.mix;
  const std::uint64_t timely = std::uint64_t{mix.trade} + mix.ticker;
  constexpr std::uint32_t kShareMax = 1'000'000;
  if (timely + (options.depthInterval > 0 ? 0 : mix.depth) == 0 || mix.depth > kShareMax ||
      mix.trade > kShareMax || mix.ticker > kShareMax) {
    return OptionsError::BadMix;
  }
  if (options.framesPerSecond == 0 || options.framesPerSecond > 1'000'000'000 ||
      options.depthInterval < 0 || options.startTime < 0) {
    return OptionsError::BadTime;
  }
  const bool isBigBook = options.ordersPerInstrument > 200'000 || options.levelsPerDepth > 10'000;
  if (isBigBook || options.ordersPerInstrument < 200 || options.depth == 0 ||
      options.depth > 1'000) {
    return OptionsError::BadDepth;
  }
  const bool isExchange = options.format == decode::WireFormat::CoinbaseExchange;
  const bool isBinance = options.format == decode::WireFormat::BinanceSpot ||
                         options.format == decode::WireFormat::BinanceFutures;
  if ((options.tellsOrders && !isExchange) || (options.aggregatesTrades && !isBinance)) {
    return OptionsError::BadChannel;
  }
  return OptionsError::Ok;
}

MarketGenerator::MarketGenerator(const GeneratorOptions& options)
    : options_(options),
      random_(options.seed),
      latency_(options.seed ^ 0x6c6174656e6379U),
      clock_(kSecond / std::clamp<std::uint32_t>(options.framesPerSecond, 1, 1'000'000'000)),
      printer_(options.format, options.depth, options.tellsOrders),
      nextDepth_(options.instrumentCount, options.startTime),
      owed_(kOwedMax),
      collector_(shownDepth(options)),
      now_(options.startTime),
      nextHeartbeat_(options.startTime + kSecond),
      nextMinute_((options.startTime / kMinute + 1) * kMinute) {
  HFT_CHECK(checkOptions(options) == OptionsError::Ok);
  instruments_.reserve(options.instrumentCount);
  for (std::uint32_t index = 0; index < options.instrumentCount; ++index) {
    instruments_.emplace_back(instrumentSpec(options.format, index), options.ordersPerInstrument,
                              random_);
    instruments_.back().index = index;
    weightSum_ += instruments_.back().spec.weight;
    if (options.format == decode::WireFormat::BinanceFutures) {
      instruments_.back().updateId = instruments_.back().flushedId = venueUpdateId_;
    }
  }
  shares_ = {options.mix.depth, options.mix.trade, options.mix.ticker};
  // Where a venue shows no depth, its quotes take the place.
  if (!printer_.hasDepth()) shares_ = {0, shares_[1], shares_[2] + shares_[0]};
  tellsDepth_ = printer_.hasDepth() && (shares_[0] > 0 || options.depthInterval > 0);
  if (options.depthInterval > 0) shares_[0] = 0;
  // Changes between two depth frames are spread over the frames between them.
  const std::int64_t sum = shares_[0] + shares_[1] + shares_[2];
  const std::int64_t levels = options.levelsPerDepth;
  passivesPerStep_ =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(shares_[0] * levels / sum, 1, 64));
  beginSession();
}

void MarketGenerator::beginSession() noexcept {
  owedBegin_ = owedEnd_ = 0;
  printer_.beginConnection();
  for (std::size_t number = 0; number < printer_.controlCount(instruments_.size()); ++number) {
    owe(FrameType::Control, instruments_.front()).number = number;
  }
  if (!printer_.hasStreamSnapshots()) return;
  for (const MarketInstrument& instrument : instruments_) owe(FrameType::Snapshot, instrument);
}

MarketGenerator::Owed& MarketGenerator::owe(FrameType type,
                                            const MarketInstrument& instrument) noexcept {
  HFT_CHECK(owedEnd_ < kOwedMax);
  Owed& owed = owed_[owedEnd_++];
  owed.type = type;
  owed.instrument = instrument.index;
  ++framesOfStep_;
  return owed;
}

void MarketGenerator::count(FrameType type) noexcept {
  for (std::size_t at = 0; at < credits_.size(); ++at) credits_[at] += shares_[at];
  credits_[shareOf(type)] -= shares_[0] + shares_[1] + shares_[2];
}

FrameType MarketGenerator::wanted() const noexcept {
  // Largest remainder: over any stretch each kind is within a frame or two of its share.
  constexpr std::array<FrameType, 3> kTypes = {FrameType::Depth, FrameType::Trade,
                                               FrameType::Ticker};
  std::size_t best = 3;
  for (std::size_t at = 0; at < kTypes.size(); ++at) {
    const bool isOn = shares_[at] > 0;
    if (isOn && (best == 3 || credits_[at] + shares_[at] > credits_[best] + shares_[best])) {
      best = at;
    }
  }
  return kTypes[best];
}

MarketInstrument& MarketGenerator::pickInstrument() noexcept {
  std::uint32_t place = random_.below(weightSum_);
  for (MarketInstrument& instrument : instruments_) {
    if (place < instrument.spec.weight) return instrument;
    place -= instrument.spec.weight;
  }
  return instruments_.front();
}

void MarketGenerator::noteChanges(MarketInstrument& instrument) noexcept {
  const std::uint64_t changes = instrument.flow.changeCount() - instrument.seenChanges;
  if (changes == 0) return;
  instrument.seenChanges += changes;
  const bool isFirst = instrument.updateId == instrument.flushedId;
  if (options_.format == decode::WireFormat::BinanceFutures) {
    // Ids are shared by the whole venue, so that those of one instrument jump.
    if (isFirst) instrument.firstUpdateId = venueUpdateId_ + 1;
    venueUpdateId_ += changes * 7 + random_.below(16);
    instrument.updateId = venueUpdateId_;
  } else {
    if (isFirst) instrument.firstUpdateId = instrument.flushedId + 1;
    instrument.updateId += changes;
  }
  if (!options_.tellsOrders) instrument.sequence += changes;
}

void MarketGenerator::tick() noexcept {
  now_ += clock_.next(random_, std::max<std::uint32_t>(framesOfStep_, 1));
  framesOfStep_ = 0;
  if (printer_.hasHeartbeats() && now_ >= nextHeartbeat_) {
    nextHeartbeat_ = now_ - now_ % kSecond + kSecond;
    const bool isEach = printer_.hasProductHeartbeats();
    for (const MarketInstrument& instrument : instruments_) {
      owe(FrameType::Heartbeat, instrument);
      if (!isEach) break;
    }
  }
  if (now_ >= nextMinute_) {
    nextMinute_ = now_ - now_ % kMinute + kMinute;
    for (MarketInstrument& instrument : instruments_) {
      instrument.lastMinute = instrument.minute;
      instrument.minute.start(instrument.minute.close);
      if (printer_.hasBars()) owe(FrameType::Bar, instrument);
    }
  }
}

void MarketGenerator::step() noexcept {
  tick();
  if (options_.tellsOrders) return moveOrders();
  MarketInstrument& instrument = pickInstrument();
  instrument.flow.wander(random_, clock_.intensity());
  for (std::uint32_t passive = 0; passive < passivesPerStep_; ++passive) {
    events_.clear();
    instrument.flow.passive(random_, events_);
  }
  noteChanges(instrument);
  if (options_.depthInterval > 0 && tellsDepth_) {
    for (MarketInstrument& due : instruments_) {
      if (now_ < nextDepth_[due.index]) continue;
      nextDepth_[due.index] = now_ - now_ % options_.depthInterval + options_.depthInterval;
      oweDepth(due);
    }
  }
  switch (wanted()) {
    case FrameType::Trade:
      trade(instrument);
      break;
    case FrameType::Ticker:
      quote(instrument);
      break;
    default:
      depth(instrument);
      break;
  }
  // Nobody asks what changed where no depth is told.
  if (!tellsDepth_) instrument.flow.book().clearChanges();
}

void MarketGenerator::trade(MarketInstrument& instrument) noexcept {
  events_.clear();
  instrument.flow.take(random_, clock_.intensity(), events_);
  noteChanges(instrument);
  Owed* last = nullptr;
  for (const OrderEvent& event : events_.all()) {
    if (event.kind != OrderEventKind::Filled) continue;
    noteFill(instrument, event);
    const bool joins =
        options_.aggregatesTrades && last != nullptr && last->trade.price == event.order.price;
    if (joins) {
      last->trade.qty += event.qty;
      last->trade.tradeId = instrument.tradeId;
      continue;
    }
    last = &owe(FrameType::Trade, instrument);
    count(FrameType::Trade);
    last->trade = TradePrint{instrument.tradeId,
                             event.order.price,
                             event.qty,
                             opposite(event.order.side),
                             event.order.id,
                             event.takerId,
                             instrument.sequence,
                             instrument.tradeId,
                             options_.aggregatesTrades ? ++instrument.aggregateId : 0};
  }
}

void MarketGenerator::noteFill(MarketInstrument& instrument, const OrderEvent& event) noexcept {
  ++instrument.tradeId;
  instrument.day.add(event.order.price, event.qty);
  instrument.minute.add(event.order.price, event.qty);
  instrument.lastTaker = opposite(event.order.side);
  instrument.lastQty = event.qty;
}

void MarketGenerator::quote(MarketInstrument& instrument) noexcept {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (!(instrument.book().touch() == instrument.quoted)) break;
    events_.clear();
    instrument.flow.atTouch(random_, events_);
  }
  noteChanges(instrument);
  instrument.quoted = instrument.book().touch();
  owe(FrameType::Ticker, instrument);
  count(FrameType::Ticker);
}

void MarketGenerator::depth(MarketInstrument& instrument) noexcept {
  const std::uint32_t levels = options_.levelsPerDepth;
  const std::size_t goal =
      std::max<std::size_t>(1, levels * 4 / 5 + random_.below(levels * 2 / 5 + 1));
  const SimulatedBook& book = instrument.book();
  for (std::size_t tries = 0; tries < 4 * goal + kTriesMax; ++tries) {
    if (book.changeCount(Side::Buy) + book.changeCount(Side::Sell) >= goal) break;
    events_.clear();
    instrument.flow.passive(random_, events_);
  }
  noteChanges(instrument);
  oweDepth(instrument);
}

void MarketGenerator::oweDepth(MarketInstrument& instrument) noexcept {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const DepthView view = collector_.collect(instrument);
    if (view.bids.size() + view.asks.size() > 0) break;
    // All changes lie deeper than what the venue shows.
    events_.clear();
    instrument.flow.atTouch(random_, events_);
  }
  noteChanges(instrument);
  // Venues send the touch at once and the depth in batches, so the touch comes first.
  if (shares_[2] > 0 && !(instrument.book().touch() == instrument.quoted)) {
    instrument.quoted = instrument.book().touch();
    owe(FrameType::Ticker, instrument);
    count(FrameType::Ticker);
  }
  owe(FrameType::Depth, instrument);
  count(FrameType::Depth);
}

void MarketGenerator::moveOrders() noexcept {
  MarketInstrument& instrument = pickInstrument();
  instrument.flow.wander(random_, clock_.intensity());
  events_.clear();
  // One order in eight takes; of the events of a real full channel about as many are matches.
  if (random_.below(8) == 0) {
    instrument.flow.take(random_, clock_.intensity(), events_);
  } else {
    instrument.flow.passive(random_, events_);
  }
  noteChanges(instrument);
  tellOrders(instrument);
  instrument.flow.book().clearChanges();
}

void MarketGenerator::tellOrders(MarketInstrument& instrument) noexcept {
  const auto tell = [&](const OrderEvent& event) -> Owed& {
    Owed& owed = owe(FrameType::Order, instrument);
    owed.event = event;
    owed.number = ++instrument.sequence;
    owed.isOpen = false;
    return owed;
  };
  for (const OrderEvent& event : events_.all()) {
    Owed& owed = tell(event);
    if (event.kind == OrderEventKind::Added) tell(event).isOpen = true;
    if (event.kind != OrderEventKind::Filled) continue;
    noteFill(instrument, event);
    owed.type = FrameType::Trade;
    owed.trade = TradePrint{instrument.tradeId,
                            event.order.price,
                            event.qty,
                            opposite(event.order.side),
                            event.order.id,
                            event.takerId,
                            owed.number,
                            instrument.tradeId,
                            0};
    if (event.order.qty == 0) tell(event);
  }
}

void MarketGenerator::printOrder(TextWriter& out, const Owed& owed,
                                 const MarketInstrument& instrument) noexcept {
  IsoTime& iso = printer_.iso();
  switch (owed.event.kind) {
    case OrderEventKind::Added:
      if (owed.isOpen) {
        return coinbase::open(out, instrument, owed.event, owed.number, now_, iso);
      }
      return coinbase::received(out, instrument, owed.event, owed.number, now_, iso);
    case OrderEventKind::TakerArrived:
      return coinbase::received(out, instrument, owed.event, owed.number, now_, iso);
    default:
      return coinbase::done(out, instrument, owed.event, owed.number, now_, iso);
  }
}

std::size_t MarketGenerator::print(std::span<char> out, FrameInfo& info) noexcept {
  const Owed& owed = owed_[owedBegin_];
  MarketInstrument& instrument = instruments_[owed.instrument];
  DepthView view;
  std::size_t bytes = FramePrinter::kSmallBytesMax;
  if (owed.type == FrameType::Control) bytes = FramePrinter::controlBytesMax(instruments_.size());
  if (owed.type == FrameType::Snapshot) bytes = printer_.snapshotBytesMax(instrument);
  if (owed.type == FrameType::Depth) {
    view = collector_.collect(instrument);
    bytes = printer_.depthBytesMax(view);
  }
  info.bytesNeeded = bytes + TextWriter::kSlack;
  if (out.size() < info.bytesNeeded) return 0;
  TextWriter text(out.data());
  switch (owed.type) {
    case FrameType::Control:
      printer_.control(text, instruments_, owed.number, now_);
      break;
    case FrameType::Snapshot:
      printer_.snapshot(text, instrument, now_);
      collector_.markTold(instrument);
      break;
    case FrameType::Depth:
      printer_.depth(text, instrument, view, now_);
      collector_.markTold(instrument);
      break;
    case FrameType::Trade:
      printer_.trade(text, instrument, owed.trade, now_);
      break;
    case FrameType::Ticker:
      printer_.ticker(text, instrument, now_);
      break;
    case FrameType::Heartbeat:
      printer_.heartbeat(text, instrument, now_);
      break;
    case FrameType::Bar:
      printer_.bar(text, instrument, nextMinute_ - 2 * kMinute);
      break;
    case FrameType::Order:
      printOrder(text, owed, instrument);
      break;
  }
  HFT_DCHECK(text.size() <= bytes);
  info.type = owed.type;
  info.isBinary = printer_.isBinary();
  info.instrument = owed.instrument;
  info.exchangeTime = now_;
  // A few hundred microseconds of network, with a tail.
  const std::uint64_t bits = latency_.next();
  const auto jitter = static_cast<Nanos>((bits & 0xffff) * (1 + (bits >> 61) * (bits >> 61)));
  lastReceiveTime_ = std::max(lastReceiveTime_ + 1, now_ + 300'000 + jitter);
  info.receiveTime = lastReceiveTime_;
  if (++owedBegin_ == owedEnd_) owedBegin_ = owedEnd_ = 0;
  return text.size();
}

std::size_t MarketGenerator::next(std::span<char> out, FrameInfo& info) noexcept {
  for (int steps = 0; owedBegin_ == owedEnd_; ++steps) {
    // A step without a frame is one whose taker found nobody: it can't happen for long.
    HFT_CHECK(steps < 10'000);
    step();
  }
  return print(out, info);
}

std::size_t MarketGenerator::settle(std::span<char> out, FrameInfo& info) noexcept {
  info.bytesNeeded = 0;
  for (MarketInstrument& instrument : instruments_) {
    if (owedBegin_ != owedEnd_ || options_.tellsOrders) break;
    if (shares_[2] > 0 && !(instrument.book().touch() == instrument.quoted)) {
      instrument.quoted = instrument.book().touch();
      owe(FrameType::Ticker, instrument);
    } else if (tellsDepth_) {
      const DepthView view = collector_.collect(instrument);
      if (view.bids.size() + view.asks.size() > 0) owe(FrameType::Depth, instrument);
    }
  }
  return owedBegin_ == owedEnd_ ? 0 : print(out, info);
}

FillResult MarketGenerator::fill(std::span<char> out, Framing framing) noexcept {
  FillResult result;
  const std::size_t header = framing == Framing::WebSocket ? kWebSocketHeaderMax : 0;
  FrameInfo info;
  for (;;) {
    const std::span<char> space = out.subspan(result.bytes);
    if (space.size() <= header + 1) return result;
    // Most headers are four bytes; the frame is moved where its own is not.
    constexpr std::size_t kUsualHeader = 4;
    const std::size_t before = header == 0 ? 0 : kUsualHeader;
    const std::size_t bytes = next(space.subspan(before, space.size() - header - 1), info);
    if (bytes == 0) return result;
    ++result.frames;
    if (header == 0) {
      space[bytes] = '\n';
      result.bytes += bytes + 1;
    } else {
      result.bytes += putWebSocketFrame(space, kUsualHeader, bytes, info.isBinary);
    }
  }
}

std::size_t MarketGenerator::snapshotBytesMax(std::size_t instrument) const noexcept {
  return printer_.snapshotBytesMax(instruments_[instrument]) + TextWriter::kSlack;
}

std::size_t MarketGenerator::snapshot(std::size_t instrument, std::size_t levelsMax,
                                      std::span<char> out) noexcept {
  MarketInstrument& asked = instruments_[instrument];
  if (out.size() < snapshotBytesMax(instrument)) return 0;
  // The futures rule asks for a depth frame whose ids enclose the snapshot's: so one must be owed.
  while (options_.format == decode::WireFormat::BinanceFutures &&
         asked.updateId == asked.flushedId) {
    events_.clear();
    asked.flow.passive(random_, events_);
    noteChanges(asked);
  }
  TextWriter text(out.data());
  printer_.restSnapshot(text, asked, levelsMax, now_);
  return text.size();
}

}  // namespace hft::generate
