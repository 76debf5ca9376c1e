#include "native/core/clock.hpp"

#include <algorithm>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace hft {
namespace {

constexpr Nanos kNanosPerSecond = 1'000'000'000;
constexpr Nanos kFirstCalibration = 10'000'000;
/// How long a clock that is ahead takes to come back to the system clock.
constexpr Nanos kSlewSpan = kNanosPerSecond;

Nanos readClock(clockid_t id) noexcept {
  timespec time{};
  const int failed = clock_gettime(id, &time);
  HFT_CHECK(failed == 0);
  return Nanos{time.tv_sec} * kNanosPerSecond + time.tv_nsec;
}

/// Both clocks and the counter at (nearly) the same moment.
struct Reading {
  Ticks ticks;
  Nanos realtime;
  Nanos monotonic;
};

/// The tightest of a few readings: an interrupt between the reads shows as a wide bracket.
Reading readTogether() noexcept {
  Reading best{};
  Ticks narrowest = 0;
  for (int i = 0; i < 8; ++i) {
    const Ticks before = readTicks();
    const Nanos realtime = realtimeNanos();
    const Nanos monotonic = monotonicNanos();
    const Ticks after = readTicks();
    if (i == 0 || after - before < narrowest) {
      narrowest = after - before;
      best = {before + narrowest / 2, realtime, monotonic};
    }
  }
  return best;
}

bool findInvariantTsc() noexcept {
#if defined(__x86_64__)
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  // Source: AMD64 Architecture Programmer's Manual vol. 3, CPUID Fn8000_0007_EDX[8] TscInvariant.
  if (__get_cpuid(0x80000007U, &eax, &ebx, &ecx, &edx) == 0) return false;
  return (edx & (1U << 8U)) != 0;
#else
  return false;
#endif
}

}  // namespace

namespace detail {
const bool kUsesTsc = findInvariantTsc();
}  // namespace detail

Nanos realtimeNanos() noexcept { return readClock(CLOCK_REALTIME); }

Nanos monotonicNanos() noexcept { return readClock(CLOCK_MONOTONIC); }

bool hasInvariantTsc() noexcept { return detail::kUsesTsc; }

TickRate TickRate::of(Nanos nanos, Ticks ticks) noexcept {
  HFT_CHECK(nanos > 0 && ticks > 0);
  const auto rate = static_cast<std::int64_t>((static_cast<__int128>(nanos) << 32) / ticks);
  return TickRate(std::max<std::int64_t>(rate, 1));
}

TscClock::TscClock() noexcept {
  const Reading first = readTogether();
  Reading second = first;
  while (second.monotonic - first.monotonic < kFirstCalibration) second = readTogether();
  trueRate_ = TickRate::of(second.monotonic - first.monotonic, second.ticks - first.ticks);
  rate_ = trueRate_;
  baseTicks_ = second.ticks;
  baseNanos_ = second.realtime;
  last_ = second.realtime;
  firstTicks_ = first.ticks;
  firstMonotonic_ = first.monotonic;
}

Nanos TscClock::recalibrate() noexcept {
  const Reading reading = readTogether();
  return recalibrateWith(reading.ticks, reading.realtime, reading.monotonic);
}

Nanos TscClock::recalibrateWith(Ticks ticks, Nanos realtime, Nanos monotonic) noexcept {
  // Over the whole life of the clock: the longer the base, the smaller the error of its two ends.
  if (ticks > firstTicks_ && monotonic > firstMonotonic_) {
    trueRate_ = TickRate::of(monotonic - firstMonotonic_, ticks - firstTicks_);
  }
  const Nanos ours = at(ticks);
  const Nanos ahead = ours - realtime;
  baseTicks_ = ticks;
  baseNanos_ = std::max(ours, realtime);
  rate_ = trueRate_;
  if (ahead > 0) {
    const Nanos slow = std::min(ahead, kSlewSpan / 2);
    const __int128 rate = static_cast<__int128>(trueRate_.nanosPerTick32()) * (kSlewSpan - slow);
    rate_ = TickRate(static_cast<std::int64_t>(rate / kSlewSpan));
  }
  return ahead;
}

}  // namespace hft
