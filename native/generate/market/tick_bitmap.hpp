#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::generate {

/// A ring of 65,536 ticks, one bit each, with two levels of summary: the next or previous set bit
/// is found in at most six steps. A tick stands at its lowest 16 bits.
class TickBitmap {
 public:
  static constexpr std::size_t kTicks = 65536;
  static constexpr std::size_t kNone = kTicks;

  TickBitmap() : words_(kTicks / 64), summary_(kTicks / 4096) {}

  [[nodiscard]] bool test(std::size_t at) const noexcept {
    return (words_[at >> 6] >> (at & 63) & 1) != 0;
  }
  void set(std::size_t at) noexcept {
    words_[at >> 6] |= bit(at);
    summary_[at >> 12] |= bit(at >> 6);
    top_ |= bit(at >> 12);
  }
  void reset(std::size_t at) noexcept {
    words_[at >> 6] &= ~bit(at);
    if (words_[at >> 6] != 0) return;
    summary_[at >> 12] &= ~bit(at >> 6);
    if (summary_[at >> 12] != 0) return;
    top_ &= ~bit(at >> 12);
  }
  [[nodiscard]] bool empty() const noexcept { return top_ == 0; }

  /// The first set bit after `at`, going around the ring and ending at `at`; kNone if empty.
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
    std::uint64_t word = words_[at >> 6] & above(at);
    if (word != 0) return (at & ~std::size_t{63}) | lowest(word);
    word = summary_[at >> 12] & above(at >> 6);
    if (word != 0) return firstOfWord((at >> 12) << 6 | lowest(word));
    word = top_ & above(at >> 12);
    if (word == 0) word = top_;
    if (word == 0) return kNone;
    const std::size_t block = lowest(word);
    return firstOfWord(block << 6 | lowest(summary_[block]));
  }

  /// The first set bit before `at`, going around the ring and ending at `at`; kNone if empty.
  [[nodiscard]] std::size_t previous(std::size_t at) const noexcept {
    std::uint64_t word = words_[at >> 6] & below(at);
    if (word != 0) return (at & ~std::size_t{63}) | highest(word);
    word = summary_[at >> 12] & below(at >> 6);
    if (word != 0) return lastOfWord((at >> 12) << 6 | highest(word));
    word = top_ & below(at >> 12);
    if (word == 0) word = top_;
    if (word == 0) return kNone;
    const std::size_t block = highest(word);
    return lastOfWord(block << 6 | highest(summary_[block]));
  }

 private:
  static constexpr std::uint64_t bit(std::size_t at) noexcept {
    return std::uint64_t{1} << (at & 63);
  }
  static constexpr std::uint64_t below(std::size_t at) noexcept { return bit(at) - 1; }
  static constexpr std::uint64_t above(std::size_t at) noexcept { return ~(bit(at) | below(at)); }
  static std::size_t lowest(std::uint64_t word) noexcept {
    return static_cast<std::size_t>(std::countr_zero(word));
  }
  static std::size_t highest(std::uint64_t word) noexcept {
    return 63 - static_cast<std::size_t>(std::countl_zero(word));
  }
  [[nodiscard]] std::size_t firstOfWord(std::size_t index) const noexcept {
    return index << 6 | lowest(words_[index]);
  }
  [[nodiscard]] std::size_t lastOfWord(std::size_t index) const noexcept {
    return index << 6 | highest(words_[index]);
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> summary_;
  std::uint64_t top_ = 0;
};

}  // namespace hft::generate
