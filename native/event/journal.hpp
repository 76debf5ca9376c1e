#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "native/event/journal_directory.hpp"
#include "native/event/segment_keeper.hpp"
#include "native/event/snapshot.hpp"

namespace hft::event {

/// The time of a record: passed in, as everything below `stream` gets it.
struct JournalStamp {
  Nanos realtime = 0;
  Nanos monotonic = 0;
};

/// Whether an append may use the reserve: for cancels, reports and the kill switch, so that they
/// are still written when orders that add risk are refused for want of space.
enum class Reserve : std::uint8_t { Keep = 0, Use = 1 };

/// The journal of a trading process: appended by one thread, flushed by another.
///
/// An append that returned survives the death of the process (durability `process`: it lies in the
/// page cache). It survives a power cut once `durableSequence()` has reached it (durability
/// `disk`), which takes a commit window and a flush. Appends: one thread, no allocation, no lock,
/// no system call. Everything but `append` may be called from any thread.
class Journal {
 public:
  /// Takes over a directory that was opened for writing and audited (`report`), seals what an
  /// earlier run left open, and begins a new segment.
  ///
  /// Errors: Refused when `report` is; Full when there is no space for a segment; DiskFailed.
  [[nodiscard]] static Result<std::unique_ptr<Journal>, JournalError> start(
      JournalDirectory directory, const AuditReport& report, const JournalOptions& options);

  /// Only `start` has a key.
  class Key {
    friend class Journal;
    Key() = default;
  };
  Journal(Key key, JournalDirectory directory, const AuditReport& report,
          const JournalOptions& options);
  ~Journal() { (void)close(); }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Appends a record and returns its sequence.
  ///
  /// Errors: Full (nothing was written); TooLong; DiskFailed; Closed.
  [[nodiscard]] Result<std::uint64_t, JournalError> append(RecordKind kind,
                                                           std::span<const std::byte> payload,
                                                           JournalStamp stamp,
                                                           Reserve reserve) noexcept;

  /// `append` of a plain struct.
  template <typename T>
  [[nodiscard]] Result<std::uint64_t, JournalError> append(RecordKind kind, const T& payload,
                                                           JournalStamp stamp,
                                                           Reserve reserve) noexcept {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kPayloadMax);
    return append(kind, std::as_bytes(std::span(&payload, 1)), stamp, reserve);
  }

  /// The last record that was appended.
  [[nodiscard]] std::uint64_t lastSequence() const noexcept { return sequence_; }
  /// Behind the last record: where a snapshot of the state of this moment is taken. The appending
  /// thread calls it.
  [[nodiscard]] JournalPoint point() const noexcept {
    return {keeper_.journalId(), sequence_, chain_};
  }
  /// The last record that is on disk: monotone, safe to poll from any thread.
  [[nodiscard]] std::uint64_t durableSequence() const noexcept { return keeper_.durable(); }
  /// Waits until `sequence` is on disk. Errors: TimedOut; DiskFailed.
  [[nodiscard]] JournalError waitDurable(std::uint64_t sequence, Nanos timeout) {
    return keeper_.waitDurable(sequence, timeout);
  }
  /// Has `JournalOptions::onDurable` called once, when `sequence` is on disk; at the end of the
  /// next flush when it is already. A later call takes the place of an earlier one.
  void notifyWhenDurable(std::uint64_t sequence) noexcept { keeper_.notifyWhenDurable(sequence); }
  /// Lets the segments go whose records all lie before `sequence` (a snapshot's).
  void retainFrom(std::uint64_t sequence) noexcept { keeper_.retainFrom(sequence); }
  /// The number of this run in its journal, from 1.
  [[nodiscard]] std::uint64_t run() const noexcept { return keeper_.run(); }

  /// Writes everything to disk, seals the end and lets the directory go.
  JournalError close();

 private:
  /// Whether a record of `size` bytes may be written; moves on to the next segment where it must.
  [[nodiscard]] JournalError makeRoom(std::size_t size, Reserve reserve) noexcept;

  SegmentKeeper keeper_;
  std::byte* data_ = nullptr;  ///< Of the active segment.
  std::size_t offset_ = 0;
  std::size_t capacity_ = 0;   ///< Without the room for the seal.
  std::size_t normalEnd_ = 0;  ///< Appends that keep the reserve need no check up to here.
  std::uint64_t sequence_ = 0;
  std::uint64_t chain_ = 0;
  std::uint64_t segment_ = 0;
  std::size_t reserveBytes_;
  bool isOpen_ = false;
};

}  // namespace hft::event
