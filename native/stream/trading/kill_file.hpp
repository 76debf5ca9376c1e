#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/risk/violation.hpp"

namespace hft::stream {

/// One latch of a kill file.
struct KillEntry {
  risk::RiskScope scope = risk::RiskScope::Global;
  std::uint32_t id = 0;
  bool isReleased = false;  ///< Taken back by `hft resume`.

  friend bool operator==(const KillEntry&, const KillEntry&) = default;
};

/// What a kill file says.
struct KillFile {
  std::vector<KillEntry> entries;
  /// It is there and can't be read as one: whatever it was, everything is stopped.
  bool isDamaged = false;
  bool isThere = false;
  std::uint32_t crc = 0;  ///< Of its lines: what an acknowledgement names.
};

/// The kill switch on disk: `KILL` in the state directory, a text of lines.
///
///   hft-kill 1
///   throw|release SCOPE ID
///   crc XXXXXXXX
///
/// SCOPE is global, account, strategy, symbol or venue; the crc is CRC-32 of the lines before, in
/// hexadecimal. `src/cli/commands/kill-file.ts` writes the same. A torn or altered file counts as a
/// global throw.
[[nodiscard]] KillFile parseKillFile(std::string_view text);
[[nodiscard]] std::string formatKillFile(const std::vector<KillEntry>& entries);

/// Reads `path`. A file that can't be read counts as damaged.
[[nodiscard]] KillFile readKillFile(const std::string& path);
/// Writes through a temporary file, flushed and renamed. False where the disk refuses.
[[nodiscard]] bool writeFlushed(const std::string& path, std::string_view text);

}  // namespace hft::stream
