#include <algorithm>

#include "native/risk/price_collar.hpp"
#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

constexpr std::int64_t kBps = 10'000;

/// Quantities and prices are below it, and so are sums of working quantities.
constexpr std::int64_t kNumberMax = std::int64_t{1} << 61;

/// Types that only what adds risk is held against, one a scope.
constexpr std::uint32_t bit(ViolationType type) noexcept {
  return 1U << static_cast<std::uint32_t>(type);
}

/// 10^-18 of a currency in 10^-8, rounded up: a loss is never told smaller than it is.
MoneySum inUnits(position::Money value) noexcept {
  return value > 0 ? (value + position::kMoneyPerFee - 1) / position::kMoneyPerFee
                   : value / position::kMoneyPerFee;
}

bool refuse(Decision& decision, ViolationType type, RiskScope scope, std::uint32_t id) noexcept {
  decision.isAccepted = false;
  decision.violation = type;
  decision.scope = scope;
  decision.scopeId = id;
  return false;
}

}  // namespace

std::uint32_t RiskEngine::idAt(const order::OrderRequest& request,
                               std::size_t place) const noexcept {
  const std::uint32_t ids[kPlaces] = {0, request.account, request.strategy, request.instrument};
  return ids[place];
}

bool RiskEngine::holds(Decision& decision, ViolationType type, std::size_t place, std::uint32_t id,
                       MoneySum observed, MoneySum before) noexcept {
  const auto scope = static_cast<RiskScope>(place);
  const ScopeState& state = *scopeState(scope, id);
  if ((state.limitMask & bit(type)) == 0) return true;
  const Limit& limit = state.limits[static_cast<std::size_t>(type)];
  if (isTold(type, place, id, limit.value, observed, before)) return true;
  if (observed >= limit.warnAt)
    noteWarning(decision, type, {scope, id, limit.value, observed, before});
  if (observed <= limit.value) return true;
  Decision breach = decision;
  breach.limit = limit.value;
  breach.observed = saturate(observed);
  breach.headroom = saturate(limit.value - before);
  breach.action = limit.action;
  (void)refuse(breach, type, scope, id);
  if (limit.action == LimitAction::Warn) {
    warn(breach, 0);
    return true;
  }
  decision = breach;
  return false;
}

void RiskEngine::noteWarning(Decision& decision, ViolationType type, const Near& near) noexcept {
  Warned& warned = warned_[static_cast<std::size_t>(type)];
  const std::int64_t left = saturate(near.limit - near.observed);
  const bool isFirst = (decision.warnings & bit(type)) == 0;
  decision.warnings |= bit(type);
  if (!isFirst && left >= warned.limit - warned.observed) return;
  warned = {near.scope, near.scopeId, near.limit, saturate(near.observed),
            saturate(near.limit - near.before)};
}

bool RiskEngine::holdsAll(const Addition& add, Decision& decision, ViolationType type,
                          MoneySum observed, MoneySum before) noexcept {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    if (!holds(decision, type, place, idAt(add.request, place), observed, before)) return false;
  }
  return true;
}

bool RiskEngine::checkShape(const Addition& add, Decision& decision) const noexcept {
  const order::OrderRequest& request = add.request;
  const bool hasScopes = request.account < accounts_.size() &&
                         request.strategy < strategies_.size() &&
                         request.instrument < instruments_.size();
  if (!hasScopes || !positions_.hasTerms(request.instrument) ||
      instruments_[request.instrument].qtyFactor == 0) {
    return refuse(decision, ViolationType::BadOrder, RiskScope::Symbol, request.instrument);
  }
  const auto isWild = [](std::int64_t value) { return value > kNumberMax || value < -kNumberMax; };
  const bool hasSide = request.side == Side::Buy || request.side == Side::Sell;
  if (!hasSide || request.orderQty <= 0 || isWild(request.orderQty) || isWild(request.price) ||
      isWild(request.stopPx) || request.ordType == OrdType::None ||
      (hasLimitPrice(request.ordType) && request.price == kNoPrice)) {
    return refuse(decision, ViolationType::BadOrder, RiskScope::Symbol, request.instrument);
  }
  return true;
}

