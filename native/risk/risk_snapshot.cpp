#include <cstring>
#include <type_traits>

#include "native/core/check.hpp"
#include "native/risk/risk_engine.hpp"

namespace hft::risk {

namespace {

constexpr std::uint64_t kMagic = 0x314b534952544648;  // "HFTRISK1"

struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t scopes = 0;
  std::uint64_t limits = 0;
};

struct SavedScope {
  MoneySum baseline = 0;
  MoneySum peak = 0;
  std::int64_t capital = 0;
  std::uint32_t scopeId = 0;
  std::uint8_t scope = 0;
  std::uint8_t isHalted = 0;
  std::uint8_t isReduceOnly = 0;
  std::uint8_t spare = 0;
};

struct SavedLimit {
  std::int64_t value = 0;
  std::int64_t warnAt = 0;
  Nanos window = 0;
  std::uint32_t scopeId = 0;
  std::uint8_t scope = 0;
  std::uint8_t type = 0;
  std::uint8_t action = 0;
  std::uint8_t spare = 0;
};

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

std::uint64_t mix(std::uint64_t hash, MoneySum value) noexcept {
  return mix(mix(hash, static_cast<std::uint64_t>(value)), static_cast<std::uint64_t>(value >> 64));
}

template <typename T>
bool get(std::span<const std::byte>& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in = in.subspan(sizeof value);
  return true;
}

}  // namespace

std::vector<std::byte> RiskEngine::save() const {
  std::vector<SavedScope> scopes;
  std::vector<SavedLimit> limits;
  const auto visit = [&](RiskScope scope, std::uint32_t id, const ScopeState& state) {
    const bool isPlain = !state.isHalted && !state.isReduceOnly && state.capital == 0 &&
                         state.baseline == 0 && state.peak == 0;
    if (!isPlain) {
      scopes.push_back({state.baseline, state.peak, state.capital, id,
                        static_cast<std::uint8_t>(scope), state.isHalted, state.isReduceOnly, 0});
    }
    for (std::size_t type = 0; type < kViolationTypes; ++type) {
      if ((state.limitMask >> type & 1U) == 0) continue;
      const Limit& limit = state.limits[type];
      const Nanos window = type == static_cast<std::size_t>(ViolationType::VelocityLimit)
                               ? state.orders.window()
                               : state.messages.window();
      limits.push_back({limit.value, limit.warnAt, window, id, static_cast<std::uint8_t>(scope),
                        static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(limit.action),
                        0});
    }
  };
  visit(RiskScope::Global, 0, global_);
  for (std::uint32_t id = 0; id < accounts_.size(); ++id) {
    visit(RiskScope::Account, id, accounts_[id]);
  }
  for (std::uint32_t id = 0; id < strategies_.size(); ++id) {
    visit(RiskScope::Strategy, id, strategies_[id]);
  }
  for (std::uint32_t id = 0; id < symbols_.size(); ++id) {
    visit(RiskScope::Symbol, id, symbols_[id]);
  }
  std::vector<std::byte> out(sizeof(Header) + scopes.size() * sizeof(SavedScope) +
                             limits.size() * sizeof(SavedLimit));
  std::byte* to = out.data();
  const auto put = [&to](const auto& value) {
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  };
  put(Header{kMagic, scopes.size(), limits.size()});
  for (const SavedScope& scope : scopes) put(scope);
  for (const SavedLimit& limit : limits) put(limit);
  return out;
}

RiskError RiskEngine::restore(std::span<const std::byte> snapshot) {
  Header header;
  if (!get(snapshot, header) || header.magic != kMagic) return RiskError::BadSnapshot;
  for (std::uint64_t i = 0; i < header.scopes; ++i) {
    SavedScope saved;
    if (!get(snapshot, saved)) return RiskError::BadSnapshot;
    ScopeState* state = scopeState(static_cast<RiskScope>(saved.scope), saved.scopeId);
    if (state == nullptr) return RiskError::BadSnapshot;
    state->baseline = saved.baseline;
    state->peak = saved.peak;
    state->toldPeak = saved.peak;
    state->setFloor();
    state->capital = saved.capital;
    state->isHalted = saved.isHalted != 0;
    state->isReduceOnly = saved.isReduceOnly != 0;
  }
  for (std::uint64_t i = 0; i < header.limits; ++i) {
    SavedLimit saved;
    if (!get(snapshot, saved)) return RiskError::BadSnapshot;
    LimitSpec spec;
    spec.type = static_cast<ViolationType>(saved.type);
    spec.scope = static_cast<RiskScope>(saved.scope);
    spec.scopeId = saved.scopeId;
    spec.value = saved.value;
    spec.action = static_cast<LimitAction>(saved.action);
    if (saved.window > 0) spec.window = saved.window;
    if (!setLimit(spec).ok()) return RiskError::BadSnapshot;
    ScopeState& state = *scopeState(spec.scope, spec.scopeId);
    state.limits[saved.type].warnAt = saved.warnAt;
    setCalm(state);
  }
  return snapshot.empty() ? RiskError::Ok : RiskError::BadSnapshot;
}

std::uint64_t RiskEngine::stateHash() const noexcept {
  std::uint64_t hash = 1;
  const auto take = [&](const ScopeState& state) {
    if (state.limitMask == 0 && !state.isHalted && !state.isReduceOnly && state.gross == 0) return;
    hash = mix(hash, std::uint64_t{state.limitMask} << 2 | std::uint64_t{state.isHalted} << 1 |
                         std::uint64_t{state.isReduceOnly});
    for (const Limit& limit : state.limits) {
      if (limit.value >= 0) hash = mix(hash, static_cast<std::uint64_t>(limit.value));
    }
    for (const MoneySum sum : {state.gross, state.net, state.working[0], state.working[1]}) {
      hash = mix(hash, sum);
    }
  };
  take(global_);
  for (const ScopeState& state : accounts_) take(state);
  for (const ScopeState& state : strategies_) take(state);
  for (const ScopeState& state : symbols_) take(state);
  // Rows are summed: the order in which they were made does not matter.
  std::uint64_t rows = 0;
  for (const Exposure& row : exposures_.rows()) {
    if (row.net == 0 && row.working[0] == 0 && row.working[1] == 0) continue;
    std::uint64_t one =
        mix(2, std::uint64_t{row.instrument} << 32 | std::uint64_t{row.scopeId} << 3 |
                   static_cast<std::uint64_t>(row.scope));
    one = mix(one, static_cast<std::uint64_t>(row.net));
    for (const Qty qty : row.working) one = mix(one, static_cast<std::uint64_t>(qty));
    rows += mix(one, static_cast<std::uint64_t>(row.worst));
  }
  return mix(hash, rows);
}

}  // namespace hft::risk
