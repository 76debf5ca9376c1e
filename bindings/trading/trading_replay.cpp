// Inputs of a session that can be repeated, and the repeating of one.
#include <cstring>
#include <string>

#include "bindings/trading/trading_holder.hpp"

namespace hft::bindings {

namespace {

using event::InputKind;
using event::RecordKind;
using stream::Difference;
using stream::LoggedRecord;
using stream::ReplayFeed;
using stream::ReplayStep;

constexpr std::size_t kSignalWords = 65;

napi_value makeInteger(napi_env env, std::uint64_t value) {
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, value, &result);
  return result;
}

napi_value makeTime(napi_env env, Nanos value) {
  napi_value result = nullptr;
  napi_create_bigint_int64(env, value, &result);
  return result;
}

napi_value makeBytes(napi_env env, std::span<const std::byte> bytes) {
  void* copy = nullptr;
  napi_value result = nullptr;
  napi_create_buffer_copy(env, bytes.size(), bytes.data(), &copy, &result);
  return result;
}

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

napi_value makeRecord(napi_env env, const LoggedRecord& record) {
  napi_value object = makeObject(env);
  setMember(env, object, "sequence", makeInteger(env, record.sequence));
  setMember(env, object, "kind", static_cast<double>(record.kind));
  setMember(env, object, "realtime", makeTime(env, record.realtime));
  setMember(env, object, "payload", makeBytes(env, record.payload));
  return object;
}

napi_value makeDifference(napi_env env, const Difference& difference) {
  napi_value object = makeObject(env);
  setMember(env, object, "kind", static_cast<double>(difference.kind));
  setMember(env, object, "event", makeInteger(env, difference.event));
  setMember(env, object, "time", makeTime(env, difference.time));
  if (difference.expected.sequence != 0) {
    setMember(env, object, "expected", makeRecord(env, difference.expected));
  }
  if (difference.kind != Difference::Kind::Missing) {
    LoggedRecord actual;
    actual.kind = difference.actualKind;
    actual.realtime = difference.time;
    actual.payload = difference.actual;
    setMember(env, object, "actual", makeRecord(env, actual));
  }
  if (difference.hasPosition) {
    setMember(env, object, "positionQty", static_cast<double>(difference.positionQty));
  }
  return object;
}

/// The feed behind `self`; throws where nothing is repeated.
ReplayFeed* openFeed(const Arguments& arguments) {
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  if (holder->replay == nullptr) throwArgument(arguments.env(), "no run is being repeated");
  return holder->replay.get();
}

}  // namespace

/// `(text)`: a call from outside follows, told as JSON.
napi_value tradingInputCall(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto text = arguments.text(0, "text");
  if (!text) return nullptr;
  if (text->size() > event::kPayloadMax - sizeof(event::InputMark)) {
    throwArgument(env, "a call of more than 16,352 bytes can't be recorded");
    return nullptr;
  }
  holder->engine()->input(InputKind::Call, bytesOf(*text));
  return nullptr;
}

/// The request in the struct comes from outside.
napi_value tradingInputRequest(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  // Up to the answer.
  constexpr std::size_t kQuestion = offsetof(RequestStruct, clOrdID);
  holder->engine()->input(InputKind::Request, holder->requestBytes().first(kQuestion));
  return nullptr;
}

/// `(kind, head, text)`: appends a Name or SignalName record; `head` is its fixed part.
napi_value tradingNote(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto kind = arguments.integer(0, "kind", 0, event::kRecordKinds - 1);
  if (!kind) return nullptr;
  const auto head = arguments.bytes(1, "head");
  if (!head) return nullptr;
  const auto text = arguments.text(2, "text");
  if (!text) return nullptr;
  const auto record = static_cast<RecordKind>(*kind);
  const bool isNote = record == RecordKind::Name || record == RecordKind::SignalName;
  if (!isNote || head->size() != sizeof(event::NameMark) || text->size() > 256) {
    throwArgument(env, "a note is a name of at most 256 bytes behind 8");
    return nullptr;
  }
  std::byte payload[sizeof(event::NameMark) + 256];
  std::memcpy(payload, head->data(), head->size());
  std::memcpy(payload + head->size(), text->data(), text->size());
  holder->engine()->note(record, std::span(payload).first(head->size() + text->size()));
  return nullptr;
}

/// `(strategy, values)`: shared memory of 65 doubles, a count and so many values.
napi_value tradingSetSignals(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto strategy = arguments.integer(0, "strategy", 0, 1023);
  if (!strategy) return nullptr;
  const auto values = arguments.bytes(1, "values");
  if (!values) return nullptr;
  if (values->size() < kSignalWords * sizeof(double) ||
      reinterpret_cast<std::uintptr_t>(values->data()) % alignof(double) != 0) {
    throwArgument(env, "values must be 65 doubles");
    return nullptr;
  }
  holder->keep(arguments.at(1));
  holder->engine()->setSignals(static_cast<std::uint16_t>(*strategy),
                               reinterpret_cast<const double*>(values->data()));
  return nullptr;
}

