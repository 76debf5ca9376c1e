#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "native/book/sync/book_sync.hpp"
#include "native/core/instrument.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/order_ref_table.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"
#include "native/stream/frame_queue.hpp"
#include "native/stream/itch_pipeline.hpp"
#include "native/stream/latency_hops.hpp"
#include "native/stream/lobster_pipeline.hpp"
#include "native/stream/order_books.hpp"
#include "native/stream/publisher.hpp"
#include "native/stream/stream_counters.hpp"

namespace hft::stream {

/// The sizes and habits of a pipeline, fixed at construction.
struct PipelineOptions {
  std::size_t instrumentsMax = 1024;
  /// Whether symbols that were not configured are followed, with a scale learned from the data.
  bool discoversInstruments = false;
  /// Levels a side of one book.
  std::size_t levelsMax = 131072;
  /// Orders of one L3 book, and ids of all L3 connections of this pipeline.
  std::size_t ordersMax = 1 << 20;
  /// Messages and levels of one frame.
  std::size_t messagesMax = 1 << 16;
  std::size_t frameLevelsMax = 1 << 18;
  /// Connections of this pipeline.
  std::size_t connectionsMax = 64;
  /// Silence of a connection after which its books are stale; 0: never.
  Nanos staleAfter = 0;
  /// Distance of the venue's clock from ours above which books are suspect; 0: any.
  Nanos skewMax = 0;
  /// ITCH: messages of a day, about, which sizes its books; and the session's midnight in New York,
  /// in nanoseconds UTC.
  std::uint64_t itchMessagesMax = 4'000'000;
  Nanos midnight = 0;
  /// Whether changes of single orders are published too, as Order events, each before its book's.
  bool tellsOrders = false;
  /// Whether latency stamps are taken (two clock reads a frame).
  bool stamps = true;
};

/// One thread's path from frames to events: decode, synchronise, book, publish.
///
/// Nothing of a frame is applied unless the whole frame is sound. Books are made when an instrument
/// first needs one; after that nothing is allocated. Not thread-safe: one thread owns it.
class Pipeline {
 public:
  Pipeline(const PipelineOptions& options, Publisher& publisher);
  ~Pipeline();

  /// Adds an instrument before or after the stream has started.
  Result<InstrumentId, InstrumentError> addInstrument(std::string_view symbol,
                                                      const Scale& scale) noexcept;

  /// Adds a connection that carries `format`. Returns its number, or connectionsMax when full.
  [[nodiscard]] std::uint32_t addConnection(decode::WireFormat format) noexcept;

  /// Takes one frame or connection event. Its payload must be readable for event::kFramePadding
  /// bytes after its end.
  void onFrame(const QueuedFrame& frame) noexcept;

  /// Whether another frame may be taken without losing an event.
  [[nodiscard]] bool canAccept() noexcept { return publisher_.canAccept(); }

