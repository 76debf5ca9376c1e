#include <algorithm>

#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

constexpr std::uint32_t bit(ViolationType type) noexcept {
  return 1U << static_cast<std::uint32_t>(type);
}

/// 10^-18 of a currency in 10^-8, rounded up: a loss is never told smaller than it is.
MoneySum inUnits(position::Money value) noexcept {
  return value > 0 ? (value + position::kMoneyPerFee - 1) / position::kMoneyPerFee
                   : value / position::kMoneyPerFee;
}

}  // namespace

void RiskEngine::latch(const Decision& decision) noexcept {
  ScopeState* state = scopeState(decision.scope, decision.scopeId);
  if (state == nullptr) return;
  if (decision.action == LimitAction::ReduceOnly) state->isReduceOnly = true;
  if (decision.action == LimitAction::Halt || decision.action == LimitAction::CancelAll) {
    state->isHalted = true;
  }
}

void RiskEngine::act(const Decision& decision, Nanos now) noexcept {
  latch(decision);
  if (decision.action == LimitAction::Reject) return;
  if (breaches_.size() < breaches_.capacity()) breaches_.push_back({decision, now});
}

void RiskEngine::warn(const Decision& breach, Nanos now) noexcept {
  if (breaches_.size() < breaches_.capacity()) breaches_.push_back({breach, now});
}

void RiskEngine::watch(RiskScope scope, std::uint32_t id, ViolationType type, MoneySum figure,
                       Nanos now, std::uint32_t& told, std::uint32_t mark) noexcept {
  const ScopeState& state = *scopeState(scope, id);
  if ((state.limitMask & bit(type)) == 0) return;
  const Limit& limit = state.limits[static_cast<std::size_t>(type)];
  if (figure <= limit.value) {
    told &= ~mark;
    return;
  }
  if (limit.action == LimitAction::Reject) return;  // It acts on orders alone.
  const bool isHeld = limit.action == LimitAction::Warn || state.isHalted ||
                      (limit.action == LimitAction::ReduceOnly && state.isReduceOnly);
  if ((told & mark) != 0 && isHeld) return;
  told |= mark;
  Decision breach;
  breach.violation = type;
  breach.scope = scope;
  breach.scopeId = id;
  breach.action = limit.action;
  breach.limit = limit.value;
  breach.observed = static_cast<std::int64_t>(std::min<MoneySum>(figure, INT64_MAX));
  // Both are not negative: their difference fits.
  breach.headroom = breach.limit - breach.observed;
  act(breach, now);
}

void RiskEngine::watchLosses(RiskScope scope, std::uint32_t id, Nanos now) noexcept {
  ScopeState& state = *scopeState(scope, id);
  constexpr std::uint32_t kLossBit = bit(ViolationType::LossLimit);
  constexpr std::uint32_t kDrawdownBit = bit(ViolationType::DrawdownLimit);
  if ((state.limitMask & (kLossBit | kDrawdownBit)) == 0) return;
  const position::Money profit = pnlOf(scope, id);
  state.raisePeak(profit);
  watch(scope, id, ViolationType::LossLimit, inUnits(state.baseline - profit), now, state.told,
        kLossBit);
  watch(scope, id, ViolationType::DrawdownLimit, inUnits(state.peak - profit), now, state.told,
        kDrawdownBit);
}

void RiskEngine::watchRow(Exposure& row, RiskScope scope, std::uint32_t id, Nanos now) noexcept {
  const ScopeState& state = *scopeState(scope, id);
  std::uint32_t told = row.told;
  constexpr std::uint32_t kShare = bit(ViolationType::ConcentrationLimit);
  constexpr std::uint32_t kPeers = bit(ViolationType::CorrelationLimit);
  // A symbol's row stands for the whole too: it remembers both.
  const std::uint32_t first = scope == RiskScope::Global ? 4 : 1;
  if ((state.limitMask & kShare) != 0) {
    watch(scope, id, ViolationType::ConcentrationLimit, shareOf(state, row.worst), now, told,
          first);
  }
  if ((state.limitMask & kPeers) != 0) {
    const MoneySum figure = row.worst + peersOf(row, instruments_[row.instrument]);
    watch(scope, id, ViolationType::CorrelationLimit, figure, now, told, first << 1);
  }
  row.told = static_cast<std::uint8_t>(told);
}

void RiskEngine::watchRows(Nanos now) noexcept {
  for (std::uint32_t at = 0; at < exposures_.rows().size(); ++at) {
    Exposure& row = exposures_[at];
    if (row.scope == RiskScope::Symbol) watchRow(row, RiskScope::Global, 0, now);
    watchRow(row, row.scope, row.scopeId, now);
  }
}

std::span<const Breach> RiskEngine::evaluate(Nanos now) noexcept {
  for (const Watched& watched : watched_) watchLosses(watched.scope, watched.id, now);
  if (watchesRows_ && haveRowsMoved_) watchRows(now);
  haveRowsMoved_ = false;
  told_.swap(breaches_);
  breaches_.clear();
  return told_;
}

}  // namespace hft::risk
