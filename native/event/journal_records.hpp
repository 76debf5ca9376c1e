#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "native/core/units.hpp"
#include "native/event/execution_report.hpp"

namespace hft::event {

/// What a journal record tells. The numbers are part of the file format.
enum class RecordKind : std::uint8_t {
  None = 0,
  SessionStart = 1,     ///< SessionStart.
  OrderRequest = 2,     ///< order::OrderRequest: an intent, before its bytes leave.
  ExecutionReport = 3,  ///< ExecutionReport, as it came in.
  RiskDecision = 4,     ///< RiskDecision.
  LimitChange = 5,      ///< LimitChange.
  KillSwitch = 6,       ///< KillSwitch.
  Timer = 7,            ///< TimerFired.
  MarketReference = 8,  ///< MarketReference.
  Snapshot = 9,         ///< SnapshotMark.
  StrategyNote = 10,    ///< Text of a strategy.
  Recovered = 11,       ///< RecoveryMark: what the opening of the journal found.
  OrderList = 12,       ///< OrderListStart and its legs, order::OrderRequests.
};
inline constexpr std::uint8_t kRecordKinds = 13;

/// A run begins: what makes its decisions repeatable.
struct SessionStart {
  std::uint64_t run = 0;  ///< Counts the runs of this journal, from 1.
  std::uint64_t randomSeed = 0;
  Nanos startTime = 0;
  std::uint64_t configHash = 0;  ///< Of the configuration that was in force.
};

/// The answer of a risk check.
struct RiskDecision {
  ClOrdID clOrdID = kNoOrder;
  std::uint16_t check = 0;  ///< The ViolationType that decided; 0: accepted.
  std::uint8_t scope = 0;
  std::uint8_t isAccepted = 0;
  std::uint32_t scopeId = 0;
  std::int64_t limit = 0;
  std::int64_t observed = 0;
  std::int64_t headroom = 0;
};

/// A limit that was set at run time.
struct LimitChange {
  std::uint16_t check = 0;
  std::uint8_t scope = 0;
  std::uint8_t action = 0;
  std::uint32_t scopeId = 0;
  std::int64_t before = 0;  ///< -1: there was none.
  std::int64_t after = 0;   ///< -1: removed.
  std::int64_t warningBps = 0;
  Nanos window = 0;  ///< Rates only.
};

/// The kill switch thrown or released.
struct KillSwitch {
  std::uint8_t isThrown = 0;
  std::uint8_t scope = 0;
  std::uint16_t source = 0;  ///< API, signal, file, watchdog.
  std::uint32_t scopeId = 0;
};

/// A timer that a strategy or the engine was called for.
struct TimerFired {
  std::uint64_t timer = 0;
  Nanos dueTime = 0;
};

/// Points at market events in the recording: they are too many to lie here.
struct MarketReference {
  std::uint64_t firstSequence = 0;
  std::uint64_t lastSequence = 0;
  std::uint64_t stateHash = 0;
};

/// A snapshot file of the state after all earlier records was completed.
struct SnapshotMark {
  std::uint64_t sequence = 0;
  std::uint64_t sizeBytes = 0;
  std::array<std::byte, 32> sha256{};
};

/// A bracket, OCO, OTO or OTOCO list was entered; `legCount` order::OrderRequests follow.
struct OrderListStart {
  std::uint8_t kind = 0;
  std::uint8_t legCount = 0;
  std::uint16_t spare = 0;
  std::uint32_t spare2 = 0;
};

/// The journal was opened after an end without a close.
struct RecoveryMark {
  std::uint64_t lastSequence = 0;    ///< The last record of the recovered prefix.
  std::uint64_t tornBytes = 0;       ///< Bytes after it that were no whole record.
  std::uint64_t recordsMissing = 0;  ///< Records that the head knew of: after a power cut only.
};

static_assert(sizeof(SessionStart) == 32 && sizeof(RiskDecision) == 40);
static_assert(sizeof(LimitChange) == 40 && sizeof(KillSwitch) == 8 && sizeof(TimerFired) == 16);
static_assert(sizeof(MarketReference) == 24 && sizeof(SnapshotMark) == 48);
static_assert(sizeof(RecoveryMark) == 24);

}  // namespace hft::event