  /// Looks for stale books; call it a few times a second.
  void onClock(Nanos now) noexcept;

  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }
  [[nodiscard]] const StreamCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] StreamCounters& counters() noexcept { return counters_; }
  [[nodiscard]] LatencyHops& latency() noexcept { return *latency_; }
  /// The book of an instrument, of whatever kind; nothing where it has none.
  [[nodiscard]] std::optional<BookReading> bookOf(InstrumentId id) const noexcept;
  /// When the last bytes of a connection came; 0 before the first.
  [[nodiscard]] Nanos lastReceiveTime(std::uint32_t connection) const noexcept;

 private:
  struct Connection {
    decode::WireFormat format = decode::WireFormat::BinanceSpot;
    decode::DecodeFunction decode = nullptr;
    Nanos lastReceiveTime = 0;
    std::uint64_t nextSequence = 0;  ///< Coinbase Advanced: `sequence_num` expected next.
    bool hasSequence = false;
    /// Whose REST snapshot comes next.
    InstrumentId snapshotInstrument = kNoInstrument;
  };
  struct InstrumentState {
    std::unique_ptr<book::BookSync> sync;
    std::unique_ptr<OrderBooks> orders;
    std::uint32_t connection = 0;
  };

  [[nodiscard]] event::DecodeError decodeWidening(const Connection& connection,
                                                  const QueuedFrame& frame) noexcept;
  void announce(InstrumentId id, Nanos receiveTime) noexcept;
  void announceNew(Nanos receiveTime) noexcept;
  void applyMessages(const QueuedFrame& frame) noexcept;
  void checkConnectionSequence(Connection& connection, std::uint32_t number,
                               Nanos receiveTime) noexcept;
  void applyBook(const event::Message& message, const QueuedFrame& frame) noexcept;
  void applyQuote(const event::Message& message, const QueuedFrame& frame) noexcept;
  void applyOrder(const event::Message& message, const QueuedFrame& frame) noexcept;
  void publishTrade(const event::Message& message, const QueuedFrame& frame) noexcept;
  void publishBar(const event::Message& message, const QueuedFrame& frame) noexcept;
  void publishStatus(const event::Message& message, const QueuedFrame& frame) noexcept;
  void publishSync(InstrumentId id, const book::SyncOutcome& outcome, Nanos receiveTime) noexcept;
  void count(const book::SyncOutcome& outcome) noexcept;
  void onControl(const QueuedFrame& frame) noexcept;
  void onItchRun(const QueuedFrame& frame) noexcept;
  void onLobsterLine(const Connection& connection, const QueuedFrame& frame) noexcept;
  [[nodiscard]] LobsterPipeline& lobster() noexcept;
  void nameSnapshot(const QueuedFrame& frame) noexcept;
  void onConnectionEvent(const QueuedFrame& frame) noexcept;
  void loseFrame(std::uint32_t connection, Nanos receiveTime) noexcept;
  [[nodiscard]] book::BookSync* syncFor(const event::Message& message,
                                        const QueuedFrame& frame) noexcept;
  void makeSync(InstrumentId id, book::SyncRule rule, std::uint32_t connection) noexcept;
  void publishOrders(InstrumentId id, const book::L3Outcome& outcome, Nanos receiveTime) noexcept;
  void applyHeartbeat(const event::Message& message, const QueuedFrame& frame) noexcept;
  void resynchronise(const QueuedFrame& frame) noexcept;
  void makeOrders(InstrumentId id, std::uint32_t connection) noexcept;
  template <typename Change>
  void changeBooks(std::uint32_t connection, Nanos receiveTime, Change&& change) noexcept;
  template <typename Change>
  void changeOrders(std::uint32_t connection, Nanos receiveTime, Change&& change) noexcept;

  PipelineOptions options_;
  Publisher& publisher_;
  InstrumentTable instruments_;
  event::Frame frame_;
  /// Made when a connection first carries single orders.
  std::unique_ptr<decode::OrderRefTable> orderRefs_;
  std::vector<Connection> connections_;
  std::vector<InstrumentState> states_;
  /// Of the book that is being changed, where `tellsOrders`.
  std::vector<event::L3Change> changes_;
  /// Instruments that the ring has been told of.
  std::size_t announcedCount_ = 0;
  /// Books that were replaced; a conflated event may still point at them.
  std::vector<std::unique_ptr<book::BookSync>> retired_;
  std::unique_ptr<LatencyHops> latency_;
  /// Made when the first ITCH run comes.
  std::unique_ptr<ItchPipeline> itch_;
  /// Made when the first LOBSTER line comes.
  std::unique_ptr<LobsterPipeline> lobster_;
  StreamCounters counters_;
};

template <typename Change>
void Pipeline::changeBooks(std::uint32_t connection, Nanos receiveTime, Change&& change) noexcept {
  for (std::size_t id = 0; id < instruments_.size(); ++id) {
    InstrumentState& state = states_[id];
    if (state.sync == nullptr || state.connection != connection) continue;
    publishSync(static_cast<InstrumentId>(id), change(*state.sync), receiveTime);
  }
}

template <typename Change>
void Pipeline::changeOrders(std::uint32_t connection, Nanos receiveTime, Change&& change) noexcept {
  for (std::size_t id = 0; id < instruments_.size(); ++id) {
    InstrumentState& state = states_[id];
    if (state.orders == nullptr || state.connection != connection) continue;
    publishOrders(static_cast<InstrumentId>(id), change(*state.orders), receiveTime);
  }
}

}  // namespace hft::stream
