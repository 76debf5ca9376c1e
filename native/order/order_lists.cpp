#include "native/order/order_lists.hpp"

#include <algorithm>

namespace hft::order {
namespace {

void ask(ListActions& actions, RequestKind kind, const ListLeg& leg) noexcept {
  OrderRequest request = leg.request;
  request.kind = kind;
  request.orderQty = leg.wantedQty;
  if (kind != RequestKind::New) {
    request.origClOrdID = leg.request.clOrdID;
    request.clOrdID = event::kNoOrder;
  }
  actions.requests[actions.count++] = request;
}

/// Brings a leg to the whole quantity `target`: 0 takes it out.
void bring(ListActions& actions, ListLeg& leg, Qty target) noexcept {
  if (leg.isClosed) return;
  if (!leg.isSent) {
    leg.wantedQty = target;
    if (target <= 0) return;
    leg.isSent = true;
    ask(actions, RequestKind::New, leg);
  } else if (target <= leg.cumQty) {
    if (leg.isCancelAsked) return;
    leg.isCancelAsked = true;
    ask(actions, RequestKind::Cancel, leg);
  } else if (target != leg.wantedQty && !leg.isCancelAsked) {
    leg.wantedQty = target;
    ask(actions, RequestKind::Replace, leg);
  }
}

}  // namespace

OrderLists::OrderLists(std::uint32_t listsMax)
    : lists_(listsMax), ids_(std::size_t{listsMax} * kLegsMax) {}

bool OrderLists::isSound(const OrderList& list) noexcept {
  if (list.kind < ListKind::OneCancelsOther || list.kind > ListKind::OneTriggersOco ||
      list.legCount < 2 || list.legCount > kLegsMax) {
    return false;
  }
  for (std::size_t i = 0; i < list.legCount; ++i) {
    const OrderRequest& leg = list.legs[i].request;
    if (leg.clOrdID == event::kNoOrder || leg.orderQty <= 0) return false;
    if (list.kind != ListKind::OneTriggersOther && leg.orderQty != list.legs[0].request.orderQty) {
      return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (list.legs[j].request.clOrdID == leg.clOrdID) return false;
    }
  }
  return true;
}

OrderError OrderLists::insert(const OrderList& list) noexcept {
  for (std::size_t i = 0; i < list.legCount; ++i) {
    if (contains(list.legs[i].request.clOrdID)) return OrderError::DuplicateClOrdID;
  }
  const std::uint32_t at = lists_.take();
  if (at == kNoRecord) return OrderError::CapacityExceeded;
  lists_[at] = list;
  for (std::size_t i = 0; i < list.legCount; ++i) ids_.put(0, list.legs[i].request.clOrdID, at);
  return OrderError::Ok;
}

OrderError OrderLists::add(ListKind kind, std::span<const OrderRequest> legs) noexcept {
  if (legs.size() > kLegsMax) return OrderError::BadRequest;
  OrderList list;
  list.kind = kind;
  list.legCount = static_cast<std::uint8_t>(legs.size());
  for (std::size_t i = 0; i < legs.size(); ++i) list.legs[i].request = legs[i];
  return isSound(list) ? insert(list) : OrderError::BadRequest;
}

ListActions OrderLists::start(event::ClOrdID leg) noexcept {
  const std::uint32_t at = ids_.find(0, leg);
  return at == IdIndex::kNone ? ListActions{} : settle(lists_[at]);
}

ListActions OrderLists::settle(OrderList& list) noexcept {
  ListActions actions;
  const bool hasParent = list.kind != ListKind::OneCancelsOther;
  const std::size_t firstShared = hasParent ? 1 : 0;
  ListLeg& first = list.legs[0];
  Qty shared = first.request.orderQty;
  if (hasParent) {
    bring(actions, first, first.request.orderQty);
    shared = first.cumQty;
  }
  if (list.kind == ListKind::OneTriggersOther) {
    const bool isReleased = first.cumQty >= first.request.orderQty;
    for (std::size_t i = 1; i < list.legCount; ++i) {
      ListLeg& leg = list.legs[i];
      if (isReleased) bring(actions, leg, leg.request.orderQty);
      if (!isReleased && first.isClosed) leg.isClosed = true;
    }
    return actions;
  }
  Qty executed = 0;
  for (std::size_t i = firstShared; i < list.legCount; ++i) {
    executed += list.legs[i].cumQty;
  }
  actions.isOverfilled = executed > shared;
  for (std::size_t i = firstShared; i < list.legCount; ++i) {
    ListLeg& leg = list.legs[i];
    // A leg that ended without our asking leaves the others what it has not executed.
    const Qty target = shared - (executed - leg.cumQty);
    bring(actions, leg, target);
    if (!leg.isSent && target <= 0 && first.isClosed) leg.isClosed = true;
  }
  return actions;
}

ListActions OrderLists::update(event::ClOrdID id, Qty cumQty, bool isClosed) noexcept {
  const std::uint32_t at = ids_.find(0, id);
  if (at == IdIndex::kNone) return {};
  OrderList& list = lists_[at];
  for (std::size_t i = 0; i < list.legCount; ++i) {
    ListLeg& leg = list.legs[i];
    if (leg.request.clOrdID != id) continue;
    leg.cumQty = cumQty;
    leg.isClosed = isClosed;
    leg.isSent = true;
  }
  const ListActions actions = settle(list);
  forgetIfDone(at);
  return actions;
}

ListActions OrderLists::retry(event::ClOrdID id) noexcept {
  const std::uint32_t at = ids_.find(0, id);
  if (at == IdIndex::kNone) return {};
  OrderList& list = lists_[at];
  for (std::size_t i = 0; i < list.legCount; ++i) {
    ListLeg& leg = list.legs[i];
    if (leg.request.clOrdID != id) continue;
    leg.isCancelAsked = false;
    leg.wantedQty = 0;
  }
  return settle(list);
}

void OrderLists::forgetIfDone(std::uint32_t at) noexcept {
  const OrderList& list = lists_[at];
  for (std::size_t i = 0; i < list.legCount; ++i) {
    if (!list.legs[i].isClosed) return;
  }
  for (std::size_t i = 0; i < list.legCount; ++i) ids_.erase(0, list.legs[i].request.clOrdID);
  lists_.give(at);
}

std::vector<OrderList> OrderLists::save() const {
  std::vector<OrderList> saved;
  saved.reserve(lists_.size());
  for (std::uint32_t at = 0; at < lists_.capacity() && saved.size() < lists_.size(); ++at) {
    const OrderList& list = lists_[at];
    // A record that is free may hold an old list, whose ids lead elsewhere or nowhere.
    if (list.legCount == 0 || ids_.find(0, list.legs[0].request.clOrdID) != at) continue;
    saved.push_back(list);
    saved.back().next = kNoRecord;
  }
  return saved;
}

OrderError OrderLists::restore(std::span<const OrderList> saved) noexcept {
  if (lists_.size() != 0) return OrderError::BadSnapshot;
  for (const OrderList& list : saved) {
    if (!isSound(list)) return OrderError::BadSnapshot;
    const OrderError error = insert(list);
    if (error == OrderError::DuplicateClOrdID) return OrderError::BadSnapshot;
    if (error != OrderError::Ok) return error;
  }
  return OrderError::Ok;
}

}  // namespace hft::order
