#pragma once

#include "native/core/clock.hpp"
#include "native/core/units.hpp"
#include "native/metrics/histogram.hpp"

namespace hft::stream {

/// The latency of a frame's hops through one pipeline: three counter reads a frame.
///
/// Single writer; other threads may read the histograms.
class LatencyHops {
 public:
  LatencyHops() noexcept : rate_(clock_.rate()) {}

  /// A frame's turn has come.
  void begin() noexcept { lap_ = readTicks(); }

  /// It is decoded: `receiveTime` is when its bytes were read.
  void decoded(Nanos receiveTime) noexcept {
    receiveTime_ = receiveTime;
    decode_->record(lap());
  }

  /// Its events are on the ring.
  void published() noexcept {
    book_->record(lap());
    publish_->record(clock_.at(lap_) - receiveTime_);
  }

  /// The consumer has handled an event whose bytes were read at `receiveTime`; `now` is this
  /// clock's. Only on the consumer's thread.
  void handled(Nanos receiveTime, Nanos now) noexcept { handle_->record(now - receiveTime); }

  [[nodiscard]] Nanos now() noexcept { return clock_.now(); }
  /// Follows the system clock's drift; call it about once a second.
  void recalibrate() noexcept {
    clock_.recalibrate();
    rate_ = clock_.rate();
  }

  /// From the frame's turn to its decoded form.
  [[nodiscard]] const metrics::OwnedHistogram& decode() const noexcept { return decode_; }
  /// From its decoded form to events on the ring.
  [[nodiscard]] const metrics::OwnedHistogram& book() const noexcept { return book_; }
  /// From its bytes' read to events on the ring.
  [[nodiscard]] const metrics::OwnedHistogram& publish() const noexcept { return publish_; }
  /// From its bytes' read to the end of the batch in which a handler got the event.
  [[nodiscard]] const metrics::OwnedHistogram& handle() const noexcept { return handle_; }

 private:
  [[nodiscard]] Nanos lap() noexcept {
    const Ticks ticks = readTicks();
    const Nanos passed = rate_.toNanos(ticks - lap_);
    lap_ = ticks;
    return passed;
  }

  TscClock clock_;
  TickRate rate_;
  Ticks lap_ = 0;
  Nanos receiveTime_ = 0;
  metrics::OwnedHistogram decode_;
  metrics::OwnedHistogram book_;
  metrics::OwnedHistogram publish_;
  metrics::OwnedHistogram handle_;
};

}  // namespace hft::stream
