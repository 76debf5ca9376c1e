#include "native/net/poller.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "native/core/check.hpp"

namespace hft::net {

namespace {

/// The key of the wake-up descriptor; a caller's key must be another.
constexpr std::uint64_t kWakeKey = std::numeric_limits<std::uint64_t>::max();

epoll_event eventOf(std::uint64_t key, bool wantsWrite) noexcept {
  epoll_event event{};
  event.events = EPOLLIN | (wantsWrite ? EPOLLOUT : 0U);
  event.data.u64 = key;
  return event;
}

/// epoll counts milliseconds: rounded up, so that a wait does not end just before its deadline.
int millisecondsOf(Nanos timeout) noexcept {
  constexpr Nanos kNanosPerMillisecond = 1'000'000;
  if (timeout < 0) return -1;
  const Nanos milliseconds = timeout / kNanosPerMillisecond + (timeout % kNanosPerMillisecond != 0);
  return static_cast<int>(std::min<Nanos>(milliseconds, std::numeric_limits<int>::max()));
}

}  // namespace

Poller::~Poller() {
  if (epoll_ >= 0) ::close(epoll_);
  if (wake_ >= 0) ::close(wake_);
}

PollError Poller::open() noexcept {
  HFT_CHECK(epoll_ < 0);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (epoll_ < 0 || wake_ < 0) return PollError::SystemLimit;
  return add(wake_, kWakeKey, false);
}

PollError Poller::add(int fd, std::uint64_t key, bool wantsWrite) noexcept {
  epoll_event event = eventOf(key, wantsWrite);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) return PollError::Ok;
  HFT_CHECK(errno == ENOSPC || errno == ENOMEM);  // Anything else is a descriptor of a bug.
  return PollError::SystemLimit;
}

void Poller::modify(int fd, std::uint64_t key, bool wantsWrite) noexcept {
  epoll_event event = eventOf(key, wantsWrite);
  HFT_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void Poller::remove(int fd) noexcept {
  HFT_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr) == 0);
}

std::span<const ReadyEvent> Poller::wait(Nanos timeout) noexcept {
  std::array<epoll_event, kEventsMax> events;
  const int count = ::epoll_wait(epoll_, events.data(), kEventsMax, millisecondsOf(timeout));
  std::size_t ready = 0;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeKey) {
      std::uint64_t wakes = 0;
      (void)!::read(wake_, &wakes, sizeof wakes);
      continue;
    }
    ready_[ready++] = {.key = event.data.u64,
                       .isReadable = (event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0,
                       .isWritable = (event.events & EPOLLOUT) != 0};
  }
  return {ready_, ready};
}

void Poller::wake() noexcept {
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
}

}  // namespace hft::net
