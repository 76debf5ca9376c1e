#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/generate/frames/frame_printer.hpp"
#include "native/generate/market/arrival_clock.hpp"
#include "native/generate/market/depth_collector.hpp"
#include "native/generate/market/market_instrument.hpp"
#include "native/generate/market/random.hpp"

namespace hft::generate {

/// The shares of the kinds of frames; only their ratios matter. A share of zero turns a kind off.
struct MessageMix {
  std::uint32_t depth = 20;
  std::uint32_t trade = 40;
  std::uint32_t ticker = 40;
};

/// What a generated market is like. The same options give the same bytes.
struct GeneratorOptions {
  decode::WireFormat format = decode::WireFormat::BinanceSpot;
  std::uint64_t seed = 1;
  std::uint32_t instrumentCount = 3;  ///< At most kGeneratedInstrumentsMax.
  MessageMix mix;
  /// Changed levels of a depth frame, about (Kraken: as far as they lie within `depth`).
  std::uint32_t levelsPerDepth = 25;
  /// Frames a second of simulated time, on average; arrivals cluster.
  std::uint32_t framesPerSecond = 10'000;
  Nanos startTime = 1'723'161'255'000'000'000;
  /// The interval of depth frames of an instrument in simulated time, as venues batch them; 0: they
  /// come by their share of the mix.
  Nanos depthInterval = 0;
  /// Kraken: levels a side of the book channel (10, 25, 100, 500 or 1000).
  std::uint32_t depth = 10;
  /// Orders that rest in each book, about.
  std::uint32_t ordersPerInstrument = 3'000;
  /// Coinbase Exchange: the full channel (every order) in place of level2_batch.
  bool tellsOrders = false;
  /// Binance: aggTrade in place of trade.
  bool aggregatesTrades = false;
};

/// What is wrong with options.
enum class OptionsError : std::uint8_t {
  Ok,
  BadFormat,           ///< Not a format of this generator (ITCH has its own, LOBSTER none).
  BadInstrumentCount,  ///< None, or more than kGeneratedInstrumentsMax.
  BadMix,              ///< No kind is on, or a share is beyond a million.
  BadTime,             ///< framesPerSecond 0 or beyond 10^9, or a negative time.
  BadDepth,            ///< depth 1 to 1000; 200 to 200,000 orders; at most 10,000 changed levels.
  BadChannel,          ///< tellsOrders without Coinbase Exchange, aggregatesTrades without Binance.
};

/// Checks options that come from outside; MarketGenerator takes only sound ones.
[[nodiscard]] OptionsError checkOptions(const GeneratorOptions& options) noexcept;

/// What a generated frame is.
enum class FrameType : std::uint8_t {
  Control,   ///< Connection and subscription answers.
  Snapshot,  ///< The book of one instrument, where the stream itself brings it.
  Depth,
  Trade,
  Ticker,  ///< The venue's best bid and offer.
  Heartbeat,
  Bar,
  Order,  ///< Full channel: received, open, done, match.
};
inline constexpr std::size_t kFrameTypeCount = 8;

/// What `next` says about the frame that it wrote.
struct FrameInfo {
  FrameType type = FrameType::Control;
  bool isBinary = false;
  std::uint32_t instrument = 0;
  Nanos exchangeTime = 0;
  Nanos receiveTime = 0;  ///< exchangeTime plus a generated latency; never goes back.
  /// When `next` returned 0: the least size of a buffer that holds the frame.
  std::size_t bytesNeeded = 0;
};

/// How `fill` separates frames.
enum class Framing : std::uint8_t {
  Lines,      ///< A line feed after each frame (not for MessagePack).
  WebSocket,  ///< An unmasked server frame header before each (RFC 6455, section 5.2).
};

struct FillResult {
  std::size_t bytes = 0;
  std::uint64_t frames = 0;
};

/// A seeded market that speaks a venue's wire format: an order book per instrument, people who
/// trade on it, and the frames that the venue would send about it.
///
/// Equal options give equal bytes on any machine: integers and an own random generator only. Every
/// book is uncrossed at all times. No allocation after construction. Not thread-safe.
class MarketGenerator {
 public:
  explicit MarketGenerator(const GeneratorOptions& options);

  /// Writes the next frame into `out`; returns its bytes. 0 means that `out` is too small: nothing
  /// has changed, and `info.bytesNeeded` says what is needed.
  std::size_t next(std::span<char> out, FrameInfo& info) noexcept;

