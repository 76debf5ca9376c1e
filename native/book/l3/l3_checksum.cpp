#include "native/book/l3/l3_checksum.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "native/core/crc32.hpp"

namespace hft::book {

namespace {

/// Appends the digits of `value` > 0 and `zeros` zeros; returns the end.
char* append(char* out, std::int64_t value, int zeros) noexcept {
  constexpr std::ptrdiff_t kDigitsMax = 20;
  // A price below zero prints its sign nowhere in this text.
  const auto magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (magnitude == 0) return out;
  out = std::to_chars(out, out + kDigitsMax, magnitude).ptr;
  for (; zeros > 0; --zeros) *out++ = '0';
  return out;
}

}  // namespace

std::uint32_t L3Checksum::compute(const L3Book& book, const Scale& scale) noexcept {
  const int priceZeros = scale.priceDigits - scale.priceDecimals;
  const int qtyZeros = scale.qtyDigits - scale.qtyDecimals;
  char* end = text_.data();
  for (const Side side : {Side::Sell, Side::Buy}) {
    std::size_t levels = 0;
    book.forEachLevel(side, [&](const L3Level& level) {
      book.forEachOrder(side, level.price, [&](const L3Order& order) {
        end = append(end, order.price, priceZeros);
        end = append(end, order.qty, qtyZeros);
      });
      return ++levels < kLevels;
    });
  }
  return crc32({text_.data(), static_cast<std::size_t>(end - text_.data())});
}

}  // namespace hft::book
