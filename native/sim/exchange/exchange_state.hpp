#pragma once

#include <memory>
#include <vector>

#include "native/core/random.hpp"
#include "native/order/id_index.hpp"
#include "native/order/record_pool.hpp"
#include "native/sim/exchange/order_ledger.hpp"
#include "native/sim/exchange/timed_queue.hpp"
#include "native/sim/matching_engine.hpp"
#include "native/sim/recorded/recorded_market.hpp"
#include "native/sim/simulated_exchange.hpp"

namespace hft::sim {

/// A recorded single order, for ExactQueue.
struct RecordedOrder {
  Side side = Side::None;
  bool isLive = false;
  bool isDoubted = false;  ///< Not told again since the book was lost.
  InstrumentId instrument = kNoInstrument;
  Price price = 0;
  Qty qty = 0;
  std::uint64_t key = 0;
  std::uint64_t arrival = 0;  ///< 0: ahead of all of ours.
  std::uint32_t next = order::kNoRecord;
};

/// What SimulatedExchange is made of; its methods are in exchange_*.cpp.
struct SimulatedExchange::State {
  /// References of others' orders in the matching engines; ours are an index in the ledger + 1.
  static constexpr std::uint64_t kForeign = std::uint64_t{1} << 62;

  struct Market {
    ContractTerms terms;
    std::unique_ptr<MatchingEngine> engine;    ///< Synthetic.
    std::unique_ptr<RecordedMarket> recorded;  ///< Recorded.
    [[nodiscard]] bool isListed() const noexcept { return engine || recorded; }
  };
  struct Expiry {
    Nanos time;
    InstrumentId instrument;
  };
  /// The request that is being worked on: its reports answer it.
  struct Command {
    order::RequestKind kind = order::RequestKind::New;
    event::ClOrdID clOrdID = event::kNoOrder;
    std::uint32_t order = order::kNoRecord;
  };

  explicit State(const ExchangeOptions& given);

  // exchange_requests.cpp: what we ask for.
  void advanceTo(Nanos time);
  void arrive(const order::OrderRequest& request);
  void arriveNew(const order::OrderRequest& request);
  void arriveCancel(const order::OrderRequest& request);
  void arriveReplace(const order::OrderRequest& request);
  void arriveCancelAll(const order::OrderRequest& request);
  void arriveStatus(const order::OrderRequest& request);
  void refuse(const order::OrderRequest& request, event::OrdRejReason reason);
  void refuseChange(const order::OrderRequest& request, std::uint32_t index,
                    event::OrdRejReason reason);
  void rememberExpiry(Nanos time, InstrumentId instrument);
  [[nodiscard]] std::uint32_t ownerOf(const order::OrderRequest& request) const noexcept;

  // exchange_reports.cpp: what we are told.
  void report(std::span<const MatchEvent> events, InstrumentId instrument);
  void reportOurs(const MatchEvent& event, InstrumentId instrument);
  void reportTrade(const MatchEvent& event, InstrumentId instrument, bool isMaker);
  void reportEnd(const MatchEvent& event);
  void reportRestated(std::uint32_t index, Qty less, event::OrdRejReason reason);
  void dropForeign(const MatchEvent& event, InstrumentId instrument);
  [[nodiscard]] event::ExecutionReport describe(const LedgerOrder& order) const noexcept;
  [[nodiscard]] event::ExecutionReport retell(const LedgerOrder& order,
                                              const LedgerExecution& execution) const noexcept;
  void send(event::ExecutionReport report);
  void finishCommand(InstrumentId instrument);

  // exchange_market.cpp: what happens around us.
  ExchangeError market(InstrumentId instrument, ExchangeMode mode, Nanos time, Market*& found);
  // exchange_orders.cpp: recorded single orders.
  ExchangeError change(Market& found, InstrumentId instrument, const L3Change& change);
  ExchangeError addOrder(Market& found, InstrumentId instrument, const L3Change& change);
  bool confirmOrder(RecordedMarket& book, RecordedOrder& order, const L3Change& change);
  void dropOrder(std::uint32_t index);
  void doubtOrders(RecordedMarket& book, InstrumentId instrument);
  void dropDoubted(RecordedMarket& book, InstrumentId instrument);

  [[nodiscard]] bool isOurs(std::uint64_t reference) const noexcept {
    return reference != 0 && reference < kForeign;
  }

  ExchangeOptions options;
  Xoshiro256 random;
  std::vector<Market> markets;
  OrderLedger ledger;
  order::IdIndex foreign;  ///< Ids of others an instrument: slots, or indices of `recordedOrders`.
  order::RecordPool<RecordedOrder, &RecordedOrder::next> recordedOrders;
  std::vector<Qty> positions;  ///< By account, then instrument.
  std::vector<FeeMeter> meters;
  TimedQueue<order::OrderRequest> requests;
  TimedQueue<event::ExecutionReport> reports;
  std::vector<Expiry> expiries;  ///< A heap, the earliest first; may name orders that are gone.
  Command command;
  event::ClOrdID replacedID = event::kNoOrder;  ///< Of the order that a replace works on.
  Nanos now = 0;
  Nanos commandDue = -1;  ///< When the reports of this command reach us; -1: not drawn yet.
  std::uint64_t orderIDs = 0;
  std::uint64_t execIDs = 0;
};

}  // namespace hft::sim
