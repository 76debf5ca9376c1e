#include "native/event/recording/market_recording.hpp"

#include <algorithm>

#include "native/event/recording/market_recorder.hpp"

namespace hft::event {
namespace {

/// The first sequence of a segment; 0 when it was not begun.
std::uint64_t firstOf(const SegmentImage& segment) noexcept {
  SegmentHeader header;
  if (segment.bytes.size() < sizeof header) return 0;
  std::memcpy(&header, segment.bytes.data(), sizeof header);
  return header.magic == kSegmentMagic && header.crc == trailingCrc(header) ? header.firstSequence
                                                                            : 0;
}

}  // namespace

Result<MarketRecording, JournalError> MarketRecording::open(const std::string& path,
                                                            std::uint64_t run) {
  auto directory = JournalDirectory::open(recordingPath(path, run), JournalDirectory::Mode::Read);
  if (!directory.ok()) return directory.error();
  if (directory.value().isEmpty()) return JournalError::NoDirectory;
  MarketRecording recording;
  recording.directory_ = directory.take();
  return recording;
}

std::uint64_t MarketRecording::firstSequence() const noexcept {
  const auto& segments = directory_.image().segments;
  return segments.empty() ? 0 : firstOf(segments.front());
}

std::size_t MarketRecording::segmentOf(std::uint64_t sequence) const noexcept {
  const auto& segments = directory_.image().segments;
  std::size_t found = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::uint64_t first = firstOf(segments[i]);
    if (first != 0 && first <= sequence) found = i;
  }
  return found;
}

std::size_t MarketRecording::skipTo(const SegmentImage& segment, std::uint64_t sequence) noexcept {
  std::size_t at = sizeof(SegmentHeader);
  while (segment.bytes.size() - std::min(at, segment.bytes.size()) >= sizeof(RecordHeader)) {
    RecordHeader header;
    std::memcpy(&header, segment.bytes.data() + at, sizeof header);
    if (header.mark != 0xa5 || header.sequence >= sequence) break;
    at += recordBytes(header.payloadBytes);
  }
  return at;
}

MarketRecording::Step MarketRecording::next(const SegmentImage& segment, std::size_t& at,
                                            std::uint64_t expected,
                                            RecordedEvent& event) const noexcept {
  const std::span<const std::byte> bytes = segment.bytes;
  if (at > bytes.size() || bytes.size() - at < sizeof(RecordHeader)) return Step::End;
  // The writer stores the first word last.
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  if (word == 0 || word == kSealMagic) return Step::End;
  RecordHeader header;
  std::memcpy(&header, bytes.data() + at, sizeof header);
  const std::size_t size = recordBytes(header.payloadBytes);
  if (header.mark != 0xa5 || size > bytes.size() - at ||
      header.crc != recordCrc(bytes.data() + at, size) ||
      (expected != 0 && header.sequence != expected)) {
    return Step::Fault;
  }
  event.sequence = header.sequence;
  const std::byte* payload = bytes.data() + at + sizeof header;
  const std::size_t payloadBytes = header.payloadBytes;
  if (static_cast<RecordKind>(header.kind) != RecordKind::Market) {
    at += size;
    return Step::Other;
  }
  if (payloadBytes < sizeof(MarketEvent)) return Step::Fault;
  event.realtime = header.realtime;
  std::memcpy(&event.event, payload, sizeof(MarketEvent));
  event.bids = event.asks = {};
  if (payloadBytes > sizeof(MarketEvent)) {
    constexpr std::size_t kLevelsAt = sizeof(MarketEvent) + 8;
    std::uint32_t counts[2] = {};
    if (payloadBytes < kLevelsAt) return Step::Fault;
    std::memcpy(counts, payload + sizeof(MarketEvent), sizeof counts);
    const std::uint64_t levels = std::uint64_t{counts[0]} + counts[1];
    if (payloadBytes != kLevelsAt + levels * sizeof(Level)) return Step::Fault;
    const auto* first = reinterpret_cast<const Level*>(payload + kLevelsAt);
    event.bids = {first, counts[0]};
    event.asks = {first + counts[0], counts[1]};
  }
  at += size;
  return Step::Event;
}

}  // namespace hft::event
