#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "native/capture/captured_frame.hpp"
#include "native/event/feed_message.hpp"

namespace hft::capture {

/// A frame whose text outlives the reader.
struct OwnedFrame {
  FrameKind kind = FrameKind::Received;
  Nanos receiveTime = 0;
  std::string payload;
  std::string url;
  std::uint16_t connection = 0;
  std::uint64_t position = 0;
  std::uint64_t lostCount = 0;
  Scale scale;

  friend bool operator==(const OwnedFrame&, const OwnedFrame&) = default;
};

template <typename Reader>
void drain(Reader& reader, std::vector<OwnedFrame>& frames) {
  while (const CapturedFrame* frame = reader.next()) {
    frames.push_back({frame->kind, frame->receiveTime, std::string(frame->payload),
                      std::string(frame->url), frame->connection, frame->position, frame->lostCount,
                      frame->scale});
  }
}

/// Gives `bytes` in chunks of `sizes()` bytes, each in a buffer of its own with the padding that
/// readers ask for, so that a sanitizer sees every read beyond it.
template <typename Reader, typename Sizes>
std::vector<OwnedFrame> readInChunks(Reader& reader, std::string_view bytes, Sizes sizes) {
  std::vector<OwnedFrame> frames;
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(sizes(), bytes.size());
    std::vector<char> chunk(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    chunk.resize(size + event::kFramePadding, '\x5a');
    chunk.shrink_to_fit();
    reader.push({chunk.data(), size});
    drain(reader, frames);
    bytes.remove_prefix(size);
  }
  reader.finish();
  drain(reader, frames);
  return frames;
}

template <typename Reader>
std::vector<OwnedFrame> readWhole(Reader& reader, std::string_view bytes) {
  return readInChunks(reader, bytes, [&] { return bytes.size(); });
}

/// The recorded data beside the repository; tests skip where it is absent.
inline std::string fixturePath(const std::string& name) {
  const char* root = std::getenv("HFT_FIXTURES");
  return (root != nullptr ? std::string(root) : std::string("../shared/data")) + "/" + name;
}

}  // namespace hft::capture
