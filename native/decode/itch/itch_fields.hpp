#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hft::decode::itch {

static_assert(std::endian::native == std::endian::little, "The loads below swap to little endian.");

/// The bytes that every message begins with.
inline constexpr std::size_t kPrefixBytes = 11;
/// Decimals of a price, but for those of MwcbDeclineLevels.
inline constexpr std::uint8_t kPriceDecimals = 4;

[[nodiscard]] inline char readChar(const std::uint8_t* at) noexcept {
  return static_cast<char>(*at);
}

[[nodiscard]] inline std::uint16_t readU16(const std::uint8_t* at) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap16(value);
}

[[nodiscard]] inline std::uint32_t readU32(const std::uint8_t* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap32(value);
}

[[nodiscard]] inline std::uint64_t readU64(const std::uint8_t* at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap64(value);
}

/// Letters, left-justified and padded with spaces on the right.
template <std::size_t N>
struct Text {
  std::array<char, N> bytes;

  /// Without the padding.
  [[nodiscard]] std::string_view view() const noexcept {
    std::size_t length = N;
    while (length > 0 && bytes[length - 1] == ' ') --length;
    return {bytes.data(), length};
  }
};

template <std::size_t N>
[[nodiscard]] Text<N> readText(const std::uint8_t* at) noexcept {
  Text<N> text;
  std::memcpy(text.bytes.data(), at, N);
  return text;
}

/// What every message begins with, after its type.
struct Prefix {
  std::uint16_t stockLocate;  ///< The symbol's index of the day; 0 if it concerns none.
  std::uint16_t trackingNumber;
  std::uint64_t timestamp;  ///< Nanoseconds since midnight, US Eastern.

  [[nodiscard]] static Prefix read(const std::uint8_t* at) noexcept {
    // The eight bytes from the tracking number on end with the 48 bits of the time.
    const std::uint64_t tail = readU64(at + 3);
    return {readU16(at + 1), static_cast<std::uint16_t>(tail >> 48), tail & 0xffffffffffffULL};
  }
};

}  // namespace hft::decode::itch
