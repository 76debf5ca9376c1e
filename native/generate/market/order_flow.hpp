#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "native/core/check.hpp"
#include "native/core/units.hpp"
#include "native/generate/market/instrument_spec.hpp"
#include "native/generate/market/random.hpp"
#include "native/generate/market/simulated_book.hpp"

namespace hft::generate {

/// What happened to an order of the simulated market.
enum class OrderEventKind : std::uint8_t {
  Added,         ///< `order` rests in the book.
  Cancelled,     ///< `order` left the book with its remaining quantity.
  TakerArrived,  ///< `order` will trade at once; `qty` is its size.
  Filled,        ///< `order` (as it stands after) gave `qty` to `takerId`.
  TakerDone,     ///< The taker's order is finished.
};

struct OrderEvent {
  OrderEventKind kind = OrderEventKind::Added;
  RestingOrder order;
  Qty qty = 0;
  std::uint64_t takerId = 0;
};

/// The order events of one step of the market: a reused list of fixed capacity.
class OrderEvents {
 public:
  /// More than any one call of OrderFlow makes.
  static constexpr std::size_t kEventsMax = 256;

  void clear() noexcept { count_ = 0; }
  void add(const OrderEvent& event) noexcept {
    HFT_CHECK(count_ < kEventsMax);
    events_[count_++] = event;
  }
  [[nodiscard]] std::span<const OrderEvent> all() const noexcept {
    return {events_.data(), count_};
  }
  [[nodiscard]] bool isRoomy() const noexcept { return count_ + 80 < kEventsMax; }

 private:
  std::array<OrderEvent, kEventsMax> events_;
  std::size_t count_ = 0;
};

/// The people who trade one instrument: they add, cancel and take liquidity around a fair value
/// that wanders, trends and jumps.
///
/// Deterministic: the random numbers come from the caller. Not thread-safe.
class OrderFlow {
 public:
  /// The most makers that one taker order meets.
  static constexpr std::size_t kFillsMax = 32;

  OrderFlow(const InstrumentSpec& spec, std::size_t ordersTarget, Random& random);

  /// Moves the fair value; `intensity` is the market's activity over its mean, in 1/65536.
  void wander(Random& random, std::uint64_t intensity) noexcept;
  /// Adds or cancels one order somewhere.
  void passive(Random& random, OrderEvents& events) noexcept;
  /// Changes the best bid or offer, or their quantity, without a trade.
  void atTouch(Random& random, OrderEvents& events) noexcept;
  /// Sends one taker order; a busy market sends larger ones.
  void take(Random& random, std::uint64_t intensity, OrderEvents& events) noexcept;

  [[nodiscard]] const SimulatedBook& book() const noexcept { return book_; }
  [[nodiscard]] SimulatedBook& book() noexcept { return book_; }
  /// How often the book has changed.
  [[nodiscard]] std::uint64_t changeCount() const noexcept { return changeCount_; }

 private:
  [[nodiscard]] std::int64_t gap() const noexcept;
  [[nodiscard]] Qty orderQty(std::uint64_t bits, std::int64_t distance) const noexcept;
  void addAt(Side side, Price price, Qty qty, OrderEvents& events) noexcept;
  void addAway(Side side, Random& random, OrderEvents& events) noexcept;
  void cancelAt(std::size_t index, OrderEvents& events) noexcept;
  void evictFar(OrderEvents& events) noexcept;

  SimulatedBook book_;
  std::size_t ordersTarget_;
  Qty typicalQty_;
  std::int64_t fair_ = 0;   ///< In 1/256 tick.
  std::int64_t trend_ = 0;  ///< In 1/256 tick a step.
  std::uint64_t nextId_ = 1;
  std::uint64_t changeCount_ = 0;
};

}  // namespace hft::generate
