#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "native/core/units.hpp"
#include "native/decode/itch/itch.hpp"
#include "native/decode/itch/itch_framing.hpp"
#include "native/event/l3_change.hpp"

namespace hft::decode::itch {

/// The fixed length by type; kUnknownBytes for an unknown one.
inline constexpr auto kMessageBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t type = 0; type < bytes.size(); ++type) {
    bytes[type] = static_cast<std::uint8_t>(messageBytes(static_cast<char>(type)));
  }
  return bytes;
}();

/// Whether messages of a type name an order of a book (all at the same offset).
inline constexpr auto kNamesOrder = [] {
  std::array<bool, 256> names{};
  for (const char type : {'A', 'F', 'E', 'C', 'X', 'D', 'U'}) {
    names[static_cast<unsigned char>(type)] = true;
  }
  return names;
}();

/// Applies the messages of a feed to the books of all symbols.
///
/// `Books` has the operations of book::ItchBooks, `Order` is what it adds and `LookAhead` what its
/// `prefetch` takes. The sink gets, each where it has the member:
/// - `onMessage(prefix)` before a message is applied;
/// - `onTouch(locate, touch)` and `onDepth(locate)` from the books;
/// - `onTrade(locate, price, qty, restingSide, matchNumber)` for an execution that is printable,
///   and for P and Q messages, whose side is None;
/// - `onHidden(locate, price, qty, matchNumber)` for P messages, in place of `onTrade`;
/// - `onChange(locate, event::L3Change)` where `tellsChanges()`, before a change is applied;
/// - `on(message)` for every other message: directory, halts, auctions.
/// Files are read in blocks of 32 messages that go through the stages of a prefetch, one a step,
/// before they are applied: the cache misses of some 100 messages overlap. Not thread-safe.
template <typename Books, typename Order, typename LookAhead, typename Sink>
class BookFeed {
 public:
  BookFeed(Books& books, Sink& sink) : books_(books), sink_(sink) {}

  /// Reads a daily file, or a whole part of one, as `readFile` does.
  FramingResult readFile(std::span<const std::uint8_t> bytes) noexcept {
    FramingResult result;
    std::array<Block, kInFlight> blocks;
    for (std::size_t step = 0, filled = 0; step < filled + kInFlight; ++step) {
      Block& block = blocks[step % kInFlight];
      fillBlock(bytes, block, result);
      if (block.count > 0) filled = step;
      prefetchAll(blocks, step, std::make_integer_sequence<int, Books::kPrefetchStages>());
      // The block that has gone through all stages is the next one to be filled.
      if (step + 1 >= kInFlight) apply(blocks[(step + 1) % kInFlight], result);
    }
    return result;
  }

  void operator()(const AddOrder& m) noexcept { add(m); }
  void operator()(const AddOrderMpid& m) noexcept { add(m); }

  void operator()(const OrderExecuted& m) noexcept {
    begin(m.prefix);
    tell(m.prefix, {.kind = event::L3Kind::Execute, .ref = m.orderRef, .qty = m.executedShares});
    const auto left = books_.reduce(m.orderRef, m.prefix.stockLocate, m.executedShares, sink_);
    if (!left.ok()) return;
    trade(m.prefix, left.value().price, m.executedShares, left.value().side, m.matchNumber);
  }

  void operator()(const OrderExecutedWithPrice& m) noexcept {
    begin(m.prefix);
    tell(m.prefix, {.kind = event::L3Kind::Execute, .ref = m.orderRef, .qty = m.executedShares});
    const auto left = books_.reduce(m.orderRef, m.prefix.stockLocate, m.executedShares, sink_);
    if (!left.ok() || m.printable == 'N') return;
    trade(m.prefix, m.executionPrice, m.executedShares, left.value().side, m.matchNumber);
  }

  void operator()(const OrderCancel& m) noexcept {
    begin(m.prefix);
    tell(m.prefix, {.kind = event::L3Kind::Reduce, .ref = m.orderRef, .qty = m.cancelledShares});
    static_cast<void>(books_.reduce(m.orderRef, m.prefix.stockLocate, m.cancelledShares, sink_));
  }

  void operator()(const OrderDelete& m) noexcept {
    begin(m.prefix);
    tell(m.prefix, {.kind = event::L3Kind::Remove, .ref = m.orderRef});
    static_cast<void>(books_.remove(m.orderRef, m.prefix.stockLocate, sink_));
  }

  void operator()(const OrderReplace& m) noexcept {
    begin(m.prefix);
    tellReplace(m);
    static_cast<void>(books_.replace(
        m.originalRef, Order{m.newRef, m.prefix.stockLocate, Side::None, m.price, m.shares},
        sink_));
  }

  void operator()(const Trade& m) noexcept {
    begin(m.prefix);
    if constexpr (requires {
                    sink_.onHidden(m.prefix.stockLocate, m.price, Qty{}, m.matchNumber);
                  }) {
      sink_.onHidden(m.prefix.stockLocate, m.price, m.shares, m.matchNumber);
    } else {
      trade(m.prefix, m.price, m.shares, Side::None, m.matchNumber);
    }
  }

  void operator()(const CrossTrade& m) noexcept {
    begin(m.prefix);
    if (m.shares > 0) {
      trade(m.prefix, m.crossPrice, static_cast<Qty>(m.shares), Side::None, m.matchNumber);
    }
  }

