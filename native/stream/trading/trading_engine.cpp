#include "native/stream/trading/trading_engine.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "native/core/check.hpp"
#include "native/core/clock.hpp"

namespace hft::stream {

using event::ExecutionReport;
using event::Level;
using order::OrderRequest;

namespace {

CoreOptions clocked(const EngineOptions& options) {
  CoreOptions core = options.core;
  if (options.isVirtual && !options.isStepped) return core;
  core.clock = []() noexcept { return realtimeNanos(); };
  return core;
}

}  // namespace

Nanos TradingEngine::realtimeClock() noexcept { return realtimeNanos(); }
Nanos TradingEngine::monotonicClock() noexcept { return monotonicNanos(); }

TradingEngine::TradingEngine(const EngineOptions& options, OrderEventRing ring)
    : options_(options),
      core_(clocked(options)),
      ring_(std::move(ring)),
      isVirtual_(options.isVirtual || options.isStepped),
      isStamped_(options.isStepped && options.replaysRun == 0) {
  core_.setLedger(&ledger_);
  rollsSessions_ = options_.isVirtual && !options_.isStepped && options_.sessionStart >= 0;
  if (options_.simulated) {
    exchange_ = std::make_unique<sim::SimulatedExchange>(*options_.simulated);
    emergencies_ = std::make_unique<ring::SpscRing<Emergency>>(kEmergencySlots);
    feedsExchange_ = options_.simulated->mode == sim::ExchangeMode::Recorded;
    isExact_ = std::holds_alternative<sim::ExactQueue>(options_.simulated->queue);
  }
  for (auto& side : known_) {
    side.resize(options.core.orders.instrumentsMax);
  }
  VenuePort connector;
  connector.context = this;
  connector.canSend = [](void* self) noexcept {
    return static_cast<TradingEngine*>(self)->outboxCount_ < kOutboxMax;
  };
  connector.canCancel = [](void* self) noexcept {
    return static_cast<TradingEngine*>(self)->outboxCount_ < kOutboxSlots;
  };
  connector.send = [](void* self, const OrderRequest& request) noexcept {
    auto* engine = static_cast<TradingEngine*>(self);
    HFT_CHECK(engine->outbox_.push(request) == ring::RingError::Ok);
    ++engine->outboxCount_;
  };
  for (std::uint32_t venue = 0; venue < options.core.orders.venuesMax; ++venue) {
    core_.setPort(static_cast<std::uint16_t>(venue), connector);
  }
  if (exchange_ != nullptr) {
    VenuePort simulated;
    simulated.context = this;
    simulated.canSend = [](void* self) noexcept {
      return static_cast<TradingEngine*>(self)->exchange_->canSend();
    };
    simulated.send = [](void* self, const OrderRequest& request) noexcept {
      auto* engine = static_cast<TradingEngine*>(self);
      (void)engine->exchange_->onRequest(request, engine->now().realtime);
    };
    core_.setPort(0, simulated);
  }
  core_.setListener({this, [](void* self, const OrderEvent& event) noexcept {
                       static_cast<TradingEngine*>(self)->tell(event);
                     }});
}

TradingEngine::~TradingEngine() {
  if (journal_ == nullptr) return;
  core_.flush(now());
  ledger_.close(now());
  if (recorder_ != nullptr) (void)recorder_->close();
  (void)journal_->close();
}

void TradingEngine::tell(const OrderEvent& event) noexcept {
  std::uint64_t words[sizeof event / 8];
  std::memcpy(words, &event, sizeof event);
  for (const std::uint64_t word : words) {
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15ULL;
    hash_ ^= hash_ >> 29;
  }
  ring_.push(event);
}

EngineError TradingEngine::start() {
  if (options_.replaysRun != 0) return startReplay();
  if (options_.isStepped && time_ == 0) setTime(realtimeClock());
  if (options_.journalPath.empty()) {
    core_.start(nullptr, 1, now());
    return EngineError::Ok;
  }
  auto directory =
      event::JournalDirectory::open(options_.journalPath, event::JournalDirectory::Mode::Write);
  if (!directory.ok()) return EngineError::JournalUnusable;
  if (!directory.value().isEmpty()) {
    recovery_ = core_.recover(directory.value(), report_);
    if (!report_.isUsable()) return EngineError::JournalUnusable;
  }
  if (recovery_.damaged != 0) return EngineError::StateDamaged;
  if (report_.head.run >= kRunsMax) return EngineError::RunsUsedUp;
  event::JournalOptions journal = options_.journal;
  journal.startTime = realtimeClock();
  auto started = event::Journal::start(directory.take(), report_, journal);
  if (!started.ok()) {
    return started.error() == event::JournalError::Refused ? EngineError::JournalUnusable
                                                           : EngineError::JournalFailed;
  }
  journal_ = started.take();
  run_ = journal_->run();
  const EngineError error = startRecording();
  if (error != EngineError::Ok) return error;
  ledger_.keep(journal_.get(), recorder_.get(), isStamped_ ? &monotonicClock : nullptr);
  event::SessionStart session;
  session.run = run_;
  session.startTime = now().realtime;
  (void)ledger_.append(event::RecordKind::SessionStart, std::as_bytes(std::span(&session, 1)),
                       now(), event::Reserve::Use);
  core_.start(journal_.get(), static_cast<std::uint32_t>(run_), now());
  return EngineError::Ok;
}

EngineError TradingEngine::startRecording() {
  if (options_.recordingPath.empty()) return EngineError::Ok;
  event::RecorderOptions recording = options_.recording;
  recording.journalId = options_.journal.journalId;
  recording.startTime = realtimeClock();
  auto started = event::MarketRecorder::start(options_.recordingPath, run_, recording);
  if (!started.ok()) return EngineError::RecordingFailed;
  recorder_ = started.take();
  return EngineError::Ok;
}

EngineError TradingEngine::startReplay() {
  auto opened = RunLog::open(options_.journalPath, options_.replaysRun, report_);
  if (!opened.ok()) {
    return report_.isUsable() ? EngineError::NoSuchRun : EngineError::JournalUnusable;
  }
  log_ = opened.take();
  run_ = options_.replaysRun;
  const LoggedRecord& first = log_->first();
  recovery_ = core_.recoverUntil(log_->directory(), report_, first.sequence);
  if (recovery_.damaged != 0) return EngineError::NoSuchRun;
  event::SessionStart session;
  if (first.payload.size() < sizeof session) return EngineError::NoSuchRun;
  std::memcpy(&session, first.payload.data(), sizeof session);
  time_ = session.startTime;
  ledger_.follow(&*log_);
  (void)ledger_.append(event::RecordKind::SessionStart, std::as_bytes(std::span(&session, 1)),
                       {first.realtime, 0}, event::Reserve::Use);
  core_.start(nullptr, static_cast<std::uint32_t>(run_), now());
  return EngineError::Ok;
}

void TradingEngine::endReplay() noexcept {
  if (!log_ || log_->differs() || log_->isBeyond()) return;
  if (log_->isClosed()) core_.flush(now());
  log_->noteLeft(ledger_.events(), time_);
  checkLog(ledger_.events());
}

void TradingEngine::checkLog(std::uint64_t event) noexcept {
  if (!log_) return;
  log_->noteMissing(event, time_);
  Difference& difference = log_->difference();
  if (log_->differs() && !difference.hasPosition) notePosition(difference);
}

void TradingEngine::notePosition(Difference& difference) noexcept {
  const auto requestIn = [](event::RecordKind kind, std::span<const std::byte> payload,
                            OrderRequest& request) {
    const std::size_t at = kind == event::RecordKind::RiskDecision ? 64 : 0;
    const bool isRequest =
        kind == event::RecordKind::OrderRequest || kind == event::RecordKind::RiskDecision;
    if (!isRequest || payload.size() < at + sizeof request) return false;
    std::memcpy(static_cast<void*>(&request), payload.data() + at, sizeof request);
    return true;
  };
  OrderRequest request;
  if (!requestIn(difference.actualKind, difference.actual, request) &&
      !requestIn(difference.expected.kind, difference.expected.payload, request)) {
    return;
  }
  difference.hasPosition = true;
  for (const position::Position& position : core_.positions().positions()) {
    if (position.instrument == request.instrument && position.account == request.account &&
        position.strategy == request.strategy) {
      difference.positionQty = position.qty;
    }
  }
}

event::SnapshotError TradingEngine::snapshot() {
  if (journal_ == nullptr) return event::SnapshotError::Unreadable;
  return core_.snapshot(options_.journalPath, now());
}

bool TradingEngine::setInstrument(InstrumentId instrument, const position::InstrumentTerms& terms) {
  if (core_.positions().setTerms(instrument, terms) != position::PositionError::Ok) return false;
  if (core_.risk().setInstrument(instrument, terms.qtyDecimals) != risk::RiskError::Ok)
    return false;
  if (exchange_ == nullptr) return true;
  sim::ContractTerms contract;
  contract.priceDecimals = terms.priceDecimals;
  contract.qtyDecimals = terms.qtyDecimals;
  contract.isInverse = terms.kind == position::ContractKind::Inverse;
  contract.multiplierNumerator = terms.multiplierNumerator;
  contract.multiplierDenominator = terms.multiplierDenominator;
  contract.feeCurrency = terms.currency;
  return exchange_->addInstrument(instrument, contract) == sim::ExchangeError::Ok;
}

bool TradingEngine::cancelInPlace(const OrderRequest& cancel) noexcept {
  if (emergencies_ == nullptr || cancel.venue != 0) return false;
  return emergencies_->push({cancel, realtimeClock()}) == ring::RingError::Ok;
}

void TradingEngine::takeEmergencies() noexcept {
  ++emergencyLooks_;
  if (log_) {
    log_->takeEmergencies(emergencyLooks_, [&](const OrderRequest& cancel) {
      (void)exchange_->onRequest(cancel, time_);
    });
    return;
  }
  const Emergency* waiting = emergencies_->peek();
  if (waiting == nullptr) [[likely]]
    return;
  for (; waiting != nullptr; waiting = emergencies_->peek()) {
    ledger_.emergencyInput(emergencyLooks_, waiting->cancel, now());
    // Where time is that of market events it has stood still since.
    if (!isVirtual_) deliverDue(waiting->time);
    (void)exchange_->onRequest(waiting->cancel, isVirtual_ ? time_ : waiting->time);
    emergencies_->release();
  }
}

void TradingEngine::setSignals(std::uint16_t strategy, const double* values) {
  if (strategy >= signals_.size()) signals_.resize(strategy + std::size_t{1});
  signals_[strategy].values = values;
}

void TradingEngine::noteSignals(std::uint16_t strategy) noexcept {
  if (strategy >= signals_.size() || !ledger_.isOn()) return;
  Signals& signals = signals_[strategy];
  if (signals.values == nullptr) return;
  const double told = signals.values[0];
  const auto count = told >= 0 && told <= kSignalsMax ? static_cast<std::size_t>(told) : 0;
  std::array<double, kSignalsMax> values;
  // One NaN for all: how its bits are is nobody's decision.
  std::transform(signals.values + 1, signals.values + 1 + count, values.begin(), [](double value) {
    return value == value ? value : std::numeric_limits<double>::quiet_NaN();
  });
  const std::size_t sizeBytes = count * sizeof(double);
  if (count == 0 || (count == signals.count &&
                     std::memcmp(values.data(), signals.written.data(), sizeBytes) == 0)) {
    return;
  }
  signals.count = count;
  std::memcpy(signals.written.data(), values.data(), sizeBytes);
  struct Record {
    event::SignalsMark mark;
    double values[kSignalsMax];
  } record;
  record.mark = {strategy, static_cast<std::uint16_t>(count), 0};
  std::memcpy(record.values, values.data(), sizeBytes);
  note(event::RecordKind::Signals,
       std::as_bytes(std::span(&record, 1)).first(sizeof record.mark + sizeBytes));
}

void TradingEngine::begin(std::uint16_t strategy) noexcept {
  if (exchange_ != nullptr) takeEmergencies();
  if (!ledger_.isOn()) return;
  Ledger::Hops& hops = ledger_.hops();
  if (isStamped_) {
    // In this order: what is counted from them then never lies before what was stamped earlier.
    hops.decidedMonotonic = monotonicClock();
    hops.decided = realtimeClock();
  }
  noteSignals(strategy);
}

std::uint16_t TradingEngine::strategyOf(event::ClOrdID clOrdID) noexcept {
  const order::OrderIndex index = core_.orders().find(clOrdID);
  return index == order::kNoRecord ? 0 : core_.orders()[index].request.strategy;
}

Submission TradingEngine::submit(const OrderRequest& request) noexcept {
  begin(request.strategy);
  const Submission done = core_.submit(request, now());
  ledger_.hops().decided = 0;
  noteReaction(done);
  if (exchange_ != nullptr) deliver(now().realtime);
  checkLog(ledger_.events());
  return done;
}

Submission TradingEngine::cancel(event::ClOrdID clOrdID) noexcept {
  begin(strategyOf(clOrdID));
  const Submission done = core_.cancel(clOrdID, now());
  ledger_.hops().decided = 0;
  if (exchange_ != nullptr) deliver(now().realtime);
  checkLog(ledger_.events());
  return done;
}

Submission TradingEngine::replace(const OrderRequest& request) noexcept {
  begin(strategyOf(request.origClOrdID));
  const Submission done = core_.replace(request, now());
  ledger_.hops().decided = 0;
  noteReaction(done);
  if (exchange_ != nullptr) deliver(now().realtime);
  checkLog(ledger_.events());
  return done;
}

void TradingEngine::noteReaction(const Submission& done) noexcept {
  if (readAt_ == 0 || done.verdict != SubmitVerdict::Accepted) return;
  readToOrder_->record(realtimeClock() - readAt_);
}

void TradingEngine::deliver(Nanos until) noexcept {
  takeEmergencies();
  deliverDue(until);
}

void TradingEngine::deliverDue(Nanos until) noexcept {
  // What is due happens in its own time, one after the other: a report may bring a request, which
  // the exchange sees before anything later.
  for (;;) {
    const Nanos due = exchange_->nextDue();
    if (due > until) break;
    if (isVirtual_) setTime(due);
    exchange_->advance(due);
    for (ExecutionReport report; exchange_->poll(report, due);) core_.onReport(report, now());
  }
  if (isVirtual_) setTime(until);
  exchange_->advance(until);
}

void TradingEngine::beginSession() noexcept {
  if (exchange_ != nullptr && feedsExchange_) {
    const auto count = static_cast<InstrumentId>(known_[0].size());
    for (const auto phase : {sim::TradingPhase::Closed, sim::TradingPhase::Continuous}) {
      for (InstrumentId id = 0; id < count; ++id) {
        (void)exchange_->setPhase(id, phase, now().realtime);
      }
    }
  }
  core_.beginSession(now());
}

void TradingEngine::rollSessions(Nanos time) noexcept {
  constexpr Nanos kDay = 86'400'000'000'000;
  if (nextSession_ == sim::SimulatedExchange::kNever) {
    // The first event is in a session that has begun.
    const Nanos into = (time - options_.sessionStart) % kDay;
    nextSession_ = time - (into < 0 ? into + kDay : into) + kDay;
  }
  for (; nextSession_ <= time; nextSession_ += kDay) {
    if (exchange_ != nullptr) deliver(nextSession_);
    setTime(nextSession_);
    beginSession();
    // Days without data begin no sessions that anybody could tell apart.
    if (time - nextSession_ > kDay) nextSession_ += (time - nextSession_) / kDay * kDay - kDay;
  }
}

void TradingEngine::onOrder(const event::MarketEvent& event) noexcept {
  const Nanos time = isVirtual_ ? std::max(event.receiveTime, time_) : now().realtime;
  if (rollsSessions_) rollSessions(time);
  deliver(time);
  if (!isExact_ || event.order.kind < 0 ||
      event.order.kind >= static_cast<std::int64_t>(event::kL3KindCount)) {
    return;
  }
  const event::L3Change change{static_cast<event::L3Kind>(event.order.kind), event.side,
                               static_cast<std::uint64_t>(event.order.ref), event.order.price,
                               event.order.qty};
  const sim::ExchangeError error = exchange_->onL3(event.instrument, change, time);
  if (error == sim::ExchangeError::Capacity) ++ordersLost_;
  deliver(time);
}

void TradingEngine::feedExchange(const event::MarketEvent& event, std::span<const Level> bids,
                                 std::span<const Level> asks) noexcept {
  const Nanos time = now().realtime;
  const InstrumentId id = event.instrument;
  if (isExact_) {
    // Single orders have told all of it, but for what was never displayed.
    if (event.kind == event::EventKind::Trade && event.trade.isHidden == 1) {
      (void)exchange_->onTrade(id, event.side, event.trade.price, event.trade.qty, time);
    }
    return;
  }
  if (event.kind == event::EventKind::Trade) {
    (void)exchange_->onTrade(id, event.side, event.trade.price, event.trade.qty, time);
    return;
  }
  if (event.kind != event::EventKind::Book && event.kind != event::EventKind::State) return;
  if (event.state == event::BookState::Broken) {
    (void)exchange_->onLost(id, time);
    for (auto& side : known_) side[id] = {};
    return;
  }
  known_[0][id].show(Side::Buy, bids, bids.size() < shownDepth_, changes_[0]);
  known_[1][id].show(Side::Sell, asks, asks.size() < shownDepth_, changes_[1]);
  if (changes_[0].empty() && changes_[1].empty()) return;
  (void)exchange_->onLevels(id, changes_[0], changes_[1], time);
}

void TradingEngine::onEvent(const event::MarketEvent& event, std::span<const Level> bids,
                            std::span<const Level> asks) noexcept {
  if (ledger_.isOn()) {
    checkLog(ledger_.events() + 1);
    ledger_.onEvent(event, bids, asks);
    if (isStamped_) ledger_.hops().handled = realtimeClock();
  }
  if (event.kind == event::EventKind::Order && feedsExchange_) onOrder(event);
  if (concernsOrders(event.kind)) {
    onMarket(event, bids.first(std::min(bids.size(), kExchangeDepth)),
             asks.first(std::min(asks.size(), kExchangeDepth)));
  }
  if (ledger_.isCheckpointDue()) ledger_.checkpoint(hash_, now());
}

void TradingEngine::onMarket(const event::MarketEvent& event, std::span<const Level> bids,
                             std::span<const Level> asks) noexcept {
  if (!isVirtual_ || options_.isStepped) readAt_ = event.receiveTime;
  // A late event is handled in the time that has come.
  const Nanos time = isVirtual_ ? std::max(event.receiveTime, time_) : now().realtime;
  if (rollsSessions_) rollSessions(time);
  if (exchange_ != nullptr) {
    deliver(time);
    if (feedsExchange_ && event.instrument < known_[0].size()) feedExchange(event, bids, asks);
  } else if (isVirtual_) {
    setTime(time);
  }
  core_.onMarket(event, now());
  if (exchange_ != nullptr) deliver(time);
}

void TradingEngine::pump() noexcept {
  readAt_ = 0;
  if (exchange_ != nullptr) deliver(now().realtime);
  core_.onClock(now());
  if (exchange_ != nullptr) deliver(now().realtime);
  ring_.flush();
}

void TradingEngine::tick(Nanos time) noexcept {
  checkLog(ledger_.events() + 1);
  if (ledger_.isOn()) ledger_.onTick(time);
  advance(time);
  if (ledger_.isCheckpointDue()) ledger_.checkpoint(hash_, now());
}

void TradingEngine::advance(Nanos time) noexcept {
  if (exchange_ != nullptr) deliver(std::max(time, time_));
  setTime(time);
  pump();
}

void TradingEngine::onReport(const ExecutionReport& report) noexcept {
  ledger_.input(event::InputKind::Report, {}, now());
  core_.onReport(report, now());
  checkLog(ledger_.events());
}

bool TradingEngine::takeRequest(OrderRequest& request) noexcept {
  const OrderRequest* waiting = outbox_.peek();
  if (waiting == nullptr) return false;
  request = *waiting;
  outbox_.release();
  --outboxCount_;
  return true;
}

}  // namespace hft::stream
