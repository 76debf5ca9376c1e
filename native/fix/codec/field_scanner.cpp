#include "native/fix/codec/field_scanner.hpp"

#include <bit>
#include <cstring>

#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/tags.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hft::fix {
namespace {

constexpr std::size_t kBlockBytes = 64;
/// Masks that one pass holds on the stack: 4096 bytes of message.
constexpr std::size_t kBlocksMax = 64;

/// Writes one mask a block of 64 bytes, a bit for every SOH, and returns the sum of the bytes.
using Masker = std::uint64_t (*)(const char* bytes, std::size_t blocks, std::uint64_t* masks);

std::uint64_t maskScalar(const char* bytes, std::size_t blocks, std::uint64_t* masks) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    std::uint64_t mask = 0;
    for (std::size_t at = 0; at < kBlockBytes; ++at) {
      const char byte = bytes[block * kBlockBytes + at];
      sum += static_cast<std::uint8_t>(byte);
      mask |= std::uint64_t{byte == kSoh} << at;
    }
    masks[block] = mask;
  }
  return sum;
}

#if defined(__x86_64__)
std::uint64_t maskBaseline(const char* bytes, std::size_t blocks, std::uint64_t* masks) noexcept {
  const __m128i soh = _mm_set1_epi8(kSoh);
  const __m128i zero = _mm_setzero_si128();
  __m128i sums = zero;
  for (std::size_t block = 0; block < blocks; ++block, bytes += kBlockBytes) {
    std::uint64_t mask = 0;
    for (unsigned part = 0; part < 4; ++part) {
      const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes) + part);
      const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(text, soh));
      mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(bits)) << (part * 16);
      sums = _mm_add_epi64(sums, _mm_sad_epu8(text, zero));
    }
    masks[block] = mask;
  }
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
         static_cast<std::uint64_t>(_mm_extract_epi64(sums, 1));
}

[[gnu::target("avx2")]] std::uint64_t maskAvx2(const char* bytes, std::size_t blocks,
                                               std::uint64_t* masks) noexcept {
  const __m256i soh = _mm256_set1_epi8(kSoh);
  const __m256i zero = _mm256_setzero_si256();
  __m256i sums = zero;
  for (std::size_t block = 0; block < blocks; ++block, bytes += kBlockBytes) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes) + 1);
    const auto first =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)));
    const auto second =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)));
    masks[block] = first | static_cast<std::uint64_t>(second) << 32;
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(low, zero));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(high, zero));
  }
  const __m128i both =
      _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(both)) +
         static_cast<std::uint64_t>(_mm_extract_epi64(both, 1));
}

Masker fastMasker() noexcept { return __builtin_cpu_supports("avx2") ? maskAvx2 : maskBaseline; }
#else
constexpr Masker maskBaseline = maskScalar;
Masker fastMasker() noexcept { return maskScalar; }
#endif

const Masker kMasker = fastMasker();

constexpr std::uint64_t repeat(std::uint8_t byte) noexcept { return 0x0101010101010101ULL * byte; }

/// A tag and the bytes of it with its '='; bytes == 0 where there is no tag.
struct TagScan {
  std::uint32_t tag = 0;
  std::uint32_t bytes = 0;
};

/// Eight or nine digits, or none: rare enough to go byte by byte.
TagScan readLongTag(std::string_view field) noexcept {
  std::uint32_t tag = 0;
  for (std::uint32_t at = 0; at < field.size() && at < 10; ++at) {
    if (field[at] == '=' && at != 0 && tag != 0) return {tag, at + 1};
    if (field[at] < '0' || field[at] > '9' || at == 9) return {};
    tag = tag * 10 + static_cast<std::uint32_t>(field[at] - '0');
  }
  return {};
}

