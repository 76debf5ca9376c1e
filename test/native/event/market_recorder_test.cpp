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

/// Records events up to `count` with `i % 5` and `i % 3` levels; waits where there is no space.
void recordAll(MarketRecorder& recorder, std::uint64_t count) {
  for (std::uint64_t i = recorder.lastSequence() + 1; i <= count; ++i) {
    EXPECT_EQ(recorder.record(eventOf(i), levelsOf(i, i % 5), levelsOf(i + 100, i % 3)), i);
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
  return std::memcmp(&found.event, &event, sizeof event) == 0 && same(found.bids, bids) &&
         same(found.asks, asks);
}

/// A book that changes as books do, and at times as they never should.
class RandomBook {
 public:
  explicit RandomBook(std::uint64_t seed) : random_(seed) {}

  void change() {
    for (auto& side : sides_) {
      for (std::uint64_t edits = random_() % 4; edits > 0; --edits) edit(side);
      if (random_() % 50 == 0) side.clear();
      if (random_() % 20 == 0) std::reverse(side.begin(), side.end());
    }
  }
  MarketEvent event(std::uint64_t i) {
    MarketEvent event;
    event.kind = static_cast<EventKind>(random_() % kEventKindCount);
    event.receiveTime = static_cast<Nanos>(i * 1'000 - random_() % 3'000);
    event.instrument = 0;
    if (event.kind == EventKind::None) return event;
    event.instrument =
        random_() % 40 == 0 ? kNoInstrument : static_cast<InstrumentId>(random_() % 5);
    event.side = static_cast<Side>(random_() % 3);
    event.state = static_cast<BookState>(random_() % 3);
    event.exchangeTime = random_() % 4 == 0 ? 0 : event.receiveTime - 55;
    event.sequence = random_() % 30 == 0 ? random_() : i;
    for (std::int64_t& value : event.values) value = random_() % 9 == 0 ? kNoPrice : pick();
    if (random_() % 2 == 0 && !bids().empty() && !asks().empty()) {
      event.quote = {bids()[0].price, bids()[0].qty, asks()[0].price, asks()[0].qty};
    }
    return event;
  }
  [[nodiscard]] const std::vector<Level>& bids() const { return sides_[0]; }
  [[nodiscard]] const std::vector<Level>& asks() const { return sides_[1]; }

 private:
  std::int64_t pick() { return static_cast<std::int64_t>(random_() >> random_() % 64); }
  void edit(std::vector<Level>& side) {
    const std::size_t at = side.empty() ? 0 : random_() % side.size();
    const auto place = side.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random_() % 3) {
      case 0:
        if (side.size() < 90) side.insert(place, {pick(), pick()});
        break;
      case 1:
        if (!side.empty()) side.erase(place);
        break;
      default:
        if (!side.empty()) place->qty = pick();
    }
  }

  std::mt19937_64 random_;
  std::vector<Level> sides_[2];
};

bool isSame(std::span<const Level> a, std::span<const Level> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Level& x, const Level& y) {
    return x.price == y.price && x.qty == y.qty;
  });
}

TEST(MarketRecorder, GivesBackWhateverItGotFromAnyEventOn) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    const LabDirectory lab;
    RecorderOptions options = smallRecorder();
    options.segmentBytes = 1 << 20;
    const auto recorder = start(lab.path() + "/market", 7, options);
    struct Kept {
      MarketEvent event;
      std::vector<Level> bids;
      std::vector<Level> asks;
    };
    std::vector<Kept> all;
    RandomBook book(seed);
    std::mt19937_64 random(seed);
    for (std::uint64_t i = 1; i <= 3'000; ++i) {
      book.change();
      const MarketEvent event = book.event(i);
      const bool hasLevels = event.kind != EventKind::None && random() % 4 != 0;
      all.push_back({event, hasLevels ? book.bids() : std::vector<Level>{},
                     hasLevels ? book.asks() : std::vector<Level>{}});
      EXPECT_EQ(recorder->record(event, all.back().bids, all.back().asks), i);
      if (random() % 100 == 0) recorder->flush();
    }
    recorder->flush();
    EXPECT_EQ(recorder->lost(), 0U);
    const auto recording = MarketRecording::open(lab.path() + "/market", 7);
    ASSERT_TRUE(recording.ok());
    EXPECT_EQ(recording.value().firstSequence(), 1U);
    for (const std::uint64_t from : {1U, 2U, 700U, 2'999U, 3'000U}) {
      std::uint64_t expected = from;
      const auto fault = recording.value().readFrom(from, [&](const RecordedEvent& found) {
        const Kept& kept = all[expected - 1];
        EXPECT_EQ(found.sequence, expected++);
        EXPECT_EQ(std::memcmp(&found.event, &kept.event, sizeof found.event), 0);
        EXPECT_TRUE(isSame(found.bids, kept.bids) && isSame(found.asks, kept.asks));
        return !::testing::Test::HasFailure();
      });
      ASSERT_EQ(fault.fault, JournalFault::Ok);
      ASSERT_EQ(expected, 3'001U);
    }
  }
}

