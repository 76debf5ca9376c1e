#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "native/event/journal.hpp"
#include "native/event/journal_replay.hpp"
#include "native/event/market_event.hpp"
#include "native/order/cl_ord_ids.hpp"
#include "native/order/order_lists.hpp"
#include "native/order/order_table.hpp"
#include "native/order/trigger_book.hpp"
#include "native/position/position_book.hpp"
#include "native/risk/kill_switch.hpp"
#include "native/risk/risk_engine.hpp"
#include "native/stream/replay/ledger.hpp"
#include "native/stream/trading/order_event.hpp"
#include "native/stream/trading/pending_answers.hpp"
#include "native/stream/trading/venue_port.hpp"
#include "native/stream/trading/working_board.hpp"

namespace hft::stream {

/// Sizes of a TradingCore. Those of its parts that must agree are taken from here.
struct CoreOptions {
  order::OrderTableOptions orders;
  position::PositionOptions positions;
  risk::RiskOptions risk;
  std::uint32_t triggersMax = 1U << 14;
  std::uint32_t listsMax = 1U << 12;
  /// A bit a venue that has no stop, touch and trailing orders: they are held here.
  std::uint64_t emulatingVenues = 0;
  /// How often a venue is asked again about what it has not told: requests whose outcome is
  /// unknown, executions that it counts and never reported.
  Nanos askInterval = 1'000'000'000;
  /// How long a venue may be silent about a request before nobody knows what became of it.
  Nanos answerTimeout = 10'000'000'000;
  /// Stamps when risk has answered; nullptr: the time that the request came in with.
  Nanos (*clock)() noexcept = nullptr;
};

/// What became of a request.
enum class SubmitVerdict : std::uint8_t {
  Accepted = 0,        ///< On its way to the venue (or held for its trigger).
  RiskRefused = 1,     ///< See the decision.
  UnknownOrder = 2,    ///< Cancel, replace: no such order.
  OrderClosed = 3,     ///< Cancel, replace: nothing is left of it.
  AlreadyPending = 4,  ///< Cancel: one is on its way.
  BadRequest = 5,
  Capacity = 6,     ///< Orders, requests or executions are used up.
  JournalFull = 7,  ///< The journal takes nothing that adds risk any more.
  VenueBusy = 8,    ///< The venue's queue is full; try again.
  NotReady = 9,     ///< Recovery has not ended.
};

struct Submission {
  SubmitVerdict verdict = SubmitVerdict::BadRequest;
  event::ClOrdID clOrdID = event::kNoOrder;
  risk::Decision decision;
};

/// What recovery has found.
struct RecoverySummary {
  std::uint64_t records = 0;
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t unknown = 0;  ///< Requests whose outcome must be asked for.
  std::uint64_t damaged = 0;  ///< Records that could not be taken up: the state can't be trusted.
  std::uint32_t run = 0;      ///< Of the journal that was recovered from; the next run is new.
};

/// How the orders that a venue has open compare with ours.
struct Reconciliation {
  std::uint64_t matched = 0;
  std::uint64_t differing = 0;  ///< Ours, in another state: brought up to the venue's.
  std::uint64_t foreign = 0;    ///< Not ours: a Discrepancy event tells each.
  std::uint64_t absent = 0;     ///< Working here and not open there: the venue is asked about each.
};

/// Orders, positions, risk and journal of one process: nothing reaches a venue but through here.
///
/// The life of an order: kill switch and risk, a ClOrdID that is unique for ever, the order table,
/// the journal, and only then the venue. The life of a report: the journal, the order table, the
/// positions, the reservations, the lists, and only then the listener. Held orders (emulated stops)
/// pass risk when they are entered and again when they fire; a fired order or the leg of a list
/// that its venue can't take at that moment waits here for it. One thread owns it. No allocation
/// after construction but where `evaluate` tells breaches.
class TradingCore {
 public:
  /// Gets every event; runs on the core's thread, must not call back into it.
  struct Listener {
    void* context = nullptr;
    void (*onEvent)(void* context, const OrderEvent& event) noexcept = nullptr;
  };

  explicit TradingCore(const CoreOptions& options);

  /// Where requests of `venue` go. Without a port they are refused with VenueBusy.
  void setPort(std::uint16_t venue, const VenuePort& port) noexcept { ports_[venue] = port; }
  void setListener(const Listener& listener) noexcept { listener_ = listener; }
  /// Has `checks` get every limit that request `clOrdID` is held against, when it comes.
  void explain(event::ClOrdID clOrdID, std::vector<risk::CheckedLimit>* checks) noexcept {
    explained_ = clOrdID;
    checks_ = checks;
  }
  /// What records go through instead of the journal that `start` is given; it outlives the core.
  void setLedger(Ledger* ledger) noexcept { ledger_ = ledger; }

