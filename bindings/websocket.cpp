#include "bindings/websocket.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "bindings/arguments.hpp"
#include "bindings/uv_socket.hpp"
#include "bindings/websocket_options.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kSocketTag = {0x6866745f77656273ULL, 0x6f636b65745f7631ULL};
constexpr napi_type_tag kReceiverTag = {0x6866745f72656365ULL, 0x697665725f5f7631ULL};

constexpr const char* kHandlers = "handlers";

/// What an external of `makeMessageReceiver` holds.
struct HeldReceiver {
  MessageReceiver receiver;
  napi_ref owner;
};

/// What a poll has found.
enum class Polled : std::uint8_t {
  Nothing = 0,
  Bytes = 1,
  Batch = 2,  ///< Bytes, and events that its caller is to drain.
};

/// One NativeWebSocket: a socket on the loop and the JavaScript functions that it calls.
///
/// From `connect` until the loop has let go of the socket, the JavaScript object is referenced
/// strongly: who forgets an open socket still gets its messages, as with every socket of Node.
class JsSocket {
 public:
  JsSocket(napi_env env, uv_loop_s* loop, SocketOptions options)
      : env_(env),
        socket_(loop, std::move(options.client), options.readsMax,
                {.context = this,
                 .onOpen = [](void* self) { of(self).callOnOpen(); },
                 .onMessage = onMessage,
                 .isReady = [](void* self) { return of(self).isReady(); },
                 .onBatchEnd = [](void* self) { of(self).onBatchEnd(); },
                 .onClosed = [](void* self) { of(self).callOnClose(); },
                 .onReleased = [](void* self) { of(self).release(); }}) {
    adjustMemory(kBufferBytes);
  }

  ~JsSocket() {
    dropReceiver();
    adjustMemory(-kBufferBytes);
  }
  JsSocket(const JsSocket&) = delete;
  JsSocket& operator=(const JsSocket&) = delete;

  void setReceiver(napi_value value, const MessageReceiver& receiver);
  void dropReceiver();
  void connect(napi_value self, const std::string& address, std::uint16_t port);
  [[nodiscard]] UvSocket& socket() { return socket_; }
  [[nodiscard]] Polled poll();
  /// Whether the loop has let go of the socket: nothing can happen on it any more.
  [[nodiscard]] bool isReleased() const { return socket_.isUsed() && self_ == nullptr; }

 private:
  /// What one socket's buffers usually occupy.
  static constexpr std::int64_t kBufferBytes = 256 * 1024;

  static JsSocket& of(void* self) { return *static_cast<JsSocket*>(self); }
  /// Tells the collector of the memory behind a small object, or it sees no reason to collect it.
  void adjustMemory(std::int64_t bytes) const {
    std::int64_t total = 0;
    napi_adjust_external_memory(env_, bytes, &total);
  }
  static net::Flow onMessage(void* self, std::string_view payload, bool isText, Nanos time);

  [[nodiscard]] bool isReady() const {
    return receiver_.isReady == nullptr || receiver_.isReady(receiver_.context);
  }
  void onBatchEnd();
  void callOnOpen();
  void callOnMessage(std::string_view payload, bool isText);
  void callOnClose();
  void release();
  void call(const char* name, std::size_t count, const napi_value* values);
  void call(napi_value handlers, napi_value function, std::size_t count, const napi_value* values);

  napi_env env_;
  UvSocket socket_;
  MessageReceiver receiver_{};
  napi_ref receiverValue_ = nullptr;
  napi_ref self_ = nullptr;
  napi_ref onBatch_ = nullptr;  ///< Looked up once: it is called after every read.
  bool isPolling_ = false;
  bool hasBatch_ = false;
  napi_async_context asyncContext_ = nullptr;
  napi_async_cleanup_hook_handle cleanupHook_ = nullptr;
};

void JsSocket::setReceiver(napi_value value, const MessageReceiver& receiver) {
  dropReceiver();
  receiver_ = receiver;
  napi_create_reference(env_, value, 1, &receiverValue_);
}

void JsSocket::dropReceiver() {
  if (receiverValue_ != nullptr) napi_delete_reference(env_, receiverValue_);
  receiverValue_ = nullptr;
  receiver_ = {};
}

