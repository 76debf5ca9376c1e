#include "native/net/web_socket_client.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hft::net {

namespace {

/// The longest upgrade request.
constexpr std::size_t kRequestBytesMax = 8 * 1024;
/// The longest reason of a close frame: a control payload without the code.
constexpr std::size_t kReasonBytesMax = kControlBytesMax - 2;

SocketError errorOf(FrameError error) noexcept {
  switch (closeCodeOf(error)) {
    case close_code::kBadPayload:
      return SocketError::BadPayload;
    case close_code::kTooBig:
      return SocketError::MessageTooBig;
    default:
      return SocketError::ProtocolViolation;
  }
}

}  // namespace

std::string_view nameOf(SocketError error) noexcept {
  static constexpr std::array<std::string_view, kSocketErrorCount> kNames = {
      "ok",
      "bad-argument",
      "not-open",
      "send-buffer-full",
      "connect-failed",
      "tls-failed",
      "certificate-rejected",
      "upgrade-rejected",
      "upgrade-failed",
      "protocol-violation",
      "bad-payload",
      "message-too-big",
      "connection-lost",
      "timed-out",
  };
  return kNames[static_cast<std::size_t>(error)];
}

WebSocketClient::WebSocketClient(WebSocketOptions options, RandomSource random)
    : options_(std::move(options)),
      offer_(options_.offersDeflate ? deflateOffer(options_.deflate) : std::string{}),
      reader_(options_.reader),
      writer_(std::max(options_.sendBufferBytes, kRequestBytesMax), random) {}

SocketError WebSocketClient::connect(const std::string& address, std::uint16_t port, Nanos now) {
  if (state_ != State::Idle && state_ != State::Closed) return SocketError::BadArgument;
  reader_.reset();
  writer_.reset();
  report_ = {};
  refusal_ = {};
  subprotocol_.clear();
  isPeerDone_ = isCloseSent_ = isSendBroken_ = hasUndrained_ = isDeflateAgreed_ = false;
  lastByteTime_ = lastPingTime_ = now;
  deadline_ = now + options_.handshakeTimeout;
  state_ = State::Connecting;
  if (!isSound(options_.request)) {
    finish(SocketError::BadArgument, describe(UpgradeError::BadRequest));
    return SocketError::BadArgument;
  }
  if (options_.tls && !options_.tls->isUsable()) {
    finish(SocketError::TlsFailed, options_.tls->error());
    return SocketError::TlsFailed;
  }
  if (stream_.open(address, port, options_.tls.get(), options_.serverName) == IoStatus::Failed) {
    finish(SocketError::ConnectFailed, stream_.errorText());
    return SocketError::ConnectFailed;
  }
  return SocketError::Ok;
}

void WebSocketClient::finish(SocketError error, std::string_view detail) noexcept {
  if (state_ == State::Closed) return;
  // The first error is the cause; what follows from it says less.
  if (report_.error == SocketError::Ok && error != SocketError::Ok) {
    report_.error = error;
    report_.detail = detail;
  }
  state_ = State::Closed;
  deadline_ = kNever;
  hasUndrained_ = false;
  stream_.shutDown();
}

void WebSocketClient::terminate() noexcept {
  if (state_ != State::Idle) finish(SocketError::Ok, {});
}

void WebSocketClient::release() noexcept {
  terminate();
  stream_.release();
}

bool WebSocketClient::wantsRead() const noexcept {
  return state_ == State::TlsHandshake || state_ == State::Upgrading || state_ == State::Open ||
         state_ == State::Closing;
}

bool WebSocketClient::wantsWrite() const noexcept {
  if (state_ == State::Connecting) return true;
  if (state_ == State::TlsHandshake) return stream_.waitsToWrite();
  return wantsRead() && !writer_.pending().empty();
}

bool WebSocketClient::hasPending() const noexcept {
  return hasUndrained_ || (wantsRead() && stream_.hasBuffered());
}

void WebSocketClient::advanceHandshake(Nanos now) {
  if (state_ == State::Connecting) {
    const IoStatus status = stream_.finishConnect();
    if (status == IoStatus::Failed) finish(SocketError::ConnectFailed, stream_.errorText());
    if (status != IoStatus::Ok) return;
    state_ = State::TlsHandshake;
  }
  if (state_ == State::TlsHandshake) {
    const IoStatus status = stream_.finishHandshake();
    if (status == IoStatus::Failed) {
      finish(stream_.isCertificateRejected() ? SocketError::CertificateRejected
                                             : SocketError::TlsFailed,
             stream_.errorText());
    }
    if (status != IoStatus::Ok) return;
    lastByteTime_ = now;
    state_ = State::Upgrading;
    sendUpgrade();
  }
}

