#pragma once

#include <cstdint>
#include <type_traits>

#include "native/core/units.hpp"

namespace hft::stream {

/// What an OrderEvent tells. TypeScript reads the same numbers (`src/domain/orders.ts`).
enum class OrderEventKind : std::uint8_t {
  None = 0,
  Order = 1,          ///< An order's state changed.
  Fill = 2,           ///< An execution was booked; a negative lastQty takes one back.
  Refused = 3,        ///< Risk, or the core itself, refused a request: it never left.
  CancelRefused = 4,  ///< The venue refused a cancel or replace; the order stands.
  Breach = 5,         ///< A limit was breached and acted on.
  Unknown = 6,        ///< A request's outcome is not known.
  Discrepancy = 7,    ///< The venue's word and ours differ: see `anomalies`.
};

/// One event about orders on its way to JavaScript: 192 bytes. Numbers are doubles that hold whole
/// numbers exactly (below 2^53); prices in ticks, quantities in lots.
struct alignas(64) OrderEvent {
  std::uint32_t instrument = kNoInstrument;
  OrderEventKind kind = OrderEventKind::None;
  std::uint8_t ordStatus = 0;
  std::uint8_t execType = 0;
  std::uint8_t side = 0;
  std::uint16_t venue = 0;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  std::uint16_t anomalies = 0;
  std::uint16_t feeCurrency = 0;
  std::uint8_t reason = 0;     ///< event::OrdRejReason.
  std::uint8_t violation = 0;  ///< risk::ViolationType.
  std::uint8_t scope = 0;      ///< risk::RiskScope of the violation.
  std::uint8_t liquidity = 0;
  std::uint8_t verdict = 0;  ///< SubmitVerdict of a refusal.
  std::uint8_t ordType = 0;
  std::uint32_t scopeId = 0;
  std::uint32_t unused = 0;
  double clOrdID = 0;    ///< The first id of the order's chain.
  double requestID = 0;  ///< The id of the request that the event answers.
  double orderID = 0;
  double orderQty = 0;
  double cumQty = 0;
  double leavesQty = 0;
  double price = 0;
  double lastQty = 0;
  double lastPx = 0;
  double fee = 0;  ///< In 10^-8 of feeCurrency.
  double execID = 0;
  double timeMs = 0;    ///< Ours, in milliseconds since the epoch.
  double sequence = 0;  ///< The journal's.
  double limit = 0;     ///< Of a violation, as are the next two.
  double observed = 0;
  double headroom = 0;
  double stopPx = 0;
  double avgPx = 0;           ///< Sum of executed value in ticks over cumQty; 0 without executions.
  double transactTimeMs = 0;  ///< Of a fill: the venue's time of it; 0 where it told none.
  double unused2 = 0;
};
static_assert(sizeof(OrderEvent) == 192);
static_assert(std::is_trivially_copyable_v<OrderEvent>);

}  // namespace hft::stream
