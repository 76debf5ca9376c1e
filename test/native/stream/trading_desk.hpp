#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

#include "native/sim/simulated_exchange.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

inline constexpr Nanos kMorning = 1'800'000'000'000'000'000;

inline CoreOptions smallCore() {
  CoreOptions options;
  options.orders.ordersMax = 1 << 14;
  options.orders.requestsMax = 1 << 14;
  options.orders.executionsMax = 1 << 15;
  options.orders.instrumentsMax = 8;
  options.orders.strategiesMax = 4;
  options.orders.accountsMax = 4;
  options.orders.venuesMax = 4;
  options.orders.windowMax = 1 << 10;
  options.positions.positionsMax = 128;
  options.positions.currenciesMax = 2;
  options.risk.exposuresMax = 128;
  options.triggersMax = 256;
  options.listsMax = 256;
  return options;
}

inline void describeInstruments(TradingCore& core) {
  for (InstrumentId id = 0; id < 4; ++id) {
    ASSERT_EQ(core.positions().setTerms(id, {2, 0, 0, position::ContractKind::Linear, 1, 1}),
              position::PositionError::Ok);
    ASSERT_EQ(core.risk().setInstrument(id, 0), risk::RiskError::Ok);
  }
}

inline event::MarketEvent bookEvent(InstrumentId instrument, Price bid, Price ask,
                                    event::BookState state = event::BookState::Trusted) {
  event::MarketEvent event;
  event.instrument = instrument;
  event.kind = event::EventKind::Book;
  event.state = state;
  event.receiveTime = kMorning;
  event.quote.bid = bid;
  event.quote.bidQty = 1'000;
  event.quote.ask = ask;
  event.quote.askQty = 1'000;
  return event;
}

inline event::MarketEvent tradeEvent(InstrumentId instrument, Price price) {
  event::MarketEvent event;
  event.instrument = instrument;
  event.kind = event::EventKind::Trade;
  event.receiveTime = kMorning;
  event.trade.price = price;
  event.trade.qty = 1;
  return event;
}

/// A core whose venue 0 is a simulated exchange, with every event kept.
struct TradingDesk {
  TradingCore core;
  sim::SimulatedExchange exchange;
  std::vector<OrderEvent> events;
  Nanos now = kMorning;
  bool isBusy = false;
  bool isDeaf = false;  ///< What is sent is lost on its way.

  explicit TradingDesk(const CoreOptions& options = smallCore(),
                       const sim::ExchangeOptions& venue = exchangeOptions())
      : core(options), exchange(venue) {
    describeInstruments(core);
    for (InstrumentId id = 0; id < 4; ++id)
      EXPECT_EQ(exchange.addInstrument(id, terms()), sim::ExchangeError::Ok);
    VenuePort port;
    port.context = this;
    port.canSend = [](void* self) noexcept { return !static_cast<TradingDesk*>(self)->isBusy; };
    port.send = [](void* self, const order::OrderRequest& request) noexcept {
      auto* desk = static_cast<TradingDesk*>(self);
      if (!desk->isDeaf) (void)desk->exchange.onRequest(request, desk->now);
    };
    core.setPort(0, port);
    core.setListener({this, [](void* self, const OrderEvent& event) noexcept {
                        static_cast<TradingDesk*>(self)->events.push_back(event);
                      }});
    for (InstrumentId id = 0; id < 4; ++id) core.onMarket(bookEvent(id, 9'990, 10'010), stamp());
  }

  static sim::ContractTerms terms() {
    sim::ContractTerms made;
    made.priceDecimals = 2;
    return made;
  }
  /// What the exchange says of an order; ordStatus None where it knows none.
  [[nodiscard]] event::ExecutionReport truth(event::ClOrdID id) const {
    event::ExecutionReport report;
    if (!exchange.query(id, report)) report.ordStatus = OrdStatus::None;
    return report;
  }

  static sim::ExchangeOptions exchangeOptions() {
    sim::ExchangeOptions options;
    options.instrumentsMax = 8;
    options.ordersMax = 1 << 14;
    options.executionsMax = 1 << 15;
    return options;
  }

  [[nodiscard]] event::JournalStamp stamp() const { return {now, now}; }
  void start() { core.start(nullptr, 1, stamp()); }

  static order::OrderRequest order(Side side, Qty qty, Price price, InstrumentId instrument = 0) {
    order::OrderRequest request;
    request.instrument = instrument;
    request.side = side;
    request.ordType = price == 0 ? OrdType::Market : OrdType::Limit;
    request.timeInForce = TimeInForce::GoodTillCancel;
    request.orderQty = qty;
    request.price = price;
    return request;
  }

  /// Lets the exchange act and its reports come in.
  void settle() {
    exchange.advance(now);
    for (event::ExecutionReport report; exchange.poll(report, now);) {
      core.onReport(report, stamp());
      exchange.advance(now);
    }
  }
  /// Somebody else's order.
  void foreign(Side side, Qty qty, Price price, InstrumentId instrument = 0) {
    static std::uint64_t next = 1;
    order::OrderRequest request = order(side, qty, price, instrument);
    request.clOrdID = next++;
    EXPECT_EQ(exchange.onForeign(request, now), sim::ExchangeError::Ok);
  }
  [[nodiscard]] const order::Order& at(event::ClOrdID id) const {
    return core.orders()[core.orders().find(id)];
  }
};

}  // namespace hft::stream
