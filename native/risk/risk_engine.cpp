#include "native/risk/risk_engine.hpp"

#include <algorithm>

#include "native/core/check.hpp"

namespace hft::risk {

namespace {

/// The integer square root, rounded up.
std::int64_t rootUp(std::int64_t value) noexcept {
  if (value <= 0) return 0;
  std::int64_t root = 1;
  while (root < 3'037'000'499 && root * root < value) root = root * 2;
  std::int64_t low = root / 2;
  while (low < root) {
    const std::int64_t middle = low + (root - low) / 2;
    if (middle * middle < value) {
      low = middle + 1;
    } else {
      root = middle;
    }
  }
  return root;
}

bool isLimit(ViolationType type) noexcept {
  const auto at = static_cast<std::size_t>(type);
  const bool isCause = type == ViolationType::Restricted || type == ViolationType::SessionState ||
                       type == ViolationType::Trust;
  return at > 0 && at <= static_cast<std::size_t>(ViolationType::BookMoved) && !isCause;
}

bool isRate(ViolationType type) noexcept {
  return type == ViolationType::VelocityLimit || type == ViolationType::MessageRateLimit;
}

bool isLoss(ViolationType type) noexcept {
  return type == ViolationType::LossLimit || type == ViolationType::DrawdownLimit;
}

/// Whether a limit of exposure is looked at between orders too.
bool isOfRows(ViolationType type) noexcept {
  return type == ViolationType::ConcentrationLimit || type == ViolationType::CorrelationLimit;
}

/// Whether a limit makes sense for one instrument alone.
bool fitsSymbol(ViolationType type) noexcept {
  return type != ViolationType::ExposureLimit && type != ViolationType::NetExposureLimit &&
         type != ViolationType::LossLimit && type != ViolationType::DrawdownLimit;
}

}  // namespace

RiskEngine::RiskEngine(const RiskOptions& options, const position::PositionBook& positions,
                       const KillSwitch& killSwitch)
    : options_(options),
      positions_(positions),
      killSwitch_(killSwitch),
      instruments_(options.instrumentsMax),
      accounts_(options.accountsMax),
      strategies_(options.strategiesMax),
      symbols_(options.instrumentsMax),
      rates_(positions.options().currenciesMax, kRateUnit),
      exposures_(options.exposuresMax, options.instrumentsMax),
      own_(options.ordersMax),
      duplicates_(options.duplicatesMax),
      reservations_(options.ordersMax) {
  constexpr std::size_t kBreachesMax = 256;
  breaches_.reserve(kBreachesMax);
  told_.reserve(kBreachesMax);
  watched_.reserve(std::size_t{1} + options.accountsMax + options.strategiesMax);
}

const RiskEngine::ScopeState* RiskEngine::scopeState(RiskScope scope,
                                                     std::uint32_t id) const noexcept {
  switch (scope) {
    case RiskScope::Global:
      return id == 0 ? &global_ : nullptr;
    case RiskScope::Account:
      return id < accounts_.size() ? &accounts_[id] : nullptr;
    case RiskScope::Strategy:
      return id < strategies_.size() ? &strategies_[id] : nullptr;
    case RiskScope::Symbol:
      return id < symbols_.size() ? &symbols_[id] : nullptr;
    case RiskScope::Venue:
      return nullptr;
  }
  return nullptr;
}

RiskEngine::ScopeState* RiskEngine::scopeState(RiskScope scope, std::uint32_t id) noexcept {
  return const_cast<ScopeState*>(std::as_const(*this).scopeState(scope, id));
}

Result<event::LimitChange, RiskError> RiskEngine::setLimit(const LimitSpec& spec) {
  ScopeState* state = scopeState(spec.scope, spec.scopeId);
  if (state == nullptr) return RiskError::BadScope;
  if (spec.scope == RiskScope::Symbol && !fitsSymbol(spec.type)) return RiskError::BadScope;
  if (!isLimit(spec.type) || spec.value < 0 || spec.warningBps < 0 || spec.warningBps > 10'000) {
    return RiskError::BadLimit;
  }
  if (isRate(spec.type) && (spec.value > SlidingWindow::kLimitMax || spec.window <= 0)) {
    return RiskError::BadLimit;
  }
  const auto at = static_cast<std::size_t>(spec.type);
  Limit& limit = state->limits[at];
  event::LimitChange change;
  change.check = static_cast<std::uint16_t>(spec.type);
  change.scope = static_cast<std::uint8_t>(spec.scope);
  change.action = static_cast<std::uint8_t>(spec.action);
  change.scopeId = spec.scopeId;
  change.before = limit.value;
  change.after = spec.value;
  change.warningBps = spec.warningBps;
  change.window = spec.window;
  limit.value = spec.value;
  // Rounded up: a warning comes at the threshold, not before.
  limit.warnAt = static_cast<std::int64_t>(
      (static_cast<MoneySum>(spec.value) * spec.warningBps + 9'999) / 10'000);
  limit.action = spec.action;
  state->limitMask |= 1U << at;
  state->told &= ~(1U << at);
  if (isLoss(spec.type) && !state->isWatched) {
    state->isWatched = true;
    watched_.push_back({spec.scope, spec.scopeId});
  }
  if (isOfRows(spec.type) && spec.action != LimitAction::Reject) {
    watchesRows_ = true;
    haveRowsMoved_ = true;
  }
  if (isRate(spec.type)) {
    SlidingWindow& window =
        spec.type == ViolationType::VelocityLimit ? state->orders : state->messages;
    window.resize(std::max<std::int64_t>(spec.value, 1), spec.window);
  }
  setCalm(*state);
  return change;
}

Result<event::LimitChange, RiskError> RiskEngine::removeLimit(ViolationType type, RiskScope scope,
                                                              std::uint32_t scopeId) {
  ScopeState* state = scopeState(scope, scopeId);
  if (state == nullptr) return RiskError::BadScope;
  const auto at = static_cast<std::size_t>(type);
  if (at >= kViolationTypes || (state->limitMask >> at & 1U) == 0) return RiskError::NoSuchLimit;
  event::LimitChange change;
  change.check = static_cast<std::uint16_t>(type);
  change.scope = static_cast<std::uint8_t>(scope);
  change.scopeId = scopeId;
  change.before = state->limits[at].value;
  change.after = -1;
  state->limits[at] = Limit{};
  state->limitMask &= ~(1U << at);
  if (type == ViolationType::VelocityLimit) state->orders = SlidingWindow{};
  if (type == ViolationType::MessageRateLimit) state->messages = SlidingWindow{};
  setCalm(*state);
  return change;
}

std::int64_t RiskEngine::limit(ViolationType type, RiskScope scope,
                               std::uint32_t scopeId) const noexcept {
  const ScopeState* state = scopeState(scope, scopeId);
  const auto at = static_cast<std::size_t>(type);
  return state == nullptr || at >= kViolationTypes ? -1 : state->limits[at].value;
}

RiskError RiskEngine::setCapital(RiskScope scope, std::uint32_t scopeId,
                                 std::int64_t capital) noexcept {
  ScopeState* state = scopeState(scope, scopeId);
  if (state == nullptr) return RiskError::BadScope;
  if (capital < 0) return RiskError::BadLimit;
  state->capital = capital;
  haveRowsMoved_ = true;
  setCalm(*state);
  return RiskError::Ok;
}

RiskError RiskEngine::setRate(std::uint16_t currency, std::int64_t rate) noexcept {
  if (currency >= rates_.size()) return RiskError::BadScope;
  if (rate <= 0) return RiskError::BadLimit;
  rates_[currency] = rate;
  for (std::uint32_t index = 0; index < reservationsUsed_; ++index) {
    const Reservation& held = reservations_[index];
    if (held.qty != 0 && positions_.currencyOf(held.instrument) == currency) revalue(index);
  }
  for (InstrumentId id = 0; id < instruments_.size(); ++id) {
    if (instruments_[id].symbolRow == ExposureTable::kNone) continue;
    exposures_.forEach(id, [&](Exposure& row) { revalue(row); });
  }
  return RiskError::Ok;
}

RiskError RiskEngine::setInstrument(InstrumentId instrument, std::uint8_t qtyDecimals) noexcept {
  if (instrument >= instruments_.size() || qtyDecimals > 18) return RiskError::BadScope;
  InstrumentState& state = instruments_[instrument];
  state.qtyFactor = 1;
  state.qtyDivisor = 1;
  for (int i = qtyDecimals; i < 8; ++i) state.qtyFactor *= 10;
  for (int i = 8; i < qtyDecimals; ++i) state.qtyDivisor *= 10;
  currenciesUsed_ = std::max<std::uint16_t>(
      currenciesUsed_, static_cast<std::uint16_t>(positions_.currencyOf(instrument) + 1));
  return RiskError::Ok;
}

RiskError RiskEngine::setCorrelation(InstrumentId a, InstrumentId b, std::int64_t bps) {
  if (a >= instruments_.size() || b >= instruments_.size() || a == b) return RiskError::BadScope;
  if (bps < -10'000 || bps > 10'000) return RiskError::BadLimit;
  const auto put = [&](InstrumentId from, InstrumentId to) {
    std::vector<Peer>& peers = instruments_[from].peers;
    std::erase_if(peers, [&](const Peer& peer) { return peer.instrument == to; });
    if (bps != 0) peers.push_back({to, std::abs(bps)});
  };
  put(a, b);
  put(b, a);
  return RiskError::Ok;
}

RiskError RiskEngine::setRestricted(InstrumentId instrument, bool isRestricted) noexcept {
  if (instrument >= instruments_.size()) return RiskError::BadScope;
  instruments_[instrument].isRestricted = isRestricted;
  return RiskError::Ok;
}

RiskError RiskEngine::setSession(InstrumentId instrument, SessionPhase phase) noexcept {
  if (instrument >= instruments_.size()) return RiskError::BadScope;
  instruments_[instrument].session = phase;
  return RiskError::Ok;
}

RiskError RiskEngine::halt(RiskScope scope, std::uint32_t scopeId, bool isHalted) noexcept {
  ScopeState* state = scopeState(scope, scopeId);
  if (state == nullptr) return RiskError::BadScope;
  state->isHalted = isHalted;
  if (!isHalted) state->isReduceOnly = false;
  return RiskError::Ok;
}

RiskError RiskEngine::reduceOnly(RiskScope scope, std::uint32_t scopeId,
                                 bool isReduceOnly) noexcept {
  ScopeState* state = scopeState(scope, scopeId);
  if (state == nullptr) return RiskError::BadScope;
  state->isReduceOnly = isReduceOnly;
  return RiskError::Ok;
}

bool RiskEngine::isHalted(RiskScope scope, std::uint32_t scopeId) const noexcept {
  const ScopeState* state = scopeState(scope, scopeId);
  return state != nullptr && state->isHalted;
}

bool RiskEngine::isReduceOnly(RiskScope scope, std::uint32_t scopeId) const noexcept {
  const ScopeState* state = scopeState(scope, scopeId);
  return state != nullptr && state->isReduceOnly;
}

std::int64_t RiskEngine::valueInFull(InstrumentId instrument, Qty qty, Price price) const noexcept {
  if (price == kNoPrice) return INT64_MAX;
  const std::int64_t rate = rates_[positions_.currencyOf(instrument)];
  const std::int64_t factor = positions_.wholeFactor(instrument);
  MoneySum units = 0;
  if (factor != 0) {
    units = static_cast<MoneySum>(qty) * price;
    if (__builtin_mul_overflow(units, static_cast<MoneySum>(factor), &units)) return INT64_MAX;
    if (units < 0) units = -units;
  } else {
    position::Money value = 0;
    if (!positions_.value(instrument, qty, price, value)) return INT64_MAX;
    if (value < 0) value = -value;
    units = (value + position::kMoneyPerFee - 1) / position::kMoneyPerFee;
  }
  if (rate != kRateUnit) {
    if (__builtin_mul_overflow(units, static_cast<MoneySum>(rate), &units)) return INT64_MAX;
    // Rounded up: on the safe side.
    units = (units + kRateUnit - 1) / kRateUnit;
  }
  return units > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(units);
}

void RiskEngine::onMarket(InstrumentId id, const MarketState& market) noexcept {
  if (id >= instruments_.size()) return;
  InstrumentState& instrument = instruments_[id];
  instrument.market = market;
  if (market.state == event::BookState::Trusted && market.bid != kNoPrice &&
      market.ask != kNoPrice) {
    sampleVolatility(instrument, market.time);
  }
  const Price mark = positions_.markOf(id);
  if (mark == instrument.mark) return;
  instrument.mark = mark;
  exposures_.forEach(id, [&](Exposure& row) { revalue(row); });
}

void RiskEngine::sampleVolatility(InstrumentState& instrument, Nanos now) noexcept {
  constexpr Nanos kSecond = 1'000'000'000;
  const Price mid = instrument.market.bid + instrument.market.ask;
  if (mid <= 0) return;
  if (instrument.sampleTime == 0) {
    instrument.sampleTime = now;
    instrument.sampleMid = mid;
    return;
  }
  if (now - instrument.sampleTime < kSecond) return;
  // Returns in 10^-2 basis points, bounded so that their square fits.
  const MoneySum change = (static_cast<MoneySum>(mid) - instrument.sampleMid) * 1'000'000;
  const auto change64 = static_cast<std::int64_t>(
      std::clamp<MoneySum>(change / instrument.sampleMid, -1'000'000'000, 1'000'000'000));
  constexpr std::int64_t kMemory = 32;  // Seconds after which a return weighs 1/e.
  instrument.variance += (change64 * change64 - instrument.variance) / kMemory;
  instrument.volatility = (rootUp(instrument.variance) + 99) / 100;
  instrument.sampleMid = mid;
  instrument.sampleTime = now;
}

template <typename Change>
void RiskEngine::recount(Exposure& row, Change&& change) noexcept {
  haveRowsMoved_ = true;
  const bool isSymbol = row.scope == RiskScope::Symbol;
  ScopeState& state =
      *scopeState(isSymbol ? RiskScope::Global : row.scope, isSymbol ? 0 : row.scopeId);
  state.net -= row.held();
  state.gross -= row.worst;
  for (const std::size_t side : {0U, 1U}) state.working[side] -= row.reserved(side);
  change();
  row.sum();
  state.net += row.held();
  state.gross += row.worst;
  for (const std::size_t side : {0U, 1U}) state.working[side] += row.reserved(side);
  state.sum();
}

void RiskEngine::revalue(Exposure& row) noexcept {
  recount(row, [&] {
    const Price mark = positions_.markOf(row.instrument);
    row.netValue = row.net == 0 ? 0 : valueOf(row.instrument, row.net, mark);
    for (const std::size_t side : {0U, 1U}) {
      row.workingAtMark[side] = atMark(row.instrument, row.working[side]);
    }
  });
}

void RiskEngine::changeRow(std::uint32_t at, Side side, Qty qty, MoneySum value, Qty net) noexcept {
  Exposure& row = exposures_[at];
  recount(row, [&] {
    const std::size_t index = side == Side::Sell;
    row.working[index] += qty;
    row.workingValue[index] += value;
    row.net += net;
    if (qty != 0) row.workingAtMark[index] = atMark(row.instrument, row.working[index]);
    if (net == 0) return;
    row.netValue =
        row.net == 0 ? 0 : valueOf(row.instrument, row.net, positions_.markOf(row.instrument));
  });
}

bool RiskEngine::finds(std::uint32_t (&rows)[3], InstrumentId instrument, std::uint16_t account,
                       std::uint16_t strategy) noexcept {
  InstrumentState& state = instruments_[instrument];
  if (state.symbolRow == ExposureTable::kNone) {
    state.symbolRow = exposures_.row(RiskScope::Symbol, instrument, instrument);
  }
  rows[0] = state.symbolRow;
  rows[1] = exposures_.row(RiskScope::Account, account, instrument);
  rows[2] = exposures_.row(RiskScope::Strategy, strategy, instrument);
  return rows[0] != ExposureTable::kNone && rows[1] != ExposureTable::kNone &&
         rows[2] != ExposureTable::kNone;
}

void RiskEngine::sync(std::uint32_t index, const WorstCase& worst) noexcept {
  Reservation& held = reservations_[index];
  const Qty qty = worst.leaves;
  const bool isSame = held.qty == qty && held.price == worst.price &&
                      held.nearest == worst.nearestPrice() && held.instrument == worst.instrument &&
                      held.side == worst.side;
  if (isSame) return;
  std::uint32_t rows[3];
  if (held.qty != 0) {
    HFT_CHECK(finds(rows, held.instrument, held.account, held.strategy));
    own_.remove(exposures_[rows[1]].own, held.side, index);
    for (const std::uint32_t row : rows) changeRow(row, held.side, -held.qty, -held.value, 0);
    held = Reservation{};
  }
  if (qty == 0 || worst.instrument >= instruments_.size()) return;
  // A check has made the rows before any order is accepted; orders that others sent may lack them.
  if (!finds(rows, worst.instrument, worst.account, worst.strategy)) return;
  held.instrument = worst.instrument;
  held.account = worst.account;
  held.strategy = worst.strategy;
  held.side = worst.side;
  held.qty = qty;
  held.price = worst.price;
  held.nearest = worst.nearestPrice();
  held.value = valueOf(worst.instrument, qty, valuedAt(held.instrument, worst.price));
  reservationsUsed_ = std::max(reservationsUsed_, index + 1);
  const Price unpriced = held.side == Side::Buy ? INT64_MIN + 1 : INT64_MAX;
  own_.add(exposures_[rows[1]].own, held.side, index,
           held.nearest == kNoPrice ? unpriced : held.nearest);
  for (const std::uint32_t row : rows) changeRow(row, held.side, qty, held.value, 0);
}

void RiskEngine::revalue(std::uint32_t index) noexcept {
  Reservation& held = reservations_[index];
  if (held.qty == 0) return;
  const std::int64_t value =
      valueOf(held.instrument, held.qty, valuedAt(held.instrument, held.price));
  if (value == held.value) return;
  std::uint32_t rows[3];
  HFT_CHECK(finds(rows, held.instrument, held.account, held.strategy));
  const MoneySum change = static_cast<MoneySum>(value) - held.value;
  for (const std::uint32_t row : rows) changeRow(row, held.side, 0, change, 0);
  held.value = value;
}

void RiskEngine::onFill(InstrumentId instrument, std::uint16_t account, std::uint16_t strategy,
                        Qty qty) noexcept {
  if (instrument >= instruments_.size()) return;
  std::uint32_t rows[3];
  if (!finds(rows, instrument, account, strategy)) return;
  for (const std::uint32_t row : rows) changeRow(row, Side::Buy, 0, 0, qty);
}

void RiskEngine::noteCancel(const order::OrderRequest& request, Nanos now) noexcept {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    ScopeState* state = scopeState(static_cast<RiskScope>(place), idAt(request, place));
    if (state != nullptr && state->messages.isOn()) state->messages.add(now);
  }
}

const Exposure* RiskEngine::exposure(RiskScope scope, std::uint32_t scopeId,
                                     InstrumentId instrument) const noexcept {
  const std::uint32_t row =
      exposures_.find(scope, scope == RiskScope::Symbol ? instrument : scopeId, instrument);
  return row == ExposureTable::kNone ? nullptr : &exposures_[row];
}

MoneySum RiskEngine::grossExposure(RiskScope scope, std::uint32_t scopeId) const noexcept {
  const ScopeState* state = scopeState(scope, scopeId);
  return state == nullptr ? 0 : state->gross;
}

}  // namespace hft::risk
