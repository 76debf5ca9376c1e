// Every capture reader on any bytes, cut into chunks anywhere: no crash, and the same frames as
// from one chunk.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "native/capture/capture_reader.hpp"
#include "native/capture/wire_detection.hpp"
#include "native/core/check.hpp"
#include "native/core/crc32.hpp"
#include "native/event/feed_message.hpp"

namespace {

using namespace hft;

struct Digest {
  std::uint32_t crc = 0;
  std::uint64_t frames = 0;
  std::uint64_t faults = 0;
};

/// ITCH runs depend on where chunks are cut; only their bytes are compared.
Digest read(capture::CaptureFormat format, std::string_view bytes, std::size_t chunkBytes) {
  capture::CaptureLimits limits;
  limits.lineBytesMax = 300;
  limits.blockBytesMax = 4096;
  limits.itchRunBytesMax = 128;
  capture::CaptureReader reader(format, limits);
  Digest digest;
  const auto drain = [&] {
    while (const capture::CapturedFrame* frame = reader.next()) {
      digest.crc = crc32(digest.crc, frame->payload);
      digest.crc = crc32(digest.crc, frame->url);
      (void)capture::detectWireFormat(frame->url, frame->payload);
      if (format != capture::CaptureFormat::Itch) ++digest.frames;
    }
  };
  std::vector<char> chunk;
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, chunkBytes);
    chunk.assign(part.begin(), part.end());
    chunk.resize(part.size() + event::kFramePadding);
    reader.push({chunk.data(), part.size()});
    drain();
    bytes.remove_prefix(part.size());
  }
  reader.finish();
  drain();
  digest.faults = reader.faults().total();
  return digest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t chunkBytes = 1 + data[0];
  const auto format = static_cast<capture::CaptureFormat>(data[1] % capture::kCaptureFormatCount);
  const std::string_view bytes{reinterpret_cast<const char*>(data + 2), size - 2};
  (void)capture::detectCaptureFormat(bytes, "name");
  const Digest cut = read(format, bytes, chunkBytes);
  const Digest whole = read(format, bytes, bytes.size() + 1);
  HFT_CHECK(cut.crc == whole.crc && cut.frames == whole.frames && cut.faults == whole.faults);
  return 0;
}
