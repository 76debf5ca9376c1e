#include "native/fix/session/session_group.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "native/core/clock.hpp"
#include "native/core/system_error.hpp"
#include "native/fix/session/host_bridge.hpp"

namespace hft::fix {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kTickInterval = kSecond / 5;
constexpr std::size_t kCommandBytes = 4 << 20;
constexpr std::size_t kWriteBytes = 1 << 20;
/// Keys of connections begin here; below are the doors.
constexpr std::uint64_t kFirstPeerKey = std::uint64_t{1} << 32;
constexpr std::string_view kFieldEnd = "\001";

}  // namespace

SessionGroup::SessionGroup(const SessionGroupOptions& options, const SessionSink& sink)
    : options_(options),
      sink_(sink),
      nextKey_(kFirstPeerKey),
      writeBuffer_(kWriteBytes),
      writer_(writeBuffer_),
      commands_(kCommandBytes) {}

SessionGroup::Opened SessionGroup::open(const SessionGroupOptions& options,
                                        const SessionSink& sink) {
  SessionGroupOptions complete = options;
  if (complete.clock == nullptr) complete.clock = realtimeNanos;
  auto group = std::make_unique<SessionGroup>(complete, sink);
  std::string error = group->prepare();
  if (!error.empty()) return {nullptr, std::move(error)};
  return {std::move(group), {}};
}

std::string SessionGroup::prepare() {
  const SessionBrain& brain = sessionBrain();
  if (brain.calls == nullptr) return brain.error;
  brain_ = brain.calls;
  now_ = options_.clock();
  if (poller_.open() != net::PollError::Ok) return "no descriptors left for the poller";
  host_ = HostBridge::hostOf(*this);
  std::array<char, 1024> error{};
  engine_ = brain_->create(&host_, options_.settings.c_str(), options_.echoes ? 1 : 0, error.data(),
                           error.size());
  if (engine_ == nullptr) return error.data();
  for (SessionSlot& slot : slots_) {
    std::string failure = prepareSession(slot);
    if (!failure.empty()) return failure;
  }
  for (std::uint32_t session = 0; session < slots_.size(); ++session) {
    looksMax_ = std::max(looksMax_, slots_[session].config.looksMax);
    refresh(session);
  }
  return {};
}

std::string SessionGroup::prepareSession(SessionSlot& slot) {
  const SessionConfig& config = slot.config;
  const auto header = MessageHeader::make({.beginString = config.beginString,
                                           .senderCompID = config.senderCompID,
                                           .senderSubID = {},
                                           .targetCompID = config.targetCompID,
                                           .targetSubID = {},
                                           .senderLocationID = {},
                                           .targetLocationID = {}},
                                          config.precision);
  if (!header.ok()) return config.id + ": the CompIDs do not fit into a header";
  slot.header = header.value();
  if (options_.usesFastPath && !options_.echoes) slot.fastPath = std::make_unique<FastPath>(config);
  if (!config.isInitiator) return openDoor(config);
  if (config.usesTls) {
    slot.tls = std::make_unique<TlsEndpoint>(config.tls);
    if (slot.tls->native() == nullptr) return config.id + ": " + slot.tls->error();
  }
  return {};
}

SessionGroup::~SessionGroup() {
  while (!peers_.empty()) release(*peers_.begin()->second, {});
  if (engine_ != nullptr) brain_->destroy(engine_);
}

std::uint16_t SessionGroup::listeningPort(std::uint32_t session) const noexcept {
  const SessionConfig& config = slots_[session].config;
  for (const Door& door : doors_) {
    if (door.host == config.host && door.port == config.port) return door.listener.port();
  }
  return 0;
}

void SessionGroup::turn(Nanos timeout) {
  // What was sent between two turns does not wait for the peer to speak.
  if (!dirty_.empty()) flushDirty();
  isInTurn_ = true;
  sentAtNow_ = 0;
  if (timeout == 0 || !lingers()) {
    waitFor(lastRead_ == 0 ? timeout : 0);
    lingered_ = 0;
  }
  if (!urgent_.isEmpty()) drainUrgent();
  drainCommands();
  if (now_ >= nextTick_) tick();
  flushDirty();
  while (!waiting_.empty()) {
    SessionEvent event = waiting_.front().first;
    event.bytes = waiting_.front().second;
    if (!sink_.take(sink_.context, event)) break;
    waiting_.pop_front();
    hasEmitted_ = true;
  }
  isInTurn_ = false;
  if (hasEmitted_ && sink_.turnEnded != nullptr) sink_.turnEnded(sink_.context);
  hasEmitted_ = false;
  for (std::uint32_t session = 0; session < slots_.size(); ++session) {
    SessionSlot& slot = slots_[session];
    slot.log->flush();
    if ((slot.log->failure() != 0) != slot.losesLog) tellOfLog(session);
    slot.counters.nextSender.store(slot.store.nextSender(), std::memory_order_relaxed);
    slot.counters.nextTarget.store(slot.store.nextTarget(), std::memory_order_relaxed);
  }
}

