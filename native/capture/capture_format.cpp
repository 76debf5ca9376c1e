#include "native/capture/capture_format.hpp"

#include <array>
#include <cstddef>

#include "native/capture/recording.hpp"
#include "native/capture/timestamp.hpp"

namespace hft::capture {
namespace {

constexpr std::array<std::string_view, kCaptureFormatCount> kNames = {
    "hftbacktest", "cryptofeed", "lobster", "itch", "recording"};

bool containsCaseBlind(std::string_view text, std::string_view lowerCase) noexcept {
  if (text.size() < lowerCase.size()) return false;
  for (std::size_t at = 0; at + lowerCase.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < lowerCase.size()) {
      const char c = text[at + same];
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      if (lower != lowerCase[same]) break;
      ++same;
    }
    if (same == lowerCase.size()) return true;
  }
  return false;
}

/// The total length of an ITCH 5.0 message by its type; 0 for an unknown type.
/// Source: TotalView-ITCH 5.0 specification, message formats.
std::size_t itchMessageBytes(char type) noexcept {
  constexpr std::string_view kTypes = "SRHYLVWKJhAFECXDUPQBINO";
  constexpr std::array<std::uint8_t, 23> kBytes = {12, 39, 25, 20, 26, 35, 12, 28, 35, 21, 36, 40,
                                                   31, 36, 23, 19, 35, 44, 40, 19, 50, 20, 48};
  const std::size_t at = kTypes.find(type);
  return at == std::string_view::npos ? 0 : kBytes[at];
}

bool looksLikeItch(std::string_view bytes) noexcept {
  std::size_t known = 0;
  while (known < 4 && bytes.size() >= 3) {
    const std::size_t length = static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[0])) << 8 |
                               static_cast<std::uint8_t>(bytes[1]);
    if (length == 0 || length != itchMessageBytes(bytes[2])) return false;
    ++known;
    if (bytes.size() < 2 + length) break;
    bytes.remove_prefix(2 + length);
  }
  return known > 0;
}

/// What one line of text is; nothing if it is none of ours.
std::optional<CaptureFormat> formatOfLine(std::string_view line) noexcept {
  if (line.find(" <-> ") != std::string_view::npos && line.find("://") < line.find(" <-> ")) {
    return CaptureFormat::Cryptofeed;
  }
  const std::size_t arrow = line.find(' ');
  if (arrow != std::string_view::npos && line.substr(0, arrow).find("://") != line.npos &&
      (line.substr(arrow).starts_with(" <- ") || line.substr(arrow).starts_with(" -> "))) {
    return CaptureFormat::Cryptofeed;
  }
  if (const auto nanos = parseNanos(line);
      nanos && line.size() > nanos->bytes && line[nanos->bytes] == ' ') {
    return CaptureFormat::Hftbacktest;
  }
  const auto seconds = parseSeconds(line);
  if (!seconds || line.size() <= seconds->bytes) return std::nullopt;
  if (line[seconds->bytes] == ':') return CaptureFormat::Cryptofeed;
  if (line[seconds->bytes] != ',') return std::nullopt;
  std::size_t commas = 0;
  for (const char c : line) commas += c == ',' ? 1 : 0;
  return commas == 5 ? std::optional(CaptureFormat::Lobster) : std::nullopt;
}

}  // namespace

std::string_view captureFormatName(CaptureFormat format) noexcept {
  return kNames[static_cast<std::size_t>(format)];
}

std::optional<CaptureFormat> captureFormatNamed(std::string_view name) noexcept {
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (kNames[index] == name) return static_cast<CaptureFormat>(index);
  }
  return std::nullopt;
}

std::optional<CaptureFormat> detectCaptureFormat(std::string_view firstBytes,
                                                 std::string_view fileName) noexcept {
  if (firstBytes.starts_with(kRecordingMagic)) return CaptureFormat::Recording;
  if (looksLikeItch(firstBytes)) return CaptureFormat::Itch;
  // A damaged first line must not hide the format: the first line that is known decides.
  std::string_view rest = firstBytes;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (const auto format = formatOfLine(line)) return format;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (containsCaseBlind(fileName, "itch")) return CaptureFormat::Itch;
  if (containsCaseBlind(fileName, "_message_")) return CaptureFormat::Lobster;
  if (containsCaseBlind(fileName, ".hftrec")) return CaptureFormat::Recording;
  return std::nullopt;
}

}  // namespace hft::capture
