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
/// Records of one producer keep their order. Each slot carries the sequence of the record that it
/// holds, as in SpscRing; what is free again stands in one index that only the consumer writes, so
/// a batch gives its slots back with one store. A producer that stops between `claim` and `publish`
/// holds up the consumer at its record, so fill records at once.
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

  /// `capacity` is a power of two. Takes all memory here, already touched.
  explicit MpscRing(std::size_t capacity) noexcept
      : mask_(capacity - 1), block_(capacity * sizeof(Slot)), slots_(block_.as<Slot>()) {
    HFT_CHECK(std::has_single_bit(capacity));
  }
  MpscRing(const MpscRing&) = delete;
  MpscRing& operator=(const MpscRing&) = delete;

  /// Producers: the next free record to fill in place; empty when full. It holds stale bytes.
  [[nodiscard]] Claim claim() noexcept {
    // Relaxed: taking a position orders nothing; the slot's sequence and `consumed_` do.
    std::uint64_t position = claimed_.load(std::memory_order_relaxed);
    do {
      if (__builtin_expect(!isFree(position), 0)) return {};
    } while (!claimed_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed));
    return {&slots_[position & mask_].record, position};
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
    HFT_DCHECK(slots_[next_ & mask_].sequence.load(std::memory_order_relaxed) == next_ + 1);
    ++next_;
    // Release: the record was read before a producer may write over it.
    consumed_.store(next_, std::memory_order_release);
  }

  /// Consumer: copies the oldest record out; Empty when there is none.
  [[nodiscard]] Result<T, RingError> pop() noexcept {
    const T* record = peek();
    if (record == nullptr) return RingError::Empty;
    const Result<T, RingError> result(*record);
    release();
    return result;
  }

  /// Consumer: calls `visit(const T&)` on up to `limit` records in place and then gives them back
  /// together. Returns how many there were.
  template <typename Visit>
  std::size_t drain(std::size_t limit, Visit&& visit) noexcept {
    std::size_t count = 0;
    for (; count < limit; ++count) {
      const T* record = peek();
      if (record == nullptr) break;
      visit(*record);
      ++next_;
    }
    // Release: as in `release`; once a batch, so that the producers' line moves once.
    if (count != 0) consumed_.store(next_, std::memory_order_release);
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
    std::atomic<std::uint64_t> sequence;  // Position + 1 of the record; zero before the first.
  };

  /// Whether the consumer has read out what stood in the slot of `position`, or `position` is long
  /// taken by another producer.
  [[nodiscard]] bool isFree(std::uint64_t position) noexcept {
    // Signed: the consumer may be past a position that was read a while ago.
    const auto fits = [&](std::uint64_t freed) {
      return static_cast<std::int64_t>(position - freed) <= static_cast<std::int64_t>(mask_);
    };
    // Acquire and release of `freedSeen_`: a producer may rely on what another one saw. An older
    // value that overwrites a newer one only costs a look at `consumed_`.
    if (fits(freedSeen_.load(std::memory_order_acquire))) return true;
    const std::uint64_t freed = consumed_.load(std::memory_order_acquire);
    freedSeen_.store(freed, std::memory_order_release);
    return fits(freed);
  }

  // The producers' lines.
  alignas(kApartBytes) std::atomic<std::uint64_t> claimed_{0};
  std::atomic<std::uint64_t> freedSeen_{0};
  // The consumer's lines.
  alignas(kApartBytes) std::uint64_t next_ = 0;
  std::atomic<std::uint64_t> consumed_{0};
  // Read-only after construction.
  alignas(kApartBytes) std::size_t mask_;
  HugeBlock block_;
  Slot* slots_;
};

}  // namespace hft::ring
