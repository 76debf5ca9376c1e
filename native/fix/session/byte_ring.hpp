#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "native/core/check.hpp"

namespace hft::fix {

/// What precedes the bytes of a record in a ByteRing.
struct RecordHead {
  std::uint32_t size = 0;  ///< Bytes behind the head.
  std::uint32_t session = 0;
  std::uint32_t kind = 0;
  std::uint32_t extra = 0;
  std::int64_t time = 0;
};
static_assert(sizeof(RecordHead) == 24);

/// A bounded queue of byte records from one producer thread to one consumer thread.
///
/// A record never wraps: where the end of the memory is too near, a skip fills it. When full,
/// `push` says so and changes nothing. No allocation after construction.
class ByteRing {
 public:
  /// `capacity`: bytes, a power of two. A record may take a quarter of them.
  explicit ByteRing(std::size_t capacity)
      : mask_(capacity - 1), memory_(std::make_unique<std::uint64_t[]>(capacity / 8)) {
    HFT_CHECK(std::has_single_bit(capacity) && capacity >= 1024);
  }

  [[nodiscard]] std::size_t recordBytesMax() const noexcept {
    return (mask_ + 1) / 4 - sizeof(RecordHead);
  }

  /// Producer: adds a record made of two parts; false when there is no room, or never will be.
  [[nodiscard]] bool push(RecordHead head, std::string_view first,
                          std::string_view second) noexcept {
    const std::size_t bytes = first.size() + second.size();
    if (bytes > recordBytesMax()) return false;
    const std::size_t needed = sizeof(RecordHead) + (bytes + 7) / 8 * 8;
    std::uint64_t at = written_.load(std::memory_order_relaxed);
    const std::size_t toEnd = mask_ + 1 - (at & mask_);
    const std::size_t skipped = toEnd < needed ? toEnd : 0;
    // Acquire: the consumer has read what is written over.
    const std::uint64_t read = read_.load(std::memory_order_acquire);
    if (at + skipped + needed - read > mask_ + 1) return false;
    if (skipped != 0) {
      const std::uint32_t skip = kSkip;
      std::memcpy(bytesAt(at), &skip, sizeof skip);
      at += skipped;
    }
    head.size = static_cast<std::uint32_t>(bytes);
    char* const target = bytesAt(at);
    std::memcpy(target, &head, sizeof head);
    std::memcpy(target + sizeof head, first.data(), first.size());
    if (!second.empty()) {
      std::memcpy(target + sizeof head + first.size(), second.data(), second.size());
    }
    // Release: whoever sees the end sees the record.
    written_.store(at + needed, std::memory_order_release);
    return true;
  }

  /// Consumer: calls `visit(const RecordHead&, std::string_view)` for up to `limit` records.
  /// Returns how many there were. `visit` returns false to stop before the record.
  template <typename Visit>
  std::size_t drain(std::size_t limit, Visit&& visit) noexcept {
    std::size_t count = 0;
    std::uint64_t at = read_.load(std::memory_order_relaxed);
    // Acquire: pairs with `push`.
    const std::uint64_t end = written_.load(std::memory_order_acquire);
    while (at != end && count < limit) {
      RecordHead head;
      std::memcpy(&head.size, bytesAt(at), sizeof head.size);
      if (head.size == kSkip) {
        at += mask_ + 1 - (at & mask_);
        continue;
      }
      std::memcpy(&head, bytesAt(at), sizeof head);
      if (!visit(head, std::string_view(bytesAt(at) + sizeof head, head.size))) break;
      at += sizeof head + (head.size + std::size_t{7}) / 8 * 8;
      ++count;
    }
    // Release: the records were read before the producer may write over them.
    read_.store(at, std::memory_order_release);
    return count;
  }

  [[nodiscard]] bool isEmpty() const noexcept {
    return written_.load(std::memory_order_acquire) == read_.load(std::memory_order_acquire);
  }

 private:
  static constexpr std::uint32_t kSkip = 0xffffffffU;

  [[nodiscard]] char* bytesAt(std::uint64_t position) const noexcept {
    return reinterpret_cast<char*>(memory_.get()) + (position & mask_);
  }

  const std::size_t mask_;
  std::unique_ptr<std::uint64_t[]> memory_;
  alignas(64) std::atomic<std::uint64_t> written_{0};
  alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace hft::fix
