#include "native/book/l3/l3_sync.hpp"

#include <algorithm>

namespace hft::book {

using event::BookReason;
using event::BookState;
using event::BookStatus;
using event::L3Kind;
using event::Message;
using event::MessageKind;
using event::ReduceCause;

namespace {

bool changesOrders(MessageKind kind) noexcept {
  return kind >= MessageKind::OrderAdd && kind <= MessageKind::OrderModify;
}

std::int64_t powerOfTen(unsigned exponent) noexcept {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace

void L3Sync::Queue::push(const Message& message) noexcept {
  if (messages.empty()) return;
  if (count == messages.size()) popFront();
  messages[(first + count) % messages.size()] = message;
  ++count;
}

void L3Sync::Queue::popFront() noexcept {
  first = (first + 1) % messages.size();
  --count;
}

L3Sync::L3Sync(const L3SyncConfig& config)
    : config_(config),
      book_(config.capacity),
      checksum_(config.rule == L3Rule::Checksummed ? config.capacity.ordersMax : 0),
      queue_(config.rule == L3Rule::Sequenced ? config.queueMax : 0),
      hasSnapshot_(config.rule == L3Rule::FromEmpty),
      depthMax_(config.depthMax) {}

BookStatus L3Sync::status() const noexcept {
  if (!hasSnapshot_) return {BookState::Broken, brokenReason_};
  if (isDoubted_) return {BookState::Suspect, BookReason::UnknownOrder};
  if (isUndecoded_) return {BookState::Suspect, BookReason::DecodeError};
  if (announcedId_ > bookId_) return {BookState::Suspect, BookReason::SequenceGap};
  if (book_.isCrossed()) return {BookState::Suspect, BookReason::Crossed};
  return {BookState::Trusted, BookReason::None};
}

void L3Sync::begin() noexcept {
  outcome_ = L3Outcome{};
  outcome_.before = status();
}

L3Outcome L3Sync::end() noexcept {
  outcome_.after = status();
  return outcome_;
}

L3Outcome L3Sync::apply(const Message& message) noexcept {
  begin();
  switch (message.kind) {
    case MessageKind::SnapshotBegin:
      beginSnapshot();
      break;
    case MessageKind::SnapshotEnd:
      endSnapshot(message);
      break;
    case MessageKind::Heartbeat:
      onHeartbeat(message);
      break;
    default:
      if (changesOrders(message.kind)) applyLive(message);
  }
  return end();
}

void L3Sync::applyLive(const Message& message) noexcept {
  if (isInSnapshot_) {
    if (message.kind == MessageKind::OrderAdd) addOrder(message);
    return;
  }
  if (config_.rule == L3Rule::Sequenced) return applySequenced(message);
  if (!hasSnapshot_) {
    ++outcome_.counts.ignoredOld;
    return;
  }
  applyOrder(message);
  if (config_.rule != L3Rule::Checksummed || !hasSnapshot_) return;
  if (message.hasChecksum) {
    truncateToDepth();
    verifyChecksum(message);
  }
}

void L3Sync::applySequenced(const Message& message) noexcept {
  const std::uint64_t sequence = message.firstId;
  if (!hasSnapshot_) {
    queue_.push(message);
    ++outcome_.counts.buffered;
    return;
  }
  if (sequence <= bookId_) {
    ++outcome_.counts.ignoredOld;
    return;
  }
  if (sequence != bookId_ + 1) {
    ++outcome_.counts.gaps;
    lose(BookReason::SequenceGap);
    queue_.push(message);
    return;
  }
  bookId_ = sequence;
  isUndecoded_ = false;
  if (changesOrders(message.kind)) applyOrder(message);
}

/// A heartbeat with a first id counts in the sequence and leaves the book as it is; the heartbeat
/// channel's tells the number of the last message that was sent.
void L3Sync::onHeartbeat(const Message& message) noexcept {
  if (config_.rule != L3Rule::Sequenced) return;
  if (message.firstId != 0) {
    applySequenced(message);
  } else {
    announcedId_ = std::max(announcedId_, message.lastId);
  }
}

void L3Sync::beginSnapshot() noexcept {
  if (!isInSnapshot_) statusBefore_ = outcome_.before;
  book_.clear();
  tell({.kind = L3Kind::Doubt});
  hasSnapshot_ = false;
  isInSnapshot_ = true;
  isDoubted_ = false;
  isUndecoded_ = false;
  brokenReason_ = BookReason::Resynchronising;
  outcome_.levelsChanged = true;
}

void L3Sync::endSnapshot(const Message& message) noexcept {
  if (!isInSnapshot_) return;
  isInSnapshot_ = false;
  if (brokenReason_ == BookReason::CapacityExceeded) return;
  // To the reader a snapshot is one change, from what the book was before it.
  outcome_.before = statusBefore_;
  outcome_.levelsChanged = true;
  hasSnapshot_ = true;
  tell({.kind = L3Kind::Snapshot});
  bookId_ = message.lastId;
  exchangeTime_ = message.exchangeTime;
  ++outcome_.counts.snapshots;
  if (config_.rule == L3Rule::Sequenced) drainQueue();
  if (config_.rule != L3Rule::Checksummed) return;
  learnDepth();
  if (message.hasChecksum) verifyChecksum(message);
}

/// Applies what was held; a snapshot that does not reach it is too old.
void L3Sync::drainQueue() noexcept {
  while (queue_.count > 0 && queue_.front().firstId <= bookId_) {
    ++outcome_.counts.ignoredOld;
    queue_.popFront();
  }
  while (queue_.count > 0 && hasSnapshot_) {
    const Message message = queue_.front();
    if (message.firstId > bookId_ + 1) {
      ++outcome_.counts.snapshotsTooOld;
      ++outcome_.counts.gaps;
      return lose(BookReason::SequenceGap);
    }
    queue_.popFront();
    applySequenced(message);
  }
}

void L3Sync::applyOrder(const Message& message) noexcept {
  switch (message.kind) {
    case MessageKind::OrderAdd:
      addOrder(message);
      break;
    case MessageKind::OrderReduce:
      reduceOrder(message);
      break;
    case MessageKind::OrderModify:
      modifyOrder(message);
      break;
    case MessageKind::OrderDelete:
      removeOrder(message.order.orderRef);
      break;
    case MessageKind::OrderReplace:
      replaceOrder(message);
      break;
    default:
      return;
  }
  if (message.exchangeTime != 0) exchangeTime_ = message.exchangeTime;
}

void L3Sync::addOrder(const Message& message) noexcept {
  const L3Order order{message.order.orderRef, message.side, message.order.price, message.order.qty};
  L3Error error = book_.add(order);
  if (error == L3Error::DuplicateOrder && config_.rule == L3Rule::Checksummed) {
    // It fell below the depth and came back; the checksum says whether that was right.
    static_cast<void>(book_.remove(order.orderRef));
    tell({.kind = L3Kind::Remove, .ref = order.orderRef});
    error = book_.add(order);
  }
  if (error == L3Error::Ok) {
    tell({L3Kind::Add, order.side, order.orderRef, order.price, order.qty});
  }
  noteError(error);
}

void L3Sync::removeOrder(std::uint64_t orderRef) noexcept {
  const L3Error error = book_.remove(orderRef).error();
  if (error == L3Error::Ok) tell({.kind = L3Kind::Remove, .ref = orderRef});
  noteMayBeUnknown(error);
}

void L3Sync::replaceOrder(const Message& message) noexcept {
  const auto& [orderRef, newOrderRef, price, qty] = message.order;
  const auto left = book_.replace(orderRef, newOrderRef, price, qty);
  if (left.ok()) {
    tell({.kind = L3Kind::Remove, .ref = orderRef});
    tell({L3Kind::Add, left.value().side, newOrderRef, price, qty});
  }
  noteError(left.error());
}

void L3Sync::reduceOrder(const Message& message) noexcept {
  const auto left = book_.reduce(message.order.orderRef, message.order.qty);
  noteError(left.error());
  if (left.ok()) {
    const bool isTrade = message.code == static_cast<std::uint8_t>(ReduceCause::Execution);
    tell({.kind = isTrade ? L3Kind::Execute : L3Kind::Reduce,
          .ref = message.order.orderRef,
          .qty = message.order.qty});
  }
  if (!left.ok() || message.code != static_cast<std::uint8_t>(ReduceCause::Execution)) return;
  const Price price = message.order.price;
  outcome_.hasTrade = true;
  outcome_.aggressor = opposite(left.value().side);
  outcome_.tradePrice = price == kNoPrice ? left.value().price : price;
  outcome_.tradeQty = message.order.qty;
  outcome_.tradeId = message.lastId;
}

/// A change without a price (a market order's) leaves the price as it is; of a quantity of zero
/// nothing rests.
void L3Sync::modifyOrder(const Message& message) noexcept {
  const std::uint64_t orderRef = message.order.orderRef;
  if (message.order.qty == 0) return removeOrder(orderRef);
  const Price price = message.order.price;
  const Price restingPrice = book_.find(orderRef).valueOr({}).price;
  const bool hasPrice = price != kNoPrice && price != 0;
  const Price newPrice = hasPrice ? price : restingPrice;
  const L3Error error = book_.modify(orderRef, newPrice, message.order.qty).error();
  if (error == L3Error::Ok) {
    tell({.kind = L3Kind::Modify, .ref = orderRef, .price = newPrice, .qty = message.order.qty});
  }
  noteMayBeUnknown(error);
}

/// The venue also tells the end and the changes of orders that never rested.
void L3Sync::noteMayBeUnknown(L3Error error) noexcept {
  if (error == L3Error::UnknownOrder && config_.rule == L3Rule::Sequenced) {
    ++unknownOrders_;
  } else {
    noteError(error);
  }
}

void L3Sync::noteError(L3Error error) noexcept {
  switch (error) {
    case L3Error::Ok:
      outcome_.levelsChanged = true;
      ++outcome_.counts.applied;
      return;
    case L3Error::UnknownOrder:
      ++unknownOrders_;
      break;
    case L3Error::CapacityExceeded:
      return lose(BookReason::CapacityExceeded);
    default:
      ++contradictions_;
      break;
  }
  // Below the depth that Kraken sends lie orders that the book does not know.
  if (config_.rule == L3Rule::Checksummed && error == L3Error::UnknownOrder) return;
  if (!isDoubted_ && config_.rule == L3Rule::Sequenced) {
    outcome_.request = SyncRequest::Snapshot;
  }
  isDoubted_ = true;
}

/// Orders that fall out of the depth are not announced.
void L3Sync::truncateToDepth() noexcept {
  if (depthMax_ == 0) return;
  for (const Side side : {Side::Buy, Side::Sell}) {
    while (book_.levelCount(side) > depthMax_) {
      const Price price = book_.worst(side);
      book_.forEachOrder(side, price, [&](const L3Order& order) {
        tell({.kind = L3Kind::Remove, .ref = order.orderRef});
      });
      book_.removeLevel(side, price);
    }
  }
}

void L3Sync::learnDepth() noexcept {
  if (config_.depthMax != 0) return;
  const std::size_t levels = std::max(book_.levelCount(Side::Buy), book_.levelCount(Side::Sell));
  depthMax_ = levels <= 10 ? 10 : levels <= 100 ? 100 : 1000;
}

void L3Sync::verifyChecksum(const Message& message) noexcept {
  if (checksum_.compute(book_, config_.scale) == message.checksum) {
    ++outcome_.counts.checksumsOk;
    isUndecoded_ = false;
    isDoubted_ = false;
    return;
  }
  ++outcome_.counts.checksumsFailed;
  lose(BookReason::ChecksumMismatch);
}

void L3Sync::lose(BookReason reason) noexcept {
  hasSnapshot_ = false;
  tell({.kind = L3Kind::Doubt});
  brokenReason_ = reason;
  if (isInSnapshot_) return;
  outcome_.request = config_.rule == L3Rule::Sequenced     ? SyncRequest::Snapshot
                     : config_.rule == L3Rule::Checksummed ? SyncRequest::Resubscribe
                                                           : SyncRequest::None;
}

L3Outcome L3Sync::onDisconnect() noexcept {
  begin();
  tell({.kind = L3Kind::Doubt});
  hasSnapshot_ = false;
  isInSnapshot_ = false;
  announcedId_ = 0;
  brokenReason_ = BookReason::Disconnected;
  queue_.clear();
  return end();
}

L3Outcome L3Sync::onDecodeError() noexcept {
  begin();
  if (isInSnapshot_) {
    isInSnapshot_ = false;
    lose(BookReason::DecodeError);
  }
  isUndecoded_ = true;
  return end();
}

L3Outcome L3Sync::resetForResync() noexcept {
  begin();
  tell({.kind = L3Kind::Doubt});
  hasSnapshot_ = false;
  isInSnapshot_ = false;
  brokenReason_ = BookReason::Resynchronising;
  return end();
}

L3Outcome L3Sync::setScale(const Scale& scale) noexcept {
  begin();
  const std::int64_t priceFactor =
      powerOfTen(unsigned{scale.priceDecimals} - unsigned{config_.scale.priceDecimals});
  const std::int64_t qtyFactor =
      powerOfTen(unsigned{scale.qtyDecimals} - unsigned{config_.scale.qtyDecimals});
  config_.scale = scale;
  if (priceFactor == 1 && qtyFactor == 1) return end();
  bool fits = book_.rescale(priceFactor, qtyFactor) == L3Error::Ok;
  for (std::size_t i = 0; i < queue_.count; ++i) {
    Message& held = queue_.messages[(queue_.first + i) % queue_.messages.size()];
    if (!changesOrders(held.kind)) continue;
    if (held.order.price != kNoPrice) {
      fits &= !__builtin_mul_overflow(held.order.price, priceFactor, &held.order.price);
    }
    fits &= !__builtin_mul_overflow(held.order.qty, qtyFactor, &held.order.qty);
  }
  if (!fits) {
    book_.clear();
    queue_.clear();
    lose(BookReason::CapacityExceeded);
  }
  return end();
}

}  // namespace hft::book
