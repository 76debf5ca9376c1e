#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "native/capture/little_endian.hpp"
#include "native/capture/recording_reader.hpp"
#include "native/capture/recording_writer.hpp"
#include "native/core/crc32.hpp"
#include "test/native/capture/chunked.hpp"

namespace hft::capture {
namespace {

constexpr std::uint32_t kBlockBytes = 1024;

struct Recorded {
  std::string bytes;
  std::vector<OwnedFrame> frames;
  std::vector<std::size_t> blockEnds;
};

OwnedFrame randomFrame(std::mt19937& random) {
  OwnedFrame frame;
  frame.kind = static_cast<FrameKind>(random() % kFrameKindCount);
  frame.receiveTime = static_cast<Nanos>(random()) << 32 | random();
  frame.connection = static_cast<std::uint16_t>(random());
  frame.payload.resize(random() % 120);
  for (char& c : frame.payload) c = static_cast<char>(random());
  const bool hasUrl = frame.kind == FrameKind::Opened || frame.kind == FrameKind::Sent ||
                      frame.kind == FrameKind::RestAnswer;
  if (hasUrl) frame.url = "wss://venue/" + std::to_string(random());
  if (frame.kind == FrameKind::Gap || frame.kind == FrameKind::Closed) frame.lostCount = random();
  if (frame.kind == FrameKind::Instrument) frame.scale = Scale{2, 8, 4, 8};
  return frame;
}

CapturedFrame viewOf(const OwnedFrame& frame) {
  CapturedFrame view;
  view.kind = frame.kind;
  view.receiveTime = frame.receiveTime;
  view.payload = frame.payload;
  view.url = frame.url;
  view.connection = frame.connection;
  view.lostCount = frame.lostCount;
  view.scale = frame.scale;
  return view;
}

Recorded record(std::uint32_t seed, int frameCount) {
  std::mt19937 random(seed);
  RecordingInfo info;
  info.wireFormat = decode::WireFormat::KrakenV2;
  info.venue = "kraken";
  info.creationTime = 1723161255030314667;
  info.blockBytesMax = kBlockBytes;
  Recorded result;
  const auto header = recordingHeader(info);
  EXPECT_TRUE(header.ok());
  result.bytes.assign(header.value().data(), header.value().size());
  std::vector<char> block(kBlockBytes);
  RecordingWriter writer(block, 0);
  const auto seal = [&] {
    result.bytes += writer.seal();
    result.blockEnds.push_back(result.bytes.size());
  };
  for (int index = 0; index < frameCount; ++index) {
    result.frames.push_back(randomFrame(random));
    const CapturedFrame view = viewOf(result.frames.back());
    if (!writer.append(view).ok()) {
      seal();
      EXPECT_TRUE(writer.append(view).ok());
    }
  }
  seal();
  return result;
}

/// Positions differ from the written frames, which have none.
std::vector<OwnedFrame> withoutPositions(std::vector<OwnedFrame> frames) {
  for (OwnedFrame& frame : frames) frame.position = 0;
  return frames;
}

TEST(Recording, GivesBackWhatWasWrittenHoweverTheChunksAreCut) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Recorded recorded = record(seed, 60);
    std::mt19937 random(seed);
    const std::uint32_t chunkMax = 1 + random() % 2000;
    RecordingReader reader(kBlockBytes);
    const auto frames =
        readInChunks(reader, recorded.bytes, [&] { return 1 + random() % chunkMax; });
    EXPECT_EQ(withoutPositions(frames), recorded.frames);
    EXPECT_EQ(reader.faults().total(), 0U);
    ASSERT_TRUE(reader.hasInfo());
    EXPECT_EQ(reader.info().venue, "kraken");
    EXPECT_EQ(reader.info().wireFormat, decode::WireFormat::KrakenV2);
    EXPECT_EQ(reader.info().creationTime, 1723161255030314667);
    EXPECT_EQ(reader.soundBytes(), recorded.bytes.size());
    EXPECT_EQ(reader.nextBlockNumber(), recorded.blockEnds.size());
  }
}

TEST(Recording, RecoversEverythingBeforeATailTornAtAnyByte) {
  const Recorded recorded = record(3, 40);
  RecordingReader whole(kBlockBytes);
  const auto all = readWhole(whole, recorded.bytes);
  for (std::size_t cut = kRecordingHeaderBytes; cut < recorded.bytes.size(); ++cut) {
    RecordingReader reader(kBlockBytes);
    const auto frames =
        readInChunks(reader, std::string_view(recorded.bytes).substr(0, cut), [] { return 97; });
    std::size_t sound = kRecordingHeaderBytes;
    for (const std::size_t end : recorded.blockEnds) sound = end <= cut ? end : sound;
    EXPECT_EQ(reader.soundBytes(), sound);
    const auto expected = std::count_if(
        all.begin(), all.end(), [&](const OwnedFrame& frame) { return frame.position < sound; });
    EXPECT_EQ(frames.size(), static_cast<std::size_t>(expected));
    EXPECT_EQ(reader.faults().count(CaptureFault::TornTail), cut == sound ? 0U : 1U) << cut;
    EXPECT_EQ(reader.faults().total(), cut == sound ? 0U : 1U) << cut;
  }
}

