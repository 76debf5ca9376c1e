#include <algorithm>

#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

constexpr std::int64_t kBps = 10'000;

}  // namespace

void RiskEngine::ScopeState::setFloor() noexcept {
  const auto below = [](position::Money from, std::int64_t fall) {
    return fall == INT64_MAX ? -(position::Money{1} << 126)
                             : from - static_cast<position::Money>(fall) * position::kMoneyPerFee;
  };
  lossFloor = std::max(below(baseline, calm[kLoss]), below(peak, calm[kDrawdown]));
}

void RiskEngine::setCalm(ScopeState& state) noexcept {
  const auto calm = [&](ViolationType type) -> std::int64_t {
    const Limit& limit = state.limits[static_cast<std::size_t>(type)];
    return limit.value < 0 ? INT64_MAX : std::min(limit.value, limit.warnAt - 1);
  };
  state.calm[kSize] = calm(ViolationType::OrderSizeLimit);
  state.calm[kValue] = calm(ViolationType::OrderValueLimit);
  state.calm[kAge] = calm(ViolationType::Freshness);
  state.calm[kMoved] = calm(ViolationType::BookMoved);
  state.calm[kVolatility] = calm(ViolationType::VolatilityLimit);
  state.calm[kCollar] = calm(ViolationType::PriceCollar);
  state.calm[kLiquidity] = calm(ViolationType::LiquidityLimit);
  state.calm[kPositionQty] = calm(ViolationType::PositionQtyLimit);
  state.calm[kPosition] = calm(ViolationType::PositionLimit);
  const std::int64_t share = calm(ViolationType::ConcentrationLimit);
  if (share != INT64_MAX) {
    // The share of the capital as money: what is not above it is not above the share.
    const MoneySum money = share < 0 ? -1 : static_cast<MoneySum>(share) * state.capital / kBps;
    state.calm[kPosition] = std::min(state.calm[kPosition], saturate(money));
  }
  state.calm[kGross] = calm(ViolationType::ExposureLimit);
  state.calm[kNet] = calm(ViolationType::NetExposureLimit);
  state.calm[kLoss] = calm(ViolationType::LossLimit);
  state.calm[kDrawdown] = calm(ViolationType::DrawdownLimit);
  state.setFloor();
  state.hasLosses = state.calm[kLoss] != INT64_MAX || state.calm[kDrawdown] != INT64_MAX;
  state.calmOrders = calm(ViolationType::VelocityLimit);
  state.calmMessages = calm(ViolationType::MessageRateLimit);
  const auto value = [&](ViolationType type) {
    return state.limits[static_cast<std::size_t>(type)].value;
  };
  state.duplicateSpan = value(ViolationType::DuplicateOrder);
  state.hasSelfTrade = value(ViolationType::SelfTrade) > 0;
  state.calm[kCorrelated] = calm(ViolationType::CorrelationLimit);
  state.hasCorrelation = state.calm[kCorrelated] != INT64_MAX;
}

RiskEngine::States RiskEngine::statesOf(const order::OrderRequest& request) noexcept {
  return {&global_, &accounts_[request.account], &strategies_[request.strategy],
          &symbols_[request.instrument]};
}

