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

namespace hft::event {

/// How market events are kept. The defaults keep a day, at most 8 GiB.
struct RecorderOptions {
  std::size_t segmentBytes = 64 << 20;
  std::uint64_t bytesMax = 8ULL << 30;  ///< Of all runs together; the oldest go first.
  Nanos keepTime = 86'400'000'000'000;  ///< What is older goes, a whole segment at a time.
  Nanos commitWindow = 50'000'000;      ///< A power cut may take so much and a flush.
  bool flushesToDisk = true;
  std::uint64_t journalId = 0;  ///< Drawn by the caller.
  Nanos startTime = 0;
};

/// Levels a record carries at most, both sides together; the best ones are kept.
inline constexpr std::size_t kRecordedLevelsMax = 1'000;

/// Appends market events to segments of their own: a journal (checksums, chain, seals) with records
/// of kind Market, one directory a run, `run-000007` beside those of other runs.
///
/// The trading journal refers to it by sequence (MarketReference). An event that finds no space is
/// lost and counted, never waited for: trading goes on, and a Gap event tells of it as soon as
/// there is space again. One thread appends; no allocation, lock or system call.
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

  /// Appends an event that was received at `event.receiveTime`. Returns its sequence; 0: lost.
  std::uint64_t record(const MarketEvent& event) noexcept;
  /// The same with the levels of its book, best first.
  std::uint64_t record(const MarketEvent& event, std::span<const Level> bids,
                       std::span<const Level> asks) noexcept;

  /// The records since the last reference, for the trading journal; lastSequence is below
  /// firstSequence when there are none.
  [[nodiscard]] MarketReference takeReference(std::uint64_t stateHash) noexcept;
  [[nodiscard]] std::uint64_t lastSequence() const noexcept { return journal_->lastSequence(); }
  /// The first record that is still kept.
  [[nodiscard]] std::uint64_t firstSequence() const noexcept { return firstKept_; }
  [[nodiscard]] std::uint64_t durableSequence() const noexcept {
    return journal_->durableSequence();
  }
  /// Events that found no space.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] JournalError close() { return journal_->close(); }

 private:
  /// Where about a segment of records began.
  struct Mark {
    std::uint64_t sequence = 0;
    Nanos time = 0;
  };
  static constexpr std::size_t kMarks = 4'096;

  [[nodiscard]] std::uint64_t append(std::span<const std::byte> payload, Nanos time) noexcept;
  [[nodiscard]] std::uint64_t refuse() noexcept;
  void mark(std::uint64_t sequence, Nanos time) noexcept;

  std::unique_ptr<Journal> journal_;
  RecorderOptions options_;
  std::uint64_t otherBytes_;  ///< Of earlier runs.
  std::uint64_t markedBytes_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t untold_ = 0;  ///< Lost events that no Gap has told of.
  std::uint64_t referred_ = 0;
  std::uint64_t firstKept_ = 1;
  std::array<Mark, kMarks> marks_;
  std::size_t firstMark_ = 0;
  std::size_t markCount_ = 0;
  alignas(64) std::array<std::byte, kPayloadMax> scratch_;
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
