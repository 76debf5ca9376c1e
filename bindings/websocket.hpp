#pragma once

#include <node_api.h>
#include <string_view>

#include "native/net/frame_reader.hpp"

namespace hft::bindings {

/// Where a socket's messages go instead of to JavaScript: the stream's pipeline. After Flow::Stop
/// the socket reads no more until JavaScript calls `resume`.
struct MessageReceiver {
  void* context;
  net::Flow (*onMessage)(void* context, std::string_view payload, bool isText, Nanos receiveTime);
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
