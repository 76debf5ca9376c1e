#include "native/decode/msgpack/msgpack_reader.hpp"

#include <gtest/gtest.h>
#include <string>

namespace hft::decode {
namespace {

using event::DecodeError;

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

MsgpackToken only(const std::string& text) {
  MsgpackReader reader(text);
  const auto token = reader.next();
  EXPECT_TRUE(token.ok());
  EXPECT_TRUE(reader.atEnd());
  return token.valueOr(MsgpackToken{});
}

TEST(MsgpackReader, ReadsIntegersOfEveryWidth) {
  EXPECT_EQ(only(bytes({0x7f})).bits, 127U);
  EXPECT_EQ(only(bytes({0xcc, 0xff})).bits, 255U);
  EXPECT_EQ(only(bytes({0xcd, 0x01, 0x02})).bits, 258U);
  EXPECT_EQ(only(bytes({0xce, 0xff, 0xff, 0xff, 0xff})).bits, 0xffffffffU);
  EXPECT_EQ(only(bytes({0xcf, 0xff, 0, 0, 0, 0, 0, 0, 1})).bits, 0xff00000000000001U);
  EXPECT_EQ(static_cast<std::int64_t>(only(bytes({0xe0})).bits), -32);
  EXPECT_EQ(static_cast<std::int64_t>(only(bytes({0xd0, 0x80})).bits), -128);
  EXPECT_EQ(static_cast<std::int64_t>(only(bytes({0xd1, 0xff, 0xfe})).bits), -2);
  EXPECT_EQ(static_cast<std::int64_t>(only(bytes({0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0})).bits),
            std::numeric_limits<std::int64_t>::min());
}

TEST(MsgpackReader, CallsASignedNumberUnsignedWhereItIsNotNegative) {
  EXPECT_EQ(only(bytes({0xd1, 0x00, 0x05})).type, MsgpackType::Unsigned);
  EXPECT_EQ(only(bytes({0xd1, 0xff, 0x05})).type, MsgpackType::Signed);
}

TEST(MsgpackReader, ReadsFloatsAsTheirBits) {
  EXPECT_EQ(std::bit_cast<double>(only(bytes({0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0})).bits), 1.5);
  EXPECT_EQ(only(bytes({0xca, 0x3f, 0xc0, 0, 0})).bits, 0x3fc00000U);
}

TEST(MsgpackReader, ReadsStringsOfEverySizeWithoutCopy) {
  for (const std::string& frame :
       {bytes({0xa2, 'h', 'i'}), bytes({0xd9, 2, 'h', 'i'}), bytes({0xda, 0, 2, 'h', 'i'}),
        bytes({0xdb, 0, 0, 0, 2, 'h', 'i'})}) {
    const MsgpackToken token = only(frame);
    EXPECT_EQ(token.type, MsgpackType::String);
    EXPECT_EQ(token.bytes, "hi");
    EXPECT_EQ(token.bytes.data(), frame.data() + frame.size() - 2);
  }
}

TEST(MsgpackReader, ReadsExtensionsOfFixedAndWrittenSize) {
  for (const std::string& frame : {bytes({0xd5, 0xff, 7, 8}), bytes({0xc7, 2, 0xff, 7, 8}),
                                   bytes({0xc9, 0, 0, 0, 2, 0xff, 7, 8})}) {
    const MsgpackToken token = only(frame);
    EXPECT_EQ(token.type, MsgpackType::Extension);
    EXPECT_EQ(token.extensionType, -1);
    EXPECT_EQ(token.bytes, "\x07\x08");
  }
}

TEST(MsgpackReader, CallsTheReservedByteMalformed) {
  const std::string frame = bytes({0xc1});
  EXPECT_EQ(MsgpackReader(frame).next().error(), DecodeError::Malformed);
}

TEST(MsgpackReader, RefusesACountThatTheFrameCannotHold) {
  for (const std::string& frame :
       {bytes({0x92, 1}), bytes({0x81, 1}), bytes({0xdd, 0xff, 0xff, 0xff, 0xff, 1}),
        bytes({0xdf, 0xff, 0xff, 0xff, 0xff, 1}), bytes({0xdb, 0xff, 0xff, 0xff, 0xff, 1})}) {
    EXPECT_EQ(MsgpackReader(frame).next().error(), DecodeError::Truncated);
  }
}

TEST(MsgpackReader, FindsEveryTruncation) {
  const std::string frame = bytes({0x83, 0xa1, 'a',  0xcb, 0, 0,    0,    0, 0, 0, 0, 0,  //
                                   0xa1, 'b',  0xd7, 0xff, 0, 0,    0,    0, 0, 0, 0, 0,  //
                                   0xa1, 'c',  0xdc, 0,    2, 0xc0, 0xd1, 0, 1});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    const std::string part = frame.substr(0, size);
    EXPECT_EQ(MsgpackReader(part).skip(), DecodeError::Truncated) << size;
  }
  MsgpackReader whole(frame);
  EXPECT_EQ(whole.skip(), DecodeError::Ok);
  EXPECT_TRUE(whole.atEnd());
}

TEST(MsgpackReader, SkipsOneValueOnly) {
  const std::string frame = bytes({0x92, 0x81, 0xa1, 'k', 0x90, 0x05, 0x2a});
  MsgpackReader reader(frame);
  ASSERT_EQ(reader.skip(), DecodeError::Ok);
  EXPECT_EQ(reader.next().value().bits, 42U);
}

TEST(MsgpackReader, TakesAKeyAsAWord) {
  // Short and long forms, at the end of a frame and before other bytes.
  const std::string tail = bytes({0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0});
  for (const std::string& frame :
       {bytes({0xa2, 'b', 'p'}), bytes({0xa2, 'b', 'p'}) + tail, bytes({0xd9, 2, 'b', 'p'})}) {
    EXPECT_EQ(MsgpackReader(frame).takeKey().value(), keyWord("bp"));
  }
  const std::string eight = bytes({0xa8, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'});
  EXPECT_EQ(MsgpackReader(eight).takeKey().value(), keyWord("abcdefgh"));
  // No word: an empty key, a zero byte, a longer key, a number, a map.
  for (const std::string& key :
       {bytes({0xa0}), bytes({0xa2, 'T', 0}), bytes({0xa9, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
        bytes({0x05}), bytes({0x81, 0xa1, 'T', 0x01})}) {
    const std::string frame = key + bytes({0x2a}) + tail;
    MsgpackReader reader(frame);
    EXPECT_EQ(reader.takeKey().value(), 0U);
    EXPECT_EQ(reader.next().value().bits, 42U);
  }
  const std::string cut = bytes({0xa3, 'a'});
  EXPECT_EQ(MsgpackReader(cut).takeKey().error(), DecodeError::Truncated);
}

TEST(MsgpackReader, LimitsTheDepthThatItSkips) {
  std::string frame(MsgpackReader::kDepthMax, static_cast<char>(0x91));
  frame.push_back(0x01);
  EXPECT_EQ(MsgpackReader(frame).skip(), DecodeError::Ok);
  frame.insert(frame.begin(), static_cast<char>(0x91));
  EXPECT_EQ(MsgpackReader(frame).skip(), DecodeError::Malformed);
}

Result<Nanos, DecodeError> timeOf(const std::string& frame) { return msgpackTime(only(frame)); }

TEST(MsgpackTime, ReadsItsThreeSizes) {
  EXPECT_EQ(timeOf(bytes({0xd6, 0xff, 0x60, 0, 0, 0})).value(), 0x60000000LL * 1'000'000'000);
  // 999999999 ns in the upper 30 bits, 1 second in the lower 34.
  EXPECT_EQ(timeOf(bytes({0xd7, 0xff, 0xee, 0x6b, 0x27, 0xfc, 0, 0, 0, 1})).value(), 1'999'999'999);
  EXPECT_EQ(
      timeOf(bytes({0xc7, 12, 0xff, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}))
          .value(),
      -999'999'995);
}

TEST(MsgpackTime, RefusesWhatIsNoTime) {
  EXPECT_EQ(timeOf(bytes({0xd4, 0xff, 1})).error(), DecodeError::Malformed);
  EXPECT_EQ(timeOf(bytes({0xd6, 0x01, 0, 0, 0, 0})).error(), DecodeError::Malformed);
  EXPECT_EQ(timeOf(bytes({0x05})).error(), DecodeError::Malformed);
  // A billion nanoseconds are no fraction of a second.
  EXPECT_EQ(timeOf(bytes({0xd7, 0xff, 0xee, 0x6b, 0x28, 0x00, 0, 0, 0, 1})).error(),
            DecodeError::Malformed);
  EXPECT_EQ(
      timeOf(bytes({0xc7, 12, 0xff, 0, 0, 0, 5, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}))
          .error(),
      DecodeError::Overflow);
}

}  // namespace
}  // namespace hft::decode
