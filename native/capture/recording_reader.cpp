#include "native/capture/recording_reader.hpp"

#include <algorithm>
#include <cstring>

#include "native/capture/little_endian.hpp"
#include "native/core/crc32.hpp"

namespace hft::capture {

RecordingReader::RecordingReader(std::size_t blockBytesMax)
    : gatherer_(std::max(blockBytesMax, kRecordingHeaderBytes)), blockBytesMax_(blockBytesMax) {}

void RecordingReader::end(CaptureFault fault, std::uint64_t position) noexcept {
  faults_.add(fault, position);
  stage_ = Stage::Ended;
}

void RecordingReader::readHeader(std::string_view bytes) noexcept {
  if (!bytes.starts_with(kRecordingMagic) ||
      loadLittle<std::uint32_t>(&bytes[60]) != crc32(0, bytes.substr(0, 60))) {
    return end(CaptureFault::BadHeader, 0);
  }
  if (loadLittle<std::uint16_t>(&bytes[8]) != kRecordingVersion ||
      loadLittle<std::uint16_t>(&bytes[10]) != kRecordingHeaderBytes) {
    return end(CaptureFault::UnsupportedVersion, 0);
  }
  const auto wireFormat = loadLittle<std::uint8_t>(&bytes[12]);
  const auto venueBytes = loadLittle<std::uint8_t>(&bytes[28]);
  if (wireFormat > static_cast<std::uint8_t>(decode::WireFormat::Lobster) ||
      venueBytes > kVenueBytesMax) {
    return end(CaptureFault::BadHeader, 0);
  }
  std::memcpy(venue_.data(), &bytes[29], venueBytes);
  info_.wireFormat = static_cast<decode::WireFormat>(wireFormat);
  venueBytes_ = venueBytes;
  info_.creationTime = loadLittle<Nanos>(&bytes[16]);
  info_.blockBytesMax = loadLittle<std::uint32_t>(&bytes[24]);
  if (info_.blockBytesMax > blockBytesMax_) return end(CaptureFault::TooLong, 0);
  hasInfo_ = true;
  gatherer_.consume(kRecordingHeaderBytes);
  soundBytes_ = kRecordingHeaderBytes;
  stage_ = Stage::Block;
}

bool RecordingReader::readBlock() noexcept {
  const std::uint64_t position = gatherer_.offset();
  const std::string_view head = gatherer_.peek(kBlockHeaderBytes);
  if (head.empty()) return false;
  const auto bodyBytes = loadLittle<std::uint32_t>(&head[8]);
  const bool isPlausible = head.starts_with(kBlockMagic) && bodyBytes > 0 &&
                           bodyBytes <= info_.blockBytesMax - kBlockHeaderBytes;
  if (isPlausible) {
    const std::string_view block = gatherer_.peek(kBlockHeaderBytes + bodyBytes);
    if (block.empty()) return false;
    const std::uint32_t crc = crc32(crc32(0, block.substr(0, 36)), block.substr(kBlockHeaderBytes));
    if (crc == loadLittle<std::uint32_t>(&block[36])) {
      if (loadLittle<std::uint64_t>(&block[16]) != nextBlockNumber_) {
        // A sound block in the wrong place: one before it was lost or repeated.
        end(CaptureFault::Corrupt, position);
        return true;
      }
      records_ = block.substr(kBlockHeaderBytes);
      recordsOffset_ = position + kBlockHeaderBytes;
      baseTime_ = loadLittle<Nanos>(&block[24]);
      blockBytes_ = block.size();
      soundBytes_ = position + block.size();
      ++nextBlockNumber_;
      return true;
    }
  }
  damagedAt_ = position;
  stage_ = Stage::Searching;
  gatherer_.consume(1);
  return true;
}

RecordingReader::Outcome RecordingReader::readRecord() noexcept {
  const char* at = records_.data();
  // The CRC has vouched for the block, so a record that leaves it was written wrong.
  if (records_.size() < kRecordHeaderBytes) return Outcome::Damaged;
  const std::size_t body = loadLittle<std::uint32_t>(at + 4);
  if (body > records_.size() - kRecordHeaderBytes) return Outcome::Damaged;
  frame_ = CapturedFrame{};
  frame_.position = recordsOffset_;
  records_.remove_prefix(kRecordHeaderBytes + body);
  recordsOffset_ += kRecordHeaderBytes + body;
  const auto type = static_cast<RecordType>(loadLittle<std::uint8_t>(at));
  if (type < RecordType::Frame || type > RecordType::Marker) return Outcome::SteppedOver;
  const auto kind = loadLittle<std::uint8_t>(at + 1);
  const std::size_t urlBytes = loadLittle<std::uint16_t>(at + 16);
  const std::size_t own = type == RecordType::Frame ? 0 : 8;
  if (kind >= kFrameKindCount || body < own + urlBytes) return Outcome::Damaged;
  frame_.kind = static_cast<FrameKind>(kind);
  frame_.connection = loadLittle<std::uint16_t>(at + 2);
  frame_.receiveTime =
      static_cast<Nanos>(static_cast<std::uint64_t>(baseTime_) + loadLittle<std::uint64_t>(at + 8));
  const char* from = at + kRecordHeaderBytes;
  if (type == RecordType::Marker) frame_.lostCount = loadLittle<std::uint64_t>(from);
  if (type == RecordType::Instrument) {
    const auto byte = [from](std::size_t index) { return static_cast<std::uint8_t>(from[index]); };
    frame_.scale = Scale{byte(0), byte(1), byte(2), byte(3)};
  }
  frame_.url = {from + own, urlBytes};
  frame_.payload = {from + own + urlBytes, body - own - urlBytes};
  return Outcome::Given;
}

void RecordingReader::searchAfterDamage() noexcept {
  // Whether a later block exists tells corruption in the middle from a torn tail.
  constexpr std::size_t kMagicBytes = kBlockMagic.size();
  while (!gatherer_.peek(kMagicBytes).empty()) {
    const std::string_view piece = gatherer_.piece();
    if (piece.find(kBlockMagic) != std::string_view::npos) {
      return end(CaptureFault::Corrupt, damagedAt_);
    }
    gatherer_.consume(piece.size() - (kMagicBytes - 1));
  }
}

const CapturedFrame* RecordingReader::next() noexcept {
  for (;;) {
    if (!records_.empty()) {
      const std::uint64_t position = recordsOffset_;
      const Outcome outcome = readRecord();
      if (outcome == Outcome::Given) return &frame_;
      if (outcome == Outcome::Damaged) {
        records_ = {};
        end(CaptureFault::Corrupt, position);
      }
      continue;
    }
    if (blockBytes_ > 0) {
      gatherer_.consume(blockBytes_);
      blockBytes_ = 0;
    }
    switch (stage_) {
      case Stage::Header: {
        const std::string_view header = gatherer_.peek(kRecordingHeaderBytes);
        if (!header.empty()) {
          readHeader(header);
          continue;
        }
        if (isFinished_) end(CaptureFault::BadHeader, 0);
        return nullptr;
      }
      case Stage::Block:
        if (readBlock()) continue;
        if (isFinished_ && gatherer_.pending() > 0) {
          end(CaptureFault::TornTail, gatherer_.offset());
        }
        return nullptr;
      case Stage::Searching:
        searchAfterDamage();
        if (stage_ == Stage::Ended) continue;
        if (isFinished_) end(CaptureFault::TornTail, damagedAt_);
        return nullptr;
      case Stage::Ended:
        gatherer_.discard();
        return nullptr;
    }
  }
}

}  // namespace hft::capture
