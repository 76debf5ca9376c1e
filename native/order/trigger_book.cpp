#include "native/order/trigger_book.hpp"

#include <algorithm>

namespace hft::order {
namespace {

/// Half the range and less: sums of a price and an offset stay within int64.
constexpr Price kPriceMax = Price{1} << 61;

/// Whether the order waits for its price to rise: stops of buyers, and touches of sellers.
bool firesUp(const OrderRequest& request) noexcept {
  const bool isTouch =
      request.ordType == OrdType::MarketIfTouched || request.ordType == OrdType::LimitIfTouched;
  return (request.side == Side::Buy) != isTouch;
}

bool isWithin(Price price) noexcept { return price >= -kPriceMax && price <= kPriceMax; }

/// Moves the anchor of a trailing order with the market, and its stop with it.
void trail(HeldOrder& held, Price price) noexcept {
  OrderRequest& request = held.request;
  const bool isBuy = request.side == Side::Buy;
  if (held.anchor == kNoPrice || (isBuy ? price < held.anchor : price > held.anchor)) {
    held.anchor = price;
  }
  request.stopPx = isBuy ? held.anchor + request.trailOffset : held.anchor - request.trailOffset;
}

/// What the order becomes when its price has come.
OrderRequest childOf(const OrderRequest& parent) noexcept {
  OrderRequest child = parent;
  // It is decided on by the price that fires it, not by the book that its parent was entered on.
  child.bookSequence = 0;
  switch (parent.ordType) {
    case OrdType::StopLimit:
    case OrdType::LimitIfTouched:
      child.ordType = OrdType::Limit;
      break;
    case OrdType::TrailingStopLimit:
      child.ordType = OrdType::Limit;
      child.price = parent.side == Side::Buy ? parent.stopPx + parent.limitOffset
                                             : parent.stopPx - parent.limitOffset;
      break;
    default:
      child.ordType = OrdType::Market;
      child.price = 0;
      break;
  }
  child.stopPx = child.trailOffset = child.limitOffset = 0;
  return child;
}

}  // namespace

TriggerBook::TriggerBook(std::uint32_t ordersMax, std::uint32_t instrumentsMax)
    : held_(ordersMax), ids_(ordersMax), triggers_(instrumentsMax) {
  moved_.reserve(ordersMax);
}

void TriggerBook::Triggers::calm() noexcept {
  std::fill(std::begin(up), std::end(up), std::numeric_limits<Price>::max());
  std::fill(std::begin(down), std::end(down), std::numeric_limits<Price>::min());
}

bool TriggerBook::isSound(const HeldOrder& held) const noexcept {
  const OrderRequest& request = held.request;
  if (request.clOrdID == event::kNoOrder || request.instrument >= triggers_.size() ||
      request.orderQty <= 0 || (request.side != Side::Buy && request.side != Side::Sell) ||
      held.source > TriggerSource::Quote || !isWithin(request.price)) {
    return false;
  }
  if (held.anchor != kNoPrice && !isWithin(held.anchor)) return false;
  if (isTrailing(request.ordType)) {
    return request.trailOffset > 0 && isWithin(request.trailOffset) && request.limitOffset >= 0 &&
           isWithin(request.limitOffset);
  }
  const bool isLimit =
      request.ordType == OrdType::StopLimit || request.ordType == OrdType::LimitIfTouched;
  const bool isMarket =
      request.ordType == OrdType::Stop || request.ordType == OrdType::MarketIfTouched;
  return (isLimit || isMarket) && request.stopPx != 0 && isWithin(request.stopPx);
}

OrderError TriggerBook::hold(const OrderRequest& request, TriggerSource source,
                             Price now) noexcept {
  HeldOrder held;
  held.request = request;
  held.source = source;
  if (isTrailing(request.ordType)) held.anchor = now;
  if (!isSound(held)) return OrderError::BadRequest;
  if (held.anchor != kNoPrice) trail(held, held.anchor);
  return insert(held);
}

OrderError TriggerBook::insert(const HeldOrder& held) noexcept {
  const event::ClOrdID id = held.request.clOrdID;
  if (ids_.find(0, id) != IdIndex::kNone) return OrderError::DuplicateClOrdID;
  const std::uint32_t at = held_.take();
  if (at == kNoRecord) return OrderError::CapacityExceeded;
  held_[at] = held;
  Triggers& triggers = triggers_[held.request.instrument];
  held_[at].next = kNoRecord;
  held_[at].previous = triggers.last;
  (triggers.first == kNoRecord ? triggers.first : held_[triggers.last].next) = at;
  triggers.last = at;
  ids_.put(0, id, at);
  watch(triggers, held);
  return OrderError::Ok;
}

OrderError TriggerBook::cancel(event::ClOrdID clOrdID) noexcept {
  const std::uint32_t at = ids_.find(0, clOrdID);
  if (at == IdIndex::kNone) return OrderError::UnknownOrder;
  // The prices between which nothing happens stay as they are: too narrow costs one walk more, at
  // the next price outside of them.
  remove(held_[at].request.instrument, at);
  held_.give(at);
  return OrderError::Ok;
}

OrderError TriggerBook::amend(const OrderRequest& request) noexcept {
  const std::uint32_t at = ids_.find(0, request.clOrdID);
  if (at == IdIndex::kNone) return OrderError::UnknownOrder;
  HeldOrder held = held_[at];
  held.request.orderQty = request.orderQty;
  held.request.price = request.price;
  if (!isTrailing(held.request.ordType)) held.request.stopPx = request.stopPx;
  if (!isSound(held)) return OrderError::BadRequest;
  held_[at] = held;
  rewatch(held.request.instrument);
  return OrderError::Ok;
}

OrderError TriggerBook::takeMove(const TrailMove& move) noexcept {
  const std::uint32_t at = ids_.find(0, move.clOrdID);
  if (at == IdIndex::kNone || !isTrailing(held_[at].request.ordType) || !isWithin(move.anchor)) {
    return OrderError::UnknownOrder;
  }
  trail(held_[at], move.anchor);
  rewatch(held_[at].request.instrument);
  return OrderError::Ok;
}

const HeldOrder* TriggerBook::find(event::ClOrdID clOrdID) const noexcept {
  const std::uint32_t at = ids_.find(0, clOrdID);
  return at == IdIndex::kNone ? nullptr : &held_[at];
}

void TriggerBook::remove(InstrumentId instrument, std::uint32_t at) noexcept {
  Triggers& triggers = triggers_[instrument];
  const HeldOrder& held = held_[at];
  (held.previous == kNoRecord ? triggers.first : held_[held.previous].next) = held.next;
  (held.next == kNoRecord ? triggers.last : held_[held.next].previous) = held.previous;
  ids_.erase(0, held.request.clOrdID);
  if (triggers.first == kNoRecord) triggers.calm();
}

void TriggerBook::watch(Triggers& triggers, const HeldOrder& held) noexcept {
  const OrderRequest& request = held.request;
  const std::size_t reference = held.source == TriggerSource::LastTrade ? kLast
                                : request.side == Side::Buy             ? kAsk
                                                                        : kBid;
  Price& up = triggers.up[reference];
  Price& down = triggers.down[reference];
  if (isTrailing(request.ordType) && held.anchor == kNoPrice) {
    up = std::numeric_limits<Price>::min();
    return;
  }
  (firesUp(request) ? up : down) =
      firesUp(request) ? std::min(up, request.stopPx) : std::max(down, request.stopPx);
  if (!isTrailing(request.ordType)) return;
  if (request.side == Side::Buy) {
    down = std::max(down, held.anchor - 1);
  } else {
    up = std::min(up, held.anchor + 1);
  }
}

void TriggerBook::rewatch(InstrumentId instrument) noexcept {
  Triggers& triggers = triggers_[instrument];
  triggers.calm();
  for (std::uint32_t at = triggers.first; at != kNoRecord; at = held_[at].next) {
    watch(triggers, held_[at]);
  }
}

std::uint32_t TriggerBook::fire(InstrumentId instrument, Prices prices) noexcept {
  std::uint32_t fired = kNoRecord;
  std::uint32_t lastFired = kNoRecord;
  for (std::uint32_t at = triggers_[instrument].first; at != kNoRecord;) {
    HeldOrder& held = held_[at];
    const std::uint32_t next = held.next;
    const Price price = held.source == TriggerSource::LastTrade ? prices.of[kLast]
                        : held.request.side == Side::Buy        ? prices.of[kAsk]
                                                                : prices.of[kBid];
    // Numbers beyond the range are nobody's price.
    const bool isMoved = price != kNoPrice && isWithin(price);
    const Price anchor = held.anchor;
    if (isMoved && isTrailing(held.request.ordType)) trail(held, price);
    const bool isHit = isMoved && (firesUp(held.request) ? price >= held.request.stopPx
                                                         : price <= held.request.stopPx);
    if (isHit) {
      remove(instrument, at);
      held.request = childOf(held.request);
      held.next = kNoRecord;
      (lastFired == kNoRecord ? fired : held_[lastFired].next) = at;
      lastFired = at;
    } else if (held.anchor != anchor) {
      moved_.push_back({held.request.clOrdID, held.anchor});
    }
    at = next;
  }
  rewatch(instrument);
  return fired;
}

void TriggerBook::dropKnown(const OrderTable& table) noexcept {
  for (InstrumentId instrument = 0; instrument < triggers_.size(); ++instrument) {
    for (std::uint32_t at = triggers_[instrument].first; at != kNoRecord;) {
      const event::ClOrdID id = held_[at].request.clOrdID;
      at = held_[at].next;
      if (table.find(id) != kNoRecord) (void)cancel(id);
    }
  }
}

std::vector<HeldOrder> TriggerBook::save() const {
  std::vector<HeldOrder> saved;
  saved.reserve(held_.size());
  for (const Triggers& triggers : triggers_) {
    for (std::uint32_t at = triggers.first; at != kNoRecord; at = held_[at].next) {
      saved.push_back(held_[at]);
      saved.back().next = saved.back().previous = kNoRecord;
    }
  }
  return saved;
}

OrderError TriggerBook::restore(std::span<const HeldOrder> saved) noexcept {
  if (held_.size() != 0) return OrderError::BadSnapshot;
  for (const HeldOrder& held : saved) {
    if (!isSound(held)) return OrderError::BadSnapshot;
    const OrderError error = insert(held);
    if (error == OrderError::DuplicateClOrdID) return OrderError::BadSnapshot;
    if (error != OrderError::Ok) return error;
  }
  return OrderError::Ok;
}

}  // namespace hft::order
