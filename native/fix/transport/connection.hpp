#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/units.hpp"
#include "native/net/poller.hpp"
#include "native/net/tcp/byte_stream.hpp"

namespace hft::fix {

enum class ConnectionState : std::uint8_t { Connecting, Handshaking, Open, Closing, Closed };

/// One TCP or TLS connection of a FIX session: bytes in, gathered bytes out. Not thread-safe.
///
/// What `send` takes goes out at the next `flush`, once a turn of the loop, so that many small
/// messages share a system call. Unsent bytes are kept up to a limit.
class Connection {
 public:
  /// `key` names it in `poller`, which it registers with.
  Connection(net::Poller& poller, std::uint64_t key, std::size_t messageBytesMax,
             std::size_t unsentBytesMax);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Takes a socket: see ByteStream::adopt. False: `errorText()` says why.
  [[nodiscard]] bool start(int fd, bool isConnecting, ssl_ctx_st* tls,
                           const std::string& serverName) noexcept;

  /// Goes on with connecting and the handshake; true when the connection has just opened.
  [[nodiscard]] bool progress() noexcept;

  /// Reads what has come, up to a limit a call; false when the peer has ended or failed.
  [[nodiscard]] bool receive() noexcept;

  /// The bytes received and not yet dropped.
  [[nodiscard]] std::string_view received() const noexcept {
    return {input_.data() + inputBegin_, inputEnd_ - inputBegin_};
  }
  void drop(std::size_t bytes) noexcept { inputBegin_ += bytes; }

  /// Takes bytes to send; false when the connection is closing or the peer too slow.
  [[nodiscard]] bool send(std::string_view bytes) noexcept;

  /// Sends what was taken; false when the connection has failed.
  [[nodiscard]] bool flush() noexcept;

  /// No more is read; what was taken still goes out, until `deadline`.
  void beginClose(Nanos deadline) noexcept;

  /// Ends it at once.
  void close() noexcept;

  [[nodiscard]] ConnectionState state() const noexcept { return state_; }
  [[nodiscard]] bool hasUnsent() const noexcept { return unsentBytes() != 0; }
  [[nodiscard]] std::size_t unsentBytes() const noexcept { return output_.size() - outputBegin_; }
  [[nodiscard]] bool mayHaveMore() const noexcept { return mayHaveMore_; }
  /// Whether the last `receive` brought anything.
  [[nodiscard]] bool hasReceived() const noexcept { return hasReceived_; }
  [[nodiscard]] Nanos deadline() const noexcept { return deadline_; }
  void setDeadline(Nanos deadline) noexcept { deadline_ = deadline; }
  [[nodiscard]] std::string_view errorText() const noexcept { return stream_.errorText(); }

 private:
  void watch() noexcept;

  net::Poller& poller_;
  const std::uint64_t key_;
  const std::size_t unsentBytesMax_;
  net::ByteStream stream_;
  ConnectionState state_ = ConnectionState::Closed;
  bool isWatched_ = false;
  bool watchesWrite_ = false;
  bool mayHaveMore_ = false;
  bool hasReceived_ = false;
  Nanos deadline_ = 0;
  std::vector<char> input_;
  std::size_t inputBegin_ = 0;
  std::size_t inputEnd_ = 0;
  std::string output_;
  std::size_t outputBegin_ = 0;
};

}  // namespace hft::fix
