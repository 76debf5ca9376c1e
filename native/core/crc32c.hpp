#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace hft {
namespace detail {

/// The table of CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), one byte a step.
inline constexpr auto kCrc32cTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    table[byte] = crc;
  }
  return table;
}();

}  // namespace detail

/// CRC-32C continued from `crc` (0 at the start) by table: the same on every machine.
[[nodiscard]] inline std::uint32_t crc32cByTable(std::uint32_t crc, const void* bytes,
                                                 std::size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(bytes);
  crc = ~crc;
  for (; size > 0; --size, ++at) crc = crc >> 8 ^ detail::kCrc32cTable[(crc ^ *at) & 0xff];
  return ~crc;
}

/// CRC-32C continued from `crc` (0 at the start): three cycles a word where SSE4.2 has it.
[[nodiscard]] inline std::uint32_t crc32c(std::uint32_t crc, const void* bytes,
                                          std::size_t size) noexcept {
#if defined(__SSE4_2__)
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint64_t state = ~crc;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    state = _mm_crc32_u64(state, word);
  }
  auto rest = static_cast<std::uint32_t>(state);
  for (; size > 0; --size, ++at) rest = _mm_crc32_u8(rest, *at);
  return ~rest;
#else
  return crc32cByTable(crc, bytes, size);
#endif
}

}  // namespace hft
