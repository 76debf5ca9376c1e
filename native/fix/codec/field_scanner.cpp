#include "native/fix/codec/field_scanner.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "native/fix/codec/framed_decimal.hpp"
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
constexpr std::size_t kPassBytes = kBlockBytes * kBlocksMax;
/// Blocks whose fields are listed in one go: most messages whole.
constexpr std::size_t kStepBlocks = 8;
constexpr std::size_t kStepBytes = kBlockBytes * kStepBlocks;

/// Writes one mask for each 64 of `size` bytes (at most kPassBytes), a bit for every SOH, the last
/// with the bytes that are left, and returns the sum of the bytes.
using Masker = std::uint64_t (*)(const char* bytes, std::size_t size, std::uint64_t* masks);

std::uint64_t maskScalar(const char* bytes, std::size_t size, std::uint64_t* masks) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t block = 0; block * kBlockBytes < size; ++block) masks[block] = 0;
  for (std::size_t at = 0; at < size; ++at) {
    sum += static_cast<std::uint8_t>(bytes[at]);
    masks[at / kBlockBytes] |= std::uint64_t{bytes[at] == kSoh} << (at % kBlockBytes);
  }
  return sum;
}

#if defined(__x86_64__)
/// 64 bytes from `kKeepLast + n` keep the last n of a block and clear the others.
struct alignas(64) KeepLast {
  std::array<std::uint8_t, 2 * kBlockBytes> bytes{};

  constexpr KeepLast() {
    for (std::size_t at = kBlockBytes; at < bytes.size(); ++at) bytes[at] = 0xff;
  }
};
constexpr KeepLast kKeepLast;

/// One block of 64 bytes as four SSE registers.
struct BaselineBlocks {
  __m128i sums = _mm_setzero_si128();

  static __m128i load(const void* bytes) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
  }

  std::uint64_t take(const char* bytes, const std::uint8_t* keep) noexcept {
    std::uint64_t mask = 0;
    for (unsigned part = 0; part < 4; ++part) {
      __m128i text = load(bytes + part * 16);
      if (keep != nullptr) text = _mm_and_si128(text, load(keep + part * 16));
      const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8(kSoh)));
      mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(bits)) << (part * 16);
      sums = _mm_add_epi64(sums, _mm_sad_epu8(text, _mm_setzero_si128()));
    }
    return mask;
  }
};

std::uint64_t maskBaseline(const char* bytes, std::size_t size, std::uint64_t* masks) noexcept {
  if (size < kBlockBytes) return maskScalar(bytes, size, masks);
  BaselineBlocks blocks;
  const char* const end = bytes + size;
  const std::size_t rest = size % kBlockBytes;
  for (; bytes != end - rest; bytes += kBlockBytes) *masks++ = blocks.take(bytes, nullptr);
  // The last block overlaps the one before: its earlier bytes are cleared.
  if (rest != 0) {
    *masks = blocks.take(end - kBlockBytes, kKeepLast.bytes.data() + rest) >> (kBlockBytes - rest);
  }
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(blocks.sums)) +
         static_cast<std::uint64_t>(_mm_extract_epi64(blocks.sums, 1));
}

[[gnu::target("avx2")]] std::uint64_t maskAvx2(const char* bytes, std::size_t size,
                                               std::uint64_t* masks) noexcept {
  if (size < kBlockBytes) return maskScalar(bytes, size, masks);
  const __m256i soh = _mm256_set1_epi8(kSoh);
  const __m256i zero = _mm256_setzero_si256();
  __m256i sums = zero;
  const char* const end = bytes + size;
  const std::size_t rest = size % kBlockBytes;
  for (; bytes != end - rest; bytes += kBlockBytes) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes) + 1);
    const auto first =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)));
    const auto second =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)));
    *masks++ = first | static_cast<std::uint64_t>(second) << 32;
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(low, zero));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(high, zero));
  }
  if (rest != 0) {
    const auto* last = reinterpret_cast<const __m256i*>(end - kBlockBytes);
    const auto* keep = reinterpret_cast<const __m256i*>(kKeepLast.bytes.data() + rest);
    const __m256i low = _mm256_and_si256(_mm256_loadu_si256(last), _mm256_loadu_si256(keep));
    const __m256i high =
        _mm256_and_si256(_mm256_loadu_si256(last + 1), _mm256_loadu_si256(keep + 1));
    const auto first =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, soh)));
    const auto second =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, soh)));
    *masks = (first | static_cast<std::uint64_t>(second) << 32) >> (kBlockBytes - rest);
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

using detail::repeatByte;

/// A tag and the bytes of it with its '='; bytes == 0 where there is no tag.
struct TagScan {
  std::uint32_t tag = 0;
  std::uint32_t bytes = 0;
};

