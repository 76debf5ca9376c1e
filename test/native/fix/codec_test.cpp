#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/tags.hpp"
#include "test/native/fix/codec_samples.hpp"

namespace hft::fix {
namespace {

using test::fixText;
using test::kSamples;
using test::seal;

constexpr std::size_t kBytesMax = 65536;

/// What a plain reading of the specification says about a frame: split at SOH, but for data.
struct NaiveField {
  std::uint32_t tag;
  std::string value;
  bool operator==(const NaiveField&) const = default;
};

std::vector<NaiveField> naiveFields(const std::string& frame) {
  std::vector<NaiveField> fields;
  std::size_t at = 0;
  while (at < frame.size()) {
    const std::size_t equals = frame.find('=', at);
    const auto tag = static_cast<std::uint32_t>(std::stoul(frame.substr(at, equals - at)));
    std::size_t end = frame.find(kSoh, equals);
    if (!fields.empty() && dataTagOf(fields.back().tag) == tag) {
      end = equals + 1 + std::stoul(fields.back().value);
    }
    fields.push_back({tag, frame.substr(equals + 1, end - equals - 1)});
    at = end + 1;
  }
  return fields;
}

std::vector<NaiveField> listed(const FieldIndex& index) {
  std::vector<NaiveField> fields;
  for (std::size_t at = 0; at < index.size(); ++at) {
    fields.push_back({index.tag(at), std::string(index.value(at))});
  }
  return fields;
}

/// All messages in `bytes`, cut as `findFrame` says.
std::vector<std::string> framesOf(const std::string& bytes) {
  std::vector<std::string> frames;
  std::string_view rest = bytes;
  while (true) {
    const FrameScan scan = findFrame(rest, kBytesMax);
    rest.remove_prefix(scan.garbage);
    if (scan.error == FrameError::NeedMore) return frames;
    if (scan.error == FrameError::Ok) frames.emplace_back(rest.substr(0, scan.size));
    rest.remove_prefix(scan.size);
  }
}

TEST(FixFramer, FindsEveryMessageOfABatch) {
  std::string batch;
  for (const auto sample : kSamples) batch += fixText(sample);

  const auto frames = framesOf(batch);

  ASSERT_EQ(frames.size(), kSamples.size());
  for (std::size_t at = 0; at < frames.size(); ++at) EXPECT_EQ(frames[at], fixText(kSamples[at]));
}

TEST(FixFramer, AsksForMoreAtEverySplitAndThenFindsTheSame) {
  for (const auto sample : kSamples) {
    const std::string message = fixText(sample);
    for (std::size_t split = 0; split < message.size(); ++split) {
      const FrameScan part = findFrame(std::string_view(message).substr(0, split), kBytesMax);
      ASSERT_EQ(part.error, FrameError::NeedMore) << split;
      ASSERT_EQ(part.garbage, 0U) << split;
    }
    const FrameScan whole = findFrame(message, kBytesMax);
    EXPECT_EQ(whole.error, FrameError::Ok);
    EXPECT_EQ(whole.size, message.size());
    EXPECT_EQ(message.substr(whole.bodyOffset, 3), "35=");
  }
}

TEST(FixFramer, SkipsGarbageBetweenMessages) {
  const std::string one = fixText(kSamples[0]);
  const std::string two = fixText(kSamples[1]);

  const auto frames = framesOf("junk" + one + "\x01\x01 88 = 8" + two + "tail 8");

  EXPECT_EQ(frames, (std::vector<std::string>{one, two}));
}

TEST(FixFramer, KeepsALastByteThatMayBeginAMessage) {
  const FrameScan scan = findFrame("abc8", kBytesMax);
  EXPECT_EQ(scan.error, FrameError::NeedMore);
  EXPECT_EQ(scan.garbage, 3U);
}

TEST(FixFramer, TakesZeroPaddedBodyLength) {
  std::string message = fixText("8=FIX.4.4|9=0000005|35=0|10=000|");
  EXPECT_EQ(findFrame(message, kBytesMax).error, FrameError::Ok);
}

struct BadFrame {
  const char* text;
  FrameError error;
};

class FixFramerErrors : public testing::TestWithParam<BadFrame> {};

TEST_P(FixFramerErrors, AreNamedAndLoseNoMessageBehind) {
  const std::string bad = fixText(GetParam().text);
  const std::string good = fixText(kSamples[0]);

  EXPECT_EQ(findFrame(bad + good, kBytesMax).error, GetParam().error);
  EXPECT_EQ(framesOf(bad + good), std::vector<std::string>{good});
}

INSTANTIATE_TEST_SUITE_P(
    All, FixFramerErrors,
    testing::Values(BadFrame{"8=FIX.4.4|35=0|10=000|", FrameError::BadBodyLength},
                    BadFrame{"8=FIX.4.4|9=|35=0|10=000|", FrameError::BadBodyLength},
                    BadFrame{"8=FIX.4.4|9=-5|35=0|10=000|", FrameError::BadBodyLength},
                    BadFrame{"8=FIX.4.4|9=5x|35=0|10=000|", FrameError::BadBodyLength},
                    BadFrame{"8=FIX.4.4|9=4|35=0|10=000|", FrameError::BadTrailer},
                    BadFrame{"8=FIX.4.4|9=6|35=0|10=000|", FrameError::BadTrailer},
                    BadFrame{"8=FIX.4.4|9=5|35=0|10=0x0|", FrameError::BadTrailer},
                    BadFrame{"8=FIX.4.4|9=5|35=00|11=000|", FrameError::BadTrailer},
                    BadFrame{"8=FIX.4.4|9=99999999999999999999|35=0|", FrameError::TooLong},
                    BadFrame{"8=FIX.4.4|9=65536|35=0|10=000|", FrameError::TooLong},
                    BadFrame{"8=FIX.4.4 with a BeginString that goes on and on without end, "
                             "until no head of a message is left|9=5|",
                             FrameError::BadBodyLength}));

TEST(FixScanner, ListsTheFieldsOfEverySample) {
  FieldStorage<512> storage;
  FieldIndex index = storage.index();
  for (const auto sample : kSamples) {
    const std::string message = fixText(sample);
    const FieldScan scan = scanFields(message, index);
    ASSERT_EQ(scan.error, ScanError::Ok) << sample;
    EXPECT_EQ(listed(index), naiveFields(message)) << sample;
  }
}

TEST(FixScanner, ReadsDataByItsLengthWhateverBytesItHolds) {
  const std::string data = std::string("a\x01") + "10=000\x01" + "8=FIX=\x01";
  const std::string message = seal("FIX.4.4",
                                   "35=A\x01"
                                   "95=" +
                                       std::to_string(data.size()) +
                                       "\x01"
                                       "96=" +
                                       data +
                                       "\x01"
                                       "108=30\x01");
  FieldStorage<32> storage;
  FieldIndex index = storage.index();

  ASSERT_EQ(findFrame(message, kBytesMax).size, message.size());
  ASSERT_EQ(scanFields(message, index).error, ScanError::Ok);

  EXPECT_EQ(index.text(96), data);
  EXPECT_EQ(index.text(108), "30");
}

TEST(FixScanner, ReadsNothingBehindAFrameThatEndsWithData) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  const std::string message = seal("FIX.4.4", fixText("35=A|90=2|91=2||"));
  // In memory of exactly its size: the sanitizer sees a byte too many.
  const std::vector<char> exact(message.begin(), message.end());
  ASSERT_EQ(scanFields({exact.data(), exact.size()}, index).error, ScanError::Ok);
  EXPECT_EQ(index.text(91), fixText("2|"));
}

TEST(FixScanner, RefusesDataThatDoesNotEndAtItsLength) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  for (const char* body : {"35=A|95=2|96=abc|108=30|", "35=A|95=4|96=abc|108=30|",
                           "35=A|95=999999999|96=abc|", "35=A|95=x|96=abc|", "35=A|95=|96=abc|"}) {
    const std::string message = seal("FIX.4.4", fixText(body));
    EXPECT_EQ(scanFields(message, index).error, ScanError::BadDataLength) << body;
  }
}

