#pragma once

#include <cstddef>
#include <memory>
#include <node_api.h>
#include <optional>

#include "native/net/web_socket_client.hpp"

namespace hft::bindings {

/// What the constructor of NativeWebSocket reads from its options object.
struct SocketOptions {
  net::WebSocketOptions client;
  std::size_t readsMax = 4;
};

/// Reads the options; on a wrong one it throws HFT_ARGUMENT and returns nothing.
[[nodiscard]] std::optional<SocketOptions> readSocketOptions(napi_env env, napi_value object);

/// The TLS context for these authorities: made once in the process for each distinct set, because
/// reading them takes some 10 ms.
[[nodiscard]] std::shared_ptr<const net::TlsContext> sharedTlsContext(
    const net::TlsOptions& options);

}  // namespace hft::bindings
