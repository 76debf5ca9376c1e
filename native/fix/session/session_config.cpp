#include "native/fix/session/session_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace hft::fix {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr std::size_t kLogonFieldsMax = 32;

/// The settings of one session; the first error is kept.
class Settings {
 public:
  Settings(const HftFixInterface& brain, const HftFixEngine* engine, std::uint32_t session)
      : brain_(brain), engine_(engine), session_(session) {}

  [[nodiscard]] std::optional<std::string> find(const std::string& key) const {
    std::array<char, 256> text{};
    const int size = brain_.setting(engine_, session_, key.c_str(), text.data(), text.size());
    if (size < 0) return std::nullopt;
    if (static_cast<std::size_t>(size) < text.size()) return std::string(text.data());
    std::string longText(static_cast<std::size_t>(size) + 1, '\0');
    (void)brain_.setting(engine_, session_, key.c_str(), longText.data(), longText.size());
    longText.resize(static_cast<std::size_t>(size));
    return longText;
  }
  [[nodiscard]] std::string text(const char* key, const char* fallback) const {
    return find(key).value_or(fallback);
  }
  [[nodiscard]] bool flag(const char* key, bool fallback) {
    const auto value = find(key);
    if (!value) return fallback;
    if (*value == "Y" || *value == "y") return true;
    if (*value != "N" && *value != "n") fail(key, *value, "Y or N");
    return false;
  }
  [[nodiscard]] std::int64_t number(const char* key, std::int64_t fallback, std::int64_t min,
                                    std::int64_t max) {
    const auto value = find(key);
    if (!value) return fallback;
    std::int64_t parsed = 0;
    const char* const end = value->data() + value->size();
    const auto [behind, error] = std::from_chars(value->data(), end, parsed);
    if (error != std::errc() || behind != end || parsed < min || parsed > max) {
      fail(key, *value,
           "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
      return fallback;
    }
    return parsed;
  }
  void fail(const std::string& key, const std::string& found, const std::string& expected) {
    if (error_.empty()) {
      error_ = text("SessionID", "?") + ": " + key + " is " + found + ", expected " + expected;
    }
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  const HftFixInterface& brain_;
  const HftFixEngine* engine_;
  std::uint32_t session_;
  std::string error_;
};

void readTransport(Settings& settings, SessionConfig& config) {
  config.isInitiator = settings.text("ConnectionType", "acceptor") == "initiator";
  config.host = config.isInitiator ? settings.text("SocketConnectHost", "127.0.0.1")
                                   : settings.text("SocketAcceptHost", "127.0.0.1");
  const char* const portKey = config.isInitiator ? "SocketConnectPort" : "SocketAcceptPort";
  config.port =
      static_cast<std::uint16_t>(settings.number(portKey, 0, config.isInitiator ? 1 : 0, 65535));
  if (!settings.find(portKey)) settings.fail(portKey, "missing", "a port");
  config.reconnectInterval = settings.number("ReconnectInterval", 30, 0, 86400) * kSecond;
  config.messageBytesMax =
      static_cast<std::size_t>(settings.number("MaxMessageBytes", 1 << 20, 1024, 1 << 28));
  config.sendBytesMax =
      static_cast<std::size_t>(settings.number("MaxUnsentBytes", 16 << 20, 65536, 1 << 30));
  const auto flushBytes = static_cast<std::size_t>(settings.number("FlushBytes", 4096, 0, 1 << 30));
  config.flushBytes = flushBytes == 0 ? SIZE_MAX : flushBytes;
  config.looksMax =
      static_cast<std::uint32_t>(settings.number("LooksBeforeSleep", 16, 0, 1'000'000));
  config.usesTls = settings.flag("SocketUseSSL", false);
  config.serverName = settings.text("TlsServerName", config.host.c_str());
  config.tls.isServer = !config.isInitiator;
  config.tls.certificateFile = config.isInitiator ? settings.text("ClientCertificateFile", "")
                                                  : settings.text("ServerCertificateFile", "");
  config.tls.keyFile = config.isInitiator ? settings.text("ClientCertificateKeyFile", "")
                                          : settings.text("ServerCertificateKeyFile", "");
  config.tls.caFile = settings.text("CertificationAuthoritiesFile", "");
  config.tls.requiresClientCertificate = settings.flag("NeedClientAuth", false);
}

void readStorage(Settings& settings, SessionConfig& config) {
  const std::string name = fileNameOf(config.id);
  const std::string storeFolder = settings.text("FileStorePath", "");
  const std::string logFolder = settings.text("FileLogPath", "");
  if (!storeFolder.empty()) config.store.path = storeFolder + "/" + name + ".fixstore";
  if (!logFolder.empty()) config.log.path = logFolder + "/" + name + ".log";
  config.store.dataBytes = static_cast<std::size_t>(
      settings.number("StoreBytes", 4 << 20, 65536, std::int64_t{1} << 36));
  const auto messages =
      static_cast<std::uint32_t>(settings.number("StoreMessages", 16384, 16, 1 << 26));
  while (config.store.messagesMax < messages) config.store.messagesMax *= 2;
  while (config.store.messagesMax / 2 >= messages) config.store.messagesMax /= 2;
  config.nextTarget =
      static_cast<std::uint32_t>(settings.number("NextTargetMsgSeqNum", 0, 0, 0x7fff'ffff));
  config.log.bytesMax = static_cast<std::size_t>(
      settings.number("LogFileBytes", 64 << 20, 4096, std::int64_t{1} << 40));
  config.log.filesMax = static_cast<std::uint32_t>(settings.number("LogFiles", 4, 0, 1000));
}

/// `LogonTag`, `LogonTag1`, ... are `tag=value`, as in QuickFIX/J.
void readLogon(Settings& settings, SessionConfig& config) {
  for (std::size_t at = 0; at < kLogonFieldsMax; ++at) {
    const std::string key = at == 0 ? "LogonTag" : "LogonTag" + std::to_string(at);
    const auto value = settings.find(key);
    if (!value) continue;
    int tag = 0;
    const char* const end = value->data() + value->size();
    const auto [behind, error] = std::from_chars(value->data(), end, tag);
    if (error != std::errc() || behind == end || *behind != '=' || behind + 1 == end || tag <= 0) {
      settings.fail(key, "not `tag=value`", "such as 553=user");
      continue;
    }
    config.logonFields.emplace_back(tag, std::string(behind + 1, end));
  }
  const std::string kind = settings.text("LogonSignature", "none");
  if (kind == "ed25519") {
    config.signature = LogonSignature::Ed25519;
  } else if (kind == "hmac-sha256") {
    config.signature = LogonSignature::HmacSha256;
  } else if (kind == "hmac-sha512") {
    config.signature = LogonSignature::HmacSha512;
  } else if (kind != "none") {
    settings.fail("LogonSignature", kind, "none, ed25519, hmac-sha256 or hmac-sha512");
  }
  config.signatureSecret = settings.text("LogonSecret", "");
  const auto file = settings.find("LogonSecretFile");
  if (file) {
    std::ifstream input(*file, std::ios::binary);
    if (!input) settings.fail("LogonSecretFile", *file, "a file that can be read");
    config.signatureSecret.assign(std::istreambuf_iterator<char>(input), {});
    while (!config.signatureSecret.empty() && config.signatureSecret.back() == '\n') {
      config.signatureSecret.pop_back();
    }
  }
  if (config.signature == LogonSignature::None) return;
  const LogonToSign probe = {"1", "20240101-00:00:00.000", "A", "B", "C"};
  if (signLogon(config.signature, config.signatureSecret, probe).empty()) {
    // The value itself is a secret.
    settings.fail("LogonSecret", "no key", "a key that " + kind + " can sign with");
  }
}

void readRules(Settings& settings, SessionConfig& config) {
  // An acceptor's messages are reports, which the other side wants to have; an initiator's are
  // orders, which nobody wants to have late.
  config.neverEnds = settings.flag("NonStopSession", false);
  config.orderResends = config.isInitiator ? OrderResends::Fresh : OrderResends::Always;
  if (settings.find("ResendOrders")) {
    const bool isAlways = settings.flag("ResendOrders", false);
    config.orderResends = isAlways ? OrderResends::Always : OrderResends::Never;
  }
  config.resendAgeMax = settings.number("ResendMaxAge", 0, 0, 86400 * 7) * kSecond;
  const bool hasDecimals = config.beginString >= "FIX.4.2";
  std::int64_t digits = settings.flag("MillisecondsInTimeStamp", true) ? 3 : 0;
  digits = settings.number("TimestampPrecision", digits, 0, 9);
  config.precision = !hasDecimals || digits == 0 ? TimePrecision::Seconds
                     : digits <= 3               ? TimePrecision::Millis
                     : digits <= 6               ? TimePrecision::Micros
                                                 : TimePrecision::Nanos;
  config.usesDictionary = settings.flag("UseDataDictionary", true);
  const std::string both = settings.text("DataDictionary", "");
  config.transportDictionary = settings.text("TransportDataDictionary", both.c_str());
  config.applicationDictionary = settings.text("AppDataDictionary", both.c_str());
  config.checkFieldsOutOfOrder = settings.flag("ValidateFieldsOutOfOrder", true);
  config.checkFieldsHaveValues = settings.flag("ValidateFieldsHaveValues", true);
  config.checkUserDefinedFields = settings.flag("ValidateUserDefinedFields", true);
  config.allowUnknownFields = settings.flag("AllowUnknownMsgFields", false);
  config.checksLatency = settings.flag("CheckLatency", true);
  config.latencyMax = settings.number("MaxLatency", 120, 1, 86400) * kSecond;
  config.checksCompID = settings.flag("CheckCompID", true);
}

}  // namespace

SessionConfigRead readSessionConfig(const HftFixInterface& brain, const HftFixEngine* engine,
                                    std::uint32_t session) {
  Settings settings(brain, engine, session);
  SessionConfigRead read;
  SessionConfig& config = read.config;
  config.id = settings.text("SessionID", "");
  config.beginString = settings.text("BeginString", "");
  config.senderCompID = settings.text("SenderCompID", "");
  config.targetCompID = settings.text("TargetCompID", "");
  config.defaultApplVerID = settings.text("DefaultApplVerID", "");
  readTransport(settings, config);
  readStorage(settings, config);
  readLogon(settings, config);
  readRules(settings, config);
  read.error = settings.error();
  return read;
}

}  // namespace hft::fix
