#include <algorithm>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>

#include "native/fix/quickfix/host_adapters.hpp"
#include "native/fix/quickfix/host_application.hpp"
#include "native/fix/quickfix/private_state.hpp"

namespace {

using namespace hft::fix::shim;

/// QuickFIX's acceptor without sockets: only its sessions are used.
class HostAcceptor : public FIX::Acceptor {
 public:
  using FIX::Acceptor::Acceptor;

 private:
  void onStart() override {}
  bool onPoll(double) override { return false; }
  void onStop() override {}
};

/// QuickFIX's initiator without sockets: only its sessions are used.
class HostInitiator : public FIX::Initiator {
 public:
  using FIX::Initiator::Initiator;

 private:
  void onStart() override {}
  bool onPoll(double) override { return false; }
  void onStop() override {}
  void doConnect(const FIX::SessionID&, const FIX::Dictionary&) override {}
};

bool hasSessionsOf(const FIX::SessionSettings& settings, const char* type) {
  for (const FIX::SessionID& id : settings.getSessions()) {
    if (settings.get(id).getString(FIX::CONNECTION_TYPE) == type) return true;
  }
  return false;
}

void copyText(const std::string& text, char* into, size_t size) {
  if (size == 0) return;
  const size_t count = std::min(text.size(), size - 1);
  std::memcpy(into, text.data(), count);
  into[count] = '\0';
}

}  // namespace

struct HftFixEngine {
  HftFixEngine(const HftFixHost& given, std::istream& text, bool echo)
      : host(given),
        settings(text),
        application(host, numbers, echo),
        stores(host, this, numbers),
        logs(host, numbers) {
    if (hasSessionsOf(settings, "acceptor")) {
      acceptor = std::make_unique<HostAcceptor>(application, stores, settings, logs);
    }
    if (hasSessionsOf(settings, "initiator")) {
      initiator = std::make_unique<HostInitiator>(application, stores, settings, logs);
    }
    if (!acceptor && !initiator) throw FIX::ConfigError("no session is defined");
  }

  FIX::Session* session(std::uint32_t number) {
    return FIX::Session::lookupSession(numbers.idOf(number));
  }

  HftFixHost host;
  FIX::SessionSettings settings;
  SessionNumbers numbers;
  HostApplication application;
  HostStoreFactory stores;
  HostLogFactory logs;
  std::unique_ptr<HostAcceptor> acceptor;
  std::unique_ptr<HostInitiator> initiator;
};

struct HftFixPeer {
  HftFixPeer(HftFixEngine& its, void* connection) : engine(its), responder(its.host, connection) {}
  HftFixEngine& engine;
  HostResponder responder;
  FIX::Session* session = nullptr;
};

