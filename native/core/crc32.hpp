#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hft {
namespace detail {

/// The tables of CRC-32 (IEEE 802.3, reflected polynomial 0xedb88320), sixteen bytes a step.
inline constexpr auto kCrc32Tables = [] {
  std::array<std::array<std::uint32_t, 256>, 16> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t table = 1; table < 16; ++table) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[table - 1][byte];
      tables[table][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}();

}  // namespace detail

/// CRC-32 continued from `crc` (0 at the start) by tables: the same on every machine.
[[nodiscard]] inline std::uint32_t crc32ByTable(std::uint32_t crc,
                                                std::string_view bytes) noexcept {
  const auto& t = detail::kCrc32Tables;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  crc = ~crc;
  if constexpr (std::endian::native == std::endian::little) {
    for (; left >= 16; at += 16, left -= 16) {
      std::array<std::uint32_t, 4> w{};
      std::memcpy(w.data(), at, 16);
      w[0] ^= crc;
      const std::uint32_t first = t[15][w[0] & 0xff] ^ t[14][w[0] >> 8 & 0xff] ^
                                  t[13][w[0] >> 16 & 0xff] ^ t[12][w[0] >> 24];
      const std::uint32_t second =
          t[11][w[1] & 0xff] ^ t[10][w[1] >> 8 & 0xff] ^ t[9][w[1] >> 16 & 0xff] ^ t[8][w[1] >> 24];
      const std::uint32_t third =
          t[7][w[2] & 0xff] ^ t[6][w[2] >> 8 & 0xff] ^ t[5][w[2] >> 16 & 0xff] ^ t[4][w[2] >> 24];
      const std::uint32_t fourth =
          t[3][w[3] & 0xff] ^ t[2][w[3] >> 8 & 0xff] ^ t[1][w[3] >> 16 & 0xff] ^ t[0][w[3] >> 24];
      // Only `first` waits for the step before.
      crc = (second ^ third ^ fourth) ^ first;
    }
  }
  for (; left > 0; ++at, --left) {
    crc = crc >> 8 ^ t[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  }
  return ~crc;
}

namespace detail {

/// Whether the processor multiplies without carries. Decided once, before main.
extern const bool kFoldsCrc32;

/// `crc32` by carry-less multiplication; only where `kFoldsCrc32`, of at least kCrc32FoldMin bytes.
[[nodiscard]] std::uint32_t crc32ByFolding(std::uint32_t crc, std::string_view bytes) noexcept;

inline constexpr std::size_t kCrc32FoldMin = 128;

}  // namespace detail

/// CRC-32 as zlib computes it, continued from `crc` (0 at the start).
[[nodiscard]] inline std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) noexcept {
  if (bytes.size() >= detail::kCrc32FoldMin && detail::kFoldsCrc32) {
    return detail::crc32ByFolding(crc, bytes);
  }
  return crc32ByTable(crc, bytes);
}

/// CRC-32 of `bytes` alone.
[[nodiscard]] inline std::uint32_t crc32(std::string_view bytes) noexcept {
  return crc32(0, bytes);
}

}  // namespace hft
