// The journal: an append of a 128-byte record at durability `process`, the same with group commit
// to the disk beside it, what durability `disk` takes, and the scan that recovery is; the recorder
// of market events. Beside them what a user would pick instead:
// write(2) of the same record to a file.
//
// Input: an ExecutionReport with a running number. Every run checks that the audit gives back as
// many records as were appended. Segments of 64 MiB, two ready ahead, commit window 2 ms; an append
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
#include "native/event/journal_replay.hpp"
#include "native/event/recording/market_recorder.hpp"
#include "native/event/recording/market_recording.hpp"
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

/// Appends one record, and waits where no segment is ready yet.
template <typename T>
std::uint64_t appendOrWait(Journal& journal, RecordKind kind, const T& payload, Nanos now) {
  std::uint64_t waits = 0;
  while (!journal.append(kind, payload, {now, now}, Reserve::Keep).ok()) {
    ++waits;
    std::this_thread::yield();
  }
  return waits;
}

/// Appends at full speed; the time of each append, by its own counter read, in quantiles.
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
    waits += appendOrWait(*journal, RecordKind::ExecutionReport, report, from);
    histogram->record(clock.rate().toNanos(readTicks() - from));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5));
  state.counters["p99_ns"] = static_cast<double>(histogram->quantile(0.99));
  state.counters["p99.9_ns"] = static_cast<double>(histogram->quantile(0.999));
  state.counters["waits"] = static_cast<double>(waits);
  if (journal->close() != JournalError::Ok ||
      recordsIn(folder.journal()) != static_cast<std::uint64_t>(state.iterations())) {
    state.SkipWithError("the journal does not give back what was appended");
  }
}

constexpr int kBatch = 1'000;

/// Appends without a clock read between: what a record costs, rotation included. The median is that
/// of batches: other programs on the machine do not move it.
template <typename T>
void sustained(benchmark::State& state, RecordKind kind, T payload) {
  const Folder folder;
  const auto journal = openJournal(folder.journal(), false);
  if (journal == nullptr) return state.SkipWithError("the journal does not open");
  const TscClock clock;
  metrics::OwnedHistogram histogram;
  std::uint64_t waits = 0;
  Nanos now = 0;
  for (auto _ : state) {
    const Ticks from = readTicks();
    for (int i = 0; i < kBatch; ++i) waits += appendOrWait(*journal, kind, payload, ++now);
    histogram->record(clock.rate().toNanos(readTicks() - from));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5)) / kBatch;
  state.counters["waits"] = static_cast<double>(waits);
  if (journal->close() != JournalError::Ok ||
      recordsIn(folder.journal()) != static_cast<std::uint64_t>(state.iterations() * kBatch)) {
    state.SkipWithError("the journal does not give back what was appended");
  }
}

/// From the return of an append until the disk has confirmed its record: the window of durability
/// `disk`. One record at a time, as a request that waits for it sees it.
void durableLag(benchmark::State& state) {
  const Folder folder;
  const auto journal = openJournal(folder.journal(), true);
  if (journal == nullptr) return state.SkipWithError("the journal does not open");
  const TscClock clock;
  metrics::OwnedHistogram histogram;
  ExecutionReport report;
  for (auto _ : state) {
    (void)appendOrWait(*journal, RecordKind::ExecutionReport, report, 1);
    const Ticks from = readTicks();
    const JournalError error = journal->waitDurable(journal->lastSequence(), 10'000'000'000);
    if (error != JournalError::Ok) state.SkipWithError("a record does not reach the disk");
    histogram->record(clock.rate().toNanos(readTicks() - from));
  }
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5));
  state.counters["p99_ns"] = static_cast<double>(histogram->quantile(0.99));
}

/// Market events into segments of their own: each changes one level of its book.
void recordMarket(benchmark::State& state) {
  const Folder folder;
  RecorderOptions options;
  options.journalId = 42;
  options.flushesToDisk = false;
  auto started = MarketRecorder::start(folder.path() + "/market", 1, options);
  if (!started.ok()) return state.SkipWithError("the recorder does not start");
  const auto recorder = started.take();
  std::vector<Level> bids(static_cast<std::size_t>(state.range(0)));
  std::vector<Level> asks(bids.size());
  for (std::size_t i = 0; i < bids.size(); ++i) {
    bids[i] = {100'000 - static_cast<Price>(i), 500};
    asks[i] = {100'001 + static_cast<Price>(i), 500};
  }
  MarketEvent event;
  event.kind = EventKind::Book;
  const TscClock clock;
  metrics::OwnedHistogram histogram;
  std::uint64_t number = 0;
  for (auto _ : state) {
    const Ticks from = readTicks();
    for (int i = 0; i < kBatch; ++i) {
      event.receiveTime += 10'000;
      event.exchangeTime = event.receiveTime - 300'000;
      event.sequence += 3;
      ++number;
      if (!bids.empty()) {
        Level& level = (number & 1) == 0 ? bids[number % bids.size()] : asks[number % asks.size()];
        level.qty = static_cast<Qty>(number % 1'000 + 1);
        event.quote = {bids[0].price, bids[0].qty, asks[0].price, asks[0].qty};
      }
      (void)recorder->record(event, bids, asks);
    }
    histogram->record(clock.rate().toNanos(readTicks() - from));
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.counters["p50_ns"] = static_cast<double>(histogram->quantile(0.5)) / kBatch;
  state.counters["bytes"] =
      static_cast<double>(recorder->sizeBytes()) / static_cast<double>(number);
  if (recorder->close() != JournalError::Ok) state.SkipWithError("the recorder does not close");
  std::uint64_t count = recorder->lost();
  const auto recording = MarketRecording::open(folder.path() + "/market", 1);
  (void)recording.value().readFrom(1, [&](const RecordedEvent& found) {
    count += found.event.kind == EventKind::Book ? 1 : 0;
    return true;
  });
  if (count != static_cast<std::uint64_t>(state.iterations() * kBatch)) {
    state.SkipWithError("the recording does not give back what was recorded");
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

/// Walks the records behind a snapshot that were proved already.
void replay(benchmark::State& state) {
  constexpr std::uint64_t kRecords = 1'000'000;
  const Folder folder;
  const auto journal = openJournal(folder.journal(), false);
  if (journal == nullptr) return state.SkipWithError("the journal does not open");
  ExecutionReport report;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    (void)appendOrWait(*journal, RecordKind::ExecutionReport, report, 1);
  }
  (void)journal->close();
  const auto directory = JournalDirectory::open(folder.journal(), JournalDirectory::Mode::Read);
  const JournalReplay proved(directory.value());
  for (auto _ : state) {
    std::uint64_t sum = 0;
    proved.run([&](const JournalRecord& record) { sum += record.sequence; });
    if (sum != kRecords * (kRecords + 1) / 2) state.SkipWithError("records are missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRecords));
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
void sustainedReport(benchmark::State& state) {
  sustained(state, RecordKind::ExecutionReport, ExecutionReport{});
}
BENCHMARK(sustainedReport)
    ->Name("journalSustained/128B")
    ->Iterations(5'000)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK(durableLag)->Name("journalDurableLag")->Iterations(1'000)->UseRealTime();
BENCHMARK(recordMarket)
    ->Name("marketRecorder/levels")
    ->Arg(0)
    ->Arg(5)
    ->Arg(20)
    ->Iterations(2'000)
    ->UseRealTime();
BENCHMARK(writeCall)->Name("writeCall128B")->Iterations(500'000)->UseRealTime();
BENCHMARK(replay)->Name("journalReplay/1MRecords")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(recover)
    ->Name("journalRecovery/3MRecords")
    ->Iterations(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
