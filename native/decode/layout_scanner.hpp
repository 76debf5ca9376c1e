#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/decode/decimal.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// How the numbers of one kind are read on the quick path.
struct NumberLayout {
  std::uint8_t decimals;
  /// More printed decimals than this are news about a discovered instrument: not for this path.
  std::uint8_t printedMax;

  [[nodiscard]] static NumberLayout bookPrice(const Instrument& instrument) noexcept {
    return {instrument.scale.priceDecimals, printedLimit(instrument, instrument.scale.priceDigits)};
  }
  [[nodiscard]] static NumberLayout bookQty(const Instrument& instrument) noexcept {
    return {instrument.scale.qtyDecimals, printedLimit(instrument, instrument.scale.qtyDigits)};
  }
  [[nodiscard]] static NumberLayout price(const Instrument& instrument) noexcept {
    return {instrument.scale.priceDecimals, 255};
  }
  [[nodiscard]] static NumberLayout qty(const Instrument& instrument) noexcept {
    return {instrument.scale.qtyDecimals, 255};
  }

 private:
  static std::uint8_t printedLimit(const Instrument& instrument, std::uint8_t digits) noexcept {
    return instrument.isDiscovered && digits < kDecimalsMax ? digits : 255;
  }
};

/// Walks a frame that is laid out as its decoder expects, with a bounds check at each step: for
/// layouts that end otherwise than a TextScanner needs, or that branch.
///
/// Each call takes one piece at the cursor and says whether it stood there; after the first "no"
/// the caller leaves and reads the frame again on the tolerant path, which alone reports errors. So
/// every call is strict: what it accepts, the tolerant path reads the same way. Never moves past
/// the end of the frame; reads up to event::kFramePadding bytes behind it. Not thread-safe.
class LayoutScanner {
 public:
  explicit LayoutScanner(std::string_view frame) noexcept
      : at_(frame.data()), end_(frame.data() + frame.size()) {}

  /// Takes `literal`.
  template <std::size_t N>
  [[nodiscard]] bool takes(const char (&literal)[N]) noexcept {
    static_assert(N > 1 && N - 1 <= event::kFramePadding);
    if (left() < N - 1 || !equals<N - 1>(at_, literal)) return false;
    at_ += N - 1;
    return true;
  }

  /// Takes decimal digits with at most one dot; `value` is then their number.
  [[nodiscard]] bool takesDecimal(NumberLayout layout) noexcept {
    const DecimalScan scan = scanDecimal(at_, end_, layout.decimals);
    if (scan.error != DecimalError::Ok || scan.next > end_) return false;
    if (scan.printedDecimals > layout.printedMax) return false;
    value_ = scan.value;
    at_ = scan.next;
    return true;
  }

  /// Takes a JSON number without sign and exponent; `value` is then its number. An exponent that
  /// follows is no literal that any caller takes next.
  [[nodiscard]] bool takesNumber(NumberLayout layout) noexcept {
    if (left() > 1 && *at_ == '0' && at_[1] >= '0' && at_[1] <= '9') return false;
    return takesDecimal(layout);
  }

  /// Takes an unsigned integer; `integer` is then its value.
  [[nodiscard]] bool takesInteger() noexcept {
    const IntegerScan scan = scanInteger(at_, end_);
    if (!scan.ok || scan.next > end_) return false;
    integer_ = scan.value;
    at_ = scan.next;
    return true;
  }

  /// Takes printable ASCII without escapes up to the next quote, and the quote; `text` is then what
  /// stood there.
  [[nodiscard]] bool takesText() noexcept;

  /// Takes an RFC 3339 time in UTC (`2021-04-17T16:43:37.077621Z`, a fraction of one to nine digits
  /// or none); `time` is then its value.
  [[nodiscard]] bool takesIsoTime() noexcept;

  /// Takes seconds with a fraction of one to nine digits (`1618678134.858335`); `time` is then
  /// their value.
  [[nodiscard]] bool takesSeconds() noexcept;

  /// Takes `count` bytes unseen. The caller checks them.
  [[nodiscard]] bool takesBytes(std::size_t count) noexcept {
    if (left() < count) return false;
    text_ = {at_, count};
    at_ += count;
    return true;
  }

  /// The byte at the cursor; 0 at the end.
  [[nodiscard]] char peek() const noexcept { return at_ < end_ ? *at_ : '\0'; }
  [[nodiscard]] bool atEnd() const noexcept { return at_ == end_; }

  [[nodiscard]] std::int64_t value() const noexcept { return value_; }
  [[nodiscard]] std::uint64_t integer() const noexcept { return integer_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] Nanos time() const noexcept { return time_; }

 private:
  template <typename Word>
  [[nodiscard]] static Word load(const char* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof(Word));
    return word;
  }
  /// Two loads that may overlap, never a call: `memcmp` is one beyond 16 bytes.
  template <std::size_t Size>
  [[nodiscard]] static bool equals(const char* left, const char* right) noexcept;

  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  const char* at_;
  const char* end_;
  std::int64_t value_ = 0;
  std::uint64_t integer_ = 0;
  std::string_view text_;
  Nanos time_ = 0;
};

template <std::size_t Size>
inline bool LayoutScanner::equals(const char* left, const char* right) noexcept {
  using Word = std::uint64_t;
  if constexpr (Size > 16) {
    return equals<16>(left, right) && equals<Size - 16>(left + 16, right + 16);
  } else if constexpr (Size >= 8) {
    return ((load<Word>(left) ^ load<Word>(right)) |
            (load<Word>(left + Size - 8) ^ load<Word>(right + Size - 8))) == 0;
  } else if constexpr (Size >= 4) {
    return ((load<std::uint32_t>(left) ^ load<std::uint32_t>(right)) |
            (load<std::uint32_t>(left + Size - 4) ^ load<std::uint32_t>(right + Size - 4))) == 0;
  } else {
    return std::memcmp(left, right, Size) == 0;
  }
}

inline bool LayoutScanner::takesText() noexcept {
  const char* stop = at_;
#if defined(__SSE4_1__)
  for (;; stop += 16) {
    if (stop >= end_) return false;
    const __m128i bytes = detail::load16(stop);
    // One signed compare finds controls and bytes beyond ASCII.
    const __m128i strange = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(strange, quotes)));
    if (found == 0) continue;
    stop += std::countr_zero(found);
    break;
  }
#else
  const auto isPlain = [](char byte) {
    return byte >= ' ' && byte != '\\' && byte != '"' && static_cast<signed char>(byte) > 0;
  };
  while (stop < end_ && isPlain(*stop)) ++stop;
#endif
  if (stop >= end_ || *stop != '"') return false;
  text_ = {at_, static_cast<std::size_t>(stop - at_)};
  at_ = stop + 1;
  return true;
}

}  // namespace hft::decode
