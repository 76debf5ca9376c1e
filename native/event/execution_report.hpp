#pragma once

#include <cstdint>
#include <type_traits>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"

namespace hft::event {

/// Our order id: unique for ever. The upper 24 bits number the run that gave it (from the journal),
/// the lower 40 count within the run; 0 is no order.
using ClOrdID = std::uint64_t;
inline constexpr ClOrdID kNoOrder = 0;

/// Why an order was refused or left: FIX OrdRejReason(103) and CxlRejReason(102), by plain words.
enum class OrdRejReason : std::uint8_t {
  None = 0,
  BrokerOption,
  UnknownSymbol,
  ExchangeClosed,
  OrderExceedsLimit,
  TooLateToEnter,
  UnknownOrder,
  DuplicateOrder,
  UnsupportedOrder,    ///< OrdType, TimeInForce or instruction that the venue does not take.
  WouldTakeLiquidity,  ///< A post-only order that would have traded.
  ReduceOnlyIncrease,  ///< A reduce-only order that would have grown the position.
  SelfTrade,           ///< Prevented from trading with the same owner.
  PriceBand,
  MinimumQty,
  InvalidPrice,
  InvalidQty,
  Capacity,
  RiskRefused,  ///< Never sent: our own pre-trade risk.
  Expired,
  Killed,  ///< Taken out by cancel-all or the kill switch.
};

/// FIX LastLiquidityInd(851).
enum class LiquidityInd : std::uint8_t { None = 0, Added = 1, Removed = 2, Auction = 4 };

/// What a venue (real, fake or simulated) says about an order: FIX ExecutionReport(35=8) and
/// OrderCancelReject(35=9), 128 bytes.
///
/// Quantities in lots and prices in ticks of `instrument`. `cumQty` and `leavesQty` are the
/// venue's; the order table keeps its own and compares.
struct alignas(64) ExecutionReport {
  ClOrdID clOrdID = kNoOrder;
  ClOrdID origClOrdID = kNoOrder;  ///< Replace and cancel: the order that it acts on.
  std::uint64_t orderID = 0;       ///< The venue's, mapped to a number at the border.
  std::uint64_t execID = 0;        ///< Unique per venue; fills are applied once by it.
  std::uint64_t execRefID = 0;     ///< TradeCancel, TradeCorrect: the execution meant.
  InstrumentId instrument = kNoInstrument;
  std::uint16_t venue = 0;
  std::uint16_t feeCurrency = 0;  ///< Index in the currency table.
  ExecType execType = ExecType::None;
  OrdStatus ordStatus = OrdStatus::None;
  Side side = Side::None;
  LiquidityInd liquidity = LiquidityInd::None;
  OrdRejReason reason = OrdRejReason::None;
  /// An OrderCancelReject: the cancel or replace `clOrdID` failed, `origClOrdID` stands.
  bool isCancelReject = false;
  /// Nobody asked for it: the venue acted by itself.
  bool isUnsolicited = false;
  std::uint8_t spare = 0;
  Qty lastQty = 0;
  Price lastPx = 0;
  Qty cumQty = 0;
  Qty leavesQty = 0;
  std::int64_t fee = 0;    ///< In 10^-8 of feeCurrency; negative is a rebate.
  Nanos transactTime = 0;  ///< The venue's.
  Nanos receiveTime = 0;   ///< Ours.
  std::int64_t spare2 = 0;
};
static_assert(sizeof(ExecutionReport) == 128);
static_assert(std::is_trivially_copyable_v<ExecutionReport>);

}  // namespace hft::event
