#include "native/fix/session/host_bridge.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {

namespace {

constexpr Nanos kCloseAfter = 5'000'000'000;
constexpr Nanos kMicro = 1'000;
constexpr Nanos kMilli = 1'000'000;
/// An order that was sent longer ago is stale, whatever the connection.
constexpr Nanos kFreshOrder = 30'000'000'000;

/// What makes, changes or cancels orders and quotes: sent late it does harm.
constexpr std::array<std::string_view, 22> kOrderTypes = {
    "D",  "E",  "F",  "G",  "q",  "s",  "t",  "u",   "i",   "S",  "Z",
    "AB", "AC", "CA", "U4", "U5", "U6", "U7", "XCN", "XAK", "BN", "AF"};

bool isOrder(std::string_view msgType) noexcept {
  return std::find(kOrderTypes.begin(), kOrderTypes.end(), msgType) != kOrderTypes.end();
}

void copyText(std::string_view text, char* into, std::size_t size) noexcept {
  if (size == 0) return;
  const std::size_t count = std::min(text.size(), size - 1);
  std::memcpy(into, text.data(), count);
  into[count] = '\0';
}

}  // namespace

HftFixHost HostBridge::hostOf(SessionGroup& owner) noexcept {
  HftFixHost host{};
  host.context = &owner;
  host.send = send;
  host.disconnect = disconnect;
  host.storeOpen = storeOpen;
  host.storeSet = storeSet;
  host.storeGet = storeGet;
  host.nextSender = [](void* context, std::uint32_t session) {
    return static_cast<int>(slotOf(context, session).store.nextSender());
  };
  host.nextTarget = [](void* context, std::uint32_t session) {
    return static_cast<int>(slotOf(context, session).store.nextTarget());
  };
  host.setNextSender = [](void* context, std::uint32_t session, int number) {
    slotOf(context, session).store.setNextSender(static_cast<std::uint32_t>(number));
  };
  host.setNextTarget = [](void* context, std::uint32_t session, int number) {
    slotOf(context, session).store.setNextTarget(static_cast<std::uint32_t>(number));
  };
  host.creationTime = [](void* context, std::uint32_t session) -> std::int64_t {
    const SessionSlot& slot = slotOf(context, session);
    // The brain begins anew once the schedule's period differs from that of this time.
    if (slot.config.neverEnds) return groupOf(context).options_.clock() / kMicro;
    return slot.store.creationTime() / kMicro;
  };
  host.storeReset = [](void* context, std::uint32_t session) {
    slotOf(context, session).store.reset(groupOf(context).options_.clock());
    return 0;
  };
  host.log = log;
  host.onLogon = [](void* context, std::uint32_t session) {
    SessionGroup& group = groupOf(context);
    SessionSlot& slot = group.slots_[session];
    count(slot.counters.logons);
    slot.firstOfLogon = slot.store.nextSender();
    group.refresh(session);
    group.emit({session, SessionEventKind::Logon, group.now_, {}});
  };
  host.onLogout = [](void* context, std::uint32_t session) {
    SessionGroup& group = groupOf(context);
    group.slots_[session].state.isOrdinary = 0;
    group.slots_[session].state.isLoggedOn = 0;
    group.slots_[session].counters.isLoggedOn.store(false, std::memory_order_relaxed);
    group.emit({session, SessionEventKind::Logout, group.now_, {}});
  };
  host.toLogon = toLogon;
  host.mayResend = mayResend;
  host.fromAdmin = [](void* context, std::uint32_t session, const char* msgType, const char* bytes,
                      std::size_t size) {
    SessionGroup& group = groupOf(context);
    // Heartbeats and the like say nothing to an application.
    if (std::strchr("3A5", msgType[0]) == nullptr || msgType[1] != '\0') return;
    group.emit({session, SessionEventKind::Admin, group.now_, {bytes, size}});
    if (msgType[0] == '3') emitRejected(group, session, {bytes, size});
  };
  host.fromApp = [](void* context, std::uint32_t session, const char* msgType, const char* bytes,
                    std::size_t size) {
    SessionGroup& group = groupOf(context);
    group.emit({session, SessionEventKind::Application, group.now_, {bytes, size}});
    if (msgType[0] == 'j' && msgType[1] == '\0') emitRejected(group, session, {bytes, size});
  };
  return host;
}

void HostBridge::emitRejected(SessionGroup& group, std::uint32_t session, std::string_view reject) {
  constexpr std::string_view kRefSeqNum = "\00145=";
  const std::size_t at = reject.find(kRefSeqNum);
  if (at == std::string_view::npos) return;
  const std::string_view text = reject.substr(at + kRefSeqNum.size());
  std::uint32_t number = 0;
  // A number that is none, or one too long, names no message that is kept.
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return;
  const std::string_view sent = group.slots_[session].store.find(number);
  if (!sent.empty()) group.emit({session, SessionEventKind::Rejected, group.now_, sent});
}

int HostBridge::send(void* context, void* connection, const char* bytes, std::size_t size) {
  SessionGroup& group = groupOf(context);
  Peer& peer = *static_cast<Peer*>(connection);
  if (!peer.connection.send({bytes, size})) {
    if (peer.connection.state() == ConnectionState::Open) {
      // Cut off: what it has not taken by now it may ask for again.
      peer.connection.beginClose(group.now_);
      group.markDirty(peer);
    }
    return -1;
  }
  if (peer.session >= 0) {
    count(group.slots_[static_cast<std::size_t>(peer.session)].counters.sent);
  }
  group.markDirty(peer);
  return 0;
}

