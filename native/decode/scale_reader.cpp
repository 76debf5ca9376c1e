#include "native/decode/scale_reader.hpp"

#include <algorithm>

#include "native/decode/json/json_members.hpp"

namespace hft::decode {

using event::DecodeError;

std::int64_t ScaleReader::read(std::string_view raw, unsigned decimals, Needs& needs) noexcept {
  TextBuffer buffer;
  const std::string_view text = plainText(raw, buffer);
  if (text.empty()) {
    // A missing field, a value of another type, or an empty string.
    fail(isJsonString(raw) ? DecodeError::BadNumber : DecodeError::Malformed);
    return 0;
  }
  if (text.front() == '-') {
    fail(DecodeError::BadNumber);
    return 0;
  }
  const DecimalGrammar grammar =
      isJsonString(raw) ? DecimalGrammar::Plain : DecimalGrammar::JsonExponent;
  return accept(readDecimal(text, decimals, grammar), needs);
}

std::int64_t ScaleReader::accept(const DecimalReading& reading, Needs& needs) noexcept {
  needs.lastPrinted = std::min(reading.printedDecimals, kDecimalsMax);
  if (reading.error == DecimalError::TooManyDecimals) {
    needs.decimals = std::max(needs.decimals, reading.significantDecimals);
    return 0;
  }
  if (reading.error != DecimalError::Ok) fail(toDecodeError(reading.error));
  return reading.value;
}

DecodeError ScaleReader::finish(event::Frame& out) const noexcept {
  if (error_ != DecodeError::Ok) return error_;
  const Scale& scale = instrument_.scale;
  const bool isTooFine = price_.decimals > scale.priceDecimals || qty_.decimals > scale.qtyDecimals;
  const bool learnsDigits = instrument_.isDiscovered &&
                            (price_.digits > scale.priceDigits || qty_.digits > scale.qtyDigits);
  if (!isTooFine && !learnsDigits) return DecodeError::Ok;
  out.neededInstrument = instrument_.id;
  out.neededPriceDecimals = price_.decimals;
  out.neededQtyDecimals = qty_.decimals;
  out.neededPriceDigits = price_.digits;
  out.neededQtyDigits = qty_.digits;
  return DecodeError::TooManyDecimals;
}

}  // namespace hft::decode
