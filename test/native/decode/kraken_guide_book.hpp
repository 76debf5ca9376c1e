#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "native/core/instrument.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode::lab {

inline std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : text) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
  }
  return ~crc;
}

/// A book in maps, as the venue's guide to checksums describes it.
struct GuideBook {
  std::map<Price, Qty, std::greater<>> bids;
  std::map<Price, Qty> asks;

  template <typename Side>
  static void set(Side& side, std::span<const event::Level> levels) {
    for (const event::Level& level : levels) {
      if (level.qty == 0) {
        side.erase(level.price);
      } else {
        side[level.price] = level.qty;
      }
    }
    while (side.size() > 1000) side.erase(std::prev(side.end()));
  }
  /// A number's digits at the decimals that the venue prints, without leading zeros.
  static std::string digits(std::int64_t value, unsigned from, unsigned to) {
    for (; from < to; ++from) value *= 10;
    return std::to_string(value);
  }
  [[nodiscard]] std::uint32_t checksum(const Scale& scale) const {
    std::string text;
    const auto append = [&](const auto& side) {
      int count = 0;
      for (auto level = side.begin(); level != side.end() && count < 10; ++level, ++count) {
        text += digits(level->first, scale.priceDecimals, scale.priceDigits);
        text += digits(level->second, scale.qtyDecimals, scale.qtyDigits);
      }
    };
    append(asks);
    append(bids);
    return crc32(text);
  }
  void rescale(const Scale& from, const Scale& to) {
    const auto grow = [&](auto& side) {
      std::remove_reference_t<decltype(side)> grown;
      for (const auto& level : side) {
        auto [price, qty] = std::pair<Price, Qty>(level);
        for (unsigned i = from.priceDecimals; i < to.priceDecimals; ++i) price *= 10;
        for (unsigned i = from.qtyDecimals; i < to.qtyDecimals; ++i) qty *= 10;
        grown[price] = qty;
      }
      side = grown;
    };
    grow(bids);
    grow(asks);
  }
};

}  // namespace hft::decode::lab
