#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"

namespace hft::generate {

/// What a generated instrument is called and how it is quoted.
struct InstrumentSpec {
  std::array<char, kSymbolBytesMax> symbolText{};
  std::uint8_t symbolBytes = 0;
  Scale scale;
  Price firstPrice = 0;      ///< Around which the market opens.
  Qty typicalQty = 0;        ///< The median size of an order.
  std::uint32_t weight = 1;  ///< How often it trades, beside the others.

  [[nodiscard]] std::string_view symbol() const noexcept {
    return {symbolText.data(), symbolBytes};
  }
};

/// The most instruments that a generator has.
inline constexpr std::size_t kGeneratedInstrumentsMax = 64;

/// The `index`-th instrument as a venue spells and scales it: BTCUSDT, BTC-USD, BTC/USD, XBT/USD
/// or AAPL first. Beyond the known names they are numbered.
[[nodiscard]] InstrumentSpec instrumentSpec(decode::WireFormat format, std::size_t index) noexcept;

}  // namespace hft::generate
