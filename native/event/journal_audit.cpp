#include "native/event/journal_audit.hpp"

#include <algorithm>

namespace hft::event {
namespace {

template <typename T>
T load(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

bool isZero(std::span<const std::byte> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

/// Whether a whole record begins at `offset`.
bool isRecord(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  if (bytes.size() - offset < sizeof(RecordHeader)) return false;
  const auto header = load<RecordHeader>(bytes, offset);
  const std::size_t size = recordBytes(header.payloadBytes);
  return header.mark == 0xa5 && header.payloadBytes <= kPayloadMax &&
         size <= bytes.size() - offset && header.crc == recordCrc(bytes.data() + offset, size);
}

}  // namespace

HeadSlot newestHead(std::span<const std::byte> head) noexcept {
  HeadSlot newest;
  if (head.size() < sizeof(HeadFile)) return newest;
  for (const HeadSlot& slot : load<HeadFile>(head, 0).slots) {
    const bool isSound = slot.magic == kHeadMagic && slot.crc == trailingCrc(slot);
    if (isSound && slot.generation > newest.generation) newest = slot;
  }
  return newest;
}

bool JournalAudit::refuse(JournalFault fault, std::uint64_t segment, std::uint64_t offset) {
  report_.fault = fault;
  report_.segment = segment;
  report_.offset = offset;
  report_.sequence = report_.lastSequence + 1;
  return false;
}

bool JournalAudit::begin() {
  if (image_.head.size() < sizeof(HeadFile)) return refuse(JournalFault::BadHead, 0, 0);
  const auto file = load<HeadFile>(image_.head, 0);
  for (const HeadSlot& slot : file.slots) {
    const bool isSound = slot.magic == kHeadMagic && slot.crc == trailingCrc(slot);
    // A slot in the making has no magic yet; only a power cut or damage spoils it otherwise.
    if (!isSound && hasSameBoot_ && slot.magic != 0 && !image_.isLive) {
      return refuse(JournalFault::BadHead, 0, 0);
    }
  }
  report_.head = newestHead(image_.head);
  if (report_.head.generation == 0) return refuse(JournalFault::BadHead, 0, 0);
  appended_ = file.appendedSequence;
  report_.firstChain = report_.lastChain = firstChain(report_.head.journalId);
  used_ = image_.segments.size();
  // Segments that were prepared and never begun lie at the end, all zeros in front.
  while (used_ > 0) {
    const std::span<const std::byte> bytes = image_.segments[used_ - 1].bytes;
    if (!isZero(bytes.first(std::min<std::size_t>(bytes.size(), 4'096)))) break;
    --used_;
  }
  std::uint64_t number = report_.head.firstSegment;
  while (first_ < used_ && image_.segments[first_].number < number) ++first_;
  for (std::size_t i = first_; i < used_; ++i, ++number) {
    if (image_.segments[i].number != number) {
      return refuse(JournalFault::MissingSegment, number, 0);
    }
  }
  if (number <= report_.head.sealedSegment) return refuse(JournalFault::MissingSegment, number, 0);
  return true;
}

bool JournalAudit::openSegment(const SegmentImage& segment) {
  if (segment.bytes.size() < sizeof(SegmentHeader)) {
    return refuse(JournalFault::BadSegment, segment.number, 0);
  }
  const auto header = load<SegmentHeader>(segment.bytes, 0);
  if (header.magic != kSegmentMagic || header.crc != trailingCrc(header) ||
      header.number != segment.number || header.journalId != report_.head.journalId) {
    return refuse(JournalFault::BadSegment, segment.number, 0);
  }
  if (segment.number == report_.head.firstSegment) {
    report_.firstSequence = header.firstSequence;
    report_.lastSequence = header.firstSequence - 1;
    report_.firstChain = report_.lastChain = header.startChain;
    const bool isWhole = segment.number == 1;
    if (isWhole &&
        (header.firstSequence != 1 || header.startChain != firstChain(report_.head.journalId))) {
      return refuse(JournalFault::BrokenChain, segment.number, 0);
    }
  }
  if (header.firstSequence != report_.lastSequence + 1) {
    return refuse(JournalFault::BadSequence, segment.number, 0);
  }
  if (header.startChain != report_.lastChain) {
    return refuse(JournalFault::BrokenChain, segment.number, 0);
  }
  offset_ = sizeof(SegmentHeader);
  return true;
}

JournalAudit::Step JournalAudit::next(const SegmentImage& segment, JournalRecord& record) {
  const std::span<const std::byte> bytes = segment.bytes;
  if (bytes.size() - offset_ < 8) return Step::End;
  const auto word = load<std::uint64_t>(bytes, offset_);
  if (word == 0 || word == kSealMagic) return Step::End;
  if (!isRecord(bytes, offset_)) {
    // The first word is stored last, so a process that dies leaves it zero or right. Only a power
    // cut tears a record, and only one that was not yet on disk.
    const bool mayBeTorn = !hasSameBoot_ && isNewest(segment) && report_.head.isClosed == 0 &&
                           report_.lastSequence >= report_.head.durableSequence;
    if (mayBeTorn) return Step::End;
    (void)refuse(JournalFault::DamagedRecord, segment.number, offset_);
    return Step::Fault;
  }
  const auto header = load<RecordHeader>(bytes, offset_);
  if (header.sequence != report_.lastSequence + 1) {
    (void)refuse(JournalFault::BadSequence, segment.number, offset_);
    return Step::Fault;
  }
  const std::byte* payload = bytes.data() + offset_ + sizeof(RecordHeader);
  if (header.chain != nextChain(report_.lastChain, header, payload)) {
    (void)refuse(JournalFault::BrokenChain, segment.number, offset_);
    return Step::Fault;
  }
  record = {header.sequence,  static_cast<RecordKind>(header.kind), header.realtime,
            header.monotonic, {payload, header.payloadBytes},       header.chain};
  report_.lastSequence = header.sequence;
  report_.lastChain = header.chain;
  offset_ += recordBytes(header.payloadBytes);
  return Step::Record;
}

bool JournalAudit::checkSeal(const SegmentImage& segment, bool isLast) {
  const auto refuseSeal = [&] { return refuse(JournalFault::BadSeal, segment.number, offset_); };
  if (segment.bytes.size() - offset_ < sizeof(Seal)) return refuseSeal();
  const auto seal = load<Seal>(segment.bytes, offset_);
  if (seal.crc != trailingCrc(seal) || seal.number != segment.number ||
      seal.lastSequence != report_.lastSequence || seal.lastChain != report_.lastChain) {
    return refuseSeal();
  }
  const bool isFirst = segment.number == report_.head.firstSegment;
  if (!isFirst && seal.previous != seal_) return refuseSeal();
  seal_ = sealDigest(seal.previous, segment.bytes.first(offset_));
  if (seal.digest != seal_) return refuseSeal();
  if (segment.number == report_.head.sealedSegment && seal_ != report_.head.sealDigest) {
    return refuseSeal();
  }
  if (!isZero(segment.bytes.subspan(offset_ + sizeof(Seal)))) {
    return refuse(JournalFault::ForeignBytes, segment.number, offset_ + sizeof(Seal));
  }
  report_.isEndSealed = isLast;
  return true;
}

/// Whether any whole record with a later number lies behind the end: then the end is a hole.
bool JournalAudit::hasLaterRecord(std::span<const std::byte> bytes) const {
  for (std::size_t at = offset_; at + sizeof(RecordHeader) <= bytes.size(); at += 8) {
    const auto header = load<RecordHeader>(bytes, at);
    if (header.mark == 0xa5 && header.sequence > report_.lastSequence && isRecord(bytes, at)) {
      return true;
    }
  }
  return false;
}

bool JournalAudit::closeSegment(const SegmentImage& segment, bool isLast) {
  report_.lastSegment = segment.number;
  report_.endOffset = offset_;
  const std::span<const std::byte> rest = segment.bytes.subspan(offset_);
  if (rest.size() >= 8 && load<std::uint64_t>(rest, 0) == kSealMagic) {
    return checkSeal(segment, isLast);
  }
  if (segment.number <= report_.head.sealedSegment) {
    return refuse(JournalFault::BadSeal, segment.number, offset_);
  }
  std::size_t torn = rest.size();
  while (torn > 0 && rest[torn - 1] == std::byte{0}) --torn;
  if (torn == 0) return true;
  if (report_.head.isClosed != 0)
    return refuse(JournalFault::ForeignBytes, segment.number, offset_);
  // What a dying process leaves is one record, or one seal, without its first word, at the very
  // end. A power cut may leave whole pages of later ones.
  const std::size_t tornMax = isLast ? recordBytes(kPayloadMax) : sizeof(Seal);
  const bool isUnfinished =
      torn <= tornMax && load<std::uint64_t>(rest, 0) == 0 && !hasLaterRecord(segment.bytes);
  const bool mayBeTorn = isUnfinished || (isLast && !hasSameBoot_);
  if (!mayBeTorn) return refuse(JournalFault::DamagedRecord, segment.number, offset_);
  report_.tornBytes += isLast ? torn : 0;
  return true;
}

void JournalAudit::end() {
  const std::uint64_t last = report_.lastSequence;
  for (const SegmentImage& segment : std::span(image_.segments).subspan(used_)) {
    if (isZero(segment.bytes)) continue;
    if (hasSameBoot_ || report_.head.isClosed != 0) {
      (void)refuse(JournalFault::BadSegment, segment.number, 0);
      return;
    }
    report_.tornBytes += segment.bytes.size();
  }
  if (last < report_.head.durableSequence) {
    (void)refuse(JournalFault::MissingRecords, report_.lastSegment, report_.endOffset);
    return;
  }
  if (report_.head.isClosed != 0 && last != report_.head.durableSequence) {
    (void)refuse(JournalFault::ForeignBytes, report_.lastSegment, report_.endOffset);
    return;
  }
  if (last < appended_) {
    if (hasSameBoot_) {
      (void)refuse(JournalFault::MissingRecords, report_.lastSegment, report_.endOffset);
      return;
    }
    report_.recordsMissing = appended_ - last;
  }
  // An append stores the record and then the head: at most one record may be ahead of it.
  if (last > appended_ + 1 && hasSameBoot_ && !image_.isLive) {
    (void)refuse(JournalFault::BadHead, 0, offsetof(HeadFile, appendedSequence));
    return;
  }
  if (report_.tornBytes > 0 || report_.recordsMissing > 0) report_.fault = JournalFault::TornTail;
}

}  // namespace hft::event
