#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "native/core/units.hpp"
#include "native/net/frame_reader.hpp"
#include "native/net/frame_writer.hpp"
#include "native/net/http_upgrade.hpp"
#include "native/net/tcp/byte_stream.hpp"
#include "native/net/tcp/error_text.hpp"

namespace hft::net {

/// Why a socket call was refused, or a connection ended. TypeScript uses `nameOf`.
enum class SocketError : std::uint8_t {
  Ok,
  BadArgument,          ///< A close code, payload length, address or header that is not allowed.
  NotOpen,              ///< Sending before the handshake or after the close.
  SendBufferFull,       ///< Nothing was sent; wait until the peer takes bytes.
  ConnectFailed,        ///< TCP: refused, unreachable.
  TlsFailed,            ///< The TLS handshake failed.
  CertificateRejected,  ///< The server's certificate is not one that we trust for this name.
  UpgradeRejected,      ///< The server answered with another status than 101: see `refusal()`.
  UpgradeFailed,        ///< The answer to the upgrade request is not what RFC 6455 asks for.
  ProtocolViolation,    ///< The server broke the rules of frames (1002).
  BadPayload,           ///< Text that is not UTF-8, or compressed data that isn't (1007).
  MessageTooBig,        ///< 1009.
  ConnectionLost,       ///< The connection ended without a close frame.
  TimedOut,             ///< No progress in the handshake, or silence for too long.
};
inline constexpr std::size_t kSocketErrorCount = 14;

/// `error` as TypeScript spells it: "connect-failed".
[[nodiscard]] std::string_view nameOf(SocketError error) noexcept;

struct WebSocketOptions {
  UpgradeRequest request;
  /// nullptr: plain TCP. Shared, because to make one is dear.
  std::shared_ptr<const TlsContext> tls;
  /// The name in the server's certificate, and in SNI.
  std::string serverName;
  FrameReaderOptions reader;
  std::size_t sendBufferBytes = 256 * 1024;
  /// Asks for permessage-deflate with these parameters.
  bool offersDeflate = false;
  DeflateParameters deflate;
  /// Compresses messages of at least so many bytes, where deflate was agreed.
  std::size_t deflateBytesMin = 1024;
  Nanos handshakeTimeout = 10'000'000'000;
  Nanos closeTimeout = 2'000'000'000;
  /// Sends a ping after so long without a byte from the peer; 0 for never.
  Nanos pingInterval = 0;
  /// Ends the connection after so long without a byte from the peer; 0 for never.
  Nanos silenceMax = 0;
};

/// No deadline: `nextDeadline()` when nothing is to be waited for.
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();

/// How a connection ended.
struct CloseReport {
  std::uint16_t code = close_code::kAbnormal;
  SocketError error = SocketError::Ok;
  ErrorText reason;  ///< The peer's words.
  ErrorText detail;  ///< Ours: what went wrong. Never a secret.
};

/// A server's answer other than 101.
struct Refusal {
  std::uint16_t status = 0;
  std::string location;
  std::string retryAfter;
  std::string bodyStart;  ///< At most kRefusalBodyBytesMax bytes.
};
inline constexpr std::size_t kRefusalBodyBytesMax = 1024;

struct SocketCounters {
  std::uint64_t reads = 0;
  std::uint64_t bytesReceived = 0;
  std::uint64_t bytesSent = 0;
  std::uint64_t messages = 0;
  std::uint64_t pings = 0;
  std::uint64_t pongs = 0;
  std::uint64_t pongsDropped = 0;  ///< Not sent, because the send buffer was full.
};

/// Receives what a client reads. `onOpen` comes before the first message.
template <typename T>
concept MessageSink = requires(T sink, std::string_view payload, bool isText, Nanos time) {
  { sink.onOpen() } -> std::same_as<void>;
  { sink.onMessage(payload, isText, time) } -> std::same_as<Flow>;
};

/// A WebSocket client (RFC 6455, RFC 7692) on a non-blocking socket of its own.
///
/// It blocks nowhere, reads no clock and owns no thread: its owner watches `fd()` for
/// `wantsRead()` and `wantsWrite()` (with epoll, uv_poll or by polling) and calls `onReadable`,
/// `onWritable` and, at `nextDeadline()`, `onTimer`. After Closed the descriptor stays until
/// `release`, so that a poller can let go of it first. A sink may call any function of the client
/// but `connect` and `release`.
///
/// Takes its memory in the constructor and during the handshake; none per message. Not
/// thread-safe. The process must ignore SIGPIPE, as Node does.
class WebSocketClient {
 public:
  enum class State : std::uint8_t {
    Idle,
    Connecting,
    TlsHandshake,
    Upgrading,
    Open,
    Closing,  ///< A close frame was sent or received; waits for the other side.
    Closed,   ///< `report()` says how it ended.
  };

