#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "native/sim/simulated_exchange.hpp"

namespace hft::sim {

inline constexpr InstrumentId kOne = 1;

inline ExchangeOptions smallOptions(ExchangeMode mode) {
  ExchangeOptions options;
  options.mode = mode;
  options.instrumentsMax = 4;
  options.accountsMax = 4;
  options.ordersMax = 64;
  options.executionsMax = 128;
  options.foreignMax = 64;
  options.levelsMax = 256;
  options.latency.order = ConstantLatency{100};
  options.latency.response = ConstantLatency{50};
  options.matching = {.ordersMax = 256, .pagesMax = 64, .eventsMax = 64, .ownersMax = 16};
  return options;
}

inline order::OrderRequest limitOrder(event::ClOrdID id, Side side, Qty qty, Price price) {
  order::OrderRequest request;
  request.clOrdID = id;
  request.instrument = kOne;
  request.side = side;
  request.ordType = OrdType::Limit;
  request.timeInForce = TimeInForce::GoodTillCancel;
  request.orderQty = qty;
  request.price = price;
  return request;
}

inline order::OrderRequest cancelOf(event::ClOrdID id, event::ClOrdID orig) {
  order::OrderRequest request;
  request.kind = order::RequestKind::Cancel;
  request.clOrdID = id;
  request.origClOrdID = orig;
  request.instrument = kOne;
  return request;
}

inline order::OrderRequest replaceOf(event::ClOrdID id, event::ClOrdID orig, Qty qty, Price price) {
  order::OrderRequest request = cancelOf(id, orig);
  request.kind = order::RequestKind::Replace;
  request.orderQty = qty;
  request.price = price;
  return request;
}

/// An exchange with one instrument, driven step by step: each request arrives, and its reports come
/// back, before the next.
class ExchangeDesk {
 public:
  explicit ExchangeDesk(const ExchangeOptions& options) : exchange(options) {
    EXPECT_EQ(exchange.addInstrument(kOne, {.priceDecimals = 2, .qtyDecimals = 0}),
              ExchangeError::Ok);
  }

  /// Sends, waits, and tells what came back: "New 1 cum 0 leaves 5".
  std::string ask(const order::OrderRequest& request) {
    EXPECT_TRUE(exchange.onRequest(request, now));
    now += 1000;
    return drain();
  }
  std::string drain() {
    exchange.advance(now);
    std::string text;
    event::ExecutionReport report;
    while (exchange.poll(report, now)) {
      reports.push_back(report);
      text += describe(report) + '\n';
    }
    return text;
  }
  std::string book(std::vector<event::Level> bids, std::vector<event::Level> asks) {
    EXPECT_EQ(exchange.onLevels(kOne, bids, asks, now += 10), ExchangeError::Ok);
    return later();
  }
  std::string trade(Side aggressor, Price price, Qty qty) {
    EXPECT_EQ(exchange.onTrade(kOne, aggressor, price, qty, now += 10), ExchangeError::Ok);
    return later();
  }
  std::string phase(TradingPhase phase) {
    EXPECT_EQ(exchange.setPhase(kOne, phase, now += 10), ExchangeError::Ok);
    return later();
  }
  std::string later() {
    now += 1000;
    return drain();
  }

  static std::string describe(const event::ExecutionReport& r) {
    const char* names[] = {"None",    "PendingNew", "New",      "Trade",     "Correct",  "Bust",
                           "Done",    "PendCxl",    "Canceled", "PendRpl",   "Replaced", "Rejected",
                           "Expired", "Suspended",  "Restated", "Triggered", "Status"};
    std::string text = r.isCancelReject ? "CancelReject" : names[static_cast<int>(r.execType)];
    text += ' ' + std::to_string(r.clOrdID);
    if (r.origClOrdID != 0) text += '/' + std::to_string(r.origClOrdID);
    if (r.execType == ExecType::Trade) {
      text += ' ' + std::to_string(r.lastQty) + '@' + std::to_string(r.lastPx);
      text += r.liquidity == event::LiquidityInd::Added     ? " maker"
              : r.liquidity == event::LiquidityInd::Removed ? " taker"
                                                            : " auction";
    }
    text += " cum " + std::to_string(r.cumQty) + " leaves " + std::to_string(r.leavesQty);
    if (r.reason != event::OrdRejReason::None) {
      text += " reason " + std::to_string(static_cast<int>(r.reason));
    }
    if (r.isUnsolicited) text += " unsolicited";
    return text;
  }

  SimulatedExchange exchange;
  Nanos now = 1'000'000;
  std::vector<event::ExecutionReport> reports;
};

}  // namespace hft::sim
