#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "native/decode/aligned_number.hpp"
#include "native/decode/decimal.hpp"
#include "native/decode/level_scan.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// The text of a layout, as a template argument: `take<",\"E\":">()`.
template <std::size_t Size>
struct Literal {
  static constexpr std::size_t size = Size - 1;
  char bytes[Size]{};

  consteval Literal(const char (&text)[Size]) {
    for (std::size_t index = 0; index < Size; ++index) bytes[index] = text[index];
  }
};

/// Reads a frame whose layout is known, from left to right and without looking ahead.
///
/// The first surprise makes it *lost*: it stands on a page of zeros where every further step fails
/// too, so that a layout is written down as a plain sequence and asked once, at its end, through
/// `isAtEnd`. Only JSON whose last byte is "}" can be read, and "}" must be taken by nothing but
/// the last literal: therefore a step that starts inside the frame ends inside it, and no step
/// needs a bounds check (each reads less than event::kFramePadding bytes ahead).
///
/// A frame is a chain of short pieces, each of which begins where the one before ends. So that the
/// processor need not wait for one to begin the next, steps are branches, which it predicts, and
/// pieces have a usual size, with which it goes on before it knows the true one.
class TextScanner {
 public:
  explicit TextScanner(std::string_view frame) noexcept
      : at_(frame.ends_with('}') ? frame.data() : kNowhere), end_(frame.data() + frame.size()) {}

  /// Whether the whole frame was read without a surprise.
  [[nodiscard]] bool isAtEnd() const noexcept { return at_ == end_; }
  [[nodiscard]] bool isLost() const noexcept { return at_ == kNowhere; }

  /// The byte `ahead` of the cursor (less than 32): to choose between layouts.
  [[nodiscard]] char peek(std::size_t ahead) const noexcept { return at_[ahead]; }

  template <Literal kText>
  void take() noexcept {
    moveTo(equals<kText>(at_), at_ + kText.size);
  }

  /// Takes the text if it stands here.
  template <Literal kText>
  [[nodiscard]] bool takeIf() noexcept {
    if (!equals<kText>(at_)) return false;
    at_ += kText.size;
    return true;
  }

  /// An unsigned integer, most often of `usualSize` digits.
  [[nodiscard]] std::uint64_t integer([[maybe_unused]] std::size_t usualSize) noexcept {
#if defined(__SSE4_1__)
    const __m128i digits = _mm_sub_epi8(detail::load16(at_), _mm_set1_epi8('0'));
    const auto count =
        static_cast<std::size_t>(std::countr_zero(detail::nonDigits(digits) | 0x10000));
    if (count - 1 < 15 && *at_ != '0') [[likely]] {
      at_ += expect(count, usualSize);
      return detail::joinDigits(
          _mm_shuffle_epi8(digits, detail::load16(detail::kRightAlign + count)));
    }
#endif
    return anyInteger();
  }

  /// A decimal as a multiple of 10^-decimals.
  [[nodiscard, gnu::noinline]] std::int64_t decimal(unsigned decimals) noexcept {
    const DecimalScan scan = scanDecimal(at_, end_, decimals);
    moveTo(scan.error == DecimalError::Ok, scan.next);
    return scan.value;
  }

  /// A price and a quantity with a text between them.
  template <Literal kBetween>
  [[nodiscard]] event::Level pair(Scale scale) noexcept;

  /// True or false, which nobody can predict: the only piece without a branch.
  [[nodiscard]] bool boolean() noexcept {
    const bool isTrue = equals<"true">(at_);
    moveTo(isTrue | equals<"false">(at_), at_ + 5 - static_cast<std::size_t>(isTrue));
    return isTrue;
  }

  /// The text up to the quote that follows, which is not taken: printable ASCII without escapes,
  /// not empty, most often of `usualSize` bytes.
  [[nodiscard]] std::string_view text(std::size_t usualSize) noexcept;

  /// The levels of a side in `[["price","qty"],...]`, the cursor behind its first bracket; its
  /// last one is taken. Returns how many were written to `space`; lost when it is too small.
  [[nodiscard]] std::size_t levels(std::span<event::Level> space, Scale scale) noexcept {
    const LevelsScan scan = scanLevels(at_, end_, space, scale);
    moveTo(scan.next != nullptr, scan.next);
    return scan.count;
  }

 private:
  /// Zeros are no part of any layout.
  alignas(64) static constexpr char kNowhere[256] = {};

  void moveTo(bool isSound, const char* next) noexcept {
    if (isSound) [[likely]] {
      at_ = next;
    } else {
      // Keeps the branch: a conditional move would make the next step wait for this one.
      asm volatile("");
      at_ = kNowhere;
    }
  }

