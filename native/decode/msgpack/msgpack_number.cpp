#include "native/decode/msgpack/msgpack_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace hft::decode {

namespace {

constexpr std::array<std::int64_t, kDecimalsMax + 1> kPowersOfTen = [] {
  std::array<std::int64_t, kDecimalsMax + 1> powers{};
  std::int64_t power = 1;
  for (std::int64_t& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

DecimalReading garbage() noexcept {
  DecimalReading reading;
  reading.error = DecimalError::Garbage;
  return reading;
}

/// The decimals of `value` hundredths, thousandths, ... without trailing zeros.
std::uint8_t significantDecimals(std::int64_t value, unsigned decimals) noexcept {
  if (value == 0) return 0;
  while (decimals > 0 && value % 10 == 0) {
    value /= 10;
    --decimals;
  }
  return static_cast<std::uint8_t>(decimals);
}

template <typename Float>
DecimalReading readShortest(Float value, unsigned decimals) noexcept {
  char text[64];
  const auto result = std::to_chars(text, text + sizeof text, value);
  if (result.ec != std::errc{}) return garbage();
  return readDecimal({text, static_cast<std::size_t>(result.ptr - text)}, decimals,
                     DecimalGrammar::JsonExponent);
}

DecimalReading readFloat64(double value, unsigned decimals) noexcept {
  if (!std::isfinite(value) || std::signbit(value)) return garbage();
  // A decimal of at most fifteen digits is the only one of that length that reads back as its
  // float64. So if `ticks` has no more and reads back as `value`, it is the shortest text. Both the
  // product's rounding and the division are checked by that: the division of two exact integers is
  // correctly rounded.
  constexpr double kFifteenDigits = 1e15;
  const auto power = static_cast<double>(kPowersOfTen[decimals]);
  const double product = value * power;
  if (product < kFifteenDigits) {
    const auto ticks = static_cast<std::int64_t>(product + 0.5);
    if (static_cast<double>(ticks) / power == value) {
      DecimalReading reading;
      reading.value = ticks;
      reading.significantDecimals = significantDecimals(ticks, decimals);
      reading.printedDecimals = reading.significantDecimals;
      return reading;
    }
  }
  return readShortest(value, decimals);
}

DecimalReading readInteger(std::uint64_t value, unsigned decimals) noexcept {
  DecimalReading reading;
  std::int64_t ticks = 0;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ||
      __builtin_mul_overflow(static_cast<std::int64_t>(value), kPowersOfTen[decimals], &ticks)) {
    reading.error = DecimalError::Overflow;
    return reading;
  }
  reading.value = ticks;
  return reading;
}

}  // namespace

DecimalReading readMsgpackNumber(const MsgpackToken& token, unsigned decimals) noexcept {
  HFT_DCHECK(decimals <= kDecimalsMax);
  switch (token.type) {
    case MsgpackType::Unsigned:
      return readInteger(token.bits, decimals);
    case MsgpackType::Float64:
      return readFloat64(std::bit_cast<double>(token.bits), decimals);
    case MsgpackType::Float32: {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(token.bits));
      if (!std::isfinite(value) || std::signbit(value)) return garbage();
      return readShortest(value, decimals);
    }
    case MsgpackType::String:
      return readDecimal(token.bytes, decimals, DecimalGrammar::Plain);
    default:
      return garbage();
  }
}

}  // namespace hft::decode
