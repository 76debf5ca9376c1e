#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/core/units.hpp"
#include "native/generate/market/arrival_clock.hpp"
#include "native/generate/market/instrument_spec.hpp"
#include "native/generate/market/order_flow.hpp"
#include "native/generate/market/random.hpp"

namespace hft::generate {

/// Generates the messages of a LOBSTER file: `time,type,order id,size,price,direction`, with the
/// time in seconds after midnight and the price in 1/10,000 dollar.
///
/// The session opens with the orders that rest in the book, as submissions, so that the messages
/// alone give the book. Types: 1 submission, 3 deletion, 4 execution of a visible order.
/// Deterministic. Not thread-safe.
class LobsterDay {
 public:
  /// `messages` lines; `framesPerSecond` order events a second on average.
  LobsterDay(std::uint64_t seed, std::uint64_t messages, std::uint32_t framesPerSecond,
             std::size_t ordersTarget);

  /// Fills `out` (at least kLineBytesMax) with whole lines; 0 at the end.
  std::size_t write(std::span<char> out) noexcept;

  static constexpr std::size_t kLineBytesMax = 160;

  [[nodiscard]] const SimulatedBook& book() const noexcept { return flow_.book(); }

 private:
  void move() noexcept;

  Random random_;
  ArrivalClock clock_;
  InstrumentSpec spec_;
  OrderFlow flow_;
  OrderEvents events_;
  std::size_t eventsDone_ = 0;
  std::size_t openingDone_ = 0;
  Nanos time_;
  std::uint64_t left_;
};

}  // namespace hft::generate
