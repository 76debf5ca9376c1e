#include "native/net/utf8.hpp"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace hft::net {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

std::uint64_t load64(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Whether 16 bytes are ASCII.
bool isAsciiBlock(const char* bytes) noexcept {
#if defined(__SSE2__)
  return _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) == 0;
#else
  return ((load64(bytes) | load64(bytes + 8)) & kHighBits) == 0;
#endif
}

/// Whether 64 bytes are ASCII: one test for four loads.
bool isAsciiLine(const char* bytes) noexcept {
#if defined(__SSE2__)
  const auto* blocks = reinterpret_cast<const __m128i*>(bytes);
  const __m128i first = _mm_or_si128(_mm_loadu_si128(blocks), _mm_loadu_si128(blocks + 1));
  const __m128i second = _mm_or_si128(_mm_loadu_si128(blocks + 2), _mm_loadu_si128(blocks + 3));
  return _mm_movemask_epi8(_mm_or_si128(first, second)) == 0;
#else
  return isAsciiBlock(bytes) && isAsciiBlock(bytes + 16) && isAsciiBlock(bytes + 32) &&
         isAsciiBlock(bytes + 48);
#endif
}

/// Whether fewer than 16 bytes are ASCII.
bool isAsciiTail(const char* bytes, std::size_t size) noexcept {
  if (size >= 8) {
    // Two words that overlap cover 8 to 15 bytes.
    return ((load64(bytes) | load64(bytes + size - 8)) & kHighBits) == 0;
  }
  unsigned bits = 0;
  for (std::size_t i = 0; i < size; ++i) bits |= static_cast<std::uint8_t>(bytes[i]);
  return bits < 0x80;
}

}  // namespace

std::size_t asciiBlocks(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at + 64 <= text.size() && isAsciiLine(text.data() + at)) at += 64;
  while (at + 16 <= text.size() && isAsciiBlock(text.data() + at)) at += 16;
  return at;
}

bool isValidUtf8(std::string_view text) noexcept {
  const std::size_t ascii = asciiBlocks(text);
  const std::string_view rest = text.substr(ascii);
  if (rest.size() < 16 && isAsciiTail(rest.data(), rest.size())) return true;
  Utf8Validator validator;
  return validator.feed(rest) && validator.isComplete();
}

bool Utf8Validator::feedLead(std::uint8_t lead) noexcept {
  low_ = 0x80;
  high_ = 0xbf;
  if (lead < 0x80) return true;
  if (lead < 0xc2) return false;  // A stray continuation byte, or an overlong form of ASCII.
  if (lead < 0xe0) {
    rest_ = 1;
    return true;
  }
  if (lead < 0xf0) {
    rest_ = 2;
    if (lead == 0xe0) low_ = 0xa0;   // Below lie overlong forms.
    if (lead == 0xed) high_ = 0x9f;  // Above lie surrogates.
    return true;
  }
  if (lead > 0xf4) return false;
  rest_ = 3;
  if (lead == 0xf0) low_ = 0x90;
  if (lead == 0xf4) high_ = 0x8f;  // Above lies what is beyond U+10FFFF.
  return true;
}

bool Utf8Validator::feed(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (rest_ == 0) {
      at += asciiBlocks(bytes.substr(at));
      if (at == bytes.size()) break;
    }
    // A run of up to 16 bytes, so that text with few foreign characters returns to the blocks.
    const std::size_t end = bytes.size() - at < 16 ? bytes.size() : at + 16;
    for (; at < end; ++at) {
      const auto byte = static_cast<std::uint8_t>(bytes[at]);
      if (rest_ == 0) {
        if (!feedLead(byte)) return false;
        continue;
      }
      if (byte < low_ || byte > high_) return false;
      --rest_;
      low_ = 0x80;
      high_ = 0xbf;
    }
  }
  return true;
}

}  // namespace hft::net
