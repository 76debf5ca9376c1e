#include "native/generate/market/depth_collector.hpp"

#include "native/generate/market/tick_bitmap.hpp"

namespace hft::generate {
namespace {

/// Whether `price` is at `limit` or nearer to the touch; every price is before kNoPrice.
bool isWithin(Side side, Price price, Price limit) noexcept {
  if (limit == kNoPrice) return true;
  return side == Side::Buy ? price >= limit : price <= limit;
}

}  // namespace

DepthCollector::DepthCollector(std::size_t depth) : depth_(depth) {
  // No side has more levels, so that the buffers never grow.
  bids_.reserve(TickBitmap::kTicks);
  asks_.reserve(TickBitmap::kTicks);
}

Price DepthCollector::lastShown(const MarketInstrument& instrument, Side side) const noexcept {
  const SimulatedBook& book = instrument.book();
  if (book.levelCount(side) <= depth_) return kNoPrice;
  Price price = book.best(side);
  for (std::size_t level = 1; level < depth_; ++level) price = book.nextAway(side, price);
  return price;
}

void DepthCollector::collectShown(const MarketInstrument& instrument, Side side,
                                  std::vector<event::Level>& out) const noexcept {
  // A subscriber holds the best `depth` levels as of the last frame, applies what it gets and cuts
  // at `depth`: what falls out need not be told, what comes into view must be.
  const SimulatedBook& book = instrument.book();
  const Price before = instrument.viewWorst[side == Side::Buy ? 0 : 1];
  const Price after = lastShown(instrument, side);
  book.forEachChange(side, [&](Price price, Qty qty) {
    if (isWithin(side, price, qty > 0 ? after : before)) out.push_back({price, qty});
  });
  if (before == kNoPrice) return;
  Price price = book.nextAway(side, before);
  for (; price != kNoPrice && isWithin(side, price, after); price = book.nextAway(side, price)) {
    if (!book.hasChanged(side, price)) out.push_back({price, book.qtyAt(side, price)});
  }
}

DepthView DepthCollector::collect(const MarketInstrument& instrument) noexcept {
  bids_.clear();
  asks_.clear();
  if (depth_ > 0) {
    collectShown(instrument, Side::Buy, bids_);
    collectShown(instrument, Side::Sell, asks_);
    return {bids_, asks_};
  }
  const SimulatedBook& book = instrument.book();
  book.forEachChange(Side::Buy, [&](Price price, Qty qty) { bids_.push_back({price, qty}); });
  book.forEachChange(Side::Sell, [&](Price price, Qty qty) { asks_.push_back({price, qty}); });
  return {bids_, asks_};
}

void DepthCollector::markTold(MarketInstrument& instrument) const noexcept {
  instrument.flow.book().clearChanges();
  instrument.flushedId = instrument.updateId;
  if (depth_ == 0) return;
  instrument.viewWorst = {lastShown(instrument, Side::Buy), lastShown(instrument, Side::Sell)};
}

}  // namespace hft::generate
