#pragma once

#include <optional>
#include <string_view>

#include "native/decode/decoder.hpp"
#include "native/event/feed_message.hpp"

/// What the files of the Kraken decoders share.
///
/// Source: Kraken WebSocket API v1 (frozen) and v2, book-checksum guides, read 2026-11.
namespace hft::decode::kraken {

/// Reads a v1 book frame that is laid out byte by byte as the venue writes it. False for
/// everything else, errors included: `out` is then to be cleared, and the tolerant reader has the
/// last word. What this decodes is what that would have decoded.
[[nodiscard]] bool scanBookV1(std::string_view frame, const DecodeContext& context,
                              event::Frame& out) noexcept;

/// The same for a v2 `book` frame.
[[nodiscard]] bool scanBookV2(std::string_view frame, const DecodeContext& context,
                              event::Frame& out) noexcept;

/// Reads one element of `data` of the `level3` channel.
[[nodiscard]] event::DecodeError readLevel3(std::string_view raw, bool isSnapshot,
                                            const DecodeContext& context,
                                            event::Frame& out) noexcept;

/// The state that a word of `systemStatus`, `status` or `instrument` names; nothing for a word that
/// is not known.
[[nodiscard]] std::optional<event::TradingStatus> tradingStatus(std::string_view raw) noexcept;

/// The side of a trade or book entry: `"b"`, `"buy"`, `"s"`, `"sell"`; None for anything else.
[[nodiscard]] Side sideOf(std::string_view raw) noexcept;

}  // namespace hft::decode::kraken
