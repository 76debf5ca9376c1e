#include <array>

#include "bindings/trading/trading_holder.hpp"

namespace hft::bindings {

namespace {

using risk::RiskError;
using risk::RiskScope;
using risk::ViolationType;

constexpr std::int64_t kExactMax = (std::int64_t{1} << 53) - 1;

/// The scope and id of arguments `at` and `at + 1`.
struct ScopeArgument {
  RiskScope scope = RiskScope::Global;
  std::uint32_t id = 0;
};

std::optional<ScopeArgument> scopeAt(const Arguments& arguments, std::size_t at) {
  const auto scope = arguments.integer(at, "scope", 0, 4);
  if (!scope) return std::nullopt;
  const auto id = arguments.integer(at + 1, "scopeId", 0, UINT32_MAX);
  if (!id) return std::nullopt;
  return ScopeArgument{static_cast<RiskScope>(*scope), static_cast<std::uint32_t>(*id)};
}

napi_value answer(napi_env env, RiskError error) {
  switch (error) {
    case RiskError::Ok:
      break;
    case RiskError::BadScope:
      throwArgument(env, "scope or id is out of range, or can't have this limit");
      break;
    case RiskError::BadLimit:
      throwArgument(env, "the value, threshold or window of the limit is out of range");
      break;
    case RiskError::NoSuchLimit:
      throwArgument(env, "there is no such limit");
      break;
    case RiskError::BadSnapshot:
      throwArgument(env, "the snapshot is damaged");
      break;
  }
  return nullptr;
}

/// `(scope, scopeId, isOn)` for one of the two latches of risk.
napi_value setLatch(napi_env env, napi_callback_info info, const char* name,
                    decltype(&stream::TradingCore::halt) set) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto place = scopeAt(arguments, 0);
  if (!place) return nullptr;
  const auto isOn = arguments.boolean(2, name);
  if (!isOn) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  return answer(env, (engine.core().*set)(place->scope, place->id, *isOn, engine.now()));
}

}  // namespace

/// `(instrument, priceDecimals, qtyDecimals, currency, isInverse, numerator, denominator)`
napi_value tradingSetInstrument(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  constexpr std::array<const char*, 7> kNames = {"instrument", "priceDecimals", "qtyDecimals",
                                                 "currency",   "isInverse",     "numerator",
                                                 "denominator"};
  constexpr std::array<std::int64_t, 7> kMax = {1 << 20, 18, 18, 255, 1, kExactMax, kExactMax};
  std::array<std::int64_t, 7> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = arguments.integer(i, kNames[i], 0, kMax[i]);
    if (!value) return nullptr;
    values[i] = *value;
  }
  position::InstrumentTerms terms;
  terms.priceDecimals = static_cast<std::uint8_t>(values[1]);
  terms.qtyDecimals = static_cast<std::uint8_t>(values[2]);
  terms.currency = static_cast<std::uint16_t>(values[3]);
  terms.kind = values[4] != 0 ? position::ContractKind::Inverse : position::ContractKind::Linear;
  terms.multiplierNumerator = values[5];
  terms.multiplierDenominator = values[6];
  if (!holder->engine()->setInstrument(static_cast<InstrumentId>(values[0]), terms)) {
    throwArgument(env, "the terms of instrument " + std::to_string(values[0]) +
                           " can't be: out of range, inexact, or it has positions already");
  }
  return nullptr;
}

/// A figure in 10^-8 units, which may pass 2^53: as a double it is rounded down, never up.
std::optional<std::int64_t> figureAt(const Arguments& arguments, std::size_t index,
                                     const char* name) {
  const auto value = arguments.number(index, name);
  if (!value) return std::nullopt;
  if (*value >= 0 && *value <= 9.2e18) return static_cast<std::int64_t>(*value);
  throwArgument(arguments.env(), std::string(name) + " must be a number from 0 to 9.2e18");
  return std::nullopt;
}

