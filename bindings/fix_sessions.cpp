#include "bindings/fix_sessions.hpp"

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "native/fix/session/session_group.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kTag = {0x6866745f66697873ULL, 0x657373696f6e7331ULL};
constexpr std::size_t kEventBytes = 16 << 20;

/// A session group on its thread, and the ring that brings its events to JavaScript.
class SessionsHolder {
 public:
  explicit SessionsHolder(napi_threadsafe_function wake) : wake_(wake), events_(kEventBytes) {}
  ~SessionsHolder() { close(); }
  SessionsHolder(const SessionsHolder&) = delete;
  SessionsHolder& operator=(const SessionsHolder&) = delete;

  [[nodiscard]] std::string open(const fix::SessionGroupOptions& options) {
    auto opened = fix::SessionGroup::open(
        options, {.context = this, .take = take, .turnEnded = [](void* self) noexcept {
                    static_cast<SessionsHolder*>(self)->wake();
                  }});
    group_ = std::move(opened.group);
    return std::move(opened.error);
  }
  void start() {
    if (thread_.joinable()) return;
    thread_ = std::thread([this] {
      group_->run();
      // Release: who sees the end sees the last events.
      hasEnded_.store(true, std::memory_order_release);
      wake();
    });
  }
  void stop() {
    if (group_ != nullptr) group_->stop();
  }
  void close() {
    for (const auto& exit : exits_) exit->close();
    exits_.clear();
    stop();
    if (thread_.joinable()) thread_.join();
    group_.reset();
    if (wake_ != nullptr) napi_release_threadsafe_function(wake_, napi_tsfn_abort);
    wake_ = nullptr;
  }
  [[nodiscard]] fix::SessionGroup* group() const { return group_.get(); }
  /// Its exit closes before the group does.
  std::shared_ptr<stream::FixEmergencyExit> openExit(std::uint32_t session) {
    exits_.push_back(std::make_shared<stream::FixEmergencyExit>(*group_, session));
    return exits_.back();
  }
  [[nodiscard]] bool hasEnded() const { return hasEnded_.load(std::memory_order_acquire); }

  /// Moves whole records to `into`; returns the bytes. A record: RecordHead, bytes, padding to 8.
  std::size_t drain(std::span<std::byte> into) {
    // Before the look: an event behind it wakes again.
    isWoken_.store(false, std::memory_order_seq_cst);
    std::size_t at = 0;
    events_.drain(SIZE_MAX, [&](const fix::RecordHead& head, std::string_view bytes) {
      const std::size_t needed = sizeof head + (bytes.size() + 7) / 8 * 8;
      if (needed > into.size() - at) return false;
      std::memcpy(into.data() + at, &head, sizeof head);
      std::memcpy(into.data() + at + sizeof head, bytes.data(), bytes.size());
      at += needed;
      return true;
    });
    return at;
  }

 private:
  static bool take(void* context, const fix::SessionEvent& event) noexcept {
    auto& self = *static_cast<SessionsHolder*>(context);
    fix::RecordHead head;
    head.session = event.session;
    head.kind = static_cast<std::uint32_t>(event.kind);
    head.time = event.time;
    return self.events_.push(head, event.bytes, {});
  }
  void wake() noexcept {
    if (isWoken_.exchange(true, std::memory_order_seq_cst)) return;
    (void)napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
  }

  napi_threadsafe_function wake_;
  fix::ByteRing events_;
  std::unique_ptr<fix::SessionGroup> group_;
  std::vector<std::shared_ptr<stream::FixEmergencyExit>> exits_;
  std::thread thread_;
  std::atomic<bool> isWoken_{false};
  std::atomic<bool> hasEnded_{false};
};

SessionsHolder* holderOf(const Arguments& arguments) {
  auto* holder = unwrap<SessionsHolder>(arguments.env(), arguments.self(), kTag);
  if (holder != nullptr && holder->group() == nullptr) {
    throwClosed(arguments.env(), "the FIX sessions");
    return nullptr;
  }
  return holder;
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto settings = arguments.text(0, "settings");
  if (!settings) return nullptr;
  const auto echoes = arguments.boolean(1, "echoes");
  if (!echoes) return nullptr;
  const auto usesFastPath = arguments.boolean(2, "usesFastPath");
  if (!usesFastPath) return nullptr;
  const auto callback = arguments.function(3, "onWake");
  if (!callback) return nullptr;
  if (fix::sessionBrain().calls == nullptr) {
    throwError(env, "HFT_FIX_UNAVAILABLE", fix::sessionBrain().error);
    return nullptr;
  }
  napi_threadsafe_function wake = nullptr;
  napi_create_threadsafe_function(env, *callback, nullptr, makeText(env, "hft fix"), 0, 1, nullptr,
                                  nullptr, nullptr, nullptr, &wake);
  auto holder = std::make_unique<SessionsHolder>(wake);
  fix::SessionGroupOptions options;
  options.settings = *settings;
  options.echoes = *echoes;
  options.usesFastPath = *usesFastPath;
  const std::string error = holder->open(options);
  if (!error.empty()) {
    throwError(env, "HFT_FIX_CONFIG", error);
    return nullptr;
  }
  wrap(env, arguments.self(), std::move(holder), kTag);
  return arguments.self();
}

