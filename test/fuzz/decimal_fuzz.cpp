// The forms of reading a decimal against each other. The first byte chooses the decimals.
#include <cstddef>
#include <cstdint>

#include "native/core/check.hpp"
#include "native/decode/decimal.hpp"
#include "native/decode/level_scan.hpp"
#include "native/decode/time.hpp"
#include "test/native/decode/padded_text.hpp"

using namespace hft::decode;

namespace {

void compareScans(const hft::test::PaddedText& text, unsigned decimals) {
  const DecimalScan fast = scanDecimal(text.begin(), text.end(), decimals);
  const DecimalScan plain = scanDecimalScalar(text.begin(), text.end(), decimals);
  HFT_CHECK(fast.error == plain.error && fast.next == plain.next && fast.value == plain.value);
  HFT_CHECK(fast.printedDecimals == plain.printedDecimals);
  HFT_CHECK(fast.significantDecimals == plain.significantDecimals);
  const DecimalReading whole = readDecimal(text.text(), decimals, DecimalGrammar::Plain);
  if (fast.next == text.end() && fast.error == DecimalError::Ok) {
    HFT_CHECK(whole.error == DecimalError::Ok && whole.value == fast.value);
  } else {
    HFT_CHECK(whole.error != DecimalError::Ok);
  }
}

void compareLevels(const hft::test::PaddedText& text, hft::Scale scale) {
  hft::event::Level fastSpace[8];
  hft::event::Level plainSpace[8];
  const LevelsScan fast = scanLevels(text.begin(), text.end(), fastSpace, scale);
  const LevelsScan plain = scanLevelsScalar(text.begin(), text.end(), plainSpace, scale);
  HFT_CHECK(fast.next == plain.next);
  if (fast.next == nullptr) return;
  HFT_CHECK(fast.count == plain.count && fast.next <= text.end());
  for (std::size_t index = 0; index < fast.count; ++index) {
    HFT_CHECK(fastSpace[index].price == plainSpace[index].price);
    HFT_CHECK(fastSpace[index].qty == plainSpace[index].qty);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned decimals = data[0] % (hft::kDecimalsMax + 1U);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const char padding : {'\0', '7', '"', ']'}) {
    const hft::test::PaddedText text(bytes, padding);
    compareScans(text, decimals);
    compareLevels(text, {static_cast<std::uint8_t>(decimals), 3, 12, 12});
    const IntegerScan fast = scanInteger(text.begin(), text.end());
    const IntegerScan plain = scanIntegerScalar(text.begin(), text.end());
    HFT_CHECK(fast.ok == plain.ok && fast.next == plain.next);
    HFT_CHECK(!fast.ok || fast.value == plain.value);
  }
  for (const auto grammar : {DecimalGrammar::PlainSigned, DecimalGrammar::Json}) {
    const DecimalReading strict = readDecimal(bytes, decimals, grammar);
    const DecimalReading tolerant = readDecimal(bytes, decimals, DecimalGrammar::JsonExponent);
    if (grammar == DecimalGrammar::Json && strict.error == DecimalError::Ok) {
      HFT_CHECK(tolerant.error == DecimalError::Ok && tolerant.value == strict.value);
    }
  }
  static_cast<void>(parseIsoTime(bytes));
  static_cast<void>(parseSeconds(bytes));
  return 0;
}
