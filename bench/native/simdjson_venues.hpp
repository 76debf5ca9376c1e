#pragma once

#include <memory>
#include <string_view>

#include "native/decode/decoder.hpp"

namespace hft::bench {

/// The work of our decoders on the hot messages of three venues on top of simdjson On-Demand: the
/// same integers in the same Frame, through the same SSE decimals and times. Fields are asked for
/// in the order in which they are sent. Only for benchmarks; a translation unit of its own, like
/// SimdjsonBinance.
class SimdjsonVenues {
 public:
  explicit SimdjsonVenues(const decode::DecodeContext& context);
  ~SimdjsonVenues();
  SimdjsonVenues(const SimdjsonVenues&) = delete;
  SimdjsonVenues& operator=(const SimdjsonVenues&) = delete;

  /// Whether this machine has the instructions.
  [[nodiscard]] static bool runsHere();

  /// An update of a Kraken v1 book.
  [[nodiscard]] bool krakenBook(std::string_view frame, event::Frame& out);
  /// A Coinbase Exchange `l2update`.
  [[nodiscard]] bool coinbaseUpdate(std::string_view frame, event::Frame& out);
  /// Alpaca quotes of stocks.
  [[nodiscard]] bool alpacaQuotes(std::string_view frame, event::Frame& out);

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace hft::bench
