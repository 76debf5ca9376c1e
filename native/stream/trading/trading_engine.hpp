#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "native/event/journal.hpp"
#include "native/event/recording/market_recorder.hpp"
#include "native/metrics/histogram.hpp"
#include "native/ring/spsc_ring.hpp"
#include "native/sim/recorded/shown_side.hpp"
#include "native/sim/simulated_exchange.hpp"
#include "native/stream/replay/ledger.hpp"
#include "native/stream/replay/run_log.hpp"
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
  /// Of a virtual engine that is not stepped: a session begins so long after each midnight UTC;
  /// below 0: never.
  Nanos sessionStart = -1;
  bool isVirtual = false;
  /// As `isVirtual`, for real time: decisions use the time of the market events and of `tick`, so
  /// that they can be repeated; stamps in the journal, which decide nothing, are the clock's.
  bool isStepped = false;
  /// Where market events are recorded beside the journal, so that the run can be repeated; empty:
  /// nowhere.
  std::string recordingPath;
  event::RecorderOptions recording;
  /// Above 0: repeats this run of the journal instead of beginning one. Nothing is written.
  std::uint64_t replaysRun = 0;
};

enum class EngineError : std::uint8_t {
  Ok,
  JournalUnusable,  ///< See `report`: the journal can't be trusted, or is in use.
  JournalFailed,    ///< No space, or the disk failed.
  StateDamaged,     ///< The journal is sound and yet does not make a state.
  RunsUsedUp,       ///< The journal has given its last run number to JavaScript.
  RecordingFailed,  ///< Market events can't be recorded: no space, or the disk failed.
  NoSuchRun,        ///< The journal has no run of this number, or no longer all before it.
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

  /// Recovers from the journal where there is one, and goes live. A stepped engine begins at the
  /// time that it was set to, or else at the clock's.
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

  /// Whether `onEvent` does anything with events of a kind.
  [[nodiscard]] bool takes(event::EventKind kind) const noexcept {
    return ledger_.isOn() || concernsOrders(kind) || kind == event::EventKind::Order;
  }
  /// An event of any kind as it was handed over, with all levels that came with it: it is recorded,
  /// and taken where it concerns orders.
  void onEvent(const event::MarketEvent& event, std::span<const event::Level> bids,
               std::span<const event::Level> asks) noexcept;
  /// Market events carry at most `levels` a side: fewer are all that there are.
  void showsLevels(std::size_t levels) noexcept { shownDepth_ = std::min(shownDepth_, levels); }
  /// A market event, with the best levels of its book: what is due before it comes first.
  void onMarket(const event::MarketEvent& event, std::span<const event::Level> bids,
                std::span<const event::Level> asks) noexcept;
  /// Lets the simulated exchange and the clock act up to now.
  void pump() noexcept;
  /// A session begins: loss and drawdown count from here, and orders of the day that rest at the
  /// simulated exchange have expired.
  void beginSession() noexcept;
  /// The time of a stepped engine goes on to `time`; then as `pump`. It is recorded.
  void tick(Nanos time) noexcept;
  /// The same as part of an input that says so itself: it is not recorded.
  void advance(Nanos time) noexcept;
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
  /// Changes of recorded single orders, or of their levels, that the simulated exchange had no room
  /// for.
  [[nodiscard]] std::uint64_t ordersLost() const noexcept { return ordersLost_; }
  [[nodiscard]] sim::SimulatedExchange* exchange() noexcept { return exchange_.get(); }
  [[nodiscard]] event::Journal* journal() noexcept { return journal_.get(); }
  [[nodiscard]] event::MarketRecorder* recorder() noexcept { return recorder_.get(); }
  [[nodiscard]] Ledger& ledger() noexcept { return ledger_; }
  /// The run that is repeated; nullptr without one.
  [[nodiscard]] RunLog* log() noexcept { return log_ ? &*log_ : nullptr; }
  /// The number of this run.
  [[nodiscard]] std::uint64_t run() const noexcept { return run_; }
  /// Remembers every limit that request `clOrdID` is held against; once that it came.
  void explain(event::ClOrdID clOrdID) noexcept { core_.explain(clOrdID, &checks_); }
  [[nodiscard]] std::span<const risk::CheckedLimit> checks() const noexcept { return checks_; }
  /// Ends the repeating of a run: what is written at a close, and what should have come and did
  /// not.
  void endReplay() noexcept;
  /// Something from outside follows, which is not a report.
  void input(event::InputKind kind, std::span<const std::byte> bytes) noexcept {
    ledger_.input(kind, bytes, now());
  }
  /// Appends a record that decides nothing by itself: names and signals.
  void note(event::RecordKind kind, std::span<const std::byte> payload) noexcept {
    (void)ledger_.append(kind, payload, now(), event::Reserve::Keep);
  }
  /// The shared values of a strategy's signals: a count, then so many numbers.
  void setSignals(std::uint16_t strategy, const double* values);
  [[nodiscard]] OrderEventRing& ring() noexcept { return ring_; }
  /// From the read of a market event's bytes to each order that was accepted while it was handled;
  /// in real time only.
  [[nodiscard]] const metrics::OwnedHistogram& readToOrder() const noexcept { return readToOrder_; }
  /// A hash of every event told so far: equal runs, equal hashes.
  [[nodiscard]] std::uint64_t decisionHash() const noexcept { return hash_; }