  /// Rebuilds orders, positions and risk from a journal that was found sound: from its newest sound
  /// snapshot where there is one, and the records behind it. Terms
  /// and first limits must be set; the journal must not be started yet.
  RecoverySummary recover(const event::JournalDirectory& directory, event::AuditReport& report);

  /// The same from the records before `sequence` alone, of a journal that was proved: how a run
  /// began that is repeated.
  RecoverySummary recoverUntil(const event::JournalDirectory& directory,
                               const event::AuditReport& report, std::uint64_t sequence);

  /// Writes the whole state beside the journal at `journalPath`, and lets the journal go of what
  /// recovery no longer needs. Takes milliseconds for each 10,000 orders: for quiet moments.
  event::SnapshotError snapshot(const std::string& journalPath, event::JournalStamp now);

  /// Journals what only time has changed: the marks of open positions and the peaks of equity.
  /// Before the journal is closed; while it runs `onClock` does it.
  void flush(event::JournalStamp now) noexcept;

  /// Goes live on `journal` (nullptr: none is kept, for backtests and tests, `run` counts). Every
  /// request without a certain outcome becomes Unknown and is asked for at its venue.
  void start(event::Journal* journal, std::uint32_t run, event::JournalStamp now) noexcept;

  Submission submit(const order::OrderRequest& request, event::JournalStamp now) noexcept;
  Submission cancel(event::ClOrdID origClOrdID, event::JournalStamp now) noexcept;
  /// `request` names origClOrdID, and the whole new quantity, price and stopPx. A held order keeps
  /// its ClOrdID, which is then the answer's.
  Submission replace(const order::OrderRequest& request, event::JournalStamp now) noexcept;
  /// Cancels every working and held order of a scope; returns how many cancels went out.
  std::uint32_t cancelAll(risk::RiskScope scope, std::uint32_t scopeId,
                          event::JournalStamp now) noexcept;
  /// Enters a bracket, OCO, OTO or OTOCO list; `ids` gets the legs' ClOrdIDs.
  SubmitVerdict submitList(order::ListKind kind, std::span<order::OrderRequest> legs,
                           event::JournalStamp now) noexcept;

  /// What a venue says.
  void onReport(const event::ExecutionReport& report, event::JournalStamp now) noexcept;
  /// The answer to `clOrdID` was ambiguous: Unknown, and asked for.
  void onAmbiguous(event::ClOrdID clOrdID, event::JournalStamp now) noexcept;
  /// Proof that `clOrdID` never had an effect.
  void onAbsent(event::ClOrdID clOrdID, event::OrdRejReason reason,
                event::JournalStamp now) noexcept;
  /// Compares the open orders that `venue` tells (each an OrderStatus report) with ours, and takes
  /// up what differs.
  Reconciliation reconcile(std::uint16_t venue, std::span<const event::ExecutionReport> open,
                           event::JournalStamp now) noexcept;
  /// A market event: values positions, feeds risk, fires held orders.
  void onMarket(const event::MarketEvent& event, event::JournalStamp now) noexcept;
  /// Time passes: real-time limits, the kill switch, and questions that are due again.
  void onClock(event::JournalStamp now) noexcept;

  /// Limits changed at run time, journaled.
  risk::RiskError setLimit(const risk::LimitSpec& spec, event::JournalStamp now);
  risk::RiskError removeLimit(risk::ViolationType type, risk::RiskScope scope,
                              std::uint32_t scopeId, event::JournalStamp now);
  /// Halts, modes and sessions of risk, journaled: they hold through a restart.
  risk::RiskError halt(risk::RiskScope scope, std::uint32_t scopeId, bool isHalted,
                       event::JournalStamp now) noexcept;
  risk::RiskError reduceOnly(risk::RiskScope scope, std::uint32_t scopeId, bool isReduceOnly,
                             event::JournalStamp now) noexcept;
  risk::RiskError setRestricted(InstrumentId instrument, bool isRestricted,
                                event::JournalStamp now) noexcept;
  risk::RiskError setSession(InstrumentId instrument, risk::SessionPhase phase,
                             event::JournalStamp now) noexcept;
  /// Loss and drawdown count from here.
  void beginSession(event::JournalStamp now) noexcept;
  /// Throws or releases the kill switch of a scope, journaled; a throw cancels what works there.
  bool kill(risk::RiskScope scope, std::uint32_t scopeId, bool isThrown, std::uint16_t source,
            event::JournalStamp now) noexcept;

