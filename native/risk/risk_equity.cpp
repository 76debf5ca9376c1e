// Profit and loss of a scope, and what its loss and drawdown are counted from.
#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

position::TotalScope totalsOf(RiskScope scope) noexcept {
  return scope == RiskScope::Global    ? position::TotalScope::All
         : scope == RiskScope::Account ? position::TotalScope::Account
                                       : position::TotalScope::Strategy;
}

}  // namespace

position::Money RiskEngine::pnlOf(RiskScope scope, std::uint32_t scopeId) const noexcept {
  const position::TotalScope of = totalsOf(scope);
  position::Money sum = 0;
  for (std::uint16_t currency = 0; currency < currenciesUsed_; ++currency) {
    const position::Money pnl = positions_.totals(of, scopeId, currency).pnl();
    const std::int64_t rate = rates_[currency];
    sum += rate == kRateUnit || pnl == 0
               ? pnl
               : pnl / kRateUnit * rate + pnl % kRateUnit * rate / kRateUnit;
  }
  return sum;
}

MoneySum RiskEngine::pnl(RiskScope scope, std::uint32_t scopeId) const noexcept {
  const position::Money pnl = pnlOf(scope, scopeId);
  // Toward the loss: half a unit of 10^-8 never hides one.
  return pnl >= 0 ? pnl / position::kMoneyPerFee
                  : -((position::kMoneyPerFee - 1 - pnl) / position::kMoneyPerFee);
}

void RiskEngine::beginSession() noexcept {
  const auto begin = [&](RiskScope scope, std::uint32_t id) {
    ScopeState& state = *scopeState(scope, id);
    state.baseline = pnlOf(scope, id);
    state.peak = state.baseline;
    state.toldPeak = state.peak;
    state.setFloor();
  };
  begin(RiskScope::Global, 0);
  for (std::uint32_t id = 0; id < accounts_.size(); ++id) begin(RiskScope::Account, id);
  for (std::uint32_t id = 0; id < strategies_.size(); ++id) begin(RiskScope::Strategy, id);
}

bool RiskEngine::hasTraded(RiskScope scope, std::uint32_t id) const noexcept {
  for (std::uint16_t currency = 0; currency < currenciesUsed_; ++currency) {
    const position::Totals& totals = positions_.totals(totalsOf(scope), id, currency);
    if (totals.realised != 0 || totals.unrealised != 0 || totals.cash != 0) return true;
  }
  return false;
}

RiskError RiskEngine::setEquity(const Equity& equity) noexcept {
  ScopeState* state = scopeState(equity.scope, equity.scopeId);
  if (state == nullptr || equity.scope == RiskScope::Symbol) return RiskError::BadScope;
  state->baseline = equity.baseline;
  state->peak = equity.peak;
  state->toldPeak = equity.peak;
  state->setFloor();
  return RiskError::Ok;
}

}  // namespace hft::risk
