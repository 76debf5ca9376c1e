#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/fix_writer.hpp"
#include "native/fix/session/byte_ring.hpp"
#include "native/fix/session/session_brain.hpp"
#include "native/fix/session/session_event.hpp"
#include "native/fix/session/session_slot.hpp"
#include "native/fix/session/urgent_queue.hpp"
#include "native/fix/transport/connection.hpp"
#include "native/fix/transport/listener.hpp"
#include "native/fix/transport/message_splitter.hpp"
#include "native/net/poller.hpp"

namespace hft::fix {

struct SessionGroupOptions {
  /// QuickFIX settings text with this product's keys beside them: docs/fix.md.
  std::string settings;
  /// Behaves as the application behind QuickFIX's acceptance scripts.
  bool echoes = false;
  bool usesFastPath = true;
  /// The time of day; realtimeNanos but in tests.
  Nanos (*clock)() noexcept = nullptr;
};

/// A connection and the session that it has turned out to belong to.
struct Peer {
  Peer(net::Poller& poller, std::uint64_t number, std::size_t messageBytesMax,
       std::size_t unsentBytesMax)
      : connection(poller, number, messageBytesMax, unsentBytesMax),
        key(number),
        bytesMax(messageBytesMax) {}
  Connection connection;
  const std::uint64_t key;
  const std::size_t bytesMax;
  std::size_t flushBytes = SIZE_MAX;  ///< Of its session, once that is known.
  HftFixPeer* brain = nullptr;
  std::int64_t session = -1;
  std::int64_t initiates = -1;  ///< The session of a connection that we have begun.
  bool isDirty = false;
};

/// What another thread may ask of a session. The numbers are part of the binding.
enum class SessionCommand : std::uint32_t { Send = 1, Logon = 2, Logout = 3, Reset = 4 };

/// Many FIX sessions on one thread: listening, connecting, splitting, storing, logging, with the
/// session brain deciding what the protocol says and a fast path beside it for ordinary messages.
///
/// Thread rule: one thread calls `turn`, `run` and `send`; one other may call `post`; any may call
/// `postUrgent`, `stop` and read counters.
class SessionGroup {
 public:
  struct Opened {
    std::unique_ptr<SessionGroup> group;
    std::string error;  ///< Names the setting or file, where there is no group.
  };
  /// Opens stores and logs and listens; connects in the first turn.
  [[nodiscard]] static Opened open(const SessionGroupOptions& options, const SessionSink& sink);
  /// Without anything opened: `open` makes a group that works.
  SessionGroup(const SessionGroupOptions& options, const SessionSink& sink);
  ~SessionGroup();
  SessionGroup(const SessionGroup&) = delete;
  SessionGroup& operator=(const SessionGroup&) = delete;

  /// Waits up to `timeout` for something to do, and does it.
  void turn(Nanos timeout);

  /// Turns until `stop`, then logs out in order.
  void run();
  void stop() noexcept;

  /// Sends an application message of a session: `body` holds its fields behind the header, each
  /// with its SOH. False: not logged on, a bad body, a slow peer, or a full store; nothing was
  /// sent, and `refusal()` says why.
  [[nodiscard]] bool send(std::uint32_t session, std::string_view msgType, std::string_view body);
  [[nodiscard]] std::string_view refusal() const noexcept { return refusal_; }

  /// Asks for `command` from the posting thread; `msgType` and `body` as in `send`, or a reason.
  /// False when the queue is full or the bytes are too many.
  [[nodiscard]] bool post(SessionCommand command, std::uint32_t session, std::string_view msgType,
                          std::string_view body) noexcept;

  /// Any thread: has an application message sent as soon as the session can, before all that was
  /// posted: at once, or at the next logon, whatever the posting thread does. It locks: for cancels
  /// in the place of a thread that does not answer. False when the queue is full.
  [[nodiscard]] bool postUrgent(std::uint32_t session, std::string_view msgType,
                                std::string_view body) noexcept;

