#include "native/fix/codec/message_template.hpp"

#include <bit>
#include <cstring>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framed_decimal.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/number_text.hpp"
#include "native/fix/codec/tags.hpp"

namespace hft::fix {
namespace {

constexpr std::size_t kWordBytes = 8;
/// No number is one more than this.
constexpr std::uint64_t kNoValue = ~std::uint64_t{0} - 1;

/// The sum of the bytes of `word`, below 2040.
std::uint32_t sumWord(std::uint64_t word) noexcept {
  const std::uint64_t pairs =
      (word & 0x00ff00ff00ff00ffULL) + ((word >> 8) & 0x00ff00ff00ff00ffULL);
  return static_cast<std::uint32_t>(pairs * 0x0001000100010001ULL >> 48);
}

bool hasSoh(std::uint64_t word) noexcept {
  const std::uint64_t differing = word ^ detail::repeatByte(kSoh);
  return ((differing - detail::repeatByte(1)) & ~differing & detail::repeatByte(0x80)) != 0;
}

/// The first `size` bytes at `from` (at most eight) as a word; the others are zero.
std::uint64_t loadWord(const char* from, std::size_t size) noexcept {
  std::uint64_t word = 0;
  if (size == kWordBytes) {
    std::memcpy(&word, from, kWordBytes);
  } else if (size >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, from, 4);
    std::memcpy(&high, from + size - 4, 4);
    word = low | static_cast<std::uint64_t>(high) << (size - 4) * 8;
  } else {
    for (std::size_t at = 0; at < size; ++at) {
      word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[at])) << at * 8;
    }
  }
  return word;
}

void storeWord(char* to, std::uint64_t word, std::size_t size) noexcept {
  if (size == kWordBytes) {
    std::memcpy(to, &word, kWordBytes);
  } else if (size >= 4) {
    const auto low = static_cast<std::uint32_t>(word);
    const auto high = static_cast<std::uint32_t>(word >> (size - 4) * 8);
    std::memcpy(to, &low, 4);
    std::memcpy(to + size - 4, &high, 4);
  } else {
    for (std::size_t at = 0; at < size; ++at) to[at] = static_cast<char>(word >> at * 8);
  }
}

}  // namespace

bool MessageTemplate::take(std::string_view message, std::span<const std::uint32_t> tags,
                           TimePrecision precision) noexcept {
  fits_ = false;
  if (message.size() > kBytesMax || tags.size() > kSlotsMax) return false;
  FieldStorage<128> storage;
  FieldIndex index = storage.index();
  const FieldScan scan = scanFields(message, index);
  if (scan.error != ScanError::Ok) return false;
  std::memcpy(bytes_.data(), message.data(), message.size());
  size_ = message.size();
  fixedSum_ = scan.checkSum;
  slots_ = {};
  precision_ = precision;
  for (std::size_t slot = 0; slot < tags.size(); ++slot) {
    const std::size_t at = index.find(tags[slot], 0, index.size());
    if (at == kNoField) return false;
    const FieldSlice slice = index.slice(at);
    slots_[slot] = {slice.offset, slice.size, countBytes(index.value(at)).sum, 0, -1, kNoValue};
    fixedSum_ -= slots_[slot].sum;
  }
  fits_ = true;
  return true;
}

void MessageTemplate::put(Slot& slot, std::uint64_t word, std::size_t size) noexcept {
  if (size != slot.size) [[unlikely]] {
    fits_ = false;
    return;
  }
  storeWord(bytes_.data() + slot.offset, word, size);
  slot.sum = sumWord(word);
}

void MessageTemplate::putWide(Slot& slot, std::string_view value) noexcept {
  if (value.size() != slot.size) [[unlikely]] {
    fits_ = false;
    return;
  }
  std::uint32_t sum = 0;
  bool isBroken = false;
  for (std::size_t at = 0; at < value.size(); at += kWordBytes) {
    const std::size_t left = value.size() - at;
    const std::size_t size = left < kWordBytes ? left : kWordBytes;
    const std::uint64_t word = loadWord(value.data() + at, size);
    storeWord(bytes_.data() + slot.offset + at, word, size);
    isBroken |= hasSoh(word);
    sum += sumWord(word);
  }
  if (isBroken) [[unlikely]]
    fits_ = false;
  slot.sum = sum;
}

void MessageTemplate::text(std::size_t slot, std::string_view value) noexcept {
  putWide(slots_[slot], value);
}

void MessageTemplate::number(std::size_t number, std::uint64_t value) noexcept {
  Slot& slot = slots_[number];
  char& last = bytes_[slot.offset + slot.size - 1];
  // Nine times of ten a number that counts up changes its last digit only.
  if (value == slot.value + 1 && last != '9') [[likely]] {
    ++last;
    ++slot.sum;
  } else {
    decimal(number, static_cast<std::int64_t>(value), 0);
  }
  slot.value = value;
}

void MessageTemplate::decimal(std::size_t slot, std::int64_t mantissa,
                              std::uint32_t decimals) noexcept {
  const auto magnitude = static_cast<std::uint64_t>(mantissa);
  if (magnitude < detail::kEightDigits && decimals < 7 &&
      std::endian::native == std::endian::little) [[likely]] {
    const std::uint64_t digits = detail::splitEightDigits(magnitude);
    const unsigned needed = 56 - decimals * 8;
    const unsigned zeros =
        static_cast<unsigned>(std::countr_zero(digits | std::uint64_t{1} << needed)) & ~7U;
    std::uint64_t word = (digits + detail::kAsciiZeros) >> zeros;
    std::size_t size = 8 - zeros / 8;
    if (decimals == 0) return put(slots_[slot], word, size);
    if (size < kWordBytes) {
      const unsigned whole = static_cast<unsigned>(size - decimals) * 8;
      const std::uint64_t below = (std::uint64_t{1} << whole) - 1;
      word = (word & below) | std::uint64_t{'.'} << whole | (word & ~below) << 8;
      return put(slots_[slot], word, size + 1);
    }
  }
  char text[kDecimalBytesMax];
  const char* end = writeDecimalText(text, mantissa, decimals);
  putWide(slots_[slot], {text, static_cast<std::size_t>(end - text)});
}

void MessageTemplate::timestamp(std::size_t number, Nanos time) noexcept {
  Slot& slot = slots_[number];
  const std::int64_t second = time / kNanosPerSecond;
  const auto digits = static_cast<unsigned>(precision_);
  if (second == slot.second && digits - 1 < 6) [[likely]] {
    const auto nanos = static_cast<std::uint64_t>(time - second * kNanosPerSecond);
    const std::uint64_t word = std::uint64_t{'.'} | detail::fractionDigits(nanos, precision_) << 8;
    storeWord(bytes_.data() + slot.offset + kTimestampSecondBytes, word, digits + 1);
    slot.sum = slot.secondSum + sumWord(word);
    return;
  }
  char text[kTimestampBytesMax];
  const char* end = times_.write(text, time, precision_);
  putWide(slot, {text, static_cast<std::size_t>(end - text)});
  slot.second = second;
  slot.secondSum = countBytes({text, kTimestampSecondBytes}).sum;
}

std::string_view MessageTemplate::finish() noexcept {
  if (!fits_) [[unlikely]]
    return {};
  std::uint32_t sum = fixedSum_;
  for (const Slot& slot : slots_) sum += slot.sum;
  // "nnn" and SOH.
  const std::uint64_t word = detail::milliDigits(sum & 0xffU) | std::uint64_t{kSoh} << 24;
  storeWord(bytes_.data() + size_ - 4, word, 4);
  return {bytes_.data(), size_};
}

}  // namespace hft::fix
