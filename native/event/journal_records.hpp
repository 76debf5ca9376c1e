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
  OrderRequest = 2,     ///< order::OrderRequest: an intent, before its bytes leave; DecisionTrail.
  ExecutionReport = 3,  ///< ExecutionReport, as it came in.
  RiskDecision = 4,     ///< RiskDecision of a refused request, which follows it; DecisionTrail.
  LimitChange = 5,      ///< LimitChange.
  KillSwitch = 6,       ///< KillSwitch.
  Timer = 7,            ///< TimerFired.
  MarketReference = 8,  ///< MarketReference.
  Snapshot = 9,         ///< SnapshotMark.
  StrategyNote = 10,    ///< Text of a strategy.
  Recovered = 11,       ///< RecoveryMark: what the opening of the journal found.
  OrderList = 12,       ///< OrderListStart and its legs, order::OrderRequests.
  TrailMove = 13,       ///< TrailMove.
  Latch = 14,           ///< Latch: a halt, a mode or a session that holds until it is ended.
  ConfigChange = 15,    ///< Text: `key=value` that took effect; secrets never.
  Market = 16,          ///< BlockHeader and its events; in recordings only (MarketRecorder).
  EquityMark = 17,      ///< EquityMark: what loss and drawdown of a scope are counted from.
  PositionMark = 18,    ///< PositionMark: the price that positions were valued at.
  Input = 19,           ///< InputMark: something from outside that decisions rest on.
  Name = 20,            ///< NameMark and the name.
  Signals = 21,         ///< SignalsMark and so many doubles: what a strategy decided on.
  SignalName = 22,      ///< SignalNameMark and the name.
};
inline constexpr std::uint8_t kRecordKinds = 23;

/// A run begins: what makes its decisions repeatable.
struct SessionStart {
  std::uint64_t run = 0;  ///< Counts the runs of this journal, from 1.
  std::uint64_t randomSeed = 0;
  Nanos startTime = 0;
  std::uint64_t configHash = 0;  ///< Of the configuration that was in force.
};

/// In RiskDecision::check of a request that was refused for another reason than risk: this and the
/// number of the stream::SubmitVerdict.
inline constexpr std::uint16_t kRefusedOtherwise = 0x100;

/// The answer of a risk check.
struct RiskDecision {
  ClOrdID clOrdID = kNoOrder;
  std::uint16_t check = 0;  ///< The ViolationType that decided; 0: accepted; kRefusedOtherwise.
  std::uint8_t scope = 0;
  std::uint8_t isAccepted = 0;
  std::uint32_t scopeId = 0;
  std::int64_t limit = 0;
  std::int64_t observed = 0;
  std::int64_t headroom = 0;
};

/// What a request was decided on, behind it in its record. Times that nobody took are 0, prices
/// that were not there kNoPrice.
struct DecisionTrail {
  Nanos marketTime = 0;              ///< When the instrument's newest market event was received.
  std::uint64_t marketSequence = 0;  ///< Of its book at that time.
  Price bid = kNoPrice;
  Price ask = kNoPrice;
  Price worstPrice = kNoPrice;  ///< The dearest price that risk valued the request at.
  std::uint64_t warnings = 0;   ///< A bit a ViolationType whose warning threshold was reached.
  Nanos decidedTime = 0;        ///< When the request came in, by the clock.
  Nanos checkedTime = 0;        ///< When risk had answered: the journal and the venue come next.
  std::uint64_t event = 0;      ///< Recorded event (MarketRecorder) that it came after; 0: none.
  Nanos handledTime = 0;        ///< When that event was taken for handling, by the clock.
  Nanos decidedMonotonic = 0;   ///< `decidedTime` by the monotonic clock of the record's stamp.
  std::int64_t spare[5] = {};
};

/// The best price since of a held trailing order, in ticks: its stop survives a restart.
struct TrailMove {
  ClOrdID clOrdID = kNoOrder;
  std::int64_t anchor = 0;
};

