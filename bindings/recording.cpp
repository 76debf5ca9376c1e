#include "bindings/recording.hpp"

#include <string>

#include "bindings/arguments.hpp"
#include "native/event/recording/market_recording.hpp"

namespace hft::bindings {
namespace {

using event::EventKind;
using event::Level;
using event::MarketEvent;
using event::MarketRecording;
using event::RecordedEvent;

/// An event that outlives the reader.
struct Kept {
  std::uint64_t number = 0;
  MarketEvent event;
  std::vector<Level> bids;
  std::vector<Level> asks;

  void take(const RecordedEvent& found) {
    number = found.sequence;
    event = found.event;
    bids.assign(found.bids.begin(), found.bids.end());
    asks.assign(found.asks.begin(), found.asks.end());
  }
};

napi_value makeTime(napi_env env, Nanos value) {
  napi_value result = nullptr;
  napi_create_bigint_int64(env, value, &result);
  return result;
}

/// A price or quantity; undefined where there is none.
napi_value makeTicks(napi_env env, std::int64_t value) {
  return value == kNoPrice ? makeUndefined(env) : makeNumber(env, static_cast<double>(value));
}

napi_value makeLevels(napi_env env, const std::vector<Level>& levels) {
  napi_value list = nullptr;
  napi_create_array_with_length(env, levels.size(), &list);
  for (std::uint32_t i = 0; i < levels.size(); ++i) {
    napi_value pair = nullptr;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, makeTicks(env, levels[i].price));
    napi_set_element(env, pair, 1, makeTicks(env, levels[i].qty));
    napi_set_element(env, list, i, pair);
  }
  return list;
}

napi_value makeEvent(napi_env env, const Kept& kept) {
  napi_value object = makeObject(env);
  setMember(env, object, "number", static_cast<double>(kept.number));
  setMember(env, object, "kind", static_cast<double>(kept.event.kind));
  setMember(env, object, "instrument", static_cast<double>(kept.event.instrument));
  setMember(env, object, "side", static_cast<double>(kept.event.side));
  setMember(env, object, "state", static_cast<double>(kept.event.state));
  setMember(env, object, "sequence", static_cast<double>(kept.event.sequence));
  setMember(env, object, "exchangeTime", makeTime(env, kept.event.exchangeTime));
  setMember(env, object, "receiveTime", makeTime(env, kept.event.receiveTime));
  napi_value values = nullptr;
  napi_create_array_with_length(env, 4, &values);
  for (std::uint32_t i = 0; i < 4; ++i) {
    napi_set_element(env, values, i, makeTicks(env, kept.event.values[i]));
  }
  setMember(env, object, "values", values);
  setMember(env, object, "bids", makeLevels(env, kept.bids));
  setMember(env, object, "asks", makeLevels(env, kept.asks));
  return object;
}

bool isBook(EventKind kind) noexcept { return kind == EventKind::Book || kind == EventKind::State; }

/// `(path, run, event, instrument)`: `{ firstEvent, event?, book? }`.
napi_value recordedEvent(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto path = arguments.text(0, "path");
  if (!path) return nullptr;
  const auto run = arguments.integer(1, "run", 1, INT64_MAX);
  if (!run) return nullptr;
  const auto number = arguments.integer(2, "event", 0, INT64_MAX);
  if (!number) return nullptr;
  const auto instrument = arguments.integer(3, "instrument", 0, UINT32_MAX);
  if (!instrument) return nullptr;
  const auto recording = MarketRecording::open(*path, static_cast<std::uint64_t>(*run));
  napi_value object = makeObject(env);
  if (!recording.ok()) return object;
  const auto wanted = static_cast<std::uint64_t>(*number);
  setMember(env, object, "firstEvent", static_cast<double>(recording.value().firstSequence()));
  Kept event;
  Kept book;
  // A book that has not changed for long stands further back.
  for (std::uint64_t back = 20'000; book.number == 0; back *= 16) {
    const std::uint64_t from = wanted > back ? wanted - back : 1;
    (void)recording.value().readFrom(from, [&](const RecordedEvent& found) {
      if (found.sequence > wanted) return false;
      if (found.sequence == wanted) event.take(found);
      if (found.event.instrument == *instrument && isBook(found.event.kind)) book.take(found);
      return true;
    });
    if (from == 1) break;
  }
  if (event.number != 0) setMember(env, object, "event", makeEvent(env, event));
  if (book.number != 0) setMember(env, object, "book", makeEvent(env, book));
  return object;
}

}  // namespace

void registerRecording(napi_env env, napi_value exports) {
  defineFunction(env, exports, "recordedEvent", recordedEvent);
}

}  // namespace hft::bindings
