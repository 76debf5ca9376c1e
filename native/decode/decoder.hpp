#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// A wire format of market data. TypeScript uses the same names (`src/domain/market-data.ts`).
enum class WireFormat : std::uint8_t {
  BinanceSpot,
  BinanceFutures,
  CoinbaseExchange,
  CoinbaseAdvanced,
  KrakenV1,
  KrakenV2,
  AlpacaJson,
  AlpacaMsgpack,
  Itch50,
  Lobster,
  Fix,  ///< Messages of a FIX session: price levels.
};

class OrderRefTable;

/// What a decoder needs to know beside the frame.
struct DecodeContext {
  InstrumentTable& instruments;
  /// Whether a symbol that is not in the table is added (captures without metadata) or skipped.
  bool discoversInstruments = false;
  /// The instrument of frames that carry no symbol (a bare REST snapshot); kNoInstrument if none.
  InstrumentId frameInstrument = kNoInstrument;
  /// The order ids of this connection, for venues whose ids are text (Coinbase, Kraken level3);
  /// null where no L3 book is kept: order messages are then counted as skipped.
  OrderRefTable* orderRefs = nullptr;
};

/// Decodes one frame into `out` (which it clears first).
///
/// `frame.data()` must be readable for event::kFramePadding bytes after its end; those bytes never
/// change the result. No allocation, no exception. On an error `out` must not be used, except for
/// `out.needed*` after TooManyDecimals: the caller may widen the instrument and decode again.
/// Unknown message types and fields are counted in `out`, never an error.
using DecodeFunction = event::DecodeError (*)(std::string_view frame, const DecodeContext& context,
                                              event::Frame& out) noexcept;

[[nodiscard]] event::DecodeError decodeBinanceSpot(std::string_view frame,
                                                   const DecodeContext& context,
                                                   event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeBinanceFutures(std::string_view frame,
                                                      const DecodeContext& context,
                                                      event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeCoinbaseExchange(std::string_view frame,
                                                        const DecodeContext& context,
                                                        event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeCoinbaseAdvanced(std::string_view frame,
                                                        const DecodeContext& context,
                                                        event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeKrakenV1(std::string_view frame,
                                                const DecodeContext& context,
                                                event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeKrakenV2(std::string_view frame,
                                                const DecodeContext& context,
                                                event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeAlpacaJson(std::string_view frame,
                                                  const DecodeContext& context,
                                                  event::Frame& out) noexcept;
[[nodiscard]] event::DecodeError decodeAlpacaMsgpack(std::string_view frame,
                                                     const DecodeContext& context,
                                                     event::Frame& out) noexcept;
/// Whole messages of a FIX session: W, X, f, Y; others are unknown. Entries are price levels.
[[nodiscard]] event::DecodeError decodeFix(std::string_view frame, const DecodeContext& context,
                                           event::Frame& out) noexcept;

}  // namespace hft::decode
