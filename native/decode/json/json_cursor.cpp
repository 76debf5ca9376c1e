#include "native/decode/json/json_cursor.hpp"

#include <bit>
#include <cstring>

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace hft::decode {
namespace {

using event::DecodeError;

constexpr bool isDigit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

constexpr bool isSpace(char byte) noexcept {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/// The first byte from `at` on that needs a look (a quote, a backslash, a control, anything beyond
/// ASCII); `end` if none does.
const char* findSpecial(const char* at, const char* end) noexcept {
#if defined(__SSE4_1__)
  for (; at < end; at += 16) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Bytes from 0x80 on are negative, so one signed compare finds them and the controls.
    const __m128i low = _mm_cmplt_epi8(text, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(text, _mm_set1_epi8('"'));
    const __m128i slash = _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'));
    const auto found = static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash))));
    if (found != 0) {
      const char* special = at + std::countr_zero(found);
      return special < end ? special : end;
    }
  }
  return end;
#else
  const auto isPlain = [](char byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    return value >= 0x20 && value < 0x80 && byte != '"' && byte != '\\';
  };
  while (at < end && isPlain(*at)) ++at;
  return at;
#endif
}

int hexValue(char byte) noexcept {
  if (isDigit(byte)) return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The number that the four hexadecimal digits at `at` write; they are known to be there.
std::uint32_t hex4(const char* at) noexcept {
  std::uint32_t value = 0;
  for (int index = 0; index < 4; ++index) {
    value = value * 16 + static_cast<std::uint32_t>(hexValue(at[index]));
  }
  return value;
}

/// Bytes of UTF-8 that `code` takes, written to `bytes`.
std::size_t encodeUtf8(std::uint32_t code, char* bytes) noexcept {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3f));
  };
  if (code < 0x80) {
    bytes[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    bytes[0] = static_cast<char>(0xc0 | (code >> 6));
    bytes[1] = tail(0);
    return 2;
  }
  if (code < 0x10000) {
    bytes[0] = static_cast<char>(0xe0 | (code >> 12));
    bytes[1] = tail(6);
    bytes[2] = tail(0);
    return 3;
  }
  bytes[0] = static_cast<char>(0xf0 | (code >> 18));
  bytes[1] = tail(12);
  bytes[2] = tail(6);
  bytes[3] = tail(0);
  return 4;
}

char resolveEscape(char letter) noexcept {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

/// The code point of the \u escape (or pair of them) at `at`, and its length; 0 for a lone
/// surrogate. The escape's syntax is known to be right.
struct CodePoint {
  std::uint32_t code;
  std::size_t bytes;
};
CodePoint readCodePoint(std::string_view at) noexcept {
  const std::uint32_t high = hex4(at.data() + 2);
  if (high < 0xd800 || high > 0xdfff) return {high, 6};
  if (high > 0xdbff || at.size() < 12 || at[6] != '\\' || at[7] != 'u') return {0, 0};
  const std::uint32_t low = hex4(at.data() + 8);
  if (low < 0xdc00 || low > 0xdfff) return {0, 0};
  return {0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12};
}

}  // namespace

Result<std::string_view, DecodeError> unescape(JsonText text, std::span<char> buffer) noexcept {
  if (!text.hasEscapes) return text.raw;
  std::size_t size = 0;
  for (std::string_view rest = text.raw; !rest.empty();) {
    char bytes[4];
    std::size_t count = 1;
    std::size_t used = 1;
    if (rest.front() != '\\') {
      bytes[0] = rest.front();
    } else if (rest[1] != 'u') {
      bytes[0] = resolveEscape(rest[1]);
      used = 2;
    } else {
      const CodePoint point = readCodePoint(rest);
      if (point.bytes == 0) return DecodeError::Malformed;
      count = encodeUtf8(point.code, bytes);
      used = point.bytes;
    }
    if (size + count > buffer.size()) return DecodeError::CapacityExceeded;
    std::memcpy(buffer.data() + size, bytes, count);
    size += count;
    rest.remove_prefix(used);
  }
  return std::string_view(buffer.data(), size);
}

void JsonCursor::skipSpace() noexcept {
  while (next_ < end_ && isSpace(*next_)) ++next_;
}

