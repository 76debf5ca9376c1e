#include "native/decode/binance/binance.hpp"

namespace hft::decode {
namespace {

event::DecodeError decode(std::string_view frame, const DecodeContext& context,
                          binance::Market market, event::Frame& out) noexcept {
  out.clear();
  if (binance::scanFrame(frame, context, market, out)) [[likely]]
    return event::DecodeError::Ok;
  out.clear();
  return binance::readFrame(frame, context, market, out);
}

}  // namespace

event::DecodeError decodeBinanceSpot(std::string_view frame, const DecodeContext& context,
                                     event::Frame& out) noexcept {
  return decode(frame, context, binance::Market::Spot, out);
}

event::DecodeError decodeBinanceFutures(std::string_view frame, const DecodeContext& context,
                                        event::Frame& out) noexcept {
  return decode(frame, context, binance::Market::Futures, out);
}

}  // namespace hft::decode
