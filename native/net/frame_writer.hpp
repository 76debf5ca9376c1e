#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "native/net/deflate.hpp"
#include "native/net/lazy_buffer.hpp"
#include "native/net/random_source.hpp"
#include "native/net/ws_frame.hpp"

namespace hft::net {

/// The send path of a client: masked frames in a buffer of fixed capacity, in the order sent.
///
/// When full it refuses (`append` returns false, nothing has changed). Data frames leave room for
/// a few control frames, so that a close or a pong can still be sent. Not thread-safe.
class FrameWriter {
 public:
  FrameWriter(std::size_t bufferBytes, RandomSource random);

  /// Compresses messages of at least `messageBytesMin` bytes from here on.
  void enableDeflate(const DeflateParameters& agreed, std::size_t messageBytesMin);

  /// Appends one final frame with `payload`. Returns whether it fits.
  [[nodiscard]] bool append(Opcode opcode, std::string_view payload) noexcept;

  /// Appends raw bytes: the upgrade request. Returns whether they fit.
  [[nodiscard]] bool appendRaw(std::string_view bytes) noexcept;

  /// The bytes that wait to be sent, and their removal once they are.
  [[nodiscard]] std::string_view pending() const noexcept {
    return {buffer_.get() + begin_, end_ - begin_};
  }
  void consume(std::size_t bytes) noexcept {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// Sixteen fresh random bytes, for the upgrade key.
  [[nodiscard]] std::array<std::uint8_t, 16> randomKey() noexcept;

  /// Forgets everything of a connection; the buffer stays.
  void reset() noexcept;

 private:
  [[nodiscard]] MaskKey nextMask() noexcept;
  /// Free space after the pending bytes, which move to the front if that is needed.
  [[nodiscard]] std::span<char> space(std::size_t bytes) noexcept;
  [[nodiscard]] bool appendCompressed(Opcode opcode, std::string_view payload) noexcept;
  void finishFrame(std::span<char> frame, Opcode opcode, std::size_t payloadBytes,
                   bool isCompressed) noexcept;

  RandomSource random_;
  std::size_t capacity_;
  LazyBuffer buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  /// Masks ahead, so that the kernel is asked once for 64 of them.
  std::array<std::uint8_t, 256> masks_{};
  std::size_t maskAt_ = 256;
  std::optional<Deflater> deflater_;
  std::size_t deflateBytesMin_ = 0;
};

}  // namespace hft::net
