#include "native/stream/replay/ledger.hpp"

#include <algorithm>
#include <cstring>

namespace hft::stream {

using event::InputKind;
using event::InputMark;
using event::JournalStamp;
using event::RecordKind;
using event::Reserve;

bool Ledger::append(RecordKind kind, std::span<const std::byte> payload, JournalStamp now,
                    Reserve reserve) noexcept {
  if (log_ != nullptr) return log_->append(kind, payload, now.realtime, reserve, events_);
  if (journal_ == nullptr) return true;
  // What was decided must not be on file before what it was decided on.
  if (recorder_ != nullptr) recorder_->flush();
  if (stampClock_ != nullptr) now.monotonic = stampClock_();
  if (journal_->append(kind, payload, now, reserve).ok()) return true;
  const bool decides = kind == RecordKind::OrderRequest || kind == RecordKind::OrderList;
  if (reserve == Reserve::Keep && decides && isRepeatable() && fullMarks_ < kFullMarksMax) {
    // The reserve is for more important things than a great many of these.
    ++fullMarks_;
    InputMark full;
    full.kind = InputKind::Full;
    mark(full, {}, now);
  }
  return false;
}

std::uint64_t Ledger::lastSequence() const noexcept {
  if (log_ != nullptr) return log_->lastSequence();
  return journal_ == nullptr ? 0 : journal_->lastSequence();
}

void Ledger::onTick(Nanos time) noexcept {
  ++events_;
  if (recorder_ == nullptr) return;
  event::MarketEvent tick;
  tick.receiveTime = time;
  (void)recorder_->record(tick, {}, {});
}

void Ledger::checkpoint(std::uint64_t stateHash, JournalStamp now) noexcept {
  event::MarketReference reference;
  reference.firstSequence = referred_ + 1;
  reference.lastSequence = referred_ = events_;
  reference.stateHash = stateHash;
  (void)append(RecordKind::MarketReference, std::as_bytes(std::span(&reference, 1)), now,
               Reserve::Use);
}

void Ledger::mark(const InputMark& given, std::span<const std::byte> bytes,
                  JournalStamp now) noexcept {
  std::byte payload[event::kPayloadMax];
  InputMark mark = given;
  mark.event = events_;
  mark.time = now.realtime;
  std::memcpy(payload, &mark, sizeof mark);
  const std::size_t more = std::min(bytes.size(), sizeof payload - sizeof mark);
  if (more > 0) std::memcpy(payload + sizeof mark, bytes.data(), more);
  (void)append(RecordKind::Input, std::span(payload).first(sizeof mark + more), now, Reserve::Use);
}

void Ledger::input(InputKind kind, std::span<const std::byte> bytes, JournalStamp now) noexcept {
  if (!isRepeatable()) return;
  InputMark what;
  what.kind = kind;
  mark(what, bytes, now);
}

void Ledger::killsInput(std::uint64_t point, JournalStamp now) noexcept {
  if (!isRepeatable()) return;
  InputMark what;
  what.kind = InputKind::Kills;
  what.point = point;
  mark(what, {}, now);
}

void Ledger::emergencyInput(std::uint64_t point, const order::OrderRequest& cancel,
                            JournalStamp now) noexcept {
  if (!isRepeatable()) return;
  InputMark what;
  what.kind = InputKind::Cancel;
  what.point = point;
  mark(what, std::as_bytes(std::span(&cancel, 1)), now);
}

}  // namespace hft::stream
