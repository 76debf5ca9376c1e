#include "native/stream/publisher.hpp"

#include <algorithm>
#include <span>

namespace hft::stream {

Publisher::Publisher(EventRingWriter* ring, std::size_t instrumentsMax, std::size_t spillMax)
    : ring_(ring), conflatedAt_(instrumentsMax, 0) {
  spill_.reserve(spillMax);
  conflated_.reserve(instrumentsMax);
}

void Publisher::book(const Instrument& instrument, const event::MarketEvent& event,
                     DepthSource depth, StreamCounters& counters) noexcept {
  counters.increment(event.kind);
  if (emitter_ != nullptr) {
    const std::size_t most = std::min(emitter_->depth(), kDepthMax);
    const std::size_t bids = depth.depth(Side::Buy, std::span(bids_, most));
    const std::size_t asks = depth.depth(Side::Sell, std::span(asks_, most));
    emitter_->emit(instrument, event, std::span(bids_, bids), std::span(asks_, asks));
  }
  if (ring_ == nullptr) return;
  if (spill_.empty() && conflated_.empty() && ring_->hasSpace(1)) {
    writeBook(event, depth);
  } else {
    conflate(event, depth, counters);
  }
}

void Publisher::plain(const event::MarketEvent& event, StreamCounters& counters) noexcept {
  counters.increment(event.kind);
  if (ring_ == nullptr) return;
  if (spill_.empty() && ring_->hasSpace(1)) {
    ring_->write(event);
  } else {
    counters.increment(StreamCounter::Overruns);
    spill_.push_back(event);
  }
}

void Publisher::changes(event::MarketEvent event, std::span<const event::L3Change> changes,
                        StreamCounters& counters) noexcept {
  for (const event::L3Change& change : changes) {
    event.side = change.side;
    event.order.price = change.price;
    event.order.qty = change.qty;
    event.order.ref = static_cast<std::int64_t>(change.ref);
    event.order.kind = static_cast<std::int64_t>(change.kind);
    plain(event, counters);
  }
}

bool Publisher::flush() noexcept {
  if (ring_ == nullptr) return false;
  std::size_t moved = 0;
  while (moved < spill_.size() && ring_->hasSpace(1)) ring_->write(spill_[moved++]);
  spill_.erase(spill_.begin(), spill_.begin() + static_cast<std::ptrdiff_t>(moved));
  if (spill_.empty()) {
    // A conflated book is read now: the event carries the newest state, not the one that waited.
    while (!conflated_.empty() && ring_->hasSpace(1)) {
      const Conflated& last = conflated_.back();
      conflatedAt_[last.event.instrument] = 0;
      writeBook(last.event, last.depth);
      conflated_.pop_back();
    }
  }
  ring_->publish();
  return ring_->takeWakeUp();
}

void Publisher::writeBook(const event::MarketEvent& event, DepthSource depth) noexcept {
  const std::size_t most = std::min(ring_->depth(), kDepthMax);
  if (most == 0) {
    ring_->write(event);
    return;
  }
  const std::size_t bids = depth.depth(Side::Buy, std::span(bids_, most));
  const std::size_t asks = depth.depth(Side::Sell, std::span(asks_, most));
  ring_->write(event, std::span(bids_, bids), std::span(asks_, asks));
}

void Publisher::conflate(const event::MarketEvent& event, DepthSource depth,
                         StreamCounters& counters) noexcept {
  std::uint32_t& at = conflatedAt_[event.instrument];
  if (at == 0) {
    conflated_.push_back({event, depth});
    at = static_cast<std::uint32_t>(conflated_.size());
    return;
  }
  counters.increment(StreamCounter::Conflated);
  conflated_[at - 1].event = event;
}

}  // namespace hft::stream
