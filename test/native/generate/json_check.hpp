#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hft::generate {

/// The plainest reader of RFC 8259 that says whether a text is one JSON value.
class JsonCheck {
 public:
  static bool isValid(std::string_view text) {
    JsonCheck check(text);
    return check.value(0) && check.at_ == text.size();
  }

 private:
  explicit JsonCheck(std::string_view text) : text_(text) {}

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool digits() {
    const std::size_t from = at_;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
    return at_ > from;
  }
  bool number() {
    (void)take("-");
    const bool isZero = peek() == '0';
    const std::size_t from = at_;
    if (!digits() || (isZero && at_ > from + 1)) return false;
    return !take(".") || digits();
  }
  bool string() {
    if (!take("\"")) return false;
    while (peek() != '"') {
      if (static_cast<unsigned char>(peek()) < 0x20 || peek() == '\\') return false;
      ++at_;
    }
    return take("\"");
  }
  bool list(char close, bool hasKeys, int depth) {
    ++at_;
    if (peek() == close) return ++at_, true;
    for (;;) {
      if (hasKeys && !(string() && take(":"))) return false;
      if (!value(depth + 1)) return false;
      if (peek() == close) return ++at_, true;
      if (!take(",")) return false;
    }
  }
  bool value(int depth) {
    if (depth > 16) return false;
    switch (peek()) {
      case '{':
        return list('}', true, depth);
      case '[':
        return list(']', false, depth);
      case '"':
        return string();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The whole number after `"key":` in a frame.
inline std::uint64_t numberField(std::string_view text, const std::string& key) {
  const std::string quoted = "\"" + key + "\":";
  const std::size_t at = text.find(quoted);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(std::string(text.substr(at + quoted.size(), 20)).c_str(), nullptr, 10);
}

}  // namespace hft::generate
