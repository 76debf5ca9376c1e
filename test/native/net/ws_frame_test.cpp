#include "native/net/ws_frame.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace hft::net {
namespace {

using namespace std::string_literals;

FrameError errorOf(const std::string& bytes) { return parseFrameHeader(bytes).error; }

TEST(FrameHeader, ReadsWhatTheServerEncoderWrites) {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{125}, std::uint64_t{126}, std::uint64_t{65535},
        std::uint64_t{65536}, std::uint64_t{1} << 40U}) {
    std::array<char, kServerHeaderBytesMax> out{};
    const std::size_t length = encodeServerFrameHeader(out, Opcode::Binary, size);
    const ParsedHeader parsed = parseFrameHeader({out.data(), length});
    ASSERT_TRUE(parsed.isComplete) << size;
    EXPECT_EQ(parsed.header.payloadBytes, size);
    EXPECT_EQ(parsed.header.headerBytes, length);
    EXPECT_EQ(parsed.header.opcode, Opcode::Binary);
    EXPECT_TRUE(parsed.header.isFinal);
    EXPECT_FALSE(parsed.header.isMasked);
    for (std::size_t cut = 0; cut < length; ++cut) {
      const ParsedHeader part = parseFrameHeader({out.data(), cut});
      EXPECT_FALSE(part.isComplete) << size << ' ' << cut;
      EXPECT_EQ(part.error, FrameError::Ok) << size << ' ' << cut;
    }
  }
}

TEST(FrameHeader, ReadsWhatTheClientEncoderWrites) {
  const MaskKey mask = {1, 2, 3, 4};
  for (const std::uint64_t size : {0U, 125U, 126U, 65535U, 65536U}) {
    std::array<char, kClientHeaderBytesMax> out{};
    const std::size_t length = encodeClientFrameHeader(out, Opcode::Text, size, mask, true);
    const ParsedHeader parsed = parseFrameHeader({out.data(), length});
    ASSERT_TRUE(parsed.isComplete) << size;
    EXPECT_EQ(parsed.header.payloadBytes, size);
    EXPECT_EQ(parsed.header.mask, mask);
    EXPECT_TRUE(parsed.header.isMasked);
    EXPECT_TRUE(parsed.header.isCompressed);
  }
}

TEST(FrameHeader, RefusesReservedBitsAndOpcodes) {
  EXPECT_EQ(errorOf("\xa1\x00"s), FrameError::ReservedBits);
  EXPECT_EQ(errorOf("\x91\x00"s), FrameError::ReservedBits);
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    EXPECT_EQ(errorOf({static_cast<char>(0x80 | opcode), '\0'}), FrameError::BadOpcode) << opcode;
  }
  for (const int opcode : {0, 1, 2, 8, 9, 10}) {
    EXPECT_EQ(errorOf({static_cast<char>(0x80 | opcode), '\0'}), FrameError::Ok) << opcode;
  }
}

TEST(FrameHeader, RefusesLongFragmentedAndCompressedControlFrames) {
  EXPECT_EQ(errorOf("\x89\x7e"s), FrameError::ControlTooLong);
  EXPECT_EQ(errorOf("\x88\x7f"s), FrameError::ControlTooLong);
  EXPECT_EQ(errorOf("\x09\x00"s), FrameError::FragmentedControl);
  EXPECT_EQ(errorOf("\xc9\x00"s), FrameError::ReservedBits);
}

TEST(FrameHeader, RefusesLengthsThatAreNotShortestOrHaveTheHighBit) {
  EXPECT_EQ(errorOf("\x82\x7e\x00\x7d"s), FrameError::BadLength);
  EXPECT_EQ(errorOf("\x82\x7e\x00\x7e"s), FrameError::Ok);
  EXPECT_EQ(errorOf("\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff"s), FrameError::BadLength);
  EXPECT_EQ(errorOf("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s), FrameError::Ok);
  EXPECT_EQ(errorOf("\x82\x7f\x80\x00\x00\x00\x00\x01\x00\x00"s), FrameError::BadLength);
}

TEST(CloseCode, FollowsTheRegistry) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4999}) {
    EXPECT_TRUE(isValidCloseCode(static_cast<std::uint16_t>(code))) << code;
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_FALSE(isValidCloseCode(static_cast<std::uint16_t>(code))) << code;
  }
}

TEST(ApplyMask, XorsEachByteWithItsPartOfTheKeyAtAnyOffset) {
  const MaskKey mask = {0x12, 0x34, 0x56, 0x78};
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::uint64_t offset = 0; offset < 5; ++offset) {
      std::string data(size, '\0');
      for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 7);
      std::string expected = data;
      for (std::size_t i = 0; i < size; ++i) {
        expected[i] = static_cast<char>(expected[i] ^ mask[(offset + i) % 4]);
      }
      applyMask(data, mask, offset);
      ASSERT_EQ(data, expected) << size << ' ' << offset;
    }
  }
}

TEST(Describe, HasWordsAndACloseCodeForEveryError) {
  for (std::size_t i = 0; i < kFrameErrorCount; ++i) {
    const auto error = static_cast<FrameError>(i);
    EXPECT_FALSE(describe(error).empty());
    EXPECT_TRUE(isValidCloseCode(closeCodeOf(error)));
  }
}

}  // namespace
}  // namespace hft::net
