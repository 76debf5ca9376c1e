#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "native/core/units.hpp"

namespace hft::stream {

/// Where words and slots lie on a stall board: memory that the thread of the strategies writes and
/// a watching thread reads. `src/orders/stall-board.ts` writes it.
///
/// A strategy's slot: a double with its limit in nanoseconds, then its name, cut or filled up with
/// zeros.
struct StallBoardLayout {
  static constexpr std::size_t kRunning = 0;   ///< u32: the strategy that runs, + 1; 0: none.
  static constexpr std::size_t kEntries = 4;   ///< u32: counts the calls of handlers.
  static constexpr std::size_t kStalled = 64;  ///< u32: the strategy that stalled, + 1.
  static constexpr std::size_t kSlots = 128;
  static constexpr std::size_t kSlotBytes = 64;
  static constexpr std::size_t kNameBytes = 56;
};

/// Finds that a strategy doesn't return.
///
/// It counts only the time between its own looks, each at most `gapMax`: a process that was stopped
/// or a machine that slept is no strategy's fault. One thread looks; it writes kStalled, and the
/// thread of the strategies sets it back to 0.
class StallWatch {
 public:
  /// A strategy that has run for longer than its limit.
  struct Stall {
    std::uint16_t strategy = 0;
    Nanos limit = 0;
    std::string_view name;  ///< Valid as long as the board.
  };

  /// `board` holds at least one slot and begins at a multiple of 8.
  StallWatch(std::span<std::byte> board, Nanos gapMax) noexcept : board_(board), gapMax_(gapMax) {}

  /// Looks at `now` of a steady clock. A value once a stall.
  std::optional<Stall> look(Nanos now) noexcept;
  /// The strategy that holds the loop beyond its limit; nothing where none does.
  [[nodiscard]] std::optional<std::uint16_t> stalled() const noexcept { return stalled_; }

 private:
  [[nodiscard]] std::uint32_t word(std::size_t at) const noexcept;

  std::span<std::byte> board_;
  Nanos gapMax_;
  Nanos lastLook_ = 0;
  Nanos heldFor_ = 0;
  std::uint32_t entries_ = 0;
  std::optional<std::uint16_t> stalled_;
};

}  // namespace hft::stream
