#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/core/check.hpp"
#include "native/core/units.hpp"

namespace hft::generate {

/// Prints into a buffer without looking at its end: the caller has checked that what it prints
/// and kSlack bytes more fit. Numbers are printed eight digits at a time.
class TextWriter {
 public:
  /// Bytes that a print may touch beyond what it leaves.
  static constexpr std::size_t kSlack = 48;

  explicit TextWriter(char* at) noexcept : at_(at), begin_(at) {}

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view text() const noexcept { return {begin_, size()}; }
  [[nodiscard]] char* at() const noexcept { return at_; }

  void put(char c) noexcept { *at_++ = c; }
  void put(std::string_view text) noexcept {
    // memcpy takes no null, which an empty view may be.
    if (text.empty()) return;
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  template <std::size_t N>
  void put(const char (&literal)[N]) noexcept {
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
  }
  /// Takes back the last character (a comma after the last element).
  void dropLast() noexcept { --at_; }

  void number(std::uint64_t value) noexcept {
    std::array<char, 48> digits;
    if (value < 10'000'000'000'000'000U) {
      sixteenDigits(digits.data(), value);
      const std::size_t count = digitCount(value);
      std::memcpy(at_, digits.data() + 16 - count, 16);
      at_ += count;
      return;
    }
    const std::uint64_t high = value / 10'000'000'000'000'000U;
    sixteenDigits(digits.data(), value % 10'000'000'000'000'000U);
    number(high);
    std::memcpy(at_, digits.data(), 16);
    at_ += 16;
  }

  /// `value` with leading zeros: `width` digits, at most 9.
  void padded(std::uint32_t value, std::size_t width) noexcept {
    std::array<char, 48> digits;
    sixteenDigits(digits.data(), value);
    std::memcpy(at_, digits.data() + 16 - width, 16);
    at_ += width;
  }

  /// `value` / 10^decimals, printed with `digits` decimals (at least `decimals`).
  void decimal(std::int64_t value, std::size_t decimals, std::size_t digits) noexcept {
    HFT_DCHECK(value >= 0 && value < 10'000'000'000'000'000 && decimals <= digits);
    std::array<char, 48> text;
    sixteenDigits(text.data(), static_cast<std::uint64_t>(value));
    const std::size_t whole = 16 - decimals;
    const std::size_t count = digitCount(static_cast<std::uint64_t>(value));
    const std::size_t first = count > decimals ? 16 - count : whole - 1;
    std::memcpy(at_, text.data() + first, 16);
    at_ += whole - first;
    if (digits == 0) return;
    *at_++ = '.';
    std::memcpy(at_, text.data() + whole, 16);
    std::memcpy(at_ + decimals, "0000000000000000", 16);
    at_ += digits;
  }

  /// A byte as two lower-case hexadecimal digits.
  void hex(std::uint8_t byte) noexcept {
    constexpr std::string_view kDigits = "0123456789abcdef";
    *at_++ = kDigits[byte >> 4];
    *at_++ = kDigits[byte & 15];
  }

 private:
  static void sixteenDigits(char* to, std::uint64_t value) noexcept {
    eightDigits(to, static_cast<std::uint32_t>(value / 100'000'000));
    eightDigits(to + 8, static_cast<std::uint32_t>(value % 100'000'000));
  }

  /// Splits into fours, twos and ones inside one register.
  static void eightDigits(char* to, std::uint32_t value) noexcept {
    const std::uint64_t fours = value / 10'000 | static_cast<std::uint64_t>(value % 10'000) << 32;
    const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000007f'0000007fU;
    const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    const std::uint64_t tens = (twos * 103 >> 10) & 0x000f000f'000f000fU;
    const std::uint64_t ones = tens | (twos - 10 * tens) << 8;
    const std::uint64_t text = ones + 0x30303030'30303030U;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(to, &text, 8);
    } else {
      for (int byte = 0; byte < 8; ++byte) to[byte] = static_cast<char>(text >> (8 * byte));
    }
  }

  static std::size_t digitCount(std::uint64_t value) noexcept {
    constexpr std::array<std::uint64_t, 17> kPowers = {0,
                                                       10,
                                                       100,
                                                       1'000,
                                                       10'000,
                                                       100'000,
                                                       1'000'000,
                                                       10'000'000,
                                                       100'000'000,
                                                       1'000'000'000,
                                                       10'000'000'000,
                                                       100'000'000'000,
                                                       1'000'000'000'000,
                                                       10'000'000'000'000,
                                                       100'000'000'000'000,
                                                       1'000'000'000'000'000,
                                                       10'000'000'000'000'000};
    const auto bits = static_cast<std::size_t>(std::bit_width(value | 1));
    const std::size_t guess = bits * 1233 >> 12;
    return guess + (value >= kPowers[guess] ? 1 : 0);
  }

  char* at_;
  char* begin_;
};

/// Prints UTC times as RFC 3339; remembers the day that it printed last.
class IsoTime {
 public:
  /// "2024-08-09T00:14:15.030314Z" with `decimals` (0, 3, 6 or 9) decimals.
  void print(TextWriter& out, Nanos time, std::size_t decimals) noexcept {
    constexpr Nanos kSecond = 1'000'000'000;
    constexpr Nanos kDay = 86'400 * kSecond;
    const Nanos day = time / kDay;
    if (day != day_) setDay(day);
    out.put(std::string_view{date_.data(), date_.size()});
    const auto nanos = static_cast<std::uint64_t>(time - day * kDay);
    const auto seconds = static_cast<std::uint32_t>(nanos / kSecond);
    const auto fraction = static_cast<std::uint32_t>(nanos % kSecond);
    out.padded(seconds / 3600, 2);
    out.put(':');
    out.padded(seconds / 60 % 60, 2);
    out.put(':');
    out.padded(seconds % 60, 2);
    if (decimals == 3) {
      out.put('.');
      out.padded(fraction / 1'000'000, 3);
    } else if (decimals == 6) {
      out.put('.');
      out.padded(fraction / 1'000, 6);
    } else if (decimals == 9) {
      out.put('.');
      out.padded(fraction, 9);
    }
    out.put('Z');
  }

 private:
  /// Days since the epoch to a date of the Gregorian calendar (years begin in March).
  void setDay(Nanos day) noexcept {
    day_ = day;
    const auto shifted = static_cast<std::uint32_t>(day + 719'468);
    const std::uint32_t era = shifted / 146'097;
    const std::uint32_t ofEra = shifted % 146'097;
    const std::uint32_t yearOfEra =
        (ofEra - ofEra / 1'460 + ofEra / 36'524 - ofEra / 146'096) / 365;
    const std::uint32_t ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::uint32_t shiftedMonth = (5 * ofYear + 2) / 153;
    const std::uint32_t month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    std::array<char, 64 + TextWriter::kSlack> text;
    TextWriter out(text.data());
    out.padded(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
    out.put('-');
    out.padded(month, 2);
    out.put('-');
    out.padded(ofYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
    out.put('T');
    std::memcpy(date_.data(), text.data(), date_.size());
  }

  Nanos day_ = -1;
  std::array<char, 11> date_{};
};

}  // namespace hft::generate
