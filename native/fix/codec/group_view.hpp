#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/fix/codec/field_index.hpp"

namespace hft::fix {

/// The fields of one entry of a repeating group, or of a message: positions [begin, end).
struct FieldRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool isEmpty() const noexcept { return begin >= end; }
};

/// Which tags an entry of a repeating group may hold, for the walk to know where a group ends.
///
/// `members` ascend and hold the members of nested groups too; the first field of an entry, the
/// delimiter, is the field behind the count.
struct GroupShape {
  std::uint32_t countTag = 0;
  std::span<const std::uint32_t> members;

  [[nodiscard]] bool holds(std::uint32_t tag) const noexcept;
};

/// Steps through the entries of one repeating group: an entry begins at each delimiter, which is
/// the first field behind the count.
///
/// The group ends at the first field that is no member; the count is only compared, because a
/// counterparty's may be wrong. Nested groups are walked by a GroupView of the entry's range.
class GroupView {
 public:
  /// The group `shape` within `range` of `index`; empty where its count is absent.
  GroupView(const FieldIndex& index, FieldRange range, const GroupShape& shape) noexcept;

  /// What the count field says; 0 where it is absent or no number.
  [[nodiscard]] std::uint64_t stated() const noexcept { return stated_; }
  /// The positions of all entries.
  [[nodiscard]] FieldRange range() const noexcept { return range_; }

  /// The next entry; empty behind the last.
  [[nodiscard]] FieldRange next() noexcept;

 private:
  const FieldIndex& index_;
  FieldRange range_;
  std::size_t cursor_ = 0;
  std::uint64_t stated_ = 0;
  std::uint32_t delimiter_ = 0;
};

}  // namespace hft::fix