TEST(MarketRecorder, HasOnFileWhatWasFlushedAndTellsHowManyEventsFoundNoSpace) {
  const LabDirectory lab;
  RecorderOptions options = smallRecorder();
  const auto recorder = start(lab.path() + "/market", 1, options);
  recordAll(*recorder, 60'000);
  recorder->flush();
  std::uint64_t told = 0;
  std::uint64_t expected = 1;
  const auto recording = MarketRecording::open(lab.path() + "/market", 1);
  const auto fault = recording.value().readFrom(1, [&](const RecordedEvent& found) {
    if (found.event.kind == EventKind::Gap) {
      told += found.event.sequence;
      expected += found.event.sequence;
    } else {
      EXPECT_TRUE(isEvent(found, expected)) << "event " << expected;
      ++expected;
    }
    return !::testing::Test::HasFailure();
  });
  EXPECT_EQ(fault.fault, JournalFault::Ok);
  // What was lost at the very end has no event behind it that could tell.
  EXPECT_LE(told, recorder->lost());
  EXPECT_EQ(expected - 1 + recorder->lost() - told, 60'000U);
}

TEST(MarketRecorder, StopsReadingWhenItsVisitorHasEnough) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 1, smallRecorder());
  recordAll(*recorder, 20);
  recorder->flush();
  const auto recording = MarketRecording::open(lab.path() + "/market", 1);
  std::uint64_t seen = 0;
  const auto visit = [&](const RecordedEvent&) { return ++seen < 4; };
  EXPECT_EQ(recording.value().readFrom(1, visit).fault, JournalFault::Ok);
  EXPECT_EQ(seen, 4U);
}

TEST(MarketRecorder, RefersToWhatWasRecordedSinceTheLastReference) {
  const LabDirectory lab;
  const auto recorder = start(lab.path() + "/market", 1, smallRecorder());
  recordAll(*recorder, 2);
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
  recorder->flush();
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
    for (std::uint64_t i = 1; recorder->firstSequence() < 20'000; ++i) {
      (void)recorder->record(eventOf(i), levelsOf(i, 4), {});
      std::this_thread::yield();
    }
    ASSERT_EQ(recorder->close(), JournalError::Ok);
    const auto recording = MarketRecording::open(path, 1);
    ASSERT_TRUE(recording.ok());
    const std::uint64_t first = recording.value().firstSequence();
    // The first block of what is kept may need one that is gone.
    EXPECT_LE(first, recorder->firstSequence() + 1'000);
    std::uint64_t last = 0;
    const auto visit = [&](const RecordedEvent& found) {
      EXPECT_TRUE(last == 0 ? found.sequence == first : found.sequence >= last);
      last = found.sequence;
      return true;
    };
    EXPECT_EQ(recording.value().readFrom(1, visit).fault, JournalFault::Ok);
    EXPECT_EQ(last, recorder->lastSequence());
  }
}

TEST(MarketRecorder, RemovesTheOldestRunsBeyondItsSizeAndRefusesARunTwice) {
  const LabDirectory lab;
  const std::string path = lab.path() + "/market";
  for (std::uint64_t run = 1; run <= 3; ++run) {
    const auto recorder = start(path, run, smallRecorder());
    recordAll(*recorder, 4'000);
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
  for (std::uint64_t i = 1; recorder->sizeBytes() < 5 * smallRecorder().segmentBytes; ++i) {
    (void)recorder->record(eventOf(i), levelsOf(i, 4), {});
    std::this_thread::yield();
  }
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
