#pragma once

#include <cstdint>

#include "native/core/check.hpp"
#include "native/core/units.hpp"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace hft {

/// A count of the processor's time-stamp counter, or nanoseconds where there is no invariant one.
using Ticks = std::int64_t;

/// Nanoseconds of CLOCK_REALTIME: 30 ns a call. The only place where the time of day comes from.
[[nodiscard]] Nanos realtimeNanos() noexcept;

/// Nanoseconds of CLOCK_MONOTONIC.
[[nodiscard]] Nanos monotonicNanos() noexcept;

/// Whether `readTicks` reads a counter of constant rate that does not stop in idle states.
[[nodiscard]] bool hasInvariantTsc() noexcept;

namespace detail {
/// Decided once, before main: a function-local static would cost a guard on each read.
extern const bool kUsesTsc;
}  // namespace detail

/// The counter: 12 ns on a virtual machine, 7 ns on bare metal; not a serialising read.
[[nodiscard]] inline Ticks readTicks() noexcept {
#if defined(__x86_64__)
  if (__builtin_expect(detail::kUsesTsc, 1)) return static_cast<Ticks>(__rdtsc());
#endif
  return monotonicNanos();
}

/// Nanoseconds a tick, as a 32.32 fixed-point number.
class TickRate {
 public:
  /// One nanosecond a tick.
  constexpr TickRate() noexcept = default;
  constexpr explicit TickRate(std::int64_t nanosPerTick32) noexcept : rate_(nanosPerTick32) {}

  /// The rate at which `nanos` pass in `ticks`; both positive.
  [[nodiscard]] static TickRate of(Nanos nanos, Ticks ticks) noexcept;

  /// Nanoseconds of a difference of ticks, rounded down: one multiplication.
  [[nodiscard]] constexpr Nanos toNanos(Ticks ticks) const noexcept {
    return static_cast<Nanos>((static_cast<__int128>(ticks) * rate_) >> 32);
  }

  /// Ticks of a span of nanoseconds, rounded down.
  [[nodiscard]] constexpr Ticks toTicks(Nanos nanos) const noexcept {
    return static_cast<Ticks>((static_cast<__int128>(nanos) << 32) / rate_);
  }

  [[nodiscard]] constexpr std::int64_t nanosPerTick32() const noexcept { return rate_; }

 private:
  std::int64_t rate_ = std::int64_t{1} << 32;
};

/// The time of day from the time-stamp counter: nanoseconds since the epoch at the cost of one
/// counter read and one multiplication.
///
/// Construction takes 10 ms to measure the counter's rate. `now` never runs backwards, also over a
/// `recalibrate`. Drift between recalibrations is that of the machine's crystal against its
/// disciplined clock, a few microseconds a second; call `recalibrate` about once a second from a
/// cold path. Not thread-safe: one clock a thread, copies are independent.
class TscClock {
 public:
  TscClock() noexcept;

  [[nodiscard]] Nanos now() noexcept { return at(readTicks()); }

  /// The time of day at which `ticks` were read: for a stamp that is both a stage's end and a time.
  [[nodiscard]] Nanos at(Ticks ticks) noexcept {
    const Nanos time = baseNanos_ + rate_.toNanos(ticks - baseTicks_);
    // A stamp of another core may be a few ticks behind.
    last_ = time > last_ ? time : last_;
    return last_;
  }

  /// Measures the rate anew and takes up the system clock's time: at once where that lies ahead,
  /// by running slower (never below half speed) where it lies behind. Returns how far this clock
  /// was ahead of the system clock.
  Nanos recalibrate() noexcept;

  /// `recalibrate` on a given reading of both clocks. For tests, and for readings from elsewhere.
  Nanos recalibrateWith(Ticks ticks, Nanos realtime, Nanos monotonic) noexcept;

  /// The measured rate, for differences of ticks.
  [[nodiscard]] TickRate rate() const noexcept { return trueRate_; }

 private:
  Nanos baseNanos_ = 0;
  Ticks baseTicks_ = 0;
  TickRate rate_;
  Nanos last_ = 0;
  TickRate trueRate_;
  Ticks firstTicks_ = 0;
  Nanos firstMonotonic_ = 0;
};

/// Splits a path into stages with one counter read each: the end of a stage is the start of the
/// next. Not thread-safe.
class Stopwatch {
 public:
  explicit Stopwatch(TickRate rate) noexcept : rate_(rate), start_(readTicks()), lap_(start_) {}

  void restart() noexcept { restartAt(readTicks()); }
  void restartAt(Ticks ticks) noexcept { start_ = lap_ = ticks; }

  /// Nanoseconds since the last lap or start, and begins the next lap.
  [[nodiscard]] Nanos lap() noexcept {
    const Ticks ticks = readTicks();
    const Ticks passed = ticks - lap_;
    lap_ = ticks;
    return rate_.toNanos(passed);
  }

  /// Nanoseconds from the start to the last lap.
  [[nodiscard]] Nanos total() const noexcept { return rate_.toNanos(lap_ - start_); }
  [[nodiscard]] Ticks lastTicks() const noexcept { return lap_; }

 private:
  TickRate rate_;
  Ticks start_;
  Ticks lap_;
};

}  // namespace hft
