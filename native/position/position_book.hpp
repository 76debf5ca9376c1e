#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/result.hpp"
#include "native/position/instrument_terms.hpp"
#include "native/position/lot_queue.hpp"

namespace hft::position {

/// Which of a position's lots a reducing fill closes.
enum class CostMethod : std::uint8_t {
  Average,  ///< A share of all: the cost in proportion, rounded toward zero.
  Fifo,     ///< The oldest first.
};

/// Sizes of a PositionBook. All memory is taken at once.
struct PositionOptions {
  std::uint32_t positionsMax = 1U << 14;
  std::uint32_t instrumentsMax = 1U << 14;
  std::uint32_t accountsMax = 256;
  std::uint32_t strategiesMax = 256;
  std::uint32_t currenciesMax = 32;
  /// Fifo: lots of all positions together, beside the first of each. When they are used up a fill
  /// joins its position's newest lot: the sums stay right, the order of closing becomes coarser.
  std::uint32_t lotsMax = 1U << 16;
  CostMethod method = CostMethod::Average;
};

enum class PositionError : std::uint8_t {
  Ok,
  UnknownInstrument,  ///< No terms were set for it.
  BadFill,            ///< A quantity of zero, no side, or a price that the contract can't have.
  BadScope,           ///< An account, strategy or currency out of range.
  CapacityExceeded,   ///< No room for another position.
  Overflow,           ///< A figure would leave its range.
  BadSnapshot,
  Open,  ///< Terms of an instrument that has positions can't change.
};

/// A fill as positions see it. A negative `qty` takes an execution of this side and price back.
struct PositionFill {
  InstrumentId instrument = kNoInstrument;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  Side side = Side::None;
  std::uint16_t feeCurrency = 0;
  Qty qty = 0;
  Price price = 0;
  std::int64_t fee = 0;  ///< In 10^-8 of feeCurrency; negative is a rebate.
};

/// One position: what a strategy holds of an instrument on an account.
///
/// Money is in the instrument's currency and exact. At any mark: `cash + value = realised +
/// unrealised`, where `value` is that of `qty` at the mark and `unrealised = value - cost`.
struct Position {
  InstrumentId instrument = kNoInstrument;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  Qty qty = 0;           ///< In lots; negative is short.
  Money cost = 0;        ///< Of what is held; the average price is cost over qty.
  Money realised = 0;    ///< Of what was closed, before fees.
  Money cash = 0;        ///< What the fills paid and received, before fees.
  Money unrealised = 0;  ///< At the newest mark.
  std::int64_t boughtQty = 0;
  std::int64_t soldQty = 0;
  LotQueue lots;           ///< Fifo only.
  std::uint32_t next = 0;  ///< Of the same instrument; an index + 1.
};

/// Sums of positions, by currency.
struct Totals {
  Money realised = 0;
  Money unrealised = 0;
  Money fees = 0;
  Money cash = 0;  ///< After fees.

  [[nodiscard]] Money pnl() const noexcept { return realised + unrealised - fees; }
};

/// What totals are kept of.
enum class TotalScope : std::uint8_t { All = 0, Account = 1, Strategy = 2 };

/// Positions by account, strategy and instrument, with P&L and cash.
///
/// Integer arithmetic throughout: nothing is lost to rounding but where a cost is split in
/// proportion, and then between realised and unrealised only. An operation that fails leaves
/// everything as it was. A fill is O(1) (Fifo: in the lots that it closes); a mark is O(positions
/// of the instrument). A fill taken back is booked as its opposite at the same price: the sum of
/// realised and unrealised is as if it had never been. No allocation after construction. Not
/// thread-safe: one writer.
class PositionBook {
 public:
  explicit PositionBook(const PositionOptions& options);

