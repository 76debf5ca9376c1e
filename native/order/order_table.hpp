#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/result.hpp"
#include "native/event/execution_report.hpp"
#include "native/order/execution_window.hpp"
#include "native/order/id_index.hpp"
#include "native/order/order_record.hpp"

namespace hft::order {

/// Sizes of an OrderTable: 256 bytes an order, 64 a request, 64 an execution, and 32 of index for
/// each id. All memory is taken at once.
struct OrderTableOptions {
  std::uint32_t ordersMax = 1U << 20;
  std::uint32_t requestsMax = 1U << 20;    ///< Cancels and replaces of the orders in the table.
  std::uint32_t executionsMax = 1U << 20;  ///< Executions of the orders in the table.
  std::uint32_t instrumentsMax = 1U << 14;
  std::uint32_t strategiesMax = 256;
  std::uint32_t accountsMax = 256;
  std::uint32_t venuesMax = 32;
  std::uint32_t windowMax = 1U << 14;  ///< execIDs of forgotten orders, a venue.
};

enum class OrderError : std::uint8_t {
  Ok,
  CapacityExceeded,  ///< Full of orders, requests or executions that may not be forgotten.
  BadRequest,        ///< An id of zero, a quantity that is not positive, or a scope out of range.
  DuplicateClOrdID,  ///< The id has been used.
  UnknownOrder,
  OrderClosed,     ///< Nothing is left to cancel or replace.
  AlreadyPending,  ///< A cancel is on its way: another would change nothing.
  NotUnknown,      ///< There is nothing to resolve.
  BadSnapshot,
};

/// What became of an execution report.
enum class ReportVerdict : std::uint8_t {
  Applied,
  Duplicate,         ///< An execution that has been counted before. The rest was taken again.
  UnknownOrder,      ///< None of our orders: somebody else's, or one that is forgotten.
  Mismatch,          ///< Our id with another instrument, side or venue: not applied.
  BadReport,         ///< A fill without execID or with a quantity that can't be; not applied.
  CapacityExceeded,  ///< No room for the execution; not applied. Trading must stop.
};

/// A change of what is executed: for positions.
struct FillDelta {
  std::uint64_t execID = 0;
  Qty qty = 0;  ///< Negative where an execution is taken back.
  Price price = 0;
  std::int64_t fee = 0;
  std::uint16_t feeCurrency = 0;
};

struct ReportOutcome {
  ReportVerdict verdict = ReportVerdict::UnknownOrder;
  OrdStatus before = OrdStatus::None;
  OrdStatus after = OrdStatus::None;
  std::uint8_t deltaCount = 0;
  std::uint16_t newAnomalies = 0;  ///< OrderAnomalies that the report has brought.
  OrderIndex order = kNoRecord;
  std::array<FillDelta, 3> deltas{};

  [[nodiscard]] std::span<const FillDelta> fills() const& noexcept {
    return {deltas.data(), deltaCount};
  }
  /// A view into an outcome that is gone at the end of the expression.
  std::span<const FillDelta> fills() const&& = delete;
};

/// Every order of a process, by dense index, ClOrdID and the venue's id, with lists of the working
/// ones by instrument, strategy, account and venue. Every operation is O(1) in the orders held.
///
/// An order is one record through all of its replaces; each ClOrdID of its chain finds it. Reports
/// may come late, twice and in any order. When the table is full the order that closed first is
/// forgotten; its execIDs stay in the window of its venue. An order that is replaced all day keeps
/// its newest requests: the ids of older answered ones are let go. Not thread-safe: one writer.
class OrderTable {
 public:
  /// Answered requests that an order keeps at least; open ones stay in any case.
  static constexpr std::uint16_t kRequestsKept = 32;

  explicit OrderTable(const OrderTableOptions& options);

