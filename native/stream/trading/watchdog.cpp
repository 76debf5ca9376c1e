#include "native/stream/trading/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

#include "native/core/clock.hpp"

namespace hft::stream {

using risk::RiskScope;

namespace {

/// Signals so far. Lock-free, so that a handler may touch it.
std::atomic<std::uint32_t> signals{0};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

/// Emergency ClOrdIDs are of the core's run, with the counter's highest bit: the core never gives
/// those.
constexpr std::uint64_t kEmergencyBit = std::uint64_t{1} << (order::ClOrdIDs::kCounterBits - 1);

constexpr RiskScope kScopes[] = {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                 RiskScope::Symbol, RiskScope::Venue};

}  // namespace

void Watchdog::catchSignal() {
  struct sigaction action = {};
  action.sa_handler = [](int) { signals.fetch_add(1, std::memory_order_relaxed); };
  action.sa_flags = SA_RESTART;
  (void)::sigaction(SIGUSR2, &action, nullptr);
}

Watchdog::Watchdog(const WatchdogOptions& options, risk::KillSwitch& killSwitch,
                   const TradingCore& core, EmergencyPort port)
    : options_(options),
      killSwitch_(killSwitch),
      core_(core),
      port_(port),
      path_(options.stateDirectory + "/KILL"),
      signalsSeen_(signals.load()) {
  // Latches of an earlier run hold before anything can be sent.
  applyFile();
  persistedGeneration_ = killSwitch_.generation();
  watchedGeneration_ = persistedGeneration_;
  thread_ = std::thread([this] { work(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watchdog::work() {
  std::unique_lock lock(mutex_);
  while (!isStopping_) {
    lock.unlock();
    look();
    lock.lock();
    wake_.wait_for(lock, std::chrono::nanoseconds(options_.period), [this] { return isStopping_; });
  }
}

std::vector<KillEntry> Watchdog::thrown() const {
  std::vector<KillEntry> entries;
  if (killSwitch_.thrownCount() == 0) return entries;
  for (const RiskScope scope : kScopes) {
    for (std::uint32_t id = 0; id < killSwitch_.idsOf(scope); ++id) {
      if (killSwitch_.isThrown(scope, id)) entries.push_back({scope, id, false});
    }
  }
  return entries;
}

void Watchdog::applyFile() {
  const KillFile file = readKillFile(path_);
  if (!file.isThere) return;
  if (hasSeenFile_ && !file.isDamaged && file.crc == seenCrc_) return;
  hasSeenFile_ = true;
  seenCrc_ = file.crc;
  bool hasReleases = false;
  for (const KillEntry& entry : file.entries) {
    hasReleases |= entry.isReleased;
    const bool isThrown = killSwitch_.isThrown(entry.scope, entry.id);
    if (entry.isReleased == isThrown) {
      (void)killSwitch_.set(entry.scope, entry.id, !entry.isReleased);
    }
  }
  const std::string acknowledged = "ack " + std::to_string(file.crc) + '\n';
  if (hasReleases) persist();
  if (!file.isDamaged && !writeFlushed(path_ + ".ack", acknowledged)) hasDiskFailed_.store(true);
}

void Watchdog::persist() {
  const std::uint32_t generation = killSwitch_.generation();
  const std::string text = formatKillFile(thrown());
  if (!writeFlushed(path_, text)) {
    hasDiskFailed_.store(true);
    return;
  }
  persistedGeneration_ = generation;
  seenCrc_ = parseKillFile(text).crc;
  hasSeenFile_ = true;
}

void Watchdog::look() {
  const std::uint32_t signaled = signals.load(std::memory_order_relaxed);
  if (signaled != signalsSeen_) {
    signalsSeen_ = signaled;
    killSwitch_.throwGlobal();
  }
  applyFile();
  const std::uint32_t generation = killSwitch_.generation();
  if (generation != persistedGeneration_) persist();
  const Nanos now = monotonicNanos();
  if (generation != watchedGeneration_) {
    watchedGeneration_ = generation;
    thrownAt_ = now;
    isOverdue_ = true;
  }
  if (!isOverdue_) return;
  if (core_.killsHandled() == generation) {
    isOverdue_ = false;
    canceled_.clear();
  } else if (now - thrownAt_ >= options_.grace) {
    cancelInPlace(now);
  }
}

void Watchdog::cancelInPlace(Nanos /*now*/) {
  if (port_.send == nullptr) return;
  core_.board().forEach([&](order::OrderRequest cancel) {
    const auto hit =
        killSwitch_.hit(cancel.account, cancel.strategy, cancel.instrument, cancel.venue);
    if (!hit.isThrown) return;
    const auto at = std::lower_bound(canceled_.begin(), canceled_.end(), cancel.origClOrdID);
    if (at != canceled_.end() && *at == cancel.origClOrdID) return;
    cancel.clOrdID = std::uint64_t{options_.run} << order::ClOrdIDs::kCounterBits | kEmergencyBit |
                     (nextCancel_ + 1);
    if (!port_.send(port_.context, cancel)) return;
    ++nextCancel_;
    canceled_.insert(at, cancel.origClOrdID);
    cancels_.fetch_add(1, std::memory_order_relaxed);
  });
}

}  // namespace hft::stream
