#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "native/decode/itch/itch_framing.hpp"

namespace hft::decode::itch {

/// The head of a MoldUDP64 packet. Source: MoldUDP64 protocol specification 1.00.
struct MoldHeader {
  static constexpr std::size_t kBytes = 20;
  static constexpr std::uint16_t kEndOfSession = 0xffff;

  Text<10> session;
  std::uint64_t sequence;  ///< Of the first message; of the next one where the packet has none.
  std::uint16_t count;

  [[nodiscard]] static MoldHeader read(const std::uint8_t* at) noexcept {
    return {readText<10>(at), readU64(at + 10), readU16(at + 18)};
  }
};

/// What a packet of a sequenced session brought.
struct MoldResult : FramingResult {
  std::uint64_t lostCount = 0;       ///< Messages missing between the last packet and this one.
  std::uint64_t duplicateCount = 0;  ///< Messages that were seen before, not handed on.
  bool isEndOfSession = false;
  bool isNewSession = false;  ///< The packet is of another session than the one before.
};

/// Reads MoldUDP64 packets of one session in the order in which they come.
///
/// A packet is checked as a whole before its first message is handed on. Messages before the
/// expected one are dropped (redundant lines); a gap is reported and the reading goes on after it:
/// who wants to ask for the lost messages first compares `MoldHeader::sequence` with `expected`.
/// Not thread-safe.
class MoldReader {
 public:
  /// `expected` is the first sequence number that is wanted: 1 from the start of the session.
  explicit MoldReader(std::uint64_t expected) : expected_(expected) {}

  [[nodiscard]] std::uint64_t expected() const noexcept { return expected_; }

  template <typename Visitor>
  MoldResult read(std::span<const std::uint8_t> packet, Visitor& visitor) noexcept {
    MoldResult result;
    result.error = check(packet, result.position);
    if (result.error != FramingError::Ok) return result;
    const MoldHeader header = MoldHeader::read(packet.data());
    const std::uint64_t count = header.count == MoldHeader::kEndOfSession ? 0 : header.count;
    noteSession(header, result);
    result.isEndOfSession = header.count == MoldHeader::kEndOfSession;
    if (header.sequence > expected_) {
      result.lostCount = header.sequence - expected_;
      expected_ = header.sequence;
    }
    result.position = MoldHeader::kBytes;
    for (std::uint64_t sequence = header.sequence; sequence < header.sequence + count; ++sequence) {
      const auto rest = packet.subspan(result.position);
      if (sequence < expected_) {
        ++result.duplicateCount;
        result.position += framedBytes(rest.data());
        continue;
      }
      result.position += readFramedMessage(rest, result, visitor);
      ++expected_;
    }
    return result;
  }

 private:
  /// Whether the packet's messages are whole and fill it; `position` is where they are not.
  [[nodiscard]] static FramingError check(std::span<const std::uint8_t> packet,
                                          std::size_t& position) noexcept {
    if (packet.size() < MoldHeader::kBytes) return FramingError::Truncated;
    const MoldHeader header = MoldHeader::read(packet.data());
    const bool isEnd = header.count == MoldHeader::kEndOfSession;
    const std::uint64_t count = isEnd ? 0 : header.count;
    if (header.sequence + count < header.sequence) return FramingError::Malformed;
    FramingResult walk;
    auto ignore = [](const auto&) {};
    position = MoldHeader::kBytes;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t taken = readFramedMessage(packet.subspan(position), walk, ignore);
      if (taken == 0) return walk.error;
      position += taken;
    }
    return position == packet.size() ? FramingError::Ok : FramingError::Malformed;
  }

  void noteSession(const MoldHeader& header, MoldResult& result) noexcept {
    result.isNewSession = hasSession_ && header.session.bytes != session_;
    // Another session numbers its messages anew, from 1.
    if (result.isNewSession) expected_ = 1;
    session_ = header.session.bytes;
    hasSession_ = true;
  }

  std::uint64_t expected_;
  std::array<char, 10> session_{};
  bool hasSession_ = false;
};

}  // namespace hft::decode::itch
