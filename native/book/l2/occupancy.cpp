#include "native/book/l2/occupancy.hpp"

#include <algorithm>
#include <bit>

namespace hft::book {

namespace {

constexpr std::uint64_t bitOf(std::uint64_t key, unsigned level) noexcept {
  return std::uint64_t{1} << (key >> (6 * level) & 63);
}

constexpr std::uint64_t prefixOf(std::uint64_t key, unsigned level) noexcept {
  return key >> (6 * (level + 1));
}

}  // namespace

Occupancy::Occupancy(std::size_t keysMax) : words_(wordsMax(keysMax)) {}

std::size_t Occupancy::wordsMax(std::size_t keysMax) noexcept {
  std::size_t total = 0;
  for (unsigned level = 0; level < kLevels; ++level) {
    const unsigned shift = 6 * (level + 1);
    const std::uint64_t prefixes = shift >= kKeyBits ? 1 : std::uint64_t{1} << (kKeyBits - shift);
    total += static_cast<std::size_t>(std::min<std::uint64_t>(prefixes, keysMax));
  }
  return total;
}

void Occupancy::insert(std::uint64_t key) noexcept {
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t node = nodeKey(level, prefixOf(key, level));
    if (std::uint64_t* word = words_.find(node)) {
      *word |= bitOf(key, level);
      return;
    }
    words_.insert(node, bitOf(key, level));
    ++wordCount_[level];
  }
}

void Occupancy::erase(std::uint64_t key) noexcept {
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t node = nodeKey(level, prefixOf(key, level));
    std::uint64_t* word = words_.find(node);
    HFT_DCHECK(word != nullptr);
    *word &= ~bitOf(key, level);
    if (*word != 0) return;
    words_.erase(node);
    --wordCount_[level];
  }
}

std::uint64_t Occupancy::next(std::uint64_t key) const noexcept {
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t prefix = prefixOf(key, level);
    const std::uint64_t* word = words_.find(nodeKey(level, prefix));
    HFT_DCHECK(word != nullptr);
    // All bits above the one of `key`.
    const std::uint64_t above = *word & ~(bitOf(key, level) | (bitOf(key, level) - 1));
    if (above == 0) {
      if (wordCount_[level] == 1) return kNone;
      continue;
    }
    std::uint64_t found = prefix << 6 | static_cast<unsigned>(std::countr_zero(above));
    for (unsigned below = level; below-- > 0;) {
      const std::uint64_t* lower = words_.find(nodeKey(below, found));
      HFT_DCHECK(lower != nullptr);
      found = found << 6 | static_cast<unsigned>(std::countr_zero(*lower));
    }
    return found;
  }
  return kNone;
}

std::uint64_t Occupancy::last(std::uint64_t member) const noexcept {
  unsigned level = 0;
  while (wordCount_[level] > 1) ++level;
  std::uint64_t found = prefixOf(member, level);
  for (unsigned at = level + 1; at-- > 0;) {
    const std::uint64_t* word = words_.find(nodeKey(at, found));
    HFT_DCHECK(word != nullptr);
    found = found << 6 | (63U - static_cast<unsigned>(std::countl_zero(*word)));
  }
  return found;
}

}  // namespace hft::book
