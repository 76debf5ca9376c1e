#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/result.hpp"

namespace hft::net {

/// Why an upgrade request cannot be written, or an answer to it is refused.
enum class UpgradeError : std::uint8_t {
  Ok,
  BadRequest,       ///< A host, path or header that HTTP does not allow (a line break, a blank).
  RequestTooLarge,  ///< The request does not fit the buffer.
  Malformed,        ///< Not an HTTP/1.1 response.
  TooLarge,         ///< The response's head is longer than the limit, or has too many fields.
  NotSwitching,     ///< A sound response with another status than 101.
  BadUpgrade,       ///< 101 without `Upgrade: websocket` or `Connection: Upgrade`.
  BadAccept,        ///< Sec-WebSocket-Accept is missing or does not answer our key.
  BadSubprotocol,   ///< A subprotocol that was not offered.
};

/// `error` in words.
[[nodiscard]] std::string_view describe(UpgradeError error) noexcept;

struct HeaderField {
  std::string name;
  std::string value;
};

/// What a client says to open a WebSocket. Source: RFC 6455 section 4.1.
struct UpgradeRequest {
  std::string host{};  ///< As in the Host header: with the port where it isn't the scheme's own.
  std::string path = "/";
  std::vector<HeaderField> headers{};  ///< Further fields: User-Agent, authentication.
  std::string subprotocols{};          ///< "a, b"; empty for none.
};

/// Sec-WebSocket-Key: 16 random bytes in base64.
using UpgradeKey = std::array<char, 24>;

[[nodiscard]] UpgradeKey makeUpgradeKey(std::span<const std::uint8_t, 16> random) noexcept;

/// What Sec-WebSocket-Accept must be for `key`.
[[nodiscard]] std::array<char, 28> acceptOf(const UpgradeKey& key) noexcept;

/// Whether `request` can be sent: no byte that would end a line or a field early.
[[nodiscard]] bool isSound(const UpgradeRequest& request) noexcept;

/// Writes the request to `out` and returns its length. `extensions` is empty for none.
[[nodiscard]] Result<std::size_t, UpgradeError> writeUpgradeRequest(const UpgradeRequest& request,
                                                                    const UpgradeKey& key,
                                                                    std::string_view extensions,
                                                                    std::span<char> out) noexcept;

/// The longest head of a response, and its most fields.
inline constexpr std::size_t kResponseHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kResponseFieldsMax = 100;

/// The head of a response; the texts point into the bytes that were parsed.
struct UpgradeResponse {
  std::uint16_t status = 0;
  std::size_t headBytes = 0;  ///< Where the body, or the first frame, starts. 0: not complete yet.
  std::string_view accept;
  std::string_view upgrade;
  std::string_view subprotocol;
  std::string_view extensions;
  std::string_view location;        ///< Where a redirect leads.
  std::string_view retryAfter;      ///< How long a refusal (429, 503) asks to wait.
  bool upgradesConnection = false;  ///< `Connection: Upgrade`, maybe among others.
  bool isChunked = false;           ///< The body has a Transfer-Encoding.
  std::uint64_t contentLength = 0;  ///< 0 also where it is not given.
};

/// Reads the head at the start of `bytes`; `headBytes` is 0 while its end has not arrived.
///
/// Errors: Malformed, TooLarge, BadUpgrade (a field that decides stands there twice).
[[nodiscard]] Result<UpgradeResponse, UpgradeError> parseUpgradeResponse(
    std::string_view bytes) noexcept;

/// Checks that a complete response opens the WebSocket that `request` and `key` asked for (the
/// extensions are for the caller to check).
[[nodiscard]] UpgradeError verifyUpgrade(const UpgradeResponse& response,
                                         const UpgradeRequest& request,
                                         const UpgradeKey& key) noexcept;

}  // namespace hft::net
