#include "native/position/position_book.hpp"

#include <algorithm>
#include <bit>

#include "native/core/check.hpp"

namespace hft::position {

namespace {

/// Sums stay below this, so that adding a value of at most kMoneyMax can't leave 128 bits.
constexpr Money kSumMax = Money{1} << 125;
/// Quantities and prices beyond this are nobody's.
constexpr std::int64_t kNumberMax = std::int64_t{1} << 62;

bool isSum(Money value) noexcept { return value < kSumMax && value > -kSumMax; }

bool isSound(const Totals& totals) noexcept {
  return isSum(totals.realised) && isSum(totals.unrealised) && isSum(totals.cash) &&
         isSum(totals.fees);
}

std::int64_t addSaturated(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}

}  // namespace

PositionBook::PositionBook(const PositionOptions& options)
    : options_(options),
      instruments_(options.instrumentsMax),
      positions_(options.positionsMax),
      slots_(std::bit_ceil(std::size_t{options.positionsMax} * 2)),
      totals_((1 + std::size_t{options.accountsMax} + options.strategiesMax) *
              options.currenciesMax),
      lots_(options.method == CostMethod::Fifo ? options.lotsMax : 0,
            options.method == CostMethod::Fifo ? options.positionsMax : 0) {
  HFT_CHECK(options.positionsMax > 0 && options.instrumentsMax > 0);
  HFT_CHECK(options.accountsMax > 0 && options.strategiesMax > 0 && options.currenciesMax > 0);
}

PositionError PositionBook::setTerms(InstrumentId instrument,
                                     const InstrumentTerms& terms) noexcept {
  if (instrument >= instruments_.size()) return PositionError::UnknownInstrument;
  if (terms.currency >= options_.currenciesMax) return PositionError::BadScope;
  const auto valuation = Valuation::of(terms);
  if (!valuation.ok()) return PositionError::BadFill;
  InstrumentState& state = instruments_[instrument];
  if (state.first != 0) return PositionError::Open;
  state.valuation = valuation.value();
  state.currency = terms.currency;
  state.isKnown = true;
  return PositionError::Ok;
}

std::size_t PositionBook::slotOf(std::uint64_t key) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  const int shift = 64 - std::countr_zero(slots_.size());
  std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift);
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const Position& position = positions_[slots_[at] - 1];
    if (keyOf(position.account, position.strategy, position.instrument) == key) break;
  }
  return at;
}

const Position* PositionBook::find(std::uint16_t account, std::uint16_t strategy,
                                   InstrumentId instrument) const noexcept {
  const std::uint32_t at = slots_[slotOf(keyOf(account, strategy, instrument))];
  return at == 0 ? nullptr : &positions_[at - 1];
}

template <typename Visit>
void PositionBook::forEachTotals(const Position& position, std::uint16_t currency,
                                 Visit&& visit) noexcept {
  visit(totals_[totalsAt(TotalScope::All, 0) + currency]);
  visit(totals_[totalsAt(TotalScope::Account, position.account) + currency]);
  visit(totals_[totalsAt(TotalScope::Strategy, position.strategy) + currency]);
}

void PositionBook::close(Position& position, Qty qty, Money& cost) noexcept {
  // `qty` has the position's sign and is no larger.
  if (options_.method == CostMethod::Average) {
    Money share = 0;
    if (qty == position.qty) {
      share = position.cost;
    } else if (__builtin_mul_overflow(position.cost, static_cast<Money>(qty), &share)) {
      // Too large to multiply first: divide first, and share what that leaves out.
      const Money whole = position.cost / position.qty;
      share = whole * qty + (position.cost % position.qty) * qty / position.qty;
    } else {
      share /= position.qty;
    }
    cost = share;
    return;
  }
  cost = 0;
  Qty left = qty;
  while (left != 0) {
    Lot& lot = lots_.oldest(position.lots);
    if (std::abs(lot.qty) <= std::abs(left)) {
      cost += lot.cost;
      left -= lot.qty;
      lots_.dropOldest(position.lots);
      continue;
    }
    Money share = 0;
    if (__builtin_mul_overflow(lot.cost, static_cast<Money>(left), &share)) {
      share = lot.cost / lot.qty * left;
    } else {
      share /= lot.qty;
    }
    cost += share;
    lot.cost -= share;
    lot.qty -= left;
    left = 0;
  }
}

void PositionBook::open(Position& position, Qty qty, Money cost) noexcept {
  if (options_.method == CostMethod::Fifo) lots_.append(position.lots, qty, cost);
  position.qty += qty;
  position.cost += cost;
}

