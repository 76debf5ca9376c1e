#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "native/core/check.hpp"
#include "native/core/units.hpp"

namespace hft::event {

/// Bytes that must be readable after the end of every frame given to a decoder. Their content is
/// never part of a result.
inline constexpr std::size_t kFramePadding = 64;

/// What a decoder found in a frame.
enum class MessageKind : std::uint8_t {
  BookSnapshot,   ///< The whole book (or its top `depth` levels): replaces what was there.
  BookDelta,      ///< Absolute quantities of changed levels; zero removes a level.
  Quote,          ///< The venue's own best bid and offer.
  Trade,          ///< One execution. `side` is the aggressor side.
  Bar,            ///< Open, high, low, close, volume of an interval.
  OrderAdd,       ///< L3: an order enters the book.
  OrderReduce,    ///< L3: an order's quantity falls by `qty` (partial cancel or execution).
  OrderDelete,    ///< L3: an order leaves the book.
  OrderReplace,   ///< L3: `orderRef` leaves, `newOrderRef` enters with price and qty (same side).
  OrderModify,    ///< L3: `orderRef` gets an absolute new quantity (and price).
  SnapshotBegin,  ///< L3: the book is empty from here; OrderAdd messages follow in queue order.
  SnapshotEnd,    ///< L3: the snapshot is complete as of `lastId`.
  Heartbeat,      ///< The venue lives; `lastId` where it carries a sequence.
  Subscribed,     ///< The venue confirmed a subscription.
  VenueError,     ///< The venue reported an error of the session.
  Status,         ///< Trading state changed: see `code`.
};

/// Trading state in Message::code of kind Status.
enum class TradingStatus : std::uint8_t { Trading, Halted, Auction, Closed, CancelOnly, PostOnly };

/// Why an order's quantity falls, in Message::code of kind OrderReduce. An execution's price is
/// `order.price`, or kNoPrice where it is the order's own.
enum class ReduceCause : std::uint8_t {
  Cancel,
  Execution,
  HiddenExecution,  ///< Part of a cross that is reported as a trade of its own.
};

/// One price level of a message: ticks and lots. Zero lots remove the level.
struct Level {
  Price price;
  Qty qty;

  friend bool operator==(const Level&, const Level&) = default;
};

/// Where a message's levels stand in Frame::levels.
struct LevelRange {
  std::uint32_t begin = 0;
  std::uint32_t count = 0;
};

/// One decoded market-data message; levels lie in its Frame.
struct Message {
  MessageKind kind = MessageKind::Heartbeat;
  Side side = Side::None;  ///< Trade: the aggressor. Order*: the order's side.
  /// Status: a TradingStatus. OrderReduce: a ReduceCause. Bar: 1 once the interval is over.
  /// BookSnapshot: 1 where the rest of it follows.
  std::uint8_t code = 0;
  bool hasChecksum = false;
  std::uint32_t checksum = 0;  ///< The venue's checksum of the book after this message.
  InstrumentId instrument = kNoInstrument;
  Nanos exchangeTime = 0;  ///< The venue's own time of the event; 0 where it gives none.
  /// Update ids: Binance U, u, pu (prevId 0 where the venue has none); elsewhere the sequence
  /// number in both firstId and lastId. Trade: lastId is the trade id where it is numeric.
  std::uint64_t firstId = 0;
  std::uint64_t lastId = 0;
  std::uint64_t prevId = 0;
  union {
    struct {
      LevelRange bids;
      LevelRange asks;
    } book;  ///< BookSnapshot, BookDelta.
    struct {
      Price bid;  ///< kNoPrice on an empty side.
      Qty bidQty;
      Price ask;
      Qty askQty;
    } quote;  ///< Quote.
    struct {
      Price price;
      Qty qty;
    } trade;  ///< Trade.
    struct {
      Price open;
      Price high;
      Price low;
      Price close;
      Qty volume;
    } bar;  ///< Bar; `exchangeTime` is the start of the interval.
    struct {
      std::uint64_t orderRef;
      std::uint64_t newOrderRef;
      Price price;
      Qty qty;
    } order;  ///< Order*.
  };

