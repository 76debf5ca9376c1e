#include "native/event/recording/market_recording.hpp"

#include <algorithm>
#include <cstring>

#include "native/event/recording/market_recorder.hpp"

namespace hft::event {
namespace {

bool isBegun(const SegmentImage& segment) noexcept {
  SegmentHeader header;
  if (segment.bytes.size() < sizeof header) return false;
  std::memcpy(&header, segment.bytes.data(), sizeof header);
  return header.magic == kSegmentMagic && header.crc == trailingCrc(header);
}

/// A record as it lies in a segment.
struct Found {
  RecordHeader header;
  std::span<const std::byte> payload;
  std::size_t sizeBytes = 0;
};

/// What lies at `at`: a record's header, or the end. Doesn't prove it.
bool lookAt(const SegmentImage& segment, std::size_t at, Found& found) noexcept {
  const std::span<const std::byte> bytes = segment.bytes;
  if (at > bytes.size() || bytes.size() - at < sizeof(RecordHeader)) return false;
  // The writer stores the first word last.
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  if (word == 0 || word == kSealMagic) return false;
  std::memcpy(&found.header, bytes.data() + at, sizeof found.header);
  found.sizeBytes = recordBytes(found.header.payloadBytes);
  return true;
}

bool fits(const SegmentImage& segment, std::size_t at, Found& found) noexcept {
  if (found.header.mark != 0xa5 || found.sizeBytes > segment.bytes.size() - at) return false;
  found.payload = segment.bytes.subspan(at + sizeof(RecordHeader), found.header.payloadBytes);
  return true;
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

MarketRecording::Place MarketRecording::keyFor(std::uint64_t sequence) const noexcept {
  const auto& segments = directory_.image().segments;
  Place found;
  // A block that needs none before it is at most a segment back.
  std::size_t begin = 0;
  for (std::size_t i = 1; i < segments.size(); ++i) {
    Found record;
    const std::size_t at = sizeof(SegmentHeader);
    if (!isBegun(segments[i]) || !lookAt(segments[i], at, record)) break;
    if (!fits(segments[i], at, record)) break;
    if (EventDecoder::headerOf(record.payload).firstSequence > sequence) break;
    begin = i - 1;
  }
  for (std::size_t i = begin; i < segments.size(); ++i) {
    if (!isBegun(segments[i])) continue;
    std::size_t at = sizeof(SegmentHeader);
    Found record;
    while (lookAt(segments[i], at, record) && fits(segments[i], at, record)) {
      const BlockHeader block = EventDecoder::headerOf(record.payload);
      if (block.isKey != 0 && block.count > 0) {
        if (found.event != 0 && block.firstSequence > sequence) return found;
        found = {i, at, record.header.sequence, block.firstSequence};
        if (block.firstSequence > sequence) return found;
      }
      at += record.sizeBytes;
    }
  }
  return found;
}

std::uint64_t MarketRecording::firstSequence() const noexcept { return keyFor(0).event; }

MarketRecording::Cursor::Cursor(const MarketRecording& recording, std::uint64_t sequence)
    : recording_(&recording), from_(sequence) {
  const Place place = recording.keyFor(sequence);
  segment_ = place.segment;
  at_ = place.offset == 0 ? sizeof(SegmentHeader) : place.offset;
  record_ = place.record;
  next_ = place.event;
}

MarketRecording::Cursor::Step MarketRecording::Cursor::fail() noexcept {
  const auto& segments = recording_->directory_.image().segments;
  fault_ = {JournalFault::DamagedRecord, segments[segment_].number, at_, record_};
  return Step::Fault;
}

MarketRecording::Cursor::Step MarketRecording::Cursor::nextBlock() noexcept {
  const auto& segments = recording_->directory_.image().segments;
  for (; segment_ < segments.size(); ++segment_, at_ = sizeof(SegmentHeader)) {
    const SegmentImage& segment = segments[segment_];
    for (Found record; lookAt(segment, at_, record); at_ += record.sizeBytes) {
      const bool isSound =
          fits(segment, at_, record) &&
          record.header.crc == recordCrc(segment.bytes.data() + at_, record.sizeBytes) &&
          (record_ == 0 || record.header.sequence == record_);
      if (!isSound) return fail();
      record_ = record.header.sequence + 1;
      if (static_cast<RecordKind>(record.header.kind) != RecordKind::Market) continue;
      const BlockHeader block = EventDecoder::headerOf(record.payload);
      if (!decoder_.open(record.payload)) return fail();
      if (next_ != 0 && block.firstSequence > next_) lost_ = block.firstSequence - next_;
      next_ = block.firstSequence;
      at_ += record.sizeBytes;
      return Step::Event;
    }
  }
  return Step::End;
}

MarketRecording::Cursor::Step MarketRecording::Cursor::next(RecordedEvent& event) noexcept {
  if (fault_.fault != JournalFault::Ok) return Step::Fault;
  for (;;) {
    if (decoder_.left() == 0) {
      const Step step = nextBlock();
      if (step != Step::Event) return step;
    }
    if (lost_ > 0) {
      event = {};
      event.sequence = next_;
      event.event.kind = EventKind::Gap;
      event.event.sequence = lost_;
      lost_ = 0;
      if (next_ > from_) return Step::Event;
      continue;
    }
    if (!decoder_.next(event.event, event.bids, event.asks)) return fail();
    event.sequence = next_++;
    if (event.sequence >= from_) return Step::Event;
  }
}

}  // namespace hft::event
