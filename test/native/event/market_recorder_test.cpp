#include "native/event/recording/market_recorder.hpp"

#include <random>
#include <thread>

#include "native/event/recording/market_recording.hpp"
#include "test/native/event/journal_lab.hpp"

namespace hft::event {
namespace {

MarketEvent eventOf(std::uint64_t i) {
  MarketEvent event;
  event.instrument = static_cast<InstrumentId>(i % 7);
  event.kind = EventKind::Book;
  event.receiveTime = static_cast<Nanos>(i * 1'000);
  event.sequence = i * 3;
  event.quote.bid = static_cast<Price>(i);
  event.quote.ask = static_cast<Price>(i + 1);
  return event;
}

std::vector<Level> levelsOf(std::uint64_t i, std::size_t count) {
  std::vector<Level> levels(count);
  for (std::size_t k = 0; k < count; ++k) {
    levels[k] = {static_cast<Price>(i + k), static_cast<Qty>(k + 1)};
  }
  return levels;
}

RecorderOptions smallRecorder() {
  RecorderOptions options;
  options.segmentBytes = 32'768;
  options.commitWindow = 200'000;
  options.journalId = 5;
  return options;
}

std::unique_ptr<MarketRecorder> start(const std::string& path, std::uint64_t run,
                                      const RecorderOptions& options) {
  auto recorder = MarketRecorder::start(path, run, options);
  EXPECT_TRUE(recorder.ok());
  return recorder.take();
}

/// Records event `i` with `i % 5` and `i % 3` levels; waits for space.
void recordAll(MarketRecorder& recorder, std::uint64_t count) {
  for (std::uint64_t i = recorder.lastSequence() + 1; i <= count; ++i) {
    const std::vector<Level> bids = levelsOf(i, i % 5);
    const std::vector<Level> asks = levelsOf(i + 100, i % 3);
    while (recorder.record(eventOf(i), bids, asks) == 0) std::this_thread::yield();
  }
}

bool isEvent(const RecordedEvent& found, std::uint64_t i) {
  const std::vector<Level> bids = levelsOf(i, i % 5);
  const std::vector<Level> asks = levelsOf(i + 100, i % 3);
  const MarketEvent event = eventOf(i);
  const auto same = [](std::span<const Level> a, const std::vector<Level>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Level& x, const Level& y) {
      return x.price == y.price && x.qty == y.qty;
    });
  };
  return found.realtime == event.receiveTime &&
         std::memcmp(&found.event, &event, sizeof event) == 0 && same(found.bids, bids) &&
         same(found.asks, asks);
}

TEST(MarketRecorder, GivesBackEventsAndLevelsFromAnySequenceWhileItIsWritten) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 7, smallRecorder());
  std::uint64_t lost = 0;
  std::vector<std::uint64_t> indices;
  for (std::uint64_t i = 1; i <= 900; ++i) {
    const std::vector<Level> bids = levelsOf(i, i % 5);
    const std::vector<Level> asks = levelsOf(i + 100, i % 3);
    while (recorder->record(eventOf(i), bids, asks) == 0) {
      ++lost;
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(recorder->lost(), lost);
  const auto recording = MarketRecording::open(lab.path() + "/market", 7);
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording.value().firstSequence(), 1U);
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t from = random() % recorder->lastSequence() + 1;
    std::uint64_t expected = from;
    std::uint64_t event = 0;
    const RecordingFault fault = recording.value().readFrom(from, [&](const RecordedEvent& found) {
      EXPECT_EQ(found.sequence, expected++);
      if (found.event.kind == EventKind::Gap) return true;
      const std::uint64_t i = found.event.sequence / 3;
      EXPECT_TRUE(event == 0 || i == event + 1);
      event = i;
      EXPECT_TRUE(isEvent(found, i)) << "event " << i;
      return true;
    });
    ASSERT_EQ(fault.fault, JournalFault::Ok);
    ASSERT_EQ(expected, recorder->lastSequence() + 1) << "from " << from;
  }
  ASSERT_EQ(recorder->close(), JournalError::Ok);
}

TEST(MarketRecorder, StopsReadingWhenItsVisitorHasEnough) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 1, smallRecorder());
  recordAll(*recorder, 20);
  const auto recording = MarketRecording::open(lab.path() + "/market", 1);
  std::uint64_t seen = 0;
  const auto visit = [&](const RecordedEvent&) { return ++seen < 4; };
  EXPECT_EQ(recording.value().readFrom(1, visit).fault, JournalFault::Ok);
  EXPECT_EQ(seen, 4U);
}

TEST(MarketRecorder, RefersToWhatWasRecordedSinceTheLastReference) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 1, smallRecorder());
  EXPECT_EQ(recorder->record(eventOf(1)), 1U);
  EXPECT_EQ(recorder->record(eventOf(2)), 2U);
  MarketReference reference = recorder->takeReference(77);
  EXPECT_EQ(reference.firstSequence, 1U);
  EXPECT_EQ(reference.lastSequence, 2U);
  EXPECT_EQ(reference.stateHash, 77U);
  reference = recorder->takeReference(78);
  EXPECT_EQ(reference.firstSequence, 3U);
  EXPECT_EQ(reference.lastSequence, 2U);
}

