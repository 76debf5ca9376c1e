#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "native/risk/kill_switch.hpp"
#include "native/stream/trading/kill_file.hpp"
#include "native/stream/trading/stall_watch.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

/// How a Watchdog watches.
struct WatchdogOptions {
  std::string stateDirectory;  ///< Of KILL, KILL.ack, STALL.log; it must exist. Empty: no files.
  Nanos period = 5'000'000;    ///< Between two looks.
  Nanos grace = 50'000'000;    ///< For the owner to cancel by itself.
  /// Emergency cancels that earlier watchdogs of this core have sent: their ids are used up.
  std::uint64_t cancelsBefore = 0;
  /// The memory of a stall board, which outlives the watchdog; empty: stalls aren't watched.
  std::span<std::byte> stallBoard;
  /// Venue 0 is a simulated exchange on the owner's thread.
  bool isSimulated = false;
};

/// Where cancels go when the thread that owns the orders does not answer. Runs on the watchdog's
/// thread. False: no room now, it is tried again.
struct EmergencyPort {
  void* context = nullptr;
  bool (*send)(void* context, const order::OrderRequest& cancel) noexcept = nullptr;
};

/// A thread that keeps the kill switch working whatever the others do.
///
/// It watches the kill file and SIGUSR2, throws and releases what they say, writes every throw to
/// disk (so that it holds through a restart), and acknowledges in `KILL.ack`: `ack CRC` names the
/// file that holds from here on, and a line `refused SCOPE ID` each latch that this core does not
/// have. A release stays in the file until the core has recorded it. When the core has not acted on
/// a throw within `grace` (its event loop is blocked), it sends a cancel for every working order of
/// the stopped scopes by itself, under ClOrdIDs that the core never gives. The core learns from the
/// venue's reports.
///
/// It also watches a stall board: a strategy that doesn't return within its limit is told on the
/// board and in `STALL.log`, and cancels for its orders go out in the same way. Not for those in a
/// simulated exchange, which stands still with its thread: there the owner's cancels come in time.
class Watchdog {
 public:
  Watchdog(const WatchdogOptions& options, risk::KillSwitch& killSwitch, const TradingCore& core,
           EmergencyPort port);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Cancels that were sent in the core's place.
  [[nodiscard]] std::uint64_t emergencyCancels() const noexcept {
    return cancels_.load(std::memory_order_relaxed);
  }
  /// The disk refuses a latch: it holds in memory only, and writing it is tried again.
  [[nodiscard]] bool hasDiskFailed() const noexcept {
    return hasDiskFailed_.load(std::memory_order_relaxed);
  }
  /// SIGUSR2 throws the global kill switch of every watchdog from here on.
  static void catchSignal();

 private:
  void work();
  void look();
  void applyFile();
  void persist(bool isHandled);
  void acknowledge(std::uint32_t crc);
  void cancelInPlace();
  void watchStalls(Nanos now);
  [[nodiscard]] std::vector<KillEntry> thrown() const;

  WatchdogOptions options_;
  risk::KillSwitch& killSwitch_;
  const TradingCore& core_;
  EmergencyPort port_;
  std::string path_;
  std::string refused_;  ///< Lines for the acknowledgement.
  std::uint32_t seenCrc_ = 0;
  bool hasSeenFile_ = false;
  std::vector<KillEntry> releases_;  ///< In the file, until the core has recorded them.
  std::uint32_t persistedGeneration_ = 0;
  std::uint32_t watchedGeneration_ = 0;
  std::uint32_t signalsSeen_ = 0;
  Nanos thrownAt_ = 0;
  bool isOverdue_ = false;
  std::uint64_t nextCancel_ = 0;
  std::atomic<std::uint64_t> cancels_{0};
  std::atomic<bool> hasDiskFailed_{false};
  std::unordered_set<event::ClOrdID> canceled_;
  std::optional<StallWatch> stalls_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool isStopping_ = false;
  std::thread thread_;
};

}  // namespace hft::stream
