#include "native/book/sync/quote_audit.hpp"

namespace hft::book {

namespace {

bool bidAgrees(const Bbo& quote, const Bbo& book) noexcept {
  return quote.bid == book.bid && (quote.bidQty == 0 || quote.bidQty == book.bidQty);
}

bool askAgrees(const Bbo& quote, const Bbo& book) noexcept {
  return quote.ask == book.ask && (quote.askQty == 0 || quote.askQty == book.askQty);
}

}  // namespace

QuoteVerdict SequencedQuoteAudit::onQuote(std::uint64_t updateId, const Bbo& quote) noexcept {
  QuoteVerdict verdict;
  if (updateId <= newestQuoteId_) {
    if (++oldQuotes_ < kOldQuotesMax) return verdict;
    reset();
  }
  oldQuotes_ = 0;
  newestQuoteId_ = updateId;
  // Every update before this quote has its latest quote now: the settled one.
  while (updateCount_ > 0 && updates_[updateFirst_].updateId < updateId) {
    if (hasSettled_) verdict.add(updates_[updateFirst_].bbo == settled_.bbo);
    updateFirst_ = (updateFirst_ + 1) & (kUpdatesMax - 1);
    --updateCount_;
  }
  if (updateCount_ > 0) {
    settled_ = {updateId, quote};
    hasSettled_ = true;
    return verdict;
  }
  if (quoteCount_ == kQuotesMax) {
    // The dropped quote may have been the latest of some update to come: nothing is settled.
    quoteFirst_ = (quoteFirst_ + 1) & (kQuotesMax - 1);
    --quoteCount_;
    hasSettled_ = false;
  }
  quotes_[(quoteFirst_ + quoteCount_++) & (kQuotesMax - 1)] = {updateId, quote};
  return verdict;
}

QuoteVerdict SequencedQuoteAudit::onBook(std::uint64_t updateId, const Bbo& bbo) noexcept {
  QuoteVerdict verdict;
  while (quoteCount_ > 0 && quotes_[quoteFirst_].updateId <= updateId) {
    settled_ = quotes_[quoteFirst_];
    hasSettled_ = true;
    quoteFirst_ = (quoteFirst_ + 1) & (kQuotesMax - 1);
    --quoteCount_;
  }
  if (quoteCount_ > 0) {
    if (hasSettled_) verdict.add(settled_.bbo == bbo);
    return verdict;
  }
  if (updateCount_ == kUpdatesMax) {
    updateFirst_ = (updateFirst_ + 1) & (kUpdatesMax - 1);
    --updateCount_;
  }
  updates_[(updateFirst_ + updateCount_++) & (kUpdatesMax - 1)] = {updateId, bbo};
  return verdict;
}

void SequencedQuoteAudit::reset() noexcept {
  hasSettled_ = false;
  newestQuoteId_ = 0;
  quoteCount_ = 0;
  updateCount_ = 0;
}

void TimedQuoteAudit::onQuote(Nanos time, const Bbo& quote) noexcept {
  if (time == 0 || lastUpdate_ == 0 || lastUpdate_ > time) return;
  hasQuote_ = true;
  quoteTime_ = time;
  quote_ = quote;
}

QuoteVerdict TimedQuoteAudit::beforeUpdate(Nanos time, const Bbo& bbo) noexcept {
  QuoteVerdict verdict;
  isDue_ = hasQuote_ && time > quoteTime_;
  if (!isDue_) return verdict;
  hasQuote_ = false;
  bidAgreed_ = bidAgrees(quote_, bbo);
  askAgreed_ = askAgrees(quote_, bbo);
  if (isBatched_) return verdict;
  isDue_ = false;
  verdict.add(bidAgreed_ && askAgreed_);
  return verdict;
}

QuoteVerdict TimedQuoteAudit::afterUpdate(Nanos time, const Bbo& bbo, bool isBatch) noexcept {
  isBatched_ = isBatched_ || isBatch;
  lastUpdate_ = time;
  QuoteVerdict verdict;
  if (!isDue_) return verdict;
  isDue_ = false;
  if ((bidAgreed_ || bidAgrees(quote_, bbo)) && (askAgreed_ || askAgrees(quote_, bbo))) {
    mismatches_ = 0;
    verdict.add(true);
  } else if (++mismatches_ >= kBatchedMismatchesMax) {
    verdict.add(false);
  }
  return verdict;
}

void TimedQuoteAudit::reset() noexcept {
  lastUpdate_ = 0;
  hasQuote_ = false;
  isDue_ = false;
  mismatches_ = 0;
}

}  // namespace hft::book
