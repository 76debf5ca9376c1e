#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/json/json_members.hpp"
#include "native/event/feed_message.hpp"

/// What the files of the two Coinbase decoders share.
///
/// Source: docs.cdp.coinbase.com, Exchange WebSocket feed and Advanced Trade WebSocket, read
/// 2026-11.
namespace hft::decode::coinbase {

/// Reads an Exchange frame (`l2update`, `snapshot`, `match`) that is laid out byte by byte as the
/// venue writes it. False for everything else, errors included: `out` is then to be cleared, and
/// the tolerant reader has the last word. What this decodes is what that would have decoded.
[[nodiscard]] bool scanExchange(std::string_view frame, const DecodeContext& context,
                                event::Frame& out) noexcept;

/// The same for an `l2_data` frame of Advanced Trade.
[[nodiscard]] bool scanAdvanced(std::string_view frame, const DecodeContext& context,
                                event::Frame& out) noexcept;

/// A message of the `full` or `level3` channel: its fields as they are written, empty where absent.
///
/// Every one counts in the product's `sequence`, so each gives a message that carries it: those
/// that don't touch the book a Heartbeat with `firstId` set (the heartbeat channel's has only
/// `lastId`, for it counts nothing).
struct OrderEvent {
  enum class Kind : std::uint8_t { Open, Done, Match, Change, NoBook };

  Kind kind = Kind::NoBook;
  std::string_view product;
  std::string_view sequence;
  std::string_view orderId;  ///< Of a match: the maker's.
  std::string_view side;     ///< Of a match: the maker's.
  std::string_view price;
  std::string_view size;  ///< Open: what remains. Change: the new size.
  std::string_view tradeId;
  std::string_view time;
};

/// Adds what `event` says. Without a table of order references it is a trade, or is skipped.
[[nodiscard]] event::DecodeError addOrderEvent(const OrderEvent& event,
                                               const DecodeContext& context,
                                               event::Frame& out) noexcept;

/// Reads an array of the `level3` channel.
[[nodiscard]] event::DecodeError readCompactOrder(std::string_view frame,
                                                  const DecodeContext& context,
                                                  event::Frame& out) noexcept;

/// Reads the body of `GET /products/{id}/book`, level 2 or 3, of the context's instrument.
[[nodiscard]] event::DecodeError readRestBook(std::string_view frame, const DecodeContext& context,
                                              event::Frame& out) noexcept;

/// Adds the trading state of each known product of a `status` channel's list.
[[nodiscard]] event::DecodeError readProducts(std::string_view raw, const DecodeContext& context,
                                              event::Frame& out) noexcept;

/// `"buy"`, `"BUY"`, `"bid"`; `"sell"`, `"SELL"`, `"offer"`, `"ask"`; None for anything else.
[[nodiscard]] Side sideOf(std::string_view raw) noexcept;

/// Collects levels whose sides come mixed, and leaves each side in one piece of the frame, in the
/// order of arrival.
///
/// Bids that come after asks wait at the far end of the frame's space; nothing is allocated and the
/// cost stays linear.
class SidedLevels {
 public:
  explicit SidedLevels(event::Frame& out) noexcept : out_(out), space_(out.levelSpace()) {}

  /// False when the frame is full.
  [[nodiscard]] bool add(Side side, event::Level level) noexcept {
    if (bids_ + asks_ + lateBids_ == space_.size()) return false;
    if (side == Side::Sell) {
      space_[bids_ + asks_++] = level;
    } else if (asks_ == 0) {
      space_[bids_++] = level;
    } else {
      space_[space_.size() - ++lateBids_] = level;
    }
    return true;
  }

  /// Commits the levels and says where they are in `message`.
  void finish(event::Message& message) noexcept {
    if (lateBids_ > 0) [[unlikely]]
      moveLateBids();
    message.book.bids = {out_.levelCount(), static_cast<std::uint32_t>(bids_)};
    message.book.asks = {out_.levelCount() + static_cast<std::uint32_t>(bids_),
                         static_cast<std::uint32_t>(asks_)};
    out_.commitLevels(bids_ + asks_);
  }

 private:
  void moveLateBids() noexcept {
    const auto late = space_.subspan(space_.size() - lateBids_);
    std::reverse(late.begin(), late.end());
    const auto asks = space_.begin() + static_cast<std::ptrdiff_t>(bids_);
    const auto end = asks + static_cast<std::ptrdiff_t>(asks_);
    std::copy(late.begin(), late.end(), end);
    std::rotate(asks, end, end + static_cast<std::ptrdiff_t>(lateBids_));
    bids_ += lateBids_;
    lateBids_ = 0;
  }

  event::Frame& out_;
  std::span<event::Level> space_;
  std::size_t bids_ = 0;
  std::size_t asks_ = 0;
  std::size_t lateBids_ = 0;
};

}  // namespace hft::decode::coinbase
