#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "native/event/feed_message.hpp"

namespace hft::test {

/// A copy of a text with exactly the padding that decoders may read, on the heap: one byte more is
/// an error that AddressSanitizer sees.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text) : PaddedText(text, '\0') {}
  PaddedText(std::string_view text, char padding) : size_(text.size()) {
    bytes_ = std::make_unique<char[]>(size_ + event::kFramePadding);
    std::memcpy(bytes_.get(), text.data(), size_);
    std::memset(bytes_.get() + size_, padding, event::kFramePadding);
  }
  /// Padded with what stands behind the first `size` bytes of `text`: the most misleading padding.
  PaddedText(std::string_view text, std::size_t size) : PaddedText(text.substr(0, size), '\0') {
    const std::string_view rest = text.substr(size, event::kFramePadding);
    std::memcpy(bytes_.get() + size_, rest.data(), rest.size());
  }

  [[nodiscard]] std::string_view text() const { return {bytes_.get(), size_}; }
  [[nodiscard]] const char* begin() const { return bytes_.get(); }
  [[nodiscard]] const char* end() const { return bytes_.get() + size_; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace hft::test
