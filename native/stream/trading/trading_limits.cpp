// Real-time limits, the kill switch and the clock.
#include "native/stream/trading/request_words.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::JournalStamp;
using event::RecordKind;
using event::Reserve;
using order::OrderIndex;
using order::OrderRequest;
using risk::RiskScope;

namespace {

/// event::KillSwitch::source of what came from a signal, the kill file or another thread.
constexpr std::uint16_t kKilledElsewhere = 0;

/// How long a new peak of equity, and a new mark of an open position, may wait for the journal:
/// what a killed process can forget of them.
constexpr Nanos kPeaksEvery = 1'000'000;
constexpr Nanos kMarksEvery = 1'000'000'000;

std::uint64_t lowOf(position::Money value) noexcept { return static_cast<std::uint64_t>(value); }
std::int64_t highOf(position::Money value) noexcept {
  return static_cast<std::int64_t>(value >> 64);
}
position::Money moneyOf(std::uint64_t low, std::int64_t high) noexcept {
  return static_cast<position::Money>(high) << 64 | low;
}

}  // namespace

void TradingCore::journalEquity(const risk::RiskEngine::Equity& equity, JournalStamp now) noexcept {
  event::EquityMark mark;
  mark.scope = static_cast<std::uint8_t>(equity.scope);
  mark.scopeId = equity.scopeId;
  mark.baselineLow = lowOf(equity.baseline);
  mark.baselineHigh = highOf(equity.baseline);
  mark.peakLow = lowOf(equity.peak);
  mark.peakHigh = highOf(equity.peak);
  (void)journal(RecordKind::EquityMark, mark, now, Reserve::Keep);
}

risk::RiskError TradingCore::takeUpEquity(const event::EquityMark& mark) noexcept {
  return risk_.setEquity({static_cast<RiskScope>(mark.scope), mark.scopeId,
                          moneyOf(mark.baselineLow, mark.baselineHigh),
                          moneyOf(mark.peakLow, mark.peakHigh)});
}

void TradingCore::journalPeaks(JournalStamp now) noexcept {
  lastPeaks_ = now.monotonic;
  if (!isKept()) return;
  risk_.takeRisenPeaks([&](const risk::RiskEngine::Equity& e) { journalEquity(e, now); });
}

void TradingCore::journalMarks(JournalStamp now) noexcept {
  lastMarks_ = now.monotonic;
  if (!isKept()) return;
  for (const position::Position& position : positions_.positions()) {
    const InstrumentId id = position.instrument;
    const Price mark = positions_.markOf(id);
    if (position.qty == 0 || mark == journaledMarks_[id]) continue;
    if (journal(RecordKind::PositionMark, event::PositionMark{id, 0, mark}, now, Reserve::Keep)) {
      journaledMarks_[id] = mark;
    }
  }
}

void TradingCore::flush(JournalStamp now) noexcept {
  if (!isReady_) return;
  enforce(now);
  journalMarks(now);
  journalPeaks(now);
}

void TradingCore::enforce(JournalStamp now) noexcept {
  for (const risk::Breach& breach : risk_.evaluate(now.realtime)) {
    const risk::Decision& decision = breach.decision;
    OrderEvent event;
    event.kind = OrderEventKind::Breach;
    event.reason = static_cast<std::uint8_t>(decision.action);
    tellLimit(event, decision);
    event.timeMs = static_cast<double>(now.realtime) / 1e6;
    tell(event);
    // The engine has latched it; the journal must know, or a restart would open it again.
    const bool isReduceOnly = decision.action == risk::LimitAction::ReduceOnly;
    if (isReduceOnly || decision.action == risk::LimitAction::Halt ||
        decision.action == risk::LimitAction::CancelAll) {
      event::Latch record;
      record.kind = isReduceOnly ? event::LatchKind::ReduceOnly : event::LatchKind::Halt;
      record.scope = static_cast<std::uint8_t>(decision.scope);
      record.scopeId = decision.scopeId;
      record.value = 1;
      (void)journal(RecordKind::Latch, record, now, Reserve::Use);
    }
    if (decision.action == risk::LimitAction::CancelAll) {
      (void)cancelAll(decision.scope, decision.scopeId, now);
    }
  }
}

void TradingCore::seeLatch(RiskScope scope, std::uint32_t id, std::uint16_t source,
                           JournalStamp now) noexcept {
  const bool isThrown = killSwitch_.isThrown(scope, id);
  if (isThrown != seenKills_.isThrown(scope, id)) {
    (void)seenKills_.set(scope, id, isThrown);
    isKillWaiting_ = true;
  }
  if (isThrown == journaledKills_.isThrown(scope, id)) return;
  const event::KillSwitch record{isThrown, static_cast<std::uint8_t>(scope), source, id};
  if (journal(RecordKind::KillSwitch, record, now, Reserve::Use)) {
    (void)journaledKills_.set(scope, id, isThrown);
  }
}