namespace {

HftFixEngine* create(const HftFixHost* host, const char* settings, int echo, char* error,
                     size_t errorSize) try {
  std::istringstream text{std::string(settings)};
  return new HftFixEngine(*host, text, echo != 0);
} catch (const std::exception& failure) {
  copyText(failure.what(), error, errorSize);
  return nullptr;
}

void destroy(HftFixEngine* engine) { delete engine; }

uint32_t sessionCount(const HftFixEngine* engine) {
  return static_cast<uint32_t>(engine->numbers.size());
}

int setting(const HftFixEngine* engine, uint32_t session, const char* key, char* into,
            size_t size) try {
  const FIX::SessionID& id = engine->numbers.idOf(session);
  std::string text;
  if (std::strcmp(key, "SessionID") == 0) {
    text = id.toStringFrozen();
  } else {
    const FIX::Dictionary& values = engine->settings.get(id);
    if (!values.has(key)) return -1;
    text = values.getString(key);
  }
  copyText(text, into, size);
  return static_cast<int>(text.size());
} catch (const std::exception&) {
  return -1;
}

HftFixPeer* openPeer(HftFixEngine* engine, void* connection) {
  return new HftFixPeer(*engine, connection);
}

int attach(HftFixPeer* peer, uint32_t number) try {
  const FIX::SessionID& id = peer->engine.numbers.idOf(number);
  if (FIX::Session::isSessionRegistered(id)) return -1;
  FIX::Session* session = peer->engine.initiator->getSession(id, peer->responder);
  if (session == nullptr) return -1;
  FIX::Session::registerSession(id);
  peer->session = session;
  return 0;
} catch (const std::exception&) {
  return -1;
}

int64_t sessionOf(const HftFixPeer* peer) {
  if (peer->session == nullptr) return -1;
  return peer->engine.numbers.of(peer->session->getSessionID());
}

void leaveSession(HftFixPeer& peer) {
  FIX::Session* const session = peer.session;
  if (session == nullptr) return;
  peer.session = nullptr;
  // The session may have let go of the responder already; both are fine here.
  try {
    session->disconnect();
  } catch (const std::exception&) {
    // A store that cannot be reset is told by the store itself.
  }
  FIX::Session::unregisterSession(session->getSessionID());
}

void closePeer(HftFixPeer* peer) {
  leaveSession(*peer);
  delete peer;
}

/// The session that the first message of a connection names; nullptr where it names none of ours,
/// or one that is connected already.
FIX::Session* sessionFor(HftFixPeer& peer, const std::string& message) {
  HftFixEngine& engine = peer.engine;
  FIX::Session* session = FIX::Session::lookupSession(message, true);
  if (session == nullptr || engine.acceptor == nullptr) return nullptr;
  const FIX::SessionID& id = session->getSessionID();
  if (!engine.acceptor->has(id) || FIX::Session::isSessionRegistered(id)) return nullptr;
  session = engine.acceptor->getSession(message, peer.responder);
  if (session != nullptr) FIX::Session::registerSession(id);
  return session;
}

HftFixReceive receive(HftFixPeer* peer, const char* bytes, size_t size) try {
  HftFixEngine& engine = peer->engine;
  const std::string message(bytes, size);
  if (peer->session == nullptr) {
    peer->session = sessionFor(*peer, message);
    if (peer->session == nullptr) {
      const std::string text = "no free session for the message that opens a connection";
      engine.host.log(engine.host.context, kNoSession, kHftFixEvent, text.data(), text.size());
      engine.host.log(engine.host.context, kNoSession, kHftFixIncoming, bytes, size);
      return kHftFixDrop;
    }
  }
  FIX::Session& session = *peer->session;
  engine.application.receiving({bytes, size});
  HftFixReceive result = kHftFixTaken;
  try {
    session.next(message, FIX::UtcTimeStamp());
  } catch (const FIX::InvalidMessage&) {
    if (!session.isLoggedOn()) result = kHftFixDrop;
  }
  engine.application.receiving({});
  return result;
} catch (const std::exception& failure) {
  // A full store, for one: the message was not taken, the peer sends it again after a logon.
  HftFixEngine& engine = peer->engine;
  engine.application.receiving({});
  const std::string text = failure.what();
  const std::uint32_t number =
      peer->session == nullptr ? kNoSession : engine.numbers.of(peer->session->getSessionID());
  engine.host.log(engine.host.context, number, kHftFixEvent, text.data(), text.size());
  return kHftFixDrop;
}

void tick(HftFixEngine* engine, uint32_t number) try {
  FIX::Session* session = engine->session(number);
  if (session != nullptr) session->next();
} catch (const std::exception& failure) {
  const std::string text = failure.what();
  engine->host.log(engine->host.context, number, kHftFixEvent, text.data(), text.size());
}

int send(HftFixEngine* engine, uint32_t number, const char* bytes, size_t size, char* error,
         size_t errorSize) try {
  FIX::Session* session = engine->session(number);
  if (session == nullptr || !session->isLoggedOn()) {
    copyText("the session is not logged on", error, errorSize);
    return -1;
  }
  const FIX::SessionID& id = session->getSessionID();
  const FIX::DataDictionaryProvider& provider = session->getDataDictionaryProvider();
  const FIX::DataDictionary& transport = provider.getSessionDataDictionary(id.getBeginString());
  const FIX::DataDictionary& application =
      id.isFIXT() ? provider.getApplicationDataDictionary(
                        FIX::ApplVerID(session->getSenderDefaultApplVerID()))
                  : transport;
  FIX::Message message;
  message.setString(std::string(bytes, size), false, &transport, &application);
  if (session->send(message)) return 0;
  copyText("the connection does not take the message", error, errorSize);
  return -1;
} catch (const std::exception& failure) {
  copyText(failure.what(), error, errorSize);
  return -1;
}

void state(HftFixEngine* engine, uint32_t number, HftFixState* into) {
  *into = HftFixState{};
  FIX::Session* session = engine->session(number);
  if (session == nullptr) return;
  FIX::SessionState& inner = stateOf(*session);
  const FIX::UtcTimeStamp now;
  into->isLoggedOn = session->isLoggedOn();
  into->isEnabled = session->isEnabled();
  into->isInitiator = session->isInitiator();
  into->sentLogout = session->sentLogout();
  into->heartBtInt = inner.heartBtInt().getValue();
  into->isOrdinary = into->isLoggedOn && into->isEnabled && !into->sentLogout &&
                     !inner.resendRequested() && session->isSessionTime(now) &&
                     session->isLogonTime(now);
  into->wantsConnection = into->isEnabled && session->isSessionTime(now) &&
                          session->isLogonTime(now) &&
                          !FIX::Session::isSessionRegistered(session->getSessionID());
}

void logon(HftFixEngine* engine, uint32_t number) {
  FIX::Session* session = engine->session(number);
  if (session != nullptr) session->logon();
}

void logout(HftFixEngine* engine, uint32_t number, const char* reason) {
  FIX::Session* session = engine->session(number);
  if (session != nullptr) session->logout(reason);
}

void reset(HftFixEngine* engine, uint32_t number) try {
  FIX::Session* session = engine->session(number);
  if (session != nullptr) session->reset();
} catch (const std::exception& failure) {
  const std::string text = failure.what();
  engine->host.log(engine->host.context, number, kHftFixEvent, text.data(), text.size());
}

void touch(HftFixEngine* engine, uint32_t number, int received, int sent) {
  FIX::Session* session = engine->session(number);
  if (session == nullptr) return;
  FIX::SessionState& inner = stateOf(*session);
  const FIX::UtcTimeStamp now;
  if (received != 0) {
    inner.lastReceivedTime(now);
    inner.testRequest(0);
  }
  if (sent != 0) inner.lastSentTime(now);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const HftFixInterface* hftFixInterface(void) {
  static const HftFixInterface kInterface = {
      kHftFixInterfaceVersion,
      "QuickFIX",
      create,
      destroy,
      sessionCount,
      setting,
      openPeer,
      attach,
      sessionOf,
      closePeer,
      receive,
      tick,
      send,
      state,
      logon,
      logout,
      reset,
      touch,
  };
  return &kInterface;
}
