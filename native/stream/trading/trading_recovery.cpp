#include <cstring>

#include "native/core/check.hpp"
#include "native/stream/trading/request_words.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::ExecutionReport;
using event::JournalRecord;
using event::JournalStamp;
using event::RecordKind;
using order::OrderError;
using order::OrderIndex;
using order::OrderRequest;
using order::RequestKind;

namespace {

template <typename T>
bool read(const JournalRecord& record, T& value) noexcept {
  if (record.payload.size() < sizeof value) return false;
  std::memcpy(&value, record.payload.data(), sizeof value);
  return true;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

}  // namespace

RecoverySummary TradingCore::recover(const event::JournalDirectory& directory,
                                     event::AuditReport& report) {
  HFT_CHECK(!isReady_);
  RecoverySummary summary;
  if (event::listSnapshots(directory.path()).empty()) {
    report = directory.audit([&](const JournalRecord& record) { takeUp(record, summary); });
    // Without its beginning it is no history.
    if (report.isUsable() && report.firstSequence > 1) ++summary.damaged;
  } else {
    const event::JournalReplay replay(directory);
    report = replay.report();
    if (report.isUsable()) recoverFrom(replay, summary);
  }
  triggers_.dropKnown(orders_);
  summary.run = static_cast<std::uint32_t>(report.head.run);
  orders_.forEachWorking([&](OrderIndex index) {
    const order::OrderState& state = orders_[index].state;
    const bool isOpen = (state.facts & order::kAcknowledged) == 0 || state.pendingCancels > 0 ||
                        state.pendingReplaces > 0;
    if (isOpen) ++summary.unknown;
  });
  return summary;
}

RecoverySummary TradingCore::recoverUntil(const event::JournalDirectory& directory,
                                          const event::AuditReport& report,
                                          std::uint64_t sequence) {
  HFT_CHECK(!isReady_);
  RecoverySummary summary;
  const event::JournalReplay replay(directory, sequence, report);
  if (replay.isComplete()) {
    recoverFrom(replay, summary);
  } else {
    ++summary.damaged;
  }
  triggers_.dropKnown(orders_);
  return summary;
}

void TradingCore::takeUp(const JournalRecord& record, RecoverySummary& summary) {
  ++summary.records;
  const JournalStamp stamp{record.realtime, record.monotonic};
  switch (record.kind) {
    case RecordKind::OrderRequest: {
      OrderRequest request;
      if (!read(record, request)) {
        ++summary.damaged;
        return;
      }
      takeUpRequest(request, stamp, summary);
      return;
    }
    case RecordKind::ExecutionReport: {
      ExecutionReport report;
      if (!read(record, report)) {
        ++summary.damaged;
        return;
      }
      if (report.lastQty != 0) ++summary.fills;
      apply(report, stamp, false);
      return;
    }
    case RecordKind::RiskDecision: {
      event::RiskDecision decision;
      if (!read(record, decision)) {
        ++summary.damaged;
        return;
      }
      // A held order that was refused when it fired, a leg that was refused when its turn came.
      (void)triggers_.cancel(decision.clOrdID);
      dropWaiting(decision.clOrdID);
      if (orders_.find(decision.clOrdID) == order::kNoRecord) {
        (void)lists_.update(decision.clOrdID, 0, true);
      }
      return;
    }
    case RecordKind::TrailMove: {
      event::TrailMove move;
      if (!read(record, move)) {
        ++summary.damaged;
        return;
      }
      (void)triggers_.takeMove({move.clOrdID, move.anchor});
      return;
    }
    case RecordKind::EquityMark: {
      event::EquityMark mark;
      if (!read(record, mark) || takeUpEquity(mark) != risk::RiskError::Ok) ++summary.damaged;
      return;
    }
    case RecordKind::PositionMark: {
      event::PositionMark mark;
      if (!read(record, mark)) {
        ++summary.damaged;
        return;
      }
      if (positions_.mark(mark.instrument, mark.price) == position::PositionError::Ok) {
        risk_.onMarket(mark.instrument, risk_.market(mark.instrument));
      }
      return;
    }
    case RecordKind::LimitChange: {
      event::LimitChange change;
      if (!read(record, change)) {
        ++summary.damaged;
        return;
      }
      const auto type = static_cast<risk::ViolationType>(change.check);
      const auto scope = static_cast<risk::RiskScope>(change.scope);
      if (change.after < 0) {
        (void)risk_.removeLimit(type, scope, change.scopeId);
        return;
      }
      risk::LimitSpec spec;
      spec.type = type;
      spec.scope = scope;
      spec.scopeId = change.scopeId;
      spec.value = change.after;
      spec.action = static_cast<risk::LimitAction>(change.action);
      spec.warningBps = change.warningBps;
      spec.window = change.window;
      if (!risk_.setLimit(spec).ok()) ++summary.damaged;
      return;
    }
    case RecordKind::KillSwitch: {
      event::KillSwitch kill;
      if (!read(record, kill)) {
        ++summary.damaged;
        return;
      }
      const bool isKnown = journaledKills_.set(static_cast<risk::RiskScope>(kill.scope),
                                               kill.scopeId, kill.isThrown != 0);
      if (!isKnown && kill.isThrown != 0) ++summary.damaged;
      return;
    }
    case RecordKind::Latch: {
      event::Latch change;
      if (!read(record, change) || latch(change) != risk::RiskError::Ok) ++summary.damaged;
      return;
    }
    case RecordKind::OrderList: {
      event::OrderListStart start;
      OrderRequest legs[order::kLegsMax];
      constexpr std::size_t kLegsAt = 64;  // Behind the start, aligned as in `submitList`.
      if (!read(record, start) || start.legCount > order::kLegsMax ||
          record.payload.size() < kLegsAt + sizeof legs) {
        ++summary.damaged;
        return;
      }
      std::memcpy(legs, record.payload.data() + kLegsAt, sizeof legs);
      const auto kind = static_cast<order::ListKind>(start.kind);
      if (lists_.add(kind, std::span(legs, start.legCount)) != OrderError::Ok) {
        ++summary.damaged;
        return;
      }
      // Its first legs were sent, or will be found missing below.
      (void)lists_.start(legs[0].clOrdID);
      return;
    }
    default:
      return;
  }
}

void TradingCore::takeUpRequest(const OrderRequest& request, JournalStamp stamp,
                                RecoverySummary& summary) {
  if (request.kind == RequestKind::New) {
    ++summary.orders;
    risk_.noteAccepted(request, stamp.realtime);
    if (isEmulated(request)) {
      const auto source = order::TriggerSource::LastTrade;
      if (triggers_.hold(request, source, kNoPrice) != OrderError::Ok) ++summary.damaged;
      return;
    }
    (void)triggers_.cancel(request.clOrdID);
    dropWaiting(request.clOrdID);
    const auto added = orders_.add(request, stamp.realtime);
    if (!added.ok()) {
      ++summary.damaged;
      return;
    }
    settle(added.value());
    return;
  }
  const ClOrdID id = request.origClOrdID;
  if (orders_.find(id) == order::kNoRecord) {
    // Of an order that was held here, or of a leg that was still to be sent.
    const bool isCancel = request.kind == RequestKind::Cancel;
    OrderRequest held = request;
    held.kind = RequestKind::New;
    held.clOrdID = id;
    held.origClOrdID = event::kNoOrder;
    OrderRequest* waiting = findWaiting(id);
    const bool isLeg = lists_.contains(id) || waiting != nullptr;
    // Changed while it waited for its venue: a held order had fired before, and is one no more.
    const bool isFired = !isCancel && !isConditional(held.ordType);
    OrderError error = OrderError::Ok;
    if (isCancel || isFired) {
      error = triggers_.cancel(id);
    } else {
      error = triggers_.amend(held);
    }
    if (isCancel) {
      dropWaiting(id);
      (void)lists_.update(id, 0, true);
    } else if (waiting != nullptr) {
      *waiting = held;
    } else if (isFired && waiting_.size() < waiting_.capacity()) {
      waiting_.push_back(held);
    }
    if (error != OrderError::Ok && !isLeg) ++summary.damaged;
    return;
  }
  const auto added = request.kind == RequestKind::Cancel ? orders_.addCancel(request)
                                                         : orders_.addReplace(request);
  if (!added.ok()) {
    ++summary.damaged;
    return;
  }
  risk_.noteAccepted(request, stamp.realtime);
  settle(added.value());
}

void TradingCore::start(event::Journal* journal, std::uint32_t run, JournalStamp now) noexcept {
  HFT_CHECK(!isReady_);
  journal_ = journal;
  ids_ = order::ClOrdIDs(run);
  isReady_ = true;
  isKillWaiting_ = true;
  // A latch of the journal holds, unless the kill file has released it while nobody ran.
  // Until it is seen, decisions rest on what the journal says.
  journaledKills_.forEachLatch([&](risk::RiskScope scope, std::uint32_t id) {
    if (!journaledKills_.isThrown(scope, id)) return;
    (void)seenKills_.set(scope, id, true);
    if (!killSwitch_.isReleased(scope, id)) (void)killSwitch_.set(scope, id, true);
  });
  seenGeneration_ = killSwitch_.generation() - 1;
  killsHandled_.store(killSwitch_.generation() - 1, std::memory_order_release);
  run_.store(run, std::memory_order_release);
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    if ((order.state.facts & order::kAcknowledged) == 0) {
      (void)orders_.markUnknown(order.firstClOrdID());
    }
    for (const order::Request* request = orders_.firstRequest(index); request != nullptr;
         request = orders_.nextRequest(*request)) {
      if (request->isOpen()) (void)orders_.markUnknown(request->clOrdID);
    }
    settle(index);
    // Executions may have been missed while nobody listened: every working order is asked for.
    askFor(index);
    tellOrder(OrderEventKind::Order, index, order.firstClOrdID(), nullptr, now);
  });
  // The venue had told of executions of these that never came: the process died between.
  questions_.keepIf([&](OrderIndex index) {
    const bool isOpen = isInQuestion(index);
    if (isOpen && !orders_[index].isWorking()) askFor(index);
    return isOpen;
  });
  // What a list had decided but not yet journaled when the process died. The ids are the same as
  // then, so that nothing can go out twice.
  for (const order::OrderList& list : lists_.save()) {
    for (std::size_t i = 0; i < list.legCount; ++i) {
      const order::ListLeg& leg = list.legs[i];
      if (!leg.isSent || leg.isClosed) continue;
      const OrderIndex index = orders_.find(leg.request.clOrdID);
      const bool isThere = index != order::kNoRecord || isHere(leg.request.clOrdID);
      if (!isThere && leg.wantedQty > 0) {
        OrderRequest request = leg.request;
        request.orderQty = leg.wantedQty;
        enterOrWait(request, Entry::Released, now);
      }
      if (isThere && leg.isCancelAsked && index != order::kNoRecord &&
          orders_[index].state.pendingCancels == 0) {
        (void)cancelAt(index, now);
      } else if (isThere && !leg.isCancelAsked && index != order::kNoRecord &&
                 orders_[index].state.pendingReplaces == 0 &&
                 orders_[index].state.orderQty != leg.wantedQty) {
        act(lists_.retry(leg.request.clOrdID), Entry::Released, now);
      }
    }
  }
}

std::uint64_t TradingCore::stateHash() const noexcept {
  std::uint64_t sum = 0;
  orders_.forEachWorking([&](OrderIndex index) {
    const order::Order& order = orders_[index];
    std::uint64_t one = mix(3, order.firstClOrdID());
    one = mix(one, static_cast<std::uint64_t>(order.state.orderQty));
    one = mix(one, static_cast<std::uint64_t>(order.state.cumQty));
    one = mix(one, static_cast<std::uint64_t>(order.ordStatus()));
    sum += one;
  });
  return mix(mix(sum, positions_.stateHash()), risk_.stateHash());
}

}  // namespace hft::stream
