#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace hft::fix {

/// Messages that must leave as soon as their session can send: cancels of the kill switch. Any
/// thread adds one; the thread of the sessions takes them.
///
/// For moments in which trading has stopped: it locks and allocates. When `kMax` wait, `push` says
/// so and changes nothing.
class UrgentQueue {
 public:
  static constexpr std::size_t kMax = std::size_t{1} << 16;

  [[nodiscard]] bool push(std::uint32_t session, std::string_view msgType, std::string_view body) {
    const std::lock_guard lock(mutex_);
    if (added_.size() + heldCount_.load(std::memory_order_relaxed) >= kMax) return false;
    added_.push_back({session, std::string(msgType), std::string(body)});
    isAdded_.store(true, std::memory_order_release);
    return true;
  }

  /// The sessions' thread: whether something came since the last `drain`.
  [[nodiscard]] bool isAdded() const noexcept { return isAdded_.load(std::memory_order_acquire); }
  /// The sessions' thread: whether something waits, new or held.
  [[nodiscard]] bool isEmpty() const noexcept { return held_.empty() && !isAdded(); }

  /// The sessions' thread: calls `visit(session, msgType, body)` for each, oldest first; what it
  /// returns false for is held for the next time.
  template <typename Visit>
  void drain(Visit&& visit) {
    if (isAdded()) {
      const std::lock_guard lock(mutex_);
      for (Message& message : added_) held_.push_back(std::move(message));
      added_.clear();
      isAdded_.store(false, std::memory_order_relaxed);
    }
    std::erase_if(held_, [&](const Message& message) {
      return visit(message.session, std::string_view(message.msgType),
                   std::string_view(message.body));
    });
    heldCount_.store(held_.size(), std::memory_order_relaxed);
  }

 private:
  struct Message {
    std::uint32_t session = 0;
    std::string msgType;
    std::string body;
  };

  std::mutex mutex_;
  std::deque<Message> added_;
  std::atomic<bool> isAdded_{false};
  std::deque<Message> held_;  ///< Of the sessions' thread.
  std::atomic<std::size_t> heldCount_{0};
};

}  // namespace hft::fix
