#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "native/core/units.hpp"
#include "native/net/deflate.hpp"
#include "native/net/lazy_buffer.hpp"
#include "native/net/utf8.hpp"
#include "native/net/ws_frame.hpp"

namespace hft::net {

/// Whether a sink takes further messages at once. After Stop the rest stays buffered.
enum class Flow : std::uint8_t { Continue, Stop };

/// Bytes that are readable after the end of every payload given to a sink; their content is
/// undefined. As many as a decoder wants (event::kFramePadding).
inline constexpr std::size_t kPayloadPadding = 64;

/// Receives messages and control frames; the payload is valid during the call only.
template <typename T>
concept FrameSink =
    requires(T sink, std::string_view payload, bool isText, Nanos time, Opcode opcode) {
      { sink.onMessage(payload, isText, time) } -> std::same_as<Flow>;
      { sink.onControl(opcode, payload, time) } -> std::same_as<Flow>;
    };

struct FrameReaderOptions {
  /// The most bytes of one read: small, so that a message waits for few others (see design 3).
  std::size_t receiveBytesMax = 16 * 1024;
  /// A longer message fails the connection with 1009.
  std::size_t messageBytesMax = 4 * 1024 * 1024;
  /// Whether the peer is a client: its frames must be masked. Otherwise they must not.
  bool expectsMask = false;
  /// Leaves out the UTF-8 check of text messages, for venues whose decoder checks anyway.
  bool skipUtf8 = false;
};

/// The receive path of RFC 6455: bytes from a socket into messages, in one buffer of its own.
///
/// A message in one uncompressed frame is handed out where it lies. Fragments, compressed frames
/// and frames longer than the receive buffer go through a message buffer of fixed capacity.
/// Takes its memory in the constructor. Not thread-safe.
class FrameReader {
 public:
  enum class Status : std::uint8_t {
    NeedMore,  ///< Every complete frame is handed out.
    Stopped,   ///< The sink said Stop; call `drain` again for the rest.
    Failed,    ///< `error()` says why; the connection must be failed.
  };

  explicit FrameReader(const FrameReaderOptions& options);

  /// Inflates messages with RSV1 from here on.
  void enableDeflate(const DeflateParameters& agreed);

  /// Where the next read goes: `receiveBytesMax` bytes. Moves what is left to the front, so a
  /// payload handed out before is gone. After Status::Stopped drain first: it is empty when full.
  [[nodiscard]] std::span<char> writable() noexcept;
  void commit(std::size_t bytes) noexcept { end_ += bytes; }

  /// The bytes that are not consumed yet, and their removal: for what precedes the first frame.
  [[nodiscard]] std::string_view unread() const noexcept {
    return {buffer_.get() + begin_, end_ - begin_};
  }
  void discard(std::size_t bytes) noexcept { begin_ += bytes; }

  /// Hands every complete message to `sink`, with `receiveTime` as the time of its bytes.
  template <FrameSink Sink>
  [[nodiscard]] Status drain(Sink& sink, Nanos receiveTime) noexcept;

  [[nodiscard]] FrameError error() const noexcept { return error_; }

  /// Forgets everything of a connection; the buffers stay.
  void reset() noexcept;

 private:
  enum class StepKind : std::uint8_t { NeedMore, Consumed, Message, Control, Failed };
  struct Step {
    StepKind kind = StepKind::NeedMore;
    Opcode opcode = Opcode::Continuation;
    std::string_view payload;
  };

  /// Takes one step along the general path: any frame, in any state.
  [[nodiscard]] Step step() noexcept;
  [[nodiscard]] Step startFrame() noexcept;
  [[nodiscard]] Step takeWhole(const FrameHeader& header) noexcept;
  [[nodiscard]] Step streamPayload() noexcept;
  [[nodiscard]] Step finishMessage() noexcept;
  [[nodiscard]] FrameError check(const FrameHeader& header) const noexcept;
  [[nodiscard]] FrameError append(std::string_view payload) noexcept;
  [[nodiscard]] FrameError grow(std::size_t bytes) noexcept;
  [[nodiscard]] Step fail(FrameError error) noexcept;

  /// Takes a whole message at the front of the buffer, if it is the plain kind: one unmasked,
  /// uncompressed frame shorter than 64 KB. Anything else is for `step`.
  [[nodiscard]] bool takePlain(std::string_view& payload, bool& isText) noexcept;

  FrameReaderOptions options_;
  std::size_t capacity_;
  LazyBuffer buffer_;
  LazyBuffer message_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  bool isPlainPathOpen_;       ///< No mask expected, and not inside a frame or message.
  bool isInFrame_ = false;     ///< Inside a data frame whose payload is copied as it comes.
  bool isInMessage_ = false;   ///< Between the first and the last frame of a message.
  bool isCompressed_ = false;  ///< The current message is.
  FrameError error_ = FrameError::Ok;
  Opcode messageOpcode_ = Opcode::Text;
  FrameHeader header_;             ///< The frame that is being copied.
  std::uint64_t payloadRest_ = 0;  ///< What it still lacks.
  std::size_t messageBytes_ = 0;
  Utf8Validator utf8_;
  std::optional<Inflater> inflater_;
};

inline bool FrameReader::takePlain(std::string_view& payload, bool& isText) noexcept {
  const std::size_t available = end_ - begin_;
  if (available < 4 || !isPlainPathOpen_) return false;
  const char* const frame = buffer_.get() + begin_;
  const auto first = static_cast<std::uint8_t>(frame[0]);
  // FIN with text (0x81) or binary (0x82).
  if (first != 0x81 && first != 0x82) return false;
  std::size_t size = static_cast<std::uint8_t>(frame[1]);
  std::size_t headerBytes = 2;
  if (size == 126) {
    size = std::size_t{static_cast<std::uint8_t>(frame[2])} << 8U |
           static_cast<std::uint8_t>(frame[3]);
    headerBytes = 4;
    if (size < 126) return false;
  } else if (size > 126) {
    return false;
  }
  if (headerBytes + size > available || size > options_.messageBytesMax) return false;
  isText = first == 0x81;
  payload = {frame + headerBytes, size};
  begin_ += headerBytes + size;
  return true;
}

template <FrameSink Sink>
FrameReader::Status FrameReader::drain(Sink& sink, Nanos receiveTime) noexcept {
  if (error_ != FrameError::Ok) return Status::Failed;
  while (true) {
    std::string_view payload;
    bool isText = false;
    if (takePlain(payload, isText)) [[likely]] {
      if (isText && !options_.skipUtf8 && !isValidUtf8(payload)) [[unlikely]] {
        (void)fail(FrameError::BadUtf8);
        return Status::Failed;
      }
      if (sink.onMessage(payload, isText, receiveTime) == Flow::Stop) return Status::Stopped;
      continue;
    }
    const Step next = step();
    Flow flow = Flow::Continue;
    switch (next.kind) {
      case StepKind::NeedMore:
        return Status::NeedMore;
      case StepKind::Failed:
        return Status::Failed;
      case StepKind::Consumed:
        break;
      case StepKind::Message:
        flow = sink.onMessage(next.payload, next.opcode == Opcode::Text, receiveTime);
        break;
      case StepKind::Control:
        flow = sink.onControl(next.opcode, next.payload, receiveTime);
        break;
    }
    if (flow == Flow::Stop) return Status::Stopped;
  }
}

}  // namespace hft::net
