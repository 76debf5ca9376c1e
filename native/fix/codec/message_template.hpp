#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/units.hpp"
#include "native/fix/codec/field_values.hpp"
#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {

/// A message that is sent again and again with few fields changed: its bytes stay, values of the
/// same width are patched in, and the checksum follows by their differences.
///
/// Nothing is padded: the bytes are those that FixWriter would write. A value of another width
/// fits no more, and the message is to be written anew and taken again. Not thread-safe. No
/// allocation.
class MessageTemplate {
 public:
  static constexpr std::size_t kBytesMax = 1024;
  static constexpr std::size_t kSlotsMax = 8;

  /// Takes `message`, as FixWriter finished it, with a slot at the first field of each of `tags`.
  /// False where it is too long, has a tag not, or there are too many.
  [[nodiscard]] bool take(std::string_view message, std::span<const std::uint32_t> tags,
                          TimePrecision precision) noexcept;

  /// Patches slot number `slot`, counted as the tags were given.
  void text(std::size_t slot, std::string_view value) noexcept;
  /// A number below 2^63, cheapest where it is one more than the last.
  void number(std::size_t slot, std::uint64_t value) noexcept;
  void decimal(std::size_t slot, std::int64_t mantissa, std::uint32_t decimals) noexcept;
  void timestamp(std::size_t slot, Nanos time) noexcept;

  /// The message with its new checksum; empty where a value did not fit (or holds SOH) since
  /// `take`: then it must be written anew.
  [[nodiscard]] std::string_view finish() noexcept;

 private:
  struct Slot {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t sum = 0;
    /// Timestamps: the second that stands there, and the sum of its text.
    std::uint32_t secondSum = 0;
    std::int64_t second = -1;
    /// Numbers: what stands there, where it came through `number`.
    std::uint64_t value = ~std::uint64_t{0} - 1;
  };

  void put(Slot& slot, std::uint64_t word, std::size_t size) noexcept;
  void putWide(Slot& slot, std::string_view value) noexcept;

  std::array<char, kBytesMax> bytes_{};
  std::array<Slot, kSlotsMax> slots_{};
  std::size_t size_ = 0;
  /// The sum of all that stands in no slot: sums of slots are added at the end, not one after
  /// another through memory.
  std::uint32_t fixedSum_ = 0;
  TimePrecision precision_ = TimePrecision::Millis;
  bool fits_ = false;
  TimestampText times_;
};

}  // namespace hft::fix
