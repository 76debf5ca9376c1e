// The recording reader on recordings with valid headers and damaged or hostile blocks. The CRC of
// each block is repaired first, so that the code behind it is reached.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "native/capture/little_endian.hpp"
#include "native/capture/recording_reader.hpp"
#include "native/capture/recording_writer.hpp"
#include "native/core/check.hpp"
#include "native/core/crc32.hpp"
#include "native/event/feed_message.hpp"

namespace {

using namespace hft;

constexpr std::uint32_t kBlockBytes = 2048;

std::string recordingOf(std::string_view bytes) {
  capture::RecordingInfo info;
  info.venue = "fuzz";
  info.blockBytesMax = kBlockBytes;
  const auto header = capture::recordingHeader(info);
  std::string text(header.value().data(), header.value().size());
  std::uint64_t number = 0;
  while (!bytes.empty()) {
    const std::size_t bodyBytes =
        std::min<std::size_t>(bytes.size(), 1 + static_cast<std::uint8_t>(bytes[0]) * 5U);
    const std::string_view body = bytes.substr(0, bodyBytes);
    bytes.remove_prefix(bodyBytes);
    std::vector<char> block(capture::kBlockHeaderBytes + bodyBytes);
    std::memcpy(block.data(), capture::kBlockMagic.data(), capture::kBlockMagic.size());
    capture::storeLittle(&block[8], static_cast<std::uint32_t>(bodyBytes));
    capture::storeLittle(&block[16], number++);
    std::memcpy(&block[capture::kBlockHeaderBytes], body.data(), bodyBytes);
    const std::uint32_t crc = crc32(crc32(0, {block.data(), 36}), body);
    capture::storeLittle(&block[36], crc);
    text.append(block.data(), block.size());
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t chunkBytes = 1 + data[0] * 7U;
  std::string text = recordingOf({reinterpret_cast<const char*>(data + 1), size - 1});
  const std::size_t bytes = text.size();
  text.resize(bytes + event::kFramePadding);
  capture::RecordingReader reader(kBlockBytes);
  std::size_t given = 0;
  const auto drain = [&] {
    while (const capture::CapturedFrame* frame = reader.next()) {
      given += frame->payload.size() + frame->url.size();
      HFT_CHECK(frame->position < bytes);
    }
  };
  for (std::size_t at = 0; at < bytes; at += chunkBytes) {
    reader.push({text.data() + at, std::min(chunkBytes, bytes - at)});
    drain();
  }
  reader.finish();
  drain();
  HFT_CHECK(given <= bytes && reader.soundBytes() <= bytes && reader.faults().total() <= 1);
  return 0;
}
