#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/decode/decimal.hpp"

#if defined(__SSE4_1__)

namespace hft::decode::detail {

/// How the numbers of one scale are laid into sixteen right-aligned digits.
struct Alignment {
  const std::array<std::uint8_t, 16>* orders;  ///< By the number of integer digits.
  const std::uint8_t* beyond;  ///< Less the integer digits: a mask of what is in scale.
  std::uint32_t integersMax;

  explicit Alignment(unsigned decimals) noexcept
      : orders(kDigitAlignments.rows[decimals].data()),
        beyond(kKeepFirst + 16 - 1 - decimals),
        integersMax(15 - decimals) {}
};

/// A number of up to sixteen bytes, its digits aligned. Unless `ok`, it is not a number, or one
/// for the plain scanner.
struct AlignedNumber {
  __m128i digits;
  __m128i excess;  ///< Not zero: digits that the scale does not have.
  std::size_t size;
  bool ok;
};

/// The number at `cursor`. One that does not end within sixteen bytes has size 16: what stands
/// behind it is the caller's to compare.
[[gnu::always_inline]] inline AlignedNumber alignNumber(const char* cursor,
                                                        const Alignment& alignment) noexcept {
  const __m128i digits = _mm_sub_epi8(load16(cursor), _mm_set1_epi8('0'));
  const __m128i isDigit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  // The bits above the sixteen are set, so that there is always a stop.
  const std::uint32_t stops = ~static_cast<std::uint32_t>(_mm_movemask_epi8(isDigit));
  const auto integers = static_cast<std::uint32_t>(std::countr_zero(stops));
  std::uint32_t size = integers;
  bool ok = integers - 1 < alignment.integersMax;
  if (cursor[integers] == '.') {
    size = static_cast<std::uint32_t>(std::countr_zero(stops & (stops - 1)));
    ok = ok && size != integers + 1;
  }
  if (!ok) [[unlikely]]
    return {digits, digits, 0, false};
  const std::ptrdiff_t place = integers;
  const __m128i own = _mm_and_si128(digits, load16(kKeepFirst + 16 - std::ptrdiff_t{size}));
  return {_mm_shuffle_epi8(own, load16(alignment.orders[place].data())),
          _mm_andnot_si128(load16(alignment.beyond - place), own), size, true};
}

/// Two aligned numbers as two int64: both go through one chain of multiplications.
[[nodiscard]] inline __m128i joinPair(__m128i first, __m128i second) noexcept {
  const __m128i tens = _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1);
  const __m128i hundreds = _mm_setr_epi16(100, 1, 100, 1, 100, 1, 100, 1);
  const __m128i firstQuads = _mm_madd_epi16(_mm_maddubs_epi16(first, tens), hundreds);
  const __m128i secondQuads = _mm_madd_epi16(_mm_maddubs_epi16(second, tens), hundreds);
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(firstQuads, secondQuads),
                                        _mm_setr_epi16(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  // Each 64-bit half holds the upper eight digits below the lower eight.
  return _mm_add_epi64(_mm_mul_epu32(eights, _mm_set1_epi64x(100000000)),
                       _mm_srli_epi64(eights, 32));
}

}  // namespace hft::decode::detail

#endif