  /// Says what an instrument's lots are worth. Errors: BadFill for terms that can't be exact, Open.
  PositionError setTerms(InstrumentId instrument, const InstrumentTerms& terms) noexcept;
  [[nodiscard]] bool hasTerms(InstrumentId instrument) const noexcept {
    return instrument < instruments_.size() && instruments_[instrument].isKnown;
  }
  /// The value of `qty` lots at `price`; false where it does not fit or there are no terms.
  [[nodiscard]] bool value(InstrumentId instrument, Qty qty, Price price,
                           Money& out) const noexcept {
    return hasTerms(instrument) && instruments_[instrument].valuation.value(qty, price, out);
  }
  /// See Valuation::wholeFactor.
  [[nodiscard]] std::int64_t wholeFactor(InstrumentId instrument) const noexcept {
    return instruments_[instrument].valuation.wholeFactor();
  }
  [[nodiscard]] ContractKind kindOf(InstrumentId instrument) const noexcept {
    return instruments_[instrument].valuation.kind();
  }
  [[nodiscard]] std::uint16_t currencyOf(InstrumentId instrument) const noexcept {
    return instruments_[instrument].currency;
  }

  PositionError apply(const PositionFill& fill) noexcept;

  /// The price at which an instrument's positions are valued from here on.
  PositionError mark(InstrumentId instrument, Price price) noexcept;
  /// kNoPrice before the first mark or fill.
  [[nodiscard]] Price markOf(InstrumentId instrument) const noexcept {
    return instrument < instruments_.size() ? instruments_[instrument].mark : kNoPrice;
  }

  /// A position; nullptr where there was never a fill.
  [[nodiscard]] const Position* find(std::uint16_t account, std::uint16_t strategy,
                                     InstrumentId instrument) const noexcept;
  [[nodiscard]] std::span<const Position> positions() const noexcept {
    return {positions_.data(), used_};
  }
  /// Lots held of an instrument over all accounts and strategies.
  [[nodiscard]] Qty netQty(InstrumentId instrument) const noexcept {
    return instrument < instruments_.size() ? instruments_[instrument].netQty : 0;
  }
  [[nodiscard]] const Totals& totals(TotalScope scope, std::uint32_t id,
                                     std::uint16_t currency) const noexcept {
    return totals_[totalsAt(scope, id) + currency];
  }
  [[nodiscard]] const PositionOptions& options() const noexcept { return options_; }

  /// A hash of every position and total: equal states, equal hashes.
  [[nodiscard]] std::uint64_t stateHash() const noexcept;

  [[nodiscard]] std::size_t snapshotBytes() const noexcept;
  /// Writes the positions, totals and marks into `out` of `snapshotBytes`. Terms are not in it.
  void save(std::span<std::byte> out) const noexcept;
  /// Takes up a saved state; terms must be set and nothing else. Errors: BadSnapshot (and an
  /// unusable book), CapacityExceeded.
  PositionError restore(std::span<const std::byte> snapshot) noexcept;

 private:
  struct InstrumentState {
    Valuation valuation;
    Price mark = kNoPrice;
    Qty netQty = 0;
    std::uint32_t first = 0;  ///< Of its positions; an index + 1.
    std::uint16_t currency = 0;
    bool isKnown = false;
  };

  [[nodiscard]] std::size_t totalsAt(TotalScope scope, std::uint32_t id) const noexcept {
    const std::size_t row = scope == TotalScope::All       ? 0
                            : scope == TotalScope::Account ? 1 + id
                                                           : 1 + options_.accountsMax + id;
    return row * options_.currenciesMax;
  }
  [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept;
  [[nodiscard]] static std::uint64_t keyOf(std::uint16_t account, std::uint16_t strategy,
                                           InstrumentId instrument) noexcept {
    return std::uint64_t{instrument} << 32 | std::uint64_t{account} << 16 | strategy;
  }
  /// The position of a fill as it would be after it, and the money that it moves.
  struct Booking {
    Position after;
    Money realised = 0;
    Money cash = 0;
    bool fits = false;
  };
  [[nodiscard]] Booking book(const Position& before, const InstrumentState& instrument, Qty qty,
                             Price price) noexcept;
  void close(Position& position, Qty qty, Money& cost) noexcept;
  void open(Position& position, Qty qty, Money cost) noexcept;
  template <typename Visit>
  void forEachTotals(const Position& position, std::uint16_t currency, Visit&& visit) noexcept;

  PositionOptions options_;
  std::vector<InstrumentState> instruments_;
  std::vector<Position> positions_;
  std::vector<std::uint32_t> slots_;  ///< Position index + 1, by key.
  std::vector<Totals> totals_;
  LotPool lots_;
  std::size_t used_ = 0;
};

}  // namespace hft::position
