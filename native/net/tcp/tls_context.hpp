#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace hft::net {

/// Whom a client trusts.
struct TlsOptions {
  /// Certificates of authorities in PEM; empty for none.
  std::string caPem;
  /// A file of the same; empty for none.
  std::string caFile;
  /// Adds the authorities that the system trusts.
  bool usesSystemCa = true;
};

struct SslContextDeleter {
  void operator()(ssl_ctx_st* context) const noexcept;
};

/// What the TLS connections of a client share: the authorities that it trusts and its rules (TLS
/// 1.2 at least, certificates always verified, ALPN http/1.1).
///
/// Inside Node the code runs on the OpenSSL that the node binary carries and exports; native
/// programs link libssl. Share one context among connections: to parse 140 authorities takes
/// some 10 ms. Safe to share among threads once it is made.
class TlsContext {
 public:
  /// `isUsable()` is false when the authorities cannot be read; `error()` says why.
  explicit TlsContext(const TlsOptions& options);

  [[nodiscard]] bool isUsable() const noexcept { return context_ != nullptr; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_.get(); }

 private:
  [[nodiscard]] bool addPem(const std::string& pem);

  std::unique_ptr<ssl_ctx_st, SslContextDeleter> context_;
  std::string error_;
};

}  // namespace hft::net
