#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "native/core/units.hpp"

namespace hft::capture {

/// Midnight in New York of a calendar day, in nanoseconds UTC, by the daylight-saving rules of
/// the United States since 2007 (second Sunday of March to first Sunday of November, 02:00).
[[nodiscard]] Nanos newYorkMidnight(int year, int month, int day) noexcept;

/// What the name of a LOBSTER file says: `AAPL_2012-06-21_34200000_57600000_message_10.csv`.
struct LobsterFile {
  std::string_view symbol;
  Nanos midnight = 0;
};
[[nodiscard]] std::optional<LobsterFile> lobsterFile(std::string_view fileName) noexcept;

/// The session's midnight from the name of an ITCH file: `MMDDYYYY.NASDAQ_ITCH50`.
[[nodiscard]] std::optional<Nanos> itchMidnight(std::string_view fileName) noexcept;

}  // namespace hft::capture
