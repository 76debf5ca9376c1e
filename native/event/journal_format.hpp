#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "native/core/crc32c.hpp"
#include "native/core/sha256.hpp"
#include "native/core/units.hpp"
#include "native/event/journal_records.hpp"

namespace hft::event {

// The layout of a journal on disk; docs/journal.md is its description. Little-endian.

inline constexpr std::uint64_t kSegmentMagic = 0x314c4e524a544648;  // "HFTJRNL1"
inline constexpr std::uint64_t kSealMagic = 0x314c45534a544648;     // "HFTJSEL1"
inline constexpr std::uint64_t kHeadMagic = 0x314445484a544648;     // "HFTJHED1"

/// The most bytes that one record carries.
inline constexpr std::size_t kPayloadMax = 16'384;

/// The first 64 bytes of a segment.
struct SegmentHeader {
  std::uint64_t magic = kSegmentMagic;
  std::uint64_t journalId = 0;  ///< Drawn when the journal was created.
  std::uint64_t number = 0;     ///< Of the segment, from 1.
  std::uint64_t firstSequence = 0;
  std::uint64_t startChain = 0;  ///< The chain after the record before.
  Nanos createdTime = 0;
  std::uint64_t spare = 0;
  std::uint32_t spare2 = 0;
  std::uint32_t crc = 0;  ///< CRC-32C of the bytes before.
};
static_assert(sizeof(SegmentHeader) == 64);

/// What stands before each payload. A record is a header and its payload, padded to 8 bytes.
struct RecordHeader {
  std::uint32_t crc = 0;  ///< CRC-32C of everything after it, padding included.
  std::uint16_t payloadBytes = 0;
  std::uint8_t kind = 0;
  std::uint8_t mark = 0xa5;  ///< Makes the first word of a record never zero.
  std::uint64_t sequence = 0;
  Nanos realtime = 0;
  Nanos monotonic = 0;
  std::uint64_t chain = 0;  ///< Of the record before and all of this one.
};
static_assert(sizeof(RecordHeader) == 40);

/// Stands behind the last record of a finished segment.
struct Seal {
  std::uint64_t magic = kSealMagic;
  std::uint64_t number = 0;
  std::uint64_t lastSequence = 0;
  std::uint64_t lastChain = 0;
  Sha256Digest previous{};  ///< `digest` of the segment before; zeros in the first.
  Sha256Digest digest{};    ///< SHA-256 of `previous` and the segment's bytes up to the seal.
  std::uint64_t spare = 0;
  std::uint32_t spare2 = 0;
  std::uint32_t crc = 0;
};
static_assert(sizeof(Seal) == 112);

/// One of two alternating slots of the head: what is known to be on disk.
struct HeadSlot {
  std::uint64_t magic = kHeadMagic;
  std::uint64_t journalId = 0;
  std::uint64_t generation = 0;    ///< The greater one holds.
  std::uint64_t firstSegment = 0;  ///< The oldest that retention has kept.
  std::uint64_t durableSequence = 0;
  std::uint64_t sealedSegment = 0;  ///< The newest sealed one; 0: none.
  Sha256Digest sealDigest{};        ///< Its digest.
  std::array<std::byte, 16> bootId{};
  std::uint64_t run = 0;
  std::uint32_t isClosed = 0;  ///< 1: the journal ends at `durableSequence`, and nothing else.
  std::uint32_t crc = 0;
};
static_assert(sizeof(HeadSlot) == 112);

/// The file HEAD, mapped while the journal is open.
struct HeadFile {
  HeadSlot slots[2];
  std::array<std::byte, 32> gap{};
  /// The last record that was appended: written by each append, so that a journal which lost its
  /// tail is told from one whose process died.
  std::uint64_t appendedSequence = 0;
};
inline constexpr std::size_t kHeadBytes = 4'096;
static_assert(sizeof(HeadFile) == 264);

/// Sets or checks the CRC that ends `T`.
template <typename T>
[[nodiscard]] std::uint32_t trailingCrc(const T& record) noexcept {
  return crc32c(0, &record, sizeof(T) - 4);
}

[[nodiscard]] constexpr std::size_t recordBytes(std::size_t payloadBytes) noexcept {
  return sizeof(RecordHeader) + (payloadBytes + 7) / 8 * 8;
}

/// Two words folded into one by a 128-bit product.
[[nodiscard]] constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The chain before the first record of a journal.
[[nodiscard]] constexpr std::uint64_t firstChain(std::uint64_t journalId) noexcept {
  return fold(journalId ^ 0xa0761d6478bd642fU, 0xe7037ed1a0b428dbU);
}

/// The chain after a record: 64 bits of the chain before, the header and the payload. Two lanes,
/// because one would wait for each product. Finds accidents, not forgers: those meet the seals.
[[nodiscard]] inline std::uint64_t nextChain(std::uint64_t before, const RecordHeader& header,
                                             const std::byte* payload) noexcept {
  constexpr std::uint64_t kA = 0xa0761d6478bd642fU;
  constexpr std::uint64_t kB = 0x8ebc6af09c88c6e3U;
  const std::uint64_t word = header.payloadBytes | std::uint64_t{header.kind} << 16;
  std::uint64_t first = fold(before ^ kA ^ word, header.sequence ^ kB);
  std::uint64_t second = fold(static_cast<std::uint64_t>(header.realtime) ^ kB ^ before,
                              static_cast<std::uint64_t>(header.monotonic) ^ kA);
  std::size_t left = header.payloadBytes;
  for (; left >= 32; left -= 32, payload += 32) {
    std::array<std::uint64_t, 4> w;
    std::memcpy(w.data(), payload, 32);
    first = fold(w[0] ^ first, w[1] ^ kA);
    second = fold(w[2] ^ second, w[3] ^ kB);
  }
  std::array<std::uint64_t, 4> w{};
  if (left > 0) std::memcpy(w.data(), payload, left);
  first = fold(w[0] ^ first, w[1] ^ kA);
  second = fold(w[2] ^ second, w[3] ^ kB);
  return fold(first ^ kB, second ^ kA) + before;
}

/// CRC-32C of a record without its own field. `bytes` is all of it.
[[nodiscard]] inline std::uint32_t recordCrc(const std::byte* bytes, std::size_t size) noexcept {
  return crc32c(0, bytes + 4, size - 4);
}

/// The digest of a segment: of the one before and of its bytes up to the seal.
[[nodiscard]] inline Sha256Digest sealDigest(const Sha256Digest& previous,
                                             std::span<const std::byte> bytes) noexcept {
  Sha256 hash;
  hash.update(previous);
  hash.update(bytes);
  return hash.finish();
}

}  // namespace hft::event
