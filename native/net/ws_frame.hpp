#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hft::net {

/// The kinds of WebSocket frames. Source: RFC 6455 section 5.2.
enum class Opcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10,
};

[[nodiscard]] constexpr bool isControl(Opcode opcode) noexcept {
  return (static_cast<unsigned>(opcode) & 8U) != 0;
}

/// Why received bytes are not a legal stream of frames.
enum class FrameError : std::uint8_t {
  Ok,
  ReservedBits,            ///< RSV bits without an extension that defines them.
  BadOpcode,               ///< An opcode that RFC 6455 reserves.
  UnexpectedMask,          ///< A server masked a frame.
  MissingMask,             ///< A client did not mask a frame.
  FragmentedControl,       ///< A control frame without FIN.
  ControlTooLong,          ///< A control frame of more than 125 bytes.
  BadLength,               ///< A length in more bytes than it needs, or with the high bit set.
  UnexpectedContinuation,  ///< A continuation outside a message.
  ExpectedContinuation,    ///< A new message inside a message.
  BadClosePayload,         ///< A close frame of one byte, or with a code that may not be sent.
  BadUtf8,                 ///< Text or a close reason that is not UTF-8.
  BadCompression,          ///< A compressed message that does not inflate.
  MessageTooBig,           ///< More bytes than the limit, before or after inflating.
};
inline constexpr std::size_t kFrameErrorCount = 14;

/// The close code that answers `error`: 1002, 1007 or 1009. Source: RFC 6455 section 7.4.1.
[[nodiscard]] std::uint16_t closeCodeOf(FrameError error) noexcept;

/// `error` in words.
[[nodiscard]] std::string_view describe(FrameError error) noexcept;

namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kNoStatus = 1005;  ///< Never on the wire: a close without a code.
inline constexpr std::uint16_t kAbnormal = 1006;  ///< Never on the wire: no close frame came.
inline constexpr std::uint16_t kBadPayload = 1007;
inline constexpr std::uint16_t kTooBig = 1009;
}  // namespace close_code

/// Whether `code` may stand in a close frame. Source: RFC 6455 section 7.4; the IANA registry of
/// close codes has 1012 to 1014 since.
[[nodiscard]] constexpr bool isValidCloseCode(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

/// The longest payload of a control frame.
inline constexpr std::size_t kControlBytesMax = 125;
/// The longest header that a server, and that a client sends.
inline constexpr std::size_t kServerHeaderBytesMax = 10;
inline constexpr std::size_t kClientHeaderBytesMax = 14;

using MaskKey = std::array<std::uint8_t, 4>;

/// One parsed frame header.
struct FrameHeader {
  Opcode opcode = Opcode::Continuation;
  bool isFinal = false;
  bool isCompressed = false;  ///< RSV1. Source: RFC 7692 section 6.
  bool isMasked = false;
  std::uint8_t headerBytes = 0;
  MaskKey mask{};
  std::uint64_t payloadBytes = 0;
};

/// What `parseFrameHeader` found: an error, or a header, or (`isComplete` false) too few bytes.
struct ParsedHeader {
  FrameHeader header;
  FrameError error = FrameError::Ok;
  bool isComplete = false;
};

/// Reads the frame header at the start of `bytes` and checks what a header alone can violate.
[[nodiscard]] ParsedHeader parseFrameHeader(std::string_view bytes) noexcept;

/// Writes the header of an unmasked, final frame into `out` (>= kServerHeaderBytesMax bytes) and
/// returns its length: what servers (the loopback server, generators, benchmarks) put before a
/// payload.
inline std::size_t encodeServerFrameHeader(std::span<char> out, Opcode opcode,
                                           std::uint64_t payloadBytes) noexcept {
  out[0] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (payloadBytes < 126) {
    out[1] = static_cast<char>(payloadBytes);
    return 2;
  }
  if (payloadBytes <= 0xffff) {
    out[1] = 126;
    out[2] = static_cast<char>(payloadBytes >> 8U);
    out[3] = static_cast<char>(payloadBytes);
    return 4;
  }
  out[1] = 127;
  for (unsigned i = 0; i < 8; ++i) out[2 + i] = static_cast<char>(payloadBytes >> (56U - 8U * i));
  return 10;
}

/// The same for a client: sets the mask bit and appends `mask`. `out` has >=
/// kClientHeaderBytesMax bytes; `isCompressed` sets RSV1.
std::size_t encodeClientFrameHeader(std::span<char> out, Opcode opcode, std::uint64_t payloadBytes,
                                    const MaskKey& mask, bool isCompressed) noexcept;

/// Masks or unmasks `data` in place, where its first byte is byte `offset` of the payload.
void applyMask(std::span<char> data, const MaskKey& mask, std::uint64_t offset) noexcept;

}  // namespace hft::net
