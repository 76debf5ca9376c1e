#include "native/book/l2/l2_book.hpp"

#include <limits>

namespace hft::book {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A mix of 64 bits in which every input bit reaches every output bit (the finaliser of
/// MurmurHash3).
constexpr std::uint64_t mix(std::uint64_t value) noexcept {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ value >> 33;
}

std::uint64_t hashOf(const L2Side& side, std::uint64_t seed) noexcept {
  std::uint64_t sum = 0;
  side.forEach([&](Price price, Qty qty) {
    sum += mix(mix(static_cast<std::uint64_t>(price) ^ seed) + static_cast<std::uint64_t>(qty));
    return true;
  });
  return sum;
}

double qtyOfBest(const L2Side& side, std::size_t levels) noexcept {
  double sum = 0;
  side.forEach([&](Price, Qty qty) {
    if (levels == 0) return false;
    --levels;
    sum += static_cast<double>(qty);
    return levels != 0;
  });
  return sum;
}

}  // namespace

L2Book::L2Book(L2Limits limits)
    : bids_(Side::Buy, limits.levelsMax, limits.pagesMax),
      asks_(Side::Sell, limits.levelsMax, limits.pagesMax),
      scratch_(2 * limits.levelsMax) {}

L2Book::Applied L2Book::setLevels(Side side, std::span<const event::Level> levels) noexcept {
  L2Side& to = sideOf(side);
  Applied applied;
  std::size_t before = to.levelCount();
  for (const event::Level& level : levels) {
    if (level.qty < 0 || level.price == kNoPrice) [[unlikely]] {
      applied.error = level.qty < 0 ? BookError::NegativeQty : BookError::InvalidPrice;
      return applied;
    }
    applied.error = to.set(level.price, level.qty);
    if (applied.error != BookError::Ok) [[unlikely]]
      return applied;
    const std::size_t after = to.levelCount();
    applied.unknownRemovals += level.qty == 0 && after == before ? 1 : 0;
    before = after;
    ++applied.levels;
  }
  return applied;
}

std::size_t L2Book::depth(Side side, std::span<event::Level> out) const noexcept {
  std::size_t count = 0;
  if (out.empty()) return 0;
  sideOf(side).forEach([&](Price price, Qty qty) {
    out[count++] = {price, qty};
    return count < out.size();
  });
  return count;
}

double L2Book::mid() const noexcept {
  if (bids_.levelCount() == 0 || asks_.levelCount() == 0) return kNaN;
  return (static_cast<double>(bids_.bestPrice()) + static_cast<double>(asks_.bestPrice())) / 2;
}

double L2Book::microprice() const noexcept {
  if (bids_.levelCount() == 0 || asks_.levelCount() == 0) return kNaN;
  const double bid = static_cast<double>(bids_.bestPrice());
  const double ask = static_cast<double>(asks_.bestPrice());
  const double bidQty = static_cast<double>(bids_.bestQty());
  const double askQty = static_cast<double>(asks_.bestQty());
  return (bid * askQty + ask * bidQty) / (bidQty + askQty);
}

double L2Book::imbalance(std::size_t levels) const noexcept {
  const double bids = qtyOfBest(bids_, levels);
  const double asks = qtyOfBest(asks_, levels);
  return bids + asks == 0 ? 0 : (bids - asks) / (bids + asks);
}

double L2Book::vwapToSize(Side side, Qty qty) const noexcept {
  if (qty <= 0) return kNaN;
  Qty left = qty;
  double value = 0;
  sideOf(opposite(side)).forEach([&](Price price, Qty resting) {
    const Qty taken = resting < left ? resting : left;
    value += static_cast<double>(price) * static_cast<double>(taken);
    left -= taken;
    return left > 0;
  });
  return left > 0 ? kNaN : value / static_cast<double>(qty);
}

void L2Book::clear() noexcept {
  bids_.clear();
  asks_.clear();
}

std::size_t L2Book::truncate(Side side, std::size_t depthMax) noexcept {
  std::size_t removed = 0;
  if (side != Side::Sell) removed += bids_.truncate(depthMax);
  if (side != Side::Buy) removed += asks_.truncate(depthMax);
  return removed;
}

std::size_t L2Book::copyToScratch() noexcept {
  std::size_t count = 0;
  const auto copy = [&](Price price, Qty qty) {
    scratch_[count++] = {price, qty};
    return true;
  };
  bids_.forEach(copy);
  asks_.forEach(copy);
  return count;
}

BookError L2Book::refill(std::size_t bidCount, std::size_t count, std::int64_t priceFactor,
                         std::int64_t qtyFactor) noexcept {
  clear();
  for (std::size_t at = 0; at < count; ++at) {
    L2Side& side = at < bidCount ? bids_ : asks_;
    const BookError error =
        side.set(scratch_[at].price * priceFactor, scratch_[at].qty * qtyFactor);
    if (error != BookError::Ok) return error;
  }
  return BookError::Ok;
}

Result<std::size_t, BookError> L2Book::rescale(std::int64_t priceFactor,
                                               std::int64_t qtyFactor) noexcept {
  HFT_CHECK(priceFactor > 0 && qtyFactor > 0);
  const std::size_t bidCount = bids_.levelCount();
  const std::size_t count = copyToScratch();
  for (std::size_t at = 0; at < count; ++at) {
    Price price = 0;
    Qty qty = 0;
    if (__builtin_mul_overflow(scratch_[at].price, priceFactor, &price) || price == kNoPrice ||
        __builtin_mul_overflow(scratch_[at].qty, qtyFactor, &qty)) {
      return BookError::Overflow;
    }
  }
  const BookError error = refill(bidCount, count, priceFactor, qtyFactor);
  if (error == BookError::Ok) return count;
  const BookError restored = refill(bidCount, count, 1, 1);
  HFT_CHECK(restored == BookError::Ok);
  return error;
}

std::uint64_t L2Book::stateHash() const noexcept {
  return mix(hashOf(bids_, 0x9e3779b97f4a7c15ULL)) ^ hashOf(asks_, 0xd1b54a32d192ed03ULL);
}

}  // namespace hft::book
