#include <algorithm>

#include "native/core/check.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::ClOrdID;
using event::ExecutionReport;
using event::JournalStamp;
using event::OrdRejReason;
using event::RecordKind;
using event::Reserve;
using order::OrderIndex;
using order::OrderRequest;
using order::ReportVerdict;

void TradingCore::onReport(const ExecutionReport& report, JournalStamp now) noexcept {
  (void)journal(RecordKind::ExecutionReport, report, now, Reserve::Use);
  apply(report, now, true);
  if (!waiting_.empty()) retryHere(now);
}

void TradingCore::apply(const ExecutionReport& report, JournalStamp now, bool isLive) noexcept {
  // Two statements about a request rather than of a venue: nobody knows, and it never was.
  const bool isStatement = report.execType == ExecType::OrderStatus;
  const bool isUnknown = isStatement && report.ordStatus == OrdStatus::Unknown;
  const bool isAbsent = isStatement && report.ordStatus == OrdStatus::None;
  if (isUnknown || isAbsent) {
    const OrderIndex index = orders_.find(report.clOrdID);
    if (index == order::kNoRecord) return;
    if (isUnknown) {
      (void)orders_.markUnknown(report.clOrdID);
    } else {
      (void)orders_.resolveAbsent(report.clOrdID, report.reason);
    }
    settle(index);
    if (!isLive) return;
    tellOrder(isUnknown ? OrderEventKind::Unknown : OrderEventKind::Order, index, report.clOrdID,
              &report, now);
    updateLists(index, now);
    return;
  }
  const order::ReportOutcome outcome = orders_.apply(report);
  switch (outcome.verdict) {
    case ReportVerdict::UnknownOrder:
      ++troubles_.unknownReports;
      break;
    case ReportVerdict::Mismatch:
    case ReportVerdict::BadReport:
      ++troubles_.badReports;
      break;
    case ReportVerdict::CapacityExceeded:
      ++troubles_.unbookedFills;
      (void)risk_.halt(risk::RiskScope::Global, 0, true);
      break;
    case ReportVerdict::Applied:
    case ReportVerdict::Duplicate:
      break;
  }
  if (outcome.order == order::kNoRecord) {
    if (!isLive) return;
    OrderEvent event;
    event.kind = OrderEventKind::Discrepancy;
    event.instrument = report.instrument;
    event.venue = report.venue;
    event.execType = static_cast<std::uint8_t>(report.execType);
    event.ordStatus = static_cast<std::uint8_t>(report.ordStatus);
    event.requestID = static_cast<double>(report.clOrdID);
    event.orderID = static_cast<double>(report.orderID);
    event.lastQty = static_cast<double>(report.lastQty);
    event.lastPx = static_cast<double>(report.lastPx);
    event.timeMs = static_cast<double>(now.realtime) / 1e6;
    tell(event);
    return;
  }
  const order::Order& order = orders_[outcome.order];
  book(order, outcome.fills(), report, now, isLive);
  settle(outcome.order);
  if (!isLive) {
    // The list's state follows; what it wants done was done, and journaled, in its time.
    if (lists_.contains(order.firstClOrdID())) {
      (void)lists_.update(order.firstClOrdID(), order.state.cumQty, order::isClosed(order.state));
    }
    return;
  }
  const OrderEventKind kind =
      report.isCancelReject ? OrderEventKind::CancelRefused : OrderEventKind::Order;
  tellOrder(kind, outcome.order, report.clOrdID, &report, now);
  if (report.isCancelReject && lists_.contains(order.firstClOrdID())) {
    act(lists_.retry(order.firstClOrdID()), Entry::Released, now);
  }
  // Refused for it is no more, or too late: what it is now, only the venue knows.
  if (report.isCancelReject && order.ordStatus() == OrdStatus::Unknown) askFor(outcome.order);
  updateLists(outcome.order, now);
  if (outcome.deltaCount > 0) enforce(now);
}

