#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"
#include "native/event/execution_report.hpp"

namespace hft::sim {

/// What the matching engine says about a command, in the order in which it happened.
enum class MatchKind : std::uint8_t {
  None = 0,
  Accepted = 1,  ///< `qty` is what was accepted (a reduce-only order may be cut).
  Rejected = 2,
  Trade = 3,     ///< `order` took from `other`; in an auction `order` is the buyer.
  Canceled = 4,  ///< `qty` lots left the market; `reason` says why, None: it was asked for.
  CancelRejected = 5,
  Replaced = 6,  ///< `order` is the new reference, `other` the replaced one.
  ReplaceRejected = 7,
  Triggered = 8,  ///< A conditional order became active; `price` is its trigger.
  Expired = 9,
  Decremented = 10,   ///< Self-trade prevention took `qty` lots; `leaves` stay.
  PhaseChanged = 11,  ///< `qty` is the TradingPhase.
  Uncrossed = 12,     ///< An auction ended: `price`, volume `qty`, surplus `leaves` (buys +).
};

/// When orders meet.
enum class TradingPhase : std::uint8_t {
  Closed = 0,
  OpeningAuction = 1,
  Continuous = 2,
  ClosingAuction = 3,
  Halted = 4,  ///< Only cancels.
};

/// The price that conditional orders watch.
enum class TriggerBy : std::uint8_t {
  LastTrade = 0,
  BestBid = 1,
  BestAsk = 2,
  Quote = 3,  ///< The side that the order would trade with: the best ask for a buy.
};

/// One event of the matching engine: 64 bytes.
struct alignas(64) MatchEvent {
  MatchKind kind = MatchKind::None;
  event::OrdRejReason reason = event::OrdRejReason::None;
  Side side = Side::None;  ///< Of `order`.
  event::LiquidityInd liquidity = event::LiquidityInd::None;
  std::uint32_t owner = 0;
  std::uint64_t order = 0;  ///< The caller's reference of the order meant; Trade: the taker's.
  std::uint64_t other = 0;  ///< Trade: the maker's.
  Qty qty = 0;
  Price price = 0;
  Qty leaves = 0;       ///< What stays open of `order`, undisplayed quantity included.
  Qty otherLeaves = 0;  ///< Trade: the same of `other`.
  std::uint32_t otherOwner = 0;
  std::uint32_t spare = 0;
};
static_assert(sizeof(MatchEvent) == 64);
static_assert(std::is_trivially_copyable_v<MatchEvent>);

/// Limits and rules of a MatchingEngine, set at construction.
struct MatchingConfig {
  std::size_t ordersMax = 65536;  ///< Live orders; more are refused with Capacity.
  std::size_t pagesMax = 1024;    ///< Pages of 64 ticks a side that can hold orders at once.
  std::size_t eventsMax = 65536;  ///< Events reserved; see MatchingEngine::events.
  std::size_t ownersMax = 1024;   ///< Owners whose position is followed (reduce-only).
  TriggerBy triggerBy = TriggerBy::LastTrade;
};

}  // namespace hft::sim
