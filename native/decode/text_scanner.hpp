#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "native/decode/decimal.hpp"
#include "native/decode/level_scan.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// The text of a layout, known at compile time: `Literal("\",\"E\":")`.
template <std::size_t Size>
struct Literal {
  char bytes[Size]{};

  consteval Literal(const char (&text)[Size + 1]) {
    for (std::size_t index = 0; index < Size; ++index) bytes[index] = text[index];
  }
};
template <std::size_t Size>
Literal(const char (&)[Size]) -> Literal<Size - 1>;

/// Reads a frame whose layout is known, from left to right and without looking ahead.
///
/// The first surprise makes it *lost*: it stands on a page of zeros where every further step fails
/// too, so that a layout is written down as a plain sequence and asked once, at its end, through
/// `isAtEnd`. Only JSON whose last byte is "}" can be read, and "}" must be taken by nothing but
/// the last literal: therefore a step that starts inside the frame ends inside it, and no step
/// needs a bounds check (each reads less than event::kFramePadding bytes ahead).
class TextScanner {
 public:
  explicit TextScanner(std::string_view frame) noexcept
      : at_(frame.ends_with('}') ? frame.data() : kNowhere), end_(frame.data() + frame.size()) {}

  /// Whether the whole frame was read without a surprise.
  [[nodiscard]] bool isAtEnd() const noexcept { return at_ == end_; }
  [[nodiscard]] bool isLost() const noexcept { return at_ == kNowhere; }

  /// The byte `ahead` of the cursor (less than 32): to choose between layouts.
  [[nodiscard]] char peek(std::size_t ahead) const noexcept { return at_[ahead]; }

  template <std::size_t Size>
  [[nodiscard]] bool startsWith(const Literal<Size>& text) const noexcept {
    static_assert(Size > 0 && Size <= 48);
    return equals<Size>(at_, text.bytes);
  }

  template <std::size_t Size>
  void take(const Literal<Size>& text) noexcept {
    at_ = startsWith(text) ? at_ + Size : kNowhere;
  }

  /// Takes `text` if it stands here.
  template <std::size_t Size>
  [[nodiscard]] bool takeIf(const Literal<Size>& text) noexcept {
    if (!startsWith(text)) return false;
    at_ += Size;
    return true;
  }

  [[nodiscard]] std::uint64_t integer() noexcept {
    const IntegerScan scan = scanInteger(at_, end_);
    at_ = scan.ok ? scan.next : kNowhere;
    return scan.value;
  }

  /// A decimal as a multiple of 10^-decimals.
  [[nodiscard]] std::int64_t decimal(unsigned decimals) noexcept {
    const DecimalScan scan = scanDecimal(at_, end_, decimals);
    at_ = scan.error == DecimalError::Ok ? scan.next : kNowhere;
    return scan.value;
  }

  [[nodiscard]] bool boolean() noexcept {
    const bool value = *at_ == 't';
    if (value) {
      take(Literal("true"));
    } else {
      take(Literal("false"));
    }
    return value;
  }

  /// The text up to the quote that follows, which is not taken: printable ASCII without escapes.
  [[nodiscard]] std::string_view text() noexcept;

  /// The levels of a side in `[["price","qty"],...]`, the cursor behind its first bracket; its
  /// last one is taken. Returns how many were written to `space`; lost when it is too small.
  [[nodiscard]] std::size_t levels(std::span<event::Level> space, Scale scale) noexcept;

 private:
  /// Zeros are no part of any layout.
  alignas(64) static constexpr char kNowhere[256] = {};

  template <std::size_t Size>
  [[nodiscard]] static bool equals(const char* left, const char* right) noexcept;
  template <typename Word>
  [[nodiscard]] static Word load(const char* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof(Word));
    return word;
  }

  const char* at_;
  const char* end_;
};

template <std::size_t Size>
inline bool TextScanner::equals(const char* left, const char* right) noexcept {
  if constexpr (Size >= 16) {
#if defined(__SSE4_1__)
    __m128i differences = _mm_xor_si128(detail::load16(left), detail::load16(right));
    for (std::size_t offset = 16; offset + 16 <= Size; offset += 16) {
      differences = _mm_or_si128(differences, _mm_xor_si128(detail::load16(left + offset),
                                                            detail::load16(right + offset)));
    }
    if constexpr (Size % 16 != 0) {
      differences = _mm_or_si128(differences, _mm_xor_si128(detail::load16(left + Size - 16),
                                                            detail::load16(right + Size - 16)));
    }
    return _mm_testz_si128(differences, differences) != 0;
#else
    return std::memcmp(left, right, Size) == 0;
#endif
  } else if constexpr (Size >= 8) {
    return ((load<std::uint64_t>(left) ^ load<std::uint64_t>(right)) |
            (load<std::uint64_t>(left + Size - 8) ^ load<std::uint64_t>(right + Size - 8))) == 0;
  } else if constexpr (Size >= 4) {
    return ((load<std::uint32_t>(left) ^ load<std::uint32_t>(right)) |
            (load<std::uint32_t>(left + Size - 4) ^ load<std::uint32_t>(right + Size - 4))) == 0;
  } else {
    return std::memcmp(left, right, Size) == 0;
  }
}

inline std::string_view TextScanner::text() noexcept {
  const char* start = at_;
#if defined(__SSE4_1__)
  for (const char* from = start; from < end_; from += 16) {
    const __m128i bytes = detail::load16(from);
    // One signed compare finds controls and bytes beyond ASCII.
    const __m128i strange = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const auto stops = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(strange, quotes)));
    if (stops != 0) {
      at_ = from + std::countr_zero(stops);
      break;
    }
  }
#else
  while (at_ < end_ && *at_ >= ' ' && *at_ != '\\' && *at_ != '"') ++at_;
#endif
  if (at_ >= end_ || *at_ != '"' || at_ == start) {
    at_ = kNowhere;
    return {};
  }
  return {start, static_cast<std::size_t>(at_ - start)};
}

inline std::size_t TextScanner::levels(std::span<event::Level> space, Scale scale) noexcept {
  const LevelsScan scan = scanLevels(at_, end_, space, scale);
  at_ = scan.next == nullptr ? kNowhere : scan.next;
  return scan.count;
}

}  // namespace hft::decode
