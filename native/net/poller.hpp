#pragma once

#include <cstdint>
#include <span>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::net {

enum class PollError : std::uint8_t { Ok, SystemLimit };

/// What a descriptor is ready for. Errors and hang-ups count as readable: a read tells them.
struct ReadyEvent {
  std::uint64_t key;  ///< As given to `add`.
  bool isReadable;
  bool isWritable;
};

/// Waits for sockets on a thread of its own: epoll, level-triggered, and a way to be woken.
///
/// Not thread-safe, but for `wake`, which any thread may call.
class Poller {
 public:
  /// The most events of one `wait`.
  static constexpr std::size_t kEventsMax = 64;

  Poller() = default;
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Takes the descriptors; SystemLimit when there are none left. Call once, first.
  [[nodiscard]] PollError open() noexcept;

  /// Watches `fd`; `key` comes back with its events.
  [[nodiscard]] PollError add(int fd, std::uint64_t key, bool wantsWrite) noexcept;
  void modify(int fd, std::uint64_t key, bool wantsWrite) noexcept;
  void remove(int fd) noexcept;

  /// Waits up to `timeout` (0: looks only; negative: for ever) and returns what is ready, valid
  /// until the next call. A wake ends the wait without an event of its own.
  [[nodiscard]] std::span<const ReadyEvent> wait(Nanos timeout) noexcept;

  /// Ends the current or the next `wait`. Any thread.
  void wake() noexcept;

 private:
  int epoll_ = -1;
  int wake_ = -1;
  ReadyEvent ready_[kEventsMax];
};

}  // namespace hft::net
