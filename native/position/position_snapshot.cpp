#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "native/core/check.hpp"
#include "native/position/position_book.hpp"

namespace hft::position {

namespace {

constexpr std::uint64_t kMagic = 0x31534f5054544648;  // "HFTTPOS1"

struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t positions = 0;
  std::uint64_t lots = 0;
  std::uint64_t totals = 0;
  std::uint64_t marks = 0;
  std::uint64_t method = 0;
};

struct SavedTotals {
  Totals totals;
  std::uint64_t at = 0;
  std::uint64_t spare = 0;
};

struct SavedMark {
  Price mark = kNoPrice;
  std::uint64_t instrument = 0;
};

struct SavedLot {
  Money cost = 0;
  Qty qty = 0;
  std::uint64_t position = 0;
};

bool isZero(const Totals& t) noexcept {
  return t.realised == 0 && t.unrealised == 0 && t.fees == 0 && t.cash == 0;
}

/// Writes plain structs one behind the other.
class Writer {
 public:
  explicit Writer(std::span<std::byte> out) noexcept : out_(out) {}
  template <typename T>
  void put(const T& value) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    HFT_CHECK(at_ + sizeof value <= out_.size());
    std::memcpy(out_.data() + at_, &value, sizeof value);
    at_ += sizeof value;
  }

 private:
  std::span<std::byte> out_;
  std::size_t at_ = 0;
};

/// Reads them back; false at the end of the bytes.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
  template <typename T>
  [[nodiscard]] bool get(T& value) noexcept {
    if (bytes_.size() - at_ < sizeof value) return false;
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return true;
  }
  [[nodiscard]] bool isAtEnd() const noexcept { return at_ == bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

std::uint64_t mix(std::uint64_t hash, Money value) noexcept {
  return mix(mix(hash, static_cast<std::uint64_t>(value)), static_cast<std::uint64_t>(value >> 64));
}

}  // namespace

std::uint64_t PositionBook::stateHash() const noexcept {
  // Positions are summed, so that the order in which they were opened does not matter.
  std::uint64_t sum = 0;
  for (const Position& p : positions()) {
    std::uint64_t hash = mix(1, keyOf(p.account, p.strategy, p.instrument));
    hash = mix(hash, static_cast<std::uint64_t>(p.qty));
    for (const Money money : {p.cost, p.realised, p.cash, p.unrealised}) hash = mix(hash, money);
    for (const Lot* lot = lots_.first(p.lots); lot != nullptr; lot = lots_.next(*lot)) {
      hash = mix(mix(hash, static_cast<std::uint64_t>(lot->qty)), lot->cost);
    }
    sum += hash;
  }
  std::uint64_t hash = mix(2, sum);
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    const Totals& t = totals_[i];
    if (isZero(t)) continue;
    hash = mix(hash, static_cast<std::uint64_t>(i));
    for (const Money money : {t.realised, t.unrealised, t.fees, t.cash}) hash = mix(hash, money);
  }
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    if (instruments_[i].mark == kNoPrice) continue;
    hash = mix(mix(hash, static_cast<std::uint64_t>(i)),
               static_cast<std::uint64_t>(instruments_[i].mark));
  }
  return hash;
}

std::size_t PositionBook::snapshotBytes() const noexcept {
  std::size_t bytes = sizeof(Header) + used_ * sizeof(Position);
  for (const Position& p : positions()) {
    for (const Lot* lot = lots_.first(p.lots); lot != nullptr; lot = lots_.next(*lot)) {
      bytes += sizeof(SavedLot);
    }
  }
  for (const Totals& t : totals_) bytes += isZero(t) ? 0 : sizeof(SavedTotals);
  for (const InstrumentState& i : instruments_) bytes += i.mark == kNoPrice ? 0 : sizeof(SavedMark);
  return bytes;
}

