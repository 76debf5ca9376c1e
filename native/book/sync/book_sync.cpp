#include "native/book/sync/book_sync.hpp"

namespace hft::book {

using event::BookReason;
using event::BookState;
using event::BookStatus;
using event::Frame;
using event::Message;
using event::MessageKind;

namespace {

/// Consecutive disagreements with the venue's quote after which the book is rebuilt.
constexpr unsigned kMismatchesMax = 8;
/// Consecutive updates that leave the book crossed after which it is rebuilt.
constexpr unsigned kCrossedUpdatesMax = 64;
/// Consecutive deltas beyond the bound before the clocks are said to differ.
constexpr unsigned kSkewedDeltasMin = 4;

constexpr std::int64_t powerOfTen(unsigned exponent) noexcept {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace

BookSync::BookSync(const SyncConfig& config)
    : config_(config),
      book_(config.limits),
      buffer_(isSequenced() ? config.bufferMessagesMax : 0,
              isSequenced() ? config.bufferLevelsMax : 0),
      depthMax_(config.depthMax) {
  if (config.isBatched) timedAudit_.setBatched();
}

BookStatus BookSync::currentStatus() const noexcept {
  if (!hasSnapshot_) return {BookState::Broken, brokenReason_};
  if (isDoubted_) return {BookState::Suspect, BookReason::DecodeError};
  if (isCrossed_) return {BookState::Suspect, BookReason::Crossed};
  if (isMismatched_) return {BookState::Suspect, BookReason::QuoteMismatch};
  if (isStale_) return {BookState::Suspect, BookReason::Stale};
  if (isSkewed_) return {BookState::Suspect, BookReason::ClockSkew};
  return {BookState::Trusted, BookReason::None};
}

void BookSync::begin() noexcept {
  outcome_ = SyncOutcome{};
  outcome_.before = status_;
}

SyncOutcome BookSync::end() noexcept {
  status_ = currentStatus();
  outcome_.after = status_;
  return outcome_;
}

void BookSync::requestSnapshot() noexcept {
  hasRequested_ = true;
  if (healsItself()) return;
  outcome_.request = isSequenced() ? SyncRequest::Snapshot : SyncRequest::Resubscribe;
}

void BookSync::lose(BookReason reason) noexcept {
  brokenReason_ = reason;
  hasSnapshot_ = false;
  isInSnapshot_ = false;
  awaitsFirst_ = false;
  isDoubted_ = false;
  isCrossed_ = false;
  isMismatched_ = false;
  crossedUpdates_ = 0;
  mismatches_ = 0;
  sequencedAudit_.forgetBook();
  timedAudit_.reset();
}

SyncOutcome BookSync::apply(const Message& message, const Frame& frame,
                            Nanos receiveTime) noexcept {
  begin();
  isStale_ = false;
  if (receiveTime > lastAlive_) lastAlive_ = receiveTime;
  switch (message.kind) {
    case MessageKind::BookSnapshot:
      onSnapshot(message, frame.levels(message.book.bids), frame.levels(message.book.asks));
      break;
    case MessageKind::BookDelta:
      noteClock(message, receiveTime);
      if (isSequenced()) {
        onSequencedDelta(message, frame);
      } else if (config_.rule == SyncRule::PartialDepth) {
        onPartialDepth(message, frame.levels(message.book.bids), frame.levels(message.book.asks));
      } else if (config_.rule != SyncRule::Quotes) {
        onChannelDelta(message, frame.levels(message.book.bids), frame.levels(message.book.asks));
      }
      break;
    case MessageKind::Quote:
      noteClock(message, receiveTime);
      onQuote(message);
      break;
    default:
      break;
  }
  return end();
}

void BookSync::onSnapshot(const Message& message, Levels bids, Levels asks) noexcept {
  if (isSequenced()) {
    onSequencedSnapshot(message, bids, asks);
  } else if (config_.rule == SyncRule::PartialDepth) {
    onPartialDepth(message, bids, asks);
  } else if (config_.rule != SyncRule::Quotes) {
    onChannelSnapshot(message, bids, asks);
  }
}

void BookSync::onQuote(const Message& message) noexcept {
  if (config_.rule == SyncRule::Quotes) {
    onQuoteAsBook(message);
    return;
  }
  if (!config_.auditsQuotes) return;
  const Bbo quote{message.quote.bid, message.quote.bidQty, message.quote.ask, message.quote.askQty};
  if (isSequenced() && message.lastId != 0) {
    noteVerdict(sequencedAudit_.onQuote(message.lastId, quote));
  } else if (config_.rule == SyncRule::CoinbaseExchange && hasSnapshot_) {
    timedAudit_.onQuote(message.exchangeTime, quote);
  }
}

void BookSync::noteVerdict(const QuoteVerdict& verdict) noexcept {
  if (verdict.isEmpty() || !hasSnapshot_) return;
  outcome_.counts.quotesAgreed += verdict.agreed;
  outcome_.counts.quotesMismatched += verdict.mismatched;
  isMismatched_ = !verdict.lastAgreed;
  mismatches_ = isMismatched_ ? mismatches_ + verdict.mismatched : 0;
  if (mismatches_ < kMismatchesMax) return;
  lose(BookReason::QuoteMismatch);
  requestSnapshot();
}

void BookSync::noteCrossed() noexcept {
  isCrossed_ = book_.isCrossed();
  if (!isCrossed_) {
    crossedUpdates_ = 0;
  } else if (++crossedUpdates_ >= kCrossedUpdatesMax) {
    lose(BookReason::Crossed);
    requestSnapshot();
  }
}

void BookSync::noteClock(const Message& message, Nanos receiveTime) noexcept {
  if (config_.skewMax == 0 || receiveTime == 0 || message.exchangeTime == 0) return;
  const Nanos ahead = receiveTime - message.exchangeTime;
  if (ahead <= config_.skewMax && ahead >= -config_.skewMax) {
    skewedDeltas_ = 0;
    isSkewed_ = false;
  } else if (++skewedDeltas_ >= kSkewedDeltasMin) {
    isSkewed_ = true;
  }
}

bool BookSync::setLevels(Side side, Levels levels) noexcept {
  const L2Book::Applied applied = book_.setLevels(side, levels);
  removedUnknown_ = removedUnknown_ || applied.unknownRemovals != 0;
  if (applied.error == BookError::Ok) return true;
  lose(applied.error == BookError::CapacityExceeded ? BookReason::CapacityExceeded
                                                    : BookReason::DecodeError);
  return false;
}

bool BookSync::replaceLevels(Levels bids, Levels asks) noexcept {
  book_.clear();
  outcome_.levelsChanged = true;
  return setLevels(Side::Buy, bids) && setLevels(Side::Sell, asks);
}

SyncOutcome BookSync::onDisconnect() noexcept {
  begin();
  lose(BookReason::Disconnected);
  buffer_.clear();
  sequencedAudit_.reset();
  hasRequested_ = false;
  return end();
}

SyncOutcome BookSync::onDecodeError() noexcept {
  begin();
  if (hasSnapshot_) {
    if (isSequenced() || healsItself()) {
      isDoubted_ = true;
    } else {
      lose(BookReason::DecodeError);
      requestSnapshot();
    }
  }
  return end();
}

SyncOutcome BookSync::onConnectionGap() noexcept {
  begin();
  if (hasSnapshot_) {
    if (isSequenced() || healsItself()) {
      isDoubted_ = true;
    } else {
      ++outcome_.counts.gaps;
      lose(BookReason::SequenceGap);
      requestSnapshot();
    }
  }
  return end();
}

SyncOutcome BookSync::resetForResync() noexcept {
  begin();
  lose(BookReason::Resynchronising);
  buffer_.clear();
  hasRequested_ = true;
  return end();
}

SyncOutcome BookSync::onClock(Nanos now) noexcept {
  begin();
  isStale_ = config_.staleAfter > 0 && lastAlive_ > 0 && now - lastAlive_ > config_.staleAfter;
  return end();
}

SyncOutcome BookSync::onAlive(Nanos now) noexcept {
  begin();
  if (now > lastAlive_) lastAlive_ = now;
  isStale_ = false;
  return end();
}

SyncOutcome BookSync::setScale(const Scale& scale) noexcept {
  begin();
  HFT_CHECK(scale.priceDecimals >= config_.scale.priceDecimals &&
            scale.qtyDecimals >= config_.scale.qtyDecimals);
  const std::int64_t priceFactor = powerOfTen(scale.priceDecimals - config_.scale.priceDecimals);
  const std::int64_t qtyFactor = powerOfTen(scale.qtyDecimals - config_.scale.qtyDecimals);
  config_.scale = scale;
  if (priceFactor == 1 && qtyFactor == 1) return end();
  buffer_.rescale(priceFactor, qtyFactor);
  sequencedAudit_.reset();
  timedAudit_.reset();
  const auto rescaled = book_.rescale(priceFactor, qtyFactor);
  outcome_.levelsChanged = !book_.isEmpty();
  if (!rescaled.ok()) {
    book_.clear();
    if (hasSnapshot_) {
      lose(BookReason::CapacityExceeded);
      requestSnapshot();
    }
  }
  return end();
}

}  // namespace hft::book