  /// Enters a new order: PendingNew.
  Result<OrderIndex, OrderError> add(const OrderRequest& request, Nanos now) noexcept;
  /// Enters a request to cancel the order of `request.origClOrdID`: PendingCancel.
  Result<OrderIndex, OrderError> addCancel(const OrderRequest& request) noexcept;
  /// Enters a request to replace quantity, price and stopPx: PendingReplace.
  Result<OrderIndex, OrderError> addReplace(const OrderRequest& request) noexcept;

  /// The answer to the request `clOrdID` was ambiguous (timeout, 5xx): its order is Unknown until
  /// a report proves what became of it. Of no effect where the answer is known.
  OrderError markUnknown(event::ClOrdID clOrdID) noexcept;
  /// The request `clOrdID` provably had no effect: it never left, or the venue can't have it.
  /// "Not found" is no such proof while the request may still be on its way. Should the venue
  /// execute the order after all, that counts.
  OrderError resolveAbsent(event::ClOrdID clOrdID, event::OrdRejReason reason) noexcept;

  ReportOutcome apply(const event::ExecutionReport& report) noexcept;

  /// The order that `clOrdID` is or was an id of; kNoRecord if none.
  [[nodiscard]] OrderIndex find(event::ClOrdID clOrdID) const noexcept;
  [[nodiscard]] OrderIndex findByOrderID(std::uint16_t venue,
                                         std::uint64_t orderID) const noexcept {
    return orderIDs_.find(venue, orderID);
  }
  /// OrdStatus of one id of a chain: Replaced where a later one is in force; None if unknown.
  [[nodiscard]] OrdStatus ordStatusOf(event::ClOrdID clOrdID) const noexcept;

  [[nodiscard]] const Order& operator[](OrderIndex order) const noexcept { return orders_[order]; }

  /// The working orders of a scope, newest first: take the next before the order changes.
  [[nodiscard]] OrderIndex firstWorking(Scope scope, std::uint32_t id) const noexcept;
  [[nodiscard]] OrderIndex nextWorking(Scope scope, OrderIndex order) const noexcept {
    return orders_[order].links[static_cast<std::size_t>(scope)].next;
  }
  [[nodiscard]] std::uint32_t workingCount(Scope scope, std::uint32_t id) const noexcept;
  [[nodiscard]] std::uint32_t workingCount() const noexcept { return workingCount_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return orders_.size(); }
  /// Orders forgotten to make room.
  [[nodiscard]] std::uint64_t forgottenCount() const noexcept { return forgottenCount_; }

  /// Executions of an order, newest first.
  [[nodiscard]] const Execution* firstExecution(OrderIndex order) const noexcept;
  [[nodiscard]] const Execution* nextExecution(const Execution& execution) const noexcept;

  /// Cancels and replaces of an order, newest first.
  [[nodiscard]] const Request* firstRequest(OrderIndex order) const noexcept {
    return requestAt(orders_[order].firstRequest);
  }
  [[nodiscard]] const Request* nextRequest(const Request& request) const noexcept {
    return requestAt(request.next);
  }
  /// Calls `visit(OrderIndex)` for every working order.
  template <typename Visit>
  void forEachWorking(Visit&& visit) const {
    for (std::uint32_t venue = 0; venue < options_.venuesMax; ++venue) {
      OrderIndex at = firstWorking(Scope::Venue, venue);
      while (at != kNoRecord) {
        const OrderIndex next = nextWorking(Scope::Venue, at);
        visit(at);
        at = next;
      }
    }
  }

  /// Calls `visit(OrderIndex)` for every closed order that is remembered, the oldest first.
  template <typename Visit>
  void forEachClosed(Visit&& visit) const {
    for (OrderIndex at = oldestClosed_; at != kNoRecord;) {
      const OrderIndex next = orders_[at].links[0].next;
      visit(at);
      at = next;
    }
  }
  /// The same for those whose executions have not all arrived: the venue has told of more.
  template <typename Visit>
  void forEachMissing(Visit&& visit) const {
    forEachClosed([&](OrderIndex at) {
      if (missingQty(orders_[at].state) > 0) visit(at);
    });
  }

