#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/native/event/journal_lab.hpp"

namespace hft::event {
namespace {

constexpr Nanos kLong = 20'000'000'000;

/// What a control thread would be: waits until it is told.
class Ear {
 public:
  [[nodiscard]] DurableListener listener() {
    return {[](void* self, std::uint64_t sequence) noexcept {
              auto& ear = *static_cast<Ear*>(self);
              const std::lock_guard lock(ear.mutex_);
              ear.heard_.push_back(sequence);
              ear.changed_.notify_all();
            },
            this};
  }
  [[nodiscard]] std::uint64_t waitFor(std::size_t count) {
    std::unique_lock lock(mutex_);
    const bool isThere = changed_.wait_for(lock, std::chrono::nanoseconds(kLong),
                                           [&] { return heard_.size() >= count; });
    return isThere ? heard_[count - 1] : 0;
  }
  [[nodiscard]] std::size_t count() {
    const std::lock_guard lock(mutex_);
    return heard_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> heard_;
};

std::unique_ptr<Journal> open(const std::string& path, const JournalOptions& options) {
  AuditReport report;
  std::vector<Told> told;
  auto journal = reopen(path, options, report, told);
  EXPECT_TRUE(journal.ok());
  return journal.take();
}

TEST(JournalDurability, TellsItsListenerOnceForEachRequest) {
  const LabDirectory lab;
  Ear ear;
  JournalOptions options = smallOptions();
  options.onDurable = ear.listener();
  const auto journal = open(lab.journal(), options);
  ASSERT_TRUE(tell(*journal, "first", Reserve::Use).ok());
  journal->notifyWhenDurable(1);
  EXPECT_GE(ear.waitFor(1), 1U);
  ASSERT_TRUE(tell(*journal, "second", Reserve::Use).ok());
  ASSERT_EQ(journal->waitDurable(2, kLong), JournalError::Ok);
  EXPECT_EQ(ear.count(), 1U);  // Nobody asked for the second.
  journal->notifyWhenDurable(2);
  EXPECT_EQ(ear.waitFor(2), 2U);
  journal->notifyWhenDurable(3);
  ASSERT_TRUE(tell(*journal, "third", Reserve::Use).ok());
  EXPECT_EQ(ear.waitFor(3), 3U);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  EXPECT_EQ(ear.count(), 3U);
}

TEST(JournalDurability, TellsOfRecordsThatWaitForTheClose) {
  const LabDirectory lab;
  Ear ear;
  JournalOptions options = smallOptions();
  options.flushesToDisk = false;
  options.onDurable = ear.listener();
  const auto journal = open(lab.journal(), options);
  ASSERT_TRUE(tell(*journal, "first", Reserve::Use).ok());
  journal->notifyWhenDurable(1);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  EXPECT_EQ(ear.waitFor(1), 1U);
}

TEST(JournalDurability, ClaimsNothingToBeOnDiskWithoutGroupCommitUntilItIsClosed) {
  const LabDirectory lab;
  JournalOptions options = smallOptions();
  options.flushesToDisk = false;
  const auto journal = open(lab.journal(), options);
  for (std::uint64_t i = 1; i <= 700;) {  // Over several segments.
    if (tell(*journal, noteOf(i), Reserve::Use).ok()) {
      ++i;
    } else {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(journal->durableSequence(), 0U);
  EXPECT_EQ(journal->waitDurable(700, 1), JournalError::TimedOut);
  ASSERT_EQ(journal->close(), JournalError::Ok);
  EXPECT_EQ(journal->durableSequence(), 700U);
  std::vector<Told> told;
  const AuditReport report = auditOf(lab.journal(), told);
  EXPECT_EQ(report.fault, JournalFault::Ok);
  EXPECT_EQ(report.head.durableSequence, 700U);
  EXPECT_EQ(told.size(), 700U);
}

/// Kilobytes of a file's mappings that this process holds.
std::size_t residentKilobytes(std::string_view file) {
  std::ifstream maps("/proc/self/smaps");
  std::size_t sum = 0;
  bool isFile = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.starts_with("Rss:")) {
      if (isFile) sum += std::stoul(line.substr(4));
    } else if (line.find('-') < line.find(' ')) {
      isFile = line.ends_with(file);
    }
  }
  return sum;
}

TEST(JournalDurability, LetsGoOfPagesThatAreOnDisk) {
  const LabDirectory lab;
  JournalOptions options = smallOptions();
  options.segmentBytes = 16 << 20;
  options.segmentsAhead = 1;
  const std::string text(kPayloadMax, 'x');
  std::vector<Told> told;
  {
    const auto journal = open(lab.journal(), options);
    for (int i = 0; i < 800; ++i) ASSERT_TRUE(tell(*journal, text, Reserve::Use).ok());
    ASSERT_EQ(journal->waitDurable(800, kLong), JournalError::Ok);
    ASSERT_TRUE(tell(*journal, "behind it", Reserve::Use).ok());
    // The flush of this record begins after the release of what was flushed before.
    ASSERT_EQ(journal->waitDurable(801, kLong), JournalError::Ok);
    EXPECT_LT(residentKilobytes("000000000001.journal"), 10U << 10);
    ASSERT_EQ(journal->close(), JournalError::Ok);
  }
  EXPECT_EQ(auditOf(lab.journal(), told).fault, JournalFault::Ok);
  ASSERT_EQ(told.size(), 801U);
  EXPECT_EQ(told[799].payload, text);
}

TEST(JournalDurability, RefusesToOpenWhereNoFileMayGrowAndLosesNothing) {
  const LabDirectory lab;
  ASSERT_EQ(open(lab.journal(), smallOptions())->close(), JournalError::Ok);
  const pid_t child = fork();
  if (child == 0) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{8'192, 8'192};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    AuditReport report;
    std::vector<Told> told;
    const auto journal = reopen(lab.journal(), smallOptions(), report, told);
    _exit(journal.error() == JournalError::Full ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::vector<Told> told;
  EXPECT_EQ(auditOf(lab.journal(), told).fault, JournalFault::Ok);
}

TEST(JournalDurability, KeepsTheReserveForCancelsWhenNoFurtherFileMayGrow) {
  const LabDirectory lab;
  const pid_t child = fork();
  if (child == 0) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    JournalOptions options = smallOptions();
    options.segmentsAhead = 1;
    AuditReport report;
    std::vector<Told> told;
    auto opened = reopen(lab.journal(), options, report, told);
    if (!opened.ok()) _exit(2);
    const auto journal = opened.take();
    const rlimit limit{8'192, 8'192};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    const auto fill = [&](Reserve reserve) {
      std::uint64_t count = 0;
      while (tell(*journal, noteOf(journal->lastSequence() + 1), reserve).ok()) ++count;
      return count;
    };
    if (fill(Reserve::Keep) == 0) _exit(3);
    const std::string next = noteOf(journal->lastSequence() + 1);
    if (tell(*journal, next, Reserve::Keep).error() != JournalError::Full) _exit(4);
    if (fill(Reserve::Use) == 0) _exit(5);  // Cancels still went.
    _exit(journal->close() == JournalError::Ok ? 0 : 6);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  std::vector<Told> told;
  EXPECT_EQ(auditOf(lab.journal(), told).fault, JournalFault::Ok);
  for (const Told& record : told) ASSERT_EQ(record.payload, noteOf(record.sequence));
}

}  // namespace
}  // namespace hft::event
