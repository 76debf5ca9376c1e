#include "native/core/crc32.hpp"

#include "native/core/check.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace hft::detail {

#if defined(__x86_64__)

namespace {

/// x^`power` modulo the polynomial, reflected, in the 33 bits that a product of reflected factors
/// needs.
constexpr std::uint64_t factor(int power) noexcept {
  std::uint32_t rest = 0x80000000U;
  for (int i = 0; i < power; ++i) rest = rest >> 1 ^ ((rest & 1) != 0 ? 0xedb88320U : 0U);
  return std::uint64_t{rest} << 1;
}

/// What moves 128 bits on by `bits`: the factor of their first half, then that of their second.
template <int bits>
__m128i distance() noexcept {
  return _mm_set_epi64x(static_cast<long long>(factor(bits - 32)),
                        static_cast<long long>(factor(bits + 32)));
}

__m128i load(const char* at) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// What `sum` comes to when it is moved on by `factors`, with the bytes that lie there.
__attribute__((target("pclmul"))) __m128i fold(__m128i sum, __m128i factors, __m128i bytes) {
  const __m128i first = _mm_clmulepi64_si128(sum, factors, 0x00);
  const __m128i second = _mm_clmulepi64_si128(sum, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), bytes);
}

}  // namespace

/// Leaf 1 of CPUID, ECX bit 1.
const bool kFoldsCrc32 = [] {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c >> 1 & 1) != 0;
}();

// Source: V. Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction, Intel 2009. Four sums of sixteen bytes go over the text beside each other, each
// moved on by 64 bytes a step, for a multiplication takes as long as several can be begun.
__attribute__((target("pclmul"))) std::uint32_t crc32ByFolding(std::uint32_t crc,
                                                               std::string_view bytes) noexcept {
  HFT_DCHECK(bytes.size() >= 64);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  __m128i sums[4];
  for (int i = 0; i < 4; ++i) sums[i] = load(at + 16 * i);
  sums[0] = _mm_xor_si128(sums[0], _mm_cvtsi32_si128(static_cast<int>(~crc)));
  const __m128i far = distance<512>();
  for (at += 64, left -= 64; left >= 64; at += 64, left -= 64) {
    for (int i = 0; i < 4; ++i) sums[i] = fold(sums[i], far, load(at + 16 * i));
  }
  const __m128i near = distance<128>();
  __m128i sum = sums[0];
  for (int i = 1; i < 4; ++i) sum = fold(sum, near, sums[i]);
  for (; left >= 16; at += 16, left -= 16) sum = fold(sum, near, load(at));
  // What is left has the remainder of the whole text so far: the tables take it from here.
  char last[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(last), sum);
  return crc32ByTable(crc32ByTable(~0U, {last, sizeof last}), {at, left});
}

#else

const bool kFoldsCrc32 = false;

std::uint32_t crc32ByFolding(std::uint32_t crc, std::string_view bytes) noexcept {
  return crc32ByTable(crc, bytes);
}

#endif

}  // namespace hft::detail
