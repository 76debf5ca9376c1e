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

/// How the tag at a place of the last message looked on the wire. A session's messages repeat
/// their layouts, so the same bytes mostly come again, and one compare replaces reading a number.
struct TagMemory {
  std::uint64_t text = 1;  ///< The tag and its '=' in the low bytes; by default nothing matches.
  std::uint64_t mask = 0;  ///< Which bits of `text` count.
  std::uint32_t tag = 0;
  std::uint32_t bytes = 0;
};

/// No field.
inline constexpr std::size_t kNoField = ~std::size_t{0};

/// The fields of one message in the order of the wire: tags and slices in memory of the caller.
///
/// A view: it and what it returns live as long as the message's bytes and the storage. The tags
/// stand apart from the slices because searches read only them. Not thread-safe.
class FieldIndex {
 public:
  /// The spans are of one size, which is the most fields of a message.
  FieldIndex(std::span<std::uint32_t> tags, std::span<FieldSlice> slices,
             std::span<TagMemory> memory) noexcept
      : tags_(tags.data()), slices_(slices.data()), memory_(memory.data()), capacity_(tags.size()) {
    HFT_CHECK(slices.size() == capacity_ && memory.size() == capacity_);
  }

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

  /// Appends many fields without going through the index each time; then `keep` it.
  class Appender {
   public:
    [[nodiscard]] bool isFull() const noexcept { return size_ == capacity_; }
    [[nodiscard]] bool isAt(std::size_t position) const noexcept { return size_ == position; }
    /// What the last message had at the place of the next field.
    [[nodiscard]] TagMemory& memory() const noexcept { return memory_[size_]; }
    /// Only where not full.
    void push(std::uint32_t tag, FieldSlice slice) noexcept {
      tags_[size_] = tag;
      slices_[size_] = slice;
      ++size_;
    }

   private:
    friend class FieldIndex;
    explicit Appender(const FieldIndex& index) noexcept
        : tags_(index.tags_),
          slices_(index.slices_),
          memory_(index.memory_),
          size_(index.size_),
          capacity_(index.capacity_) {}

    std::uint32_t* tags_;
    FieldSlice* slices_;
    TagMemory* memory_;
    std::size_t size_;
    std::size_t capacity_;
  };
  [[nodiscard]] Appender append() const noexcept { return Appender(*this); }
  void keep(const Appender& appended) noexcept { size_ = appended.size_; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view message() const noexcept { return {message_, messageSize_}; }
  [[nodiscard]] std::uint32_t tag(std::size_t position) const noexcept {
    HFT_DCHECK(position < size_);
    return tags_[position];
  }
  [[nodiscard]] std::span<const std::uint32_t> tags() const noexcept { return {tags_, size_}; }
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
  TagMemory* memory_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  const char* message_ = nullptr;
  std::size_t messageSize_ = 0;
};

/// The memory of a FieldIndex of up to `N` fields: 36 bytes a field.
template <std::size_t N>
struct FieldStorage {
  std::array<std::uint32_t, N> tags;
  std::array<FieldSlice, N> slices;
  std::array<TagMemory, N> memory;

  [[nodiscard]] FieldIndex index() noexcept { return {tags, slices, memory}; }
};

}  // namespace hft::fix
