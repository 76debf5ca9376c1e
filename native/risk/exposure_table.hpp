#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/units.hpp"
#include "native/risk/own_orders.hpp"
#include "native/risk/violation.hpp"

namespace hft::risk {

/// Sums of money in 10^-8 of the base currency: 128 bits, so that no sum of 64-bit values leaves
/// it.
using MoneySum = __int128;

[[nodiscard]] constexpr std::int64_t saturate(MoneySum value) noexcept {
  return static_cast<std::int64_t>(std::clamp<MoneySum>(value, INT64_MIN, INT64_MAX));
}

/// What one scope holds and could come to hold of one instrument.
struct alignas(64) Exposure {
  RiskScope scope = RiskScope::Symbol;
  std::uint8_t told = 0;  ///< Breaches of it that were acted on; see RiskEngine.
  std::uint32_t scopeId = 0;
  InstrumentId instrument = kNoInstrument;
  std::uint32_t next = 0;              ///< Of the same instrument; an index + 1.
  Qty net = 0;                         ///< Lots held; negative is short.
  Qty working[2] = {};                 ///< Lots of working orders at worst: buys, sells.
  std::int64_t netValue = 0;           ///< Of `net` at the mark, without sign.
  std::int64_t workingAtMark[2] = {};  ///< Of `working` at the mark; 0 while there is no mark.
  MoneySum workingValue[2] = {};       ///< Of `working`, each order at its own worst price.
  std::int64_t worst = 0;              ///< See `worstValue`; saturated, as what follows.
  std::int64_t reach[2] = {};          ///< The value on each side if all that works there fills.
  OwnPrices own;                       ///< Account rows: for self-trade checks.

  /// What is held at the mark, with its sign.
  [[nodiscard]] MoneySum held() const noexcept {
    return net < 0 ? -static_cast<MoneySum>(netValue) : static_cast<MoneySum>(netValue);
  }
  /// What the working orders of a side (0: buys, 1: sells) are reserved at: what they may be
  /// executed at or what that is worth at the mark, whichever is more. Both, for a market that
  /// moves changes the second alone, and all of a row at once.
  [[nodiscard]] MoneySum reserved(std::size_t side) const noexcept {
    return std::max<MoneySum>(workingValue[side], workingAtMark[side]);
  }
  /// The largest value that the position can reach if any of the working orders fill.
  [[nodiscard]] MoneySum worstValue() const noexcept {
    return std::max<MoneySum>({held() + reserved(0), reserved(1) - held(), netValue});
  }
  /// Sums up anew what follows from the rest.
  void sum() noexcept {
    worst = saturate(worstValue());
    reach[0] = saturate(held() + reserved(0));
    reach[1] = saturate(reserved(1) - held());
  }
  /// The largest position on one side, in lots, if all working orders of it fill.
  [[nodiscard]] __int128 worstQty(Side side) const noexcept {
    return side == Side::Buy ? static_cast<__int128>(net) + working[0]
                             : static_cast<__int128>(working[1]) - net;
  }
};
static_assert(sizeof(Exposure) == 128, "two cache lines");

/// Exposures by scope and instrument. Rows stay once they are there. Fixed capacity, no allocation
/// after construction. Not thread-safe.
class ExposureTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  ExposureTable(std::uint32_t rowsMax, std::uint32_t instrumentsMax);

  /// The row of a scope and instrument, made where it is new; kNone when the table is full.
  [[nodiscard]] std::uint32_t row(RiskScope scope, std::uint32_t scopeId,
                                  InstrumentId instrument) noexcept;
  /// Brings the place of a row near, for the `row` that follows.
  void prefetch(RiskScope scope, std::uint32_t scopeId, InstrumentId instrument) const noexcept {
    __builtin_prefetch(&slots_[homeOf(scope, scopeId, instrument)]);
  }
  /// As `row`, without making one.
  [[nodiscard]] std::uint32_t find(RiskScope scope, std::uint32_t scopeId,
                                   InstrumentId instrument) const noexcept {
    return slots_[slotOf(scope, scopeId, instrument)] - 1;
  }

  [[nodiscard]] Exposure& operator[](std::uint32_t row) noexcept { return rows_[row]; }
  [[nodiscard]] const Exposure& operator[](std::uint32_t row) const noexcept { return rows_[row]; }
  [[nodiscard]] std::span<const Exposure> rows() const noexcept { return {rows_.data(), used_}; }

  /// Calls `visit(Exposure&)` for every row of an instrument.
  template <typename Visit>
  void forEach(InstrumentId instrument, Visit&& visit) noexcept {
    for (std::uint32_t at = first_[instrument]; at != 0; at = rows_[at - 1].next) {
      visit(rows_[at - 1]);
    }
  }

 private:
  [[nodiscard]] std::size_t homeOf(RiskScope scope, std::uint32_t scopeId,
                                   InstrumentId instrument) const noexcept {
    const std::uint64_t key = std::uint64_t{instrument} << 32 | std::uint64_t{scopeId} << 3 |
                              static_cast<std::uint64_t>(scope);
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift_);
  }
  [[nodiscard]] std::size_t slotOf(RiskScope scope, std::uint32_t scopeId,
                                   InstrumentId instrument) const noexcept;

  std::vector<Exposure> rows_;
  std::vector<std::uint32_t> slots_;  ///< Row + 1.
  std::vector<std::uint32_t> first_;  ///< By instrument: row + 1.
  std::uint32_t used_ = 0;
  int shift_;
};

}  // namespace hft::risk
