#pragma once

#include <gtest/gtest.h>
#include <map>
#include <string>

#include "native/sim/matching_engine.hpp"

namespace hft::sim {

/// One engine; commands answer with their events: "trade 3/1 5@100".
class Desk {
 public:
  explicit Desk(TriggerBy triggerBy = TriggerBy::LastTrade)
      : engine({.ordersMax = 64,
                .pagesMax = 64,
                .eventsMax = 64,
                .ownersMax = 16,
                .triggerBy = triggerBy}) {}

  std::string submit(const order::OrderRequest& request) {
    slots_[request.clOrdID] = engine.submit(request);
    return told();
  }
  std::string limit(std::uint64_t id, Side side, Qty qty, Price price) {
    return submit(order(id, side, qty, price));
  }
  std::string cancel(std::uint64_t id) {
    engine.cancel(slots_[id], id);
    return told();
  }
  std::string replace(std::uint64_t id, Qty qty, Price price, Price stopPx) {
    order::OrderRequest request;
    request.clOrdID = id;
    request.origClOrdID = id;
    request.orderQty = qty;
    request.price = price;
    request.stopPx = stopPx;
    slots_[id] = engine.replace(slots_[id], request);
    return told();
  }
  std::string phase(TradingPhase phase) {
    engine.setPhase(phase);
    return told();
  }
  std::string band(Price low, Price high) {
    engine.setPriceBand(low, high);
    return told();
  }
  std::string advance(Nanos now) {
    engine.advance(now);
    return told();
  }
  std::string told() {
    std::string text;
    for (const MatchEvent& e : engine.events()) {
      const char* names[] = {"none",      "ok",       "rejected", "trade",     "canceled",
                             "cxlrej",    "replaced", "rplrej",   "triggered", "expired",
                             "decrement", "phase",    "uncrossed"};
      if (e.kind == MatchKind::Accepted || e.kind == MatchKind::PhaseChanged) continue;
      if (!text.empty()) text += "; ";
      text += names[static_cast<int>(e.kind)];
      if (e.order != 0) text += ' ' + std::to_string(e.order);
      if (e.other != 0 && e.kind == MatchKind::Trade) text += '/' + std::to_string(e.other);
      if (e.kind == MatchKind::Trade || e.kind == MatchKind::Uncrossed) {
        text += ' ' + std::to_string(e.qty) + '@' +
                (e.price == kNoPrice ? "none" : std::to_string(e.price));
      }
      if (e.kind == MatchKind::Decremented) text += " by " + std::to_string(e.qty);
      if (e.reason != event::OrdRejReason::None) {
        text += " (" + std::to_string(static_cast<int>(e.reason)) + ')';
      }
    }
    engine.clearEvents();
    return text;
  }
  Qty leaves(std::uint64_t id) { return engine.leaves(slots_[id], id); }

  static order::OrderRequest order(std::uint64_t id, Side side, Qty qty, Price price) {
    order::OrderRequest request;
    request.clOrdID = id;
    request.side = side;
    request.ordType = OrdType::Limit;
    request.timeInForce = TimeInForce::GoodTillCancel;
    request.orderQty = qty;
    request.price = price;
    return request;
  }
  static order::OrderRequest conditional(std::uint64_t id, OrdType type, Side side, Qty qty,
                                         Price stopPx, Price price) {
    order::OrderRequest request = order(id, side, qty, price);
    request.ordType = type;
    request.stopPx = stopPx;
    return request;
  }

  MatchingEngine engine;

 private:
  std::map<std::uint64_t, OrderSlot> slots_;
};

inline constexpr auto kBuy = Side::Buy;
inline constexpr auto kSell = Side::Sell;

}  // namespace hft::sim
