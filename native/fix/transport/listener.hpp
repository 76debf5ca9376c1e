#pragma once

#include <cstdint>
#include <string>

namespace hft::fix {

/// A listening TCP socket. Not thread-safe.
class Listener {
 public:
  Listener() = default;
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Listens on a literal address; port 0 takes a free one. False: `error()` says why.
  [[nodiscard]] bool open(const std::string& address, std::uint16_t port);

  /// The next connection, non-blocking and without Nagle's delay; -1 where there is none.
  [[nodiscard]] int accept() noexcept;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::string error_;
};

/// Starts to connect to a literal address: the socket, non-blocking and without Nagle's delay, or
/// -1 with errno.
[[nodiscard]] int startConnect(const std::string& address, std::uint16_t port) noexcept;

/// The first address of `host`, as text; empty where it has none. Blocks on the network.
[[nodiscard]] std::string resolveHost(const std::string& host);

/// Whether `host` is an address already.
[[nodiscard]] bool isLiteralAddress(const std::string& host) noexcept;

}  // namespace hft::fix
