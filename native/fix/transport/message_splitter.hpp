#pragma once

#include <cstdint>
#include <string_view>

namespace hft::fix {

/// One look at the front of what a peer has sent.
struct Split {
  /// Bytes to drop first: garbage in front of a message, or a beginning that is none.
  std::uint32_t garbage = 0;
  /// Bytes of the message behind the garbage; 0: more must come.
  std::uint32_t size = 0;
  /// The message is a frame as `findFrame` finds it: no garbage, its BodyLength right.
  bool isSound = false;
};

/// Finds the message at the front of `bytes` the way the session brain wants them split.
///
/// Unlike `findFrame`, a message whose BodyLength(9) is wrong is not dropped but runs to the next
/// CheckSum(10) behind the place where the body was said to end: a length that is too long takes
/// the next message with it. The brain then judges the length, and ends a connection whose Logon
/// has a wrong one. A length beyond `bytesMax`, or that is no number, is a beginning that is none.
/// Source: FIX 4.4 vol. 2, Message Integrity; QuickFIX acceptance test 2m.
[[nodiscard]] Split splitMessage(std::string_view bytes, std::size_t bytesMax) noexcept;

}  // namespace hft::fix
