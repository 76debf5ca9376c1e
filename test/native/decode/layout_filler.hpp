#pragma once

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <random>
#include <string>

namespace hft::decode::lab {

/// Fills the places of a layout with random values.
///
/// $P price, $Q quantity, $I id, $U uuid, $T time, $S seconds, $B buy or sell; lists of levels: $1
/// Kraken v1, $2 Kraken v2, $C changes of Coinbase, $L pairs, $A updates of Advanced Trade, $O
/// Alpaca. A wild filler also writes numbers and times that are strange, or none at all.
class LayoutFiller {
 public:
  LayoutFiller(std::uint64_t seed, bool isWild) : random_(seed), isWild_(isWild) {}

  std::string fill(const char* layout) {
    std::string text;
    for (const char* at = layout; *at != '\0'; ++at) {
      text += *at == '$' ? value(*++at) : std::string(1, *at);
    }
    return text;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::string value(char place) {
    switch (place) {
      case 'P':
        return number(4);
      case 'Q':
        return number(8);
      case 'I':
        return std::to_string(below(isWild_ && below(8) == 0 ? ~0ULL : 4'000'000'000U));
      case 'U':
        return uuid();
      case 'T':
        return time();
      case 'S':
        return seconds();
      case 'B':
        return below(2) == 0 ? "buy" : "sell";
      case '1':
        return levels(R"(["$P","$Q","$S"])");
      case '2':
        return levels(R"({"price":$P,"qty":$Q})");
      case 'C':
        return levels(R"(["$B","$P","$Q"])");
      case 'L':
        return levels(R"(["$P","$Q"])");
      case 'A':
        return updates();
      default:
        return levels(R"({"p":$P,"s":$Q})");
    }
  }

  std::string levels(const char* level) {
    std::string text;
    for (std::uint64_t count = below(6); count > 0; --count) {
      text += (text.empty() ? "" : ",") + fill(level);
    }
    return text;
  }
  std::string updates() {
    std::string text;
    for (std::uint64_t count = below(6); count > 0; --count) {
      text +=
          (text.empty() ? "" : ",") +
          fill(
              below(2) == 0
                  ? R"({"side":"bid","event_time":"$T","price_level":"$P","new_quantity":"$Q"})"
                  : R"({"side":"offer","event_time":"$T","price_level":"$P","new_quantity":"$Q"})");
    }
    return text;
  }

  std::string number(unsigned decimalsMax) {
    static constexpr const char* kStrange[] = {
        "",      "00.5",   "1e3",   "1E-2",           "-1", "-0", ".5",   "5.",
        "+1",    "NaN",    "0x10",  "1.2.3",          "1 ", " 1", "null", "99999999999999999999",
        "1e400", "1e-400", "\"1\"", "0.0000000000001"};
    if (isWild_ && below(12) == 0) return kStrange[below(std::size(kStrange))];
    std::string text = std::to_string(below(below(4) == 0 ? 1'000'000'000 : 100'000));
    const std::uint64_t decimals = below(decimalsMax + (isWild_ ? 3 : 1));
    if (decimals == 0) return text;
    text += '.';
    for (std::uint64_t i = 0; i < decimals; ++i) text += static_cast<char>('0' + below(10));
    return text;
  }

  std::string uuid() {
    char text[40];
    const std::uint64_t high = random_();
    const std::uint64_t low = random_();
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                  static_cast<unsigned>(high & 0xffff), static_cast<unsigned>(low >> 48),
                  static_cast<unsigned long long>(low & 0xffffffffffffU));
    return text;
  }

  std::string fraction() {
    std::string text;
    if (below(4) != 0) text += '.';
    for (std::uint64_t i = text.empty() ? 0 : 1 + below(isWild_ ? 11 : 9); i > 0; --i) {
      text += static_cast<char>('0' + below(10));
    }
    return text;
  }
  std::string time() {
    char text[64];
    const auto part = [&](unsigned low, unsigned high) {
      return low + static_cast<unsigned>(below(high - low + (isWild_ ? 3 : 1)));
    };
    const unsigned year = isWild_ && below(8) == 0 ? static_cast<unsigned>(below(10000))
                                                   : 1970 + static_cast<unsigned>(below(230));
    std::snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u", year, part(1, 12),
                  part(1, isWild_ ? 30 : 28), part(0, 23), part(0, 59), part(0, 59));
    return text + fraction() + (isWild_ && below(8) == 0 ? "+01:00" : "Z");
  }
  std::string seconds() {
    std::string text = std::to_string(1'000'000'000 + below(isWild_ ? ~0ULL >> 20 : 1'000'000'000));
    std::string rest = fraction();
    return text + (rest.empty() && !isWild_ ? ".5" : rest);
  }

  std::mt19937_64 random_;
  bool isWild_;
};

}  // namespace hft::decode::lab
