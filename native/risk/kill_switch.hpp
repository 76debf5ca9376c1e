#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"
#include "native/risk/violation.hpp"

namespace hft::risk {

/// Latches that stop new orders: globally, or for an account, strategy, symbol or venue.
///
/// Lock-free: any thread may throw or read one, `throwGlobal` also a signal handler. A thrown latch
/// stays until it is released by name. `generation` grows with every change, so that who owns the
/// orders notices it, cancels and records.
class KillSwitch {
 public:
  /// Ids of each scope are below these.
  static constexpr std::uint32_t kAccounts = 1024;
  static constexpr std::uint32_t kStrategies = 1024;
  static constexpr std::uint32_t kVenues = 64;

  explicit KillSwitch(std::uint32_t instrumentsMax);

  /// Async-signal-safe.
  void throwGlobal() noexcept { (void)set(RiskScope::Global, 0, true); }
  /// False where the id is out of range.
  bool set(RiskScope scope, std::uint32_t id, bool isThrown) noexcept;
  [[nodiscard]] bool isThrown(RiskScope scope, std::uint32_t id) const noexcept;
  /// Released by name, and not thrown since: what an older record says of it does not hold.
  [[nodiscard]] bool isReleased(RiskScope scope, std::uint32_t id) const noexcept;

  /// The scope that stops an order of these ids: the first of global, account, strategy, symbol and
  /// venue. One relaxed load where nothing is thrown.
  struct Hit {
    bool isThrown = false;
    RiskScope scope = RiskScope::Global;
    std::uint32_t id = 0;
  };
  [[nodiscard]] Hit hit(std::uint16_t account, std::uint16_t strategy, InstrumentId instrument,
                        std::uint16_t venue) const noexcept {
    if (thrown_.load(std::memory_order_relaxed) == 0) [[likely]]
      return {};
    return look(account, strategy, instrument, venue);
  }

  [[nodiscard]] std::uint32_t thrownCount() const noexcept {
    return thrown_.load(std::memory_order_acquire);
  }
  /// Throws and releases so far.
  [[nodiscard]] std::uint32_t generation() const noexcept {
    return generation_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint32_t idsOf(RiskScope scope) const noexcept;

  /// Calls `visit(scope, id)` for every latch that there is, thrown or not.
  template <typename Visit>
  void forEachLatch(Visit&& visit) const {
    for (const RiskScope scope : {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                  RiskScope::Symbol, RiskScope::Venue}) {
      for (std::uint32_t id = 0; id < idsOf(scope); ++id) visit(scope, id);
    }
  }

 private:
  using Word = std::atomic<std::uint64_t>;
  static_assert(Word::is_always_lock_free, "a signal handler throws");

  [[nodiscard]] Hit look(std::uint16_t account, std::uint16_t strategy, InstrumentId instrument,
                         std::uint16_t venue) const noexcept;
  /// The word of a latch; `words_.size()` where there is none.
  [[nodiscard]] std::size_t wordOf(RiskScope scope, std::uint32_t id) const noexcept;

  std::atomic<std::uint32_t> thrown_{0};
  std::atomic<std::uint32_t> generation_{0};
  std::uint32_t instrumentsMax_;
  std::vector<Word> words_;
  std::vector<Word> released_;
};

}  // namespace hft::risk
