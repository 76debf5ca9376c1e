#include "native/decode/decimal.hpp"

#include <algorithm>
#include <limits>

namespace hft::decode {
namespace {

constexpr bool isDigit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

/// Beyond this an exponent changes nothing: the result is zero, Overflow or TooManyDecimals.
constexpr std::int64_t kExponentMax = 1'000'000'000'000;

/// The digits of a number, by place: integers, fractions, and a shift of the point.
struct Digits {
  std::string_view integers;
  std::string_view fractions;
  std::int64_t exponent = 0;

  [[nodiscard]] std::int64_t count() const noexcept {
    return static_cast<std::int64_t>(integers.size() + fractions.size());
  }
  [[nodiscard]] unsigned at(std::int64_t index) const noexcept {
    const auto place = static_cast<std::size_t>(index);
    const char digit = place < integers.size() ? integers[place]
                       : place < integers.size() + fractions.size()
                           ? fractions[place - integers.size()]
                           : '0';
    return static_cast<unsigned>(digit - '0');
  }
};

std::uint8_t saturate(std::int64_t decimals) noexcept {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(decimals, 0, 255));
}

/// The usual case: without exponent, and too short to overflow.
DecimalReading convertShort(std::string_view integers, std::string_view fractions,
                            unsigned decimals) noexcept {
  DecimalReading reading;
  std::size_t significant = fractions.size();
  while (significant > 0 && fractions[significant - 1] == '0') --significant;
  reading.printedDecimals = saturate(static_cast<std::int64_t>(fractions.size()));
  reading.significantDecimals = saturate(static_cast<std::int64_t>(significant));
  if (significant > decimals) {
    reading.error = DecimalError::TooManyDecimals;
    return reading;
  }
  for (const char digit : integers) reading.value = reading.value * 10 + (digit - '0');
  for (std::size_t place = 0; place < decimals; ++place) {
    reading.value = reading.value * 10 + (place < significant ? fractions[place] - '0' : 0);
  }
  return reading;
}

DecimalReading convert(const Digits& digits, bool isNegative, unsigned decimals) noexcept {
  DecimalReading reading;
  if (digits.exponent == 0 && digits.integers.size() + decimals <= 18) [[likely]] {
    reading = convertShort(digits.integers, digits.fractions, decimals);
    if (isNegative) reading.value = -reading.value;
    return reading;
  }
  const std::int64_t count = digits.count();
  std::int64_t first = 0;
  while (first < count && digits.at(first) == 0) ++first;
  const auto units = static_cast<std::int64_t>(digits.integers.size()) - 1 + digits.exponent;
  reading.printedDecimals = saturate(count - 1 - units);
  if (first == count) return reading;
  std::int64_t last = count - 1;
  while (digits.at(last) == 0) --last;
  reading.significantDecimals = saturate(last - units);

  const std::int64_t lastKept = units + static_cast<std::int64_t>(decimals);
  // Twenty digits, the first not zero, are beyond an int64.
  if (lastKept - first >= 19) {
    reading.error = DecimalError::Overflow;
    return reading;
  }
  std::uint64_t magnitude = 0;
  for (std::int64_t index = first; index <= lastKept; ++index) {
    magnitude = magnitude * 10 + digits.at(index);
  }
  if (magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    reading.error = DecimalError::Overflow;
    return reading;
  }
  if (last > lastKept) {
    reading.error = DecimalError::TooManyDecimals;
    return reading;
  }
  reading.value = static_cast<std::int64_t>(magnitude);
  if (isNegative) reading.value = -reading.value;
  return reading;
}

std::string_view takeDigits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && isDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

/// The exponent after its "e"; garbage leaves `text` not empty.
std::int64_t takeExponent(std::string_view& text) noexcept {
  const bool isNegative = text.starts_with('-');
  if (isNegative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) {
    text = "e";
    return 0;
  }
  std::int64_t exponent = 0;
  for (const char digit : takeDigits(text)) {
    exponent = std::min(exponent * 10 + (digit - '0'), kExponentMax);
  }
  return isNegative ? -exponent : exponent;
}

DecimalReading failed(DecimalError error) noexcept {
  DecimalReading reading;
  reading.error = error;
  return reading;
}

}  // namespace

