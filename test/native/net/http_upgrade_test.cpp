#include "native/net/http_upgrade.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace hft::net {
namespace {

using namespace std::string_literals;

UpgradeKey keyOf(std::string_view text) {
  UpgradeKey key;
  std::memcpy(key.data(), text.data(), key.size());
  return key;
}

// Source: RFC 6455 section 1.3.
const UpgradeKey kKey = keyOf("dGhlIHNhbXBsZSBub25jZQ==");
constexpr const char* kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string answer(std::string_view lines) {
  std::string text = "HTTP/1.1 101 Switching Protocols\r\n";
  return text.append(lines).append("\r\n");
}

std::string goodLines() {
  std::string lines = "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n";
  return lines.append("Sec-WebSocket-Accept: ").append(kAccept).append("\r\n");
}

UpgradeError verify(const std::string& bytes) {
  const auto parsed = parseUpgradeResponse(bytes);
  if (!parsed.ok()) return parsed.error();
  EXPECT_EQ(parsed.value().headBytes, bytes.size());
  return verifyUpgrade(parsed.value(), {.subprotocols = "v1, v2"}, kKey);
}

TEST(UpgradeKey, IsBase64AndIsAnsweredAsInTheStandard) {
  const std::array<std::uint8_t, 16> nonce = {'t', 'h', 'e', ' ', 's', 'a', 'm', 'p',
                                              'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e'};
  EXPECT_EQ(makeUpgradeKey(nonce), kKey);
  const auto accept = acceptOf(kKey);
  EXPECT_EQ(std::string_view(accept.data(), accept.size()), kAccept);
}

TEST(UpgradeRequest, SaysWhatTheStandardAsksFor) {
  const UpgradeRequest request{.host = "h:8080",
                               .path = "/ws?x=1",
                               .headers = {{"User-Agent", "hft"}, {"X-Key", "secret value"}},
                               .subprotocols = "a, b"};
  std::array<char, 1024> out{};
  const auto size = writeUpgradeRequest(request, kKey, "permessage-deflate", out);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(std::string_view(out.data(), size.value()),
            "GET /ws?x=1 HTTP/1.1\r\nHost: h:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: a, b\r\n"
            "User-Agent: hft\r\nX-Key: secret value\r\n\r\n");
  std::array<char, 100> small{};
  EXPECT_EQ(writeUpgradeRequest(request, kKey, "", small).error(), UpgradeError::RequestTooLarge);
}

TEST(UpgradeRequest, RefusesWhatWouldWriteLinesOfItsOwn) {
  const auto isBad = [](const UpgradeRequest& request) {
    std::array<char, 1024> out{};
    return writeUpgradeRequest(request, kKey, "", out).error() == UpgradeError::BadRequest;
  };
  EXPECT_TRUE(isBad({.host = ""}));
  EXPECT_TRUE(isBad({.host = "h\r\nX: y"}));
  EXPECT_TRUE(isBad({.host = "h", .path = "ws"}));
  EXPECT_TRUE(isBad({.host = "h", .path = "/a b"}));
  EXPECT_TRUE(isBad({.host = "h", .path = "/\n"}));
  EXPECT_TRUE(isBad({.host = "h", .headers = {{"X Y", "z"}}}));
  EXPECT_TRUE(isBad({.host = "h", .headers = {{"", "z"}}}));
  EXPECT_TRUE(isBad({.host = "h", .headers = {{"X", "z\r\nY: w"}}}));
  EXPECT_TRUE(isBad({.host = "h", .subprotocols = "a\nb"}));
  EXPECT_FALSE(isBad({.host = "h", .headers = {{"X", "tab\tand \xc3\xa4"}}}));
}

TEST(UpgradeResponse, IsReadOnlyOnceItsHeadIsComplete) {
  const std::string bytes = answer(goodLines());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const auto parsed = parseUpgradeResponse(std::string_view{bytes}.substr(0, cut));
    ASSERT_TRUE(parsed.ok()) << cut;
    ASSERT_EQ(parsed.value().headBytes, 0U) << cut;
  }
  const auto parsed = parseUpgradeResponse(bytes + "\x81\x01x");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().headBytes, bytes.size());
  EXPECT_EQ(parsed.value().status, 101);
}

