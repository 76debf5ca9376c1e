#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/core/result.hpp"
#include "native/decode/decoder.hpp"

namespace hft::capture {

/// Says which wire format a frame has, from the address that it came from and from its shape.
///
/// `url` may be empty. Nothing when both leave it open (a heartbeat that two venues share, an
/// acknowledgement): ask again with a later frame; nothing of such a frame is market data.
[[nodiscard]] std::optional<decode::WireFormat> detectWireFormat(std::string_view url,
                                                                 std::string_view frame) noexcept;

/// The wire format by the host and path of an address alone.
[[nodiscard]] std::optional<decode::WireFormat> wireFormatOfUrl(std::string_view url) noexcept;

/// The instrument that the address of a book names: its query parameter `symbol` or `product_id`,
/// or the product in the path `/products/ID/book`; empty if it names none.
[[nodiscard]] std::string_view symbolOfUrl(std::string_view url) noexcept;

/// The value of the top-most string field `key` (`"key":"value"`) of a JSON frame, without looking
/// at nesting; empty if there is none.
[[nodiscard]] std::string_view stringField(std::string_view frame, std::string_view key) noexcept;

enum class SymbolError : std::uint8_t { Ok, NoneSeen, Several };

/// Finds the instrument of a Binance REST snapshot that stands in a capture without its symbol:
/// the only symbol of the streams seen so far.
class SnapshotSymbol {
 public:
  /// Notes the symbol of a stream frame (`"s":"BTCUSDT"`). Frames without one change nothing.
  void observe(std::string_view frame) noexcept;

  /// The symbol for a bare snapshot: its own `symbol` field where it has one (COIN-M), or else the
  /// only one seen. Errors: NoneSeen; Several, when it can't be told.
  [[nodiscard]] Result<std::string_view, SymbolError> infer(
      std::string_view snapshot) const noexcept;

 private:
  static constexpr std::string_view kKey = "\"s\":\"";

  /// Whether the symbol stands where it stood in an earlier frame: frames of one stream are alike,
  /// and each needn't be searched.
  [[nodiscard]] bool isWhereItWas(std::string_view frame) const noexcept;

  std::array<char, kSymbolBytesMax> text_{};
  std::size_t bytes_ = 0;
  std::array<std::size_t, 4> places_{};
  std::size_t nextPlace_ = 0;
  bool hasSeveral_ = false;
};

}  // namespace hft::capture
