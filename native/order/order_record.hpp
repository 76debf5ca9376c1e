#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "native/order/order_request.hpp"
#include "native/order/order_state.hpp"
#include "native/order/record_pool.hpp"

namespace hft::order {

/// A dense index of an order in its table. Recycled once the order is closed and forgotten.
using OrderIndex = std::uint32_t;

/// What working orders are listed by.
enum class Scope : std::uint8_t { Instrument = 0, Strategy = 1, Account = 2, Venue = 3 };
inline constexpr std::size_t kScopeCount = 4;
/// Stands in a link of an order that is in no working list.
inline constexpr OrderIndex kNotListed = 0xfffffffeU;

/// An order through its whole chain of replaces: 256 bytes.
struct alignas(64) Order {
  OrderState state;
  Nanos createdTime = 0;
  std::uint64_t orderID = 0;                 ///< The venue's; 0 until known.
  std::uint32_t firstExecution = kNoRecord;  ///< Heads of lists, newest first.
  std::uint32_t firstRequest = kNoRecord;
  __int128 notional = 0;  ///< Sum of quantity times price of what is executed.
  struct Link {
    OrderIndex previous = kNoRecord;
    OrderIndex next = kNoRecord;
  };
  /// Working orders by Scope. A closed order is in the list of the closed ones through Instrument
  /// and has kNotListed in Strategy.
  Link links[kScopeCount];
  /// The request as it first was, with quantity and prices of the newest confirmed replace.
  /// `clOrdID` never changes; `origClOrdID` is the id by which the venue knows the order.
  OrderRequest request;

  /// The id of the first request of the chain.
  [[nodiscard]] event::ClOrdID firstClOrdID() const noexcept { return request.clOrdID; }
  /// The id by which the venue knows the order: what a cancel or replace names as origClOrdID.
  [[nodiscard]] event::ClOrdID clOrdID() const noexcept { return request.origClOrdID; }
  [[nodiscard]] bool isWorking() const noexcept {
    return links[static_cast<std::size_t>(Scope::Strategy)].previous != kNotListed;
  }
  [[nodiscard]] OrdStatus ordStatus() const noexcept { return order::ordStatus(state); }
  [[nodiscard]] Qty leavesQty() const noexcept { return order::leavesQty(state); }
};
static_assert(sizeof(Order) == 256);
static_assert(std::is_trivially_copyable_v<Order>);

/// How far a cancel or replace request has come.
enum class RequestState : std::uint8_t { Pending, Unknown, Confirmed, Refused };

/// A cancel or replace request of an order; or, as CancelAll, an orderID that the order had at the
/// venue beside its newest.
struct Request {
  event::ClOrdID clOrdID = event::kNoOrder;
  OrderIndex order = kNoRecord;
  std::uint32_t next = kNoRecord;
  Qty orderQty = 0;
  Price price = 0;
  Price stopPx = 0;
  RequestKind kind = RequestKind::Cancel;
  RequestState state = RequestState::Pending;
  std::uint16_t chainLength = 1;  ///< Of the newest: requests since old ones were let go.

  [[nodiscard]] bool isOpen() const noexcept {
    return state == RequestState::Pending || state == RequestState::Unknown;
  }
};
static_assert(std::is_trivially_copyable_v<Request>);

/// An execution of an order, or what is known of one that hasn't arrived: a bust or correction may
/// overtake it.
struct Execution {
  std::uint64_t execID = 0;
  Qty qty = 0;
  Price price = 0;
  std::int64_t fee = 0;
  Nanos transactTime = 0;
  OrderIndex order = kNoRecord;
  std::uint32_t next = kNoRecord;
  std::uint32_t corrector = kNoRecord;  ///< The execution that stands in its place.
  std::uint16_t feeCurrency = 0;
  bool hasArrived = false;
  bool isDead = false;  ///< Taken back or corrected: counts for nothing.

  [[nodiscard]] bool counts() const noexcept { return hasArrived && !isDead; }
};
static_assert(std::is_trivially_copyable_v<Execution>);

}  // namespace hft::order
