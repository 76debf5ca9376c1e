#include "native/event/journal.hpp"

namespace hft::event {

Journal::Journal(Key /*key*/, JournalDirectory directory, const AuditReport& report,
                 const JournalOptions& options)
    : keeper_(std::move(directory), report, options),
      sequence_(report.lastSequence),
      chain_(report.lastChain),
      reserveBytes_(options.reserveBytes) {}

Result<std::unique_ptr<Journal>, JournalError> Journal::start(JournalDirectory directory,
                                                              const AuditReport& report,
                                                              const JournalOptions& options) {
  HFT_CHECK(options.reserveBytes + recordBytes(kPayloadMax) + 4'096 <= options.segmentBytes);
  const bool isNew = directory.isEmpty();
  if (!isNew && !report.isUsable()) return JournalError::Refused;
  AuditReport from = report;
  if (isNew) {
    from = {};
    from.lastChain = firstChain(options.journalId);
  }
  auto journal = std::make_unique<Journal>(Key(), std::move(directory), from, options);
  const JournalError error = journal->keeper_.start();
  if (error != JournalError::Ok) return error;
  journal->isOpen_ = true;
  const JournalError room = journal->makeRoom(0, Reserve::Use);
  if (room != JournalError::Ok) return room;
  if (!isNew && report.fault == JournalFault::TornTail) {
    const RecoveryMark mark{report.lastSequence, report.tornBytes, report.recordsMissing};
    const JournalStamp now{options.startTime, options.startTime};
    const auto appended = journal->append(RecordKind::Recovered, mark, now, Reserve::Use);
    if (!appended.ok()) return appended.error();
  }
  return journal;
}

JournalError Journal::makeRoom(std::size_t size, Reserve reserve) noexcept {
  if (!isOpen_) return JournalError::Closed;
  if (keeper_.hasFailed()) return JournalError::DiskFailed;
  const bool hasNext = keeper_.preparedSegment() > segment_;
  if (data_ != nullptr && offset_ + size <= capacity_) {
    // The reserve is the end of this segment unless another one is ready behind it.
    const bool keepsReserve = hasNext || offset_ + size + reserveBytes_ <= capacity_;
    if (!keepsReserve && reserve == Reserve::Keep) return JournalError::Full;
    if (hasNext) normalEnd_ = capacity_;
    return JournalError::Ok;
  }
  if (!hasNext) return JournalError::Full;
  data_ = keeper_.begin(++segment_, sequence_, chain_);
  offset_ = sizeof(SegmentHeader);
  capacity_ = keeper_.segmentBytes() - sizeof(Seal);
  normalEnd_ = capacity_ - reserveBytes_;
  return JournalError::Ok;
}

Result<std::uint64_t, JournalError> Journal::append(RecordKind kind,
                                                    std::span<const std::byte> payload,
                                                    JournalStamp stamp, Reserve reserve) noexcept {
  if (payload.size() > kPayloadMax) return JournalError::TooLong;
  const std::size_t size = recordBytes(payload.size());
  if (offset_ + size > normalEnd_ || !isOpen_) {
    const JournalError error = makeRoom(size, reserve);
    if (error != JournalError::Ok) return error;
  }
  RecordHeader header;
  header.payloadBytes = static_cast<std::uint16_t>(payload.size());
  header.kind = static_cast<std::uint8_t>(kind);
  header.sequence = sequence_ + 1;
  header.realtime = stamp.realtime;
  header.monotonic = stamp.monotonic;
  header.chain = chain_ = nextChain(chain_, header, payload.data());
  std::byte* at = data_ + offset_;
  // The padding is zero already: the segment was never written here.
  std::uint32_t crc = crc32c(0, reinterpret_cast<const std::byte*>(&header) + 4, 36);
  crc = crc32c(crc, payload.data(), payload.size());
  constexpr std::array<std::byte, 8> kZeros{};
  header.crc = crc32c(crc, kZeros.data(), size - sizeof header - payload.size());
  if (!payload.empty()) std::memcpy(at + sizeof header, payload.data(), payload.size());
  std::memcpy(at + 8, reinterpret_cast<const std::byte*>(&header) + 8, sizeof header - 8);
  std::uint64_t word = 0;
  std::memcpy(&word, &header, 8);
  // The first word makes it a record: a process that dies before leaves zero there.
  std::atomic_ref(*reinterpret_cast<std::uint64_t*>(at)).store(word, std::memory_order_release);
  offset_ += size;
  keeper_.publish(segment_, offset_, ++sequence_);
  return sequence_;
}

JournalError Journal::close() {
  if (!isOpen_) return JournalError::Ok;
  isOpen_ = false;
  return keeper_.close();
}

}  // namespace hft::event