TEST(FixScanner, TakesALengthFieldWithoutItsData) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  const std::string message = seal("FIX.4.4", fixText("35=A|95=3|108=30|"));
  EXPECT_EQ(scanFields(message, index).error, ScanError::Ok);
  EXPECT_EQ(index.text(108), "30");
}

TEST(FixScanner, NamesBadTagsAndWhereTheyStand) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  for (const char* field : {"=1|", "x=1|", "0=1|", "1a=1|", "-1=1|", "58|", "2147483648=1|",
                            "99999999999=1|", "|", "12:=1|", "1/=x|"}) {
    const std::string message = seal("FIX.4.4", "35=0\x01" + fixText(field));
    const FieldScan scan = scanFields(message, index);
    EXPECT_EQ(scan.error, ScanError::BadTag) << field;
    EXPECT_EQ(scan.offset, message.find("35=0") + 5) << field;
  }
}

TEST(FixScanner, TakesTagsOfEveryLength) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  std::uint32_t tag = 1;
  for (int digits = 1; digits <= 10; ++digits, tag = tag * 10 + 1) {
    const std::string message = seal("FIX.4.4", "35=0\x01" + std::to_string(tag) + "=v=\x01");
    ASSERT_EQ(scanFields(message, index).error, ScanError::Ok) << tag;
    EXPECT_EQ(index.text(tag), "v=");
  }
}

TEST(FixScanner, RefusesAWrongChecksumBeforeAllElse) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  std::string message = seal("FIX.4.4", fixText("35=0|x=1|"));
  message[message.size() - 2] = message[message.size() - 2] == '0' ? '1' : '0';
  EXPECT_EQ(scanFields(message, index).error, ScanError::BadCheckSum);
}

TEST(FixScanner, RefusesASumThatIsNoByteThoughItIsTheSameModulo256) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  std::string message = seal("FIX.4.4", fixText("35=0|"));
  const int sum = std::stoi(message.substr(message.size() - 4, 3)) + 256;
  message.replace(message.size() - 4, 3, std::to_string(sum));
  EXPECT_EQ(scanFields(message, index).error, ScanError::BadCheckSum);
}

