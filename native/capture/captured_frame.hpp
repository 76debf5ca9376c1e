#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/core/units.hpp"

namespace hft::capture {

/// What a capture says about one moment of a connection.
enum class FrameKind : std::uint8_t {
  Received,    ///< A frame that the venue sent on a stream.
  Sent,        ///< A frame that the recorder sent (a subscription).
  Opened,      ///< A connection was opened; `url` is its address.
  RestAnswer,  ///< The body of a REST answer; `url` is what was asked.
  Closed,      ///< A connection was closed or lost.
  Gap,         ///< The recorder lost `lostCount` frames here (0: an unknown number).
  Instrument,  ///< Metadata: `payload` is the symbol, `scale` its decimals.
};
inline constexpr std::size_t kFrameKindCount = 7;

/// One entry of a capture. Views live until the next call of the reader that returned it.
struct CapturedFrame {
  /// When the recorder read it; 0 where the format does not say (ITCH files).
  Nanos receiveTime = 0;
  /// The bytes; readable for event::kFramePadding bytes after the end.
  std::string_view payload;
  /// Opened, Sent, RestAnswer: its own address. Received: the address opened last, if known.
  std::string_view url;
  FrameKind kind = FrameKind::Received;
  /// Which of the recorder's connections (recording format; 0 elsewhere).
  std::uint16_t connection = 0;
  Scale scale;                  ///< Instrument only.
  std::uint64_t lostCount = 0;  ///< Gap only.
  /// Where it stands in the capture: line number from 1, or byte offset of binary formats.
  std::uint64_t position = 0;
};

/// Why a line or record of a capture was left out.
enum class CaptureFault : std::uint8_t {
  Ok,
  NoTimestamp,         ///< No time where the format has one.
  BadTimestamp,        ///< More than 9 decimals, garbage, or beyond an int64 of nanoseconds.
  NoPayload,           ///< A time, but nothing after it.
  BadFields,           ///< LOBSTER: not six numeric fields.
  TooLong,             ///< Longer than the reader's limit; skipped up to the next line.
  BadHeader,           ///< Recording: not a recording, or its header is damaged.
  UnsupportedVersion,  ///< Recording: written by a later version.
  Corrupt,             ///< Recording: a damaged block with sound ones after it; reading ends.
  TornTail,            ///< The last line, message or block is incomplete; all before it is sound.
};
inline constexpr std::size_t kCaptureFaultCount = 10;

/// The faults of a capture: every one counted, the first `kept` with their position.
class FaultLog {
 public:
  struct Entry {
    std::uint64_t position = 0;  ///< As CapturedFrame::position.
    CaptureFault fault = CaptureFault::Ok;
  };
  static constexpr std::size_t kKeptMax = 64;

  void add(CaptureFault fault, std::uint64_t position) noexcept {
    ++counts_[static_cast<std::size_t>(fault)];
    if (total_ < kKeptMax) entries_[total_] = Entry{position, fault};
    ++total_;
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] std::uint64_t count(CaptureFault fault) const noexcept {
    return counts_[static_cast<std::size_t>(fault)];
  }
  /// How many entries `operator[]` knows: the first kKeptMax faults.
  [[nodiscard]] std::size_t kept() const noexcept { return total_ < kKeptMax ? total_ : kKeptMax; }
  [[nodiscard]] const Entry& operator[](std::size_t index) const noexcept {
    return entries_[index];
  }

 private:
  std::uint64_t total_ = 0;
  std::array<std::uint64_t, kCaptureFaultCount> counts_{};
  std::array<Entry, kKeptMax> entries_{};
};

}  // namespace hft::capture
