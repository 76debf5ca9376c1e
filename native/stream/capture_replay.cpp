#include "native/stream/capture_replay.hpp"

#include <algorithm>

namespace hft::stream {
namespace {

using capture::CapturedFrame;
using capture::FrameKind;

bool isBinance(decode::WireFormat format) noexcept {
  return format == decode::WireFormat::BinanceSpot || format == decode::WireFormat::BinanceFutures;
}

/// hftbacktest's collector writes REST snapshots among the frames: no stream name, no event type.
bool isBareSnapshot(std::string_view payload) noexcept {
  return payload.starts_with("{\"lastUpdateId\"");
}

}  // namespace

CaptureReplay::CaptureReplay(capture::CaptureFormat format, const capture::CaptureLimits& limits,
                             std::optional<decode::WireFormat> wireFormat, FrameTarget target)
    : reader_(format, limits), fixedFormat_(wireFormat), target_(target) {}

bool CaptureReplay::pump() noexcept {
  while (true) {
    if (pending_ == nullptr) pending_ = reader_.next();
    if (pending_ == nullptr) return true;
    if (!target_.hasRoom(target_.context)) return false;
    if (!play(*pending_)) return false;
    pending_ = nullptr;
  }
}

bool CaptureReplay::play(const CapturedFrame& captured) noexcept {
  if (captured.receiveTime != 0) {
    if (counts_.firstTime == 0) counts_.firstTime = captured.receiveTime;
    counts_.lastTime = captured.receiveTime;
  }
  switch (captured.kind) {
    case FrameKind::Received:
      return playReceived(captured);
    case FrameKind::RestAnswer:
      return playRestAnswer(captured);
    case FrameKind::Opened:
      return playEvent(FrameOrigin::Connected, captured);
    case FrameKind::Closed:
      return playEvent(FrameOrigin::Disconnected, captured);
    case FrameKind::Gap:
      counts_.gaps += std::max<std::uint64_t>(captured.lostCount, 1);
      return playEvent(FrameOrigin::Disconnected, captured);
    case FrameKind::Instrument:
      return playInstrument(captured);
    case FrameKind::Sent:
      break;
  }
  ++counts_.sent;
  return true;
}

bool CaptureReplay::playReceived(const CapturedFrame& captured) noexcept {
  const auto format = formatOf(captured);
  if (!format) {
    ++counts_.undetected;
    return true;
  }
  if (*format == decode::WireFormat::Lobster) return playLobster(captured);
  if (isBinance(*format) && isBareSnapshot(captured.payload)) return playRestAnswer(captured);
  if (isBinance(*format)) snapshotSymbol_.observe(captured.payload);
  const auto connection = connectionOf(*format);
  if (!connection) return false;
  QueuedFrame frame;
  frame.connection = *connection;
  frame.receiveTime = captured.receiveTime;
  frame.payload = captured.payload;
  return send(frame);
}

bool CaptureReplay::playLobster(const CapturedFrame& captured) noexcept {
  if (!isLobsterOpen_ && !openLobster()) return false;
  QueuedFrame frame;
  frame.connection = connections_[0];
  frame.receiveTime = captured.receiveTime;
  const std::size_t end = lobsterRows_.find('\n', lobsterRowAt_);
  const std::size_t last = end == std::string::npos ? lobsterRows_.size() : end;
  if (last > lobsterRowAt_) {
    frame.origin = FrameOrigin::LobsterRow;
    frame.payload = std::string_view(lobsterRows_).substr(lobsterRowAt_, last - lobsterRowAt_);
    if (!target_.push(target_.context, frame)) return false;
  }
  frame.origin = FrameOrigin::Stream;
  frame.payload = captured.payload;
  if (!send(frame)) return false;
  lobsterRowAt_ = std::min(last + 1, lobsterRows_.size());
  return true;
}

bool CaptureReplay::openLobster() noexcept {
  constexpr Scale kScale{4, 0, 4, 0};
  QueuedFrame frame;
  frame.origin = FrameOrigin::AddInstrument;
  frame.payload = lobsterSymbol_;
  frame.scale = kScale;
  if (!target_.push(target_.context, frame)) return false;
  const auto connection = connectionOf(decode::WireFormat::Lobster);
  if (!connection) return false;
  frame.origin = FrameOrigin::SnapshotOf;
  frame.connection = *connection;
  isLobsterOpen_ = target_.push(target_.context, frame);
  return isLobsterOpen_;
}

bool CaptureReplay::playRestAnswer(const CapturedFrame& captured) noexcept {
  // A bare snapshot among the frames belongs to their stream, whatever it looks like.
  auto format = captured.url.empty() || fixedFormat_ ? formatKnown() : std::nullopt;
  if (!format) format = capture::detectWireFormat(captured.url, captured.payload);
  if (!format) {
    ++counts_.undetected;
    return true;
  }
  std::string_view symbol = capture::symbolOfUrl(captured.url);
  if (symbol.empty()) {
    const auto inferred = snapshotSymbol_.infer(captured.payload);
    if (!inferred.ok()) {
      ++counts_.unplaced;
      return true;
    }
    symbol = inferred.value();
  }
  const auto connection = connectionOf(*format);
  if (!connection) return false;
  QueuedFrame frame;
  frame.connection = *connection;
  frame.receiveTime = captured.receiveTime;
  frame.origin = FrameOrigin::SnapshotOf;
  frame.payload = symbol;
  if (!target_.push(target_.context, frame)) return false;
  frame.origin = FrameOrigin::RestSnapshot;
  frame.payload = captured.payload;
  if (!send(frame)) return false;
  ++counts_.restSnapshots;
  return true;
}

bool CaptureReplay::playEvent(FrameOrigin origin, const CapturedFrame& captured) noexcept {
  // Which connection is meant is told only by its address, if at all; books of a format share one
  // connection here, so that an event of one of several recorded sockets is an event of all.
  for (const std::uint32_t connection : connections_) {
    QueuedFrame frame;
    frame.origin = origin;
    frame.connection = connection;
    frame.receiveTime = captured.receiveTime;
    if (!target_.push(target_.context, frame)) return false;
  }
  return true;
}

bool CaptureReplay::playInstrument(const CapturedFrame& captured) noexcept {
  QueuedFrame frame;
  frame.origin = FrameOrigin::AddInstrument;
  frame.receiveTime = captured.receiveTime;
  frame.payload = captured.payload;
  frame.scale = captured.scale;
  return target_.push(target_.context, frame);
}

bool CaptureReplay::send(const QueuedFrame& frame) noexcept {
  if (!target_.push(target_.context, frame)) return false;
  ++counts_.frames;
  counts_.bytes += frame.payload.size();
  return true;
}

std::optional<std::uint32_t> CaptureReplay::connectionOf(decode::WireFormat format) noexcept {
  const auto found = std::find(wireFormats_.begin(), wireFormats_.end(), format);
  if (found != wireFormats_.end()) {
    return connections_[static_cast<std::size_t>(found - wireFormats_.begin())];
  }
  const auto connection = target_.connect(target_.context, format);
  if (!connection) return std::nullopt;
  wireFormats_.push_back(format);
  connections_.push_back(*connection);
  return connection;
}

std::optional<decode::WireFormat> CaptureReplay::formatOf(const CapturedFrame& captured) noexcept {
  if (fixedFormat_) return fixedFormat_;
  if (lastFormat_ && captured.url == lastUrl_) return lastFormat_;
  const auto format = capture::detectWireFormat(captured.url, captured.payload);
  if (format) {
    lastFormat_ = format;
    lastUrl_ = captured.url;
  }
  return format;
}

}  // namespace hft::stream
