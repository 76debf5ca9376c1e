#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/net/uv_poll.hpp"
#include "native/net/web_socket_client.hpp"

namespace hft::bindings {

/// Nanoseconds since the epoch by the system's clock.
[[nodiscard]] Nanos systemNow() noexcept;

/// Who hears of a socket's life. Plain functions with a context, so that messages can go to native
/// code without a virtual call.
struct SocketHandler {
  void* context;
  void (*onOpen)(void* context);
  net::Flow (*onMessage)(void* context, std::string_view payload, bool isText, Nanos receiveTime);
  /// Whether messages can be taken now; asked before each read.
  bool (*isReady)(void* context);
  /// One read's messages have all been handed over.
  void (*onBatchEnd)(void* context);
  /// The connection has ended: `client().report()` says how. Once; not after `abandon`.
  void (*onClosed)(void* context);
  /// The loop has let go of every handle: the socket may be destroyed. Once, last.
  void (*onReleased)(void* context);
};

/// A WebSocketClient that Node's event loop drives: uv_poll for readiness, one uv_timer for
/// deadlines.
///
/// One connection each. Between `connect` and `onReleased` the object must stay. Not thread-safe:
/// everything happens on the thread of the loop.
class UvSocket {
 public:
  /// `readsMax`: reads per turn of the loop, so that one busy socket leaves room for others.
  UvSocket(uv_loop_s* loop, net::WebSocketOptions options, std::size_t readsMax,
           SocketHandler handler);

  /// Starts to connect to a literal address. A failure is reported through `onClosed`, later.
  void connect(const std::string& address, std::uint16_t port);

  /// Sends; see WebSocketClient.
  net::SocketError send(std::string_view payload, bool isText);
  net::SocketError ping(std::string_view payload);
  net::SocketError close(std::uint16_t code, std::string_view reason);
  void terminate();

  /// Stops reading, and starts again.
  void pause();
  void resume();

  /// Reads once without being told that bytes wait, for a caller that polls. Whether bytes came.
  bool poll();

  /// Lets go of everything without a report: the environment is ending.
  void abandon();

  [[nodiscard]] const net::WebSocketClient& client() const noexcept { return client_; }
  /// Whether `connect` was called: a socket is used once.
  [[nodiscard]] bool isUsed() const noexcept { return isUsed_; }

 private:
  friend struct UvSocketRelay;

  [[nodiscard]] static UvSocket& of(uv_handle_s* handle) noexcept {
    return *static_cast<UvSocket*>(handle->data);
  }
  static void onPoll(uv_handle_s* handle, int status, int events);
  static void onTimeout(uv_handle_s* handle);
  static void onHandleClosed(uv_handle_s* handle);

  [[nodiscard]] uv_handle_s* makeHandle(int type) noexcept;
  void closeHandles();
  void read();
  [[nodiscard]] std::uint64_t readOnce();
  /// Whether silence says nothing of the peer, because nobody listens.
  [[nodiscard]] bool isIdleByPause() const noexcept {
    return (isPaused_ || isHeld_) && client_.state() == net::WebSocketClient::State::Open;
  }
  /// Brings poll events and timer in line with the client, and reports its end.
  void settle();
  void settleTimer();
  void report();

  uv_loop_s* loop_;
  std::size_t receiveBytesMax_;
  net::WebSocketClient client_;
  std::size_t readsMax_;
  SocketHandler handler_;
  uv_handle_s* poll_ = nullptr;
  uv_handle_s* timer_ = nullptr;
  int openHandles_ = 0;
  int watchedEvents_ = 0;
  Nanos armedAt_ = net::kNever;
  bool isUsed_ = false;
  bool isPaused_ = false;
  bool isHeld_ = false;         ///< The handler could not take messages when last asked.
  bool isDispatching_ = false;  ///< Inside a callback of the loop, where reports may be made.
  bool isReported_ = false;
};

}  // namespace hft::bindings
