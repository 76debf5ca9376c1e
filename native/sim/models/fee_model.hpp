#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "native/core/units.hpp"

namespace hft::sim {

/// Money in 10^-8 of a currency.
using Money8 = std::int64_t;

/// What a lot of an instrument at a tick is worth.
struct ContractTerms {
  std::uint8_t priceDecimals = 0;
  std::uint8_t qtyDecimals = 0;
  bool isInverse = false;                  ///< Value = quantity * multiplier / price.
  std::int64_t multiplierNumerator = 1;    ///< Positive.
  std::int64_t multiplierDenominator = 1;  ///< Positive.
  std::uint16_t feeCurrency = 0;
};

/// The value of `qty` lots at `price` in 10^-8, without its sign and rounded down; the end of the
/// range where it does not fit.
[[nodiscard]] Money8 notional(const ContractTerms& terms, Qty qty, Price price) noexcept;

/// Nothing is charged.
struct NoFees {};

/// Rates by the volume of the last days: the tier of the largest volume that was reached.
struct TieredFees {
  struct Tier {
    Money8 volume = 0;           ///< Rolling value from which the rates hold; the first is 0.
    std::int64_t makerRate = 0;  ///< In 10^-8 of the value: 10,000 is a basis point.
    std::int64_t takerRate = 0;  ///< Negative is a rebate.
  };
  std::vector<Tier> tiers;  ///< Not empty, volumes ascending from 0.
  Nanos window = 0;         ///< How long a fill counts; 0: tiers never change.
  Money8 perUnit = 0;       ///< On top, for each unit of quantity; not below 0.
};

/// The same money for each lot. A negative fee is a rebate.
struct FlatFees {
  Money8 makerFee = 0;
  Money8 takerFee = 0;
};

using FeeModel = std::variant<NoFees, TieredFees, FlatFees>;

/// Rates beyond this (100 %) are refused, and flat fees beyond 10^6 of the currency a lot or unit.
inline constexpr std::int64_t kFeeRateMax = 100'000'000;
inline constexpr Money8 kFlatFeeMax = 100'000'000'000'000;

[[nodiscard]] bool isSound(const FeeModel& model) noexcept;

/// Charges fills of one account and keeps its rolling volume.
///
/// A fee is rounded up to 10^-8, so a rebate down; it saturates at the range of Money8. The volume
/// is summed in 64 slices of the window: a slice leaves as a whole once all of it is too old.
class FeeMeter {
 public:
  /// The fee of a fill. `isMaker`: it added liquidity. Fills of auctions pay as takers.
  [[nodiscard]] Money8 charge(const FeeModel& model, const ContractTerms& terms, Qty qty,
                              Price price, bool isMaker, Nanos now) noexcept;
  /// The rolling value in 10^-8 by the last charge.
  [[nodiscard]] Money8 volume() const noexcept { return volume_; }

 private:
  static constexpr std::size_t kSlices = 64;

  void roll(Nanos window, Nanos now) noexcept;

  Money8 slices_[kSlices] = {};
  std::int64_t newest_ = 0;
  Money8 volume_ = 0;
};

}  // namespace hft::sim
