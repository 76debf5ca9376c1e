#include "native/decode/order_ref_table.hpp"

#include <array>
#include <bit>

#include "native/core/check.hpp"

namespace hft::decode {

namespace {

constexpr std::size_t kUuidBytes = 36;

// The value of a hex digit, 255 for anything else.
constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(255);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

// Six bits for each character that may stand in a text id, 255 for anything else.
constexpr auto kTextValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(255);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 26; ++i) {
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
    values['a' + i] = static_cast<std::uint8_t>(36 + i);
  }
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

}  // namespace

std::optional<OrderKey> uuidOrderKey(std::string_view text) noexcept {
  if (text.size() != kUuidBytes) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  std::uint64_t words[2] = {0, 0};
  std::size_t digit = 0;
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) continue;
    const std::uint8_t value = kHexValues[static_cast<std::uint8_t>(text[i])];
    seen |= value;
    words[digit / 16] = words[digit / 16] << 4 | (value & 15U);
    ++digit;
  }
  if (seen > 15) return std::nullopt;
  return OrderKey{words[0], words[1], 0};
}

std::optional<OrderKey> textOrderKey(std::string_view text) noexcept {
  if (text.empty() || text.size() > kOrderTextMax) return std::nullopt;
  OrderKey key{0, 0, static_cast<std::uint32_t>(text.size() + 1)};
  for (const char character : text) {
    const std::uint8_t value = kTextValues[static_cast<std::uint8_t>(character)];
    if (value == 255) return std::nullopt;
    key.high = key.high << 6 | key.low >> 58;
    key.low = key.low << 6 | value;
  }
  return key;
}

OrderRefTable::OrderRefTable(std::size_t ordersMax, std::size_t retiredMax)
    : records_(ordersMax),
      slots_(std::bit_ceil(ordersMax * 2 + 1)),
      mask_(slots_.size() - 1),
      retiredMax_(retiredMax) {
  HFT_CHECK(ordersMax > 0 && ordersMax < 0x7fffffffU);
}

std::size_t OrderRefTable::home(const OrderKey& key) const noexcept {
  // Multiplicative mixing: text ids differ in few bits, UUIDs in all.
  std::uint64_t hash = (key.low ^ key.form) * 0x9e3779b97f4a7c15U;
  hash = (hash ^ hash >> 32 ^ key.high) * 0xd6e8feb86659fd93U;
  hash ^= hash >> 32;
  return static_cast<std::size_t>(hash * 0x9e3779b97f4a7c15U >> 20) & mask_;
}

std::size_t OrderRefTable::slotOf(const OrderKey& key) const noexcept {
  std::size_t slot = home(key);
  while (slots_[slot] != 0 && records_[slots_[slot] - 1].key != key) slot = (slot + 1) & mask_;
  return slot;
}

std::uint64_t OrderRefTable::find(const OrderKey& key) const noexcept {
  const std::uint32_t entry = slots_[slotOf(key)];
  return entry == 0 ? 0 : records_[entry - 1].orderRef;
}

Result<std::uint64_t, OrderRefError> OrderRefTable::intern(const OrderKey& key,
                                                           InstrumentId instrument,
                                                           std::uint64_t since) noexcept {
  if (const std::uint32_t entry = slots_[slotOf(key)]; entry != 0) {
    Record& record = records_[entry - 1];
    record.instrument = instrument;
    if (since > record.since) record.since = since;
    if (!record.isLive) {
      record.isLive = true;
      ++liveCount_;
    }
    return record.orderRef;
  }
  while (freeHead_ == 0 && usedCount_ == records_.size()) {
    if (!reclaimOldest()) return OrderRefError::CapacityExceeded;
  }
  std::uint32_t index = usedCount_;
  if (freeHead_ != 0) {
    index = freeHead_ - 1;
    freeHead_ = records_[index].next;
  } else {
    ++usedCount_;
  }
  records_[index] = Record{key, instrument, ++lastRef_, since, 0, true, false};
  // Looked up again: reclaiming moves slots.
  slots_[slotOf(key)] = index + 1;
  ++liveCount_;
  return lastRef_;
}

Result<std::uint64_t, OrderRefError> OrderRefTable::remember(const OrderKey& key,
                                                             InstrumentId instrument) noexcept {
  if (const std::uint64_t known = find(key); known != 0) return known;
  const auto fresh = intern(key, instrument, 0);
  if (fresh.ok()) release(key);
  return fresh;
}

void OrderRefTable::release(const OrderKey& key) noexcept {
  if (const std::uint32_t entry = slots_[slotOf(key)]; entry != 0) retire(entry - 1);
}

void OrderRefTable::releaseInstrument(InstrumentId instrument, std::uint64_t upTo) noexcept {
  for (std::uint32_t index = 0; index < usedCount_; ++index) {
    const Record& record = records_[index];
    if (record.orderRef == 0 || record.instrument != instrument || record.since > upTo) continue;
    retire(index);
  }
}

void OrderRefTable::retire(std::uint32_t index) noexcept {
  Record& record = records_[index];
  if (!record.isLive) return;
  record.isLive = false;
  --liveCount_;
  // An id that came back and leaves again keeps its older place in the queue.
  if (record.isQueued) return;
  record.isQueued = true;
  record.next = 0;
  if (retiredTail_ == 0) {
    retiredHead_ = index + 1;
  } else {
    records_[retiredTail_ - 1].next = index + 1;
  }
  retiredTail_ = index + 1;
  if (++queuedCount_ > retiredMax_) reclaimOldest();
}

bool OrderRefTable::reclaimOldest() noexcept {
  if (retiredHead_ == 0) return false;
  const std::uint32_t index = retiredHead_ - 1;
  Record& record = records_[index];
  retiredHead_ = record.next;
  if (retiredHead_ == 0) retiredTail_ = 0;
  record.isQueued = false;
  --queuedCount_;
  if (!record.isLive) erase(index);
  return true;
}

void OrderRefTable::erase(std::uint32_t index) noexcept {
  std::size_t hole = slotOf(records_[index].key);
  // Backward shift: no tombstones, so lookups stay short for ever.
  for (std::size_t slot = (hole + 1) & mask_; slots_[slot] != 0; slot = (slot + 1) & mask_) {
    const std::size_t wanted = home(records_[slots_[slot] - 1].key);
    if (((slot - wanted) & mask_) < ((slot - hole) & mask_)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = 0;
  records_[index] = Record{};
  records_[index].next = freeHead_;
  freeHead_ = index + 1;
}

}  // namespace hft::decode
