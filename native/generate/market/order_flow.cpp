#include "native/generate/market/order_flow.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace hft::generate {
namespace {

/// Orders rest at most this far from the touch, so that all prices fit the book's ring.
constexpr Price kDistanceMax = 15'000;
/// A side is never taken or cancelled below this many levels.
constexpr std::size_t kLevelsMin = 64;
/// The fair value stays this close to the market, in ticks.
constexpr std::int64_t kGapMax = 100;
/// Orders per side before the market opens, over the target.
constexpr std::size_t kOpeningRounds = 2;

/// Quantiles of the distance of a resting order from the touch, in ticks: crowded within twenty
/// ticks, then falling like a power of the distance. Recorded Binance books lie like this (half
/// of the updates beyond some hundred ticks).
constexpr std::array<std::uint16_t, 65> kDistances = {
    0,   0,   1,   1,   2,   2,   3,    3,    4,    5,    5,    6,    7,    8,    8,   9,   10,
    11,  12,  13,  14,  15,  16,  17,   18,   20,   22,   24,   26,   28,   30,   33,  36,  40,
    44,  48,  53,  58,  64,  70,  78,   86,   96,   108,  122,  138,  156,  178,  204, 236, 274,
    320, 378, 450, 540, 660, 820, 1040, 1350, 1800, 2450, 3500, 5200, 8500, 14000};

/// Quantiles of an order's size in 1/64 of the typical one: heavy-tailed.
constexpr std::array<std::uint32_t, 33> kSizes = {
    1,  2,  4,  6,  8,   11,  14,  18,  22,  26,  31,  36,  42,  48,   54,   60,  64,
    70, 78, 88, 98, 112, 130, 150, 180, 220, 280, 360, 480, 700, 1100, 2000, 5000};

/// Draws from a table of quantiles with 2^bits + 1 entries: one entry by the upper bits, and a
/// place between it and the next by the lower ones.
template <typename Table>
std::int64_t draw(const Table& table, std::uint32_t bits) noexcept {
  const std::size_t slots = table.size() - 1;
  const std::size_t slot = bits % slots;
  const std::uint64_t place = bits >> 8 & 0xffff;
  const std::int64_t low = table[slot];
  const std::int64_t high = table[slot + 1];
  return low + static_cast<std::int64_t>(static_cast<std::uint64_t>(high - low) * place >> 16);
}

}  // namespace

OrderFlow::OrderFlow(const InstrumentSpec& spec, std::size_t ordersTarget, Random& random)
    : book_(ordersTarget * 2 + 512), ordersTarget_(ordersTarget), typicalQty_(spec.typicalQty) {
  fair_ = spec.firstPrice * 256;
  OrderEvents ignored;
  addAt(Side::Buy, spec.firstPrice, typicalQty_, ignored);
  addAt(Side::Sell, spec.firstPrice + 1, typicalQty_, ignored);
  // A ladder beside the touch makes sure that no side starts below its least depth.
  for (Price distance = 1; distance <= static_cast<Price>(2 * kLevelsMin); ++distance) {
    ignored.clear();
    if (spec.firstPrice - distance < 1) break;
    addAt(Side::Buy, spec.firstPrice - distance, orderQty(random.next(), distance), ignored);
    addAt(Side::Sell, spec.firstPrice + 1 + distance, orderQty(random.next(), distance), ignored);
  }
  for (std::size_t count = 0; count < ordersTarget_ / kOpeningRounds; ++count) {
    ignored.clear();
    addAway(Side::Buy, random, ignored);
    addAway(Side::Sell, random, ignored);
  }
  book_.clearChanges();
}

std::int64_t OrderFlow::gap() const noexcept {
  return fair_ / 256 - (book_.bestBid() + book_.bestAsk()) / 2;
}

Qty OrderFlow::orderQty(std::uint64_t bits, std::int64_t distance) const noexcept {
  const std::int64_t size = draw(kSizes, static_cast<std::uint32_t>(bits));
  // Little rests at the touch itself; most a dozen ticks behind it.
  const std::int64_t depth = std::min<std::int64_t>(6 + distance, 24);
  Qty qty = typicalQty_ * size / 64 * depth / 16;
  const Qty unit = typicalQty_ / 16;
  // People like round sizes.
  if ((bits >> 60) < 6 && unit > 1 && qty > unit) qty -= qty % unit;
  return std::max<Qty>(qty, 1);
}

void OrderFlow::addAt(Side side, Price price, Qty qty, OrderEvents& events) noexcept {
  const RestingOrder order{nextId_++, price, qty, side};
  book_.add(order);
  ++changeCount_;
  events.add({OrderEventKind::Added, order, qty, 0});
}

void OrderFlow::addAway(Side side, Random& random, OrderEvents& events) noexcept {
  const std::uint64_t bits = random.next();
  std::int64_t distance = draw(kDistances, static_cast<std::uint32_t>(bits));
  const Price best = book_.best(side);
  // Cheap instruments have few ticks below the touch.
  if (side == Side::Buy) distance = std::min(distance, best - 1 - (best - 1) / 4);
  const Price price = side == Side::Buy ? best - distance : best + distance;
  addAt(side, price, orderQty(bits >> 24, distance), events);
}

void OrderFlow::cancelAt(std::size_t index, OrderEvents& events) noexcept {
  const RestingOrder order = book_.cancel(index);
  ++changeCount_;
  events.add({OrderEventKind::Cancelled, order, order.qty, 0});
}

