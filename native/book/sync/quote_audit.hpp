#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_book.hpp"
#include "native/core/units.hpp"

namespace hft::book {

/// What the comparisons of one step found, the latest of them last.
struct QuoteVerdict {
  std::uint32_t agreed = 0;
  std::uint32_t mismatched = 0;
  bool lastAgreed = true;

  constexpr void add(bool agrees) noexcept {
    ++(agrees ? agreed : mismatched);
    lastAgreed = agrees;
  }
  [[nodiscard]] constexpr bool isEmpty() const noexcept { return agreed + mismatched == 0; }
};

/// Compares a book with a ticker that shares its update ids (Binance bookTicker).
///
/// After an update with id D the best prices and sizes must equal those of the latest quote with an
/// id <= D. Quotes and updates arrive on two channels, in any order between them: which quote is
/// the latest up to D is known only once a quote beyond D has arrived, so a comparison waits for
/// that one. Within a channel ids ascend; a quote with an older id is dropped.
/// Holds a fixed number of waiting quotes and updates; when full, the oldest is never compared.
class SequencedQuoteAudit {
 public:
  /// The venue's quote as of `updateId`. Compares the updates that waited for it.
  QuoteVerdict onQuote(std::uint64_t updateId, const Bbo& quote) noexcept;

  /// The book's best prices after the update `updateId`.
  QuoteVerdict onBook(std::uint64_t updateId, const Bbo& bbo) noexcept;

  /// Forgets the updates that wait (the book starts anew); the quotes stay.
  void forgetBook() noexcept { updateCount_ = 0; }

  /// Forgets all: the connection was lost, or prices have another scale.
  void reset() noexcept;

 private:
  struct Stamped {
    std::uint64_t updateId;
    Bbo bbo;
  };
  static constexpr std::size_t kQuotesMax = 256;
  static constexpr std::size_t kUpdatesMax = 64;
  static constexpr unsigned kOldQuotesMax = 64;
  static_assert((kQuotesMax & (kQuotesMax - 1)) == 0 && (kUpdatesMax & (kUpdatesMax - 1)) == 0);

  /// The latest quote that no waiting or coming update can lie before.
  Stamped settled_{};
  bool hasSettled_ = false;
  std::uint64_t newestQuoteId_ = 0;
  /// Quotes in a row that were dropped as old.
  unsigned oldQuotes_ = 0;
  /// Quotes beyond the book, and updates beyond the quotes; one of the two is always empty.
  std::array<Stamped, kQuotesMax> quotes_{};
  std::size_t quoteFirst_ = 0;
  std::size_t quoteCount_ = 0;
  std::array<Stamped, kUpdatesMax> updates_{};
  std::size_t updateFirst_ = 0;
  std::size_t updateCount_ = 0;
};

/// Compares a book whose updates carry times, but no ids, with a ticker (Coinbase Exchange).
///
/// A quote of time T shows the book after every update up to T. It is compared when the first
/// update beyond T arrives, before that is applied, and only if the book had an update and none of
/// them was already beyond T when the quote came. On a channel that batches its updates the state
/// of the quote may never have been visible: there the state after the update counts too, side by
/// side, and only three disagreements in a row are a mismatch.
class TimedQuoteAudit {
 public:
  /// The venue's quote. Quantities of zero are not compared (older tickers carry none).
  void onQuote(Nanos time, const Bbo& quote) noexcept;

  /// An update of time `time` is about to be applied to a book that shows `bbo`.
  QuoteVerdict beforeUpdate(Nanos time, const Bbo& bbo) noexcept;

  /// The update was applied; `isBatch` if it carried more than one change.
  QuoteVerdict afterUpdate(Nanos time, const Bbo& bbo, bool isBatch) noexcept;

  /// Forgets all but what was learned about the channel.
  void reset() noexcept;

  /// Says that the channel batches its updates.
  void setBatched() noexcept { isBatched_ = true; }
  [[nodiscard]] bool isBatched() const noexcept { return isBatched_; }

 private:
  static constexpr unsigned kBatchedMismatchesMax = 3;

  Nanos lastUpdate_ = 0;
  Nanos quoteTime_ = 0;
  Bbo quote_{};
  bool hasQuote_ = false;
  bool isDue_ = false;
  bool bidAgreed_ = false;
  bool askAgreed_ = false;
  bool isBatched_ = false;
  unsigned mismatches_ = 0;
};

}  // namespace hft::book
