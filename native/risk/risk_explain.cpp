// Every limit that an order meets, for who asks why.
#include <algorithm>

#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

std::int64_t saturated(MoneySum value) noexcept {
  return static_cast<std::int64_t>(std::clamp<MoneySum>(value, INT64_MIN, INT64_MAX));
}

}  // namespace

bool RiskEngine::isTold(ViolationType type, std::size_t place, std::uint32_t id, std::int64_t limit,
                        MoneySum observed, MoneySum before) const noexcept {
  if (explanation_ == nullptr) [[likely]]
    return false;
  explanation_->push_back({type, static_cast<RiskScope>(place), observed <= limit, id, limit,
                           saturated(observed), saturated(limit - before)});
  return true;
}

void RiskEngine::explainAll(Addition& add, const Decision& decision) noexcept {
  // What refuses at once, before any figure.
  const auto tellRefusal = [&](const Decision& found, ViolationType passed) {
    CheckedLimit check;
    check.holds = found.violation == ViolationType::None;
    check.type = check.holds ? passed : found.violation;
    check.scope = found.scope;
    check.scopeId = found.scopeId;
    check.observed = found.observed;
    explanation_->push_back(check);
  };
  Decision latches = decision;
  (void)checkLatches(add, latches);
  tellRefusal(latches, ViolationType::Killed);
  Decision market = decision;
  const bool isOpen = checkMarket(add, market);
  if (!isOpen || !add.isReducing) tellRefusal(market, ViolationType::Trust);
  Decision rest = decision;
  (void)checkOrder(add, rest);
  if (rest.violation == ViolationType::SelfTrade) tellRefusal(rest, ViolationType::SelfTrade);
  (void)checkRates(add, rest);
  if (add.isReducing) return;
  (void)checkExposure(add, rest);
  (void)checkLosses(add, rest);
}

void RiskEngine::explain(const order::OrderRequest& request, Nanos now,
                         std::vector<CheckedLimit>& checks) {
  explanation_ = &checks;
  (void)probe(request, now);
  explanation_ = nullptr;
}

void RiskEngine::explainReplace(const order::OrderRequest& request, const order::Order& order,
                                const WorstCase& present, Nanos now,
                                std::vector<CheckedLimit>& checks) {
  explanation_ = &checks;
  (void)checkReplace(request, order, present, now);
  explanation_ = nullptr;
}

}  // namespace hft::risk