void WebSocketClient::sendUpgrade() {
  key_ = makeUpgradeKey(writer_.randomKey());
  std::array<char, kRequestBytesMax> text;
  const auto size = writeUpgradeRequest(options_.request, key_, offer_, text);
  if (!size.ok() || !writer_.appendRaw({text.data(), size.value()})) {
    finish(SocketError::BadArgument, describe(UpgradeError::RequestTooLarge));
    return;
  }
  flush();
}

bool WebSocketClient::readUpgradeAnswer(bool isEnded) {
  const auto parsed = parseUpgradeResponse(reader_.unread());
  if (!parsed.ok()) {
    finish(SocketError::UpgradeFailed, describe(parsed.error()));
    return false;
  }
  const UpgradeResponse& response = parsed.value();
  if (response.headBytes == 0) return false;
  const UpgradeError error = verifyUpgrade(response, options_.request, key_);
  if (error == UpgradeError::NotSwitching) {
    keepRefusal(response, isEnded);
    return false;
  }
  if (error != UpgradeError::Ok) {
    finish(SocketError::UpgradeFailed, describe(error));
    return false;
  }
  if (!agreeOnDeflate(response)) {
    finish(SocketError::UpgradeFailed, "the server chose extensions that were not offered");
    return false;
  }
  subprotocol_ = response.subprotocol;
  reader_.discard(response.headBytes);
  state_ = State::Open;
  deadline_ = kNever;
  return true;
}

bool WebSocketClient::agreeOnDeflate(const UpgradeResponse& response) {
  if (response.extensions.empty()) return true;
  if (!options_.offersDeflate) return false;
  const auto agreed = parseDeflateAnswer(response.extensions, options_.deflate);
  if (!agreed.ok()) return false;
  isDeflateAgreed_ = true;
  reader_.enableDeflate(agreed.value());
  writer_.enableDeflate(agreed.value(), options_.deflateBytesMin);
  return true;
}

void WebSocketClient::keepRefusal(const UpgradeResponse& response, bool isEnded) {
  std::string_view body = reader_.unread().substr(response.headBytes);
  std::size_t needed = static_cast<std::size_t>(
      std::min<std::uint64_t>(response.contentLength, kRefusalBodyBytesMax));
  if (response.isChunked) {
    // The first chunk's size stands on a line of its own.
    const std::size_t lineEnd = body.find("\r\n");
    body = lineEnd == std::string_view::npos ? std::string_view{} : body.substr(lineEnd + 2);
    needed = 1;
  }
  if (body.size() < needed && !isEnded) return;
  refusal_.status = response.status;
  refusal_.location = response.location;
  refusal_.retryAfter = response.retryAfter;
  refusal_.bodyStart = body.substr(0, kRefusalBodyBytesMax);
  finish(SocketError::UpgradeRejected, "HTTP status " + std::to_string(response.status));
}

IoResult WebSocketClient::readOnce(std::span<char> into) {
  const IoResult result = stream_.read(into);
  if (result.status == IoStatus::Ok) {
    ++counters_.reads;
    counters_.bytesReceived += result.bytes;
    reader_.commit(result.bytes);
  } else if (result.status != IoStatus::WouldBlock) {
    handleEnd(result.status);
  }
  return result;
}

void WebSocketClient::handleEnd(IoStatus status) {
  if (state_ == State::Upgrading) {
    // A refusal's body may end with the connection.
    (void)readUpgradeAnswer(true);
  }
  if (state_ == State::Closing && isPeerDone_) {
    finish(SocketError::Ok, {});
    return;
  }
  finish(SocketError::ConnectionLost, status == IoStatus::Failed
                                          ? stream_.errorText()
                                          : "the peer ended the connection without a close frame");
}

void WebSocketClient::handleControl(Opcode opcode, std::string_view payload, Nanos now) {
  switch (opcode) {
    case Opcode::Ping:
      ++counters_.pings;
      if (state_ != State::Open) return;
      if (sendFrame(Opcode::Pong, payload) == SocketError::SendBufferFull) {
        ++counters_.pongsDropped;
      }
      return;
    case Opcode::Pong:
      ++counters_.pongs;
      return;
    default:
      handleClose(payload, now);
  }
}

void WebSocketClient::handleClose(std::string_view payload, Nanos now) {
  std::uint16_t code = close_code::kNoStatus;
  if (payload.size() == 1) return failFrames(FrameError::BadClosePayload, now);
  if (payload.size() >= 2) {
    code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8U |
                                      static_cast<std::uint8_t>(payload[1]));
    if (!isValidCloseCode(code)) return failFrames(FrameError::BadClosePayload, now);
    if (!isValidUtf8(payload.substr(2))) return failFrames(FrameError::BadUtf8, now);
    report_.reason = payload.substr(2);
  }
  report_.code = code;
  isPeerDone_ = true;
  if (state_ == State::Open) {
    // Source: RFC 6455 section 5.5.1: the answer usually echoes the code.
    (void)appendClose(code, {});
    state_ = State::Closing;
    deadline_ = now + options_.closeTimeout;
    flush();
  }
}

