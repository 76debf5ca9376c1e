#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::decode {

/// A venue's order id, exactly: two ids are the same order if and only if their keys are equal.
struct OrderKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  /// What the 128 bits are: 0 a UUID, otherwise one more than the length of a text.
  std::uint32_t form = 0;

  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

/// The longest text that `textOrderKey` takes, in characters.
inline constexpr std::size_t kOrderTextMax = 21;

/// The key of a UUID in its form of 36 characters, either case.
[[nodiscard]] std::optional<OrderKey> uuidOrderKey(std::string_view text) noexcept;

/// The key of 1 to kOrderTextMax letters, digits, '-' or '_' (Kraken: "O6ZQNQ-BXL4E-5WGINO"), six
/// bits a character.
[[nodiscard]] std::optional<OrderKey> textOrderKey(std::string_view text) noexcept;

enum class OrderRefError : std::uint8_t { Ok, CapacityExceeded };

/// Gives each order id of a venue a 64-bit reference: 1, 2, 3, ... in order of arrival.
///
/// References are never used twice, so they cannot collide. A released id stays known until more
/// than `retiredMax` others were released after it, or its place is needed: a frame that is decoded
/// twice (a scale that grew) or whose messages are applied late (a queue behind a snapshot) gives
/// the same references. An id that returns before that keeps its reference.
/// Fixed capacity: `intern` refuses when `ordersMax` ids are live. Not thread-safe. One lookup is
/// one hash, one slot and one record.
class OrderRefTable {
 public:
  OrderRefTable(std::size_t ordersMax, std::size_t retiredMax);

  /// The reference of `key`, a fresh one if it has none. The id is live until it is released.
  /// `since` is the number of the message that tells of it, 0 where the venue numbers none.
  Result<std::uint64_t, OrderRefError> intern(const OrderKey& key, InstrumentId instrument,
                                              std::uint64_t since) noexcept;

  /// The reference of `key`, a fresh one if it has none; the id is not made live by that. For an
  /// order that a message names and nobody knows to rest: a snapshot to come may hold it.
  Result<std::uint64_t, OrderRefError> remember(const OrderKey& key,
                                                InstrumentId instrument) noexcept;

  /// The reference of `key`; 0 if unknown.
  [[nodiscard]] std::uint64_t find(const OrderKey& key) const noexcept;

  /// Says that the order has left the book. Does nothing if `key` is unknown.
  void release(const OrderKey& key) noexcept;

  /// Releases every order of `instrument` that was told of up to message `upTo`: its book starts
  /// anew from there. Scans the whole table.
  void releaseInstrument(InstrumentId instrument, std::uint64_t upTo) noexcept;

  /// Ids that are live.
  [[nodiscard]] std::size_t size() const noexcept { return liveCount_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return records_.size(); }

 private:
  struct Record {
    OrderKey key;
    InstrumentId instrument = kNoInstrument;
    std::uint64_t orderRef = 0;  // 0: the record is free.
    std::uint64_t since = 0;
    std::uint32_t next = 0;  // In the retired queue or the free list; index + 1.
    bool isLive = false;
    bool isQueued = false;  // In the retired queue (a returned id waits there, live).
  };

  [[nodiscard]] std::size_t home(const OrderKey& key) const noexcept;
  [[nodiscard]] std::size_t slotOf(const OrderKey& key) const noexcept;
  void retire(std::uint32_t index) noexcept;
  bool reclaimOldest() noexcept;
  void erase(std::uint32_t index) noexcept;

  std::vector<Record> records_;
  std::vector<std::uint32_t> slots_;  // Record index + 1; 0 is empty.
  std::size_t mask_;
  std::size_t retiredMax_;
  std::size_t liveCount_ = 0;
  std::size_t queuedCount_ = 0;
  std::uint64_t lastRef_ = 0;
  std::uint32_t freeHead_ = 0;
  std::uint32_t usedCount_ = 0;  // Records that were ever used.
  std::uint32_t retiredHead_ = 0;
  std::uint32_t retiredTail_ = 0;
};

}  // namespace hft::decode
