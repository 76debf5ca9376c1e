#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace hft::sim::fixed {

/// Logarithm, power and root in integers: equal on every machine, whatever its libm.
/// Numbers marked Q32 are in 2^-32.
__extension__ using Wide = unsigned __int128;

inline constexpr std::uint64_t kOne = std::uint64_t{1} << 32;

/// The whole square root, rounded down.
[[nodiscard]] constexpr std::uint64_t squareRoot(Wide value) noexcept {
  Wide root = 0;
  for (Wide bit = Wide{1} << 126; bit != 0; bit >>= 2) {
    const Wide tried = root + bit;
    root >>= 1;
    if (value >= tried) {
      value -= tried;
      root += bit;
    }
  }
  return static_cast<std::uint64_t>(root);
}

/// log2 of `value` (at least 1) in Q32; each squaring of the mantissa yields one bit.
[[nodiscard]] constexpr std::int64_t log2(Wide value) noexcept {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const int bits = high != 0 ? 128 - std::countl_zero(high)
                             : 64 - std::countl_zero(static_cast<std::uint64_t>(value));
  std::uint64_t mantissa = bits > 64 ? static_cast<std::uint64_t>(value >> (bits - 64))
                                     : static_cast<std::uint64_t>(value) << (64 - bits);
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < 32; ++bit) {
    const Wide square = static_cast<Wide>(mantissa) * mantissa;
    fraction <<= 1;
    if ((square >> 127) != 0) {
      fraction |= 1;
      mantissa = static_cast<std::uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<std::uint64_t>(square >> 63);
    }
  }
  return (static_cast<std::int64_t>(bits - 1) << 32) + static_cast<std::int64_t>(fraction);
}

/// 2^(2^-k) in 2^-62, for k from 1.
inline constexpr auto kRoots = [] {
  std::array<std::uint64_t, 32> roots{};
  std::uint64_t value = squareRoot(static_cast<Wide>(1) << 125);
  for (std::uint64_t& root : roots) {
    root = value;
    value = squareRoot(static_cast<Wide>(value) << 62);
  }
  return roots;
}();

/// `value` times 2^power (Q32), rounded down; `limit` where it is more than that.
[[nodiscard]] constexpr std::uint64_t timesExp2(std::uint64_t value, std::int64_t power,
                                                std::uint64_t limit) noexcept {
  const std::int64_t whole = power >> 32;
  const auto fraction = static_cast<std::uint64_t>(power) & (kOne - 1);
  std::uint64_t factor = std::uint64_t{1} << 62;
  for (unsigned k = 0; k < 32; ++k) {
    if ((fraction >> (31 - k) & 1) == 0) continue;
    factor = static_cast<std::uint64_t>(static_cast<Wide>(factor) * kRoots[k] >> 62);
  }
  if (value == 0 || whole < -126) return 0;
  if (whole > 63) return limit;
  const Wide product = static_cast<Wide>(value) * factor;
  const Wide result = whole <= 62 ? product >> (62 - whole < 127 ? 62 - whole : 127) : product << 1;
  return result > limit ? limit : static_cast<std::uint64_t>(result);
}

/// `share`^(exponentThousandths / 1000) of a share in [0, 1], both Q32.
[[nodiscard]] constexpr std::uint64_t power(std::uint64_t share,
                                            std::uint32_t exponentThousandths) noexcept {
  if (share == 0) return 0;
  if (share >= kOne) return kOne;
  const std::int64_t log = log2(share) - (std::int64_t{32} << 32);
  __extension__ using Signed = __int128;
  const auto raised =
      static_cast<std::int64_t>(static_cast<Signed>(log) * exponentThousandths / 1000);
  return timesExp2(kOne, raised, kOne);
}

}  // namespace hft::sim::fixed