void TradingCore::book(const order::Order& order, std::span<const order::FillDelta> fills,
                       const ExecutionReport& report, JournalStamp now, bool isLive) noexcept {
  for (const order::FillDelta& delta : fills) {
    position::PositionFill fill;
    fill.instrument = order.request.instrument;
    fill.account = order.request.account;
    fill.strategy = order.request.strategy;
    fill.side = order.request.side;
    fill.qty = delta.qty;
    fill.price = delta.price;
    fill.fee = delta.fee;
    fill.feeCurrency = delta.feeCurrency;
    if (positions_.apply(fill) != position::PositionError::Ok) {
      // The order table has it, the position can't hold it: nobody may trade on that.
      ++troubles_.unbookedFills;
      (void)risk_.halt(risk::RiskScope::Global, 0, true);
      continue;
    }
    risk_.onFill(fill.instrument, fill.account, fill.strategy,
                 fill.side == Side::Buy ? fill.qty : -fill.qty);
    if (!isLive || listener_.onEvent == nullptr) continue;
    OrderEvent event;
    event.kind = OrderEventKind::Fill;
    event.instrument = fill.instrument;
    event.account = fill.account;
    event.strategy = fill.strategy;
    event.venue = order.request.venue;
    event.side = static_cast<std::uint8_t>(fill.side);
    event.ordType = static_cast<std::uint8_t>(order.request.ordType);
    event.ordStatus = static_cast<std::uint8_t>(order.ordStatus());
    event.execType = static_cast<std::uint8_t>(report.execType);
    event.liquidity = static_cast<std::uint8_t>(report.liquidity);
    event.feeCurrency = fill.feeCurrency;
    event.anomalies = order.state.anomalies;
    event.clOrdID = static_cast<double>(order.firstClOrdID());
    event.requestID = static_cast<double>(report.clOrdID);
    event.orderID = static_cast<double>(order.orderID);
    event.orderQty = static_cast<double>(order.state.orderQty);
    event.cumQty = static_cast<double>(order.state.cumQty);
    event.leavesQty = static_cast<double>(order.leavesQty());
    event.lastQty = static_cast<double>(delta.qty);
    event.lastPx = static_cast<double>(delta.price);
    event.fee = static_cast<double>(delta.fee);
    event.execID = static_cast<double>(delta.execID);
    event.transactTimeMs = static_cast<double>(report.transactTime) / 1e6;
    event.timeMs = static_cast<double>(now.realtime) / 1e6;
    event.sequence = journalSequence();
    tell(event);
  }
}

void TradingCore::onMarket(const event::MarketEvent& event, JournalStamp now) noexcept {
  const InstrumentId id = event.instrument;
  if (id >= options_.orders.instrumentsMax) return;
  using event::EventKind;
  const bool isBook = event.kind == EventKind::Book || event.kind == EventKind::State;
  if (!isBook && event.kind != EventKind::Trade) return;
  risk::MarketState market = risk_.market(id);
  if (isBook) {
    market.bid = event.quote.bid;
    market.ask = event.quote.ask;
    market.bidQty = event.quote.bidQty;
    market.askQty = event.quote.askQty;
    market.sequence = event.sequence;
    market.state = event.state;
    market.time = event.receiveTime;
  } else {
    market.last = event.trade.price;
  }
  // Positions are valued at the middle of a book that is trusted, else at the last trade.
  const bool hasBoth = market.bid != kNoPrice && market.ask != kNoPrice;
  if (positions_.hasTerms(id)) {
    if (hasBoth && market.state == event::BookState::Trusted) {
      (void)positions_.mark(id, market.bid + (market.ask - market.bid) / 2);
    } else if (!isBook) {
      (void)positions_.mark(id, event.trade.price);
    }
  }
  risk_.onMarket(id, market);
  if (!isReady_) return;
  if (!waiting_.empty()) retryHere(now);
  if (triggers_.size() == 0) return;
  const auto fire = [&](const OrderRequest& child) { enterOrWait(child, Entry::Released, now); };
  if (isBook) {
    triggers_.onBook(id, market.bid, market.ask, market.state, fire);
  } else {
    triggers_.onTrade(id, event.trade.price, fire);
  }
  for (const order::TrailMove& move : triggers_.moved()) {
    (void)journal(RecordKind::TrailMove, event::TrailMove{move.clOrdID, move.anchor}, now,
                  Reserve::Use);
  }
}

}  // namespace hft::stream