/// `(type, scope, scopeId, value, warningBps, action, windowNs)`
napi_value tradingSetLimit(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto type = arguments.integer(0, "type", 1, risk::kViolationTypes - 1);
  if (!type) return nullptr;
  const auto place = scopeAt(arguments, 1);
  if (!place) return nullptr;
  const auto value = figureAt(arguments, 3, "value");
  if (!value) return nullptr;
  const auto warning = arguments.integer(4, "warningBps", 0, 10'000);
  if (!warning) return nullptr;
  const auto action = arguments.integer(5, "action", 0, 4);
  if (!action) return nullptr;
  const auto window = arguments.integer(6, "windowNs", 1, kExactMax);
  if (!window) return nullptr;
  risk::LimitSpec spec;
  spec.type = static_cast<ViolationType>(*type);
  spec.scope = place->scope;
  spec.scopeId = place->id;
  spec.value = *value;
  spec.warningBps = *warning;
  spec.action = static_cast<risk::LimitAction>(*action);
  spec.window = *window;
  return answer(env, holder->engine()->core().setLimit(spec, holder->engine()->now()));
}

napi_value tradingRemoveLimit(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto type = arguments.integer(0, "type", 1, risk::kViolationTypes - 1);
  if (!type) return nullptr;
  const auto place = scopeAt(arguments, 1);
  if (!place) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  return answer(env, engine.core().removeLimit(static_cast<ViolationType>(*type), place->scope,
                                               place->id, engine.now()));
}

napi_value tradingSetCapital(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto place = scopeAt(arguments, 0);
  if (!place) return nullptr;
  const auto capital = figureAt(arguments, 2, "capital");
  if (!capital) return nullptr;
  return answer(env, holder->engine()->core().risk().setCapital(place->scope, place->id, *capital));
}

napi_value tradingSetRate(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto currency = arguments.integer(0, "currency", 0, 255);
  if (!currency) return nullptr;
  const auto rate = arguments.integer(1, "rate", 1, kExactMax);
  if (!rate) return nullptr;
  return answer(
      env, holder->engine()->core().risk().setRate(static_cast<std::uint16_t>(*currency), *rate));
}

napi_value tradingSetCorrelation(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto a = arguments.integer(0, "a", 0, 1 << 20);
  if (!a) return nullptr;
  const auto b = arguments.integer(1, "b", 0, 1 << 20);
  if (!b) return nullptr;
  const auto bps = arguments.integer(2, "bps", -10'000, 10'000);
  if (!bps) return nullptr;
  return answer(env, holder->engine()->core().risk().setCorrelation(
                         static_cast<InstrumentId>(*a), static_cast<InstrumentId>(*b), *bps));
}

napi_value tradingSetRestricted(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto instrument = arguments.integer(0, "instrument", 0, 1 << 20);
  if (!instrument) return nullptr;
  const auto isRestricted = arguments.boolean(1, "isRestricted");
  if (!isRestricted) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  return answer(env, engine.core().setRestricted(static_cast<InstrumentId>(*instrument),
                                                 *isRestricted, engine.now()));
}

napi_value tradingSetSession(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto instrument = arguments.integer(0, "instrument", 0, 1 << 20);
  if (!instrument) return nullptr;
  const auto phase = arguments.integer(1, "phase", 0, 2);
  if (!phase) return nullptr;
  return answer(
      env, holder->engine()->core().risk().setSession(static_cast<InstrumentId>(*instrument),
                                                      static_cast<risk::SessionPhase>(*phase)));
}

napi_value tradingHalt(napi_env env, napi_callback_info info) {
  return setLatch(env, info, "isHalted", &stream::TradingCore::halt);
}

napi_value tradingReduceOnly(napi_env env, napi_callback_info info) {
  return setLatch(env, info, "isReduceOnly", &stream::TradingCore::reduceOnly);
}

napi_value tradingBeginSession(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  holder->engine()->beginSession();
  return nullptr;
}

/// `(kind, orders)`: a list of 2 to 4 orders, each an object of native numbers; kind 1 OCO, 2 OTO,
/// 3 OTOCO. Returns the ClOrdIDs of its legs, or the number of the verdict that refused it.
napi_value tradingSubmitList(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto kind = arguments.integer(0, "kind", 1, 3);
  if (!kind) return nullptr;
  const auto array = arguments.object(1, "orders");
  if (!array) return nullptr;
  bool isArray = false;
  std::uint32_t length = 0;
  napi_is_array(env, *array, &isArray);
  if (isArray) napi_get_array_length(env, *array, &length);
  if (!isArray || length < 2 || length > order::kLegsMax) {
    throwArgument(env, "orders must be an array of 2 to 4 orders");
    return nullptr;
  }
  std::array<order::OrderRequest, order::kLegsMax> legs;
  for (std::uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(env, *array, i, &element);
    bool isRead = true;
    const auto read = [&](const char* name, std::int64_t min, std::int64_t max) -> std::int64_t {
      if (!isRead) return 0;
      const auto value = integerMember(env, element, name, 0, min, max);
      isRead = value.has_value();
      return value.value_or(0);
    };
    order::OrderRequest& leg = legs[i];
    leg.instrument = static_cast<InstrumentId>(read("instrument", 0, 1 << 20));
    leg.account = static_cast<std::uint16_t>(read("account", 0, 1023));
    leg.strategy = static_cast<std::uint16_t>(read("strategy", 0, 1023));
    leg.venue = static_cast<std::uint16_t>(read("venue", 0, 63));
    leg.side = static_cast<Side>(read("side", 1, 2));
    leg.ordType = static_cast<OrdType>(read("ordType", 1, 9));
    leg.timeInForce = static_cast<TimeInForce>(read("timeInForce", 0, 7));
    leg.flags = static_cast<std::uint16_t>(read("flags", 0, 15));
    leg.orderQty = read("orderQty", 1, kExactMax);
    leg.price = read("price", -kExactMax, kExactMax);
    leg.stopPx = read("stopPx", -kExactMax, kExactMax);
    leg.trailOffset = read("trailOffset", 0, kExactMax);
    if (!isRead) return nullptr;
  }
  stream::TradingEngine& engine = *holder->engine();
  const stream::SubmitVerdict verdict = engine.core().submitList(
      static_cast<order::ListKind>(*kind), std::span(legs).first(length), engine.now());
  if (verdict != stream::SubmitVerdict::Accepted) {
    return makeNumber(env, static_cast<double>(verdict));
  }
  napi_value ids = nullptr;
  napi_create_array(env, &ids);
  for (std::uint32_t i = 0; i < length; ++i) {
    napi_set_element(env, ids, i, makeNumber(env, static_cast<double>(legs[i].clOrdID)));
  }
  return ids;
}

napi_value tradingKill(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto place = scopeAt(arguments, 0);
  if (!place) return nullptr;
  const auto isThrown = arguments.boolean(2, "isThrown");
  if (!isThrown) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  if (!engine.core().kill(place->scope, place->id, *isThrown, 1, engine.now())) {
    return answer(env, RiskError::BadScope);
  }
  return nullptr;
}

/// `(scope, scopeId)`: figures of a scope. Money in 10^-8 of the base currency.
napi_value tradingScope(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto place = scopeAt(arguments, 0);
  if (!place) return nullptr;
  stream::TradingCore& core = holder->engine()->core();
  napi_value object = makeObject(env);
  const bool hasTotals = place->scope == RiskScope::Global || place->scope == RiskScope::Account ||
                         place->scope == RiskScope::Strategy;
  const auto& options = core.risk().options();
  const bool isInRange =
      place->scope == RiskScope::Global
          ? place->id == 0
          : place->id < (place->scope == RiskScope::Account    ? options.accountsMax
                         : place->scope == RiskScope::Strategy ? options.strategiesMax
                                                               : options.instrumentsMax);
  if (!isInRange || place->scope == RiskScope::Venue) return answer(env, RiskError::BadScope);
  if (hasTotals) {
    setMember(env, object, "pnl", static_cast<double>(core.risk().pnl(place->scope, place->id)));
    setMember(env, object, "grossExposure",
              static_cast<double>(core.risk().grossExposure(place->scope, place->id)));
  }
  setMember(env, object, "isHalted", core.risk().isHalted(place->scope, place->id) ? 1.0 : 0.0);
  setMember(env, object, "isReduceOnly",
            core.risk().isReduceOnly(place->scope, place->id) ? 1.0 : 0.0);
  setMember(env, object, "isKilled",
            core.killSwitch().isThrown(place->scope, place->id) ? 1.0 : 0.0);
  napi_value limits = nullptr;
  napi_create_array(env, &limits);
  std::uint32_t count = 0;
  for (std::size_t type = 1; type < risk::kViolationTypes; ++type) {
    const std::int64_t value =
        core.risk().limit(static_cast<ViolationType>(type), place->scope, place->id);
    if (value < 0) continue;
    napi_value entry = makeObject(env);
    setMember(env, entry, "type", static_cast<double>(type));
    setMember(env, entry, "value", static_cast<double>(value));
    napi_set_element(env, limits, count++, entry);
  }
  setMember(env, object, "limits", limits);
  return object;
}

/// `(type)`: the figures of the newest warning of a violation type, in native units.
napi_value tradingWarned(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto type = arguments.integer(0, "type", 1, risk::kViolationTypes - 1);
  if (!type) return nullptr;
  const auto& warned = holder->engine()->core().risk().warned(static_cast<ViolationType>(*type));
  napi_value object = makeObject(env);
  setMember(env, object, "scope", static_cast<double>(warned.scope));
  setMember(env, object, "scopeId", static_cast<double>(warned.scopeId));
  setMember(env, object, "limit", static_cast<double>(warned.limit));
  setMember(env, object, "observed", static_cast<double>(warned.observed));
  setMember(env, object, "headroom", static_cast<double>(warned.headroom));
  return object;
}

}  // namespace hft::bindings
