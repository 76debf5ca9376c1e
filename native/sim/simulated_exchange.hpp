#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "native/core/result.hpp"
#include "native/event/execution_report.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/l3_change.hpp"
#include "native/order/order_request.hpp"
#include "native/sim/match_event.hpp"
#include "native/sim/models/fee_model.hpp"
#include "native/sim/models/fill_model.hpp"
#include "native/sim/models/latency_model.hpp"
#include "native/sim/models/queue_model.hpp"

namespace hft::sim {

/// Where the other side of our trades comes from.
enum class ExchangeMode : std::uint8_t {
  Synthetic = 0,  ///< All flow goes through a MatchingEngine: ours, and `onForeign`.
  Recorded = 1,   ///< Ours trades against recorded books and trades, by the models.
};

/// Sizes, rules and models of a SimulatedExchange, set at construction.
struct ExchangeOptions {
  ExchangeMode mode = ExchangeMode::Synthetic;
  std::uint16_t venue = 0;           ///< Stands in every report.
  std::size_t instrumentsMax = 256;  ///< Ids from 0 to instrumentsMax - 1.
  std::size_t accountsMax = 64;      ///< Orders of other accounts are refused.
  /// Our orders that the exchange knows: the live ones, and of the closed ones the newest. With
  /// nothing but live orders, new ones are refused with Capacity.
  std::uint32_t ordersMax = 1U << 16;
  /// Executions that a Status request can tell again; the oldest of closed orders go first.
  std::uint32_t executionsMax = 1U << 18;
  std::size_t requestsMax = 4096;       ///< Requests on their way; more: `onRequest` refuses.
  std::size_t reportsMax = 1U << 16;    ///< Reports on their way at which `onRequest` refuses.
  std::uint32_t foreignMax = 1U << 18;  ///< Live orders of others: synthetic flow, recorded L3.
  std::size_t levelsMax = 4096;         ///< Recorded: levels a side; the rest is not kept.
  std::uint64_t seed = 1;               ///< Of all random numbers.
  LatencyModel latency;
  QueueModel queue;
  FeeModel fees;
  FillModel fills = FillModel::Bounded;
  ImpactModel impact = ImpactModel::None;
  MatchingConfig matching;  ///< Of each instrument; recorded mode takes `triggerBy` only.
};

enum class ExchangeError : std::uint8_t {
  Ok,
  UnknownInstrument,   ///< Not added.
  TooManyInstruments,  ///< The id is at or above instrumentsMax.
  BadTerms,            ///< A multiplier is not positive, or too many decimals.
  WrongMode,           ///< The input belongs to the other mode.
  BadInput,            ///< A negative quantity, no price, no side.
  UnknownOrder,        ///< L3: a change of an order that is not there.
  Capacity,            ///< foreignMax or levelsMax is reached; the input was left out.
};

using event::L3Change;
using event::L3Kind;

/// An exchange of many instruments in the process: orders go in, execution reports come out, time
/// is what the caller says. The same inputs and seed give the same reports, byte for byte.
///
/// A request that leaves us at `now` reaches the exchange after the order leg of the latency model,
/// its reports reach us after the response leg. A leg is first in, first out, as one connection is:
/// what was sent later never arrives earlier. What arrives at the same nanosecond as market input
/// goes before it.
///
/// Inputs must come in time order; an earlier time counts as the newest one. In recorded mode times
/// of market input are the exchange's, `onRequest` and `poll` take ours: one clock, so the caller
/// takes a skew of the recording out.
///
/// Rules of the exchange:
/// - A New or Replace with a ClOrdID that a live order or a remembered closed one has, or had
///   before it was replaced, is refused as DuplicateOrder.
/// - Cancel, Replace and Status name any ClOrdID that their order has had (`origClOrdID`); a closed
///   order is refused with TooLateToEnter, one that is not known with UnknownOrder. CancelAll
///   cancels each live order of its account, of `instrument` or of all (kNoInstrument); each report
///   stands under the order's own ClOrdID, with reason Killed.
/// - Status of `origClOrdID` tells its executions again (equal execIDs), then its state as
///   ExecType OrderStatus under the request's ClOrdID; an unknown one is Rejected, UnknownOrder.
/// - What the exchange does by itself is flagged `isUnsolicited`: expiry, self-trade prevention,
///   price band, reduce-only. The rest of an immediate order is canceled as it was asked for.
/// - A quantity that reduce-only or a decrement cuts is told by ExecType Restated.
/// - Owners: `request.owner`, or where that is 0 the account. Foreign owners are apart from ours.
///
/// Not thread-safe. Memory is taken in the constructor and by `addInstrument`; later only where one
/// event makes more reports than `reportsMax`.
class SimulatedExchange {
 public:
  /// `options` must be sound: `check(options)` says what is not; only a bug gets further.
  explicit SimulatedExchange(const ExchangeOptions& options);
  ~SimulatedExchange();
  SimulatedExchange(SimulatedExchange&&) noexcept;
  SimulatedExchange& operator=(SimulatedExchange&&) noexcept;