  WebSocketClient(WebSocketOptions options, RandomSource random);

  /// Starts to connect to a literal address. On an error the state is Closed, with a report.
  ///
  /// Allowed in Idle and Closed; a client can be used again, with the same options.
  SocketError connect(const std::string& address, std::uint16_t port, Nanos now);

  /// Reads and hands messages to `sink`, at most `readsMax` reads, and every complete message
  /// after each read. `clock()` gives the receive time, once per read.
  ///
  /// After the sink's Stop, or when `readsMax` is used up, `hasPending()` says that bytes wait
  /// which the poller will not report: call again.
  template <MessageSink Sink, std::invocable Clock>
  void onReadable(Sink& sink, const Clock& clock, std::size_t readsMax);

  /// Goes on with the handshake, or with sending.
  void onWritable(Nanos now);

  /// Acts on what is due: timeouts, pings.
  void onTimer(Nanos now);

  /// When `onTimer` is due; kNever for never.
  [[nodiscard]] Nanos nextDeadline() const noexcept;

  /// Sends a message, in one frame. The bytes are copied; most leave at once.
  ///
  /// Errors: NotOpen; SendBufferFull (nothing was sent). Text must be UTF-8.
  SocketError sendText(std::string_view text);
  SocketError sendBinary(std::string_view bytes);

  /// Errors: NotOpen, SendBufferFull, BadArgument above 125 bytes.
  SocketError ping(std::string_view payload);

  /// Starts the closing handshake. Before Open it ends the connection at once.
  ///
  /// Errors: NotOpen; BadArgument for a code that may not be sent, or a reason above 123 bytes.
  SocketError close(std::uint16_t code, std::string_view reason, Nanos now);

  /// Ends the connection at once, without a close frame.
  void terminate() noexcept;

  /// Closes the descriptor (terminates first, if need be).
  void release() noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] int fd() const noexcept { return stream_.fd(); }
  [[nodiscard]] bool wantsRead() const noexcept;
  [[nodiscard]] bool wantsWrite() const noexcept;
  /// Whether received bytes wait inside: `onReadable` has work that the poller cannot see.
  [[nodiscard]] bool hasPending() const noexcept;
  /// Bytes that wait to be sent: the mark for back-pressure.
  [[nodiscard]] std::size_t sendBacklogBytes() const noexcept { return writer_.pending().size(); }

  /// When the last byte came; for the detection of half-open connections.
  [[nodiscard]] Nanos lastByteTime() const noexcept { return lastByteTime_; }
  [[nodiscard]] const CloseReport& report() const noexcept { return report_; }
  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
  [[nodiscard]] const SocketCounters& counters() const noexcept { return counters_; }
  /// The subprotocol that the server chose; empty for none.
  [[nodiscard]] const std::string& subprotocol() const noexcept { return subprotocol_; }
  [[nodiscard]] bool isDeflateAgreed() const noexcept { return isDeflateAgreed_; }
  [[nodiscard]] bool usesTls() const noexcept { return stream_.usesTls(); }

 private:
  /// What the frame reader talks to: counts, answers control frames, passes messages on.
  template <MessageSink Sink>
  struct Relay {
    WebSocketClient& client;
    Sink& sink;

    Flow onMessage(std::string_view payload, bool isText, Nanos time) {
      ++client.counters_.messages;
      const Flow flow = sink.onMessage(payload, isText, time);
      // The sink may have ended the connection.
      return client.takesMessages() ? flow : Flow::Stop;
    }
    Flow onControl(Opcode opcode, std::string_view payload, Nanos time) {
      client.handleControl(opcode, payload, time);
      return client.takesMessages() ? Flow::Continue : Flow::Stop;
    }
  };

