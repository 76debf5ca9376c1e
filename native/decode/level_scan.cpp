#include "native/decode/level_scan.hpp"

#include <bit>
#include <cstring>
#include <string_view>

#include "native/decode/decimal.hpp"

namespace hft::decode {
namespace {

using event::Level;

/// Reads one level with the plain scanner. Returns the byte behind its bracket; nullptr if it is
/// not one.
const char* readLevel(const char* cursor, const char* end, Scale scale, Level& level) noexcept {
  const auto take = [&](std::string_view text) {
    const bool stands = static_cast<std::size_t>(end - cursor) >= text.size() &&
                        std::memcmp(cursor, text.data(), text.size()) == 0;
    if (stands) cursor += text.size();
    return stands;
  };
  if (!take("[\"")) return nullptr;
  const DecimalScan price = scanDecimalScalar(cursor, end, scale.priceDecimals);
  cursor = price.next;
  if (price.error != DecimalError::Ok || !take("\",\"")) return nullptr;
  const DecimalScan qty = scanDecimalScalar(cursor, end, scale.qtyDecimals);
  cursor = qty.next;
  if (qty.error != DecimalError::Ok || !take("\"]")) return nullptr;
  level = {price.value, qty.value};
  return cursor;
}

#if defined(__SSE4_1__)

/// How the numbers of one scale are laid into sixteen right-aligned digits.
struct Alignment {
  const std::array<std::uint8_t, 16>* orders;  // By the number of integer digits.
  const std::uint8_t* beyond;                  // Less the integer digits: keeps what is in scale.
  std::uint32_t integersMax;

  explicit Alignment(unsigned decimals) noexcept
      : orders(detail::kDigitAlignments.rows[decimals].data()),
        beyond(detail::kKeepFirst + 16 - 1 - decimals),
        integersMax(15 - decimals) {}
};

/// A number of up to sixteen bytes, its digits aligned.
struct AlignedNumber {
  __m128i digits;
  __m128i excess;      // Not zero: digits that the scale does not have.
  std::uint32_t size;  // Bytes of text.
  bool ok;
};

[[gnu::always_inline]] inline AlignedNumber alignNumber(const char* cursor,
                                                        const Alignment& alignment) noexcept {
  const __m128i digits = _mm_sub_epi8(detail::load16(cursor), _mm_set1_epi8('0'));
  const __m128i isDigit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  // The bits above the sixteen are set: a number that does not end before has size 16, and what
  // stands behind it is the caller's to compare.
  const std::uint32_t stops = ~static_cast<std::uint32_t>(_mm_movemask_epi8(isDigit));
  const auto integers = static_cast<std::uint32_t>(std::countr_zero(stops));
  std::uint32_t size = integers;
  bool ok = integers - 1 < alignment.integersMax;
  if (cursor[integers] == '.') {
    size = static_cast<std::uint32_t>(std::countr_zero(stops & (stops - 1)));
    ok = ok && size != integers + 1;
  }
  if (!ok) return {digits, digits, 0, false};
  const std::ptrdiff_t place = integers;
  const __m128i own =
      _mm_and_si128(digits, detail::load16(detail::kKeepFirst + 16 - std::ptrdiff_t{size}));
  return {_mm_shuffle_epi8(own, detail::load16(alignment.orders[place].data())),
          _mm_andnot_si128(detail::load16(alignment.beyond - place), own), size, true};
}

/// The two numbers as two int64.
inline __m128i joinPair(__m128i first, __m128i second) noexcept {
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

/// The bracket that ends the level at `level`, which is at least `["0","0"]`; nullptr when it is
/// not among the next bytes.
inline const char* findClose(const char* level) noexcept {
  const __m128i bracket = _mm_set1_epi8(']');
  const auto low = static_cast<std::uint32_t>(
      _mm_movemask_epi8(_mm_cmpeq_epi8(detail::load16(level + 6), bracket)));
  const auto high = static_cast<std::uint32_t>(
      _mm_movemask_epi8(_mm_cmpeq_epi8(detail::load16(level + 22), bracket)));
  const std::uint32_t found = low | high << 16;
  return found == 0 ? nullptr : level + 6 + static_cast<unsigned>(std::countr_zero(found));
}

template <typename Word>
inline Word load(const char* bytes) noexcept {
  Word word;
  std::memcpy(&word, bytes, sizeof(Word));
  return word;
}

constexpr std::uint32_t word(const char* text) noexcept {
  std::uint32_t value = 0;
  for (int index = 0; text[index] != '\0'; ++index) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[index])) << (8 * index);
  }
  return value;
}

#endif

}  // namespace

LevelsScan scanLevelsScalar(const char* cursor, const char* end, std::span<Level> space,
                            Scale scale) noexcept {
  LevelsScan scan;
  if (cursor < end && *cursor == ']') {
    scan.next = cursor + 1;
    return scan;
  }
  while (scan.count < space.size()) {
    cursor = readLevel(cursor, end, scale, space[scan.count]);
    if (cursor == nullptr || cursor >= end) return scan;
    ++scan.count;
    if (*cursor == ']') {
      scan.next = cursor + 1;
      return scan;
    }
    if (*cursor++ != ',') return scan;
  }
  return scan;
}

LevelsScan scanLevels(const char* cursor, const char* end, std::span<Level> space,
                      Scale scale) noexcept {
#if defined(__SSE4_1__)
  LevelsScan scan;
  if (cursor < end && *cursor == ']') {
    scan.next = cursor + 1;
    return scan;
  }
  const Alignment prices(scale.priceDecimals);
  const Alignment quantities(scale.qtyDecimals);
  __m128i excess = _mm_setzero_si128();
  const char* at = cursor;
  for (; scan.count < space.size() && at < end; ++scan.count) {
    // Where the next level begins is known before the numbers of this one are read: so the
    // processor works on the numbers of several levels at a time.
    const char* close = findClose(at);
    const AlignedNumber price = alignNumber(at + 2, prices);
    const char* second = at + 2 + price.size + 3;
    const AlignedNumber qty = alignNumber(second, quantities);
    const bool isLevel = price.ok && qty.ok && second + qty.size + 1 == close &&
                         load<std::uint16_t>(at) == word("[\"") &&
                         (load<std::uint32_t>(second - 3) & 0xffffff) == word("\",\"") &&
                         close[-1] == '"';
    if (isLevel) [[likely]] {
      excess = _mm_or_si128(excess, _mm_or_si128(price.excess, qty.excess));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(&space[scan.count]),
                       joinPair(price.digits, qty.digits));
    } else {
      close = readLevel(at, end, scale, space[scan.count]);
      if (close == nullptr) return scan;
      --close;
    }
    at = close + 2;
    if (close[1] == ',') continue;
    ++scan.count;
    const bool isSound = close[1] == ']' && at <= end && _mm_testz_si128(excess, excess) != 0;
    scan.next = isSound ? at : nullptr;
    return scan;
  }
  return scan;
#else
  return scanLevelsScalar(cursor, end, space, scale);
#endif
}

}  // namespace hft::decode
