#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "native/core/units.hpp"

namespace hft::capture {

/// A time at the start of a text, and how many bytes it took.
struct ParsedTime {
  Nanos time = 0;
  std::size_t bytes = 0;
};

/// Reads whole nanoseconds: 1 to 19 digits that fit an int64.
[[nodiscard]] constexpr std::optional<ParsedTime> parseNanos(std::string_view text) noexcept {
  std::uint64_t value = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 20) {
    const auto digit = static_cast<unsigned char>(text[at] - '0');
    if (digit > 9) break;
    value = value * 10 + digit;
    ++at;
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<Nanos>::max());
  if (at == 0 || at > 19 || value > kMax) return std::nullopt;
  return ParsedTime{static_cast<Nanos>(value), at};
}

/// Reads seconds with up to nine decimals, exactly: "1633998512.0633569" is 1633998512063356900.
[[nodiscard]] constexpr std::optional<ParsedTime> parseSeconds(std::string_view text) noexcept {
  constexpr Nanos kSecond = 1'000'000'000;
  constexpr Nanos kSecondsMax = std::numeric_limits<Nanos>::max() / kSecond - 1;
  Nanos seconds = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const auto digit = static_cast<unsigned char>(text[at] - '0');
    if (digit > 9) break;
    seconds = seconds * 10 + digit;
    if (seconds > kSecondsMax) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  Nanos nanos = seconds * kSecond;
  if (at == text.size() || text[at] != '.') return ParsedTime{nanos, at};
  Nanos unit = kSecond;
  const std::size_t first = ++at;
  for (; at < text.size(); ++at) {
    const auto digit = static_cast<unsigned char>(text[at] - '0');
    if (digit > 9) break;
    unit /= 10;
    if (unit == 0) return std::nullopt;
    nanos += digit * unit;
  }
  if (at == first) return std::nullopt;
  return ParsedTime{nanos, at};
}

}  // namespace hft::capture
