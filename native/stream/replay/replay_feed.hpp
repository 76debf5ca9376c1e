#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/event/recording/market_recording.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/trading/trading_engine.hpp"

namespace hft::stream {

/// What a repeated run needs next.
enum class ReplayStep : std::uint8_t {
  End = 0,      ///< Nothing is left.
  Events = 1,   ///< Events are in the ring: hand them over.
  Tick = 2,     ///< Time came to `time`.
  Input = 3,    ///< Something from outside: do it again.
  Differs = 4,  ///< The engine's log says how.
  Beyond = 5,   ///< The journal of a run that was cut off ends here.
  Lost = 6,     ///< Events up to `nextEvent` are not there: the run can't be repeated further.
  Fault = 7,    ///< The recording is damaged here.
};

/// Hands the recorded events of a run to an event ring once more, and says when it is the turn of a
/// tick or of an input from outside. One thread.
class ReplayFeed {
 public:
  /// `engine` repeats the run; `memory` is an event ring.
  ReplayFeed(TradingEngine& engine, event::MarketRecording recording, std::span<std::byte> memory,
             std::size_t slots, std::size_t depth);

  [[nodiscard]] ReplayStep next() noexcept;
  /// The time of a Tick.
  [[nodiscard]] Nanos time() const noexcept { return pending_.event.receiveTime; }
  /// The input of an Input.
  [[nodiscard]] const LoggedRecord& input() const noexcept { return input_; }
  /// Events and ticks that were handed over.
  [[nodiscard]] std::uint64_t given() const noexcept { return given_; }
  /// Lost: the number of the next event that is there.
  [[nodiscard]] std::uint64_t nextEvent() const noexcept { return pending_.sequence; }
  [[nodiscard]] const event::RecordingFault& fault() const noexcept { return cursor_.fault(); }

 private:
  /// Events handed over in one go: more would fall out of the cache before they are handled.
  static constexpr std::uint32_t kBatchMax = 512;

  [[nodiscard]] ReplayStep nextRecorded(std::uint64_t limit) noexcept;

  TradingEngine& engine_;
  event::MarketRecording recording_;
  event::MarketRecording::Cursor cursor_;
  EventRingWriter writer_;
  event::RecordedEvent pending_;
  bool isPending_ = false;
  LoggedRecord input_;
  std::uint64_t given_ = 0;
};

}  // namespace hft::stream
