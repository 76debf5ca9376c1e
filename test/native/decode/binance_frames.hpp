#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "native/decode/binance/binance.hpp"
#include "native/decode/decoder.hpp"
#include "test/native/decode/frame_text.hpp"
#include "test/native/decode/padded_text.hpp"

namespace hft::test {

/// A table with BTCUSDT (0: 2 and 8 decimals), BTCUSD_PERP (1: 1 and 0) and ETHUSDT (2: 2 and 4),
/// a frame, and the three ways of decoding it.
struct BinanceDecoding {
  InstrumentTable instruments{16};
  event::Frame frame{32, 4096};
  decode::DecodeContext context{.instruments = instruments};
  decode::binance::Market market;

  explicit BinanceDecoding(decode::binance::Market wanted) : market(wanted) {
    static_cast<void>(instruments.add("BTCUSDT", {2, 8, 2, 8}));
    static_cast<void>(instruments.add("BTCUSD_PERP", {1, 0, 1, 0}));
    static_cast<void>(instruments.add("ETHUSDT", {2, 4, 2, 4}));
  }

  [[nodiscard]] event::DecodeError decode(const PaddedText& text) {
    return market == decode::binance::Market::Spot
               ? decode::decodeBinanceSpot(text.text(), context, frame)
               : decode::decodeBinanceFutures(text.text(), context, frame);
  }
  [[nodiscard]] event::DecodeError decode(std::string_view text) {
    return decode(PaddedText(text));
  }
  [[nodiscard]] std::string decoded(std::string_view text) {
    const event::DecodeError error = decode(text);
    return frameText(error, frame);
  }
  /// The tolerant reader alone.
  [[nodiscard]] std::string readAny(std::string_view text) {
    const PaddedText copy(text);
    frame.clear();
    const event::DecodeError error =
        decode::binance::readFrame(copy.text(), context, market, frame);
    return frameText(error, frame);
  }
  /// Whether the scanner of layouts alone decodes it.
  [[nodiscard]] bool isScanned(std::string_view text) {
    const PaddedText copy(text);
    frame.clear();
    return decode::binance::scanFrame(copy.text(), context, market, frame);
  }
};

inline std::string fixturePath(const std::string& file) {
  const char* root = std::getenv("HFT_FIXTURES");
  return std::string(root != nullptr ? root : "../shared/data") + "/" + file;
}

/// The JSON of each line `LOCAL_NS {json}` of a gzip capture; empty where it is absent.
inline std::vector<std::string> capturedFrames(const std::string& file) {
  std::vector<std::string> frames;
  const std::string command = "zcat '" + fixturePath("hftbacktest/" + file) + "' 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return frames;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t size = 0; (size = getline(&line, &capacity, pipe)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(size));
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    frames.emplace_back(text.substr(text.find(' ') + 1));
  }
  std::free(line);
  pclose(pipe);
  return frames;
}

inline constexpr const char* kSpotCapture = "spot_btcusdt_20240808.first60s.gz";
inline constexpr const char* kUsdmCapture = "usdm_btcusdt_20240808.first60s.gz";
inline constexpr const char* kCoinmCapture = "cm_btcusd_perp_20240808.first20s.gz";

}  // namespace hft::test
