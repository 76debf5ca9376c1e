#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "native/event/feed_message.hpp"
#include "native/event/journal_directory.hpp"
#include "native/event/market_event.hpp"
#include "native/event/recording/event_block.hpp"

namespace hft::event {

/// A market event as it was recorded; kind None is a tick: time came to its receiveTime.
struct RecordedEvent {
  std::uint64_t sequence = 0;  ///< Its number in the run, from 1.
  MarketEvent event;           ///< A Gap tells how many events before this number were lost.
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

/// Reads the recording of one run from any event on, without proving all that lies before.
///
/// Checks each record that it gives (checksum, sequence, size). `JournalDirectory::audit` proves
/// the whole. Works beside a recorder that is writing.
class MarketRecording {
 public:
  /// Errors: NoDirectory when there is none of that run in `path`, or it cannot be read.
  [[nodiscard]] static Result<MarketRecording, JournalError> open(const std::string& path,
                                                                  std::uint64_t run);

  MarketRecording() noexcept = default;

  /// The first event that can be read; 0 when there is none.
  [[nodiscard]] std::uint64_t firstSequence() const noexcept;

  /// Reads on from where it stands. One thread; the recording must outlive it.
  class Cursor {
   public:
    /// What `next` found.
    enum class Step : std::uint8_t { Event, End, Fault };

    /// Stands before event `sequence`, or the first one that is kept when that lies behind it.
    Cursor(const MarketRecording& recording, std::uint64_t sequence);

    /// The next event; its levels are valid until the next call.
    [[nodiscard]] Step next(RecordedEvent& event) noexcept;
    /// Where it was found unsound.
    [[nodiscard]] const RecordingFault& fault() const noexcept { return fault_; }

   private:
    [[nodiscard]] Step nextBlock() noexcept;
    [[nodiscard]] Step fail() noexcept;

    const MarketRecording* recording_;
    EventDecoder decoder_;
    std::size_t segment_ = 0;
    std::size_t at_ = 0;
    std::uint64_t record_ = 0;  ///< The record that is expected next; 0: any.
    std::uint64_t next_ = 0;    ///< The event that is expected next; 0: any.
    std::uint64_t from_;
    std::uint64_t lost_ = 0;  ///< Events before the block, not told of yet.
    RecordingFault fault_;
  };

  /// Calls `visit(const RecordedEvent&)` for the events from `sequence` on, until it returns false.
  template <typename Visit>
  [[nodiscard]] RecordingFault readFrom(std::uint64_t sequence, Visit&& visit) const {
    Cursor cursor(*this, sequence);
    RecordedEvent event;
    while (cursor.next(event) == Cursor::Step::Event && visit(event)) {
    }
    return cursor.fault();
  }

 private:
  /// Where a block lies.
  struct Place {
    std::size_t segment = 0;
    std::size_t offset = 0;
    std::uint64_t record = 0;
    std::uint64_t event = 0;
  };

  /// The last block before which nothing need be read to read event `sequence`.
  [[nodiscard]] Place keyFor(std::uint64_t sequence) const noexcept;

  JournalDirectory directory_;
};

}  // namespace hft::event
