#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

#include "native/core/huge_pages.hpp"

namespace hft::book {

/// Where the levels of one side of one symbol lie in an ItchLevels.
struct ItchLevelSpan {
  std::uint32_t offset = 0;
  std::uint16_t count = 0;
  std::uint8_t sizeClass = 0;
  bool isAllocated = false;
};

/// The price levels of all symbols: per side a vector sorted by key, the best at the back.
///
/// A key is the greater the better; it has a trivial `Value` of at least 4 bytes beside it. Vectors
/// double from 8 entries on within one block of memory; outgrown ones are used by others. The last
/// 16 keys are searched at once, without a branch to mispredict: that was worth 20 % of the whole
/// feed. Fixed capacity, all memory touched at construction. Not thread-safe.
template <typename Value>
class ItchLevels {
 public:
  explicit ItchLevels(std::size_t entriesMax)
      : entriesMax_(entriesMax),
        keyBlock_((entriesMax + kWindow) * sizeof(std::uint32_t)),
        valueBlock_(entriesMax * sizeof(Value)),
        // The search looks at a whole window, also where fewer entries come first in the block.
        keys_(keyBlock_.as<std::uint32_t>() + kWindow),
        values_(valueBlock_.as<Value>()) {
    freeHeads_.fill(kNone);
  }

  [[nodiscard]] std::uint32_t key(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return keys_[span.offset + index];
  }
  [[nodiscard]] Value& value(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return values_[span.offset + index];
  }

  /// The first entry whose key is not below `key`; `span.count` if none.
  [[nodiscard]] std::uint32_t lowerBound(const ItchLevelSpan& span,
                                         std::uint32_t key) const noexcept {
    const std::uint32_t* end = keys_ + span.offset + span.count;
    const std::uint32_t inWindow = std::min<std::uint32_t>(span.count, kWindow);
    // Before a short span lie other entries (or the room before the first): they are masked out.
    const std::uint32_t valid = 0xffffU << (kWindow - inWindow) & 0xffffU;
    const auto notBelow =
        static_cast<std::uint32_t>(std::popcount(notBelowMask(end - kWindow, key) & valid));
    const std::uint32_t index = span.count - notBelow;
    if (notBelow < kWindow || index == 0) [[likely]]
      return index;
    return searchFar(keys_ + span.offset, index, key);
  }

  /// Puts an entry before `index`; false when full (nothing is changed).
  [[nodiscard]] bool insert(ItchLevelSpan& span, std::uint32_t index, std::uint32_t key,
                            const Value& value) noexcept {
    if (!span.isAllocated || span.count == capacityOf(span.sizeClass)) {
      if (!grow(span)) return false;
    }
    std::uint32_t* keys = keys_ + span.offset + index;
    Value* values = values_ + span.offset + index;
    const std::size_t moved = span.count - index;
    std::memmove(keys + 1, keys, moved * sizeof(std::uint32_t));
    std::memmove(values + 1, values, moved * sizeof(Value));
    *keys = key;
    *values = value;
    ++span.count;
    return true;
  }

  void erase(ItchLevelSpan& span, std::uint32_t index) noexcept {
    std::uint32_t* keys = keys_ + span.offset + index;
    Value* values = values_ + span.offset + index;
    --span.count;
    const std::size_t moved = span.count - index;
    std::memmove(keys, keys + 1, moved * sizeof(std::uint32_t));
    std::memmove(values, values + 1, moved * sizeof(Value));
  }

  /// Fetches the lines where most changes fall.
  void prefetchBest(const ItchLevelSpan& span) const noexcept {
    const std::size_t end = std::size_t{span.offset} + span.count;
    __builtin_prefetch(keys_ + end - (end > 0), 1);
    __builtin_prefetch(values_ + end - (end > 0), 1);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::uint32_t kWindow = 16;
  /// 8 to 32,768 entries.
  static constexpr std::uint8_t kClassCount = 13;

  /// One bit for each of kWindow keys: whether it is not below `key`.
  [[nodiscard]] static std::uint32_t notBelowMask(const std::uint32_t* keys,
                                                  std::uint32_t key) noexcept {
#if defined(__SSE4_1__)
    const __m128i wanted = _mm_set1_epi32(static_cast<int>(key));
    const auto compare = [&](int at) {
      const __m128i four = _mm_loadu_si128(reinterpret_cast<const __m128i*>(keys + at));
      return _mm_cmpeq_epi32(_mm_max_epu32(four, wanted), four);
    };
    const __m128i low = _mm_packs_epi32(compare(0), compare(4));
    const __m128i high = _mm_packs_epi32(compare(8), compare(12));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
#else
    std::uint32_t mask = 0;
    for (std::uint32_t i = 0; i < kWindow; ++i) mask |= std::uint32_t{keys[i] >= key} << i;
    return mask;
#endif
  }

  /// The lower bound among `count` > 0 keys, by halves and without branches.
  [[nodiscard]] static std::uint32_t searchFar(const std::uint32_t* keys, std::uint32_t count,
                                               std::uint32_t key) noexcept {
    const std::uint32_t* base = keys;
    while (count > 1) {
      const std::uint32_t half = count / 2;
      base += base[half - 1] < key ? half : 0;
      count -= half;
    }
    return static_cast<std::uint32_t>(base - keys) + (*base < key);
  }

  [[nodiscard]] static std::uint32_t capacityOf(std::uint8_t sizeClass) noexcept {
    return 8U << sizeClass;
  }

  [[nodiscard]] std::uint32_t allocate(std::uint8_t sizeClass) noexcept {
    if (freeHeads_[sizeClass] != kNone) {
      const std::uint32_t offset = freeHeads_[sizeClass];
      freeHeads_[sizeClass] = keys_[offset];
      return offset;
    }
    if (entriesMax_ - used_ < capacityOf(sizeClass)) return kNone;
    const std::uint32_t offset = static_cast<std::uint32_t>(used_);
    used_ += capacityOf(sizeClass);
    return offset;
  }

  [[nodiscard]] bool grow(ItchLevelSpan& span) noexcept {
    const std::uint8_t sizeClass =
        span.isAllocated ? static_cast<std::uint8_t>(span.sizeClass + 1) : std::uint8_t{0};
    if (sizeClass == kClassCount) return false;
    const std::uint32_t offset = allocate(sizeClass);
    if (offset == kNone) return false;
    if (span.isAllocated) {
      std::memcpy(keys_ + offset, keys_ + span.offset, span.count * sizeof(std::uint32_t));
      std::memcpy(values_ + offset, values_ + span.offset, span.count * sizeof(Value));
      // A free vector's first key is the next free one of its size.
      keys_[span.offset] = freeHeads_[span.sizeClass];
      freeHeads_[span.sizeClass] = span.offset;
    }
    span.offset = offset;
    span.sizeClass = sizeClass;
    span.isAllocated = true;
    return true;
  }

  std::size_t entriesMax_;
  std::size_t used_ = 0;
  HugeBlock keyBlock_;
  HugeBlock valueBlock_;
  std::uint32_t* keys_;
  Value* values_;
  std::array<std::uint32_t, kClassCount> freeHeads_;
};

}  // namespace hft::book
