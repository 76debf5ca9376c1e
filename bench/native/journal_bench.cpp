// The journal: an append of a 128-byte record at durability `process`, the same with group commit
// to the disk beside it, and the scan that recovery is. Beside them what a user would pick instead:
// write(2) of the same record to a file.
//
// Input: an ExecutionReport with a running number. Every run checks that the audit gives back as
// many records as were appended. Segments of 64 MiB, one ready ahead, commit window 2 ms; an append
// that finds no segment ready waits and is counted in `waits`. Run: out/<build>/bench/bench_journal
#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#include "native/core/clock.hpp"
#include "native/event/journal.hpp"
#include "native/metrics/histogram.hpp"

namespace {

using namespace hft;
using namespace hft::event;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hft-bench-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string journal() const { return path_ + "/journal"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::unique_ptr<Journal> openJournal(const std::string& path, bool flushesToDisk) {
  auto directory = JournalDirectory::open(path, JournalDirectory::Mode::Write);
  if (!directory.ok()) return nullptr;
  JournalOptions options;
  options.journalId = 42;
  options.flushesToDisk = flushesToDisk;
  auto journal = Journal::start(directory.take(), AuditReport{}, options);
  return journal.ok() ? journal.take() : nullptr;
}

std::uint64_t recordsIn(const std::string& path) {
  const auto directory = JournalDirectory::open(path, JournalDirectory::Mode::Read);
  std::uint64_t count = 0;
  const AuditReport report =
      directory.value().audit([&](const JournalRecord& record) { count += record.sequence > 0; });
  return report.fault == JournalFault::Ok ? count : 0;
}

/// Appends at full speed; the time of each append, by its own counter read, in p50 and p99.
void append(benchmark::State& state) {
  const bool flushesToDisk = state.range(0) != 0;
  const Folder folder;
  const auto journal = openJournal(folder.journal(), flushesToDisk);
  if (journal == nullptr) return state.SkipWithError("the journal does not open");
  const TscClock clock;
  metrics::OwnedHistogram histogram;
  ExecutionReport report;
  std::uint64_t waits = 0;
  for (auto _ : state) {
    ++report.execID;
    const Ticks from = readTicks();
    while (
        !journal->append(RecordKind::ExecutionReport, report, {from, from}, Reserve::Keep).ok()) {
      ++waits;
      std::this_thread::yield();
    }
    histogram->record(clock.rate().toNanos(readTicks() - from));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5));
  state.counters["p99_ns"] = static_cast<double>(histogram->quantile(0.99));
  state.counters["waits"] = static_cast<double>(waits);
  if (journal->close() != JournalError::Ok ||
      recordsIn(folder.journal()) != static_cast<std::uint64_t>(state.iterations())) {
    state.SkipWithError("the journal does not give back what was appended");
  }
}

void writeCall(benchmark::State& state) {
  const Folder folder;
  const int fd = ::open((folder.path() + "/file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ExecutionReport report;
  for (auto _ : state) {
    ++report.execID;
    if (::write(fd, &report, sizeof report) != sizeof report) state.SkipWithError("write failed");
  }
  state.SetItemsProcessed(state.iterations());
  (void)::close(fd);
}

/// Proves and visits three million records: those of a million orders.
void recover(benchmark::State& state) {
  constexpr std::uint64_t kRecords = 3'000'000;
  const Folder folder;
  const auto journal = openJournal(folder.journal(), false);
  if (journal == nullptr) return state.SkipWithError("the journal does not open");
  ExecutionReport report;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    ++report.execID;
    while (!journal->append(RecordKind::ExecutionReport, report, {1, 1}, Reserve::Use).ok()) {
      std::this_thread::yield();
    }
  }
  (void)journal->close();
  for (auto _ : state) {
    if (recordsIn(folder.journal()) != kRecords) state.SkipWithError("records are missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRecords));
}

BENCHMARK(append)->Name("journalAppend/process")->Arg(0)->Iterations(2'000'000)->UseRealTime();
BENCHMARK(append)->Name("journalAppend/groupCommit")->Arg(1)->Iterations(2'000'000)->UseRealTime();
BENCHMARK(writeCall)->Name("writeCall128B")->Iterations(500'000)->UseRealTime();
BENCHMARK(recover)
    ->Name("journalRecovery/3MRecords")
    ->Iterations(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
