#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/capture/capture_reader.hpp"
#include "native/capture/wire_detection.hpp"
#include "native/decode/decoder.hpp"
#include "native/stream/frame_queue.hpp"

namespace hft::stream {

/// Where a replay's frames go: a pipeline on this thread, or a worker's queue. `push` refuses when
/// there is no space; the replay keeps the frame and goes on where it stopped.
struct FrameTarget {
  bool (*push)(void* context, const QueuedFrame& frame) noexcept;
  /// Whether one more frame should be played before the consumer had its turn.
  bool (*hasRoom)(void* context) noexcept;
  /// Opens a connection and returns the number that its frames must carry; nothing when full.
  std::optional<std::uint32_t> (*connect)(void* context, decode::WireFormat format) noexcept;
  void* context;
};

/// What a replay has seen.
struct ReplayCounts {
  std::uint64_t frames = 0;  ///< Handed to the target.
  std::uint64_t bytes = 0;   ///< Of those.
  std::uint64_t restSnapshots = 0;
  std::uint64_t sent = 0;        ///< Frames that the recorder sent; not played.
  std::uint64_t undetected = 0;  ///< Received before their wire format was known; not played.
  std::uint64_t unplaced = 0;    ///< REST snapshots whose instrument can't be told.
  std::uint64_t gaps = 0;        ///< Frames that the recorder says it lost.
  Nanos firstTime = 0;
  Nanos lastTime = 0;
};

/// Plays one capture of JSON or MessagePack frames into a target, as fast as the target takes it.
///
/// Feed it chunks; each wire format of the capture gets one connection of the target. Not
/// thread-safe.
class CaptureReplay {
 public:
  CaptureReplay(capture::CaptureFormat format, const capture::CaptureLimits& limits,
                std::optional<decode::WireFormat> wireFormat, FrameTarget target);

  /// Takes the next chunk; only after `pump` returned true. The chunk must stay until then, and be
  /// readable for event::kFramePadding bytes after its end.
  void push(std::string_view chunk) noexcept { reader_.push(chunk); }
  void finish() noexcept { reader_.finish(); }

  /// LOBSTER: the symbol of the capture, and text of its orderbook file, whose rows go beside the
  /// messages. Before the first `pump`.
  void setSymbol(std::string_view symbol) { lobsterSymbol_ = symbol; }
  void addRows(std::string_view text) { lobsterRows_ += text; }

  /// Plays what it has. False: the target is full, call again; true: needs the next chunk.
  [[nodiscard]] bool pump() noexcept;

  [[nodiscard]] const ReplayCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] const capture::FaultLog& faults() noexcept { return reader_.faults(); }
  /// The wire formats found, in the order of their connections.
  [[nodiscard]] const std::vector<decode::WireFormat>& wireFormats() const noexcept {
    return wireFormats_;
  }

 private:
  [[nodiscard]] bool play(const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] bool playReceived(const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] bool playLobster(const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] bool openLobster() noexcept;
  [[nodiscard]] bool playRestAnswer(const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] bool playEvent(FrameOrigin origin, const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] bool playInstrument(const capture::CapturedFrame& captured) noexcept;
  [[nodiscard]] std::optional<decode::WireFormat> formatKnown() const noexcept {
    return fixedFormat_ ? fixedFormat_ : lastFormat_;
  }
  [[nodiscard]] bool send(const QueuedFrame& frame) noexcept;
  /// The connection of a format, opened if it is new; nothing when the target is full.
  [[nodiscard]] std::optional<std::uint32_t> connectionOf(decode::WireFormat format) noexcept;
  [[nodiscard]] std::optional<decode::WireFormat> formatOf(
      const capture::CapturedFrame& captured) noexcept;

  capture::CaptureReader reader_;
  std::optional<decode::WireFormat> fixedFormat_;
  FrameTarget target_;
  const capture::CapturedFrame* pending_ = nullptr;
  std::optional<decode::WireFormat> lastFormat_;
  std::string lastUrl_;
  capture::SnapshotSymbol snapshotSymbol_;
  std::vector<decode::WireFormat> wireFormats_;
  /// The connection of each of `wireFormats_`.
  std::vector<std::uint32_t> connections_;
  ReplayCounts counts_;
  std::string lobsterSymbol_ = "LOBSTER";
  std::string lobsterRows_;
  std::size_t lobsterRowAt_ = 0;
  bool isLobsterOpen_ = false;
};

}  // namespace hft::stream