  /// Which option is not sound; nullptr where all are.
  [[nodiscard]] static const char* check(const ExchangeOptions& options) noexcept;

  /// Lists an instrument; it trades continuously from here on.
  ExchangeError addInstrument(InstrumentId instrument, const ContractTerms& terms);

  // Us.

  /// Whether one more request is taken now.
  [[nodiscard]] bool canSend() const noexcept;
  /// A request leaves us at `now`. False where it was not taken: nothing has happened then.
  [[nodiscard]] bool onRequest(const order::OrderRequest& request, Nanos now) noexcept;
  /// When the next request arrives, order expires or report reaches us; kNever without one.
  [[nodiscard]] Nanos nextDue() const noexcept;
  /// Lets everything happen that is due by `now`.
  void advance(Nanos now) noexcept;
  /// The next report that has reached us by `now`. Call `advance(now)` first.
  [[nodiscard]] bool poll(event::ExecutionReport& report, Nanos now) noexcept;

  static constexpr Nanos kNever = INT64_MAX;

  // The market, recorded.

  /// Changed levels: absolute quantities, zero removes one.
  ExchangeError onLevels(InstrumentId instrument, std::span<const event::Level> bids,
                         std::span<const event::Level> asks, Nanos time) noexcept;
  /// The whole book: levels that are not in it are gone.
  ExchangeError onSnapshot(InstrumentId instrument, std::span<const event::Level> bids,
                           std::span<const event::Level> asks, Nanos time) noexcept;
  /// The book is not known any more: nothing is displayed until levels come again. What rests keeps
  /// its place, as far as the levels that come allow it.
  ExchangeError onLost(InstrumentId instrument, Nanos time) noexcept;
  /// A trade of others. `aggressor` None: of an auction, or not told (then the quote decides).
  ExchangeError onTrade(InstrumentId instrument, Side aggressor, Price price, Qty qty,
                        Nanos time) noexcept;
  /// A change of a single order, for ExactQueue; it also moves the level. Do not feed the same
  /// instrument levels too. Doubt and Snapshot look through all recorded orders.
  ExchangeError onL3(InstrumentId instrument, const L3Change& change, Nanos time) noexcept;

  // The market, synthetic.

  /// An order of somebody else: New, Cancel, Replace, in ids of their own (below 2^62) an
  /// instrument. It is there at once and gets no report.
  ExchangeError onForeign(const order::OrderRequest& request, Nanos time) noexcept;

  // The market, both.

  ExchangeError setPhase(InstrumentId instrument, TradingPhase phase, Nanos time) noexcept;
  /// kNoPrice in both lifts the band.
  ExchangeError setPriceBand(InstrumentId instrument, Price low, Price high, Nanos time) noexcept;

  // The truth, as it is at the exchange now; reports of it may still be on their way.

  /// The state of an order, as a report of ExecType OrderStatus. False where it is unknown.
  [[nodiscard]] bool query(event::ClOrdID clOrdID, event::ExecutionReport& report) const noexcept;
  /// Live orders from the `skip`-th on, in the order of their orderIDs; returns how many.
  [[nodiscard]] std::size_t openOrders(std::span<event::ExecutionReport> out,
                                       std::size_t skip) const noexcept;
  [[nodiscard]] std::size_t openOrderCount() const noexcept;
  /// The executions of an order from the `skip`-th on, oldest first; returns how many.
  [[nodiscard]] std::size_t executions(event::ClOrdID clOrdID,
                                       std::span<event::ExecutionReport> out,
                                       std::size_t skip) const noexcept;
  /// What the fills of an account sum up to, with what `setPosition` set; buys are positive.
  [[nodiscard]] Qty position(std::uint16_t account, InstrumentId instrument) const noexcept;
  /// Sets a position, as reduce-only orders see it too. False where one of them is unknown.
  bool setPosition(std::uint16_t account, InstrumentId instrument, Qty position) noexcept;
  /// Displayed levels, best first: recorded, or of the matching engine. Returns how many.
  std::size_t depth(InstrumentId instrument, Side side,
                    std::span<event::Level> levels) const noexcept;
  [[nodiscard]] TradingPhase phase(InstrumentId instrument) const noexcept;
  [[nodiscard]] Nanos now() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hft::sim
