#include "bindings/uv_socket.hpp"

#include <algorithm>
#include <cstdlib>

#include "native/core/check.hpp"
#include "native/core/clock.hpp"

namespace hft::bindings {

namespace {

constexpr Nanos kNanosPerMillisecond = 1'000'000;

}  // namespace

Nanos systemNow() noexcept { return realtimeNanos(); }

/// Hands the client's messages to the handler, and remembers that it said Stop.
struct UvSocketRelay {
  UvSocket& socket;

  void onOpen() { socket.handler_.onOpen(socket.handler_.context); }
  net::Flow onMessage(std::string_view payload, bool isText, Nanos receiveTime) {
    const net::Flow flow =
        socket.handler_.onMessage(socket.handler_.context, payload, isText, receiveTime);
    return socket.isPaused_ ? net::Flow::Stop : flow;
  }
};

UvSocket::UvSocket(uv_loop_s* loop, net::WebSocketOptions options, std::size_t readsMax,
                   SocketHandler handler)
    : loop_(loop),
      receiveBytesMax_(options.reader.receiveBytesMax),
      client_(std::move(options), net::systemRandom()),
      readsMax_(readsMax),
      handler_(handler) {}

uv_handle_s* UvSocket::makeHandle(int type) noexcept {
  // libuv keeps a pointer to the handle until its close callback: it lives apart from this object.
  auto* const handle = static_cast<uv_handle_s*>(std::calloc(1, uv_handle_size(type)));
  HFT_CHECK(handle != nullptr);
  handle->data = this;
  return handle;
}

void UvSocket::connect(const std::string& address, std::uint16_t port) {
  HFT_CHECK(!isUsed_);
  isUsed_ = true;
  timer_ = makeHandle(net::uv::kTimerHandle);
  HFT_CHECK(uv_timer_init(loop_, timer_) == 0);
  ++openHandles_;
  if (client_.connect(address, port, systemNow()) == net::SocketError::Ok) {
    uv_handle_s* const poll = makeHandle(net::uv::kPollHandle);
    if (uv_poll_init(loop_, poll, client_.fd()) == 0) {
      poll_ = poll;
      ++openHandles_;
    } else {
      std::free(poll);
      client_.terminate();
    }
  }
  settle();
}

net::SocketError UvSocket::send(std::string_view payload, bool isText) {
  const net::SocketError error = isText ? client_.sendText(payload) : client_.sendBinary(payload);
  settle();
  return error;
}

net::SocketError UvSocket::ping(std::string_view payload) {
  const net::SocketError error = client_.ping(payload);
  settle();
  return error;
}

net::SocketError UvSocket::close(std::uint16_t code, std::string_view reason) {
  const net::SocketError error = client_.close(code, reason, systemNow());
  settle();
  return error;
}

void UvSocket::terminate() {
  client_.terminate();
  settle();
}

void UvSocket::pause() {
  isPaused_ = true;
  settle();
}

void UvSocket::resume() {
  isPaused_ = false;
  settle();
}

void UvSocket::read() {
  // One read at a time, and its messages all the way through: queues stay short under load.
  for (std::size_t i = 0; i < readsMax_ && !isPaused_; ++i) {
    isHeld_ = !handler_.isReady(handler_.context);
    if (isHeld_) break;
    const std::uint64_t bytes = readOnce();
    // A short read has emptied the kernel's buffer: another would only say so. With TLS a read ends
    // with its record, and further records wait decrypted.
    if (bytes < receiveBytesMax_ && !client_.hasPending()) break;
  }
}

std::uint64_t UvSocket::readOnce() {
  UvSocketRelay relay{*this};
  const std::uint64_t before = client_.counters().bytesReceived;
  client_.onReadable(relay, systemNow, 1);
  handler_.onBatchEnd(handler_.context);
  return client_.counters().bytesReceived - before;
}

bool UvSocket::poll() {
  if (isPaused_ || isDispatching_ || client_.state() != net::WebSocketClient::State::Open) {
    return false;
  }
  isHeld_ = !handler_.isReady(handler_.context);
  if (isHeld_) return false;
  isDispatching_ = true;
  const bool hasBytes = readOnce() != 0;
  isDispatching_ = false;
  if (!hasBytes) return false;
  settle();
  report();
  return true;
}

void UvSocket::onPoll(uv_handle_s* handle, int status, int events) {
  UvSocket& socket = of(handle);
  socket.isDispatching_ = true;
  // An error (a reset) shows up in the next read; libuv has stopped watching because of it.
  if (status < 0) socket.watchedEvents_ = 0;
  if ((events & net::uv::kWritable) != 0 || status < 0) socket.client_.onWritable(systemNow());
  if (((events & net::uv::kReadable) != 0 || status < 0) && !socket.isPaused_) socket.read();
  socket.isDispatching_ = false;
  socket.settle();
  socket.report();
}

void UvSocket::onTimeout(uv_handle_s* handle) {
  UvSocket& socket = of(handle);
  socket.isDispatching_ = true;
  socket.armedAt_ = net::kNever;
  // After a loop that was blocked for long, bytes may wait that prove the peer to be alive.
  if (!socket.isPaused_ && socket.client_.wantsRead()) socket.read();
  if (!socket.isIdleByPause()) socket.client_.onTimer(systemNow());
  socket.isDispatching_ = false;
  socket.settle();
  socket.report();
}

void UvSocket::settle() {
  if (isDispatching_ || timer_ == nullptr) return;
  if (poll_ != nullptr) {
    const bool isClosed = client_.state() == net::WebSocketClient::State::Closed;
    int events = 0;
    if (!isClosed && client_.wantsRead() && !isPaused_ && !isHeld_) events |= net::uv::kReadable;
    if (!isClosed && client_.wantsWrite()) events |= net::uv::kWritable;
    if (events != watchedEvents_) {
      watchedEvents_ = events;
      if (events == 0) {
        (void)uv_poll_stop(poll_);
      } else {
        (void)uv_poll_start(poll_, events, onPoll);
      }
    }
  }
  settleTimer();
}

void UvSocket::settleTimer() {
  const bool isClosed = client_.state() == net::WebSocketClient::State::Closed;
  const bool isHeld = isHeld_ && !isPaused_;
  const bool isDue = isClosed ? !isReported_ : client_.hasPending() && !isPaused_ && !isHeld;
  const Nanos retry = isHeld ? systemNow() + kNanosPerMillisecond : net::kNever;
  const Nanos next = isDue ? 0 : isIdleByPause() ? retry : std::min(retry, client_.nextDeadline());
  // An earlier timer that finds nothing due arms itself anew: deadlines move with every byte, and
  // this leaves the timer alone.
  if (next >= armedAt_) return;
  armedAt_ = next;
  const Nanos wait = isDue ? 0 : std::max<Nanos>(next - systemNow(), 0);
  const Nanos waitMs = (wait + kNanosPerMillisecond - 1) / kNanosPerMillisecond;
  (void)uv_timer_start(timer_, onTimeout, static_cast<std::uint64_t>(waitMs), 0);
}

void UvSocket::report() {
  if (isReported_ || client_.state() != net::WebSocketClient::State::Closed) return;
  isReported_ = true;
  closeHandles();
  handler_.onClosed(handler_.context);
}

void UvSocket::closeHandles() {
  // The handles go before the descriptor: libuv must not watch a number that means another socket.
  for (uv_handle_s** handle : {&poll_, &timer_}) {
    if (*handle != nullptr) uv_close(*handle, onHandleClosed);
    *handle = nullptr;
  }
  client_.release();
}

void UvSocket::abandon() {
  if (isReported_) return;
  isReported_ = true;
  closeHandles();
}

void UvSocket::onHandleClosed(uv_handle_s* handle) {
  UvSocket& socket = of(handle);
  std::free(handle);
  if (--socket.openHandles_ == 0) socket.handler_.onReleased(socket.handler_.context);
}

}  // namespace hft::bindings
