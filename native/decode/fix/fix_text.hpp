#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "native/core/units.hpp"

/// Market data over FIX (W, X, f) as a session hands it on: whole messages, `tag=value` with SOH.
///
/// Source: FIX 4.2 to 5.0 SP2, Market data; Binance spot-api-docs fix-api.md, 2026-07-21.
namespace hft::decode::fix {

/// Tags that decide something here.
enum class Tag : std::uint32_t {
  RptSeq = 83,
  MsgType = 35,
  SendingTime = 52,
  Symbol = 55,
  NoMdEntries = 268,
  EntryType = 269,
  EntryPrice = 270,
  EntrySize = 271,
  UpdateAction = 279,
  TradingStatus = 326,
  LastFragment = 893,
  AggressorSide = 2446,
  FirstUpdateId = 25043,  ///< Binance.
  LastUpdateId = 25044,   ///< Binance.
};

/// One `tag=value`.
struct Field {
  Tag tag{};
  std::string_view value;
};

/// Walks over the fields of a message, from left to right.
class FieldCursor {
 public:
  explicit FieldCursor(std::string_view text) noexcept : rest_(text) {}

  /// The next field; nothing at the end, or where the text is no field (`isSound` tells which).
  [[nodiscard]] std::optional<Field> next() noexcept {
    if (rest_.empty()) return std::nullopt;
    const std::size_t equals = rest_.find('=');
    const std::size_t end = rest_.find('\x01');
    std::uint32_t tag = 0;
    const bool isField = equals != rest_.npos && end != rest_.npos && equals < end;
    if (isField) {
      const auto [behind, error] = std::from_chars(rest_.data(), rest_.data() + equals, tag);
      if (error == std::errc() && behind == rest_.data() + equals) {
        const Field field{static_cast<Tag>(tag), rest_.substr(equals + 1, end - equals - 1)};
        rest_.remove_prefix(end + 1);
        return field;
      }
    }
    isSound_ = false;
    rest_ = {};
    return std::nullopt;
  }
  [[nodiscard]] bool isSound() const noexcept { return isSound_; }

 private:
  std::string_view rest_;
  bool isSound_ = true;
};

/// The whole number in `text`; nothing where it is none.
[[nodiscard]] inline std::optional<std::uint64_t> readNumber(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || behind != end) return std::nullopt;
  return value;
}

/// The time in a UTCTimestamp, `20240115-10:20:30` with up to nine digits of a fraction; 0 where
/// it is none.
[[nodiscard]] Nanos readTime(std::string_view text) noexcept;

}  // namespace hft::decode::fix
