#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "native/event/journal.hpp"
#include "native/event/journal_directory.hpp"
#include "native/order/order_request.hpp"

namespace hft::stream {

/// A record of a run, in the mapped journal.
struct LoggedRecord {
  std::uint64_t sequence = 0;
  event::RecordKind kind = event::RecordKind::None;
  Nanos realtime = 0;
  Nanos monotonic = 0;
  std::span<const std::byte> payload;
};

/// Where a repeated run first differs from the recorded one.
struct Difference {
  enum class Kind : std::uint8_t {
    None,
    Other,       ///< Another record than `expected`.
    Missing,     ///< `expected` did not come.
    Unexpected,  ///< A record where the run had none.
  };
  Kind kind = Kind::None;
  LoggedRecord expected;  ///< Sequence 0: there is none.
  event::RecordKind actualKind = event::RecordKind::None;
  std::vector<std::byte> actual;
  Nanos time = 0;           ///< Of the session.
  std::uint64_t event = 0;  ///< Recorded events until then.
  /// Of the instrument, account and strategy of the request that differs.
  Qty positionQty = 0;
  bool hasPosition = false;
};

/// The records of one run of a journal, held against those that the same run makes when it is
/// repeated. What came from outside is taken from it instead.
///
/// Not thread-safe; the mapped journal belongs to it.
class RunLog {
 public:
  /// Proves the journal in `path` and takes the records of `run`.
  ///
  /// Errors: NoDirectory where there is no journal; Refused where the audit refuses it (`report`
  /// says where) or it has no such run.
  [[nodiscard]] static Result<RunLog, event::JournalError> open(const std::string& path,
                                                                std::uint64_t run,
                                                                event::AuditReport& report);

  /// No run.
  RunLog() noexcept = default;

  [[nodiscard]] const event::JournalDirectory& directory() const noexcept { return directory_; }
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  /// The first record: the SessionStart.
  [[nodiscard]] const LoggedRecord& first() const noexcept { return records_.front(); }
  /// Whether the run ended in order; otherwise its last decisions may not be in the journal.
  [[nodiscard]] bool isClosed() const noexcept { return isClosed_; }

  /// Holds a record of the repeated run against the next one. What it says is what the journal did:
  /// false where the journal had no room.
  bool append(event::RecordKind kind, std::span<const std::byte> payload, Nanos time,
              event::Reserve reserve, std::uint64_t event) noexcept;
  /// Records so far that were the same.
  [[nodiscard]] std::uint64_t matched() const noexcept { return matched_; }
  /// Sequence of the newest record that was the same.
  [[nodiscard]] std::uint64_t lastSequence() const noexcept { return lastSequence_; }
  [[nodiscard]] const Difference& difference() const noexcept { return difference_; }
  [[nodiscard]] Difference& difference() noexcept { return difference_; }
  [[nodiscard]] bool differs() const noexcept { return difference_.kind != Difference::Kind::None; }
  /// The run went on beyond the end of a journal that was not closed.
  [[nodiscard]] bool isBeyond() const noexcept { return isBeyond_; }

  /// The changes of the kill switch that were seen at look number `point`: calls
  /// `visit(const event::KillSwitch&)`.
  template <typename Visit>
  void takeKills(std::uint64_t point, Visit&& visit) noexcept;

  /// The cancels of another thread that were found at look number `point`: calls
  /// `visit(const order::OrderRequest&)`.
  template <typename Visit>
  void takeEmergencies(std::uint64_t point, Visit&& visit) noexcept;

  /// The record that comes next; nullptr at the end.
  [[nodiscard]] const LoggedRecord* next() noexcept;
  /// The record behind the next one.
  [[nodiscard]] const LoggedRecord* afterNext() noexcept;
  /// After so many events the next input from outside is due; UINT64_MAX without one.
  [[nodiscard]] std::uint64_t nextInputEvent() noexcept;
  /// Whether that input is the next record.
  [[nodiscard]] bool isAtInput() noexcept;
  /// Notes that the next record did not come by `event`, where it belongs to an earlier one.
  void noteMissing(std::uint64_t event, Nanos time) noexcept;
  /// The same, whatever it belongs to.
  void noteLeft(std::uint64_t event, Nanos time) noexcept;

 private:
  void skip() noexcept;
  [[nodiscard]] bool isInput(const LoggedRecord& record) const noexcept;
  void note(Difference::Kind kind, const LoggedRecord* expected, std::uint64_t event,
            Nanos time) noexcept;

  event::JournalDirectory directory_;
  std::vector<LoggedRecord> records_;
  std::size_t at_ = 0;
  std::size_t inputAt_ = 0;  ///< The next input at or behind `at_`.
  std::uint64_t matched_ = 0;
  std::uint64_t lastSequence_ = 0;
  Difference difference_;
  bool isClosed_ = false;
  bool isBeyond_ = false;
  bool wasFull_ = false;
};

/// The input that a record tells; kind 0 where it is none.
[[nodiscard]] event::InputMark inputOf(const LoggedRecord& record) noexcept;
/// What a request or refusal was decided on; all zero for other records.
[[nodiscard]] event::DecisionTrail trailOf(const LoggedRecord& record) noexcept;
/// The number of events that a record comes after; UINT64_MAX where it doesn't say.
[[nodiscard]] std::uint64_t eventOf(const LoggedRecord& record) noexcept;

template <typename Visit>
void RunLog::takeKills(std::uint64_t point, Visit&& visit) noexcept {
  const LoggedRecord* record = next();
  if (record == nullptr || differs()) return;
  const event::InputMark mark = inputOf(*record);
  if (mark.kind != event::InputKind::Kills || mark.point != point) return;
  ++at_;
  ++matched_;
  for (record = next(); record != nullptr && record->kind == event::RecordKind::KillSwitch;
       record = next()) {
    event::KillSwitch kill;
    if (record->payload.size() < sizeof kill) return;
    std::memcpy(&kill, record->payload.data(), sizeof kill);
    if (kill.source != 0) return;
    lastSequence_ = record->sequence;
    ++at_;
    ++matched_;
    visit(kill);
  }
}

template <typename Visit>
void RunLog::takeEmergencies(std::uint64_t point, Visit&& visit) noexcept {
  for (const LoggedRecord* record = next(); record != nullptr && !differs(); record = next()) {
    const event::InputMark mark = inputOf(*record);
    order::OrderRequest cancel;
    if (mark.kind != event::InputKind::Cancel || mark.point != point ||
        record->payload.size() < sizeof mark + sizeof cancel) {
      return;
    }
    std::memcpy(static_cast<void*>(&cancel), record->payload.data() + sizeof mark, sizeof cancel);
    lastSequence_ = record->sequence;
    ++at_;
    ++matched_;
    visit(cancel);
  }
}

}  // namespace hft::stream