TEST(MarketRecorder, KeepsTheBestLevelsOfABookThatIsTooDeep) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 1, smallRecorder());
  const std::vector<Level> deep = levelsOf(1, 2'000);
  ASSERT_EQ(recorder->record(eventOf(1), deep, deep), 1U);
  const auto recording = MarketRecording::open(lab.path() + "/market", 1);
  const auto visit = [&](const RecordedEvent& found) {
    EXPECT_EQ(found.bids.size(), kRecordedLevelsMax / 2);
    EXPECT_EQ(found.asks.size(), kRecordedLevelsMax / 2);
    EXPECT_EQ(found.asks.back().price, deep[kRecordedLevelsMax / 2 - 1].price);
    return true;
  };
  EXPECT_EQ(recording.value().readFrom(1, visit).fault, JournalFault::Ok);
}

TEST(MarketRecorder, LetsOldSegmentsGoBySizeAndByTimeAndSaysFromWhereItIsKept) {
  const LabDirectory lab;
  RecorderOptions options = smallRecorder();
  options.bytesMax = 6 * options.segmentBytes;
  for (const bool isByTime : {false, true}) {
    if (isByTime) {
      options.bytesMax = ~0ULL;
      options.keepTime = 600 * 1'000;  // 600 events.
    }
    const std::string path = lab.path() + (isByTime ? "/time" : "/size");
    const auto recorder = start(path, 1, options);
    std::uint64_t i = 0;
    while (i < 6'000) i += recorder->record(eventOf(i + 1)) != 0 ? 1 : 0;
    EXPECT_GT(recorder->firstSequence(), 3'000U);
    ASSERT_EQ(recorder->close(), JournalError::Ok);
    const auto recording = MarketRecording::open(path, 1);
    ASSERT_TRUE(recording.ok());
    const std::uint64_t first = recording.value().firstSequence();
    EXPECT_LE(first, recorder->firstSequence());
    std::uint64_t expected = first;
    const auto visit = [&](const RecordedEvent& found) { return found.sequence == expected++; };
    EXPECT_EQ(recording.value().readFrom(1, visit).fault, JournalFault::Ok);
    EXPECT_EQ(expected, recorder->lastSequence() + 1);
  }
}

TEST(MarketRecorder, RemovesTheOldestRunsBeyondItsSizeAndRefusesARunTwice) {
  const LabDirectory lab;
  const std::string path = lab.path() + "/market";
  for (std::uint64_t run = 1; run <= 3; ++run) {
    const auto recorder = start(path, run, smallRecorder());
    recordAll(*recorder, 400);
    ASSERT_EQ(recorder->close(), JournalError::Ok);
  }
  EXPECT_EQ(MarketRecorder::start(path, 3, smallRecorder()).error(), JournalError::Refused);
  const std::vector<RecordedRun> before = listRecordings(path);
  ASSERT_EQ(before.size(), 3U);
  RecorderOptions options = smallRecorder();
  options.bytesMax = before[1].sizeBytes + before[2].sizeBytes;
  const auto recorder = start(path, 4, options);
  const std::vector<RecordedRun> after = listRecordings(path);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[0].run, 2U);
  EXPECT_EQ(MarketRecording::open(path, 1).error(), JournalError::NoDirectory);
}

TEST(MarketRecorder, NamesWhereARecordIsDamagedOrASegmentIsMissing) {
  const LabDirectory lab;
  const std::string path = lab.path() + "/market";
  const auto recorder = start(path, 1, smallRecorder());
  recordAll(*recorder, 900);
  ASSERT_EQ(recorder->close(), JournalError::Ok);
  const std::string folder = recordingPath(path, 1);
  const auto all = [](const RecordedEvent&) { return true; };
  std::filesystem::rename(folder + "/000000000002.journal", folder + "/gone");
  RecordingFault fault = MarketRecording::open(path, 1).value().readFrom(1, all);
  EXPECT_EQ(fault.fault, JournalFault::DamagedRecord);
  EXPECT_EQ(fault.segment, 3U);
  std::filesystem::rename(folder + "/gone", folder + "/000000000002.journal");
  {
    std::fstream file(folder + "/000000000001.journal",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(sizeof(SegmentHeader) + sizeof(RecordHeader) + 9);
    file.put('x');
  }
  fault = MarketRecording::open(path, 1).value().readFrom(1, all);
  EXPECT_EQ(fault.fault, JournalFault::DamagedRecord);
  EXPECT_EQ(fault.segment, 1U);
  EXPECT_EQ(fault.offset, sizeof(SegmentHeader));
}

}  // namespace
}  // namespace hft::event
