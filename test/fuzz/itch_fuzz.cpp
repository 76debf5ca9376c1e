#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "native/core/check.hpp"
#include "native/decode/itch/itch_decoder.hpp"
#include "native/decode/itch/itch_framing.hpp"
#include "native/decode/itch/itch_mold.hpp"
#include "native/decode/itch/itch_soup.hpp"

namespace {

using namespace hft;

/// Folds the types and the prefixes that it sees, so that two ways to read can be compared.
struct Digest {
  std::uint64_t value = 0;
  template <typename Message>
  void operator()(const Message& message) noexcept {
    value = (value ^ message.prefix.timestamp ^ static_cast<std::uint8_t>(Message::kType)) *
            0x9E3779B97F4A7C15ULL;
  }
};

void fuzzFile(std::span<const std::uint8_t> bytes, std::size_t step) {
  Digest whole;
  const auto expected = decode::itch::readFile(bytes, whole);
  HFT_CHECK(expected.position <= bytes.size());
  Digest chunked;
  decode::itch::FileReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto part = bytes.subspan(at, std::min(step, bytes.size() - at));
    const auto result = reader.read(part, chunked);
    if (result.error == decode::itch::FramingError::Ok) continue;
    HFT_CHECK(result.error == expected.error && result.position == expected.position);
    break;
  }
  HFT_CHECK(whole.value == chunked.value);
}

void fuzzMessages(std::span<const std::uint8_t> bytes) {
  static InstrumentTable instruments(64);
  static decode::ItchDecoder decoder(0);
  static event::Frame frame(4, 4);
  const decode::DecodeContext context{.instruments = instruments, .discoversInstruments = true};
  for (std::size_t at = 0; at + 2 < bytes.size();) {
    const std::size_t length =
        std::min<std::size_t>(decode::itch::readU16(bytes.data() + at), bytes.size() - at - 2);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + at + 2, length);
    static_cast<void>(decoder.decode(text, context, frame));
    at += 2 + length;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t step = 1 + data[0];
  // An exact copy: any read beyond the end is seen.
  const auto exact = std::make_unique<std::uint8_t[]>(size - 1);
  std::copy_n(data + 1, size - 1, exact.get());
  const std::span<const std::uint8_t> bytes(exact.get(), size - 1);
  fuzzFile(bytes, step);
  fuzzMessages(bytes);
  Digest digest;
  decode::itch::MoldReader mold(1);
  static_cast<void>(mold.read(bytes, digest));
  decode::itch::SoupReader soup;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto part = bytes.subspan(at, std::min(step, bytes.size() - at));
    if (soup.read(part, digest).error != decode::itch::FramingError::Ok) break;
  }
  return 0;
}
