#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "native/event/journal_directory.hpp"

namespace hft::event {

/// Who is told that records are on disk: called on the journal's own thread, which flushes nothing
/// while it runs. Wake somebody (an eventfd, a ring); do no work.
struct DurableListener {
  void (*notify)(void* context, std::uint64_t durableSequence) noexcept = nullptr;
  void* context = nullptr;
};

/// How a journal is kept.
struct JournalOptions {
  std::uint64_t journalId = 0;          ///< Of a new journal: drawn by the caller.
  std::size_t segmentBytes = 64 << 20;  ///< A multiple of 4,096.
  std::size_t segmentsAhead = 2;        ///< Ready behind the active one; at most 8.
  std::size_t reserveBytes = 1 << 20;   ///< Kept for Reserve::Use when space runs out.
  std::uint64_t bytesMax = ~0ULL;  ///< All segments together; beyond it the disk counts as full.
  Nanos commitWindow = 2'000'000;  ///< Records of this span share one flush.
  bool flushesToDisk = true;       ///< False: durability `process` alone; closing still flushes.
  Nanos startTime = 0;             ///< Stamps what opening writes.
  DurableListener onDurable{};     ///< For `Journal::notifyWhenDurable`.
};

/// The background of a journal. One thread makes segments ready, another flushes, seals and removes
/// them and writes the head: a slow disk then holds up no new segment. One appending thread calls
/// `begin` and `publish`; the rest is for any thread.
class SegmentKeeper {
 public:
  SegmentKeeper(JournalDirectory directory, const AuditReport& report,
                const JournalOptions& options);
  ~SegmentKeeper() { (void)close(); }
  SegmentKeeper(const SegmentKeeper&) = delete;
  SegmentKeeper& operator=(const SegmentKeeper&) = delete;

  /// Seals what is open, prepares the first segment and starts the thread.
  [[nodiscard]] JournalError start();
  JournalError close();

  /// Segments are numbered from 1 in this run; the last one that is ready.
  [[nodiscard]] std::uint64_t preparedSegment() const noexcept {
    return prepared_.load(std::memory_order_acquire);
  }
  /// Begins the prepared segment `index` behind the record `sequence`. Returns its memory.
  [[nodiscard]] std::byte* begin(std::uint64_t index, std::uint64_t sequence,
                                 std::uint64_t chain) noexcept;
  /// Tells that the segment `index` is written up to `offset`.
  void publish(std::uint64_t index, std::size_t offset, std::uint64_t sequence) noexcept {
    Slot& slot = slots_[index % kSlots];
    slot.offset.store(offset, std::memory_order_release);
    slot.sequence.store(sequence, std::memory_order_release);
    std::atomic_ref(headFile()->appendedSequence).store(sequence, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t durable() const noexcept {
    return durable_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool hasFailed() const noexcept {
    return hasFailed_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] JournalError waitDurable(std::uint64_t sequence, Nanos timeout);
  void retainFrom(std::uint64_t sequence) noexcept { retain_.store(sequence); }
  void notifyWhenDurable(std::uint64_t sequence) noexcept { notifyAt_.store(sequence); }
  [[nodiscard]] std::uint64_t run() const noexcept { return head_.run; }
  [[nodiscard]] std::uint64_t journalId() const noexcept { return head_.journalId; }
  [[nodiscard]] std::size_t segmentBytes() const noexcept { return options_.segmentBytes; }

 private:
  static constexpr std::size_t kSlots = 16;

  struct alignas(64) Slot {
    MappedFile file;
    std::uint64_t firstSequence = 0;
    std::atomic<std::size_t> offset{0};
    std::atomic<std::uint64_t> sequence{0};
  };
  struct Sealed {
    std::uint64_t number = 0;
    std::uint64_t lastSequence = 0;
    std::size_t sizeBytes = 0;
  };

  [[nodiscard]] HeadFile* headFile() const noexcept {
    return reinterpret_cast<HeadFile*>(headMap_.data());
  }
  [[nodiscard]] JournalError sealEarlier();
  /// The seal behind `end`, counted as the newest one.
  [[nodiscard]] Seal makeSeal(const MappedFile& file, std::uint64_t number, std::size_t end,
                              std::uint64_t lastSequence, std::uint64_t lastChain);
  void writeHead();
  void prepareAlways();
  [[nodiscard]] std::chrono::nanoseconds untilNextLook() const noexcept;
  void flushAlways();
  void prepare();
  void flush();
  void finishSegment();
  void tellDurable();
  void forget();
  /// What must be on disk before it is built upon; nothing without group commit.
  [[nodiscard]] bool syncNames() const noexcept {
    return !options_.flushesToDisk || directory_.syncNames();
  }
  [[nodiscard]] bool syncHead() const noexcept {
    return !options_.flushesToDisk || headMap_.sync(0, kHeadBytes);
  }
  void fail() noexcept { hasFailed_.store(true); }

  JournalDirectory directory_;
  AuditReport report_;
  JournalOptions options_;
  MappedFile headMap_;
  HeadSlot head_;
  std::array<Slot, kSlots> slots_;
  std::atomic<std::uint64_t> prepared_{0};
  std::atomic<std::uint64_t> begun_{0};
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<std::uint64_t> retain_{0};
  std::atomic<std::uint64_t> notifyAt_{0};  ///< 0: nobody waits.
  std::atomic<bool> hasFailed_{false};
  std::atomic<std::uint64_t> flushing_{1};  ///< The segment that `flush` is in,
  std::size_t flushedOffset_ = 0;           ///< and how far it is on disk.
  std::size_t releasedOffset_ = 0;          ///< Up to where its pages were released.
  std::uint64_t lastSealed_ = 0;            ///< The last record of the newest finished segment.
  std::uint64_t firstNumber_ = 1;           ///< The file number of segment 1 of this run.
  std::atomic<std::uint64_t> bytesUsed_{0};
  std::deque<Sealed> sealed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable committed_;
  bool isStopping_ = false;
  std::thread flusher_;
  std::thread preparer_;
};

}  // namespace hft::event
