#include "native/fix/codec/group_view.hpp"

#include <algorithm>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {

bool GroupShape::holds(std::uint32_t tag) const noexcept {
  return std::binary_search(members.begin(), members.end(), tag);
}

GroupView::GroupView(const FieldIndex& index, FieldRange range, const GroupShape& shape) noexcept
    : index_(index) {
  const std::size_t count = index.find(shape.countTag, range.begin, range.end);
  if (count == kNoField) return;
  const auto stated = readInt(index.value(count));
  stated_ = stated.ok() && stated.value() > 0 ? static_cast<std::uint64_t>(stated.value()) : 0;
  const std::size_t last = std::min(range.end, index.size());
  std::size_t end = count + 1;
  while (end < last && shape.holds(index.tag(end))) ++end;
  range_ = {count + 1, end};
  cursor_ = range_.begin;
  if (!range_.isEmpty()) delimiter_ = index.tag(cursor_);
}

FieldRange GroupView::next() noexcept {
  if (cursor_ >= range_.end) return {};
  const std::size_t begin = cursor_;
  const std::size_t following = index_.find(delimiter_, begin + 1, range_.end);
  cursor_ = following == kNoField ? range_.end : following;
  return {begin, cursor_};
}

}  // namespace hft::fix
