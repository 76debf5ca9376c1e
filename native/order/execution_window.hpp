#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/order/id_index.hpp"

namespace hft::order {

/// The newest execIDs of one venue whose orders are forgotten: tells a fill that is delivered again
/// from one that belongs to nobody.
///
/// Fixed capacity; when full, the oldest id leaves. Not thread-safe.
class ExecutionWindow {
 public:
  explicit ExecutionWindow(std::size_t idsMax) : ids_(idsMax), index_(idsMax) {}

  [[nodiscard]] bool contains(std::uint64_t execID) const noexcept {
    return index_.find(0, execID) != IdIndex::kNone;
  }

  void add(std::uint64_t execID) noexcept {
    if (ids_.empty() || contains(execID)) return;
    if (count_ == ids_.size()) {
      index_.erase(0, ids_[oldest_]);
    } else {
      ++count_;
    }
    ids_[oldest_] = execID;
    index_.put(0, execID, static_cast<std::uint32_t>(oldest_));
    oldest_ = oldest_ + 1 == ids_.size() ? 0 : oldest_ + 1;
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  /// The ids from the oldest on: `at(0)` is the oldest.
  [[nodiscard]] std::uint64_t at(std::size_t position) const noexcept {
    const std::size_t first = count_ == ids_.size() ? oldest_ : 0;
    return ids_[(first + position) % ids_.size()];
  }

 private:
  std::vector<std::uint64_t> ids_;
  IdIndex index_;
  std::size_t oldest_ = 0;
  std::size_t count_ = 0;
};

}  // namespace hft::order