void OrderFlow::evictFar(OrderEvents& events) noexcept {
  // Where the market has walked away from an order, its owner gives up.
  for (const Side side : {Side::Buy, Side::Sell}) {
    while (std::abs(book_.edge(side) - book_.best(side)) > kDistanceMax + 2'000 &&
           book_.levelCount(side) > kLevelsMin && events.isRoomy()) {
      cancelAt(book_.oldestAtEdge(side), events);
    }
  }
}

void OrderFlow::wander(Random& random, std::uint64_t intensity) noexcept {
  const std::uint64_t bits = random.next();
  // The number of ones of 64 bits: a normal variable with a deviation of 4.
  const std::int64_t noise = std::popcount(bits) - 32;
  const auto activity = static_cast<std::int64_t>(std::min<std::uint64_t>(intensity, 4 * 65536));
  fair_ += noise * (8 + (activity >> 13)) + trend_;
  const std::uint32_t chance = random.below(1U << 14);
  if (chance < 4) trend_ = (std::popcount(random.next()) - 32) * 2;
  if (chance == 5) {
    const auto jump = static_cast<std::int64_t>(20 + random.below(80)) * 256;
    fair_ += (bits & 1) != 0 ? jump : -jump;
  }
  const std::int64_t middle = (book_.bestBid() + book_.bestAsk()) * 128;
  fair_ = std::clamp(fair_, middle - kGapMax * 256, middle + kGapMax * 256);
  fair_ = std::max<std::int64_t>(fair_, 600 * 256);
}

void OrderFlow::passive(Random& random, OrderEvents& events) noexcept {
  const std::uint64_t bits = random.next();
  if ((bits & 0xff) < 56) return atTouch(random, events);
  // As many leave as come, pulled towards the target.
  const auto live = static_cast<std::int64_t>(book_.orderCount());
  const auto target = static_cast<std::int64_t>(ordersTarget_);
  const std::int64_t cancels = std::clamp<std::int64_t>(128 * live / target, 24, 250);
  const auto index = static_cast<std::size_t>((bits >> 32) * book_.orderCount() >> 32);
  const bool wantsCancel = static_cast<std::int64_t>(bits >> 8 & 0xff) < cancels;
  const bool canSpare = book_.levelCount(book_.order(index).side) > kLevelsMin;
  if ((wantsCancel && canSpare) || book_.isFull()) {
    cancelAt(index, events);
  } else {
    addAway((bits & 0x10000) != 0 ? Side::Buy : Side::Sell, random, events);
  }
}

void OrderFlow::atTouch(Random& random, OrderEvents& events) noexcept {
  const std::uint64_t bits = random.next();
  const std::int64_t lean = gap();
  const Price spread = book_.bestAsk() - book_.bestBid();
  const auto towards =
      static_cast<std::int64_t>(bits & 0xff) - 128 < std::clamp<std::int64_t>(lean * 24, -100, 100)
          ? Side::Buy
          : Side::Sell;
  const std::uint64_t choice = bits >> 8 & 0xff;
  const Qty qty = orderQty(bits >> 16, 0);
  if (spread > 1 && choice < 176 && !book_.isFull()) {
    // Someone steps into the spread: next to the other side, or one tick ahead of their own.
    const Price step = (bits >> 60) < 9 ? spread - 1 : 1;
    const Price price = towards == Side::Buy ? book_.bestBid() + step : book_.bestAsk() - step;
    return addAt(towards, price, qty, events);
  }
  const Side against = opposite(towards);
  const bool canCancel = book_.levelCount(against) > kLevelsMin;
  // The side that the fair value runs over is withdrawn, the other one is joined.
  const std::uint64_t cancels = std::abs(lean) > 1 ? 150 : 100;
  if ((choice < cancels && canCancel) || book_.isFull()) {
    return cancelAt(book_.oldestAtTouch(against), events);
  }
  addAt(towards, book_.best(towards), qty, events);
}

void OrderFlow::take(Random& random, std::uint64_t intensity, OrderEvents& events) noexcept {
  const std::uint64_t bits = random.next();
  const std::int64_t lean = std::clamp<std::int64_t>(gap() * 16, -96, 96);
  const Side side = static_cast<std::int64_t>(bits & 0xff) - 128 < lean ? Side::Buy : Side::Sell;
  const Side makers = opposite(side);
  const Touch touch = book_.touch();
  const Qty atBest = side == Side::Buy ? touch.askQty : touch.bidQty;
  // Most takers want less than the best level; a busy market sweeps.
  const std::uint64_t choice = bits >> 8 & 0xff;
  const std::uint64_t sweeps = std::min<std::uint64_t>(8 + (intensity >> 12), 72);
  Qty qty = atBest * static_cast<Qty>(1 + (bits >> 16 & 0x1f)) / 64;
  if (choice < sweeps) {
    qty = atBest * static_cast<Qty>(72 + (bits >> 16 & 0xff)) / 64;
  } else if (choice < sweeps + 40) {
    qty = atBest;
  }
  qty = std::max<Qty>(qty, 1);
  const RestingOrder taker{nextId_++, book_.best(makers), qty, side};
  events.add({OrderEventKind::TakerArrived, taker, qty, taker.id});
  Qty left = qty;
  for (std::size_t fills = 0; left > 0 && fills < kFillsMax; ++fills) {
    if (book_.levelCount(makers) <= kLevelsMin) break;
    const Fill fill = book_.takeBest(side, left);
    left -= fill.qty;
    ++changeCount_;
    events.add({OrderEventKind::Filled, fill.maker, fill.qty, taker.id});
  }
  events.add({OrderEventKind::TakerDone, taker, left, taker.id});
  evictFar(events);
}

}  // namespace hft::generate
