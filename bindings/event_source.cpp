#include "bindings/event_source.hpp"

#include <memory>

#include "bindings/arguments.hpp"
#include "bindings/stream_statistics.hpp"
#include "native/stream/event_source.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kTag = {0x6866745f65766e74ULL, 0x5f736f7572636531ULL};

/// The source, the memory that it keeps alive, and the way to wake its consumer.
class SourceHolder {
 public:
  SourceHolder(napi_env env, napi_ref memory, napi_threadsafe_function wake)
      : env_(env), memory_(memory), wake_(wake) {}
  ~SourceHolder() { close(); }
  SourceHolder(const SourceHolder&) = delete;
  SourceHolder& operator=(const SourceHolder&) = delete;

  void open(std::span<std::byte> memory, std::size_t slots, std::uint64_t rate,
            std::uint64_t events) {
    source_ = std::make_unique<stream::EventSource>(
        memory, slots, rate, events,
        stream::WakeUp{[](void* context) noexcept {
                         auto* self = static_cast<SourceHolder*>(context);
                         napi_call_threadsafe_function(self->wake_, nullptr, napi_tsfn_nonblocking);
                       },
                       this});
  }
  void close() {
    if (source_ == nullptr) return;
    source_.reset();
    napi_delete_reference(env_, memory_);
    napi_release_threadsafe_function(wake_, napi_tsfn_abort);
  }
  [[nodiscard]] stream::EventSource* source() const { return source_.get(); }

 private:
  napi_env env_;
  napi_ref memory_;
  napi_threadsafe_function wake_;
  std::unique_ptr<stream::EventSource> source_;
};

stream::EventSource* openSource(const Arguments& arguments) {
  auto* holder = unwrap<SourceHolder>(arguments.env(), arguments.self(), kTag);
  if (holder != nullptr && holder->source() == nullptr) {
    throwClosed(arguments.env(), "the event source");
    return nullptr;
  }
  return holder == nullptr ? nullptr : holder->source();
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto memory = arguments.bytes(0, "memory");
  if (!memory) return nullptr;
  const auto slots = arguments.integer(1, "slots", 64, 1 << 24);
  if (!slots) return nullptr;
  const auto size = static_cast<std::size_t>(*slots);
  if ((size & (size - 1)) != 0 || memory->size() < stream::EventRingLayout::bytes(size, 0) ||
      reinterpret_cast<std::uintptr_t>(memory->data()) % 8 != 0) {
    throwArgument(env, "slots must be a power of two, and memory a ring of so many");
    return nullptr;
  }
  const auto rate = arguments.integer(2, "eventsPerSecond", 0, 1'000'000'000);
  if (!rate) return nullptr;
  const auto events = arguments.integer(3, "events", 0, std::int64_t{1} << 40);
  if (!events) return nullptr;
  const auto callback = arguments.function(4, "onWake");
  if (!callback) return nullptr;
  napi_threadsafe_function wake = nullptr;
  napi_create_threadsafe_function(env, *callback, nullptr, makeText(env, "hft events"), 0, 1,
                                  nullptr, nullptr, nullptr, nullptr, &wake);
  napi_ref reference = nullptr;
  napi_create_reference(env, arguments.at(0), 1, &reference);
  auto holder = std::make_unique<SourceHolder>(env, reference, wake);
  holder->open(*memory, size, static_cast<std::uint64_t>(*rate),
               static_cast<std::uint64_t>(*events));
  wrap(env, arguments.self(), std::move(holder), kTag);
  return arguments.self();
}

napi_value start(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  stream::EventSource* source = openSource(arguments);
  if (source != nullptr) source->start();
  return nullptr;
}

napi_value handled(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  stream::EventSource* source = openSource(arguments);
  if (source == nullptr) return nullptr;
  const auto count = arguments.integer(0, "count", 0, 1 << 24);
  if (count) source->handled(static_cast<std::uint32_t>(*count));
  return nullptr;
}

napi_value figures(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  stream::EventSource* source = openSource(arguments);
  if (source == nullptr) return nullptr;
  napi_value object = makeLatencyFigures(env, *source->latency().operator->());
  setMember(env, object, "wakeUps", static_cast<double>(source->wakeUps()));
  return object;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<SourceHolder>(env, arguments.self(), kTag);
  if (holder != nullptr) holder->close();
  return nullptr;
}

}  // namespace

void registerEventSource(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeEventSource", construct,
              {{"start", start}, {"handled", handled}, {"figures", figures}, {"close", close}});
}

}  // namespace hft::bindings