void JsSocket::connect(napi_value self, const std::string& address, std::uint16_t port) {
  napi_create_reference(env_, self, 1, &self_);
  napi_value handlers = nullptr;
  napi_value onBatch = nullptr;
  napi_valuetype type = napi_undefined;
  if (napi_get_named_property(env_, self, kHandlers, &handlers) == napi_ok &&
      napi_get_named_property(env_, handlers, "onBatch", &onBatch) == napi_ok &&
      napi_typeof(env_, onBatch, &type) == napi_ok && type == napi_function) {
    napi_create_reference(env_, onBatch, 1, &onBatch_);
  }
  napi_async_init(env_, self, makeText(env_, "NativeWebSocket"), &asyncContext_);
  napi_add_async_cleanup_hook(
      env_, [](napi_async_cleanup_hook_handle, void* data) { of(data).socket_.abandon(); }, this,
      &cleanupHook_);
  socket_.connect(address, port);
}

void JsSocket::release() {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  napi_async_destroy(env_, asyncContext_);
  dropReceiver();
  if (onBatch_ != nullptr) napi_delete_reference(env_, onBatch_);
  onBatch_ = nullptr;
  napi_ref self = self_;
  self_ = nullptr;
  // The object may be collected from here on, and this with it; the environment waits for the hook.
  napi_async_cleanup_hook_handle hook = cleanupHook_;
  napi_delete_reference(env_, self);
  napi_close_handle_scope(env_, scope);
  napi_remove_async_cleanup_hook(hook);
}

net::Flow JsSocket::onMessage(void* self, std::string_view payload, bool isText, Nanos time) {
  JsSocket& socket = of(self);
  if (socket.receiver_.onMessage != nullptr) {
    return socket.receiver_.onMessage(socket.receiver_.context, payload, isText, time);
  }
  socket.callOnMessage(payload, isText);
  return net::Flow::Continue;
}

void JsSocket::call(const char* name, std::size_t count, const napi_value* values) {
  napi_value self = nullptr;
  napi_value handlers = nullptr;
  napi_value function = nullptr;
  napi_valuetype type = napi_undefined;
  if (napi_get_reference_value(env_, self_, &self) != napi_ok ||
      napi_get_named_property(env_, self, kHandlers, &handlers) != napi_ok ||
      napi_get_named_property(env_, handlers, name, &function) != napi_ok ||
      napi_typeof(env_, function, &type) != napi_ok || type != napi_function) {
    return;
  }
  call(handlers, function, count, values);
}

void JsSocket::call(napi_value handlers, napi_value function, std::size_t count,
                    const napi_value* values) {
  napi_make_callback(env_, asyncContext_, handlers, function, count, values, nullptr);
  bool isThrown = false;
  napi_value error = nullptr;
  // An exception of a handler is an uncaught one, as in every callback of Node.
  if (napi_is_exception_pending(env_, &isThrown) == napi_ok && isThrown &&
      napi_get_and_clear_last_exception(env_, &error) == napi_ok) {
    napi_fatal_exception(env_, error);
  }
}

void JsSocket::onBatchEnd() {
  if (receiver_.onBatchEnd == nullptr || !receiver_.onBatchEnd(receiver_.context)) return;
  if (isPolling_) {
    // JavaScript waits for the result and drains by itself: a call back would cost more than that.
    hasBatch_ = true;
    return;
  }
  if (onBatch_ == nullptr) return;
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  napi_value self = nullptr;
  napi_value onBatch = nullptr;
  if (napi_get_reference_value(env_, self_, &self) == napi_ok &&
      napi_get_reference_value(env_, onBatch_, &onBatch) == napi_ok) {
    call(self, onBatch, 0, nullptr);
  }
  napi_close_handle_scope(env_, scope);
}

Polled JsSocket::poll() {
  hasBatch_ = false;
  isPolling_ = true;
  const bool hasBytes = socket_.poll();
  isPolling_ = false;
  if (hasBatch_) return Polled::Batch;
  return hasBytes ? Polled::Bytes : Polled::Nothing;
}

void JsSocket::callOnOpen() {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  call("onOpen", 0, nullptr);
  napi_close_handle_scope(env_, scope);
}

void JsSocket::callOnMessage(std::string_view payload, bool isText) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  std::array<napi_value, 2> values{};
  if (napi_create_buffer_copy(env_, payload.size(), payload.data(), nullptr, values.data()) ==
      napi_ok) {
    napi_get_boolean(env_, isText, &values[1]);
    call("onMessage", values.size(), values.data());
  }
  napi_close_handle_scope(env_, scope);
}

