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
  // Of the buckets, not the header: a reader beside the writer may see one record's words apart.
  double total = 0;
  for (std::size_t word = kHeaderWords; word < kWords; ++word) total += load(word);
  if (total == 0) return 0;
  if (q <= 0) return min();
  if (q >= 1) return max();
  const double rank = std::max(1.0, std::ceil(q * total));
  double seen = 0;
  std::size_t bucket = 0;
  for (; bucket + 1 < kBuckets; ++bucket) {
    seen += load(kHeaderWords + bucket);
    if (seen >= rank) break;
  }
  // The last bucket also holds what is beyond all buckets; the largest is the best that is known.
  if (bucket + 1 == kBuckets) return max();
  const std::uint64_t start = bucketStart(bucket);
  const std::uint64_t width = bucketStart(bucket + 1) - start;
  const auto middle = static_cast<Nanos>(start + (width - 1) / 2);
  return std::clamp(middle, std::min(min(), max()), max());
}

}  // namespace hft::metrics