void PositionBook::save(std::span<std::byte> out) const noexcept {
  Header header;
  header.positions = used_;
  header.method = static_cast<std::uint64_t>(options_.method);
  for (const Position& p : positions()) {
    for (const Lot* lot = lots_.first(p.lots); lot != nullptr; lot = lots_.next(*lot)) {
      ++header.lots;
    }
  }
  for (const Totals& t : totals_) header.totals += isZero(t) ? 0 : 1;
  for (const InstrumentState& i : instruments_) header.marks += i.mark == kNoPrice ? 0 : 1;
  Writer writer(out);
  writer.put(header);
  for (const Position& p : positions()) writer.put(p);
  for (std::size_t i = 0; i < used_; ++i) {
    for (const Lot* lot = lots_.first(positions_[i].lots); lot != nullptr; lot = lots_.next(*lot)) {
      writer.put(SavedLot{lot->cost, lot->qty, i});
    }
  }
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    if (!isZero(totals_[i])) writer.put(SavedTotals{totals_[i], i, 0});
  }
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    if (instruments_[i].mark != kNoPrice) writer.put(SavedMark{instruments_[i].mark, i});
  }
}

PositionError PositionBook::restore(std::span<const std::byte> snapshot) noexcept {
  HFT_CHECK(used_ == 0);
  Reader reader(snapshot);
  Header header;
  if (!reader.get(header) || header.magic != kMagic ||
      header.method != static_cast<std::uint64_t>(options_.method)) {
    return PositionError::BadSnapshot;
  }
  if (header.positions > positions_.size()) return PositionError::CapacityExceeded;
  for (std::uint64_t i = 0; i < header.positions; ++i) {
    Position p;
    if (!reader.get(p)) return PositionError::BadSnapshot;
    if (!hasTerms(p.instrument) || p.account >= options_.accountsMax ||
        p.strategy >= options_.strategiesMax) {
      return PositionError::BadSnapshot;
    }
    const std::size_t slot = slotOf(keyOf(p.account, p.strategy, p.instrument));
    if (slots_[slot] != 0) return PositionError::BadSnapshot;
    InstrumentState& instrument = instruments_[p.instrument];
    p.next = instrument.first;
    p.lots = {};
    positions_[used_++] = p;
    slots_[slot] = static_cast<std::uint32_t>(used_);
    instrument.first = slots_[slot];
    if (__builtin_add_overflow(instrument.netQty, p.qty, &instrument.netQty)) {
      return PositionError::BadSnapshot;
    }
  }
  for (std::uint64_t i = 0; i < header.lots; ++i) {
    SavedLot lot;
    if (!reader.get(lot) || lot.position >= used_) return PositionError::BadSnapshot;
    if (options_.method != CostMethod::Fifo || lot.qty == 0) return PositionError::BadSnapshot;
    lots_.append(positions_[lot.position].lots, lot.qty, lot.cost);
  }
  // Closing goes by the lots: those of a position must be all that it holds, on its side.
  for (const Position& p : positions()) {
    if (options_.method != CostMethod::Fifo) break;
    Qty left = p.qty;
    for (const Lot* lot = lots_.first(p.lots); lot != nullptr; lot = lots_.next(*lot)) {
      if ((lot->qty > 0) != (p.qty > 0) || __builtin_sub_overflow(left, lot->qty, &left)) {
        return PositionError::BadSnapshot;
      }
    }
    if (left != 0) return PositionError::BadSnapshot;
  }
  for (std::uint64_t i = 0; i < header.totals; ++i) {
    SavedTotals saved;
    if (!reader.get(saved) || saved.at >= totals_.size()) return PositionError::BadSnapshot;
    totals_[saved.at] = saved.totals;
  }
  for (std::uint64_t i = 0; i < header.marks; ++i) {
    SavedMark saved;
    if (!reader.get(saved) || saved.instrument >= instruments_.size()) {
      return PositionError::BadSnapshot;
    }
    instruments_[saved.instrument].mark = saved.mark;
  }
  return reader.isAtEnd() ? PositionError::Ok : PositionError::BadSnapshot;
}

}  // namespace hft::position
