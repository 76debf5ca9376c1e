#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "native/event/feed_message.hpp"
#include "native/event/journal_directory.hpp"
#include "native/event/market_event.hpp"

namespace hft::event {

/// A market event as it was recorded; the levels lie in the mapped file.
struct RecordedEvent {
  std::uint64_t sequence = 0;
  Nanos realtime = 0;
  MarketEvent event;
  std::span<const Level> bids;
  std::span<const Level> asks;
};

/// Where a recording is unsound; `fault` Ok: nowhere that was looked at.
struct RecordingFault {
  JournalFault fault = JournalFault::Ok;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;  ///< The record that was expected there.
};

/// Reads the recording of one run from any sequence on, without proving all that lies before.
///
/// Checks each record that it gives (checksum, sequence, size). `JournalDirectory::audit` proves
/// the whole. Works beside a recorder that is writing.
class MarketRecording {
 public:
  /// Errors: NoDirectory when there is none of that run in `path`, or it cannot be read.
  [[nodiscard]] static Result<MarketRecording, JournalError> open(const std::string& path,
                                                                  std::uint64_t run);

  MarketRecording() noexcept = default;

  /// The first record that is kept; 0 when there is none.
  [[nodiscard]] std::uint64_t firstSequence() const noexcept;

  /// Calls `visit(const RecordedEvent&)` for the records from `sequence` on, until it returns
  /// false.
  ///
  /// Begins with the first one that is kept when that lies behind `sequence`.
  template <typename Visit>
  [[nodiscard]] RecordingFault readFrom(std::uint64_t sequence, Visit&& visit) const;

 private:
  enum class Step : std::uint8_t { Event, Other, End, Fault };

  [[nodiscard]] std::size_t segmentOf(std::uint64_t sequence) const noexcept;
  [[nodiscard]] Step next(const SegmentImage& segment, std::size_t& at, std::uint64_t expected,
                          RecordedEvent& event) const noexcept;
  [[nodiscard]] static std::size_t skipTo(const SegmentImage& segment,
                                          std::uint64_t sequence) noexcept;

  JournalDirectory directory_;
};

template <typename Visit>
RecordingFault MarketRecording::readFrom(std::uint64_t sequence, Visit&& visit) const {
  const auto& segments = directory_.image().segments;
  std::uint64_t expected = 0;
  for (std::size_t i = segmentOf(sequence); i < segments.size(); ++i) {
    const SegmentImage& segment = segments[i];
    std::size_t at = skipTo(segment, sequence);
    RecordedEvent event;
    Step step = next(segment, at, expected, event);
    for (; step == Step::Event || step == Step::Other; step = next(segment, at, expected, event)) {
      expected = event.sequence + 1;
      if (step == Step::Event && event.sequence >= sequence && !visit(event)) return {};
    }
    if (step == Step::Fault) return {JournalFault::DamagedRecord, segment.number, at, expected};
  }
  return {};
}

}  // namespace hft::event
