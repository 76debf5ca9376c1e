#include "native/metrics/histogram.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <thread>
#include <vector>

namespace hft::metrics {
namespace {

constexpr double kErrorMax = 1.0 / 128;

Nanos sortedQuantile(const std::vector<Nanos>& sorted, double q) {
  const auto rank =
      static_cast<std::size_t>(std::max(1.0, std::ceil(q * static_cast<double>(sorted.size()))));
  return sorted[rank - 1];
}

/// Values of all magnitudes: uniform in the logarithm.
std::vector<Nanos> randomValues(std::mt19937_64& random, std::size_t count, double bits) {
  std::uniform_real_distribution<double> exponent(0, bits);
  std::vector<Nanos> values(count);
  for (Nanos& value : values) value = static_cast<Nanos>(std::exp2(exponent(random))) - 1;
  return values;
}

TEST(Histogram, IsEmptyOverZeroedMemory) {
  OwnedHistogram histogram;
  EXPECT_EQ(histogram->count(), 0U);
  EXPECT_EQ(histogram->quantile(0.5), 0);
  EXPECT_EQ(histogram->mean(), 0);
}

TEST(Histogram, HoldsSmallValuesExactly) {
  OwnedHistogram histogram;
  for (Nanos value = 0; value < 128; ++value) histogram->record(value);
  for (int i = 1; i < 128; ++i) EXPECT_EQ(histogram->quantile(i / 128.0), i - 1);
  EXPECT_EQ(histogram->sum(), 127 * 128 / 2);
}

TEST(Histogram, EveryBucketStartsWhereTheOneBeforeEnds) {
  for (std::size_t bucket = 1; bucket < Histogram::kBuckets; ++bucket) {
    const std::uint64_t start = Histogram::bucketStart(bucket);
    EXPECT_EQ(Histogram::bucketOf(start), bucket);
    EXPECT_EQ(Histogram::bucketOf(start - 1), bucket - 1);
  }
}

TEST(Histogram, GivesSeveralQuantilesInOneWalk) {
  OwnedHistogram histogram;
  for (Nanos value = 1'000; value < 3'000'000; value += 997) histogram->record(value);
  constexpr std::array kShares = {0.0, 0.1, 0.5, 0.5, 0.99, 1.0};
  std::array<Nanos, kShares.size()> values{};
  histogram->quantiles(kShares, values);
  for (std::size_t i = 0; i < kShares.size(); ++i) {
    EXPECT_EQ(values[i], histogram->quantile(kShares[i])) << kShares[i];
  }
  EXPECT_EQ(values.front(), histogram->min());
  EXPECT_EQ(values.back(), histogram->max());
  EXPECT_NEAR(static_cast<double>(values[2]), 1.5e6, 1.5e6 * kErrorMax);
}

TEST(Histogram, BoundsTheErrorOfEveryQuantile) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20; ++round) {
    OwnedHistogram histogram;
    std::vector<Nanos> values =
        randomValues(random, 1 + random() % 20'000, 1 + static_cast<double>(random() % 41));
    for (const Nanos value : values) histogram->record(value);
    std::sort(values.begin(), values.end());
    for (const double q : {0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999}) {
      const Nanos exact = sortedQuantile(values, q);
      EXPECT_LE(std::abs(static_cast<double>(histogram->quantile(q) - exact)),
                static_cast<double>(exact) * kErrorMax)
          << "q " << q << " exact " << exact << " round " << round;
    }
    EXPECT_EQ(histogram->quantile(0), values.front());
    EXPECT_EQ(histogram->quantile(1), values.back());
    EXPECT_EQ(histogram->max(), values.back());
    EXPECT_EQ(histogram->min(), values.front());
    EXPECT_EQ(histogram->count(), values.size());
  }
}

TEST(Histogram, MergeEqualsRecordingEverythingInOne) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  OwnedHistogram whole;
  OwnedHistogram merged;
  for (int part = 0; part < 5; ++part) {
    OwnedHistogram histogram;
    for (Nanos value : randomValues(random, 2'000, 30)) {
      if (random() % 100 == 0) value = -value;
      histogram->record(value);
      whole->record(value);
    }
    merged->merge(*histogram);
  }
  EXPECT_TRUE(std::ranges::equal(merged.block(), whole.block()));
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  OwnedHistogram histogram;
  OwnedHistogram empty;
  histogram->record(1'000);
  histogram->merge(*empty);
  EXPECT_EQ(histogram->min(), 1'000);
  EXPECT_EQ(histogram->count(), 1U);
  empty->merge(*histogram);
  EXPECT_EQ(empty->min(), 1'000);
}

TEST(Histogram, KeepsTheMaximumOfAValueBeyondAllBuckets) {
  OwnedHistogram histogram;
  const Nanos huge = Nanos{1} << 50;
  histogram->record(5);
  histogram->record(huge);
  EXPECT_EQ(histogram->max(), huge);
  EXPECT_EQ(histogram->quantile(0.99), huge);
  EXPECT_EQ(histogram->sum(), huge + 5);
}

TEST(Histogram, CountsANegativeValueAsZeroAndApart) {
  OwnedHistogram histogram;
  histogram->record(-1'250'000'000);
  EXPECT_EQ(histogram->negatives(), 1U);
  EXPECT_EQ(histogram->count(), 1U);
  EXPECT_EQ(histogram->sum(), 0);
  EXPECT_EQ(histogram->quantile(0.5), 0);
}

TEST(Histogram, ClearEmptiesIt) {
  OwnedHistogram histogram;
  histogram->record(77);
  histogram->clear();
  EXPECT_EQ(histogram->count(), 0U);
  EXPECT_EQ(histogram->quantile(0.5), 0);
}

TEST(Histogram, HasTheDocumentedLayout) {
  OwnedHistogram histogram;
  histogram->record(100);
  histogram->record(1'000);  // 1000 >> 3 = 125, so bucket 3 * 64 + 125.
  const auto block = histogram.block();
  EXPECT_EQ(block[0], 2);
  EXPECT_EQ(block[1], 1'100);
  EXPECT_EQ(block[2], 100);
  EXPECT_EQ(block[3], 1'000);
  EXPECT_EQ(block[8 + 100], 1);
  EXPECT_EQ(block[8 + 3 * 64 + 125], 1);
}

TEST(Histogram, CopyKeepsWhatTheWriterHadThen) {
  OwnedHistogram histogram;
  OwnedHistogram copy;
  histogram->record(10);
  histogram->copyTo(copy.block());
  histogram->record(20);
  EXPECT_EQ(copy->count(), 1U);
  EXPECT_EQ(copy->max(), 10);
}

TEST(Histogram, IsReadableBesideItsWriter) {
  OwnedHistogram histogram;
  std::atomic<bool> isDone{false};
  std::thread reader([&] {
    while (!isDone.load(std::memory_order_acquire)) {
      const Nanos median = histogram->quantile(0.5);
      EXPECT_GE(median, 0);
      EXPECT_LE(median, 1'000);
    }
  });
  for (Nanos i = 0; i < 200'000; ++i) histogram->record(i % 1'000);
  isDone.store(true, std::memory_order_release);
  reader.join();
  EXPECT_EQ(histogram->count(), 200'000U);
}

}  // namespace
}  // namespace hft::metrics
