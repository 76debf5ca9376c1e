#pragma once

#include <cstdint>
#include <type_traits>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"
#include "native/event/execution_report.hpp"

namespace hft::order {

/// What a request asks for.
enum class RequestKind : std::uint8_t {
  New = 0,
  Cancel = 1,
  Replace = 2,
  CancelAll = 3,
  /// What became of `origClOrdID`? The venue tells its executions again, and its state.
  Status = 4,
};

/// Instructions of an order beside its type.
enum OrderFlags : std::uint16_t {
  kPostOnly = 1 << 0,    ///< Must not take liquidity.
  kReduceOnly = 1 << 1,  ///< Must not grow the position.
  kHidden = 1 << 2,      ///< Never displayed.
  kAllOrNone = 1 << 3,   ///< FIX ExecInst G.
};

/// FIX-like self-trade prevention: which of two orders of one owner gives way.
enum class SelfTradePrevention : std::uint8_t {
  None = 0,
  CancelNewest = 1,
  CancelOldest = 2,
  CancelBoth = 3,
  Decrement = 4,
};

/// A request of a strategy, the API, an algorithm, an emulated trigger or a FIX client, 128 bytes:
/// the one form in which an order travels to risk, journal and venue.
///
/// Prices in ticks, quantities in lots, times in nanoseconds UTC.
struct alignas(64) OrderRequest {
  event::ClOrdID clOrdID = event::kNoOrder;      ///< New, Replace: given by the order table.
  event::ClOrdID origClOrdID = event::kNoOrder;  ///< Cancel, Replace: the order meant.
  InstrumentId instrument = kNoInstrument;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  std::uint16_t venue = 0;
  std::uint16_t flags = 0;  ///< OrderFlags.
  RequestKind kind = RequestKind::New;
  Side side = Side::None;
  OrdType ordType = OrdType::None;
  TimeInForce timeInForce = TimeInForce::Day;
  SelfTradePrevention selfTrade = SelfTradePrevention::None;
  std::uint8_t priority = 0;
  std::uint16_t spare = 0;
  std::uint32_t owner = 0;  ///< Self-trade prevention compares owners.
  Qty orderQty = 0;
  Price price = 0;                 ///< Limit price.
  Price stopPx = 0;                ///< Trigger of stop and if-touched orders.
  Price trailOffset = 0;           ///< Trailing orders: distance from the best price since.
  Price limitOffset = 0;           ///< TrailingStopLimit: limit price = trigger -/+ limitOffset.
  Qty displayQty = 0;              ///< Iceberg; 0: all is displayed.
  Qty minQty = 0;                  ///< The least first execution.
  Nanos expireTime = 0;            ///< GoodTillDate.
  std::uint64_t bookSequence = 0;  ///< The book state that it was decided on; 0: no freshness gate.
};
static_assert(sizeof(OrderRequest) == 128);
static_assert(std::is_trivially_copyable_v<OrderRequest>);

}  // namespace hft::order
