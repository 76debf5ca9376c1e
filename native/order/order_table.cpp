#include "native/order/order_table.hpp"

#include <algorithm>

namespace hft::order {

using event::ClOrdID;
using event::ExecutionReport;
using event::OrdRejReason;

OrderTable::OrderTable(const OrderTableOptions& options)
    : options_(options),
      orders_(options.ordersMax),
      requests_(options.requestsMax),
      executions_(options.executionsMax),
      clOrdIDs_(std::size_t{options.ordersMax} + options.requestsMax),
      orderIDs_(std::size_t{options.ordersMax} * 2),
      execIDs_(options.executionsMax) {
  const std::uint32_t sizes[kScopeCount] = {options.instrumentsMax, options.strategiesMax,
                                            options.accountsMax, options.venuesMax};
  for (std::size_t scope = 0; scope < kScopeCount; ++scope) lists_[scope].resize(sizes[scope]);
  windows_.reserve(options.venuesMax);
  for (std::uint32_t i = 0; i < options.venuesMax; ++i) windows_.emplace_back(options.windowMax);
}

bool OrderTable::hasScopes(const OrderRequest& request) const noexcept {
  return request.instrument < options_.instrumentsMax &&
         request.strategy < options_.strategiesMax && request.account < options_.accountsMax &&
         request.venue < options_.venuesMax;
}

Result<OrderIndex, OrderError> OrderTable::add(const OrderRequest& request, Nanos now) noexcept {
  if (request.clOrdID == event::kNoOrder || request.orderQty <= 0 || !hasScopes(request)) {
    return OrderError::BadRequest;
  }
  if (clOrdIDs_.find(0, request.clOrdID) != IdIndex::kNone) return OrderError::DuplicateClOrdID;
  // Fills of the orders that work must find room: an order is refused long before a fill is.
  const std::uint32_t reserve = std::min(options_.executionsMax / 16, workingCount_ + 1);
  while (orders_.available() == 0 || executions_.available() < reserve) {
    if (!forgetOldest(kNoRecord)) return OrderError::CapacityExceeded;
  }
  const OrderIndex index = orders_.take();
  Order& order = orders_[index];
  order.state.orderQty = request.orderQty;
  order.createdTime = now;
  order.request = request;
  order.request.origClOrdID = request.clOrdID;
  clOrdIDs_.put(0, request.clOrdID, index);
  link(index);
  return index;
}

Result<OrderIndex, OrderError> OrderTable::addCancel(const OrderRequest& request) noexcept {
  const OrderIndex index = find(request.origClOrdID);
  if (index == kNoRecord) return OrderError::UnknownOrder;
  // One whose answer is unknown may be asked for again; the venue can't cancel an order twice.
  const OrderState& state = orders_[index].state;
  if (state.pendingCancels > 0 && state.unknownRequests == 0) return OrderError::AlreadyPending;
  return addRequest(request);
}

Result<OrderIndex, OrderError> OrderTable::addReplace(const OrderRequest& request) noexcept {
  if (request.orderQty <= 0) return OrderError::BadRequest;
  return addRequest(request);
}

Result<OrderIndex, OrderError> OrderTable::addRequest(const OrderRequest& request) noexcept {
  if (request.clOrdID == event::kNoOrder) return OrderError::BadRequest;
  const OrderIndex index = find(request.origClOrdID);
  if (index == kNoRecord) return OrderError::UnknownOrder;
  if (clOrdIDs_.find(0, request.clOrdID) != IdIndex::kNone) return OrderError::DuplicateClOrdID;
  Order& order = orders_[index];
  if (isClosed(order.state)) return OrderError::OrderClosed;
  constexpr unsigned kPendingMax = 100;
  if (order.state.pendingCancels + order.state.pendingReplaces >= kPendingMax) {
    return OrderError::CapacityExceeded;
  }
  std::uint32_t at = requests_.take();
  while (at == kNoRecord) {
    if (!forgetOldest(index)) return OrderError::CapacityExceeded;
    at = requests_.take();
  }
  Request& entry = requests_[at];
  entry.clOrdID = request.clOrdID;
  entry.order = index;
  entry.orderQty = request.orderQty;
  entry.price = request.price;
  entry.stopPx = request.stopPx;
  entry.kind = request.kind == RequestKind::Replace ? RequestKind::Replace : RequestKind::Cancel;
  prepend(order, at);
  ++(entry.kind == RequestKind::Cancel ? order.state.pendingCancels : order.state.pendingReplaces);
  clOrdIDs_.put(0, request.clOrdID, at | kRequestBit);
  return index;
}

void OrderTable::prepend(Order& order, std::uint32_t at) noexcept {
  constexpr std::uint16_t kLengthMax = kRequestsKept * 2;
  Request& entry = requests_[at];
  entry.next = order.firstRequest;
  if (entry.next != kNoRecord) {
    entry.chainLength = static_cast<std::uint16_t>(requests_[entry.next].chainLength + 1);
  }
  order.firstRequest = at;
  if (entry.chainLength > kLengthMax) trimRequests(order);
}

void OrderTable::trimRequests(Order& order) noexcept {
  std::uint16_t kept = 0;
  for (std::uint32_t* link = &order.firstRequest; *link != kNoRecord;) {
    const std::uint32_t at = *link;
    Request& request = requests_[at];
    // The venue knows the order by its newest confirmed one.
    const bool isNeeded = request.isOpen() || request.kind == RequestKind::CancelAll ||
                          request.clOrdID == order.clOrdID();
    if (isNeeded || kept++ < kRequestsKept) {
      link = &request.next;
      continue;
    }
    *link = request.next;
    clOrdIDs_.erase(0, request.clOrdID);
    requests_.give(at);
  }
  // Not what is left: a chain of open ones must not be walked for each that is added.
  requests_[order.firstRequest].chainLength = kRequestsKept;
}

OrderError OrderTable::markUnknown(ClOrdID clOrdID) noexcept {
  const Found found = locate(clOrdID);
  if (found.order == kNoRecord) return OrderError::UnknownOrder;
  OrderState& state = orders_[found.order].state;
  if (found.request == kNoRecord) {
    const bool isAnswered = (state.facts & (kAcknowledged | kRejected)) != 0 || isClosed(state);
    if (!isAnswered) state.facts = static_cast<std::uint8_t>(state.facts | kNewUnknown);
    return OrderError::Ok;
  }
  Request& request = requests_[found.request];
  if (request.state == RequestState::Pending) {
    request.state = RequestState::Unknown;
    ++state.unknownRequests;
  }
  return OrderError::Ok;
}

OrderError OrderTable::resolveAbsent(ClOrdID clOrdID, OrdRejReason reason) noexcept {
  const Found found = locate(clOrdID);
  if (found.order == kNoRecord) return OrderError::UnknownOrder;
  ExecutionReport report;
  report.execType = ExecType::Rejected;
  report.reason = reason;
  ReportContext context;
  OrderState& state = orders_[found.order].state;
  if (found.request != kNoRecord) {
    Request& request = requests_[found.request];
    if (!request.isOpen()) return OrderError::NotUnknown;
    context.answered = request.kind;
    context.isOpen = true;
    context.wasUnknown = request.state == RequestState::Unknown;
    request.state = RequestState::Refused;
    state = transition(state, report, context);
  } else {
    if ((state.facts & kAcknowledged) != 0 || isClosed(state)) return OrderError::NotUnknown;
    // No statement of the venue: whatever it says later is newer.
    report.transactTime = OrderState::kNever;
    state = transition(state, report, context);
    state.facts = static_cast<std::uint8_t>(state.facts | kRejected);
    state.reason = reason;
  }
  refreshWorking(found.order);
  return OrderError::Ok;
}

OrderTable::Found OrderTable::locate(ClOrdID clOrdID) const noexcept {
  const std::uint32_t value = clOrdIDs_.find(0, clOrdID);
  if (value == IdIndex::kNone) return {};
  if ((value & kRequestBit) == 0) return {value, kNoRecord};
  const std::uint32_t request = value & ~kRequestBit;
  return {requests_[request].order, request};
}

OrderIndex OrderTable::find(ClOrdID clOrdID) const noexcept { return locate(clOrdID).order; }

OrdStatus OrderTable::ordStatusOf(ClOrdID clOrdID) const noexcept {
  const Found found = locate(clOrdID);
  if (found.order == kNoRecord) return OrdStatus::None;
  const Order& order = orders_[found.order];
  const bool isOfOrder =
      found.request == kNoRecord || requests_[found.request].kind == RequestKind::Replace;
  if (isOfOrder && clOrdID < order.clOrdID()) return OrdStatus::Replaced;
  return order.ordStatus();
}

OrderTable::List& OrderTable::list(Scope scope, const Order& order) noexcept {
  const OrderRequest& request = order.request;
  switch (scope) {
    case Scope::Instrument:
      return lists_[0][request.instrument];
    case Scope::Strategy:
      return lists_[1][request.strategy];
    case Scope::Account:
      return lists_[2][request.account];
    case Scope::Venue:
      break;
  }
  return lists_[3][request.venue];
}

OrderIndex OrderTable::firstWorking(Scope scope, std::uint32_t id) const noexcept {
  const auto& lists = lists_[static_cast<std::size_t>(scope)];
  return id < lists.size() ? lists[id].first : kNoRecord;
}

std::uint32_t OrderTable::workingCount(Scope scope, std::uint32_t id) const noexcept {
  const auto& lists = lists_[static_cast<std::size_t>(scope)];
  return id < lists.size() ? lists[id].count : 0;
}

void OrderTable::link(OrderIndex index) noexcept {
  Order& order = orders_[index];
  ++workingCount_;
  for (std::size_t scope = 0; scope < kScopeCount; ++scope) {
    List& entry = list(static_cast<Scope>(scope), order);
    order.links[scope] = {kNoRecord, entry.first};
    if (entry.first != kNoRecord) orders_[entry.first].links[scope].previous = index;
    entry.first = index;
    ++entry.count;
  }
}

void OrderTable::unlink(OrderIndex index) noexcept {
  Order& order = orders_[index];
  --workingCount_;
  for (std::size_t scope = 0; scope < kScopeCount; ++scope) {
    List& entry = list(static_cast<Scope>(scope), order);
    const Order::Link at = order.links[scope];
    if (at.previous == kNoRecord) {
      entry.first = at.next;
    } else {
      orders_[at.previous].links[scope].next = at.next;
    }
    if (at.next != kNoRecord) orders_[at.next].links[scope].previous = at.previous;
    --entry.count;
  }
}

void OrderTable::appendClosed(OrderIndex index) noexcept {
  orders_[index].links[0] = {newestClosed_, kNoRecord};
  orders_[index].links[1].previous = kNotListed;
  (newestClosed_ == kNoRecord ? oldestClosed_ : orders_[newestClosed_].links[0].next) = index;
  newestClosed_ = index;
}

void OrderTable::removeClosed(OrderIndex index) noexcept {
  const Order::Link at = orders_[index].links[0];
  (at.previous == kNoRecord ? oldestClosed_ : orders_[at.previous].links[0].next) = at.next;
  (at.next == kNoRecord ? newestClosed_ : orders_[at.next].links[0].previous) = at.previous;
}

void OrderTable::refreshWorking(OrderIndex index) noexcept {
  const bool isOpen = !isClosed(orders_[index].state);
  if (isOpen == orders_[index].isWorking()) return;
  if (isOpen) {
    removeClosed(index);
    link(index);
  } else {
    unlink(index);
    appendClosed(index);
  }
}

bool OrderTable::forgetOldest(OrderIndex keep) noexcept {
  // An order whose fills are still missing must be there when they come. Few can be such, so the
  // search is short; it is bounded all the same.
  OrderIndex index = oldestClosed_;
  for (int tries = 0; index != kNoRecord && (index == keep || missingQty(orders_[index].state) > 0);
       ++tries) {
    if (tries == 1024) return false;
    index = orders_[index].links[0].next;
  }
  if (index == kNoRecord) return false;
  removeClosed(index);
  Order& order = orders_[index];
  ExecutionWindow& window = windows_[order.request.venue];
  for (std::uint32_t at = order.firstExecution; at != kNoRecord;) {
    const std::uint32_t next = executions_[at].next;
    window.add(executions_[at].execID);
    execIDs_.erase(index, executions_[at].execID);
    executions_.give(at);
    at = next;
  }
  for (std::uint32_t at = order.firstRequest; at != kNoRecord;) {
    const std::uint32_t next = requests_[at].next;
    if (requests_[at].kind == RequestKind::CancelAll) {
      orderIDs_.erase(order.request.venue, requests_[at].clOrdID);
    } else {
      clOrdIDs_.erase(0, requests_[at].clOrdID);
    }
    requests_.give(at);
    at = next;
  }
  clOrdIDs_.erase(0, order.firstClOrdID());
  if (order.orderID != 0 && orderIDs_.find(order.request.venue, order.orderID) == index) {
    orderIDs_.erase(order.request.venue, order.orderID);
  }
  orders_.give(index);
  ++forgottenCount_;
  return true;
}

const Execution* OrderTable::firstExecution(OrderIndex order) const noexcept {
  const std::uint32_t at = orders_[order].firstExecution;
  return at == kNoRecord ? nullptr : &executions_[at];
}

const Execution* OrderTable::nextExecution(const Execution& execution) const noexcept {
  return execution.next == kNoRecord ? nullptr : &executions_[execution.next];
}

}  // namespace hft::order
