#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "native/core/check.hpp"
#include "native/core/units.hpp"

namespace hft::metrics {

/// A distribution of nanoseconds in a block of 64-bit floats that JavaScript reads as it is.
///
/// Log-linear: values below 128 ns are exact, above each power of two has 64 equal buckets, so a
/// quantile is off by at most 1/128 of its value. Values up to 2^42 ns (73 minutes) have buckets,
/// larger ones fall into the last; count, sum, min and max are exact whatever the value. A negative
/// value (a clock that runs ahead) is counted as zero and in `negatives`.
///
/// Layout of the block, `kWords` floats, all whole numbers below 2^53 (a Float64Array reads them
/// without the cost of a BigInt): count, sum, min, max, negatives, three spare words, then one
/// count a bucket. Bucket `i` below 128 holds the value `i`; above, with `s = (i >> 6) - 1`, it
/// starts at `(64 + (i & 63)) * 2^s` and is `2^s` wide.
///
/// Thread rule: one writer; other threads may read at any time and see each word whole, but not all
/// words of one moment. A record costs 1-3 ns.
class Histogram {
 public:
  static constexpr int kSubBucketBits = 6;
  static constexpr int kValueBits = 42;
  static constexpr std::size_t kSubBuckets = std::size_t{1} << kSubBucketBits;
  static constexpr std::size_t kBuckets = (kValueBits - kSubBucketBits + 1) * kSubBuckets;
  static constexpr std::size_t kHeaderWords = 8;
  static constexpr std::size_t kWords = kHeaderWords + kBuckets;

  /// The words of the header.
  enum Word : std::size_t { kCount, kSum, kMin, kMax, kNegatives };

  /// Works on `block` as it is: zeroed memory is an empty histogram.
  explicit Histogram(std::span<double, kWords> block) noexcept : block_(block) {}

  /// Adds one value. Hot path: no branch but that of a new extreme.
  void record(Nanos value) noexcept {
    if (__builtin_expect(value < 0, 0)) {
      add(kNegatives, 1);
      value = 0;
    }
    const double count = load(kCount);
    const auto amount = static_cast<double>(value);
    if (__builtin_expect(count == 0 || amount < load(kMin), 0)) store(kMin, amount);
    if (__builtin_expect(amount > load(kMax), 0)) store(kMax, amount);
    store(kCount, count + 1);
    add(kSum, amount);
    add(kHeaderWords + bucketOf(static_cast<std::uint64_t>(value)), 1);
  }

  /// Adds everything that `other` holds. Writer only.
  void merge(const Histogram& other) noexcept;

  /// Writer only.
  void clear() noexcept;

  /// Copies the block, for a reader that wants one moment's words to hold still.
  void copyTo(std::span<double, kWords> block) const noexcept;

  /// The value below or at which the share `q` (0..1) of all values lies, off by at most 1/128;
  /// exact for q = 0 (the minimum) and q = 1 (the maximum). Zero when empty. Walks the buckets
  /// between the smallest and the largest value.
  [[nodiscard]] Nanos quantile(double q) const noexcept;
  /// As `quantile` of each of `shares`, which ascend, in one walk: into `values`, as many.
  void quantiles(std::span<const double> shares, std::span<Nanos> values) const noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return whole(kCount); }
  /// Exact up to 2^53 ns: 104 days of latency.
  [[nodiscard]] Nanos sum() const noexcept { return static_cast<Nanos>(load(kSum)); }
  [[nodiscard]] Nanos min() const noexcept { return static_cast<Nanos>(load(kMin)); }
  [[nodiscard]] Nanos max() const noexcept { return static_cast<Nanos>(load(kMax)); }
  [[nodiscard]] std::uint64_t negatives() const noexcept { return whole(kNegatives); }
  [[nodiscard]] double mean() const noexcept {
    return count() == 0 ? 0 : load(kSum) / load(kCount);
  }

  /// The bucket of `value`, and where a bucket starts.
  [[nodiscard]] static constexpr std::size_t bucketOf(std::uint64_t value) noexcept {
    if (value < kSubBuckets) return value;
    // A float's exponent and the top bits of its mantissa are the group and the bucket in it. The
    // bit scan that would say the same makes a stage cost 19.0 instead of 16.4 ns on x86-64-v2,
    // which has no LZCNT.
    constexpr int kMantissaBits = 52 - kSubBucketBits;
    constexpr std::uint64_t kFirst = std::uint64_t{1'023 + kSubBucketBits - 1} << kSubBucketBits;
    const auto bits =
        std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(value)));
    return std::min<std::size_t>((bits >> kMantissaBits) - kFirst, kBuckets - 1);
  }
  [[nodiscard]] static constexpr std::uint64_t bucketStart(std::size_t bucket) noexcept {
    if (bucket < 2 * kSubBuckets) return bucket;
    const std::size_t shift = bucket / kSubBuckets - 1;
    return (kSubBuckets + bucket % kSubBuckets) << shift;
  }

 private:
  /// What stands for the values of a bucket.
  [[nodiscard]] static Nanos middleOf(std::size_t bucket, Nanos smallest, Nanos largest) noexcept;

  // Relaxed: each word is a number of its own, and plain moves on every processor that we know.
  [[nodiscard]] double load(std::size_t word) const noexcept {
    return std::atomic_ref<double>(block_[word]).load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t whole(std::size_t word) const noexcept {
    return static_cast<std::uint64_t>(load(word));
  }
  void store(std::size_t word, double value) noexcept {
    std::atomic_ref<double>(block_[word]).store(value, std::memory_order_relaxed);
  }
  void add(std::size_t word, double amount) noexcept { store(word, load(word) + amount); }

  std::span<double, kWords> block_;
};

/// A histogram that brings its own block.
class OwnedHistogram {
 public:
  OwnedHistogram() noexcept : histogram_(block_) {}
  OwnedHistogram(const OwnedHistogram&) = delete;
  OwnedHistogram& operator=(const OwnedHistogram&) = delete;

  [[nodiscard]] Histogram& operator*() noexcept { return histogram_; }
  [[nodiscard]] Histogram* operator->() noexcept { return &histogram_; }
  [[nodiscard]] const Histogram* operator->() const noexcept { return &histogram_; }
  [[nodiscard]] std::span<double, Histogram::kWords> block() noexcept { return block_; }

 private:
  alignas(64) std::array<double, Histogram::kWords> block_{};
  Histogram histogram_;
};

}  // namespace hft::metrics