  [[nodiscard]] std::uint32_t sessionCount() const noexcept {
    return static_cast<std::uint32_t>(slots_.size());
  }
  [[nodiscard]] const SessionConfig& config(std::uint32_t session) const noexcept {
    return slots_[session].config;
  }
  [[nodiscard]] const SessionCounters& counters(std::uint32_t session) const noexcept {
    return slots_[session].counters;
  }
  /// The port that the session is listened for on.
  [[nodiscard]] std::uint16_t listeningPort(std::uint32_t session) const noexcept;

 private:
  friend class HostBridge;
  struct Door {
    Listener listener;
    std::unique_ptr<TlsEndpoint> tls;
    std::string host;
    std::uint16_t port = 0;
    std::size_t messageBytesMax = 0;
    std::size_t unsentBytesMax = 0;
  };
  struct Resolution;

  [[nodiscard]] std::string prepare();
  [[nodiscard]] std::string prepareSession(SessionSlot& slot);
  [[nodiscard]] std::string openDoor(const SessionConfig& config);

  void acceptAll(Door& door);
  void serve(Peer& peer);
  void belongTo(Peer& peer, std::int64_t session);
  void opened(Peer& peer);
  /// True where anything came.
  bool readFrom(Peer& peer);
  /// Looks a while at the connection that spoke last, giving the processor away in between: an
  /// answer that is on its way costs no sleep and no wake-up. True where anything came.
  [[nodiscard]] bool lingers();
  void waitFor(Nanos timeout);
  void handleMessage(Peer& peer, std::string_view message, bool isSound);
  [[nodiscard]] bool takesFast(SessionSlot& slot, std::uint32_t session, std::string_view message);
  [[nodiscard]] Nanos sendingTime();
  void markDirty(Peer& peer);
  void flushDirty();
  void release(Peer& peer, std::string_view reason);
  void tick();
  void tickSession(std::uint32_t session);
  void connect(std::uint32_t session);
  void finishConnect(std::uint32_t session, int fd);
  void drainCommands();
  void drainUrgent();
  void giveBack(std::uint32_t session, std::string_view msgType, std::string_view body);
  [[nodiscard]] static bool canSend(const SessionSlot& slot) noexcept {
    return slot.state.isLoggedOn != 0 && slot.state.sentLogout == 0 && slot.peer != nullptr;
  }
  void runCommand(const RecordHead& head, std::string_view bytes);
  void refresh(std::uint32_t session);
  void logOutAll();

  void emit(const SessionEvent& event);
  void tellOfLog(std::uint32_t session);
  void note(std::uint32_t session, std::string_view text);
  [[nodiscard]] bool refuse(SessionSlot& slot, std::string_view reason);

  const SessionGroupOptions options_;
  const SessionSink sink_;
  const HftFixInterface* brain_ = nullptr;
  HftFixEngine* engine_ = nullptr;
  HftFixHost host_{};
  net::Poller poller_;
  std::deque<SessionSlot> slots_;
  std::deque<Door> doors_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Peer>> peers_;
  std::unordered_map<std::uint32_t, std::shared_ptr<Resolution>> resolutions_;
  std::vector<std::uint64_t> dirty_;
  std::uint64_t nextKey_;
  std::vector<char> writeBuffer_;
  FixWriter writer_;
  ByteRing commands_;
  UrgentQueue urgent_;
  std::atomic<bool> isAsleep_{false};
  std::atomic<bool> isStopping_{false};
  std::deque<std::pair<SessionEvent, std::string>> waiting_;
  bool hasEmitted_ = false;
  Nanos now_ = 0;
  Nanos nextTick_ = 0;
  std::uint64_t lastRead_ = 0;  ///< The connection that something came on last.
  std::uint32_t looksMax_ = 0;
  unsigned lingered_ = 0;  ///< Turns in a row without a look at the other connections.
  bool isInTurn_ = false;
  unsigned sentAtNow_ = 0;  ///< Messages sent since `now_` was read.
  std::string refusal_;
};

}  // namespace hft::fix