napi_value start(napi_env env, napi_callback_info info) {
  SessionsHolder* holder = holderOf(Arguments(env, info));
  if (holder != nullptr) holder->start();
  return nullptr;
}

napi_value stop(napi_env env, napi_callback_info info) {
  SessionsHolder* holder = holderOf(Arguments(env, info));
  if (holder != nullptr) holder->stop();
  return nullptr;
}

napi_value hasEnded(napi_env env, napi_callback_info info) {
  SessionsHolder* holder = holderOf(Arguments(env, info));
  napi_value value = nullptr;
  if (holder != nullptr) napi_get_boolean(env, holder->hasEnded(), &value);
  return value;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<SessionsHolder>(env, arguments.self(), kTag);
  if (holder != nullptr) holder->close();
  return nullptr;
}

napi_value drain(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  SessionsHolder* holder = holderOf(arguments);
  if (holder == nullptr) return nullptr;
  const auto into = arguments.bytes(0, "into");
  if (!into) return nullptr;
  return makeNumber(env, static_cast<double>(holder->drain(*into)));
}

napi_value post(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  SessionsHolder* holder = holderOf(arguments);
  if (holder == nullptr) return nullptr;
  const auto command = arguments.integer(0, "command", 1, 4);
  if (!command) return nullptr;
  const auto session = arguments.integer(1, "session", 0, holder->group()->sessionCount() - 1);
  if (!session) return nullptr;
  const auto msgType = arguments.text(2, "msgType");
  if (!msgType) return nullptr;
  const auto body = arguments.text(3, "body");
  if (!body) return nullptr;
  const bool isTaken = holder->group()->post(static_cast<fix::SessionCommand>(*command),
                                             static_cast<std::uint32_t>(*session), *msgType, *body);
  napi_value value = nullptr;
  napi_get_boolean(env, isTaken, &value);
  return value;
}

napi_value sessions(napi_env env, napi_callback_info info) {
  SessionsHolder* holder = holderOf(Arguments(env, info));
  if (holder == nullptr) return nullptr;
  const fix::SessionGroup& group = *holder->group();
  napi_value list = nullptr;
  napi_create_array_with_length(env, group.sessionCount(), &list);
  for (std::uint32_t session = 0; session < group.sessionCount(); ++session) {
    const fix::SessionConfig& config = group.config(session);
    napi_value entry = makeObject(env);
    setMember(env, entry, "id", config.id);
    setMember(env, entry, "beginString", config.beginString);
    setMember(env, entry, "senderCompID", config.senderCompID);
    setMember(env, entry, "targetCompID", config.targetCompID);
    setMember(env, entry, "defaultApplVerID", config.defaultApplVerID);
    setMember(env, entry, "connectionType", config.isInitiator ? "initiator" : "acceptor");
    setMember(env, entry, "host", config.host);
    const std::uint16_t port = config.isInitiator ? config.port : group.listeningPort(session);
    setMember(env, entry, "port", static_cast<double>(port));
    napi_set_element(env, list, session, entry);
  }
  return list;
}

napi_value counters(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  SessionsHolder* holder = holderOf(arguments);
  if (holder == nullptr) return nullptr;
  const auto session = arguments.integer(0, "session", 0, holder->group()->sessionCount() - 1);
  if (!session) return nullptr;
  const fix::SessionCounters& counts =
      holder->group()->counters(static_cast<std::uint32_t>(*session));
  napi_value object = makeObject(env);
  const auto set = [&](const char* name, std::uint64_t value) {
    setMember(env, object, name, static_cast<double>(value));
  };
  set("received", counts.received.load(std::memory_order_relaxed));
  set("receivedFast", counts.receivedFast.load(std::memory_order_relaxed));
  set("sent", counts.sent.load(std::memory_order_relaxed));
  set("refused", counts.refused.load(std::memory_order_relaxed));
  set("logons", counts.logons.load(std::memory_order_relaxed));
  set("disconnects", counts.disconnects.load(std::memory_order_relaxed));
  set("nextSender", counts.nextSender.load(std::memory_order_relaxed));
  set("nextTarget", counts.nextTarget.load(std::memory_order_relaxed));
  set("isLoggedOn", counts.isLoggedOn.load(std::memory_order_relaxed) ? 1 : 0);
  return object;
}

}  // namespace

std::shared_ptr<stream::FixEmergencyExit> openFixEmergencyExit(const Arguments& arguments,
                                                               std::size_t sessions,
                                                               std::size_t session) {
  const napi_env env = arguments.env();
  auto* holder = unwrap<SessionsHolder>(env, arguments.at(sessions), kTag);
  if (holder == nullptr) return nullptr;
  if (holder->group() == nullptr) {
    throwClosed(env, "the FIX sessions");
    return nullptr;
  }
  const auto index =
      arguments.integer(session, "session", 0, holder->group()->sessionCount() - std::int64_t{1});
  if (!index) return nullptr;
  return holder->openExit(static_cast<std::uint32_t>(*index));
}

void registerFixSessions(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeFixSessions", construct,
              {{"start", start},
               {"stop", stop},
               {"hasEnded", hasEnded},
               {"close", close},
               {"drain", drain},
               {"post", post},
               {"sessions", sessions},
               {"counters", counters}});
}

}  // namespace hft::bindings
