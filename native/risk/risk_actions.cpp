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

std::span<const Breach> RiskEngine::evaluate(Nanos now) noexcept {
  const auto look = [&](RiskScope scope, std::uint32_t id) {
    ScopeState& state = *scopeState(scope, id);
    constexpr std::uint32_t kTypes =
        bit(ViolationType::LossLimit) | bit(ViolationType::DrawdownLimit);
    if ((state.limitMask & kTypes) == 0) return;
    const position::Money profit = pnlOf(scope, id);
    state.peak = std::max(state.peak, profit);
    const bool isLatched = state.isHalted || state.isReduceOnly;
    Decision decision;
    const auto place = static_cast<std::size_t>(scope);
    const MoneySum loss = inUnits(state.baseline - profit);
    const MoneySum drawdown = inUnits(state.peak - profit);
    const bool isSound =
        holds(decision, ViolationType::LossLimit, place, id, loss, loss) &&
        holds(decision, ViolationType::DrawdownLimit, place, id, drawdown, drawdown);
    if (!isSound && !isLatched) act(decision, now);
  };
  look(RiskScope::Global, 0);
  for (std::uint32_t id = 0; id < accounts_.size(); ++id) look(RiskScope::Account, id);
  for (std::uint32_t id = 0; id < strategies_.size(); ++id) look(RiskScope::Strategy, id);
  told_.swap(breaches_);
  breaches_.clear();
  return told_;
}

}  // namespace hft::risk
