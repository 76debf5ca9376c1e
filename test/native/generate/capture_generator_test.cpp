#include "native/generate/capture_generator.hpp"

#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "native/capture/capture_reader.hpp"
#include "native/capture/wire_detection.hpp"
#include "test/native/generate/decoded_market.hpp"

namespace hft::generate {
namespace {

using capture::CaptureFormat;
using capture::FrameKind;
using decode::WireFormat;

std::string fileOf(CaptureFormat format, const GeneratorOptions& options, std::uint64_t messages,
                   std::size_t pieceBytes) {
  CaptureGenerator generator(format, options, messages);
  std::vector<char> piece(pieceBytes);
  std::string file;
  while (const std::size_t bytes = generator.next(piece)) file.append(piece.data(), bytes);
  EXPECT_EQ(generator.written(), messages);
  return file;
}

/// Reads the file back; calls `visit` for each frame.
template <typename Visit>
void readBack(CaptureFormat format, std::string file, Visit visit) {
  const std::size_t bytes = file.size();
  file.resize(bytes + event::kFramePadding);
  capture::CaptureReader reader(format, capture::CaptureLimits{});
  reader.push({file.data(), bytes});
  while (const capture::CapturedFrame* frame = reader.next()) visit(*frame);
  reader.finish();
  while (const capture::CapturedFrame* frame = reader.next()) visit(*frame);
  EXPECT_EQ(reader.faults().total(), 0U);
}

TEST(CaptureGenerator, WritesFilesThatAreDetectedAndReadBackWithoutAFault) {
  for (const CaptureFormat capture :
       {CaptureFormat::Hftbacktest, CaptureFormat::Cryptofeed, CaptureFormat::Recording}) {
    for (const WireFormat format : kFormats) {
      SCOPED_TRACE(std::string(capture::captureFormatName(capture)) + " " + formatName(format));
      GeneratorOptions options;
      options.format = format;
      if (checkCapture(capture, options) != OptionsError::Ok) continue;
      const std::string file = fileOf(capture, options, 3'000, CaptureGenerator::kPieceBytesMin);
      EXPECT_EQ(file, fileOf(capture, options, 3'000, CaptureGenerator::kPieceBytesMin * 2));
      EXPECT_EQ(capture::detectCaptureFormat(std::string_view(file).substr(0, 4096), ""), capture);
      std::map<FrameKind, int> kinds;
      InstrumentTable table(8);
      event::Frame decoded(16384, 65536);
      Nanos lastTime = 0;
      readBack(capture, file, [&](const capture::CapturedFrame& frame) {
        ++kinds[frame.kind];
        ASSERT_GE(frame.receiveTime, lastTime);
        lastTime = frame.receiveTime;
        if (frame.kind != FrameKind::Received && frame.kind != FrameKind::RestAnswer) return;
        const bool isBinance =
            format == WireFormat::BinanceSpot || format == WireFormat::BinanceFutures;
        if (isBinance) {
          EXPECT_EQ(capture::detectWireFormat("", frame.payload), format);
        }
        decode::DecodeContext context{table, true, kNoInstrument, nullptr};
        if (frame.kind == FrameKind::RestAnswer) {
          context.frameInstrument = table.find(capture::symbolOfUrl(frame.url));
        }
        // What the format can't tell (scales) is learned.
        auto error = decoderOf(format)(frame.payload, context, decoded);
        for (int tries = 0; error == event::DecodeError::TooManyDecimals && tries < 4; ++tries) {
          Scale needed;
          needed.priceDecimals = decoded.neededPriceDecimals;
          needed.qtyDecimals = decoded.neededQtyDecimals;
          needed.priceDigits = decoded.neededPriceDigits;
          needed.qtyDigits = decoded.neededQtyDigits;
          ASSERT_TRUE(table.widen(decoded.neededInstrument, needed));
          error = decoderOf(format)(frame.payload, context, decoded);
        }
        EXPECT_EQ(static_cast<int>(error), 0) << frame.payload.substr(0, 300);
      });
      const bool hasRest =
          format == WireFormat::BinanceSpot || format == WireFormat::BinanceFutures;
      const int rest = hasRest && capture != CaptureFormat::Hftbacktest ? 3 : 0;
      EXPECT_EQ(kinds[FrameKind::RestAnswer], rest);
      EXPECT_EQ(kinds[FrameKind::Received], 3'000 - rest);
      EXPECT_EQ(kinds[FrameKind::Opened], capture == CaptureFormat::Hftbacktest ? 0 : 1);
      EXPECT_EQ(kinds[FrameKind::Instrument], capture == CaptureFormat::Recording ? 3 : 0);
    }
  }
}

TEST(CaptureGenerator, RefusesWhatAFormatCannotHold) {
  GeneratorOptions options;
  options.format = WireFormat::KrakenV2;
  EXPECT_EQ(checkCapture(CaptureFormat::Hftbacktest, options), OptionsError::BadFormat);
  options.format = WireFormat::AlpacaMsgpack;
  EXPECT_EQ(checkCapture(CaptureFormat::Cryptofeed, options), OptionsError::BadFormat);
  EXPECT_EQ(checkCapture(CaptureFormat::Recording, options), OptionsError::Ok);
  options.ordersPerInstrument = 100'000;
  EXPECT_EQ(checkCapture(CaptureFormat::Recording, options), OptionsError::BadDepth);
}

TEST(CaptureGenerator, WritesItchFilesOfWholeMessages) {
  const std::string file =
      fileOf(CaptureFormat::Itch, GeneratorOptions{}, 20'000, CaptureGenerator::kPieceBytesMin);
  EXPECT_EQ(capture::detectCaptureFormat(std::string_view(file).substr(0, 4096), ""),
            CaptureFormat::Itch);
  std::size_t bytes = 0;
  readBack(CaptureFormat::Itch, file,
           [&](const capture::CapturedFrame& frame) { bytes += frame.payload.size(); });
  EXPECT_EQ(bytes, file.size());
}

TEST(CaptureGenerator, WritesLobsterMessagesThatAloneGiveTheBook) {
  GeneratorOptions options;
  const std::string file =
      fileOf(CaptureFormat::Lobster, options, 30'000, CaptureGenerator::kPieceBytesMin);
  EXPECT_EQ(capture::detectCaptureFormat(file, ""), CaptureFormat::Lobster);
  struct Order {
    int direction;
    Price price;
    Qty qty;
  };
  std::map<std::uint64_t, Order> orders;
  std::map<int, int> types;
  readBack(CaptureFormat::Lobster, file, [&](const capture::CapturedFrame& frame) {
    long seconds = 0;
    long nanos = 0;
    int type = 0;
    unsigned long long id = 0;
    long qty = 0;
    long price = 0;
    int direction = 0;
    const std::string line(frame.payload);
    ASSERT_EQ(std::sscanf(line.c_str(), "%ld.%ld,%d,%llu,%ld,%ld,%d", &seconds, &nanos, &type, &id,
                          &qty, &price, &direction),
              7);
    ++types[type];
    if (type == 1) {
      ASSERT_EQ(orders.count(id), 0U);
      orders[id] = {direction, price, qty};
      return;
    }
    ASSERT_EQ(orders.count(id), 1U) << line;
    ASSERT_EQ(orders[id].direction, direction);
    ASSERT_EQ(orders[id].price, price);
    orders[id].qty -= qty;
    ASSERT_GE(orders[id].qty, 0);
    if (orders[id].qty == 0) orders.erase(id);
  });
  for (const int type : {1, 3, 4}) EXPECT_GT(types[type], 500);
  NaiveBook told;
  for (const auto& [id, order] : orders) {
    if (order.direction == 1) told.bids[order.price / 100] += order.qty;
    if (order.direction == -1) told.asks[order.price / 100] += order.qty;
  }
  ASSERT_FALSE(told.bids.empty());
  EXPECT_LT(told.bids.begin()->first, told.asks.begin()->first);
}

}  // namespace
}  // namespace hft::generate
