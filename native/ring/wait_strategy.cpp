#include "native/ring/wait_strategy.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace hft::ring {
namespace {

constexpr std::uint32_t kSpinRounds = 100;
constexpr std::uint32_t kYieldRounds = 200;
constexpr std::uint32_t kSleepDoublingsMax = 10;
constexpr std::chrono::microseconds kSleepMax{1'000};

}  // namespace

void YieldWait::yieldCpu() noexcept { std::this_thread::yield(); }

void BackOffWait::idle(std::uint32_t round) noexcept {
  if (round < kSpinRounds) {
    relaxCpu();
  } else if (round < kYieldRounds) {
    std::this_thread::yield();
  } else {
    const std::uint32_t doublings = std::min(round - kYieldRounds, kSleepDoublingsMax);
    sleeps_.fetch_add(1, std::memory_order_relaxed);
    std::this_thread::sleep_for(std::min(std::chrono::microseconds{1U << doublings}, kSleepMax));
  }
}

// A futex rather than std::atomic::wait on Linux: libstdc++ spins and yields first, which is the
// caller's choice here.
void BlockWait::sleep() noexcept {
  sleeps_.fetch_add(1, std::memory_order_relaxed);
#if defined(__linux__)
  static_assert(sizeof(sleeping_) == sizeof(std::uint32_t));
  (void)syscall(SYS_futex, &sleeping_, FUTEX_WAIT_PRIVATE, 1, nullptr, nullptr, 0);
#else
  sleeping_.wait(1, std::memory_order_acquire);
#endif
}

void BlockWait::wake() noexcept {
  // Of several producers that see the sleeper, one wakes it.
  if (sleeping_.exchange(0, std::memory_order_acq_rel) == 0) return;
  wakes_.fetch_add(1, std::memory_order_relaxed);
#if defined(__linux__)
  (void)syscall(SYS_futex, &sleeping_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
#else
  sleeping_.notify_one();
#endif
}

}  // namespace hft::ring
