#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace hft::generate {

/// The longest header of an unmasked frame.
inline constexpr std::size_t kWebSocketHeaderMax = 10;

/// Makes a final, unmasked frame of the `bytes` bytes that stand `before` bytes into `out`, in
/// place; returns its length. `out` has room for kWebSocketHeaderMax more bytes.
/// Source: RFC 6455, section 5.2.
inline std::size_t putWebSocketFrame(std::span<char> out, std::size_t before, std::size_t bytes,
                                     bool isBinary) noexcept {
  const std::size_t header = bytes < 126 ? 2 : bytes <= 0xffff ? 4 : 10;
  if (header != before) std::memmove(out.data() + header, out.data() + before, bytes);
  out[0] = static_cast<char>(0x80 | (isBinary ? 2 : 1));
  if (header == 2) {
    out[1] = static_cast<char>(bytes);
    return header + bytes;
  }
  out[1] = static_cast<char>(header == 4 ? 126 : 127);
  for (std::size_t at = 2; at < header; ++at) {
    out[at] = static_cast<char>(static_cast<std::uint64_t>(bytes) >> (8 * (header - 1 - at)));
  }
  return header + bytes;
}

}  // namespace hft::generate
