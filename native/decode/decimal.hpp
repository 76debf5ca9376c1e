#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "native/core/check.hpp"
#include "native/core/instrument.hpp"
#include "native/core/result.hpp"
#include "native/event/feed_message.hpp"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace hft::decode {

/// Why decimal text is not a number of ticks or lots.
///
/// Where several apply: syntax first, then Overflow, then TooManyDecimals (the only one that a
/// finer scale cures).
enum class DecimalError : std::uint8_t {
  Ok,
  Empty,            ///< No text.
  Garbage,          ///< Not the grammar.
  Exponent,         ///< An exponent form where the grammar has none.
  TooManyDecimals,  ///< A digit other than zero beyond the scale.
  Overflow,         ///< Beyond an int64 at this scale.
};

/// The grammar that decimal text must follow to its last byte.
enum class DecimalGrammar : std::uint8_t {
  Plain,         ///< Digits, or digits "." digits. Leading zeros are fine.
  PlainSigned,   ///< Plain after an optional "-".
  Json,          ///< A JSON number without exponent: optional "-", no leading zeros.
  JsonExponent,  ///< Any JSON number; an exponent is converted exactly.
};

/// What decimal text says. The decimals are also valid after TooManyDecimals and Overflow.
struct DecimalReading {
  std::int64_t value = 0;
  /// Decimals as written, with trailing zeros; saturates at 255.
  std::uint8_t printedDecimals = 0;
  /// Decimals up to the last digit that is not zero: what a scale needs; saturates at 255.
  std::uint8_t significantDecimals = 0;
  DecimalError error = DecimalError::Ok;
};

/// Reads the whole of `text` as a multiple of 10^-decimals; exact, or an error. `decimals` <= 18.
[[nodiscard]] DecimalReading readDecimal(std::string_view text, unsigned decimals,
                                         DecimalGrammar grammar) noexcept;

/// The value of `readDecimal`.
[[nodiscard]] Result<std::int64_t, DecimalError> parseDecimal(std::string_view text,
                                                              unsigned decimals,
                                                              DecimalGrammar grammar) noexcept;

/// The value of Plain `text`: the form of prices and quantities in strings.
[[nodiscard]] Result<std::int64_t, DecimalError> parseDecimal(std::string_view text,
                                                              unsigned decimals) noexcept;

/// The value of any JSON number, exponent forms (`1e-7`, `1E5`) included.
[[nodiscard]] Result<std::int64_t, DecimalError> parseJsonDecimal(std::string_view text,
                                                                  unsigned decimals) noexcept;

/// The value of `text` as an unsigned integer of JSON: digits only, no leading zeros.
[[nodiscard]] Result<std::uint64_t, DecimalError> parseUnsigned(std::string_view text) noexcept;

/// How a decoder reports `error`.
[[nodiscard]] constexpr event::DecodeError toDecodeError(DecimalError error) noexcept {
  switch (error) {
    case DecimalError::Ok:
      return event::DecodeError::Ok;
    case DecimalError::TooManyDecimals:
      return event::DecodeError::TooManyDecimals;
    case DecimalError::Overflow:
      return event::DecodeError::Overflow;
    default:
      return event::DecodeError::BadNumber;
  }
}

/// A Plain decimal found at a cursor.
struct DecimalScan {
  std::int64_t value = 0;
  /// The first byte that is not part of the number; at most the caller's `end`.
  const char* next = nullptr;
  std::uint32_t integerDigits = 0;
  std::uint32_t printedDecimals = 0;
  std::uint32_t significantDecimals = 0;
  DecimalError error = DecimalError::Ok;
};

/// An unsigned integer of JSON found at a cursor. `value` only where `ok`.
struct IntegerScan {
  std::uint64_t value = 0;
  const char* next = nullptr;  ///< As in DecimalScan.
  bool ok = false;
};

/// The plain form of `scanDecimal`: the reference that the fast form must equal, and its way out
/// for long numbers.
[[nodiscard]] DecimalScan scanDecimalScalar(const char* cursor, const char* end,
                                            unsigned decimals) noexcept;
[[nodiscard]] IntegerScan scanIntegerScalar(const char* cursor, const char* end) noexcept;

namespace detail {

/// For `decimals` and the number of integer digits: where each of sixteen right-aligned digits
/// stands in the text (0x80: nowhere, a zero). The dot is left out.
struct alignas(16) DigitAlignments {
  std::array<std::array<std::array<std::uint8_t, 16>, 16>, kDecimalsMax + 1> rows{};

