#include "native/stream/replay/run_log.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "native/order/order_request.hpp"

namespace hft::stream {

using event::InputKind;
using event::InputMark;
using event::JournalError;
using event::RecordKind;

namespace {

constexpr std::uint64_t kNever = ~0ULL;

/// What no decision rests on: it is not repeated.
bool isAside(RecordKind kind) noexcept {
  return kind == RecordKind::Snapshot || kind == RecordKind::Recovered ||
         kind == RecordKind::StrategyNote || kind == RecordKind::ConfigChange ||
         kind == RecordKind::Timer || kind == RecordKind::Name || kind == RecordKind::SignalName;
}

/// What may be missing where the journal was full: it changes nothing that follows.
bool isDroppable(RecordKind kind) noexcept {
  return kind == RecordKind::RiskDecision || kind == RecordKind::EquityMark ||
         kind == RecordKind::PositionMark || kind == RecordKind::Signals;
}

bool hasTrail(RecordKind kind) noexcept {
  return kind == RecordKind::OrderRequest || kind == RecordKind::RiskDecision;
}

/// A stretch of a payload.
struct Stretch {
  std::size_t at;
  std::size_t size;
};

/// Requests, reports and what lies between their parts end with padding that nobody sets.
constexpr std::size_t kRequestBytes = offsetof(order::OrderRequest, bookSequence) + 8;
constexpr std::size_t kReportBytes = offsetof(event::ExecutionReport, spare2);
constexpr std::size_t kRequestSize = sizeof(order::OrderRequest);
constexpr std::size_t kTrailSize = sizeof(event::DecisionTrail);

bool areSame(std::span<const std::byte> a, std::span<const std::byte> b, Stretch part) noexcept {
  return std::memcmp(a.data() + part.at, b.data() + part.at, part.size) == 0;
}

/// Times by the clock decide nothing: two runs differ in them.
bool isSameTrail(std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
  event::DecisionTrail trails[2];
  std::memcpy(&trails[0], a.data() + a.size() - kTrailSize, kTrailSize);
  std::memcpy(&trails[1], b.data() + b.size() - kTrailSize, kTrailSize);
  for (event::DecisionTrail& trail : trails) {
    trail.decidedTime = trail.checkedTime = trail.handledTime = trail.decidedMonotonic = 0;
  }
  return std::memcmp(&trails[0], &trails[1], kTrailSize) == 0;
}

bool isSame(RecordKind kind, std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
  if (a.size() != b.size()) return false;
  switch (kind) {
    case RecordKind::OrderRequest:
      return a.size() == kRequestSize + kTrailSize && areSame(a, b, {0, kRequestBytes}) &&
             isSameTrail(a, b);
    case RecordKind::RiskDecision:
      // Between the decision and the request lies what aligns the request.
      return a.size() == 64 + kRequestSize + kTrailSize &&
             areSame(a, b, {0, sizeof(event::RiskDecision)}) &&
             areSame(a, b, {64, kRequestBytes}) && isSameTrail(a, b);
    case RecordKind::ExecutionReport:
      return a.size() == sizeof(event::ExecutionReport) && areSame(a, b, {0, kReportBytes});
    case RecordKind::OrderList:
      if (a.size() < 64 || !areSame(a, b, {0, sizeof(event::OrderListStart)})) return false;
      for (std::size_t at = 64; at + kRequestSize <= a.size(); at += kRequestSize) {
        if (!areSame(a, b, {at, kRequestBytes})) return false;
      }
      return true;
    default:
      return a.empty() || areSame(a, b, {0, a.size()});
  }
}

}  // namespace

InputMark inputOf(const LoggedRecord& record) noexcept {
  InputMark mark;
  mark.kind = InputKind{};
  if (record.kind != RecordKind::Input || record.payload.size() < sizeof mark) return mark;
  std::memcpy(&mark, record.payload.data(), sizeof mark);
  return mark;
}

event::DecisionTrail trailOf(const LoggedRecord& record) noexcept {
  event::DecisionTrail trail;
  if (!hasTrail(record.kind) || record.payload.size() < sizeof trail) return trail;
  std::memcpy(&trail, record.payload.data() + record.payload.size() - sizeof trail, sizeof trail);
  return trail;
}

std::uint64_t eventOf(const LoggedRecord& record) noexcept {
  if (record.kind == RecordKind::Input) return inputOf(record).event;
  if (hasTrail(record.kind)) return trailOf(record).event;
  return kNever;
}

Result<RunLog, JournalError> RunLog::open(const std::string& path, std::uint64_t run,
                                          event::AuditReport& report) {
  auto directory = event::JournalDirectory::open(path, event::JournalDirectory::Mode::Read);
  if (!directory.ok()) return directory.error();
  if (directory.value().isEmpty()) return JournalError::NoDirectory;
  RunLog log;
  log.directory_ = directory.take();
  bool isInside = false;
  report = log.directory_.audit([&](const event::JournalRecord& record) {
    if (record.kind == RecordKind::SessionStart) {
      event::SessionStart start;
      if (record.payload.size() >= sizeof start) {
        std::memcpy(&start, record.payload.data(), sizeof start);
      }
      isInside = start.run == run;
    }
    if (!isInside) return;
    const LoggedRecord logged{record.sequence, record.kind, record.realtime, record.monotonic,
                              record.payload};
    if (inputOf(logged).kind == InputKind::Close) {
      log.isClosed_ = true;
    } else {
      log.records_.push_back(logged);
    }
  });
  if (!report.isUsable() || log.records_.empty()) return JournalError::Refused;
  return log;
}

void RunLog::skip() noexcept {
  while (at_ < records_.size() && isAside(records_[at_].kind)) ++at_;
}

const LoggedRecord* RunLog::next() noexcept {
  skip();
  return at_ < records_.size() ? &records_[at_] : nullptr;
}

const LoggedRecord* RunLog::afterNext() noexcept {
  skip();
  std::size_t at = at_ + 1;
  while (at < records_.size() && isAside(records_[at].kind)) ++at;
  return at < records_.size() ? &records_[at] : nullptr;
}

bool RunLog::isInput(const LoggedRecord& record) const noexcept {
  const InputKind kind = inputOf(record).kind;
  return kind == InputKind::Report || kind == InputKind::Request || kind == InputKind::Call;
}

std::uint64_t RunLog::nextInputEvent() noexcept {
  inputAt_ = std::max(inputAt_, at_);
  while (inputAt_ < records_.size() && !isInput(records_[inputAt_])) ++inputAt_;
  return inputAt_ < records_.size() ? inputOf(records_[inputAt_]).event : kNever;
}

bool RunLog::isAtInput() noexcept {
  const LoggedRecord* record = next();
  return record != nullptr && isInput(*record);
}

void RunLog::note(Difference::Kind kind, const LoggedRecord* expected, std::uint64_t event,
                  Nanos time) noexcept {
  difference_.kind = kind;
  if (expected != nullptr) difference_.expected = *expected;
  difference_.event = event;
  difference_.time = time;
}

void RunLog::noteMissing(std::uint64_t event, Nanos time) noexcept {
  const LoggedRecord* record = next();
  if (differs() || record == nullptr) return;
  const std::uint64_t due = eventOf(*record);
  if (due != kNever && due < event) note(Difference::Kind::Missing, record, event, time);
}

void RunLog::noteLeft(std::uint64_t event, Nanos time) noexcept {
  const LoggedRecord* record = next();
  if (!differs() && record != nullptr) note(Difference::Kind::Missing, record, event, time);
}

bool RunLog::append(RecordKind kind, std::span<const std::byte> payload, Nanos time,
                    event::Reserve reserve, std::uint64_t event) noexcept {
  if (differs() || isBeyond_ || isAside(kind)) return true;
  const LoggedRecord* expected = next();
  if (expected != nullptr && reserve == event::Reserve::Keep &&
      inputOf(*expected).kind == InputKind::Full) {
    wasFull_ = true;
    ++at_;
    return false;
  }
  const bool isMatch = expected != nullptr && expected->kind == kind &&
                       expected->realtime == time && isSame(kind, expected->payload, payload);
  if (isMatch) {
    ++matched_;
    ++at_;
    lastSequence_ = expected->sequence;
    return true;
  }
  if (wasFull_ && isDroppable(kind)) return true;
  if (expected == nullptr && !isClosed_) {
    isBeyond_ = true;
    return true;
  }
  note(expected == nullptr ? Difference::Kind::Unexpected : Difference::Kind::Other, expected,
       event, time);
  difference_.actualKind = kind;
  difference_.actual.assign(payload.begin(), payload.end());
  return true;
}

}  // namespace hft::stream
