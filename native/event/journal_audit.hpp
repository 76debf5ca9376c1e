#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/event/journal_format.hpp"

namespace hft::event {

/// What an audit found; everything but Ok and TornTail is a refusal.
enum class JournalFault : std::uint8_t {
  Ok = 0,
  TornTail,        ///< The process died in the middle of an append: the prefix is whole.
  BadHead,         ///< The head is missing, damaged or of another journal.
  BadSegment,      ///< A segment's header is damaged or of another journal.
  MissingSegment,  ///< A segment between others, or one that the head knows of, is gone.
  DamagedRecord,   ///< A record does not match its checksum.
  BrokenChain,     ///< A whole record that does not follow the one before it.
  BadSequence,     ///< A record was dropped, added or moved.
  BadSeal,         ///< A finished segment does not match its seal.
  MissingRecords,  ///< The journal ends before a record that the head knows of.
  ForeignBytes,    ///< Something stands after the end.
};

/// One segment's bytes.
struct SegmentImage {
  std::uint64_t number = 0;
  std::span<const std::byte> bytes;
};

/// A journal as it lies on disk: in memory or mapped.
struct JournalImage {
  std::span<const std::byte> head;
  std::vector<SegmentImage> segments;  ///< By number.
  /// Its writer is at work: it may have grown since the head was read.
  bool isLive = false;
};

/// A record of a journal; the payload lies in the image.
struct JournalRecord {
  std::uint64_t sequence = 0;
  RecordKind kind = RecordKind::None;
  Nanos realtime = 0;
  Nanos monotonic = 0;
  std::span<const std::byte> payload;
  std::uint64_t chain = 0;  ///< Behind it.
};

/// The outcome of an audit, and where the first fault lies.
struct AuditReport {
  JournalFault fault = JournalFault::Ok;
  std::uint64_t segment = 0;        ///< Of the fault.
  std::uint64_t offset = 0;         ///< Of the fault in its segment.
  std::uint64_t sequence = 0;       ///< The record that was expected there.
  std::uint64_t firstSequence = 1;  ///< Earlier ones were removed by retention.
  std::uint64_t firstChain = 0;     ///< The chain before it.
  std::uint64_t lastSequence = 0;   ///< The last sound record.
  std::uint64_t lastChain = 0;
  std::uint64_t lastSegment = 0;  ///< Where it ends,
  std::uint64_t endOffset = 0;    ///< and at which byte.
  bool isEndSealed = false;       ///< The last segment has its seal.
  std::uint64_t tornBytes = 0;
  /// Records that the head knew of and a power cut took; none of them was reported durable.
  std::uint64_t recordsMissing = 0;
  HeadSlot head{};

  [[nodiscard]] bool isUsable() const noexcept {
    return fault == JournalFault::Ok || fault == JournalFault::TornTail;
  }
};

/// The slot of a head that holds: the newer sound one. Generation 0 where none is sound.
[[nodiscard]] HeadSlot newestHead(std::span<const std::byte> head) noexcept;

/// Reads a journal's bytes and proves them: checksums, chain, sequence, seals, head. Calls nothing
/// of the system.
class JournalAudit {
 public:
  /// `hasSameBoot`: the machine has not restarted since the journal was written, so that the page
  /// cache kept every append: then only the one record in the making may be torn.
  JournalAudit(const JournalImage& image, bool hasSameBoot) noexcept
      : image_(image), hasSameBoot_(hasSameBoot) {}

  /// Walks the journal and calls `visit(const JournalRecord&)` for each sound record in order.
  template <typename Visit>
  [[nodiscard]] AuditReport run(Visit&& visit);

 private:
  enum class Step : std::uint8_t { Record, End, Fault };

  [[nodiscard]] bool begin();
  [[nodiscard]] bool openSegment(const SegmentImage& segment);
  [[nodiscard]] Step next(const SegmentImage& segment, JournalRecord& record);
  [[nodiscard]] bool closeSegment(const SegmentImage& segment, bool isLast);
  void end();
  bool refuse(JournalFault fault, std::uint64_t segment, std::uint64_t offset);
  [[nodiscard]] bool checkSeal(const SegmentImage& segment, bool isLast);
  [[nodiscard]] bool hasLaterRecord(std::span<const std::byte> bytes) const;
  [[nodiscard]] bool isNewest(const SegmentImage& segment) const {
    return segment.number == image_.segments[used_ - 1].number;
  }

  const JournalImage& image_;
  bool hasSameBoot_;
  /// Segments that retention has let go and a dying process has not yet removed.
  std::size_t first_ = 0;
  std::size_t used_ = 0;  ///< Segments that were begun, those included.
  std::uint64_t appended_ = 0;
  std::uint64_t offset_ = 0;
  Sha256Digest seal_{};
  AuditReport report_;
};

template <typename Visit>
AuditReport JournalAudit::run(Visit&& visit) {
  if (!begin()) return report_;
  for (std::size_t i = first_; i < used_; ++i) {
    const SegmentImage& segment = image_.segments[i];
    if (!openSegment(segment)) return report_;
    JournalRecord record;
    Step step = next(segment, record);
    for (; step == Step::Record; step = next(segment, record)) visit(record);
    if (step == Step::Fault || !closeSegment(segment, i + 1 == used_)) return report_;
  }
  end();
  return report_;
}

}  // namespace hft::event