TEST(Recording, RefusesDamageInTheMiddleWithThePositionOfItsBlock) {
  const Recorded recorded = record(4, 40);
  ASSERT_GT(recorded.blockEnds.size(), 2U);
  RecordingReader whole(kBlockBytes);
  const auto all = withoutPositions(readWhole(whole, recorded.bytes));
  for (std::size_t at = kRecordingHeaderBytes; at < recorded.bytes.size(); ++at) {
    std::string damaged = recorded.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::size_t block = 0;
    while (recorded.blockEnds[block] <= at) ++block;
    const std::size_t begin = block == 0 ? kRecordingHeaderBytes : recorded.blockEnds[block - 1];
    const bool isLast = block + 1 == recorded.blockEnds.size();
    RecordingReader reader(kBlockBytes);
    const auto frames = withoutPositions(readInChunks(reader, damaged, [] { return 61; }));
    ASSERT_EQ(reader.faults().total(), 1U) << at;
    EXPECT_EQ(reader.faults()[0].fault, isLast ? CaptureFault::TornTail : CaptureFault::Corrupt)
        << at;
    EXPECT_EQ(reader.faults()[0].position, begin) << at;
    EXPECT_EQ(reader.soundBytes(), begin) << at;
    // What was given is a prefix of what was written.
    ASSERT_LE(frames.size(), all.size());
    EXPECT_TRUE(std::equal(frames.begin(), frames.end(), all.begin())) << at;
  }
}

TEST(Recording, RefusesALostOrRepeatedBlock) {
  const Recorded recorded = record(6, 40);
  ASSERT_GT(recorded.blockEnds.size(), 2U);
  const std::size_t first = recorded.blockEnds[0];
  const std::size_t second = recorded.blockEnds[1];
  std::string lost = recorded.bytes;
  lost.erase(first, second - first);
  RecordingReader lostReader(kBlockBytes);
  (void)readWhole(lostReader, lost);
  EXPECT_EQ(lostReader.faults().count(CaptureFault::Corrupt), 1U);
  EXPECT_EQ(lostReader.faults()[0].position, first);
  std::string repeated = recorded.bytes;
  repeated.insert(second, recorded.bytes.substr(first, second - first));
  RecordingReader repeatedReader(kBlockBytes);
  (void)readWhole(repeatedReader, repeated);
  EXPECT_EQ(repeatedReader.faults()[0].position, second);
}

TEST(Recording, RefusesADamagedHeaderAnotherVersionAndBlocksBeyondTheLimit) {
  const Recorded recorded = record(7, 5);
  const auto faultOf = [](std::string bytes, std::size_t blockBytesMax) {
    RecordingReader reader(blockBytesMax);
    EXPECT_TRUE(readWhole(reader, bytes).empty());
    EXPECT_EQ(reader.faults().total(), 1U);
    return reader.faults()[0].fault;
  };
  for (std::size_t at = 0; at < kRecordingHeaderBytes; ++at) {
    std::string damaged = recorded.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_EQ(faultOf(damaged, kBlockBytes), CaptureFault::BadHeader) << at;
  }
  std::string later = recorded.bytes;
  storeLittle(&later[8], std::uint16_t{2});
  storeLittle(&later[60], crc32(0, {later.data(), 60}));
  EXPECT_EQ(faultOf(later, kBlockBytes), CaptureFault::UnsupportedVersion);
  EXPECT_EQ(faultOf(recorded.bytes, kBlockBytes - 1), CaptureFault::TooLong);
  EXPECT_EQ(faultOf(recorded.bytes.substr(0, 30), kBlockBytes), CaptureFault::BadHeader);
}

TEST(Recording, StepsOverRecordTypesThatItDoesNotKnow) {
  Recorded recorded = record(8, 3);
  ASSERT_EQ(recorded.blockEnds.size(), 1U);
  char* block = recorded.bytes.data() + kRecordingHeaderBytes;
  block[kBlockHeaderBytes] = 77;
  const std::size_t bytes = recorded.bytes.size() - kRecordingHeaderBytes;
  storeLittle(block + 36,
              crc32(crc32(0, {block, 36}), {block + kBlockHeaderBytes, bytes - kBlockHeaderBytes}));
  RecordingReader reader(kBlockBytes);
  const auto frames = withoutPositions(readWhole(reader, recorded.bytes));
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0], recorded.frames[1]);
  EXPECT_EQ(reader.faults().total(), 0U);
}

TEST(RecordingWriter, RefusesWhatCanNeverFitAndKeepsTheBlock) {
  std::vector<char> block(kBlockBytes);
  RecordingWriter writer(block, 0);
  CapturedFrame frame;
  const std::string large(kBlockBytes, 'x');
  frame.payload = large;
  EXPECT_EQ(writer.append(frame).error(), RecordingError::TooLarge);
  EXPECT_TRUE(writer.seal().empty());
  frame.payload =
      std::string_view(large).substr(0, kBlockBytes - kBlockHeaderBytes - kRecordHeaderBytes);
  EXPECT_TRUE(writer.append(frame).ok());
  EXPECT_EQ(writer.append(frame).error(), RecordingError::BlockFull);
  EXPECT_EQ(writer.seal().size(), kBlockBytes);
  EXPECT_EQ(writer.blockNumber(), 1U);
}

TEST(RecordingWriter, RefusesAVenueOrBlockSizeBeyondTheFormat) {
  RecordingInfo info;
  info.venue = "a venue with a name too long";
  EXPECT_EQ(recordingHeader(info).error(), RecordingError::BadVenue);
  info.venue = "x";
  info.blockBytesMax = 50;
  EXPECT_EQ(recordingHeader(info).error(), RecordingError::BadBlockSize);
  info.blockBytesMax = kBlockBytesLimit + 1;
  EXPECT_EQ(recordingHeader(info).error(), RecordingError::BadBlockSize);
}

}  // namespace
}  // namespace hft::capture
