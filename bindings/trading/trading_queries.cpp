#include <string>

#include "bindings/stream_statistics.hpp"
#include "bindings/trading/trading_holder.hpp"

namespace hft::bindings {

namespace {

/// Exact decimal text of 10^-18 units.
std::string textOf(position::Money value) {
  const bool isNegative = value < 0;
  unsigned __int128 magnitude =
      isNegative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  if (digits.size() <= 18) digits.insert(0, 19 - digits.size(), '0');
  std::string whole = digits.substr(0, digits.size() - 18);
  std::string fraction = digits.substr(digits.size() - 18);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) whole += '.' + fraction;
  return isNegative ? '-' + whole : whole;
}

napi_value orderObject(napi_env env, const order::Order& order) {
  napi_value object = makeObject(env);
  const order::OrderRequest& request = order.request;
  setMember(env, object, "clOrdID", static_cast<double>(order.firstClOrdID()));
  setMember(env, object, "currentClOrdID", static_cast<double>(order.clOrdID()));
  setMember(env, object, "orderID", static_cast<double>(order.orderID));
  setMember(env, object, "instrument", static_cast<double>(request.instrument));
  setMember(env, object, "account", static_cast<double>(request.account));
  setMember(env, object, "strategy", static_cast<double>(request.strategy));
  setMember(env, object, "venue", static_cast<double>(request.venue));
  setMember(env, object, "side", static_cast<double>(request.side));
  setMember(env, object, "ordType", static_cast<double>(request.ordType));
  setMember(env, object, "timeInForce", static_cast<double>(request.timeInForce));
  setMember(env, object, "ordStatus", static_cast<double>(order.ordStatus()));
  setMember(env, object, "orderQty", static_cast<double>(order.state.orderQty));
  setMember(env, object, "cumQty", static_cast<double>(order.state.cumQty));
  setMember(env, object, "leavesQty", static_cast<double>(order.leavesQty()));
  setMember(env, object, "price", static_cast<double>(request.price));
  setMember(env, object, "stopPx", static_cast<double>(request.stopPx));
  setMember(env, object, "avgPx",
            order.state.cumQty == 0
                ? 0.0
                : static_cast<double>(order.notional) / static_cast<double>(order.state.cumQty));
  setMember(env, object, "anomalies", static_cast<double>(order.state.anomalies));
  setMember(env, object, "reason", static_cast<double>(order.state.reason));
  setMember(env, object, "createdTimeMs", static_cast<double>(order.createdTime) / 1e6);
  return object;
}

/// An order that no venue has yet: held for its trigger, or waiting for its venue.
napi_value heldObject(napi_env env, const order::OrderRequest& request) {
  order::Order order;
  order.request = request;
  order.request.origClOrdID = request.clOrdID;
  order.state.orderQty = request.orderQty;
  order.state.facts = order::kAcknowledged;
  return orderObject(env, order);
}

void setTotals(napi_env env, napi_value object, const position::Totals& totals) {
  setMember(env, object, "realised", textOf(totals.realised));
  setMember(env, object, "unrealised", textOf(totals.unrealised));
  setMember(env, object, "fees", textOf(totals.fees));
  setMember(env, object, "cash", textOf(totals.cash));
}

std::string hashText(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
  return text;
}

}  // namespace

napi_value tradingOrder(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto id = arguments.integer(0, "clOrdID", 0, (std::int64_t{1} << 53) - 1);
  if (!id) return nullptr;
  const stream::TradingCore& core = holder->engine()->core();
  const order::OrderTable& orders = core.orders();
  const order::OrderIndex index = orders.find(static_cast<event::ClOrdID>(*id));
  if (index == order::kNoRecord) {
    const order::OrderRequest* held = core.requestHere(static_cast<event::ClOrdID>(*id));
    return held == nullptr ? nullptr : heldObject(env, *held);
  }
  return orderObject(env, orders[index]);
}

napi_value tradingWorking(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  napi_value array = nullptr;
  napi_create_array(env, &array);
  std::uint32_t count = 0;
  const stream::TradingCore& core = holder->engine()->core();
  const order::OrderTable& orders = core.orders();
  orders.forEachWorking([&](order::OrderIndex index) {
    napi_set_element(env, array, count++, orderObject(env, orders[index]));
  });
  for (const order::HeldOrder& held : core.held().save()) {
    napi_set_element(env, array, count++, heldObject(env, held.request));
  }
  for (const order::OrderRequest& waiting : core.waiting()) {
    napi_set_element(env, array, count++, heldObject(env, waiting));
  }
  return array;
}

