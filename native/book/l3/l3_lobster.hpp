#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/book/l3/l3_book.hpp"
#include "native/book/l3/l3_sync.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/l3_change.hpp"

namespace hft::book {

/// The best levels of a book as an independent witness gives them, best first.
struct L3Witness {
  std::span<const event::Level> bids;
  std::span<const event::Level> asks;
  std::size_t depth;  ///< Levels a side that it would show; fewer means that there are no more.
};

/// Puts the levels of `witness` into `book`, which it empties first, as anonymous orders. Errors:
/// those of L3Book::addAnonymous; the book is then part filled.
[[nodiscard]] L3Error seedAnonymous(L3Book& book, const L3Witness& witness) noexcept;

/// Rebuilds the book of a LOBSTER capture: messages beside the rows of its orderbook file.
///
/// Row i is the book after message i. The first row seeds the book with anonymous orders, for it is
/// not empty when the file begins; a cancel, delete or execution of an order that was never added
/// takes from the anonymous quantity at its price. The messages cover only what happens within the
/// file's depth: a level that is pushed out of it is dropped, and one that a later row shows to
/// come in is added as an anonymous order. Every other level of each row must be what the messages
/// made of it. Where it is not, the book takes the row's levels and is suspect (QuoteMismatch)
/// until kProofRows rows in a row agreed: a lost line shifts all rows after it.
/// Without any row the book holds only the orders that were added since, and is suspect
/// (UnknownOrder) to the end; without further rows, levels that come into the depth stay unknown,
/// and the book is suspect from the first time one may be missing.
/// No allocation after construction. Not thread-safe.
class L3LobsterSync {
 public:
  /// Rows that must agree after one that did not.
  static constexpr unsigned kProofRows = 64;

  explicit L3LobsterSync(L3Capacity capacity) : book_(capacity) {}

  /// Applies a message of `decodeLobster`, and the row after it, nullptr where there is none.
  L3Outcome apply(const event::Message& message, const L3Witness* row) noexcept;

  /// As L3Sync::tellChanges.
  void tellChanges(std::vector<event::L3Change>* changes) noexcept { changes_ = changes; }

  /// A line could not be decoded; its row, nullptr if none, tells what it did.
  L3Outcome onDecodeError(const L3Witness* row) noexcept;

  /// The instrument's scale grew: factors for prices and quantities. Call it before the next row.
  void rescale(std::int64_t priceFactor, std::int64_t qtyFactor) noexcept;

  [[nodiscard]] const L3Book& book() const noexcept { return book_; }
  [[nodiscard]] event::BookStatus status() const noexcept;
  /// Rows that the book did not agree with, and levels that came into the depth.
  [[nodiscard]] std::uint64_t mismatches() const noexcept { return mismatches_; }
  [[nodiscard]] std::uint64_t revealedLevels() const noexcept { return revealedLevels_; }

 private:
  /// What is known of a side: every level up to and with `horizon`; all where `isWhole`.
  struct Known {
    Price horizon = kNoPrice;
    bool isWhole = false;
  };

  static constexpr std::uint64_t kAnyRef = ~std::uint64_t{0};

  void tell(const event::L3Change& change) noexcept {
    if (changes_ != nullptr) changes_->push_back(change);
  }
  void tellAnonymous(event::L3Kind kind, Side side, const event::Level& level) noexcept {
    tell({kind, side, event::kAnonymousRef, level.price, level.qty});
  }
  void begin() noexcept;
  L3Outcome end() noexcept;
  void seed(const event::Message& message, const L3Witness& row) noexcept;
  void applyOrder(const event::Message& message) noexcept;
  [[nodiscard]] L3Error applyToBook(const event::Message& message) noexcept;
  [[nodiscard]] bool isKnown(Side side, Price price) const noexcept;
  void truncate(Side side) noexcept;
  void check(const L3Witness& row) noexcept;
  [[nodiscard]] bool agrees(Side side, std::span<const event::Level> levels) const noexcept;
  void reveal(Side side, std::span<const event::Level> levels) noexcept;
  void takeRow(const L3Witness& row) noexcept;
  void noteTrade(const event::Message& message) noexcept;
  void noteAdd(std::uint64_t orderRef) noexcept;
  void makeAnonymous(Side side, Price price) noexcept;

  L3Book book_;
  Known known_[2];
  std::size_t depth_ = 0;
  bool isSeeded_ = false;
  bool isFull_ = false;
  /// A level may be missing: the depth is no longer filled and no row tells whether it should be.
  bool mayMiss_ = false;
  unsigned proofsWanted_ = 0;
  Nanos lastTime_ = 0;
  /// An order above this reference was added in the file, or never. References rise with time, so
  /// the first order that is added sets it.
  std::uint64_t anonymousMax_ = kAnyRef;
  bool isContradicted_ = false;
  std::vector<event::L3Change>* changes_ = nullptr;
  std::uint64_t mismatches_ = 0;
  std::uint64_t revealedLevels_ = 0;
  L3Outcome outcome_;
};

}  // namespace hft::book
