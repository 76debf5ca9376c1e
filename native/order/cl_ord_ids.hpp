#pragma once

#include <cstdint>

#include "native/event/execution_report.hpp"

namespace hft::order {

/// Gives ClOrdIDs that are unique for ever and grow: the run number of the journal in the upper 24
/// bits, a counter in the lower 40.
///
/// The run number comes from the journal, which never gives one twice: also after a crash no id of
/// an earlier run can return. Not thread-safe.
class ClOrdIDs {
 public:
  static constexpr unsigned kCounterBits = 40;
  static constexpr std::uint64_t kCounterMax = (std::uint64_t{1} << kCounterBits) - 1;
  static constexpr std::uint32_t kRunMax = (1U << 24) - 1;

  /// `run` from 1 to kRunMax.
  explicit constexpr ClOrdIDs(std::uint32_t run) noexcept
      : base_(std::uint64_t{run} << kCounterBits) {}

  /// The next id; kNoOrder when this run has given all of its 2^40 - 1.
  [[nodiscard]] constexpr event::ClOrdID next() noexcept {
    if (counter_ == kCounterMax) return event::kNoOrder;
    return base_ | ++counter_;
  }

  /// Takes up behind `id`, where it is of this run: for a run that goes on from its own journal.
  constexpr void skipTo(event::ClOrdID id) noexcept {
    if (runOf(id) != run()) return;
    const std::uint64_t counter = id & kCounterMax;
    counter_ = counter > counter_ ? counter : counter_;
  }

  [[nodiscard]] constexpr std::uint32_t run() const noexcept { return runOf(base_); }
  [[nodiscard]] constexpr std::uint64_t given() const noexcept { return counter_; }
  [[nodiscard]] static constexpr std::uint32_t runOf(event::ClOrdID id) noexcept {
    return static_cast<std::uint32_t>(id >> kCounterBits);
  }

 private:
  std::uint64_t base_;
  std::uint64_t counter_ = 0;
};

}  // namespace hft::order
