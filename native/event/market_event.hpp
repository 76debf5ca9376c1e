#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "native/core/units.hpp"
#include "native/event/book_state.hpp"

namespace hft::event {

/// What happened. TypeScript reads the same numbers (`src/domain/market-data.ts`).
enum class EventKind : std::uint8_t {
  None = 0,
  Book = 1,        ///< A book changed; the record carries the best bid and offer after it.
  Trade = 2,       ///< One execution; `side` is the aggressor.
  Quote = 3,       ///< The venue's own best bid and offer.
  Bar = 4,         ///< Open, high, low, close; volume in `sequence`.
  State = 5,       ///< A book's state changed without a change of its levels.
  Instrument = 6,  ///< An instrument became known, or its scale grew.
  Status = 7,      ///< The venue's trading status of an instrument.
  Gap = 8,         ///< Events were lost here: `sequence` says how many where that is known.
  Order = 9,  ///< A single order changed (L3): for a simulated exchange, before its Book event.
};

inline constexpr std::size_t kEventKindCount = 10;

/// One market event on a ring: 64 bytes, one cache line.
///
/// Prices in ticks and quantities in lots of `instrument`; kNoPrice on an empty side.
struct alignas(64) MarketEvent {
  InstrumentId instrument = kNoInstrument;
  EventKind kind = EventKind::None;
  Side side = Side::None;
  BookState state = BookState::Broken;
  BookReason reason = BookReason::None;
  Nanos exchangeTime = 0;      ///< The venue's time; 0 where it gives none.
  Nanos receiveTime = 0;       ///< When its bytes were read.
  std::uint64_t sequence = 0;  ///< The venue's update id or trade id; 0 where it has none.
  union {
    struct {
      Price bid;
      Qty bidQty;
      Price ask;
      Qty askQty;
    } quote;  ///< Book, Quote, State.
    struct {
      Price price;
      Qty qty;
      std::int64_t isHidden;  ///< 1: with an order that was not displayed; where L3 data tells.
      std::int64_t spare;
    } trade;  ///< Trade.
    struct {
      Price open;
      Price high;
      Price low;
      Price close;
    } bar;  ///< Bar.
    struct {
      Price price;
      Qty qty;
      std::int64_t ref;   ///< Below kL3RefMax.
      std::int64_t kind;  ///< An L3Kind.
    } order;              ///< Order.
    std::int64_t values[4];
  };

  MarketEvent() noexcept : values{} {}
};
static_assert(sizeof(MarketEvent) == 64);
static_assert(std::is_trivially_copyable_v<MarketEvent>);

}  // namespace hft::event
