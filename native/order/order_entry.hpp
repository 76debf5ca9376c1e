#pragma once

#include <cstdint>
#include <type_traits>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"
#include "native/event/book_state.hpp"

namespace hft::order {

/// Why an order request was not taken.
enum class EntryVerdict : std::uint32_t {
  Accepted = 0,
  UnknownInstrument = 1,
  BadSide = 2,
  BadOrdType = 3,
  BadTimeInForce = 4,
  BadQty = 5,          ///< Not a whole number of lots, not positive, or above orderQtyMax.
  BadPrice = 6,        ///< Not a whole number of ticks, or not positive, on a limit order.
  BookNotTrusted = 7,  ///< The instrument's book is suspect or broken.
  BookMoved = 8,       ///< The book moved further than `bookUpdatesMax` since `bookSequence`.
  PriceCollar = 9,     ///< A limit price further through the book than the collar allows.
};

/// An order request as JavaScript writes it: 64 bytes of shared memory, filled field by field and
/// handed over by one call without arguments; the answer is in the same struct.
///
/// Numbers are doubles that hold whole numbers exactly (below 2^53): prices in ticks, quantities in
/// lots. `src/engine/order-entry.ts` writes it.
struct OrderEntry {
  std::uint32_t instrument = kNoInstrument;
  std::uint8_t side = 0;
  std::uint8_t ordType = 0;
  std::uint8_t timeInForce = 0;
  std::uint8_t spare = 0;
  double orderQty = 0;
  double price = 0;           ///< Ignored on a market order.
  double bookSequence = 0;    ///< The update id that the order was decided on; 0: no gate.
  double bookUpdatesMax = 0;  ///< Update ids that may have passed since.
  double clOrdID = 0;         ///< Answer: the number of the accepted order, from 1.
  std::uint32_t verdict = 0;  ///< Answer: an EntryVerdict.
  std::uint32_t spare2 = 0;
  double observed = 0;  ///< Answer: the figure that broke the rule.
};
static_assert(sizeof(OrderEntry) == 64);
static_assert(std::is_trivially_copyable_v<OrderEntry>);

/// What the entry checks look at: the newest state of one instrument's book.
struct EntryBook {
  event::BookState state = event::BookState::Broken;
  Price bid = kNoPrice;
  Price ask = kNoPrice;
  std::uint64_t sequence = 0;
};

/// The limits of the entry checks.
struct EntryLimits {
  Qty orderQtyMax = 0;
  /// How far a limit price may lie through the opposite best price, in ticks.
  Price collarTicks = 0;
};

/// Checks order requests against their book and numbers those that pass.
///
/// These are the checks that need no account: the shape of the order and the state of the market.
/// No allocation, no lock. Not thread-safe: called on the thread that owns the books.
class OrderGate {
 public:
  explicit OrderGate(EntryLimits limits) noexcept : limits_(limits) {}

  /// Decides `entry` against `book` (nullptr: no such instrument) and writes the answer into it.
  EntryVerdict submit(OrderEntry& entry, const EntryBook* book) noexcept {
    const EntryVerdict verdict = check(entry, book);
    entry.verdict = static_cast<std::uint32_t>(verdict);
    if (verdict == EntryVerdict::Accepted) {
      entry.clOrdID = static_cast<double>(++accepted_);
    } else {
      ++refused_;
    }
    return verdict;
  }

  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  [[nodiscard]] EntryVerdict check(OrderEntry& entry, const EntryBook* book) const noexcept;

  EntryLimits limits_;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
};

inline EntryVerdict OrderGate::check(OrderEntry& entry, const EntryBook* book) const noexcept {
  // A double that holds a whole number survives the trip to int64 and back; NaN never does.
  const auto isWhole = [](double value) {
    return value > 0 && value < 9007199254740992.0 &&
           static_cast<double>(static_cast<std::int64_t>(value)) == value;
  };
  if (book == nullptr) return EntryVerdict::UnknownInstrument;
  const auto side = static_cast<Side>(entry.side);
  if (side != Side::Buy && side != Side::Sell) return EntryVerdict::BadSide;
  const auto type = static_cast<OrdType>(entry.ordType);
  if (type != OrdType::Market && type != OrdType::Limit) return EntryVerdict::BadOrdType;
  const auto timeInForce = static_cast<TimeInForce>(entry.timeInForce);
  if (timeInForce != TimeInForce::Day && timeInForce != TimeInForce::GoodTillCancel &&
      timeInForce != TimeInForce::ImmediateOrCancel && timeInForce != TimeInForce::FillOrKill) {
    return EntryVerdict::BadTimeInForce;
  }
  entry.observed = entry.orderQty;
  if (!isWhole(entry.orderQty) || entry.orderQty > static_cast<double>(limits_.orderQtyMax)) {
    return EntryVerdict::BadQty;
  }
  entry.observed = entry.price;
  if (type == OrdType::Limit && !isWhole(entry.price)) return EntryVerdict::BadPrice;
  entry.observed = static_cast<double>(book->state);
  if (book->state != event::BookState::Trusted) return EntryVerdict::BookNotTrusted;
  const double moved = static_cast<double>(book->sequence) - entry.bookSequence;
  entry.observed = moved;
  if (entry.bookSequence > 0 && moved > entry.bookUpdatesMax) return EntryVerdict::BookMoved;
  const Price opposite = side == Side::Buy ? book->ask : book->bid;
  if (opposite == kNoPrice || type == OrdType::Market) {
    entry.observed = 0;
    return opposite == kNoPrice && type == OrdType::Market ? EntryVerdict::PriceCollar
                                                           : EntryVerdict::Accepted;
  }
  const auto price = static_cast<Price>(entry.price);
  const Price through = side == Side::Buy ? price - opposite : opposite - price;
  entry.observed = static_cast<double>(through);
  return through > limits_.collarTicks ? EntryVerdict::PriceCollar : EntryVerdict::Accepted;
}

}  // namespace hft::order
