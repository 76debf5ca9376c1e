#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "native/core/result.hpp"

struct z_stream_s;

namespace hft::net {

/// What the two ends agreed on (or what a client asks for). Source: RFC 7692 section 7.1.
struct DeflateParameters {
  bool serverNoContextTakeover = false;
  bool clientNoContextTakeover = false;
  std::uint8_t serverMaxWindowBits = 15;
  std::uint8_t clientMaxWindowBits = 15;

  friend bool operator==(const DeflateParameters&, const DeflateParameters&) = default;
};

enum class DeflateError : std::uint8_t {
  Ok,
  UnknownExtension,  ///< An extension that was not offered, or more than one.
  UnknownParameter,  ///< A parameter that RFC 7692 does not define.
  RepeatedParameter,
  BadValue,           ///< A value where none may be, a missing one, or one outside 8 to 15.
  NotWhatWasOffered,  ///< The answer ignores or exceeds a limit of the offer.
  BadData,            ///< The payload is not DEFLATE.
  OutputFull,         ///< The inflated message does not fit.
};

/// The value of Sec-WebSocket-Extensions that asks for `wanted`.
[[nodiscard]] std::string deflateOffer(const DeflateParameters& wanted);

/// Reads a server's answer to `deflateOffer(wanted)`.
[[nodiscard]] Result<DeflateParameters, DeflateError> parseDeflateAnswer(
    std::string_view answer, const DeflateParameters& wanted) noexcept;

/// Inflates the payloads of compressed messages, piece by piece.
///
/// Takes its memory (about 45 KB) in the constructor. Not thread-safe.
class Inflater {
 public:
  /// `forgets`: whether each message starts with an empty window (no context takeover).
  Inflater(std::uint8_t windowBits, bool forgets);
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  /// Inflates all of `in` into `out` and returns how many bytes it wrote.
  ///
  /// Errors: BadData; OutputFull as soon as `out` has no byte left, so `out` must have one byte
  /// more than may be filled. After an error the connection must be failed.
  [[nodiscard]] Result<std::size_t, DeflateError> feed(std::string_view in,
                                                       std::span<char> out) noexcept;

  /// Ends the message: adds the four bytes that the sender removed.
  [[nodiscard]] Result<std::size_t, DeflateError> finish(std::span<char> out) noexcept;

 private:
  struct State;
  [[nodiscard]] bool restart() noexcept;

  std::unique_ptr<State> state_;
};

/// Deflates whole messages. Takes its memory (about 300 KB) in the constructor.
class Deflater {
 public:
  Deflater(std::uint8_t windowBits, bool forgets);
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  /// The room that `deflate` needs for a message of `size` bytes.
  [[nodiscard]] std::size_t bound(std::size_t size) const noexcept;

  /// Writes the payload of the compressed message to `out` and returns its length.
  ///
  /// Errors: OutputFull when `out` is smaller than `bound(message.size())`; nothing has changed.
  [[nodiscard]] Result<std::size_t, DeflateError> deflate(std::string_view message,
                                                          std::span<char> out) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether zlib can compress with this window: its raw DEFLATE has no window of 8 bits. A client
/// that is limited to one sends its messages uncompressed, which is always allowed.
[[nodiscard]] constexpr bool canDeflate(std::uint8_t windowBits) noexcept {
  return windowBits >= 9 && windowBits <= 15;
}

}  // namespace hft::net