void SessionGroup::waitFor(Nanos timeout) {
  const Nanos untilTick = nextTick_ > now_ ? nextTick_ - now_ : 0;
  Nanos wait = timeout < 0 || timeout > untilTick ? untilTick : timeout;
  // With `post`: either it sees us asleep, or we see its command.
  isAsleep_.exchange(true, std::memory_order_acq_rel);
  if (!commands_.isEmpty() || urgent_.isAdded()) wait = 0;
  const std::span<const net::ReadyEvent> ready = poller_.wait(wait);
  isAsleep_.store(false, std::memory_order_relaxed);
  now_ = options_.clock();
  for (const net::ReadyEvent& event : ready) {
    if (event.key < doors_.size()) {
      acceptAll(doors_[event.key]);
      continue;
    }
    const auto found = peers_.find(event.key);
    if (found != peers_.end()) serve(*found->second);
  }
}

void SessionGroup::run() {
  while (!isStopping_.load(std::memory_order_relaxed)) turn(-1);
  logOutAll();
}

void SessionGroup::stop() noexcept {
  isStopping_.store(true, std::memory_order_relaxed);
  poller_.wake();
}

void SessionGroup::logOutAll() {
  constexpr Nanos kPatience = 2 * kSecond;
  for (std::uint32_t session = 0; session < slots_.size(); ++session) {
    brain_->logout(engine_, session, "");
    brain_->tick(engine_, session);
  }
  flushDirty();
  const Nanos deadline = options_.clock() + kPatience;
  const auto isAnyLoggedOn = [this] {
    for (std::uint32_t session = 0; session < slots_.size(); ++session) {
      refresh(session);
      if (slots_[session].state.isLoggedOn != 0) return true;
    }
    return false;
  };
  while (isAnyLoggedOn() && options_.clock() < deadline) turn(kTickInterval / 4);
}

void SessionGroup::serve(Peer& peer) {
  Connection& connection = peer.connection;
  if (connection.state() == ConnectionState::Connecting ||
      connection.state() == ConnectionState::Handshaking) {
    if (connection.progress()) opened(peer);
    if (connection.state() == ConnectionState::Closed) {
      release(peer, connection.errorText());
      return;
    }
  }
  if (connection.state() == ConnectionState::Open) {
    readFrom(peer);
  } else if (connection.state() == ConnectionState::Closing) {
    markDirty(peer);
  }
}

bool SessionGroup::readFrom(Peer& peer) {
  // Reports are never dropped: while the application has no room nothing more is read.
  if (!waiting_.empty()) {
    std::this_thread::yield();
    return false;
  }
  Connection& connection = peer.connection;
  bool hasReceived = false;
  do {
    if (!connection.receive()) {
      release(peer, connection.errorText());
      return true;
    }
    if (connection.hasReceived() && !hasReceived) {
      hasReceived = true;
      now_ = options_.clock();
    }
    while (connection.state() == ConnectionState::Open) {
      const Split split = splitMessage(connection.received(), peer.bytesMax);
      connection.drop(split.garbage);
      if (split.size == 0) {
        if (split.garbage == 0) break;
        continue;
      }
      handleMessage(peer, connection.received().substr(0, split.size), split.isSound);
      connection.drop(split.size);
      // The peer works on the first answers of a burst while the rest is being made.
      if (connection.unsentBytes() >= peer.flushBytes && !connection.flush()) {
        release(peer, connection.errorText());
        return true;
      }
    }
  } while (connection.mayHaveMore() && connection.state() == ConnectionState::Open);
  // An unsent rest or a closing connection is seen to at the end of the turn.
  if (connection.state() != ConnectionState::Open || connection.hasUnsent()) markDirty(peer);
  if (hasReceived) lastRead_ = peer.key;
  return hasReceived;
}

