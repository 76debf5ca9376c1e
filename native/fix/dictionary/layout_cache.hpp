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
  [[nodiscard]] bool knows(const FieldIndex& index) noexcept {
    return hasLayout(index) && fitsLayout(index, 0);
  }

  /// The first half of `knows`: whether a layout with these tags was learned.
  [[nodiscard]] bool hasLayout(const FieldIndex& index) noexcept;

  /// The second half, right behind a `hasLayout` that was true: whether the values fit, those in
  /// front of place `from` left to the caller.
  [[nodiscard]] bool fitsLayout(const FieldIndex& index, std::size_t from) noexcept;

  /// Remembers the layout of a message that `validate` has found sound.
  void learn(const FieldIndex& index, const Dictionary& dictionary);

 private:
  /// How the value of a place is checked.
  enum class Check : std::uint8_t {
    NotEmpty,  ///< Any text will do.
    Single,    ///< One of `singles`, a character each.
    Count,     ///< Entries of a group: as many as in this layout.
    Field,     ///< All that the dictionary says of the field.
  };
  /// What the value of one place must be.
  struct Place {
    Check check = Check::NotEmpty;
    /// Bytes of the value that was found sound last; most fields of a session's messages say the
    /// same again and again. 0: none yet, or a longer one.
    std::uint8_t soundBytes = 0;
    std::array<char, 16> sound{};
    const FieldDefinition* field = nullptr;
    std::int64_t count = -1;
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
  [[nodiscard]] static bool fits(Place& place, std::string_view value) noexcept;

  std::array<Layout, kLayoutsMax> layouts_;
  std::size_t newest_ = 0;
  std::size_t last_ = 0;  ///< The layout that was met last.
};

}  // namespace hft::fix