napi_value tradingPositions(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  napi_value array = nullptr;
  napi_create_array(env, &array);
  std::uint32_t count = 0;
  const position::PositionBook& book = holder->engine()->core().positions();
  for (const position::Position& position : book.positions()) {
    napi_value object = makeObject(env);
    setMember(env, object, "instrument", static_cast<double>(position.instrument));
    setMember(env, object, "account", static_cast<double>(position.account));
    setMember(env, object, "strategy", static_cast<double>(position.strategy));
    setMember(env, object, "currency", static_cast<double>(book.currencyOf(position.instrument)));
    setMember(env, object, "qty", static_cast<double>(position.qty));
    setMember(env, object, "boughtQty", static_cast<double>(position.boughtQty));
    setMember(env, object, "soldQty", static_cast<double>(position.soldQty));
    setMember(env, object, "cost", textOf(position.cost));
    setMember(env, object, "realised", textOf(position.realised));
    setMember(env, object, "unrealised", textOf(position.unrealised));
    setMember(env, object, "cash", textOf(position.cash));
    const Price mark = book.markOf(position.instrument);
    setMember(env, object, "mark", mark == kNoPrice ? 0.0 : static_cast<double>(mark));
    napi_set_element(env, array, count++, object);
  }
  return array;
}

/// `(scope, id, currency)`: scope 0 all, 1 account, 2 strategy.
napi_value tradingTotals(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const position::PositionBook& book = holder->engine()->core().positions();
  const auto scope = arguments.integer(0, "scope", 0, 2);
  if (!scope) return nullptr;
  const std::int64_t idMax = *scope == 0   ? 0
                             : *scope == 1 ? book.options().accountsMax - 1
                                           : book.options().strategiesMax - 1;
  const auto id = arguments.integer(1, "id", 0, idMax);
  if (!id) return nullptr;
  const auto currency = arguments.integer(2, "currency", 0, book.options().currenciesMax - 1);
  if (!currency) return nullptr;
  napi_value object = makeObject(env);
  setTotals(env, object,
            book.totals(static_cast<position::TotalScope>(*scope), static_cast<std::uint32_t>(*id),
                        static_cast<std::uint16_t>(*currency)));
  return object;
}

napi_value tradingStatistics(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  const stream::TradingCore::Troubles& troubles = engine.core().troubles();
  napi_value object = makeObject(env);
  setMember(env, object, "orders", static_cast<double>(engine.core().orders().size()));
  setMember(env, object, "working", static_cast<double>(engine.core().orders().workingCount()));
  setMember(env, object, "held", static_cast<double>(engine.core().held().size()));
  setMember(env, object, "unbookedFills", static_cast<double>(troubles.unbookedFills));
  setMember(env, object, "unknownReports", static_cast<double>(troubles.unknownReports));
  setMember(env, object, "badReports", static_cast<double>(troubles.badReports));
  setMember(env, object, "unjournaled", static_cast<double>(troubles.unjournaled));
  const event::Journal* journal = engine.journal();
  setMember(env, object, "journalSequence",
            journal == nullptr ? 0.0 : static_cast<double>(journal->lastSequence()));
  setMember(env, object, "durableSequence",
            journal == nullptr ? 0.0 : static_cast<double>(journal->durableSequence()));
  const stream::Watchdog* watchdog = holder->watchdog();
  setMember(env, object, "emergencyCancels",
            watchdog == nullptr ? 0.0 : static_cast<double>(watchdog->emergencyCancels()));
  const Nanos due = engine.nextDue();
  setMember(env, object, "nextDueMs",
            due == sim::SimulatedExchange::kNever ? -1.0 : static_cast<double>(due) / 1e6);
  setMember(env, object, "readToOrder",
            makeLatencyFigures(env, *engine.readToOrder().operator->()));
  setMember(env, object, "ordersLost", static_cast<double>(engine.ordersLost()));
  setMember(env, object, "decisionHash", hashText(engine.decisionHash()));
  return object;
}

/// A hash of orders, positions and risk. Its cost grows with the orders of the session.
napi_value tradingStateHash(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  return makeText(env, hashText(holder->engine()->core().stateHash()));
}

/// Writes a snapshot beside the journal.
napi_value tradingSnapshot(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  if (holder->engine()->journal() == nullptr) {
    throwError(env, "HFT_ARGUMENT", "a snapshot needs a started core with a journal");
    return nullptr;
  }
  const event::SnapshotError error = holder->engine()->snapshot();
  if (error != event::SnapshotError::Ok) {
    throwError(env, "HFT_DATA_FILE",
               "the snapshot could not be written: no space, or a bad disk; error " +
                   std::to_string(static_cast<int>(error)));
  }
  return nullptr;
}

}  // namespace hft::bindings
