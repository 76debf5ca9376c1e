#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"
#include "native/metrics/counters.hpp"

namespace hft::stream {

/// What a pipeline counts. TypeScript reads them by the names of `streamCounterName`.
///
/// They balance: frames = frames applied + decode errors; book events = published + conflated.
enum class StreamCounter : std::size_t {
  Frames,
  Bytes,
  Messages,
  Levels,
  UnknownMessages,  ///< Of a type that the decoder does not know.
  SkippedMessages,  ///< Known, but of no use here or of an instrument not in the table.
  VenueErrors,
  Heartbeats,
  Gaps,
  Resyncs,  ///< Snapshots that mended a broken book.
  ChecksumsVerified,
  ChecksumsFailed,
  QuotesAgreed,  ///< Books compared with the venue's own ticker.
  QuotesDisagreed,
  Buffered,    ///< Deltas kept for a snapshot that is awaited.
  IgnoredOld,  ///< Duplicates, and deltas that a snapshot already holds.
  Conflated,   ///< Book events replaced by a newer one of the same instrument.
  Overruns,    ///< Trades that waited for a full ring.
  WakeUps,
  DecodeErrors,                                      ///< One word a DecodeError from here.
  Events = DecodeErrors + event::kDecodeErrorCount,  ///< One word an EventKind from here.
  Count = Events + event::kEventKindCount,
};

/// The counters of one pipeline, with their block.
class StreamCounters {
 public:
  StreamCounters() noexcept : counters_(block_) {}
  StreamCounters(const StreamCounters&) = delete;
  StreamCounters& operator=(const StreamCounters&) = delete;

  void increment(StreamCounter id) noexcept { counters_.increment(id); }
  void add(StreamCounter id, std::uint64_t amount) noexcept { counters_.add(id, amount); }
  void increment(event::DecodeError error) noexcept {
    increment(after(StreamCounter::DecodeErrors, static_cast<std::size_t>(error)));
  }
  void increment(event::EventKind kind) noexcept {
    increment(after(StreamCounter::Events, static_cast<std::size_t>(kind)));
  }
  [[nodiscard]] std::uint64_t value(StreamCounter id) const noexcept { return counters_.value(id); }
  [[nodiscard]] std::uint64_t value(event::DecodeError error) const noexcept {
    return value(after(StreamCounter::DecodeErrors, static_cast<std::size_t>(error)));
  }
  [[nodiscard]] std::uint64_t value(event::EventKind kind) const noexcept {
    return value(after(StreamCounter::Events, static_cast<std::size_t>(kind)));
  }

 private:
  [[nodiscard]] static StreamCounter after(StreamCounter first, std::size_t index) noexcept {
    return static_cast<StreamCounter>(static_cast<std::size_t>(first) + index);
  }

  alignas(64) std::array<double, static_cast<std::size_t>(StreamCounter::Count)> block_{};
  metrics::Counters<StreamCounter> counters_;
};

/// The single counters (not the DecodeErrors and Events words) by their TypeScript names.
struct StreamCounterName {
  StreamCounter id;
  const char* name;
};
inline constexpr StreamCounterName kStreamCounterNames[] = {
    {StreamCounter::Frames, "frames"},
    {StreamCounter::Bytes, "bytes"},
    {StreamCounter::Messages, "messages"},
    {StreamCounter::Levels, "levels"},
    {StreamCounter::UnknownMessages, "unknownMessages"},
    {StreamCounter::SkippedMessages, "skippedMessages"},
    {StreamCounter::VenueErrors, "venueErrors"},
    {StreamCounter::Heartbeats, "heartbeats"},
    {StreamCounter::Gaps, "gaps"},
    {StreamCounter::Resyncs, "resyncs"},
    {StreamCounter::ChecksumsVerified, "checksumsVerified"},
    {StreamCounter::ChecksumsFailed, "checksumsFailed"},
    {StreamCounter::QuotesAgreed, "quotesAgreed"},
    {StreamCounter::QuotesDisagreed, "quotesDisagreed"},
    {StreamCounter::Buffered, "buffered"},
    {StreamCounter::IgnoredOld, "ignoredOld"},
    {StreamCounter::Conflated, "conflated"},
    {StreamCounter::Overruns, "overruns"},
    {StreamCounter::WakeUps, "wakeUps"},
};

}  // namespace hft::stream