TEST(FixScanner, SaysWhenTheIndexIsFull) {
  FieldStorage<4> storage;
  FieldIndex index = storage.index();
  const std::string fits = seal("FIX.4.4", fixText("35=0|"));
  const std::string full = seal("FIX.4.4", fixText("35=0|112=x|"));
  EXPECT_EQ(scanFields(fits, index).error, ScanError::Ok);
  EXPECT_EQ(scanFields(full, index).error, ScanError::TooManyFields);
}

TEST(FixScanner, WantsTheFirstThreeFieldsInOrder) {
  FieldStorage<32> storage;
  FieldIndex index = storage.index();
  EXPECT_EQ(scanFields(seal("FIX.4.4", fixText("49=A|35=0|")), index).error, ScanError::BadHeader);
  EXPECT_EQ(scanFields("10=000\x01", index).error, ScanError::BadHeader);
  EXPECT_EQ(scanFields("", index).error, ScanError::BadHeader);
}

TEST(FixScanner, EqualsTheByteByByteFormOnMutatedMessages) {
  const std::uint32_t seed = 20240115;
  std::mt19937 random(seed);
  FieldStorage<512> fast;
  FieldStorage<512> plain;
  FieldIndex fastIndex = fast.index();
  FieldIndex plainIndex = plain.index();
  const std::string alphabet = std::string("0123456789=|\x01.-AZ") + '\xff' + '\0';
  for (int round = 0; round < 20000; ++round) {
    std::string body = fixText(kSamples[random() % kSamples.size()]);
    body = body.substr(body.find("35="));
    body.resize(body.size() - kTrailerBytes);
    for (std::uint32_t change = random() % 4; change != 0; --change) {
      body[random() % body.size()] = alphabet[random() % alphabet.size()];
    }
    const std::string message = seal("FIX.4.4", body);
    const FieldScan wanted = scanFieldsScalar(message, plainIndex);
    for (const bool isBaseline : {false, true}) {
      const FieldScan got =
          isBaseline ? scanFieldsBaseline(message, fastIndex) : scanFields(message, fastIndex);
      ASSERT_EQ(got.error, wanted.error) << "seed " << seed << " round " << round;
      ASSERT_EQ(got.offset, wanted.offset) << "seed " << seed << " round " << round;
      ASSERT_EQ(got.checkSum, wanted.checkSum) << "seed " << seed << " round " << round;
      ASSERT_EQ(listed(fastIndex), listed(plainIndex)) << "seed " << seed << " round " << round;
    }
    if (wanted.error == ScanError::Ok) {
      ASSERT_EQ(listed(fastIndex), naiveFields(message)) << "seed " << seed << " round " << round;
    }
  }
}

TEST(FixFramer, FindsEverySoundMessageBehindMutatedOnes) {
  const std::uint32_t seed = 4711;
  std::mt19937 random(seed);
  const std::string good = fixText(kSamples[2]);
  for (int round = 0; round < 20000; ++round) {
    std::string bad = fixText(kSamples[random() % kSamples.size()]);
    // Neither cut nor lengthened beyond what follows: the last message must be found again.
    for (std::uint32_t change = 1 + random() % 3; change != 0; --change) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    const auto frames = framesOf(bad + good + std::string(kBytesMax, ' '));
    ASSERT_FALSE(frames.empty()) << "seed " << seed << " round " << round;
    ASSERT_EQ(frames.back(), good) << "seed " << seed << " round " << round;
  }
}

/// What `countBodyFields` must say, byte by byte.
std::size_t fieldsOf(std::string_view body) {
  std::size_t fields = 0;
  while (!body.empty()) {
    std::size_t at = 0;
    while (at < body.size() && body[at] >= '0' && body[at] <= '9') ++at;
    if (at == 0 || at > 9 || at + 1 >= body.size() || body[at] != '=') return 0;
    if (body[at + 1] == kSoh) return 0;
    const std::size_t end = body.find(kSoh, at);
    if (end == std::string_view::npos) return 0;
    body.remove_prefix(end + 1);
    ++fields;
  }
  return fields;
}

TEST(FixBody, CountsFieldsOrFindsThatTheyAreNone) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t sound = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body;
    for (std::size_t left = random() % 90; left > 0; --left) {
      body += std::to_string(random() % 10'000) + "=" + std::string(1 + random() % 12, 'v') + kSoh;
    }
    // Half of them with one byte changed, so that most rules are broken somewhere.
    if (random() % 2 == 0 && !body.empty()) body[random() % body.size()] = "=1\001x"[random() % 4];
    ASSERT_EQ(countBodyFields(body), fieldsOf(body)) << body;
    sound += fieldsOf(body) != 0 ? 1 : 0;
  }
  EXPECT_GT(sound, 1'000U);
  EXPECT_EQ(countBodyFields("1234567890=x\001"), 0U);
}

}  // namespace
}  // namespace hft::fix
