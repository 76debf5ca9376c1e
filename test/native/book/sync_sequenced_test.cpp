#include <gtest/gtest.h>
#include <limits>

#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

using event::BookReason;

const Levels kBids{{100, 5}, {99, 6}};
const Levels kAsks{{101, 7}, {102, 8}};

TEST(BinanceSpotSync, IsBrokenUntilItsSnapshot) {
  const BookSync sync(configOf(SyncRule::BinanceSpot));
  EXPECT_EQ(sync.status(), broken(BookReason::AwaitingSnapshot));
  EXPECT_TRUE(sync.awaitsSnapshot());
}

TEST(BinanceSpotSync, AsksOnceForASnapshotWhileItBuffers) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  const SyncOutcome first = delta(10, 12, {{100, 1}}, {}).applyTo(sync);
  EXPECT_EQ(first.request, SyncRequest::Snapshot);
  EXPECT_EQ(first.counts.buffered, 1U);
  EXPECT_FALSE(first.levelsChanged);
  EXPECT_EQ(delta(13, 13, {}, {}).applyTo(sync).request, SyncRequest::None);
}

TEST(BinanceSpotSync, JoinsTheSnapshotWithWhatWasBuffered) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)delta(10, 12, {{100, 1}}, {}).applyTo(sync);
  (void)delta(13, 15, {{100, 2}}, {{101, 0}}).applyTo(sync);
  (void)delta(16, 16, {{98, 3}}, {}).applyTo(sync);
  const SyncOutcome outcome = snapshot(14, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(outcome.after, kTrusted);
  EXPECT_EQ(outcome.counts.ignoredOld, 1U) << "the delta that the snapshot holds";
  EXPECT_EQ(outcome.counts.applied, 3U) << "the snapshot and two deltas";
  EXPECT_TRUE(outcome.levelsChanged);
  EXPECT_EQ(sync.bookId(), 16U);
  EXPECT_EQ(sync.book().bbo(), (Bbo{100, 2, 102, 8}));
  EXPECT_EQ(sync.book().qtyAt(Side::Buy, 98), 3);
}

TEST(BinanceSpotSync, RefusesASnapshotOlderThanWhatWasBuffered) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)delta(10, 12, {{100, 1}}, {}).applyTo(sync);
  const SyncOutcome old = snapshot(8, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(old.after, broken(BookReason::AwaitingSnapshot));
  EXPECT_EQ(old.request, SyncRequest::Snapshot);
  EXPECT_EQ(old.counts.snapshotsTooOld, 1U);
  EXPECT_FALSE(old.levelsChanged);
  EXPECT_EQ(snapshot(9, kBids, kAsks).applyTo(sync).after, kTrusted) << "U == id + 1 misses none";
}

TEST(BinanceSpotSync, TrustsASnapshotThatIsNewerThanAllDeltas) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)delta(10, 12, {{100, 1}}, {}).applyTo(sync);
  EXPECT_EQ(snapshot(20, kBids, kAsks).applyTo(sync).after, kTrusted);
  const SyncOutcome old = delta(13, 20, {{100, 99}}, {}).applyTo(sync);
  EXPECT_EQ(old.counts.ignoredOld, 1U);
  EXPECT_EQ(sync.book().bestBid().qty, 5);
  EXPECT_EQ(delta(15, 22, {{100, 4}}, {}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bestBid().qty, 4);
}

TEST(BinanceSpotSync, FindsAGapAndAppliesNothingAfterIt) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  (void)delta(11, 12, {{100, 4}}, {}).applyTo(sync);
  const SyncOutcome gap = delta(14, 15, {{100, 9}}, {}).applyTo(sync);
  EXPECT_EQ(gap.before, kTrusted);
  EXPECT_EQ(gap.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(gap.counts.gaps, 1U);
  EXPECT_EQ(gap.request, SyncRequest::Snapshot);
  EXPECT_FALSE(gap.levelsChanged);
  EXPECT_EQ(sync.book().bestBid().qty, 4);
  EXPECT_EQ(delta(16, 16, {{100, 1}}, {}).applyTo(sync).request, SyncRequest::None);
}

