#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "native/stream/book_emitter.hpp"
#include "native/stream/capture_replay.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/pipeline.hpp"
#include "native/stream/publisher.hpp"
#include "native/stream/worker.hpp"

namespace hft::stream {

struct StreamOptions {
  WorkerOptions worker;
  /// Threads beside the caller's; 0 runs the pipeline inline, on the caller's thread.
  std::size_t workers = 0;
  /// Slots of each ring, a power of two, and levels a side that an event carries.
  std::size_t slots = 16384;
  std::size_t depth = 5;
  /// First core that workers are pinned to, one each; negative: not pinned.
  int firstCore = -1;
};

/// The streams of one process: connections, each pinned to the inline pipeline or to a worker, and
/// a ring of events for each of those lanes.
///
/// Not thread-safe: one thread owns it (the one that reads the rings, or feeds them).
class StreamEngine {
 public:
  /// `rings` holds one block a lane (one, or one a worker) of EventRingLayout::bytes(slots, depth)
  /// zeroed bytes that outlive the engine. `wakeUp` is called on a worker's thread when its
  /// consumer sleeps and events have come.
  StreamEngine(const StreamOptions& options, std::span<const std::span<std::byte>> rings,
               WakeUp wakeUp);
  ~StreamEngine();
  StreamEngine(const StreamEngine&) = delete;
  StreamEngine& operator=(const StreamEngine&) = delete;

  [[nodiscard]] std::size_t lanes() const noexcept { return isInline() ? 1 : workers_.size(); }
  [[nodiscard]] bool isInline() const noexcept { return workers_.empty(); }

  /// Adds an instrument to every lane, so that its id is the same in all. False: a lane is full.
  [[nodiscard]] bool addInstrument(std::string_view symbol, const Scale& scale) noexcept;
  /// Adds an instrument whose scale is learned from the data, to every lane.
  [[nodiscard]] bool followInstrument(std::string_view symbol) noexcept;

  /// Opens a connection on the lane that has the fewest, and returns its number.
  [[nodiscard]] std::uint32_t addConnection(decode::WireFormat format) noexcept;
  [[nodiscard]] std::size_t connectionCount() const noexcept { return connections_.size(); }

  /// Hands a frame or event of a connection to its lane. The payload need not be padded unless
  /// `isPadded`. False: the lane is full (drain its ring, or wait), nothing was taken.
  [[nodiscard]] bool push(QueuedFrame frame, bool isPadded) noexcept;

  /// As push of a padded frame, but inline it is always taken: book events conflate and trades wait
  /// where the ring has no space. Ask `canAccept` before the next.
  [[nodiscard]] bool take(QueuedFrame frame) noexcept;
  /// Whether the lane of a connection takes a frame without conflating or waiting.
  [[nodiscard]] bool canAccept(std::uint32_t connection) noexcept;

  /// As push of a REST snapshot of `symbol`.
  [[nodiscard]] bool pushSnapshot(std::uint32_t connection, std::string_view symbol,
                                  std::string_view body, Nanos receiveTime) noexcept;

  /// Stream frames that a connection has handed over: it lives while they grow.
  [[nodiscard]] std::uint64_t framesPushed(std::uint32_t connection) const noexcept {
    return connection < connections_.size() ? connections_[connection].frames : 0;
  }

  /// The longest payload that a lane can take.
  [[nodiscard]] std::size_t payloadBytesMax() const noexcept;

  /// Inline: goes on at the first slot of the ring if nothing waits in it.
  void rewind() noexcept;
  /// Inline: makes the events so far visible. Lanes of workers do it by themselves.
  void flush() noexcept;
  /// Inline: whether the consumer has events to drain.
  [[nodiscard]] bool hasWaiting() const noexcept;
  /// Inline: checks for stale books and follows the system clock. Call it a few times a second.
  void onClock() noexcept;
  /// Whether every frame pushed has been handled and its events are visible.
  [[nodiscard]] bool isIdle() const noexcept;

  /// The consumer handled the next `count` events of a lane, and says so before it lets go of their
  /// slots: their latency ends here.
  void handled(std::size_t lane, std::uint32_t count) noexcept;

  /// The time of day by the engine's clock.
  [[nodiscard]] Nanos now() noexcept;

  [[nodiscard]] Pipeline& pipeline(std::size_t lane) noexcept;

  /// Emits every book change of the inline lane from here on, with `depth` levels a side.
  void emitBooks(std::size_t depth);
  [[nodiscard]] BookEmitter* emitter() noexcept { return emitter_.get(); }

  /// Opens a capture whose frames go to one lane.
  [[nodiscard]] CaptureReplay& openCapture(capture::CaptureFormat format,
                                           const capture::CaptureLimits& limits,
                                           std::optional<decode::WireFormat> wireFormat);

 private:
  /// Events of a capture that wait for the consumer at most, where it plays on the consumer's
  /// thread: more would fall out of the cache before they are handled.
  static constexpr std::size_t kPlayedMax = 512;

  struct Lane {
    std::size_t connections = 0;
  };
  struct Connection {
    std::uint32_t lane = 0;
    std::uint32_t number = 0;
    std::uint64_t frames = 0;
  };
  struct Capture {
    StreamEngine* engine;
    std::uint32_t lane;
    std::unique_ptr<CaptureReplay> replay;
  };

  /// Opens a connection on a lane; returns its number there, or nothing when the lane is full.
  [[nodiscard]] std::optional<std::uint32_t> connect(std::uint32_t lane,
                                                     decode::WireFormat format) noexcept;
  [[nodiscard]] bool pushToLane(std::uint32_t lane, const QueuedFrame& frame) noexcept;
  [[nodiscard]] bool pushToAll(const QueuedFrame& frame) noexcept;
  [[nodiscard]] EventRingWriter* ring(std::size_t lane) noexcept;
  [[nodiscard]] std::uint32_t quietestLane() const noexcept;
  [[nodiscard]] std::string_view padded(std::string_view payload) noexcept;

  std::unique_ptr<EventRingWriter> inlineRing_;
  std::unique_ptr<Publisher> inlinePublisher_;
  std::unique_ptr<Pipeline> inlinePipeline_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Lane> lanes_;
  std::vector<Connection> connections_;
  std::vector<std::unique_ptr<Capture>> captures_;
  std::unique_ptr<BookEmitter> emitter_;
  std::vector<char> padding_;
  TscClock clock_;
  bool isStamped_ = true;
};

}  // namespace hft::stream