bool RiskEngine::passesSweep(const Addition& add, const States& states) noexcept {
  const order::OrderRequest& request = add.request;
  const InstrumentState& instrument = instruments_[request.instrument];
  const MarketState& market = instrument.market;
  const bool isBuy = request.side == Side::Buy;
  const Price touch = isBuy ? market.ask : market.bid;
  // What is not the usual case goes the long way: it is exact about everything.
  const bool isUsual = killSwitch_.thrownCount() == 0 && !instrument.isRestricted &&
                       instrument.session != SessionPhase::Closed &&
                       request.ordType == OrdType::Limit && touch > 0 &&
                       market.state == event::BookState::Trusted && instrument.qtyDivisor == 1;
  if (!isUsual) return false;
  std::array<std::int64_t, kLiquidity + 1> figures;
  figures[kSize] = saturate(static_cast<MoneySum>(request.orderQty) * instrument.qtyFactor);
  figures[kValue] = add.orderValue;
  figures[kAge] = add.now - market.time;
  figures[kMoved] = request.bookSequence == 0
                        ? INT64_MIN
                        : saturate(static_cast<MoneySum>(market.sequence) - request.bookSequence);
  figures[kVolatility] = instrument.volatility;
  const MoneySum through = isBuy ? static_cast<MoneySum>(request.price) - touch
                                 : static_cast<MoneySum>(touch) - request.price;
  figures[kCollar] = through <= 0 ? 0 : saturate((through * kBps + touch - 1) / touch);
  const Qty shown = isBuy ? market.askQty : market.bidQty;
  constexpr Qty kSmall = Qty{1} << 48;
  if (shown <= 0 || shown >= kSmall || request.orderQty >= kSmall) return false;
  figures[kLiquidity] = (request.orderQty * kBps + shown - 1) / shown;
  bool isCalm = true;
  for (const ScopeState* state : states) {
    for (std::size_t i = 0; i < figures.size(); ++i) isCalm &= figures[i] <= state->calm[i];
    isCalm &= !state->isHalted && !state->isReduceOnly;
  }
  if (!isCalm || !sweepsRows(add, states)) return false;
  for (const ScopeState* state : states) {
    const bool isSlow =
        (state->calmOrders == INT64_MAX ||
         (state->calmOrders >= 1 && state->orders.isBelow(state->calmOrders, add.now))) &&
        (state->calmMessages == INT64_MAX ||
         (state->calmMessages >= 1 && state->messages.isBelow(state->calmMessages, add.now)));
    if (!isSlow) return false;
  }
  bool hasSelfTrade = false;
  std::int64_t span = -1;
  for (const ScopeState* state : states) {
    hasSelfTrade |= state->hasSelfTrade;
    span = std::max(span, state->duplicateSpan);
  }
  if (span >= 0 && !add.isReplace && !add.isReleased) {
    const Nanos age = duplicates_.age(request, add.now);
    if (age >= 0 && age < span) return false;
  }
  if (!hasSelfTrade) return true;
  const Price other = own_.best(exposures_[add.rows[1]].own, opposite(request.side));
  return other == kNoPrice || (isBuy ? add.worstPrice < other : add.worstPrice > other);
}

bool RiskEngine::sweepsRows(const Addition& add, const States& states) const noexcept {
  const InstrumentState& instrument = instruments_[add.request.instrument];
  const std::size_t side = add.side == Side::Sell;
  // No more than this comes to what is reserved; what does not fit goes the long way.
  const std::int64_t more = std::max(add.value, add.atMark);
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const ScopeState& state = *states[place];
    const Exposure& row = exposures_[add.rows[place == 1 ? 1 : place == 2 ? 2 : 0]];
    std::int64_t reached = 0;
    if (__builtin_add_overflow(row.reach[side], more, &reached)) return false;
    const std::int64_t worst = std::max(row.worst, reached);
    const auto lots = static_cast<MoneySum>(row.worstQty(add.side)) + add.qty;
    if (worst > state.calm[kPosition] || lots * instrument.qtyFactor > state.calm[kPositionQty]) {
      return false;
    }
    if (state.hasCorrelation && worst + peersOf(row, instrument) > state.calm[kCorrelated]) {
      return false;
    }
    if (place == static_cast<std::size_t>(RiskScope::Symbol)) continue;
    std::int64_t gross = 0;
    std::int64_t net = 0;
    if (__builtin_add_overflow(state.grossNow, worst - row.worst, &gross) ||
        __builtin_add_overflow(state.reach[side], more, &net)) {
      return false;
    }
    if (gross > state.calm[kGross] ||
        std::max({net, state.reach[1 - side], state.netSize}) > state.calm[kNet]) {
      return false;
    }
    if (!state.hasLosses) continue;
    const position::Money profit = pnlOf(static_cast<RiskScope>(place), idAt(add.request, place));
    if (profit > state.peak || profit < state.lossFloor) return false;
  }
  return true;
}

}  // namespace hft::risk