  template <typename Other>
  void operator()(const Other& m) noexcept {
    begin(m.prefix);
    if constexpr (requires { sink_.on(m); }) sink_.on(m);
  }

 private:
  static constexpr std::size_t kBlock = 32;

  /// Blocks between filling and applying: one a stage and the one that is applied.
  static constexpr std::size_t kInFlight = Books::kPrefetchStages + 1;

  struct Framed {
    const std::uint8_t* message;
    std::size_t length;
  };

  struct Block {
    std::array<Framed, kBlock> messages;
    std::array<LookAhead, kBlock> ahead;
    std::size_t count = 0;
    std::size_t aheadCount = 0;
  };

  /// Takes up to kBlock messages at `result.position`; none after an error.
  static void fillBlock(std::span<const std::uint8_t> bytes, Block& block,
                        FramingResult& result) noexcept {
    block.count = 0;
    block.aheadCount = 0;
    if (result.error != FramingError::Ok) return;
    while (block.count < kBlock && result.position < bytes.size()) {
      const std::size_t framed = frameAt(bytes.subspan(result.position), result);
      if (framed == 0) break;
      const std::uint8_t* message = bytes.data() + result.position + kLengthBytes;
      block.messages[block.count++] = {message, framed - kLengthBytes};
      result.position += framed;
      if (!kNamesOrder[*message]) continue;
      const bool isAdd = *message == 'A' || *message == 'F';
      block.ahead[block.aheadCount++] = {readU64(message + kPrefixBytes), readU16(message + 1),
                                         isAdd ? sideOf(readChar(message + 19)) : Side::None};
    }
  }

  void apply(const Block& block, FramingResult& result) noexcept {
    for (const Framed& framed : std::span(block.messages).first(block.count)) {
      const Decoded decoded = decodeMessage(framed.message, framed.length, *this);
      ++(decoded == Decoded::Known ? result.messages : result.unknownCount);
    }
  }

  /// The bytes of the whole and long enough message at the front; zero with `result.error` set.
  [[nodiscard]] static std::size_t frameAt(std::span<const std::uint8_t> bytes,
                                           FramingResult& result) noexcept {
    if (bytes.size() <= kLengthBytes) [[unlikely]] {
      result.error = FramingError::Truncated;
      return 0;
    }
    const std::size_t framed = framedBytes(bytes.data());
    if (framed == kLengthBytes) [[unlikely]] {
      result.error = FramingError::UnknownLength;
    } else if (framed > bytes.size()) [[unlikely]] {
      result.error = FramingError::Truncated;
    } else if (framed - kLengthBytes < kMessageBytes[bytes[kLengthBytes]]) [[unlikely]] {
      result.error = FramingError::TooShort;
    } else {
      return framed;
    }
    return 0;
  }

  /// Stage n of the block that was filled n steps ago.
  template <int... Stages>
  void prefetchAll(const std::array<Block, kInFlight>& blocks, std::size_t step,
                   std::integer_sequence<int, Stages...>) const noexcept {
    (prefetchStage<Stages>(blocks[(step + kInFlight - Stages) % kInFlight]), ...);
  }
  template <int Stage>
  void prefetchStage(const Block& block) const noexcept {
    for (const LookAhead& message : std::span(block.ahead).first(block.aheadCount)) {
      books_.template prefetch<Stage>(message);
    }
  }

  [[nodiscard]] static Side sideOf(char side) noexcept {
    return side == 'B' ? Side::Buy : side == 'S' ? Side::Sell : Side::None;
  }

  void begin(const Prefix& prefix) noexcept {
    if constexpr (requires { sink_.onMessage(prefix); }) sink_.onMessage(prefix);
  }

  template <typename Add>
  void add(const Add& m) noexcept {
    begin(m.prefix);
    tell(m.prefix, {event::L3Kind::Add, sideOf(m.side), m.orderRef, m.price, m.shares});
    static_cast<void>(books_.add(
        Order{m.orderRef, m.prefix.stockLocate, sideOf(m.side), m.price, m.shares}, sink_));
  }

  void tell(const Prefix& prefix, const event::L3Change& change) noexcept {
    if constexpr (requires { sink_.tellsChanges(); }) {
      if (sink_.tellsChanges()) sink_.onChange(prefix.stockLocate, change);
    }
  }

  void tellReplace(const OrderReplace& m) noexcept {
    if constexpr (requires { sink_.tellsChanges(); }) {
      if (!sink_.tellsChanges()) return;
      const auto old = books_.find(m.originalRef);
      if (!old.ok()) return;
      tell(m.prefix, {.kind = event::L3Kind::Remove, .ref = m.originalRef});
      tell(m.prefix, {event::L3Kind::Add, old.value().side, m.newRef, m.price, m.shares});
    }
  }

  void trade(const Prefix& prefix, Price price, Qty qty, Side restingSide,
             std::uint64_t matchNumber) noexcept {
    if constexpr (requires {
                    sink_.onTrade(prefix.stockLocate, price, qty, restingSide, matchNumber);
                  }) {
      sink_.onTrade(prefix.stockLocate, price, qty, restingSide, matchNumber);
    }
  }

  Books& books_;
  Sink& sink_;
};

}  // namespace hft::decode::itch
