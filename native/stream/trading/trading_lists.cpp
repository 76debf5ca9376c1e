// Bracket, OCO, OTO and OTOCO lists: what they want done, and who does it.
#include <algorithm>

#include "native/stream/trading/request_words.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::JournalStamp;
using event::RecordKind;
using event::Reserve;
using order::OrderError;
using order::OrderIndex;
using order::OrderRequest;
using order::RequestKind;

SubmitVerdict TradingCore::submitList(order::ListKind kind, std::span<OrderRequest> legs,
                                      JournalStamp now) noexcept {
  if (!isReady_) return SubmitVerdict::NotReady;
  if (legs.size() < 2 || legs.size() > order::kLegsMax) return SubmitVerdict::BadRequest;
  for (OrderRequest& leg : legs) {
    if (leg.venue >= ports_.size()) return SubmitVerdict::BadRequest;
    leg.kind = RequestKind::New;
    leg.origClOrdID = event::kNoOrder;
    leg.clOrdID = ids_.next();
  }
  struct Record {
    event::OrderListStart start;
    OrderRequest legs[order::kLegsMax];
  };
  static_assert(sizeof(Record) == sizeof(event::OrderListStart) + 56 + 128 * order::kLegsMax);
  Record record{};
  record.start.kind = static_cast<std::uint8_t>(kind);
  record.start.legCount = static_cast<std::uint8_t>(legs.size());
  std::copy(legs.begin(), legs.end(), record.legs);
  const OrderError error = lists_.add(kind, legs);
  if (error != OrderError::Ok) return verdictOf(error);
  if (!journal(RecordKind::OrderList, record, now, Reserve::Keep)) {
    for (const OrderRequest& leg : legs) (void)lists_.update(leg.clOrdID, 0, true);
    return SubmitVerdict::JournalFull;
  }
  act(lists_.start(legs[0].clOrdID), Entry::New, now);
  return SubmitVerdict::Accepted;
}

void TradingCore::act(const order::ListActions& actions, Entry entry, JournalStamp now) noexcept {
  for (std::size_t i = 0; i < actions.count; ++i) {
    const OrderRequest& request = actions.requests[i];
    if (request.kind == RequestKind::New) {
      enterOrWait(request, entry, now);
      continue;
    }
    Submission done = request.kind == RequestKind::Cancel ? cancel(request.origClOrdID, now)
                                                          : replace(request, now);
    const bool isRefused = done.verdict == SubmitVerdict::JournalFull ||
                           done.verdict == SubmitVerdict::RiskRefused ||
                           done.verdict == SubmitVerdict::BadRequest;
    // What shares a quantity must not keep more than it may: a replace that fails becomes a cancel.
    if (isRefused && request.kind == RequestKind::Replace) {
      done = cancel(request.origClOrdID, now);
    }
    if (done.verdict == SubmitVerdict::VenueBusy) owe(request.origClOrdID);
  }
}

void TradingCore::owe(ClOrdID leg) noexcept {
  const bool isKnown = std::ranges::find(owed_, leg) != owed_.end();
  if (!isKnown && owed_.size() < owed_.capacity()) owed_.push_back(leg);
}

void TradingCore::updateLists(OrderIndex index, JournalStamp now) noexcept {
  const order::Order& order = orders_[index];
  if (!lists_.contains(order.firstClOrdID())) return;
  act(lists_.update(order.firstClOrdID(), order.state.cumQty, order::isClosed(order.state)),
      Entry::Released, now);
}

}  // namespace hft::stream