TEST(UpgradeResponse, IsAcceptedOnlyAsAnAnswerToOurRequest) {
  EXPECT_EQ(verify(answer(goodLines())), UpgradeError::Ok);
  EXPECT_EQ(verify(answer(goodLines() + "Sec-WebSocket-Protocol: v2\r\n")), UpgradeError::Ok);
  EXPECT_EQ(verify(answer(goodLines() + "Sec-WebSocket-Protocol: v3\r\n")),
            UpgradeError::BadSubprotocol);
  EXPECT_EQ(verify(answer(goodLines() + "Sec-WebSocket-Protocol: \r\n")),
            UpgradeError::BadSubprotocol);
  EXPECT_EQ(verify(answer(goodLines() + goodLines())), UpgradeError::BadUpgrade);
  const auto without = [](std::string_view name) {
    std::string lines = goodLines();
    const std::size_t at = lines.find(name);
    lines.erase(at, lines.find("\r\n", at) + 2 - at);
    return verify(answer(lines));
  };
  EXPECT_EQ(without("Upgrade:"), UpgradeError::BadUpgrade);
  EXPECT_EQ(without("Connection:"), UpgradeError::BadUpgrade);
  EXPECT_EQ(without("Sec-WebSocket-Accept:"), UpgradeError::BadAccept);
  std::string wrong = goodLines();
  wrong[wrong.find("s3p")] = 'S';
  EXPECT_EQ(verify(answer(wrong)), UpgradeError::BadAccept);
  EXPECT_EQ(verify("HTTP/1.1 404 No\r\n\r\n"), UpgradeError::NotSwitching);
}

TEST(UpgradeResponse, RefusesWhatIsNotHttp) {
  const auto errorOf = [](const std::string& bytes) { return parseUpgradeResponse(bytes).error(); };
  for (const char* line :
       {"HTTP/1.0 101 x", "HTTP/2 101", "HTTP/1.1 1o1 x", "HTTP/1.1 10", "HTTP/1.1 1010 x",
        "HTTP/1.1 099 x", "HTTP/1.1  101 x", "http/1.1 101 x", "HTTP/1.1 101\tx"}) {
    EXPECT_EQ(errorOf(line + "\r\n\r\n"s), UpgradeError::Malformed) << line;
  }
  EXPECT_EQ(errorOf("SSH-2.0"), UpgradeError::Malformed) << "before its end";
  EXPECT_EQ(errorOf("\r\n\r\n"), UpgradeError::Malformed);
  for (const char* field : {"no colon", ": no name", "Bad Name: x", "X: a\x01", " folded: x"}) {
    EXPECT_EQ(errorOf(answer(field + "\r\n"s)), UpgradeError::Malformed) << field;
  }
  for (const char* length : {"", "x", "-1", "1x", "99999999999999999999"}) {
    EXPECT_EQ(errorOf(answer("Content-Length: "s + length + "\r\n")), UpgradeError::Malformed)
        << length;
  }
  EXPECT_EQ(errorOf(answer("X: "s + '\0' + "\r\n")), UpgradeError::Malformed);
}

TEST(UpgradeResponse, LimitsTheHead) {
  const std::string endless = "HTTP/1.1 200 x\r\nX: " + std::string(kResponseHeadBytesMax, 'x');
  EXPECT_EQ(parseUpgradeResponse(endless).error(), UpgradeError::TooLarge);
  std::string many;
  for (std::size_t i = 0; i < kResponseFieldsMax; ++i) many += "X: y\r\n";
  EXPECT_TRUE(parseUpgradeResponse(answer(many)).ok());
  EXPECT_EQ(parseUpgradeResponse(answer(many + "X: y\r\n")).error(), UpgradeError::TooLarge);
}

TEST(UpgradeError, HasWordsForEachValue) {
  for (int i = 0; i <= static_cast<int>(UpgradeError::BadSubprotocol); ++i) {
    EXPECT_FALSE(describe(static_cast<UpgradeError>(i)).empty());
  }
}

}  // namespace
}  // namespace hft::net
