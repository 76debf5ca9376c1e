#include "native/risk/kill_switch.hpp"

namespace hft::risk {

KillSwitch::KillSwitch(std::uint32_t instrumentsMax)
    : symbols_(instrumentsMax / 64 + 1), instrumentsMax_(instrumentsMax) {}

std::uint32_t KillSwitch::idsOf(RiskScope scope) const noexcept {
  switch (scope) {
    case RiskScope::Global:
      return 1;
    case RiskScope::Account:
      return kAccounts;
    case RiskScope::Strategy:
      return kStrategies;
    case RiskScope::Symbol:
      return instrumentsMax_;
    case RiskScope::Venue:
      return kVenues;
  }
  return 0;
}

const KillSwitch::Word* KillSwitch::wordOf(RiskScope scope, std::uint32_t id) const noexcept {
  if (id >= idsOf(scope)) return nullptr;
  switch (scope) {
    case RiskScope::Global:
      return &global_;
    case RiskScope::Account:
      return &accounts_[id / 64];
    case RiskScope::Strategy:
      return &strategies_[id / 64];
    case RiskScope::Symbol:
      return &symbols_[id / 64];
    case RiskScope::Venue:
      return &venues_[id / 64];
  }
  return nullptr;
}

bool KillSwitch::set(RiskScope scope, std::uint32_t id, bool isThrown) noexcept {
  auto* word = const_cast<Word*>(wordOf(scope, id));
  if (word == nullptr) return false;
  const std::uint64_t bit = std::uint64_t{1} << id % 64;
  if (isThrown) {
    // Counted before the bit is there, so that `hit` never looks past a bit that is set. The count
    // is put right where the bit was set already.
    thrown_.fetch_add(1, std::memory_order_acq_rel);
    const bool wasThrown = (word->fetch_or(bit, std::memory_order_acq_rel) & bit) != 0;
    if (wasThrown) thrown_.fetch_sub(1, std::memory_order_acq_rel);
    generation_.fetch_add(1, std::memory_order_acq_rel);
  } else if ((word->fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0) {
    thrown_.fetch_sub(1, std::memory_order_acq_rel);
  }
  return true;
}

bool KillSwitch::isThrown(RiskScope scope, std::uint32_t id) const noexcept {
  const Word* word = wordOf(scope, id);
  return word != nullptr && (word->load(std::memory_order_acquire) >> id % 64 & 1) != 0;
}

KillSwitch::Hit KillSwitch::look(std::uint16_t account, std::uint16_t strategy,
                                 InstrumentId instrument, std::uint16_t venue) const noexcept {
  const Hit candidates[] = {{true, RiskScope::Global, 0},
                            {true, RiskScope::Account, account},
                            {true, RiskScope::Strategy, strategy},
                            {true, RiskScope::Symbol, instrument},
                            {true, RiskScope::Venue, venue}};
  for (const Hit& candidate : candidates) {
    if (isThrown(candidate.scope, candidate.id)) return candidate;
  }
  return {};
}

}  // namespace hft::risk
