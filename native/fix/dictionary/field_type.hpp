#pragma once

#include <cstdint>
#include <string_view>

namespace hft::fix {

/// What a field holds, by how its text is checked.
enum class FieldType : std::uint8_t {
  Text,           ///< Any bytes but SOH: strings, currencies, exchanges, local dates, tenors.
  Character,      ///< One byte.
  Boolean,        ///< Y or N.
  Int,            ///< int, SeqNum, Length, day of month.
  NumInGroup,     ///< The count of a repeating group.
  Float,          ///< float, Price, Qty, Amt, Percentage, PriceOffset.
  MultipleValue,  ///< Values with blanks between them.
  UtcTimestamp,
  UtcTimeOnly,
  UtcDate,
  Data,  ///< Any bytes; the field before says how many.
};

/// The type that a dictionary calls `name`; Text for names that mean text and for unknown ones.
/// Up to FIX 4.1 a char is any text and a date or time is free: `isOld`.
[[nodiscard]] FieldType toFieldType(std::string_view name, bool isOld) noexcept;

/// Whether `text` is a value of `type`.
[[nodiscard]] bool isValueOf(FieldType type, std::string_view text) noexcept;

}  // namespace hft::fix
