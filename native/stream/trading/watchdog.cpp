#include "native/stream/trading/watchdog.hpp"

#include <chrono>
#include <csignal>
#include <fstream>

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

/// A look that comes later than so many periods was held up itself.
constexpr Nanos kGapsMax = 4;

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
      path_(options.stateDirectory.empty() ? "" : options.stateDirectory + "/KILL"),
      signalsSeen_(signals.load()),
      nextCancel_(options.cancelsBefore) {
  if (!options_.stallBoard.empty())
    stalls_.emplace(options_.stallBoard, kGapsMax * options_.period);
  // Latches of an earlier run hold before anything can be sent.
  persistedGeneration_ = killSwitch_.generation();
  if (killSwitch_.thrownCount() != 0) --persistedGeneration_;
  applyFile();
  watchedGeneration_ = killSwitch_.generation();
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
  killSwitch_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    if (killSwitch_.isThrown(scope, id)) entries.push_back({scope, id, false});
  });
  return entries;
}

void Watchdog::acknowledge(std::uint32_t crc) {
  if (path_.empty()) return;
  const std::string text = "ack " + std::to_string(crc) + '\n' + refused_;
  if (!writeFlushed(path_ + ".ack", text)) hasDiskFailed_.store(true);
}

void Watchdog::applyFile() {
  if (path_.empty()) return;
  const KillFile file = readKillFile(path_);
  if (!file.isThere) {
    // Who removes the file has released nothing: it is written again.
    if (hasSeenFile_ && killSwitch_.thrownCount() != 0) {
      persistedGeneration_ = killSwitch_.generation() - 1;
    }
    return;
  }
  if (hasSeenFile_ && !file.isDamaged && file.crc == seenCrc_) return;
  hasSeenFile_ = true;
  seenCrc_ = file.crc;
  refused_.clear();
  releases_.clear();
  for (const KillEntry& entry : file.entries) {
    if (entry.isReleased) releases_.push_back(entry);
    if (entry.id >= killSwitch_.idsOf(entry.scope)) {
      if (entry.isReleased) continue;
      refused_ += "refused ";
      refused_ += risk::nameOf(entry.scope);
      refused_ += ' ' + std::to_string(entry.id) + '\n';
    } else if (entry.isReleased || !killSwitch_.isThrown(entry.scope, entry.id)) {
      (void)killSwitch_.set(entry.scope, entry.id, !entry.isReleased);
    }
  }
  if (!file.isDamaged) acknowledge(file.crc);
}

void Watchdog::persist(bool isHandled) {
  const std::uint32_t generation = killSwitch_.generation();
  if (isHandled) releases_.clear();
  std::erase_if(releases_, [&](const KillEntry& e) { return killSwitch_.isThrown(e.scope, e.id); });
  std::vector<KillEntry> entries = thrown();
  entries.insert(entries.end(), releases_.begin(), releases_.end());
  const std::string text = formatKillFile(entries);
  if (!path_.empty() && !writeFlushed(path_, text)) {
    hasDiskFailed_.store(true);
    return;
  }
  hasDiskFailed_.store(false);
  persistedGeneration_ = generation;
  hasSeenFile_ = true;
  seenCrc_ = parseKillFile(text).crc;
  acknowledge(seenCrc_);
}

void Watchdog::look() {
  const std::uint32_t signaled = signals.load(std::memory_order_relaxed);
  if (signaled != signalsSeen_) {
    signalsSeen_ = signaled;
    killSwitch_.throwGlobal();
  }
  applyFile();
  const std::uint32_t generation = killSwitch_.generation();
  const bool isHandled = core_.killsHandled() == generation;
  const bool isOnDisk = generation == persistedGeneration_;
  const bool isThrowUnsaved = !isOnDisk && killSwitch_.thrownCount() != 0;
  if (isThrowUnsaved || (isHandled && (!isOnDisk || !releases_.empty()))) persist(isHandled);
  const Nanos now = monotonicNanos();
  watchStalls(now);
  if (generation != watchedGeneration_) {
    watchedGeneration_ = generation;
    thrownAt_ = now;
    isOverdue_ = true;
  }
  if (!isOverdue_) return;
  if (isHandled) {
    isOverdue_ = false;
    if (!stalls_ || !stalls_->stalled()) canceled_.clear();
  } else if (now - thrownAt_ >= options_.grace) {
    cancelInPlace();
  }
}

void Watchdog::watchStalls(Nanos now) {
  if (!stalls_) return;
  const bool wasStalled = stalls_->stalled().has_value();
  if (const auto stall = stalls_->look(now); stall && !path_.empty()) {
    std::string line = std::to_string(realtimeNanos() / 1'000'000);
    line += " strategy ";
    line += stall->name;
    line += " has not returned for " + std::to_string(stall->limit / 1'000'000) + " ms\n";
    std::ofstream log(options_.stateDirectory + "/STALL.log", std::ios::app);
    if (!(log << line << std::flush)) hasDiskFailed_.store(true);
  }
  if (stalls_->stalled()) {
    cancelInPlace();
  } else if (wasStalled && !isOverdue_) {
    canceled_.clear();
  }
}

void Watchdog::cancelInPlace() {
  const std::uint32_t run = core_.run();
  // A core that has not started knows no order for certain.
  if (port_.send == nullptr || run == 0) return;
  const auto stalled = stalls_ ? stalls_->stalled() : std::nullopt;
  core_.board().forEach([&](order::OrderRequest cancel) {
    const auto hit =
        killSwitch_.hit(cancel.account, cancel.strategy, cancel.instrument, cancel.venue);
    const bool isKilled = isOverdue_ && hit.isThrown;
    const bool isStalled =
        stalled == cancel.strategy && !(options_.isSimulated && cancel.venue == 0);
    if (!(isKilled || isStalled) || canceled_.contains(cancel.origClOrdID)) return;
    cancel.clOrdID =
        std::uint64_t{run} << order::ClOrdIDs::kCounterBits | kEmergencyBit | (nextCancel_ + 1);
    if (!port_.send(port_.context, cancel)) return;
    ++nextCancel_;
    canceled_.insert(cancel.origClOrdID);
    cancels_.fetch_add(1, std::memory_order_relaxed);
  });
}

}  // namespace hft::stream