  [[nodiscard]] order::OrderTable& orders() noexcept { return orders_; }
  [[nodiscard]] const order::OrderTable& orders() const noexcept { return orders_; }
  [[nodiscard]] position::PositionBook& positions() noexcept { return positions_; }
  [[nodiscard]] const position::PositionBook& positions() const noexcept { return positions_; }
  [[nodiscard]] risk::RiskEngine& risk() noexcept { return risk_; }
  [[nodiscard]] risk::KillSwitch& killSwitch() noexcept { return killSwitch_; }
  [[nodiscard]] const WorkingBoard& board() const noexcept { return board_; }
  [[nodiscard]] const order::TriggerBook& held() const noexcept { return triggers_; }
  /// Fired orders and legs of lists that wait for their venue to take them.
  [[nodiscard]] std::span<const order::OrderRequest> waiting() const noexcept { return waiting_; }
  /// The kill generation that the core has recorded and acted on. Any thread.
  [[nodiscard]] std::uint32_t killsHandled() const noexcept {
    return killsHandled_.load(std::memory_order_acquire);
  }
  /// Its part of every ClOrdID; 0 before `start`. Any thread.
  [[nodiscard]] std::uint32_t run() const noexcept { return run_.load(std::memory_order_acquire); }
  /// Why fills or reports were not booked, by count; all zero in a sound process.
  struct Troubles {
    std::uint64_t unbookedFills = 0;   ///< Positions refused it: Overflow, no terms.
    std::uint64_t unknownReports = 0;  ///< Of no order of ours.
    std::uint64_t badReports = 0;
    std::uint64_t unjournaled = 0;  ///< Reports that the journal had no room for.
  };
  [[nodiscard]] const Troubles& troubles() const noexcept { return troubles_; }
  /// A request that is held here for its trigger or its venue; nullptr where there is none.
  [[nodiscard]] const order::OrderRequest* requestHere(event::ClOrdID clOrdID) const noexcept;
  /// A hash of orders, positions and risk: equal histories, equal hashes.
  [[nodiscard]] std::uint64_t stateHash() const noexcept;
  /// The worst that the order at `index` can still become.
  [[nodiscard]] risk::WorstCase worstCaseOf(order::OrderIndex index) const noexcept;

 private:
  /// Records of the journal as they lie there.
  struct IntentRecord {
    order::OrderRequest request;
    event::DecisionTrail trail;
  };
  struct RefusalRecord {
    event::RiskDecision decision;
    order::OrderRequest request;
    event::DecisionTrail trail;
  };

