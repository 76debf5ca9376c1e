#include "native/decode/level_scan.hpp"

#include <bit>
#include <cstring>
#include <string_view>

#include "native/decode/aligned_number.hpp"
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

using detail::AlignedNumber;
using detail::Alignment;
using detail::alignNumber;

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
                       detail::joinPair(price.digits, qty.digits));
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
