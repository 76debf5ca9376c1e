#include "native/net/http_upgrade.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <openssl/evp.h>

#include "native/net/http_text.hpp"

namespace hft::net {

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

/// Whether `value` may follow "Name: ": visible ASCII, blanks, tabs and bytes above ASCII.
bool isFieldValue(std::string_view value) noexcept {
  for (const char letter : value) {
    const auto byte = static_cast<std::uint8_t>(letter);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
  }
  return true;
}

/// Whether `text` may stand in the request line or in Host: visible ASCII without blanks.
bool isVisible(std::string_view text) noexcept {
  for (const char letter : text) {
    if (letter <= 0x20 || letter >= 0x7f) return false;
  }
  return !text.empty();
}

/// Text appended to a fixed buffer; what does not fit makes it overflow.
class TextWriter {
 public:
  explicit TextWriter(std::span<char> out) noexcept : out_(out) {}

  TextWriter& operator<<(std::string_view text) noexcept {
    if (text.size() > out_.size() - size_) {
      overflows_ = true;
      return *this;
    }
    std::memcpy(out_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }

  [[nodiscard]] bool overflows() const noexcept { return overflows_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
  bool overflows_ = false;
};

/// The code of "HTTP/1.1 101 Switching Protocols"; 0 when the line is something else.
std::uint16_t parseStatusLine(std::string_view line) noexcept {
  if (line.size() < 12 || !line.starts_with("HTTP/1.1 ")) return 0;
  std::uint16_t status = 0;
  for (std::size_t i = 9; i < 12; ++i) {
    if (line[i] < '0' || line[i] > '9') return 0;
    status = static_cast<std::uint16_t>(status * 10 + (line[i] - '0'));
  }
  const bool hasReason = line.size() == 12 || line[12] == ' ';
  return hasReason && status >= 100 && isFieldValue(line) ? status : std::uint16_t{0};
}

UpgradeError readField(std::string_view line, UpgradeResponse& response) noexcept {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return UpgradeError::Malformed;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!isToken(name) || !isFieldValue(value)) return UpgradeError::Malformed;
  struct Known {
    std::string_view name;
    std::string_view* value;
  };
  const std::array<Known, 6> known = {{
      {"sec-websocket-accept", &response.accept},
      {"upgrade", &response.upgrade},
      {"sec-websocket-protocol", &response.subprotocol},
      {"sec-websocket-extensions", &response.extensions},
      {"location", &response.location},
      {"retry-after", &response.retryAfter},
  }};
  for (const Known& field : known) {
    if (!equalsIgnoringCase(name, field.name)) continue;
    // Which of two would count is a matter of taste, and of attacks.
    if (field.value->data() != nullptr) return UpgradeError::BadUpgrade;
    *field.value = value;
    return UpgradeError::Ok;
  }
  if (equalsIgnoringCase(name, "connection")) {
    response.upgradesConnection |= listHas(value, "upgrade");
    return UpgradeError::Ok;
  }
  if (equalsIgnoringCase(name, "transfer-encoding")) response.isChunked = true;
  if (equalsIgnoringCase(name, "content-length")) {
    const auto [end, code] =
        std::from_chars(value.data(), value.data() + value.size(), response.contentLength);
    if (code != std::errc{} || end != value.data() + value.size()) return UpgradeError::Malformed;
  }
  return UpgradeError::Ok;
}

}  // namespace

std::string_view describe(UpgradeError error) noexcept {
  static constexpr std::array<std::string_view, 9> kTexts = {
      "no error",
      "host, path or a header has a character that HTTP does not allow there",
      "the upgrade request is longer than the send buffer",
      "the answer to the upgrade request is not HTTP/1.1",
      "the head of the answer is longer than the limit",
      "the server did not switch protocols",
      "the answer switches protocols, but not to one WebSocket",
      "Sec-WebSocket-Accept does not answer our key",
      "the server chose a subprotocol that was not offered",
  };
  return kTexts[static_cast<std::size_t>(error)];
}

UpgradeKey makeUpgradeKey(std::span<const std::uint8_t, 16> random) noexcept {
  std::array<unsigned char, 25> text{};
  EVP_EncodeBlock(text.data(), random.data(), static_cast<int>(random.size()));
  UpgradeKey key;
  std::memcpy(key.data(), text.data(), key.size());
  return key;
}

std::array<char, 28> acceptOf(const UpgradeKey& key) noexcept {
  // Source: RFC 6455 section 1.3.
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<char, std::tuple_size_v<UpgradeKey> + kGuid.size()> input{};
  std::memcpy(input.data(), key.data(), key.size());
  std::memcpy(input.data() + key.size(), kGuid.data(), kGuid.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HFT_CHECK(EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  std::array<unsigned char, 29> text{};
  EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  std::array<char, 28> accept{};
  std::memcpy(accept.data(), text.data(), accept.size());
  return accept;
}

bool isSound(const UpgradeRequest& request) noexcept {
  for (const HeaderField& field : request.headers) {
    if (!isToken(field.name) || !isFieldValue(field.value)) return false;
  }
  return isVisible(request.host) && isVisible(request.path) && request.path.front() == '/' &&
         isFieldValue(request.subprotocols);
}

Result<std::size_t, UpgradeError> writeUpgradeRequest(const UpgradeRequest& request,
                                                      const UpgradeKey& key,
                                                      std::string_view extensions,
                                                      std::span<char> out) noexcept {
  if (!isSound(request)) return UpgradeError::BadRequest;
  TextWriter text{out};
  text << "GET " << request.path << " HTTP/1.1\r\nHost: " << request.host
       << "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
       << "\r\nSec-WebSocket-Key: " << std::string_view{key.data(), key.size()} << kLineEnd;
  if (!extensions.empty()) text << "Sec-WebSocket-Extensions: " << extensions << kLineEnd;
  if (!request.subprotocols.empty()) {
    text << "Sec-WebSocket-Protocol: " << request.subprotocols << kLineEnd;
  }
  for (const HeaderField& field : request.headers) {
    text << field.name << ": " << field.value << kLineEnd;
  }
  text << kLineEnd;
  if (text.overflows()) return UpgradeError::RequestTooLarge;
  return text.size();
}

Result<UpgradeResponse, UpgradeError> parseUpgradeResponse(std::string_view bytes) noexcept {
  const std::string_view limited = bytes.substr(0, kResponseHeadBytesMax);
  const std::size_t end = limited.find(kHeadEnd);
  UpgradeResponse response;
  if (end == std::string_view::npos) {
    if (limited.size() == kResponseHeadBytesMax) return UpgradeError::TooLarge;
    // What does not start like HTTP will not become it.
    constexpr std::string_view kStart = "HTTP/1.1 ";
    const std::size_t start = std::min(kStart.size(), limited.size());
    if (limited.substr(0, start) != kStart.substr(0, start)) return UpgradeError::Malformed;
    return response;
  }
  std::string_view head = limited.substr(0, end + kLineEnd.size());
  std::size_t fields = 0;
  while (!head.empty()) {
    const std::size_t lineEnd = head.find(kLineEnd);
    const std::string_view line = head.substr(0, lineEnd);
    head.remove_prefix(lineEnd + kLineEnd.size());
    if (response.status == 0) {
      response.status = parseStatusLine(line);
      if (response.status == 0) return UpgradeError::Malformed;
      continue;
    }
    if (++fields > kResponseFieldsMax) return UpgradeError::TooLarge;
    const UpgradeError error = readField(line, response);
    if (error != UpgradeError::Ok) return error;
  }
  response.headBytes = end + kHeadEnd.size();
  return response;
}

UpgradeError verifyUpgrade(const UpgradeResponse& response, const UpgradeRequest& request,
                           const UpgradeKey& key) noexcept {
  if (response.status != 101) return UpgradeError::NotSwitching;
  if (!equalsIgnoringCase(response.upgrade, "websocket") || !response.upgradesConnection) {
    return UpgradeError::BadUpgrade;
  }
  const auto accept = acceptOf(key);
  if (response.accept != std::string_view{accept.data(), accept.size()}) {
    return UpgradeError::BadAccept;
  }
  // With or without an offer, only one of the offered names is an answer; silence is allowed.
  if (response.subprotocol.data() != nullptr &&
      !listHas(request.subprotocols, response.subprotocol)) {
    return UpgradeError::BadSubprotocol;
  }
  return UpgradeError::Ok;
}

}  // namespace hft::net
