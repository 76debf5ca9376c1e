#pragma once

#include <string>
#include <string_view>

namespace hft::fix {

/// How a venue wants its Logon signed.
enum class LogonSignature : unsigned char {
  None,
  /// Ed25519 over `A|SenderCompID|TargetCompID|MsgSeqNum|SendingTime` (joined by SOH).
  /// Source: Binance spot-api-docs, fix-api.md, "How to sign Logon(A) request", 2026-07-21.
  Ed25519,
  /// HMAC-SHA256, key in base64, over `SendingTime|MsgType|MsgSeqNum|SenderCompID|TargetCompID|
  /// Password`. Source: Coinbase Exchange, FIX API, Connectivity, Logon (A).
  HmacSha256,
  /// HMAC-SHA512, key in base64, over SHA-256 of `35=A|34=..|49=..|56=..|553=..|` and the nonce,
  /// milliseconds since the epoch, which goes out as field 5025; the signature is Password(554).
  /// Source: Kraken, Unified FIX, Logon, Password Generation.
  HmacSha512,
};

/// What a signature covers, as sent.
struct LogonToSign {
  std::string_view msgSeqNum;
  std::string_view sendingTime;
  std::string_view senderCompID;
  std::string_view targetCompID;
  std::string_view password;
  std::string_view username = {};
  std::string_view nonce = {};
};

/// The signature in base64, for RawData(96) or Password(554); empty when `secret` is no key of its
/// kind. `secret`: Ed25519: a private key, PKCS#8 in PEM or in base64 alone; HMAC: the key in
/// base64.
[[nodiscard]] std::string signLogon(LogonSignature kind, const std::string& secret,
                                    const LogonToSign& logon);

}  // namespace hft::fix