bool TradingCore::hasKillsUnseen() const noexcept {
  bool isUnseen = false;
  killSwitch_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    const bool isThrown = killSwitch_.isThrown(scope, id);
    isUnseen = isUnseen || isThrown != seenKills_.isThrown(scope, id) ||
               isThrown != journaledKills_.isThrown(scope, id);
  });
  return isUnseen;
}

void TradingCore::seeKills(JournalStamp now) noexcept {
  ++killLooks_;
  if (ledger_ != nullptr && ledger_->log() != nullptr) {
    ledger_->log()->takeKills(killLooks_, [&](const event::KillSwitch& kill) {
      const auto scope = static_cast<RiskScope>(kill.scope);
      (void)killSwitch_.set(scope, kill.scopeId, kill.isThrown != 0);
      (void)seenKills_.set(scope, kill.scopeId, kill.isThrown != 0);
      (void)journaledKills_.set(scope, kill.scopeId, kill.isThrown != 0);
      isKillWaiting_ = true;
    });
    return;
  }
  const std::uint32_t generation = killSwitch_.generation();
  if (generation == seenGeneration_) [[likely]]
    return;
  seenGeneration_ = generation;
  if (!hasKillsUnseen()) return;
  if (ledger_ != nullptr) ledger_->killsInput(killLooks_, now);
  killSwitch_.forEachLatch(
      [&](RiskScope scope, std::uint32_t id) { seeLatch(scope, id, kKilledElsewhere, now); });
}

bool TradingCore::cancelStopped(JournalStamp now) noexcept {
  if (seenKills_.thrownCount() == 0) return true;
  seenKills_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    if (seenKills_.isThrown(scope, id)) (void)cancelAll(scope, id, now);
  });
  bool isComplete = true;
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    const OrderRequest& r = order.request;
    const bool isStopped = seenKills_.hit(r.account, r.strategy, r.instrument, r.venue).isThrown;
    if (isStopped && order.state.pendingCancels == 0) isComplete = false;
  });
  return isComplete;
}

void TradingCore::handleKills(JournalStamp now) noexcept {
  seeKills(now);
  // A cancel that a venue refused or could not take is sent again while the latch holds.
  const bool isDue =
      seenKills_.thrownCount() != 0 && now.monotonic - lastSweep_ >= options_.askInterval;
  if (isKillWaiting_ || isDue) {
    lastSweep_ = now.monotonic;
    if (!cancelStopped(now)) return;
    isKillWaiting_ = false;
  }
  // Who watches learns that all that it threw until this look was acted on.
  killsHandled_.store(seenGeneration_, std::memory_order_release);
}

void TradingCore::onClock(JournalStamp now) noexcept {
  if (!isReady_) return;
  handleKills(now);
  enforce(now);
  if (now.monotonic - lastPeaks_ >= kPeaksEvery) journalPeaks(now);
  if (now.monotonic - lastMarks_ >= kMarksEvery) journalMarks(now);
  retryHere(now);
  findUnanswered(now);
  if (now.monotonic - lastAsk_ >= options_.askInterval) askAgain(now);
}

bool TradingCore::kill(RiskScope scope, std::uint32_t scopeId, bool isThrown, std::uint16_t source,
                       JournalStamp now) noexcept {
  // Before `start` there is no journal: the difference is recorded then.
  if (!isReady_) return killSwitch_.set(scope, scopeId, isThrown);
  seeKills(now);
  if (!killSwitch_.set(scope, scopeId, isThrown)) return false;
  seeLatch(scope, scopeId, source, now);
  isKillWaiting_ = true;
  handleKills(now);
  return true;
}

risk::RiskError TradingCore::setLimit(const risk::LimitSpec& spec, JournalStamp now) {
  const auto change = risk_.setLimit(spec);
  if (!change.ok()) return change.error();
  (void)journal(RecordKind::LimitChange, change.value(), now, Reserve::Use);
  return risk::RiskError::Ok;
}

risk::RiskError TradingCore::removeLimit(risk::ViolationType type, RiskScope scope,
                                         std::uint32_t scopeId, JournalStamp now) {
  const auto change = risk_.removeLimit(type, scope, scopeId);
  if (!change.ok()) return change.error();
  (void)journal(RecordKind::LimitChange, change.value(), now, Reserve::Use);
  return risk::RiskError::Ok;
}

}  // namespace hft::stream