bool SessionGroup::lingers() {
  // The others are looked at now and then, also while this one speaks without a pause.
  constexpr unsigned kTurnsMax = 64;
  if (lastRead_ == 0 || ++lingered_ > kTurnsMax) return false;
  for (std::uint32_t look = 0; look < looksMax_; ++look) {
    if (!commands_.isEmpty() || urgent_.isAdded()) return false;
    if (isStopping_.load(std::memory_order_relaxed)) return false;
    const auto found = peers_.find(lastRead_);
    if (found == peers_.end() || found->second->connection.state() != ConnectionState::Open) break;
    std::this_thread::yield();
    if (readFrom(*found->second)) return true;
  }
  lastRead_ = 0;
  return false;
}

void SessionGroup::handleMessage(Peer& peer, std::string_view message, bool isSound) {
  if (peer.session >= 0) {
    const auto session = static_cast<std::uint32_t>(peer.session);
    SessionSlot& slot = slots_[session];
    count(slot.counters.received);
    if (isSound && takesFast(slot, session, message)) return;
  }
  const HftFixReceive result = brain_->receive(peer.brain, message.data(), message.size());
  if (peer.session < 0) {
    belongTo(peer, brain_->sessionOf(peer.brain));
    if (peer.session >= 0) {
      slots_[static_cast<std::size_t>(peer.session)].peer = &peer;
      peer.connection.setDeadline(0);
    }
  }
  if (result == kHftFixDrop) {
    peer.connection.beginClose(now_);
    markDirty(peer);
  }
  if (peer.session >= 0) refresh(static_cast<std::uint32_t>(peer.session));
}

bool SessionGroup::takesFast(SessionSlot& slot, std::uint32_t session, std::string_view message) {
  if (slot.fastPath == nullptr || slot.state.isOrdinary == 0) return false;
  const std::uint32_t expected = slot.store.nextTarget();
  if (!slot.fastPath->accepts(message, expected, now_)) return false;
  slot.log->write(now_, LogKind::Incoming, message);
  slot.hasReceived = true;
  count(slot.counters.receivedFast);
  emit({session, SessionEventKind::Application, now_, message, &slot.fastPath->fields()});
  // As the brain does it: what the application has is what is not asked for again.
  slot.store.setNextTarget(expected + 1);
  return true;
}

bool SessionGroup::refuse(SessionSlot& slot, std::string_view reason) {
  count(slot.counters.refused);
  refusal_ = reason;
  return false;
}

Nanos SessionGroup::sendingTime() {
  // Within a turn a few messages share one look at the clock: they are microseconds apart.
  constexpr unsigned kSharing = 16;
  if (!isInTurn_ || ++sentAtNow_ == kSharing) {
    now_ = options_.clock();
    sentAtNow_ = 0;
  }
  return now_;
}

bool SessionGroup::send(std::uint32_t session, std::string_view msgType, std::string_view body) {
  SessionSlot& slot = slots_[session];
  if (!canSend(slot)) return refuse(slot, "the session is not logged on");
  const std::size_t fields = countBodyFields(body);
  if (fields == 0) return refuse(slot, "the body is no list of fields with an end each");
  const std::uint32_t number = slot.store.nextSender();
  const Nanos now = sendingTime();
  slot.header.begin(
      writer_, msgType,
      {.msgSeqNum = number, .sendingTime = now, .origSendingTime = 0, .possResend = false});
  // The writer puts the field ends in front of fields.
  writer_.encoded(kFieldEnd, 0);
  writer_.encoded(body.substr(0, body.size() - 1), fields);
  const auto message = slot.header.finish(writer_);
  if (!message.ok()) return refuse(slot, "the message is too long or has a bad MsgType");
  if (slot.store.append(number, message.value()) != StoreError::Ok) {
    return refuse(slot, "the message is too long for the store");
  }
  // Stored and numbered before it leaves: after a crash it is sent again or filled, never lost.
  slot.store.setNextSender(number + 1);
  slot.log->write(now, LogKind::Outgoing, message.value());
  slot.hasSent = true;
  count(slot.counters.sent);
  markDirty(*slot.peer);
  if (!slot.peer->connection.send(message.value())) {
    // It has a number: the peer asks for it after the next logon.
    slot.peer->connection.beginClose(now);
  }
  return true;
}