bool RiskEngine::checkLatches(const Addition& add, Decision& decision) const noexcept {
  const order::OrderRequest& r = add.request;
  const KillSwitch::Hit hit = killSwitch_.hit(r.account, r.strategy, r.instrument, r.venue);
  if (hit.isThrown) return refuse(decision, ViolationType::Killed, hit.scope, hit.id);
  if (add.isReducing) return true;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const auto scope = static_cast<RiskScope>(place);
    const ScopeState& state = *scopeState(scope, idAt(r, place));
    if (state.isHalted) return refuse(decision, ViolationType::Halted, scope, idAt(r, place));
    if (state.isReduceOnly) {
      return refuse(decision, ViolationType::ReduceOnly, scope, idAt(r, place));
    }
  }
  const InstrumentState& instrument = instruments_[r.instrument];
  if (instrument.isRestricted) {
    return refuse(decision, ViolationType::Restricted, RiskScope::Symbol, r.instrument);
  }
  if (instrument.session == SessionPhase::Closed) {
    return refuse(decision, ViolationType::SessionState, RiskScope::Symbol, r.instrument);
  }
  return true;
}

Price RiskEngine::worstPriceOf(const order::OrderRequest& request,
                               const InstrumentState& instrument) const noexcept {
  if (hasLimitPrice(request.ordType)) return request.price;
  const MarketState& market = instrument.market;
  const bool isBuy = request.side == Side::Buy;
  const Price touch = isBuy ? market.ask : market.bid;
  // How far a price may run from where the order begins: the tightest collar that is set.
  std::int64_t collar = options_.collarBps;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const ScopeState& state = *scopeState(static_cast<RiskScope>(place), idAt(request, place));
    const Limit& limit = state.limits[static_cast<std::size_t>(ViolationType::PriceCollar)];
    if (limit.value >= 0) collar = std::min(collar, limit.value);
  }
  const auto beyond = [&](Price from) -> Price {
    if (from == kNoPrice) return kNoPrice;
    const MoneySum step =
        (static_cast<MoneySum>(from < 0 ? -from : from) * collar + kBps - 1) / kBps;
    return saturate(isBuy ? from + step : from - step);
  };
  const bool dearest = isBuy;
  const auto dearer = [&](Price a, Price b) {
    if (a == kNoPrice || b == kNoPrice) return a == kNoPrice ? b : a;
    return dearest ? std::max(a, b) : std::min(a, b);
  };
  switch (request.ordType) {
    case OrdType::Stop:
      return beyond(dearer(request.stopPx, touch));
    case OrdType::TrailingStop:
    case OrdType::TrailingStopLimit:
      return beyond(touch == kNoPrice
                        ? kNoPrice
                        : saturate(static_cast<MoneySum>(touch) +
                                   (isBuy ? request.trailOffset : -request.trailOffset)));
    default:
      return beyond(touch);
  }
}

bool RiskEngine::checkMarket(Addition& add, Decision& decision) noexcept {
  const order::OrderRequest& request = add.request;
  InstrumentState& instrument = instruments_[request.instrument];
  const MarketState& market = instrument.market;
  const bool isTrusted = market.state == event::BookState::Trusted;
  if (!add.isReducing) {
    if (options_.needsTrust && !isTrusted) {
      decision.observed = static_cast<std::int64_t>(market.state);
      return refuse(decision, ViolationType::Trust, RiskScope::Symbol, request.instrument);
    }
    if (!holdsAll(add, decision, ViolationType::Freshness, add.now - market.time, 0)) return false;
    if (request.bookSequence != 0) {
      const MoneySum moved = static_cast<MoneySum>(market.sequence) - request.bookSequence;
      if (!holdsAll(add, decision, ViolationType::BookMoved, moved, 0)) return false;
    }
    const std::int64_t volatility = instrument.volatility;
    if (!holdsAll(add, decision, ViolationType::VolatilityLimit, volatility, volatility)) {
      return false;
    }
    // A price from a book that is not to be trusted is none.
    if (add.worstPrice == kNoPrice || (!isTrusted && !hasLimitPrice(request.ordType))) {
      return refuse(decision, ViolationType::NoPrice, RiskScope::Symbol, request.instrument);
    }
  }
  const bool isBuy = request.side == Side::Buy;
  const Price touch = isBuy ? market.ask : market.bid;
  if (isTrusted && touch != kNoPrice && touch > 0) {
    const MoneySum through = throughOf(request, touch);
    // Rounded up: a hair beyond the collar is beyond it.
    const MoneySum bps = through <= 0 ? 0 : (through * kBps + touch - 1) / touch;
    const bool hasPrice = hasLimitPrice(request.ordType) || through > 0;
    if (hasPrice && !holdsAll(add, decision, ViolationType::PriceCollar, bps, 0)) return false;
  }
  if (!add.isReducing) {
    const Qty shown = isBuy ? market.askQty : market.bidQty;
    const MoneySum share =
        shown <= 0 ? MoneySum{INT64_MAX}
                   : (static_cast<MoneySum>(request.orderQty) * kBps + shown - 1) / shown;
    if (!holdsAll(add, decision, ViolationType::LiquidityLimit, share, 0)) return false;
  }
  return true;
}

