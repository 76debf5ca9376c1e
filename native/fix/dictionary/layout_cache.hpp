#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "native/fix/codec/field_index.hpp"
#include "native/fix/dictionary/dictionary.hpp"

namespace hft::fix {

/// Layouts of messages that a dictionary has found no fault with: the sequence of tags, and what
/// each value must be. A session's messages repeat their layouts; of one that is known only the
/// values are left to check, with the same outcome as `validate`.
///
/// Keeps the newest kLayoutsMax layouts of up to kFieldsMax fields; memory is taken when a layout
/// is learned, never when one is looked up. Not thread-safe. The dictionary outlives it.
class LayoutCache {
 public:
  static constexpr std::size_t kLayoutsMax = 16;
  static constexpr std::size_t kFieldsMax = 128;

  /// Whether the message has a known layout and values that fit. False says nothing: `validate`
  /// decides. Cost: a compare a field, and the check of its value.
  [[nodiscard]] bool knows(const FieldIndex& index) noexcept;

  /// Remembers the layout of a message that `validate` has found sound.
  void learn(const FieldIndex& index, const Dictionary& dictionary);

 private:
  /// What the value of one place must be.
  struct Place {
    const FieldDefinition* field = nullptr;  ///< nullptr: anything that is not empty.
    std::int64_t count = -1;                 ///< Of a group: the entries of this layout.
    bool isSingle = false;                   ///< One of `singles`, a character each.
    std::bitset<128> singles;
  };
  struct Layout {
    std::string msgType;
    std::vector<std::uint32_t> tags;
    std::vector<Place> places;
  };

  [[nodiscard]] static Place placeOf(const FieldIndex& index, std::size_t at,
                                     const Dictionary& dictionary);
  [[nodiscard]] static bool hasTags(const Layout& layout, const FieldIndex& index) noexcept;
  [[nodiscard]] static bool fits(const Place& place, std::string_view value) noexcept;

  std::array<Layout, kLayoutsMax> layouts_;
  std::size_t newest_ = 0;
  std::size_t last_ = 0;  ///< The layout that was met last.
};

}  // namespace hft::fix
