#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::fix {

/// A map from tags to small numbers, built once and then only read: open addressing, at most half
/// full, so a look-up is one or two probes.
class TagMap {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  TagMap() = default;
  /// Room for `count` tags.
  explicit TagMap(std::size_t count) : slots_(std::bit_ceil(count * 2 + 2)) {}

  /// Sets the number of `tag`, which is not in the map yet; tag 0 is no tag.
  void set(std::uint32_t tag, std::uint32_t number) noexcept {
    std::size_t at = placeOf(tag);
    while (slots_[at].tag != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {tag, number};
  }

  [[nodiscard]] std::uint32_t find(std::uint32_t tag) const noexcept {
    if (slots_.empty()) return kNone;
    for (std::size_t at = placeOf(tag);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].tag == tag) return slots_[at].number;
      if (slots_[at].tag == 0) return kNone;
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = kNone;
  };

  [[nodiscard]] std::size_t placeOf(std::uint32_t tag) const noexcept {
    return tag * 0x9e3779b1U & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;
};

}  // namespace hft::fix
