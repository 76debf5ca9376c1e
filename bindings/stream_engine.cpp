#include "bindings/stream_engine.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bindings/arguments.hpp"
#include "bindings/stream_captures.hpp"
#include "bindings/stream_holder.hpp"
#include "bindings/stream_statistics.hpp"

namespace hft::bindings {
namespace {

using stream::FrameOrigin;
using stream::QueuedFrame;
using stream::StreamEngine;

bool readOptions(napi_env env, napi_value object, stream::StreamOptions& options) {
  stream::PipelineOptions& pipeline = options.worker.pipeline;
  const auto integer = [&](const char* name, auto& field, std::int64_t min, std::int64_t max) {
    const auto value = integerMember(env, object, name, static_cast<std::int64_t>(field), min, max);
    if (value) field = static_cast<std::remove_reference_t<decltype(field)>>(*value);
    return value.has_value();
  };
  const auto boolean = [&](const char* name, bool& field) {
    const auto value = booleanMember(env, object, name, field);
    if (value) field = *value;
    return value.has_value();
  };
  std::int64_t midnightMs = 0;
  const bool isRead =
      integer("workers", options.workers, 0, 64) && integer("slots", options.slots, 64, 1 << 24) &&
      integer("depth", options.depth, 0, 1000) &&
      integer("firstCore", options.firstCore, -1, 1023) &&
      integer("queueBytes", options.worker.queueBytes, 1 << 16, std::int64_t{1} << 32) &&
      integer("spinNs", options.worker.spin, 0, 10'000'000'000) &&
      integer("instrumentsMax", pipeline.instrumentsMax, 1, 1 << 20) &&
      integer("levelsMax", pipeline.levelsMax, 1, 1 << 24) &&
      integer("ordersMax", pipeline.ordersMax, 1, 1 << 28) &&
      integer("itchMessagesMax", pipeline.itchMessagesMax, 1, std::int64_t{1} << 36) &&
      integer("midnightMs", midnightMs, 0, 9'000'000'000'000) &&
      integer("staleAfterNs", pipeline.staleAfter, 0, std::int64_t{1} << 53) &&
      integer("skewMaxNs", pipeline.skewMax, 0, std::int64_t{1} << 53) &&
      boolean("discoversInstruments", pipeline.discoversInstruments) &&
      boolean("tellsOrders", pipeline.tellsOrders) && boolean("stamps", pipeline.stamps);
  pipeline.midnight = midnightMs * 1'000'000;
  return isRead;
}

/// The ring blocks of the array `value`, with references that keep them alive.
bool readRings(napi_env env, napi_value value, const stream::StreamOptions& options,
               std::vector<std::span<std::byte>>& rings, std::vector<napi_ref>& references) {
  std::uint32_t length = 0;
  bool isArray = false;
  napi_is_array(env, value, &isArray);
  if (isArray) napi_get_array_length(env, value, &length);
  const std::size_t lanes = options.workers == 0 ? 1 : options.workers;
  if (!isArray || length != lanes) {
    throwArgument(env, "rings must be an array of one Uint8Array a lane");
    return false;
  }
  const std::size_t need = stream::EventRingLayout::bytes(options.slots, options.depth);
  for (std::uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(env, value, i, &element);
    bool isTyped = false;
    void* data = nullptr;
    std::size_t bytes = 0;
    napi_typedarray_type type = napi_int8_array;
    if (napi_is_typedarray(env, element, &isTyped) != napi_ok || !isTyped ||
        napi_get_typedarray_info(env, element, &type, &bytes, &data, nullptr, nullptr) != napi_ok ||
        type != napi_uint8_array || bytes < need ||
        reinterpret_cast<std::uintptr_t>(data) % 8 != 0) {
      throwArgument(env, "each ring must be a Uint8Array of " + std::to_string(need) + " bytes");
      return false;
    }
    rings.emplace_back(static_cast<std::byte*>(data), bytes);
    napi_ref reference = nullptr;
    napi_create_reference(env, element, 1, &reference);
    references.push_back(reference);
  }
  return true;
}

napi_threadsafe_function makeWake(napi_env env, napi_value callback) {
  napi_threadsafe_function wake = nullptr;
  napi_create_threadsafe_function(env, callback, nullptr, makeText(env, "hft stream"), 0, 1,
                                  nullptr, nullptr, nullptr, nullptr, &wake);
  return wake;
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto object = arguments.object(0, "options");
  if (!object) return nullptr;
  stream::StreamOptions options;
  if (!readOptions(env, *object, options)) return nullptr;
  if ((options.slots & (options.slots - 1)) != 0) {
    throwArgument(env, "slots must be a power of two");
    return nullptr;
  }
  const auto callback = arguments.function(2, "onWake");
  if (!callback) return nullptr;
  std::vector<std::span<std::byte>> rings;
  std::vector<napi_ref> references;
  if (!readRings(env, arguments.at(1), options, rings, references)) return nullptr;
  napi_threadsafe_function wake = options.workers == 0 ? nullptr : makeWake(env, *callback);
  auto holder = std::make_unique<StreamHolder>(env, std::move(references), wake);
  holder->open(options, rings);
  wrap(env, arguments.self(), std::move(holder), kStreamTag);
  return arguments.self();
}

napi_value addInstrument(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto symbol = arguments.text(0, "symbol");
  if (!symbol) return nullptr;
  if (symbol->empty() || symbol->size() > kSymbolBytesMax) {
    throwArgument(env, "symbol must have 1 to " + std::to_string(kSymbolBytesMax) + " bytes");
    return nullptr;
  }
  bool isTaken = false;
  if (arguments.isAbsent(1)) {
    isTaken = holder->engine()->followInstrument(*symbol);
  } else {
    std::uint8_t decimals[4];
    constexpr const char* kNames[] = {"priceDecimals", "qtyDecimals", "priceDigits", "qtyDigits"};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto value = arguments.integer(i + 1, kNames[i], 0, kDecimalsMax);
      if (!value) return nullptr;
      decimals[i] = static_cast<std::uint8_t>(*value);
    }
    isTaken = holder->engine()->addInstrument(
        *symbol, Scale{decimals[0], decimals[1], decimals[2], decimals[3]});
  }
  if (!isTaken) throwError(env, "HFT_CAPACITY", "the queue of a worker is full: try again");
  holder->engine()->flush();
  return nullptr;
}

napi_value addConnection(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto format = arguments.integer(0, "wireFormat", 0, kFormatMax);
  if (!format) return nullptr;
  return makeNumber(env, holder->engine()->addConnection(static_cast<decode::WireFormat>(*format)));
}

std::optional<std::uint32_t> connectionArgument(const Arguments& arguments, StreamHolder& holder) {
  const std::size_t count = holder.engine()->connectionCount();
  if (count == 0) {
    throwArgument(arguments.env(), "connection must be one that addConnection returned");
    return std::nullopt;
  }
  const auto connection =
      arguments.integer(0, "connection", 0, static_cast<std::int64_t>(count) - 1);
  if (!connection) return std::nullopt;
  return static_cast<std::uint32_t>(*connection);
}

bool fits(napi_env env, StreamHolder& holder, std::size_t bytes) {
  if (bytes <= holder.engine()->payloadBytesMax()) return true;
  throwError(env, "HFT_CAPACITY", "the frame is larger than queueBytes allows");
  return false;
}

napi_value push(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto connection = connectionArgument(arguments, *holder);
  if (!connection) return nullptr;
  const auto bytes = arguments.bytes(1, "frame");
  if (!bytes || !fits(env, *holder, bytes->size())) return nullptr;
  QueuedFrame frame;
  frame.connection = *connection;
  frame.receiveTime = holder->engine()->now();
  frame.payload = viewOf(*bytes);
  const bool isTaken = holder->engine()->push(frame, false);
  holder->engine()->flush();
  return makeNumber(env, isTaken ? 1 : 0);
}

napi_value pushSnapshot(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto connection = connectionArgument(arguments, *holder);
  if (!connection) return nullptr;
  const auto symbol = arguments.text(1, "symbol");
  if (!symbol) return nullptr;
  const auto bytes = arguments.bytes(2, "body");
  if (!bytes || !fits(env, *holder, bytes->size())) return nullptr;
  StreamEngine& engine = *holder->engine();
  const bool isTaken = engine.pushSnapshot(*connection, *symbol, viewOf(*bytes), engine.now());
  engine.flush();
  return makeNumber(env, isTaken ? 1 : 0);
}

/// A connection event without a payload: `event` is a FrameOrigin.
napi_value pushEvent(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto connection = connectionArgument(arguments, *holder);
  if (!connection) return nullptr;
  const auto kind = arguments.integer(1, "event", 0, 2);
  if (!kind) return nullptr;
  constexpr FrameOrigin kOrigins[] = {FrameOrigin::Connected, FrameOrigin::Disconnected,
                                      FrameOrigin::Resynchronising};
  QueuedFrame frame;
  frame.origin = kOrigins[*kind];
  frame.connection = *connection;
  frame.receiveTime = holder->engine()->now();
  if (!arguments.isAbsent(2)) {
    const auto instrument = arguments.integer(2, "instrument", 0, kNoInstrument);
    if (!instrument) return nullptr;
    frame.instrument = static_cast<InstrumentId>(*instrument);
  }
  const bool isTaken = holder->engine()->push(frame, false);
  holder->engine()->flush();
  return makeNumber(env, isTaken ? 1 : 0);
}

net::Flow receive(void* context, std::string_view payload, bool /*isText*/, Nanos receiveTime) {
  auto* receiver = static_cast<StreamHolder::Receiver*>(context);
  if (receiver->engine == nullptr) return net::Flow::Continue;
  QueuedFrame frame;
  frame.connection = receiver->connection;
  frame.receiveTime = receiveTime;
  frame.payload = payload;
  if (receiver->engine->take(frame)) {
    return receiver->engine->canAccept(frame.connection) ? net::Flow::Continue : net::Flow::Stop;
  }
  // The socket has handed the message over: it must not be lost.
  receiver->held.assign(payload.begin(), payload.end());
  receiver->heldFrame = frame;
  receiver->heldFrame.payload = {receiver->held.data(), receiver->held.size()};
  receiver->hasHeld = true;
  return net::Flow::Stop;
}

bool isReceiverReady(void* context) {
  auto* receiver = static_cast<StreamHolder::Receiver*>(context);
  if (receiver->engine == nullptr) return true;
  if (receiver->hasHeld) receiver->hasHeld = !receiver->engine->take(receiver->heldFrame);
  return !receiver->hasHeld && receiver->engine->canAccept(receiver->connection);
}

/// Makes one read's events visible. JavaScript drains them at once, on this very thread; a worker's
/// events are announced by the worker.
bool endBatch(void* context) {
  auto* receiver = static_cast<StreamHolder::Receiver*>(context);
  if (receiver->engine == nullptr || !receiver->engine->isInline()) return false;
  receiver->engine->flush();
  // A loop that spins reads nothing most of the time.
  return receiver->engine->hasWaiting();
}

napi_value receiver(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto connection = connectionArgument(arguments, *holder);
  if (!connection) return nullptr;
  return makeMessageReceiver(
      env, {holder->makeReceiver(*connection), receive, isReceiverReady, endBatch},
      arguments.self());
}

napi_value framesPushed(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto connection = connectionArgument(arguments, *holder);
  if (!connection) return nullptr;
  return makeNumber(env, static_cast<double>(holder->engine()->framesPushed(*connection)));
}

napi_value flush(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder != nullptr) holder->engine()->flush();
  return nullptr;
}

napi_value tick(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  holder->engine()->onClock();
  holder->engine()->flush();
  return nullptr;
}

napi_value handled(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto lane = arguments.integer(0, "lane", 0, 63);
  if (!lane) return nullptr;
  const auto count = arguments.integer(1, "count", 0, 1 << 24);
  if (!count) return nullptr;
  holder->engine()->handled(static_cast<std::size_t>(*lane), static_cast<std::uint32_t>(*count));
  return nullptr;
}

napi_value isIdle(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  napi_value result = nullptr;
  napi_get_boolean(env, holder->engine()->isIdle(), &result);
  return result;
}

napi_value symbolOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto lane =
      arguments.integer(0, "lane", 0, static_cast<std::int64_t>(holder->engine()->lanes()) - 1);
  if (!lane) return nullptr;
  const InstrumentTable& table =
      holder->engine()->pipeline(static_cast<std::size_t>(*lane)).instruments();
  const auto id =
      arguments.integer(1, "instrument", 0, static_cast<std::int64_t>(table.capacity()) - 1);
  // The consumer learned of the instrument from the ring, so that its symbol is written.
  return id ? makeText(env, table[static_cast<InstrumentId>(*id)].symbol()) : nullptr;
}

