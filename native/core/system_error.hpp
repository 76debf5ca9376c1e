#pragma once

#include <array>
#include <cstring>
#include <string>

namespace hft {

/// What the system says of an `errno` value. Safe on any thread.
[[nodiscard]] inline std::string systemErrorText(int code) {
  std::array<char, 128> text{};
  return strerror_r(code, text.data(), text.size());
}

}  // namespace hft
