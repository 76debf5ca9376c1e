#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>

#include "native/ring/ring_error.hpp"

namespace hft::ring {

/// Tells the core that this is a spinning loop.
inline void relaxCpu() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// How often a consumer went to sleep, and how often a producer paid for waking it.
struct WaitCounts {
  std::uint64_t sleeps = 0;
  std::uint64_t wakes = 0;
};

/// What a consumer does while there is nothing to consume.
///
/// `await(ready)` returns once `ready()` is true; only the consumer calls it. `notify()` follows
/// every change that may make `ready()` true (after `publish`, once a batch; after a stop flag).
/// `ready` must read with acquire.
template <typename W>
concept WaitStrategy = requires(W wait, const W& constWait, bool (*ready)()) {
  { wait.await(ready) } noexcept -> std::same_as<void>;
  { wait.notify() } noexcept -> std::same_as<void>;
  { constWait.counts() } noexcept -> std::same_as<WaitCounts>;
};

/// Spins: answers within a cache-line transfer (35-285 ns) and burns its core.
class SpinWait {
 public:
  template <std::predicate Ready>
  void await(Ready&& ready) noexcept {
    while (!ready()) relaxCpu();
  }
  void notify() noexcept {}
  [[nodiscard]] WaitCounts counts() const noexcept { return {}; }
};

/// Gives the core to any other thread that wants it: 0.7 us a try; burns the core otherwise.
class YieldWait {
 public:
  template <std::predicate Ready>
  void await(Ready&& ready) noexcept {
    while (!ready()) yieldCpu();
  }
  void notify() noexcept {}
  [[nodiscard]] WaitCounts counts() const noexcept { return {}; }

 private:
  static void yieldCpu() noexcept;
};

/// Spins, then yields, then sleeps for doubling spans up to 1 ms. The producer pays nothing, and
/// the answer after a quiet time may be 1 ms late.
class BackOffWait {
 public:
  template <std::predicate Ready>
  void await(Ready&& ready) noexcept {
    for (std::uint32_t round = 0; !ready(); ++round) idle(round);
  }
  void notify() noexcept {}
  [[nodiscard]] WaitCounts counts() const noexcept {
    return {sleeps_.load(std::memory_order_relaxed), 0};
  }

 private:
  void idle(std::uint32_t round) noexcept;

  std::atomic<std::uint64_t> sleeps_{0};
};

/// Sleeps in the kernel until `notify`: frees the core, answers in 35-50 us, and the producer that
/// wakes it pays 8-14 us. A producer whose consumer is awake pays one uncontended locked
/// instruction, so it notifies once a batch.
///
/// No wake-up is lost, because both sides do a read-modify-write of one word and such operations
/// have one order. If the producer's comes second it sees the sleeper and wakes it. If it comes
/// first, the consumer's acquires what the producer released, so the consumer's second look at
/// `ready` sees the record. (The usual form with sequentially consistent fences compiles to the
/// same instructions, but ThreadSanitizer can't follow fences.)
class BlockWait {
 public:
  template <std::predicate Ready>
  void await(Ready&& ready) noexcept {
    while (!ready()) {
      sleeping_.exchange(1, std::memory_order_acq_rel);
      if (ready()) {
        // Not a plain store, which would end the release sequence that the argument above needs.
        sleeping_.exchange(0, std::memory_order_relaxed);
        return;
      }
      sleep();
    }
  }

  void notify() noexcept {
    if (__builtin_expect(sleeping_.fetch_add(0, std::memory_order_acq_rel) != 0, 0)) wake();
  }

  [[nodiscard]] WaitCounts counts() const noexcept {
    return {sleeps_.load(std::memory_order_relaxed), wakes_.load(std::memory_order_relaxed)};
  }

 private:
  void sleep() noexcept;
  void wake() noexcept;

  alignas(kApartBytes) std::atomic<std::uint32_t> sleeping_{0};
  std::atomic<std::uint64_t> wakes_{0};
  alignas(kApartBytes) std::atomic<std::uint64_t> sleeps_{0};
};

/// Spins for a while, then blocks: spinning answers while the stream flows, a free core when it
/// rests.
class AdaptiveWait {
 public:
  /// 2,000 pauses are about 50 us, the price of one sleep and wake-up.
  AdaptiveWait() noexcept : AdaptiveWait(2'000) {}
  explicit AdaptiveWait(std::uint32_t spinsMax) noexcept : spinsMax_(spinsMax) {}

  template <std::predicate Ready>
  void await(Ready&& ready) noexcept {
    for (std::uint32_t spin = 0; spin < spinsMax_; ++spin) {
      if (ready()) return;
      relaxCpu();
    }
    block_.await(ready);
  }
  void notify() noexcept { block_.notify(); }
  [[nodiscard]] WaitCounts counts() const noexcept { return block_.counts(); }

 private:
  std::uint32_t spinsMax_;
  BlockWait block_;
};

static_assert(WaitStrategy<SpinWait> && WaitStrategy<YieldWait> && WaitStrategy<BackOffWait> &&
              WaitStrategy<BlockWait> && WaitStrategy<AdaptiveWait>);

}  // namespace hft::ring
