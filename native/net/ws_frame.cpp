#include "native/net/ws_frame.hpp"

#include <cstring>

namespace hft::net {

std::uint16_t closeCodeOf(FrameError error) noexcept {
  switch (error) {
    case FrameError::Ok:
      return close_code::kNormal;
    case FrameError::BadUtf8:
    case FrameError::BadCompression:
      return close_code::kBadPayload;
    case FrameError::MessageTooBig:
      return close_code::kTooBig;
    default:
      return close_code::kProtocolError;
  }
}

std::string_view describe(FrameError error) noexcept {
  static constexpr std::array<std::string_view, kFrameErrorCount> kTexts = {
      "no error",
      "reserved bits are set without an extension that defines them",
      "the opcode is reserved",
      "the server masked a frame",
      "the client did not mask a frame",
      "a control frame is fragmented",
      "a control frame is longer than 125 bytes",
      "the payload length is not in its shortest form or has its high bit set",
      "a continuation frame stands outside a message",
      "a new message starts inside a fragmented message",
      "a close frame has one byte or a code that may not be sent",
      "text is not UTF-8",
      "a compressed message does not inflate",
      "the message is longer than the limit",
  };
  return kTexts[static_cast<std::size_t>(error)];
}

namespace {

std::uint64_t readBigEndian(const std::uint8_t* bytes, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8U | bytes[i];
  return value;
}

ParsedHeader failed(FrameError error) noexcept { return {.header = {}, .error = error}; }

}  // namespace

ParsedHeader parseFrameHeader(std::string_view bytes) noexcept {
  ParsedHeader parsed;
  if (bytes.size() < 2) return parsed;
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  FrameHeader& header = parsed.header;
  const unsigned opcode = in[0] & 0x0fU;
  const unsigned shortLength = in[1] & 0x7fU;
  header.isFinal = (in[0] & 0x80U) != 0;
  header.isCompressed = (in[0] & 0x40U) != 0;
  header.isMasked = (in[1] & 0x80U) != 0;
  header.opcode = static_cast<Opcode>(opcode);
  if ((in[0] & 0x30U) != 0) return failed(FrameError::ReservedBits);
  if ((opcode & 7U) > 2) return failed(FrameError::BadOpcode);
  if (isControl(header.opcode)) {
    // These are wrong whatever follows, so they need no more bytes than these two.
    if (!header.isFinal) return failed(FrameError::FragmentedControl);
    if (shortLength > kControlBytesMax) return failed(FrameError::ControlTooLong);
    if (header.isCompressed) return failed(FrameError::ReservedBits);
  }
  const std::size_t extended = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
  const std::size_t maskAt = 2 + extended;
  const std::size_t headerBytes = maskAt + (header.isMasked ? 4 : 0);
  if (bytes.size() < headerBytes) return parsed;
  header.headerBytes = static_cast<std::uint8_t>(headerBytes);
  header.payloadBytes = extended == 0 ? shortLength : readBigEndian(in + 2, extended);
  const bool isShortest = extended == 0 || header.payloadBytes > (extended == 2 ? 125U : 0xffffU);
  if (!isShortest || header.payloadBytes >> 63U != 0) return failed(FrameError::BadLength);
  if (header.isMasked) std::memcpy(header.mask.data(), in + maskAt, header.mask.size());
  parsed.isComplete = true;
  return parsed;
}

std::size_t encodeClientFrameHeader(std::span<char> out, Opcode opcode, std::uint64_t payloadBytes,
                                    const MaskKey& mask, bool isCompressed) noexcept {
  const std::size_t size = encodeServerFrameHeader(out, opcode, payloadBytes);
  if (isCompressed) out[0] = static_cast<char>(static_cast<std::uint8_t>(out[0]) | 0x40U);
  out[1] = static_cast<char>(static_cast<std::uint8_t>(out[1]) | 0x80U);
  std::memcpy(out.data() + size, mask.data(), mask.size());
  return size + mask.size();
}

void applyMask(std::span<char> data, const MaskKey& mask, std::uint64_t offset) noexcept {
  std::array<std::uint8_t, 8> pattern{};
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = mask[(offset + i) & 3U];
  std::uint64_t wide = 0;
  std::memcpy(&wide, pattern.data(), sizeof wide);
  std::size_t at = 0;
  for (; at + 8 <= data.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data.data() + at, sizeof word);
    word ^= wide;
    std::memcpy(data.data() + at, &word, sizeof word);
  }
  for (; at < data.size(); ++at) {
    data[at] = static_cast<char>(static_cast<std::uint8_t>(data[at]) ^ pattern[at & 7U]);
  }
}

}  // namespace hft::net
