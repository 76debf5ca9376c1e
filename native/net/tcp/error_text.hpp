#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace hft::net {

/// A short text of fixed capacity: what an error says beyond its code. Longer texts are cut.
class ErrorText {
 public:
  void clear() noexcept { size_ = 0; }

  ErrorText& operator+=(std::string_view text) noexcept {
    const std::size_t count = std::min(text.size(), bytes_.size() - size_);
    std::memcpy(bytes_.data() + size_, text.data(), count);
    size_ += count;
    return *this;
  }

  ErrorText& operator=(std::string_view text) noexcept {
    clear();
    return *this += text;
  }

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, 256> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace hft::net
