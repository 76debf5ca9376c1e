#include "native/stream/event_source.hpp"

#include "native/core/clock.hpp"
#include "native/ring/wait_strategy.hpp"

namespace hft::stream {
namespace {

/// Events between two publications of a flood.
constexpr std::uint64_t kFloodBatch = 32;

}  // namespace

EventSource::EventSource(std::span<std::byte> memory, std::size_t slots,
                         std::uint64_t eventsPerSecond, std::uint64_t events, WakeUp wakeUp)
    : ring_(memory, slots, 0),
      eventsPerSecond_(eventsPerSecond),
      events_(events),
      wakeUp_(wakeUp) {}

EventSource::~EventSource() { stop(); }

void EventSource::start() {
  thread_ = std::thread([this] { run(); });
}

void EventSource::stop() noexcept {
  stops_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void EventSource::run() noexcept {
  if (eventsPerSecond_ == 0) {
    runFlood();
  } else {
    runPaced();
  }
}

void EventSource::runFlood() noexcept {
  for (std::uint64_t number = 1; number <= events_; ++number) {
    while (!ring_.hasSpace(1)) {
      publish();
      ring::relaxCpu();
      if (stops_.load(std::memory_order_relaxed)) return;
    }
    write(number, 0);
    if (number % kFloodBatch == 0) publish();
  }
  publish();
}

void EventSource::runPaced() noexcept {
  const Nanos start = realtimeNanos();
  for (std::uint64_t number = 1; number <= events_; ++number) {
    const auto due = start + static_cast<Nanos>(number * 1'000'000'000 / eventsPerSecond_);
    while (realtimeNanos() < due || !ring_.hasSpace(1)) {
      ring::relaxCpu();
      if (stops_.load(std::memory_order_relaxed)) return;
    }
    // The intended time: a late start of ours is the event's delay, not nobody's.
    write(number, due);
    publish();
  }
}

void EventSource::write(std::uint64_t number, Nanos now) noexcept {
  event::MarketEvent event;
  event.instrument = 0;
  event.kind = event::EventKind::Quote;
  event.receiveTime = now;
  event.sequence = number;
  event.quote.bid = static_cast<Price>(10'000 + number % 64);
  event.quote.bidQty = 5;
  event.quote.ask = static_cast<Price>(10'001 + number % 64);
  event.quote.askQty = 7;
  ring_.write(event);
}

void EventSource::publish() noexcept {
  ring_.publish();
  if (!ring_.takeWakeUp()) return;
  wakeUps_.store(wakeUps_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  wakeUp_.call(wakeUp_.context);
}

void EventSource::handled(std::uint32_t count) noexcept {
  const Nanos now = realtimeNanos();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Nanos published = ring_.receiveTimeAt(handledNumber_++);
    if (published != 0) latency_->record(now - published);
  }
}

}  // namespace hft::stream
