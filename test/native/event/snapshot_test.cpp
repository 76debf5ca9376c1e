#include "native/event/snapshot.hpp"

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native/event/journal_replay.hpp"
#include "test/native/event/journal_lab.hpp"

namespace hft::event {
namespace {

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string textOf(std::optional<std::span<const std::byte>> bytes) {
  if (!bytes) return "(none)";
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

/// Waits until the point is on disk, writes a snapshot whose state is `state`, marks it.
SnapshotMark snap(Journal& journal, const std::string& path, const std::string& state) {
  const JournalPoint point = journal.point();
  EXPECT_EQ(journal.waitDurable(point.sequence, 10'000'000'000), JournalError::Ok);
  auto begun = SnapshotWriter::begin(path, point, 7);
  EXPECT_TRUE(begun.ok());
  SnapshotWriter writer = begun.take();
  EXPECT_EQ(writer.add("orders", bytesOf(state)), SnapshotError::Ok);
  EXPECT_EQ(writer.add("risk", {}), SnapshotError::Ok);
  const auto mark = writer.commit();
  EXPECT_TRUE(mark.ok());
  EXPECT_TRUE(journal.append(RecordKind::Snapshot, mark.value(), {1, 1}, Reserve::Use).ok());
  return mark.value();
}

std::unique_ptr<Journal> open(const std::string& path) {
  AuditReport report;
  std::vector<Told> told;
  auto journal = reopen(path, smallOptions(), report, told);
  EXPECT_TRUE(journal.ok());
  return journal.take();
}

void tellMany(Journal& journal, int count) {
  for (int i = 0; i < count; ++i) {
    for (;;) {
      const auto told = tell(journal, noteOf(journal.lastSequence() + 1), Reserve::Use);
      if (told.ok()) break;
      ASSERT_EQ(told.error(), JournalError::Full);  // The next segment is being made.
      std::this_thread::yield();
    }
  }
}

/// The sequences that a replay gives, and the state that it begins with.
struct Replayed {
  std::string state;
  std::vector<std::uint64_t> sequences;
  std::vector<PassedSnapshot> passed;
  bool isComplete = false;
};

Replayed replayOf(const std::string& path) {
  const auto directory = JournalDirectory::open(path, JournalDirectory::Mode::Read);
  EXPECT_TRUE(directory.ok());
  const JournalReplay replay(directory.value());
  Replayed result;
  if (replay.snapshot() != nullptr) result.state = textOf(replay.snapshot()->section("orders"));
  replay.run([&](const JournalRecord& record) {
    result.sequences.push_back(record.sequence);
    if (record.kind == RecordKind::StrategyNote) {
      EXPECT_EQ(textOf(record.payload), noteOf(record.sequence));
    }
  });
  result.passed.assign(replay.passed().begin(), replay.passed().end());
  result.isComplete = replay.isComplete();
  return result;
}

void expectRun(const Replayed& replayed, std::uint64_t from, std::uint64_t to) {
  ASSERT_EQ(replayed.sequences.size(), to - from + 1);
  for (std::uint64_t i = 0; i < replayed.sequences.size(); ++i) {
    ASSERT_EQ(replayed.sequences[i], from + i);
  }
}

void alter(const std::string& path, std::streamoff offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(offset);
  const auto byte = static_cast<char>(file.get() ^ 1);
  file.seekp(offset);
  file.put(byte);
}

TEST(Snapshot, GivesBackItsSectionsByName) {
  const LabDirectory lab;
  const JournalPoint point{5, 42, 0xfeed};
  auto writer = SnapshotWriter::begin(lab.path(), point, 99).take();
  const std::string odd = "thirteen bytes";
  ASSERT_EQ(writer.add("orders", bytesOf(odd)), SnapshotError::Ok);
  ASSERT_EQ(writer.add("a-name-of-the-full-width", {}), SnapshotError::Ok);
  ASSERT_EQ(writer.add("risk", bytesOf("r")), SnapshotError::Ok);
  const auto mark = writer.commit();
  ASSERT_TRUE(mark.ok());
  EXPECT_EQ(mark.value().sequence, 42U);
  const auto opened = SnapshotReader::open(snapshotPath(lab.path(), 42));
  ASSERT_TRUE(opened.ok());
  const SnapshotReader& reader = opened.value();
  EXPECT_EQ(reader.point(), point);
  EXPECT_EQ(reader.createdTime(), 99);
  EXPECT_EQ(reader.sectionCount(), 3U);
  EXPECT_EQ(reader.sizeBytes(), mark.value().sizeBytes);
  EXPECT_EQ(textOf(reader.section("orders")), odd);
  EXPECT_EQ(textOf(reader.section("a-name-of-the-full-width")), "");
  EXPECT_EQ(textOf(reader.section("risk")), "r");
  EXPECT_EQ(textOf(reader.section("positions")), "(none)");
}

TEST(Snapshot, RefusesNamesThatAreEmptyTooLongOrTakenAndSectionsBeyondItsLimit) {
  const LabDirectory lab;
  auto writer = SnapshotWriter::begin(lab.path(), {1, 1, 1}, 0).take();
  EXPECT_EQ(writer.add("", {}), SnapshotError::BadName);
  EXPECT_EQ(writer.add(std::string(kSectionNameMax + 1, 'n'), {}), SnapshotError::BadName);
  EXPECT_EQ(writer.add(std::string_view("a\0b", 3), {}), SnapshotError::BadName);
  for (std::size_t i = 0; i < kSectionsMax; ++i) {
    ASSERT_EQ(writer.add("s" + std::to_string(i), {}), SnapshotError::Ok);
  }
  EXPECT_EQ(writer.add("s0", {}), SnapshotError::BadName);
  EXPECT_EQ(writer.add("one more", {}), SnapshotError::TooMany);
  EXPECT_TRUE(writer.commit().ok());
}

TEST(Snapshot, LeavesNothingBehindUntilItIsCommitted) {
  const LabDirectory lab;
  {
    auto writer = SnapshotWriter::begin(lab.path(), {1, 9, 1}, 0).take();
    ASSERT_EQ(writer.add("orders", bytesOf("state")), SnapshotError::Ok);
    EXPECT_TRUE(listSnapshots(lab.path()).empty());
  }
  EXPECT_TRUE(std::filesystem::is_empty(lab.path()));
  EXPECT_EQ(SnapshotWriter::begin(lab.path() + "/nowhere", {1, 9, 1}, 0).error(),
            SnapshotError::DiskFailed);
}

TEST(Snapshot, LeavesNothingBehindWhenTheDiskIsFull) {
  const LabDirectory lab;
  const pid_t child = fork();
  if (child == 0) {
    // A write beyond the limit fails as one on a full disk does.
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4'096, 4'096};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    auto writer = SnapshotWriter::begin(lab.path(), {1, 9, 1}, 0).take();
    if (writer.add("orders", bytesOf(std::string(10'000, 's'))) != SnapshotError::DiskFailed) {
      _exit(1);
    }
    if (writer.add("risk", {}) != SnapshotError::DiskFailed) _exit(2);
    if (writer.commit().error() != SnapshotError::DiskFailed) _exit(3);
    _exit(std::filesystem::is_empty(lab.path()) ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Snapshot, FindsEveryAlteredByteAndEveryShorterLength) {
  const LabDirectory lab;
  auto writer = SnapshotWriter::begin(lab.path(), {1, 9, 1}, 0).take();
  ASSERT_EQ(writer.add("orders", bytesOf("the state of it")), SnapshotError::Ok);
  ASSERT_TRUE(writer.commit().ok());
  const std::string path = snapshotPath(lab.path(), 9);
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t at = 0; at < size; ++at) {
    alter(path, static_cast<std::streamoff>(at));
    ASSERT_EQ(SnapshotReader::open(path).error(), SnapshotError::Damaged) << "offset " << at;
    alter(path, static_cast<std::streamoff>(at));
  }
  ASSERT_TRUE(SnapshotReader::open(path).ok());
  for (std::uintmax_t left = size; left-- > 0;) {
    std::filesystem::resize_file(path, left);
    ASSERT_EQ(SnapshotReader::open(path).error(), SnapshotError::Damaged) << "size " << left;
  }
  EXPECT_EQ(SnapshotReader::open(path + "x").error(), SnapshotError::Unreadable);
}

TEST(JournalReplay, BeginsBehindTheNewestSnapshot) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 300);
  snap(*journal, lab.journal(), "first");
  tellMany(*journal, 300);
  const SnapshotMark mark = snap(*journal, lab.journal(), "second");
  EXPECT_EQ(mark.sequence, 601U);
  tellMany(*journal, 10);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  const Replayed replayed = replayOf(lab.journal());
  EXPECT_TRUE(replayed.isComplete);
  EXPECT_EQ(replayed.state, "second");
  EXPECT_TRUE(replayed.passed.empty());
  expectRun(replayed, 602, 612);
}

TEST(JournalReplay, FallsBackToTheSnapshotBeforeADamagedOneAndThenToTheWholeHistory) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 300);
  snap(*journal, lab.journal(), "first");
  tellMany(*journal, 300);
  snap(*journal, lab.journal(), "second");
  ASSERT_EQ(journal->close(), JournalError::Ok);
  alter(snapshotPath(lab.journal(), 601), 70);
  Replayed replayed = replayOf(lab.journal());
  EXPECT_EQ(replayed.state, "first");
  ASSERT_EQ(replayed.passed.size(), 1U);
  EXPECT_EQ(replayed.passed[0].sequence, 601U);
  EXPECT_EQ(replayed.passed[0].error, SnapshotError::Damaged);
  expectRun(replayed, 301, 602);
  std::filesystem::remove(snapshotPath(lab.journal(), 300));
  replayed = replayOf(lab.journal());
  EXPECT_TRUE(replayed.isComplete);
  EXPECT_EQ(replayed.state, "");
  expectRun(replayed, 1, 602);
}

TEST(Snapshot, RemovesTheDraftsOfProcessesThatDied) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 10);
  const std::string draft = snapshotPath(lab.journal(), 4) + ".new";
  const std::string foreign = lab.journal() + "/notes.state.new";
  for (const std::string& path : {draft, foreign}) std::ofstream(path) << "half a sna";
  (void)snap(*journal, lab.journal(), "state");
  EXPECT_FALSE(std::filesystem::exists(draft));
  EXPECT_TRUE(std::filesystem::exists(foreign));
}

TEST(JournalReplay, SaysThatTheStateIsLostWhenRetentionTookWhatNoSnapshotHolds) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 600);
  const SnapshotMark mark = snap(*journal, lab.journal(), "state");
  journal->retainFrom(mark.sequence + 1);
  tellMany(*journal, 200);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  // What the background had not yet removed goes with the next run.
  const auto next = open(lab.journal());
  next->retainFrom(mark.sequence + 1);
  ASSERT_TRUE(tell(*next, noteOf(next->lastSequence() + 1), Reserve::Use).ok());
  ASSERT_EQ(next->waitDurable(next->lastSequence(), 10'000'000'000), JournalError::Ok);
  ASSERT_EQ(next->close(), JournalError::Ok);
  Replayed replayed = replayOf(lab.journal());
  EXPECT_TRUE(replayed.isComplete);
  EXPECT_EQ(replayed.state, "state");
  expectRun(replayed, mark.sequence + 1, mark.sequence + 202);
  alter(snapshotPath(lab.journal(), mark.sequence), 100);
  replayed = replayOf(lab.journal());
  EXPECT_FALSE(replayed.isComplete);
  EXPECT_EQ(replayed.passed.size(), 1U);
}

TEST(JournalReplay, PassesOverASnapshotOfAnotherHistoryOrJournal) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 50);
  JournalPoint lost = journal->point();
  tellMany(*journal, 50);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  const auto write = [&](const JournalPoint& point) {
    auto writer = SnapshotWriter::begin(lab.journal(), point, 0).take();
    ASSERT_EQ(writer.add("orders", bytesOf("of a future that never was")), SnapshotError::Ok);
    ASSERT_TRUE(writer.commit().ok());
  };
  JournalPoint forged = lost;
  forged.chain ^= 1;
  write(forged);
  Replayed replayed = replayOf(lab.journal());
  EXPECT_EQ(replayed.state, "");
  ASSERT_EQ(replayed.passed.size(), 1U);
  EXPECT_EQ(replayed.passed[0].error, SnapshotError::OtherJournal);
  forged = lost;
  forged.journalId += 1;
  write(forged);
  EXPECT_EQ(replayOf(lab.journal()).passed.size(), 1U);
  forged = lost;
  forged.sequence = 1'000;  // Beyond the end.
  write(forged);
  replayed = replayOf(lab.journal());
  EXPECT_EQ(replayed.passed.size(), 2U);
  expectRun(replayed, 1, 100);
}

TEST(JournalReplay, GivesTheRecordsFromAnySequenceOverSegments) {
  const LabDirectory lab;
  const auto journal = open(lab.journal());
  tellMany(*journal, 700);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  const auto directory = JournalDirectory::open(lab.journal(), JournalDirectory::Mode::Read);
  const JournalReplay replay(directory.value());
  for (std::uint64_t from = 1; from <= 701; ++from) {
    std::uint64_t next = from;
    replay.runFrom(from, [&](const JournalRecord& record) { ASSERT_EQ(record.sequence, next++); });
    ASSERT_EQ(next, 701U) << "from " << from;
  }
}

}  // namespace
}  // namespace hft::event
