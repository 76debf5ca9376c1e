#include "native/net/frame_writer.hpp"

#include <cstring>

#include "native/core/check.hpp"

namespace hft::net {

namespace {

/// What data frames leave free: room for four control frames of the greatest length.
constexpr std::size_t kControlReserve = 4 * (kClientHeaderBytesMax + kControlBytesMax);

std::size_t clientHeaderBytes(std::size_t payloadBytes) noexcept {
  return payloadBytes < 126 ? 6 : payloadBytes <= 0xffff ? 8 : 14;
}

}  // namespace

FrameWriter::FrameWriter(std::size_t bufferBytes, RandomSource random)
    : random_(random), capacity_(bufferBytes + kControlReserve), buffer_(capacity_) {}

void FrameWriter::enableDeflate(const DeflateParameters& agreed, std::size_t messageBytesMin) {
  if (!canDeflate(agreed.clientMaxWindowBits)) return;
  deflater_.emplace(agreed.clientMaxWindowBits, agreed.clientNoContextTakeover);
  deflateBytesMin_ = messageBytesMin;
}

void FrameWriter::reset() noexcept {
  begin_ = end_ = 0;
  deflater_.reset();
}

MaskKey FrameWriter::nextMask() noexcept {
  if (maskAt_ == masks_.size()) {
    random_.fill(random_.context, masks_);
    maskAt_ = 0;
  }
  MaskKey mask;
  std::memcpy(mask.data(), masks_.data() + maskAt_, mask.size());
  maskAt_ += mask.size();
  return mask;
}

std::array<std::uint8_t, 16> FrameWriter::randomKey() noexcept {
  std::array<std::uint8_t, 16> key{};
  random_.fill(random_.context, key);
  return key;
}

std::span<char> FrameWriter::space(std::size_t bytes) noexcept {
  if (capacity_ - end_ < bytes && begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - end_ < bytes) return {};
  return {buffer_.get() + end_, capacity_ - end_};
}

bool FrameWriter::appendRaw(std::string_view bytes) noexcept {
  const std::span<char> out = space(bytes.size() + kControlReserve);
  if (out.empty()) return false;
  std::memcpy(out.data(), bytes.data(), bytes.size());
  end_ += bytes.size();
  return true;
}

bool FrameWriter::append(Opcode opcode, std::string_view payload) noexcept {
  const bool isData = !isControl(opcode);
  HFT_DCHECK(isData || payload.size() <= kControlBytesMax);
  if (payload.size() > capacity_) return false;
  if (isData && deflater_ && payload.size() >= deflateBytesMin_) {
    return appendCompressed(opcode, payload);
  }
  const std::size_t headerBytes = clientHeaderBytes(payload.size());
  const std::size_t needed = headerBytes + payload.size();
  const std::span<char> out = space(needed + (isData ? kControlReserve : 0));
  if (out.empty()) return false;
  if (!payload.empty()) std::memcpy(out.data() + headerBytes, payload.data(), payload.size());
  finishFrame(out, opcode, payload.size(), false);
  return true;
}

bool FrameWriter::appendCompressed(Opcode opcode, std::string_view payload) noexcept {
  // The length of the header depends on a length that is known only after compressing: leave
  // room for the longest, and close the gap afterwards.
  HFT_CHECK(deflater_.has_value());
  const std::size_t bound = deflater_->bound(payload.size());
  const std::span<char> out = space(kClientHeaderBytesMax + bound + kControlReserve);
  if (out.empty()) return false;
  const auto size = deflater_->deflate(payload, out.subspan(kClientHeaderBytesMax, bound));
  HFT_CHECK(size.ok());
  const std::size_t headerBytes = clientHeaderBytes(size.value());
  std::memmove(out.data() + headerBytes, out.data() + kClientHeaderBytesMax, size.value());
  finishFrame(out, opcode, size.value(), true);
  return true;
}

void FrameWriter::finishFrame(std::span<char> frame, Opcode opcode, std::size_t payloadBytes,
                              bool isCompressed) noexcept {
  const MaskKey mask = nextMask();
  // The header may be encoded through a longer window than the frame has room for.
  std::array<char, kClientHeaderBytesMax> header{};
  const std::size_t headerBytes =
      encodeClientFrameHeader(header, opcode, payloadBytes, mask, isCompressed);
  std::memcpy(frame.data(), header.data(), headerBytes);
  applyMask(frame.subspan(headerBytes, payloadBytes), mask, 0);
  end_ += headerBytes + payloadBytes;
}

}  // namespace hft::net
