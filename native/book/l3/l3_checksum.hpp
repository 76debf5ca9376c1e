#pragma once

#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_memory.hpp"
#include "native/book/l3/l3_book.hpp"
#include "native/core/instrument.hpp"

namespace hft::book {

/// Kraken's checksum of an L3 book: CRC-32 over the digits of the orders in its ten best levels a
/// side, asks from the lowest, then bids from the highest, in each level in queue order.
///
/// Of each order the price, then the quantity, as the venue prints them without the point and
/// without leading zeros. Source: Kraken WebSocket API v2, Checksum Calculation (L3), 2026.
/// Not thread-safe.
class L3Checksum {
 public:
  static constexpr std::size_t kLevels = 10;

  /// For books of at most `ordersMax` orders.
  explicit L3Checksum(std::size_t ordersMax) : text_((ordersMax + 1) * kOrderTextMax) {}

  /// The checksum of `book` as an instrument of `scale` prints it.
  [[nodiscard]] std::uint32_t compute(const L3Book& book, const Scale& scale) noexcept;

 private:
  /// Two numbers of at most 20 digits and 12 zeros each.
  static constexpr std::size_t kOrderTextMax = 64;

  ZeroedArray<char> text_;
};

}  // namespace hft::book
