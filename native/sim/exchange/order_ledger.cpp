#include "native/sim/exchange/order_ledger.hpp"

namespace hft::sim {

using order::kNoRecord;

OrderLedger::OrderLedger(std::uint32_t ordersMax, std::uint32_t executionsMax)
    : orders_(ordersMax),
      aliases_(ordersMax),
      executions_(executionsMax),
      ids_(std::size_t{ordersMax} * 2) {}

std::uint32_t OrderLedger::open(const order::OrderRequest& request, std::uint64_t orderID) {
  std::uint32_t index = orders_.take();
  while (index == kNoRecord) {
    if (!forgetOldest()) return kNoRecord;
    index = orders_.take();
  }
  LedgerOrder& order = orders_[index];
  order.request = request;
  order.orderID = orderID;
  order.leavesQty = request.orderQty;
  order.ordStatus = OrdStatus::New;
  ids_.put(0, request.clOrdID, index);
  append(live_, index);
  ++liveCount_;
  return index;
}

bool OrderLedger::rename(std::uint32_t index, event::ClOrdID clOrdID) {
  std::uint32_t at = aliases_.take();
  while (at == kNoRecord) {
    if (!forgetOldest()) return false;
    at = aliases_.take();
  }
  LedgerOrder& order = orders_[index];
  aliases_[at].clOrdID = order.request.clOrdID;
  aliases_[at].next = order.firstAlias;
  order.firstAlias = at;
  order.request.clOrdID = clOrdID;
  ids_.put(0, clOrdID, index);
  return true;
}

void OrderLedger::unname(std::uint32_t index) noexcept {
  LedgerOrder& order = orders_[index];
  const std::uint32_t at = order.firstAlias;
  ids_.erase(0, order.request.clOrdID);
  order.request.clOrdID = aliases_[at].clOrdID;
  order.firstAlias = aliases_[at].next;
  aliases_.give(at);
}

void OrderLedger::addExecution(std::uint32_t index, const LedgerExecution& execution) {
  std::uint32_t at = executions_.take();
  while (at == kNoRecord) {
    // With live orders alone in the ledger, this execution can't be told again.
    if (!forgetOldest()) return;
    at = executions_.take();
  }
  executions_[at] = execution;
  executions_[at].next = kNoRecord;
  LedgerOrder& order = orders_[index];
  if (order.lastExecution == kNoRecord) {
    order.firstExecution = at;
  } else {
    executions_[order.lastExecution].next = at;
  }
  order.lastExecution = at;
}

void OrderLedger::close(std::uint32_t index) noexcept {
  unlink(live_, index);
  append(closed_, index);
  orders_[index].leavesQty = 0;
  --liveCount_;
}

bool OrderLedger::forgetOldest() noexcept {
  const std::uint32_t index = closed_.head;
  if (index == kNoRecord) return false;
  unlink(closed_, index);
  LedgerOrder& order = orders_[index];
  ids_.erase(0, order.request.clOrdID);
  for (std::uint32_t at = order.firstAlias; at != kNoRecord;) {
    const std::uint32_t next = aliases_[at].next;
    ids_.erase(0, aliases_[at].clOrdID);
    aliases_.give(at);
    at = next;
  }
  for (std::uint32_t at = order.firstExecution; at != kNoRecord;) {
    const std::uint32_t next = executions_[at].next;
    executions_.give(at);
    at = next;
  }
  orders_.give(index);
  return true;
}

void OrderLedger::append(List& list, std::uint32_t index) noexcept {
  orders_[index].prev = list.tail;
  orders_[index].next = kNoRecord;
  (list.tail == kNoRecord ? list.head : orders_[list.tail].next) = index;
  list.tail = index;
}

void OrderLedger::unlink(List& list, std::uint32_t index) noexcept {
  const LedgerOrder& order = orders_[index];
  (order.prev == kNoRecord ? list.head : orders_[order.prev].next) = order.next;
  (order.next == kNoRecord ? list.tail : orders_[order.next].prev) = order.prev;
}

}  // namespace hft::sim
