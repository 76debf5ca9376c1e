#include "native/event/journal.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/native/event/journal_lab.hpp"

namespace hft::event {
namespace {

constexpr Nanos kPatience = 10'000'000'000;

std::unique_ptr<Journal> opened(const std::string& path, const JournalOptions& options,
                                AuditReport& report, std::vector<Told>& told) {
  auto result = reopen(path, options, report, told);
  EXPECT_TRUE(result.ok()) << static_cast<int>(result.error()) << " fault "
                           << static_cast<int>(report.fault) << " at segment " << report.segment
                           << " offset " << report.offset << " sequence " << report.sequence;
  return result.ok() ? result.take() : nullptr;
}

std::unique_ptr<Journal> opened(const std::string& path, const JournalOptions& options) {
  AuditReport report;
  std::vector<Told> told;
  return opened(path, options, report, told);
}

/// Appends notes number `from` to `to`; the disk is quick enough for `kPatience`.
void tellAll(Journal& journal, std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t i = from; i <= to; ++i) {
    auto result = tell(journal, noteOf(i), Reserve::Use);
    while (!result.ok() && result.error() == JournalError::Full) {
      ASSERT_EQ(journal.waitDurable(journal.lastSequence(), kPatience), JournalError::Ok);
      result = tell(journal, noteOf(i), Reserve::Use);
    }
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(result.value(), i);
  }
}

void expectNotes(const std::vector<Told>& told, std::uint64_t count) {
  ASSERT_EQ(told.size(), count);
  for (std::uint64_t i = 1; i <= count; ++i) {
    EXPECT_EQ(told[i - 1], (Told{i, RecordKind::StrategyNote, noteOf(i)}));
  }
}

TEST(Journal, GivesBackWhatWasAppendedOverManySegments) {
  const LabDirectory lab;
  {
    const auto journal = opened(lab.journal(), smallOptions());
    tellAll(*journal, 1, 2'000);
    EXPECT_EQ(journal->close(), JournalError::Ok);
  }
  std::vector<Told> told;
  const AuditReport report = auditOf(lab.journal(), told);
  EXPECT_EQ(report.fault, JournalFault::Ok);
  EXPECT_EQ(report.head.isClosed, 1U);
  EXPECT_GT(report.lastSegment, 5U);
  expectNotes(told, 2'000);
}

TEST(Journal, ContinuesSequenceAndChainInTheNextRun) {
  const LabDirectory lab;
  for (std::uint64_t run = 1; run <= 5; ++run) {
    AuditReport report;
    std::vector<Told> told;
    const auto journal = opened(lab.journal(), smallOptions(), report, told);
    EXPECT_EQ(journal->run(), run);
    expectNotes(told, (run - 1) * 100);
    tellAll(*journal, told.size() + 1, told.size() + 100);
  }
  std::vector<Told> told;
  EXPECT_EQ(auditOf(lab.journal(), told).fault, JournalFault::Ok);
  expectNotes(told, 500);
}

TEST(Journal, ReportsARecordAsDurableOnceItIsOnDisk) {
  const LabDirectory lab;
  const auto journal = opened(lab.journal(), smallOptions());
  tellAll(*journal, 1, 10);
  EXPECT_EQ(journal->waitDurable(10, kPatience), JournalError::Ok);
  EXPECT_EQ(journal->durableSequence(), 10U);
  EXPECT_EQ(journal->waitDurable(11, 1'000), JournalError::TimedOut);
}

TEST(Journal, IsOpenForOneWriterOnly) {
  const LabDirectory lab;
  const auto journal = opened(lab.journal(), smallOptions());
  AuditReport report;
  std::vector<Told> told;
  EXPECT_EQ(reopen(lab.journal(), smallOptions(), report, told).error(), JournalError::Locked);
}

TEST(Journal, CanBeAuditedWhileItIsWritten) {
  const LabDirectory lab;
  const auto journal = opened(lab.journal(), smallOptions());
  tellAll(*journal, 1, 50);
  std::vector<Told> told;
  EXPECT_EQ(auditOf(lab.journal(), told).fault, JournalFault::Ok);
  expectNotes(told, 50);
}

TEST(Journal, RefusesAPayloadBeyondItsLimitAndAppendsAfterClose) {
  const LabDirectory lab;
  const auto journal = opened(lab.journal(), smallOptions());
  EXPECT_EQ(tell(*journal, std::string(kPayloadMax + 1, 'x'), Reserve::Use).error(),
            JournalError::TooLong);
  EXPECT_TRUE(tell(*journal, std::string(kPayloadMax, 'x'), Reserve::Use).ok());
  EXPECT_EQ(journal->close(), JournalError::Ok);
  EXPECT_EQ(tell(*journal, "x", Reserve::Use).error(), JournalError::Closed);
}

TEST(Journal, RemovesSegmentsBeforeASnapshotAndSaysSo) {
  const LabDirectory lab;
  {
    const auto journal = opened(lab.journal(), smallOptions());
    tellAll(*journal, 1, 1'000);
    journal->retainFrom(900);
    tellAll(*journal, 1'001, 1'010);
    ASSERT_EQ(journal->waitDurable(1'010, kPatience), JournalError::Ok);
    tellAll(*journal, 1'011, 1'011);
    ASSERT_EQ(journal->waitDurable(1'011, kPatience), JournalError::Ok);
  }
  std::vector<Told> told;
  const AuditReport report = auditOf(lab.journal(), told);
  EXPECT_EQ(report.fault, JournalFault::Ok);
  EXPECT_GT(report.firstSequence, 500U);
  EXPECT_LE(report.firstSequence, 900U);
  EXPECT_EQ(told.back().sequence, 1'011U);
}

TEST(Journal, OpensWhereAProcessDiedInRetention) {
  // The head says that a segment is gone, and the process dies before it is.
  const LabDirectory lab;
  const std::string oldest = lab.journal() + "/000000000001.journal";
  const std::string kept = lab.path() + "/kept";
  {
    const auto journal = opened(lab.journal(), smallOptions());
    tellAll(*journal, 1, 1'000);
    ASSERT_EQ(journal->waitDurable(1'000, kPatience), JournalError::Ok);
    std::filesystem::copy_file(oldest, kept);
    journal->retainFrom(900);
    tellAll(*journal, 1'001, 1'001);
    ASSERT_EQ(journal->waitDurable(1'001, kPatience), JournalError::Ok);
  }
  if (std::filesystem::exists(oldest)) GTEST_FAIL() << "retention removes it before the close";
  std::filesystem::rename(kept, oldest);
  std::vector<Told> told;
  const AuditReport audit = auditOf(lab.journal(), told);
  EXPECT_EQ(audit.fault, JournalFault::Ok);
  EXPECT_GT(audit.firstSequence, 1U) << "what was let go is no history any more";
  const auto journal = opened(lab.journal(), smallOptions());
  ASSERT_NE(journal, nullptr);
  EXPECT_FALSE(std::filesystem::exists(oldest));
}

/// Fills a journal to the brim: risk-adding records are refused first, cancels still fit, and all
/// that was taken is there afterwards.
void fillUp(const std::string& path, const JournalOptions& options) {
  std::uint64_t taken = 0;
  {
    const auto journal = opened(path, options);
    ASSERT_NE(journal, nullptr);
    const std::string text(128, 'o');
    auto result = tell(*journal, text, Reserve::Keep);
    for (int patience = 0; patience < 3;) {
      if (result.ok()) {
        taken = result.value();
        patience = 0;
      } else {
        ASSERT_EQ(result.error(), JournalError::Full);
        // Full twice after a flush: no segment can be made.
        ASSERT_EQ(journal->waitDurable(taken, kPatience), JournalError::Ok);
        usleep(2'000);
        ++patience;
      }
      result = tell(*journal, text, Reserve::Keep);
    }
    std::uint64_t cancels = 0;
    for (auto cancel = tell(*journal, text, Reserve::Use); cancel.ok();
         cancel = tell(*journal, text, Reserve::Use)) {
      ++cancels;
    }
    EXPECT_GE(cancels, options.reserveBytes / recordBytes(128) - 1);
    taken += cancels;
    EXPECT_EQ(journal->close(), JournalError::Ok);
  }
  std::vector<Told> told;
  EXPECT_EQ(auditOf(path, told).fault, JournalFault::Ok);
  EXPECT_EQ(told.size(), taken);
}

TEST(Journal, KeepsTheReserveForCancelsWhenItsQuotaIsUsedUp) {
  const LabDirectory lab;
  JournalOptions options = smallOptions();
  options.bytesMax = 5 * options.segmentBytes;
  fillUp(lab.journal(), options);
}

TEST(Journal, KeepsTheReserveForCancelsWhenTheDiskIsFull) {
  const LabDirectory lab;
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, "") != 0 ||
        mount("none", lab.path().c_str(), "tmpfs", 0, "size=400k") != 0) {
      _exit(77);
    }
    fillUp(lab.journal(), smallOptions());
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "a small file system cannot be mounted here";
  EXPECT_EQ(status, 0);
}

TEST(Journal, LosesNothingThatWasAppendedWhenItsProcessIsKilled) {
  const LabDirectory lab;
  std::uint64_t known = 0;
  for (int round = 0; round < 25; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      AuditReport report;
      std::vector<Told> told;
      auto journal = reopen(lab.journal(), smallOptions(), report, told);
      if (!journal.ok()) _exit(1);
      const auto writer = journal.take();
      for (;;) {
        const auto appended = tell(*writer, noteOf(writer->lastSequence() + 1), Reserve::Use);
        if (!appended.ok()) continue;
        const std::uint64_t sequence = appended.value();
        if (write(ends[1], &sequence, sizeof sequence) != sizeof sequence) _exit(2);
      }
    }
    (void)close(ends[1]);
    std::uint64_t last = 0;
    std::uint64_t sequence = 0;
    const int records = 50 + round * 61 % 700;
    for (int i = 0; i < records; ++i) {
      if (read(ends[0], &sequence, sizeof sequence) != sizeof sequence) break;
      last = sequence;
    }
    ASSERT_EQ(kill(child, SIGKILL), 0);
    while (read(ends[0], &sequence, sizeof sequence) == sizeof sequence) last = sequence;
    (void)close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round << " exit " << WEXITSTATUS(status);
    std::vector<Told> told;
    const AuditReport report = auditOf(lab.journal(), told);
    ASSERT_TRUE(report.isUsable())
        << "round " << round << " fault " << static_cast<int>(report.fault) << " segment "
        << report.segment << " offset " << report.offset;
    ASSERT_GE(report.lastSequence, last) << "round " << round;
    ASSERT_LE(report.lastSequence, last + 2);
    ASSERT_GT(report.lastSequence, known);
    known = report.lastSequence;
    std::uint64_t expected = 1;
    for (const Told& record : told) {
      ASSERT_EQ(record.sequence, expected++);
      if (record.kind == RecordKind::StrategyNote) {
        ASSERT_EQ(record.payload, noteOf(record.sequence));
      }
    }
  }
}

}  // namespace
}  // namespace hft::event
