#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "native/core/check.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/order_ref_table.hpp"
#include "test/native/decode/frame_text.hpp"
#include "test/native/decode/padded_text.hpp"

namespace hft::test {

/// One decoding in a world of its own, so that what was learned from one does not reach the next.
/// Bits of `choice`: symbols are discovered; orders are kept; a bare frame has an instrument.
inline std::string decodeAlone(decode::DecodeFunction decoder, const PaddedText& frame,
                               std::uint8_t choice) {
  InstrumentTable instruments(8);
  for (const char* symbol : {"BTC-USD", "SKL-USD", "ETH/CHF", "BTC/USD", "AMD", "AAPL"}) {
    static_cast<void>(instruments.add(symbol, {4, 8, 4, 8}));
  }
  decode::OrderRefTable refs(16, 4);
  event::Frame out(64, 256);
  decode::DecodeContext context{instruments};
  context.discoversInstruments = (choice & 1) != 0;
  if ((choice & 2) != 0) context.orderRefs = &refs;
  if ((choice & 4) != 0) context.frameInstrument = 0;
  const event::DecodeError error = decoder(frame.text(), context, out);
  return frameText(error, out) + " " + std::to_string(instruments.size()) + " " +
         std::to_string(refs.size());
}

/// Any bytes as a frame: the decoder ends and does not look behind the end. A JSON frame means the
/// same with a space before it, which sends it to the tolerant path.
inline int fuzzVenue(decode::DecodeFunction decoder, bool isJson, const std::uint8_t* data,
                     std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string expected = decodeAlone(decoder, PaddedText(bytes), data[0]);
  for (const char padding : {'"', '}', ']', '1'}) {
    HFT_CHECK(decodeAlone(decoder, PaddedText(bytes, padding), data[0]) == expected);
  }
  if (isJson) HFT_CHECK(decodeAlone(decoder, PaddedText(" " + bytes), data[0]) == expected);
  return 0;
}

}  // namespace hft::test
