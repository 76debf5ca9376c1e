#include "native/core/check.hpp"
#include "native/sim/plain/simulated_exchange.hpp"

namespace hft::simulation {

using event::ExecutionReport;
using event::LiquidityInd;
using order::OrderRequest;

namespace {

/// References of foreign orders; ours are an order index + 1.
constexpr std::uint64_t kForeign = std::uint64_t{1} << 41;

bool isForeign(std::uint64_t reference) noexcept { return (reference & kForeign) != 0; }

/// What a market order carries as its worst price is our own protection, not a limit.
OrderRequest asEngineSees(OrderRequest request, std::uint64_t reference) noexcept {
  request.clOrdID = reference;
  const bool hasNoPrice =
      request.ordType == OrdType::Market || request.ordType == OrdType::Stop ||
      request.ordType == OrdType::MarketIfTouched || request.ordType == OrdType::MarketToLimit ||
      request.ordType == OrdType::TrailingStop || request.ordType == OrdType::TrailingStopLimit;
  if (hasNoPrice) request.price = 0;
  return request;
}

}  // namespace

void SimulatedExchange::enterSynthetic(std::uint32_t index, Nanos now) noexcept {
  SimOrder& order = orders_[index];
  MatchingEngine& engine = *markets_[order.request.instrument].engine;
  engine.advance(now);
  takeEvents(engine, now);
  order.isWorking = true;
  ++workingCount_;
  order.slot = engine.submit(asEngineSees(order.request, index + 1));
  takeEvents(engine, now);
}

void SimulatedExchange::takeEvents(MatchingEngine& engine, Nanos now) noexcept {
  for (const MatchEvent& event : engine.events()) takeEvent(event, now);
  engine.clearEvents();
}

void SimulatedExchange::takeEvent(const MatchEvent& event, Nanos now) noexcept {
  const auto ours = [&](std::uint64_t reference) -> SimOrder* {
    if (isForeign(reference) || reference == 0 || reference > orders_.size()) return nullptr;
    SimOrder& order = orders_[reference - 1];
    return order.isWorking ? &order : nullptr;
  };
  SimOrder* order = ours(event.order);
  if (event.kind == MatchKind::Trade) {
    const bool isAuction = event.liquidity == LiquidityInd::Auction;
    if (order != nullptr) {
      execute(*order, event.qty, event.price,
              isAuction ? LiquidityInd::Auction : LiquidityInd::Removed, now);
    }
    if (SimOrder* maker = ours(event.other)) {
      execute(*maker, event.qty, event.price,
              isAuction ? LiquidityInd::Auction : LiquidityInd::Added, now);
    }
    return;
  }
  if (order == nullptr) return;
  switch (event.kind) {
    case MatchKind::Accepted: {
      order->status = OrdStatus::New;
      // A reduce-only order may have been cut to the position.
      if (event.qty > 0 && event.qty < order->leaves) order->leaves = event.qty;
      respond(reportOf(*order, ExecType::New), now);
      return;
    }
    case MatchKind::Rejected: {
      close(*order, OrdStatus::Rejected);
      ExecutionReport report = reportOf(*order, ExecType::Rejected);
      report.reason = event.reason;
      respond(report, now);
      return;
    }
    case MatchKind::Canceled:
    case MatchKind::Expired: {
      const bool isExpired = event.kind == MatchKind::Expired;
      close(*order, isExpired ? OrdStatus::Expired : OrdStatus::Canceled);
      ExecutionReport report = reportOf(*order, isExpired ? ExecType::Expired : ExecType::Canceled);
      report.reason = event.reason;
      report.isUnsolicited = true;
      respond(report, now);
      return;
    }
    case MatchKind::Triggered:
      respond(reportOf(*order, ExecType::Triggered), now);
      return;
    case MatchKind::Decremented: {
      order->leaves -= event.qty;
      order->request.orderQty -= event.qty;
      ExecutionReport report = reportOf(*order, ExecType::Restated);
      report.isUnsolicited = true;
      respond(report, now);
      return;
    }
    default:
      return;
  }
}

void SimulatedExchange::onForeign(const OrderRequest& request, Nanos now) noexcept {
  advance(now);
  MatchingEngine* const market = engine(request.instrument);
  if (market == nullptr) return;
  market->advance(now);
  takeEvents(*market, now);
  // Foreign orders carry owners of their own, so that self-trade prevention never meets ours.
  (void)market->submit(asEngineSees(request, request.clOrdID | kForeign));
  takeEvents(*market, now);
}

void SimulatedExchange::setPhase(InstrumentId instrument, TradingPhase phase, Nanos now) noexcept {
  advance(now);
  MatchingEngine* const market = engine(instrument);
  if (market == nullptr) return;
  market->advance(now);
  market->setPhase(phase);
  takeEvents(*market, now);
}

void SimulatedExchange::setPriceBand(InstrumentId instrument, Price low, Price high,
                                     Nanos now) noexcept {
  advance(now);
  MatchingEngine* const market = engine(instrument);
  if (market == nullptr) return;
  market->advance(now);
  market->setPriceBand(low, high);
  takeEvents(*market, now);
}

}  // namespace hft::simulation
