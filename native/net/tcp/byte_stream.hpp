#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "native/net/tcp/error_text.hpp"
#include "native/net/tcp/tls_context.hpp"

struct ssl_st;

namespace hft::net {

/// How a step on a byte stream ended.
enum class IoStatus : std::uint8_t {
  Ok,
  WouldBlock,  ///< Nothing to do until the socket is ready.
  Ended,       ///< The peer closed its side in order.
  Failed,      ///< `errorText()` says why.
};

struct IoResult {
  IoStatus status = IoStatus::Ok;
  std::size_t bytes = 0;
};

struct SslDeleter {
  void operator()(ssl_st* ssl) const noexcept;
};

/// A non-blocking TCP connection, with or without TLS.
///
/// The descriptor stays open until `release`, `open` or the destructor, so that a poller can let
/// go of it first. Not thread-safe.
class ByteStream {
 public:
  ByteStream() = default;
  ~ByteStream() { release(); }
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Starts to connect to a literal IPv4 or IPv6 address. With `tls`, `serverName` is the name
  /// that the certificate must carry (also an address) and that SNI sends; without, both are
  /// nullptr and "".
  ///
  /// Returns WouldBlock, or Failed.
  [[nodiscard]] IoStatus open(const std::string& address, std::uint16_t port, const TlsContext* tls,
                              const std::string& serverName) noexcept;

  /// Takes a socket that is open, or connecting: non-blocking, owned from here on. With `tls`, a
  /// server's end where `serverName` is empty, else a client's as in `open`.
  ///
  /// Returns WouldBlock, or Failed.
  [[nodiscard]] IoStatus adopt(int fd, ssl_ctx_st* tls, const std::string& serverName) noexcept;

  /// Goes on with connecting; Ok when bytes can flow over TCP.
  [[nodiscard]] IoStatus finishConnect() noexcept;

  /// Goes on with the TLS handshake; Ok when it is done (at once without TLS).
  [[nodiscard]] IoStatus finishHandshake() noexcept;

  /// Reads once, at most `into.size()` bytes.
  [[nodiscard]] IoResult read(std::span<char> into) noexcept;

  /// Writes once; `bytes` says how many were taken.
  [[nodiscard]] IoResult write(std::string_view bytes) noexcept;

  /// Whether decrypted or undecrypted bytes wait in the TLS layer: the poller will not see them.
  [[nodiscard]] bool hasBuffered() const noexcept;

  /// Whether the last step waits for the socket to become writable (TLS may read to write).
  [[nodiscard]] bool waitsToWrite() const noexcept { return waitsToWrite_; }

  [[nodiscard]] bool usesTls() const noexcept { return ssl_ != nullptr; }

  /// Ends both directions: the peer sees the end at once, the descriptor stays.
  void shutDown() noexcept;

  /// Closes the descriptor.
  void release() noexcept;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::string_view errorText() const noexcept { return error_.view(); }
  /// Whether the failure was the peer's certificate.
  [[nodiscard]] bool isCertificateRejected() const noexcept { return isCertificateRejected_; }

 private:
  [[nodiscard]] IoStatus startTls(ssl_ctx_st* tls, const std::string& serverName) noexcept;
  [[nodiscard]] IoStatus failErrno(std::string_view what, int code) noexcept;
  [[nodiscard]] IoStatus classifyTls(int result, std::string_view what) noexcept;

  int fd_ = -1;
  bool waitsToWrite_ = false;
  bool mayHaveMore_ = false;  ///< The last read was not the one that found nothing.
  bool isCertificateRejected_ = false;
  std::unique_ptr<ssl_st, SslDeleter> ssl_;
  ErrorText error_;
};

}  // namespace hft::net
