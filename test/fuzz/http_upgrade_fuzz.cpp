#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/check.hpp"
#include "native/net/http_upgrade.hpp"

namespace {

using hft::net::parseUpgradeResponse;
using hft::net::UpgradeError;
using hft::net::UpgradeKey;
using hft::net::UpgradeRequest;

bool liesIn(std::string_view part, std::string_view whole) {
  return part.data() == nullptr ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void checkResponse(std::string_view bytes) {
  const auto parsed = parseUpgradeResponse(bytes);
  if (!parsed.ok()) return;
  const auto& response = parsed.value();
  HFT_CHECK(response.headBytes <= bytes.size());
  if (response.headBytes == 0) return;
  HFT_CHECK(response.status >= 100 && response.status <= 999);
  const std::string_view head = bytes.substr(0, response.headBytes);
  for (const std::string_view part :
       {response.accept, response.upgrade, response.subprotocol, response.extensions,
        response.location, response.retryAfter}) {
    HFT_CHECK(liesIn(part, head));
  }
  // What follows the head says nothing about it.
  const auto alone = parseUpgradeResponse(head);
  HFT_CHECK(alone.ok() && alone.value().headBytes == response.headBytes);
  UpgradeKey key;
  key.fill('A');
  (void)verifyUpgrade(response, {.host = "h", .subprotocols = "a, b"}, key);
}

/// A request made of any text has exactly the lines that it is meant to have.
void checkRequest(std::string_view bytes) {
  const std::size_t third = bytes.size() / 3;
  UpgradeRequest request{.host = std::string{bytes.substr(0, third)}};
  request.path = std::string{bytes.substr(third, third)};
  request.headers.push_back({"X-Key", std::string{bytes.substr(2 * third)}});
  UpgradeKey key;
  key.fill('A');
  std::array<char, 2048> out;
  const auto size = writeUpgradeRequest(request, key, "", out);
  if (!size.ok()) return;
  const std::string_view text{out.data(), size.value()};
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at) ++lines;
  HFT_CHECK(lines == 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  checkResponse(bytes);
  checkRequest(bytes);
  // Past the status line, so that fuzzing need not guess it each time.
  std::string answer = "HTTP/1.1 101 Switching Protocols\r\n";
  checkResponse(answer.append(bytes));
  return 0;
}
