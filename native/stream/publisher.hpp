#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/book/l2/l2_book.hpp"
#include "native/core/instrument.hpp"
#include "native/event/l3_change.hpp"
#include "native/event/market_event.hpp"
#include "native/stream/book_emitter.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/stream_counters.hpp"

namespace hft::stream {

/// Reads the best levels of whatever book an instrument has; the publisher asks only when it needs.
class DepthSource {
 public:
  template <typename Book>
  explicit DepthSource(const Book& book) noexcept
      : book_(&book), read_([](const void* source, Side side, std::span<event::Level> out) {
          return static_cast<const Book*>(source)->depth(side, out);
        }) {}

  [[nodiscard]] std::size_t depth(Side side, std::span<event::Level> out) const noexcept {
    return read_(book_, side, out);
  }

 private:
  const void* book_;
  std::size_t (*read_)(const void*, Side, std::span<event::Level>);
};

/// What is known of the single orders behind a book.
enum class SingleOrders : std::uint8_t {
  None,               ///< Levels alone.
  WithoutExecutions,  ///< An order that shrinks may have been canceled or executed.
  Whole,
};

/// What can be read of an instrument's book now; valid until the pipeline goes on.
struct BookReading {
  DepthSource depth;
  event::BookStatus status;
  std::uint64_t sequence = 0;
  SingleOrders singleOrders = SingleOrders::None;
};

/// Puts the events of one pipeline onto its ring, and into an NDJSON emitter where one is set.
///
/// When the ring is full, book events conflate to the newest state of their instrument and trades
/// wait in a spill, which ends acceptance of further frames; nothing is dropped. Not thread-safe:
/// the pipeline's thread owns it.
class Publisher {
 public:
  /// `ring` may be nullptr: events are only counted (and emitted). `spillMax` events can wait for
  /// the ring without an allocation: as many as one frame may hold.
  Publisher(EventRingWriter* ring, std::size_t instrumentsMax, std::size_t spillMax);

  /// Emits every book change from here on; nullptr stops.
  void setEmitter(BookEmitter* emitter) noexcept { emitter_ = emitter; }

  /// Whether further frames may be taken: nothing waits for the ring.
  [[nodiscard]] bool canAccept() noexcept {
    return ring_ == nullptr || (spill_.empty() && ring_->hasSpace(ring_->capacity() / 2));
  }

  /// Whether book events may be conflated while trades need no space: the thread mode's answer to a
  /// slow consumer.
  [[nodiscard]] bool canConflate() const noexcept { return spill_.empty(); }

  /// Publishes a change of a book: Book or State.
  void book(const Instrument& instrument, const event::MarketEvent& event, DepthSource depth,
            StreamCounters& counters) noexcept;

  /// Publishes an event that is never conflated.
  void plain(const event::MarketEvent& event, StreamCounters& counters) noexcept;

  /// Publishes changes of single orders, in their order, with the times of `event`.
  void changes(event::MarketEvent event, std::span<const event::L3Change> changes,
               StreamCounters& counters) noexcept;

  /// Makes what was written visible, after what waited for space. Returns whether the consumer
  /// sleeps and must be woken.
  [[nodiscard]] bool flush() noexcept;

  [[nodiscard]] EventRingWriter* ring() noexcept { return ring_; }

 private:
  static constexpr std::size_t kDepthMax = 1024;

  struct Conflated {
    event::MarketEvent event;
    DepthSource depth;
  };

  void writeBook(const event::MarketEvent& event, DepthSource depth) noexcept;
  void conflate(const event::MarketEvent& event, DepthSource depth,
                StreamCounters& counters) noexcept;

  EventRingWriter* ring_;
  BookEmitter* emitter_ = nullptr;
  std::vector<event::MarketEvent> spill_;
  std::vector<Conflated> conflated_;
  /// Index in `conflated_` plus one, by instrument.
  std::vector<std::uint32_t> conflatedAt_;
  event::Level bids_[kDepthMax];
  event::Level asks_[kDepthMax];
};

}  // namespace hft::stream
