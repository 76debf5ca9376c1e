#include "native/capture/recording_writer.hpp"

#include <cstring>
#include <limits>

#include "native/capture/little_endian.hpp"
#include "native/core/check.hpp"
#include "native/core/crc32.hpp"

namespace hft::capture {
namespace {

constexpr std::size_t kBlockBytesMin = kBlockHeaderBytes + kRecordHeaderBytes + 64;

RecordType recordType(FrameKind kind) noexcept {
  switch (kind) {
    case FrameKind::Instrument:
      return RecordType::Instrument;
    case FrameKind::Closed:
    case FrameKind::Gap:
      return RecordType::Marker;
    default:
      return RecordType::Frame;
  }
}

}  // namespace

Result<std::array<char, kRecordingHeaderBytes>, RecordingError> recordingHeader(
    const RecordingInfo& info) noexcept {
  if (info.venue.size() > kVenueBytesMax) return RecordingError::BadVenue;
  if (info.blockBytesMax < kBlockBytesMin || info.blockBytesMax > kBlockBytesLimit) {
    return RecordingError::BadBlockSize;
  }
  std::array<char, kRecordingHeaderBytes> bytes{};
  std::memcpy(bytes.data(), kRecordingMagic.data(), kRecordingMagic.size());
  storeLittle(&bytes[8], kRecordingVersion);
  storeLittle(&bytes[10], static_cast<std::uint16_t>(kRecordingHeaderBytes));
  storeLittle(&bytes[12], static_cast<std::uint8_t>(info.wireFormat));
  storeLittle(&bytes[16], info.creationTime);
  storeLittle(&bytes[24], info.blockBytesMax);
  storeLittle(&bytes[28], static_cast<std::uint8_t>(info.venue.size()));
  std::memcpy(&bytes[29], info.venue.data(), info.venue.size());
  storeLittle(&bytes[60], crc32(0, {bytes.data(), 60}));
  return bytes;
}

RecordingWriter::RecordingWriter(std::span<char> block, std::uint64_t firstBlockNumber) noexcept
    : block_(block), blockNumber_(firstBlockNumber) {
  HFT_CHECK(block.size() >= kBlockBytesMin && block.size() <= kBlockBytesLimit);
}

Result<std::size_t, RecordingError> RecordingWriter::append(const CapturedFrame& frame) noexcept {
  const RecordType type = recordType(frame.kind);
  // Marker and instrument records carry 8 bytes of their own; a frame carries its address.
  const std::string_view url = type == RecordType::Frame ? frame.url : std::string_view{};
  const std::size_t own = type == RecordType::Frame ? 0 : 8;
  constexpr std::size_t kUrlBytesMax = std::numeric_limits<std::uint16_t>::max();
  const bool hasUrl = !url.empty() && frame.kind != FrameKind::Received;
  const std::size_t urlBytes = hasUrl ? url.size() : 0;
  const std::size_t body = own + urlBytes + frame.payload.size();
  const std::size_t bytes = kRecordHeaderBytes + body;
  if (urlBytes > kUrlBytesMax || kBlockHeaderBytes + bytes > block_.size()) {
    return RecordingError::TooLarge;
  }
  if (used_ + bytes > block_.size()) return RecordingError::BlockFull;
  if (recordCount_ == 0) baseTime_ = frame.receiveTime;
  char* at = block_.data() + used_;
  storeLittle(at, static_cast<std::uint8_t>(type));
  storeLittle(at + 1, static_cast<std::uint8_t>(frame.kind));
  storeLittle(at + 2, frame.connection);
  storeLittle(at + 4, static_cast<std::uint32_t>(body));
  // Wraps like unsigned numbers, so that any two times have a difference.
  storeLittle(at + 8, static_cast<std::uint64_t>(frame.receiveTime) -
                          static_cast<std::uint64_t>(baseTime_));
  storeLittle(at + 16, static_cast<std::uint16_t>(urlBytes));
  storeLittle(at + 18, std::uint16_t{0});
  char* to = at + kRecordHeaderBytes;
  if (type == RecordType::Marker) storeLittle(to, frame.lostCount);
  if (type == RecordType::Instrument) {
    std::memset(to, 0, own);
    to[0] = static_cast<char>(frame.scale.priceDecimals);
    to[1] = static_cast<char>(frame.scale.qtyDecimals);
    to[2] = static_cast<char>(frame.scale.priceDigits);
    to[3] = static_cast<char>(frame.scale.qtyDigits);
  }
  to += own;
  if (urlBytes > 0) std::memcpy(to, url.data(), urlBytes);
  if (!frame.payload.empty()) {
    std::memcpy(to + urlBytes, frame.payload.data(), frame.payload.size());
  }
  used_ += bytes;
  ++recordCount_;
  return used_;
}

std::string_view RecordingWriter::seal() noexcept {
  if (recordCount_ == 0) return {};
  char* at = block_.data();
  std::memcpy(at, kBlockMagic.data(), kBlockMagic.size());
  storeLittle(at + 8, static_cast<std::uint32_t>(used_ - kBlockHeaderBytes));
  storeLittle(at + 12, recordCount_);
  storeLittle(at + 16, blockNumber_);
  storeLittle(at + 24, baseTime_);
  storeLittle(at + 32, std::uint32_t{0});
  const std::uint32_t head = crc32(0, {at, 36});
  const std::uint32_t crc = crc32(head, {at + kBlockHeaderBytes, used_ - kBlockHeaderBytes});
  storeLittle(at + 36, crc);
  const std::string_view sealed{at, used_};
  used_ = kBlockHeaderBytes;
  recordCount_ = 0;
  ++blockNumber_;
  return sealed;
}

}  // namespace hft::capture
