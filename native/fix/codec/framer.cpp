#include "native/fix/codec/framer.hpp"

#include <cstring>

#include "native/fix/codec/tags.hpp"

namespace hft::fix {
namespace {

/// The next `8=` at or behind `from`; the end where there is none. A last `8` may become one.
std::size_t findBegin(std::string_view bytes, std::size_t from) noexcept {
  if (bytes.substr(from < bytes.size() ? from : bytes.size()).starts_with("8=")) return from;
  while (from < bytes.size()) {
    const void* found = std::memchr(bytes.data() + from, '8', bytes.size() - from);
    if (found == nullptr) return bytes.size();
    from = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (from + 1 == bytes.size() || bytes[from + 1] == '=') return from;
    ++from;
  }
  return bytes.size();
}

FrameScan refuse(std::string_view bytes, FrameScan scan, FrameError error) noexcept {
  scan.error = error;
  scan.size = static_cast<std::uint32_t>(findBegin(bytes, scan.garbage + 1U) - scan.garbage);
  return scan;
}

bool isDigit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

}  // namespace

FrameScan findFrame(std::string_view bytes, std::size_t bytesMax) noexcept {
  FrameScan scan;
  scan.garbage = static_cast<std::uint32_t>(findBegin(bytes, 0));
  const std::string_view message = bytes.substr(scan.garbage);
  const std::size_t headMax =
      message.size() < kFrameHeadBytesMax ? message.size() : kFrameHeadBytesMax;
  // Not memchr: a BeginString is shorter than the call is worth.
  std::size_t beginEnd = 0;
  while (beginEnd < headMax && message[beginEnd] != kSoh) ++beginEnd;
  if (beginEnd == headMax) {
    const bool mayGrow = message.size() < kFrameHeadBytesMax;
    return mayGrow ? scan : refuse(bytes, scan, FrameError::BadBodyLength);
  }
  std::size_t cursor = beginEnd + 1;
  for (const char expected : std::string_view("9=")) {
    if (cursor == message.size()) return scan;
    if (message[cursor] != expected) return refuse(bytes, scan, FrameError::BadBodyLength);
    ++cursor;
  }
  std::uint64_t bodyLength = 0;
  const std::size_t digitsBegin = cursor;
  while (cursor < message.size() && isDigit(message[cursor]) && cursor < kFrameHeadBytesMax) {
    bodyLength = bodyLength * 10 + static_cast<std::uint64_t>(message[cursor] - '0');
    if (bodyLength > bytesMax) return refuse(bytes, scan, FrameError::TooLong);
    ++cursor;
  }
  if (cursor == message.size()) return scan;
  if (cursor == digitsBegin || message[cursor] != kSoh) {
    return refuse(bytes, scan, FrameError::BadBodyLength);
  }
  ++cursor;
  scan.bodyOffset = static_cast<std::uint32_t>(cursor);
  const std::size_t size = cursor + bodyLength + kTrailerBytes;
  if (size > bytesMax) return refuse(bytes, scan, FrameError::TooLong);
  if (message.size() < size) return scan;
  const std::string_view trailer = message.substr(size - kTrailerBytes, kTrailerBytes);
  const bool isTrailer = trailer.starts_with("10=") && trailer[6] == kSoh && isDigit(trailer[3]) &&
                         isDigit(trailer[4]) && isDigit(trailer[5]);
  if (!isTrailer || message[size - kTrailerBytes - 1] != kSoh) {
    return refuse(bytes, scan, FrameError::BadTrailer);
  }
  scan.error = FrameError::Ok;
  scan.size = static_cast<std::uint32_t>(size);
  return scan;
}

}  // namespace hft::fix