TEST(BinanceSpotSync, RecoversFromAGapWithTheNextSnapshot) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  (void)delta(14, 15, {{100, 9}}, {}).applyTo(sync);
  (void)delta(16, 16, {}, {{101, 1}}).applyTo(sync);
  EXPECT_EQ(snapshot(12, kBids, kAsks).applyTo(sync).counts.snapshotsTooOld, 1U);
  EXPECT_EQ(snapshot(13, kBids, kAsks).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bbo(), (Bbo{100, 9, 101, 1}));
}

TEST(BinanceSpotSync, IgnoresDuplicatesWithoutHarm) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  (void)delta(11, 12, {{100, 4}}, {}).applyTo(sync);
  (void)delta(13, 13, {{100, 3}}, {}).applyTo(sync);
  const SyncOutcome repeated = delta(11, 12, {{100, 4}}, {}).applyTo(sync);
  EXPECT_EQ(repeated.after, kTrusted);
  EXPECT_EQ(repeated.counts.ignoredOld, 1U);
  EXPECT_EQ(sync.book().bestBid().qty, 3);
}

TEST(BinanceSpotSync, KeepsItsDepthWhenAnotherSnapshotComes) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  const SyncOutcome again = snapshot(11, {{100, 5}}, {{101, 7}}).applyTo(sync);
  EXPECT_EQ(again.counts.ignoredOld, 1U);
  EXPECT_EQ(sync.book().levelCount(Side::Buy), 2U);
}

TEST(BinanceSpotSync, FindsAGapInsideItsBuffer) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)delta(10, 12, {{100, 1}}, {}).applyTo(sync);
  (void)delta(14, 15, {{100, 2}}, {}).applyTo(sync);
  const SyncOutcome outcome = snapshot(9, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
  EXPECT_EQ(snapshot(14, kBids, kAsks).applyTo(sync).after, kTrusted) << "the rest was kept";
  EXPECT_EQ(sync.bookId(), 15U);
}

TEST(BinanceSpotSync, DropsTheOldestWhenItsBufferIsFull) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  for (std::uint64_t id = 1; id <= 9; ++id) (void)delta(id, id, {{100, 1}}, {}).applyTo(sync);
  EXPECT_EQ(snapshot(0, kBids, kAsks).applyTo(sync).counts.snapshotsTooOld, 1U);
  EXPECT_EQ(snapshot(1, kBids, kAsks).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.bookId(), 9U);
}

TEST(BinanceSpotSync, IsSuspectAfterALostFrameUntilTheNextDeltaProvesTheChain) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(sync.onDecodeError().after, suspect(BookReason::DecodeError));
  EXPECT_EQ(delta(11, 12, {}, {}).applyTo(sync).after, kTrusted);
  (void)sync.onDecodeError();
  EXPECT_EQ(delta(14, 14, {}, {}).applyTo(sync).after, broken(BookReason::SequenceGap));
}

TEST(BinanceSpotSync, IsSuspectWhileCrossedOrLocked) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(delta(11, 11, {{101, 1}}, {}).applyTo(sync).after, suspect(BookReason::Crossed));
  EXPECT_EQ(delta(12, 12, {{101, 0}}, {}).applyTo(sync).after, kTrusted);
}

TEST(BinanceSpotSync, IsRebuiltWhenItStaysCrossed) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  std::uint64_t id = 11;
  for (; id < 11 + 63; ++id) {
    ASSERT_EQ(delta(id, id, {{101, 1}}, {}).applyTo(sync).after, suspect(BookReason::Crossed));
  }
  const SyncOutcome outcome = delta(id, id, {{101, 1}}, {}).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::Crossed));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
}

TEST(BinanceSpotSync, IsBrokenByADisconnectUntilItJoinsAnew) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(sync.onDisconnect().after, broken(BookReason::Disconnected));
  EXPECT_EQ(delta(50, 51, {}, {}).applyTo(sync).request, SyncRequest::Snapshot);
  EXPECT_EQ(snapshot(50, {{90, 1}}, {{91, 1}}).applyTo(sync).after, kTrusted);
  EXPECT_EQ(sync.book().bbo(), (Bbo{90, 1, 91, 1})) << "no ghost of the old levels";
}

