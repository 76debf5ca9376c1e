#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hft {

/// The 32 bytes of a SHA-256.
using Sha256Digest = std::array<std::byte, 32>;

/// SHA-256 of bytes that come in pieces. Source: FIPS 180-4. Not thread-safe; no allocation.
class Sha256 {
 public:
  /// By the processor's SHA instructions where it has them.
  Sha256() noexcept = default;
  /// `isPlain`: by plain arithmetic, as on any other machine.
  explicit Sha256(bool isPlain) noexcept : isPlain_(isPlain) {}

  void update(std::span<const std::byte> bytes) noexcept;

  /// The digest of all bytes so far; the object is used up.
  [[nodiscard]] Sha256Digest finish() noexcept;

 private:
  void block(const std::byte* bytes) noexcept;
  void blockByRounds(const std::byte* bytes) noexcept;

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> rest_{};
  std::uint64_t sizeBytes_ = 0;
  bool isPlain_ = false;
};

/// SHA-256 of `bytes`.
[[nodiscard]] Sha256Digest sha256(std::span<const std::byte> bytes) noexcept;

}  // namespace hft
