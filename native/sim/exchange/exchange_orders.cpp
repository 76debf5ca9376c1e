// The part of SimulatedExchange that follows recorded single orders.
#include <algorithm>

#include "native/sim/exchange/exchange_state.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

using order::kNoRecord;

namespace {

/// The key of the quantity of a level whose orders were not told: no reference is that large.
std::uint64_t anonymousKey(Side side, Price price) noexcept {
  constexpr std::uint64_t kAnonymous = std::uint64_t{1} << 63;
  constexpr std::uint64_t kSell = std::uint64_t{1} << 62;
  return kAnonymous | (side == Side::Sell ? kSell : 0) |
         (static_cast<std::uint64_t>(price) & (kSell - 1));
}

std::uint64_t keyOf(const L3Change& change) noexcept {
  return change.ref == event::kAnonymousRef ? anonymousKey(change.side, change.price) : change.ref;
}

bool isSound(const L3Change& change) noexcept {
  if (change.kind > L3Kind::Snapshot) return false;
  if (change.kind >= L3Kind::Doubt) return true;
  const bool isAnonymous = change.ref == event::kAnonymousRef;
  const bool hasQty = change.kind != L3Kind::Remove;
  const bool hasPrice = change.kind == L3Kind::Add || change.kind == L3Kind::Modify || isAnonymous;
  const bool hasSide = change.kind == L3Kind::Add || isAnonymous;
  return (!hasQty || (change.qty > 0 && change.qty <= kQtyMax)) &&
         (!hasPrice || isPrice(change.price)) &&
         (!hasSide || change.side == Side::Buy || change.side == Side::Sell) &&
         change.ref < event::kL3RefMax;
}

bool moveLevel(RecordedMarket& book, Side side, Price price, Qty qty) {
  return book.setLevel(side, price, std::max<Qty>(0, book.levels().qtyAt(side, price) + qty));
}

}  // namespace

ExchangeError SimulatedExchange::onL3(InstrumentId instrument, const L3Change& change,
                                      Nanos time) noexcept {
  if (!isSound(change)) return ExchangeError::BadInput;
  State::Market* found = nullptr;
  if (const auto error = state_->market(instrument, ExchangeMode::Recorded, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  const ExchangeError error = state_->change(*found, instrument, change);
  found->recorded->levelsDone();
  state_->finishCommand(instrument);
  return error;
}

ExchangeError SimulatedExchange::State::change(Market& found, InstrumentId instrument,
                                               const L3Change& change) {
  RecordedMarket& book = *found.recorded;
  if (change.kind == L3Kind::Add) return addOrder(found, instrument, change);
  if (change.kind >= L3Kind::Doubt) {
    if (change.kind == L3Kind::Doubt) doubtOrders(book, instrument);
    if (change.kind == L3Kind::Snapshot) dropDoubted(book, instrument);
    return ExchangeError::Ok;
  }
  const std::uint32_t at = foreign.find(instrument, keyOf(change));
  if (at == order::IdIndex::kNone || recordedOrders[at].isDoubted) {
    return ExchangeError::UnknownOrder;
  }
  RecordedOrder& order = recordedOrders[at];
  const Qty less = change.kind == L3Kind::Remove ? order.qty
                   : change.kind == L3Kind::Modify
                       ? order.qty - (change.price == order.price ? change.qty : 0)
                       : std::min(change.qty, order.qty);
  if (change.kind == L3Kind::Execute) {
    book.executed(order.side, order.price, less, order.arrival);
  } else if (change.kind == L3Kind::Modify && less <= 0) {
    // It grows where it stands: it leaves, and enters the tail.
    book.withdrawn(order.side, order.price, order.qty, order.arrival);
    order.arrival = book.nextArrival();
  } else {
    book.withdrawn(order.side, order.price, less, order.arrival);
  }
  bool hasRoom = moveLevel(book, order.side, order.price, -less);
  order.qty -= less;
  if (change.kind == L3Kind::Modify && order.qty == 0) {
    order.price = change.price;
    order.qty = change.qty;
    order.arrival = book.nextArrival();
    hasRoom = moveLevel(book, order.side, order.price, order.qty) && hasRoom;
  }
  if (order.qty == 0) dropOrder(at);
  return hasRoom ? ExchangeError::Ok : ExchangeError::Capacity;
}

ExchangeError SimulatedExchange::State::addOrder(Market& found, InstrumentId instrument,
                                                 const L3Change& change) {
  RecordedMarket& book = *found.recorded;
  const std::uint64_t key = keyOf(change);
  const bool isAnonymous = change.ref == event::kAnonymousRef;
  std::uint32_t at = foreign.find(instrument, key);
  if (at != order::IdIndex::kNone) {
    RecordedOrder& order = recordedOrders[at];
    if (order.isDoubted) {
      return confirmOrder(book, order, change) ? ExchangeError::Ok : ExchangeError::Capacity;
    }
    if (!isAnonymous) return ExchangeError::BadInput;
    order.qty += change.qty;
  } else {
    at = recordedOrders.take();
    if (at == kNoRecord) return ExchangeError::Capacity;
    recordedOrders[at] = {.side = change.side,
                          .isLive = true,
                          .isDoubted = false,
                          .instrument = instrument,
                          .price = change.price,
                          .qty = change.qty,
                          .key = key,
                          .arrival = isAnonymous ? 0 : book.nextArrival(),
                          .next = kNoRecord};
    foreign.put(instrument, key, at);
  }
  return moveLevel(book, change.side, change.price, change.qty) ? ExchangeError::Ok
                                                                : ExchangeError::Capacity;
}

/// An order in doubt is told again: where it only shrank it has kept its place.
bool SimulatedExchange::State::confirmOrder(RecordedMarket& book, RecordedOrder& order,
                                            const L3Change& change) {
  const bool keepsPlace =
      change.side == order.side && change.price == order.price && change.qty <= order.qty;
  const Qty less = keepsPlace ? order.qty - change.qty : order.qty;
  if (less > 0) book.withdrawn(order.side, order.price, less, order.arrival);
  if (!keepsPlace && order.arrival != 0) order.arrival = book.nextArrival();
  order.side = change.side;
  order.price = change.price;
  order.qty = change.qty;
  order.isDoubted = false;
  return moveLevel(book, order.side, order.price, order.qty);
}

void SimulatedExchange::State::dropOrder(std::uint32_t index) {
  RecordedOrder& order = recordedOrders[index];
  foreign.erase(order.instrument, order.key);
  order.isLive = false;
  recordedOrders.give(index);
}

/// Rare, so it looks through all orders.
void SimulatedExchange::State::doubtOrders(RecordedMarket& book, InstrumentId instrument) {
  for (std::uint32_t at = 0; at < recordedOrders.touched(); ++at) {
    RecordedOrder& order = recordedOrders[at];
    if (order.isLive && order.instrument == instrument) order.isDoubted = true;
  }
  book.lose();
}

void SimulatedExchange::State::dropDoubted(RecordedMarket& book, InstrumentId instrument) {
  for (std::uint32_t at = 0; at < recordedOrders.touched(); ++at) {
    const RecordedOrder& order = recordedOrders[at];
    if (!order.isLive || !order.isDoubted || order.instrument != instrument) continue;
    book.withdrawn(order.side, order.price, order.qty, order.arrival);
    dropOrder(at);
  }
}

}  // namespace hft::sim
