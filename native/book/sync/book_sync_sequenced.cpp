#include "native/book/sync/book_sync.hpp"

// Source: Binance, "How to manage a local order book correctly" (spot, 2025-11-12; USD-M futures).
namespace hft::book {

using event::BookReason;
using event::Frame;
using event::Message;

bool BookSync::reaches(std::uint64_t snapshotId, const Message& delta) const noexcept {
  if (config_.rule == SyncRule::BinanceSpot) return delta.firstId <= snapshotId + 1;
  // The rule asks for U <= id <= u. Ids are global and jump between the deltas of an instrument, so
  // a snapshot between two of them (pu <= id < U) misses nothing either: the delta holds every
  // change after `pu`.
  return delta.firstId <= snapshotId || delta.prevId <= snapshotId;
}

BookSync::Sequence BookSync::sequenceOf(const Message& delta) const noexcept {
  if (config_.rule == SyncRule::BinanceSpot) {
    if (delta.lastId <= bookId_) return Sequence::Old;
    return delta.firstId <= bookId_ + 1 ? Sequence::Next : Sequence::Gap;
  }
  if (awaitsFirst_) {
    if (delta.lastId < bookId_) return Sequence::Old;
    return reaches(bookId_, delta) ? Sequence::Next : Sequence::Gap;
  }
  if (delta.lastId <= bookId_) return Sequence::Old;
  return delta.prevId == bookId_ ? Sequence::Next : Sequence::Gap;
}

void BookSync::applySequenced(const Message& delta, Levels bids, Levels asks) noexcept {
  outcome_.levelsChanged = outcome_.levelsChanged || !bids.empty() || !asks.empty();
  if (!setLevels(Side::Buy, bids) || !setLevels(Side::Sell, asks)) {
    requestSnapshot();
    return;
  }
  bookId_ = delta.lastId;
  if (delta.exchangeTime != 0) exchangeTime_ = delta.exchangeTime;
  awaitsFirst_ = false;
  isDoubted_ = false;
  ++outcome_.counts.applied;
  noteCrossed();
  if (config_.auditsQuotes && hasSnapshot_) {
    noteVerdict(sequencedAudit_.onBook(bookId_, book_.bbo()));
  }
}

void BookSync::onSequencedDelta(const Message& message, const Frame& frame) noexcept {
  if (!hasSnapshot_) {
    buffer_.push(message, frame);
    ++outcome_.counts.buffered;
    if (!hasRequested_) requestSnapshot();
    return;
  }
  switch (sequenceOf(message)) {
    case Sequence::Next:
      applySequenced(message, frame.levels(message.book.bids), frame.levels(message.book.asks));
      break;
    case Sequence::Old:
      ++outcome_.counts.ignoredOld;
      break;
    case Sequence::Gap:
      ++outcome_.counts.gaps;
      lose(BookReason::SequenceGap);
      buffer_.push(message, frame);
      ++outcome_.counts.buffered;
      requestSnapshot();
      break;
  }
}

void BookSync::dropCovered(std::uint64_t snapshotId) noexcept {
  const bool keepsEqual = config_.rule == SyncRule::BinanceFutures;
  while (!buffer_.isEmpty()) {
    const std::uint64_t last = buffer_.front().lastId;
    if (last > snapshotId || (keepsEqual && last == snapshotId)) return;
    buffer_.popFront();
    ++outcome_.counts.ignoredOld;
  }
}

void BookSync::onSequencedSnapshot(const Message& message, Levels bids, Levels asks) noexcept {
  if (hasSnapshot_) {
    // A book in sequence is deeper than any snapshot of it.
    ++outcome_.counts.ignoredOld;
    return;
  }
  dropCovered(message.lastId);
  if (!buffer_.isEmpty() && !reaches(message.lastId, buffer_.front())) {
    ++outcome_.counts.snapshotsTooOld;
    requestSnapshot();
    return;
  }
  if (!replaceLevels(bids, asks)) return;
  ++outcome_.counts.snapshots;
  ++outcome_.counts.applied;
  hasSnapshot_ = true;
  awaitsFirst_ = true;
  hasRequested_ = false;
  isDoubted_ = false;
  bookId_ = message.lastId;
  exchangeTime_ = message.exchangeTime;
  sequencedAudit_.forgetBook();
  noteCrossed();
  // Not compared with the ticker: a snapshot comes another way, ahead of the stream's quotes.
  drainBuffer();
}

void BookSync::drainBuffer() noexcept {
  while (hasSnapshot_ && !buffer_.isEmpty()) {
    const Message& delta = buffer_.front();
    const Sequence sequence = sequenceOf(delta);
    if (sequence == Sequence::Gap) {
      // The rest stays: a newer snapshot may reach it.
      ++outcome_.counts.gaps;
      lose(BookReason::SequenceGap);
      requestSnapshot();
      return;
    }
    if (sequence == Sequence::Old) {
      ++outcome_.counts.ignoredOld;
    } else {
      applySequenced(delta, buffer_.levels(delta.book.bids), buffer_.levels(delta.book.asks));
    }
    buffer_.popFront();
  }
}

}  // namespace hft::book
