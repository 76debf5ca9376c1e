#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "native/book/l3/l3_lobster.hpp"
#include "native/core/instrument.hpp"
#include "native/decode/lobster/lobster.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"
#include "native/stream/publisher.hpp"
#include "native/stream/stream_counters.hpp"

namespace hft::stream {

/// The path of one LOBSTER capture from lines to events: messages, and the rows of the orderbook
/// file beside them where there is one. Not thread-safe.
class LobsterPipeline {
 public:
  LobsterPipeline(book::L3Capacity capacity, InstrumentTable& instruments, Publisher& publisher,
                  StreamCounters& counters)
      : instruments_(instruments),
        publisher_(publisher),
        counters_(counters),
        sync_(capacity),
        frame_(4, 4) {}

  /// From here on each change of a single order is published too, before its book.
  void tellOrders() noexcept { sync_.tellChanges(&changes_); }

  /// Notes the row after the message that comes next.
  void onRow(std::string_view row, InstrumentId id) noexcept;

  /// Takes one message line of instrument `id`. `midnight` is added to its time.
  event::DecodeError onLine(std::string_view line, InstrumentId id, Nanos midnight) noexcept;

  [[nodiscard]] const book::L3LobsterSync& sync() const noexcept { return sync_; }

  /// Writes the best levels into `out`, best first. Returns how many.
  [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept;

 private:
  void publish(InstrumentId id, const book::L3Outcome& outcome, Nanos time) noexcept;
  /// A hidden order's execution, or a cross: no book changes.
  void publishHidden(const event::Message& message, Nanos time) noexcept;
  void publishChanges(InstrumentId id, Nanos time) noexcept;
  void publishTrade(InstrumentId id, const book::L3Outcome& outcome, Nanos time) noexcept;

  InstrumentTable& instruments_;
  Publisher& publisher_;
  StreamCounters& counters_;
  book::L3LobsterSync sync_;
  event::Frame frame_;
  decode::LobsterRow row_;
  bool hasRow_ = false;
  Nanos lastTime_ = 0;
  std::vector<event::L3Change> changes_;
};

}  // namespace hft::stream
