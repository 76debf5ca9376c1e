#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "native/event/journal.hpp"
#include "native/metrics/histogram.hpp"
#include "native/ring/spsc_ring.hpp"
#include "native/sim/simulated_exchange.hpp"
#include "native/stream/trading/order_event_ring.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

/// How a TradingEngine is set up.
struct EngineOptions {
  CoreOptions core;
  /// The directory of its journal; empty: none is kept (backtests).
  std::string journalPath;
  event::JournalOptions journal;
  /// Orders of venue 0 go to a simulated exchange instead of a connector.
  std::optional<sim::ExchangeOptions> simulated;
  /// Time is that of the market events instead of the clock.
  bool isVirtual = false;
  /// As `isVirtual`, for real time: decisions use the time of the market events and of `tick`, so
  /// that they can be repeated; stamps in the journal, which decide nothing, are the clock's.
  bool isStepped = false;
};

enum class EngineError : std::uint8_t {
  Ok,
  JournalUnusable,  ///< See `report`: the journal can't be trusted, or is in use.
  JournalFailed,    ///< No space, or the disk failed.
  StateDamaged,     ///< The journal is sound and yet does not make a state.
  RunsUsedUp,       ///< The journal has given its last run number to JavaScript.
};

/// The trading core with all that a process needs around it: journal, clock, a simulated exchange,
/// the requests that wait for connectors, and the ring of order events.
///
/// One thread owns it. JavaScript calls it through `bindings/trading/trading_core.cpp`.
class TradingEngine {
 public:
  /// ClOrdIDs must be exact as doubles: so many runs of one journal.
  static constexpr std::uint32_t kRunsMax = 8191;

  TradingEngine(const EngineOptions& options, OrderEventRing ring);
  ~TradingEngine();
  TradingEngine(const TradingEngine&) = delete;
  TradingEngine& operator=(const TradingEngine&) = delete;

  /// Recovers from the journal where there is one, and goes live.
  EngineError start();
  [[nodiscard]] const RecoverySummary& recovery() const noexcept { return recovery_; }
  [[nodiscard]] const event::AuditReport& report() const noexcept { return report_; }

  /// Writes a snapshot beside the journal. Errors: Unreadable where no journal is kept.
  event::SnapshotError snapshot();

  /// Says what an instrument is worth, everywhere. False where it can't be.
  bool setInstrument(InstrumentId instrument, const position::InstrumentTerms& terms);

  [[nodiscard]] TradingCore& core() noexcept { return core_; }
  [[nodiscard]] event::JournalStamp now() noexcept {
    if (isVirtual_) return {time_, time_};
    return {realtimeClock(), monotonicClock()};
  }
  /// The time of a virtual engine.
  void setTime(Nanos time) noexcept { time_ = time > time_ ? time : time_; }

  Submission submit(const order::OrderRequest& request) noexcept;
  Submission cancel(event::ClOrdID clOrdID) noexcept;
  Submission replace(const order::OrderRequest& request) noexcept;

  /// A market event, with the best levels of its book: what is due before it comes first.
  void onMarket(const event::MarketEvent& event, std::span<const event::Level> bids,
                std::span<const event::Level> asks) noexcept;
  /// Lets the simulated exchange and the clock act up to now.
  void pump() noexcept;
  /// The time of a stepped engine goes on to `time`; then as `pump`.
  void tick(Nanos time) noexcept;
  /// A report of a connector.
  void onReport(const event::ExecutionReport& report) noexcept;
  /// A cancel in the place of the owner, which does not answer: any one thread beside it. The
  /// simulated exchange gets it as sent at this moment, before all that comes later, when the owner
  /// next calls: until then nothing happens there. False: not an order of the simulated exchange,
  /// or no room now.
  [[nodiscard]] bool cancelInPlace(const order::OrderRequest& cancel) noexcept;
  /// The next request for a connector; false where none waits.
  [[nodiscard]] bool takeRequest(order::OrderRequest& request) noexcept;

  /// When the simulated exchange acts next; sim::SimulatedExchange::kNever without one.
  [[nodiscard]] Nanos nextDue() const noexcept {
    return exchange_ == nullptr ? sim::SimulatedExchange::kNever : exchange_->nextDue();
  }
  [[nodiscard]] sim::SimulatedExchange* exchange() noexcept { return exchange_.get(); }
  [[nodiscard]] event::Journal* journal() noexcept { return journal_.get(); }
  [[nodiscard]] OrderEventRing& ring() noexcept { return ring_; }
  /// From the read of a market event's bytes to each order that was accepted while it was handled;
  /// in real time only.
  [[nodiscard]] const metrics::OwnedHistogram& readToOrder() const noexcept { return readToOrder_; }
  /// A hash of every event told so far: equal runs, equal hashes.
  [[nodiscard]] std::uint64_t decisionHash() const noexcept { return hash_; }

 private:
  static constexpr std::size_t kDepthMax = 128;
  static constexpr std::size_t kOutboxSlots = 1 << 15;
  static constexpr std::size_t kEmergencySlots = 1 << 10;
  /// Beyond it the venue counts as busy for all but cancels.
  static constexpr std::size_t kOutboxMax = kOutboxSlots / 2;

  [[nodiscard]] static Nanos realtimeClock() noexcept;
  [[nodiscard]] static Nanos monotonicClock() noexcept;
  void noteReaction(const Submission& done) noexcept;
  void deliver(Nanos until) noexcept;
  void deliverDue(Nanos until) noexcept;
  void takeEmergencies() noexcept;
  void feedExchange(const event::MarketEvent& event, std::span<const event::Level> bids,
                    std::span<const event::Level> asks) noexcept;
  static void findChanges(Side side, std::span<const event::Level> levels,
                          std::vector<event::Level>& known, std::vector<event::Level>& changes);
  void tell(const OrderEvent& event) noexcept;

  EngineOptions options_;
  TradingCore core_;
  OrderEventRing ring_;
  std::unique_ptr<sim::SimulatedExchange> exchange_;
  std::unique_ptr<event::Journal> journal_;
  /// What waits for connectors; the upper half is for cancels alone.
  ring::SpscRing<order::OrderRequest> outbox_{kOutboxSlots};
  std::size_t outboxCount_ = 0;
  struct Emergency {
    order::OrderRequest cancel;
    Nanos time = 0;
  };
  /// From the thread that cancels in the owner's place; only where there is a simulated exchange.
  std::unique_ptr<ring::SpscRing<Emergency>> emergencies_;
  std::vector<std::vector<event::Level>> known_[2];
  std::vector<event::Level> changes_[2];
  RecoverySummary recovery_;
  event::AuditReport report_;
  Nanos time_ = 0;
  metrics::OwnedHistogram readToOrder_;
  Nanos readAt_ = 0;  ///< When the event that is being handled was read; 0 where none is.
  std::uint64_t hash_ = 0x9E3779B97F4A7C15ULL;
  bool isVirtual_ = false;
  bool feedsExchange_ = false;  ///< Market events are its recorded market.
};

}  // namespace hft::stream
