#include "native/capture/itch_file_reader.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

#include "test/native/capture/chunked.hpp"

namespace hft::capture {
namespace {

std::string framed(const std::string& message) {
  std::string bytes;
  bytes += static_cast<char>(message.size() >> 8);
  bytes += static_cast<char>(message.size() & 0xff);
  return bytes + message;
}

TEST(ItchFileReader, GivesRunsOfWholeMessagesUpToTheLimit) {
  std::string text;
  for (int message = 0; message < 10; ++message) text += framed(std::string(18, 'x'));
  ItchFileReader reader(50);
  const auto frames = readWhole(reader, text);
  ASSERT_EQ(frames.size(), 5U);
  for (const OwnedFrame& frame : frames) EXPECT_EQ(frame.payload.size(), 40U);
  EXPECT_EQ(frames[4].position, 160U);
}

TEST(ItchFileReader, LosesNoByteHoweverTheChunksAreCut) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::string text;
    for (int message = 0; message < 200; ++message) {
      const std::size_t bytes = random() % 50 == 0 ? random() % 3000 : random() % 50;
      std::string body(bytes, '\0');
      for (char& c : body) c = static_cast<char>(random());
      text += framed(body);
    }
    ItchFileReader reader(1 + random() % 1000);
    const std::uint32_t chunkMax = 1 + random() % 400;
    const auto frames = readInChunks(reader, text, [&] { return 1 + random() % chunkMax; });
    std::string joined;
    for (const OwnedFrame& frame : frames) {
      EXPECT_EQ(frame.position, joined.size());
      // Every frame is whole messages.
      std::size_t at = 0;
      while (at < frame.payload.size()) {
        at += 2 + static_cast<std::size_t>(static_cast<unsigned char>(frame.payload[at])) * 256 +
              static_cast<unsigned char>(frame.payload[at + 1]);
      }
      EXPECT_EQ(at, frame.payload.size());
      joined += frame.payload;
    }
    EXPECT_EQ(joined, text);
    EXPECT_EQ(reader.faults().total(), 0U);
  }
}

TEST(ItchFileReader, ReportsATornTailAtItsOffset) {
  ItchFileReader reader(1 << 16);
  const auto frames = readWhole(reader, framed("Sabc") + framed("Rdef").substr(0, 4));
  ASSERT_EQ(frames.size(), 1U);
  ASSERT_EQ(reader.faults().total(), 1U);
  EXPECT_EQ(reader.faults()[0].fault, CaptureFault::TornTail);
  EXPECT_EQ(reader.faults()[0].position, 6U);
}

}  // namespace
}  // namespace hft::capture