  /// Writes what is still owed about the present market, without letting it move on; 0 with
  /// `info.bytesNeeded` 0 when the frames so far tell everything: then they add up to `book`.
  std::size_t settle(std::span<char> out, FrameInfo& info) noexcept;

  /// Writes whole frames until `out` is full.
  FillResult fill(std::span<char> out, Framing framing) noexcept;

  /// Writes the body of the venue's REST snapshot as of now: Binance depth, Coinbase level 2 (or
  /// level 3 with `tellsOrders`). 0 when `out` is too small (see `snapshotBytesMax`) or the venue
  /// sends its snapshots on the stream.
  std::size_t snapshot(std::size_t instrument, std::size_t levelsMax, std::span<char> out) noexcept;
  [[nodiscard]] std::size_t snapshotBytesMax(std::size_t instrument) const noexcept;

  /// A new connection: the next frames are what a new subscriber gets first. Frames that were owed
  /// to the old one are dropped.
  void beginSession() noexcept;

  [[nodiscard]] std::size_t instrumentCount() const noexcept { return instruments_.size(); }
  [[nodiscard]] std::string_view symbol(std::size_t instrument) const noexcept {
    return instruments_[instrument].symbol();
  }
  [[nodiscard]] Scale scale(std::size_t instrument) const noexcept {
    return instruments_[instrument].spec.scale;
  }
  /// The true book now. After a depth frame of the instrument it is what the frames tell.
  [[nodiscard]] const SimulatedBook& book(std::size_t instrument) const noexcept {
    return instruments_[instrument].book();
  }
  /// The id of the last change of a book, as the venue numbers them.
  [[nodiscard]] std::uint64_t updateId(std::size_t instrument) const noexcept {
    return instruments_[instrument].updateId;
  }
  [[nodiscard]] Nanos now() const noexcept { return now_; }
  [[nodiscard]] const GeneratorOptions& options() const noexcept { return options_; }

 private:
  /// A frame that is owed: printed from the market as it stands when its turn comes.
  struct Owed {
    FrameType type = FrameType::Control;
    std::uint32_t instrument = 0;
    std::uint64_t number = 0;  ///< Control: which. Order: its sequence.
    TradePrint trade;
    OrderEvent event;
    bool isOpen = false;  ///< Order: the second frame of an added order.
  };
  static constexpr std::size_t kOwedMax = 1024;

  Owed& owe(FrameType type, const MarketInstrument& instrument) noexcept;
  void count(FrameType type) noexcept;
  [[nodiscard]] FrameType wanted() const noexcept;
  MarketInstrument& pickInstrument() noexcept;
  void step() noexcept;
  void tick() noexcept;
  void moveOrders() noexcept;
  void noteChanges(MarketInstrument& instrument) noexcept;
  void trade(MarketInstrument& instrument) noexcept;
  void noteFill(MarketInstrument& instrument, const OrderEvent& event) noexcept;
  void quote(MarketInstrument& instrument) noexcept;
  void depth(MarketInstrument& instrument) noexcept;
  void oweDepth(MarketInstrument& instrument) noexcept;
  void tellOrders(MarketInstrument& instrument) noexcept;
  std::size_t print(std::span<char> out, FrameInfo& info) noexcept;
  void printOrder(TextWriter& out, const Owed& owed, const MarketInstrument& instrument) noexcept;

  GeneratorOptions options_;
  Random random_;
  Random latency_;
  ArrivalClock clock_;
  FramePrinter printer_;
  std::vector<MarketInstrument> instruments_;
  std::uint32_t weightSum_ = 0;
  std::vector<Nanos> nextDepth_;
  std::array<std::int64_t, 3> credits_{};
  std::array<std::int64_t, 3> shares_{};
  OrderEvents events_;
  std::vector<Owed> owed_;
  std::size_t owedBegin_ = 0;
  std::size_t owedEnd_ = 0;
  DepthCollector collector_;
  bool tellsDepth_ = true;
  Nanos now_;
  Nanos lastReceiveTime_ = 0;
  Nanos nextHeartbeat_;
  Nanos nextMinute_;
  std::uint64_t venueUpdateId_ = 5'123'107'832'000;
  std::uint32_t framesOfStep_ = 1;
  std::uint32_t passivesPerStep_ = 1;
};

}  // namespace hft::generate
