#include "native/event/journal_entry.hpp"

#include "native/core/check.hpp"

namespace hft::event {
namespace {

/// Whether the bytes are UTF-8. Source: RFC 3629, section 4.
bool isUtf8(std::span<const std::byte> bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto first = std::to_integer<unsigned>(bytes[at]);
    std::size_t more = 0;
    unsigned low = 0x80;
    unsigned high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      more = 1;
    } else if (first >= 0xe0 && first <= 0xef) {
      more = 2;
      if (first == 0xe0) low = 0xa0;
      if (first == 0xed) high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      more = 3;
      if (first == 0xf0) low = 0x90;
      if (first == 0xf4) high = 0x8f;
    } else if (first >= 0x80) {
      return false;
    }
    if (bytes.size() - at <= more) return false;
    for (std::size_t i = 1; i <= more; ++i) {
      const auto next = std::to_integer<unsigned>(bytes[at + i]);
      if (next < low || next > high) return false;
      low = 0x80;
      high = 0xbf;
    }
    at += 1 + more;
  }
  return true;
}

EntryVerdict judge(const JournalEntry& entry, std::span<const std::byte> payload) noexcept {
  const auto verdictOf = [](bool isSound) {
    return isSound ? EntryVerdict::Ok : EntryVerdict::BadPayload;
  };
  if (entry.kind > kRecordKinds) return EntryVerdict::BadKind;
  switch (static_cast<RecordKind>(entry.kind)) {
    case RecordKind::SessionStart:
      return verdictOf(payload.size() == sizeof(SessionStart));
    case RecordKind::Timer:
      return verdictOf(payload.size() == sizeof(TimerFired));
    case RecordKind::MarketReference:
      return verdictOf(payload.size() == sizeof(MarketReference));
    case RecordKind::StrategyNote:
    case RecordKind::ConfigChange:
      return verdictOf(isUtf8(payload));
    default:
      return EntryVerdict::BadKind;
  }
}

}  // namespace

void appendEntry(Journal& journal, std::span<std::byte> memory) noexcept {
  HFT_CHECK(memory.size() >= kEntryBytes);
  JournalEntry entry;
  std::memcpy(&entry, memory.data(), sizeof entry);
  entry.sequence = 0;
  entry.verdict = EntryVerdict::TooLong;
  if (entry.payloadBytes <= kPayloadMax) {
    const std::span<const std::byte> payload =
        memory.subspan(sizeof(JournalEntry), entry.payloadBytes);
    entry.verdict = judge(entry, payload);
    if (entry.verdict == EntryVerdict::Ok) {
      const auto appended = journal.append(static_cast<RecordKind>(entry.kind), payload,
                                           {entry.realtime, entry.monotonic},
                                           entry.usesReserve == 1 ? Reserve::Use : Reserve::Keep);
      if (appended.ok()) {
        entry.sequence = appended.value();
      } else {
        entry.verdict = static_cast<EntryVerdict>(appended.error());
      }
    }
  }
  entry.durableSequence = journal.durableSequence();
  std::memcpy(memory.data(), &entry, sizeof entry);
}

}  // namespace hft::event
