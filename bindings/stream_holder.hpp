#pragma once

#include <memory>
#include <node_api.h>
#include <vector>

#include "bindings/arguments.hpp"
#include "bindings/websocket.hpp"
#include "native/stream/stream_engine.hpp"

namespace hft::bindings {

/// What a JavaScript StreamEngine owns: the engine, the ring memory that it keeps alive, and the
/// way to wake its consumer.
class StreamHolder {
 public:
  struct Receiver {
    stream::StreamEngine* engine = nullptr;
    std::uint32_t connection = 0;
    /// A frame that a full lane refused; it goes before any other.
    std::vector<char> held;
    stream::QueuedFrame heldFrame;
    bool hasHeld = false;
  };

  StreamHolder(napi_env env, std::vector<napi_ref> rings, napi_threadsafe_function wake)
      : env_(env), rings_(std::move(rings)), wake_(wake) {}
  ~StreamHolder() { close(); }
  StreamHolder(const StreamHolder&) = delete;
  StreamHolder& operator=(const StreamHolder&) = delete;

  void open(const stream::StreamOptions& options, std::span<const std::span<std::byte>> rings) {
    engine_ = std::make_unique<stream::StreamEngine>(
        options, rings, stream::WakeUp{&StreamHolder::wakeConsumer, this});
  }

  /// Ends the workers and lets go of the memory; receivers refuse from here on.
  void close() {
    for (const auto& receiver : receivers_) receiver->engine = nullptr;
    engine_.reset();
    for (napi_ref ring : rings_) napi_delete_reference(env_, ring);
    rings_.clear();
    if (wake_ != nullptr) napi_release_threadsafe_function(wake_, napi_tsfn_abort);
    wake_ = nullptr;
  }

  [[nodiscard]] stream::StreamEngine* engine() const { return engine_.get(); }

  /// A receiver for the messages of a socket; it lives as long as this holder.
  [[nodiscard]] Receiver* makeReceiver(std::uint32_t connection) {
    receivers_.push_back(
        std::make_unique<Receiver>(Receiver{engine_.get(), connection, {}, {}, false}));
    return receivers_.back().get();
  }

  std::vector<stream::CaptureReplay*> captures;
  /// The chunk that a capture reads from, padded.
  std::vector<char> chunk;

 private:
  static void wakeConsumer(void* context) noexcept {
    auto* self = static_cast<StreamHolder*>(context);
    napi_call_threadsafe_function(self->wake_, nullptr, napi_tsfn_nonblocking);
  }

  napi_env env_;
  std::vector<napi_ref> rings_;
  napi_threadsafe_function wake_;
  std::unique_ptr<stream::StreamEngine> engine_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

inline constexpr napi_type_tag kStreamTag = {0x6866745f73747265ULL, 0x616d5f656e67696eULL};
/// The greatest number of a wire format.
inline constexpr auto kFormatMax = static_cast<std::int64_t>(decode::WireFormat::Fix);

/// The holder behind `this`, with an open engine; throws otherwise.
[[nodiscard]] inline StreamHolder* openHolder(const Arguments& arguments) {
  auto* holder = unwrap<StreamHolder>(arguments.env(), arguments.self(), kStreamTag);
  if (holder != nullptr && holder->engine() == nullptr) {
    throwClosed(arguments.env(), "the stream");
    return nullptr;
  }
  return holder;
}

[[nodiscard]] inline std::string_view viewOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace hft::bindings
