#include <gtest/gtest.h>

#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

using event::BookReason;

const Levels kBids{{100, 5}, {99, 6}};
const Levels kAsks{{101, 7}, {102, 8}};

TEST(CoinbaseExchangeSync, TakesItsSnapshotFromTheChannel) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  const SyncOutcome outcome = snapshot(0, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(outcome.after, kTrusted);
  EXPECT_EQ(timed(1, {{100, 4}}, {}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bestBid().qty, 4);
}

TEST(CoinbaseExchangeSync, IgnoresDeltasBeforeItsSnapshotAndAsksOnceForOne) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  EXPECT_EQ(timed(1, {{100, 4}}, {}).applyTo(sync).request, SyncRequest::Resubscribe);
  EXPECT_EQ(timed(2, {{100, 4}}, {}).applyTo(sync).request, SyncRequest::None);
  EXPECT_TRUE(sync.book().isEmpty());
}

TEST(CoinbaseExchangeSync, IsBrokenByALostFrame) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  const SyncOutcome outcome = sync.onDecodeError();
  EXPECT_EQ(outcome.after, broken(BookReason::DecodeError));
  EXPECT_EQ(outcome.request, SyncRequest::Resubscribe);
  EXPECT_EQ(timed(3, {{100, 4}}, {}).applyTo(sync).after, broken(BookReason::DecodeError));
  EXPECT_EQ(snapshot(0, kBids, kAsks).applyTo(sync).after, kTrusted);
}

TEST(CoinbaseExchangeSync, IsBrokenByADeltaOlderThanTheLast) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  (void)timed(20, {{100, 4}}, {}).applyTo(sync);
  const SyncOutcome outcome = timed(19, {{100, 9}}, {}).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(outcome.request, SyncRequest::Resubscribe);
  EXPECT_EQ(sync.book().bestBid().qty, 4);
}

TEST(CoinbaseExchangeSync, IgnoresARepeatedDelta) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  (void)timed(20, {{99, 0}}, {}).applyTo(sync);
  const SyncOutcome repeated = timed(20, {{99, 0}}, {}).applyTo(sync);
  EXPECT_EQ(repeated.after, kTrusted);
  EXPECT_EQ(repeated.counts.ignoredOld, 1U);
}

TEST(CoinbaseExchangeSync, IsBrokenByTheRemovalOfALevelThatItNeverSaw) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(timed(20, {{98, 0}}, {}).applyTo(sync).after, broken(BookReason::SequenceGap));
}

TEST(CoinbaseExchangeSync, AllowsTheRemovalOfAnUnknownLevelOnABatchingChannel) {
  SyncConfig config = configOf(SyncRule::CoinbaseExchange);
  config.isBatched = true;
  BookSync batching(config);
  (void)snapshot(0, kBids, kAsks).applyTo(batching);
  EXPECT_EQ(timed(20, {{98, 0}}, {}).applyTo(batching).after, kTrusted);

  BookSync learning(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(learning);
  EXPECT_EQ(timed(20, {{98, 0}}, {{101, 1}}).applyTo(learning).after, kTrusted);
}

TEST(CoinbaseExchangeSync, IsSuspectWhenTheTickerDiffers) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  (void)timed(10, {{100, 4}}, {}).applyTo(sync);
  (void)quoted(1, {100, 0, 103, 0}).time(11).applyTo(sync);
  EXPECT_EQ(timed(11, {}, {{102, 1}}).applyTo(sync).after, kTrusted) << "the book may be behind";
  EXPECT_EQ(timed(12, {}, {{102, 2}}).applyTo(sync).after, suspect(BookReason::QuoteMismatch));
  (void)quoted(2, {100, 4, 101, 0}).time(12).applyTo(sync);
  EXPECT_EQ(timed(13, {{99, 1}}, {}).applyTo(sync).after, kTrusted);
}

TEST(CoinbaseExchangeSync, IsNotAlarmedByATickerOlderThanTheBook) {
  BookSync sync(configOf(SyncRule::CoinbaseExchange));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  (void)quoted(1, {90, 0, 95, 0}).time(5).applyTo(sync);
  (void)timed(10, {{100, 4}}, {}).applyTo(sync);
  (void)quoted(2, {90, 0, 95, 0}).time(9).applyTo(sync);
  EXPECT_EQ(timed(12, {{100, 3}}, {}).applyTo(sync).counts.quotesMismatched, 0U);
}

