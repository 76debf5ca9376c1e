#include "native/book/l3/l3_lobster.hpp"

#include <algorithm>
#include <utility>

namespace hft::book {

using event::BookReason;
using event::BookState;
using event::BookStatus;
using event::L3Kind;
using event::Message;
using event::MessageKind;
using event::ReduceCause;

namespace {

bool isWorse(Side side, Price price, Price than) noexcept {
  return side == Side::Buy ? price < than : price > than;
}

std::size_t indexOf(Side side) noexcept { return side == Side::Sell; }

}  // namespace

L3Error seedAnonymous(L3Book& book, const L3Witness& witness) noexcept {
  book.clear();
  for (const Side side : {Side::Buy, Side::Sell}) {
    for (const event::Level& level : side == Side::Buy ? witness.bids : witness.asks) {
      const L3Error error = book.addAnonymous(side, level.price, level.qty);
      if (error != L3Error::Ok) return error;
    }
  }
  return L3Error::Ok;
}

BookStatus L3LobsterSync::status() const noexcept {
  if (isFull_) return {BookState::Broken, BookReason::CapacityExceeded};
  if (!isSeeded_ || isContradicted_ || mayMiss_) {
    return {BookState::Suspect, BookReason::UnknownOrder};
  }
  if (proofsWanted_ > 0) return {BookState::Suspect, BookReason::QuoteMismatch};
  if (book_.isCrossed()) return {BookState::Suspect, BookReason::Crossed};
  return {BookState::Trusted, BookReason::None};
}

void L3LobsterSync::begin() noexcept {
  outcome_ = L3Outcome{};
  outcome_.before = status();
}

L3Outcome L3LobsterSync::end() noexcept {
  outcome_.after = status();
  return outcome_;
}

L3Outcome L3LobsterSync::apply(const Message& message, const L3Witness* row) noexcept {
  begin();
  const Nanos lastTime = std::exchange(lastTime_, std::max(lastTime_, message.exchangeTime));
  if (!isSeeded_ && row != nullptr) {
    seed(message, *row);
    return end();
  }
  // Lines are in order of time: one that is not was moved.
  if (message.exchangeTime < lastTime) isContradicted_ = true;
  if (message.kind >= MessageKind::OrderAdd && message.kind <= MessageKind::OrderModify) {
    applyOrder(message);
  }
  if (row != nullptr) check(*row);
  return end();
}

L3Outcome L3LobsterSync::onDecodeError(const L3Witness* row) noexcept {
  begin();
  if (row == nullptr) {
    isContradicted_ = true;
    return end();
  }
  takeRow(*row);
  proofsWanted_ = kProofRows;
  return end();
}

/// The first row holds what its message did: an order that it added becomes a known one.
void L3LobsterSync::seed(const Message& message, const L3Witness& row) noexcept {
  isSeeded_ = true;
  depth_ = row.depth;
  takeRow(row);
  noteTrade(message);
  if (message.kind != MessageKind::OrderAdd) return;
  const auto& [orderRef, newOrderRef, price, qty] = message.order;
  noteAdd(orderRef);
  if (book_.reduceAnonymous(message.side, price, qty) == L3Error::Ok) {
    static_cast<void>(book_.add({orderRef, message.side, price, qty}));
    tellAnonymous(L3Kind::Reduce, message.side, {price, qty});
    tell({L3Kind::Add, message.side, orderRef, price, qty});
  }
}

void L3LobsterSync::noteAdd(std::uint64_t orderRef) noexcept {
  if (anonymousMax_ == kAnyRef) anonymousMax_ = orderRef;
}

bool L3LobsterSync::isKnown(Side side, Price price) const noexcept {
  const Known& known = known_[indexOf(side)];
  return !isSeeded_ || known.isWhole ||
         (known.horizon != kNoPrice && !isWorse(side, price, known.horizon));
}

void L3LobsterSync::noteTrade(const Message& message) noexcept {
  if (message.kind != MessageKind::OrderReduce ||
      message.code != static_cast<std::uint8_t>(ReduceCause::Execution)) {
    return;
  }
  outcome_.hasTrade = true;
  outcome_.aggressor = opposite(message.side);
  outcome_.tradePrice = message.order.price;
  outcome_.tradeQty = message.order.qty;
}

void L3LobsterSync::applyOrder(const Message& message) noexcept {
  noteTrade(message);
  // Beyond what is known nothing can be kept: a level there may hold more than its messages say.
  if (!isKnown(message.side, message.order.price)) return;
  const bool isAnonymous =
      message.kind != MessageKind::OrderAdd && !book_.find(message.order.orderRef).ok();
  const L3Error error = applyToBook(message);
  if (error == L3Error::CapacityExceeded) isFull_ = true;
  if (error != L3Error::Ok) {
    isContradicted_ = true;
    return;
  }
  const bool isTrade = message.kind == MessageKind::OrderReduce &&
                       message.code == static_cast<std::uint8_t>(ReduceCause::Execution);
  tell({message.kind == MessageKind::OrderAdd ? L3Kind::Add
        : isTrade                             ? L3Kind::Execute
                                              : L3Kind::Reduce,
        message.side, isAnonymous ? event::kAnonymousRef : message.order.orderRef,
        message.order.price, message.order.qty});
  outcome_.levelsChanged = true;
  ++outcome_.counts.applied;
  truncate(message.side);
}

L3Error L3LobsterSync::applyToBook(const Message& message) noexcept {
  const auto& order = message.order;
  if (message.kind == MessageKind::OrderAdd) {
    noteAdd(order.orderRef);
    return book_.add({order.orderRef, message.side, order.price, order.qty});
  }
  const auto resting = book_.find(order.orderRef);
  if (!resting.ok()) {
    if (order.orderRef > anonymousMax_) return L3Error::UnknownOrder;
    return book_.reduceAnonymous(message.side, order.price, order.qty);
  }
  const L3Order& found = resting.value();
  const bool isWholeOrder = message.kind == MessageKind::OrderDelete;
  const bool isSame = found.price == order.price && found.side == message.side;
  if (!isSame || (isWholeOrder && found.qty != order.qty)) return L3Error::InvalidOrder;
  return book_.reduce(order.orderRef, order.qty).error();
}

/// From here on the orders of a level are known by no reference.
void L3LobsterSync::makeAnonymous(Side side, Price price) noexcept {
  book_.forEachOrder(side, price, [&](const L3Order& order) {
    if (order.orderRef > anonymousMax_) anonymousMax_ = order.orderRef;
    tell({L3Kind::Remove, side, order.orderRef, price, order.qty});
  });
}

/// Drops the levels that are pushed out of the depth: no message will tell of them.
void L3LobsterSync::truncate(Side side) noexcept {
  if (depth_ == 0) return;
  Known& known = known_[indexOf(side)];
  while (book_.levelCount(side) > depth_) {
    const Price price = book_.worst(side);
    makeAnonymous(side, price);
    book_.removeLevel(side, price);
    known.isWhole = false;
    known.horizon = book_.worst(side);
  }
  if (book_.levelCount(side) < depth_ && !known.isWhole) mayMiss_ = true;
}

bool L3LobsterSync::agrees(Side side, std::span<const event::Level> levels) const noexcept {
  std::size_t at = 0;
  bool isEqual = true;
  book_.forEachLevel(side, [&](const L3Level& level) {
    isEqual = at < levels.size() && level.price == levels[at].price && level.qty == levels[at].qty;
    ++at;
    return isEqual;
  });
  // What the row shows beyond our levels came into its depth, and lies beyond what is known.
  for (; isEqual && at < levels.size(); ++at) isEqual = !isKnown(side, levels[at].price);
  return isEqual;
}

void L3LobsterSync::check(const L3Witness& row) noexcept {
  depth_ = row.depth;
  if (isContradicted_ || !agrees(Side::Buy, row.bids) || !agrees(Side::Sell, row.asks)) {
    ++mismatches_;
    ++outcome_.counts.quotesMismatched;
    takeRow(row);
    proofsWanted_ = kProofRows;
    return;
  }
  ++outcome_.counts.quotesAgreed;
  reveal(Side::Buy, row.bids);
  reveal(Side::Sell, row.asks);
  mayMiss_ = false;
  if (proofsWanted_ > 0) --proofsWanted_;
}

void L3LobsterSync::reveal(Side side, std::span<const event::Level> levels) noexcept {
  for (std::size_t at = book_.levelCount(side); at < levels.size(); ++at) {
    if (book_.addAnonymous(side, levels[at].price, levels[at].qty) != L3Error::Ok) isFull_ = true;
    tellAnonymous(L3Kind::Add, side, levels[at]);
    ++revealedLevels_;
    outcome_.levelsChanged = true;
  }
  known_[indexOf(side)] = {levels.empty() ? kNoPrice : levels.back().price, levels.size() < depth_};
}

/// The row is right by definition; single orders are no longer known.
void L3LobsterSync::takeRow(const L3Witness& row) noexcept {
  for (const Side side : {Side::Buy, Side::Sell}) {
    book_.forEachLevel(side, [&](const L3Level& level) {
      makeAnonymous(side, level.price);
      return true;
    });
  }
  isFull_ = seedAnonymous(book_, row) != L3Error::Ok;
  for (const event::Level& level : row.bids) tellAnonymous(L3Kind::Add, Side::Buy, level);
  for (const event::Level& level : row.asks) tellAnonymous(L3Kind::Add, Side::Sell, level);
  isContradicted_ = false;
  mayMiss_ = false;
  outcome_.levelsChanged = true;
  known_[0] = {row.bids.empty() ? kNoPrice : row.bids.back().price, row.bids.size() < row.depth};
  known_[1] = {row.asks.empty() ? kNoPrice : row.asks.back().price, row.asks.size() < row.depth};
}

void L3LobsterSync::rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept {
  if (book_.rescale(priceFactor, qtyFactor) != L3Error::Ok) {
    isFull_ = true;
    return;
  }
  for (Known& known : known_) {
    if (known.horizon == kNoPrice) continue;
    if (__builtin_mul_overflow(known.horizon, priceFactor, &known.horizon)) isFull_ = true;
  }
}

}  // namespace hft::book
