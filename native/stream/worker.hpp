#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

#include "native/net/poller.hpp"
#include "native/stream/frame_queue.hpp"
#include "native/stream/pipeline.hpp"
#include "native/stream/publisher.hpp"

namespace hft::stream {

/// How a worker waits and where it runs.
struct WorkerOptions {
  PipelineOptions pipeline;
  /// Bytes of its frame queue.
  std::size_t queueBytes = std::size_t{32} << 20;
  /// The core that it is pinned to; negative: none.
  int core = -1;
  /// How long it looks for work before it sleeps.
  Nanos spin = 50'000;
};

/// Wakes the consumer of a worker's ring; called on the worker's thread.
struct WakeUp {
  void (*call)(void* context) noexcept;
  void* context;
};

/// A pipeline on a thread of its own: frames come in through a queue, events leave on a ring.
///
/// One producer thread calls `push`; the ring's consumer is another (or the same) thread. While the
/// ring is full, book events conflate and a trade that finds no space holds the queue up, so that
/// the producer is refused: nothing is dropped.
class Worker {
 public:
  Worker(const WorkerOptions& options, EventRingWriter ring, WakeUp wakeUp);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  /// Finishes what is queued (unless the ring stays full), then ends the thread.
  void stop() noexcept;

  /// Producer: hands over a copy of the frame; false when the queue is full.
  [[nodiscard]] bool push(const QueuedFrame& frame) noexcept;

  /// Producer: whether the worker has handled everything pushed and published it.
  [[nodiscard]] bool isIdle() const noexcept;

  /// Before `start`, or for what may be read from any thread (instrument symbols, counters,
  /// histograms).
  [[nodiscard]] Pipeline& pipeline() noexcept { return pipeline_; }
  [[nodiscard]] Publisher& publisher() noexcept { return publisher_; }
  [[nodiscard]] std::size_t payloadBytesMax() const noexcept { return queue_.payloadBytesMax(); }

 private:
  void run() noexcept;
  [[nodiscard]] bool drainQueue() noexcept;
  void flush() noexcept;
  void sleepUntilPushed() noexcept;
  void pin() noexcept;

  WorkerOptions options_;
  EventRingWriter ring_;
  Publisher publisher_;
  Pipeline pipeline_;
  FrameQueue queue_;
  net::Poller poller_;
  WakeUp wakeUp_;
  std::thread thread_;
  std::atomic<bool> stops_{false};
  std::atomic<bool> isSleeping_{false};
  /// Frames pushed and frames handled: equal when idle.
  alignas(64) std::atomic<std::uint64_t> pushed_{0};
  alignas(64) std::atomic<std::uint64_t> handled_{0};
};

}  // namespace hft::stream
