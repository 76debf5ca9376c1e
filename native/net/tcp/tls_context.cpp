#include "native/net/tcp/tls_context.hpp"

#include <array>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace hft::net {

namespace {

/// The OpenSSL inside Node was built with a path of its own for the system's authorities, which
/// exists on no machine; these are where distributions keep them.
constexpr std::array<const char*, 4> kSystemCaFiles = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

void addSystemCa(SSL_CTX* context) noexcept {
  SSL_CTX_set_default_verify_paths(context);  // Also reads SSL_CERT_FILE and SSL_CERT_DIR.
  for (const char* file : kSystemCaFiles) {
    if (access(file, R_OK) == 0 && SSL_CTX_load_verify_file(context, file) == 1) break;
  }
  ERR_clear_error();
}

}  // namespace

void SslContextDeleter::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }

TlsContext::TlsContext(const TlsOptions& options) : context_(SSL_CTX_new(TLS_client_method())) {
  if (context_ == nullptr) {
    error_ = "TLS is not available";
    return;
  }
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // Frames are written from a buffer that moves its rest to the front between two tries.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One recv fetches several records.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
  constexpr std::array<unsigned char, 9> kAlpn = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context, kAlpn.data(), kAlpn.size());
  if (options.usesSystemCa) addSystemCa(context);
  if (!options.caFile.empty() && SSL_CTX_load_verify_file(context, options.caFile.c_str()) != 1) {
    error_ = "cannot read certificates from " + options.caFile;
    context_.reset();
  } else if (!options.caPem.empty() && !addPem(options.caPem)) {
    error_ = "the authorities' PEM has no readable certificate";
    context_.reset();
  }
  ERR_clear_error();
}

bool TlsContext::addPem(const std::string& pem) {
  BIO* const input = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  if (input == nullptr) return false;
  X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
  std::size_t count = 0;
  while (X509* const certificate = PEM_read_bio_X509(input, nullptr, nullptr, nullptr)) {
    if (X509_STORE_add_cert(store, certificate) == 1) ++count;
    X509_free(certificate);
  }
  // The end of the input is an error in the queue; anything else is a certificate that is not one.
  const bool readsToEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  BIO_free(input);
  return readsToEnd && count > 0;
}

}  // namespace hft::net
