#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hft::generate {

/// Writes one ITCH message with its length in front. The caller has room for it.
class ItchWriter {
 public:
  /// The bytes of the longest message with its length.
  static constexpr std::size_t kBytesMax = 52;

  explicit ItchWriter(std::uint8_t* out) noexcept : start_(out), at_(out + 2) {}

  ItchWriter& prefix(char type, std::uint16_t locate, std::uint64_t timestamp) noexcept {
    return letter(type).u16(locate).u16(0).u48(timestamp);
  }
  ItchWriter& letter(char value) noexcept {
    *at_++ = static_cast<std::uint8_t>(value);
    return *this;
  }
  ItchWriter& u16(std::uint16_t value) noexcept { return bigEndian(value, 2); }
  ItchWriter& u32(std::uint32_t value) noexcept { return bigEndian(value, 4); }
  ItchWriter& u48(std::uint64_t value) noexcept { return bigEndian(value, 6); }
  ItchWriter& u64(std::uint64_t value) noexcept { return bigEndian(value, 8); }
  /// `value`, padded with spaces to `width`.
  ItchWriter& text(std::string_view value, std::size_t width) noexcept {
    std::memset(at_, ' ', width);
    std::memcpy(at_, value.data(), value.size() < width ? value.size() : width);
    at_ += width;
    return *this;
  }

  /// Writes the length in front; returns the bytes of the whole.
  std::size_t finish() noexcept {
    const std::size_t bytes = static_cast<std::size_t>(at_ - start_);
    start_[0] = static_cast<std::uint8_t>((bytes - 2) >> 8);
    start_[1] = static_cast<std::uint8_t>(bytes - 2);
    return bytes;
  }

 private:
  ItchWriter& bigEndian(std::uint64_t value, int bytes) noexcept {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
      *at_++ = static_cast<std::uint8_t>(value >> shift);
    }
    return *this;
  }

  std::uint8_t* start_;
  std::uint8_t* at_;
};

}  // namespace hft::generate
