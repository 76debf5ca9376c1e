#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/market/market_instrument.hpp"
#include "native/generate/market/order_flow.hpp"

namespace hft::generate {

/// Prints the frames of one wire format for one connection.
///
/// The caller makes sure that `...BytesMax` bytes and TextWriter::kSlack more are there.
class FramePrinter {
 public:
  /// `depth`: the levels a side of Kraken's book channel; `isFull`: Coinbase's full channel.
  FramePrinter(decode::WireFormat format, std::size_t depth, bool isFull) noexcept
      : format_(format), depth_(depth), isFull_(isFull) {}

  /// No frame but those with levels is longer.
  static constexpr std::size_t kSmallBytesMax = 1024;
  [[nodiscard]] std::size_t depthBytesMax(const DepthView& view) const noexcept;
  [[nodiscard]] std::size_t snapshotBytesMax(const MarketInstrument& instrument) const noexcept;
  /// Frames that list all instruments.
  [[nodiscard]] static std::size_t controlBytesMax(std::size_t instrumentCount) noexcept {
    return kSmallBytesMax + instrumentCount * 4 * (kSymbolBytesMax + 8);
  }

  /// How many frames a session opens with before its snapshots.
  [[nodiscard]] std::size_t controlCount(std::size_t instrumentCount) const noexcept;
  /// The `number`-th of them.
  void control(TextWriter& out, std::span<const MarketInstrument> instruments, std::size_t number,
               Nanos time) noexcept;
  /// Whether snapshots come on the stream itself.
  [[nodiscard]] bool hasStreamSnapshots() const noexcept;
  [[nodiscard]] bool hasDepth() const noexcept;
  [[nodiscard]] bool hasHeartbeats() const noexcept;
  /// Whether a heartbeat is sent for each instrument rather than for the connection.
  [[nodiscard]] bool hasProductHeartbeats() const noexcept {
    return format_ == decode::WireFormat::CoinbaseExchange;
  }
  [[nodiscard]] bool hasBars() const noexcept;
  [[nodiscard]] bool isBinary() const noexcept {
    return format_ == decode::WireFormat::AlpacaMsgpack;
  }

  void snapshot(TextWriter& out, const MarketInstrument& instrument, Nanos time) noexcept;
  void depth(TextWriter& out, const MarketInstrument& instrument, const DepthView& view,
             Nanos time) noexcept;
  void trade(TextWriter& out, const MarketInstrument& instrument, const TradePrint& trade,
             Nanos time) noexcept;
  void ticker(TextWriter& out, const MarketInstrument& instrument, Nanos time) noexcept;
  void heartbeat(TextWriter& out, const MarketInstrument& instrument, Nanos time) noexcept;
  void bar(TextWriter& out, const MarketInstrument& instrument, Nanos start) noexcept;
  void restSnapshot(TextWriter& out, const MarketInstrument& instrument, std::size_t levelsMax,
                    Nanos time) noexcept;
  /// The time printer, for frames that are printed elsewhere.
  [[nodiscard]] IsoTime& iso() noexcept { return iso_; }

  void beginConnection() noexcept {
    connectionSequence_ = 0;
    heartbeatCounter_ = 0;
  }

 private:
  decode::WireFormat format_;
  std::size_t depth_;
  bool isFull_;
  IsoTime iso_;
  std::uint64_t connectionSequence_ = 0;
  std::uint64_t heartbeatCounter_ = 0;
};

}  // namespace hft::generate
