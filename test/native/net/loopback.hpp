#pragma once

#include <arpa/inet.h>
#include <csignal>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "native/net/web_socket_client.hpp"
#include "test/native/net/frame_script.hpp"

namespace hft::net::test {

/// The server's end of a loopback connection, driven by hand.
class LoopbackServer {
 public:
  LoopbackServer() {
    // Writing to a peer that is gone must be an error, not the end of the test program.
    (void)std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    HFT_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    HFT_CHECK(::listen(listener_, 8) == 0);
    HFT_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~LoopbackServer() {
    drop();
    ::close(listener_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int fd() const { return peer_; }
  [[nodiscard]] bool isAccepted() const { return peer_ >= 0; }

  /// Takes the connection, if one waits.
  void accept() {
    if (peer_ < 0) peer_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      HFT_CHECK(count > 0);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Takes what has come, if anything; `isEnded` when the client has ended.
  void receive() {
    if (peer_ < 0) return;
    char bytes[4096];
    ssize_t count = 0;
    while ((count = ::recv(peer_, bytes, sizeof bytes, 0)) > 0) {
      received.append(bytes, static_cast<std::size_t>(count));
    }
    if (count == 0) isEnded = true;
  }
  /// Sends the 101 that answers the request received, with further lines, each ended.
  void upgrade(std::string_view lines) {
    const std::size_t at = received.find("Sec-WebSocket-Key: ");
    HFT_CHECK(at != std::string::npos);
    UpgradeKey key;
    std::memcpy(key.data(), received.data() + at + 19, key.size());
    const auto accept = acceptOf(key);
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer.append(accept.data(), accept.size()).append("\r\n").append(lines).append("\r\n");
    received.clear();
    send(answer);
  }
  /// The client's frames so far, as a script.
  [[nodiscard]] Script frames() const {
    FrameReader reader({.expectsMask = true});
    RecordingSink sink;
    (void)feed(reader, sink, received, 4096);
    return sink.script;
  }
  void endOurs() { ::shutdown(peer_, SHUT_WR); }
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(peer_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    drop();
  }
  void drop() {
    if (peer_ >= 0) ::close(peer_);
    peer_ = -1;
  }

  std::string received;
  bool isEnded = false;

 private:
  int listener_ = -1;
  int peer_ = -1;
  std::uint16_t port_ = 0;
};

/// Records messages; may stop, and may act on the client in the middle of a message.
struct ClientSink {
  Script messages;
  bool isOpen = false;
  bool stops = false;
  std::vector<Nanos> times;
  std::function<void()> onEach = [] {};

  void onOpen() { isOpen = true; }
  Flow onMessage(std::string_view payload, bool isText, Nanos time) {
    messages.push_back((isText ? "T:" : "B:") + std::string{payload});
    times.push_back(time);
    onEach();
    return stops ? Flow::Stop : Flow::Continue;
  }
};

/// A client and its server, stepped until something holds. The clock is a counter.
class LoopbackPair {
 public:
  explicit LoopbackPair(const WebSocketOptions& options) : client(options, systemRandom()) {}

  /// Steps both ends until `isDone`; false when nothing happens for five seconds.
  template <typename Condition>
  [[nodiscard]] bool run(const Condition& isDone) {
    while (!isDone()) {
      pollfd fds[2] = {
          {.fd = client.fd(), .events = 0, .revents = 0},
          {.fd = server.isAccepted() ? server.fd() : -1, .events = POLLIN, .revents = 0}};
      if (client.wantsRead() && !sink.stops) fds[0].events |= POLLIN;
      if (client.wantsWrite()) fds[0].events |= POLLOUT;
      if (fds[0].events == 0) fds[0].fd = -1;
      if (server.isEnded) fds[1].fd = -1;
      if (!client.hasPending() && ::poll(fds, 2, 5000) == 0) return false;
      server.accept();
      server.receive();
      if ((fds[0].revents & POLLOUT) != 0) client.onWritable(now);
      client.onReadable(sink, [this] { return ++now; }, 4);
    }
    return true;
  }

  /// Connects and answers the request; further `lines` for the response, each ended.
  [[nodiscard]] bool open(std::string_view lines) {
    if (client.connect("127.0.0.1", server.port(), now) != SocketError::Ok) return false;
    const auto hasRequest = [&] { return server.received.find("\r\n\r\n") != std::string::npos; };
    if (!run(hasRequest)) return false;
    server.upgrade(lines);
    return run([&] { return client.state() != WebSocketClient::State::Upgrading; }) &&
           client.state() == WebSocketClient::State::Open;
  }

  [[nodiscard]] bool runToClosed() {
    return run([&] { return client.state() == WebSocketClient::State::Closed; });
  }

  LoopbackServer server;
  WebSocketClient client;
  ClientSink sink;
  Nanos now = 1000;
};

}  // namespace hft::net::test
