#pragma once

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "native/decode/decoder.hpp"
#include "native/decode/order_ref_table.hpp"

/// What the tests of the venue decoders share: frames with hostile padding, a context to decode in,
/// a text form of what was decoded, and the recorded captures.
namespace hft::decode::lab {

using event::DecodeError;
using event::Frame;
using event::Message;
using event::MessageKind;

/// A copy of a frame with exactly the padding that decoders may read, filled with bytes that would
/// go on with the frame if they counted.
class PaddedFrame {
 public:
  explicit PaddedFrame(std::string_view frame) : PaddedFrame(frame, "0\"]}") {}
  PaddedFrame(std::string_view frame, std::string_view filling)
      : size_(frame.size()), bytes_(new char[frame.size() + event::kFramePadding]) {
    if (!frame.empty()) std::memcpy(bytes_.get(), frame.data(), frame.size());
    for (std::size_t i = 0; i < event::kFramePadding; ++i) {
      bytes_[size_ + i] = filling[i % filling.size()];
    }
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// The messages of a frame, as text: two decodings are equal when their texts are.
inline std::string describeMessages(const Frame& frame) {
  std::ostringstream out;
  const auto levels = [&](const char* name, event::LevelRange range) {
    out << ' ' << name << '[';
    for (const event::Level& level : frame.levels(range)) {
      out << ' ' << level.price << 'x' << level.qty;
    }
    out << " ]";
  };
  for (const Message& m : frame.messages()) {
    out << "kind " << static_cast<int>(m.kind) << " side " << static_cast<int>(m.side) << " code "
        << static_cast<int>(m.code) << " instrument " << static_cast<std::int32_t>(m.instrument)
        << " time " << m.exchangeTime << " ids " << m.firstId << ' ' << m.lastId << ' ' << m.prevId;
    if (m.hasChecksum) out << " checksum " << m.checksum;
    switch (m.kind) {
      case MessageKind::BookSnapshot:
      case MessageKind::BookDelta:
        levels("bids", m.book.bids);
        levels("asks", m.book.asks);
        break;
      case MessageKind::Quote:
        out << " quote " << m.quote.bid << 'x' << m.quote.bidQty << ' ' << m.quote.ask << 'x'
            << m.quote.askQty;
        break;
      case MessageKind::Trade:
        out << " trade " << m.trade.price << 'x' << m.trade.qty;
        break;
      case MessageKind::Bar:
        out << " bar " << m.bar.open << ' ' << m.bar.high << ' ' << m.bar.low << ' ' << m.bar.close
            << ' ' << m.bar.volume;
        break;
      default:
        if (m.kind >= MessageKind::OrderAdd && m.kind <= MessageKind::OrderModify) {
          out << " order " << m.order.orderRef << ' ' << m.order.newOrderRef << ' ' << m.order.price
              << 'x' << m.order.qty;
        }
    }
    out << '\n';
  }
  return out.str();
}

/// The messages, and what was counted.
inline std::string describe(const Frame& frame) {
  std::ostringstream out;
  out << describeMessages(frame) << "unknown " << frame.unknownCount << ' '
      << frame.unknownFieldCount << " skipped " << frame.skippedCount;
  if (frame.hasConnectionSequence) out << " connection " << frame.connectionSequence;
  return out.str();
}

/// A decoder with all that it needs; symbols are discovered and scales widened as a pipeline would.
struct Lab {
  explicit Lab(DecodeFunction decoder) : Lab(decoder, true) {}
  Lab(DecodeFunction decoder, bool discovers)
      : decode(decoder), instruments(64), refs(4096, 256), out(8192, 65536) {
    context.discoversInstruments = discovers;
  }

  DecodeError run(std::string_view text) {
    const PaddedFrame frame(text);
    return runPadded(frame.view());
  }
  DecodeError runPadded(std::string_view frame) {
    for (;;) {
      const DecodeError error = decode(frame, context, out);
      if (error != DecodeError::TooManyDecimals) return error;
      Scale needed;
      needed.priceDecimals = out.neededPriceDecimals;
      needed.qtyDecimals = out.neededQtyDecimals;
      needed.priceDigits = out.neededPriceDigits;
      needed.qtyDigits = out.neededQtyDigits;
      if (!instruments.widen(out.neededInstrument, needed)) return error;
    }
  }
  /// The only message of a frame that must decode.
  const Message& one(std::string_view text) {
    EXPECT_EQ(run(text), DecodeError::Ok) << text;
    EXPECT_EQ(out.messages().size(), 1U) << text;
    static const Message kNothing;
    return out.messages().empty() ? kNothing : out.messages().front();
  }
  InstrumentId add(std::string_view symbol, unsigned priceDecimals, unsigned qtyDecimals) {
    Scale scale;
    scale.priceDecimals = static_cast<std::uint8_t>(priceDecimals);
    scale.qtyDecimals = static_cast<std::uint8_t>(qtyDecimals);
    return instruments.add(symbol, scale).value();
  }

  DecodeFunction decode;
  InstrumentTable instruments;
  OrderRefTable refs;
  Frame out;
  DecodeContext context{instruments};
};

/// The folder of the recorded captures.
inline std::filesystem::path fixtures() {
  if (const char* folder = std::getenv("HFT_FIXTURES"); folder != nullptr) return folder;
  const auto root = std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "..";
  return root / ".." / "shared" / "data";
}

inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The frames that a cryptofeed capture received, in order (`TIME: JSON`).
inline std::vector<std::string> cryptofeedFrames(const std::filesystem::path& path) {
  std::vector<std::string> frames;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos || line.substr(0, colon).find(' ') != std::string::npos) {
      continue;
    }
    frames.push_back(line.substr(colon + 2));
  }
  return frames;
}

/// Every truncation of `frame` must be an error, whatever stands behind it; every frame with one
/// byte changed must be an error or something that can be read.
inline void expectSoundUnderDamage(Lab& lab, std::string_view frame) {
  ASSERT_EQ(lab.run(frame), DecodeError::Ok) << frame;
  for (std::size_t size = 0; size < frame.size(); ++size) {
    const std::string_view filling = size % 2 == 0 ? frame.substr(size) : "0\"]}";
    const PaddedFrame part(frame.substr(0, size), filling);
    ASSERT_NE(lab.decode(part.view(), lab.context, lab.out), DecodeError::Ok)
        << frame.substr(0, size);
  }
  std::string damaged(frame);
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
      damaged[at] = static_cast<char>(frame[at] ^ flip);
      if (lab.run(damaged) == DecodeError::Ok) static_cast<void>(describe(lab.out));
    }
    damaged[at] = frame[at];
  }
}

/// JSONTestSuite: `y_` is JSON, `n_` isn't, `i_` may be either.
inline void expectJsonTestSuite(Lab& lab) {
  const auto folder = fixtures() / "jsontestsuite" / "test_parsing";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no capture: jsontestsuite";
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const DecodeError error = lab.run(readFile(entry.path()));
    const bool isFree = name.starts_with("i_");
    EXPECT_TRUE(isFree || (error == DecodeError::Ok) == name.starts_with("y_")) << name;
    ++count;
  }
  EXPECT_GT(count, 100U);
}

}  // namespace hft::decode::lab
