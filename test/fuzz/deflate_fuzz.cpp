#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/check.hpp"
#include "native/net/deflate.hpp"

namespace {

using hft::net::DeflateError;
using hft::net::Deflater;
using hft::net::Inflater;

constexpr std::size_t kMessageBytesMax = 4096;

/// Inflates one message in pieces; whether it is sound. Nothing is written beyond the limit.
bool inflateMessage(Inflater& inflater, std::string_view wire, std::size_t pieceBytes,
                    std::string& message) {
  std::array<char, kMessageBytesMax + 1> out;
  std::size_t size = 0;
  while (!wire.empty()) {
    const auto fed = inflater.feed(wire.substr(0, pieceBytes), std::span(out).subspan(size));
    if (!fed.ok()) return false;
    size += fed.value();
    wire.remove_prefix(std::min(pieceBytes, wire.size()));
  }
  const auto rest = inflater.finish(std::span(out).subspan(size));
  if (!rest.ok()) return false;
  message.assign(out.data(), size + rest.value());
  HFT_CHECK(message.size() <= kMessageBytesMax);
  return true;
}

/// Whatever is deflated is inflated again, with the window of the messages before it.
void checkRoundTrip(std::string_view text, unsigned choice) {
  const auto bits = static_cast<std::uint8_t>(9 + choice % 7);
  const bool forgets = (choice & 8U) != 0;
  Deflater deflater(bits, forgets);
  Inflater inflater(bits, forgets);
  std::string message;
  for (int round = 0; round < 3; ++round) {
    const std::string_view part = text.substr(0, kMessageBytesMax);
    std::string wire(deflater.bound(part.size()), '\0');
    const auto size = deflater.deflate(part, wire);
    HFT_CHECK(size.ok());
    wire.resize(size.value());
    HFT_CHECK(inflateMessage(inflater, wire, 1 + choice, message));
    HFT_CHECK(message == part);
    text.remove_prefix(part.size() / 2);
  }
}

}  // namespace

/// Any bytes inflate to the same however they are cut, or fail; any bytes survive a round trip;
/// any text is an answer to the offer, or is not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const unsigned choice = data[0];
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  Inflater whole(15, false);
  Inflater cut(15, false);
  std::string one;
  std::string two;
  const bool isSound = inflateMessage(whole, bytes, bytes.size() + 1, one);
  HFT_CHECK(inflateMessage(cut, bytes, 1 + choice % 16, two) == isSound);
  HFT_CHECK(!isSound || one == two);
  checkRoundTrip(bytes, choice);
  (void)hft::net::parseDeflateAnswer(bytes, {.serverMaxWindowBits = 12});
  return 0;
}
