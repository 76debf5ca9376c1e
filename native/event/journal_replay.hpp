#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "native/event/snapshot.hpp"

namespace hft::event {

/// A snapshot that recovery passed over, and why.
struct PassedSnapshot {
  std::uint64_t sequence = 0;
  SnapshotError error = SnapshotError::Ok;
};

/// What a state is rebuilt from: the newest sound snapshot of a journal, and the records behind it.
///
/// The constructor proves the whole journal that is kept (checksums, chain, seals); `run` then
/// walks the proven records without proving them again. The directory must outlive it.
class JournalReplay {
 public:
  explicit JournalReplay(const JournalDirectory& directory);
  /// The same for the state before record `until`: later snapshots and records are left out.
  JournalReplay(const JournalDirectory& directory, std::uint64_t until);
  /// The same of a journal that was proved already, as `report` says; it is proved again only where
  /// there are snapshots, which must lie on its chain.
  JournalReplay(const JournalDirectory& directory, std::uint64_t until, const AuditReport& report);

  [[nodiscard]] const AuditReport& report() const noexcept { return report_; }
  /// The state to begin with; nothing: begin with an empty one.
  [[nodiscard]] const SnapshotReader* snapshot() const noexcept {
    return snapshot_ ? &*snapshot_ : nullptr;
  }
  /// Snapshots that are damaged or do not belong to this history, newest first.
  [[nodiscard]] std::span<const PassedSnapshot> passed() const noexcept { return passed_; }
  /// Whether the records that `run` gives, on top of `snapshot`, are the whole history. False when
  /// the journal is refused, or retention removed its beginning and no snapshot is sound.
  [[nodiscard]] bool isComplete() const noexcept {
    return report_.isUsable() && (report_.firstSequence <= 1 || snapshot_.has_value());
  }

  /// Calls `visit(const JournalRecord&)` for each record behind the snapshot, in order.
  template <typename Visit>
  void run(Visit&& visit) const {
    runFrom(snapshot_ ? snapshot_->point().sequence + 1 : 1, visit);
  }
  /// The same for each record from `sequence` on that is kept.
  template <typename Visit>
  void runFrom(std::uint64_t sequence, Visit&& visit) const;

 private:
  /// A snapshot that is whole, before the audit has told whether it is of this history.
  struct Candidate {
    SnapshotReader reader;
    bool isOnChain = false;
  };

  void findSnapshots();
  void choose();
  void noteChain(std::uint64_t sequence, std::uint64_t chain) noexcept;

  const JournalDirectory& directory_;
  std::uint64_t until_;
  AuditReport report_;
  std::vector<Candidate> candidates_;
  std::optional<SnapshotReader> snapshot_;
  std::vector<PassedSnapshot> passed_;
};

template <typename Visit>
void JournalReplay::runFrom(std::uint64_t sequence, Visit&& visit) const {
  if (!report_.isUsable()) return;
  const std::vector<SegmentImage>& segments = directory_.image().segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::span<const std::byte> bytes = segments[i].bytes;
    if (segments[i].number > report_.lastSegment || bytes.size() < sizeof(SegmentHeader)) return;
    SegmentHeader next;
    if (segments[i].number < report_.lastSegment) {
      std::memcpy(&next, segments[i + 1].bytes.data(), sizeof next);
      if (next.firstSequence <= sequence) continue;  // Wholly before.
    }
    // The audit found where the records end: behind it something torn may look like one.
    const bool isLast = segments[i].number == report_.lastSegment;
    const std::size_t end = isLast ? report_.endOffset : bytes.size();
    std::size_t at = sizeof(SegmentHeader);
    while (at + sizeof(RecordHeader) <= end) {
      RecordHeader header;
      std::memcpy(&header, bytes.data() + at, sizeof header);
      if (header.mark != 0xa5) break;
      const std::byte* payload = bytes.data() + at + sizeof header;
      if (header.sequence >= until_) return;
      if (header.sequence >= sequence) {
        visit(JournalRecord{header.sequence,
                            static_cast<RecordKind>(header.kind),
                            header.realtime,
                            header.monotonic,
                            {payload, header.payloadBytes},
                            header.chain});
      }
      at += recordBytes(header.payloadBytes);
    }
  }
}

/// Calls `visit(const JournalRecord&)` for the records of a journal whose checksums are right, in
/// order, without proving that none is missing: for what a proof would take too long.
template <typename Visit>
void forEachUnproved(const JournalDirectory& directory, Visit&& visit) {
  for (const SegmentImage& segment : directory.image().segments) {
    const std::span<const std::byte> bytes = segment.bytes;
    std::size_t at = sizeof(SegmentHeader);
    while (at + sizeof(RecordHeader) <= bytes.size()) {
      RecordHeader header;
      std::memcpy(&header, bytes.data() + at, sizeof header);
      const std::size_t size = recordBytes(header.payloadBytes);
      if (header.mark != 0xa5 || size > bytes.size() - at) break;
      if (header.crc == recordCrc(bytes.data() + at, size)) {
        visit(JournalRecord{header.sequence, static_cast<RecordKind>(header.kind), header.realtime,
                            header.monotonic,
                            bytes.subspan(at + sizeof header, header.payloadBytes), header.chain});
      }
      at += size;
    }
  }
}

}  // namespace hft::event
