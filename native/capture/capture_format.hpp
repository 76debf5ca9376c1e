#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hft::capture {

/// A file format of recorded market data.
enum class CaptureFormat : std::uint8_t { Hftbacktest, Cryptofeed, Lobster, Itch, Recording };
inline constexpr std::size_t kCaptureFormatCount = 5;

/// The name on the command line: "hftbacktest", "cryptofeed", "lobster", "itch", "recording".
[[nodiscard]] std::string_view captureFormatName(CaptureFormat format) noexcept;

/// The format with that name.
[[nodiscard]] std::optional<CaptureFormat> captureFormatNamed(std::string_view name) noexcept;

/// Says which format a capture has, from its first bytes (decompressed; 4 KiB are enough) and its
/// name, which decides only where the bytes leave it open. Nothing when neither tells.
[[nodiscard]] std::optional<CaptureFormat> detectCaptureFormat(std::string_view firstBytes,
                                                               std::string_view fileName) noexcept;

}  // namespace hft::capture
