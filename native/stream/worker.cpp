#include "native/stream/worker.hpp"

#include <pthread.h>
#include <sched.h>

#include "native/core/clock.hpp"

namespace hft::stream {
namespace {

/// Frames between two flushes: events become visible at least this often under load.
constexpr int kFramesPerFlush = 64;
/// A clock check for stale books, in nanoseconds.
constexpr Nanos kTickInterval = 100'000'000;

}  // namespace

Worker::Worker(const WorkerOptions& options, EventRingWriter ring, WakeUp wakeUp)
    : options_(options),
      ring_(ring),
      publisher_(&ring_, options.pipeline.instrumentsMax, options.pipeline.messagesMax),
      pipeline_(options.pipeline, publisher_),
      queue_(options.queueBytes),
      wakeUp_(wakeUp) {}

Worker::~Worker() { stop(); }

void Worker::start() {
  HFT_CHECK(poller_.open() == net::PollError::Ok);
  thread_ = std::thread([this] { run(); });
}

void Worker::stop() noexcept {
  if (!thread_.joinable()) return;
  stops_.store(true, std::memory_order_release);
  poller_.wake();
  thread_.join();
}

bool Worker::push(const QueuedFrame& frame) noexcept {
  if (!queue_.push(frame)) return false;
  pushed_.store(pushed_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  // A read-modify-write on both sides orders the push before this look at the sleeper's flag.
  if (isSleeping_.exchange(false, std::memory_order_acq_rel)) poller_.wake();
  return true;
}

bool Worker::isIdle() const noexcept {
  return handled_.load(std::memory_order_acquire) == pushed_.load(std::memory_order_relaxed);
}

void Worker::run() noexcept {
  pin();
  Nanos nextTick = 0;
  Nanos idleSince = 0;
  while (true) {
    const bool worked = drainQueue();
    flush();
    const Nanos now = pipeline_.latency().now();
    if (now >= nextTick) {
      pipeline_.latency().recalibrate();
      pipeline_.onClock(now);
      nextTick = now + kTickInterval;
    }
    if (worked) {
      idleSince = 0;
      continue;
    }
    if (stops_.load(std::memory_order_acquire)) break;
    if (idleSince == 0) idleSince = now;
    if (now - idleSince >= options_.spin) sleepUntilPushed();
  }
  flush();
}

bool Worker::drainQueue() noexcept {
  QueuedFrame frame;
  bool worked = false;
  for (int i = 0; i < kFramesPerFlush && publisher_.canConflate() && queue_.front(frame); ++i) {
    pipeline_.onFrame(frame);
    queue_.pop();
    worked = true;
    // Visible events first, so that whoever sees "handled" sees them too.
    ring_.publish();
    handled_.store(handled_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  return worked;
}

void Worker::flush() noexcept {
  if (publisher_.flush()) {
    pipeline_.counters().increment(StreamCounter::WakeUps);
    wakeUp_.call(wakeUp_.context);
  }
}

void Worker::sleepUntilPushed() noexcept {
  isSleeping_.exchange(true, std::memory_order_acq_rel);
  if (!queue_.isDrained() || !publisher_.canConflate()) {
    isSleeping_.store(false, std::memory_order_release);
    // Trades wait for the consumer: look again soon.
    if (!publisher_.canConflate()) (void)poller_.wait(1'000'000);
    return;
  }
  (void)poller_.wait(kTickInterval);
  isSleeping_.store(false, std::memory_order_release);
}

void Worker::pin() noexcept {
  if (options_.core < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(options_.core), &set);
  // A core that this process may not use leaves the worker where the kernel puts it.
  (void)pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

}  // namespace hft::stream
