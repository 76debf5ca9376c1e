#include "native/capture/line_readers.hpp"

#include "native/capture/timestamp.hpp"

namespace hft::capture {
namespace {

std::string_view withoutLeadingSpace(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

/// Whether `field` is a decimal number with at most one leading sign: LOBSTER's columns.
bool isNumericField(std::string_view field) noexcept {
  if (!field.empty() && field.front() == '-') field.remove_prefix(1);
  if (field.empty()) return false;
  for (const char c : field) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

}  // namespace

CaptureFault HftbacktestLine::parse(std::string_view line, CapturedFrame& frame) noexcept {
  const auto time = parseNanos(line);
  if (!time) {
    const bool hasDigits = line.front() >= '0' && line.front() <= '9';
    return hasDigits ? CaptureFault::BadTimestamp : CaptureFault::NoTimestamp;
  }
  const std::string_view rest = line.substr(time->bytes);
  if (rest.empty()) return CaptureFault::NoPayload;
  if (rest.front() != ' ' && rest.front() != '\t') return CaptureFault::BadTimestamp;
  frame.payload = withoutLeadingSpace(rest);
  if (frame.payload.empty()) return CaptureFault::NoPayload;
  frame.receiveTime = time->time;
  frame.kind = FrameKind::Received;
  return CaptureFault::Ok;
}

CaptureFault CryptofeedLine::parseTimed(std::string_view rest, CapturedFrame& frame) noexcept {
  const auto time = parseSeconds(rest);
  if (!time) {
    const bool hasDigits = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
    return hasDigits ? CaptureFault::BadTimestamp : CaptureFault::NoTimestamp;
  }
  frame.receiveTime = time->time;
  rest.remove_prefix(time->bytes);
  if (frame.kind == FrameKind::Opened) {
    return withoutLeadingSpace(rest).empty() ? CaptureFault::Ok : CaptureFault::BadTimestamp;
  }
  if (rest.empty()) return CaptureFault::NoPayload;
  if (rest.front() != ':') return CaptureFault::BadTimestamp;
  frame.payload = withoutLeadingSpace(rest.substr(1));
  return frame.payload.empty() ? CaptureFault::NoPayload : CaptureFault::Ok;
}

CaptureFault CryptofeedLine::parse(std::string_view line, CapturedFrame& frame) noexcept {
  if (line.front() >= '0' && line.front() <= '9') {
    frame.kind = FrameKind::Received;
    frame.url = openedUrl_;
    return parseTimed(line, frame);
  }
  // An address holds no space, so the first one ends it; a JSON body can't be mistaken for it.
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos ||
      line.substr(0, space).find(':') == std::string_view::npos) {
    return CaptureFault::NoTimestamp;
  }
  frame.url = line.substr(0, space);
  std::string_view rest = line.substr(space + 1);
  if (rest.starts_with("<-> ")) {
    frame.kind = FrameKind::Opened;
    rest.remove_prefix(4);
  } else if (rest.starts_with("<- ")) {
    frame.kind = FrameKind::Sent;
    rest.remove_prefix(3);
  } else if (rest.starts_with("-> ")) {
    frame.kind = FrameKind::RestAnswer;
    rest.remove_prefix(3);
  } else {
    return CaptureFault::NoTimestamp;
  }
  const CaptureFault fault = parseTimed(rest, frame);
  if (fault == CaptureFault::Ok && frame.kind == FrameKind::Opened) {
    openedUrl_.assign(frame.url.substr(0, kUrlBytesMax));
  }
  return fault;
}

CaptureFault LobsterLine::parse(std::string_view line, CapturedFrame& frame) noexcept {
  const auto time = parseSeconds(line);
  if (!time) return CaptureFault::BadTimestamp;
  std::string_view rest = line.substr(time->bytes);
  for (int field = 0; field < 5; ++field) {
    if (rest.empty() || rest.front() != ',') return CaptureFault::BadFields;
    rest.remove_prefix(1);
    const std::size_t end = rest.find(',');
    if (!isNumericField(rest.substr(0, end))) return CaptureFault::BadFields;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  }
  if (!rest.empty()) return CaptureFault::BadFields;
  frame.receiveTime = midnight_ + time->time;
  frame.payload = line;
  frame.kind = FrameKind::Received;
  return CaptureFault::Ok;
}

}  // namespace hft::capture
