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

}  // namespace

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

void TradingCore::journalKills(std::uint16_t source, JournalStamp now) noexcept {
  killSwitch_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    const bool isThrown = killSwitch_.isThrown(scope, id);
    if (isThrown == journaledKills_.isThrown(scope, id)) return;
    const event::KillSwitch record{isThrown, static_cast<std::uint8_t>(scope), source, id};
    if (journal(RecordKind::KillSwitch, record, now, Reserve::Use)) {
      (void)journaledKills_.set(scope, id, isThrown);
    }
  });
}

bool TradingCore::cancelStopped(JournalStamp now) noexcept {
  if (killSwitch_.thrownCount() == 0) return true;
  killSwitch_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    if (killSwitch_.isThrown(scope, id)) (void)cancelAll(scope, id, now);
  });
  bool isComplete = true;
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    const OrderRequest& r = order.request;
    const bool isStopped = killSwitch_.hit(r.account, r.strategy, r.instrument, r.venue).isThrown;
    if (isStopped && order.state.pendingCancels == 0) isComplete = false;
  });
  return isComplete;
}

void TradingCore::handleKills(JournalStamp now) noexcept {
  const std::uint32_t generation = killSwitch_.generation();
  // A cancel that a venue refused or could not take is sent again while the latch holds.
  const bool isDue =
      killSwitch_.thrownCount() != 0 && now.monotonic - lastSweep_ >= options_.askInterval;
  if (generation == killsHandled_.load(std::memory_order_relaxed) && !isDue) return;
  lastSweep_ = now.monotonic;
  journalKills(kKilledElsewhere, now);
  if (cancelStopped(now)) killsHandled_.store(generation, std::memory_order_release);
}

void TradingCore::onClock(JournalStamp now) noexcept {
  if (!isReady_) return;
  handleKills(now);
  enforce(now);
  retryHere(now);
  findUnanswered(now);
  if (now.monotonic - lastAsk_ >= options_.askInterval) askAgain(now);
}

bool TradingCore::kill(RiskScope scope, std::uint32_t scopeId, bool isThrown, std::uint16_t source,
                       JournalStamp now) noexcept {
  if (!killSwitch_.set(scope, scopeId, isThrown)) return false;
  // Before `start` there is no journal: the difference is recorded then.
  if (!isReady_) return true;
  journalKills(source, now);
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
