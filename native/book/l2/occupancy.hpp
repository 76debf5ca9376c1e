#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_key_table.hpp"

namespace hft::book {

/// An ordered set of 52-bit keys: a 64-ary bitmap of nine levels whose words live in a hash table,
/// so that a key costs words only where it parts from the others.
///
/// Keys near each other share their upper words: adding or removing one touches one or two words,
/// and the next key is a bit scan away. Fixed capacity, no allocation after construction.
class Occupancy {
 public:
  static constexpr unsigned kKeyBits = 52;
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  explicit Occupancy(std::size_t keysMax);

  /// Adds `key`; nothing changes if it is there.
  void insert(std::uint64_t key) noexcept;

  /// Removes `key`, which must be there.
  void erase(std::uint64_t key) noexcept;

  /// The smallest key above `key`, which must be there; kNone if there is none.
  [[nodiscard]] std::uint64_t next(std::uint64_t key) const noexcept;

  /// The largest key; `member` is any key that is there (it says where the common words lie).
  [[nodiscard]] std::uint64_t last(std::uint64_t member) const noexcept;

 private:
  static constexpr unsigned kLevels = 9;

  static constexpr std::uint64_t nodeKey(unsigned level, std::uint64_t prefix) noexcept {
    return prefix << 4 | level;
  }
  static std::size_t wordsMax(std::size_t keysMax) noexcept;

  KeyTable<std::uint64_t> words_;
  /// Words in use on each level: below a level with one word, everything is under that word.
  std::array<std::uint32_t, kLevels> wordCount_{};
};

}  // namespace hft::book