/// The tag that begins at `begin`, of a field that ends before `end`; eight bytes can be read
/// from `begin` on, because a trailer of seven follows the last field.
TagScan readTag(const char* begin, const char* end) noexcept {
  if constexpr (std::endian::native != std::endian::little) {
    return readLongTag({begin, static_cast<std::size_t>(end - begin)});
  }
  std::uint64_t word = 0;
  std::memcpy(&word, begin, sizeof word);
  const std::uint64_t differing = word ^ repeat('=');
  const std::uint64_t equals = (differing - repeat(1)) & ~differing & repeat(0x80);
  const auto bits = static_cast<unsigned>(std::countr_zero(equals)) & ~7U;
  if (equals == 0 || bits == 0) [[unlikely]] {
    return readLongTag({begin, static_cast<std::size_t>(end - begin)});
  }
  // The digits move to the high bytes, where the last digit of eight stands.
  const unsigned shift = 64 - bits;
  std::uint64_t digits = (word << shift) - (repeat('0') << shift);
  if (((digits | (digits + repeat(6))) & repeat(0xf0)) != 0) [[unlikely]]
    return {};
  digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ffULL;
  digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffffULL;
  const auto tag = static_cast<std::uint32_t>(digits * 10000 + (digits >> 32));
  return tag == 0 ? TagScan{} : TagScan{tag, bits / 8 + 1};
}

/// The walk over the fields of one frame; the end of each comes from the masks.
class FieldWalk {
 public:
  FieldWalk(std::string_view frame, FieldIndex& index) noexcept
      : frame_(frame), bodyEnd_(frame.size() - kTrailerBytes), index_(index) {}

  /// Takes the fields whose SOH `mask` shows, the first bit at `offset`.
  [[nodiscard]] ScanError take(std::uint64_t mask, std::size_t offset) noexcept {
    while (mask != 0) {
      const std::size_t end = offset + static_cast<unsigned>(std::countr_zero(mask));
      mask &= mask - 1;
      if (end < begin_) continue;
      const ScanError error = takeField(end);
      if (error != ScanError::Ok) [[unlikely]]
        return error;
    }
    return ScanError::Ok;
  }

  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }

 private:
  [[nodiscard]] ScanError takeField(std::size_t end) noexcept {
    const TagScan tag = readTag(frame_.data() + begin_, frame_.data() + end);
    const std::size_t valueBegin = begin_ + tag.bytes;
    if (tag.bytes == 0 || valueBegin > end) [[unlikely]]
      return ScanError::BadTag;
    if (dataTag_ != 0) [[unlikely]] {
      if (tag.tag == dataTag_) {
        if (dataSize_ >= bodyEnd_ - valueBegin) return ScanError::BadDataLength;
        end = valueBegin + dataSize_;
        if (frame_[end] != kSoh) return ScanError::BadDataLength;
      }
      dataTag_ = 0;
    }
    const FieldSlice slice{static_cast<std::uint32_t>(valueBegin),
                           static_cast<std::uint32_t>(end - valueBegin)};
    if (!index_.push(tag.tag, slice)) [[unlikely]]
      return ScanError::TooManyFields;
    if (isLengthTag(tag.tag)) [[unlikely]] {
      if (!expectData(tag.tag, frame_.substr(valueBegin, slice.size))) {
        return ScanError::BadDataLength;
      }
    }
    begin_ = end + 1;
    return ScanError::Ok;
  }

  bool expectData(std::uint32_t tag, std::string_view digits) noexcept {
    std::size_t size = 0;
    if (digits.empty() || digits.size() > 9) return false;
    for (const char digit : digits) {
      if (digit < '0' || digit > '9') return false;
      size = size * 10 + static_cast<std::size_t>(digit - '0');
    }
    dataTag_ = dataTagOf(tag);
    dataSize_ = size;
    return true;
  }

  std::string_view frame_;
  std::size_t bodyEnd_;
  FieldIndex& index_;
  std::size_t begin_ = 0;
  std::size_t dataSize_ = 0;
  std::uint32_t dataTag_ = 0;
};

std::uint8_t statedSum(std::string_view frame) noexcept {
  const char* digits = frame.data() + frame.size() - 4;
  return static_cast<std::uint8_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 +
                                   (digits[2] - '0'));
}

/// "256" to "999" say no sum of a message, whatever they are modulo 256.
bool isSum(std::string_view frame) noexcept {
  const std::string_view digits = frame.substr(frame.size() - 4, 3);
  return digits <= "255";
}

