#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "native/core/units.hpp"
#include "native/generate/days/itch_writer.hpp"

namespace hft::generate {

/// What an ItchDay is made from. Equal configurations give equal bytes on every machine.
struct ItchDayConfig {
  std::uint64_t seed = 1;
  /// Messages of the day, the first and last ones (system events, directory, trading state) too.
  std::uint64_t messages = 30'000'000;
  /// Symbols, at most 65,535.
  std::uint32_t symbols = 8'900;
};

/// Generates a day of TotalView-ITCH 5.0 in the framing of daily files.
///
/// The mix is that of 12302019.NASDAQ_ITCH50 as published: 46.8 % adds, 40.4 % deletes, 7.6 %
/// replaces, 3.2 % executions and partial cancels, 2.0 % others; activity falls with a symbol's
/// rank r as 1 / (r + 10). Prices lie around a slowly moving middle, mostly near the touch, and
/// books never cross; arrivals come in bursts. At 30 million messages of 8,900 symbols about 1.5
/// million orders live at the end. Whole numbers only: no floating point is in the path.
/// Not thread-safe.
class ItchDay {
 public:
  explicit ItchDay(const ItchDayConfig& config);

  /// Fills `out`, which holds at least ItchWriter::kBytesMax, with whole messages; returns the
  /// bytes written, zero at the end of the day. The pieces do not change the day.
  [[nodiscard]] std::size_t write(std::span<std::uint8_t> out);

  [[nodiscard]] std::uint64_t messagesWritten() const noexcept { return written_; }
  [[nodiscard]] std::uint64_t liveOrders() const noexcept { return liveOrders_; }
  /// Bytes that `messages` messages take at most.
  [[nodiscard]] static std::size_t bytesMax(std::uint64_t messages) noexcept {
    return messages * ItchWriter::kBytesMax;
  }

 private:
  static constexpr std::size_t kPriceRing = 1024;

  struct Live {
    std::uint64_t ref;
    std::uint32_t tick;
    std::uint32_t qty;
    Side side;
  };

  struct Symbol {
    std::array<char, 8> name;
    std::uint16_t locate;
    std::uint32_t middle;  ///< Ticks of a cent: bids at or below it, asks above.
    std::vector<Live> orders;
    /// Orders by price modulo the ring: what is zero is surely empty.
    std::array<std::array<std::uint16_t, kPriceRing>, 2> counts{};
  };

  [[nodiscard]] std::uint64_t random() noexcept;
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
  void makeSymbols();
  void shuffleLocates() noexcept;

  std::size_t writeNext(std::uint8_t* out);
  std::size_t writeOpening(std::uint8_t* out, std::uint64_t index);
  std::size_t writeDirectory(std::uint8_t* out, const Symbol& symbol);
  std::size_t writeBody(std::uint8_t* out);
  std::size_t writeSystemEvent(std::uint8_t* out, char code);
  std::size_t writeAdd(std::uint8_t* out, Symbol& symbol);
  std::size_t writeDelete(std::uint8_t* out, Symbol& symbol);
  std::size_t writeReplace(std::uint8_t* out, Symbol& symbol);
  std::size_t writeExecution(std::uint8_t* out, Symbol& symbol);
  std::size_t writeCancel(std::uint8_t* out, Symbol& symbol);
  std::size_t writeOther(std::uint8_t* out, const Symbol& symbol);

  [[nodiscard]] Symbol& pickSymbol() noexcept;
  [[nodiscard]] Symbol& pickSymbolWithOrders() noexcept;
  [[nodiscard]] std::size_t pickOrder(const Symbol& symbol) noexcept;
  [[nodiscard]] std::size_t pickNearTouch(const Symbol& symbol) noexcept;
  [[nodiscard]] std::uint32_t pickTick(const Symbol& symbol, Side side) noexcept;
  void moveMiddle(Symbol& symbol) noexcept;
  void place(Symbol& symbol, const Live& order);
  void removeAt(Symbol& symbol, std::size_t index) noexcept;
  void advanceClock() noexcept;
  [[nodiscard]] std::uint64_t nextRef() noexcept;

  ItchDayConfig config_;
  std::uint64_t randomState_;
  std::vector<Symbol> symbols_;
  /// Activity up to and with each symbol, by rank.
  std::vector<std::uint64_t> cumulative_;
  std::uint64_t openingCount_;
  std::uint64_t bodyCount_;
  std::uint64_t written_ = 0;
  std::uint64_t liveOrders_ = 0;
  std::uint64_t clock_;
  std::uint64_t meanGap_;
  std::uint64_t lastRef_ = 0;
  std::uint64_t lastMatch_ = 0;
};

}  // namespace hft::generate
