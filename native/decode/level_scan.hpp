#pragma once

#include <cstddef>
#include <span>

#include "native/core/instrument.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// One side of a book, read from JSON.
struct LevelsScan {
  std::size_t count = 0;
  /// Behind the bracket that ends the side; nullptr when anything was not as expected, a value too
  /// fine for the scale included.
  const char* next = nullptr;
};

/// Reads `["price","qty"],["price","qty"]]`, the cursor behind the first bracket of the side, into
/// `space`: only this layout, no white space. All of it lies before `end`, or is refused.
///
/// Needs event::kFramePadding readable bytes after `end`.
/// Cost: 10-12 ns a level whose numbers have up to sixteen bytes, about 80 ns beyond.
[[nodiscard]] LevelsScan scanLevels(const char* cursor, const char* end,
                                    std::span<event::Level> space, Scale scale) noexcept;

/// The plain form: the reference that the fast one must equal.
[[nodiscard]] LevelsScan scanLevelsScalar(const char* cursor, const char* end,
                                          std::span<event::Level> space, Scale scale) noexcept;

}  // namespace hft::decode
