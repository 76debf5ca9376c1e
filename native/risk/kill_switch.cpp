#include "native/risk/kill_switch.hpp"

namespace hft::risk {

namespace {

// Where the words of each scope begin, a bit a latch.
constexpr std::size_t kAccountsAt = 1;
constexpr std::size_t kStrategiesAt = kAccountsAt + KillSwitch::kAccounts / 64;
constexpr std::size_t kVenuesAt = kStrategiesAt + KillSwitch::kStrategies / 64;
constexpr std::size_t kSymbolsAt = kVenuesAt + KillSwitch::kVenues / 64;

constexpr std::uint64_t bitOf(std::uint32_t id) noexcept { return std::uint64_t{1} << id % 64; }

}  // namespace

KillSwitch::KillSwitch(std::uint32_t instrumentsMax)
    : instrumentsMax_(instrumentsMax),
      words_(kSymbolsAt + instrumentsMax / 64 + 1),
      released_(words_.size()) {}

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

std::size_t KillSwitch::wordOf(RiskScope scope, std::uint32_t id) const noexcept {
  if (id >= idsOf(scope)) return words_.size();
  switch (scope) {
    case RiskScope::Global:
      return 0;
    case RiskScope::Account:
      return kAccountsAt + id / 64;
    case RiskScope::Strategy:
      return kStrategiesAt + id / 64;
    case RiskScope::Symbol:
      return kSymbolsAt + id / 64;
    case RiskScope::Venue:
      return kVenuesAt + id / 64;
  }
  return words_.size();
}

bool KillSwitch::set(RiskScope scope, std::uint32_t id, bool isThrown) noexcept {
  const std::size_t at = wordOf(scope, id);
  if (at == words_.size()) return false;
  Word& word = words_[at];
  const std::uint64_t bit = bitOf(id);
  if (isThrown) {
    // Counted before the bit is there, so that `hit` never looks past a bit that is set. The count
    // is put right where the bit was set already.
    thrown_.fetch_add(1, std::memory_order_acq_rel);
    const bool wasThrown = (word.fetch_or(bit, std::memory_order_acq_rel) & bit) != 0;
    if (wasThrown) thrown_.fetch_sub(1, std::memory_order_acq_rel);
    released_[at].fetch_and(~bit, std::memory_order_acq_rel);
    generation_.fetch_add(1, std::memory_order_acq_rel);
    return true;
  }
  released_[at].fetch_or(bit, std::memory_order_acq_rel);
  if ((word.fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0) {
    thrown_.fetch_sub(1, std::memory_order_acq_rel);
    generation_.fetch_add(1, std::memory_order_acq_rel);
  }
  return true;
}

bool KillSwitch::isThrown(RiskScope scope, std::uint32_t id) const noexcept {
  const std::size_t at = wordOf(scope, id);
  return at != words_.size() && (words_[at].load(std::memory_order_acquire) & bitOf(id)) != 0;
}

bool KillSwitch::isReleased(RiskScope scope, std::uint32_t id) const noexcept {
  const std::size_t at = wordOf(scope, id);
  return at != words_.size() && (released_[at].load(std::memory_order_acquire) & bitOf(id)) != 0;
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
