#include "native/capture/line_readers.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "native/capture/timestamp.hpp"
#include "test/native/capture/chunked.hpp"

namespace hft::capture {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

TEST(Timestamp, ReadsSecondsWithUpToNineDecimalsExactly) {
  EXPECT_EQ(parseSeconds("1633998512.0633569: {")->time, 1633998512063356900);
  EXPECT_EQ(parseSeconds("1618677816.8434298")->time, 1618677816843429800);
  EXPECT_EQ(parseSeconds("34200.004241176,1")->time, 34200004241176);
  EXPECT_EQ(parseSeconds("0.000000001")->time, 1);
  EXPECT_EQ(parseSeconds("5: x")->time, 5'000'000'000);
}

TEST(Timestamp, RefusesMoreThanNineDecimalsAndGarbage) {
  EXPECT_FALSE(parseSeconds("1.0000000001"));
  EXPECT_FALSE(parseSeconds("1."));
  EXPECT_FALSE(parseSeconds(".5"));
  EXPECT_FALSE(parseSeconds(""));
  EXPECT_FALSE(parseSeconds("-1.5"));
  EXPECT_FALSE(parseSeconds("9223372036.9"));
  EXPECT_FALSE(parseSeconds("99999999999999999999999"));
}

TEST(Timestamp, ReadsNanosecondsThatFitAnInt64) {
  EXPECT_EQ(parseNanos("1723161256172216566 {")->time, 1723161256172216566);
  EXPECT_EQ(parseNanos("9223372036854775807")->time, 9223372036854775807);
  EXPECT_FALSE(parseNanos("9223372036854775808"));
  EXPECT_FALSE(parseNanos("17231612561722165660"));
  EXPECT_FALSE(parseNanos("x"));
}

TEST(HftbacktestReader, GivesTimeAndFrameOfEveryLine) {
  HftbacktestReader reader(kLineBytesMax);
  const auto frames =
      readWhole(reader, "1723161255030314667 {\"a\":1}\r\n\n1723161255030314668 {}");
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].receiveTime, 1723161255030314667);
  EXPECT_EQ(frames[0].payload, "{\"a\":1}");
  EXPECT_EQ(frames[0].position, 1U);
  EXPECT_EQ(frames[1].payload, "{}");
  EXPECT_EQ(frames[1].position, 3U);
  EXPECT_EQ(reader.faults().total(), 0U);
}

TEST(HftbacktestReader, SkipsAByteOrderMarkAtTheBeginningOnly) {
  HftbacktestReader reader(kLineBytesMax);
  const auto frames = readWhole(reader,
                                "\xEF\xBB\xBF"
                                "1 {}\n\xEF\xBB\xBF"
                                "2 {}\n");
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].receiveTime, 1);
  EXPECT_EQ(reader.faults().total(), 1U);
}

TEST(HftbacktestReader, CountsBadLinesWithNumberAndReasonAndLosesNothingElse) {
  HftbacktestReader reader(16);
  const std::string text =
      "1 {}\nhello\n2x {}\n3\n99999999999999999999 {}\n4 " + std::string(40, 'x') + "\n5 {}\n6 ";
  const auto frames = readWhole(reader, text);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].receiveTime, 1);
  EXPECT_EQ(frames[1].receiveTime, 5);
  const FaultLog& faults = reader.faults();
  const std::vector<std::pair<std::uint64_t, CaptureFault>> expected = {
      {2, CaptureFault::NoTimestamp}, {3, CaptureFault::BadTimestamp},
      {4, CaptureFault::NoPayload},   {5, CaptureFault::TooLong},
      {6, CaptureFault::TooLong},     {8, CaptureFault::NoPayload}};
  ASSERT_EQ(faults.total(), expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    EXPECT_EQ(faults[index].position, expected[index].first) << index;
    EXPECT_EQ(faults[index].fault, expected[index].second) << index;
  }
  EXPECT_EQ(faults.count(CaptureFault::TooLong), 2U);
}

TEST(HftbacktestReader, KeepsAViewOfTheChunkWhenALineLiesWholeInIt) {
  std::string chunk = "1 {\"a\":1}\n2 {\"b\"";
  const std::size_t bytes = chunk.size();
  chunk.resize(bytes + event::kFramePadding);
  HftbacktestReader reader(kLineBytesMax);
  reader.push({chunk.data(), bytes});
  const CapturedFrame* frame = reader.next();
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->payload.data(), chunk.data() + 2);
  EXPECT_EQ(reader.next(), nullptr);
}

TEST(CryptofeedReader, TellsReceivedSentOpenedAndRestAnswers) {
  CryptofeedReader reader(kLineBytesMax);
  const auto frames =
      readWhole(reader,
                "wss://a/stream?x=1 <-> 1633998511.159679\n"
                "wss://a/stream?x=1 <- 1633998511.2: {\"sub\": 1}\n"
                "1633998512.0633569: {\"stream\":1}\n"
                "https://b/depth?symbol=NKNUSDT&limit=1000 -> 1633998512.320639: {}\n");
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[0].kind, FrameKind::Opened);
  EXPECT_EQ(frames[0].url, "wss://a/stream?x=1");
  EXPECT_EQ(frames[0].receiveTime, 1633998511159679000);
  EXPECT_EQ(frames[1].kind, FrameKind::Sent);
  EXPECT_EQ(frames[1].payload, "{\"sub\": 1}");
  EXPECT_EQ(frames[2].kind, FrameKind::Received);
  EXPECT_EQ(frames[2].url, "wss://a/stream?x=1");
  EXPECT_EQ(frames[2].receiveTime, 1633998512063356900);
  EXPECT_EQ(frames[3].kind, FrameKind::RestAnswer);
  EXPECT_EQ(frames[3].url, "https://b/depth?symbol=NKNUSDT&limit=1000");
  EXPECT_EQ(frames[3].payload, "{}");
}