char JsonCursor::peekByte() noexcept {
  if (!ok()) return 0;
  skipSpace();
  if (next_ == end_) {
    fail(DecodeError::Truncated);
    return 0;
  }
  return *next_;
}

JsonType JsonCursor::peek() noexcept {
  switch (const char byte = peekByte()) {
    case '{':
      return JsonType::Object;
    case '[':
      return JsonType::Array;
    case '"':
      return JsonType::String;
    case 't':
      return JsonType::True;
    case 'f':
      return JsonType::False;
    case 'n':
      return JsonType::Null;
    default:
      return byte == '-' || isDigit(byte) ? JsonType::Number : JsonType::None;
  }
}

bool JsonCursor::begin(char opening) noexcept {
  if (peekByte() != opening || depth_ == kDepthMax) {
    fail(DecodeError::Malformed);
    return false;
  }
  ++next_;
  ++depth_;
  isFirst_ = true;
  return true;
}

bool JsonCursor::beginObject() noexcept { return begin('{'); }
bool JsonCursor::beginArray() noexcept { return begin('['); }

bool JsonCursor::nextItem(char closing) noexcept {
  const char byte = peekByte();
  if (!ok()) return false;
  if (byte == closing) {
    ++next_;
    --depth_;
    isFirst_ = false;
    return false;
  }
  if (isFirst_) {
    isFirst_ = false;
    return true;
  }
  if (byte != ',') {
    fail(DecodeError::Malformed);
    return false;
  }
  ++next_;
  return true;
}

bool JsonCursor::nextElement() noexcept { return nextItem(']'); }

bool JsonCursor::nextMember() noexcept {
  if (!nextItem('}')) return false;
  if (peekByte() != '"') {
    fail(DecodeError::Malformed);
    return false;
  }
  key_ = takeString();
  if (peekByte() != ':') {
    fail(DecodeError::Malformed);
    return false;
  }
  ++next_;
  return true;
}

bool JsonCursor::keyIs(std::string_view name) const noexcept {
  if (!key_.hasEscapes) return key_.raw == name;
  char buffer[64];
  const auto plain = unescape(key_, buffer);
  return plain.ok() && plain.value() == name;
}

std::uint64_t JsonCursor::keyWord() const noexcept {
  if (!key_.hasEscapes) [[likely]]
    return decode::keyWord(key_.raw);
  char buffer[8];
  const auto plain = unescape(key_, buffer);
  return plain.ok() ? decode::keyWord(plain.value()) : 0;
}

JsonText JsonCursor::string() noexcept {
  if (peekByte() == '"') return takeString();
  fail(DecodeError::Malformed);
  return {};
}

std::string_view JsonCursor::number() noexcept {
  const char byte = peekByte();
  if (byte == '-' || isDigit(byte)) return takeNumber();
  fail(DecodeError::Malformed);
  return {};
}

bool JsonCursor::boolean() noexcept {
  return peekByte() == 't' ? literal("true") : (literal("false"), false);
}

bool JsonCursor::null() noexcept {
  peekByte();
  return literal("null");
}

bool JsonCursor::literal(std::string_view word) noexcept {
  if (!ok()) return false;
  for (const char expected : word) {
    if (next_ == end_) {
      fail(DecodeError::Truncated);
      return false;
    }
    if (*next_ != expected) {
      fail(DecodeError::Malformed);
      return false;
    }
    ++next_;
  }
  return true;
}

JsonText JsonCursor::takeString() noexcept {
  const char* start = ++next_;
  bool hasEscapes = false;
  for (const char* at = start;;) {
    at = findSpecial(at, end_);
    if (at == end_) {
      fail(DecodeError::Truncated);
      return {};
    }
    if (*at == '"') {
      next_ = at + 1;
      return {{start, static_cast<std::size_t>(at - start)}, hasEscapes};
    }
    if (*at == '\\') {
      hasEscapes = true;
      at = passEscape(at);
    } else {
      at = passUtf8(at);
    }
    if (at == nullptr) return {};
  }
}