FieldScan finish(std::string_view frame, FieldIndex& index, const FieldWalk& walk, ScanError error,
                 std::uint8_t sum) noexcept {
  const std::size_t bodyEnd = frame.size() - kTrailerBytes;
  if (sum != statedSum(frame) || !isSum(frame)) {
    return {ScanError::BadCheckSum, static_cast<std::uint32_t>(bodyEnd), sum};
  }
  const FieldSlice trailer{static_cast<std::uint32_t>(bodyEnd + 3), 3};
  if (error == ScanError::Ok && walk.begin() != bodyEnd) error = ScanError::BadTag;
  if (error == ScanError::Ok && !index.push(10, trailer)) error = ScanError::TooManyFields;
  if (error != ScanError::Ok) {
    return {error, static_cast<std::uint32_t>(walk.begin()), sum};
  }
  const bool isHeader =
      index.size() > 3 && index.tag(0) == 8 && index.tag(1) == 9 && index.tag(2) == 35;
  return {isHeader ? ScanError::Ok : ScanError::BadHeader, 0, sum};
}

FieldScan scanWith(Masker masker, std::string_view frame, FieldIndex& index) noexcept {
  index.reset(frame);
  if (frame.size() <= kTrailerBytes) return {ScanError::BadHeader, 0, 0};
  const std::size_t bodyEnd = frame.size() - kTrailerBytes;
  FieldWalk walk(frame, index);
  std::uint64_t masks[kBlocksMax];
  std::uint64_t sum = 0;
  ScanError error = ScanError::Ok;
  std::size_t offset = 0;
  while (bodyEnd - offset >= kBlockBytes) {
    const std::size_t left = (bodyEnd - offset) / kBlockBytes;
    const std::size_t blocks = left < kBlocksMax ? left : kBlocksMax;
    sum += masker(frame.data() + offset, blocks, masks);
    for (std::size_t block = 0; block < blocks && error == ScanError::Ok; ++block) {
      error = walk.take(masks[block], offset + block * kBlockBytes);
    }
    offset += blocks * kBlockBytes;
  }
  if (offset != bodyEnd) {
    alignas(kBlockBytes) char tail[kBlockBytes] = {};
    std::memcpy(tail, frame.data() + offset, bodyEnd - offset);
    sum += masker(tail, 1, masks);
    if (error == ScanError::Ok) error = walk.take(masks[0], offset);
  }
  return finish(frame, index, walk, error, static_cast<std::uint8_t>(sum));
}

}  // namespace

FieldScan scanFields(std::string_view frame, FieldIndex& index) noexcept {
  return scanWith(kMasker, frame, index);
}

FieldScan scanFieldsBaseline(std::string_view frame, FieldIndex& index) noexcept {
  return scanWith(maskBaseline, frame, index);
}

FieldScan scanFieldsScalar(std::string_view frame, FieldIndex& index) noexcept {
  return scanWith(maskScalar, frame, index);
}

ByteCount countBytes(std::string_view bytes) noexcept {
  std::uint64_t masks[kBlocksMax];
  std::uint64_t sum = 0;
  ByteCount count;
  while (bytes.size() >= kBlockBytes) {
    const std::size_t left = bytes.size() / kBlockBytes;
    const std::size_t blocks = left < kBlocksMax ? left : kBlocksMax;
    sum += kMasker(bytes.data(), blocks, masks);
    for (std::size_t block = 0; block < blocks; ++block) {
      count.fields += static_cast<unsigned>(std::popcount(masks[block]));
    }
    bytes.remove_prefix(blocks * kBlockBytes);
  }
  if (!bytes.empty()) {
    alignas(kBlockBytes) char tail[kBlockBytes] = {};
    std::memcpy(tail, bytes.data(), bytes.size());
    sum += kMasker(tail, 1, masks);
    count.fields += static_cast<unsigned>(std::popcount(masks[0]));
  }
  count.sum = static_cast<std::uint8_t>(sum);
  return count;
}

}  // namespace hft::fix
