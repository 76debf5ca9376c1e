#pragma once

#include <cstddef>
#include <cstdint>

#include "native/event/execution_report.hpp"
#include "native/order/id_index.hpp"
#include "native/order/order_request.hpp"
#include "native/order/record_pool.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

/// An order as the exchange knows it.
struct LedgerOrder {
  order::OrderRequest request;  ///< The terms in force; clOrdID is the newest one.
  std::uint64_t orderID = 0;
  Qty cumQty = 0;
  Qty leavesQty = 0;
  OrderSlot slot = kNoSlot;
  OrdStatus ordStatus = OrdStatus::None;
  event::OrdRejReason reason = event::OrdRejReason::None;
  std::uint32_t firstAlias = order::kNoRecord;
  std::uint32_t firstExecution = order::kNoRecord;
  std::uint32_t lastExecution = order::kNoRecord;
  std::uint32_t prev = order::kNoRecord;
  std::uint32_t next = order::kNoRecord;  ///< Of the live or the closed list; of free ones.

  [[nodiscard]] bool isLive() const noexcept {
    return ordStatus == OrdStatus::New || ordStatus == OrdStatus::PartiallyFilled;
  }
};

/// An execution of an order, to be told again.
struct LedgerExecution {
  event::ClOrdID clOrdID = 0;
  std::uint64_t execID = 0;
  Qty lastQty = 0;
  Price lastPx = 0;
  Qty cumQty = 0;
  Qty leavesQty = 0;
  std::int64_t fee = 0;
  Nanos transactTime = 0;
  OrdStatus ordStatus = OrdStatus::None;
  event::LiquidityInd liquidity = event::LiquidityInd::None;
  std::uint32_t next = order::kNoRecord;
};

/// The exchange's truth: all live orders, the newest closed ones, and their executions.
///
/// Fixed capacity: a new order takes the place of the oldest closed one. Not thread-safe.
class OrderLedger {
 public:
  OrderLedger(std::uint32_t ordersMax, std::uint32_t executionsMax);

  /// A fresh live order under `request.clOrdID`; kNoRecord where only live ones fill the ledger.
  [[nodiscard]] std::uint32_t open(const order::OrderRequest& request, std::uint64_t orderID);
  /// The order that is or was called `clOrdID`; kNoRecord.
  [[nodiscard]] std::uint32_t find(event::ClOrdID clOrdID) const noexcept {
    return ids_.find(0, clOrdID);
  }
  /// Makes `clOrdID` the order's newest id. False where there is no room for one more.
  [[nodiscard]] bool rename(std::uint32_t index, event::ClOrdID clOrdID);
  /// Takes the newest `rename` back: the order is called as before, the newer id was never given.
  void unname(std::uint32_t index) noexcept;
  void addExecution(std::uint32_t index, const LedgerExecution& execution);
  /// Moves the order among the closed ones; its ordStatus says how it ended.
  void close(std::uint32_t index) noexcept;

  [[nodiscard]] LedgerOrder& operator[](std::uint32_t index) noexcept { return orders_[index]; }
  [[nodiscard]] const LedgerOrder& operator[](std::uint32_t index) const noexcept {
    return orders_[index];
  }
  [[nodiscard]] const LedgerExecution& execution(std::uint32_t index) const noexcept {
    return executions_[index];
  }
  [[nodiscard]] std::uint32_t firstLive() const noexcept { return live_.head; }
  [[nodiscard]] std::size_t liveCount() const noexcept { return liveCount_; }

 private:
  struct List {
    std::uint32_t head = order::kNoRecord;
    std::uint32_t tail = order::kNoRecord;
  };
  struct Alias {
    event::ClOrdID clOrdID = 0;
    std::uint32_t next = order::kNoRecord;
  };

  void append(List& list, std::uint32_t index) noexcept;
  void unlink(List& list, std::uint32_t index) noexcept;
  /// Forgets the closed order that ended first; false where there is none.
  bool forgetOldest() noexcept;

  order::RecordPool<LedgerOrder, &LedgerOrder::next> orders_;
  order::RecordPool<Alias, &Alias::next> aliases_;
  order::RecordPool<LedgerExecution, &LedgerExecution::next> executions_;
  order::IdIndex ids_;
  List live_;
  List closed_;
  std::size_t liveCount_ = 0;
};

}  // namespace hft::sim
