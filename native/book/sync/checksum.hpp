#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/book/l2/l2_book.hpp"
#include "native/core/instrument.hpp"

namespace hft::book {

/// Kraken's checksum of a book: CRC-32 over the digits of its ten best levels a side.
///
/// Asks from the lowest, then bids from the highest; of each level the price, then the quantity, as
/// the venue prints them without the point and without leading zeros. With the point gone, that is
/// a whole number: ticks times 10^(digits printed - decimals of a tick).
/// Keeps the text of the levels it saw last, so that a level costs digits only when it changed.
/// Source: Kraken WebSocket API v2, Checksum Calculation (2026). Not thread-safe.
class BookChecksum {
 public:
  static constexpr std::size_t kLevels = 10;

  /// The checksum of `book` as an instrument of `scale` prints it.
  [[nodiscard]] std::uint32_t compute(const L2Book& book, const Scale& scale) noexcept;

 private:
  /// Two numbers of at most 19 digits and 12 zeros each.
  static constexpr std::size_t kLevelTextMax = 64;

  struct LevelText {
    event::Level level{};
    std::uint32_t size = 0;
    std::array<char, kLevelTextMax> text{};
  };
  struct SideText {
    std::size_t count = 0;
    std::array<LevelText, kLevels> levels{};
  };

  /// Brings `side` to the levels of `top`. Returns whether anything differs.
  bool update(SideText& side, std::size_t count,
              const std::array<event::Level, kLevels>& top) noexcept;
  void print(LevelText& out, event::Level level) const noexcept;
  [[nodiscard]] std::uint32_t sum() const noexcept;

  Scale scale_{};
  unsigned priceZeros_ = 0;
  unsigned qtyZeros_ = 0;
  std::uint32_t last_ = 0;
  bool isFresh_ = false;
  SideText asks_;
  SideText bids_;
};

}  // namespace hft::book