/// `(recordingPath, ring, slots, depth)`: the events of the repeated run go to the ring.
napi_value tradingOpenReplay(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto path = arguments.text(0, "recordingPath");
  if (!path) return nullptr;
  const auto ring = arguments.bytes(1, "ring");
  if (!ring) return nullptr;
  const auto slots = arguments.integer(2, "slots", 2, 1 << 24);
  if (!slots) return nullptr;
  const auto depth = arguments.integer(3, "depth", 0, 1000);
  if (!depth) return nullptr;
  const auto count = static_cast<std::size_t>(*slots);
  const auto levels = static_cast<std::size_t>(*depth);
  if ((count & (count - 1)) != 0 || ring->size() < stream::EventRingLayout::bytes(count, levels)) {
    throwArgument(env, "ring must be the memory of an event ring of these slots and depth");
    return nullptr;
  }
  if (holder->engine()->log() == nullptr) {
    throwArgument(env, "the engine repeats no run");
    return nullptr;
  }
  auto recording = event::MarketRecording::open(*path, holder->engine()->run());
  if (!recording.ok()) {
    throwError(env, "HFT_DATA_FILE",
               "the market events of run " + std::to_string(holder->engine()->run()) +
                   " are not in " + *path + ": not recorded, or no longer kept");
    return nullptr;
  }
  holder->keep(arguments.at(1));
  holder->replay =
      std::make_unique<ReplayFeed>(*holder->engine(), recording.take(), *ring, count, levels);
  return nullptr;
}

/// What comes next: `{ step, ... }`.
napi_value tradingReplayNext(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  ReplayFeed* feed = openFeed(arguments);
  if (feed == nullptr) return nullptr;
  const ReplayStep step = feed->next();
  napi_value object = makeObject(env);
  setMember(env, object, "step", static_cast<double>(step));
  if (step == ReplayStep::Tick) {
    const Nanos milliseconds = feed->time() / 1'000'000;
    const Nanos nanos = feed->time() % 1'000'000;
    setMember(env, object, "timeMs", static_cast<double>(milliseconds));
    setMember(env, object, "nanos", static_cast<double>(nanos));
  } else if (step == ReplayStep::Input) {
    const event::InputMark mark = stream::inputOf(feed->input());
    setMember(env, object, "input", static_cast<double>(mark.kind));
    setMember(env, object, "bytes", makeBytes(env, feed->input().payload.subspan(sizeof mark)));
  } else if (step == ReplayStep::Lost) {
    setMember(env, object, "nextEvent", makeInteger(env, feed->nextEvent()));
  } else if (step == ReplayStep::Fault) {
    setMember(env, object, "segment", makeInteger(env, feed->fault().segment));
    setMember(env, object, "offset", makeInteger(env, feed->fault().offset));
  }
  return object;
}

/// Takes the report that the next input tells.
napi_value tradingReplayReport(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr || openFeed(arguments) == nullptr) return nullptr;
  stream::RunLog& log = *holder->engine()->log();
  const LoggedRecord* record = log.afterNext();
  event::ExecutionReport report;
  if (record == nullptr || record->kind != RecordKind::ExecutionReport ||
      record->payload.size() < sizeof report) {
    // A process can die between the two.
    log.noteLeft(holder->engine()->ledger().events(), holder->engine()->now().realtime);
    return nullptr;
  }
  std::memcpy(&report, record->payload.data(), sizeof report);
  holder->engine()->onReport(report);
  return nullptr;
}

/// `(clOrdID)`: remembers every limit that the request is held against.
napi_value tradingExplain(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto id = arguments.integer(0, "clOrdID", 1, (std::int64_t{1} << 53) - 1);
  if (id) holder->engine()->explain(static_cast<event::ClOrdID>(*id));
  return nullptr;
}

/// The limits so far, each as `[type, scope, scopeId, holds, limit, observed, headroom]`.
napi_value tradingChecks(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  napi_value list = nullptr;
  napi_create_array(env, &list);
  std::uint32_t at = 0;
  for (const risk::CheckedLimit& check : holder->engine()->checks()) {
    const double values[] = {
        static_cast<double>(check.type),    static_cast<double>(check.scope),
        static_cast<double>(check.scopeId), check.holds ? 1.0 : 0.0,
        static_cast<double>(check.limit),   static_cast<double>(check.observed),
        static_cast<double>(check.headroom)};
    napi_value entry = nullptr;
    napi_create_array_with_length(env, std::size(values), &entry);
    for (std::uint32_t i = 0; i < std::size(values); ++i) {
      napi_set_element(env, entry, i, makeNumber(env, values[i]));
    }
    napi_set_element(env, list, at++, entry);
  }
  return list;
}

napi_value tradingReplayEnd(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder != nullptr) holder->engine()->endReplay();
  return nullptr;
}

napi_value tradingReplayState(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const stream::RunLog* log = holder->engine()->log();
  if (log == nullptr) return makeUndefined(env);
  napi_value object = makeObject(env);
  setMember(env, object, "events", static_cast<double>(holder->engine()->ledger().events()));
  setMember(env, object, "records", static_cast<double>(log->size()));
  setMember(env, object, "matched", static_cast<double>(log->matched()));
  setMember(env, object, "isClosed", log->isClosed() ? 1.0 : 0.0);
  setMember(env, object, "isBeyond", log->isBeyond() ? 1.0 : 0.0);
  setMember(env, object, "firstSequence", makeInteger(env, log->first().sequence));
  setMember(env, object, "lastSequence", makeInteger(env, log->lastSequence()));
  if (log->differs()) {
    setMember(env, object, "difference", makeDifference(env, log->difference()));
  }
  return object;
}

}  // namespace hft::bindings