bool RiskEngine::checkOrder(const Addition& add, Decision& decision) noexcept {
  const order::OrderRequest& request = add.request;
  const InstrumentState& instrument = instruments_[request.instrument];
  const MoneySum size =
      (static_cast<MoneySum>(request.orderQty) * instrument.qtyFactor + instrument.qtyDivisor - 1) /
      instrument.qtyDivisor;
  if (!holdsAll(add, decision, ViolationType::OrderSizeLimit, size, 0)) return false;
  // Without any price a reduction can't be valued, and need not be.
  if (add.worstPrice != kNoPrice &&
      !holdsAll(add, decision, ViolationType::OrderValueLimit, add.orderValue, 0)) {
    return false;
  }
  if (!add.isReplace && !add.isReleased) {
    const Nanos age = duplicates_.age(request, add.now);
    for (std::size_t place = 0; place < kPlaces && age >= 0; ++place) {
      const ScopeState& state = *scopeState(static_cast<RiskScope>(place), idAt(request, place));
      const Limit& limit = state.limits[static_cast<std::size_t>(ViolationType::DuplicateOrder)];
      if (limit.value < 0) continue;
      if (isTold(ViolationType::DuplicateOrder, place, idAt(request, place), -limit.value, -age,
                 -age)) {
        continue;
      }
      if (age >= limit.value) continue;
      Decision breach = decision;
      breach.limit = limit.value;
      breach.observed = age;
      breach.headroom = age - limit.value;
      breach.action = limit.action;
      (void)refuse(breach, ViolationType::DuplicateOrder, static_cast<RiskScope>(place),
                   idAt(request, place));
      if (limit.action == LimitAction::Warn) {
        warn(breach, add.now);
        continue;
      }
      decision = breach;
      return false;
    }
  }
  return checkSelfTrade(add, decision);
}

bool RiskEngine::checkSelfTrade(const Addition& add, Decision& decision) noexcept {
  const order::OrderRequest& request = add.request;
  constexpr auto kType = static_cast<std::size_t>(ViolationType::SelfTrade);
  const Exposure& account = exposures_[add.rows[1]];
  const Price other = own_.best(account.own, opposite(request.side));
  if (other == kNoPrice || add.worstPrice == kNoPrice) return true;
  const bool crosses =
      request.side == Side::Buy ? add.worstPrice >= other : add.worstPrice <= other;
  if (!crosses) return true;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const ScopeState& state = *scopeState(static_cast<RiskScope>(place), idAt(request, place));
    if (state.limits[kType].value <= 0) continue;
    Decision breach = decision;
    breach.limit = other;
    breach.observed = add.worstPrice;
    breach.action = state.limits[kType].action;
    (void)refuse(breach, ViolationType::SelfTrade, static_cast<RiskScope>(place),
                 idAt(request, place));
    if (breach.action == LimitAction::Warn) {
      warn(breach, add.now);
      continue;
    }
    decision = breach;
    return false;
  }
  return true;
}

bool RiskEngine::checkRates(const Addition& add, Decision& decision) noexcept {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const std::uint32_t id = idAt(add.request, place);
    ScopeState& state = *scopeState(static_cast<RiskScope>(place), id);
    if (state.orders.isOn()) {
      const std::int64_t count = state.orders.count(add.now);
      if (!holds(decision, ViolationType::VelocityLimit, place, id, count + 1, count)) return false;
    }
    if (state.messages.isOn()) {
      const std::int64_t count = state.messages.count(add.now);
      if (!holds(decision, ViolationType::MessageRateLimit, place, id, count + 1, count)) {
        return false;
      }
    }
  }
  return true;
}

bool RiskEngine::checkExposure(const Addition& add, Decision& decision) noexcept {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    if (!checkScope(add, place, decision)) return false;
  }
  return true;
}

MoneySum RiskEngine::peersOf(const Exposure& row,
                             const InstrumentState& instrument) const noexcept {
  MoneySum sum = 0;
  for (const Peer& peer : instrument.peers) {
    const std::uint32_t at = row.scope == RiskScope::Symbol
                                 ? instruments_[peer.instrument].symbolRow
                                 : exposures_.find(row.scope, row.scopeId, peer.instrument);
    if (at == ExposureTable::kNone) continue;
    const MoneySum worst = exposures_[at].worst;
    if (worst != 0) sum += (std::min<MoneySum>(worst, INT64_MAX) * peer.bps + kBps - 1) / kBps;
  }
  return sum;
}

