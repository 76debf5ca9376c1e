#include "native/book/l3/l3_ladder.hpp"

#include <algorithm>
#include <cstring>

#include "native/core/check.hpp"

namespace hft::book {

namespace {

/// Pages that are tried one by one from the touch before the search halves: most hits are here.
constexpr std::size_t kLinearPages = 8;

}  // namespace

L3Ladder::L3Ladder(Side side, std::size_t pagesMax)
    : flip_(side == Side::Sell ? -1 : 0), pages_(pagesMax) {}

std::size_t L3Ladder::lowerBound(std::int64_t key) const noexcept {
  std::size_t end = count_;
  const std::size_t linearEnd = end > kLinearPages ? end - kLinearPages : 0;
  while (end > linearEnd) {
    if (pages_[end - 1].key < key) return end;
    --end;
  }
  const auto found =
      std::lower_bound(pages_.begin(), pages_.begin() + static_cast<std::ptrdiff_t>(end), key,
                       [](const Page& page, std::int64_t wanted) { return page.key < wanted; });
  return static_cast<std::size_t>(found - pages_.begin());
}

void L3Ladder::set(Price price) noexcept {
  const std::int64_t rank = rankOf(price);
  const std::int64_t key = rank >> 6;
  const std::uint64_t bit = std::uint64_t{1} << (rank & 63);
  const std::size_t at = lowerBound(key);
  if (at < count_ && pages_[at].key == key) {
    pages_[at].bits |= bit;
    return;
  }
  HFT_DCHECK(count_ < pages_.size());
  std::memmove(&pages_[at] + 1, &pages_[at], (count_ - at) * sizeof(Page));
  pages_[at] = Page{key, bit};
  ++count_;
}

void L3Ladder::reset(Price price) noexcept {
  const std::int64_t rank = rankOf(price);
  const std::size_t at = lowerBound(rank >> 6);
  HFT_DCHECK(at < count_ && pages_[at].key == rank >> 6);
  pages_[at].bits &= ~(std::uint64_t{1} << (rank & 63));
  if (pages_[at].bits != 0) return;
  --count_;
  std::memmove(&pages_[at], &pages_[at] + 1, (count_ - at) * sizeof(Page));
}

}  // namespace hft::book
