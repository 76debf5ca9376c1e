#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hft::test {

/// The bytes of hexadecimal text; spaces are ignored.
inline std::vector<std::uint8_t> fromHex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  int high = -1;
  for (const char digit : text) {
    if (digit == ' ') continue;
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
      high = -1;
    }
  }
  return bytes;
}

/// The messages of the protocol sheet, from an independent sample file.
inline constexpr std::string_view kSystemEventHex = "53 0000 0000 0a30478f8f96 4f";
inline constexpr std::string_view kAddOrderHex =
    "41000200001c522027c055000000000000000042000003e8424f4220202020200000cfaf";
inline constexpr std::string_view kAddOrderMpidHex =
    "46000200001dd7f895fa870000000000014b644200000064424f4220202020200000ceb556495254";
inline constexpr std::string_view kOrderExecutedHex =
    "45000200021de255b2ee5d00000000000153ec000004c40000000000004681";
inline constexpr std::string_view kOrderReplaceHex =
    "55000200001f74aec775ac000000000038fe0000000000003a786b000000640000da6d";
inline constexpr std::string_view kOrderCancelHex =
    "58000200001f81509cd7cd00000000004019a400000064";
inline constexpr std::string_view kOrderDeleteHex = "44000200001f1cea1b4d9b0000000000014b64";
inline constexpr std::string_view kTradeHex =
    "50000200021f1d2a8ff961000000000000000042000000c8424f4220202020200000d0550000000000004bf7";

inline constexpr std::string_view kSheetMessagesHex[] = {
    kSystemEventHex,  kAddOrderHex,    kAddOrderMpidHex, kOrderExecutedHex,
    kOrderReplaceHex, kOrderCancelHex, kOrderDeleteHex,  kTradeHex};

/// Appends `message` with its length in front.
inline void appendFramed(std::vector<std::uint8_t>& file,
                         const std::vector<std::uint8_t>& message) {
  file.push_back(static_cast<std::uint8_t>(message.size() >> 8));
  file.push_back(static_cast<std::uint8_t>(message.size()));
  file.insert(file.end(), message.begin(), message.end());
}

/// All messages of the sheet as a daily file.
inline std::vector<std::uint8_t> sheetFile() {
  std::vector<std::uint8_t> file;
  for (const std::string_view hex : kSheetMessagesHex) appendFramed(file, fromHex(hex));
  return file;
}

}  // namespace hft::test
