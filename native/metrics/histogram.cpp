#include "native/metrics/histogram.hpp"

#include <cmath>

namespace hft::metrics {

void Histogram::merge(const Histogram& other) noexcept {
  if (other.count() == 0) return;
  if (count() == 0 || other.load(kMin) < load(kMin)) store(kMin, other.load(kMin));
  if (other.load(kMax) > load(kMax)) store(kMax, other.load(kMax));
  add(kCount, other.load(kCount));
  add(kSum, other.load(kSum));
  add(kNegatives, other.load(kNegatives));
  for (std::size_t word = kHeaderWords; word < kWords; ++word) {
    const double amount = other.load(word);
    if (amount != 0) add(word, amount);
  }
}

void Histogram::clear() noexcept {
  for (std::size_t word = 0; word < kWords; ++word) store(word, 0);
}

void Histogram::copyTo(std::span<double, kWords> block) const noexcept {
  for (std::size_t word = 0; word < kWords; ++word) block[word] = load(word);
}

Nanos Histogram::quantile(double q) const noexcept {
  Nanos value = 0;
  quantiles(std::span(&q, 1), std::span(&value, 1));
  return value;
}

void Histogram::quantiles(std::span<const double> shares, std::span<Nanos> values) const noexcept {
  HFT_DCHECK(shares.size() == values.size() && std::is_sorted(shares.begin(), shares.end()));
  const Nanos largest = max();
  const Nanos smallest = std::min(min(), largest);
  const std::size_t first = kHeaderWords + bucketOf(static_cast<std::uint64_t>(smallest));
  const std::size_t end = kHeaderWords + bucketOf(static_cast<std::uint64_t>(largest)) + 1;
  // Of the buckets, not the header: a reader beside the writer may see one record's words apart.
  double total = 0;
  for (std::size_t word = first; word < end; ++word) total += load(word);
  double seen = 0;
  std::size_t word = first;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (total == 0) {
      values[i] = 0;
    } else if (shares[i] <= 0) {
      values[i] = min();
    } else if (shares[i] >= 1) {
      values[i] = largest;
    } else {
      const double rank = std::max(1.0, std::ceil(shares[i] * total));
      while (word < end && seen + load(word) < rank) seen += load(word++);
      values[i] = middleOf(word - kHeaderWords, smallest, largest);
    }
  }
}

Nanos Histogram::middleOf(std::size_t bucket, Nanos smallest, Nanos largest) noexcept {
  // The last bucket also holds what is beyond all buckets; the largest is the best that is known.
  if (bucket + 1 >= kBuckets) return largest;
  const std::uint64_t start = bucketStart(bucket);
  const std::uint64_t width = bucketStart(bucket + 1) - start;
  const auto middle = static_cast<Nanos>(start + (width - 1) / 2);
  return std::clamp(middle, smallest, largest);
}

}  // namespace hft::metrics