MoneySum RiskEngine::shareOf(const ScopeState& state, MoneySum value) noexcept {
  if (state.capital <= 0) return value == 0 ? MoneySum{0} : MoneySum{INT64_MAX};
  return (std::min<MoneySum>(value, INT64_MAX) * kBps + state.capital - 1) / state.capital;
}

bool RiskEngine::fitsSums(const Addition& add) const noexcept {
  for (const std::uint32_t at : add.rows) {
    const Exposure& row = exposures_[at];
    if (static_cast<MoneySum>(row.working[add.side == Side::Sell]) + add.qty > kNumberMax) {
      return false;
    }
  }
  return true;
}

bool RiskEngine::checkScope(const Addition& add, std::size_t place, Decision& decision) noexcept {
  constexpr std::uint32_t kRowTypes =
      bit(ViolationType::PositionLimit) | bit(ViolationType::PositionQtyLimit) |
      bit(ViolationType::ConcentrationLimit) | bit(ViolationType::CorrelationLimit) |
      bit(ViolationType::ExposureLimit) | bit(ViolationType::NetExposureLimit);
  const std::uint32_t id = idAt(add.request, place);
  const ScopeState& state = *scopeState(static_cast<RiskScope>(place), id);
  if ((state.limitMask & kRowTypes) == 0) return true;
  // Global and Symbol look at the instrument as a whole.
  const Exposure& row = exposures_[add.rows[place == 1 ? 1 : place == 2 ? 2 : 0]];
  const std::size_t side = add.side == Side::Sell;
  Exposure after = row;
  after.working[side] += add.qty;
  after.workingValue[side] += add.value;
  after.workingAtMark[side] = saturate(static_cast<MoneySum>(row.workingAtMark[side]) + add.atMark);
  const MoneySum worst = after.worstValue();
  const MoneySum before = row.worst;
  const InstrumentState& instrument = instruments_[add.request.instrument];
  const auto quantity = [&](__int128 lots) {
    return (lots * instrument.qtyFactor + instrument.qtyDivisor - 1) / instrument.qtyDivisor;
  };
  if (!holds(decision, ViolationType::PositionQtyLimit, place, id,
             quantity(after.worstQty(add.side)), quantity(row.worstQty(add.side))) ||
      !holds(decision, ViolationType::PositionLimit, place, id, worst, before)) {
    return false;
  }
  if ((state.limitMask & bit(ViolationType::ConcentrationLimit)) != 0) {
    if (!holds(decision, ViolationType::ConcentrationLimit, place, id, shareOf(state, worst),
               shareOf(state, before))) {
      return false;
    }
  }
  if ((state.limitMask & bit(ViolationType::CorrelationLimit)) != 0) {
    const MoneySum others = peersOf(row, instrument);
    if (!holds(decision, ViolationType::CorrelationLimit, place, id, worst + others,
               before + others)) {
      return false;
    }
  }
  if (place == static_cast<std::size_t>(RiskScope::Symbol)) return true;
  const MoneySum net = state.net;
  const MoneySum reserved = state.working[side] + after.reserved(side) - row.reserved(side);
  const MoneySum netWorst = side == 0 ? std::max(net + reserved, state.working[1] - net)
                                      : std::max(net + state.working[0], reserved - net);
  return holds(decision, ViolationType::ExposureLimit, place, id, state.gross + worst - before,
               state.gross) &&
         holds(decision, ViolationType::NetExposureLimit, place, id,
               std::max<MoneySum>(netWorst, net < 0 ? -net : net), net < 0 ? -net : net);
}

bool RiskEngine::checkLosses(const Addition& add, Decision& decision) noexcept {
  constexpr std::uint32_t kTypes =
      bit(ViolationType::LossLimit) | bit(ViolationType::DrawdownLimit);
  for (std::size_t place = 0; place < 3; ++place) {
    const std::uint32_t id = idAt(add.request, place);
    const auto scope = static_cast<RiskScope>(place);
    ScopeState& state = *scopeState(scope, id);
    if ((state.limitMask & kTypes) == 0) continue;
    const position::Money profit = pnlOf(scope, id);
    state.raisePeak(profit);
    const MoneySum loss = inUnits(state.baseline - profit);
    const MoneySum drawdown = inUnits(state.peak - profit);
    if (!holds(decision, ViolationType::LossLimit, place, id, loss, loss) ||
        !holds(decision, ViolationType::DrawdownLimit, place, id, drawdown, drawdown)) {
      return false;
    }
  }
  return true;
}

