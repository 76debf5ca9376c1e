#include "native/event/recording/market_recorder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include "native/event/directory_entries.hpp"

namespace hft::event {
namespace {

constexpr std::string_view kPrefix = "run-";

/// The number in the name of a run's directory; 0 for any other name.
std::uint64_t runOf(std::string_view name) noexcept {
  if (!name.starts_with(kPrefix) || name.size() > kPrefix.size() + 19) return 0;
  std::uint64_t run = 0;
  for (const char c : name.substr(kPrefix.size())) {
    if (c < '0' || c > '9') return 0;
    run = run * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return run;
}

}  // namespace

std::string recordingPath(const std::string& path, std::uint64_t run) {
  std::string digits = std::to_string(run);
  digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
  return path + '/' + std::string(kPrefix) + digits;
}

std::vector<RecordedRun> listRecordings(const std::string& path) {
  std::vector<RecordedRun> runs;
  (void)forEachEntry(path, [&](const char* name) {
    RecordedRun run;
    run.run = runOf(name);
    if (run.run == 0) return;
    const std::string folder = path + '/' + name;
    const bool isWhole = forEachEntry(folder, [&](const char* file) {
      struct stat status{};
      if (stat((folder + '/' + file).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
      run.sizeBytes += static_cast<std::uint64_t>(status.st_size);
      const Nanos time = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
      run.newestTime = std::max(run.newestTime, time);
    });
    if (isWhole) runs.push_back(run);
  });
  std::sort(runs.begin(), runs.end(),
            [](const RecordedRun& a, const RecordedRun& b) { return a.run < b.run; });
  return runs;
}

Result<std::unique_ptr<MarketRecorder>, JournalError> MarketRecorder::start(
    const std::string& path, std::uint64_t run, const RecorderOptions& options) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return JournalError::NoDirectory;
  std::vector<RecordedRun> runs = listRecordings(path);
  std::uint64_t otherBytes = 0;
  for (const RecordedRun& other : runs) otherBytes += other.sizeBytes;
  for (const RecordedRun& other : runs) {
    const bool isOld =
        options.startTime > 0 && other.newestTime < options.startTime - options.keepTime;
    if (other.run == run || (!isOld && otherBytes <= options.bytesMax)) continue;
    std::error_code error;
    std::filesystem::remove_all(recordingPath(path, other.run), error);
    if (!error) otherBytes -= other.sizeBytes;
  }
  auto directory = JournalDirectory::open(recordingPath(path, run), JournalDirectory::Mode::Write);
  if (!directory.ok()) return directory.error();
  if (!directory.value().isEmpty()) return JournalError::Refused;
  JournalOptions journal;
  journal.journalId = options.journalId;
  journal.segmentBytes = options.segmentBytes;
  journal.reserveBytes = 0;
  journal.commitWindow = options.commitWindow;
  journal.flushesToDisk = options.flushesToDisk;
  journal.startTime = options.startTime;
  auto started = Journal::start(directory.take(), AuditReport{}, journal);
  if (!started.ok()) return started.error();
  return std::make_unique<MarketRecorder>(Key(), started.take(), options, otherBytes);
}

MarketRecorder::MarketRecorder(Key /*key*/, std::unique_ptr<Journal> journal,
                               const RecorderOptions& options, std::uint64_t otherBytes)
    : journal_(std::move(journal)), options_(options), otherBytes_(otherBytes) {
  begin(1);
}

void MarketRecorder::begin(std::uint64_t firstSequence) noexcept {
  const bool isKey = bytes_ >= keyBytes_;
  // So that a reader who comes later finds a beginning near every event.
  if (isKey) keyBytes_ = bytes_ + options_.segmentBytes / 16;
  encoder_.begin(firstSequence, isKey);
}

std::uint64_t MarketRecorder::record(const MarketEvent& event, std::span<const Level> bids,
                                     std::span<const Level> asks) noexcept {
  bids = bids.first(std::min(bids.size(), kRecordedLevelsMax / 2));
  asks = asks.first(std::min(asks.size(), kRecordedLevelsMax / 2));
  encoder_.add(event, bids, asks);
  ++last_;
  if (encoder_.sizeBytes() < kBlockBytes) [[likely]]
    return last_;
  if (!encoder_.isTooLong()) {
    flush();
    return last_;
  }
  const std::uint32_t before = encoder_.count() - 1;
  if (append(encoder_.finishWithoutLast(), before, last_ - 1)) {
    encoder_.begin(last_, false);
  } else {
    // The event was written as a change of what is lost.
    ++lost_;
    encoder_.dropLast();
    begin(last_ + 1);
  }
  return last_;
}

void MarketRecorder::flush() noexcept {
  const std::uint32_t count = encoder_.count();
  if (count == 0) return;
  (void)append(encoder_.finish(), count, last_);
  begin(last_ + 1);
}

bool MarketRecorder::append(std::span<const std::byte> block, std::uint32_t count,
                            std::uint64_t last) noexcept {
  const Nanos time = encoder_.time();
  const auto appended = journal_->append(RecordKind::Market, block, {time, time}, Reserve::Use);
  if (!appended.ok()) {
    lost_ += count;
    keyBytes_ = bytes_;
    return false;
  }
  bytes_ += recordBytes(block.size());
  if (bytes_ >= markedBytes_) mark(appended.value(), last - count + 1, time);
  return true;
}

JournalError MarketRecorder::close() {
  flush();
  return journal_->close();
}

void MarketRecorder::mark(std::uint64_t record, std::uint64_t event, Nanos time) noexcept {
  markedBytes_ = bytes_ + options_.segmentBytes;
  if (markCount_ == kMarks) {
    ++firstMark_;
    --markCount_;
  }
  marks_[(firstMark_ + markCount_++) % kMarks] = {record, event, time};
  // The segment that is being written and one before are always kept.
  const auto isTooMuch = [&] {
    const std::uint64_t kept = (markCount_ + 1) * options_.segmentBytes + otherBytes_;
    const bool isOld = marks_[(firstMark_ + 1) % kMarks].time < time - options_.keepTime;
    return markCount_ > 2 && (kept > options_.bytesMax || isOld);
  };
  while (isTooMuch()) {
    ++firstMark_;
    --markCount_;
  }
  const Mark& first = marks_[firstMark_ % kMarks];
  firstKept_ = first.event;
  journal_->retainFrom(first.record);
}

MarketReference MarketRecorder::takeReference(std::uint64_t stateHash) noexcept {
  MarketReference reference;
  reference.firstSequence = referred_ + 1;
  reference.lastSequence = referred_ = last_;
  reference.stateHash = stateHash;
  return reference;
}

}  // namespace hft::event
