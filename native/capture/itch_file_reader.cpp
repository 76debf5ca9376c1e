#include "native/capture/itch_file_reader.hpp"

#include <cstdint>

#include "native/decode/itch/itch.hpp"

namespace hft::capture {
namespace {

constexpr std::size_t kLengthBytes = 2;

std::size_t lengthOf(std::string_view framed) noexcept {
  return static_cast<std::size_t>(static_cast<std::uint8_t>(framed[0])) << 8 |
         static_cast<std::uint8_t>(framed[1]);
}

/// The bytes of the framed message that begins at `framed`; zero when that is not yet to be seen.
/// Some files write no lengths: there the type tells it; a zero before no type ends a session.
std::size_t framedBytes(std::string_view framed, bool isFinished) noexcept {
  if (framed.size() < kLengthBytes) return 0;
  const std::size_t length = lengthOf(framed);
  if (length != 0) return kLengthBytes + length;
  if (framed.size() == kLengthBytes) return isFinished ? kLengthBytes : 0;
  return kLengthBytes + decode::itch::messageBytes(framed[kLengthBytes]);
}

}  // namespace

const CapturedFrame* ItchFileReader::next() noexcept {
  const std::string_view chunk = gatherer_.chunk();
  std::size_t run = 0;
  while (run < chunk.size()) {
    const std::size_t bytes = framedBytes(chunk.substr(run), isFinished_);
    if (bytes == 0 || bytes > chunk.size() - run) break;
    if (run > 0 && run + bytes > runBytesMax_) break;
    run += bytes;
  }
  std::string_view payload = chunk.substr(0, run);
  if (run == 0) {
    std::string_view head = gatherer_.peek(kLengthBytes);
    if (!head.empty() && lengthOf(head) == 0) {
      const std::string_view withType = gatherer_.peek(kLengthBytes + 1);
      head = withType.empty() ? head : withType;
    }
    const std::size_t bytes = framedBytes(head, isFinished_);
    if (bytes != 0) payload = gatherer_.peek(bytes);
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
