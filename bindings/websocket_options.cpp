#include "bindings/websocket_options.hpp"

#include <mutex>
#include <string>
#include <vector>

#include "bindings/arguments.hpp"

namespace hft::bindings {
namespace {

constexpr std::int64_t kMebi = 1 << 20;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr Nanos kNanosPerMillisecond = 1'000'000;
constexpr std::uint32_t kHeadersMax = 64;

/// Reads members one after the other, and stops at the first that is wrong.
class OptionReader {
 public:
  OptionReader(napi_env env, napi_value object) : env_(env), object_(object) {}

  void text(const char* name, std::string& value) {
    if (failed_) return;
    const auto read = textMember(env_, object_, name, value);
    failed_ = !read;
    if (read) value = *read;
  }
  void flag(const char* name, bool& value) {
    if (failed_) return;
    const auto read = booleanMember(env_, object_, name, value);
    failed_ = !read;
    if (read) value = *read;
  }
  void size(const char* name, std::size_t& value, std::int64_t min, std::int64_t max) {
    value = static_cast<std::size_t>(integer(name, static_cast<std::int64_t>(value), min, max));
  }
  void bits(const char* name, std::uint8_t& value, std::int64_t min) {
    value = static_cast<std::uint8_t>(integer(name, value, min, 15));
  }
  void milliseconds(const char* name, Nanos& value) {
    value = integer(name, value / kNanosPerMillisecond, 0, kDayMs) * kNanosPerMillisecond;
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::int64_t integer(const char* name, std::int64_t fallback, std::int64_t min,
                       std::int64_t max) {
    if (failed_) return fallback;
    const auto read = integerMember(env_, object_, name, fallback, min, max);
    failed_ = !read;
    return read.value_or(fallback);
  }

  napi_env env_;
  napi_value object_;
  bool failed_ = false;
};

std::optional<std::string> textElement(napi_env env, napi_value array, std::uint32_t index) {
  napi_value value = nullptr;
  std::size_t bytes = 0;
  if (napi_get_element(env, array, index, &value) != napi_ok ||
      napi_get_value_string_utf8(env, value, nullptr, 0, &bytes) != napi_ok) {
    throwArgument(env, "headers must be an array of strings: name, value, name, value");
    return std::nullopt;
  }
  std::string text(bytes, '\0');
  napi_get_value_string_utf8(env, value, text.data(), bytes + 1, &bytes);
  return text;
}

/// Reads `headers`: [name, value, name, value, ...].
std::optional<std::vector<net::HeaderField>> readHeaders(napi_env env, napi_value object) {
  std::vector<net::HeaderField> headers;
  napi_value array = nullptr;
  napi_valuetype type = napi_undefined;
  if (napi_get_named_property(env, object, "headers", &array) != napi_ok) return std::nullopt;
  napi_typeof(env, array, &type);
  if (type == napi_undefined) return headers;
  bool isArray = false;
  std::uint32_t count = 0;
  napi_is_array(env, array, &isArray);
  if (isArray) napi_get_array_length(env, array, &count);
  if (!isArray || count % 2 != 0 || count > 2 * kHeadersMax) {
    throwArgument(env, "headers must be an array of at most 64 names, each before its value");
    return std::nullopt;
  }
  for (std::uint32_t i = 0; i < count; i += 2) {
    const auto name = textElement(env, array, i);
    const auto value = name ? textElement(env, array, i + 1) : std::nullopt;
    if (!value) return std::nullopt;
    headers.push_back({*name, *value});
  }
  return headers;
}

/// A context and what it was made of.
struct CachedContext {
  net::TlsOptions options;
  std::shared_ptr<const net::TlsContext> context;
};
constexpr std::size_t kCachedContextsMax = 8;

}  // namespace

std::shared_ptr<const net::TlsContext> sharedTlsContext(const net::TlsOptions& options) {
  // Never destroyed: at the end of the process OpenSSL may be gone before a destructor runs.
  static auto& mutex = *new std::mutex;
  static auto& cache = *new std::vector<CachedContext>;
  const std::lock_guard lock(mutex);
  for (const CachedContext& cached : cache) {
    if (cached.options.caPem == options.caPem && cached.options.caFile == options.caFile &&
        cached.options.usesSystemCa == options.usesSystemCa) {
      return cached.context;
    }
  }
  auto context = std::make_shared<const net::TlsContext>(options);
  // A failure is not kept: the file may be there the next time.
  if (!context->isUsable()) return context;
  if (cache.size() == kCachedContextsMax) cache.erase(cache.begin());
  cache.push_back({options, context});
  return context;
}

std::optional<SocketOptions> readSocketOptions(napi_env env, napi_value object) {
  SocketOptions options;
  net::WebSocketOptions& client = options.client;
  net::TlsOptions tls;
  bool isSecure = false;
  OptionReader reader(env, object);
  reader.text("host", client.request.host);
  reader.text("path", client.request.path);
  reader.text("subprotocols", client.request.subprotocols);
  reader.flag("isSecure", isSecure);
  reader.text("serverName", client.serverName);
  reader.text("caPem", tls.caPem);
  reader.text("caFile", tls.caFile);
  reader.flag("usesSystemCa", tls.usesSystemCa);
  reader.size("receiveBytesMax", client.reader.receiveBytesMax, 256, kMebi);
  reader.size("messageBytesMax", client.reader.messageBytesMax, 125, 1024 * kMebi);
  reader.size("sendBufferBytes", client.sendBufferBytes, 1024, 256 * kMebi);
  reader.size("readsMax", options.readsMax, 1, 1024);
  reader.flag("skipUtf8", client.reader.skipUtf8);
  reader.flag("offersDeflate", client.offersDeflate);
  reader.flag("serverNoContextTakeover", client.deflate.serverNoContextTakeover);
  reader.flag("clientNoContextTakeover", client.deflate.clientNoContextTakeover);
  reader.bits("serverMaxWindowBits", client.deflate.serverMaxWindowBits, 8);
  reader.bits("clientMaxWindowBits", client.deflate.clientMaxWindowBits, 9);
  reader.size("deflateBytesMin", client.deflateBytesMin, 0, 1024 * kMebi);
  reader.milliseconds("handshakeTimeoutMs", client.handshakeTimeout);
  reader.milliseconds("closeTimeoutMs", client.closeTimeout);
  reader.milliseconds("pingIntervalMs", client.pingInterval);
  reader.milliseconds("silenceMaxMs", client.silenceMax);
  if (reader.failed()) return std::nullopt;
  const auto headers = readHeaders(env, object);
  if (!headers) return std::nullopt;
  client.request.headers = *headers;
  if (!net::isSound(client.request)) {
    throwArgument(env, "host, path, subprotocols or headers have characters that HTTP forbids");
    return std::nullopt;
  }
  if (isSecure) client.tls = sharedTlsContext(tls);
  return options;
}

}  // namespace hft::bindings
