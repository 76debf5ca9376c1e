#pragma once

#include <cstdint>

namespace hft::event {

/// Whether a book may be traded on.
enum class BookState : std::uint8_t {
  Trusted,  ///< In sequence and consistent with everything that the venue says about it.
  Suspect,  ///< In sequence, but something contradicts it (stale, crossed, quote mismatch, skew).
  Broken,   ///< Known or assumed wrong: no snapshot yet, a gap, a failed checksum.
};

/// Why a book is not trusted.
enum class BookReason : std::uint8_t {
  None,
  AwaitingSnapshot,
  SequenceGap,
  ChecksumMismatch,
  Crossed,
  Stale,
  ClockSkew,
  Disconnected,
  DecodeError,
  CapacityExceeded,
  QuoteMismatch,
  UnknownOrder,
  Resynchronising,
};
inline constexpr std::size_t kBookReasonCount = 13;

struct BookStatus {
  BookState state = BookState::Broken;
  BookReason reason = BookReason::AwaitingSnapshot;

  friend bool operator==(const BookStatus&, const BookStatus&) = default;
};

}  // namespace hft::event
