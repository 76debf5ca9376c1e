#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "native/order/order_table.hpp"

namespace hft::order::lab {

inline OrderTableOptions smallTable() {
  return {.ordersMax = 64,
          .requestsMax = 256,
          .executionsMax = 256,
          .instrumentsMax = 4,
          .strategiesMax = 4,
          .accountsMax = 4,
          .venuesMax = 4,
          .windowMax = 16};
}

inline OrderRequest newOrder(event::ClOrdID clOrdID, Qty qty) {
  OrderRequest request;
  request.clOrdID = clOrdID;
  request.instrument = 1;
  request.strategy = 2;
  request.account = 3;
  request.venue = 1;
  request.side = Side::Buy;
  request.ordType = OrdType::Limit;
  request.orderQty = qty;
  request.price = 100;
  return request;
}

inline OrderRequest cancelOf(event::ClOrdID clOrdID, event::ClOrdID orig) {
  OrderRequest request;
  request.kind = RequestKind::Cancel;
  request.clOrdID = clOrdID;
  request.origClOrdID = orig;
  return request;
}

inline OrderRequest replaceOf(event::ClOrdID clOrdID, event::ClOrdID orig, Qty qty, Price price) {
  OrderRequest request = cancelOf(clOrdID, orig);
  request.kind = RequestKind::Replace;
  request.orderQty = qty;
  request.price = price;
  return request;
}

inline event::ExecutionReport report(event::ClOrdID clOrdID, ExecType type, OrdStatus status,
                                     Nanos time) {
  event::ExecutionReport result;
  result.clOrdID = clOrdID;
  result.venue = 1;
  result.instrument = 1;
  result.orderID = 900;
  result.execType = type;
  result.ordStatus = status;
  result.transactTime = time;
  return result;
}

inline event::ExecutionReport trade(event::ClOrdID clOrdID, std::uint64_t execID, Qty qty,
                                    Qty cumQty, Qty leavesQty, Nanos time) {
  event::ExecutionReport result =
      report(clOrdID, ExecType::Trade,
             leavesQty == 0 ? OrdStatus::Filled : OrdStatus::PartiallyFilled, time);
  result.execID = execID;
  result.lastQty = qty;
  result.lastPx = 100;
  result.cumQty = cumQty;
  result.leavesQty = leavesQty;
  return result;
}

inline std::vector<std::byte> snapshotOf(const OrderTable& table) {
  std::vector<std::byte> bytes(table.snapshotBytes());
  table.save(bytes);
  return bytes;
}

}  // namespace hft::order::lab
