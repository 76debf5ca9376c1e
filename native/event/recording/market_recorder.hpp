#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "native/event/feed_message.hpp"
#include "native/event/journal.hpp"
#include "native/event/market_event.hpp"
#include "native/event/recording/event_block.hpp"

namespace hft::event {

/// How market events are kept. The defaults keep a day, at most 8 GiB.
struct RecorderOptions {
  std::size_t segmentBytes = 8 << 20;
  std::uint64_t bytesMax = 8ULL << 30;  ///< Of all runs together; the oldest go first.
  Nanos keepTime = 86'400'000'000'000;  ///< What is older goes, a whole segment at a time.
  Nanos commitWindow = 50'000'000;      ///< A power cut may take so much and a flush.
  bool flushesToDisk = true;
  std::uint64_t journalId = 0;  ///< Drawn by the caller.
  Nanos startTime = 0;
};

/// Writes market events to segments of their own: a journal (checksums, chain, seals) with blocks
/// of events (BlockHeader) as records of kind Market, one directory a run, `run-000007` beside
/// those of other runs.
///
/// Events are numbered from 1; the trading journal refers to them by number (MarketReference). A
/// block is appended when it is full and by `flush`: what the trading journal says must not be
/// ahead of the events that it was decided on, so its owner flushes before each append. Events that
/// find no space are lost and counted, never waited for: trading goes on, and their numbers are
/// missing. One thread writes; no lock or system call, memory only at an instrument's first event.
class MarketRecorder {
 public:
  /// Removes runs that are too old or too large, and begins the directory of `run`.
  ///
  /// Errors: those of Journal::start; Refused when the run was recorded before.
  [[nodiscard]] static Result<std::unique_ptr<MarketRecorder>, JournalError> start(
      const std::string& path, std::uint64_t run, const RecorderOptions& options);

  class Key {
    friend class MarketRecorder;
    Key() = default;
  };
  MarketRecorder(Key key, std::unique_ptr<Journal> journal, const RecorderOptions& options,
                 std::uint64_t otherBytes);

  /// Takes an event that was received at `event.receiveTime`, with the levels of its book, best
  /// first. An event of kind None is a tick: time came to `receiveTime`. Returns its number.
  std::uint64_t record(const MarketEvent& event, std::span<const Level> bids,
                       std::span<const Level> asks) noexcept;
  /// Appends what is not appended yet: it then survives the death of the process.
  void flush() noexcept;

  /// The events since the last reference, for the trading journal; lastSequence is below
  /// firstSequence when there are none.
  [[nodiscard]] MarketReference takeReference(std::uint64_t stateHash) noexcept;
  /// The number of the newest event.
  [[nodiscard]] std::uint64_t lastSequence() const noexcept { return last_; }
  /// The first event that is still kept.
  [[nodiscard]] std::uint64_t firstSequence() const noexcept { return firstKept_; }
  /// Events that found no space.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  /// Bytes written so far.
  [[nodiscard]] std::uint64_t sizeBytes() const noexcept { return bytes_; }
  [[nodiscard]] JournalError close();

 private:
  /// Where about a segment of records began.
  struct Mark {
    std::uint64_t record = 0;
    std::uint64_t event = 0;
    Nanos time = 0;
  };
  static constexpr std::size_t kMarks = 4'096;
  /// A full block: large enough that its record's header doesn't count.
  static constexpr std::size_t kBlockBytes = 4'096;

  void begin(std::uint64_t firstSequence) noexcept;
  /// Appends a block of the events up to number `last`. False: they are lost.
  bool append(std::span<const std::byte> block, std::uint32_t count, std::uint64_t last) noexcept;
  void mark(std::uint64_t record, std::uint64_t event, Nanos time) noexcept;

  std::unique_ptr<Journal> journal_;
  RecorderOptions options_;
  EventEncoder encoder_;
  std::uint64_t otherBytes_;  ///< Of earlier runs.
  std::uint64_t markedBytes_ = 0;
  std::uint64_t keyBytes_ = 0;  ///< From where on the next key block is due.
  std::uint64_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t referred_ = 0;
  std::uint64_t firstKept_ = 1;
  std::array<Mark, kMarks> marks_;
  std::size_t firstMark_ = 0;
  std::size_t markCount_ = 0;
};

/// The directory of a run's recording.
[[nodiscard]] std::string recordingPath(const std::string& path, std::uint64_t run);

/// A run whose recording is there.
struct RecordedRun {
  std::uint64_t run = 0;
  std::uint64_t sizeBytes = 0;
  Nanos newestTime = 0;  ///< When its newest segment was written to last.
};

/// The recorded runs in `path`, oldest first.
[[nodiscard]] std::vector<RecordedRun> listRecordings(const std::string& path);

}  // namespace hft::event
