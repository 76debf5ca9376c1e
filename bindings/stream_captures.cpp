#include "bindings/stream_captures.hpp"

#include <cstring>
#include <optional>

#include "bindings/arguments.hpp"
#include "bindings/stream_holder.hpp"
#include "bindings/stream_statistics.hpp"

namespace hft::bindings {
namespace {

stream::CaptureReplay* captureArgument(const Arguments& arguments, StreamHolder& holder) {
  if (holder.captures.empty()) {
    throwArgument(arguments.env(), "capture must be one that openCapture returned");
    return nullptr;
  }
  const auto index =
      arguments.integer(0, "capture", 0, static_cast<std::int64_t>(holder.captures.size()) - 1);
  return index ? holder.captures[static_cast<std::size_t>(*index)] : nullptr;
}

}  // namespace

napi_value openCapture(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  const auto name = arguments.text(0, "captureFormat");
  if (!name) return nullptr;
  const auto format = capture::captureFormatNamed(*name);
  if (!format) {
    throwArgument(env, "captureFormat must be the name of a capture format, found " + *name);
    return nullptr;
  }
  const auto wire = arguments.integer(1, "wireFormat", -1, kFormatMax);
  if (!wire) return nullptr;
  const auto wireFormat =
      *wire < 0 ? std::nullopt : std::optional(static_cast<decode::WireFormat>(*wire));
  holder->captures.push_back(&holder->engine()->openCapture(*format, {}, wireFormat));
  return makeNumber(env, static_cast<double>(holder->captures.size() - 1));
}

napi_value pushCapture(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::CaptureReplay* capture = captureArgument(arguments, *holder);
  if (capture == nullptr) return nullptr;
  const auto bytes = arguments.bytes(1, "chunk");
  if (!bytes) return nullptr;
  holder->chunk.resize(bytes->size() + event::kFramePadding);
  if (!bytes->empty()) std::memcpy(holder->chunk.data(), bytes->data(), bytes->size());
  capture->push({holder->chunk.data(), bytes->size()});
  return nullptr;
}

napi_value finishCapture(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::CaptureReplay* capture = captureArgument(arguments, *holder);
  if (capture != nullptr) capture->finish();
  return nullptr;
}

/// LOBSTER: the symbol, and (the text of) the orderbook file.
napi_value describeCapture(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::CaptureReplay* capture = captureArgument(arguments, *holder);
  if (capture == nullptr) return nullptr;
  const auto symbol = arguments.text(1, "symbol");
  if (!symbol) return nullptr;
  if (symbol->empty() || symbol->size() > kSymbolBytesMax) {
    throwArgument(env, "symbol must have 1 to " + std::to_string(kSymbolBytesMax) + " bytes");
    return nullptr;
  }
  const auto rows = arguments.bytes(2, "rows");
  if (!rows) return nullptr;
  capture->setSymbol(*symbol);
  capture->addRows(viewOf(*rows));
  return nullptr;
}

napi_value pumpCapture(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::CaptureReplay* capture = captureArgument(arguments, *holder);
  if (capture == nullptr) return nullptr;
  holder->engine()->rewind();
  const bool isDone = capture->pump();
  holder->engine()->flush();
  return makeNumber(env, isDone ? 1 : 0);
}

napi_value captureCounts(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  StreamHolder* holder = openHolder(arguments);
  if (holder == nullptr) return nullptr;
  stream::CaptureReplay* capture = captureArgument(arguments, *holder);
  return capture == nullptr ? nullptr : makeReplayCounts(env, *capture);
}

}  // namespace hft::bindings