void JsSocket::callOnClose() {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  const net::CloseReport& report = socket_.client().report();
  if (report.error != net::SocketError::Ok) {
    const std::array values = {makeText(env_, net::nameOf(report.error)),
                               makeText(env_, report.detail.view())};
    call("onError", values.size(), values.data());
  }
  const std::array values = {makeNumber(env_, report.code), makeText(env_, report.reason.view())};
  call("onClose", values.size(), values.data());
  napi_close_handle_scope(env_, scope);
}

/// Throws what a refused call means; nothing for Ok.
void throwRefusal(napi_env env, net::SocketError error) {
  switch (error) {
    case net::SocketError::Ok:
      return;
    case net::SocketError::NotOpen:
      return throwClosed(env, "the WebSocket is not open or");
    case net::SocketError::SendBufferFull:
      return throwError(env, "HFT_CAPACITY", "the send buffer is full: nothing was sent");
    default:
      return throwArgument(env, "the payload, code or reason is not allowed in its frame");
  }
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  napi_value target = nullptr;
  napi_get_new_target(env, info, &target);
  if (target == nullptr) {
    throwArgument(env, "NativeWebSocket must be called with new");
    return nullptr;
  }
  const auto object = arguments.object(0, "options");
  if (!object) return nullptr;
  const auto handlers = arguments.object(1, "handlers");
  if (!handlers) return nullptr;
  auto options = readSocketOptions(env, *object);
  if (!options) return nullptr;
  uv_loop_s* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    throwError(env, "HFT_CLOSED", "the environment has no event loop");
    return nullptr;
  }
  auto socket = std::make_unique<JsSocket>(env, loop, *std::move(options));
  // A property, not a reference: the handlers usually hold this object, and a cycle through a
  // reference would never be collected.
  const napi_property_descriptor property = {kHandlers, nullptr,   nullptr,      nullptr,
                                             nullptr,   *handlers, napi_default, nullptr};
  napi_define_properties(env, arguments.self(), 1, &property);
  wrap(env, arguments.self(), std::move(socket), kSocketTag);
  return arguments.self();
}

napi_value connect(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  const auto address = arguments.text(0, "address");
  if (!address) return nullptr;
  const auto port = arguments.integer(1, "port", 1, 65535);
  if (!port) return nullptr;
  if (socket->socket().isUsed()) {
    throwClosed(env, "a NativeWebSocket connects once: this one is in use or");
    return nullptr;
  }
  socket->connect(arguments.self(), *address, static_cast<std::uint16_t>(*port));
  return nullptr;
}

/// The bytes of a string or a byte view.
struct Payload {
  std::string copy;  ///< Owns the bytes of a string.
  std::string_view bytes;
  bool isText = false;
};

std::unique_ptr<Payload> readPayload(const Arguments& arguments, const char* name) {
  auto payload = std::make_unique<Payload>();
  napi_valuetype type = napi_undefined;
  if (!arguments.isAbsent(0)) napi_typeof(arguments.env(), arguments.at(0), &type);
  if (type == napi_string) {
    auto text = arguments.text(0, name);
    if (!text) return nullptr;
    payload->copy = *std::move(text);
    payload->bytes = payload->copy;
    payload->isText = true;
    return payload;
  }
  const auto bytes = arguments.bytes(0, name);
  if (!bytes) return nullptr;
  payload->bytes = {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  return payload;
}

napi_value send(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  const auto payload = readPayload(arguments, "data");
  if (payload == nullptr) return nullptr;
  throwRefusal(env, socket->socket().send(payload->bytes, payload->isText));
  return nullptr;
}

napi_value ping(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  const bool hasPayload = !arguments.isAbsent(0);
  const auto payload = hasPayload ? readPayload(arguments, "data") : std::make_unique<Payload>();
  if (payload == nullptr) return nullptr;
  throwRefusal(env, socket->socket().ping(payload->bytes));
  return nullptr;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  std::optional<std::int64_t> code = net::close_code::kNormal;
  std::optional<std::string> reason = std::string{};
  if (!arguments.isAbsent(0)) code = arguments.integer(0, "code", 1000, 4999);
  if (!code) return nullptr;
  if (!arguments.isAbsent(1)) reason = arguments.text(1, "reason");
  if (!reason) return nullptr;
  throwRefusal(env, socket->socket().close(static_cast<std::uint16_t>(*code), *reason));
  return nullptr;
}

/// A method without arguments and result.
template <void (UvSocket::*kFunction)()>
napi_value plain(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket != nullptr) (socket->socket().*kFunction)();
  return nullptr;
}

