#include "native/stream/trading/trading_engine.hpp"

#include <algorithm>
#include <cstring>

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
  if (options.isStepped) core.stampClock = []() noexcept { return monotonicNanos(); };
  return core;
}

}  // namespace

Nanos TradingEngine::realtimeClock() noexcept { return realtimeNanos(); }
Nanos TradingEngine::monotonicClock() noexcept { return monotonicNanos(); }

TradingEngine::TradingEngine(const EngineOptions& options, OrderEventRing ring)
    : options_(options),
      core_(clocked(options)),
      ring_(std::move(ring)),
      isVirtual_(options.isVirtual || options.isStepped) {
  if (options_.simulated) {
    exchange_ = std::make_unique<sim::SimulatedExchange>(*options_.simulated);
    emergencies_ = std::make_unique<ring::SpscRing<Emergency>>(kEmergencySlots);
    feedsExchange_ = options_.simulated->mode == sim::ExchangeMode::Recorded;
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
  if (options_.isStepped) setTime(realtimeClock());
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
  journal.startTime = now().realtime;
  auto started = event::Journal::start(directory.take(), report_, journal);
  if (!started.ok()) {
    return started.error() == event::JournalError::Refused ? EngineError::JournalUnusable
                                                           : EngineError::JournalFailed;
  }
  journal_ = started.take();
  event::SessionStart session;
  session.run = journal_->run();
  session.startTime = now().realtime;
  (void)journal_->append(event::RecordKind::SessionStart, session, now(), event::Reserve::Use);
  core_.start(journal_.get(), static_cast<std::uint32_t>(journal_->run()), now());
  return EngineError::Ok;
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
  const Emergency* waiting = emergencies_->peek();
  if (waiting == nullptr) [[likely]]
    return;
  for (; waiting != nullptr; waiting = emergencies_->peek()) {
    // Where time is that of market events it has stood still since.
    if (!isVirtual_) deliverDue(waiting->time);
    (void)exchange_->onRequest(waiting->cancel, isVirtual_ ? time_ : waiting->time);
    emergencies_->release();
  }
}

Submission TradingEngine::submit(const OrderRequest& request) noexcept {
  if (exchange_ != nullptr) takeEmergencies();
  const Submission done = core_.submit(request, now());
  noteReaction(done);
  if (exchange_ != nullptr) deliver(now().realtime);
  return done;
}

Submission TradingEngine::cancel(event::ClOrdID clOrdID) noexcept {
  if (exchange_ != nullptr) takeEmergencies();
  const Submission done = core_.cancel(clOrdID, now());
  if (exchange_ != nullptr) deliver(now().realtime);
  return done;
}

Submission TradingEngine::replace(const OrderRequest& request) noexcept {
  if (exchange_ != nullptr) takeEmergencies();
  const Submission done = core_.replace(request, now());
  noteReaction(done);
  if (exchange_ != nullptr) deliver(now().realtime);
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

void TradingEngine::findChanges(Side side, std::span<const Level> levels, std::vector<Level>& known,
                                std::vector<Level>& changes) {
  changes.clear();
  static_assert(sizeof(Level) == 16, "compared as bytes: no padding");
  if (levels.size() == known.size() &&
      (levels.empty() ||
       std::memcmp(levels.data(), known.data(), levels.size() * sizeof(Level)) == 0)) {
    return;
  }
  // Both are sorted, best first: one step beside the other finds all that differs.
  const auto isBetter = [side](Price a, Price b) { return side == Side::Buy ? a > b : a < b; };
  std::size_t at = 0;
  for (const Level& before : known) {
    while (at < levels.size() && isBetter(levels[at].price, before.price)) ++at;
    // Levels that are gone from within what is shown now were removed; deeper ones are only out of
    // sight.
    const bool isOutOfSight = at == levels.size() && !levels.empty();
    if (isOutOfSight) break;
    if (at == levels.size() || levels[at].price != before.price) {
      changes.push_back({before.price, 0});
    }
  }
  at = 0;
  for (const Level& level : levels) {
    while (at < known.size() && isBetter(known[at].price, level.price)) ++at;
    const bool isKnown = at < known.size() && known[at].price == level.price;
    if (!isKnown || known[at].qty != level.qty) changes.push_back(level);
  }
  known.assign(levels.begin(), levels.end());
}

void TradingEngine::feedExchange(const event::MarketEvent& event, std::span<const Level> bids,
                                 std::span<const Level> asks) noexcept {
  const Nanos time = now().realtime;
  const InstrumentId id = event.instrument;
  if (event.kind == event::EventKind::Trade) {
    (void)exchange_->onTrade(id, event.side, event.trade.price, event.trade.qty, time);
    return;
  }
  if (event.kind != event::EventKind::Book && event.kind != event::EventKind::State) return;
  if (event.state == event::BookState::Broken) {
    (void)exchange_->onSnapshot(id, {}, {}, time);
    for (auto& side : known_) side[id].clear();
    return;
  }
  findChanges(Side::Buy, bids, known_[0][id], changes_[0]);
  findChanges(Side::Sell, asks, known_[1][id], changes_[1]);
  if (changes_[0].empty() && changes_[1].empty()) return;
  (void)exchange_->onLevels(id, changes_[0], changes_[1], time);
}

void TradingEngine::onMarket(const event::MarketEvent& event, std::span<const Level> bids,
                             std::span<const Level> asks) noexcept {
  if (!isVirtual_ || options_.isStepped) readAt_ = event.receiveTime;
  // A late event is handled in the time that has come.
  const Nanos time = isVirtual_ ? std::max(event.receiveTime, time_) : now().realtime;
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
  if (exchange_ != nullptr) deliver(time > time_ ? time : time_);
  setTime(time);
  pump();
}

void TradingEngine::onReport(const ExecutionReport& report) noexcept {
  core_.onReport(report, now());
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