PositionBook::Booking PositionBook::book(const Position& before, const InstrumentState& instrument,
                                         Qty qty, Price price) noexcept {
  Booking booking;
  Money paid = 0;
  Qty sum = 0;
  if (!instrument.valuation.value(qty, price, paid)) return booking;
  if (__builtin_add_overflow(before.qty, qty, &sum)) return booking;
  if (!isSum(before.cash) || !isSum(before.cost) || !isSum(before.realised)) return booking;
  booking.after = before;
  Position& after = booking.after;
  after.cash -= paid;
  booking.cash = -paid;
  Qty opening = qty;
  Money openingCost = paid;
  const bool isReducing = before.qty != 0 && (before.qty > 0) != (qty > 0);
  if (isReducing) {
    const Qty closing = std::abs(qty) < std::abs(before.qty) ? -qty : before.qty;
    Money cost = 0;
    close(after, closing, cost);
    // The fill's value splits between what it closes and what it opens, by quantity.
    Money closingValue = paid;
    opening = qty + closing;
    if (opening != 0 && !instrument.valuation.value(-closing, price, closingValue)) return booking;
    openingCost = paid - closingValue;
    booking.realised = -closingValue - cost;
    after.qty -= closing;
    after.cost -= cost;
    after.realised += booking.realised;
  }
  if (opening != 0) open(after, opening, openingCost);
  booking.fits = true;
  return booking;
}

PositionError PositionBook::apply(const PositionFill& fill) noexcept {
  if (!hasTerms(fill.instrument)) return PositionError::UnknownInstrument;
  if (fill.account >= options_.accountsMax || fill.strategy >= options_.strategiesMax ||
      fill.feeCurrency >= options_.currenciesMax) {
    return PositionError::BadScope;
  }
  InstrumentState& instrument = instruments_[fill.instrument];
  const bool isInverse = instrument.valuation.kind() == ContractKind::Inverse;
  const bool isWild = fill.qty > kNumberMax || fill.qty < -kNumberMax || fill.price > kNumberMax ||
                      fill.price < -kNumberMax;
  if (fill.qty == 0 || fill.side == Side::None || isWild || (isInverse && fill.price <= 0)) {
    return PositionError::BadFill;
  }
  const std::size_t slot = slotOf(keyOf(fill.account, fill.strategy, fill.instrument));
  const bool isNew = slots_[slot] == 0;
  if (isNew && used_ == positions_.size()) return PositionError::CapacityExceeded;
  Position before;
  if (isNew) {
    before.instrument = fill.instrument;
    before.account = fill.account;
    before.strategy = fill.strategy;
    before.next = instrument.first;
  } else {
    before = positions_[slots_[slot] - 1];
  }
  const Qty qty = fill.side == Side::Buy ? fill.qty : -fill.qty;
  Qty net = 0;
  Money value = 0;
  if (__builtin_add_overflow(instrument.netQty, qty, &net)) return PositionError::Overflow;
  const Price mark = instrument.mark == kNoPrice ? fill.price : instrument.mark;
  Qty held = 0;
  if (__builtin_add_overflow(before.qty, qty, &held) ||
      !instrument.valuation.value(held, mark, value)) {
    return PositionError::Overflow;
  }
  bool isFull = false;
  for (const std::uint16_t currency : {instrument.currency, fill.feeCurrency}) {
    forEachTotals(before, currency, [&](const Totals& totals) { isFull |= !isSound(totals); });
  }
  if (isFull) return PositionError::Overflow;
  Booking booking = book(before, instrument, qty, fill.price);
  if (!booking.fits) return PositionError::Overflow;
  Position& after = booking.after;
  std::int64_t& traded = fill.side == Side::Buy ? after.boughtQty : after.soldQty;
  traded = addSaturated(traded, fill.qty);
  after.unrealised = value - after.cost;
  const Money unrealised = after.unrealised - before.unrealised;
  forEachTotals(after, instrument.currency, [&](Totals& totals) {
    totals.realised += booking.realised;
    totals.cash += booking.cash;
    totals.unrealised += unrealised;
  });
  if (fill.fee != 0) {
    const Money fee = static_cast<Money>(fill.fee) * kMoneyPerFee;
    forEachTotals(after, fill.feeCurrency, [&](Totals& totals) {
      totals.fees += fee;
      totals.cash -= fee;
    });
  }
  instrument.netQty = net;
  instrument.mark = mark;
  if (isNew) {
    slots_[slot] = static_cast<std::uint32_t>(++used_);
    instrument.first = slots_[slot];
  }
  positions_[slots_[slot] - 1] = after;
  return PositionError::Ok;
}

PositionError PositionBook::mark(InstrumentId id, Price price) noexcept {
  if (!hasTerms(id)) return PositionError::UnknownInstrument;
  InstrumentState& instrument = instruments_[id];
  if (price == instrument.mark) return PositionError::Ok;
  if (price == kNoPrice) return PositionError::BadFill;
  Money value = 0;
  // All must fit before any is changed.
  for (std::uint32_t at = instrument.first; at != 0; at = positions_[at - 1].next) {
    if (!instrument.valuation.value(positions_[at - 1].qty, price, value)) {
      return PositionError::Overflow;
    }
  }
  instrument.mark = price;
  for (std::uint32_t at = instrument.first; at != 0; at = positions_[at - 1].next) {
    Position& position = positions_[at - 1];
    (void)instrument.valuation.value(position.qty, price, value);
    const Money change = value - position.cost - position.unrealised;
    position.unrealised += change;
    forEachTotals(position, instrument.currency,
                  [&](Totals& totals) { totals.unrealised += change; });
  }
  return PositionError::Ok;
}

}  // namespace hft::position
