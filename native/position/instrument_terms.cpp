#include "native/position/instrument_terms.hpp"

namespace hft::position {

Result<Valuation, TermsError> Valuation::of(const InstrumentTerms& terms) noexcept {
  if (terms.multiplierNumerator <= 0 || terms.multiplierDenominator <= 0) {
    return TermsError::BadMultiplier;
  }
  // Linear: one tick and one lot are 10^-(priceDecimals + qtyDecimals); inverse: the price's
  // decimals are in the denominator.
  int exponent = terms.kind == ContractKind::Linear ? 18 - terms.priceDecimals - terms.qtyDecimals
                                                    : 18 + terms.priceDecimals - terms.qtyDecimals;
  Money numerator = terms.multiplierNumerator;
  Money denominator = terms.multiplierDenominator;
  for (; exponent > 0; --exponent) {
    if (__builtin_mul_overflow(numerator, Money{10}, &numerator)) return TermsError::BadMultiplier;
  }
  for (; exponent < 0; ++exponent) {
    if (__builtin_mul_overflow(denominator, Money{10}, &denominator)) return TermsError::Inexact;
  }
  if (numerator % denominator != 0) return TermsError::Inexact;
  Valuation valuation;
  valuation.factor_ = numerator / denominator;
  valuation.kind_ = terms.kind;
  const Money whole = valuation.factor_ / kMoneyPerFee;
  const bool isWhole = terms.kind == ContractKind::Linear &&
                       valuation.factor_ % kMoneyPerFee == 0 && whole <= INT64_MAX;
  if (isWhole) valuation.wholeFactor_ = static_cast<std::int64_t>(whole);
  return valuation;
}

}  // namespace hft::position
