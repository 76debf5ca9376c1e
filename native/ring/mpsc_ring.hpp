#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "native/core/check.hpp"
#include "native/core/huge_pages.hpp"
#include "native/core/result.hpp"
#include "native/ring/ring_error.hpp"

namespace hft::ring {

/// A bounded queue from any number of producer threads to one consumer thread.
///
/// Records of one producer keep their order. A slot's sequence says whose turn it is: `position`
/// while free for the record at that position, `position + 1` once published. A producer that stops
/// between `claim` and `publish` holds up the consumer at its record, so fill records at once.
/// When full, `claim` is empty and `push` Full; nothing waits. Thread rule: `claim`, `publish` and
/// `push` from any thread; the rest from the one consumer.
template <typename T>
class MpscRing {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  /// A record that one producer fills before it gives it to `publish`.
  struct Claim {
    T* record = nullptr;
    std::uint64_t position = 0;

    [[nodiscard]] bool ok() const noexcept { return record != nullptr; }
  };

  /// `capacity` is a power of two of at least 2. Takes all memory here, already touched.
  explicit MpscRing(std::size_t capacity) noexcept
      : mask_(capacity - 1), block_(capacity * sizeof(Slot)), slots_(block_.as<Slot>()) {
    HFT_CHECK(std::has_single_bit(capacity) && capacity >= 2);
    for (std::size_t i = 0; i < capacity; ++i) {
      slots_[i].sequence.store(i, std::memory_order_relaxed);
    }
  }
  MpscRing(const MpscRing&) = delete;
  MpscRing& operator=(const MpscRing&) = delete;

  /// Producers: the next free record to fill in place; empty when full. It holds stale bytes.
  [[nodiscard]] Claim claim() noexcept {
    // Relaxed: only a guess, the slot's sequence decides.
    std::uint64_t position = claimed_.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots_[position & mask_];
      // Acquire: the consumer has read the slot out before it is written again.
      const std::uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
      const auto lead = static_cast<std::int64_t>(sequence - position);
      if (lead == 0) {
        // Relaxed: taking the position orders nothing; the slot's sequence does.
        if (claimed_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
          return {&slot.record, position};
        }
      } else if (lead < 0) {
        return {};
      } else {
        position = claimed_.load(std::memory_order_relaxed);
      }
    }
  }

  /// Producers: hands over a filled claim.
  void publish(Claim claim) noexcept {
    // Release: whoever sees the sequence sees the record.
    slots_[claim.position & mask_].sequence.store(claim.position + 1, std::memory_order_release);
  }

  /// Producers: copies one record in and publishes. Full: the ring is unchanged.
  [[nodiscard]] RingError push(const T& record) noexcept {
    const Claim slot = claim();
    if (!slot.ok()) return RingError::Full;
    *slot.record = record;
    publish(slot);
    return RingError::Ok;
  }

  /// Consumer: the oldest record, in place, until `release`; nullptr when empty.
  [[nodiscard]] const T* peek() noexcept {
    Slot& slot = slots_[next_ & mask_];
    __builtin_prefetch(&slot.record);
    // Acquire: pairs with `publish`.
    if (slot.sequence.load(std::memory_order_acquire) != next_ + 1) return nullptr;
    return &slot.record;
  }

  /// Consumer: gives the record of `peek` back to the producers.
  void release() noexcept {
    // Release: the record was read before a producer may write over it.
    slots_[next_ & mask_].sequence.store(next_ + mask_ + 1, std::memory_order_release);
    ++next_;
  }

  /// Consumer: copies the oldest record out; Empty when there is none.
  [[nodiscard]] Result<T, RingError> pop() noexcept {
    const T* record = peek();
    if (record == nullptr) return RingError::Empty;
    const Result<T, RingError> result(*record);
    release();
    return result;
  }

  /// Consumer: calls `visit(const T&)` on up to `limit` records in place. Returns how many.
  template <typename Visit>
  std::size_t drain(std::size_t limit, Visit&& visit) noexcept {
    std::size_t count = 0;
    for (; count < limit; ++count) {
      const T* record = peek();
      if (record == nullptr) break;
      visit(*record);
      release();
    }
    return count;
  }

  /// Consumer: whether a record waits.
  [[nodiscard]] bool isReady() const noexcept {
    return slots_[next_ & mask_].sequence.load(std::memory_order_acquire) == next_ + 1;
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

 private:
  struct alignas(sizeof(T) + sizeof(std::uint64_t) <= kCacheLineBytes ? kCacheLineBytes
                                                                      : kApartBytes) Slot {
    T record;
    std::atomic<std::uint64_t> sequence;
  };

  alignas(kApartBytes) std::atomic<std::uint64_t> claimed_{0};
  alignas(kApartBytes) std::uint64_t next_ = 0;
  alignas(kApartBytes) std::size_t mask_;
  HugeBlock block_;
  Slot* slots_;
};

}  // namespace hft::ring
