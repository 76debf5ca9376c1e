#include "native/capture/itch_file_reader.hpp"

#include <cstdint>

namespace hft::capture {
namespace {

std::size_t framedBytes(const char* at) noexcept {
  return 2 + (static_cast<std::size_t>(static_cast<std::uint8_t>(at[0])) << 8 |
              static_cast<std::uint8_t>(at[1]));
}

}  // namespace

const CapturedFrame* ItchFileReader::next() noexcept {
  const std::string_view chunk = gatherer_.chunk();
  std::size_t run = 0;
  while (chunk.size() - run >= 2) {
    const std::size_t bytes = framedBytes(chunk.data() + run);
    if (bytes > chunk.size() - run) break;
    if (run > 0 && run + bytes > runBytesMax_) break;
    run += bytes;
  }
  std::string_view payload = chunk.substr(0, run);
  if (run == 0) {
    const std::string_view length = gatherer_.peek(2);
    if (!length.empty()) payload = gatherer_.peek(framedBytes(length.data()));
    if (payload.empty()) {
      if (isFinished_ && gatherer_.pending() > 0) {
        faults_.add(CaptureFault::TornTail, gatherer_.offset());
        isFinished_ = false;
      }
      return nullptr;
    }
  }
  frame_ = CapturedFrame{};
  frame_.position = gatherer_.offset();
  frame_.payload = payload;
  gatherer_.consume(payload.size());
  return &frame_;
}

}  // namespace hft::capture