/// Reads once, for a caller that polls in place of the loop. Returns a Polled.
napi_value poll(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  return makeNumber(env, static_cast<double>(socket->poll()));
}

napi_value setReceiver(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  if (socket->isReleased()) {
    throwClosed(env, "the WebSocket");
    return nullptr;
  }
  if (arguments.isAbsent(0)) {
    socket->dropReceiver();
    return nullptr;
  }
  bool isReceiver = false;
  napi_valuetype type = napi_undefined;
  napi_typeof(env, arguments.at(0), &type);
  if (type == napi_external) {
    napi_check_object_type_tag(env, arguments.at(0), &kReceiverTag, &isReceiver);
  }
  if (!isReceiver) {
    throwArgument(env, "receiver must be a message receiver of a native stream");
    return nullptr;
  }
  void* data = nullptr;
  napi_get_value_external(env, arguments.at(0), &data);
  socket->setReceiver(arguments.at(0), static_cast<HeldReceiver*>(data)->receiver);
  return nullptr;
}

napi_value refusal(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  const net::Refusal& found = socket->socket().client().refusal();
  if (found.status == 0) return nullptr;
  napi_value object = makeObject(env);
  setMember(env, object, "status", static_cast<double>(found.status));
  setMember(env, object, "location", found.location);
  setMember(env, object, "retryAfter", found.retryAfter);
  setMember(env, object, "bodyStart", found.bodyStart);
  return object;
}

napi_value statistics(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* socket = unwrap<JsSocket>(env, arguments.self(), kSocketTag);
  if (socket == nullptr) return nullptr;
  const net::WebSocketClient& client = socket->socket().client();
  const net::SocketCounters& counters = client.counters();
  napi_value object = makeObject(env);
  setMember(env, object, "reads", static_cast<double>(counters.reads));
  setMember(env, object, "bytesReceived", static_cast<double>(counters.bytesReceived));
  setMember(env, object, "bytesSent", static_cast<double>(counters.bytesSent));
  setMember(env, object, "messages", static_cast<double>(counters.messages));
  setMember(env, object, "pings", static_cast<double>(counters.pings));
  setMember(env, object, "pongs", static_cast<double>(counters.pongs));
  setMember(env, object, "pongsDropped", static_cast<double>(counters.pongsDropped));
  setMember(env, object, "sendBacklogBytes", static_cast<double>(client.sendBacklogBytes()));
  setMember(env, object, "lastByteTimeMs", static_cast<double>(client.lastByteTime()) / 1e6);
  setMember(env, object, "subprotocol", client.subprotocol());
  napi_value deflates = nullptr;
  napi_get_boolean(env, client.isDeflateAgreed(), &deflates);
  setMember(env, object, "isDeflateAgreed", deflates);
  return object;
}

}  // namespace

napi_value makeMessageReceiver(napi_env env, const MessageReceiver& receiver, napi_value owner) {
  auto held = std::make_unique<HeldReceiver>(HeldReceiver{receiver, nullptr});
  napi_create_reference(env, owner, 1, &held->owner);
  const auto finalize = [](napi_env finalEnv, void* data, void*) {
    const std::unique_ptr<HeldReceiver> freed(static_cast<HeldReceiver*>(data));
    napi_delete_reference(finalEnv, freed->owner);
  };
  napi_value value = nullptr;
  if (napi_create_external(env, held.get(), finalize, nullptr, &value) != napi_ok) return nullptr;
  // The external owns it from here on.
  static_cast<void>(held.release());
  napi_type_tag_object(env, value, &kReceiverTag);
  return value;
}

void registerWebSocket(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeWebSocket", construct,
              {{"connect", connect},
               {"send", send},
               {"ping", ping},
               {"close", close},
               {"terminate", plain<&UvSocket::terminate>},
               {"pause", plain<&UvSocket::pause>},
               {"resume", plain<&UvSocket::resume>},
               {"poll", poll},
               {"setReceiver", setReceiver},
               {"refusal", refusal},
               {"statistics", statistics}});
}

}  // namespace hft::bindings
