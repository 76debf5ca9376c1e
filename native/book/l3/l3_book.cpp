#include "native/book/l3/l3_book.hpp"

#include "native/book/l3/l3_state_hash.hpp"
#include "native/core/check.hpp"

namespace hft::book {

namespace {

constexpr std::uint32_t kNone = OrderIndex::kNone;

bool isBetter(Side side, Price price, Price than) noexcept {
  return side == Side::Buy ? price > than : price < than;
}

}  // namespace

L3Book::L3Book(L3Capacity capacity)
    : refs_(capacity.ordersMax),
      sides_{SideLevels(Side::Buy, capacity.levelsMax), SideLevels(Side::Sell, capacity.levelsMax)},
      orders_(capacity.ordersMax),
      levels_(capacity.levelsMax) {
  HFT_CHECK(capacity.ordersMax > 0 && capacity.levelsMax > 0);
  clear();
}

void L3Book::clear() noexcept {
  refs_.clear();
  for (SideLevels& side : sides_) {
    side.index.clear();
    side.ladder.clear();
    side.best = kNone;
    side.levelCount = 0;
  }
  freeOrder_ = kNone;
  freeLevel_ = kNone;
  ordersUsed_ = 0;
  levelsUsed_ = 0;
  orderCount_ = 0;
}

L3Book::Room L3Book::checkRoom(Side side, Price price, Qty qty,
                               std::uint32_t leaving) const noexcept {
  if (qty <= 0) return {L3Error::NegativeQty};
  if (side == Side::None || price == kNoPrice) return {L3Error::InvalidOrder};
  if (leaving == kNone && !hasFreeOrder()) return {L3Error::CapacityExceeded};
  const std::uint32_t level = levelAt(sideIndex(side), price);
  if (level == kNone) {
    const bool isFreed = leaving != kNone && levels_[orders_[leaving].level].orderCount == 1;
    return {hasFreeLevel() || isFreed ? L3Error::Ok : L3Error::CapacityExceeded};
  }
  Qty resting = levels_[level].qty;
  if (leaving != kNone && orders_[leaving].level == level) resting -= orders_[leaving].qty;
  Qty sum = 0;
  const bool isTooLarge = __builtin_add_overflow(resting, qty, &sum);
  return {isTooLarge ? L3Error::CapacityExceeded : L3Error::Ok, level};
}

std::uint32_t L3Book::takeOrder() noexcept {
  ++orderCount_;
  if (freeOrder_ == kNone) return ordersUsed_++;
  const std::uint32_t node = freeOrder_;
  freeOrder_ = orders_[node].next;
  return node;
}

std::uint32_t L3Book::openLevel(Side side, Price price) noexcept {
  std::uint32_t level = freeLevel_;
  if (level == kNone) {
    level = levelsUsed_++;
  } else {
    freeLevel_ = levels_[level].head;
  }
  levels_[level] = LevelNode{price, 0, kNone, kNone, 0, side};
  SideLevels& levels = sides_[sideIndex(side)];
  levels.index.insert(static_cast<std::uint64_t>(price), level);
  levels.ladder.set(price);
  ++levels.levelCount;
  if (levels.best == kNone || isBetter(side, price, levels_[levels.best].price)) {
    levels.best = level;
  }
  return level;
}

void L3Book::append(std::uint32_t node, std::uint32_t at, Qty qty) noexcept {
  LevelNode& level = levels_[at];
  OrderNode& order = orders_[node];
  order.qty = qty;
  order.level = at;
  order.previous = level.tail;
  order.next = kNone;
  (level.tail == kNone ? level.head : orders_[level.tail].next) = node;
  level.tail = node;
  level.qty += qty;
  ++level.orderCount;
}

void L3Book::move(std::uint32_t node, Side side, Price price, Qty qty) noexcept {
  unlink(node);
  // Looked for only here: the order may have been the last one of this very level.
  const std::uint32_t level = levelAt(sideIndex(side), price);
  append(node, level == kNone ? openLevel(side, price) : level, qty);
}

void L3Book::dropLevel(std::uint32_t level) noexcept {
  LevelNode& node = levels_[level];
  SideLevels& side = sides_[sideIndex(node.side)];
  side.index.erase(static_cast<std::uint64_t>(node.price));
  side.ladder.reset(node.price);
  --side.levelCount;
  if (side.best == level) {
    side.best = side.levelCount == 0
                    ? kNone
                    : side.index.find(static_cast<std::uint64_t>(side.ladder.best()));
  }
  node.head = freeLevel_;
  freeLevel_ = level;
}

void L3Book::unlink(std::uint32_t node) noexcept {
  const OrderNode& order = orders_[node];
  LevelNode& level = levels_[order.level];
  (order.previous == kNone ? level.head : orders_[order.previous].next) = order.next;
  (order.next == kNone ? level.tail : orders_[order.next].previous) = order.previous;
  level.qty -= order.qty;
  if (--level.orderCount == 0) dropLevel(order.level);
}

void L3Book::freeNode(std::uint32_t node) noexcept {
  if (!orders_[node].isAnonymous) refs_.erase(orders_[node].orderRef);
  recycle(node);
}

void L3Book::recycle(std::uint32_t node) noexcept {
  unlink(node);
  orders_[node].next = freeOrder_;
  freeOrder_ = node;
  --orderCount_;
}

void L3Book::reduceNode(std::uint32_t node, Qty qty) noexcept {
  if (qty == orders_[node].qty) {
    freeNode(node);
    return;
  }
  orders_[node].qty -= qty;
  levels_[orders_[node].level].qty -= qty;
}

L3Error L3Book::add(const L3Order& order) noexcept {
  if (hasFreeOrder()) refs_.makeRoom();
  const std::size_t slot = refs_.slotOf(order.orderRef);
  if (refs_.valueAt(slot) != kNone) return L3Error::DuplicateOrder;
  const Room room = checkRoom(order.side, order.price, order.qty, kNone);
  if (room.error != L3Error::Ok) return room.error;
  const std::uint32_t node = takeOrder();
  orders_[node].orderRef = order.orderRef;
  orders_[node].isAnonymous = false;
  append(node, room.level == kNone ? openLevel(order.side, order.price) : room.level, order.qty);
  refs_.put(slot, order.orderRef, node);
  return L3Error::Ok;
}

Result<L3Order, L3Error> L3Book::reduce(std::uint64_t orderRef, Qty qty) noexcept {
  const std::uint32_t node = refs_.find(orderRef);
  if (node == kNone) return L3Error::UnknownOrder;
  if (qty <= 0 || qty > orders_[node].qty) return L3Error::NegativeQty;
  L3Order left = orderView(node);
  left.qty -= qty;
  reduceNode(node, qty);
  return left;
}

Result<L3Order, L3Error> L3Book::remove(std::uint64_t orderRef) noexcept {
  const std::size_t slot = refs_.slotOf(orderRef);
  const std::uint32_t node = refs_.valueAt(slot);
  if (node == kNone) return L3Error::UnknownOrder;
  const L3Order removed = orderView(node);
  refs_.eraseAt(slot);
  recycle(node);
  return removed;
}

Result<L3Order, L3Error> L3Book::replace(std::uint64_t orderRef, std::uint64_t newOrderRef,
                                         Price price, Qty qty) noexcept {
  const std::uint32_t node = refs_.find(orderRef);
  if (node == kNone) return L3Error::UnknownOrder;
  if (newOrderRef != orderRef && refs_.find(newOrderRef) != kNone) return L3Error::DuplicateOrder;
  const L3Order before = orderView(node);
  const L3Error error = checkRoom(before.side, price, qty, node).error;
  if (error != L3Error::Ok) return error;
  move(node, before.side, price, qty);
  if (newOrderRef != orderRef) {
    refs_.erase(orderRef);
    refs_.insert(newOrderRef, node);
    orders_[node].orderRef = newOrderRef;
  }
  return before;
}

Result<L3Order, L3Error> L3Book::modify(std::uint64_t orderRef, Price price, Qty qty) noexcept {
  const std::uint32_t node = refs_.find(orderRef);
  if (node == kNone) return L3Error::UnknownOrder;
  const L3Order before = orderView(node);
  const L3Error error = checkRoom(before.side, price, qty, node).error;
  if (error != L3Error::Ok) return error;
  if (price == before.price && qty <= before.qty) {
    if (qty < before.qty) reduceNode(node, before.qty - qty);
    return before;
  }
  move(node, before.side, price, qty);
  return before;
}

L3Error L3Book::addAnonymous(Side side, Price price, Qty qty) noexcept {
  const Room room = checkRoom(side, price, qty, kNone);
  if (room.error != L3Error::Ok) return room.error;
  const std::uint32_t at = room.level == kNone ? openLevel(side, price) : room.level;
  LevelNode& level = levels_[at];
  level.qty += qty;
  if (level.head != kNone && orders_[level.head].isAnonymous) {
    orders_[level.head].qty += qty;
    return L3Error::Ok;
  }
  const std::uint32_t node = takeOrder();
  orders_[node] = OrderNode{0, qty, at, kNone, level.head, true};
  (level.head == kNone ? level.tail : orders_[level.head].previous) = node;
  level.head = node;
  ++level.orderCount;
  return L3Error::Ok;
}

L3Error L3Book::reduceAnonymous(Side side, Price price, Qty qty) noexcept {
  const std::uint32_t level = levelAt(sideIndex(side), price);
  if (level == kNone) return L3Error::UnknownOrder;
  const std::uint32_t node = levels_[level].head;
  if (!orders_[node].isAnonymous) return L3Error::UnknownOrder;
  if (qty <= 0 || qty > orders_[node].qty) return L3Error::NegativeQty;
  reduceNode(node, qty);
  return L3Error::Ok;
}

std::size_t L3Book::removeLevel(Side side, Price price) noexcept {
  const std::uint32_t level = levelAt(sideIndex(side), price);
  if (level == kNone) return 0;
  const std::size_t count = levels_[level].orderCount;
  for (std::size_t i = 0; i < count; ++i) freeNode(levels_[level].head);
  return count;
}

bool L3Book::fitsRescaled(std::int64_t priceFactor, std::int64_t qtyFactor) const noexcept {
  for (const LevelNode& level : std::span(levels_).first(levelsUsed_)) {
    std::int64_t product = 0;
    if (level.orderCount == 0) continue;
    if (__builtin_mul_overflow(level.price, priceFactor, &product)) return false;
    if (product == kNoPrice) return false;
    if (__builtin_mul_overflow(level.qty, qtyFactor, &product)) return false;
  }
  return true;
}

L3Error L3Book::rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept {
  HFT_CHECK(priceFactor > 0 && qtyFactor > 0);
  if (!fitsRescaled(priceFactor, qtyFactor)) return L3Error::CapacityExceeded;
  for (SideLevels& side : sides_) {
    side.index.clear();
    side.ladder.clear();
  }
  for (std::uint32_t at = 0; at < levelsUsed_; ++at) {
    LevelNode& level = levels_[at];
    if (level.orderCount == 0) continue;
    level.price *= priceFactor;
    level.qty *= qtyFactor;
    for (std::uint32_t node = level.head; node != kNone; node = orders_[node].next) {
      orders_[node].qty *= qtyFactor;
    }
    SideLevels& side = sides_[sideIndex(level.side)];
    side.index.insert(static_cast<std::uint64_t>(level.price), at);
    side.ladder.set(level.price);
  }
  return L3Error::Ok;
}

L3Level L3Book::level(Side side, Price price) const noexcept {
  const std::uint32_t at = levelAt(sideIndex(side), price);
  return at == kNone ? L3Level{price, 0, 0} : levelView(at);
}

std::size_t L3Book::depth(Side side, std::span<L3Level> out) const noexcept {
  std::size_t count = 0;
  if (out.empty()) return count;
  forEachLevel(side, [&](const L3Level& level) {
    out[count++] = level;
    return count < out.size();
  });
  return count;
}

Result<L3Order, L3Error> L3Book::find(std::uint64_t orderRef) const noexcept {
  const std::uint32_t node = refs_.find(orderRef);
  if (node == kNone) return L3Error::UnknownOrder;
  return orderView(node);
}

Result<QueuePosition, L3Error> L3Book::queuePosition(std::uint64_t orderRef) const noexcept {
  const std::uint32_t node = refs_.find(orderRef);
  if (node == kNone) return L3Error::UnknownOrder;
  QueuePosition position;
  for (std::uint32_t at = orders_[node].previous; at != kNone; at = orders_[at].previous) {
    position.qtyAhead += orders_[at].qty;
    ++position.ordersAhead;
  }
  return position;
}

std::uint64_t L3Book::stateHash() const noexcept {
  L3StateHash hash;
  for (const Side side : {Side::Buy, Side::Sell}) {
    sides_[sideIndex(side)].ladder.forEach([&](Price price) {
      forEachOrder(side, price, [&](const L3Order& order) {
        hash.addOrder(side, price, order.orderRef, order.qty);
      });
      return true;
    });
  }
  return hash.value();
}

}  // namespace hft::book
