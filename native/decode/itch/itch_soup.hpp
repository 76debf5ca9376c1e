#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "native/decode/itch/itch_framing.hpp"

namespace hft::decode::itch {

/// What the bytes of a SoupBinTCP session brought.
struct SoupResult : FramingResult {
  std::uint64_t lostCount = 0;       ///< Messages that the venue will not send any more.
  std::uint64_t duplicateCount = 0;  ///< Messages that were seen before, not handed on.
  std::uint64_t heartbeatCount = 0;
  std::uint64_t otherPacketCount = 0;  ///< Debug and unknown packets.
  bool isLoggedIn = false;             ///< A login was accepted.
  bool isEndOfSession = false;
  char rejectReason = '\0';  ///< A not authorised, S session unavailable; 0: not rejected.
};

/// Reads the server's side of a SoupBinTCP 3.00 session from chunks that may end anywhere.
///
/// Sequence numbers are implied: the login's answer names the first and each sequenced packet
/// counts. After a reconnect (`disconnect`), messages that the venue repeats are dropped, and a
/// first number beyond the expected one is reported as lost messages. Not thread-safe.
class SoupReader {
 public:
  /// The sequence number to log in with: that of the next message; zero before the first login.
  [[nodiscard]] std::uint64_t expected() const noexcept { return expected_; }

  /// Forgets a packet that was cut off; the sequence stays.
  void disconnect() noexcept { chunks_ = ChunkAssembler(); }

  template <typename Visitor>
  SoupResult read(std::span<const std::uint8_t> chunk, Visitor& visitor) noexcept {
    SoupResult result;
    chunks_.read(
        chunk, [](const std::uint8_t* bytes) { return kLengthBytes + readU16(bytes); },
        [&](std::span<const std::uint8_t> bytes) { return readPacket(bytes, result, visitor); });
    if (result.error == FramingError::Truncated) result.error = FramingError::Ok;
    result.position = chunks_.consumed();
    return result;
  }

 private:
  static constexpr std::size_t kTypeBytes = 1;
  static constexpr std::size_t kSessionBytes = 10;
  static constexpr std::size_t kSequenceBytes = 20;

  template <typename Visitor>
  std::size_t readPacket(std::span<const std::uint8_t> bytes, SoupResult& result,
                         Visitor& visitor) noexcept {
    const std::size_t packetBytes = bytes.size() < kLengthBytes
                                        ? kLengthBytes + kTypeBytes
                                        : kLengthBytes + readU16(bytes.data());
    if (packetBytes == kLengthBytes) {
      result.error = FramingError::Malformed;
      return 0;
    }
    if (bytes.size() < packetBytes) {
      result.error = FramingError::Truncated;
      return 0;
    }
    const auto payload =
        bytes.subspan(kLengthBytes + kTypeBytes, packetBytes - kLengthBytes - kTypeBytes);
    switch (readChar(bytes.data() + kLengthBytes)) {
      case 'S':
        result.error = readSequenced(payload, result, visitor);
        break;
      case 'A':
        result.error = readLogin(payload, result);
        break;
      case 'J':
        result.rejectReason = payload.empty() ? '?' : readChar(payload.data());
        break;
      case 'H':
        ++result.heartbeatCount;
        break;
      case 'Z':
        result.isEndOfSession = true;
        break;
      default:
        ++result.otherPacketCount;
        break;
    }
    return result.error == FramingError::Ok ? packetBytes : 0;
  }

  template <typename Visitor>
  FramingError readSequenced(std::span<const std::uint8_t> payload, SoupResult& result,
                             Visitor& visitor) noexcept {
    if (next_ < expected_) {
      ++next_;
      ++result.duplicateCount;
      return FramingError::Ok;
    }
    switch (decodeMessage(payload.data(), payload.size(), visitor)) {
      case Decoded::Known:
        ++result.messages;
        break;
      case Decoded::Unknown:
        ++result.unknownCount;
        break;
      case Decoded::TooShort:
        return FramingError::TooShort;
    }
    ++next_;
    expected_ = next_;
    return FramingError::Ok;
  }

  FramingError readLogin(std::span<const std::uint8_t> payload, SoupResult& result) noexcept {
    if (payload.size() < kSessionBytes + kSequenceBytes) return FramingError::Malformed;
    const auto* digits = reinterpret_cast<const char*>(payload.data()) + kSessionBytes;
    const std::optional<std::uint64_t> sequence = parseSequence({digits, kSequenceBytes});
    if (!sequence) return FramingError::Malformed;
    next_ = *sequence;
    if (next_ > expected_) {
      result.lostCount += expected_ == 0 ? 0 : next_ - expected_;
      expected_ = next_;
    }
    result.isLoggedIn = true;
    return FramingError::Ok;
  }

  /// A number padded with spaces on the left.
  [[nodiscard]] static std::optional<std::uint64_t> parseSequence(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text) {
      if (digit < '0' || digit > '9') return std::nullopt;
      if (__builtin_mul_overflow(value, std::uint64_t{10}, &value)) return std::nullopt;
      if (__builtin_add_overflow(value, static_cast<std::uint64_t>(digit - '0'), &value)) {
        return std::nullopt;
      }
    }
    return value;
  }

  ChunkAssembler chunks_;
  std::uint64_t next_ = 0;
  std::uint64_t expected_ = 0;
};

}  // namespace hft::decode::itch
