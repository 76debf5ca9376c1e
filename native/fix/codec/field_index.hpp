#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/check.hpp"

namespace hft::fix {

/// Where the value of a field stands, from the first byte of its message.
struct FieldSlice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

/// No field.
inline constexpr std::size_t kNoField = ~std::size_t{0};

/// The fields of one message in the order of the wire: tags and slices in memory of the caller.
///
/// A view: it and what it returns live as long as the message's bytes and the storage. The tags
/// stand apart from the slices because searches read only them. Not thread-safe.
class FieldIndex {
 public:
  FieldIndex(std::span<std::uint32_t> tags, std::span<FieldSlice> slices) noexcept
      : tags_(tags.data()),
        slices_(slices.data()),
        capacity_(tags.size() < slices.size() ? tags.size() : slices.size()) {}

  /// Forgets the fields; those to come belong to `message`.
  void reset(std::string_view message) noexcept {
    message_ = message.data();
    messageSize_ = message.size();
    size_ = 0;
  }

  /// Appends a field; false where there is no room.
  bool push(std::uint32_t tag, FieldSlice slice) noexcept {
    if (size_ == capacity_) return false;
    tags_[size_] = tag;
    slices_[size_] = slice;
    ++size_;
    return true;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view message() const noexcept { return {message_, messageSize_}; }
  [[nodiscard]] std::uint32_t tag(std::size_t position) const noexcept {
    HFT_DCHECK(position < size_);
    return tags_[position];
  }
  [[nodiscard]] FieldSlice slice(std::size_t position) const noexcept {
    HFT_DCHECK(position < size_);
    return slices_[position];
  }
  [[nodiscard]] std::string_view value(std::size_t position) const noexcept {
    const FieldSlice where = slice(position);
    return {message_ + where.offset, where.size};
  }

  /// The position of the first field `tag` at or behind `from` and before `to`; kNoField where
  /// there is none. Cost: a compare a field.
  [[nodiscard]] std::size_t find(std::uint32_t tag, std::size_t from,
                                 std::size_t to) const noexcept {
    for (std::size_t at = from; at < to && at < size_; ++at) {
      if (tags_[at] == tag) return at;
    }
    return kNoField;
  }

  /// The first value of `tag`; empty (data() == nullptr) where there is none.
  [[nodiscard]] std::string_view text(std::uint32_t tag) const noexcept {
    const std::size_t at = find(tag, 0, size_);
    return at == kNoField ? std::string_view() : value(at);
  }

 private:
  std::uint32_t* tags_;
  FieldSlice* slices_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  const char* message_ = nullptr;
  std::size_t messageSize_ = 0;
};

/// The memory of a FieldIndex of up to `N` fields: 12 bytes a field.
template <std::size_t N>
struct FieldStorage {
  std::array<std::uint32_t, N> tags;
  std::array<FieldSlice, N> slices;

  [[nodiscard]] FieldIndex index() noexcept { return {tags, slices}; }
};

}  // namespace hft::fix
