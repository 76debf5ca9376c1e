#pragma once

#include <node_api.h>
#include <string_view>

#include "native/net/frame_reader.hpp"

namespace hft::bindings {

/// Where a socket's messages go instead of to JavaScript: the stream's pipeline. After Flow::Stop
/// (which took the message) the socket reads no more until `isReady` says yes.
struct MessageReceiver {
  void* context;
  net::Flow (*onMessage)(void* context, std::string_view payload, bool isText, Nanos receiveTime);
  /// Whether messages can be taken now; asked before each read. After a no the socket asks again
  /// in a millisecond.
  bool (*isReady)(void* context);
  /// One read's messages have been handed over: whether to call the JavaScript handler `onBatch`.
  bool (*onBatchEnd)(void* context);
};

/// `receiver` as a value for `NativeWebSocket.setReceiver`. It and its context must live as long as
/// the value: tie them with a reference from `owner`, which the value keeps alive.
[[nodiscard]] napi_value makeMessageReceiver(napi_env env, const MessageReceiver& receiver,
                                             napi_value owner);

/// Exports the class `NativeWebSocket`: see `src/addon/web-socket.ts`.
void registerWebSocket(napi_env env, napi_value exports);

}  // namespace hft::bindings