/// The byte after the escape at `at`; nullptr on an error.
const char* JsonCursor::passEscape(const char* at) noexcept {
  if (++at == end_) {
    fail(DecodeError::Truncated);
    return nullptr;
  }
  const char letter = *at++;
  if (letter == 'u') {
    for (int digit = 0; digit < 4; ++digit, ++at) {
      if (at == end_) {
        fail(DecodeError::Truncated);
        return nullptr;
      }
      if (hexValue(*at) < 0) {
        fail(DecodeError::Malformed);
        return nullptr;
      }
    }
    return at;
  }
  if (std::string_view("\"\\/bfnrt").find(letter) == std::string_view::npos) {
    fail(DecodeError::Malformed);
    return nullptr;
  }
  return at;
}

/// The byte after the character at `at`, which is a control or not ASCII; nullptr on an error.
/// Source: RFC 3629 section 4 (no overlong forms, no surrogates, nothing beyond U+10FFFF).
const char* JsonCursor::passUtf8(const char* at) noexcept {
  const auto lead = static_cast<std::uint8_t>(*at++);
  int tails = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    tails = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    tails = 2;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    tails = 3;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    fail(DecodeError::Malformed);
    return nullptr;
  }
  for (; tails > 0; --tails, ++at, low = 0x80, high = 0xbf) {
    if (at == end_) {
      fail(DecodeError::Truncated);
      return nullptr;
    }
    const auto tail = static_cast<std::uint8_t>(*at);
    if (tail < low || tail > high) {
      fail(DecodeError::Malformed);
      return nullptr;
    }
  }
  return at;
}

/// Passes one digit or more; fails where none stands.
bool JsonCursor::takeDigits() noexcept {
  if (next_ == end_ || !isDigit(*next_)) {
    fail(next_ == end_ ? DecodeError::Truncated : DecodeError::Malformed);
    return false;
  }
  while (next_ < end_ && isDigit(*next_)) ++next_;
  return true;
}

std::string_view JsonCursor::takeNumber() noexcept {
  const char* start = next_;
  if (*next_ == '-') ++next_;
  if (next_ < end_ && *next_ == '0') {
    ++next_;
  } else if (!takeDigits()) {
    return {};
  }
  if (next_ < end_ && *next_ == '.') {
    ++next_;
    if (!takeDigits()) return {};
  }
  if (next_ < end_ && (*next_ == 'e' || *next_ == 'E')) {
    ++next_;
    if (next_ < end_ && (*next_ == '+' || *next_ == '-')) ++next_;
    if (!takeDigits()) return {};
  }
  return {start, static_cast<std::size_t>(next_ - start)};
}

/// Passes the string, number or literal that comes next.
bool JsonCursor::takeScalar() noexcept {
  switch (peek()) {
    case JsonType::String:
      takeString();
      break;
    case JsonType::Number:
      takeNumber();
      break;
    case JsonType::True:
      literal("true");
      break;
    case JsonType::False:
      literal("false");
      break;
    case JsonType::Null:
      literal("null");
      break;
    default:
      fail(DecodeError::Malformed);
  }
  return ok();
}

std::string_view JsonCursor::skipValue() noexcept {
  peekByte();
  const char* start = next_;
  const std::uint32_t outside = depth_;
  const JsonText key = key_;
  // One bit a level says whether it is an object; kDepthMax levels fit a word.
  std::uint64_t objects = 0;
  do {
    const JsonType type = peek();
    if (type == JsonType::Object || type == JsonType::Array) {
      const bool isObject = type == JsonType::Object;
      if (begin(isObject ? '{' : '[')) objects = (objects << 1) | (isObject ? 1U : 0U);
    } else {
      takeScalar();
    }
    // Leave every container that ends here.
    while (ok() && depth_ > outside && !((objects & 1) != 0 ? nextMember() : nextElement())) {
      objects >>= 1;
    }
  } while (ok() && depth_ > outside);
  key_ = key;
  if (!ok()) return {};
  return {start, static_cast<std::size_t>(next_ - start)};
}

DecodeError JsonCursor::finish() noexcept {
  if (!ok()) return error_;
  skipSpace();
  if (depth_ != 0 || next_ != end_) fail(DecodeError::Malformed);
  return error_;
}

}  // namespace hft::decode
