#include "native/fix/transport/listener.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "native/core/system_error.hpp"
#include "native/net/tcp/endpoint.hpp"

namespace hft::fix {

namespace {

constexpr int kBacklog = 256;

void setOption(int fd, int level, int option) noexcept {
  const int on = 1;
  (void)::setsockopt(fd, level, option, &on, sizeof on);
}

}  // namespace

Listener::~Listener() {
  if (fd_ >= 0) ::close(fd_);
}

bool Listener::open(const std::string& address, std::uint16_t port) {
  const net::Endpoint endpoint = net::parseEndpoint(address, port);
  const std::string name = address + ":" + std::to_string(port);
  if (endpoint.size == 0) {
    error_ = "cannot listen on " + name + ": not an IP address";
    return false;
  }
  fd_ = ::socket(endpoint.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ >= 0) setOption(fd_, SOL_SOCKET, SO_REUSEADDR);
  if (fd_ < 0 ||
      ::bind(fd_, reinterpret_cast<const sockaddr*>(&endpoint.storage), endpoint.size) != 0 ||
      ::listen(fd_, kBacklog) != 0) {
    error_ = "cannot listen on " + name + ": " + systemErrorText(errno);
    return false;
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  (void)::getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size);
  std::uint16_t bytes = 0;
  // The port stands at the same place in both families.
  std::memcpy(&bytes, reinterpret_cast<const char*>(&bound) + 2, sizeof bytes);
  port_ = ntohs(bytes);
  return true;
}

int Listener::accept() noexcept {
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) setOption(fd, IPPROTO_TCP, TCP_NODELAY);
  return fd;
}

int startConnect(const std::string& address, std::uint16_t port) noexcept {
  const net::Endpoint endpoint = net::parseEndpoint(address, port);
  if (endpoint.size == 0) {
    errno = EINVAL;
    return -1;
  }
  const int fd =
      ::socket(endpoint.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  setOption(fd, IPPROTO_TCP, TCP_NODELAY);
  setOption(fd, SOL_SOCKET, SO_KEEPALIVE);
  const auto* target = reinterpret_cast<const sockaddr*>(&endpoint.storage);
  if (::connect(fd, target, endpoint.size) != 0 && errno != EINPROGRESS) {
    const int code = errno;
    ::close(fd);
    errno = code;
    return -1;
  }
  return fd;
}

bool isLiteralAddress(const std::string& host) noexcept {
  return net::parseEndpoint(host, 0).size != 0;
}

std::string resolveHost(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  std::string address;
  if (found != nullptr && ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(),
                                        nullptr, 0, NI_NUMERICHOST) == 0) {
    address = text.data();
  }
  ::freeaddrinfo(found);
  return address;
}

}  // namespace hft::fix
