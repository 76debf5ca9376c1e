// Real-time limits, the kill switch and the clock.
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::JournalStamp;
using event::RecordKind;
using event::Reserve;
using order::OrderIndex;
using order::OrderRequest;
using risk::RiskScope;

void TradingCore::enforce(JournalStamp now) noexcept {
  for (const risk::Breach& breach : risk_.evaluate(now.realtime)) {
    const risk::Decision& decision = breach.decision;
    OrderEvent event;
    event.kind = OrderEventKind::Breach;
    event.violation = static_cast<std::uint8_t>(decision.violation);
    event.scope = static_cast<std::uint8_t>(decision.scope);
    event.scopeId = decision.scopeId;
    event.reason = static_cast<std::uint8_t>(decision.action);
    event.limit = static_cast<double>(decision.limit);
    event.observed = static_cast<double>(decision.observed);
    event.headroom = static_cast<double>(decision.headroom);
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

void TradingCore::handleKills(JournalStamp now) noexcept {
  const std::uint32_t generation = killSwitch_.generation();
  if (generation == killsHandled_.load(std::memory_order_relaxed)) return;
  bool isComplete = true;
  const auto handle = [&](RiskScope scope, std::uint32_t id) {
    if (!killSwitch_.isThrown(scope, id)) return;
    (void)journal(RecordKind::KillSwitch,
                  event::KillSwitch{1, static_cast<std::uint8_t>(scope), 0, id}, now, Reserve::Use);
    (void)cancelAll(scope, id, now);
  };
  for (const RiskScope scope : {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                RiskScope::Symbol, RiskScope::Venue}) {
    for (std::uint32_t id = 0; id < killSwitch_.idsOf(scope); ++id) handle(scope, id);
  }
  // A cancel that its venue could not take is tried again on the next clock.
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    const OrderRequest& r = order.request;
    const bool isStopped = killSwitch_.hit(r.account, r.strategy, r.instrument, r.venue).isThrown;
    if (isStopped && order.state.pendingCancels == 0) isComplete = false;
  });
  if (isComplete) killsHandled_.store(generation, std::memory_order_release);
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
  event::KillSwitch record;
  record.isThrown = isThrown ? 1 : 0;
  record.scope = static_cast<std::uint8_t>(scope);
  record.source = source;
  record.scopeId = scopeId;
  (void)journal(RecordKind::KillSwitch, record, now, Reserve::Use);
  if (isThrown && isReady_) handleKills(now);
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