  /// Bytes that `save` writes.
  [[nodiscard]] std::size_t snapshotBytes() const noexcept;
  /// Writes the whole state into `out`, which holds `snapshotBytes`.
  void save(std::span<std::byte> out) const noexcept;
  /// Takes up a saved state; the table must be fresh. BadSnapshot (and an unusable table) where it
  /// isn't one; CapacityExceeded where this table is too small for it.
  OrderError restore(std::span<const std::byte> snapshot) noexcept;

 private:
  class SnapshotReader;
  struct List {
    OrderIndex first = kNoRecord;
    std::uint32_t count = 0;
  };
  struct Found {
    OrderIndex order = kNoRecord;
    std::uint32_t request = kNoRecord;
  };
  static constexpr std::uint32_t kRequestBit = 1U << 31;

  [[nodiscard]] const Request* requestAt(std::uint32_t at) const noexcept {
    return at == kNoRecord ? nullptr : &requests_[at];
  }
  [[nodiscard]] Found locate(event::ClOrdID clOrdID) const noexcept;
  [[nodiscard]] Found locate(const event::ExecutionReport& report) const noexcept;
  [[nodiscard]] List& list(Scope scope, const Order& order) noexcept;
  [[nodiscard]] bool hasScopes(const OrderRequest& request) const noexcept;
  Result<OrderIndex, OrderError> addRequest(const OrderRequest& request) noexcept;
  /// Puts a request in front of those of its order.
  void prepend(Order& order, std::uint32_t at) noexcept;
  /// Lets go of the oldest answered requests of an order.
  void trimRequests(Order& order) noexcept;
  void answer(const event::ExecutionReport& report, Order& order, Found found,
              ReportContext& context) noexcept;
  void confirmReplace(Order& order, Request& request, const event::ExecutionReport& report,
                      ReportContext& context) noexcept;
  void resolveUnknowns(Order& order, const event::ExecutionReport& report) noexcept;
  void learnOrderID(OrderIndex index, const event::ExecutionReport& report) noexcept;
  void applyExecution(const event::ExecutionReport& report, ReportOutcome& outcome) noexcept;
  [[nodiscard]] bool isSound(const event::ExecutionReport& report,
                             const Order& order) const noexcept;
  /// The execution of an order by its id, entered where it isn't; kNoRecord when full.
  std::uint32_t execution(OrderIndex order, std::uint64_t execID) noexcept;
  void takeBack(std::uint32_t at, ReportOutcome& outcome) noexcept;
  void correct(std::uint32_t corrected, std::uint32_t at, ReportOutcome& outcome) noexcept;
  void count(const Execution& execution, int sign, ReportOutcome& outcome) noexcept;
  void refreshWorking(OrderIndex index) noexcept;
  void link(OrderIndex index) noexcept;
  void unlink(OrderIndex index) noexcept;
  void appendClosed(OrderIndex index) noexcept;
  void removeClosed(OrderIndex index) noexcept;
  /// Forgets the order that closed first, but not `keep`.
  [[nodiscard]] bool forgetOldest(OrderIndex keep) noexcept;
  [[nodiscard]] std::vector<OrderIndex> ordersToSave() const;
  OrderError restoreParts(OrderIndex index, SnapshotReader& reader) noexcept;

  OrderTableOptions options_;
  RecordPool<Order, &Order::firstRequest> orders_;
  RecordPool<Request, &Request::next> requests_;
  RecordPool<Execution, &Execution::next> executions_;
  IdIndex clOrdIDs_;
  IdIndex orderIDs_;
  IdIndex execIDs_;
  std::vector<List> lists_[kScopeCount];
  std::vector<ExecutionWindow> windows_;
  OrderIndex oldestClosed_ = kNoRecord;
  OrderIndex newestClosed_ = kNoRecord;
  std::uint32_t workingCount_ = 0;
  std::uint64_t forgottenCount_ = 0;
};

}  // namespace hft::order