  [[gnu::noinline]] std::uint64_t anyInteger() noexcept {
    const IntegerScan scan = scanIntegerScalar(at_, end_);
    moveTo(scan.ok, scan.next);
    return scan.value;
  }

  /// `size`, but with the usual one as the prediction.
  [[nodiscard]] static std::size_t expect(std::size_t size, std::size_t usual) noexcept {
    // The compiler must not know that both are the same behind the branch, nor undo the branch.
    std::size_t predicted = usual;
    asm("" : "+r"(predicted));
    if (size != usual) [[unlikely]] {
      asm volatile("");
      return size;
    }
    return predicted;
  }

  template <typename Word>
  [[nodiscard]] static Word load(const char* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof(Word));
    return word;
  }

  template <Literal kText>
  [[nodiscard]] static bool equals(const char* at) noexcept;

  const char* at_;
  const char* end_;
  /// The prices of a message mostly have one size.
  std::size_t usualPriceSize_ = 8;
};

template <Literal kText>
inline bool TextScanner::equals(const char* at) noexcept {
  constexpr std::size_t size = kText.size;
  static_assert(size > 0 && size <= 48);
  const char* text = kText.bytes;
  if constexpr (size > 16) {
#if defined(__SSE4_1__)
    using detail::load16;
    __m128i differences = _mm_xor_si128(load16(at), load16(text));
    for (std::size_t offset = 16; offset + 16 <= size; offset += 16) {
      differences =
          _mm_or_si128(differences, _mm_xor_si128(load16(at + offset), load16(text + offset)));
    }
    constexpr std::size_t tail = size - 16;
    differences = _mm_or_si128(differences, _mm_xor_si128(load16(at + tail), load16(text + tail)));
    return _mm_testz_si128(differences, differences) != 0;
#else
    return std::memcmp(at, text, size) == 0;
#endif
  } else if constexpr (size >= 8) {
    using Word = std::uint64_t;
    return ((load<Word>(at) ^ load<Word>(text)) |
            (load<Word>(at + size - 8) ^ load<Word>(text + size - 8))) == 0;
  } else if constexpr (size >= 4) {
    using Word = std::uint32_t;
    return ((load<Word>(at) ^ load<Word>(text)) |
            (load<Word>(at + size - 4) ^ load<Word>(text + size - 4))) == 0;
  } else if constexpr (size >= 2) {
    using Word = std::uint16_t;
    return ((load<Word>(at) ^ load<Word>(text)) |
            (load<Word>(at + size - 2) ^ load<Word>(text + size - 2))) == 0;
  } else {
    return *at == *text;
  }
}

inline std::string_view TextScanner::text(std::size_t usualSize) noexcept {
  const char* next = at_;
#if defined(__SSE4_1__)
  for (; next < end_; next += 16) {
    const __m128i bytes = detail::load16(next);
    // One signed compare finds controls and bytes beyond ASCII.
    const __m128i strange = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const auto stops = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(strange, quotes)));
    if (stops != 0) {
      next += std::countr_zero(stops);
      break;
    }
  }
#else
  while (next < end_ && *next >= ' ' && *next != '\\' && *next != '"') ++next;
#endif
  const std::string_view text(at_, static_cast<std::size_t>(next - at_));
  moveTo(next < end_ && *next == '"' && !text.empty(), at_ + expect(text.size(), usualSize));
  return text;
}

template <Literal kBetween>
[[gnu::always_inline]] inline event::Level TextScanner::pair(Scale scale) noexcept {
#if defined(__SSE4_1__)
  const auto price = detail::alignNumber(at_, detail::Alignment(scale.priceDecimals));
  const char* second = at_ + expect(price.size, usualPriceSize_) + kBetween.size;
  const auto qty = detail::alignNumber(second, detail::Alignment(scale.qtyDecimals));
  const __m128i excess = _mm_or_si128(price.excess, qty.excess);
  if (price.ok && qty.ok && equals<kBetween>(second - kBetween.size) && second + qty.size <= end_ &&
      _mm_testz_si128(excess, excess) != 0) [[likely]] {
    at_ = second + qty.size;
    usualPriceSize_ = price.size;
    return std::bit_cast<event::Level>(detail::joinPair(price.digits, qty.digits));
  }
#endif
  event::Level level;
  level.price = decimal(scale.priceDecimals);
  take<kBetween>();
  level.qty = decimal(scale.qtyDecimals);
  return level;
}

}  // namespace hft::decode
