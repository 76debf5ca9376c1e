#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace hft::capture {

/// Writes the bytes of `value` at `at`, lowest first, on any machine.
template <typename T>
  requires std::is_integral_v<T>
constexpr void storeLittle(char* at, T value) noexcept {
  const auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
    at[byte] = static_cast<char>(static_cast<std::uint8_t>(bits >> (8 * byte)));
  }
}

/// Reads what storeLittle wrote.
template <typename T>
  requires std::is_integral_v<T>
[[nodiscard]] constexpr T loadLittle(const char* at) noexcept {
  std::make_unsigned_t<T> bits = 0;
  for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
    bits = static_cast<std::make_unsigned_t<T>>(
        bits | static_cast<std::make_unsigned_t<T>>(static_cast<std::uint8_t>(at[byte]))
                   << (8 * byte));
  }
  return static_cast<T>(bits);
}

}  // namespace hft::capture
