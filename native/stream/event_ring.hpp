#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "native/core/check.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"

namespace hft::stream {

/// The layout of the ring that JavaScript reads: one block of shared memory.
///
///   byte 0     u32 head: slots published, modulo 2^32 (written by the producer)
///   byte 64    u32 tail: slots consumed, modulo 2^32 (written by the consumer, and by `rewind`)
///   byte 128   u32 sleeping: 1 while the consumer waits for a wake-up
///   byte 192   u32 current: the number of the slot that the consumer is handling
///   byte 256   slots of `stride` bytes
///
/// A slot is a MarketEvent whose sequence and values are doubles (exact below 2^53), followed by
/// `depth` bid levels and `depth` ask levels of two doubles each (price in ticks, quantity in
/// lots), best first; the price of an absent level is NaN. Levels mean something in Book and State
/// events alone: the others touch one cache line. `src/engine/event-ring.ts` reads it.
struct EventRingLayout {
  static constexpr std::size_t kHead = 0;
  static constexpr std::size_t kTail = 64;
  static constexpr std::size_t kSleeping = 128;
  static constexpr std::size_t kCurrent = 192;
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t kEventBytes = 64;

  [[nodiscard]] static constexpr std::size_t stride(std::size_t depth) noexcept {
    return kEventBytes * (1 + (depth + 1) / 2);
  }
  [[nodiscard]] static constexpr std::size_t bytes(std::size_t slots, std::size_t depth) noexcept {
    return kSlots + slots * stride(depth);
  }
};

/// The producer's side of an event ring: one thread writes, one (JavaScript) reads.
///
/// Capacity is `slots` (a power of two); a full ring refuses and the caller decides what happens.
/// Publishing is a plain store of the head: call `publish` once a batch.
class EventRingWriter {
 public:
  /// `memory` holds EventRingLayout::bytes(slots, depth) bytes, zeroed, and outlives the writer.
  EventRingWriter(std::span<std::byte> memory, std::size_t slots, std::size_t depth)
      : base_(memory.data()),
        mask_(static_cast<std::uint32_t>(slots - 1)),
        depth_(depth),
        stride_(EventRingLayout::stride(depth)) {
    HFT_CHECK(slots >= 2 && (slots & (slots - 1)) == 0);
    HFT_CHECK(memory.size() >= EventRingLayout::bytes(slots, depth));
    HFT_CHECK(reinterpret_cast<std::uintptr_t>(base_) % 8 == 0);
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return std::size_t{mask_} + 1; }
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

  /// Slots that can be written now.
  [[nodiscard]] std::size_t free() noexcept {
    cachedTail_ = word(EventRingLayout::kTail).load(std::memory_order_acquire);
    return capacity() - (next_ - cachedTail_);
  }

  /// Whether `slots` can be written, asking the consumer's side only when it must.
  [[nodiscard]] bool hasSpace(std::size_t slots) noexcept {
    return capacity() - (next_ - cachedTail_) >= slots || free() >= slots;
  }

  /// Whether fewer than `slots` were written and not consumed, or the ring has not so many.
  [[nodiscard]] bool holdsLess(std::size_t slots) noexcept {
    return slots > capacity() || hasSpace(capacity() - slots + 1);
  }

  /// Writes an event without levels into the next slot, and does not make it visible; only where
  /// there is space.
  void write(const event::MarketEvent& event) noexcept {
    std::byte* slot = slotAt(next_++);
    std::memcpy(slot, &event, 24);
    double numbers[5];
    numbers[0] = static_cast<double>(event.sequence);
    for (int i = 0; i < 4; ++i) numbers[i + 1] = number(event.values[i]);
    std::memcpy(slot + 24, numbers, sizeof numbers);
  }

