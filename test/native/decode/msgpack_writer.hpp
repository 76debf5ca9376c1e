#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace hft::decode::lab {

/// Writes MessagePack for tests, in the forms that the venue's encoder uses.
class MsgpackWriter {
 public:
  MsgpackWriter& array(unsigned count) { return head(0x90, 0xdc, count); }
  MsgpackWriter& map(unsigned count) { return head(0x80, 0xde, count); }
  MsgpackWriter& text(std::string_view value) {
    if (value.size() < 32) {
      put(0xa0 | static_cast<unsigned>(value.size()));
    } else {
      put(0xd9).put(static_cast<unsigned>(value.size()));
    }
    bytes_ += value;
    return *this;
  }
  MsgpackWriter& number(double value) {
    return put(0xcb).big(std::bit_cast<std::uint64_t>(value), 8);
  }
  MsgpackWriter& number32(float value) {
    return put(0xca).big(std::bit_cast<std::uint32_t>(value), 4);
  }
  MsgpackWriter& integer(std::uint64_t value) {
    return value < 128 ? put(static_cast<unsigned>(value)) : put(0xcf).big(value, 8);
  }
  /// A key with its text, float64 or integer.
  template <typename Value>
  MsgpackWriter& pair(std::string_view key, const Value& value) {
    if constexpr (std::is_floating_point_v<Value>) {
      return text(key).number(value);
    } else if constexpr (std::is_integral_v<Value>) {
      return text(key).integer(static_cast<std::uint64_t>(value));
    } else {
      return text(key).text(value);
    }
  }
  MsgpackWriter& nil() { return put(0xc0); }
  MsgpackWriter& boolean(bool value) { return put(value ? 0xc3 : 0xc2); }
  /// A timestamp of eight bytes.
  MsgpackWriter& time(std::uint64_t seconds, std::uint64_t nanos) {
    return put(0xd7).put(0xff).big(nanos << 34 | seconds, 8);
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  MsgpackWriter& put(unsigned byte) {
    bytes_.push_back(static_cast<char>(byte));
    return *this;
  }
  MsgpackWriter& big(std::uint64_t value, int size) {
    while (size-- > 0) put(static_cast<unsigned>(value >> (8 * size) & 0xff));
    return *this;
  }
  MsgpackWriter& head(unsigned small, unsigned large, unsigned count) {
    return count < 16 ? put(small | count) : put(large).big(count, 2);
  }

  std::string bytes_;
};

}  // namespace hft::decode::lab
