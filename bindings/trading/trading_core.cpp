#include "bindings/trading/trading_core.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "bindings/trading/trading_holder.hpp"
#include "bindings/trading/trading_options.hpp"
#include "native/core/clock.hpp"

namespace hft::bindings {

namespace {

using order::OrderRequest;
using order::RequestKind;
using stream::EngineError;
using stream::EngineOptions;
using stream::Submission;
using stream::SubmitVerdict;

constexpr double kExact = 9007199254740992.0;

/// A whole number that a double holds exactly; NaN and fractions are not.
bool whole(double value, std::int64_t& out) noexcept {
  if (!(value > -kExact && value < kExact)) return false;
  out = static_cast<std::int64_t>(value);
  return static_cast<double>(out) == value;
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto object = arguments.object(0, "options");
  if (!object) return nullptr;
  EngineOptions options;
  if (!readTradingOptions(env, *object, options)) return nullptr;
  const auto request = arguments.bytes(1, "request");
  if (!request) return nullptr;
  if (request->size() < sizeof(RequestStruct) ||
      reinterpret_cast<std::uintptr_t>(request->data()) % 8 != 0) {
    throwArgument(env, "request must be 192 bytes, aligned to 8");
    return nullptr;
  }
  const auto ring = arguments.bytes(2, "ring");
  if (!ring) return nullptr;
  const auto slots = arguments.integer(3, "slots", 2, 1 << 20);
  if (!slots) return nullptr;
  const auto count = static_cast<std::size_t>(*slots);
  if ((count & (count - 1)) != 0 || ring->size() < stream::OrderEventRing::bytes(count) ||
      reinterpret_cast<std::uintptr_t>(ring->data()) % 8 != 0) {
    throwArgument(env, "ring must hold a power of two of slots of 192 bytes behind 256");
    return nullptr;
  }
  auto holder = std::make_unique<TradingHolder>(env, request->data());
  holder->keep(arguments.at(1));
  holder->keep(arguments.at(2));
  holder->open(options, *ring, count);
  wrap(env, arguments.self(), std::move(holder), kTradingTag);
  return arguments.self();
}

napi_value start(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const EngineError error = holder->engine()->start();
  const stream::RecoverySummary& recovery = holder->engine()->recovery();
  switch (error) {
    case EngineError::Ok:
      break;
    case EngineError::JournalUnusable:
      throwError(env, "HFT_DATA_FILE",
                 "the journal is in use or can't be trusted: see `hft audit verify`; fault " +
                     std::to_string(static_cast<int>(holder->engine()->report().fault)) +
                     ", segment " + std::to_string(holder->engine()->report().segment) +
                     ", offset " + std::to_string(holder->engine()->report().offset));
      return nullptr;
    case EngineError::JournalFailed:
      throwError(env, "HFT_DATA_FILE", "the journal could not be written: no space, or a bad disk");
      return nullptr;
    case EngineError::StateDamaged:
      throwError(env, "HFT_DATA_FILE",
                 "the journal is sound, but " + std::to_string(recovery.damaged) +
                     " of its records don't fit this configuration");
      return nullptr;
    case EngineError::RecordingFailed:
      throwError(env, "HFT_DATA_FILE", "market events can't be recorded: no space, or a bad disk");
      return nullptr;
    case EngineError::NoSuchRun:
      throwError(env, "HFT_DATA_FILE",
                 "the journal has no such run, or no longer the state that it began with");
      return nullptr;
    case EngineError::RunsUsedUp:
      throwError(env, "HFT_CAPACITY", "the journal has had 8,191 runs: begin a new one");
      return nullptr;
  }
  napi_value result = makeObject(env);
  setMember(env, result, "records", static_cast<double>(recovery.records));
  setMember(env, result, "orders", static_cast<double>(recovery.orders));
  setMember(env, result, "fills", static_cast<double>(recovery.fills));
  setMember(env, result, "unknown", static_cast<double>(recovery.unknown));
  setMember(env, result, "run", static_cast<double>(holder->engine()->run()));
  return result;
}

/// The hot call: no arguments.
napi_value callRequest(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  static_cast<TradingHolder*>(data)->call();
  return nullptr;
}

napi_value callStep(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto& feed = *static_cast<TradingHolder::Feed*>(data);
  feed.holder->step(feed);
  return nullptr;
}

/// A function bound to this core, which it keeps alive.
napi_value bound(const Arguments& arguments, void* data, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_env env = arguments.env();
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  const napi_property_descriptor owner = {"core",  nullptr,          nullptr,      nullptr,
                                          nullptr, arguments.self(), napi_default, nullptr};
  napi_define_properties(env, function, 1, &owner);
  return function;
}

napi_value requester(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  return holder == nullptr ? nullptr : bound(arguments, holder, "request", callRequest);
}

/// `(ring, slots, depth, firstInstrument, instruments)`: the memory of an event ring, of which
/// `step` takes the event that its consumer says it is handling. `instruments` are the bytes of a
/// u32 for each instrument of the ring, its number here; without them `firstInstrument` is added.
napi_value stepper(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto ring = arguments.bytes(0, "ring");
  if (!ring) return nullptr;
  const auto slots = arguments.integer(1, "slots", 2, 1 << 24);
  if (!slots) return nullptr;
  const auto depth = arguments.integer(2, "depth", 0, 1000);
  if (!depth) return nullptr;
  const auto first = arguments.integer(3, "firstInstrument", 0, 1 << 20);
  if (!first) return nullptr;
  const auto count = static_cast<std::size_t>(*slots);
  const auto levels = static_cast<std::size_t>(*depth);
  if ((count & (count - 1)) != 0 || ring->size() < stream::EventRingLayout::bytes(count, levels)) {
    throwArgument(env, "ring must be the memory of an event ring of these slots and depth");
    return nullptr;
  }
  holder->keep(arguments.at(0));
  TradingHolder::Feed& feed = holder->addFeed();
  feed.firstInstrument = static_cast<InstrumentId>(*first);
  if (!arguments.isAbsent(4)) {
    const auto numbers = arguments.bytes(4, "instruments");
    if (!numbers) return nullptr;
    feed.instruments.resize(numbers->size() / sizeof(InstrumentId));
    std::memcpy(feed.instruments.data(), numbers->data(),
                feed.instruments.size() * sizeof(InstrumentId));
  }
  feed.ring = ring->data();
  feed.stride = stream::EventRingLayout::stride(levels);
  feed.depth = levels;
  holder->engine()->showsLevels(levels);
  feed.mask = static_cast<std::uint32_t>(count - 1);
  return bound(arguments, &feed, "step", callStep);
}

napi_value pump(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder != nullptr) holder->engine()->pump();
  return nullptr;
}

/// `(timeMs, nanos)` of a call, together; nothing where they can't be a time.
std::optional<Nanos> timeOf(const Arguments& arguments) {
  const auto milliseconds = arguments.integer(0, "timeMs", 0, 9'000'000'000'000);
  if (!milliseconds) return std::nullopt;
  const auto nanos = arguments.integer(1, "nanos", 0, 999'999);
  if (!nanos) return std::nullopt;
  return *milliseconds * 1'000'000 + *nanos;
}

/// `(timeMs, nanos)`: the time of a virtual core.
napi_value setTime(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  const auto time = holder == nullptr ? std::nullopt : timeOf(arguments);
  if (time) holder->engine()->setTime(*time);
  return nullptr;
}

/// `(timeMs, nanos)`: the time of a stepped core goes on, which is an input of its own.
napi_value tick(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  const auto time = holder == nullptr ? std::nullopt : timeOf(arguments);
  if (time) holder->engine()->tick(*time);
  return nullptr;
}

/// `(timeMs, nanos)`: the same as part of another input.
napi_value advance(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  const auto time = holder == nullptr ? std::nullopt : timeOf(arguments);
  if (time) holder->engine()->advance(*time);
  return nullptr;
}

napi_value cancelAll(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto scope = arguments.integer(0, "scope", 0, 4);
  if (!scope) return nullptr;
  const auto id = arguments.integer(1, "scopeId", 0, UINT32_MAX);
  if (!id) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  const std::uint32_t sent = engine.core().cancelAll(static_cast<risk::RiskScope>(*scope),
                                                     static_cast<std::uint32_t>(*id), engine.now());
  return makeNumber(env, sent);
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<TradingHolder>(env, arguments.self(), kTradingTag);
  if (holder != nullptr) holder->close();
  return nullptr;
}

}  // namespace

void TradingHolder::step(Feed& feed) noexcept {
  if (engine_ == nullptr || feed.ring == nullptr) return;
  using Layout = stream::EventRingLayout;
  std::uint32_t current = 0;
  std::memcpy(&current, feed.ring + Layout::kCurrent, sizeof current);
  const std::byte* slot =
      feed.ring + Layout::kSlots + std::size_t{current & feed.mask} * feed.stride;
  const auto kind = static_cast<event::EventKind>(slot[offsetof(event::MarketEvent, kind)]);
  if (!engine_->takes(kind)) return;
  event::MarketEvent event;
  std::memcpy(static_cast<void*>(&event), slot, 24);
  if (feed.instruments.empty()) {
    event.instrument += feed.firstInstrument;
  } else if (event.instrument < feed.instruments.size()) {
    event.instrument = feed.instruments[event.instrument];
  } else {
    return;
  }
  double numbers[5];
  std::memcpy(numbers, slot + 24, sizeof numbers);
  event.sequence = static_cast<std::uint64_t>(numbers[0]);
  for (int i = 0; i < 4; ++i) {
    event.values[i] =
        std::isnan(numbers[i + 1]) ? kNoPrice : static_cast<std::int64_t>(numbers[i + 1]);
  }
  constexpr std::size_t kDepthMax = event::kRecordedLevelsMax / 2;
  event::Level levels[2][kDepthMax];
  std::size_t counts[2] = {};
  const bool hasLevels = kind == event::EventKind::Book || kind == event::EventKind::State;
  const std::size_t depth = hasLevels ? std::min(feed.depth, kDepthMax) : 0;
  for (std::size_t side = 0; side < 2; ++side) {
    const std::byte* at = slot + 64 + side * feed.depth * 16;
    for (std::size_t i = 0; i < depth; ++i) {
      double pair[2];
      std::memcpy(pair, at + i * 16, sizeof pair);
      if (std::isnan(pair[0])) break;
      levels[side][i].price = static_cast<Price>(pair[0]);
      levels[side][i].qty = static_cast<Qty>(pair[1]);
      ++counts[side];
    }
  }
  engine_->onEvent(event, {levels[0], counts[0]}, {levels[1], counts[1]});
}

void TradingHolder::call() noexcept {
  RequestStruct entry;
  std::memcpy(&entry, request_, sizeof entry);
  Submission done;
  std::int64_t id = 0;
  OrderRequest request;
  request.instrument = entry.instrument;
  request.account = entry.account;
  request.strategy = entry.strategy;
  request.venue = entry.venue;
  request.flags = entry.flags;
  request.side = static_cast<Side>(entry.side <= 2 ? entry.side : 0);
  request.ordType = static_cast<OrdType>(entry.ordType <= 9 ? entry.ordType : 0);
  request.timeInForce = static_cast<TimeInForce>(entry.timeInForce <= 7 ? entry.timeInForce : 0);
  request.selfTrade =
      static_cast<order::SelfTradePrevention>(entry.selfTrade <= 4 ? entry.selfTrade : 0);
  request.priority = entry.priority;
  request.owner = entry.owner;
  std::int64_t expireMs = 0;
  std::int64_t sequence = 0;
  const bool isWhole = whole(entry.orderQty, request.orderQty) &&
                       whole(entry.price, request.price) && whole(entry.stopPx, request.stopPx) &&
                       whole(entry.trailOffset, request.trailOffset) &&
                       whole(entry.limitOffset, request.limitOffset) &&
                       whole(entry.displayQty, request.displayQty) &&
                       whole(entry.minQty, request.minQty) && whole(entry.expireTimeMs, expireMs) &&
                       whole(entry.bookSequence, sequence) && whole(entry.origClOrdID, id) &&
                       sequence >= 0 && id >= 0 && expireMs >= 0 && expireMs < 9'000'000'000'000;
  if (engine_ == nullptr) {
    done.verdict = SubmitVerdict::NotReady;
  } else if (isWhole) {
    request.expireTime = expireMs * 1'000'000;
    request.bookSequence = static_cast<std::uint64_t>(sequence);
    request.origClOrdID = static_cast<event::ClOrdID>(id);
    if (entry.kind == kProbe) {
      done.decision = engine_->core().risk().probe(request, engine_->now().realtime);
      done.verdict =
          done.decision.isAccepted ? SubmitVerdict::Accepted : SubmitVerdict::RiskRefused;
    } else if (entry.kind == static_cast<std::uint8_t>(RequestKind::New)) {
      done = engine_->submit(request);
    } else if (entry.kind == static_cast<std::uint8_t>(RequestKind::Cancel)) {
      done = engine_->cancel(request.origClOrdID);
    } else if (entry.kind == static_cast<std::uint8_t>(RequestKind::Replace)) {
      done = engine_->replace(request);
    }
  }
  entry.clOrdID = static_cast<double>(done.clOrdID);
  entry.verdict = static_cast<std::uint32_t>(done.verdict);
  entry.violation = static_cast<std::uint32_t>(done.decision.violation);
  entry.scope = static_cast<std::uint32_t>(done.decision.scope);
  entry.scopeId = done.decision.scopeId;
  entry.limit = static_cast<double>(done.decision.limit);
  entry.observed = static_cast<double>(done.decision.observed);
  entry.headroom = static_cast<double>(done.decision.headroom);
  entry.warnings = done.decision.warnings;
  std::memcpy(request_, &entry, sizeof entry);
}

void registerTradingCore(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeTradingCore", construct,
              {{"start", start},
               {"requester", requester},
               {"stepper", stepper},
               {"pump", pump},
               {"setTime", setTime},
               {"tick", tick},
               {"advance", advance},
               {"cancelAll", cancelAll},
               {"close", close},
               {"setInstrument", tradingSetInstrument},
               {"setLimit", tradingSetLimit},
               {"removeLimit", tradingRemoveLimit},
               {"setCapital", tradingSetCapital},
               {"setRate", tradingSetRate},
               {"setCorrelation", tradingSetCorrelation},
               {"setRestricted", tradingSetRestricted},
               {"setSession", tradingSetSession},
               {"halt", tradingHalt},
               {"reduceOnly", tradingReduceOnly},
               {"kill", tradingKill},
               {"beginSession", tradingBeginSession},
               {"submitList", tradingSubmitList},
               {"scope", tradingScope},
               {"warned", tradingWarned},
               {"order", tradingOrder},
               {"workingOrders", tradingWorking},
               {"positions", tradingPositions},
               {"totals", tradingTotals},
               {"statistics", tradingStatistics},
               {"stateHash", tradingStateHash},
               {"watch", tradingWatch},
               {"setEmergencyExit", tradingSetEmergencyExit},
               {"takeRequest", tradingTakeRequest},
               {"report", tradingReport},
               {"ambiguous", tradingAmbiguous},
               {"absent", tradingAbsent},
               {"snapshot", tradingSnapshot},
               {"inputCall", tradingInputCall},
               {"inputRequest", tradingInputRequest},
               {"note", tradingNote},
               {"setSignals", tradingSetSignals},
               {"openReplay", tradingOpenReplay},
               {"replayNext", tradingReplayNext},
               {"replayReport", tradingReplayReport},
               {"explain", tradingExplain},
               {"checks", tradingChecks},
               {"replayEnd", tradingReplayEnd},
               {"replayState", tradingReplayState}});
}

}  // namespace hft::bindings
