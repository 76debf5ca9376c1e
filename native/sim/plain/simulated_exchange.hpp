#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "native/book/l2/l2_book.hpp"
#include "native/event/execution_report.hpp"
#include "native/event/feed_message.hpp"
#include "native/order/id_index.hpp"
#include "native/order/order_request.hpp"
#include "native/order/trigger_book.hpp"
#include "native/sim/matching_engine.hpp"
#include "native/sim/plain/fee_model.hpp"
#include "native/sim/plain/latency_model.hpp"
#include "native/sim/plain/queue_model.hpp"

namespace hft::simulation {

using sim::kNoSlot;
using sim::MatchEvent;
using sim::MatchingConfig;
using sim::MatchingEngine;
using sim::MatchKind;
using sim::OrderSlot;
using sim::TradingPhase;

/// What our orders meet.
enum class ExchangeMode : std::uint8_t {
  Synthetic,  ///< A matching engine: all flow is ours or given through `onForeign`.
  Recorded,   ///< Recorded data that does not know of us: the models decide.
};

/// How much of a resting order a trade at its price can fill.
enum class FillKind : std::uint8_t {
  Partial,  ///< What traded beyond the queue ahead; a taker gets what is shown.
  Whole,    ///< All or nothing: once the queue ahead is gone a trade fills it whole; a taker is
            ///< filled whole at the best price.
};

/// Whether liquidity that we took is gone.
enum class ImpactKind : std::uint8_t {
  None,     ///< The book shows it again at once.
  Consume,  ///< It is gone until its level changes in the data.
};

struct ExchangeOptions {
  ExchangeMode mode = ExchangeMode::Synthetic;
  std::uint16_t venue = 0;
  std::uint32_t instrumentsMax = 64;
  std::uint32_t ordersMax = 1U << 16;  ///< Orders remembered; the oldest closed go first.
  std::uint32_t executionsMax = 1U << 17;
  LatencyOptions latency;
  QueueOptions queue;
  FeeOptions fees;
  FillKind fill = FillKind::Partial;
  ImpactKind impact = ImpactKind::Consume;
  std::size_t levelsMax = 1U << 14;  ///< Recorded: levels of one book.
};

/// The exchange that orders meet when the market isn't real. One thread, virtual time, equal input
/// and seeds give equal reports.
///
/// A request leaves us at `now`, arrives after the order latency, and its reports reach us after
/// the response latency; both legs keep their order, as one connection does. Time never goes back:
/// call `advance` with the time of each market event before it, and `poll` for what has arrived.
class SimulatedExchange {
 public:
  static constexpr Nanos kNever = std::numeric_limits<Nanos>::max();

  explicit SimulatedExchange(const ExchangeOptions& options);
  ~SimulatedExchange();

  /// Says how much a lot at a tick is worth, for fees: 10^-8 of the currency a lot and tick times
  /// `numerator` over `denominator`. False where the id is out of range.
  bool addInstrument(InstrumentId instrument, std::int64_t numerator, std::int64_t denominator);

  /// A request of ours leaves at `now`. False where a queue is full: nothing was taken.
  bool onRequest(const order::OrderRequest& request, Nanos now) noexcept;

  /// Recorded: a level shows `qty` lots; 0 removes it.
  void onLevel(InstrumentId instrument, Side side, Price price, Qty qty, Nanos now) noexcept;
  /// Recorded: the book begins anew with the levels that follow.
  void onSnapshot(InstrumentId instrument, Nanos now) noexcept;
  /// Recorded: a trade; `aggressor` bought or sold.
  void onTrade(InstrumentId instrument, Side aggressor, Price price, Qty qty, Nanos now) noexcept;
  /// Recorded, L3 with QueueKind::Fifo: `qty` lots of an order that entered at `entered` left its
  /// level without a trade. Levels and trades come too.
  void onOrderLeft(InstrumentId instrument, Side side, Price price, Qty qty,
                   Nanos entered) noexcept;

  /// Synthetic: somebody else's order, at once. `clOrdID` is theirs, below 2^40.
  void onForeign(const order::OrderRequest& request, Nanos now) noexcept;
  /// Synthetic: halts, auctions, bands. See MatchingEngine.
  void setPhase(InstrumentId instrument, TradingPhase phase, Nanos now) noexcept;
  void setPriceBand(InstrumentId instrument, Price low, Price high, Nanos now) noexcept;
  [[nodiscard]] MatchingEngine* engine(InstrumentId instrument) noexcept;

  /// Lets everything happen that is due up to `now`.
  void advance(Nanos now) noexcept;
  /// When something is due next: an arrival, or a report at us; kNever.
  [[nodiscard]] Nanos nextDue() const noexcept;
  /// The next report that has reached us by `now`.
  [[nodiscard]] bool poll(event::ExecutionReport& report, Nanos now) noexcept;

