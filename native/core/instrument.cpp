#include "native/core/instrument.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hft {
namespace {

template <typename Word>
std::uint64_t load(const char* bytes) noexcept {
  Word word;
  std::memcpy(&word, bytes, sizeof(Word));
  return word;
}

/// The first and the last bytes of a text of up to sixteen, in two words (which overlap unless the
/// text has eight or sixteen): with the size they tell it from every other.
struct SymbolWords {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;

  explicit SymbolWords(std::string_view symbol) noexcept {
    const char* first = symbol.data();
    const char* end = first + symbol.size();
    if (symbol.size() >= 8) {
      head = load<std::uint64_t>(first);
      tail = load<std::uint64_t>(end - 8);
    } else if (symbol.size() >= 4) {
      head = load<std::uint32_t>(first);
      tail = load<std::uint32_t>(end - 4);
    } else if (!symbol.empty()) {
      head = load<std::uint8_t>(first) | load<std::uint8_t>(end - 1) << 8;
      tail = load<std::uint8_t>(first + symbol.size() / 2);
    }
  }
  friend bool operator==(const SymbolWords&, const SymbolWords&) = default;
};

/// Longer symbols that agree in their first and last eight bytes collide, and are told apart by
/// comparing them.
std::uint64_t hashSymbol(std::string_view symbol) noexcept {
  const SymbolWords words(symbol);
  std::uint64_t hash = (words.head ^ 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;
  hash = (hash ^ (hash >> 32) ^ words.tail ^ symbol.size()) * 0xc4ceb9fe1a85ec53ULL;
  return hash ^ (hash >> 32);
}

bool isSame(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  if (left.size() > 16) return std::memcmp(left.data(), right.data(), left.size()) == 0;
  return SymbolWords(left) == SymbolWords(right);
}

}  // namespace

InstrumentTable::InstrumentTable(std::size_t instrumentsMax)
    : instrumentsMax_(instrumentsMax),
      mask_(std::bit_ceil(std::max<std::size_t>(instrumentsMax * 2, 8)) - 1),
      slots_(mask_ + 1, kNoInstrument) {
  instruments_.reserve(instrumentsMax);
}

Result<InstrumentId, InstrumentError> InstrumentTable::add(std::string_view symbol,
                                                           Scale scale) noexcept {
  return insert(symbol, scale, false);
}

Result<InstrumentId, InstrumentError> InstrumentTable::discover(std::string_view symbol) noexcept {
  return insert(symbol, Scale{}, true);
}

InstrumentId InstrumentTable::find(std::string_view symbol) const noexcept {
  for (std::size_t slot = hashSymbol(symbol) & mask_;; slot = (slot + 1) & mask_) {
    const InstrumentId id = slots_[slot];
    if (id == kNoInstrument || isSame(instruments_[id].symbol(), symbol)) return id;
  }
}

bool InstrumentTable::widen(InstrumentId id, Scale atLeast) noexcept {
  Instrument& instrument = instruments_[id];
  if (!instrument.isDiscovered) return false;
  Scale scale = instrument.scale;
  const auto grow = [](std::uint8_t& value, std::uint8_t floor) {
    value = std::max(value, std::min(floor, kDecimalsMax));
  };
  grow(scale.priceDecimals, atLeast.priceDecimals);
  grow(scale.qtyDecimals, atLeast.qtyDecimals);
  grow(scale.priceDigits, std::max(atLeast.priceDigits, scale.priceDecimals));
  grow(scale.qtyDigits, std::max(atLeast.qtyDigits, scale.qtyDecimals));
  if (scale == instrument.scale) return false;
  instrument.scale = scale;
  ++instrument.scaleEpoch;
  return true;
}

Result<InstrumentId, InstrumentError> InstrumentTable::insert(std::string_view symbol, Scale scale,
                                                              bool isDiscovered) noexcept {
  if (symbol.empty() || symbol.size() > kSymbolBytesMax) return InstrumentError::BadSymbol;
  scale.priceDigits = std::max(scale.priceDigits, scale.priceDecimals);
  scale.qtyDigits = std::max(scale.qtyDigits, scale.qtyDecimals);
  if (scale.priceDigits > kDecimalsMax || scale.qtyDigits > kDecimalsMax) {
    return InstrumentError::BadScale;
  }
  std::size_t slot = hashSymbol(symbol) & mask_;
  for (; slots_[slot] != kNoInstrument; slot = (slot + 1) & mask_) {
    if (isSame(instruments_[slots_[slot]].symbol(), symbol)) return slots_[slot];
  }
  if (instruments_.size() == instrumentsMax_) return InstrumentError::CapacityExceeded;
  Instrument instrument;
  instrument.id = static_cast<InstrumentId>(instruments_.size());
  instrument.scale = scale;
  instrument.isDiscovered = isDiscovered;
  instrument.symbolBytes = static_cast<std::uint8_t>(symbol.size());
  std::memcpy(instrument.symbolText.data(), symbol.data(), symbol.size());
  instruments_.push_back(instrument);
  slots_[slot] = instrument.id;
  return instrument.id;
}

}  // namespace hft