napi_value statistics(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  return holder == nullptr ? nullptr : makeStatistics(env, *holder->engine());
}

napi_value bookSnapshot(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  if (!holder->engine()->isInline()) {
    throwArgument(env, "books of workers are read through their events only");
    return nullptr;
  }
  const auto id = arguments.integer(0, "instrument", 0, kNoInstrument);
  if (!id) return nullptr;
  const auto depth = arguments.integer(1, "depth", 0, 1000);
  if (!depth) return nullptr;
  return makeBookSnapshot(env, holder->engine()->pipeline(0), static_cast<InstrumentId>(*id),
                          static_cast<std::size_t>(*depth));
}

napi_value emitBooks(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto depth = arguments.integer(0, "depth", 0, 1000);
  if (!depth) return nullptr;
  if (!holder->engine()->isInline()) {
    throwArgument(env, "books are emitted without workers: their order is one file's");
    return nullptr;
  }
  holder->engine()->emitBooks(static_cast<std::size_t>(*depth));
  return nullptr;
}

napi_value takeEmitted(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::BookEmitter* emitter = holder->engine()->emitter();
  napi_value buffer = nullptr;
  const std::string_view text = emitter == nullptr ? std::string_view{} : emitter->text();
  napi_create_buffer_copy(env, text.size(), text.data(), nullptr, &buffer);
  if (emitter != nullptr) emitter->clear();
  return buffer;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<StreamHolder>(env, arguments.self(), kStreamTag);
  if (holder != nullptr) holder->close();
  return nullptr;
}

}  // namespace

void registerStreamEngine(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeStreamEngine", construct,
              {{"addInstrument", addInstrument},
               {"addConnection", addConnection},
               {"push", push},
               {"pushSnapshot", pushSnapshot},
               {"pushEvent", pushEvent},
               {"receiver", receiver},
               {"framesPushed", framesPushed},
               {"flush", flush},
               {"tick", tick},
               {"handled", handled},
               {"isIdle", isIdle},
               {"symbolOf", symbolOf},
               {"statistics", statistics},
               {"bookSnapshot", bookSnapshot},
               {"emitBooks", emitBooks},
               {"takeEmitted", takeEmitted},
               {"openCapture", openCapture},
               {"pushCapture", pushCapture},
               {"finishCapture", finishCapture},
               {"describeCapture", describeCapture},
               {"pumpCapture", pumpCapture},
               {"captureCounts", captureCounts},
               {"close", close}});
}

}  // namespace hft::bindings
