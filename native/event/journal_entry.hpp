#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/event/journal.hpp"

namespace hft::event {

/// What became of an entry. Up to TimedOut the numbers are those of JournalError.
enum class EntryVerdict : std::uint32_t {
  Ok = 0,
  Full = static_cast<std::uint32_t>(JournalError::Full),
  TooLong = static_cast<std::uint32_t>(JournalError::TooLong),
  DiskFailed = static_cast<std::uint32_t>(JournalError::DiskFailed),
  Closed = static_cast<std::uint32_t>(JournalError::Closed),
  /// Not a kind that the outside may write: orders, reports and latches come from the core alone.
  BadKind = 32,
  /// A payload that is not of the kind's size, or text that is not UTF-8.
  BadPayload = 33,
};

/// One record that comes from outside the core, question and answer in one struct: the head of a
/// memory that its owner fills before a call without arguments. The payload follows it.
struct JournalEntry {
  std::uint32_t kind = 0;          ///< A RecordKind.
  std::uint32_t payloadBytes = 0;  ///< At most kPayloadMax.
  Nanos realtime = 0;
  Nanos monotonic = 0;
  std::uint32_t usesReserve = 0;            ///< 0 or 1.
  EntryVerdict verdict = EntryVerdict::Ok;  ///< Answer.
  std::uint64_t sequence = 0;               ///< Answer: of the record, 0 when there is none.
  std::uint64_t durableSequence = 0;        ///< Answer.
  std::uint64_t spare[2] = {};
};
static_assert(sizeof(JournalEntry) == 64);

/// The size of the memory: a JournalEntry and the longest payload.
inline constexpr std::size_t kEntryBytes = sizeof(JournalEntry) + kPayloadMax;

/// Appends the entry in `memory` (kEntryBytes) and writes the answer into it.
///
/// Whatever the memory holds, nothing but a sound record is written.
void appendEntry(Journal& journal, std::span<std::byte> memory) noexcept;

}  // namespace hft::event
