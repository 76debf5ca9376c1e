#pragma once

#include <cstdint>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::position {

/// Money of one currency in 10^-18 of its unit: fine enough that every product of ticks, lots and
/// multiplier is a whole number. 128 bits hold 1.7 * 10^20 units.
using Money = __int128;
inline constexpr Money kMoneyUnit = 1'000'000'000'000'000'000;  ///< One unit of a currency.
/// Fees and limits are in 10^-8 of a currency: one such is this much Money.
inline constexpr Money kMoneyPerFee = 10'000'000'000;
/// The largest value of a position, about 5 * 10^15 units: sums of 2^12 such still fit.
inline constexpr Money kMoneyMax = Money{1} << 112;

/// How the value of a contract follows from its price.
enum class ContractKind : std::uint8_t {
  Linear,   ///< quantity * price * multiplier, in the quote currency (spot, linear futures).
  Inverse,  ///< quantity * multiplier / price, in the base currency (coin-margined futures).
};

/// What one lot of an instrument is worth.
struct InstrumentTerms {
  std::uint8_t priceDecimals = 0;
  std::uint8_t qtyDecimals = 0;
  std::uint16_t currency = 0;  ///< Of its value and P&L: an index below currenciesMax.
  ContractKind kind = ContractKind::Linear;
  /// Units of value a unit of quantity at price 1: an exact fraction.
  std::int64_t multiplierNumerator = 1;
  std::int64_t multiplierDenominator = 1;
};

enum class TermsError : std::uint8_t {
  Ok,
  BadCurrency,
  BadMultiplier,  ///< Not positive.
  Inexact,        ///< The value of one lot at one tick is no whole number of 10^-18.
};

/// The exact arithmetic of one instrument's value.
class Valuation {
 public:
  Valuation() noexcept = default;

  [[nodiscard]] static Result<Valuation, TermsError> of(const InstrumentTerms& terms) noexcept;

  /// The value of `qty` lots (negative: short) at `price` ticks; rounded toward zero where an
  /// inverse contract's is no whole number. False beyond kMoneyMax; `value` is then untouched.
  [[nodiscard]] bool value(Qty qty, Price price, Money& value) const noexcept {
    Money product = 0;
    if (kind_ == ContractKind::Linear) {
      if (__builtin_mul_overflow(static_cast<Money>(qty) * price, factor_, &product)) return false;
    } else {
      if (price <= 0 || __builtin_mul_overflow(static_cast<Money>(qty), factor_, &product)) {
        return false;
      }
      // A long position of an inverse contract owes coins: fewer, the higher the price.
      product = -(product / price);
    }
    if (product > kMoneyMax || product < -kMoneyMax) return false;
    value = product;
    return true;
  }

  [[nodiscard]] ContractKind kind() const noexcept { return kind_; }

  /// What a lot at a tick is worth in 10^-8 of the currency, where that is a whole number and the
  /// contract is linear; 0 otherwise. Saves a division of 128 bits.
  [[nodiscard]] std::int64_t wholeFactor() const noexcept { return wholeFactor_; }

 private:
  Money factor_ = 0;
  std::int64_t wholeFactor_ = 0;
  ContractKind kind_ = ContractKind::Linear;
};

}  // namespace hft::position
