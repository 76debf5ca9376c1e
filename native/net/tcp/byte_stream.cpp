#include "native/net/tcp/byte_stream.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "native/core/check.hpp"
#include "native/net/tcp/endpoint.hpp"

namespace hft::net {

namespace {

bool isAddress(const std::string& name) noexcept { return parseEndpoint(name, 0).size != 0; }

}  // namespace

void SslDeleter::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

IoStatus ByteStream::failErrno(std::string_view what, int code) noexcept {
  std::array<char, 128> text{};
  error_ = what;
  error_ += ": ";
  error_ += strerror_r(code, text.data(), text.size());
  return IoStatus::Failed;
}

IoStatus ByteStream::open(const std::string& address, std::uint16_t port, const TlsContext* tls,
                          const std::string& serverName) noexcept {
  release();
  error_.clear();
  isCertificateRejected_ = false;
  const Endpoint endpoint = parseEndpoint(address, port);
  if (endpoint.size == 0) {
    error_ = "not an IP address: ";
    error_ += address;
    return IoStatus::Failed;
  }
  fd_ = ::socket(endpoint.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failErrno("cannot open a socket", errno);
  const int on = 1;
  (void)::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls != nullptr && startTls(tls->native(), serverName) == IoStatus::Failed)
    return IoStatus::Failed;
  waitsToWrite_ = true;
  const auto* target = reinterpret_cast<const sockaddr*>(&endpoint.storage);
  if (::connect(fd_, target, endpoint.size) != 0 && errno != EINPROGRESS) {
    return failErrno("cannot connect", errno);
  }
  return IoStatus::WouldBlock;
}

IoStatus ByteStream::adopt(int fd, ssl_ctx_st* tls, const std::string& serverName) noexcept {
  release();
  error_.clear();
  isCertificateRejected_ = false;
  fd_ = fd;
  waitsToWrite_ = true;
  if (tls == nullptr) return IoStatus::WouldBlock;
  if (!serverName.empty()) return startTls(tls, serverName);
  ERR_clear_error();
  ssl_.reset(SSL_new(tls));
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), fd_) != 1) {
    error_ = "cannot start TLS";
    return IoStatus::Failed;
  }
  SSL_set_accept_state(ssl_.get());
  return IoStatus::WouldBlock;
}

IoStatus ByteStream::finishConnect() noexcept {
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size) != 0) code = errno;
  if (code != 0) return failErrno("cannot connect", code);
  // A socket that is still connecting has no error either, but no peer.
  sockaddr_storage peer{};
  socklen_t peerSize = sizeof peer;
  if (::getpeername(fd_, reinterpret_cast<sockaddr*>(&peer), &peerSize) != 0) {
    return errno == ENOTCONN ? IoStatus::WouldBlock : failErrno("cannot connect", errno);
  }
  waitsToWrite_ = false;
  return IoStatus::Ok;
}

IoStatus ByteStream::startTls(ssl_ctx_st* tls, const std::string& serverName) noexcept {
  ERR_clear_error();
  ssl_.reset(SSL_new(tls));
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), fd_) != 1) {
    error_ = "cannot start TLS";
    return IoStatus::Failed;
  }
  SSL_set_connect_state(ssl_.get());
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Source: RFC 6066 section 3: SNI carries names only, never addresses.
  const bool accepts =
      isAddress(serverName)
          ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), serverName.c_str()) == 1
          : SSL_set1_host(ssl_.get(), serverName.c_str()) == 1 &&
                SSL_set_tlsext_host_name(ssl_.get(), serverName.c_str()) == 1;
  if (serverName.empty() || !accepts) {
    error_ = "not a server name for TLS: ";
    error_ += serverName;
    return IoStatus::Failed;
  }
  return IoStatus::WouldBlock;
}

IoStatus ByteStream::classifyTls(int result, std::string_view what) noexcept {
  const int socketError = errno;
  waitsToWrite_ = false;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return IoStatus::WouldBlock;
    case SSL_ERROR_WANT_WRITE:
      waitsToWrite_ = true;
      return IoStatus::WouldBlock;
    case SSL_ERROR_ZERO_RETURN:
      return IoStatus::Ended;
    case SSL_ERROR_SYSCALL:
      if (socketError != 0) return failErrno(what, socketError);
      break;
    default:
      break;
  }
  error_ = what;
  error_ += ": ";
  const long verdict = SSL_get_verify_result(ssl_.get());
  const unsigned long code = ERR_get_error();
  if (verdict != X509_V_OK) {
    isCertificateRejected_ = true;
    error_ += X509_verify_cert_error_string(verdict);
  } else if (const char* reason = ERR_reason_error_string(code); reason != nullptr) {
    error_ += reason;
  } else {
    error_ += "the connection ended";
  }
  return IoStatus::Failed;
}

IoStatus ByteStream::finishHandshake() noexcept {
  if (ssl_ == nullptr) return IoStatus::Ok;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    const IoStatus status = classifyTls(result, "TLS handshake");
    if (status != IoStatus::Ended) return status;
    error_ = "TLS handshake: the peer ended it";
    return IoStatus::Failed;
  }
  waitsToWrite_ = false;
  return IoStatus::Ok;
}

IoResult ByteStream::read(std::span<char> into) noexcept {
  HFT_DCHECK(!into.empty());
  if (ssl_ == nullptr) {
    const ssize_t count = ::recv(fd_, into.data(), into.size(), 0);
    if (count > 0) return {IoStatus::Ok, static_cast<std::size_t>(count)};
    if (count == 0) return {IoStatus::Ended, 0};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {IoStatus::WouldBlock, 0};
    return {failErrno("receive", errno), 0};
  }
  std::size_t count = 0;
  // The error queue belongs to the thread: what others left there would be read as ours.
  ERR_clear_error();
  errno = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
  mayHaveMore_ = result == 1;
  if (result == 1) return {IoStatus::Ok, count};
  return {classifyTls(result, "receive"), 0};
}

IoResult ByteStream::write(std::string_view bytes) noexcept {
  waitsToWrite_ = false;
  if (ssl_ == nullptr) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      waitsToWrite_ = static_cast<std::size_t>(count) < bytes.size();
      return {IoStatus::Ok, static_cast<std::size_t>(count)};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
      waitsToWrite_ = true;
      return {IoStatus::WouldBlock, 0};
    }
    return {failErrno("send", errno), 0};
  }
  std::size_t count = 0;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  if (result == 1) {
    waitsToWrite_ = count < bytes.size();
    return {IoStatus::Ok, count};
  }
  return {classifyTls(result, "send"), 0};
}

bool ByteStream::hasBuffered() const noexcept {
  // The start of a record also counts as pending, though nobody can read it yet.
  return ssl_ != nullptr && mayHaveMore_ && SSL_has_pending(ssl_.get()) == 1;
}

void ByteStream::shutDown() noexcept {
  if (fd_ < 0) return;
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    (void)SSL_shutdown(ssl_.get());  // Sends close_notify; nobody waits for the answer.
    ERR_clear_error();
  }
  (void)::shutdown(fd_, SHUT_RDWR);
}

void ByteStream::release() noexcept {
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  waitsToWrite_ = mayHaveMore_ = false;
}

}  // namespace hft::net
