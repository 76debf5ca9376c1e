#pragma once

#include <cstdint>
#include <vector>

#include "native/core/units.hpp"
#include "native/event/execution_report.hpp"

namespace hft::simulation {

/// A step of a fee schedule: from `volume` on (traded value, in 10^-8 of the quote currency).
struct FeeTier {
  std::int64_t volume = 0;
  std::int64_t makerRate = 0;  ///< In 10^-8 of the value; negative is a rebate.
  std::int64_t takerRate = 0;
};

struct FeeOptions {
  std::vector<FeeTier> tiers;  ///< By volume, the first from 0; empty: no rate.
  std::int64_t perLot = 0;     ///< In 10^-8 of the currency, on top.
  std::uint16_t currency = 0;
};

/// What an execution costs. The volume counts all executions since construction.
class FeeModel {
 public:
  explicit FeeModel(FeeOptions options) : options_(std::move(options)) {}

  /// The fee in 10^-8, rounded against the trader (up), of `qty` lots worth `value` (10^-8).
  [[nodiscard]] std::int64_t fee(Qty qty, std::int64_t value, event::LiquidityInd ind) noexcept {
    while (tier_ + 1 < options_.tiers.size() && volume_ >= options_.tiers[tier_ + 1].volume)
      ++tier_;
    std::int64_t fee = options_.perLot * qty;
    if (!options_.tiers.empty()) {
      const FeeTier& tier = options_.tiers[tier_];
      const bool isMaker = ind == event::LiquidityInd::Added;
      const __int128 product =
          static_cast<__int128>(value) * (isMaker ? tier.makerRate : tier.takerRate);
      constexpr __int128 kUnit = 100'000'000;
      // Toward plus infinity: a cost is rounded up, a rebate toward zero.
      fee +=
          static_cast<std::int64_t>(product > 0 ? (product + kUnit - 1) / kUnit : product / kUnit);
    }
    volume_ = __builtin_add_overflow(volume_, value, &volume_) ? INT64_MAX : volume_;
    return fee;
  }
  [[nodiscard]] std::uint16_t currency() const noexcept { return options_.currency; }

 private:
  FeeOptions options_;
  std::size_t tier_ = 0;
  std::int64_t volume_ = 0;
};

}  // namespace hft::simulation
