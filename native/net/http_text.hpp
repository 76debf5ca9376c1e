#pragma once

#include <string_view>

namespace hft::net {

[[nodiscard]] constexpr char lowerAscii(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Whether two header names or tokens are the same: HTTP compares them without regard to case.
[[nodiscard]] constexpr bool equalsIgnoringCase(std::string_view left,
                                                std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lowerAscii(left[i]) != lowerAscii(right[i])) return false;
  }
  return true;
}

/// `text` without blanks and tabs at its ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether `list` ("a, b") has the element `token`.
[[nodiscard]] constexpr bool listHas(std::string_view list, std::string_view token) noexcept {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (equalsIgnoringCase(trimmed(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

/// Whether `letter` may stand in a header name. Source: RFC 9110 section 5.6.2, tchar.
[[nodiscard]] constexpr bool isTokenLetter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(letter) != std::string_view::npos;
}

[[nodiscard]] constexpr bool isToken(std::string_view text) noexcept {
  for (const char letter : text) {
    if (!isTokenLetter(letter)) return false;
  }
  return !text.empty();
}

}  // namespace hft::net
