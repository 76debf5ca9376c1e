#pragma once

#include <memory>
#include <string>

#include "native/net/tcp/tls_context.hpp"

namespace hft::fix {

/// How a FIX connection is encrypted. Files are PEM.
struct TlsEndpointOptions {
  bool isServer = false;
  std::string certificateFile;  ///< Own certificate and chain; a server needs one.
  std::string keyFile;
  std::string caFile;  ///< Whom to trust; a client's default is what the system trusts.
  /// A server: whether clients must show a certificate of `caFile`. A client always verifies.
  bool requiresClientCertificate = false;
};

/// TLS 1.2 at least for the connections of one session or one listening port. Immutable.
class TlsEndpoint {
 public:
  /// `native()` is nullptr when a file cannot be used; `error()` says which and why.
  explicit TlsEndpoint(const TlsEndpointOptions& options);

  [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_.get(); }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  void load(const TlsEndpointOptions& options);

  std::unique_ptr<ssl_ctx_st, net::SslContextDeleter> context_;
  std::string error_;
};

}  // namespace hft::fix
