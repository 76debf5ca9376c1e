#include <algorithm>

#include "native/core/check.hpp"
#include "native/sim/plain/simulated_exchange.hpp"

namespace hft::simulation {

using event::ExecutionReport;
using event::LiquidityInd;
using event::OrdRejReason;
using order::OrderRequest;

namespace {

bool isConditional(OrdType type) noexcept {
  return type == OrdType::Stop || type == OrdType::StopLimit || type == OrdType::MarketIfTouched ||
         type == OrdType::LimitIfTouched || type == OrdType::TrailingStop ||
         type == OrdType::TrailingStopLimit;
}

bool isMarket(OrdType type) noexcept {
  return type == OrdType::Market || type == OrdType::MarketToLimit;
}

/// Whether `price` is within the limit of an order on `side`.
bool isWithin(Side side, Price limit, Price price) noexcept {
  return side == Side::Buy ? price <= limit : price >= limit;
}

bool endsAtOnce(const OrderRequest& request) noexcept {
  return request.timeInForce == TimeInForce::ImmediateOrCancel ||
         request.timeInForce == TimeInForce::FillOrKill || request.ordType == OrdType::Market;
}

}  // namespace

template <typename Visit>
void SimulatedExchange::forEachResting(InstrumentId instrument, Visit&& visit) noexcept {
  std::uint32_t at = markets_[instrument].firstWorking;
  while (at != kNone) {
    const std::uint32_t next = orders_[at].next;
    visit(at);
    at = next;
  }
}

Price SimulatedExchange::bestPrice(InstrumentId instrument, Side side) const noexcept {
  if (instrument >= markets_.size() || markets_[instrument].book == nullptr) return kNoPrice;
  const book::Bbo bbo = markets_[instrument].book->bbo();
  return side == Side::Buy ? bbo.bid : bbo.ask;
}

Qty SimulatedExchange::shownAt(const Market& market, Side side, Price price) const noexcept {
  Qty shown = market.book->qtyAt(side, price);
  for (const auto& [at, qty] : market.taken[side == Side::Sell]) {
    if (at == price) shown -= qty;
  }
  return std::max<Qty>(shown, 0);
}

void SimulatedExchange::enterRecorded(std::uint32_t index, Nanos now) noexcept {
  SimOrder& order = orders_[index];
  const OrderRequest& request = order.request;
  Market& market = markets_[request.instrument];
  const auto refuse = [&](OrdRejReason reason) {
    close(order, OrdStatus::Rejected);
    ExecutionReport report = reportOf(order, ExecType::Rejected);
    report.reason = reason;
    respond(report, now);
  };
  constexpr std::uint16_t kKnownFlags = order::kPostOnly;
  if (request.orderQty <= 0) return refuse(OrdRejReason::InvalidQty);
  if ((request.flags & ~kKnownFlags) != 0 || request.displayQty != 0 || request.minQty != 0 ||
      request.timeInForce == TimeInForce::AtTheOpening ||
      request.timeInForce == TimeInForce::AtTheClose) {
    return refuse(OrdRejReason::UnsupportedOrder);
  }
  if (request.timeInForce == TimeInForce::GoodTillDate && request.expireTime <= now) {
    return refuse(OrdRejReason::Expired);
  }
  order.isWorking = true;
  ++workingCount_;
  if (request.timeInForce == TimeInForce::GoodTillDate) ++expiringCount_;
  if (isConditional(request.ordType)) {
    const auto held = triggers_.hold(request, order::TriggerSource::LastTrade, kNoPrice);
    if (held != order::OrderError::Ok) return refuse(OrdRejReason::UnsupportedOrder);
    order.status = OrdStatus::New;
    return respond(reportOf(order, ExecType::New), now);
  }
  const Price opposite = bestPrice(request.instrument, hft::opposite(request.side));
  const bool isMarketable =
      opposite != kNoPrice &&
      (isMarket(request.ordType) || isWithin(request.side, request.price, opposite));
  if ((request.flags & order::kPostOnly) != 0 && isMarketable) {
    return refuse(OrdRejReason::WouldTakeLiquidity);
  }
  if (request.timeInForce == TimeInForce::FillOrKill && options_.fill == FillKind::Partial) {
    Qty reachable = 0;
    const Side other = hft::opposite(request.side);
    market.book->forEachLevel(other, [&](Price price, Qty) {
      if (!isMarket(request.ordType) && !isWithin(request.side, request.price, price)) {
        return false;
      }
      reachable += shownAt(market, other, price);
      return reachable < request.orderQty;
    });
    if (reachable < request.orderQty) {
      order.status = OrdStatus::New;
      respond(reportOf(order, ExecType::New), now);
      close(order, OrdStatus::Expired);
      return respond(reportOf(order, ExecType::Expired), now);
    }
  }
  order.status = OrdStatus::New;
  respond(reportOf(order, ExecType::New), now);
  if (takeLiquidity(index, now) > 0) rest(index, now);
}

Qty SimulatedExchange::takeLiquidity(std::uint32_t index, Nanos now) noexcept {
  SimOrder& order = orders_[index];
  Market& market = markets_[order.request.instrument];
  const Side side = order.request.side;
  const Side other = hft::opposite(side);
  const bool hasLimit = !isMarket(order.request.ordType);
  // Levels are collected first: an execution changes what is taken.
  constexpr std::size_t kLevelsMax = 64;
  event::Level levels[kLevelsMax];
  while (order.isWorking && order.leaves > 0) {
    const std::size_t count = market.book->depth(other, levels);
    bool hasTraded = false;
    for (std::size_t i = 0; i < count && order.isWorking && order.leaves > 0; ++i) {
      const Price price = levels[i].price;
      if (hasLimit && !isWithin(side, order.request.price, price)) return order.leaves;
      const Qty shown = shownAt(market, other, price);
      if (shown == 0) continue;
      const Qty qty =
          options_.fill == FillKind::Whole ? order.leaves : std::min(shown, order.leaves);
      if (options_.impact == ImpactKind::Consume || options_.fill == FillKind::Partial) {
        auto& taken = market.taken[other == Side::Sell];
        const auto at = std::find_if(taken.begin(), taken.end(),
                                     [&](const auto& entry) { return entry.first == price; });
        if (at != taken.end()) {
          at->second += qty;
        } else {
          taken.emplace_back(price, qty);
        }
      }
      execute(order, qty, price, LiquidityInd::Removed, now);
      hasTraded = true;
    }
    // Deeper than what was looked at: the rest of a huge market order goes on from there.
    if (count < kLevelsMax || !hasTraded) break;
  }
  if (options_.impact == ImpactKind::None) market.taken[other == Side::Sell].clear();
  return order.isWorking ? order.leaves : 0;
}

void SimulatedExchange::rest(std::uint32_t index, Nanos now) noexcept {
  SimOrder& order = orders_[index];
  if (order.request.ordType == OrdType::MarketToLimit && order.firstExecution != kNone) {
    // What is left rests at the price of the last fill.
    order.request.ordType = OrdType::Limit;
    order.request.price = executions_[order.firstExecution].price;
  }
  if (endsAtOnce(order.request) || order.request.ordType == OrdType::MarketToLimit) {
    close(order, OrdStatus::Canceled);
    ExecutionReport report = reportOf(order, ExecType::Canceled);
    report.isUnsolicited = true;
    return respond(report, now);
  }
  Market& market = markets_[order.request.instrument];
  order.place = queue_.join(shownAt(market, order.request.side, order.request.price));
  order.entered = now;
  order.previous = kNone;
  order.next = market.firstWorking;
  if (order.next != kNone) orders_[order.next].previous = index;
  market.firstWorking = index;
}

void SimulatedExchange::unrest(std::uint32_t index) noexcept {
  SimOrder& order = orders_[index];
  Market& market = markets_[order.request.instrument];
  const bool isListed = market.firstWorking == index || order.previous != kNone;
  if (!isListed) return;
  (order.previous == kNone ? market.firstWorking : orders_[order.previous].next) = order.next;
  if (order.next != kNone) orders_[order.next].previous = order.previous;
  order.previous = kNone;
  order.next = kNone;
}

void SimulatedExchange::onSnapshot(InstrumentId instrument, Nanos now) noexcept {
  advance(now);
  if (instrument >= markets_.size() || markets_[instrument].book == nullptr) return;
  markets_[instrument].book->clear();
  for (auto& side : markets_[instrument].taken) side.clear();
}

void SimulatedExchange::onLevel(InstrumentId instrument, Side side, Price price, Qty qty,
                                Nanos now) noexcept {
  advance(now);
  if (instrument >= markets_.size() || markets_[instrument].book == nullptr) return;
  Market& market = markets_[instrument];
  const Qty before = market.book->qtyAt(side, price);
  (void)market.book->setLevel(side, price, qty);
  auto& taken = market.taken[side == Side::Sell];
  std::erase_if(taken, [&](const auto& entry) { return entry.first == price; });
  if (market.firstWorking == kNone) return;
  forEachResting(instrument, [&](std::uint32_t at) {
    SimOrder& order = orders_[at];
    if (order.request.side != side || order.request.price != price) return;
    queue_.change(order.place, before, qty);
  });
  if (qty > 0 && before == 0) checkCrossed(instrument, side, now);
}

void SimulatedExchange::checkCrossed(InstrumentId instrument, Side bookSide, Nanos now) noexcept {
  // The other side has come to our price: whoever stood before us there is gone too.
  const Price best = bestPrice(instrument, bookSide);
  forEachResting(instrument, [&](std::uint32_t at) {
    SimOrder& order = orders_[at];
    if (order.request.side == bookSide ||
        !isWithin(order.request.side, order.request.price, best)) {
      return;
    }
    const Qty shown = options_.fill == FillKind::Whole
                          ? order.leaves
                          : std::min(order.leaves, shownAt(markets_[instrument], bookSide, best));
    if (shown == 0) return;
    execute(order, shown, order.request.price, LiquidityInd::Added, now);
    if (!order.isWorking) unrest(at);
  });
}

void SimulatedExchange::onTrade(InstrumentId instrument, Side aggressor, Price price, Qty qty,
                                Nanos now) noexcept {
  advance(now);
  if (instrument >= markets_.size() || markets_[instrument].book == nullptr || qty <= 0) return;
  Qty left = qty;
  forEachResting(instrument, [&](std::uint32_t at) {
    SimOrder& order = orders_[at];
    if (order.request.side == aggressor ||
        !isWithin(order.request.side, order.request.price, price)) {
      return;
    }
    Qty reached = 0;
    if (order.request.price == price) {
      reached = queue_.trade(order.place, qty);
    } else {
      // It traded through our price: our order would have been met first.
      reached = options_.fill == FillKind::Whole ? order.leaves : left;
    }
    if (reached == 0) return;
    if (options_.fill == FillKind::Whole) {
      reached = order.leaves;
    } else {
      reached = std::min({reached, order.leaves, left});
      left -= reached;
    }
    if (reached == 0) return;
    execute(order, reached, order.request.price, LiquidityInd::Added, now);
    if (!order.isWorking) unrest(at);
  });
  if (triggers_.size() == 0) return;
  triggers_.onTrade(instrument, price,
                    [&](const OrderRequest& child) { releaseChild(child, now); });
}

void SimulatedExchange::releaseChild(const OrderRequest& child, Nanos now) noexcept {
  const std::uint32_t index = find(child.clOrdID);
  HFT_CHECK(index != order::IdIndex::kNone);
  SimOrder& order = orders_[index];
  order.request.ordType = child.ordType;
  order.request.price = child.price;
  respond(reportOf(order, ExecType::Triggered), now);
  if (takeLiquidity(index, now) > 0) rest(index, now);
}

void SimulatedExchange::onOrderLeft(InstrumentId instrument, Side side, Price price, Qty qty,
                                    Nanos entered) noexcept {
  if (instrument >= markets_.size() || queue_.kind() != QueueKind::Fifo) return;
  forEachResting(instrument, [&](std::uint32_t at) {
    SimOrder& order = orders_[at];
    const bool isBefore =
        order.request.side == side && order.request.price == price && entered < order.entered;
    if (isBefore) queue_.leave(order.place, qty);
  });
}

void SimulatedExchange::expireDue(Nanos now) noexcept {
  for (std::uint32_t at = 0; at < orders_.size(); ++at) {
    SimOrder& order = orders_[at];
    if (!order.isWorking || order.request.timeInForce != TimeInForce::GoodTillDate ||
        order.request.expireTime > now) {
      continue;
    }
    (void)triggers_.cancel(order.firstClOrdID);
    unrest(at);
    close(order, OrdStatus::Expired);
    ExecutionReport report = reportOf(order, ExecType::Expired);
    report.isUnsolicited = true;
    respond(report, order.request.expireTime);
  }
}

}  // namespace hft::simulation
