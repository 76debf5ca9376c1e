#include "native/book/sync/quote_audit.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace hft::book {
namespace {

Bbo priced(Price bid) { return {bid, 1, bid + 1, 1}; }

TEST(SequencedQuoteAudit, WaitsUntilAQuoteBeyondTheUpdateHasArrived) {
  SequencedQuoteAudit audit;
  EXPECT_TRUE(audit.onQuote(5, priced(1)).isEmpty());
  EXPECT_TRUE(audit.onBook(10, priced(2)).isEmpty()) << "a quote up to 10 may still come";
  EXPECT_TRUE(audit.onQuote(9, priced(2)).isEmpty());
  const QuoteVerdict verdict = audit.onQuote(11, priced(3));
  EXPECT_EQ(verdict.agreed, 1U);
}

TEST(SequencedQuoteAudit, ComparesAtOnceWhenTheQuotesAreAhead) {
  SequencedQuoteAudit audit;
  (void)audit.onQuote(5, priced(1));
  (void)audit.onQuote(11, priced(3));
  EXPECT_EQ(audit.onBook(10, priced(1)).agreed, 1U);
  const QuoteVerdict verdict = audit.onBook(10, priced(9));
  EXPECT_EQ(verdict.mismatched, 1U);
  EXPECT_FALSE(verdict.lastAgreed);
}

TEST(SequencedQuoteAudit, CountsAQuoteWithTheUpdatesOwnId) {
  SequencedQuoteAudit audit;
  (void)audit.onBook(10, priced(7));
  (void)audit.onQuote(10, priced(7));
  EXPECT_EQ(audit.onQuote(11, priced(8)).agreed, 1U);
}

TEST(SequencedQuoteAudit, ComparesSizesToo) {
  SequencedQuoteAudit audit;
  (void)audit.onQuote(5, {1, 1, 2, 1});
  (void)audit.onQuote(6, {1, 1, 2, 1});
  EXPECT_EQ(audit.onBook(5, {1, 1, 2, 9}).mismatched, 1U);
}

TEST(SequencedQuoteAudit, DropsAQuoteOlderThanTheLast) {
  SequencedQuoteAudit audit;
  (void)audit.onQuote(9, priced(1));
  (void)audit.onQuote(7, priced(2));
  (void)audit.onQuote(12, priced(3));
  EXPECT_EQ(audit.onBook(10, priced(1)).agreed, 1U);
}

TEST(SequencedQuoteAudit, OutlivesAQuoteWhoseIdWasWrong) {
  SequencedQuoteAudit audit;
  (void)audit.onQuote(1'000'000, priced(99));
  // Everything true is older than that for a while; then it is the one that counts.
  std::uint64_t id = 10;
  unsigned agreed = 0;
  unsigned mismatched = 0;
  for (; id < 200; ++id) {
    QuoteVerdict verdict = audit.onQuote(id, priced(static_cast<Price>(id)));
    agreed += verdict.agreed;
    verdict = audit.onBook(id, priced(static_cast<Price>(id)));
    agreed += verdict.agreed;
    mismatched += verdict.mismatched;
  }
  EXPECT_EQ(mismatched, 0U);
  EXPECT_GE(agreed, 100U);
}

TEST(SequencedQuoteAudit, ComparesNothingWhenItDroppedTheQuoteThatCounts) {
  SequencedQuoteAudit audit;
  for (std::uint64_t id = 1; id <= 256 + 1; ++id) {
    (void)audit.onQuote(id, priced(static_cast<Price>(id)));
  }
  EXPECT_TRUE(audit.onBook(1, priced(99)).isEmpty()) << "the quote of id 1 did not fit";
  EXPECT_EQ(audit.onBook(2, priced(2)).agreed, 1U);
}

TEST(SequencedQuoteAudit, NeverComparesTheOldestOfTooManyUpdates) {
  SequencedQuoteAudit audit;
  (void)audit.onQuote(1, priced(1));
  (void)audit.onBook(2, priced(99));
  for (std::uint64_t id = 3; id < 3 + 64; ++id) (void)audit.onBook(id, priced(1));
  const QuoteVerdict verdict = audit.onQuote(100, priced(2));
  EXPECT_EQ(verdict.agreed, 64U);
  EXPECT_EQ(verdict.mismatched, 0U);
}

TEST(SequencedQuoteAudit, GivesNoFalseAlarmHoweverTheChannelsInterleave) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    // A true course of best prices; each change has a quote, every few ids an update.
    std::vector<std::pair<std::uint64_t, Bbo>> quotes;
    std::vector<std::pair<std::uint64_t, Bbo>> updates;
    Bbo bbo = priced(100);
    for (std::uint64_t id = 1; id <= 300; ++id) {
      if (random() % 3 == 0) {
        bbo = priced(90 + static_cast<Price>(random() % 20));
        quotes.emplace_back(id, bbo);
      }
      if (random() % 4 == 0 && !quotes.empty()) updates.emplace_back(id, bbo);
    }
    SequencedQuoteAudit audit;
    std::size_t quote = 0;
    std::size_t update = 0;
    std::uint32_t agreed = 0;
    const auto take = [&](const QuoteVerdict& verdict) {
      agreed += verdict.agreed;
      ASSERT_EQ(verdict.mismatched, 0U);
    };
    while (quote < quotes.size() || update < updates.size()) {
      const bool isQuote =
          update == updates.size() || (quote < quotes.size() && random() % 100 < seed % 90 + 5);
      if (isQuote) {
        take(audit.onQuote(quotes[quote].first, quotes[quote].second));
        ++quote;
      } else {
        take(audit.onBook(updates[update].first, updates[update].second));
        ++update;
      }
    }
    EXPECT_GT(agreed, 10U);
  }
}

