#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/book/l2/l2_book.hpp"
#include "native/book/sync/checksum.hpp"
#include "native/book/sync/quote_audit.hpp"
#include "native/book/sync/sync_buffer.hpp"
#include "native/book/sync/sync_rule.hpp"
#include "native/event/feed_message.hpp"

namespace hft::book {

/// Keeps one instrument's L2Book in step with its venue, and says whether it may be trusted.
///
/// Trusted means: built from a snapshot, no update missing as far as the venue lets one see, not
/// crossed (locked counts as crossed, but not for Quotes), the last checksum right, the last
/// comparison with the venue's own quote right. What a venue does not let one see: without ids a
/// lost update shows only by its consequences (a removal of an unknown level, a crossed book, a
/// quote or checksum that differs), and a checksum covers ten levels a side.
/// After a loss nothing is applied until the next snapshot; deltas of venues whose snapshot is
/// fetched are buffered meanwhile, those of the others are ignored.
/// No allocation after construction. Not thread-safe.
class BookSync {
 public:
  explicit BookSync(const SyncConfig& config);

  /// Applies a message of this instrument. Kinds that are no business of a book do nothing but show
  /// that the venue lives. `receiveTime` 0: unknown.
  SyncOutcome apply(const event::Message& message, const event::Frame& frame,
                    Nanos receiveTime) noexcept;

  /// The connection is lost: the book is broken, and what was buffered is worthless.
  SyncOutcome onDisconnect() noexcept;

  /// A frame that may have held a message of this instrument could not be decoded. With ids the
  /// book is suspect until the next update proves that none is missing; without them it is broken.
  SyncOutcome onDecodeError() noexcept;

  /// The connection's own sequence (Coinbase Advanced) shows a loss.
  SyncOutcome onConnectionGap() noexcept;

  /// The caller unsubscribed to subscribe anew: what comes from the old subscription is ignored
  /// until the next snapshot.
  SyncOutcome resetForResync() noexcept;

  /// Checks for staleness.
  SyncOutcome onClock(Nanos now) noexcept;

  /// The connection lives (any frame, heartbeat or pong).
  SyncOutcome onAlive(Nanos now) noexcept;

  /// The instrument's scale grew (never shrinks): ticks and lots of the book and of what is
  /// buffered are converted. If they no longer fit, the book is broken.
  SyncOutcome setScale(const Scale& scale) noexcept;

  [[nodiscard]] const L2Book& book() const noexcept { return book_; }
  [[nodiscard]] event::BookStatus status() const noexcept { return status_; }
  /// The venue's id of the last update in the book; 0 where it has none.
  [[nodiscard]] std::uint64_t bookId() const noexcept { return bookId_; }
  /// The venue's time of the last update in the book; 0 where it gives none.
  [[nodiscard]] Nanos exchangeTime() const noexcept { return exchangeTime_; }
  /// Whether a snapshot is needed before the book can be trusted (for retries).
  [[nodiscard]] bool awaitsSnapshot() const noexcept { return !hasSnapshot_; }
  [[nodiscard]] SyncRule rule() const noexcept { return config_.rule; }

 private:
  using Levels = std::span<const event::Level>;
  enum class Sequence : std::uint8_t { Next, Old, Gap };

  void onSnapshot(const event::Message& message, Levels bids, Levels asks) noexcept;
  void onQuote(const event::Message& message) noexcept;
  void noteClock(const event::Message& message, Nanos receiveTime) noexcept;

  // book_sync_sequenced.cpp: the venues with update ids.
  void onSequencedSnapshot(const event::Message& message, Levels bids, Levels asks) noexcept;
  void onSequencedDelta(const event::Message& message, const event::Frame& frame) noexcept;
  void dropCovered(std::uint64_t snapshotId) noexcept;
  void drainBuffer() noexcept;
  [[nodiscard]] Sequence sequenceOf(const event::Message& delta) const noexcept;
  [[nodiscard]] bool reaches(std::uint64_t snapshotId, const event::Message& delta) const noexcept;
  void applySequenced(const event::Message& delta, Levels bids, Levels asks) noexcept;

  // book_sync_unsequenced.cpp: the venues without.
  void onChannelSnapshot(const event::Message& message, Levels bids, Levels asks) noexcept;
  void onChannelDelta(const event::Message& message, Levels bids, Levels asks) noexcept;
  void onPartialDepth(const event::Message& message, Levels bids, Levels asks) noexcept;
  void onQuoteAsBook(const event::Message& message) noexcept;
  [[nodiscard]] bool isRepeated(const event::Message& delta, Levels bids, Levels asks) noexcept;
  [[nodiscard]] bool distrustsRemovals() const noexcept;
  /// Fix: where a numbered delta stands. The numbers of an instrument go on without a gap.
  [[nodiscard]] Sequence numberedSequence(const event::Message& delta) const noexcept;
  void truncateToDepth() noexcept;
  bool verifyChecksum(const event::Message& message) noexcept;

  [[nodiscard]] bool isSequenced() const noexcept {
    return config_.rule == SyncRule::BinanceSpot || config_.rule == SyncRule::BinanceFutures;
  }
  /// Whether every message replaces the whole book, so that nothing has to be asked for.
  [[nodiscard]] bool healsItself() const noexcept {
    return config_.rule == SyncRule::Quotes || config_.rule == SyncRule::PartialDepth;
  }
  [[nodiscard]] event::BookStatus currentStatus() const noexcept;
  void begin() noexcept;
  SyncOutcome end() noexcept;
  void lose(event::BookReason reason) noexcept;
  void requestSnapshot() noexcept;
  bool replaceLevels(Levels bids, Levels asks) noexcept;
  bool setLevels(Side side, Levels levels) noexcept;
  void noteCrossed() noexcept;
  void noteVerdict(const QuoteVerdict& verdict) noexcept;

  SyncConfig config_;
  L2Book book_;
  SyncBuffer buffer_;
  BookChecksum checksum_;
  SequencedQuoteAudit sequencedAudit_;
  TimedQuoteAudit timedAudit_;

  event::BookReason brokenReason_ = event::BookReason::AwaitingSnapshot;
  bool hasSnapshot_ = false;
  /// Futures: the first delta after a snapshot must straddle it, the later ones chain by `pu`.
  bool awaitsFirst_ = false;
  bool hasRequested_ = false;
  bool isDoubted_ = false;
  bool isCrossed_ = false;
  bool isMismatched_ = false;
  bool isStale_ = false;
  bool isSkewed_ = false;
  bool removedUnknown_ = false;
  /// Fix: parts of a snapshot have come, and the last of them not.
  bool isInSnapshot_ = false;
  unsigned crossedUpdates_ = 0;
  unsigned mismatches_ = 0;
  unsigned skewedDeltas_ = 0;
  std::size_t depthMax_ = 0;
  std::uint64_t bookId_ = 0;
  std::uint64_t lastDeltaHash_ = 0;
  Nanos exchangeTime_ = 0;
  Nanos lastAlive_ = 0;
  event::BookStatus status_;
  SyncOutcome outcome_;
};

}  // namespace hft::book
