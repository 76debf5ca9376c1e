#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft {

/// The decimals that one tick and one lot stand for, and how the venue writes them.
struct Scale {
  std::uint8_t priceDecimals = 0;  ///< One tick is 10^-priceDecimals.
  std::uint8_t qtyDecimals = 0;    ///< One lot is 10^-qtyDecimals.
  std::uint8_t priceDigits = 0;    ///< Decimals that the venue prints (>= priceDecimals).
  std::uint8_t qtyDigits = 0;      ///< Decimals that the venue prints (>= qtyDecimals).

  friend bool operator==(const Scale&, const Scale&) = default;
};

/// The most decimals that a scale can have.
inline constexpr std::uint8_t kDecimalsMax = 12;
/// The longest symbol, in bytes.
inline constexpr std::size_t kSymbolBytesMax = 47;

/// One instrument of a feed. A symbol is the venue's own spelling.
struct Instrument {
  InstrumentId id = kNoInstrument;
  Scale scale;
  /// Whether the scale was learned from the data and may still grow (captures without metadata).
  bool isDiscovered = false;
  /// Counts the changes of a discovered scale; ticks of different epochs must not be mixed.
  std::uint32_t scaleEpoch = 0;
  std::uint8_t symbolBytes = 0;
  std::array<char, kSymbolBytesMax> symbolText{};

  [[nodiscard]] std::string_view symbol() const noexcept {
    return {symbolText.data(), symbolBytes};
  }
};

enum class InstrumentError : std::uint8_t { Ok, CapacityExceeded, BadSymbol, BadScale };

/// The instruments of a feed by dense id and by symbol.
///
/// Fixed capacity; when full, `add` refuses. Not thread-safe: one writer, on the owning thread.
/// Lookup is one hash of the symbol's first bytes and one compare.
class InstrumentTable {
 public:
  explicit InstrumentTable(std::size_t instrumentsMax);

  /// Adds `symbol` with a fixed scale, or returns the id that it has (its scale is unchanged).
  Result<InstrumentId, InstrumentError> add(std::string_view symbol, Scale scale) noexcept;

  /// Adds `symbol` with a scale that is learned: it starts at no decimals and grows on `widen`.
  Result<InstrumentId, InstrumentError> discover(std::string_view symbol) noexcept;

  /// The id of `symbol`; kNoInstrument if unknown.
  [[nodiscard]] InstrumentId find(std::string_view symbol) const noexcept;

  /// Grows the scale of a discovered instrument so that it has at least these decimals.
  /// Returns whether anything changed; a fixed instrument never changes.
  bool widen(InstrumentId id, Scale atLeast) noexcept;

  [[nodiscard]] const Instrument& operator[](InstrumentId id) const noexcept {
    return instruments_[id];
  }
  [[nodiscard]] std::size_t size() const noexcept { return instruments_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return instrumentsMax_; }

 private:
  Result<InstrumentId, InstrumentError> insert(std::string_view symbol, Scale scale,
                                               bool isDiscovered) noexcept;

  std::size_t instrumentsMax_;
  std::size_t mask_;
  std::vector<Instrument> instruments_;
  std::vector<InstrumentId> slots_;
};

}  // namespace hft