TEST(TimedQuoteAudit, ComparesBeforeTheFirstUpdateBeyondTheQuote) {
  TimedQuoteAudit audit;
  (void)audit.afterUpdate(10, priced(1), false);
  audit.onQuote(12, {2, 0, 3, 0});
  EXPECT_TRUE(audit.beforeUpdate(12, priced(1)).isEmpty());
  (void)audit.afterUpdate(12, priced(2), false);
  EXPECT_EQ(audit.beforeUpdate(13, priced(2)).agreed, 1U);
  (void)audit.afterUpdate(13, priced(9), false);
  EXPECT_TRUE(audit.beforeUpdate(14, priced(9)).isEmpty()) << "a quote is compared once";
}

TEST(TimedQuoteAudit, ComparesNothingWithAQuoteOlderThanTheBook) {
  TimedQuoteAudit audit;
  audit.onQuote(5, priced(50));
  (void)audit.afterUpdate(10, priced(1), false);
  audit.onQuote(9, priced(50));
  EXPECT_TRUE(audit.beforeUpdate(20, priced(1)).isEmpty());
}

TEST(TimedQuoteAudit, ForgivesABatchedChannelWhatItNeverShows) {
  TimedQuoteAudit audit;
  audit.setBatched();
  Nanos time = 10;
  (void)audit.afterUpdate(time, priced(1), true);
  const auto disagree = [&] {
    audit.onQuote(time + 1, priced(50));
    time += 10;
    EXPECT_TRUE(audit.beforeUpdate(time, priced(1)).isEmpty());
    return audit.afterUpdate(time, priced(2), true);
  };
  EXPECT_TRUE(disagree().isEmpty());
  EXPECT_TRUE(disagree().isEmpty());
  EXPECT_EQ(disagree().mismatched, 1U) << "three in a row are no accident";
  audit.onQuote(time + 1, {1, 1, 3, 1});
  time += 10;
  (void)audit.beforeUpdate(time, {1, 1, 2, 1});
  EXPECT_EQ(audit.afterUpdate(time, {2, 1, 3, 1}, true).agreed, 1U)
      << "the bid agreed before, the ask after";
}

}  // namespace
}  // namespace hft::book