/// What the loss and the drawdown of a scope are counted from, in 10^-18 of the base currency: 128
/// bits in two words.
struct EquityMark {
  std::uint8_t scope = 0;
  std::uint8_t spare = 0;
  std::uint16_t spare2 = 0;
  std::uint32_t scopeId = 0;
  std::uint64_t baselineLow = 0;
  std::int64_t baselineHigh = 0;
  std::uint64_t peakLow = 0;
  std::int64_t peakHigh = 0;
};

/// The price in ticks that the positions of an instrument were valued at.
struct PositionMark {
  std::uint32_t instrument = 0;
  std::uint32_t spare = 0;
  std::int64_t price = 0;
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

/// What a Latch latches.
enum class LatchKind : std::uint8_t {
  Halt = 0,
  ReduceOnly = 1,
  Restricted = 2,    ///< Of an instrument.
  SessionPhase = 3,  ///< Of an instrument; `value` is the risk::SessionPhase.
  NewSession = 4,    ///< Loss and drawdown count from here.
};

/// A state of risk that holds until another record ends it.
struct Latch {
  LatchKind kind = LatchKind::Halt;
  std::uint8_t scope = 0;
  std::uint8_t value = 0;
  std::uint8_t spare = 0;
  std::uint32_t scopeId = 0;
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

/// Points at events in the recording, by their numbers: they are too many to lie here.
struct MarketReference {
  std::uint64_t firstSequence = 0;
  std::uint64_t lastSequence = 0;
  std::uint64_t stateHash = 0;
};

/// What an Input tells.
enum class InputKind : std::uint8_t {
  Report = 1,   ///< A venue's report came in: the next record.
  Kills = 2,    ///< Latches of the kill switch had changed elsewhere: the next records.
  Full = 3,     ///< The journal had no room for the record that should have followed.
  Request = 4,  ///< A request of nobody's strategy; its bytes follow.
  Call = 5,     ///< A call from outside: its name and arguments follow as JSON.
  Close = 7,    ///< The run ended in order: nothing of it follows.
  Cancel = 6,   ///< A cancel that another thread sent in the owner's place; its request follows.
};

/// Something from outside that decisions rest on, and where it belongs among them.
struct InputMark {
  InputKind kind = InputKind::Call;
  std::uint8_t spare[7] = {};
  std::uint64_t event = 0;  ///< Recorded events before it.
  std::uint64_t point = 0;  ///< Kills, Cancel: looks for such before it.
  Nanos time = 0;           ///< Of the session.
};

/// What a Name names.
enum class NameTable : std::uint8_t {
  Account = 0,
  Strategy = 1,
  Venue = 2,
  Currency = 3,
  Symbol = 4,
  ClientOrder = 5,  ///< No name of a number: `ClOrdID=clientOrderId`.
};

/// The number by which records know a name, so that it is the same one for ever.
struct NameMark {
  NameTable table = NameTable::Account;
  std::uint8_t priceDecimals = 0;  ///< Symbol, as the next.
  std::uint8_t qtyDecimals = 0;
  std::uint8_t spare = 0;
  std::uint32_t id = 0;
};

/// The newest values of a strategy's signals, in the order of their names.
struct SignalsMark {
  std::uint16_t strategy = 0;
  std::uint16_t count = 0;
  std::uint32_t spare = 0;
};

/// The name of a signal.
struct SignalNameMark {
  std::uint16_t strategy = 0;
  std::uint16_t index = 0;
  std::uint32_t spare = 0;
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
static_assert(sizeof(EquityMark) == 40 && sizeof(PositionMark) == 16);
static_assert(sizeof(MarketReference) == 24 && sizeof(SnapshotMark) == 48);
static_assert(sizeof(RecoveryMark) == 24 && sizeof(DecisionTrail) == 128 &&
              sizeof(TrailMove) == 16);

static_assert(sizeof(InputMark) == 32 && sizeof(NameMark) == 8 && sizeof(SignalsMark) == 8);

}  // namespace hft::event
