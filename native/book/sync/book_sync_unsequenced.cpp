#include <algorithm>
#include <array>
#include <utility>

#include "native/book/sync/book_sync.hpp"

// Sources: Kraken WebSocket v2 book guide; Coinbase Exchange level2; Alpaca crypto orderbooks
// (2026).
namespace hft::book {

using event::BookReason;
using event::Message;

namespace {

constexpr std::array<std::size_t, 5> kKrakenDepths{10, 25, 100, 500, 1000};

std::size_t depthOf(std::size_t snapshotLevels) noexcept {
  const auto found = std::find(kKrakenDepths.begin(), kKrakenDepths.end(), snapshotLevels);
  return found == kKrakenDepths.end() ? kKrakenDepths.back() : *found;
}

constexpr std::uint64_t mixed(std::uint64_t hash, std::int64_t value) noexcept {
  hash = (hash ^ static_cast<std::uint64_t>(value)) * 0x9e3779b97f4a7c15ULL;
  return hash ^ hash >> 32;
}

}  // namespace

void BookSync::onChannelSnapshot(const Message& message, Levels bids, Levels asks) noexcept {
  const bool goesOn = isInSnapshot_;
  lose(BookReason::AwaitingSnapshot);
  if (goesOn) {
    outcome_.levelsChanged = true;
    if (!setLevels(Side::Buy, bids) || !setLevels(Side::Sell, asks)) return;
  } else if (!replaceLevels(bids, asks)) {
    return;
  }
  if (config_.rule == SyncRule::Fix && message.code != 0) {
    // Nobody is told before the last part: to ask for another snapshot would be too early.
    isInSnapshot_ = true;
    outcome_.levelsChanged = false;
    return;
  }
  if (config_.rule == SyncRule::Kraken) {
    if (config_.depthMax == 0) depthMax_ = depthOf(std::max(bids.size(), asks.size()));
    truncateToDepth();
    if (!verifyChecksum(message)) return;
  }
  ++outcome_.counts.snapshots;
  ++outcome_.counts.applied;
  hasSnapshot_ = true;
  hasRequested_ = false;
  removedUnknown_ = false;
  lastDeltaHash_ = 0;
  bookId_ = message.lastId;
  exchangeTime_ = message.exchangeTime;
  noteCrossed();
}

bool BookSync::isRepeated(const Message& delta, Levels bids, Levels asks) noexcept {
  std::uint64_t hash = mixed(bids.size() + 1, delta.exchangeTime);
  for (const Levels levels : {bids, asks}) {
    for (const event::Level& level : levels) hash = mixed(mixed(hash, level.price), level.qty);
  }
  hash |= 1;
  return std::exchange(lastDeltaHash_, hash) == hash;
}

// Source: FIX 5.0 SP2, RptSeq(83); Binance's update ids 25043 and 25044 by analogy with its stream.
BookSync::Sequence BookSync::numberedSequence(const Message& delta) const noexcept {
  if (delta.lastId == 0 || bookId_ == 0) return Sequence::Next;
  if (delta.lastId <= bookId_) return Sequence::Old;
  return delta.firstId <= bookId_ + 1 ? Sequence::Next : Sequence::Gap;
}

bool BookSync::distrustsRemovals() const noexcept {
  if (!config_.distrustsUnknownRemovals) return false;
  // A batch may remove a level that came and went between two batches.
  return config_.rule == SyncRule::Kraken ||
         (config_.rule == SyncRule::CoinbaseExchange && !timedAudit_.isBatched());
}

void BookSync::truncateToDepth() noexcept {
  if (book_.levelCount(Side::Buy) > depthMax_ || book_.levelCount(Side::Sell) > depthMax_) {
    book_.truncate(Side::None, depthMax_);
  }
}

bool BookSync::verifyChecksum(const Message& message) noexcept {
  if (!message.hasChecksum) return true;
  if (checksum_.compute(book_, config_.scale) == message.checksum) {
    ++outcome_.counts.checksumsOk;
    return true;
  }
  ++outcome_.counts.checksumsFailed;
  lose(BookReason::ChecksumMismatch);
  requestSnapshot();
  return false;
}

void BookSync::onChannelDelta(const Message& message, Levels bids, Levels asks) noexcept {
  if (!hasSnapshot_) {
    ++outcome_.counts.ignoredOld;
    if (!hasRequested_) requestSnapshot();
    return;
  }
  if (config_.rule == SyncRule::Fix) {
    switch (numberedSequence(message)) {
      case Sequence::Next:
        break;
      case Sequence::Old:
        ++outcome_.counts.ignoredOld;
        return;
      case Sequence::Gap:
        ++outcome_.counts.gaps;
        lose(BookReason::SequenceGap);
        requestSnapshot();
        return;
    }
  } else if (isRepeated(message, bids, asks)) {
    ++outcome_.counts.ignoredOld;
    return;
  }
  const bool isTimed =
      config_.rule == SyncRule::Kraken || config_.rule == SyncRule::CoinbaseExchange;
  if (isTimed && message.exchangeTime != 0 && message.exchangeTime < exchangeTime_) {
    // Older than what is applied: reordered, or a late duplicate. Its levels may undo newer ones.
    ++outcome_.counts.gaps;
    lose(BookReason::SequenceGap);
    requestSnapshot();
    return;
  }
  const bool audits = config_.auditsQuotes && config_.rule == SyncRule::CoinbaseExchange;
  const Nanos time = message.exchangeTime;
  if (audits) {
    noteVerdict(timedAudit_.beforeUpdate(time, book_.bbo()));
    if (!hasSnapshot_) return;
  }
  removedUnknown_ = false;
  outcome_.levelsChanged = !bids.empty() || !asks.empty();
  if (!setLevels(Side::Buy, bids) || !setLevels(Side::Sell, asks)) {
    requestSnapshot();
    return;
  }
  ++outcome_.counts.applied;
  if (message.lastId != 0 || config_.rule != SyncRule::Fix) bookId_ = message.lastId;
  if (time != 0) exchangeTime_ = time;
  if (audits) {
    noteVerdict(timedAudit_.afterUpdate(time, book_.bbo(), bids.size() + asks.size() > 1));
    if (!hasSnapshot_) return;
  }
  if (config_.rule == SyncRule::Kraken) {
    truncateToDepth();
    if (!verifyChecksum(message)) return;
  }
  if (removedUnknown_ && distrustsRemovals()) {
    ++outcome_.counts.gaps;
    lose(BookReason::SequenceGap);
    requestSnapshot();
    return;
  }
  noteCrossed();
}

void BookSync::onPartialDepth(const Message& message, Levels bids, Levels asks) noexcept {
  if (message.lastId != 0 && message.lastId <= bookId_ && hasSnapshot_) {
    ++outcome_.counts.ignoredOld;
    return;
  }
  if (!replaceLevels(bids, asks)) return;
  ++outcome_.counts.snapshots;
  ++outcome_.counts.applied;
  hasSnapshot_ = true;
  isDoubted_ = false;
  bookId_ = message.lastId;
  if (message.exchangeTime != 0) exchangeTime_ = message.exchangeTime;
  noteCrossed();
}

void BookSync::onQuoteAsBook(const Message& message) noexcept {
  const auto& quote = message.quote;
  book_.clear();
  outcome_.levelsChanged = true;
  bool fits = true;
  if (quote.bid != kNoPrice && quote.bidQty > 0) {
    fits = book_.setLevel(Side::Buy, quote.bid, quote.bidQty).ok();
  }
  if (quote.ask != kNoPrice && quote.askQty > 0) {
    fits = book_.setLevel(Side::Sell, quote.ask, quote.askQty).ok() && fits;
  }
  if (!fits) {
    lose(BookReason::CapacityExceeded);
    return;
  }
  ++outcome_.counts.applied;
  hasSnapshot_ = true;
  isDoubted_ = false;
  bookId_ = message.lastId;
  exchangeTime_ = message.exchangeTime;
  // Equities lock now and then by rule; only a bid above the ask contradicts itself.
  const Bbo bbo = book_.bbo();
  isCrossed_ = book_.isCrossed() && bbo.bid > bbo.ask;
}

}  // namespace hft::book