void WebSocketClient::failFrames(FrameError error, Nanos now) {
  report_.error = errorOf(error);
  report_.detail = describe(error);
  // Source: RFC 6455 section 7.1.5: without a sound close frame of the peer the code is 1006.
  report_.code = close_code::kAbnormal;
  report_.reason.clear();
  isPeerDone_ = true;
  // To close at once, with bytes unread, would send a reset that overtakes the close frame: the
  // rest is read and thrown away until the peer ends, or time is up.
  if (!isCloseSent_) (void)appendClose(closeCodeOf(error), {});
  state_ = State::Closing;
  deadline_ = now + options_.closeTimeout;
  flush();
}

bool WebSocketClient::appendClose(std::uint16_t code, std::string_view reason) {
  std::array<char, kControlBytesMax> payload{};
  payload[0] = static_cast<char>(code >> 8U);
  payload[1] = static_cast<char>(code);
  if (!reason.empty()) std::memcpy(payload.data() + 2, reason.data(), reason.size());
  isCloseSent_ = true;
  const std::size_t size = code == close_code::kNoStatus ? 0 : 2 + reason.size();
  return writer_.append(Opcode::Close, {payload.data(), size});
}

SocketError WebSocketClient::close(std::uint16_t code, std::string_view reason, Nanos now) {
  if (!isValidCloseCode(code) || reason.size() > kReasonBytesMax || !isValidUtf8(reason)) {
    return SocketError::BadArgument;
  }
  if (isHandshaking()) {
    terminate();
    return SocketError::Ok;
  }
  if (state_ != State::Open) return SocketError::NotOpen;
  (void)appendClose(code, reason);
  state_ = State::Closing;
  deadline_ = now + options_.closeTimeout;
  flush();
  return SocketError::Ok;
}

SocketError WebSocketClient::sendFrame(Opcode opcode, std::string_view payload) {
  if (state_ != State::Open || isSendBroken_) return SocketError::NotOpen;
  if (!writer_.append(opcode, payload)) return SocketError::SendBufferFull;
  flush();
  return SocketError::Ok;
}

SocketError WebSocketClient::sendText(std::string_view text) {
  return sendFrame(Opcode::Text, text);
}

SocketError WebSocketClient::sendBinary(std::string_view bytes) {
  return sendFrame(Opcode::Binary, bytes);
}

SocketError WebSocketClient::ping(std::string_view payload) {
  if (payload.size() > kControlBytesMax) return SocketError::BadArgument;
  return sendFrame(Opcode::Ping, payload);
}

void WebSocketClient::flush() {
  while (!writer_.pending().empty()) {
    const IoResult result = stream_.write(writer_.pending());
    if (result.status == IoStatus::Ok) {
      counters_.bytesSent += result.bytes;
      writer_.consume(result.bytes);
      continue;
    }
    if (result.status != IoStatus::WouldBlock) {
      // The peer's last words may still be readable: reading them finds the end, and its cause.
      isSendBroken_ = true;
      writer_.consume(writer_.pending().size());
    }
    return;
  }
}

void WebSocketClient::onWritable(Nanos now) {
  if (state_ == State::Connecting || state_ == State::TlsHandshake) {
    advanceHandshake(now);
  } else if (wantsRead()) {
    flush();
  }
}

Nanos WebSocketClient::nextDeadline() const noexcept {
  if (state_ != State::Open) return deadline_;
  Nanos next = kNever;
  if (options_.silenceMax > 0) next = lastByteTime_ + options_.silenceMax;
  if (options_.pingInterval > 0) {
    next = std::min(next, std::max(lastByteTime_, lastPingTime_) + options_.pingInterval);
  }
  return next;
}

void WebSocketClient::onTimer(Nanos now) {
  if (now < nextDeadline()) return;
  if (state_ == State::Open) {
    if (options_.silenceMax > 0 && now - lastByteTime_ >= options_.silenceMax) {
      finish(SocketError::TimedOut, "no byte came from the peer for too long");
      return;
    }
    lastPingTime_ = now;
    (void)ping({});
    return;
  }
  if (state_ == State::Closing) {
    finish(isPeerDone_ ? SocketError::Ok : SocketError::TimedOut, "no answer to the close frame");
    return;
  }
  // A refusal whose body never came in full is still a refusal.
  if (state_ == State::Upgrading) (void)readUpgradeAnswer(true);
  if (isHandshaking()) finish(SocketError::TimedOut, "no progress in the handshake");
}

}  // namespace hft::net