  /// The truth about one of our orders, for reconciliation and tests.
  struct Truth {
    OrdStatus status = OrdStatus::None;
    Qty orderQty = 0;
    Qty cumQty = 0;
    Side side = Side::None;
    InstrumentId instrument = kNoInstrument;
  };
  [[nodiscard]] Truth truth(event::ClOrdID clOrdID) const noexcept;
  /// Calls `visit(ClOrdID, Truth)` for every order remembered.
  template <typename Visit>
  void forEachOrder(Visit&& visit) const {
    for (const SimOrder& order : orders_) {
      if (order.clOrdID != event::kNoOrder) visit(order.clOrdID, truthOf(order));
    }
  }
  [[nodiscard]] std::size_t workingCount() const noexcept { return workingCount_; }
  /// The side's best price that an order of ours would meet; recorded mode.
  [[nodiscard]] Price bestPrice(InstrumentId instrument, Side side) const noexcept;

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  struct SimOrder {
    event::ClOrdID clOrdID = event::kNoOrder;  ///< The newest of its chain.
    event::ClOrdID firstClOrdID = event::kNoOrder;
    order::OrderRequest request;
    Qty cumQty = 0;
    Qty leaves = 0;
    OrdStatus status = OrdStatus::PendingNew;
    OrderSlot slot = kNoSlot;  ///< Synthetic.
    QueuePlace place;          ///< Recorded.
    Nanos entered = 0;
    std::uint32_t next = kNone;  ///< Recorded: of the same instrument.
    std::uint32_t previous = kNone;
    std::uint32_t firstExecution = kNone;
    bool isWorking = false;
  };
  struct SimExecution {
    std::uint64_t execID = 0;
    Qty qty = 0;
    Price price = 0;
    std::int64_t fee = 0;
    Nanos time = 0;
    std::uint32_t next = kNone;
    event::LiquidityInd liquidity = event::LiquidityInd::None;
  };
  struct Market {
    bool isKnown = false;
    std::int64_t valueNumerator = 1;
    std::int64_t valueDenominator = 1;
    std::unique_ptr<MatchingEngine> engine;  ///< Synthetic.
    std::unique_ptr<book::L2Book> book;      ///< Recorded.
    std::vector<std::pair<Price, Qty>>
        taken[2];  ///< Consumed of a side's levels, till they change.
    std::uint32_t firstWorking = kNone;
  };
  struct Arrival {
    Nanos time = 0;
    order::OrderRequest request;
  };
  struct Departure {
    Nanos time = 0;
    event::ExecutionReport report;
  };

  // simulated_exchange.cpp: time, requests, answers.
  void arrive(const order::OrderRequest& request, Nanos now) noexcept;
  void enterOrder(const order::OrderRequest& request, Nanos now) noexcept;
  void cancelOrder(const order::OrderRequest& request, Nanos now) noexcept;
  void replaceOrder(const order::OrderRequest& request, Nanos now) noexcept;
  void answerStatus(const order::OrderRequest& request, Nanos now) noexcept;
  [[nodiscard]] std::uint32_t newOrder(const order::OrderRequest& request) noexcept;
  void forgetClosed() noexcept;
  [[nodiscard]] std::uint32_t find(event::ClOrdID clOrdID) const noexcept;
  [[nodiscard]] event::ExecutionReport reportOf(const SimOrder& order,
                                                ExecType type) const noexcept;
  void respond(event::ExecutionReport report, Nanos now) noexcept;
  void close(SimOrder& order, OrdStatus status) noexcept;
  void execute(SimOrder& order, Qty qty, Price price, event::LiquidityInd liquidity,
               Nanos now) noexcept;
  void rejectCancel(const order::OrderRequest& request, event::OrdRejReason reason,
                    Nanos now) noexcept;
  [[nodiscard]] static Truth truthOf(const SimOrder& order) noexcept;
  // synthetic_market.cpp
  void enterSynthetic(std::uint32_t index, Nanos now) noexcept;
  void takeEvents(MatchingEngine& engine, Nanos now) noexcept;
  void takeEvent(const MatchEvent& event, Nanos now) noexcept;
  // recorded_market.cpp
  void enterRecorded(std::uint32_t index, Nanos now) noexcept;
  void releaseChild(const order::OrderRequest& child, Nanos now) noexcept;
  [[nodiscard]] Qty takeLiquidity(std::uint32_t index, Nanos now) noexcept;
  void rest(std::uint32_t index, Nanos now) noexcept;
  void unrest(std::uint32_t index) noexcept;
  void checkCrossed(InstrumentId instrument, Side bookSide, Nanos now) noexcept;
  [[nodiscard]] Qty shownAt(const Market& market, Side side, Price price) const noexcept;
  void expireDue(Nanos now) noexcept;
  template <typename Visit>
  void forEachResting(InstrumentId instrument, Visit&& visit) noexcept;

  ExchangeOptions options_;
  LatencyModel latency_;
  QueueModel queue_;
  FeeModel fees_;
  std::vector<Market> markets_;
  std::vector<SimOrder> orders_;
  std::vector<SimExecution> executions_;
  std::vector<std::uint32_t> freeOrders_;
  std::vector<std::uint32_t> freeExecutions_;
  std::deque<std::uint32_t> closed_;
  order::IdIndex ids_;
  order::TriggerBook triggers_;
  std::deque<Arrival> arrivals_;
  std::deque<Departure> departures_;
  Nanos lastArrival_ = 0;
  Nanos lastDeparture_ = 0;
  std::uint64_t nextExecID_ = 1;
  std::size_t workingCount_ = 0;
  std::size_t expiringCount_ = 0;
};

}  // namespace hft::simulation