  /// As `write`, with the best levels of a book (at most `depth` a side are kept).
  void write(const event::MarketEvent& event, std::span<const event::Level> bids,
             std::span<const event::Level> asks) noexcept {
    std::byte* slot = slotAt(next_);
    write(event);
    const std::size_t bidCount = bids.size() < depth_ ? bids.size() : depth_;
    const std::size_t askCount = asks.size() < depth_ ? asks.size() : depth_;
    auto* levels = reinterpret_cast<double*>(slot + EventRingLayout::kEventBytes);
    for (std::size_t i = 0; i < bidCount; ++i) putLevel(levels + 2 * i, bids[i]);
    for (std::size_t i = 0; i < askCount; ++i) putLevel(levels + 2 * (depth_ + i), asks[i]);
    markAbsent(slot, bidCount, askCount);
  }

  /// Whether the consumer has not handled everything that was written.
  [[nodiscard]] bool hasWaiting() const noexcept {
    return word(EventRingLayout::kTail).load(std::memory_order_acquire) != next_;
  }

  /// Makes everything written so far visible to the consumer.
  void publish() noexcept { word(EventRingLayout::kHead).store(next_, std::memory_order_seq_cst); }

  /// Goes on at the first slot if the consumer has handled all there is: slots that are used again
  /// stay in the cache. For a producer on the consumer's own thread.
  void rewind() noexcept {
    if (free() != capacity() || (next_ & mask_) == 0) return;
    next_ = cachedTail_ = (next_ | mask_) + 1;
    word(EventRingLayout::kTail).store(next_, std::memory_order_relaxed);
    publish();
  }

  /// After `publish`: whether the consumer sleeps and must be woken. Takes the duty to wake it, so
  /// that one sleep gets one wake-up.
  [[nodiscard]] bool takeWakeUp() noexcept {
    // The head was stored, and the flag is loaded, in the one order of all sequentially consistent
    // operations, as the consumer stores its flag before its last look at the head: one of the two
    // always sees the other. (A fence would do the same; ThreadSanitizer knows none.)
    auto sleeping = word(EventRingLayout::kSleeping);
    return sleeping.load(std::memory_order_seq_cst) != 0 &&
           sleeping.exchange(0, std::memory_order_acq_rel) != 0;
  }

  /// Slots written or passed over in total, modulo 2^32.
  [[nodiscard]] std::uint32_t written() const noexcept { return next_; }
  /// The number of the next slot that the consumer takes; in a batch that of its first.
  [[nodiscard]] std::uint32_t tail() const noexcept {
    return word(EventRingLayout::kTail).load(std::memory_order_acquire);
  }

  /// The receive time of the event with this number; only while its slot has not been reused.
  [[nodiscard]] Nanos receiveTimeAt(std::uint32_t number) const noexcept {
    Nanos time;
    std::memcpy(&time, slotAt(number) + 16, sizeof time);
    return time;
  }

 private:
  [[nodiscard]] std::atomic_ref<std::uint32_t> word(std::size_t offset) const noexcept {
    return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(base_ + offset));
  }
  [[nodiscard]] std::byte* slotAt(std::uint32_t number) const noexcept {
    return base_ + EventRingLayout::kSlots + std::size_t{number & mask_} * stride_;
  }
  [[nodiscard]] static double number(std::int64_t value) noexcept {
    return value == kNoPrice ? std::numeric_limits<double>::quiet_NaN()
                             : static_cast<double>(value);
  }
  static void putLevel(double* at, const event::Level& level) noexcept {
    at[0] = static_cast<double>(level.price);
    at[1] = static_cast<double>(level.qty);
  }
  void markAbsent(std::byte* slot, std::size_t bidCount, std::size_t askCount) const noexcept {
    auto* levels = reinterpret_cast<double*>(slot + EventRingLayout::kEventBytes);
    if (bidCount < depth_) levels[2 * bidCount] = std::numeric_limits<double>::quiet_NaN();
    if (askCount < depth_) {
      levels[2 * (depth_ + askCount)] = std::numeric_limits<double>::quiet_NaN();
    }
  }

  std::byte* base_;
  std::uint32_t mask_;
  std::size_t depth_;
  std::size_t stride_;
  std::uint32_t next_ = 0;
  std::uint32_t cachedTail_ = 0;
};

}  // namespace hft::stream
