#include "native/event/journal_replay.hpp"

namespace hft::event {

JournalReplay::JournalReplay(const JournalDirectory& directory) : JournalReplay(directory, ~0ULL) {}

JournalReplay::JournalReplay(const JournalDirectory& directory, std::uint64_t until)
    : directory_(directory), until_(until) {
  findSnapshots();
  choose();
}

JournalReplay::JournalReplay(const JournalDirectory& directory, std::uint64_t until,
                             const AuditReport& report)
    : directory_(directory), until_(until), report_(report) {
  findSnapshots();
  if (!candidates_.empty()) choose();
}

void JournalReplay::findSnapshots() {
  for (const SnapshotFile& file : listSnapshots(directory_.path())) {
    if (file.sequence >= until_) continue;
    auto opened = SnapshotReader::open(file.path);
    if (!opened.ok()) {
      passed_.push_back({file.sequence, opened.error()});
    } else if (opened.value().point().sequence != file.sequence) {
      passed_.push_back({file.sequence, SnapshotError::OtherJournal});
    } else {
      candidates_.push_back({opened.take(), false});
    }
  }
}

void JournalReplay::choose() {
  report_ = directory_.audit(
      [&](const JournalRecord& record) { noteChain(record.sequence, record.chain); });
  if (report_.fault == JournalFault::BadHead) return;
  // A snapshot may lie right before the first record that is kept.
  noteChain(report_.firstSequence - 1, report_.firstChain);
  for (Candidate& candidate : candidates_) {
    const JournalPoint& point = candidate.reader.point();
    if (!candidate.isOnChain || point.journalId != report_.head.journalId) {
      passed_.push_back({point.sequence, SnapshotError::OtherJournal});
    } else if (!snapshot_) {
      snapshot_ = std::move(candidate.reader);
    }
  }
  candidates_.clear();
  std::sort(passed_.begin(), passed_.end(), [](const PassedSnapshot& a, const PassedSnapshot& b) {
    return a.sequence > b.sequence;
  });
}

void JournalReplay::noteChain(std::uint64_t sequence, std::uint64_t chain) noexcept {
  for (Candidate& candidate : candidates_) {
    const JournalPoint& point = candidate.reader.point();
    if (point.sequence == sequence && point.chain == chain) candidate.isOnChain = true;
  }
}

}  // namespace hft::event
