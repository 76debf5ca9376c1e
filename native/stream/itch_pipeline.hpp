#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "native/book/itch/itch_books.hpp"
#include "native/core/instrument.hpp"
#include "native/decode/itch/itch_admin_messages.hpp"
#include "native/decode/itch/itch_book_feed.hpp"
#include "native/event/market_event.hpp"
#include "native/stream/publisher.hpp"
#include "native/stream/stream_counters.hpp"

namespace hft::stream {

/// The path of TotalView-ITCH 5.0 from runs of framed messages to events: all symbols in one engine
/// of books. Prices have four decimals; quantities are shares.
///
/// Its memory is taken and touched in the constructor. Not thread-safe.
class ItchPipeline {
 public:
  /// `messagesMax`: messages of the day, about; it sizes the books.
  ItchPipeline(std::uint64_t messagesMax, InstrumentTable& instruments, bool discovers,
               Publisher& publisher, StreamCounters& counters);

  /// From here on each change of a single order is published too, before its book.
  void tellOrders() noexcept { tellsOrders_ = true; }

  /// Takes a run of whole messages in the framing of daily files. `midnight` is that of the
  /// session's day in New York, in nanoseconds UTC; `receiveTime` 0 takes the message's own time.
  event::DecodeError onRun(std::string_view run, Nanos midnight, Nanos receiveTime) noexcept;

  /// The book of an instrument; nothing where the directory did not name it.
  [[nodiscard]] std::optional<BookReading> bookOf(InstrumentId id) const noexcept;

 private:
  /// What the books and the feed tell.
  struct Sink {
    ItchPipeline& pipeline;

    void onMessage(const decode::itch::Prefix& prefix) noexcept { pipeline.begin(prefix); }
    void onTouch(std::uint16_t locate, const book::ItchTouch& /*touch*/) noexcept {
      pipeline.publishBook(locate);
    }
    void onDepth(std::uint16_t locate) noexcept { pipeline.publishBook(locate); }
    void onTrade(std::uint16_t locate, std::uint32_t price, Qty qty, Side resting,
                 std::uint64_t matchNumber) noexcept {
      pipeline.publishTrade({locate, price, qty, resting, matchNumber, false});
    }
    void onHidden(std::uint16_t locate, std::uint32_t price, Qty qty,
                  std::uint64_t matchNumber) noexcept {
      pipeline.publishTrade({locate, price, qty, Side::None, matchNumber, true});
    }
    [[nodiscard]] bool tellsChanges() const noexcept { return pipeline.tellsOrders_; }
    void onChange(std::uint16_t locate, const event::L3Change& change) noexcept {
      pipeline.publishChange(locate, change);
    }
    void on(const decode::itch::StockDirectory& message) noexcept { pipeline.learn(message); }
    void on(const decode::itch::TradingAction& message) noexcept {
      pipeline.publishStatus(message);
    }
  };
  using Books = book::ItchBooks<book::ItchLean>;
  using Feed = decode::itch::BookFeed<Books, book::ItchOrder, book::ItchLookAhead, Sink>;

  /// The book of one symbol, as a publisher reads it.
  struct SymbolBook {
    const Books* books = nullptr;
    std::uint16_t locate = 0;

    [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept;
  };

  void begin(const decode::itch::Prefix& prefix) noexcept;
  void learn(const decode::itch::StockDirectory& message) noexcept;
  void publishBook(std::uint16_t locate) noexcept;
  struct Printed {
    std::uint16_t locate;
    std::uint32_t price;
    Qty qty;
    Side resting;
    std::uint64_t matchNumber;
    bool isHidden;
  };
  void publishTrade(const Printed& trade) noexcept;
  void publishChange(std::uint16_t locate, const event::L3Change& change) noexcept;
  void publishStatus(const decode::itch::TradingAction& message) noexcept;
  [[nodiscard]] event::MarketEvent eventOf(InstrumentId id, event::EventKind kind) const noexcept;
  void announce(InstrumentId id) noexcept;

  InstrumentTable& instruments_;
  bool discovers_;
  bool tellsOrders_ = false;
  Publisher& publisher_;
  StreamCounters& counters_;
  Books books_;
  Sink sink_;
  Feed feed_;
  Nanos midnight_ = 0;
  Nanos exchangeTime_ = 0;
  Nanos receiveTime_ = 0;
  std::array<InstrumentId, 0x10000> instrumentOf_;
  std::vector<std::uint16_t> locateOf_;  ///< By instrument; 0: none.
  std::unique_ptr<SymbolBook[]> symbolBooks_;
};

}  // namespace hft::stream