  [[nodiscard]] bool takesMessages() const noexcept {
    return state_ == State::Open || (state_ == State::Closing && !isPeerDone_);
  }
  [[nodiscard]] bool isHandshaking() const noexcept {
    return state_ == State::Connecting || state_ == State::TlsHandshake ||
           state_ == State::Upgrading;
  }
  template <MessageSink Sink>
  [[nodiscard]] bool drain(Sink& sink, Nanos now);

  /// Reads once into the frame reader; whether bytes came.
  [[nodiscard]] IoResult readOnce(std::span<char> into);
  void advanceHandshake(Nanos now);
  void sendUpgrade();
  /// Looks for the answer to the upgrade request; whether the connection is open after it.
  [[nodiscard]] bool readUpgradeAnswer(bool isEnded);
  [[nodiscard]] bool acceptUpgrade(const UpgradeResponse& response);
  [[nodiscard]] bool agreeOnDeflate(const UpgradeResponse& response);
  void keepRefusal(const UpgradeResponse& response, bool isEnded);
  void handleEnd(IoStatus status);
  void handleControl(Opcode opcode, std::string_view payload, Nanos now);
  void handleClose(std::string_view payload, Nanos now);
  void failFrames(FrameError error, Nanos now);
  [[nodiscard]] bool appendClose(std::uint16_t code, std::string_view reason);
  SocketError sendFrame(Opcode opcode, std::string_view payload);
  void flush();
  void finish(SocketError error, std::string_view detail) noexcept;

  WebSocketOptions options_;
  std::string offer_;
  ByteStream stream_;
  FrameReader reader_;
  FrameWriter writer_;
  State state_ = State::Idle;
  bool isPeerDone_ = false;  ///< Its close frame came, or it broke the rules: reads no more.
  bool isCloseSent_ = false;
  bool isSendBroken_ = false;  ///< Writing failed; reading will say why.
  bool hasUndrained_ = false;  ///< The sink stopped; whole messages may wait.
  bool isDeflateAgreed_ = false;
  UpgradeKey key_{};
  Nanos deadline_ = kNever;  ///< Of the handshake or of the closing.
  Nanos lastByteTime_ = 0;
  Nanos lastPingTime_ = 0;
  CloseReport report_;
  Refusal refusal_;
  std::string subprotocol_;
  SocketCounters counters_;
};

template <MessageSink Sink>
bool WebSocketClient::drain(Sink& sink, Nanos now) {
  Relay<Sink> relay{*this, sink};
  const FrameReader::Status status = reader_.drain(relay, now);
  hasUndrained_ = status == FrameReader::Status::Stopped && takesMessages();
  if (status == FrameReader::Status::Failed) failFrames(reader_.error(), now);
  return status == FrameReader::Status::NeedMore;
}

template <MessageSink Sink, std::invocable Clock>
void WebSocketClient::onReadable(Sink& sink, const Clock& clock, std::size_t readsMax) {
  if (hasUndrained_ && !drain(sink, lastByteTime_)) return;
  for (std::size_t reads = 0; reads < readsMax; ++reads) {
    if (state_ == State::Connecting || state_ == State::TlsHandshake) advanceHandshake(clock());
    if (state_ != State::Upgrading && state_ != State::Open && state_ != State::Closing) return;
    const std::span<char> into = reader_.writable();
    const IoResult result = readOnce(into);
    if (result.status != IoStatus::Ok) return;
    lastByteTime_ = clock();
    if (state_ == State::Upgrading) {
      if (!readUpgradeAnswer(false)) continue;
      sink.onOpen();
    }
    if (isPeerDone_) {
      reader_.discard(reader_.unread().size());
    } else if (!drain(sink, lastByteTime_)) {
      return;
    }
    // A short read has emptied the socket: another would only find out that it has.
    if (result.bytes < into.size() && !stream_.hasBuffered()) return;
  }
}

}  // namespace hft::net
