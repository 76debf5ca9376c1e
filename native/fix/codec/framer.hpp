#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hft::fix {

/// What stands at the front of received bytes.
enum class FrameError : std::uint8_t {
  Ok,             ///< A whole message.
  NeedMore,       ///< The beginning of a message, or nothing.
  BadBodyLength,  ///< BodyLength(9) is missing, not a number or absurd.
  BadTrailer,     ///< No CheckSum(10) where BodyLength says that the body ends.
  TooLong,        ///< Longer than the limit.
};

/// One look at the front of received bytes.
struct FrameScan {
  FrameError error = FrameError::NeedMore;
  /// Bytes in front of the message that belong to none: drop them.
  std::uint32_t garbage = 0;
  /// Ok: the bytes of the message. An error: the bytes to drop so that the next look begins at the
  /// next possible message. NeedMore: 0.
  std::uint32_t size = 0;
  /// Ok: where the body begins (MsgType), from the first byte of the message.
  std::uint32_t bodyOffset = 0;
};

/// The most bytes between `8=` and the body: BeginString and BodyLength.
inline constexpr std::size_t kFrameHeadBytesMax = 64;
/// The bytes of the trailer: `10=nnn` and SOH.
inline constexpr std::size_t kTrailerBytes = 7;

/// Finds the message at the front of `bytes`, which may end and be split anywhere; a message
/// longer than `bytesMax` is an error. Zero-padded BodyLength is taken (Binance sends it).
///
/// BodyLength alone says where a message ends, so that data fields may hold what they like. After
/// an error the search goes on one byte behind the bad beginning: a wrong length loses the one
/// message that carries it, never one that follows. The checksum is not looked at: `scanFields`
/// sums in its own pass.
/// Source: FIX 4.4 vol. 2, Message Integrity; FIX session protocol, garbled messages.
[[nodiscard]] FrameScan findFrame(std::string_view bytes, std::size_t bytesMax) noexcept;

}  // namespace hft::fix
