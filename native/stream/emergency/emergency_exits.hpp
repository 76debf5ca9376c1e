#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "native/order/order_request.hpp"

namespace hft::stream {

/// What became of a cancel in the owner's place.
enum class EmergencyVerdict : std::uint8_t {
  Sent,    ///< It leaves, whatever the owner's thread does.
  Busy,    ///< No room now: it is tried again.
  NoExit,  ///< This way does not lead there.
};

/// How cancels reach a venue while the thread that owns the orders does not answer: a transport
/// with a native thread of its own has one. `send` runs on the watchdog's thread.
struct EmergencyExit {
  std::shared_ptr<void> transport;  ///< What `send` is given; it lives as long as the exit.
  EmergencyVerdict (*send)(void* transport, const order::OrderRequest& cancel) noexcept = nullptr;
};

/// The exits of a core, by venue. Any thread: connectors come and go while the watchdog watches.
class EmergencyExits {
 public:
  static constexpr std::size_t kVenuesMax = 64;

  /// An exit without `send` takes the venue's away. Venues beyond kVenuesMax have none.
  void set(std::uint16_t venue, EmergencyExit exit) {
    if (venue >= kVenuesMax) return;
    const std::lock_guard lock(mutex_);
    std::swap(exits_[venue], exit);
  }
  [[nodiscard]] EmergencyVerdict send(const order::OrderRequest& cancel) {
    if (cancel.venue >= kVenuesMax) return EmergencyVerdict::NoExit;
    EmergencyExit exit;
    {
      const std::lock_guard lock(mutex_);
      exit = exits_[cancel.venue];
    }
    if (exit.send == nullptr) return EmergencyVerdict::NoExit;
    return exit.send(exit.transport.get(), cancel);
  }

 private:
  std::mutex mutex_;
  std::array<EmergencyExit, kVenuesMax> exits_;
};

}  // namespace hft::stream