TEST(CoinbaseAdvancedSync, IsBrokenByAGapOfItsConnection) {
  BookSync sync(configOf(SyncRule::CoinbaseAdvanced));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  const SyncOutcome outcome = sync.onConnectionGap();
  EXPECT_EQ(outcome.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(outcome.request, SyncRequest::Resubscribe);
  EXPECT_EQ(outcome.counts.gaps, 1U);
}

TEST(CoinbaseAdvancedSync, IgnoresTheOldSubscriptionWhileItResubscribes) {
  BookSync sync(configOf(SyncRule::CoinbaseAdvanced));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(sync.resetForResync().after, broken(BookReason::Resynchronising));
  const SyncOutcome outcome = timed(20, {{100, 1}}, {}).applyTo(sync);
  EXPECT_EQ(outcome.request, SyncRequest::None);
  EXPECT_EQ(outcome.after, broken(BookReason::Resynchronising));
  EXPECT_EQ(snapshot(0, kBids, kAsks).applyTo(sync).after, kTrusted);
}

TEST(KrakenSync, CutsEachSideToTheDepthSubscribedTo) {
  SyncConfig config = configOf(SyncRule::Kraken);
  config.depthMax = 2;
  BookSync sync(config);
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  (void)timed(1, {{98, 1}}, {{100'000, 1}}).applyTo(sync);
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 2U) << "a level beyond the depth";
  EXPECT_EQ(sync.book().qtyAt(Side::Sell, 100'000), 0);
  (void)timed(2, {}, {{90, 1}}).applyTo(sync);
  EXPECT_EQ(sync.book().qtyAt(Side::Sell, 102), 0) << "pushed out by a better one";
}

TEST(KrakenSync, LearnsTheDepthFromAFullSnapshot) {
  Levels bids;
  Levels asks;
  for (Price price = 0; price < 10; ++price) bids.push_back({100 - price, 1});
  for (Price price = 0; price < 9; ++price) asks.push_back({101 + price, 1});
  BookSync sync(configOf(SyncRule::Kraken));
  (void)snapshot(0, bids, asks).applyTo(sync);
  (void)timed(1, {{80, 1}}, {}).applyTo(sync);
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 10U);
  bids.pop_back();
  (void)snapshot(0, bids, asks).applyTo(sync);
  (void)timed(2, {{80, 1}, {79, 1}}, {}).applyTo(sync);
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 11U) << "nine levels tell nothing";
}

TEST(KrakenSync, IsBrokenByAWrongChecksumUntilTheNextSnapshot) {
  BookSync sync(configOf(SyncRule::Kraken));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  const SyncOutcome outcome = timed(1, {{100, 4}}, {}).checksum(12345).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::ChecksumMismatch));
  EXPECT_EQ(outcome.request, SyncRequest::Resubscribe);
  EXPECT_EQ(outcome.counts.checksumsFailed, 1U);
  EXPECT_EQ(timed(2, {{100, 4}}, {}).applyTo(sync).counts.applied, 0U);
  EXPECT_EQ(snapshot(0, kBids, kAsks).checksum(12345).applyTo(sync).counts.checksumsFailed, 1U);
  EXPECT_EQ(snapshot(0, kBids, kAsks).applyTo(sync).after, kTrusted);
}

TEST(AlpacaBookSync, AppliesUpdatesToItsSnapshot) {
  BookSync sync(configOf(SyncRule::AlpacaBook));
  (void)snapshot(0, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(timed(1, {{97, 0}}, {{101, 0}}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bestAsk().price, 102);
}

TEST(QuotesSync, HoldsTheLastQuoteAlone) {
  BookSync sync(configOf(SyncRule::Quotes));
  EXPECT_EQ(quoted(0, {100, 1, 101, 2}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(quoted(0, {90, 1, 91, 2}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bbo(), (Bbo{90, 1, 91, 2}));
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 1U);
  (void)quoted(0, {kNoPrice, 0, 91, 2}).applyTo(sync);
  EXPECT_EQ(sync.book().bbo(), (Bbo{kNoPrice, 0, 91, 2}));
}

TEST(QuotesSync, AllowsALockedQuoteButNotACrossedOne) {
  BookSync sync(configOf(SyncRule::Quotes));
  EXPECT_EQ(quoted(0, {100, 1, 100, 2}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(quoted(0, {101, 1, 100, 2}).applyTo(sync).after, suspect(BookReason::Crossed));
}

TEST(QuotesSync, IsSuspectAfterALostFrameUntilTheNextQuote) {
  BookSync sync(configOf(SyncRule::Quotes));
  (void)quoted(0, {100, 1, 101, 2}).applyTo(sync);
  EXPECT_EQ(sync.onDecodeError().after, suspect(BookReason::DecodeError));
  EXPECT_EQ(quoted(0, {100, 1, 101, 2}).applyTo(sync).after, kTrusted);
}

TEST(PartialDepthSync, ReplacesTheBookWithEachMessageInOrder) {
  BookSync sync(configOf(SyncRule::PartialDepth));
  EXPECT_EQ(snapshot(5, kBids, kAsks).applyTo(sync).after, kTrusted);
  (void)delta(6, 7, {{90, 1}}, {{91, 1}}).applyTo(sync);
  EXPECT_EQ(sync.book().bbo(), (Bbo{90, 1, 91, 1}));
  EXPECT_EQ(snapshot(6, kBids, kAsks).applyTo(sync).counts.ignoredOld, 1U);
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 1U);
}

TEST(FixSync, GoesOnFromItsSnapshotWithOrWithoutNumbers) {
  BookSync sync(configOf(SyncRule::Fix));
  EXPECT_EQ(snapshot(0, kBids, kAsks).applyTo(sync).after, kTrusted);
  EXPECT_EQ(delta(0, 0, {{100, 4}}, {}).applyTo(sync).after, kTrusted);
  // Without numbers the same change again is a change.
  EXPECT_EQ(delta(0, 0, {{100, 4}}, {}).applyTo(sync).counts.applied, 1U);
  EXPECT_EQ(snapshot(7, kBids, kAsks).applyTo(sync).after, kTrusted);
  EXPECT_EQ(delta(7, 7, {{100, 1}}, {}).applyTo(sync).counts.ignoredOld, 1U);
  EXPECT_EQ(delta(8, 9, {{100, 3}}, {}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.bookId(), 9U);
  EXPECT_EQ(sync.book().bestBid().qty, 3);
}

TEST(FixSync, IsBrokenByAMissingNumberUntilTheNextSnapshot) {
  BookSync sync(configOf(SyncRule::Fix));
  (void)snapshot(7, kBids, kAsks).applyTo(sync);
  const SyncOutcome gap = delta(9, 9, {{100, 3}}, {}).applyTo(sync);
  EXPECT_EQ(gap.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(gap.request, SyncRequest::Resubscribe);
  EXPECT_EQ(delta(10, 10, {{100, 3}}, {}).applyTo(sync).after, broken(BookReason::SequenceGap));
  EXPECT_EQ(snapshot(12, kBids, kAsks).applyTo(sync).after, kTrusted);
}

TEST(FixSync, IsTrustedWhenTheLastPartOfItsSnapshotHasCome) {
  BookSync sync(configOf(SyncRule::Fix));
  OneMessage first = snapshot(3, kBids, {});
  first.message().code = 1;
  const SyncOutcome part = first.applyTo(sync);
  EXPECT_FALSE(part.levelsChanged);
  EXPECT_EQ(part.after, broken(BookReason::AwaitingSnapshot));
  const SyncOutcome whole = snapshot(3, {}, kAsks).applyTo(sync);
  EXPECT_TRUE(whole.levelsChanged);
  EXPECT_EQ(whole.after, kTrusted);
  EXPECT_EQ(sync.book().bestBid().price, 100);
  EXPECT_EQ(sync.book().bestAsk().price, 101);
}

}  // namespace
}  // namespace hft::book
