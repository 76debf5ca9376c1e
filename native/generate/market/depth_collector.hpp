#pragma once

#include <cstddef>
#include <vector>

#include "native/core/units.hpp"
#include "native/event/feed_message.hpp"
#include "native/generate/market/market_instrument.hpp"

namespace hft::generate {

/// Finds what a depth frame has to tell so that a subscriber's book equals the true one, or the
/// best levels of it where the venue shows only those. A reused buffer; not thread-safe.
class DepthCollector {
 public:
  /// `depth`: how many levels a side the venue shows; 0 for all.
  explicit DepthCollector(std::size_t depth);

  /// The levels to tell; valid until the next call.
  [[nodiscard]] DepthView collect(const MarketInstrument& instrument) noexcept;
  /// Says that a depth frame or a snapshot with the present book was sent.
  void markTold(MarketInstrument& instrument) const noexcept;

 private:
  void collectShown(const MarketInstrument& instrument, Side side,
                    std::vector<event::Level>& out) const noexcept;
  [[nodiscard]] Price lastShown(const MarketInstrument& instrument, Side side) const noexcept;

  std::size_t depth_;
  std::vector<event::Level> bids_;
  std::vector<event::Level> asks_;
};

}  // namespace hft::generate