void HostBridge::disconnect(void* context, void* connection) {
  SessionGroup& group = groupOf(context);
  Peer& peer = *static_cast<Peer*>(connection);
  peer.connection.beginClose(group.now_ + kCloseAfter);
  group.markDirty(peer);
}

int HostBridge::storeOpen(void* context, const HftFixEngine* engine, std::uint32_t session,
                          char* error, std::size_t errorSize) {
  SessionGroup& group = groupOf(context);
  // The log of a session may be asked for first.
  while (group.slots_.size() <= session) group.slots_.emplace_back();
  SessionSlot& slot = group.slots_[session];
  SessionConfigRead read = readSessionConfig(*group.brain_, engine, session);
  if (!read.error.empty()) {
    copyText(read.error, error, errorSize);
    return -1;
  }
  slot.config = std::move(read.config);
  if (slot.store.open(slot.config.store, group.now_) != StoreError::Ok) {
    copyText(slot.store.errorText(), error, errorSize);
    return -1;
  }
  const std::uint32_t wanted = slot.config.nextTarget;
  if (wanted != 0 && wanted < slot.store.nextTarget()) slot.store.setNextTarget(wanted);
  slot.log = std::make_unique<SessionLog>(slot.config.log);
  if (!slot.log->error().empty()) {
    copyText(slot.log->error(), error, errorSize);
    return -1;
  }
  return 0;
}

int HostBridge::storeSet(void* context, std::uint32_t session, int number, const char* bytes,
                         std::size_t size) {
  MessageStore& store = slotOf(context, session).store;
  return store.append(static_cast<std::uint32_t>(number), {bytes, size}) == StoreError::Ok ? 0 : -1;
}

int HostBridge::storeGet(void* context, std::uint32_t session, int first, int last, HftFixSink sink,
                         void* sinkContext) {
  const MessageStore& store = slotOf(context, session).store;
  // A peer may ask for any range: only what can be there is looked for.
  const auto begin = std::max<std::int64_t>(first, store.firstKept());
  const auto end = std::min<std::int64_t>(last, std::int64_t{store.nextSender()} - 1);
  for (std::int64_t number = begin; number <= end; ++number) {
    const std::string_view message = store.find(static_cast<std::uint32_t>(number));
    if (!message.empty()) sink(sinkContext, message.data(), message.size());
  }
  return 0;
}

void HostBridge::log(void* context, std::uint32_t session, int kind, const char* bytes,
                     std::size_t size) {
  SessionGroup& group = groupOf(context);
  if (session >= group.slots_.size()) return;
  SessionSlot& slot = group.slots_[session];
  if (slot.log != nullptr) {
    slot.log->write(group.options_.clock(), static_cast<LogKind>(kind), {bytes, size});
  }
  if (kind == kHftFixEvent) {
    group.emit({session, SessionEventKind::Note, group.now_, {bytes, size}});
  }
}

void HostBridge::toLogon(void* context, std::uint32_t session, const HftFixOutgoing* message,
                         HftFixFieldSink sink, void* sinkContext) {
  const SessionConfig& config = slotOf(context, session).config;
  std::string_view password;
  std::string_view username;
  for (const auto& [tag, value] : config.logonFields) {
    if (tag == 554) password = value;
    if (tag == 553) username = value;
    sink(sinkContext, tag, value.data(), value.size());
  }
  if (config.signature == LogonSignature::None) return;
  const std::string nonce = std::to_string(groupOf(context).options_.clock() / kMilli);
  const std::string signature =
      signLogon(config.signature, config.signatureSecret,
                {message->msgSeqNum, message->sendingTime, message->senderCompID,
                 message->targetCompID, password, username, nonce});
  if (config.signature == LogonSignature::HmacSha512) {
    sink(sinkContext, 554, signature.data(), signature.size());
    sink(sinkContext, 5025, nonce.data(), nonce.size());
    return;
  }
  const std::string length = std::to_string(signature.size());
  sink(sinkContext, 95, length.data(), length.size());
  sink(sinkContext, 96, signature.data(), signature.size());
}

int HostBridge::mayResend(void* context, std::uint32_t session, const char* msgType, int msgSeqNum,
                          const char* sendingTime) {
  const SessionGroup& group = groupOf(context);
  const SessionSlot& slot = group.slots_[session];
  const SessionConfig& config = slot.config;
  Nanos ageMax = config.resendAgeMax;
  if (isOrder(msgType) && config.orderResends != OrderResends::Always) {
    // Lost on a connection that has ended since, an order is stale; asked for again on the one
    // that it was sent on, it is a gap in flight.
    if (config.orderResends == OrderResends::Never) return 0;
    if (static_cast<std::uint32_t>(msgSeqNum) < slot.firstOfLogon) return 0;
    ageMax = ageMax == 0 ? kFreshOrder : std::min(ageMax, kFreshOrder);
  }
  if (ageMax == 0) return 1;
  const auto sent = readUtcTimestamp(sendingTime);
  return sent.ok() && group.options_.clock() - sent.value() <= ageMax ? 1 : 0;
}

}  // namespace hft::fix