TEST(BinanceSpotSync, IsBrokenWhenItsLevelsNoLongerFit) {
  SyncConfig config = configOf(SyncRule::BinanceSpot);
  config.limits = {2, 2};
  BookSync sync(config);
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  const SyncOutcome outcome = delta(11, 11, {{98, 1}}, {}).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::CapacityExceeded));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
}

TEST(BinanceSpotSync, IsStaleAfterSilence) {
  SyncConfig config = configOf(SyncRule::BinanceSpot);
  config.staleAfter = 1'000;
  BookSync sync(config);
  (void)snapshot(10, kBids, kAsks).applyTo(sync, 5'000);
  EXPECT_EQ(sync.onClock(6'000).after, kTrusted);
  EXPECT_EQ(sync.onClock(6'001).after, suspect(BookReason::Stale));
  EXPECT_EQ(sync.onAlive(6'002).after, kTrusted);
  EXPECT_EQ(sync.onClock(7'003).after, suspect(BookReason::Stale));
  EXPECT_EQ(delta(11, 11, {}, {}).applyTo(sync, 7'004).after, kTrusted);
}

TEST(BinanceSpotSync, IsSuspectOnlyWhenTheClocksDifferByMoreThanTheBound) {
  SyncConfig config = configOf(SyncRule::BinanceSpot);
  config.skewMax = 2'000;
  BookSync sync(config);
  (void)snapshot(0, kBids, kAsks).applyTo(sync, 50'000);
  std::uint64_t id = 1;
  const auto receive = [&](Nanos exchangeTime, Nanos receiveTime) {
    OneMessage one = delta(id, id, {}, {}).time(exchangeTime);
    ++id;
    return one.applyTo(sync, receiveTime).after;
  };
  for (int n = 0; n < 10; ++n) EXPECT_EQ(receive(52'000, 50'000), kTrusted) << "at the bound";
  for (int n = 0; n < 3; ++n) EXPECT_EQ(receive(52'001, 50'000), kTrusted) << "a few may be late";
  EXPECT_EQ(receive(52'001, 50'000), suspect(BookReason::ClockSkew));
  EXPECT_EQ(receive(50'000, 50'000), kTrusted);
}

TEST(BinanceSpotSync, ConvertsTheBookAndTheBufferWhenTheScaleGrows) {
  SyncConfig config = configOf(SyncRule::BinanceSpot);
  BookSync sync(config);
  (void)delta(11, 11, {{98, 3}}, {}).applyTo(sync);
  (void)sync.setScale({.priceDecimals = 1, .qtyDecimals = 2, .priceDigits = 1, .qtyDigits = 2});
  (void)snapshot(10, {{1'000, 500}}, {{1'010, 700}}).applyTo(sync);
  EXPECT_EQ(sync.book().qtyAt(Side::Buy, 980), 300);
  const SyncOutcome grown =
      sync.setScale({.priceDecimals = 2, .qtyDecimals = 2, .priceDigits = 2, .qtyDigits = 2});
  EXPECT_EQ(grown.after, kTrusted);
  EXPECT_EQ(sync.book().bbo(), (Bbo{10'000, 500, 10'100, 700}));
}

TEST(BinanceSpotSync, IsBrokenWhenAGrownScaleOverflows) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, {{std::numeric_limits<Price>::max() / 10, 5}}, {}).applyTo(sync);
  const SyncOutcome outcome =
      sync.setScale({.priceDecimals = 2, .qtyDecimals = 0, .priceDigits = 2, .qtyDigits = 0});
  EXPECT_EQ(outcome.after, broken(BookReason::CapacityExceeded));
  EXPECT_TRUE(sync.book().isEmpty());
}

TEST(BinanceSpotSync, IsSuspectWhenTheVenuesQuoteDiffers) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  (void)quoted(11, {100, 4, 101, 7}).applyTo(sync);
  (void)quoted(15, {100, 2, 101, 7}).applyTo(sync);
  const SyncOutcome wrong = delta(11, 12, {{100, 3}}, {}).applyTo(sync);
  EXPECT_EQ(wrong.after, suspect(BookReason::QuoteMismatch));
  EXPECT_EQ(wrong.counts.quotesMismatched, 1U);
  const SyncOutcome right = delta(13, 13, {{100, 4}}, {}).applyTo(sync);
  EXPECT_EQ(right.after, kTrusted);
  EXPECT_EQ(right.counts.quotesAgreed, 1U);
}

TEST(BinanceSpotSync, IsRebuiltWhenTheVenuesQuoteKeepsDiffering) {
  BookSync sync(configOf(SyncRule::BinanceSpot));
  (void)snapshot(10, kBids, kAsks).applyTo(sync);
  (void)quoted(11, {100, 4, 101, 7}).applyTo(sync);
  (void)quoted(99, {100, 4, 101, 7}).applyTo(sync);
  for (std::uint64_t id = 11; id < 18; ++id) {
    ASSERT_EQ(delta(id, id, {}, {}).applyTo(sync).after, suspect(BookReason::QuoteMismatch));
  }
  const SyncOutcome outcome = delta(18, 18, {}, {}).applyTo(sync);
  EXPECT_EQ(outcome.after, broken(BookReason::QuoteMismatch));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
}

TEST(BinanceFuturesSync, TakesAFirstDeltaThatStraddlesTheSnapshotAndChainsByPu) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)chained(80, 85, 90, {{100, 1}}, {}).applyTo(sync);
  (void)chained(90, 95, 110, {{100, 2}}, {}).applyTo(sync);
  (void)chained(110, 130, 140, {{100, 3}}, {}).applyTo(sync);
  const SyncOutcome outcome = snapshot(100, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(outcome.after, kTrusted);
  EXPECT_EQ(outcome.counts.ignoredOld, 1U);
  EXPECT_EQ(sync.bookId(), 140U);
  EXPECT_EQ(sync.book().bestBid().qty, 3);
}

TEST(BinanceFuturesSync, AppliesTheDeltaThatEndsAtTheSnapshot) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)chained(80, 85, 100, {{100, 5}}, {}).applyTo(sync);
  EXPECT_EQ(snapshot(100, kBids, kAsks).applyTo(sync).counts.applied, 2U);
  EXPECT_EQ(chained(100, 120, 130, {}, {}).applyTo(sync).after, kTrusted);
}

TEST(BinanceFuturesSync, TakesASnapshotBetweenTwoDeltas) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)chained(90, 120, 130, {{100, 2}}, {}).applyTo(sync);
  EXPECT_EQ(snapshot(100, kBids, kAsks).applyTo(sync).after, kTrusted);
}

TEST(BinanceFuturesSync, RefusesASnapshotBeforeTheChainOfItsBuffer) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)chained(101, 120, 130, {{100, 2}}, {}).applyTo(sync);
  const SyncOutcome old = snapshot(100, kBids, kAsks).applyTo(sync);
  EXPECT_EQ(old.after, broken(BookReason::AwaitingSnapshot));
  EXPECT_EQ(old.counts.snapshotsTooOld, 1U);
}

TEST(BinanceFuturesSync, FindsABrokenChainWhateverTheFirstIdSays) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)snapshot(100, kBids, kAsks).applyTo(sync);
  (void)chained(90, 95, 110, {}, {}).applyTo(sync);
  const SyncOutcome gap = chained(115, 111, 120, {}, {}).applyTo(sync);
  EXPECT_EQ(gap.after, broken(BookReason::SequenceGap));
  EXPECT_EQ(gap.request, SyncRequest::Snapshot);
}

TEST(BinanceFuturesSync, IgnoresDuplicatesWithoutHarm) {
  BookSync sync(configOf(SyncRule::BinanceFutures));
  (void)snapshot(100, kBids, kAsks).applyTo(sync);
  (void)chained(90, 95, 110, {{100, 2}}, {}).applyTo(sync);
  (void)chained(110, 111, 120, {{100, 3}}, {}).applyTo(sync);
  EXPECT_EQ(chained(110, 111, 120, {{100, 3}}, {}).applyTo(sync).counts.ignoredOld, 1U);
  EXPECT_EQ(chained(90, 95, 110, {{100, 2}}, {}).applyTo(sync).counts.ignoredOld, 1U);
  EXPECT_EQ(sync.status(), kTrusted);
  EXPECT_EQ(sync.book().bestBid().qty, 3);
}

}  // namespace
}  // namespace hft::book
