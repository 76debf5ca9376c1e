#pragma once

#include <gtest/gtest.h>

#include "native/order/order_table.hpp"
#include "native/risk/risk_engine.hpp"

namespace hft::risk {

inline constexpr std::int64_t kUnit = 100'000'000;  ///< One of a currency or quantity.
inline constexpr Nanos kStart = 1'800'000'000'000'000'000;

/// Positions, kill switch and engine with two instruments: 0 has two decimals of price and none of
/// quantity; 1 has none of either. The market of both is 99 to 101 units, 1,000 shown a side.
struct RiskDesk {
  position::PositionBook positions;
  KillSwitch killSwitch{16};
  RiskEngine engine;
  std::uint32_t nextOrder = 0;

  RiskDesk() : RiskDesk(riskOptions()) {}
  explicit RiskDesk(const RiskOptions& options)
      : positions(positionOptions()), engine(options, positions, killSwitch) {
    for (InstrumentId id = 0; id < 2; ++id) {
      const auto decimals = static_cast<std::uint8_t>(id == 0 ? 2 : 0);
      EXPECT_EQ(positions.setTerms(id, {decimals, 0, 0, position::ContractKind::Linear, 1, 1}),
                position::PositionError::Ok);
      EXPECT_EQ(engine.setInstrument(id, 0), RiskError::Ok);
      const Price unit = id == 0 ? 100 : 1;
      EXPECT_EQ(positions.mark(id, 100 * unit), position::PositionError::Ok);
      setMarket(id, 99 * unit, 101 * unit);
    }
  }

  static position::PositionOptions positionOptions() {
    position::PositionOptions options;
    options.positionsMax = 256;
    options.instrumentsMax = 8;
    options.accountsMax = 4;
    options.strategiesMax = 4;
    options.currenciesMax = 2;
    return options;
  }
  static RiskOptions riskOptions() {
    RiskOptions options;
    options.ordersMax = 4096;
    options.instrumentsMax = 8;
    options.accountsMax = 4;
    options.strategiesMax = 4;
    options.exposuresMax = 128;
    return options;
  }

  void setMarket(InstrumentId id, Price bid, Price ask,
                 event::BookState state = event::BookState::Trusted, Nanos time = kStart) {
    MarketState market;
    market.bid = bid;
    market.ask = ask;
    market.bidQty = 1'000;
    market.askQty = 1'000;
    market.state = state;
    market.time = time;
    market.sequence = 500;
    engine.onMarket(id, market);
  }

  static order::OrderRequest order(Side side, Qty qty, Price price, InstrumentId instrument = 1) {
    order::OrderRequest request;
    request.instrument = instrument;
    request.side = side;
    request.ordType = OrdType::Limit;
    request.orderQty = qty;
    request.price = price;
    return request;
  }

  void limit(ViolationType type, std::int64_t value, RiskScope scope = RiskScope::Global,
             std::uint32_t id = 0, LimitAction action = LimitAction::Reject) {
    LimitSpec spec;
    spec.type = type;
    spec.scope = scope;
    spec.scopeId = id;
    spec.value = value;
    spec.action = action;
    ASSERT_TRUE(engine.setLimit(spec).ok());
  }

  Decision check(const order::OrderRequest& request, Nanos now = kStart) {
    return engine.checkNew(request, now);
  }
  /// Checks and, where accepted, reserves. Returns the order's index, or -1.
  int submit(const order::OrderRequest& request, Nanos now = kStart) {
    const Decision decision = check(request, now);
    if (!decision.isAccepted) return -1;
    const std::uint32_t index = nextOrder++;
    reserve(index, request, request.orderQty, decision.worstPrice);
    return static_cast<int>(index);
  }
  void reserve(std::uint32_t index, const order::OrderRequest& request, Qty leaves, Price price) {
    WorstCase worst;
    worst.instrument = request.instrument;
    worst.account = request.account;
    worst.strategy = request.strategy;
    worst.side = request.side;
    worst.leaves = leaves;
    worst.price = price;
    engine.sync(index, worst);
  }
  void fill(const order::OrderRequest& request, Qty qty, Price price) {
    position::PositionFill fill;
    fill.instrument = request.instrument;
    fill.account = request.account;
    fill.strategy = request.strategy;
    fill.side = request.side;
    fill.qty = qty;
    fill.price = price;
    ASSERT_EQ(positions.apply(fill), position::PositionError::Ok);
    engine.onFill(request.instrument, request.account, request.strategy,
                  request.side == Side::Buy ? qty : -qty);
  }
};

}  // namespace hft::risk
