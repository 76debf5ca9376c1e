#pragma once

#include <memory>
#include <string_view>

#include "native/decode/decoder.hpp"

namespace hft::bench {

/// The work of `decodeBinance*` on top of simdjson On-Demand: the same integers in the same Frame,
/// through the same SSE decimals. Fields are asked for in the order in which they are sent, its
/// fastest way; depth, bookTicker and trade in combined frames. Only for benchmarks.
///
/// It has a translation unit of its own because On-Demand takes its kernels from the flags of who
/// includes it: it gets AVX2, its best on most machines, while our code is held to x86-64-v2.
class SimdjsonBinance {
 public:
  SimdjsonBinance(const decode::DecodeContext& context, bool isFutures);
  ~SimdjsonBinance();
  SimdjsonBinance(const SimdjsonBinance&) = delete;
  SimdjsonBinance& operator=(const SimdjsonBinance&) = delete;

  /// Whether this machine has the instructions.
  [[nodiscard]] static bool runsHere();

  [[nodiscard]] bool decode(std::string_view frame, event::Frame& out);

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace hft::bench