Decision RiskEngine::decide(Addition& add) noexcept {
  Decision decision;
  const order::OrderRequest& request = add.request;
  // These lie anywhere in tables larger than the caches: fetched while the rest is worked out.
  exposures_.prefetch(RiskScope::Account, request.account, request.instrument);
  exposures_.prefetch(RiskScope::Strategy, request.strategy, request.instrument);
  duplicates_.prefetch(request);
  if (!checkShape(add, decision)) return decision;
  std::uint32_t rows[3];
  if (!finds(rows, request.instrument, request.account, request.strategy)) {
    (void)refuse(decision, ViolationType::BadOrder, RiskScope::Symbol, request.instrument);
    return decision;
  }
  std::copy(std::begin(rows), std::end(rows), add.rows.begin());
  if (!fitsSums(add)) {
    (void)refuse(decision, ViolationType::BadOrder, RiskScope::Symbol, request.instrument);
    return decision;
  }
  // A reduction can't open anything for the whole, the account or the strategy, even if all that
  // works on its side fills.
  const auto reduces = [&](const Exposure& row) {
    return request.side == Side::Buy ? row.net < 0 && row.worstQty(Side::Buy) + add.qty <= 0
                                     : row.net > 0 && row.worstQty(Side::Sell) + add.qty <= 0;
  };
  add.isReducing =
      reduces(exposures_[rows[0]]) && reduces(exposures_[rows[1]]) && reduces(exposures_[rows[2]]);
  add.worstPrice = worstPriceOf(request, instruments_[request.instrument]);
  decision.worstPrice = add.worstPrice;
  value(add);
  add.isReducing = add.isReducing || onlyShrinks(add);
  if (explanation_ != nullptr) {
    explainAll(add, decision);
    return decision;
  }
  if (options_.sweeps && passesSweep(add, statesOf(request))) {
    decision.isAccepted = true;
    if (!add.isProbe) noteAccepted(request, add.now);
    return decision;
  }
  const std::size_t breachesBefore = breaches_.size();
  const bool isSound =
      checkLatches(add, decision) && checkMarket(add, decision) && checkOrder(add, decision) &&
      checkRates(add, decision) &&
      (add.isReducing || (checkExposure(add, decision) && checkLosses(add, decision)));
  // A question tells of nothing.
  if (add.isProbe) breaches_.resize(breachesBefore);
  if (!isSound) {
    if (!add.isProbe) act(decision, add.now);
    return decision;
  }
  decision.isAccepted = true;
  if (!add.isProbe) noteAccepted(request, add.now);
  return decision;
}

void RiskEngine::noteAccepted(const order::OrderRequest& request, Nanos now) noexcept {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    ScopeState* state = scopeState(static_cast<RiskScope>(place), idAt(request, place));
    if (state == nullptr) continue;
    if (state->orders.isOn()) state->orders.add(now);
    if (state->messages.isOn()) state->messages.add(now);
  }
  if (request.kind == order::RequestKind::New) duplicates_.note(request, now);
}

void RiskEngine::value(Addition& add) const noexcept {
  const order::OrderRequest& request = add.request;
  const InstrumentId id = request.instrument;
  const Price valued = valuedAt(id, add.worstPrice);
  add.atMark = atMark(id, add.qty);
  if (valued == kNoPrice) return;
  const std::int64_t own = valueOf(id, request.orderQty, valued);
  // The limit price of a sale is the least that it gets; an inverse contract is worth the more, the
  // lower the price, and may fill below its limit.
  const bool canExceed =
      request.side == Side::Sell || positions_.kindOf(id) == position::ContractKind::Inverse;
  add.orderValue = canExceed ? std::max(own, atMark(id, request.orderQty)) : own;
  add.value = add.isReplace ? replacedValue(add, valued) : own;
}

Decision RiskEngine::checkNew(const order::OrderRequest& request, Nanos now) noexcept {
  Addition add{request, now, request.side, request.orderQty};
  return decide(add);
}

Decision RiskEngine::checkReleased(const order::OrderRequest& request, Nanos now) noexcept {
  Addition add{request, now, request.side, request.orderQty};
  add.isReleased = true;
  return decide(add);
}

Decision RiskEngine::probe(const order::OrderRequest& request, Nanos now) noexcept {
  Addition add{request, now, request.side, request.orderQty};
  add.isProbe = true;
  return decide(add);
}

}  // namespace hft::risk
