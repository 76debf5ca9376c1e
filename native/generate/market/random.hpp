#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "native/core/random.hpp"

namespace hft::generate {

/// The generator's random numbers, bounded by a multiplication of 64 bits.
class Random : public Xoshiro256 {
 public:
  using Xoshiro256::Xoshiro256;

  /// A number below `bound` (at most 2^32), of the upper 32 bits; its bias of below
  /// bound / 2^32 does not matter to a simulation.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
};

/// Integer tables of ln and exp, computed in integers, so that no libm decides what is generated.
namespace fixed {

/// -ln(1 - (i + 0.5) / 512) in 1/65536 for i in [0, 256): the logarithm of [1/2, 1).
///
/// Found by squaring: each squaring of a mantissa yields one bit of its binary logarithm.
inline constexpr auto kMinusLog = [] {
  constexpr std::uint64_t kLn2 = 45426;  // ln 2 in 1/65536.
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t index = 0; index < 256; ++index) {
    // x in [1, 2) as 1.31 fixed point: 2 * (1/2 + (index + 0.5) / 512).
    std::uint64_t x = (std::uint64_t{1} << 31) + (std::uint64_t{2 * index + 1} << 22);
    std::uint64_t log2 = 0;
    for (int bit = 0; bit < 16; ++bit) {
      x = x * x >> 31;
      log2 <<= 1;
      if (x >= std::uint64_t{1} << 32) {
        log2 |= 1;
        x >>= 1;
      }
    }
    table[index] = static_cast<std::uint32_t>((65536 - log2) * kLn2 >> 16);
  }
  return table;
}();

/// exp(-i / 16) in 1/65536 for i in [0, 176); zero after.
inline constexpr auto kExp = [] {
  std::array<std::uint32_t, 176> table{};
  std::uint64_t value = std::uint64_t{1} << 32;
  for (std::uint32_t& entry : table) {
    entry = static_cast<std::uint32_t>(value >> 16);
    value = value * 4034748382U >> 32;  // exp(-1/16) in 1/2^32.
  }
  return table;
}();

/// -ln(u) in 1/65536 of a uniform u in (0, 1) given as 32 random bits: a unit exponential.
[[nodiscard]] constexpr std::uint32_t exponential(std::uint32_t bits) noexcept {
  constexpr std::uint32_t kLn2 = 45426;
  const auto zeros = static_cast<std::uint32_t>(std::countl_zero(bits | 1));
  const std::uint32_t mantissa = (bits | 1) << zeros;
  return zeros * kLn2 + kMinusLog[mantissa >> 23 & 0xff];
}

}  // namespace fixed
}  // namespace hft::generate
