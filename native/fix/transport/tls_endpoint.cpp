#include "native/fix/transport/tls_endpoint.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace hft::fix {

namespace {

/// Where distributions keep the authorities; OpenSSL inside Node looks elsewhere.
constexpr const char* kSystemCaFile = "/etc/ssl/certs/ca-certificates.crt";

std::string withReason(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? what : what + ": " + reason;
}

}  // namespace

TlsEndpoint::TlsEndpoint(const TlsEndpointOptions& options)
    : context_(SSL_CTX_new(options.isServer ? TLS_server_method() : TLS_client_method())) {
  ERR_clear_error();
  if (context_ == nullptr) {
    error_ = "TLS is not available";
  } else {
    load(options);
  }
  if (!error_.empty()) context_.reset();
  ERR_clear_error();
}

void TlsEndpoint::load(const TlsEndpointOptions& options) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // No resumption: a session that was resumed would not show its certificate again.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  int verify = SSL_VERIFY_PEER;
  if (options.isServer) {
    verify = options.requiresClientCertificate ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                               : SSL_VERIFY_NONE;
    constexpr unsigned char kContext[] = "hft-fix";
    SSL_CTX_set_session_id_context(context, kContext, sizeof kContext - 1);
  }
  SSL_CTX_set_verify(context, verify, nullptr);
  if (!options.certificateFile.empty()) {
    if (SSL_CTX_use_certificate_chain_file(context, options.certificateFile.c_str()) != 1) {
      error_ = withReason("cannot use the certificate " + options.certificateFile);
      return;
    }
    const std::string& key = options.keyFile.empty() ? options.certificateFile : options.keyFile;
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
      error_ = withReason("cannot use the private key " + key);
      return;
    }
  } else if (options.isServer) {
    error_ = "a TLS acceptor needs ServerCertificateFile";
    return;
  }
  if (!options.caFile.empty()) {
    if (SSL_CTX_load_verify_file(context, options.caFile.c_str()) != 1) {
      error_ = withReason("cannot read the authorities " + options.caFile);
    }
  } else if (!options.isServer) {
    SSL_CTX_set_default_verify_paths(context);
    if (access(kSystemCaFile, R_OK) == 0) (void)SSL_CTX_load_verify_file(context, kSystemCaFile);
  } else if (options.requiresClientCertificate) {
    error_ = "client certificates are required, but CertificationAuthoritiesFile is not set";
  }
}

}  // namespace hft::fix
