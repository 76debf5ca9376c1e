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
constexpr std::size_t kLevelsAt = sizeof(MarketEvent) + 8;
static_assert(kLevelsAt + kRecordedLevelsMax * sizeof(Level) <= kPayloadMax);

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
    : journal_(std::move(journal)), options_(options), otherBytes_(otherBytes) {}

std::uint64_t MarketRecorder::record(const MarketEvent& event) noexcept {
  return append(std::as_bytes(std::span(&event, 1)), event.receiveTime);
}

std::uint64_t MarketRecorder::record(const MarketEvent& event, std::span<const Level> bids,
                                     std::span<const Level> asks) noexcept {
  if (bids.empty() && asks.empty()) return record(event);
  bids = bids.first(std::min(bids.size(), kRecordedLevelsMax / 2));
  asks = asks.first(std::min(asks.size(), kRecordedLevelsMax / 2));
  const std::uint32_t counts[2] = {static_cast<std::uint32_t>(bids.size()),
                                   static_cast<std::uint32_t>(asks.size())};
  std::byte* at = scratch_.data();
  std::memcpy(at, &event, sizeof event);
  std::memcpy(at + sizeof event, counts, sizeof counts);
  at += kLevelsAt;
  for (const std::span<const Level> side : {bids, asks}) {
    if (!side.empty()) std::memcpy(at, side.data(), side.size_bytes());
    at += side.size_bytes();
  }
  const auto size = static_cast<std::size_t>(at - scratch_.data());
  return append(std::span(scratch_).first(size), event.receiveTime);
}

std::uint64_t MarketRecorder::append(std::span<const std::byte> payload, Nanos time) noexcept {
  if (untold_ > 0) {
    MarketEvent gap;
    gap.kind = EventKind::Gap;
    gap.receiveTime = time;
    gap.sequence = untold_;
    const auto told = journal_->append(RecordKind::Market, gap, {time, time}, Reserve::Use);
    if (!told.ok()) return refuse();
    untold_ = 0;
  }
  const auto appended = journal_->append(RecordKind::Market, payload, {time, time}, Reserve::Use);
  if (!appended.ok()) return refuse();
  bytes_ += recordBytes(payload.size());
  if (bytes_ >= markedBytes_) mark(appended.value(), time);
  return appended.value();
}

std::uint64_t MarketRecorder::refuse() noexcept {
  ++lost_;
  ++untold_;
  return 0;
}

void MarketRecorder::mark(std::uint64_t sequence, Nanos time) noexcept {
  markedBytes_ = bytes_ + options_.segmentBytes;
  if (markCount_ == kMarks) {
    ++firstMark_;
    --markCount_;
  }
  marks_[(firstMark_ + markCount_++) % kMarks] = {sequence, time};
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
  firstKept_ = marks_[firstMark_ % kMarks].sequence;
  journal_->retainFrom(firstKept_);
}

MarketReference MarketRecorder::takeReference(std::uint64_t stateHash) noexcept {
  MarketReference reference;
  reference.firstSequence = referred_ + 1;
  reference.lastSequence = referred_ = journal_->lastSequence();
  reference.stateHash = stateHash;
  return reference;
}

}  // namespace hft::event
