#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/book/l3/l3_book.hpp"
#include "native/book/l3/l3_checksum.hpp"
#include "native/book/sync/sync_rule.hpp"
#include "native/core/instrument.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/l3_change.hpp"

namespace hft::book {

/// How a venue's order messages join into a book.
enum class L3Rule : std::uint8_t {
  /// Coinbase full and level3: REST snapshot with a sequence, then every message is the next one.
  Sequenced,
  /// Kraken level3: snapshot on the channel, a fixed depth, a checksum.
  Checksummed,
  /// One symbol of an ITCH feed: the book is empty at first, nothing is ever missing.
  FromEmpty,
};

struct L3SyncConfig {
  L3Rule rule = L3Rule::Sequenced;
  L3Capacity capacity{.ordersMax = 65'536, .levelsMax = 32'768};
  Scale scale{};  ///< Of the instrument at first; see L3Sync::setScale.
  /// Kraken: the depth subscribed to, 10, 100 or 1,000. 0: the smallest that the snapshot fits in.
  std::size_t depthMax = 0;
  /// Messages held while a snapshot is awaited; when full, the oldest are dropped.
  std::size_t queueMax = 65'536;
};

/// What a message or an event did to the book, and the trade that an execution of a resting order
/// amounts to (ITCH; other venues report their trades themselves).
struct L3Outcome : SyncOutcome {
  bool hasTrade = false;
  Side aggressor = Side::None;
  Price tradePrice = kNoPrice;
  Qty tradeQty = 0;
  std::uint64_t tradeId = 0;
};

/// Keeps one instrument's L3Book in step with its venue, and says whether it may be trusted.
///
/// - Sequenced: messages before the snapshot are held, those that it covers dropped; then each must
///   carry the next sequence number, else the book is broken (SequenceGap) until another snapshot.
///   A heartbeat that knows a later number makes the book suspect until that number came. The end
///   or the change of an order that does not rest means nothing; its execution cannot be.
/// - Checksummed: a checksum that differs breaks the book (ChecksumMismatch); unknown orders lie
///   below the depth and are ignored.
/// - FromEmpty: an operation that cannot be right makes the book suspect (UnknownOrder) for good.
/// On all: a crossed book is suspect while it is, a full one broken (CapacityExceeded).
/// No allocation after construction. Not thread-safe.
class L3Sync {
 public:
  explicit L3Sync(const L3SyncConfig& config);

  /// Applies a message of this instrument; kinds that are no business of an L3 book do nothing.
  L3Outcome apply(const event::Message& message) noexcept;

  /// Appends each change that the book takes from here on to `changes`, which outlives this and
  /// whose owner empties it after each call; nullptr ends that. An append may allocate.
  void tellChanges(std::vector<event::L3Change>* changes) noexcept { changes_ = changes; }

  /// The connection is lost: the book is broken, and what was held is worthless.
  L3Outcome onDisconnect() noexcept;

  /// A frame that may have held a message of this instrument could not be decoded. A sequence
  /// number or checksum will tell whether it did: until then the book is suspect. Without them it
  /// stays suspect.
  L3Outcome onDecodeError() noexcept;

  /// The caller subscribes anew: messages are ignored (or held) until the next snapshot.
  L3Outcome resetForResync() noexcept;

  /// The instrument's scale grew (never shrinks). If what is in the book no longer fits, it is
  /// broken.
  L3Outcome setScale(const Scale& scale) noexcept;

  [[nodiscard]] const L3Book& book() const noexcept { return book_; }
  [[nodiscard]] event::BookStatus status() const noexcept;
  /// The venue's sequence of the last message in the book; 0 where it has none.
  [[nodiscard]] std::uint64_t bookId() const noexcept { return bookId_; }
  [[nodiscard]] Nanos exchangeTime() const noexcept { return exchangeTime_; }
  [[nodiscard]] bool awaitsSnapshot() const noexcept { return !hasSnapshot_; }
  /// Whether the orders of a snapshot are coming in: the book is part of one, and nothing to show.
  [[nodiscard]] bool isInSnapshot() const noexcept {
    return isInSnapshot_ && brokenReason_ == event::BookReason::Resynchronising;
  }
  /// Operations that found something wrong, since construction.
  [[nodiscard]] std::uint64_t unknownOrders() const noexcept { return unknownOrders_; }
  [[nodiscard]] std::uint64_t contradictions() const noexcept { return contradictions_; }

 private:
  struct Queue {
    explicit Queue(std::size_t messagesMax) : messages(messagesMax) {}
    void push(const event::Message& message) noexcept;
    [[nodiscard]] const event::Message& front() const noexcept { return messages[first]; }
    void popFront() noexcept;
    void clear() noexcept { count = 0; }

    std::vector<event::Message> messages;
    std::size_t first = 0;
    std::size_t count = 0;
  };

  void applyLive(const event::Message& message) noexcept;
  void applySequenced(const event::Message& message) noexcept;
  void onHeartbeat(const event::Message& message) noexcept;
  void beginSnapshot() noexcept;
  void endSnapshot(const event::Message& message) noexcept;
  void drainQueue() noexcept;
  void applyOrder(const event::Message& message) noexcept;
  void addOrder(const event::Message& message) noexcept;
  void removeOrder(std::uint64_t orderRef) noexcept;
  void replaceOrder(const event::Message& message) noexcept;
  void reduceOrder(const event::Message& message) noexcept;
  void modifyOrder(const event::Message& message) noexcept;
  void noteError(L3Error error) noexcept;
  void noteMayBeUnknown(L3Error error) noexcept;
  void tell(const event::L3Change& change) noexcept {
    if (changes_ != nullptr) changes_->push_back(change);
  }
  void truncateToDepth() noexcept;
  void verifyChecksum(const event::Message& message) noexcept;
  void learnDepth() noexcept;
  void lose(event::BookReason reason) noexcept;
  void begin() noexcept;
  L3Outcome end() noexcept;

  L3SyncConfig config_;
  L3Book book_;
  L3Checksum checksum_;
  Queue queue_;

  event::BookReason brokenReason_ = event::BookReason::AwaitingSnapshot;
  bool hasSnapshot_ = false;
  bool isInSnapshot_ = false;
  /// What the book was before the snapshot began.
  event::BookStatus statusBefore_;
  /// An operation contradicted the book.
  bool isDoubted_ = false;
  bool isUndecoded_ = false;
  std::vector<event::L3Change>* changes_ = nullptr;
  std::size_t depthMax_ = 0;
  std::uint64_t bookId_ = 0;
  /// The greatest sequence that a heartbeat told of.
  std::uint64_t announcedId_ = 0;
  Nanos exchangeTime_ = 0;
  std::uint64_t unknownOrders_ = 0;
  std::uint64_t contradictions_ = 0;
  L3Outcome outcome_;
};

}  // namespace hft::book
