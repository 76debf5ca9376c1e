#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"
#include "native/order/order_request.hpp"

namespace hft::risk {

/// The newest orders by what makes them equal: account, strategy, instrument, side, quantity, type
/// and prices.
///
/// Fixed capacity: a table of the newest order of each place; an order that falls on another's
/// place replaces it, so that of very many different orders within one span a duplicate may go
/// unseen.
class DuplicateWindow {
 public:
  explicit DuplicateWindow(std::size_t ordersMax) : slots_(std::bit_ceil(ordersMax * 2)) {}

  /// Brings the place of an order near, for the `age` or `note` that follows.
  void prefetch(const order::OrderRequest& request) const noexcept {
    const Slot* slot = &slots_[home(slotFor(request, 1))];
    __builtin_prefetch(slot, 1);
    // A place may lie in two cache lines.
    __builtin_prefetch(reinterpret_cast<const std::byte*>(slot + 1) - 1, 1);
  }

  /// How long ago an equal order was noted; -1 where none is known.
  [[nodiscard]] Nanos age(const order::OrderRequest& request, Nanos now) const noexcept {
    const Slot wanted = slotFor(request, now);
    const Slot& slot = slots_[home(wanted)];
    return slot.time != 0 && isSame(slot, wanted) ? now - slot.time : -1;
  }
  void note(const order::OrderRequest& request, Nanos now) noexcept {
    const Slot slot = slotFor(request, now);
    slots_[home(slot)] = slot;
  }

 private:
  struct Slot {
    Qty qty = 0;
    Price price = 0;
    Price stopPx = 0;
    Nanos time = 0;
    InstrumentId instrument = kNoInstrument;
    std::uint16_t account = 0;
    std::uint16_t strategy = 0;
    Side side = Side::None;
    OrdType ordType = OrdType::None;
  };

  [[nodiscard]] static Slot slotFor(const order::OrderRequest& r, Nanos now) noexcept {
    return {r.orderQty, r.price,    r.stopPx, now == 0 ? 1 : now, r.instrument,
            r.account,  r.strategy, r.side,   r.ordType};
  }
  [[nodiscard]] static bool isSame(const Slot& a, const Slot& b) noexcept {
    return a.qty == b.qty && a.price == b.price && a.stopPx == b.stopPx &&
           a.instrument == b.instrument && a.account == b.account && a.strategy == b.strategy &&
           a.side == b.side && a.ordType == b.ordType;
  }
  [[nodiscard]] std::size_t home(const Slot& s) const noexcept {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
    std::uint64_t hash = static_cast<std::uint64_t>(s.qty) * kOdd;
    hash = (hash ^ static_cast<std::uint64_t>(s.price)) * kOdd;
    hash = (hash ^ static_cast<std::uint64_t>(s.stopPx)) * kOdd;
    hash ^= std::uint64_t{s.instrument} << 32 | std::uint64_t{s.account} << 16 | s.strategy;
    hash ^= static_cast<std::uint64_t>(s.side) << 56 | static_cast<std::uint64_t>(s.ordType) << 48;
    hash *= kOdd;
    return static_cast<std::size_t>(hash >> 20) & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;
};

}  // namespace hft::risk
