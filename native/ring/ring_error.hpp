#pragma once

#include <cstddef>
#include <cstdint>

namespace hft::ring {

/// Why a ring refused.
enum class RingError : std::uint8_t {
  Ok,
  Full,   ///< The record was not taken: drop, conflate or try again.
  Empty,  ///< Nothing is published.
};

/// Bytes that keep two writers apart: a pair of cache lines, because the adjacent-line prefetcher
/// of x86 cores moves lines in pairs.
inline constexpr std::size_t kApartBytes = 128;
inline constexpr std::size_t kCacheLineBytes = 64;

}  // namespace hft::ring