  [[nodiscard]] bool isKept() const noexcept {
    return journal_ != nullptr || (ledger_ != nullptr && ledger_->isOn());
  }
  [[nodiscard]] double journalSequence() const noexcept {
    if (ledger_ != nullptr) return static_cast<double>(ledger_->lastSequence());
    return journal_ == nullptr ? 0 : static_cast<double>(journal_->lastSequence());
  }
  [[nodiscard]] bool journal(event::RecordKind kind, std::span<const std::byte> payload,
                             event::JournalStamp now, event::Reserve reserve) noexcept;
  template <typename T>
  [[nodiscard]] bool journal(event::RecordKind kind, const T& payload, event::JournalStamp now,
                             event::Reserve reserve) noexcept {
    return journal(kind, std::as_bytes(std::span(&payload, 1)), now, reserve);
  }
  [[nodiscard]] bool canSend(std::uint16_t venue) const noexcept;
  [[nodiscard]] bool canCancel(std::uint16_t venue) const noexcept;
  void send(const order::OrderRequest& request, event::JournalStamp now) noexcept;
  [[nodiscard]] event::DecisionTrail trailOf(const order::OrderRequest& request,
                                             const risk::Decision& decision,
                                             event::JournalStamp now) const noexcept;
  [[nodiscard]] bool journalIntent(const order::OrderRequest& request,
                                   const risk::Decision& decision, event::JournalStamp now,
                                   event::Reserve reserve) noexcept;
  Submission refuse(const order::OrderRequest& request, SubmitVerdict verdict,
                    const risk::Decision& decision, event::JournalStamp now) noexcept;
  /// Whether somebody asks for an order now, or one that was asked for goes on its way.
  enum class Entry : std::uint8_t { New, Released };
  Submission enter(order::OrderRequest request, Entry entry, event::Reserve reserve,
                   event::JournalStamp now) noexcept;
  Submission hold(const order::OrderRequest& request, const risk::Decision& decision,
                  event::JournalStamp now) noexcept;
  [[nodiscard]] bool isEmulated(const order::OrderRequest& request) const noexcept;
  [[nodiscard]] order::OrderRequest* findWaiting(event::ClOrdID clOrdID) noexcept;
  void dropWaiting(event::ClOrdID clOrdID) noexcept;
  [[nodiscard]] bool isHere(event::ClOrdID clOrdID) noexcept;
  void tellHere(const order::OrderRequest& request, OrdStatus status, event::ClOrdID answered,
                event::JournalStamp now) noexcept;
  Submission cancelHere(event::ClOrdID clOrdID, event::JournalStamp now) noexcept;
  Submission replaceHere(const order::OrderRequest& wanted, event::JournalStamp now) noexcept;
  void enterOrWait(const order::OrderRequest& request, Entry entry,
                   event::JournalStamp now) noexcept;
  void retryHere(event::JournalStamp now) noexcept;
  Submission cancelAt(order::OrderIndex index, event::JournalStamp now) noexcept;
  [[nodiscard]] bool isInQuestion(order::OrderIndex index) const noexcept;
  [[nodiscard]] bool isUnanswered(order::OrderIndex index, event::ClOrdID clOrdID) const noexcept;
  void findUnanswered(event::JournalStamp now) noexcept;
  void askFor(order::OrderIndex index) noexcept;
  void askAgain(event::JournalStamp now) noexcept;
  void apply(const event::ExecutionReport& report, event::JournalStamp now, bool isLive) noexcept;
  void book(const order::Order& order, std::span<const order::FillDelta> fills,
            const event::ExecutionReport& report, event::JournalStamp now, bool isLive) noexcept;
  void settle(order::OrderIndex index) noexcept;
  void updateLists(order::OrderIndex index, event::JournalStamp now) noexcept;
  void act(const order::ListActions& actions, Entry entry, event::JournalStamp now) noexcept;
  void owe(event::ClOrdID leg) noexcept;
  void tellOrder(OrderEventKind kind, order::OrderIndex index, event::ClOrdID request,
                 const event::ExecutionReport* report, event::JournalStamp now) noexcept;
  void tell(const OrderEvent& event) noexcept {
    if (listener_.onEvent != nullptr) listener_.onEvent(listener_.context, event);
  }
  void enforce(event::JournalStamp now) noexcept;
  void journalPeaks(event::JournalStamp now) noexcept;
  void journalMarks(event::JournalStamp now) noexcept;
  void journalEquity(const risk::RiskEngine::Equity& equity, event::JournalStamp now) noexcept;
  [[nodiscard]] risk::RiskError takeUpEquity(const event::EquityMark& mark) noexcept;
  void handleKills(event::JournalStamp now) noexcept;
  void seeKills(event::JournalStamp now) noexcept;
  void seeLatch(risk::RiskScope scope, std::uint32_t id, std::uint16_t source,
                event::JournalStamp now) noexcept;
  [[nodiscard]] bool hasKillsUnseen() const noexcept;
  [[nodiscard]] bool cancelStopped(event::JournalStamp now) noexcept;
  void recoverFrom(const event::JournalReplay& replay, RecoverySummary& summary);
  [[nodiscard]] bool takeUpSnapshot(const event::SnapshotReader& reader);
  void takeUp(const event::JournalRecord& record, RecoverySummary& summary);
  void takeUpRequest(const order::OrderRequest& request, event::JournalStamp stamp,
                     RecoverySummary& summary);

  risk::RiskError latch(const event::Latch& latch) noexcept;
  risk::RiskError latchLive(const event::Latch& latch, event::JournalStamp now) noexcept;

  CoreOptions options_;
  order::OrderTable orders_;
  position::PositionBook positions_;
  risk::KillSwitch killSwitch_;
  risk::KillSwitch journaledKills_;  ///< The latches as the journal has them.
  /// The latches as this thread has seen them: what decisions rest on, so that each change has its
  /// place among them.
  risk::KillSwitch seenKills_;
  risk::RiskEngine risk_;
  order::TriggerBook triggers_;
  order::OrderLists lists_;
  WorkingBoard board_;
  std::vector<VenuePort> ports_;
  Listener listener_;
  event::Journal* journal_ = nullptr;
  Ledger* ledger_ = nullptr;
  order::ClOrdIDs ids_;
  PendingAnswers answers_;
  QuestionList questions_;
  std::vector<order::OrderRequest> waiting_;  ///< Reserved for all that can be held.
  std::vector<event::ClOrdID> owed_;          ///< Legs whose list wants something not yet sent.
  std::atomic<std::uint32_t> killsHandled_{~0U};
  std::atomic<std::uint32_t> run_{0};
  std::vector<Price> journaledMarks_;  ///< By instrument; kNoPrice: none.
  Nanos lastPeaks_ = 0;
  Nanos lastMarks_ = 0;
  Nanos lastAsk_ = 0;
  Nanos lastSweep_ = 0;
  event::ClOrdID explained_ = event::kNoOrder;
  std::vector<risk::CheckedLimit>* checks_ = nullptr;
  std::uint64_t killLooks_ = 0;         ///< Looks at the kill switch so far.
  std::uint32_t seenGeneration_ = ~0U;  ///< Of the kill switch at the last look.
  bool isKillWaiting_ = false;          ///< A change was seen and not wholly acted on.
  bool isReady_ = false;
  Troubles troubles_;
};

}  // namespace hft::stream