 private:
  static constexpr std::size_t kSignalsMax = 64;
  /// Levels a side that the simulated exchange gets.
  static constexpr std::size_t kExchangeDepth = 64;
  static constexpr std::size_t kOutboxSlots = 1 << 15;
  static constexpr std::size_t kEmergencySlots = 1 << 10;
  /// Beyond it the venue counts as busy for all but cancels.
  static constexpr std::size_t kOutboxMax = kOutboxSlots / 2;

  [[nodiscard]] static bool concernsOrders(event::EventKind kind) noexcept {
    return kind == event::EventKind::Book || kind == event::EventKind::State ||
           kind == event::EventKind::Trade;
  }
  [[nodiscard]] static Nanos realtimeClock() noexcept;
  [[nodiscard]] static Nanos monotonicClock() noexcept;
  void noteReaction(const Submission& done) noexcept;
  void deliver(Nanos until) noexcept;
  void deliverDue(Nanos until) noexcept;
  void takeEmergencies() noexcept;
  void feedExchange(const event::MarketEvent& event, std::span<const event::Level> bids,
                    std::span<const event::Level> asks) noexcept;
  void onOrder(const event::MarketEvent& event) noexcept;
  /// Begins the sessions that are due by `time`, each at its own.
  void rollSessions(Nanos time) noexcept;
  void tell(const OrderEvent& event) noexcept;
  EngineError startReplay();
  EngineError startRecording();
  /// A request came in: stamps it, and writes down what its strategy decided on.
  void begin(std::uint16_t strategy) noexcept;
  [[nodiscard]] std::uint16_t strategyOf(event::ClOrdID clOrdID) noexcept;
  void noteSignals(std::uint16_t strategy) noexcept;
  /// Of a repeated run: notes what should have come before number `event`.
  void checkLog(std::uint64_t event) noexcept;
  void notePosition(Difference& difference) noexcept;

  EngineOptions options_;
  TradingCore core_;
  OrderEventRing ring_;
  std::unique_ptr<sim::SimulatedExchange> exchange_;
  std::unique_ptr<event::Journal> journal_;
  std::unique_ptr<event::MarketRecorder> recorder_;
  std::optional<RunLog> log_;
  Ledger ledger_;
  std::uint64_t run_ = 1;
  std::uint64_t emergencyLooks_ = 0;  ///< Looks for cancels of the other thread so far.
  struct Signals {
    const double* values = nullptr;
    std::size_t count = 0;
    std::array<double, kSignalsMax> written;
  };
  std::vector<Signals> signals_;
  std::vector<risk::CheckedLimit> checks_;
  /// What waits for connectors; the upper half is for cancels alone.
  ring::SpscRing<order::OrderRequest> outbox_{kOutboxSlots};
  std::size_t outboxCount_ = 0;
  struct Emergency {
    order::OrderRequest cancel;
    Nanos time = 0;
  };
  /// From the thread that cancels in the owner's place; only where there is a simulated exchange.
  std::unique_ptr<ring::SpscRing<Emergency>> emergencies_;
  std::vector<sim::ShownSide> known_[2];
  std::size_t shownDepth_ = kExchangeDepth;
  std::vector<event::Level> changes_[2];
  RecoverySummary recovery_;
  event::AuditReport report_;
  Nanos time_ = 0;
  metrics::OwnedHistogram readToOrder_;
  Nanos readAt_ = 0;  ///< When the event that is being handled was read; 0 where none is.
  std::uint64_t hash_ = 0x9E3779B97F4A7C15ULL;
  bool isVirtual_ = false;
  bool isStamped_ = false;      ///< Hops are stamped by the clock.
  bool feedsExchange_ = false;  ///< Market events are its recorded market.
  bool rollsSessions_ = false;
  bool isExact_ = false;  ///< And that is one of single orders.
  std::uint64_t ordersLost_ = 0;
  Nanos nextSession_ = sim::SimulatedExchange::kNever;
};

}  // namespace hft::stream