  constexpr DigitAlignments() {
    for (int decimals = 0; decimals <= kDecimalsMax; ++decimals) {
      for (int integers = 0; integers < 16; ++integers) {
        for (int place = 0; place < 16; ++place) {
          const bool isFraction = place >= 16 - decimals;
          const int source = place - (16 - decimals) + integers + (isFraction ? 1 : 0);
          const bool stands = source >= 0 && source < 16;
          rows[decimals][integers][place] = static_cast<std::uint8_t>(stands ? source : 0x80);
        }
      }
    }
  }
};
inline constexpr DigitAlignments kDigitAlignments{};

/// Sliding windows: `kKeepFirst + 16 - n` keeps the first n bytes of sixteen; `kRightAlign + n`
/// moves the first n bytes to the right end and fills with zeros.
alignas(16) inline constexpr std::uint8_t kKeepFirst[32] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
alignas(16) inline constexpr std::uint8_t kRightAlign[32] = {
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15};

#if defined(__SSE4_1__)
inline __m128i load16(const void* bytes) noexcept {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

/// A bit for every byte of `digits` (text minus '0') that is not a digit.
inline std::uint32_t nonDigits(__m128i digits) noexcept {
  const __m128i isDigit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  return static_cast<std::uint32_t>(_mm_movemask_epi8(isDigit)) ^ 0xffffU;
}

/// The number that sixteen decimal digits write, the first the highest.
inline std::uint64_t joinDigits(__m128i digits) noexcept {
  const __m128i pairs = _mm_maddubs_epi16(
      digits, _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
  const __m128i quads = _mm_madd_epi16(pairs, _mm_setr_epi16(100, 1, 100, 1, 100, 1, 100, 1));
  const __m128i packed = _mm_packus_epi32(quads, quads);
  const __m128i eights =
      _mm_madd_epi16(packed, _mm_setr_epi16(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  return (both & 0xffffffffU) * 100000000U + (both >> 32);
}
#endif

}  // namespace detail

/// Scans one Plain decimal at `cursor` as a multiple of 10^-decimals (<= kDecimalsMax).
///
/// Stops at the first byte that does not go on with the number; whether that byte may stand there
/// is for the caller to say. Needs event::kFramePadding readable bytes after `end`.
/// Cost: 4-5 ns up to fifteen bytes, 20-35 ns beyond.
[[nodiscard]] inline DecimalScan scanDecimal(const char* cursor, const char* end,
                                             unsigned decimals) noexcept {
  HFT_DCHECK(decimals <= kDecimalsMax);
#if defined(__SSE4_1__)
  const __m128i text = detail::load16(cursor);
  const __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  const std::uint32_t stops = detail::nonDigits(digits);
  if (stops == 0) [[unlikely]]
    return scanDecimalScalar(cursor, end, decimals);
  const auto integers = static_cast<std::uint32_t>(std::countr_zero(stops));
  std::uint32_t stop = integers;
  std::uint32_t fractions = 0;
  if (cursor[integers] == '.') {
    const std::uint32_t rest = stops & (stops - 1);
    if (rest == 0) [[unlikely]]
      return scanDecimalScalar(cursor, end, decimals);
    stop = static_cast<std::uint32_t>(std::countr_zero(rest));
    fractions = stop - integers - 1;
    if (fractions == 0) [[unlikely]]
      return scanDecimalScalar(cursor, end, decimals);
  }
  if (integers == 0 || integers + decimals > 15 || cursor + stop > end) [[unlikely]] {
    return scanDecimalScalar(cursor, end, decimals);
  }
  const __m128i own = _mm_and_si128(digits, detail::load16(detail::kKeepFirst + 16 - stop));
  const auto& order = detail::kDigitAlignments.rows[decimals][integers];
  DecimalScan scan;
  scan.value = static_cast<std::int64_t>(
      detail::joinDigits(_mm_shuffle_epi8(own, detail::load16(order.data()))));
  scan.next = cursor + stop;
  scan.integerDigits = integers;
  scan.printedDecimals = fractions;
  const auto zeros =
      static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(own, _mm_setzero_si128())));
  const std::uint32_t significant = (zeros ^ 0xffffU) >> integers >> 1;
  // The bit below keeps zero out, which would cost a branch.
  scan.significantDecimals =
      static_cast<std::uint32_t>(31 - std::countl_zero(significant << 1 | 1));
  if ((significant >> decimals) != 0) [[unlikely]] {
    scan.error = DecimalError::TooManyDecimals;
    scan.value = 0;
  }
  return scan;
#else
  return scanDecimalScalar(cursor, end, decimals);
#endif
}

/// Scans one unsigned integer of JSON (no leading zeros) at `cursor`. Terms as for `scanDecimal`.
[[nodiscard]] inline IntegerScan scanInteger(const char* cursor, const char* end) noexcept {
#if defined(__SSE4_1__)
  const __m128i digits = _mm_sub_epi8(detail::load16(cursor), _mm_set1_epi8('0'));
  const std::uint32_t stops = detail::nonDigits(digits);
  if (stops == 0) [[unlikely]]
    return scanIntegerScalar(cursor, end);
  const auto count = static_cast<std::uint32_t>(std::countr_zero(stops));
  if (cursor + count > end) [[unlikely]]
    return scanIntegerScalar(cursor, end);
  IntegerScan scan;
  scan.value =
      detail::joinDigits(_mm_shuffle_epi8(digits, detail::load16(detail::kRightAlign + count)));
  scan.next = cursor + count;
  scan.ok = count == 1 || (count > 1 && *cursor != '0');
  return scan;
#else
  return scanIntegerScalar(cursor, end);
#endif
}

}  // namespace hft::decode
