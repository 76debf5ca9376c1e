#include "native/fix/session/logon_signer.hpp"

#include <array>
#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <vector>

namespace hft::fix {

namespace {

using Bytes = std::vector<unsigned char>;
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    if (!text.empty()) text += '\001';
    text += part;
  }
  return text;
}

std::string toBase64(const unsigned char* bytes, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  const int count =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(count));
  return text;
}

Bytes fromBase64(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (c != '\n' && c != '\r' && c != ' ') compact += c;
  }
  Bytes bytes(compact.size() / 4 * 3 + 3);
  const int count =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(compact.data()),
                      static_cast<int>(compact.size()));
  if (count <= 0 || compact.size() % 4 != 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && compact[compact.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<std::size_t>(count) - padding);
  return bytes;
}

Key readKey(const std::string& secret) {
  if (secret.find("-----BEGIN") != std::string::npos) {
    BIO* const input = BIO_new_mem_buf(secret.data(), static_cast<int>(secret.size()));
    Key key(PEM_read_bio_PrivateKey(input, nullptr, nullptr, nullptr));
    BIO_free(input);
    return key;
  }
  const Bytes der = fromBase64(secret);
  const unsigned char* at = der.data();
  return Key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
}

std::string signEd25519(const std::string& secret, const std::string& payload) {
  const Key key = readKey(secret);
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return {};
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  const bool isSigned =
      EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context, signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(payload.data()), payload.size()) == 1;
  EVP_MD_CTX_free(context);
  return isSigned ? toBase64(signature.data(), size) : std::string();
}

std::string signHmac(const EVP_MD* hash, const std::string& secret, std::string_view payload) {
  const Bytes key = fromBase64(secret);
  if (key.empty()) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (HMAC(hash, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), digest.data(),
           &size) == nullptr) {
    return {};
  }
  return toBase64(digest.data(), size);
}

std::string signKraken(const std::string& secret, const LogonToSign& logon) {
  std::string input = join(
      {"35=A", "34=" + std::string(logon.msgSeqNum), "49=" + std::string(logon.senderCompID),
       "56=" + std::string(logon.targetCompID), "553=" + std::string(logon.username), logon.nonce});
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(input.data(), input.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  return signHmac(EVP_sha512(), secret,
                  {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::string signLogon(LogonSignature kind, const std::string& secret, const LogonToSign& logon) {
  ERR_clear_error();
  std::string signature;
  if (kind == LogonSignature::Ed25519) {
    signature = signEd25519(secret, join({"A", logon.senderCompID, logon.targetCompID,
                                          logon.msgSeqNum, logon.sendingTime}));
  } else if (kind == LogonSignature::HmacSha256) {
    signature = signHmac(EVP_sha256(), secret,
                         join({logon.sendingTime, "A", logon.msgSeqNum, logon.senderCompID,
                               logon.targetCompID, logon.password}));
  } else if (kind == LogonSignature::HmacSha512) {
    signature = signKraken(secret, logon);
  }
  ERR_clear_error();
  return signature;
}

}  // namespace hft::fix