  Message() noexcept : bar{} {}
};

/// Why a frame could not be decoded. Nothing of such a frame is applied.
enum class DecodeError : std::uint8_t {
  Ok,
  Truncated,         ///< The frame ends inside a value.
  Malformed,         ///< Not the format: syntax, nesting, a missing field, a field of another type.
  BadNumber,         ///< NaN, exponent, sign where none may be, no digits.
  TooManyDecimals,   ///< Finer than the instrument's tick or lot: see Frame::needed.
  Overflow,          ///< Larger than an int64 of ticks or lots.
  CapacityExceeded,  ///< More messages or levels than a Frame holds.
};
inline constexpr std::size_t kDecodeErrorCount = 7;

/// The messages of one decoded frame: a reused buffer of fixed capacity.
///
/// A decoder fills it or returns an error; the pipeline applies it only when the whole frame is
/// sound. Not thread-safe.
class Frame {
 public:
  Frame(std::size_t messagesMax, std::size_t levelsMax)
      : messages_(messagesMax), levels_(levelsMax) {}

  void clear() noexcept {
    messageCount_ = 0;
    levelCount_ = 0;
    unknownCount = 0;
    unknownFieldCount = 0;
    skippedCount = 0;
    connectionSequence = 0;
    hasConnectionSequence = false;
  }

  /// A fresh message, or nullptr when full.
  [[nodiscard]] Message* addMessage() noexcept {
    if (messageCount_ == messages_.size()) return nullptr;
    // In place: a copy of a fresh message would wait for its own stores (7 ns).
    return std::construct_at(&messages_[messageCount_++]);
  }

  [[nodiscard]] bool addLevel(Price price, Qty qty) noexcept {
    if (levelCount_ == levels_.size()) return false;
    levels_[levelCount_++] = Level{price, qty};
    return true;
  }

  /// For decoders that write levels in bulk: free space after the levels so far.
  [[nodiscard]] std::span<Level> levelSpace() noexcept {
    return std::span(levels_).subspan(levelCount_);
  }
  void commitLevels(std::size_t count) noexcept {
    HFT_DCHECK(levelCount_ + count <= levels_.size());
    levelCount_ += count;
  }

  [[nodiscard]] std::uint32_t levelCount() const noexcept {
    return static_cast<std::uint32_t>(levelCount_);
  }
  [[nodiscard]] std::span<const Message> messages() const noexcept {
    return {messages_.data(), messageCount_};
  }
  [[nodiscard]] std::span<Message> messages() noexcept { return {messages_.data(), messageCount_}; }
  [[nodiscard]] std::span<const Level> levels(LevelRange range) const noexcept {
    return {levels_.data() + range.begin, range.count};
  }

  /// Messages of a type that this decoder does not know (counted, never fatal).
  std::uint32_t unknownCount = 0;
  /// Fields that this decoder does not know in messages that it does (counted, never fatal).
  std::uint32_t unknownFieldCount = 0;
  /// Known messages that carry nothing for us, or whose symbol is not in the table.
  std::uint32_t skippedCount = 0;
  /// Coinbase Advanced: `sequence_num` of the connection.
  std::uint64_t connectionSequence = 0;
  bool hasConnectionSequence = false;
  /// After TooManyDecimals: the instrument, and the decimals that the value needs.
  InstrumentId neededInstrument = kNoInstrument;
  std::uint8_t neededPriceDecimals = 0;
  std::uint8_t neededQtyDecimals = 0;
  /// The decimals that the frame prints, trailing zeros included (0 where not told).
  std::uint8_t neededPriceDigits = 0;
  std::uint8_t neededQtyDigits = 0;

 private:
  std::vector<Message> messages_;
  std::vector<Level> levels_;
  std::size_t messageCount_ = 0;
  std::size_t levelCount_ = 0;
};

}  // namespace hft::event