bool SessionGroup::post(SessionCommand command, std::uint32_t session, std::string_view msgType,
                        std::string_view body) noexcept {
  RecordHead head;
  head.session = session;
  head.kind = static_cast<std::uint32_t>(command);
  head.extra = static_cast<std::uint32_t>(msgType.size());
  if (!commands_.push(head, msgType, body)) return false;
  // Both sides exchange one word, so one of them sees the other.
  if (isAsleep_.exchange(false, std::memory_order_acq_rel)) poller_.wake();
  return true;
}

bool SessionGroup::postUrgent(std::uint32_t session, std::string_view msgType,
                              std::string_view body) noexcept {
  if (!urgent_.push(session, msgType, body)) return false;
  if (isAsleep_.exchange(false, std::memory_order_acq_rel)) poller_.wake();
  return true;
}

void SessionGroup::drainUrgent() {
  urgent_.drain([this](std::uint32_t session, std::string_view msgType, std::string_view body) {
    if (!canSend(slots_[session])) return false;
    if (!send(session, msgType, body)) giveBack(session, msgType, body);
    return true;
  });
}

void SessionGroup::giveBack(std::uint32_t session, std::string_view msgType,
                            std::string_view body) {
  std::string text = refusal_;
  text += kSoh;
  text += msgType;
  text += kSoh;
  text += body;
  emit({session, SessionEventKind::Refused, now_, text});
}

void SessionGroup::drainCommands() {
  commands_.drain(4096, [this](const RecordHead& head, std::string_view bytes) {
    runCommand(head, bytes);
    return true;
  });
}

void SessionGroup::runCommand(const RecordHead& head, std::string_view bytes) {
  const std::uint32_t session = head.session;
  const std::string_view msgType = bytes.substr(0, head.extra);
  const std::string_view body = bytes.substr(head.extra);
  switch (static_cast<SessionCommand>(head.kind)) {
    case SessionCommand::Send:
      if (!send(session, msgType, body)) giveBack(session, msgType, body);
      return;
    case SessionCommand::Logon:
      brain_->logon(engine_, session);
      slots_[session].nextConnect = 0;
      break;
    case SessionCommand::Logout:
      brain_->logout(engine_, session, std::string(body).c_str());
      break;
    case SessionCommand::Reset:
      brain_->reset(engine_, session);
      break;
  }
  tickSession(session);
}

void SessionGroup::markDirty(Peer& peer) {
  if (peer.isDirty) return;
  peer.isDirty = true;
  dirty_.push_back(peer.key);
}

void SessionGroup::flushDirty() {
  for (std::size_t at = 0; at < dirty_.size(); ++at) {
    const auto found = peers_.find(dirty_[at]);
    if (found == peers_.end()) continue;
    Peer& peer = *found->second;
    peer.isDirty = false;
    const bool isSound = peer.connection.flush();
    const bool isClosing = peer.connection.state() == ConnectionState::Closing;
    const bool isOver = !peer.connection.hasUnsent() || now_ >= peer.connection.deadline();
    if (!isSound || (isClosing && isOver)) release(peer, peer.connection.errorText());
  }
  dirty_.clear();
}

void SessionGroup::refresh(std::uint32_t session) {
  SessionSlot& slot = slots_[session];
  brain_->state(engine_, session, &slot.state);
  slot.counters.isLoggedOn.store(slot.state.isLoggedOn != 0, std::memory_order_relaxed);
}

void SessionGroup::emit(const SessionEvent& event) {
  if (sink_.take == nullptr) return;
  hasEmitted_ = true;
  if (waiting_.empty() && sink_.take(sink_.context, event)) return;
  waiting_.emplace_back(event, std::string(event.bytes));
  // They end with the bytes that they belong to.
  waiting_.back().first.fields = nullptr;
}

void SessionGroup::tellOfLog(std::uint32_t session) {
  SessionSlot& slot = slots_[session];
  slot.losesLog = slot.log->failure() != 0;
  if (slot.losesLog) {
    return note(session,
                "lines of the session log are being lost: " + systemErrorText(slot.log->failure()));
  }
  note(session,
       "the session log is written again; lines lost so far: " + std::to_string(slot.log->lost()));
}

void SessionGroup::note(std::uint32_t session, std::string_view text) {
  slots_[session].log->write(now_, LogKind::Event, text);
  emit({session, SessionEventKind::Note, now_, text});
}

}  // namespace hft::fix
