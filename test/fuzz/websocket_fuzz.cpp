#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "native/core/check.hpp"
#include "native/net/frame_reader.hpp"

namespace {

using hft::Nanos;
using hft::net::Flow;
using hft::net::FrameReader;
using hft::net::FrameReaderOptions;
using hft::net::Opcode;

/// Records everything that a reader hands out, reads each byte of it, and stops now and then.
struct FuzzSink {
  std::vector<std::string> script;
  bool stops = false;

  Flow onMessage(std::string_view payload, bool isText, Nanos /*time*/) {
    script.push_back((isText ? 'T' : 'B') + std::string{payload});
    // The padding after a payload may be read, whatever stands there.
    volatile char last = payload.data()[payload.size() + hft::net::kPayloadPadding - 1];
    (void)last;
    return stops && script.size() % 2 == 0 ? Flow::Stop : Flow::Continue;
  }
  Flow onControl(Opcode opcode, std::string_view payload, Nanos /*time*/) {
    script.push_back(static_cast<char>('0' + static_cast<int>(opcode)) + std::string{payload});
    return Flow::Continue;
  }
};

/// What a reader makes of `bytes` in pieces of `pieceBytes`.
struct Outcome {
  std::vector<std::string> script;
  hft::net::FrameError error;
};

Outcome readAll(std::string_view bytes, const FrameReaderOptions& options, bool deflates,
                std::size_t pieceBytes, bool stops) {
  FrameReader reader(options);
  if (deflates) reader.enableDeflate({});
  FuzzSink sink{.script = {}, .stops = stops};
  auto status = FrameReader::Status::NeedMore;
  while (!bytes.empty() && status != FrameReader::Status::Failed) {
    const std::span<char> into = reader.writable();
    const std::size_t size = std::min({bytes.size(), pieceBytes, into.size()});
    HFT_CHECK(size > 0);
    std::memcpy(into.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
    do {
      status = reader.drain(sink, 1);
    } while (status == FrameReader::Status::Stopped);
  }
  return {std::move(sink.script), reader.error()};
}

}  // namespace

/// Any bytes give messages or an error, and the same however they are cut. The first byte chooses
/// the role, deflate and the cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const unsigned choice = data[0];
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const FrameReaderOptions options{.receiveBytesMax = 512,
                                   .messageBytesMax = 4096,
                                   .expectsMask = (choice & 1U) != 0,
                                   .skipUtf8 = (choice & 2U) != 0};
  const bool deflates = (choice & 4U) != 0;
  const Outcome whole = readAll(bytes, options, deflates, 1 << 20, false);
  const Outcome cut = readAll(bytes, options, deflates, 1 + (choice >> 4U), true);
  HFT_CHECK(whole.script == cut.script);
  // Of two errors in one message (bad UTF-8, and later bad DEFLATE) the cut may choose which.
  HFT_CHECK((whole.error == hft::net::FrameError::Ok) == (cut.error == hft::net::FrameError::Ok));
  return 0;
}
