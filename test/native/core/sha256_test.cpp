#include "native/core/sha256.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

#include "native/core/crc32c.hpp"

namespace hft {
namespace {

std::string hexOf(const Sha256Digest& digest) {
  std::string text;
  for (const std::byte byte : digest) {
    text.push_back("0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4]);
    text.push_back("0123456789abcdef"[std::to_integer<unsigned>(byte) & 15]);
  }
  return text;
}

std::string sha(const std::string& text) { return hexOf(sha256(std::as_bytes(std::span(text)))); }

TEST(Sha256, EqualsThePublishedVectors) {
  EXPECT_EQ(sha(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IsTheSameInPiecesOfAnyLength) {
  std::mt19937_64 random(11);
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(random()));
  for (std::size_t step = 1; step < 150; ++step) {
    Sha256 hash;
    for (std::size_t at = 0; at < text.size(); at += step) {
      hash.update(std::as_bytes(std::span(text)).subspan(at, std::min(step, text.size() - at)));
    }
    EXPECT_EQ(hexOf(hash.finish()), sha(text)) << step;
  }
}

TEST(Sha256, IsTheSameByInstructionsAndByPlainRounds) {
  std::mt19937_64 random(12);
  std::string text;
  for (int i = 0; i < 500; ++i) {
    Sha256 plain(true);
    plain.update(std::as_bytes(std::span(text)));
    EXPECT_EQ(hexOf(plain.finish()), sha(text)) << text.size();
    text.push_back(static_cast<char>(random()));
  }
}

TEST(Crc32c, EqualsItsPublishedCheckValueByTableAndByInstruction) {
  EXPECT_EQ(crc32c(0, "123456789", 9), 0xe3069283U);
  EXPECT_EQ(crc32cByTable(0, "123456789", 9), 0xe3069283U);
  EXPECT_EQ(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283U);
}

}  // namespace
}  // namespace hft
