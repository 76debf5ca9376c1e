#include "native/fix/transport/message_splitter.hpp"

#include <charconv>

#include "native/fix/codec/framer.hpp"

namespace hft::fix {

namespace {

using std::string_view;

constexpr string_view kBegin = "8=";
constexpr string_view kLength = "\0019=";
constexpr string_view kCheckSum = "\00110=";
constexpr char kFieldEnd = '\001';
/// BeginString(8) and BodyLength(9) are found this early or not at all.
constexpr std::size_t kHeadBytesMax = 512;

std::uint32_t narrow(std::size_t size) noexcept { return static_cast<std::uint32_t>(size); }

/// Drops the beginning that is none: the search goes on behind it.
Split dropBeginning(string_view bytes, std::size_t at) noexcept {
  const std::size_t next = bytes.find(kBegin, at + kBegin.size());
  return {.garbage = narrow(next == string_view::npos ? bytes.size() : next), .size = 0};
}

}  // namespace

Split splitMessage(string_view bytes, std::size_t bytesMax) noexcept {
  // Almost always a whole message stands in front, and its frame is sound.
  const FrameScan frame = findFrame(bytes, bytesMax);
  if (frame.error == FrameError::Ok && frame.garbage == 0) {
    return {.garbage = 0, .size = frame.size, .isSound = true};
  }
  const std::size_t begin = bytes.find(kBegin);
  if (begin == string_view::npos) {
    // The last byte may be the first of a beginning.
    const bool mayBegin = !bytes.empty() && bytes.back() == kBegin[0];
    return {.garbage = narrow(bytes.size() - (mayBegin ? 1 : 0)), .size = 0};
  }
  const string_view message = bytes.substr(begin);
  const string_view head = message.substr(0, kHeadBytesMax);
  const std::size_t lengthAt = head.find(kLength);
  if (lengthAt == string_view::npos) {
    if (head.size() == kHeadBytesMax) return dropBeginning(bytes, begin);
    return {.garbage = narrow(begin), .size = 0};
  }
  const std::size_t digits = lengthAt + kLength.size();
  const std::size_t digitsEnd = head.find(kFieldEnd, digits);
  if (digitsEnd == string_view::npos) {
    if (head.size() - digits > 10) return dropBeginning(bytes, begin);
    return {.garbage = narrow(begin), .size = 0};
  }
  std::uint32_t length = 0;
  const auto [end, error] =
      std::from_chars(message.data() + digits, message.data() + digitsEnd, length);
  if (error != std::errc() || end != message.data() + digitsEnd || length > bytesMax) {
    return dropBeginning(bytes, begin);
  }
  // The body's last field end belongs to the pattern.
  const std::size_t bodyEnd = digitsEnd + length;
  if (message.size() < bodyEnd) return {.garbage = narrow(begin), .size = 0};
  const std::size_t checkSum = message.find(kCheckSum, bodyEnd);
  const std::size_t last = checkSum == string_view::npos
                               ? string_view::npos
                               : message.find(kFieldEnd, checkSum + kCheckSum.size());
  if (last != string_view::npos) return {.garbage = narrow(begin), .size = narrow(last + 1)};
  if (message.size() > bytesMax + kHeadBytesMax) return dropBeginning(bytes, begin);
  return {.garbage = narrow(begin), .size = 0};
}

}  // namespace hft::fix
