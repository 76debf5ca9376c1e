#include "native/core/instrument.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hft {
namespace {

std::uint64_t hashSymbol(std::string_view symbol) noexcept {
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ symbol.size();
  while (!symbol.empty()) {
    std::uint64_t word = 0;
    const std::size_t bytes = std::min<std::size_t>(8, symbol.size());
    std::memcpy(&word, symbol.data(), bytes);
    hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
    hash ^= hash >> 32;
    symbol.remove_prefix(bytes);
  }
  return hash;
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
    if (id == kNoInstrument || instruments_[id].symbol() == symbol) return id;
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
    if (instruments_[slots_[slot]].symbol() == symbol) return slots_[slot];
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
