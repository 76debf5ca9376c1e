#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "native/core/check.hpp"
#include "test/native/decode/binance_frames.hpp"

namespace hft::test {

/// Any bytes as a frame of a market: the decoder ends, agrees with the tolerant reader, and does
/// not look behind the end. The first byte chooses what the decoder is told.
inline int fuzzBinance(decode::binance::Market market, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  BinanceDecoding decoding(market);
  decoding.context.discoversInstruments = (data[0] & 1) != 0;
  if ((data[0] & 2) != 0) decoding.context.frameInstrument = 1;
  const std::string expected = decoding.readAny(bytes);
  HFT_CHECK(decoding.decoded(bytes) == expected);
  for (const char padding : {'"', '}', ']', '1'}) {
    const event::DecodeError error = decoding.decode(PaddedText(bytes, padding));
    HFT_CHECK(frameText(error, decoding.frame) == expected);
  }
  return 0;
}

}  // namespace hft::test