TEST(CryptofeedReader, CountsLinesThatAreNotTheFormat) {
  CryptofeedReader reader(kLineBytesMax);
  const auto frames = readWhole(reader,
                                "{\"a\":1}\n1.5 {}\n1.0000000001: {}\nwss://a <= 1: {}\n1.5:\n"
                                "wss://a <-> 1.5: {}\n2: {}\n");
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].receiveTime, 2'000'000'000);
  EXPECT_EQ(reader.faults().total(), 6U);
  EXPECT_EQ(reader.faults().count(CaptureFault::NoTimestamp), 2U);
  EXPECT_EQ(reader.faults().count(CaptureFault::BadTimestamp), 3U);
  EXPECT_EQ(reader.faults().count(CaptureFault::NoPayload), 1U);
}

TEST(LobsterReader, ChecksTheSixFieldsAndAddsMidnight) {
  LobsterReader reader(kLineBytesMax, LobsterLine(1'000'000));
  const auto frames = readWhole(reader,
                                "34200.004241176,1,16113575,18,5853300,1\n"
                                "34200.00426064,7,0,0,-1,-1\n34200.1,1,2,3,4\n34200.1,1,2,3,4,5,6\n"
                                "34200.1,1,2,x,4,5\nfoo\n");
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].receiveTime, 34200004241176 + 1'000'000);
  EXPECT_EQ(frames[0].payload, "34200.004241176,1,16113575,18,5853300,1");
  EXPECT_EQ(reader.faults().count(CaptureFault::BadFields), 3U);
  EXPECT_EQ(reader.faults().count(CaptureFault::BadTimestamp), 1U);
}

/// Lines cut by plain splitting: the reference for the incremental one.
std::vector<OwnedFrame> naiveHftbacktest(const std::string& text) {
  std::vector<OwnedFrame> frames;
  std::uint64_t number = 0;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t end = text.find('\n', from);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(from, end - from);
    from = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t digits = line.find_first_not_of("0123456789");
    if (digits == std::string::npos || digits == 0 || digits > 19 || line[digits] != ' ') continue;
    if (digits + 1 == line.size() || line.size() > 64) continue;
    OwnedFrame frame;
    frame.receiveTime = std::stoll(line.substr(0, digits));
    frame.payload = line.substr(digits + 1);
    frame.position = number;
    frames.push_back(frame);
  }
  return frames;
}

TEST(HftbacktestReader, GivesTheSameFramesHoweverTheChunksAreCut) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::string text;
    for (int line = 0; line < 40; ++line) {
      switch (random() % 8) {
        case 0:
          break;
        case 1:
          text += "garbage";
          break;
        case 2:
          text += "77 " + std::string(60 + random() % 10, 'y');
          break;
        default:
          text += std::to_string(random()) + " {" + std::string(random() % 50, 'x') + "}";
      }
      text += random() % 4 == 0 ? "\r\n" : "\n";
    }
    if (random() % 2 == 0) text.resize(text.size() - random() % 20);
    // A line's limit counts a carriage return; keep such lines away from it.
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    HftbacktestReader reader(64);
    const std::uint32_t chunkMax = 1 + random() % 100;
    const auto frames = readInChunks(reader, text, [&] { return 1 + random() % chunkMax; });
    EXPECT_EQ(frames, naiveHftbacktest(text));
  }
}

TEST(CryptofeedReader, ReadsTheRecordedFilesWithoutAFault) {
  for (const std::string name :
       {"cryptofeed/KRAKEN.ws.48.0", "cryptofeed/KRAKEN.ws.50.0", "cryptofeed/COINBASE.ws.28.0",
        "cryptofeed/BINANCE.ws.1.0", "cryptofeed/BINANCE.http.0.0"}) {
    std::ifstream in(fixturePath(name), std::ios::binary);
    if (!in) GTEST_SKIP() << name << " is absent (HFT_FIXTURES)";
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) +
                       (text.back() == '\n' ? 0 : 1);
    std::mt19937 random(7);
    CryptofeedReader reader(1 << 20);
    const auto frames = readInChunks(reader, text, [&] { return 1 + random() % 5000; });
    EXPECT_EQ(frames.size(), lines) << name;
    EXPECT_EQ(reader.faults().total(), 0U) << name;
    CryptofeedReader whole(1 << 20);
    EXPECT_EQ(frames, readWhole(whole, text)) << name;
  }
}

TEST(LobsterReader, ReadsTheRecordedMessagesWithoutAFault) {
  const std::string name = "lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv";
  std::ifstream in(fixturePath(name), std::ios::binary);
  if (!in) GTEST_SKIP() << name << " is absent (HFT_FIXTURES)";
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  LobsterReader reader(kLineBytesMax);
  const auto frames = readInChunks(reader, text, [] { return 17; });
  EXPECT_EQ(frames.size(), 999U);
  EXPECT_EQ(reader.faults().total(), 0U);
}

}  // namespace
}  // namespace hft::capture
