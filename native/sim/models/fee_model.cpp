#include "native/sim/models/fee_model.hpp"

#include <algorithm>
#include <limits>

namespace hft::sim {
namespace {

__extension__ using Wide = __int128;

constexpr Money8 kMoneyMax = std::numeric_limits<Money8>::max();

Wide powerOfTen(unsigned exponent) noexcept {
  Wide power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// A fraction whose overflow is known: `value` = numerator / denominator.
struct Fraction {
  Wide numerator = 0;
  Wide denominator = 1;
  bool isTooLarge = false;
};

/// |value| of a fill in units of the currency.
Fraction valueOf(const ContractTerms& terms, Qty qty, Price price) noexcept {
  Fraction value;
  const Wide lots = qty < 0 ? -static_cast<Wide>(qty) : qty;
  const Wide ticks = price < 0 ? -static_cast<Wide>(price) : price;
  Wide numerator = 0;
  if (!terms.isInverse) {
    value.isTooLarge = __builtin_mul_overflow(
        lots * ticks, static_cast<Wide>(terms.multiplierNumerator), &numerator);
    value.denominator =
        powerOfTen(terms.priceDecimals + unsigned{terms.qtyDecimals}) * terms.multiplierDenominator;
  } else if (ticks != 0) {
    // lots * 10^-q * multiplier / (ticks * 10^-p).
    value.isTooLarge = __builtin_mul_overflow(lots * terms.multiplierNumerator,
                                              powerOfTen(terms.priceDecimals), &numerator) ||
                       __builtin_mul_overflow(ticks * terms.multiplierDenominator,
                                              powerOfTen(terms.qtyDecimals), &value.denominator);
  }
  value.numerator = numerator;
  return value;
}

/// value * factor, rounded up or down; saturates.
Money8 times(const Fraction& value, std::int64_t factor, bool roundsUp) noexcept {
  if (factor == 0 || (value.numerator == 0 && !value.isTooLarge)) return 0;
  Wide product = 0;
  if (value.isTooLarge ||
      __builtin_mul_overflow(value.numerator, static_cast<Wide>(factor), &product)) {
    return factor > 0 ? kMoneyMax : -kMoneyMax;
  }
  Wide quotient = product / value.denominator;
  const Wide rest = product % value.denominator;
  if (rest > 0 && roundsUp) ++quotient;
  return static_cast<Money8>(std::clamp<Wide>(quotient, -kMoneyMax, kMoneyMax));
}

/// |qty| in units.
Fraction unitsOf(const ContractTerms& terms, Qty qty) noexcept {
  Fraction units;
  units.numerator = qty < 0 ? -static_cast<Wide>(qty) : qty;
  units.denominator = powerOfTen(terms.qtyDecimals);
  return units;
}

Money8 saturatingAdd(Money8 a, Money8 b) noexcept {
  return static_cast<Money8>(
      std::clamp<Wide>(static_cast<Wide>(a) + static_cast<Wide>(b), -kMoneyMax, kMoneyMax));
}

}  // namespace

Money8 notional(const ContractTerms& terms, Qty qty, Price price) noexcept {
  return times(valueOf(terms, qty, price), 100'000'000, false);
}

bool isSound(const FeeModel& model) noexcept {
  const auto isBounded = [](std::int64_t value, std::int64_t most) {
    return value >= -most && value <= most;
  };
  if (const auto* flat = std::get_if<FlatFees>(&model)) {
    return isBounded(flat->makerFee, kFlatFeeMax) && isBounded(flat->takerFee, kFlatFeeMax);
  }
  const auto* tiered = std::get_if<TieredFees>(&model);
  if (tiered == nullptr) return true;
  if (tiered->tiers.empty() || tiered->tiers.front().volume != 0 || tiered->window < 0)
    return false;
  if (tiered->perUnit < 0 || tiered->perUnit > kFlatFeeMax) return false;
  for (std::size_t i = 0; i < tiered->tiers.size(); ++i) {
    const TieredFees::Tier& tier = tiered->tiers[i];
    if (i > 0 && tiered->tiers[i - 1].volume >= tier.volume) return false;
    if (!isBounded(tier.makerRate, kFeeRateMax) || !isBounded(tier.takerRate, kFeeRateMax)) {
      return false;
    }
  }
  return true;
}

void FeeMeter::roll(Nanos window, Nanos now) noexcept {
  if (window <= 0) return;
  const Nanos slice = std::max<Nanos>(1, window / static_cast<Nanos>(kSlices));
  const std::int64_t current = now / slice;
  const std::int64_t steps =
      std::clamp<std::int64_t>(current - newest_, 0, static_cast<std::int64_t>(kSlices));
  for (std::int64_t i = 0; i < steps; ++i) {
    Money8& oldest = slices_[static_cast<std::size_t>(current - i) % kSlices];
    volume_ -= oldest;
    oldest = 0;
  }
  newest_ = std::max(newest_, current);
}

Money8 FeeMeter::charge(const FeeModel& model, const ContractTerms& terms, Qty qty, Price price,
                        bool isMaker, Nanos now) noexcept {
  if (const auto* flat = std::get_if<FlatFees>(&model)) {
    const Wide fee = static_cast<Wide>(isMaker ? flat->makerFee : flat->takerFee) * qty;
    return static_cast<Money8>(std::clamp<Wide>(fee, -kMoneyMax, kMoneyMax));
  }
  const auto* tiered = std::get_if<TieredFees>(&model);
  if (tiered == nullptr) return 0;
  roll(tiered->window, now);
  const TieredFees::Tier* tier = &tiered->tiers.front();
  for (const TieredFees::Tier& each : tiered->tiers) {
    if (each.volume <= volume_) tier = &each;
  }
  const Fraction value = valueOf(terms, qty, price);
  const Money8 fee =
      saturatingAdd(times(value, isMaker ? tier->makerRate : tier->takerRate, true),
                    tiered->perUnit == 0 ? 0 : times(unitsOf(terms, qty), tiered->perUnit, true));
  if (tiered->window > 0) {
    Money8& slice = slices_[static_cast<std::size_t>(newest_) % kSlices];
    const Money8 traded = std::min(times(value, 100'000'000, false), kMoneyMax - volume_);
    slice += traded;
    volume_ += traded;
  }
  return fee;
}

}  // namespace hft::sim
