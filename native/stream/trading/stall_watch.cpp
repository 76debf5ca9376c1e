#include "native/stream/trading/stall_watch.hpp"

#include <algorithm>
#include <atomic>

namespace hft::stream {

namespace {

using Layout = StallBoardLayout;

template <typename T>
std::atomic_ref<T> at(std::span<std::byte> board, std::size_t place) noexcept {
  return std::atomic_ref<T>(*reinterpret_cast<T*>(board.data() + place));
}

}  // namespace

std::uint32_t StallWatch::word(std::size_t place) const noexcept {
  return at<std::uint32_t>(board_, place).load(std::memory_order_acquire);
}

std::optional<StallWatch::Stall> StallWatch::look(Nanos now) noexcept {
  const Nanos gap = std::min(now - lastLook_, gapMax_);
  lastLook_ = now;
  const std::uint32_t entries = word(Layout::kEntries);
  const std::uint32_t running = word(Layout::kRunning);
  if (running == 0 || entries != entries_) {
    entries_ = entries;
    heldFor_ = 0;
    stalled_.reset();
    return std::nullopt;
  }
  heldFor_ += gap;
  if (stalled_) return std::nullopt;
  const std::size_t slot = Layout::kSlots + std::size_t{running - 1} * Layout::kSlotBytes;
  if (slot + Layout::kSlotBytes > board_.size()) return std::nullopt;
  const double limit = at<double>(board_, slot).load(std::memory_order_acquire);
  // No limit, or none that makes sense: never.
  if (!(limit > 0) || static_cast<double>(heldFor_) < limit) return std::nullopt;
  Stall stall;
  stall.strategy = static_cast<std::uint16_t>(running - 1);
  stall.limit = static_cast<Nanos>(limit);
  const auto* name = reinterpret_cast<const char*>(board_.data() + slot + sizeof(double));
  stall.name = std::string_view(name, Layout::kNameBytes);
  stall.name = stall.name.substr(0, stall.name.find('\0'));
  stalled_ = stall.strategy;
  at<std::uint32_t>(board_, Layout::kStalled).store(running, std::memory_order_release);
  return stall;
}

}  // namespace hft::stream
