#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>

#include "native/core/units.hpp"
#include "native/metrics/histogram.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/worker.hpp"

namespace hft::stream {

/// Publishes numbered quote events from a thread of its own, at a rate or as fast as the ring takes
/// them: what measures the way to a consumer and nothing else.
///
/// One consumer reads the ring and calls `handled` on its own thread.
class EventSource {
 public:
  /// `memory` as for EventRingWriter. `eventsPerSecond` 0: as fast as possible.
  EventSource(std::span<std::byte> memory, std::size_t slots, std::uint64_t eventsPerSecond,
              std::uint64_t events, WakeUp wakeUp);
  ~EventSource();
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  void start();
  /// Ends the thread, whatever is left to publish.
  void stop() noexcept;

  /// Consumer: the next `count` events have been handled.
  void handled(std::uint32_t count) noexcept;

  /// Publish to handled, in nanoseconds.
  [[nodiscard]] const metrics::OwnedHistogram& latency() const noexcept { return latency_; }
  [[nodiscard]] std::uint64_t wakeUps() const noexcept {
    return wakeUps_.load(std::memory_order_relaxed);
  }

 private:
  void run() noexcept;
  void runPaced() noexcept;
  void runFlood() noexcept;
  void publish() noexcept;
  void write(std::uint64_t number, Nanos now) noexcept;

  EventRingWriter ring_;
  std::uint64_t eventsPerSecond_;
  std::uint64_t events_;
  WakeUp wakeUp_;
  std::thread thread_;
  std::atomic<bool> stops_{false};
  std::atomic<std::uint64_t> wakeUps_{0};
  std::uint32_t handledNumber_ = 0;
  metrics::OwnedHistogram latency_;
};

}  // namespace hft::stream