/// Eight to ten digits, or none: rare enough to go byte by byte.
TagScan readLongTag(std::string_view field) noexcept {
  constexpr std::uint64_t kTagMax = 0x7fffffff;
  std::uint64_t tag = 0;
  for (std::uint32_t at = 0; at < field.size(); ++at) {
    if (field[at] == '=' && tag != 0) return {static_cast<std::uint32_t>(tag), at + 1};
    if (field[at] < '0' || field[at] > '9') return {};
    tag = tag * 10 + static_cast<std::uint32_t>(field[at] - '0');
    if (tag > kTagMax) return {};
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
  const std::uint64_t differing = word ^ repeatByte('=');
  const std::uint64_t equals = (differing - repeatByte(1)) & ~differing & repeatByte(0x80);
  const auto bits = static_cast<unsigned>(std::countr_zero(equals)) & ~7U;
  if (equals == 0 || bits == 0) [[unlikely]] {
    return readLongTag({begin, static_cast<std::size_t>(end - begin)});
  }
  // The digits move to the high bytes, where the last digit of eight stands.
  const unsigned shift = 64 - bits;
  const std::uint64_t digits = (word << shift) - (repeatByte('0') << shift);
  if (!detail::areDigits(digits)) [[unlikely]]
    return {};
  const auto tag = static_cast<std::uint32_t>(detail::joinEightDigits(digits));
  return tag == 0 ? TagScan{} : TagScan{tag, bits / 8 + 1};
}

/// The walk over the fields of one frame; the ends come from the masks.
class FieldWalk {
 public:
  FieldWalk(std::string_view frame, FieldIndex& index) noexcept
      : frame_(frame), bodyEnd_(frame.size() - kTrailerBytes), index_(index) {}

  /// Takes the fields that end at `ends`.
  [[nodiscard]] ScanError take(const std::uint32_t* ends, std::size_t count) noexcept {
    FieldIndex::Appender fields = index_.append();
    std::size_t begin = begin_;
    std::size_t at = 0;
    ScanError error = ScanError::Ok;
    while (at < count) {
      at = takeKnown(ends, fields.isFull() || dataTag_ != 0 ? at : count, at, begin, fields);
      if (at == count) break;
      // A tag that was not at this place in the last message, or something rarer.
      const std::size_t end = ends[at++];
      if (end < begin) continue;
      error = takeField(end, begin, fields);
      if (error != ScanError::Ok) break;
    }
    index_.keep(fields);
    begin_ = begin;
    return error;
  }

  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }

 private:
  /// Takes fields while each has the tag of the last message at its place; returns the first that
  /// has not. Everything stays in registers.
  std::size_t takeKnown(const std::uint32_t* ends, std::size_t count, std::size_t at,
                        std::size_t& beginOut, FieldIndex::Appender& fields) const noexcept {
    const char* const bytes = frame_.data();
    std::size_t begin = beginOut;
    for (; at < count; ++at) {
      const std::size_t end = ends[at];
      // Within data; and then nothing may be left to load.
      if (end < begin) [[unlikely]]
        break;
      const TagMemory& known = fields.memory();
      std::uint64_t word = 0;
      // A trailer of seven bytes follows the last field: eight can be read.
      std::memcpy(&word, bytes + begin, sizeof word);
      if ((word & known.mask) != known.text) [[unlikely]]
        break;
      const std::size_t value = begin + known.bytes;
      fields.push(known.tag,
                  {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(end - value)});
      begin = end + 1;
      if (fields.isFull()) [[unlikely]] {
        ++at;
        break;
      }
    }
    beginOut = begin;
    return at;
  }

  [[nodiscard]] ScanError takeField(std::size_t end, std::size_t& begin,
                                    FieldIndex::Appender& fields) noexcept {
    const TagScan tag = readTag(frame_.data() + begin, frame_.data() + end);
    const std::size_t value = begin + tag.bytes;
    if (tag.bytes == 0 || value > end) return ScanError::BadTag;
    if (dataTag_ != 0) {
      end = endOfData(tag.tag, value, end);
      if (end == 0) return ScanError::BadDataLength;
    }
    if (fields.isFull()) return ScanError::TooManyFields;
    if (isFrameTag(tag.tag) && !fields.isAt(tag.tag == 8 ? 0 : 1)) return ScanError::BadHeader;
    const bool isLength = isLengthTag(tag.tag);
    if (isLength && !expectData(tag.tag, frame_.substr(value, end - value))) {
      return ScanError::BadDataLength;
    }
    remember(fields.memory(), begin, tag, isLength);
    fields.push(tag.tag,
                {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(end - value)});
    begin = end + 1;
    return ScanError::Ok;
  }

  /// BeginString, BodyLength and CheckSum make the frame: once, at their places. One more would
  /// leave it open which of them counts.
  static bool isFrameTag(std::uint32_t tag) noexcept { return tag >= 8 && tag <= 10; }

  /// Length fields are never remembered: what follows them needs more than a compare.
  void remember(TagMemory& memory, std::size_t begin, TagScan tag, bool isLength) const noexcept {
    memory = {};
    if (isLength || tag.bytes > sizeof memory.text) return;
    if constexpr (std::endian::native != std::endian::little) return;
    std::memcpy(&memory.text, frame_.data() + begin, sizeof memory.text);
    memory.mask = ~std::uint64_t{0} >> (64 - tag.bytes * 8);
    memory.text &= memory.mask;
    memory.tag = tag.tag;
    memory.bytes = tag.bytes;
  }

  /// Where a field behind a length ends; 0 where it is data that doesn't fit.
  [[nodiscard]] std::size_t endOfData(std::uint32_t tag, std::size_t value,
                                      std::size_t end) noexcept {
    const bool isData = tag == dataTag_;
    dataTag_ = 0;
    if (!isData) return end;
    if (dataSize_ >= bodyEnd_ - value || frame_[value + dataSize_] != kSoh) return 0;
    return value + dataSize_;
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

/// Writes the offsets that `masks` show, the first bit at `offset`, to `ends`, which has room for
/// eight more; returns their number. Eight are written at once: how many of them count is never
/// branched on.
std::size_t listEnds(const std::uint64_t* masks, std::size_t blocks, std::size_t offset,
                     std::uint32_t* ends) noexcept {
  std::uint32_t* out = ends;
  for (std::size_t block = 0; block < blocks; ++block, offset += kBlockBytes) {
    std::uint64_t mask = masks[block];
    const auto count = static_cast<unsigned>(std::popcount(mask));
    for (unsigned written = 0; written < count; written += 8) {
      for (unsigned at = 0; at < 8; ++at) {
        out[written + at] =
            static_cast<std::uint32_t>(offset) + static_cast<unsigned>(std::countr_zero(mask));
        mask &= mask - 1;
      }
    }
    out += count;
  }
  return static_cast<std::size_t>(out - ends);
}

/// Whether `field` is a tag of one to nine digits, a '=' and something behind it.
bool isBodyField(std::string_view field) noexcept {
  constexpr std::size_t kTagDigitsMax = 9;
  std::size_t at = 0;
  while (at < field.size() && field[at] >= '0' && field[at] <= '9') ++at;
  return at != 0 && at <= kTagDigitsMax && at + 1 < field.size() && field[at] == '=';
}

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
  // A pass of SOHs alone has an end a byte.
  std::uint32_t ends[kStepBytes + 8];
  std::uint64_t sum = 0;
  ScanError error = ScanError::Ok;
  for (std::size_t offset = 0; offset < bodyEnd; offset += kPassBytes) {
    const std::size_t size = bodyEnd - offset < kPassBytes ? bodyEnd - offset : kPassBytes;
    sum += masker(frame.data() + offset, size, masks);
    const std::size_t blocks = (size + kBlockBytes - 1) / kBlockBytes;
    for (std::size_t block = 0; block < blocks && error == ScanError::Ok; block += kStepBlocks) {
      const std::size_t step = blocks - block < kStepBlocks ? blocks - block : kStepBlocks;
      const std::size_t count = listEnds(masks + block, step, offset + block * kBlockBytes, ends);
      error = walk.take(ends, count);
    }
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

std::size_t countBodyFields(std::string_view body) noexcept {
  if (body.empty() || body.back() != kSoh) return 0;
  std::uint64_t masks[kStepBlocks];
  std::uint32_t ends[kStepBytes + 8];
  std::size_t fields = 0;
  std::size_t begin = 0;
  for (std::size_t offset = 0; offset < body.size(); offset += kStepBytes) {
    const std::size_t size = body.size() - offset < kStepBytes ? body.size() - offset : kStepBytes;
    (void)kMasker(body.data() + offset, size, masks);
    const std::size_t blocks = (size + kBlockBytes - 1) / kBlockBytes;
    const std::size_t count = listEnds(masks, blocks, offset, ends);
    for (std::size_t at = 0; at < count; ++at) {
      if (!isBodyField(body.substr(begin, ends[at] - begin))) return 0;
      begin = ends[at] + std::size_t{1};
    }
    fields += count;
  }
  return fields;
}

ByteCount countBytes(std::string_view bytes) noexcept {
  std::uint64_t masks[kBlocksMax];
  std::uint64_t sum = 0;
  ByteCount count;
  while (!bytes.empty()) {
    const std::size_t size = bytes.size() < kPassBytes ? bytes.size() : kPassBytes;
    sum += kMasker(bytes.data(), size, masks);
    for (std::size_t block = 0; block * kBlockBytes < size; ++block) {
      count.fields += static_cast<unsigned>(std::popcount(masks[block]));
    }
    bytes.remove_prefix(size);
  }
  count.sum = static_cast<std::uint8_t>(sum);
  return count;
}

}  // namespace hft::fix