DecimalReading readDecimal(std::string_view text, unsigned decimals,
                           DecimalGrammar grammar) noexcept {
  HFT_DCHECK(decimals <= 18);
  if (text.empty()) return failed(DecimalError::Empty);
  const bool isNegative = grammar != DecimalGrammar::Plain && text.front() == '-';
  if (isNegative) text.remove_prefix(1);
  Digits digits;
  digits.integers = takeDigits(text);
  if (digits.integers.empty()) return failed(DecimalError::Garbage);
  const bool isJson = grammar == DecimalGrammar::Json || grammar == DecimalGrammar::JsonExponent;
  if (isJson && digits.integers.size() > 1 && digits.integers.front() == '0') {
    return failed(DecimalError::Garbage);
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits.fractions = takeDigits(text);
    if (digits.fractions.empty()) return failed(DecimalError::Garbage);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    std::string_view rest = text.substr(1);
    digits.exponent = takeExponent(rest);
    if (!rest.empty()) return failed(DecimalError::Garbage);
    if (grammar != DecimalGrammar::JsonExponent) return failed(DecimalError::Exponent);
    text = rest;
  }
  if (!text.empty()) return failed(DecimalError::Garbage);
  return convert(digits, isNegative, decimals);
}

Result<std::int64_t, DecimalError> parseDecimal(std::string_view text, unsigned decimals,
                                                DecimalGrammar grammar) noexcept {
  const DecimalReading reading = readDecimal(text, decimals, grammar);
  if (reading.error != DecimalError::Ok) return reading.error;
  return reading.value;
}

Result<std::int64_t, DecimalError> parseDecimal(std::string_view text, unsigned decimals) noexcept {
  return parseDecimal(text, decimals, DecimalGrammar::Plain);
}

Result<std::int64_t, DecimalError> parseJsonDecimal(std::string_view text,
                                                    unsigned decimals) noexcept {
  return parseDecimal(text, decimals, DecimalGrammar::JsonExponent);
}

Result<std::uint64_t, DecimalError> parseUnsigned(std::string_view text) noexcept {
  if (text.empty()) return DecimalError::Empty;
  if (text.size() > 1 && text.front() == '0') return DecimalError::Garbage;
  std::uint64_t value = 0;
  bool overflows = false;
  for (const char byte : text) {
    if (!isDigit(byte)) return DecimalError::Garbage;
    overflows |= __builtin_mul_overflow(value, std::uint64_t{10}, &value);
    overflows |= __builtin_add_overflow(value, static_cast<std::uint64_t>(byte - '0'), &value);
  }
  if (overflows) return DecimalError::Overflow;
  return value;
}

DecimalScan scanDecimalScalar(const char* cursor, const char* end, unsigned decimals) noexcept {
  DecimalScan scan;
  const char* next = cursor;
  while (next < end && isDigit(*next)) ++next;
  Digits digits;
  digits.integers = {cursor, static_cast<std::size_t>(next - cursor)};
  scan.integerDigits = static_cast<std::uint32_t>(digits.integers.size());
  scan.next = next;
  scan.error = DecimalError::Garbage;
  if (digits.integers.empty()) return scan;
  if (next < end && *next == '.') {
    const char* fraction = ++next;
    while (next < end && isDigit(*next)) ++next;
    digits.fractions = {fraction, static_cast<std::size_t>(next - fraction)};
    scan.next = next;
    if (digits.fractions.empty()) return scan;
  }
  const DecimalReading reading = convert(digits, false, decimals);
  scan.value = reading.value;
  scan.printedDecimals = reading.printedDecimals;
  scan.significantDecimals = reading.significantDecimals;
  scan.error = reading.error;
  return scan;
}

IntegerScan scanIntegerScalar(const char* cursor, const char* end) noexcept {
  IntegerScan scan;
  scan.next = cursor;
  while (scan.next < end && isDigit(*scan.next)) ++scan.next;
  const auto value = parseUnsigned({cursor, static_cast<std::size_t>(scan.next - cursor)});
  scan.value = value.valueOr(0);
  scan.ok = value.ok();
  return scan;
}

}  // namespace hft::decode
