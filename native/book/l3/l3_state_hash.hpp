#pragma once

#include <cstdint>

#include "native/core/units.hpp"

namespace hft::book {

/// The state hash of an L3 book: bids from the best on, then asks; in each level the orders in
/// queue order. Any model that visits its orders in that order gets the same hash.
class L3StateHash {
 public:
  constexpr void addOrder(Side side, Price price, std::uint64_t orderRef, Qty qty) noexcept {
    mix(static_cast<std::uint64_t>(side));
    mix(static_cast<std::uint64_t>(price));
    mix(orderRef);
    mix(static_cast<std::uint64_t>(qty));
  }

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

 private:
  constexpr void mix(std::uint64_t word) noexcept {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 32;
  }

  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace hft::book
