#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "native/event/feed_message.hpp"

namespace hft::stream {

/// A counter with one writer that any thread may read: a plain add, no locked instruction.
class Count {
 public:
  void add(std::uint64_t by) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  Count& operator++() noexcept {
    add(1);
    return *this;
  }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// The kinds of EventKind.
inline constexpr std::size_t kEventKindCount = 9;

/// What a pipeline has counted.
///
/// They balance: frames = frames decoded + decode errors (+ frames refused to their caller);
/// messages = events published + conflated + those that change nothing.
struct StreamCounters {
  Count frames;
  Count bytes;
  Count messages;
  Count levels;
  Count unknownMessages;   ///< Of a type that the decoder does not know.
  Count skippedMessages;   ///< Known, but of no use here or of an instrument not in the table.
  Count venueErrors;
  Count heartbeats;
  Count gaps;
  Count resyncs;           ///< Snapshots that made a broken book trusted again.
  Count checksumsVerified;
  Count checksumsFailed;
  Count quotesAgreed;      ///< Books compared with the venue's own ticker.
  Count quotesDisagreed;
  Count buffered;          ///< Deltas kept for a snapshot that is awaited.
  Count ignoredOld;        ///< Deltas that the snapshot already contains, or duplicates.
  Count conflated;         ///< Book events replaced by a newer one of the same instrument.
  Count droppedUntrusted;  ///< Deltas of a broken book that wait for no snapshot.
  Count overruns;          ///< Trades that waited for a full ring.
  Count wakeUps;
  std::array<Count, event::kDecodeErrorCount> decodeErrors;
  std::array<Count, kEventKindCount> events;
};

}  // namespace hft::stream
