#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// Decodes one line of a LOBSTER message file: `time,type,orderId,size,price,direction`.
///
/// The instrument is the context's `frameInstrument`; prices have four decimals (a coarser scale
/// that cannot hold one gives TooManyDecimals), sizes are whole shares. `exchangeTime` is
/// nanoseconds after midnight. Types: 1 OrderAdd; 2 OrderReduce of cause Cancel; 3 OrderDelete; 4
/// OrderReduce of cause Execution; 5 Trade of a hidden order; 6 Trade of a cross; 7 Status. All
/// Order messages carry the order's side and price, and 2 to 4 its size: orders from before the
/// file's start have no OrderAdd. Other types are counted as unknown. Line ends are optional.
/// Source: LOBSTER sample files readme (data.lobsterdata.com).
[[nodiscard]] event::DecodeError decodeLobster(std::string_view frame, const DecodeContext& context,
                                               event::Frame& out) noexcept;

/// One line of a LOBSTER orderbook file: the best levels of both sides after a message.
struct LobsterRow {
  /// The most levels a side that a file may have.
  static constexpr std::size_t kLevelsMax = 200;

  std::size_t depth = 0;     ///< Levels a side that the file has.
  std::size_t bidCount = 0;  ///< Levels that are occupied.
  std::size_t askCount = 0;
  std::array<event::Level, kLevelsMax> bidLevels;
  std::array<event::Level, kLevelsMax> askLevels;

  [[nodiscard]] std::span<const event::Level> bids() const noexcept {
    return {bidLevels.data(), bidCount};
  }
  [[nodiscard]] std::span<const event::Level> asks() const noexcept {
    return {askLevels.data(), askCount};
  }
};

/// Reads `ask,askSize,bid,bidSize` of each level into `out`, in the scale of an instrument, with
/// the errors of `decodeLobster`. Levels that are not occupied (9999999999, -9999999999) are left
/// out.
[[nodiscard]] event::DecodeError readLobsterRow(std::string_view line, const Scale& scale,
                                                LobsterRow& out) noexcept;

}  // namespace hft::decode
