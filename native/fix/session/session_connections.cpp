#include <cerrno>
#include <thread>

#include "native/core/system_error.hpp"
#include "native/fix/session/session_group.hpp"

namespace hft::fix {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kTickInterval = kSecond / 5;
/// Who says nothing for so long is let go: a logon must come first.
constexpr Nanos kSilence = 10 * kSecond;

}  // namespace

/// A host name that is looked up beside the loop: the network may take its time.
struct SessionGroup::Resolution {
  std::atomic<bool> isDone{false};
  std::string address;
};

std::string SessionGroup::openDoor(const SessionConfig& config) {
  for (const Door& door : doors_) {
    if (door.host == config.host && door.port == config.port) return {};
  }
  Door& door = doors_.emplace_back();
  door.host = config.host;
  door.port = config.port;
  door.messageBytesMax = config.messageBytesMax;
  door.unsentBytesMax = config.sendBytesMax;
  if (config.usesTls) {
    door.tls = std::make_unique<TlsEndpoint>(config.tls);
    if (door.tls->native() == nullptr) return config.id + ": " + door.tls->error();
  }
  if (!door.listener.open(config.host, config.port)) return door.listener.error();
  if (poller_.add(door.listener.fd(), doors_.size() - 1, false) != net::PollError::Ok) {
    return "no descriptors left to listen";
  }
  return {};
}

void SessionGroup::acceptAll(Door& door) {
  for (int fd = door.listener.accept(); fd >= 0; fd = door.listener.accept()) {
    const std::uint64_t key = nextKey_++;
    auto peer = std::make_unique<Peer>(poller_, key, door.messageBytesMax, door.unsentBytesMax);
    ssl_ctx_st* const tls = door.tls == nullptr ? nullptr : door.tls->native();
    if (!peer->connection.start(fd, false, tls, {})) continue;
    peer->connection.setDeadline(now_ + kSilence);
    peers_.emplace(key, std::move(peer));
  }
}

void SessionGroup::opened(Peer& peer) {
  peer.brain = brain_->openPeer(engine_, &peer);
  if (peer.initiates < 0) return;
  const auto session = static_cast<std::uint32_t>(peer.initiates);
  if (brain_->attach(peer.brain, session) != 0) {
    peer.connection.beginClose(now_);
    markDirty(peer);
    return;
  }
  belongTo(peer, peer.initiates);
  tickSession(session);
}

void SessionGroup::belongTo(Peer& peer, std::int64_t session) {
  peer.session = session;
  if (session < 0) return;
  peer.flushBytes = slots_[static_cast<std::size_t>(session)].config.flushBytes;
}

void SessionGroup::release(Peer& peer, std::string_view reason) {
  const std::int64_t session = peer.session >= 0 ? peer.session : peer.initiates;
  if (session >= 0) {
    SessionSlot& slot = slots_[static_cast<std::size_t>(session)];
    if (!reason.empty()) note(static_cast<std::uint32_t>(session), reason);
    if (slot.peer == &peer) slot.peer = nullptr;
    slot.nextConnect = now_ + slot.config.reconnectInterval;
    count(slot.counters.disconnects);
  }
  peer.connection.close();
  if (peer.brain != nullptr) brain_->closePeer(peer.brain);
  peers_.erase(peer.key);
  if (session >= 0) refresh(static_cast<std::uint32_t>(session));
}

void SessionGroup::tick() {
  nextTick_ = now_ + kTickInterval;
  for (std::uint32_t session = 0; session < slots_.size(); ++session) tickSession(session);
  std::vector<std::uint64_t> late;
  for (const auto& [key, peer] : peers_) {
    const Nanos deadline = peer->connection.deadline();
    if (deadline != 0 && now_ >= deadline) late.push_back(key);
  }
  for (const std::uint64_t key : late) release(*peers_.at(key), "no logon, or no end, in time");
}

void SessionGroup::tickSession(std::uint32_t session) {
  SessionSlot& slot = slots_[session];
  if (slot.hasReceived || slot.hasSent) {
    brain_->touch(engine_, session, slot.hasReceived ? 1 : 0, slot.hasSent ? 1 : 0);
    slot.hasReceived = slot.hasSent = false;
  }
  // An initiator without a connection has nobody to log on to.
  if (slot.peer != nullptr || !slot.config.isInitiator) brain_->tick(engine_, session);
  refresh(session);
  if (slot.config.isInitiator && slot.peer == nullptr && slot.state.wantsConnection != 0 &&
      now_ >= slot.nextConnect && !isStopping_.load(std::memory_order_relaxed)) {
    connect(session);
  }
}

void SessionGroup::connect(std::uint32_t session) {
  SessionSlot& slot = slots_[session];
  const SessionConfig& config = slot.config;
  std::string address = config.host;
  if (!isLiteralAddress(config.host)) {
    std::shared_ptr<Resolution>& resolution = resolutions_[session];
    if (resolution == nullptr) {
      resolution = std::make_shared<Resolution>();
      std::thread([resolution, host = config.host] {
        resolution->address = resolveHost(host);
        // Release: whoever sees it done sees the address.
        resolution->isDone.store(true, std::memory_order_release);
      }).detach();
      return;
    }
    if (!resolution->isDone.load(std::memory_order_acquire)) return;
    address = resolution->address;
    resolutions_.erase(session);
  }
  slot.nextConnect = now_ + config.reconnectInterval;
  const int fd = address.empty() ? -1 : startConnect(address, config.port);
  if (fd < 0) {
    note(session, "cannot connect to " + config.host + ":" + std::to_string(config.port) + ": " +
                      (address.empty() ? "the name has no address" : systemErrorText(errno)));
    return;
  }
  finishConnect(session, fd);
}

void SessionGroup::finishConnect(std::uint32_t session, int fd) {
  SessionSlot& slot = slots_[session];
  const std::uint64_t key = nextKey_++;
  auto peer =
      std::make_unique<Peer>(poller_, key, slot.config.messageBytesMax, slot.config.sendBytesMax);
  peer->initiates = session;
  ssl_ctx_st* const tls = slot.tls == nullptr ? nullptr : slot.tls->native();
  if (!peer->connection.start(fd, true, tls, tls == nullptr ? "" : slot.config.serverName)) {
    note(session, peer->connection.errorText());
    return;
  }
  slot.peer = peer.get();
  peers_.emplace(key, std::move(peer));
}

}  // namespace hft::fix
