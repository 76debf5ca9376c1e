#include "native/generate/market/simulated_book.hpp"

#include <algorithm>

#include "native/core/check.hpp"

namespace hft::generate {

SimulatedBook::SimulatedBook(std::size_t ordersMax)
    : levels_(TickBitmap::kTicks), pool_(ordersMax) {
  free_.reserve(ordersMax);
  live_.reserve(ordersMax);
  for (std::size_t index = ordersMax; index > 0; --index) {
    free_.push_back(static_cast<std::uint32_t>(index - 1));
  }
}

void SimulatedBook::noteChange(Side side, Price price) noexcept {
  Changes& changes = changes_[slotOf(side)];
  const std::size_t at = ringOf(price);
  if (changes.bits.test(at)) return;
  changes.bits.set(at);
  ++changes.count;
}

void SimulatedBook::clearChanges() noexcept {
  for (Changes& changes : changes_) {
    std::size_t at = 0;
    for (; changes.count > 0; --changes.count) {
      at = changes.bits.next(at);
      changes.bits.reset(at);
    }
  }
}

void SimulatedBook::add(const RestingOrder& order) noexcept {
  HFT_CHECK(!free_.empty() && order.qty > 0);
  const bool isBid = order.side == Side::Buy;
  HFT_CHECK(isBid ? bestAsk_ == kNoPrice || order.price < bestAsk_
                  : bestBid_ == kNoPrice || order.price > bestBid_);
  const std::size_t at = ringOf(order.price);
  Level& queue = levels_[at];
  if (queue.qty == 0) {
    // A place of the ring that still owes a change of another price can't be used again.
    HFT_CHECK(queue.price == order.price ||
              (!changes_[0].bits.test(at) && !changes_[1].bits.test(at)));
    queue = Level{order.price, 0, kNil, kNil};
    occupied_.set(at);
    ++(isBid ? bidLevels_ : askLevels_);
    if (isBid && (bestBid_ == kNoPrice || order.price > bestBid_)) bestBid_ = order.price;
    if (!isBid && (bestAsk_ == kNoPrice || order.price < bestAsk_)) bestAsk_ = order.price;
  }
  HFT_CHECK(queue.price == order.price);
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Node& node = pool_[index];
  node = Node{order, kNil, queue.tail, static_cast<std::uint32_t>(live_.size())};
  live_.push_back(index);
  if (queue.tail == kNil) {
    queue.head = index;
  } else {
    pool_[queue.tail].next = index;
  }
  queue.tail = index;
  queue.qty += order.qty;
  noteChange(order.side, order.price);
}

void SimulatedBook::leaveLevel(Side side, Price price) noexcept {
  const std::size_t at = ringOf(price);
  occupied_.reset(at);
  if (side == Side::Buy) {
    --bidLevels_;
    if (price != bestBid_) return;
    bestBid_ = bidLevels_ == 0 ? kNoPrice : levels_[occupied_.previous(at)].price;
  } else {
    --askLevels_;
    if (price != bestAsk_) return;
    bestAsk_ = askLevels_ == 0 ? kNoPrice : levels_[occupied_.next(at)].price;
  }
}

void SimulatedBook::unlink(std::uint32_t index) noexcept {
  const Node node = pool_[index];
  Level& queue = levels_[ringOf(node.order.price)];
  if (node.previous == kNil) {
    queue.head = node.next;
  } else {
    pool_[node.previous].next = node.next;
  }
  if (node.next == kNil) {
    queue.tail = node.previous;
  } else {
    pool_[node.next].previous = node.previous;
  }
  const std::uint32_t last = live_.back();
  live_[node.liveAt] = last;
  pool_[last].liveAt = node.liveAt;
  live_.pop_back();
  free_.push_back(index);
  if (queue.head == kNil) leaveLevel(node.order.side, node.order.price);
}

RestingOrder SimulatedBook::cancel(std::size_t index) noexcept {
  HFT_DCHECK(index < live_.size());
  const std::uint32_t at = live_[index];
  const RestingOrder order = pool_[at].order;
  levels_[ringOf(order.price)].qty -= order.qty;
  noteChange(order.side, order.price);
  unlink(at);
  return order;
}

Fill SimulatedBook::takeBest(Side taker, Qty qty) noexcept {
  const Price price = taker == Side::Buy ? bestAsk_ : bestBid_;
  HFT_DCHECK(price != kNoPrice && qty > 0);
  Level& queue = levels_[ringOf(price)];
  const std::uint32_t at = queue.head;
  RestingOrder& maker = pool_[at].order;
  const Qty filled = std::min(qty, maker.qty);
  maker.qty -= filled;
  queue.qty -= filled;
  const Fill fill{maker, filled};
  noteChange(maker.side, price);
  if (maker.qty == 0) unlink(at);
  return fill;
}

Touch SimulatedBook::touch() const noexcept {
  Touch touch;
  if (bidLevels_ > 0) {
    touch.bid = bestBid_;
    touch.bidQty = level(bestBid_).qty;
  }
  if (askLevels_ > 0) {
    touch.ask = bestAsk_;
    touch.askQty = level(bestAsk_).qty;
  }
  return touch;
}

Qty SimulatedBook::qtyAt(Side side, Price price) const noexcept {
  const bool isOnSide =
      side == Side::Buy ? bidLevels_ > 0 && price <= bestBid_ : askLevels_ > 0 && price >= bestAsk_;
  const Level& queue = level(price);
  return isOnSide && queue.price == price ? queue.qty : 0;
}

Price SimulatedBook::nextAway(Side side, Price price) const noexcept {
  const std::size_t at = ringOf(price);
  const Price found =
      levels_[side == Side::Buy ? occupied_.previous(at) : occupied_.next(at)].price;
  // Going around the ring leads to the other side.
  const bool isAway = side == Side::Buy ? found < price : found > price;
  return isAway ? found : kNoPrice;
}

std::size_t SimulatedBook::levels(Side side, std::span<event::Level> out) const noexcept {
  std::size_t count = 0;
  Price price = levelCount(side) > 0 ? best(side) : kNoPrice;
  while (price != kNoPrice && count < out.size()) {
    out[count++] = event::Level{price, level(price).qty};
    price = nextAway(side, price);
  }
  return count;
}

Price SimulatedBook::edge(Side side) const noexcept {
  // From the touch of the other side the ring leads around to the far end of this one.
  const std::size_t at = ringOf(side == Side::Buy ? bestBid_ : bestAsk_);
  std::size_t found = 0;
  if (side == Side::Buy) {
    found = occupied_.next(ringOf(bestBid_ + static_cast<Price>(TickBitmap::kTicks / 2)));
  } else {
    found = occupied_.previous(ringOf(bestAsk_ - static_cast<Price>(TickBitmap::kTicks / 2)));
  }
  return found == TickBitmap::kNone ? levels_[at].price : levels_[found].price;
}

std::size_t SimulatedBook::oldestAtEdge(Side side) const noexcept {
  return pool_[level(edge(side)).head].liveAt;
}

}  // namespace hft::generate
