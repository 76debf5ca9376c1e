#include "native/book/sync/checksum.hpp"

#include <cstring>

#include "native/core/crc32.hpp"

namespace hft::book {

namespace {

constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t at = 0; at < 100; ++at) {
    pairs[2 * at] = static_cast<char>('0' + at / 10);
    pairs[2 * at + 1] = static_cast<char>('0' + at % 10);
  }
  return pairs;
}();

/// Writes the digits of `value` so that they end before `end`. Returns where they begin. Nothing
/// for zero: leading zeros are stripped, and zero has no other digit.
char* printBefore(char* end, std::uint64_t value) noexcept {
  while (value >= 100) {
    const std::uint64_t rest = value / 100;
    end -= 2;
    std::memcpy(end, &kPairs[2 * (value - rest * 100)], 2);
    value = rest;
  }
  if (value >= 10) {
    end -= 2;
    std::memcpy(end, &kPairs[2 * value], 2);
  } else if (value > 0) {
    *--end = static_cast<char>('0' + value);
  }
  return end;
}

/// The digits of |value| with `zeros` zeros behind, appended at `out`. Returns the end.
char* append(char* out, std::int64_t value, unsigned zeros) noexcept {
  const auto magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (magnitude == 0) return out;
  std::array<char, 20> digits{};
  char* const end = digits.data() + digits.size();
  const char* const begin = printBefore(end, magnitude);
  const auto size = static_cast<std::size_t>(end - begin);
  std::memcpy(out, begin, size);
  std::memset(out + size, '0', zeros);
  return out + size + zeros;
}

constexpr bool isSame(const event::Level& a, const event::Level& b) noexcept {
  return a.price == b.price && a.qty == b.qty;
}

}  // namespace

void BookChecksum::print(LevelText& out, event::Level level) const noexcept {
  char* end = append(out.text.data(), level.price, priceZeros_);
  end = append(end, level.qty, qtyZeros_);
  out.level = level;
  out.size = static_cast<std::uint32_t>(end - out.text.data());
}

bool BookChecksum::update(SideText& side, std::size_t count,
                          const std::array<event::Level, kLevels>& top) noexcept {
  std::size_t first = 0;
  while (first < count && first < side.count && isSame(side.levels[first].level, top[first])) {
    ++first;
  }
  if (first == count && count == side.count) return false;
  // A level that came or went moves the others by one place: their text moves with them.
  const bool grew =
      first + 1 < count && first < side.count && isSame(side.levels[first].level, top[first + 1]);
  const bool shrank =
      first + 1 < side.count && first < count && isSame(side.levels[first + 1].level, top[first]);
  if (grew) {
    const std::size_t moved = (side.count < kLevels ? side.count : kLevels - 1) - first;
    std::memmove(&side.levels[first + 1], &side.levels[first], moved * sizeof(LevelText));
  } else if (shrank) {
    std::memmove(&side.levels[first], &side.levels[first + 1],
                 (side.count - first - 1) * sizeof(LevelText));
  }
  for (std::size_t at = first; at < count; ++at) {
    if (side.levels[at].size == 0 || !isSame(side.levels[at].level, top[at])) {
      print(side.levels[at], top[at]);
    }
  }
  side.count = count;
  return true;
}

std::uint32_t BookChecksum::sum() const noexcept {
  // Levels are copied whole, each over the slack of the one before: a fixed size is three moves.
  std::array<char, 2 * kLevels * kLevelTextMax + kLevelTextMax> text;
  std::size_t size = 0;
  for (const SideText* side : {&asks_, &bids_}) {
    for (std::size_t at = 0; at < side->count; ++at) {
      std::memcpy(text.data() + size, side->levels[at].text.data(), kLevelTextMax);
      size += side->levels[at].size;
    }
  }
  return crc32({text.data(), size});
}

std::uint32_t BookChecksum::compute(const L2Book& book, const Scale& scale) noexcept {
  if (!(scale == scale_)) {
    scale_ = scale;
    priceZeros_ = scale.priceDigits - scale.priceDecimals;
    qtyZeros_ = scale.qtyDigits - scale.qtyDecimals;
    asks_ = {};
    bids_ = {};
    isFresh_ = false;
  }
  std::array<event::Level, kLevels> top;
  const std::size_t askCount = book.depth(Side::Sell, top);
  const bool asksChanged = update(asks_, askCount, top);
  const std::size_t bidCount = book.depth(Side::Buy, top);
  const bool bidsChanged = update(bids_, bidCount, top);
  if (asksChanged || bidsChanged || !isFresh_) {
    last_ = sum();
    isFresh_ = true;
  }
  return last_;
}

}  // namespace hft::book
